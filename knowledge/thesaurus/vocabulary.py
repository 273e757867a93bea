"""The thesaurus as what readers filter by."""

from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.db import connection

from cms.core.vocabularies import Scheme, Value

from .models import ConceptScheme

_VALUES = """
    SELECT concept.slug, above.slug,
        coalesce(
            max(label.label) FILTER (WHERE label.language = %s),
            max(label.label) FILTER (WHERE label.language = 'fr'),
            max(label.label), concept.slug),
        bool_or(label.language = %s)
    FROM knowledge_thesaurus_concept concept
    JOIN knowledge_thesaurus_conceptscheme scheme ON scheme.id = concept.scheme_id
    LEFT JOIN knowledge_thesaurus_concept above ON above.id = concept.broader_id
    LEFT JOIN knowledge_thesaurus_conceptlabel label
        ON label.concept_id = concept.id AND label.kind = 'preferred'
    WHERE scheme.slug = %s AND concept.slug = ANY(%s) AND concept.replaced_by_id IS NULL
    GROUP BY concept.id, above.slug
"""


class Thesaurus:
    """Every concept scheme."""

    edited = True

    def schemes(self) -> Sequence[Scheme]:
        rows = ConceptScheme.objects.values_list("slug", "title", "is_facet")
        return [
            Scheme(slug, title, "concept", 100 + place, is_facet)
            for place, (slug, title, is_facet) in enumerate(rows)
        ]

    def values(self, scheme: Scheme, ids: Iterable[str], locale: str) -> Mapping[str, Value]:
        if scheme.parameter != "concept":
            return {}
        with connection.cursor() as cursor:
            cursor.execute(_VALUES, [locale, locale, scheme.name, list(ids)])
            return {
                slug: Value(label, above, "" if own else settings.LANGUAGE_CODE)
                for slug, above, label, own in cursor.fetchall()
            }
