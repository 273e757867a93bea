"""What already exists beside a submission: nearly the same title, the same place, the same days."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models.functions import Length, Lower
from django.urls import reverse
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.catalogue.models import Record
from cms.catalogue.rendering import title_key
from cms.catalogue.visibility import public_pages
from knowledge.base.similar import ALIKE, Plain
from search.models import Entry

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
    """Pages of the same type that this user may see, each once. Seven queries at most."""
    model = model_of(submission)
    if model is None:
        return []
    why: dict[int, str] = {}
    records = Record.objects.filter(
        type=submission.kind, locale=submission.language, gone_at__isnull=True
    ).order_by("-published_at", "uid")
    for number in _titled(submission, records, model):
        why.setdefault(number, "title")
    if day := _day(submission.said()):
        near = records.filter(date__range=(day - _NEAR, day + _NEAR))
        for number in near.values_list("page_id", flat=True)[:SHOWN]:
            why.setdefault(number, "date")
    if submission.territory is not None:
        place = [f"territory:{submission.territory.slug}"]
        # The second has the index; the first leaves out what lies in it.
        here = records.filter(terms__contains=place, terms_broader__contains=place)
        for number in here.values_list("page_id", flat=True)[:SHOWN]:
            why.setdefault(number, "place")
    why.pop(submission.page_id or 0, None)
    return _seen(why, user)


def _titled(submission: Submission, records: Any, model: Any) -> list[int]:
    """Pages called nearly the same: what is online by its stored key, drafts by their title."""
    asked = title_key(submission.title)
    # The index of titles is the search's.
    near = Entry.objects.filter(
        actor=bool(model.record_type.actor), locale=submission.language,
        title_key__trigram_similar=asked,
    )  # fmt: skip
    alike = TrigramSimilarity("title_key", asked)
    found = records.filter(uid__in=near.values("uid")).annotate(alike=alike)
    online = found.filter(alike__gte=ALIKE).order_by("-alike", "uid")
    return [
        *online.values_list("page_id", flat=True)[:SHOWN],
        *_drafts(model, submission.language, asked).values_list("pk", flat=True)[:SHOWN],
    ]


def _drafts(model: Any, language: str, asked: str) -> Any:
    """Drafts have no record. Titles that are much shorter or longer have too few trigrams in
    common: they are left out before they are compared."""
    drafts = Page.objects.type(model).filter(
        live=False, alias_of__isnull=True, locale__language_code=language
    )
    plain = TrigramSimilarity(Plain(Lower("draft_title")), asked)
    near = drafts.annotate(signs=Length("draft_title")).filter(
        signs__range=(len(asked) * 2 // 5, len(asked) * 5 // 2 + 5)
    )
    return near.annotate(alike=plain).filter(alike__gte=ALIKE).order_by("-alike", "pk")


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
