"""What already exists beside a submission: nearly the same title, the same place, the same days."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.catalogue.models import Record
from cms.catalogue.visibility import public_pages
from knowledge.base.similar import similar_pages

from .accepting import model_of
from .models import Submission

SHOWN = 6
_NEAR = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Alike:
    """A page and why it is shown: "title", "place" or "date"."""

    page_id: int
    title: str
    live: bool
    address: str
    why: str


def similar(submission: Submission, user: Any) -> list[Alike]:
    """Pages of the same type that this user may see, each once. Six queries at most."""
    model = model_of(submission)
    if model is None:
        return []
    why: dict[int, str] = {}
    titles = similar_pages(submission.title[:255], [model], submission.language)
    for number in titles.values_list("pk", flat=True)[: SHOWN * 2]:
        why.setdefault(number, "title")
    records = Record.objects.filter(
        type=submission.kind, locale=submission.language, gone_at__isnull=True
    ).order_by("-published_at", "uid")
    if day := _day(submission.said()):
        near = records.filter(date__range=(day - _NEAR, day + _NEAR))
        for number in near.values_list("page_id", flat=True)[:SHOWN]:
            why.setdefault(number, "date")
    if submission.territory is not None:
        here = records.filter(terms__contains=[f"territory:{submission.territory.slug}"])
        for number in here.values_list("page_id", flat=True)[:SHOWN]:
            why.setdefault(number, "place")
    why.pop(submission.page_id or 0, None)
    return _seen(why, user)


def _day(values: dict[str, Any]) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(values.get("start_date", "")))
    except ValueError:
        return None


def _seen(why: dict[int, str], user: Any) -> list[Alike]:
    policy = policy_registry.get_by_type(Page)
    mine = policy.explorable_instances(user).filter(pk__in=why)
    seen = {*mine.values_list("pk", flat=True), *public_pages(why)}
    pages = Page.objects.in_bulk(seen)
    return [
        Alike(
            number, pages[number].draft_title or pages[number].title, pages[number].live,
            reverse("wagtailadmin_pages:edit", args=[number]), reason,
        )
        for number, reason in why.items()
        if number in pages
    ]  # fmt: skip
