"""The thesaurus as SKOS (W3C SKOS Reference), whole, a vocabulary or a descriptor at a time.

What SKOS forbids is left out, even where it was written behind the forms' back: cycles of broader
terms, related terms in one line (S27), two labels that are the same (S13, S14).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from rdflib import DCTERMS, OWL, RDF, SKOS, Graph, Literal, URIRef
from rdflib.namespace import XSD

from .text import one_line, writable


@dataclass(frozen=True, slots=True)
class Syntax:
    """A way to write RDF: its media type, rdflib's name of it, and what people call it."""

    media_type: str
    name: str
    label: str


# The first is for who has no preference.
SYNTAXES: Mapping[str, Syntax] = {
    "ttl": Syntax("text/turtle", "turtle", "Turtle"),
    "rdf": Syntax("application/rdf+xml", "xml", "RDF/XML"),
    "jsonld": Syntax("application/ld+json", "json-ld", "JSON-LD"),
}
CONTEXT = {"skos": str(SKOS), "dct": str(DCTERMS), "owl": str(OWL)}

_KINDS = {"preferred": SKOS.prefLabel, "alternative": SKOS.altLabel, "hidden": SKOS.hiddenLabel}
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+")

_SCHEMES = """
    SELECT slug, title, description, updated_at FROM knowledge_thesaurus_conceptscheme
    WHERE %(scheme)s = '' OR slug = %(scheme)s ORDER BY sort_order, slug
"""
_CONCEPTS = """
    SELECT concept.id, scheme.slug, concept.slug, concept.scope_note, concept.exact_match,
        concept.broader_id, concept.replaced_by_id, concept.updated_at
    FROM knowledge_thesaurus_concept concept
    JOIN knowledge_thesaurus_conceptscheme scheme ON scheme.id = concept.scheme_id
    ORDER BY scheme.sort_order, scheme.slug, concept.slug
"""
_LABELS = """
    SELECT concept_id, language, kind, label FROM knowledge_thesaurus_conceptlabel
    ORDER BY concept_id,
        array_position(ARRAY['preferred', 'alternative', 'hidden'], kind::text), sort_order, id
"""
_RELATIONS = "SELECT concept_id, other_id FROM knowledge_thesaurus_conceptrelation"


@dataclass(slots=True)
class Concept:
    """A descriptor; `broader` is a key that leads to no cycle, `related` are keys."""

    key: int
    scheme: str
    slug: str
    scope_note: str
    exact_match: Sequence[str]
    broader: int | None
    replaced_by: int | None
    updated_at: Any
    labels: list[tuple[str, str, str]] = field(default_factory=list)
    related: list[int] = field(default_factory=list)

    @property
    def uri(self) -> URIRef:
        return URIRef(concept_address(self.scheme, self.slug))


@dataclass(slots=True)
class Thesaurus:
    """Every descriptor by key, and the vocabularies: (slug, title, description, changed)."""

    schemes: list[tuple[str, str, str, Any]]
    concepts: dict[int, Concept]

    @classmethod
    def load(cls, scheme: str = "") -> "Thesaurus":
        """Descriptors of all vocabularies, since ties may lead from one to another; of the
        vocabularies the one that is asked for. Four queries."""
        schemes = _rows(_SCHEMES, {"scheme": scheme})
        concepts = {row[0]: Concept(*row) for row in _rows(_CONCEPTS)}
        for key, language, kind, label in _rows(_LABELS):
            concepts[key].labels.append((language, kind, label))
        found = cls(schemes, concepts)
        found._cut_cycles()
        for one, other in _rows(_RELATIONS):
            if other not in found.above(one) and one not in found.above(other):
                concepts[one].related.append(other)
        return found

    def above(self, key: int) -> list[int]:
        """A descriptor and all that is broader."""
        line = [key]
        while (broader := self.concepts[line[-1]].broader) is not None:
            line.append(broader)
        return line

    def _cut_cycles(self) -> None:
        asked = {key: one.broader for key, one in self.concepts.items()}
        for one in self.concepts.values():
            one.broader = None
        for key, broader in asked.items():
            if broader in self.concepts and key not in self.above(broader):
                self.concepts[key].broader = broader


def scheme_address(slug: str) -> str:
    return f"{settings.BASE_URL}/concepts/{slug}"


def concept_address(scheme: str, slug: str) -> str:
    """A descriptor's address for good."""
    return f"{scheme_address(scheme)}/{slug}"


def graph(thesaurus: Thesaurus, *, slug: str = "") -> Graph:
    """The vocabularies of a thesaurus with what is in them; of one descriptor alone (`slug`) with
    the names of what stands around it. Empty for what does not exist."""
    made = Graph()
    for prefix, namespace in (("skos", SKOS), ("dct", DCTERMS), ("owl", OWL)):
        made.bind(prefix, namespace)
    wanted = {name for name, *_rest in thesaurus.schemes}
    narrower: dict[int, list[int]] = {}
    for one in thesaurus.concepts.values():
        if one.broader is not None:
            narrower.setdefault(one.broader, []).append(one.key)
    for one in thesaurus.concepts.values():
        if one.scheme in wanted and slug in ("", one.slug):
            _add(made, thesaurus, one, narrower.get(one.key, ()))
            if slug:
                _name_neighbours(made, thesaurus, one, narrower.get(one.key, ()))
    if not slug:
        for scheme in thesaurus.schemes:
            _add_scheme(made, *scheme)
    return made


def write(made: Graph, extension: str) -> bytes:
    """The graph in one of SYNTAXES."""
    more: dict[str, Any] = {"context": CONTEXT} if extension == "jsonld" else {}
    return made.serialize(format=SYNTAXES[extension].name, encoding="utf-8", **more)


def _add_scheme(made: Graph, slug: str, title: str, description: str, changed: Any) -> None:
    uri = URIRef(scheme_address(slug))
    made.add((uri, RDF.type, SKOS.ConceptScheme))
    made.add((uri, DCTERMS.title, _said(title)))
    if description:
        made.add((uri, DCTERMS.description, _said(description)))
    made.add((uri, DCTERMS.modified, _moment(changed)))


def _add(made: Graph, thesaurus: Thesaurus, one: Concept, narrower: Iterable[int]) -> None:
    uri, scheme = one.uri, URIRef(scheme_address(one.scheme))
    made.add((uri, RDF.type, SKOS.Concept))
    made.add((uri, SKOS.inScheme, scheme))
    made.add((uri, DCTERMS.identifier, Literal(one.slug)))
    made.add((uri, DCTERMS.modified, _moment(one.updated_at)))
    _label(made, one)
    if one.scope_note:
        made.add((uri, SKOS.scopeNote, _said(one.scope_note)))
    for address in one.exact_match:
        if _ADDRESS.fullmatch(address):
            made.add((uri, SKOS.exactMatch, URIRef(address)))
    if one.broader is not None:
        made.add((uri, SKOS.broader, thesaurus.concepts[one.broader].uri))
    elif one.replaced_by is None:
        made.add((uri, SKOS.topConceptOf, scheme))
        made.add((scheme, SKOS.hasTopConcept, uri))
    for key in narrower:
        made.add((uri, SKOS.narrower, thesaurus.concepts[key].uri))
    for key in one.related:
        made.add((uri, SKOS.related, thesaurus.concepts[key].uri))
    if one.replaced_by is not None:
        made.add((uri, OWL.deprecated, Literal(True)))
        made.add((uri, DCTERMS.isReplacedBy, thesaurus.concepts[one.replaced_by].uri))


def _name_neighbours(
    made: Graph, thesaurus: Thesaurus, one: Concept, narrower: Iterable[int]
) -> None:
    around = [one.broader, one.replaced_by, *narrower, *one.related]
    for key in around:
        if key is not None:
            _label(made, thesaurus.concepts[key], only="preferred")


def _label(made: Graph, one: Concept, *, only: str = "") -> None:
    seen: set[tuple[str, str]] = set()
    for language, kind, label in one.labels:
        text = one_line(label)
        if not text or not _LANGUAGE.fullmatch(language) or (language, text) in seen:
            continue
        seen.add((language, text))
        if only in ("", kind):
            made.add((one.uri, _KINDS[kind], Literal(text, lang=language)))


def _said(text: str) -> Literal:
    """What is written in the site's first language."""
    return Literal(writable(text), lang=settings.LANGUAGE_CODE)


def _moment(moment: Any) -> Literal:
    return Literal(moment.isoformat(), datatype=XSD.dateTime)


def _rows(sql: str, values: Any = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
