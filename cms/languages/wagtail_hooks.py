"""What the admin adds for languages: a board in the menu, actions on pages, a last guard."""

import html
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogFormatter
from wagtail.models import Page
from wagtail_localize.models import Translation, TranslationSource

from . import editor, publishing, views, writing


class BoardMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return views.may(request.user)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return BoardMenuItem(
        gettext_lazy("Languages"), reverse(views.BOARD), name="languages",
        icon_name="wagtail-localize-language", order=260,
    )  # fmt: skip


# Before those of wagtail-localize: its own way of taking files in writes half of them.
@hooks.register("register_admin_urls", order=-1)
def urls() -> list[Any]:
    return [
        path("languages/", views.board_view, name=views.BOARD),
        path("languages/<int:pk>/synchronise/", views.synchronise, name="languages_synchronise"),
        path("languages/<int:pk>/everywhere/", views.everywhere, name="languages_everywhere"),
        path("languages/<int:pk>/same/", views.same, name="languages_same"),
        path("languages/<int:pk>/tree/", views.tree, name="languages_tree"),
        path("languages/translation/<int:pk>/", views.translation, name="languages_translation"),
        path("languages/translation/<int:pk>/po/", views.download, name="languages_po"),
        path("localize/translate/<int:pk>/pofile/download/", views.download),
        path("localize/translate/<int:pk>/pofile/upload/", views.translation),
        path("localize/update/<int:source_id>/", _update),
        path("localize/jsi18n/", editor.Words.as_view()),
        path(
            "localize/translate/<int:translation_id>/strings/<int:string_segment_id>/edit/",
            writing.edit,
        ),
    ]


def _update(request: HttpRequest, source_id: int) -> HttpResponse:
    """wagtail-localize's own button leads to the page that says what will change."""
    source = TranslationSource.objects.filter(pk=source_id).first()
    page = source and Page.objects.filter(
        translation_key=source.object_id, locale=source.locale_id
    ).first()  # fmt: skip
    if not page:
        return HttpResponseRedirect(reverse(views.BOARD))
    return HttpResponseRedirect(reverse("languages_synchronise", args=[page.pk]))


def actions(
    page: Page, user: Any, view_name: str = "", next_url: str | None = None
) -> Iterator[Any]:
    """On each page: where its translation stands, all below it, everywhere at once; not the last
    for a home page, which is the site."""
    if page.depth < 2 or not page.permissions_for_user(user).can_edit():
        return
    found = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale=page.locale_id, enabled=True
    ).first()
    if found:
        address = reverse("languages_translation", args=[found.pk])
        yield Button(_("Where the translation stands"), address, priority=61, icon_name="list-ul")
    elif page.numchild and user.has_perm("wagtail_localize.submit_translation"):
        yield Button(
            _("Translate all below"), reverse("languages_tree", args=[page.pk]), priority=61,
            icon_name="wagtail-localize-language",
        )  # fmt: skip
    if page.depth > 2:
        yield Button(
            _("Take down in every language…"), reverse("languages_everywhere", args=[page.pk]),
            priority=90, icon_name="warning",
        )  # fmt: skip


hooks.register("register_page_header_buttons", actions)


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    @actions.register_action(publishing.ACCEPTED)
    class Accepted(LogFormatter):
        label = gettext_lazy("Accept texts as in French")

        def format_message(self, entry: Any) -> str:
            said = ", ".join(f"“{views.bare(text)}”" for text in entry.data.get("texts", ()))
            return _("Accepted as in French: %(texts)s") % {"texts": said}

    @actions.register_action(writing.REPLACED)
    class Replaced(LogFormatter):
        label = gettext_lazy("Replace a translation")

        def format_message(self, entry: Any) -> str:
            said = entry.data
            return _("Replaced somebody else’s translation of %(path)s: “%(text)s”") % {
                "path": said.get("path", ""), "text": html.unescape(said.get("text", "")),
            }  # fmt: skip


@hooks.register("before_edit_page", order=-1)
def note_what_is_seen(request: HttpRequest, page: Any) -> None:
    if request.method != "GET" or page.locale.language_code == settings.LANGUAGE_CODE:
        return
    if found := publishing.translation_of(page):
        writing.opened(request, found)


# Before wagtail-localize, which answers here with its own form: whatever is posted publishes, and
# it asks for the right to do so only where the form says "publish".
@hooks.register("before_edit_page", order=-1)
def refuse_to_publish_the_untranslated(request: HttpRequest, page: Any) -> HttpResponse | None:
    if request.method != "POST" or "localize-convert-to-alias" in request.POST:
        return None
    found = publishing.translation_of(page)
    if found is None:
        return None
    if not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    left = publishing.missing(found)
    if not left:
        return None
    messages.error(request, publishing.refusal(left))
    return HttpResponseRedirect(request.get_full_path())


@hooks.register("before_publish_page")
def refuse_to_publish_french(request: HttpRequest, page: Any) -> HttpResponse | None:
    """The draft is kept: what is said of it stands above the form."""
    text = publishing.copied(page)
    if not text:
        return _ask_about_the_same(request, page)
    said = _(
        "Not published, but kept as a draft: “%(text)s” is still the French text. Translate it, or"
        " say in it that it is in French."
    )
    messages.error(request, said % {"text": Truncator(views.bare(text)).chars(120)})
    return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))


def _ask_about_the_same(request: HttpRequest, page: Any) -> HttpResponse | None:
    if not publishing.same(page):
        return None
    messages.warning(request, _("Not published yet, but kept as a draft: see what is in French."))
    return HttpResponseRedirect(reverse("languages_same", args=[page.pk]))
