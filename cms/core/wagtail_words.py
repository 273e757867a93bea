"""Sentences of Wagtail that the French catalogue of this project says better.

A catalogue of the project goes before those of the packages. `makemessages` keeps only what it
finds in the code, so the sentences are named here; nothing else uses them. Reasons: mistakes
("Aller à contenu principal"), "un(e)" and "créé(e)" where a sentence needs none, "région" for a
language of the site, in a field where a region is a region.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

SENTENCES = (
    # Around every page of the admin
    _("Skip to main content"),
    _("Sign in"),
    _("New"),
    _("New: %(model_name)s"),
    _("Add %(label)s"),
    _("Add %(model_name)s"),
    _("Edit this %(object)s"),
    _("There are no %(model_name)s to display."),
    _('There are no %(model_name)s to display. Why not <a href="%(add_url)s">add one</a>?'),
    _("No %(model_name)s match your query."),
    _("Current page status:"),
    _("Locking status"),
    _("Status: "),
    _("Oldest"),
    _("Aging pages"),
    _("Site history"),
    _("Redirects"),
    _("redirects"),
    _("Editor Guide"),
    _("What's new in Wagtail %(version)s"),
    # What happened to a page or a document: the history says it of things of any gender
    _("Created"),
    _("Edited"),
    _("Deleted"),
    _("Published"),
    _("Unpublished"),
    _("Renamed"),
    _("Moved"),
    _("Reordered"),
    _("Locked"),
    _("Unlocked"),
    _("Anyone can edit this %(model_name)s"),
    _("Anyone can edit this %(model_name)s – lock it to prevent others from editing"),
    _("One or more references to this %(model_name)s prevent it from being deleted."),
    _("No, don't delete it"),
    # What was done, what could not be
    _("%(model_name)s '%(object)s' created."),
    _("%(model_name)s '%(object)s' updated."),
    _("%(model_name)s '%(object)s' deleted."),
    _("The %(model_name)s could not be created due to errors."),
    _("The %(model_name)s could not be saved due to errors."),
    _("Are you sure you want to delete this %(model_name)s?"),
    _("The page could not be created due to validation errors."),
    _("The page could not be saved due to validation errors."),
    _("The document could not be created due to errors."),
    _("The document could not be saved due to errors."),
    _("The image could not be created due to errors."),
    _("The image could not be saved due to errors."),
    _("Your %(username_field)s and password didn't match. Please try again."),
    # The form of a page
    _("The page title as you'd like it to be seen by the public"),
    _("slug"),
    _("The name of the page as it will appear in URLs e.g http://domain.com/blog/[my-slug]/"),
    _('This slug is already in use within the context of its parent page "%(parent_page_title)s"'),
    _("The slug '%(page_slug)s' is already in use within the parent page."),
    _(
        "The slug '%(page_slug)s' is already in use within the parent page at"
        " '%(parent_url_path)s'."
    ),
    _("The name of the page displayed on search engine results as the clickable headline."),
    _("The descriptive text displayed underneath a headline in search engine results."),
    _("Whether a link to this page will appear in automatically generated menus"),
    _("Choose when this %(model_name)s should go live and/or expire"),
    _(
        "A heading that identifies the overall topic of the table, and is useful for screen"
        " reader users."
    ),
    # Languages of the site
    _("Locale"),
    _("Locale: "),
    _("Locales"),
    _("locale"),
    _("{} locales"),
    _("Switch locales"),
    _("Available in %(translations_total)s locales"),
    _("Add a locale"),
    _("Add locale"),
    _("Delete locale"),
    _("Locale '%(object)s' created."),
    _("Locale '%(object)s' updated."),
    _("Locale '%(object)s' deleted."),
    _("The locale could not be saved due to errors."),
    _("Are you sure you want to delete this locale?"),
    _("This locale cannot be deleted because there are no other locales."),
    _("This locale cannot be deleted because there are pages and/or other objects using it."),
    _("This locale's language code is not supported"),
    _("This locale cannot be synced into itself."),
    _("Synchronise content from another locale"),
    _(
        "Choose a locale to synchronise content from. Any existing and future content authored in"
        " the selected locale will be automatically copied to this one."
    ),
)

COUNTED = (
    ngettext_lazy("Used %(usage_count)s time", "Used %(usage_count)s times", "usage_count"),
    ngettext_lazy("Referenced %(count)s time", "Referenced %(count)s times", "count"),
    ngettext_lazy(
        "This %(model_name)s is referenced %(usage_count)s time.",
        "This %(model_name)s is referenced %(usage_count)s times.",
        "usage_count",
    ),
)
