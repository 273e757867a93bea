"""Concepts: the thesaurus as partners need it to filter records and to label them."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import AfterValidator, Field

from cms.core.postgresql.reading import one_row

from . import conditional, cursors
from .addresses import listed, next_page
from .schemas import Concepts, ProblemDocument
from .state import state
from .strict import CursorText, Limit, LocaleCode, StrictQuery

router = Router(tags=["concepts"])


def _slug(value: str) -> str:
    if not value.replace("-", "").replace("_", "").isalnum():
        raise ValueError("no identifier")
    return value


SchemeName = Annotated[str, AfterValidator(_slug)]


class ConceptsQuery(StrictQuery):
    """Which vocabularies, labelled in which language."""

    scheme: list[SchemeName] = Field(
        default_factory=list,
        max_length=50,
        description=gettext_noop("Identifiers of vocabularies, such as themes; any of them."),
    )
    locale: LocaleCode = Field(
        "fr", description=gettext_noop("The language of label: fr, en or es.")
    )
    limit: Limit = Field(
        100, description=gettext_noop("Items in a page: a whole number from 1 to 100.")
    )
    cursor: CursorText | None = Field(
        None, description=gettext_noop("Where the page begins: comes from next.")
    )

    @property
    def canonical(self) -> str:
        return repr(["concepts", sorted(set(self.scheme)), self.locale])


_CONCEPTS = """
    knowledge_thesaurus_concept concept
    JOIN knowledge_thesaurus_conceptscheme scheme ON scheme.id = concept.scheme_id
    WHERE {schemes}
"""
# Changes with every edit of a concept, a label or a relation, and with every deletion.
_STATE = """
    SELECT (SELECT (count(*), max(updated_at))::text FROM knowledge_thesaurus_concept),
           (SELECT (count(*), max(id), max(updated_at))::text
            FROM knowledge_thesaurus_conceptlabel),
           (SELECT (count(*), max(id))::text FROM knowledge_thesaurus_conceptrelation)
"""
_PAGE = f"""
    SELECT convert_to(string_agg(row_to_json(item)::text, ',' ORDER BY place)
                      FILTER (WHERE place <= %(limit)s), 'UTF8'),
           count(*) > %(limit)s,
           (array_agg(ARRAY[found.scheme, found.id] ORDER BY place DESC)
            FILTER (WHERE place <= %(limit)s))[1:1],
           (SELECT count(*) FROM {_CONCEPTS})
    FROM (
        SELECT concept.id AS pk, scheme.slug AS scheme, concept.slug AS id, concept.broader_id,
               concept.scope_note, concept.exact_match, concept.replaced_by_id,
               row_number() OVER (ORDER BY scheme.slug, concept.slug) AS place
        FROM {_CONCEPTS} AND (scheme.slug, concept.slug) > (%(scheme)s, %(id)s)
        ORDER BY scheme.slug, concept.slug LIMIT %(limit)s + 1
    ) found
    CROSS JOIN LATERAL (
        SELECT coalesce(json_object_agg(language, label ORDER BY language)
                        FILTER (WHERE kind = 'preferred'), '{{{{}}}}') AS labels,
               coalesce(max(label) FILTER (WHERE kind = 'preferred' AND language = %(locale)s),
                        max(label) FILTER (WHERE kind = 'preferred' AND language = 'fr'),
                        found.id) AS label
        FROM knowledge_thesaurus_conceptlabel WHERE concept_id = found.pk
    ) named
    CROSS JOIN LATERAL (
        SELECT coalesce(json_object_agg(language, others ORDER BY language), '{{{{}}}}')
               AS alternatives
        FROM (SELECT language, json_agg(label ORDER BY sort_order, id) AS others
              FROM knowledge_thesaurus_conceptlabel
              WHERE concept_id = found.pk AND kind = 'alternative' GROUP BY language) by_language
    ) other
    CROSS JOIN LATERAL (
        SELECT found.scheme, found.id, named.label, named.labels, other.alternatives,
               (SELECT slug FROM knowledge_thesaurus_concept WHERE id = found.broader_id)
               AS broader,
               ARRAY(SELECT slug FROM knowledge_thesaurus_concept
                     WHERE id IN (SELECT other_id FROM knowledge_thesaurus_conceptrelation
                                  WHERE concept_id = found.pk) ORDER BY slug) AS related,
               found.scope_note, found.exact_match,
               (SELECT slug FROM knowledge_thesaurus_concept WHERE id = found.replaced_by_id)
               AS replaced_by,
               (SELECT count(*) FROM cms_catalogue_record WHERE gone_at IS NULL
                AND terms_broader @> ARRAY[found.scheme || ':' || found.id]) AS records
    ) item
"""


@router.get(
    "concepts",
    operation_id="list_concepts",
    summary=gettext_noop("List concepts"),
    description=gettext_noop(
        "Descriptors of the vocabularies, with their labels in every language, what is "
        "broader and related, and how many records they find."
    ),
    response={200: Concepts, 400: ProblemDocument},
)
def concepts(request: HttpRequest, query: Query[ConceptsQuery]) -> HttpResponse:
    canonical = query.canonical
    key = cursors.unseal(query.cursor, canonical) if query.cursor else ["", ""]
    now = state()
    validators = conditional.of_list(
        (now.clock, one_row(_STATE)), f"{canonical}|{query.limit}|{query.cursor}", None
    )
    if validators.not_modified(request):
        return validators.unchanged()
    items, more, keys, total = one_row(
        _PAGE.format(schemes="scheme.slug = ANY(%(schemes)s)" if query.scheme else "true"),
        {
            "schemes": query.scheme,
            "scheme": key[0],
            "id": key[1],
            "limit": query.limit,
            "locale": query.locale,
        },
    )
    address = None
    if more:
        address = next_page(request, query, "cursor", cursors.seal(keys[0], canonical))
    return validators.put_on(listed(total, bytes(items or b""), address))
