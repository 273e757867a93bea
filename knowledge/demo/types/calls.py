"""The demo's calls for projects: their hours are told from today."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils import timezone

from knowledge.calls.models import CallPage

from ..blocks import stream
from ..centre import Centre
from ..library import CONTENT, read


def load(centre: Centre, say: Callable[[str], Any]) -> None:
    """Put them in, published."""
    say("  appels à projets…")
    for path in sorted((CONTENT / "calls").glob("*.yaml")):
        entry = read(f"calls/{path.name}")
        page = centre.add(_call(entry, centre), "appels", entry, "call")
        centre.fill(page, entry)
        centre.publish(page, centre.day(entry["published"]))


def _call(entry: dict[str, Any], centre: Centre) -> CallPage:
    return CallPage(
        opens_at=_hour(entry["opens"], centre),
        closes_at=_hour(entry["closes"], centre),
        programme=entry.get("programme", ""),
        eligibility=stream(entry.get("eligibility") or [], centre.library),
        amount=entry.get("amount", ""),
        amount_min=_amount(entry.get("amount_min")),
        amount_max=_amount(entry.get("amount_max")),
        apply_url=entry.get("apply_url", ""),
    )


def _hour(value: str, centre: Centre) -> dt.datetime:
    """ "+10 12:00": in ten days, at noon."""
    day, hour = value.split()
    return dt.datetime.combine(
        centre.day(day), dt.time.fromisoformat(hour), timezone.get_default_timezone()
    )


def _amount(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
