"""An event: when, where, with whom, how to register, and what remains of it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Page

from cms.catalogue.models import Record
from cms.core import body
from cms.core.pages import WithBody
from cms.core.policy import policy
from cms.core.records import (
    Dependency,
    Facet,
    Link,
    Occurrence,
    PartialDate,
    Proposal,
    RecordDraft,
    RecordDrafts,
    RecordType,
    Relation,
    TextPart,
)
from knowledge.base.checklist import Check
from knowledge.base.describing import named, rows_by_page
from knowledge.base.forms import KnowledgePageForm
from knowledge.base.pages import KnowledgePage
from knowledge.base.places import PLACE, Placed, communes_of
from knowledge.base.spoken import said, texts
from knowledge.territories.models import Territory

from . import proposing
from .dates import EventDate, Moment, Status, moments_of
from .recurrence import MOST
from .rows import EventDocument, EventProgrammeItem, EventSpeaker
from .series import CYCLE, EventSeries
from .showing import context

SPEAKER = "speaker"


class Mode(models.TextChoices):
    ONSITE = "onsite", _("On site")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("On site and online")


class EventPageForm(KnowledgePageForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "dates" in self.formsets:
            self._check_dates()
        return cleaned

    def _check_dates(self) -> None:
        """No more than `MOST` dates, all rows together."""
        formset = self.formsets["dates"]
        formset.is_valid()
        total = 0
        for form in formset.forms:
            if form in formset.deleted_forms or form.errors or not form.instance.start_date:
                continue
            total += len(form.instance.rule().days())
            if total > MOST:
                message = gettext("An event has %(most)d dates at most, all rows together.")
                form.add_error("start_date", message % {"most": MOST})
                return


class EventPage(WithBody, Placed, KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "event",
        _("Event"),
        _("Events"),
        color="event",
        shape="diamond",
        schema_type="Event",
        own_facets=(
            Facet("event_mode", _("How to take part"), dict(Mode.choices)),
            Facet(CYCLE, _("Cycle")),
        ),
        listing="agenda",
        dated=True,
        proposal=proposing.FORM,
        relations=(Relation(SPEAKER, _("Speakers"), _("Speaks at")),),
    )
    checklist = (
        *KnowledgePage.checklist,
        Check("dates", _("a date"), required=True),
        Check(
            "place_name",
            _("a place or a commune (or say that it is online)"),
            filled=lambda page: page.mode == Mode.ONLINE or page.has_place,
        ),
    )

    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.CONFIRMED,
        help_text=_("An event that is postponed or cancelled stays in the lists, and says so."),
    )  # fmt: skip
    series = models.ForeignKey(
        EventSeries, verbose_name=_("cycle"), null=True, blank=True,
        on_delete=models.SET_NULL, related_name="events",
    )  # fmt: skip
    mode = models.CharField(_("how to take part"), max_length=10, choices=Mode, default=Mode.ONSITE)
    online_url = models.URLField(
        _("address online"), max_length=500, blank=True,
        help_text=_("Only if it may be public: everybody can read it."),
    )  # fmt: skip
    registration_url = models.URLField(_("address of the registration"), max_length=500, blank=True)
    registration_deadline = models.DateTimeField(
        _("registration until"), null=True, blank=True, help_text=_("Paris time.")
    )
    seats = models.PositiveIntegerField(_("number of seats"), null=True, blank=True)
    registration_closed = models.BooleanField(
        _("registration closed"), default=False, help_text=_("Full, or closed early.")
    )
    replay_url = models.URLField(_("address of the replay"), max_length=500, blank=True)

    series_id: int | None

    base_form_class = EventPageForm
    template = "agenda/event_page.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = []

    content_panels = [
        *KnowledgePage.content_panels,
        FieldRowPanel([FieldPanel("status"), FieldPanel("series")]),
        InlinePanel("dates", heading=_("Dates"), label=_("Date")),
        MultiFieldPanel(
            [FieldPanel("mode"), *Placed.place_panels, FieldPanel("online_url")],
            heading=_("Place"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("registration_url"),
                FieldRowPanel([FieldPanel("registration_deadline"), FieldPanel("seats")]),
                FieldPanel("registration_closed"),
            ],
            heading=_("Registration"),
        ),
        FieldPanel("body"),
        InlinePanel("programme", heading=_("Programme"), label=_("Item of the programme")),
        InlinePanel("speakers", heading=_("Speakers"), label=_("Speaker")),
        FieldPanel("replay_url", heading=_("Afterwards: address of the replay")),
        InlinePanel(
            "documents",
            heading=_("Afterwards: minutes and documents"),
            label=_("Document of the event"),
        ),
    ]
    override_translatable_fields = policy(
        KnowledgePage.override_translatable_fields,
        translated=("body",),
        synchronised=(
            *PLACE,
            "status",
            "series",
            "mode",
            "online_url",
            "registration_url",
            "registration_deadline",
            "seats",
            "registration_closed",
            "replay_url",
        ),
    )

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    @property
    def has_place(self) -> bool:
        return bool(self.place_name.strip() or self.commune_id)

    def clean(self) -> None:
        super().clean()
        if self.mode == Mode.ONSITE and self.online_url:
            message = _("An event on site has no address online: choose “On site and online”.")
            raise ValidationError({"online_url": message})

    def moments(self) -> list[Moment]:
        """All its dates, in the order of time."""
        return moments_of(self.dates.all(), self.status)

    def registration_open(self, moments: Sequence[Moment], now: dt.datetime) -> bool:
        """Whether one may still register: there is an address, and nothing says the contrary."""
        if not self.registration_url or self.registration_closed:
            return False
        if self.registration_deadline and self.registration_deadline < now:
            return False
        return any(one.status != Status.CANCELLED and not one.has_ended(now) for one in moments)

    def room_online(self, moments: Sequence[Moment], now: dt.datetime) -> tuple[str, Any]:
        """The address where one takes part online, "" once the event is over or cancelled, and
        the hour at which it will be over (None where that is not known, or past)."""
        held = [one.over_at for one in moments if one.status != Status.CANCELLED]
        if not self.online_url or (moments and max(held, default=now) <= now):
            return "", None
        return self.online_url, max(held, default=None)

    def place_words(self, communes: Mapping[int, Territory]) -> str:
        """Where, in a word or two: the place and its commune, or that it is online."""
        commune = communes.get(self.commune_id or 0)
        names = (
            [] if self.mode == Mode.ONLINE else [self.place_name, commune.name if commune else ""]
        )
        words = [name for name in names if name]
        if self.mode != Mode.ONSITE:
            words.append(gettext("online") if words else gettext("Online"))
        return ", ".join(words)

    @classmethod
    def own_references(cls, pages: Sequence[Any]) -> dict[int, set[body.Reference]]:
        found = super().own_references(pages)
        for row in _rows(EventDocument, pages):
            found[row.page_id].add(("document", row.document_id))
        return found

    @classmethod
    def build_draft(cls, proposal: Proposal, parent: Page) -> Any:
        return proposing.complete(super().build_draft(proposal, parent), proposal)

    @classmethod
    def describe_with(
        cls,
        pages: Sequence[Any],
        bodies: dict[int, list[tuple[str, Any]]],
        wanted: dict[int, set[body.Reference]],
        targets: body.References,
    ) -> RecordDrafts:
        drafts = super().describe_with(pages, bodies, wanted, targets)
        parts = _Parts(pages)
        for page, draft in zip(pages, drafts, strict=True):
            with translation.override(page.locale.language_code):
                page.say_when_and_where(draft, parts)
            page.say_the_rest(draft, parts)
        return drafts

    def say_when_and_where(self, draft: RecordDraft, parts: "_Parts") -> None:
        place = self.place_words(parts.communes)
        moments = moments_of(parts.dates.get(self.pk, []), self.status)
        draft.occurrences = [
            Occurrence(one.start, one.end, one.all_day, one.status, place) for one in moments
        ]
        if moments:
            draft.date = PartialDate(moments[0].start.date())
        if point := self.point(parts.communes, self.title):
            draft.points = [point]
        if self.commune_id:
            draft.depends_on.add(Dependency("territory", self.commune_id))
        commune = parts.communes.get(self.commune_id or 0)
        online_url, draft.changes_at = self.room_online(moments, timezone.now())
        draft.data |= {
            "status": self.status,
            "event_mode": self.mode,
            "place": {
                "name": self.place_name,
                "address": self.address,
                "commune": commune.name if commune else "",
                "commune_code": commune.code if commune else "",
            },
            "online_url": online_url,
            "registration": {
                "url": self.registration_url,
                "deadline": _iso(self.registration_deadline),
                "seats": self.seats,
                "closed": self.registration_closed,
            },
        }
        draft.text.append(TextPart("body", self.place_text(parts.communes)))

    def say_the_rest(self, draft: RecordDraft, parts: "_Parts") -> None:
        public = {one.document_id for one in draft.downloads}
        series = parts.cycle(self)
        if self.series_id:
            draft.depends_on.add(Dependency("event_series", self.series_id))
        people = parts.people[self.locale.language_code]
        speakers = [
            (row, people.get(row.person_id or 0)) for row in parts.speakers.get(self.pk, [])
        ]
        named_here = [
            {
                "name": known.title if known else row.name,
                "function": row.function,
                "uid": str(known.uid) if known else None,
            }
            for row, known in speakers
            if known or row.name
        ]
        draft.links += [Link(SPEAKER, row.person_id) for row, _known in speakers if row.person_id]
        programme = parts.programme.get(self.pk, [])
        draft.data |= {
            CYCLE: series.slug if series else None,
            "cycle_title": series.title if series else "",
            "cycle_language": series.locale if series else None,
            "programme": [
                {
                    "day": _iso(row.day), "time": row.time.strftime("%H:%M") if row.time else None,
                    "title": row.title, "speaker": row.speaker, "text": row.text,
                }
                for row in programme
            ],
            "speakers": named_here,
            "replay_url": self.replay_url,
            "documents": [
                {"document_id": row.document_id, "kind": row.kind}
                for row in parts.documents.get(self.pk, [])
                if row.document_id in public  # not of a restricted collection
            ],
        }  # fmt: skip
        _name_downloads(draft, parts.documents.get(self.pk, []))
        draft.text += [
            *(TextPart("body", " ".join([one["name"], one["function"]])) for one in named_here),
            *(TextPart("body", " ".join([r.title, r.speaker, r.text])) for r in programme),
        ]
        if series:
            draft.text.append(TextPart("body", series.title))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What `showing.context` says, besides what every record shows."""
        found = super().get_context(request, *args, **kwargs)
        return found | context(self, found)

    def same_cycle(self) -> list[Record]:
        """The other events of its cycle that are public, the next ones first. One query; none
        without a cycle."""
        if self.series is None:
            return []
        records = Record.objects.filter(
            terms__contains=[f"{CYCLE}:{self.series.slug}"],
            locale=self.locale.language_code,
            gone_at__isnull=True,
        ).exclude(page_id=self.pk or 0)
        newest = records.order_by(models.F("date").desc(nulls_last=True), "uid")[:12]
        return list(newest.defer("json", "document"))


class _Parts:
    """The rows of a batch of events by page, and what they name: a constant number of queries."""

    def __init__(self, pages: Sequence[EventPage]) -> None:
        self.dates = rows_by_page(EventDate, pages)
        self.programme = rows_by_page(EventProgrammeItem, pages)
        self.speakers = rows_by_page(EventSpeaker, pages)
        self.documents = rows_by_page(EventDocument, pages)
        self.communes = communes_of(pages)
        self.series = EventSeries.objects.in_bulk({p.series_id for p in pages if p.series_id})
        spoken = {page.locale.language_code for page in pages}
        self._texts = texts(self.series.values(), spoken)
        people = {r.person_id for rows in self.speakers.values() for r in rows if r.person_id}
        self.people = named(people, pages)

    def cycle(self, page: EventPage) -> EventSeries | None:
        """The cycle of an event, with its words in the event's language."""
        found = self.series.get(page.series_id or 0)
        return said(found, page.locale.language_code, self._texts) if found else None


def _rows(model: Any, pages: Sequence[Any]) -> list[Any]:
    numbers = [page.pk for page in pages]
    return list(model.objects.filter(page__in=numbers).order_by("sort_order", "pk"))


def _name_downloads(draft: RecordDraft, rows: Sequence[EventDocument]) -> None:
    """The titles that the event gives to its documents."""
    titles = {row.document_id: row.title for row in rows if row.title}
    draft.downloads = [
        replace(one, title=titles[one.document_id]) if one.document_id in titles else one
        for one in draft.downloads
    ]


def _iso(value: dt.date | dt.datetime | None) -> str | None:
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value)
    return value.isoformat() if value else None
