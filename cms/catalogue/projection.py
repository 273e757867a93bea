"""From public pages to records: read the state again, write records or tombstones.

Each call is one short transaction. Two projections of the same page follow each other (a lock
on the page), so the later one has read the later state; the clock is taken last.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from wagtail.models import Page, Site

from cms.core.pages import BasePage
from cms.core.records import Occurrence as Dated
from cms.core.records import RecordDraft, record_uid
from cms.core.vocabularies import LANGUAGE, LICENCE, ORGANISATION, YEAR

from . import clock, former, rendering, ties
from .models import Occurrence, Place, Record
from .visibility import GONE_REASON, PUBLIC_PAGE, public_pages

log = logging.getLogger(__name__)

# Pages in one transaction: enough to share queries, few enough that nobody waits long.
BATCH = 200
MAX_YEARS = 60  # by which one record is found

# Advisory locks: a class for pages, and one lock that hiding takes alone.
_PAGE_LOCKS = 0x52454C
_HIDING = 0x52454C4149

_CONTENT = (
    "page_id", "type", "locale", "translation_key", "version", "modified_at", "published_at",
    "gone_at", "gone_reason", "title", "title_key", "summary", "url", "date", "date_precision",
    "licence", "open_from", "open_until", "changes_at", "labels", "thumbnail", "terms",
    "terms_broader", "has", "json", "document", "digest",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Projected:
    """What a projection did, in numbers of records."""

    written: int = 0
    retired: int = 0

    def __add__(self, other: "Projected") -> "Projected":
        return Projected(self.written + other.written, self.retired + other.retired)


@dataclass(frozen=True, slots=True)
class Described:
    """A page with its draft and the record that the draft becomes (None for a page type that
    has no record, such as a section)."""

    page: BasePage
    draft: RecordDraft
    record: Record | None

    def dependencies(self) -> set[tuple[str, int]]:
        return {(found.kind, found.object_id) for found in self.draft.depends_on}

    def links(self) -> set[tuple[str, int, int]]:
        """Its ties: relation, the other page, place in order. None without a record."""
        found = self.draft.links if self.record is not None else []
        return {(link.relation, link.page_id, place) for place, link in enumerate(found)}


def project(page_ids: Iterable[int]) -> Projected:
    """Make the records of these pages say what the pages say now. At most BATCH pages.

    Opens a transaction of its own, or a savepoint inside the caller's. A page that cannot be
    described keeps the record and the dependencies it has; the error is logged.
    """
    ids = sorted(set(page_ids))
    with transaction.atomic():
        _lock(ids)
        public = public_pages(ids)
        found = describe(public)
        rows = [one.record for one in found if one.record is not None]
        ties.write_dependencies({one.page.pk: one.dependencies() for one in found})
        ties.write_links({one.page.pk: one.links() for one in found})
        written = _write(rows)
        retired = retire([number for number in ids if number not in public])
        retired += _retire_others([one.page.pk for one in found], rows)
        return Projected(written, retired)


def hide(page_ids: Sequence[int]) -> int:
    """Retire at once, by one statement, those of the pages that are not public. Any number."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_HIDING])
        return retire(page_ids)


def retire(page_ids: Sequence[int]) -> int:
    """Turn the records of these pages, where not public, into tombstones. Needs a transaction."""
    if not page_ids:
        return 0
    hidden = f"""
        NOT EXISTS (SELECT 1 FROM wagtailcore_page page
                    WHERE page.id = used.page_id AND {PUBLIC_PAGE})
    """
    ties.drop(page_ids, hidden)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT used.uid, {GONE_REASON} FROM cms_catalogue_record used
                LEFT JOIN wagtailcore_page page ON page.id = used.page_id
                WHERE used.page_id = ANY(%s) AND used.gone_at IS NULL AND {hidden}
                ORDER BY used.uid""",
            [list(page_ids)],
        )
        return _bury(cursor.fetchall())


def _bury(found: Sequence[tuple[Any, str]]) -> int:
    """Write tombstones: (uid, reason). A tombstone keeps nothing that a reader could read, only
    identifiers of what it was about: a partner who harvests one descriptor must learn of it."""
    if not found:
        return 0
    former.keep([uid for uid, _ in found])
    last, moment = clock.tick(len(found))
    first = last - len(found) + 1
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE cms_catalogue_record record
            SET version = %s + tomb.place - 1, modified_at = %s, gone_at = %s,
                gone_reason = tomb.reason, title = '', title_key = '', summary = '', url = '',
                date = NULL, date_precision = '', licence = '', open_from = NULL,
                open_until = NULL, changes_at = NULL, labels = '{}', thumbnail = '',
                terms = '{}', has = '{}', json = '', document = '{}', digest = ''
            FROM unnest(%s::uuid[], %s::text[]) WITH ORDINALITY AS tomb(uid, reason, place)
            WHERE record.uid = tomb.uid
            """,
            [
                first,
                moment,
                moment,
                [uid for uid, _ in found],
                [why for _, why in found],
            ],
        )
    _forget([uid for uid, _ in found])
    ties.mark_translated([uid for uid, _ in found])
    return len(found)


def _forget(uids: Sequence[uuid.UUID]) -> None:
    """The dates and the places of these records go."""
    Occurrence.objects.filter(record_id__in=uids).delete()
    Place.objects.filter(record_id__in=uids).delete()


def _retire_others(page_ids: Sequence[int], rows: Sequence[Record]) -> int:
    """Bury the records of these pages that are no longer theirs: a page that changed its
    language, or its type for one without records."""
    stale = (
        Record.objects.filter(page_id__in=page_ids, gone_at__isnull=True)
        .exclude(uid__in=[row.uid for row in rows])
        .order_by("uid")
        .values_list("uid", flat=True)
    )
    return _bury([(uid, "deleted") for uid in stale])


def _lock(page_ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_HIDING])
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, id) FROM"
            " (SELECT id FROM unnest(%s::int[]) id ORDER BY id OFFSET 0) ordered",
            [_PAGE_LOCKS, list(page_ids)],
        )


def _specific(page_ids: set[int]) -> list[BasePage]:
    """The pages as objects of their own types, one query for each type."""
    by_type: dict[int, list[int]] = {}
    for number, kind in Page.objects.filter(pk__in=page_ids).values_list("pk", "content_type_id"):
        by_type.setdefault(kind, []).append(number)
    pages: list[BasePage] = []
    for kind, numbers in by_type.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        if model is not None and issubclass(model, BasePage):
            pages += model.objects.filter(pk__in=numbers).select_related("locale")
    return pages


def describe(page_ids: Iterable[int]) -> list[Described]:
    """What these public pages say of themselves now. Reads only."""
    # Another process may have moved a site's root since this one looked.
    Site.clear_site_root_paths_cache()
    by_class: dict[type[BasePage], list[BasePage]] = {}
    for page in _specific(set(page_ids)):
        by_class.setdefault(type(page), []).append(page)
    return [one for group in by_class.values() for one in _describe(group)]


def _describe(pages: Sequence[BasePage]) -> list[Described]:
    """One batch of one type; where it fails, each page alone, so that none spoils the others."""
    model = type(pages[0])
    try:
        with transaction.atomic():
            drafts = {draft.page_id: draft for draft in model.describe_many(pages)}
            spoken = {page.pk: page.locale.language_code for page in pages}
            targets = ties.targets(list(drafts.values()), spoken)
            return [
                Described(
                    page,
                    drafts[page.pk],
                    _record(page, drafts[page.pk], targets.get(spoken[page.pk], {})),
                )
                for page in pages
                if page.pk in drafts
            ]
    except OperationalError:  # the database, not the page: to be tried again
        raise
    except Exception:
        if len(pages) > 1:
            log.exception("A batch of %s cannot be described; one by one.", model.__name__)
            return [one for page in pages for one in _describe([page])]
        log.exception("Page %s cannot be described; its record stays as it was.", pages[0].pk)
        return []


def _record(page: BasePage, draft: RecordDraft, targets: ties.Targets) -> Record | None:
    """The page's record, unsaved, without version and date of change."""
    if page.record_type is None:
        return None
    return row(
        draft,
        kind=page.record_type.name,
        locale=page.locale.language_code,
        translation_key=page.translation_key,
        targets=targets,
    )


def _filters(draft: RecordDraft, kind: str, locale: str) -> tuple[list[str], list[str]]:
    """All by which a record is filtered, as "scheme:id": its own, then with what is broader."""
    found = [*draft.terms, *draft.territories]
    own = [f"{term.scheme}:{term.id}" for term in found]
    own += [f"{ORGANISATION}:{one.uid}" for one in draft.organisations if one.uid]
    own += [f"{name}:{value}" for name, value in rendering.facet_values(draft, kind)]
    own += [f"{YEAR}:{year}" for year in _years(draft)]
    if draft.licence:
        own.append(f"{LICENCE}:{draft.licence}")
    spoken = [locale, *(one.language for one in draft.downloads if one.language)]
    own += [f"{LANGUAGE}:{one}" for one in spoken]
    own = list(dict.fromkeys(own))
    above = [f"{term.scheme}:{broader}" for term in found for broader in term.ancestors]
    return own, list(dict.fromkeys([*own, *above]))


def _years(draft: RecordDraft) -> list[int]:
    """Every year in which it is: those of its period, and those of its dates."""
    period: list[int] = []
    if draft.date:
        first = draft.date.value.year
        last = max(first, min(draft.last_year or first, first + MAX_YEARS - 1))
        period = [*range(first, last + 1)]
    zone = timezone.get_default_timezone()
    dates = (timezone.localtime(one.start, zone).year for one in draft.occurrences)
    return list(dict.fromkeys([*period, *sorted(dates)]))


def _over(one: Dated) -> dt.datetime:
    """When a date is over: one without an end lasts until its day is."""
    if one.end > one.start:
        return one.end
    local = timezone.localtime(one.start, timezone.get_default_timezone())
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)


def row(
    draft: RecordDraft,
    *,
    kind: str,
    locale: str,
    translation_key: Any,
    targets: ties.Targets | None = None,
) -> Record:
    """The record that a draft becomes, unsaved, without version and date of change. `targets`:
    the public records to which it is tied, by the page that was chosen."""
    draft = rendering.without_markers(draft)
    uid = record_uid(translation_key, locale)
    item = rendering.item(draft, uid=uid, kind=kind, locale=locale, targets=targets or {})
    answer = rendering.encode(item)
    document = rendering.search_document(draft, locale=locale)
    terms, broader = _filters(draft, kind, locale)
    ends = [_over(one) for one in draft.occurrences if one.status != "cancelled"]
    record = Record(
        uid=uid,
        page_id=draft.page_id,
        type=kind,
        locale=locale,
        translation_key=translation_key,
        published_at=draft.published_at,
        gone_at=None,
        gone_reason="",
        title=draft.title,
        title_key=rendering.title_key(draft.sort_title or draft.title),
        summary=draft.summary,
        url=draft.url,
        date=draft.date.value if draft.date else None,
        date_precision=draft.date.precision if draft.date else "",
        licence=draft.licence,
        open_from=draft.open_from,
        open_until=draft.open_until or max(ends, default=None),
        changes_at=draft.changes_at,
        # Those that it has in its own language: lists cannot mark them one by one.
        labels=[
            term.label(locale)
            for term in draft.terms
            if locale == settings.LANGUAGE_CODE or locale in term.labels
        ],
        thumbnail=draft.image.url if draft.image else "",
        terms=terms,
        terms_broader=broader,
        has=rendering.has(item),
        json=answer,
        document=document,
        digest=rendering.digest(answer, document, broader, draft.open_from, draft.changes_at),
    )
    record.new_occurrences = [Occurrence(record=record, **asdict(one)) for one in draft.occurrences]
    record.new_places = [Place(record=record, **asdict(one)) for one in draft.points]
    return record


def _write(rows: Sequence[Record]) -> int:
    """Store those records that say something new, under new versions. Needs a transaction."""
    known = dict(
        Record.objects.filter(uid__in=[row.uid for row in rows]).values_list("uid", "digest")
    )
    changed = [row for row in rows if known.get(row.uid) != row.digest]
    if not changed:
        return 0
    last, moment = clock.tick(len(changed))
    for place, record in enumerate(changed):
        record.version = last - len(changed) + 1 + place
        record.modified_at = moment
        _stamp(record)
    Record.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["uid"], update_fields=_CONTENT
    )
    _forget([record.uid for record in changed if record.uid in known])
    ties.mark_translated([record.uid for record in changed])
    Occurrence.objects.bulk_create(one for record in changed for one in record.new_occurrences)
    Place.objects.bulk_create(one for record in changed for one in record.new_places)
    return len(changed)


def _stamp(record: Record) -> None:
    """Write the first fields of the answer: only now are they known."""
    stamp = rendering.encode(
        {"version": record.version, "modified_at": record.modified_at.isoformat()}
    )
    record.json = f"{stamp[:-1]},{record.json[1:]}"


def rehearse(page_id: int) -> uuid.UUID | None:
    """Write the record that a page would have if it were public, as version 0, for a transaction
    that is rolled back: the clock does not move. Its uid; None for a page that has no record."""
    found = describe([page_id])
    record = found[0].record if found else None
    if record is None:
        return None
    record.version, record.modified_at = 0, timezone.now()
    _stamp(record)
    ties.write_links({one.page.pk: one.links() for one in found})
    record.save()
    return record.uid


def store(rows: Sequence[Record]) -> int:
    """Store records that stand for no page: measurements in a throw-away database."""
    with transaction.atomic():
        return _write(rows)
