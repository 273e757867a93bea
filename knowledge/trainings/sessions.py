"""When and where a training takes place, and who leads it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Orderable, TranslatableMixin

from cms.core.policy import policy
from cms.core.records import Occurrence
from knowledge.base.actors import actor_chooser
from knowledge.base.places import PLACE, Placed
from knowledge.territories.models import Territory


class SessionStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("session", "Open")
    FULL = "full", pgettext_lazy("session", "Full")
    CANCELLED = "cancelled", pgettext_lazy("session", "Cancelled")
    POSTPONED = "postponed", pgettext_lazy("session", "Postponed")


HELD = (SessionStatus.OPEN, SessionStatus.FULL)


class TrainingSession(Placed, TranslatableMixin, Orderable):
    """One time that the training is given: its days, its place or its room online, its seats."""

    page = ParentalKey(
        "knowledge_trainings.TrainingPage", on_delete=models.CASCADE, related_name="sessions"
    )
    start = models.DateField(
        _("first day"),
        null=True,
        blank=True,
        help_text=_("Left empty only for a session postponed to a day that is not known yet."),
    )
    end = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Left empty, it lasts one day.")
    )
    start_time = models.TimeField(_("begins at"), null=True, blank=True)
    end_time = models.TimeField(_("ends at"), null=True, blank=True)
    schedule = models.CharField(
        _("days in words"),
        max_length=200,
        blank=True,
        help_text=_("For days that do not follow each other: “12, 19 et 26 mars”."),
    )
    is_online = models.BooleanField(_("online"), default=False)
    online_url = models.URLField(
        _("address of the room online"),
        blank=True,
        help_text=_("Only if anybody may join: everybody sees it."),
    )
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    seats_taken = models.PositiveSmallIntegerField(
        _("seats taken"),
        null=True,
        blank=True,
        help_text=_("Once all are taken, the session is said full and takes no inscription."),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=SessionStatus, default=SessionStatus.OPEN
    )
    registration_url = models.URLField(_("address for inscriptions"), blank=True)
    registration_deadline = models.DateField(_("last day of inscriptions"), null=True, blank=True)

    panels = [
        FieldRowPanel([FieldPanel("start"), FieldPanel("end")]),
        FieldRowPanel([FieldPanel("start_time"), FieldPanel("end_time")]),
        FieldPanel("schedule"),
        FieldPanel("status"),
        MultiFieldPanel(
            [*Placed.place_panels, FieldPanel("is_online"), FieldPanel("online_url")],
            heading=_("Place"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("seats"), FieldPanel("seats_taken")]),
                FieldRowPanel(
                    [FieldPanel("registration_url"), FieldPanel("registration_deadline")]
                ),
            ],
            heading=_("Seats and inscriptions"),
        ),
    ]
    override_translatable_fields = policy(
        translated=("schedule",),
        synchronised=(
            *PLACE,
            "start",
            "end",
            "start_time",
            "end_time",
            "is_online",
            "online_url",
            "seats",
            "seats_taken",
            "status",
            "registration_url",
            "registration_deadline",
        ),
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return " ".join(filter(None, [str(self.start or ""), self.place_name, self.status]))

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        if self.start is None:
            if self.status != SessionStatus.POSTPONED:
                wrong["start"] = _("Give the first day; only a postponed session may lack it.")
            elif self.end:
                wrong["start"] = _("Give the first day too.")
        elif self.end and self.end < self.start:
            wrong["end"] = _("The session ends before it starts.")
        elif self.registration_deadline and self.registration_deadline > (self.end or self.start):
            wrong["registration_deadline"] = _("Inscriptions would close after the session.")
        if self.end_time and self.start_time is None:
            wrong["start_time"] = _("Give the hour at which it begins.")
        elif self._ends_too_early() and not wrong:
            wrong["end_time"] = _("The session ends before it starts.")
        if self.seats_taken and self.seats is not None and self.seats_taken > self.seats:
            wrong["seats_taken"] = _("More seats are taken than there are.")
        if wrong:
            raise ValidationError(wrong)

    def _ends_too_early(self) -> bool:
        """Of one day, by its hours."""
        if self.start_time is None or self.end_time is None:
            return False
        return self.last_day == self.start and self.end_time <= self.start_time

    @property
    def last_day(self) -> dt.date | None:
        return self.end or self.start

    @property
    def state(self) -> str:
        """Its status; "full" too where every seat is taken."""
        taken = self.seats is not None and (self.seats_taken or 0) >= self.seats
        if self.status == SessionStatus.OPEN and taken:
            return SessionStatus.FULL
        return self.status

    @property
    def seats_left(self) -> int | None:
        """How many seats are left; None where it is not said."""
        if self.seats is None or self.seats_taken is None:
            return None
        return self.seats - self.seats_taken

    def is_past(self, today: dt.date | None = None) -> bool:
        """Whether its last day is over; a session without a day is to come."""
        last = self.last_day
        return last is not None and last < (today or timezone.localdate())

    @property
    def over_at(self) -> dt.datetime | None:
        """When it is over: at its last hour, or at the midnight after its last day; None without
        a day."""
        last = self.last_day
        if last is None:
            return None
        return _at(last, self.end_time) if self.end_time else _at(last + dt.timedelta(days=1))

    def room_online(self, now: dt.datetime) -> str:
        """The address of the room online; "" once the session is over or cancelled."""
        over = self.over_at is not None and self.over_at <= now
        return "" if over or self.status == SessionStatus.CANCELLED else self.online_url

    def takes_inscriptions(self, today: dt.date | None = None) -> bool:
        """Whether a reader is offered to register."""
        today = today or timezone.localdate()
        closes = self.registration_deadline or self.last_day
        return bool(
            self.registration_url
            and self.state == SessionStatus.OPEN
            and not self.is_past(today)
            and (closes is None or closes >= today)
        )

    def occurrences(self, place: str = "") -> list[Occurrence]:
        """The session in a calendar: one day with its hours if they are told, else whole days;
        where the days do not follow each other, the first and the last. None without a day, nor
        for a postponed one: its days are no longer true."""
        if self.start is None or self.status == SessionStatus.POSTPONED:
            return []
        last = self.end or self.start
        if last == self.start:
            return [self._occurrence(last, last, place)]
        if self.schedule:
            return [self._occurrence(day, day, place) for day in (self.start, last)]
        return [self._occurrence(self.start, last, place)]

    def _occurrence(self, first: dt.date, last: dt.date, place: str) -> Occurrence:
        status = "cancelled" if self.status == SessionStatus.CANCELLED else "confirmed"
        told = self.start_time and self.end_time and self.start_time < self.end_time
        if first == last and told:
            begin, end = _at(first, self.start_time), _at(first, self.end_time)
            return Occurrence(begin, end, status=status, place=place)
        after = last + dt.timedelta(days=1)
        return Occurrence(_at(first), _at(after), all_day=True, status=status, place=place)

    def describe(self, communes: Mapping[int, Territory], now: dt.datetime) -> dict[str, Any]:
        """For readers outside the house, as of now."""
        return {
            "start": _iso(self.start),
            "end": _iso(self.last_day),
            "start_time": _hour(self.start_time),
            "end_time": _hour(self.end_time),
            "schedule": self.schedule,
            "status": self.state,
            "place": self.place_text(communes),
            "online": self.is_online,
            "online_url": self.room_online(now),
            "seats": self.seats,
            "seats_taken": self.seats_taken,
            "registration_url": self.registration_url,
            "registration_deadline": _iso(self.registration_deadline),
        }


def _at(day: dt.date, hour: dt.time | None = None) -> dt.datetime:
    return dt.datetime.combine(day, hour or dt.time(), timezone.get_default_timezone())


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _hour(hour: dt.time | None) -> str | None:
    return hour.isoformat("minutes") if hour else None


class TrainingSpeaker(TranslatableMixin, Orderable):
    """Who leads the training: somebody of the directory, or a name as printed."""

    page = ParentalKey(
        "knowledge_trainings.TrainingPage", on_delete=models.CASCADE, related_name="speakers"
    )
    person = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("person of the directory"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    name = models.CharField(
        _("or a name"),
        max_length=200,
        blank=True,
        help_text=_("For somebody who is not in the directory."),
    )
    function = models.CharField(
        _("function"), max_length=200, blank=True, help_text=_("Formatrice, médecin de santé…")
    )

    person_id: int | None

    panels = [
        FieldPanel("person", widget=actor_chooser.widget_class()),
        FieldPanel("name"),
        FieldPanel("function"),
    ]
    override_translatable_fields = policy(translated=("function",), synchronised=("person", "name"))

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")

    def __str__(self) -> str:
        return self.name or str(self.person)

    def clean(self) -> None:
        super().clean()
        if not self.person_id and not self.name.strip():
            raise ValidationError(
                {"person": _("Choose somebody in the directory, or write a name.")}
            )
