"""Guides by bulk inserts: a page saved by Wagtail costs ten times as much.

Wagtail's signals do not fire; the database's triggers do, so the catalogue knows every page.
"""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page, Site
from wagtail.search.backends import get_search_backend

from cms.core.licences import Licence
from cms.core.models import SectionPage
from knowledge.base.models import PageDescriptor
from knowledge.guides.models import GuideChapter, GuidePage

from .chapters import chapters
from .reading import Doc

NAMESPACE = uuid.UUID("f2a0a2cf-5f0d-5a63-9b53-4d6dd2ae8a57")
SECTION_SLUG = "guides-corpus"


def key(doc: Doc) -> uuid.UUID:
    """By which a guide is known again: the same for the same document, in every database."""
    return uuid.uuid5(NAMESPACE, doc.id)


def section() -> SectionPage:
    """The shelf of the corpus, under the home page of the default site; made if missing."""
    home = Site.objects.select_related("root_page").get(is_default_site=True).root_page
    found = SectionPage.objects.child_of(home).filter(slug=SECTION_SLUG).first()
    if found is None:
        found = SectionPage(title="Guides du corpus", slug=SECTION_SLUG, locale=home.locale)
        home.add_child(instance=found)
    return found


def missing(docs: Sequence[Doc]) -> list[Doc]:
    """Those that have no page yet."""
    keys = set(
        GuidePage.objects.filter(translation_key__in=[key(doc) for doc in docs]).values_list(
            "translation_key", flat=True
        )
    )
    return [doc for doc in docs if key(doc) not in keys]


@transaction.atomic
def write(docs: Sequence[Doc], shelf: SectionPage, concepts: Mapping[str, list[int]]) -> int:
    """Make pages for those documents that have none: all of them or, when killed, none."""
    parent = SectionPage.objects.select_for_update().select_related("locale").get(pk=shelf.pk)
    docs = missing(docs)
    if not docs:
        return 0
    slugs = _slugs(docs, parent)
    pages = [_page(doc, slugs[doc.id], parent) for doc in docs]
    _hang(pages, parent)
    # Django does not insert into two tables of one model at once: first the rows of Page…
    rows = [Page(**{f.attname: getattr(page, f.attname) for f in _FIELDS}) for page in pages]
    for page, row in zip(pages, Page.objects.bulk_create(rows), strict=True):
        page.pk = page.page_ptr_id = row.pk
    _insert_own_rows(pages)  # …then those of the guides.
    GuideChapter.objects.bulk_create(
        _chapter(page, place, title, stream)
        for page, doc in zip(pages, docs, strict=True)
        for place, (title, stream) in enumerate(chapters(doc.text, key(doc)))
    )
    PageDescriptor.objects.bulk_create(
        PageDescriptor(page_id=page.pk, concept_id=number, sort_order=place)
        for page, doc in zip(pages, docs, strict=True)
        for place, number in enumerate(concepts.get(doc.id, ()))
    )
    # The admin's own search; its index of uses is made by `rebuild_references_index`.
    get_search_backend().get_index_for_model(GuidePage).add_items(GuidePage, pages)
    return len(pages)


_FIELDS = [field for field in Page._meta.local_concrete_fields if not field.primary_key]


def _slugs(docs: Sequence[Doc], parent: SectionPage) -> dict[str, str]:
    """The last part of each document's address, by its id: title and identifier. Identifiers
    that differ only by signs that an address has not ("A.1", "A1") need a mark of their own."""
    wanted = {doc.id: f"{slugify(doc.title)[:150]}-{slugify(doc.id)}".strip("-") for doc in docs}
    below = Page.objects.child_of(parent).filter(slug__in=set(wanted.values()))
    taken = set(below.values_list("slug", flat=True))
    found: dict[str, str] = {}
    for doc in docs:
        slug = wanted[doc.id]
        if not slug or slug in taken:
            slug = f"{slug}-{key(doc).hex[:12]}".strip("-")
        taken.add(slug)
        found[doc.id] = slug
    return found


def _page(doc: Doc, slug: str, parent: SectionPage) -> GuidePage:
    day = doc.date or dt.date(2020, 1, 1)
    moment = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
    return GuidePage(
        title=doc.title,
        draft_title=doc.title,
        slug=slug,
        url_path=f"{parent.url_path}{slug}/",
        locale=parent.locale,
        translation_key=key(doc),
        content_type=ContentType.objects.get_for_model(GuidePage),
        live=True,
        first_published_at=moment,
        last_published_at=moment,
        latest_revision_created_at=moment,
        summary=_shortened(doc.description),
        edition_date=doc.date.isoformat() if doc.date else "",
        licence=Licence.ETALAB_2,
    )


def _shortened(text: str, limit: int = 300) -> str:
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + "…"


def _chapter(page: GuidePage, place: int, title: str, stream: list[dict[str, Any]]) -> Any:
    return GuideChapter(
        page_id=page.pk,
        locale_id=page.locale_id,
        translation_key=uuid.uuid5(page.translation_key, f"chapter {place}"),
        sort_order=place,
        title=title,
        body=json.dumps(stream, ensure_ascii=False),
    )


def _hang(pages: Sequence[GuidePage], parent: SectionPage) -> None:
    """Give the pages their places after the last child of the parent (treebeard's paths)."""
    depth = parent.depth + 1
    children = Page.objects.filter(depth=depth, path__startswith=parent.path)
    last = children.aggregate(last=Max("path"))["last"]
    step = Page._str2int(last[-Page.steplen :]) if last else 0
    for place, page in enumerate(pages, start=1):
        page.depth = depth
        page.path = Page._get_path(parent.path, depth, step + place)
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + len(pages))


def _insert_own_rows(pages: Sequence[GuidePage]) -> None:
    fields = GuidePage._meta.local_concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    rows = [
        [field.get_db_prep_save(getattr(page, field.attname), connection) for field in fields]
        for page in pages
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{GuidePage._meta.db_table}" ({columns}) VALUES ({places})', rows
        )
