"""The dates of an event: a day or several, with hours or without, once or again and again.

Days and hours are kept as they are read on the spot, with their time zone: nine o'clock in
winter is nine o'clock in summer, wherever the form was filled.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Orderable

from cms.core.moments import ZONES, spoken
from cms.core.policy import policy

from .recurrence import MOST, WEEKDAYS, Frequency, Rule, dates_in

_DAYS = [MinValueValidator(dt.date(1900, 1, 1)), MaxValueValidator(dt.date(2199, 12, 31))]
_ONE_DAY = dt.timedelta(days=1)
ZONE = "Europe/Paris"  # also that of a draft without any


class Status(models.TextChoices):
    CONFIRMED = "confirmed", pgettext_lazy("of an event", "Confirmed")
    POSTPONED = "postponed", pgettext_lazy("of an event", "Postponed")
    CANCELLED = "cancelled", pgettext_lazy("of an event", "Cancelled")


class WeekdaysFormField(forms.MultipleChoiceField):
    """Boxes to tick; gives "MO,TH" in the order of the week."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        return value.split(",") if isinstance(value, str) and value else value

    def clean(self, value: Any) -> str:
        chosen = super().clean(value)
        return ",".join(name for name in WEEKDAYS if name in chosen)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial) or [], data)


class WeekdaysField(models.CharField):
    """Days of the week, as RFC 5545 writes them, separated by commas; "" for none."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_length", 20)
        options.setdefault("blank", True)
        super().__init__(*args, **options)

    def formfield(self, **options: Any) -> Any:
        names = [(code, WEEKDAY_NAMES[place]) for place, code in enumerate(WEEKDAYS)]
        return WeekdaysFormField(
            label=self.verbose_name, help_text=self.help_text, choices=names, required=False
        )


@dataclass(frozen=True, slots=True)
class Moment:
    """One date, aware, in the zone where it is read; `end` is exclusive for all-day dates, and
    the same as `start` where no end is known. `zone` is its IANA name."""

    start: dt.datetime
    end: dt.datetime
    all_day: bool
    zone: str
    status: str

    def __str__(self) -> str:
        return spoken(self.start, self.end, all_day=self.all_day, zone=self.zone)

    @property
    def last_day(self) -> dt.date:
        """The last of its days."""
        last = self.end.date() - _ONE_DAY if self.all_day else self.end.date()
        return max(last, self.start.date())

    def is_past(self, now: dt.datetime) -> bool:
        """Whether its last day is over, where it takes place."""
        return self.last_day < now.astimezone(self.start.tzinfo).date()

    def has_ended(self, now: dt.datetime) -> bool:
        """Whether it is over to the minute; without a known end, once its day is over."""
        return self.over_at <= now

    @property
    def over_at(self) -> dt.datetime:
        """When it is over: at its end; without a known one, at the midnight after its day."""
        if self.start != self.end:
            return self.end
        return dt.datetime.combine(self.start.date() + _ONE_DAY, dt.time(), self.start.tzinfo)

    @property
    def status_label(self) -> Any:
        """What is to be said besides the date, "" for a date that holds."""
        return "" if self.status == Status.CONFIRMED else Status(self.status).label


class EventDate(Orderable):
    page = ParentalKey("knowledge_agenda.EventPage", related_name="dates")
    start_date = models.DateField(_("first day"), validators=_DAYS)
    start_time = models.TimeField(
        _("from (hour)"), null=True, blank=True, help_text=_("Left empty: the whole day.")
    )
    end_date = models.DateField(
        _("last day"), null=True, blank=True, validators=_DAYS,
        help_text=_("Left empty: the same day."),
    )  # fmt: skip
    end_time = models.TimeField(_("to (hour)"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, choices=ZONES, default=ZONE)
    recurrence = models.CharField(
        _("recurs"), max_length=16, choices=Frequency, blank=True,
        help_text=_("A fifth weekday of the month is understood as the last one."),
    )  # fmt: skip
    interval = models.PositiveSmallIntegerField(
        pgettext_lazy("recurrence", "every"), default=1,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("2 with “every week”: every second week."),
    )  # fmt: skip
    weekdays = WeekdaysField(
        pgettext_lazy("recurrence", "on"),
        help_text=_("For “every week”. Nothing ticked: the weekday of the first day."),
    )
    until = models.DateField(
        pgettext_lazy("recurrence", "until"), null=True, blank=True, validators=_DAYS
    )
    times = models.PositiveSmallIntegerField(
        _("or number of times"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST)],
    )  # fmt: skip
    left_out = models.TextField(
        _("dates left out"), max_length=2000, blank=True,
        help_text=_("Separated by commas: 24/12/2026, 31/12/2026."),
    )  # fmt: skip
    status = models.CharField(
        _("status"), max_length=10, choices=Status, blank=True,
        help_text=_("Left empty: that of the event."),
    )  # fmt: skip

    page_id: int

    panels = [
        FieldRowPanel([FieldPanel("start_date"), FieldPanel("start_time")]),
        FieldRowPanel([FieldPanel("end_date"), FieldPanel("end_time")]),
        FieldRowPanel([FieldPanel("time_zone"), FieldPanel("status")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("recurrence"), FieldPanel("interval")]),
                FieldPanel("weekdays"),
                FieldRowPanel([FieldPanel("until"), FieldPanel("times")]),
                FieldPanel("left_out"),
            ],
            heading=_("Recurrence"),
            classname="collapsed",
        ),
    ]
    override_translatable_fields = policy(
        synchronised=(
            "start_date",
            "start_time",
            "end_date",
            "end_time",
            "time_zone",
            "recurrence",
            "interval",
            "weekdays",
            "until",
            "times",
            "left_out",
            "status",
        )
    )

    class Meta(Orderable.Meta):
        verbose_name = _("date")
        verbose_name_plural = _("dates")

    def __str__(self) -> str:
        return str(self.start_date)

    def clean(self) -> None:
        super().clean()
        errors = self._wrong_hours() | self._wrong_recurrence()
        if errors:
            raise ValidationError(errors)

    def _wrong_hours(self) -> dict[str, Any]:
        before = _("The end is before the beginning.")
        last = self.end_date or self.start_date
        if self.end_time and not self.start_time:
            return {"start_time": _("At what hour does it begin?")}
        if self.start_date and last < self.start_date:
            return {"end_date": before}
        ends_early = self.start_time and self.end_time and self.end_time < self.start_time
        if self.start_date == last and ends_early:
            return {"end_time": before}
        if self.start_date != last and self.start_time and not self.end_time:
            return {"end_time": _("At what hour does it end on the last day?")}
        return {}

    def _wrong_recurrence(self) -> dict[str, Any]:
        if not self.recurrence:
            told = self.until or self.times or self.left_out.strip() or self.weekdays
            return {"recurrence": _("Say how often it recurs.")} if told else {}
        if not self.start_date:
            return {}
        if self.until is None and self.times is None:
            message = _("A recurrence needs an end: give its last day or the number of times.")
            return {"until": message}
        if self.until is not None and self.times is not None:
            return {"times": _("Give the last day or the number of times, not both.")}
        if self.until is not None and self.until < self.start_date:
            return {"until": _("The end is before the beginning.")}
        weekday = WEEKDAYS[self.start_date.weekday()]
        if self.recurrence == Frequency.WEEKLY and self.weekdays and weekday not in self.weekdays:
            message = _("The first day is a %(weekday)s: tick it too, or begin on another day.")
            return {"weekdays": format_weekday(message, self.start_date)}
        return self._wrong_dates()

    def _wrong_dates(self) -> dict[str, Any]:
        try:
            left_out = dates_in(self.left_out)
        except ValueError as error:
            message = _("“%(text)s” is not a day that exists. Write 24/12/2026.")
            return {"left_out": ValidationError(message, params={"text": str(error)})}
        every = self.rule(()).every(MOST + 1)
        if len(every) > MOST:
            message = _("That makes more than %(most)d dates: end it earlier.")
            return {"until": ValidationError(message, params={"most": MOST})}
        if foreign := [day for day in left_out if day not in every]:
            message = _("%(day)s is not one of the dates.")
            shown = foreign[0].strftime("%d/%m/%Y")
            return {"left_out": ValidationError(message, params={"day": shown})}
        if len(set(left_out)) == len(every):
            return {"left_out": _("No date is left.")}
        return {}

    def rule(self, left_out: Any = None) -> Rule:
        """The days of this row, as a rule. ValueError for words that are no day."""
        return Rule(
            self.start_date,
            self.recurrence,
            self.interval,
            [name for name in self.weekdays.split(",") if name],
            self.until,
            self.times,
            dates_in(self.left_out) if left_out is None else left_out,
        )

    def moments(self, status: str) -> list[Moment]:
        """Its dates in order, at most `MOST`; `status` is that of the event. All-day dates are
        days of the calendar: they stand at the midnights of the site's own time zone."""
        own = status if status == Status.CANCELLED else self.status or status
        all_day = self.start_time is None
        zone = timezone.get_default_timezone() if all_day else ZoneInfo(self.time_zone or ZONE)
        length = (self.end_date or self.start_date) - self.start_date
        found = []
        for day in self.rule().days():
            if self.start_time is None:
                start = dt.datetime.combine(day, dt.time(), zone)
                end = dt.datetime.combine(day + length + _ONE_DAY, dt.time(), zone)
            else:
                start = dt.datetime.combine(day, self.start_time, zone)
                end = dt.datetime.combine(day + length, self.end_time or self.start_time, zone)
            found.append(Moment(start, end, all_day, self.time_zone, own))
        return found


def format_weekday(message: Any, day: dt.date) -> ValidationError:
    return ValidationError(message, params={"weekday": WEEKDAY_NAMES[day.weekday()]})


def moments_of(rows: Any, status: str) -> list[Moment]:
    """All dates of an event in the order of time, at most `MOST`."""
    found = [moment for row in rows for moment in row.moments(status)]
    return sorted(found, key=lambda one: (one.start, one.end))[:MOST]
