"""A call for projects, which opens and closes by itself at its hours."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, URLValidator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.core import body
from cms.core.deadlines import State, sentence, spoken_hour, state
from cms.core.pages import WithBody
from cms.core.policy import policy
from cms.core.records import (
    Link,
    PartialDate,
    RecordDraft,
    RecordDrafts,
    RecordType,
    Relation,
    TextPart,
)
from knowledge.base.checklist import Check
from knowledge.base.money import euros, number
from knowledge.base.pages import KnowledgePage
from knowledge.base.panels import FilesWithoutTextPanel
from knowledge.base.relations import Role
from knowledge.base.sections import SectionBlock


def _has_funder(page: Any) -> bool:
    return any(row.role == Role.FUNDER for row in page.organisations.all())


class CallPage(WithBody, KnowledgePage):
    """Whether it is open is never stored: `state` reads its hours."""

    record_type: ClassVar[RecordType | None] = RecordType(
        "call",
        _("Call for projects"),
        _("Calls for projects"),
        color="call",
        shape="diamond",
        schema_type="MonetaryGrant",
        listing="deadline",
        dated=True,
        relations=(
            Relation("results", _("Results of the call"), _("Call of which these are the results")),
        ),
    )
    checklist = (
        *KnowledgePage.checklist,
        Check("closes_at", _("the day and hour of closing"), required=True),
        Check("organisations", _("a funder"), filled=_has_funder),
        Check("eligibility", _("who may apply")),
        Check("apply_url", _("how to apply")),
    )

    programme = models.CharField(
        _("programme"),
        max_length=200,
        blank=True,
        help_text=_("The programme or fund to which the call belongs."),
    )
    opens_at = models.DateTimeField(
        _("opens on"), null=True, blank=True, help_text=_("Left empty: open since its publication.")
    )
    closes_at = models.DateTimeField(
        _("closes on"),
        null=True,
        blank=True,
        help_text=_("Day and hour: the page says by itself that the call is closed."),
    )
    eligibility = StreamField(SectionBlock(), blank=True, verbose_name=_("who may apply"))
    amount = models.CharField(
        _("amount in words"),
        max_length=200,
        blank=True,
        help_text=_("Left empty, it is made from the two amounts. “Up to 80% of the budget”…"),
    )
    amount_min = models.DecimalField(
        _("smallest amount, in euros"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    amount_max = models.DecimalField(
        _("largest amount, in euros"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    apply_url = models.URLField(
        _("address where to apply"),
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("The form or the platform: readers see it while the call is open."),
    )
    results_page = models.ForeignKey(
        Page,
        verbose_name=_("page of the results"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Once the projects are chosen: an article, a publication…"),
    )

    template = "calls/call_page.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = []

    content_panels = [
        FilesWithoutTextPanel(),
        *KnowledgePage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
                FieldPanel("apply_url"),
            ],
            heading=_("Opening and closing"),
        ),
        FieldPanel("programme"),
        FieldPanel("eligibility"),
        MultiFieldPanel(
            [
                FieldPanel("amount"),
                FieldRowPanel([FieldPanel("amount_min"), FieldPanel("amount_max")]),
            ],
            heading=_("Amount of the support"),
        ),
        FieldPanel("body"),
        PageChooserPanel("results_page"),
    ]
    override_translatable_fields = policy(
        KnowledgePage.override_translatable_fields,
        translated=("body", "programme", "eligibility", "amount"),
        synchronised=(
            "opens_at",
            "closes_at",
            "amount_min",
            "amount_max",
            "apply_url",
            "results_page",
        ),
    )

    class Meta:
        verbose_name = _("call for projects")
        verbose_name_plural = _("calls for projects")

    def clean(self) -> None:
        super().clean()
        errors = {}
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            errors["closes_at"] = _("The call cannot close before it opens.")
        if (
            self.amount_min is not None
            and self.amount_max is not None
            and self.amount_max < self.amount_min
        ):
            errors["amount_max"] = _("The largest amount is smaller than the smallest one.")
        if self.results_page_id and self.results_page_id == self.pk:
            errors["results_page"] = _("Choose another page: a call is not its own result.")
        if errors:
            raise ValidationError(errors)

    @property
    def state(self) -> State | None:
        """Where it stands now."""
        return state(self.opens_at, self.closes_at)

    @property
    def sentence(self) -> str:
        """Where it stands now, in words."""
        return sentence(self.opens_at, self.closes_at)

    @property
    def spoken_amount(self) -> str:
        """The amount as the editor said it, else from the two numbers; "" without any."""
        if self.amount:
            return self.amount
        smallest, largest = self.amount_min, self.amount_max
        if smallest is not None and largest is not None:
            if smallest == largest:
                return euros(smallest)
            return gettext("from %(least)s to %(most)s") % {
                "least": euros(smallest), "most": euros(largest),
            }  # fmt: skip
        if largest is not None:
            return gettext("up to %(amount)s") % {"amount": euros(largest)}
        if smallest is not None:
            return gettext("from %(amount)s on") % {"amount": euros(smallest)}
        return ""

    @classmethod
    def bodies(cls, pages: Sequence[Any]) -> dict[int, list[tuple[str, Any]]]:
        found = super().bodies(pages)
        for page in pages:
            if page.eligibility:
                with translation.override(page.locale.language_code):
                    found[page.pk].append((gettext("Who may apply"), page.eligibility))
        return found

    @classmethod
    def describe_with(
        cls,
        pages: Sequence[Any],
        bodies: dict[int, list[tuple[str, Any]]],
        wanted: dict[int, set[body.Reference]],
        targets: body.References,
    ) -> RecordDrafts:
        drafts = super().describe_with(pages, bodies, wanted, targets)
        for page, draft in zip(pages, drafts, strict=True):
            page._say(draft)
        return drafts

    def _say(self, draft: RecordDraft) -> None:
        draft.date = PartialDate(_local(self.opens_at).date()) if self.opens_at else None
        draft.last_year = _local(self.closes_at).year if self.closes_at else None
        draft.open_from, draft.open_until = self.opens_at, self.closes_at
        draft.data |= {
            "programme": self.programme,
            "opens_at": _local(self.opens_at).isoformat() if self.opens_at else None,
            "closes_at": _local(self.closes_at).isoformat() if self.closes_at else None,
            "amount": self.amount,
            "amount_min": number(self.amount_min),
            "amount_max": number(self.amount_max),
            "apply_url": self.apply_url,
        }
        draft.text += [TextPart("body", self.programme), TextPart("body", self.amount)]
        if self.results_page_id:
            draft.links.append(Link("results", self.results_page_id))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """For the template: `state` and `sentence` of this hour, `facts`."""
        context = super().get_context(request, *args, **kwargs)
        now = timezone.now()
        return context | {
            "state": state(self.opens_at, self.closes_at, now),
            "sentence": sentence(self.opens_at, self.closes_at, now),
            "facts": self.facts(),
        }

    def facts(self) -> list[dict[str, Any]]:
        """The first lines of “En bref”; a line without anything to say is left out."""
        found = [
            (gettext("Opening of the call"), spoken_hour(self.opens_at) if self.opens_at else ""),
            (gettext("Closing"), spoken_hour(self.closes_at) if self.closes_at else ""),
            (gettext("Programme of the call"), self.programme),
            (gettext("Amount of the support"), self.spoken_amount),
        ]
        return [{"label": label, "texts": [text]} for label, text in found if text]


def _local(moment: dt.datetime) -> dt.datetime:
    return timezone.localtime(moment, timezone.get_default_timezone())
