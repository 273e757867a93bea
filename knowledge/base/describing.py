"""The relations of a batch of pages, one query for each kind whatever the size of the batch."""

import uuid
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import prefetch_related_objects
from wagtail.models import Page

from cms.catalogue.visibility import public_pages
from cms.core.records import (
    Contact,
    Dependency,
    OrganisationRole,
    Term,
    TextPart,
    record_uid,
)
from knowledge.territories.terms import Lines as PlaceLines
from knowledge.territories.terms import lines as place_lines
from knowledge.territories.terms import terms_many as place_terms
from knowledge.thesaurus.terms import Lines, lines, terms_many

from . import spoken as shared
from .relations import PageDownload


def rows(pages: Sequence[Any], name: str, together: str = "") -> list[Any]:
    """The child rows of some pages, which `preload.children` has read; `together`: with what they
    point to, one query for each step, none without rows."""
    found = [row for page in pages for row in getattr(page, name).all()]
    if together:
        prefetch_related_objects(found, together)
    return found


def rows_by_page(model: Any, pages: Sequence[Any], *together: str) -> dict[int, list[Any]]:
    """The rows of a type's own model, by page id, in order; `together`: what is fetched with
    them. One query."""
    found: dict[int, list[Any]] = {page.pk: [] for page in pages}
    own = model.objects.filter(page__in=list(found)).order_by("sort_order", "pk")
    for row in own.select_related(*together) if together else own:
        found[row.page_id].append(row)
    return found


def _shared(
    pages: Sequence[Any], spoken: Mapping[int, str], name: str, together: str
) -> list[tuple[int, Any]]:
    """(page id, shared content with its words in the page's language). A query for each step of
    `together` and, where other languages than French are spoken, one for the words."""
    found = rows(pages, name, together)
    pointer = together.partition("__")[0]
    one_by_one = [(row.page_id, getattr(row, pointer)) for row in found]
    known = shared.texts((one for _page, one in one_by_one), spoken.values())
    return [(page_id, shared.said(one, spoken[page_id], known)) for page_id, one in one_by_one]


class Rows:
    """Child rows of other pages, in the language of whoever names them: the one chosen where its
    page has no translation. One query; none without rows."""

    def __init__(self, model: Any, ids: Iterable[int | None], *together: str) -> None:
        wanted = {number for number in ids if number}
        keys = model.objects.filter(pk__in=wanted).values("translation_key")
        rows = model.objects.filter(translation_key__in=keys).select_related(*together)
        self.all: list[Any] = list(rows) if wanted else []
        self._chosen = {row.pk: row for row in self.all if row.pk in wanted}
        self._spoken = {(row.translation_key, row.locale_id): row for row in self.all}

    def get(self, number: int | None, locale_id: int, among: Container[int] | None = None) -> Any:
        """The row, or None; `among`: only of these pages."""
        chosen = self._chosen.get(number or 0)
        if chosen is None:
            return None
        here = self._spoken.get((chosen.translation_key, locale_id))
        known = [one for one in (here, chosen) if one and (among is None or one.page_id in among)]
        return known[0] if known else None


@dataclass(frozen=True, slots=True)
class Named:
    """A page as others may name it."""

    title: str
    uid: uuid.UUID


def named(page_ids: Iterable[int | None], pages: Sequence[Any]) -> dict[str, dict[int, Named]]:
    """The public pages among these by id, for each language of the pages that name them: their
    translations where these are public. Three queries, none without any."""
    languages = {page.locale.language_code for page in pages}
    wanted = {number for number in page_ids if number}
    if not wanted:
        return {language: {} for language in languages}
    keys = dict(Page.objects.filter(pk__in=wanted).values_list("pk", "translation_key"))
    family = Page.objects.filter(translation_key__in=keys.values()).values_list(
        "pk", "title", "translation_key", "locale__language_code"
    )
    rows = {row[0]: row for row in family if row[0] in wanted or row[3] in languages}
    public = public_pages(rows)
    spoken = {(row[2], row[3]): row for pk, row in rows.items() if pk in public}
    found: dict[str, dict[int, Named]] = {}
    for language in languages:
        own = found[language] = {}
        for pk, key in keys.items():
            if row := spoken.get((key, language)) or (rows[pk] if pk in public else None):
                own[pk] = Named(row[1], record_uid(row[2], row[3]))
    return found


@dataclass(slots=True)
class Relations:
    """By page id, in the order chosen. `lines` and `terms` are by concept id, `place_lines` and
    `places` by territory id; `depends_on` is what changes the rest."""

    concepts: dict[int, list[int]] = field(default_factory=dict)
    authors: dict[int, list[str]] = field(default_factory=dict)
    downloads: dict[int, list[PageDownload]] = field(default_factory=dict)
    related: dict[int, list[uuid.UUID]] = field(default_factory=dict)
    lines: Lines = field(default_factory=dict)
    terms: dict[int, Term] = field(default_factory=dict)
    territories: dict[int, list[int]] = field(default_factory=dict)
    place_lines: PlaceLines = field(default_factory=dict)
    places: dict[int, Term] = field(default_factory=dict)
    organisations: dict[int, list[OrganisationRole]] = field(default_factory=dict)
    contacts: dict[int, list[Contact]] = field(default_factory=dict)
    identifiers: dict[int, list[dict[str, str]]] = field(default_factory=dict)
    figures: dict[int, list[dict[str, str]]] = field(default_factory=dict)
    testimonials: dict[int, list[dict[str, str]]] = field(default_factory=dict)
    fundings: dict[int, list[str]] = field(default_factory=dict)
    depends_on: dict[int, set[Dependency]] = field(default_factory=dict)
    texts: dict[int, list[TextPart]] = field(default_factory=dict)

    @classmethod
    def load(cls, pages: Sequence[Any]) -> "Relations":
        found = cls()
        for row in rows(pages, "descriptors"):
            numbers = found.concepts.setdefault(row.page_id, [])
            if row.concept_id not in numbers:
                numbers.append(row.concept_id)
        for row in rows(pages, "authors"):
            found.authors.setdefault(row.page_id, []).append(row.name)
        for row in rows(pages, "downloads"):
            found.downloads.setdefault(row.page_id, []).append(row)
        found._load_related(pages)
        found.lines = lines(n for numbers in found.concepts.values() for n in numbers)
        found.terms = terms_many(found.lines, found.lines)
        found._load_places(pages)
        found._load_people(pages)
        found._load_shared(pages)
        return found

    def _load_related(self, pages: Sequence[Any]) -> None:
        chosen = rows(pages, "related_pages")
        by_language = named([row.related_id for row in chosen], pages)
        spoken = {page.pk: page.locale.language_code for page in pages}
        for row in chosen:
            if one := by_language[spoken[row.page_id]].get(row.related_id):
                self.related.setdefault(row.page_id, []).append(one.uid)

    def _load_places(self, pages: Sequence[Any]) -> None:
        for row in rows(pages, "territories"):
            numbers = self.territories.setdefault(row.page_id, [])
            if row.territory_id not in numbers:
                numbers.append(row.territory_id)
        self.place_lines = place_lines(n for some in self.territories.values() for n in some)
        self.places = place_terms(self.place_lines, self.place_lines)

    def _load_people(self, pages: Sequence[Any]) -> None:
        organisations = rows(pages, "organisations")
        contacts = rows(pages, "contacts")
        wanted = [row.organisation_id for row in organisations]
        by_language = named([*wanted, *(row.actor_id for row in contacts)], pages)
        spoken = {page.pk: page.locale.language_code for page in pages}
        for row in organisations:
            known = by_language[spoken[row.page_id]]
            self._uses(row.page_id, "page", row.organisation_id)
            one = known.get(row.organisation_id)
            if one or row.name:
                said = OrganisationRole(
                    one.title if one else row.name, row.role, one.uid if one else None
                )
                self.organisations.setdefault(row.page_id, []).append(said)
        for row in contacts:
            known = by_language[spoken[row.page_id]]
            self._uses(row.page_id, "page", row.actor_id)
            if one := known.get(row.actor_id):
                self.contacts.setdefault(row.page_id, []).append(
                    Contact(one.title, row.role, one.uid)
                )

    def _load_shared(self, pages: Sequence[Any]) -> None:
        for row in rows(pages, "identifiers"):
            one = {"scheme": row.scheme, "value": row.value}
            self.identifiers.setdefault(row.page_id, []).append(one)
        spoken = {page.pk: page.locale.language_code for page in pages}
        for page_id, figure in _shared(pages, spoken, "figures", "figure__territory"):
            self._uses(page_id, "figure", figure.pk)
            self._uses(page_id, "territory", figure.territory_id)
            said = {
                "value": figure.value, "unit": figure.unit, "label": figure.label,
                "date": figure.date, "source": figure.source,
                "territory": figure.territory.name if figure.territory else "",
                "language": figure.locale,
            }  # fmt: skip
            self.figures.setdefault(page_id, []).append(said)
            self._says(page_id, str(figure))
        for page_id, one in _shared(pages, spoken, "testimonials", "testimonial__territory"):
            self._uses(page_id, "testimonial", one.pk)
            if one.public:
                said = {
                    "quote": one.quote, "author": one.author, "role": one.role,
                    "territory": one.territory.name if one.territory else "",
                    "language": one.locale,
                }  # fmt: skip
                self.testimonials.setdefault(page_id, []).append(said)
                self._says(page_id, one.quote)
        for page_id, one in _shared(pages, spoken, "fundings", "statement"):
            self._uses(page_id, "funding", one.pk)
            self.fundings.setdefault(page_id, []).append(one.statement)

    def _uses(self, page_id: int, kind: str, number: int | None) -> None:
        if number:
            self.depends_on.setdefault(page_id, set()).add(Dependency(kind, number))

    def _says(self, page_id: int, text: str) -> None:
        self.texts.setdefault(page_id, []).append(TextPart("body", text))
