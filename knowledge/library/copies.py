"""The copies of a document: where each stands, whether it can be borrowed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable, TranslatableMixin

from cms.core.policy import policy
from cms.core.records import PartialDate
from knowledge.base.dates import spoken


class Condition(models.TextChoices):
    """The state of a copy."""

    GOOD = "good", _("Good condition")
    WORN = "worn", _("Worn")
    INCOMPLETE = "incomplete", _("Incomplete")


class PublicationCopy(TranslatableMixin, Orderable):
    """One thing on one shelf."""

    page = ParentalKey("knowledge_library.PublicationPage", related_name="copies")
    site = models.CharField(
        pgettext_lazy("of a copy", "site"),
        max_length=200,
        help_text=_("Antenne, library, cupboard…"),
    )
    shelf_mark = models.CharField(_("shelf mark"), max_length=80, blank=True)
    on_loan = models.BooleanField(_("on loan"), default=False)
    due_back = models.DateField(
        _("back on"), null=True, blank=True, help_text=_("For a copy on loan, if known.")
    )
    condition = models.CharField(
        pgettext_lazy("of a copy", "condition"),
        max_length=12,
        choices=Condition,
        default=Condition.GOOD,
    )
    borrowing = models.CharField(
        _("how to borrow it"), max_length=300, blank=True,
        help_text=_("On appointment, three weeks, on the spot only…"),
    )  # fmt: skip

    panels = [
        FieldRowPanel([FieldPanel("site"), FieldPanel("shelf_mark"), FieldPanel("condition")]),
        FieldRowPanel([FieldPanel("on_loan"), FieldPanel("due_back")]),
        FieldPanel("borrowing"),
    ]
    override_translatable_fields = policy(
        translated=("condition", "borrowing"),
        synchronised=("site", "shelf_mark", "on_loan", "due_back"),
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("copy to borrow")
        verbose_name_plural = _("copies to borrow")

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.site, self.shelf_mark]))

    def clean(self) -> None:
        super().clean()
        if self.due_back and not self.on_loan:
            raise ValidationError(
                {"due_back": gettext("A copy comes back on a day only while it is on loan.")}
            )

    @property
    def availability(self) -> str:
        """Whether it can be borrowed today, in words."""
        if not self.on_loan:
            return gettext("Available")
        if self.due_back:
            return gettext("On loan, back on %(day)s") % {"day": spoken(PartialDate(self.due_back))}
        return gettext("On loan")

    def said(self) -> dict[str, Any]:
        """As the record holds it."""
        return {
            "site": self.site,
            "shelf_mark": self.shelf_mark,
            "on_loan": self.on_loan,
            "due_back": self.due_back.isoformat() if self.due_back else None,
            "condition": self.condition,
            "borrowing": self.borrowing,
        }
