"""When an offer is open: said from its hours at the moment of reading, stored nowhere."""

import datetime as dt

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from cms.core.moments import day, hour


class State(models.TextChoices):
    """Where an offer stands at an hour."""

    UPCOMING = "upcoming", pgettext_lazy("call for projects", "To come")
    OPEN = "open", pgettext_lazy("call for projects", "Open")
    CLOSED = "closed", pgettext_lazy("call for projects", "Closed")


def state(
    opens_at: dt.datetime | None, closes_at: dt.datetime | None, now: dt.datetime | None = None
) -> State | None:
    """The state at an hour, this one unless told: closed from the very hour of closing on. None
    for one without hours."""
    now = now or timezone.now()
    if closes_at and now >= closes_at:
        return State.CLOSED
    if opens_at and now < opens_at:
        return State.UPCOMING
    return State.OPEN if opens_at or closes_at else None


def sentence(
    opens_at: dt.datetime | None, closes_at: dt.datetime | None, now: dt.datetime | None = None
) -> str:
    """ "Ouvert jusqu’au mardi 5 mai 2026 à 12 h", "Ouvre le…", "Clos depuis le…", "Ouvert"; ""
    without hours."""
    match state(opens_at, closes_at, now):
        case State.CLOSED if closes_at:
            return _("Closed since %(hour)s") % {"hour": spoken_hour(closes_at)}
        case State.UPCOMING if opens_at:
            return _("Opens on %(hour)s") % {"hour": spoken_hour(opens_at)}
        case State.OPEN if closes_at:
            return _("Open until %(hour)s") % {"hour": spoken_hour(closes_at)}
        case State.OPEN:
            return str(State.OPEN.label)
    return ""


def spoken_hour(moment: dt.datetime) -> str:
    """A day and an hour of the site, whatever zone is active: "mardi 5 mai 2026 à 12 h"."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return pgettext("a day at an hour", "%(day)s at %(hour)s") % {
        "day": day(local.date()),
        "hour": hour(local.time()),
    }
