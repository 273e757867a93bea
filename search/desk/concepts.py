"""The descriptors to which a text that visitors search for may be missing as a label."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse

from knowledge.thesaurus.finding import with_names
from knowledge.thesaurus.labels import normalise
from knowledge.thesaurus.models import Concept

MOST = 3  # descriptors proposed for a text
ALIKE = 0.45  # below, letters in common are chance

# Trigrams in common with any label; a label that stands in the text, or the other way round,
# counts somewhat less.
_NEAREST = """
    SELECT asked.place, near.concept_id, near.alike
    FROM unnest(%(places)s::int[], %(texts)s::text[], %(locales)s::text[])
        AS asked(place, text, locale)
    CROSS JOIN LATERAL (
        SELECT label.concept_id, max(greatest(
            similarity(label.normalized, asked.text),
            word_similarity(asked.text, label.normalized) * .9,
            word_similarity(label.normalized, asked.text) * .8)) AS alike
        FROM knowledge_thesaurus_conceptlabel label
        JOIN knowledge_thesaurus_concept concept ON concept.id = label.concept_id
        WHERE label.language = asked.locale AND concept.replaced_by_id IS NULL
        GROUP BY label.concept_id ORDER BY alike DESC, label.concept_id LIMIT %(most)s
    ) near
    WHERE near.alike >= %(alike)s
    ORDER BY asked.place, near.alike DESC, near.concept_id
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A descriptor near a text. `address` opens it with the text added as a label, or as it is
    where `known`: the text is one of its labels already."""

    label: str
    address: str
    known: bool


def nearest(texts: Sequence[tuple[str, str]]) -> list[list[Proposal]]:
    """For each (text, language) the nearest descriptors, the closest first. Three queries,
    whatever the number of texts."""
    asked = [(normalise(text), locale) for text, locale in texts]
    with connection.cursor() as cursor:
        cursor.execute(
            _NEAREST,
            {
                "places": list(range(len(asked))),
                "texts": [text for text, _locale in asked],
                "locales": [locale for _text, locale in asked],
                "most": MOST,
                "alike": ALIKE,
            },
        )
        rows = cursor.fetchall()
    concepts = {
        concept.pk: concept
        for concept in with_names(Concept.objects.filter(pk__in={row[1] for row in rows}))
    }
    found: list[list[Proposal]] = [[] for _text in texts]
    for place, number, _alike in rows:
        found[place].append(_proposal(concepts[number], *texts[place]))
    # A label that is there already is not missing elsewhere.
    return [[one for one in near if one.known] or near for near in found]


def _proposal(concept: Any, text: str, locale: str) -> Proposal:
    known = any(
        label.language == locale and label.normalized == normalise(text)
        for label in concept.labels.all()
    )
    address = reverse("thesaurus_concepts:edit", args=[concept.pk])
    if not known:
        address = f"{address}?{_label(text, locale)}"
    return Proposal(str(concept), address, known)


def new_address(text: str, locale: str) -> str:
    """The form of a new descriptor called so."""
    return f"{reverse('thesaurus_concepts:add')}?{_label(text, locale)}"


def _label(text: str, locale: str) -> str:
    return urlencode({"label": text, "language": locale})
