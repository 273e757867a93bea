"""Facets as visitors see them: the engine's counts with the vocabularies' labels and trees.

The thesaurus is kept in the process for as long as nobody edits it; the names of other values
(territories, organisations) are asked of their vocabularies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from cms.core import vocabularies
from cms.core.records import record_types
from knowledge.thesaurus.labels import State

from .query import OPEN, SearchQuery
from .result import MAX_SHOWN, Count, Facet, FacetValue

# What every record has: a filter only where they differ.
_OF_ALL = (vocabularies.LICENCE, vocabularies.LANGUAGE)

_CONCEPTS = """
    SELECT scheme.slug, scheme.title, scheme.is_facet, concept.slug, above.slug, today.slug,
        coalesce(
            max(label.label) FILTER (WHERE label.language = %s),
            max(label.label) FILTER (WHERE label.language = 'fr'),
            max(label.label), concept.slug),
        bool_or(label.language = %s)
    FROM knowledge_thesaurus_concept concept
    JOIN knowledge_thesaurus_conceptscheme scheme ON scheme.id = concept.scheme_id
    LEFT JOIN knowledge_thesaurus_concept above ON above.id = concept.broader_id
    LEFT JOIN knowledge_thesaurus_concept today ON today.id = concept.replaced_by_id
    LEFT JOIN knowledge_thesaurus_conceptlabel label
        ON label.concept_id = concept.id AND label.kind = 'preferred'
    GROUP BY scheme.id, concept.id, above.slug, today.slug
    ORDER BY scheme.sort_order, scheme.title
"""


@dataclass(slots=True)
class _Scheme:
    title: str
    is_facet: bool
    labels: dict[str, str]
    broader: dict[str, str]
    replaced: dict[str, str]
    newest_first: bool = False
    languages: dict[str, str] = field(default_factory=dict)  # of labels in another language


def with_schemes(query: SearchQuery) -> SearchQuery:
    """The query with the schemes of its bare concept ids. No query without such ids."""
    bare = query.concepts_by_scheme().get("", ())
    if not bare:
        return query
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT concept.slug, scheme.slug || ':' || concept.slug"
            " FROM knowledge_thesaurus_concept concept"
            " JOIN knowledge_thesaurus_conceptscheme scheme ON scheme.id = concept.scheme_id"
            " WHERE concept.slug = ANY(%s) ORDER BY scheme.sort_order, scheme.slug",
            [list(bare)],
        )
        full: dict[str, list[str]] = {}
        for slug, value in cursor.fetchall():
            full.setdefault(slug, []).append(value)
    concepts = [
        value
        for concept in query.concepts
        # An unknown id stays: it finds nothing, and its chip can be removed.
        for value in (full.get(concept, [f"unknown:{concept}"]) if concept in bare else [concept])
    ]
    return replace(query, concepts=tuple(dict.fromkeys(concepts)))


def current(query: SearchQuery, now: State) -> SearchQuery:
    """The query with the descriptors that stand today for those that were replaced: old addresses
    go on working. No query while the vocabularies' state stays the same."""
    known = schemes(query.locale, now) if query.concepts else {}
    replaced = {old: new for scheme in known.values() for old, new in scheme.replaced.items()}
    concepts = (replaced.get(value, value) for value in query.concepts)
    return replace(query, concepts=tuple(dict.fromkeys(concepts)))


def facets(
    query: SearchQuery, counts: Mapping[str, Sequence[Count]], now: State, total: int
) -> list[Facet]:
    """Type first, what is to come or open, then the schemes in their order. A value without
    results is shown only when ticked, a licence or a language that all `total` results have too.
    `now`: the thesaurus's state. One query for each other facet that has values."""
    by_scheme = _by_scheme(query, counts)
    found = [_types(query, counts.get("type", ())), *_open(query, counts.get(OPEN, ()))]
    known: set[str] = set()
    thesaurus = schemes(query.locale, now)
    others = {name: one for name, one in _others().items() if name not in thesaurus}
    for name in (*thesaurus, *others):
        values = by_scheme.get(name, {})
        ticked = [value for value in query.concepts if value.startswith(f"{name}:")]
        same = name in _OF_ALL and all(number == total for number in values.values())
        if not ticked and (same or not values):
            continue
        scheme = thesaurus.get(name) or _named(
            others[name], [*_largest(values), *ticked], query.locale
        )
        if scheme.is_facet or ticked:
            tree = _tree(scheme, values if scheme.is_facet else {}, ticked)
            known |= {value.value for value in tree}
            if name in others:
                tree = [replace(one, value=one.value.partition(":")[2]) for one in tree]
            parameter = "concept" if name in thesaurus else others[name].parameter
            found.append(Facet(name, str(scheme.title), parameter, tree))
    lost: dict[str, list[FacetValue]] = {}
    for value in query.concepts:
        if value not in known:
            scheme_name, _colon, one = value.partition(":")
            kept = lost.setdefault(scheme_name if scheme_name in others else "", [])
            kept.append(FacetValue(value, one, 0, selected=True))
    for name, unknown in lost.items():
        label = others[name].label if name else _("Descriptor")
        found.append(Facet(f"other {name}".rstrip(), str(label), "concept", unknown))
    return found


def _largest(values: Mapping[str, int]) -> list[str]:
    """Those that are shown: no names are asked of the others."""
    return sorted(values, key=lambda value: (-values[value], value))[:MAX_SHOWN]


def _others() -> dict[str, vocabularies.Scheme]:
    return vocabularies.schemes(edited=False)


def _named(scheme: vocabularies.Scheme, terms: Sequence[str], locale: str) -> _Scheme:
    """A scheme outside the thesaurus, with the names of these terms."""
    ids = [term.partition(":")[2] for term in terms]
    names = vocabularies.values(scheme, ids, locale)
    newest_first = scheme.name == vocabularies.YEAR
    found = _Scheme(str(scheme.label), scheme.is_facet, {}, {}, {}, newest_first)
    for one, value in names.items():
        found.labels[f"{scheme.name}:{one}"] = value.label
        if value.language:
            found.languages[f"{scheme.name}:{one}"] = value.language
        if value.broader:
            found.broader[f"{scheme.name}:{one}"] = f"{scheme.name}:{value.broader}"
    return found


def _types(query: SearchQuery, counts: Sequence[Count]) -> Facet:
    labels = {name: str(kind.label_plural) for name, kind in record_types().items()}
    numbers = {count.value: count.count for count in counts if count.count}
    values = [
        FacetValue(name, labels.get(name, name), numbers.get(name, 0), name in query.types)
        for name in {**numbers, **dict.fromkeys(query.types)}
    ]
    return Facet(
        "type", _("Type"), "type", sorted(values, key=lambda value: (-value.count, value.label))
    )


def _open(query: SearchQuery, counts: Sequence[Count]) -> list[Facet]:
    """Whether what is to come or open would be fewer results, as a facet of one value."""
    number = sum(count.count for count in counts)
    if not (number or query.open_only):
        return []
    value = FacetValue("1", _("To come or open"), number, query.open_only)
    return [Facet(OPEN, _("Availability"), OPEN, [value])]


def _by_scheme(
    query: SearchQuery, counts: Mapping[str, Sequence[Count]]
) -> dict[str, dict[str, int]]:
    """Counts by scheme: a scheme with ticked values has an aggregation of its own."""
    found: dict[str, dict[str, int]] = {}
    for count in counts.get("concept", ()):
        scheme = count.value.partition(":")[0]
        found.setdefault(scheme, {})[count.value] = count.count
    for scheme in query.concepts_by_scheme():
        found[scheme] = {count.value: count.count for count in counts.get(f"concept:{scheme}", ())}
    return found


_cache: dict[str, tuple[State, dict[str, _Scheme]]] = {}


def schemes(locale: str, now: State) -> dict[str, _Scheme]:
    """Every vocabulary in order, with its labels and tree, kept in the process for a state."""
    known = _cache.get(locale)
    if known is not None and known[0] == now:
        return known[1]
    found: dict[str, _Scheme] = {}
    with connection.cursor() as cursor:
        cursor.execute(_CONCEPTS, [locale, locale])
        for slug, title, is_facet, concept, broader, today, label, own in cursor.fetchall():
            scheme = found.setdefault(slug, _Scheme(title, is_facet, {}, {}, {}))
            if today:
                scheme.replaced[f"{slug}:{concept}"] = f"{slug}:{today}"
                continue
            scheme.labels[f"{slug}:{concept}"] = label
            if not own:
                scheme.languages[f"{slug}:{concept}"] = settings.LANGUAGE_CODE
            if broader:
                scheme.broader[f"{slug}:{concept}"] = f"{slug}:{broader}"
    _cache[locale] = (now, found)
    return found


def _tree(scheme: _Scheme, counts: Mapping[str, int], ticked: Sequence[str]) -> list[FacetValue]:
    """Values under what is broader, each level by number of results, then by label; years the
    newest first, as in lists."""
    shown = sorted(
        (value for value in {**counts, **dict.fromkeys(ticked)} if value in scheme.labels),
        key=lambda value: (-counts.get(value, 0), scheme.labels[value].casefold()),
    )
    if scheme.newest_first:
        shown.sort(key=lambda value: scheme.labels[value], reverse=True)
    kept = set(shown[:MAX_SHOWN]) | set(ticked)
    under: dict[str, list[str]] = {}
    for value in shown:
        above = scheme.broader.get(value, "")
        under.setdefault(above if above in kept else "", []).append(value)
    found: list[FacetValue] = []

    def walk(above: str, depth: int) -> None:
        for value in under.get(above, ()):
            if value in kept:
                found.append(
                    FacetValue(
                        value,
                        scheme.labels[value],
                        counts.get(value, 0),
                        value in ticked,
                        depth,
                        scheme.languages.get(value, ""),
                    )
                )
            if depth < 10:
                walk(value, depth + 1)

    walk("", 0)
    return found
