"""From touches to records: spread, hide, project. Safe to run in many processes at once."""

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from .models import Touch
from .projection import BATCH, Projected, hide, project

# What a request does itself before it answers; the worker does the rest.
REQUEST_BATCHES = 2

# How a touch that is not a page becomes touches of pages: kind -> query for page ids.
_SPREAD = {
    # A page whose address changed is linked from others, perhaps through its translation; when
    # the home page of a language goes, every page below it does.
    "address": """
        SELECT used.page_id FROM cms_catalogue_dependency used
        WHERE used.kind = 'page' AND used.object_id IN (
            SELECT family.id FROM wagtailcore_page changed
            JOIN wagtailcore_page family ON family.translation_key = changed.translation_key
            WHERE changed.id = ANY(%(ids)s)
            UNION ALL SELECT unnest(%(ids)s)
        )
        UNION SELECT page.id FROM wagtailcore_page page JOIN wagtailcore_page top
        ON starts_with(page.path, top.path) WHERE top.id = ANY(%(ids)s) AND top.depth = 2
    """,
    "subtree": """
        SELECT page.id FROM wagtailcore_page page JOIN wagtailcore_page top
        ON starts_with(page.path, top.path) WHERE top.id = ANY(%(ids)s)
        UNION SELECT used.page_id FROM cms_catalogue_dependency used
        JOIN wagtailcore_page page ON used.kind = 'page' AND used.object_id = page.id
        JOIN wagtailcore_page top ON starts_with(page.path, top.path) WHERE top.id = ANY(%(ids)s)
    """,
    "site": "SELECT id FROM wagtailcore_page WHERE depth > 1 AND %(ids)s IS NOT NULL",
    "collection": """
        SELECT used.page_id FROM wagtailcore_collection top
        JOIN wagtailcore_collection own ON starts_with(own.path, top.path)
        JOIN (SELECT 'document' AS kind, id, collection_id FROM cms_core_customdocument
              UNION ALL SELECT 'image', id, collection_id FROM cms_core_customimage) file
          ON file.collection_id = own.id
        JOIN cms_catalogue_dependency used
          ON used.kind = file.kind AND used.object_id = file.id
        WHERE top.id = ANY(%(ids)s)
    """,
}
_DEPENDENTS = """
    SELECT page_id FROM cms_catalogue_dependency WHERE kind = %(kind)s AND object_id = ANY(%(ids)s)
"""

_TOUCH_DUE = """
    WITH due AS (
        UPDATE cms_catalogue_record SET changes_at = NULL
        WHERE changes_at <= %(now)s RETURNING page_id
    )
    INSERT INTO cms_catalogue_touch (kind, object_id) SELECT 'page', page_id FROM due
"""


@dataclass(frozen=True, slots=True)
class Flushed:
    """What a flush did, and whether it left work for the worker."""

    done: Projected
    left: bool


def flush(*, batches: int | None = None, wait: bool = True) -> Flushed:
    """Bring the catalogue up to date with every change committed so far.

    `batches` bounds the work (None: until nothing is left); pages that must vanish vanish
    whatever the bound. `wait`: wait for another process that holds touches, so that on return
    their changes are in the catalogue too.
    """
    done = Projected()
    if not Touch.objects.exists():
        return Flushed(done, left=False)
    _spread(wait)
    done += Projected(retired=_hide())
    made = 0
    while batches is None or made < batches:
        pages, projected = _project_some(wait)
        if not pages and not (wait and Touch.objects.filter(kind="page").exists()):
            break
        # None, although some wait: another process has just taken those we waited for.
        done += projected
        made += 1
        _spread(wait)
    return Flushed(done, left=Touch.objects.exists())


def touch_due() -> None:
    """Touch the pages whose records say something else from now on: each of them once."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCH_DUE, {"now": timezone.now()})


def _spread(wait: bool) -> None:
    """Turn touches of subtrees, collections and vocabularies into touches of pages."""
    with transaction.atomic():
        found: dict[str, set[int]] = {}
        taken = []
        rows = Touch.objects.exclude(kind="page").order_by("id")
        for row in rows.select_for_update(skip_locked=not wait):
            found.setdefault(row.kind, set()).add(row.object_id)
            taken.append(row.pk)
        with connection.cursor() as cursor:
            for kind, ids in found.items():
                query = _SPREAD.get(kind, _DEPENDENTS)
                cursor.execute(
                    "INSERT INTO cms_catalogue_touch (kind, object_id)"
                    f" SELECT DISTINCT 'page', spread.* FROM ({query}) spread",
                    {"kind": kind, "ids": list(ids)},
                )
        Touch.objects.filter(pk__in=taken).delete()


def _hide() -> int:
    """Everything touched that is no longer public vanishes now, however much it is."""
    pages = list(Touch.objects.filter(kind="page").values_list("object_id", flat=True).distinct())
    return hide(pages) if pages else 0


def _project_some(wait: bool) -> tuple[int, Projected]:
    """Project one batch and forget its touches, in one transaction."""
    with transaction.atomic():
        # Whole pages: one that was touched ten times is projected once.
        oldest = (
            Touch.objects.filter(kind="page")
            .values("object_id")
            .annotate(first=Min("id"))
            .order_by("first")
            .values_list("object_id", flat=True)[:BATCH]
        )
        rows = list(
            Touch.objects.filter(kind="page", object_id__in=list(oldest))
            .order_by("id")
            .select_for_update(skip_locked=not wait)
        )
        if not rows:
            return 0, Projected()
        pages = {row.object_id for row in rows}
        projected = project(pages)
        Touch.objects.filter(pk__in=[row.pk for row in rows]).delete()
        return len(rows), projected
