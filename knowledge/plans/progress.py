"""How far the actions are: counts by status, never a weighted guess."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy

CELL, GAP = 12, 2  # of the drawing, in its own units


class Status(models.TextChoices):
    NOT_STARTED = "not_started", pgettext_lazy("an action", "Not started")
    IN_PROGRESS = "in_progress", pgettext_lazy("an action", "In progress")
    DONE = "done", pgettext_lazy("an action", "Done")
    POSTPONED = "postponed", pgettext_lazy("an action", "Postponed")
    ABANDONED = "abandoned", pgettext_lazy("an action", "Abandoned")


UNKNOWN = ""
ORDER = (
    Status.DONE, Status.IN_PROGRESS, Status.NOT_STARTED, Status.POSTPONED, Status.ABANDONED,
    UNKNOWN,
)  # fmt: skip


def status_label(status: str) -> str:
    return (
        str(Status(status).label)
        if status in Status.values
        else pgettext("an action", "Not stated")
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """One action in the drawing; `x` is where it begins."""

    status: str
    x: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Actions counted by status, in the order of `ORDER`."""

    counts: dict[str, int]

    @classmethod
    def of(cls, statuses: Iterable[str]) -> "Progress":
        counts = dict.fromkeys(ORDER, 0)
        for status in statuses:
            counts[status if status in counts else UNKNOWN] += 1
        return cls({status: number for status, number in counts.items() if number})

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def text(self) -> str:
        """ "3 réalisées, 5 en cours, 2 non démarrées sur 10"."""
        said = ", ".join(_counted(status, n) for status, n in self.counts.items())
        return gettext("%(counts)s out of %(total)s") % {"counts": said, "total": self.total}

    @property
    def cells(self) -> list[Cell]:
        """One for each action, those of one status together."""
        statuses = [status for status, number in self.counts.items() for _one in range(number)]
        return [Cell(status, str(place * (CELL + GAP))) for place, status in enumerate(statuses)]

    @property
    def drawing_width(self) -> str:
        """The cells, and half a line on either side."""
        return str(max(self.total, 1) * (CELL + GAP))


def _counted(status: str, number: int) -> str:
    match status:
        case Status.DONE:
            text = ngettext("%(n)d done", "%(n)d done", number)
        case Status.IN_PROGRESS:
            text = ngettext("%(n)d in progress", "%(n)d in progress", number)
        case Status.NOT_STARTED:
            text = ngettext("%(n)d not started", "%(n)d not started", number)
        case Status.POSTPONED:
            text = ngettext("%(n)d postponed", "%(n)d postponed", number)
        case Status.ABANDONED:
            text = ngettext("%(n)d abandoned", "%(n)d abandoned", number)
        case _:
            text = ngettext("%(n)d not stated", "%(n)d not stated", number)
    return text % {"n": number}
