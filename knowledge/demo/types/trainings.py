"""The demo's trainings."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from knowledge.trainings.models import TrainingPage, TrainingSession, TrainingSpeaker

from ..blocks import stream
from ..centre import Centre, flat
from ..library import CONTENT, read

TEXTS = ("context", "objectives", "skills", "audience", "prerequisites", "programme", "methods")
FIELDS = (
    "modality", "duration_hours", "duration_text", "is_free", "price_euros", "price_text",
    "certification", "certification_code", "formacodes", "public_codes", "course",
    "entry_level", "entry_level_required", "permanent_entry", "alternation", "costs_covered",
    "activity_number",
)  # fmt: skip
DAYS = {"start", "end", "registration_deadline"}
HOURS = {"start_time", "end_time"}


def load(centre: Centre, say: Callable[[str], Any]) -> None:
    """Put them in, published."""
    say("  formations…")
    names = sorted(path.name for path in (CONTENT / "trainings").glob("*.yaml"))
    entries = [read(f"trainings/{name}") for name in names]
    pages = [centre.add(_page(entry, centre), "formations", entry, "training") for entry in entries]
    for page, entry in zip(pages, entries, strict=True):
        centre.fill(page, entry)
        page.sessions = [
            _session(one, place, centre) for place, one in enumerate(entry.get("sessions") or [])
        ]
        page.speakers = [
            _speaker(one, place, page, centre)
            for place, one in enumerate(entry.get("speakers") or [])
        ]
        centre.publish(page, centre.day(entry["published"]))


def _page(entry: dict[str, Any], centre: Centre) -> TrainingPage:
    page = TrainingPage()
    for name in TEXTS:
        setattr(page, name, _text(entry.get(name), centre))
    for name in FIELDS:
        if name in entry:
            setattr(page, name, entry[name])
    page.accessibility = flat(entry.get("accessibility"))
    page.registration_address = (entry.get("registration_address") or "").strip()
    return page


def _text(value: Any, centre: Centre) -> list[dict[str, Any]]:
    """One HTML text, or the blocks of a body."""
    blocks = [{"paragraph": value}] if isinstance(value, str) else value or []
    return stream(blocks, centre.library)


def _session(one: dict[str, Any], place: int, centre: Centre) -> TrainingSession:
    fields = dict(one)
    for name in DAYS & fields.keys():
        fields[name] = centre.day(fields[name])
    for name in HOURS & fields.keys():
        fields[name] = dt.time.fromisoformat(fields[name])
    if commune := fields.pop("commune", None):
        fields["commune"] = centre.territory(commune)
    return TrainingSession(sort_order=place, **fields)


def _speaker(one: dict[str, Any], place: int, page: Any, centre: Centre) -> TrainingSpeaker:
    slug = one.get("person")
    return TrainingSpeaker(
        sort_order=place,
        locale=page.locale,
        person=centre.pages[f"person:{slug}"] if slug else None,
        name=one.get("name", ""),
        function=one.get("function", ""),
    )
