"""Values of filters by which nothing can ever be found, because nothing is called so: refused by
name, where an empty list would say that there is nothing about it."""

from collections.abc import Iterable

from cms.core import vocabularies
from cms.core.postgresql.reading import all_rows
from cms.core.records import own_facets

from .filters import RecordFilters, WithFilters
from .problems import unknown_value

# Those that were merged into others are found by their old names too.
_CONCEPTS = """
    SELECT scheme.slug, concept.slug FROM knowledge_thesaurus_concept concept
    JOIN knowledge_thesaurus_conceptscheme scheme ON scheme.id = concept.scheme_id
    WHERE concept.slug = ANY(%s)
"""

_SAID = """
    SELECT term FROM unnest(%s::text[]) term WHERE EXISTS (
        SELECT 1 FROM cms_catalogue_record record WHERE record.terms_broader && ARRAY[term])
"""


def refuse_unknown(query: WithFilters, total: int) -> None:
    """400 for the first value that is unknown. Looked up only where one may be: what finds
    something by one value of each vocabulary knows them all. One query for each vocabulary."""
    terms = query.filters()
    if not total and isinstance(query, RecordFilters) and (lost := unknown(query.concept_all)):
        raise unknown_value("concept_all", lost[0])
    schemes = [term.rpartition(":")[0] for term in terms]
    if total and len(set(schemes)) == len(schemes):
        return
    for term in unknown(terms):
        scheme, _colon, identifier = term.rpartition(":")
        if scheme in own_facets():
            raise unknown_value("facet", term)
        named = scheme in vocabularies.schemes(edited=False)
        raise unknown_value(scheme if named else "concept", identifier if named else term)


def unknown(terms: Iterable[str]) -> list[str]:
    """Those of the values, "scheme:id" or "id" of any thesaurus, that nothing is called."""
    others = vocabularies.schemes(edited=False)
    lost: list[str] = []
    concepts: list[str] = []
    by_scheme: dict[str, list[str]] = {}
    for term in terms:
        scheme, _colon, identifier = term.rpartition(":")
        if scheme in others:
            by_scheme.setdefault(scheme, []).append(identifier)
        else:
            concepts.append(term)
    for scheme, ids in by_scheme.items():
        facet = own_facets().get(scheme)
        known = facet.values if facet else vocabularies.values(others[scheme], ids, "fr")
        if not facet or facet.values:  # values of a facet without any are free
            lost += [f"{scheme}:{one}" for one in ids if one not in known]
    return _in_no_record([*lost, *_unknown_concepts(concepts)])


def _unknown_concepts(terms: list[str]) -> list[str]:
    if not terms:
        return []
    rows = all_rows(_CONCEPTS, [[term.rpartition(":")[2] for term in terms]])
    known = {name for scheme, slug in rows for name in (slug, f"{scheme}:{slug}")}
    return [term for term in terms if term not in known]


def _in_no_record(terms: list[str]) -> list[str]:
    """What a record still says is known, whoever has forgotten its name."""
    if not terms:
        return []
    said = {row[0] for row in all_rows(_SAID, [terms])}
    return [term for term in terms if term not in said]
