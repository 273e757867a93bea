"""What the demo's visitors searched for, and what editors put first."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from cms.core.records import record_uid
from search.desk.models import Pick, PickPage, SearchClick, SearchDay, SearchedText
from search.desk.texts import text_key

from ..centre import Centre, flat
from ..library import read


def load(centre: Centre, say: Callable[[str], Any]) -> None:
    """Put them in, up to yesterday."""
    say("  recherches…")
    content = read("searches.yaml")
    for entry in content["searches"]:
        _searched(entry, centre)
    for entry in content["picks"]:
        keys = [text_key(text) for text in entry["texts"]]
        pick = Pick.objects.create(
            texts="\n".join(entry["texts"]), keys=keys, note=flat(entry.get("note"))
        )
        for place, slug in enumerate(entry["guides"]):
            page = centre.pages[f"guide:{slug}"]
            PickPage.objects.create(pick=pick, page=page, sort_order=place)


def _searched(entry: dict[str, Any], centre: Centre) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    searched = SearchedText.objects.create(
        text=text_key(entry["text"]),
        locale="fr",
        written=entry["text"],
        searches=sum(entry["weeks"]),
        results=entry["results"],
        engine="postgresql",
        last_day=yesterday,
    )
    SearchDay.objects.bulk_create(
        SearchDay(
            searched=searched,
            day=yesterday - dt.timedelta(weeks=week),
            searches=searches,
            empty=0 if entry["results"] else searches,
        )
        for week, searches in enumerate(entry["weeks"])
        if searches
    )
    for slug, clicks in (entry.get("opened") or {}).items():
        key = centre.pages[f"guide:{slug}"].translation_key
        SearchClick.objects.create(
            searched=searched, day=yesterday, uid=record_uid(key, "fr"), position=1, clicks=clicks
        )
