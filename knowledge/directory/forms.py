"""The forms of those who can be reached: nobody is published without a consent."""

from typing import Any

from django.utils.translation import gettext as _

from knowledge.base.forms import KnowledgePageForm


class ReachableForm(KnowledgePageForm):
    """A form that was opened before a consent was withdrawn does not bring it back."""

    def _post_clean(self) -> None:
        super()._post_clean()
        opened = self.data.get("loaded_revision_id")
        if not opened or not self.instance.pk:
            return
        message = _(
            "This consent has been withdrawn since. Untick it, or give the date or the source of"
            " the new one."
        )
        for name in self.instance.brought_back(opened):
            field = f"{name}_consent"
            self.add_error(field if field in self.fields else None, message)


class PersonForm(ReachableForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:  # made of the names when left empty
            self.fields["slug"].required = False

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.is_deferred_validation or self.instance.may_be_live():
            return
        message = _(
            "Without any consent a person’s page stays a draft. To publish it, record the consent"
            " (tick, date, how we know) for at least one of: e-mail, mobile, landline."
        )
        self.add_error(None, message)
        for name in self.instance.contact_points:
            if f"{name}_consent" in self.fields and getattr(self.instance, name):
                self.add_error(f"{name}_consent", _("Not agreed to: not published."))
