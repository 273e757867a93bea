"""Made-up values for the fields of any page type, and rows for its child objects.

A page type that knows better has a class method `synthetic(number, random)` that gives
(fields, children): values by field name, and unsaved child objects whose key to the page is not
set; children of a child hold it, and come after it. Its optional fields and its own children are
then made by nobody else.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from random import Random
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.text import slugify
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from knowledge.base.actors import actor_models
from knowledge.base.dates import PartialDateField
from knowledge.base.models import (
    PageAuthor,
    PageContact,
    PageDescriptor,
    PageOrganisation,
    PageRelated,
    PageTerritory,
    Role,
)
from knowledge.base.pages import KnowledgePage
from knowledge.base.places import Placed
from knowledge.territories.models import Territory

from . import words

ROWS = 2  # of each kind of child object
SHOWN_BY_BASE = {"hero_image", "reviewer", "supersedes", "review_date"}  # left empty
HOURS = dt.timedelta(hours=1)


class CannotFillError(Exception):
    """A required field for which there is nothing to choose, or of a kind unknown here."""


class Ground:
    """What made-up pages refer to: concepts, territories, and the pages made so far."""

    def __init__(self, concepts: dict[str, list[int]], territories: dict[str, list[int]]) -> None:
        self.concepts = concepts  # by record type
        self.territories = territories  # by kind
        self.anywhere = [pk for kind in territories.values() for pk in kind]
        self.pages: dict[type[Page], list[int]] = {}
        self._others: dict[Any, list[int]] = {}

    def actors(self, kind: str = "") -> list[int]:
        """The organisations or people made so far."""
        return [pk for model in actor_models(kind) for pk in self.pages.get(model, ())]

    def choose(self, field: Any, dice: Random) -> int | None:
        """The key of an object to which a foreign key may point."""
        target = field.related_model
        if target is Territory:
            kind = dict(field.get_limit_choices_to() or {}).get("kind", "")
            pool = self.territories.get(kind, []) if kind else self.anywhere
        elif issubclass(target, Page):
            pool = [
                pk for model, pks in self.pages.items() if issubclass(model, target) for pk in pks
            ]
        else:
            if not self._others.get(target):
                rows = target.objects.order_by("pk").values_list("pk", flat=True)
                self._others[target] = list(rows[:500])
            pool = self._others[target]
        return dice.choice(pool) if pool else None


class Filler:
    """Fills one object; its dates go forward in the order of its fields."""

    def __init__(self, ground: Ground, number: int, dice: Random, today: dt.date) -> None:
        self.ground, self.number, self.dice = ground, number, dice
        day = today + dt.timedelta(days=dice.randint(-2000, 300))
        self.moment = timezone.make_aware(dt.datetime.combine(day, dt.time(dice.randint(8, 18))))

    def values(self, model: Any, *, optional: bool, skip: Iterable[str] = ()) -> dict[str, Any]:
        """Values by name for the fields of a model's own table. `optional`: those too that may
        be empty. CannotFillError where a required one cannot be given."""
        found: dict[str, Any] = {}
        for field in model._meta.local_concrete_fields:
            leave = field.primary_key or field.name in skip or isinstance(field, ParentalKey)
            if leave or (field.name in SHOWN_BY_BASE and issubclass(model, Page)):
                continue
            required = not (field.blank or field.null or field.has_default())
            if not required and not optional:
                continue
            name, value = self._value(field, required)
            if value is not None:
                found[name] = value
            elif required:
                raise CannotFillError(f"{model.__name__}.{field.name}")
        if issubclass(model, Placed) and "commune_id" not in found:
            found["latitude"] = round(self.dice.uniform(43.5, 49.5), 4)
            found["longitude"] = round(self.dice.uniform(-1.0, 6.0), 4)
        return found

    def _value(self, field: Any, required: bool) -> tuple[str, Any]:
        """(attribute, value); None for "leave it"."""
        if isinstance(field, models.ForeignKey):
            wanted = required or field.related_model is Territory
            return field.attname, self.ground.choose(field, self.dice) if wanted else None
        return field.name, self._plain(field, required)

    def _plain(self, field: Any, required: bool) -> Any:
        dice = self.dice
        if isinstance(field, StreamField):
            return stream(field, dice)
        if field.choices:
            if field.has_default() and dice.random() < 0.6:
                return None
            return dice.choice(
                [value for value, _label in field.flatchoices if value not in ("", None)]
            )
        if isinstance(field, PartialDateField):
            self.moment += dt.timedelta(days=dice.randint(0, 400))
            return self.moment.date().isoformat()[: dice.choice((4, 7, 10))]
        if isinstance(field, models.DateTimeField):
            self.moment += HOURS * dice.randint(1, 8)
            return self.moment
        if isinstance(field, models.DateField):
            self.moment += dt.timedelta(days=dice.randint(0, 400))
            return self.moment.date()
        if isinstance(field, models.CharField | models.TextField):
            return self._text(field, required)
        return self._other(field, required)

    def _text(self, field: Any, required: bool) -> str | None:
        dice = self.dice
        limit = field.max_length or 1000
        if isinstance(field, RichTextField):
            return f"<p>{words.paragraph(dice, 3)}</p>"
        if not required:
            return None  # plain text may have a form of its own, such as dates on lines
        if isinstance(field, models.TextField):
            text = words.paragraph(dice, 2)
            return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + "…"
        if isinstance(field, models.EmailField):
            return f"page-{self.number}@example.org"
        if isinstance(field, models.URLField):
            return f"https://example.org/{self.number}"
        text = words.short(dice, limit)
        if isinstance(field, models.SlugField):
            text = slugify(text)
        if field.unique:
            text = f"{text[: limit - 12]} {self.number}"
        return text[:limit]

    def _other(self, field: Any, required: bool) -> Any:
        if not required:
            return None
        dice = self.dice
        if isinstance(field, models.BooleanField):
            return dice.random() < 0.5
        if isinstance(field, models.IntegerField):
            return dice.randint(1, 20)
        if isinstance(field, models.FloatField | models.DecimalField):
            return dice.randint(1, 100)
        if isinstance(field, models.TimeField):
            return dt.time(dice.randint(8, 18))
        return None

    def children(self, model: Any, parent: Any, locale_id: int) -> Iterator[Any]:
        """Rows of the child objects that a model's own app declares, and of theirs."""
        for relation in own_children(model):
            child: Any = relation.related_model
            several = not (child._meta.constraints or child._meta.unique_together)
            for place in range(ROWS if several else 1):
                skip = {"locale", "translation_key", "sort_order"}
                try:
                    row = child(**self.values(child, optional=True, skip=skip))
                except CannotFillError:
                    break  # nothing to refer to: no such row
                if hasattr(child, "sort_order"):
                    row.sort_order = place
                if hasattr(child, "translation_key"):
                    row.locale_id = locale_id
                    row.translation_key = identifier(self.dice)
                if not isinstance(parent, Page):
                    setattr(row, relation.field.name, parent)
                yield row
                if issubclass(child, ClusterableModel):
                    yield from self.children(child, row, locale_id)

    def shared(self, model: type[KnowledgePage]) -> Iterator[Any]:
        """Descriptors, territories, organisations, authors, contacts and related pages."""
        dice, ground = self.dice, self.ground
        assert model.record_type is not None
        for concept in _some(dice, ground.concepts.get(model.record_type.name, []), 4):
            yield PageDescriptor(concept_id=concept)
        for territory in _some(dice, ground.anywhere, 2):
            yield PageTerritory(territory_id=territory)
        if not model.record_type.actor:
            for organisation in _some(dice, ground.actors("organisation"), 2):
                yield PageOrganisation(organisation_id=organisation, role=dice.choice(Role.values))
            for actor in _some(dice, ground.actors(), 1):
                yield PageContact(actor_id=actor)
            for _number in range(dice.randint(0, 2)):
                yield PageAuthor(name=words.title(dice, "person"))
        for related in _some(dice, ground.pages.get(model, []), 2):
            yield PageRelated(related_id=related)


@cache
def own_children(model: Any) -> list[Any]:
    """The child relations that the model's own app declares."""
    return [
        relation
        for relation in get_all_child_relations(model)
        if relation.related_model._meta.app_label == model._meta.app_label
    ]


def _some(dice: Random, pool: Sequence[int], most: int) -> list[int]:
    return dice.sample(pool, min(len(pool), dice.randint(0, most)))


def stream(field: Any, dice: Random) -> Any:
    """A body of headings and paragraphs, where its blocks have them."""
    known = field.stream_block.child_blocks
    raw: list[dict[str, Any]] = []
    for _part in range(dice.randint(1, 4)):
        if "heading" in known and dice.random() < 0.6:
            raw.append({"type": "heading", "value": dice.choice(words.HEADINGS)})
        if "paragraph" in known:
            raw.append({"type": "paragraph", "value": f"<p>{words.paragraph(dice)}</p>"})
    for block in raw:
        block["id"] = str(identifier(dice))
    return field.to_python(raw) if raw else None


def identifier(dice: Random) -> uuid.UUID:
    return uuid.UUID(int=dice.getrandbits(128), version=4)
