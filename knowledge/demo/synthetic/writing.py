"""Made-up pages by bulk inserts: a page saved by Wagtail costs ten times as much.

Wagtail's signals do not fire; the database's triggers do, so the catalogue knows every page.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.text import slugify
from modelcluster.fields import ParentalKey
from wagtail.models import Page, Site, TranslatableMixin
from wagtail.search.backends import get_search_backend

from cms.core.models import SectionPage
from knowledge.base.pages import KnowledgePage
from knowledge.territories.models import Territory
from knowledge.thesaurus.models import Concept, ConceptLabel, ConceptScheme

from . import words
from .filling import CannotFillError, Filler, Ground

NAMESPACE = uuid.UUID("5d5f0f6e-9f0b-5c1f-8a43-7b1f0f7e2c11")
SECTION = "corpus-mixte"
SCHEME = "corpus-mixte-themes"
TERRITORIES = 3000  # of a kind, to choose among
FREE = ("Val-de-Brume", "Haut-Plateau", "Rives de l’Orve", "Pays des Étangs", "Bas-Lorvain")


def page_models() -> list[type[KnowledgePage]]:
    """Every page type with a record, those that hold others first."""
    left = [
        model
        for model in apps.get_models()
        if issubclass(model, KnowledgePage) and getattr(model, "record_type", None)
    ]
    left.sort(key=lambda model: (model.record_type.actor == "", model._meta.label))  # type: ignore[union-attr]
    found: list[type[KnowledgePage]] = []
    while ready := [model for model in left if parents(model, found)]:
        found += ready
        left = [model for model in left if model not in found]
    return found


def parents(model: type[Page], known: Sequence[type[Page]]) -> list[type[Page]]:
    """Where pages of a type may stand: a section, else pages of the known types."""
    allowed = model.allowed_parent_page_models()
    return [SectionPage] if SectionPage in allowed else [one for one in known if one in allowed]


@dataclass
class Writer:
    """Writes page `number` of `seed`, the same on every day of a year in every database that
    has the same types, concepts and territories. `skipped`: how many pages could not be made,
    by the field that could not be filled."""

    seed: int = 1
    skipped: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.models = page_models()
        self.root = Site.objects.select_related("root_page").get(is_default_site=True).root_page
        self.ground = Ground(_concepts(self.models), _territories())
        self.shelves = self._shelves()
        self.types = {model: ContentType.objects.get_for_model(model).pk for model in self.models}
        self.today = dt.date(timezone.localdate().year, 1, 1)

    def model(self, number: int) -> type[KnowledgePage]:
        return self.models[number % len(self.models)]

    def key(self, number: int) -> uuid.UUID:
        kind = self.model(number).record_type
        assert kind is not None
        return uuid.uuid5(NAMESPACE, f"{self.seed}.{kind.name}.{number}")

    def missing(self, count: int) -> list[int]:
        """The numbers below `count` that have no page yet; the others are known from now on."""
        numbers = {self.key(number): number for number in range(count)}
        rows = Page.objects.filter(translation_key__in=numbers).values_list("translation_key", "pk")
        there = {numbers[key]: pk for key, pk in rows}
        for number in sorted(there):
            self.ground.pages.setdefault(self.model(number), []).append(there[number])
        return [number for number in range(count) if number not in there]

    @transaction.atomic
    def write(self, numbers: Sequence[int]) -> int:
        """Make these pages: all of them or, when killed, none. How many were made."""
        made = 0
        for model in self.models:
            mine = [number for number in numbers if self.model(number) is model]
            made += self._write(model, mine) if mine else 0
        return made

    def _write(self, model: type[KnowledgePage], numbers: Sequence[int]) -> int:
        pages: list[Any] = []
        children: list[tuple[Any, Any]] = []
        by_parent: dict[int, list[Any]] = {}
        for number in numbers:
            dice = Random(f"{self.seed}.{number}")  # noqa: S311  not for secrets
            filler = Filler(self.ground, number, dice, self.today)
            parent = self._parent(model, dice)
            try:
                page, rows = self._page(model, number, filler, parent)
            except CannotFillError as error:
                self.skipped[str(error)] = self.skipped.get(str(error), 0) + 1
                continue
            pages.append(page)
            children += [(page, row) for row in rows]
            by_parent.setdefault(parent, []).append(page)
        self._hang(by_parent)
        _insert(model, pages)
        _insert_children(children)
        self.ground.pages.setdefault(model, []).extend(page.pk for page in pages)
        # The admin's own search; its index of uses is made by `rebuild_references_index`.
        get_search_backend().get_index_for_model(model).add_items(model, pages)
        return len(pages)

    def _parent(self, model: type[KnowledgePage], dice: Random) -> int:
        """The page under which a page stands: some hold many, most hold few."""
        if model in self.shelves:
            return self.shelves[model]
        pool = [
            pk for kind in parents(model, self.models) for pk in self.ground.pages.get(kind, [])
        ]
        return pool[int(dice.random() ** 2 * len(pool))]

    def _page(
        self, model: type[KnowledgePage], number: int, filler: Filler, parent: int
    ) -> tuple[Any, list[Any]]:
        dice = filler.dice
        kind = model.record_type
        assert kind is not None
        own = getattr(model, "synthetic", None)
        values = filler.values(model, optional=own is None)
        values["title"] = words.title(dice, kind.actor)
        if kind.actor == "organisation":
            values["title"] += f" n° {number}"
        values["summary"] = words.sentence(dice)[:300]
        fields, rows = own(number, dice) if own else ({}, None)
        values |= fields
        published = timezone.make_aware(
            dt.datetime.combine(self.today - dt.timedelta(days=dice.randint(1, 2000)), dt.time(12))
        )
        slug = f"{slugify(values['title'])[:100]}-{number}"
        if self.seed != 1:
            slug += f"-{self.seed}"
        page = model(
            **{
                "slug": slug, "locale_id": self.root.locale_id,
                "translation_key": self.key(number), "content_type_id": self.types[model],
                "live": True, "first_published_at": published, "last_published_at": published,
                "latest_revision_created_at": published, **values,
            }
        )  # fmt: skip
        page.draft_title = page.title
        if rows is None:
            rows = filler.children(model, page, self.root.locale_id)
        return page, [*rows, *filler.shared(model)]

    def _hang(self, by_parent: dict[int, list[Any]]) -> None:
        """Give pages their places after the last child of their parents (treebeard's paths)."""
        rows = Page.objects.filter(pk__in=by_parent).order_by("pk").select_for_update()
        for parent in rows:
            pages = by_parent[parent.pk]
            depth = parent.depth + 1
            below = Page.objects.filter(depth=depth, path__startswith=parent.path)
            last = below.aggregate(last=Max("path"))["last"]
            step = Page._str2int(last[-Page.steplen :]) if last else 0
            for place, page in enumerate(pages, start=1):
                page.depth = depth
                page.path = Page._get_path(parent.path, depth, step + place)
                page.url_path = f"{parent.url_path}{page.slug}/"
            Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + len(pages))

    def _shelves(self) -> dict[type[KnowledgePage], int]:
        """A section for each type that may stand in one; made if missing."""
        top = _section(self.root, SECTION, "Corpus mixte")
        return {
            model: _section(top, f"{SECTION}-{kind.name}", str(kind.label_plural)).pk
            for model in self.models
            if (kind := model.record_type) and parents(model, ()) == [SectionPage]
        }


def _section(above: Page, slug: str, title: str) -> SectionPage:
    found = SectionPage.objects.child_of(above).filter(slug=slug).first()
    if found is None:
        found = SectionPage(title=title, slug=slug, locale_id=above.locale_id)
        above.refresh_from_db(fields=["numchild", "path"])
        above.add_child(instance=found)
    return found


def _insert(model: type[Page], pages: Sequence[Any]) -> None:
    # Django does not insert into two tables of one model at once: first the rows of Page…
    shared = [one for one in Page._meta.local_concrete_fields if not one.primary_key]
    rows = [Page(**{one.attname: getattr(page, one.attname) for one in shared}) for page in pages]
    for page, row in zip(pages, Page.objects.bulk_create(rows), strict=True):
        page.pk = page.page_ptr_id = row.pk
    own = model._meta.local_concrete_fields  # …then those of the type.
    columns = ", ".join(f'"{one.column}"' for one in own)
    places = ", ".join(["%s"] * len(own))
    values = [
        [one.get_db_prep_save(one.pre_save(page, True), connection) for one in own]
        for page in pages
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places})', values
        )


def _insert_children(children: Sequence[tuple[Any, Any]]) -> None:
    """Insert the rows of all pages, kind by kind in the order in which kinds first come: a row
    stands before those that hold it."""
    groups: dict[Any, list[Any]] = {}
    places: dict[tuple[int, Any], int] = {}
    for page, row in children:
        for one in row._meta.concrete_fields:
            if isinstance(one, ParentalKey) and issubclass(one.related_model, Page):
                setattr(row, one.attname, page.pk)
                if getattr(row, "sort_order", 0) is None:
                    place = places.get((page.pk, type(row)), 0)
                    row.sort_order, places[page.pk, type(row)] = place, place + 1
        if isinstance(row, TranslatableMixin) and row.locale_id is None:
            row.locale_id = page.locale_id  # what saving one by one does
        groups.setdefault(type(row), []).append(row)
    for model, rows in groups.items():
        model.objects.bulk_create(rows, batch_size=1000)


def _concepts(models: Sequence[type[KnowledgePage]]) -> dict[str, list[int]]:
    """The descriptors that each type may carry, one vocabulary of our own among them."""
    names = [model.record_type.name for model in models if model.record_type]
    scheme, created = ConceptScheme.objects.get_or_create(
        slug=SCHEME, defaults={"title": "Thèmes du corpus mixte", "sort_order": 91}
    )
    if set(scheme.applies_to) != set(names):
        scheme.applies_to = names
        scheme.save()
    if created:
        for label in words.THEMES:
            concept = Concept.objects.create(scheme=scheme, slug=slugify(label))
            ConceptLabel.objects.create(concept=concept, language="fr", label=label)
    found: dict[str, list[int]] = {name: [] for name in names}
    rows = Concept.objects.filter(replaced_by=None, scheme__multiple=True).order_by("slug", "pk")
    for pk, applies in rows.values_list("pk", "scheme__applies_to"):
        for name in applies:
            if name in found:
                found[name].append(pk)
    return found


def _territories() -> dict[str, list[int]]:
    """Some territories of each kind; a few free ones where there is none at all."""
    if not Territory.objects.exists():
        for name in FREE:
            Territory.objects.create(kind=Territory.Kind.FREE, name=name)
    found = {}
    for kind in Territory.Kind.values:
        rows = Territory.objects.filter(kind=kind).order_by("slug").values_list("pk", flat=True)
        found[kind] = list(rows[:TERRITORIES])
    return found
