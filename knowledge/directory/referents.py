"""Who is asked about a theme in a territory, by what people of the directory say they follow."""

from collections.abc import Sequence

from cms.core.referents import Referent, Theme, register
from knowledge.territories.inclusion import lines as place_lines
from knowledge.thesaurus import terms

from .mandates import PersonReferent


def themes(language: str) -> Sequence[Theme]:
    """The themes for which a public person is the one to ask, by name. Three queries at most."""
    followed = PersonReferent.objects.filter(page__live=True, theme__isnull=False)
    ids = set(followed.values_list("theme_id", flat=True))
    lines = terms.lines(ids)
    known = terms.terms_many(lines, lines)
    found = [Theme(number, term.label(language)) for number, term in known.items() if number in ids]
    return sorted(found, key=lambda one: one.label.casefold())


def find(concept_id: int | None, territory_id: int | None) -> Referent | None:
    """The nearest: by theme (itself, then what is broader), then by territory (the narrowest that
    covers it). Somebody who follows another theme or another place is not asked."""
    above = terms.lines([concept_id]).get(concept_id, []) if concept_id else []
    around = place_lines([territory_id]).get(territory_id, []) if territory_id else []
    themes_at = {node.pk: place for place, node in enumerate(above)}
    places_at = {node.pk: place for place, node in enumerate(around)}
    best: tuple[tuple[int, int, int], PersonReferent] | None = None
    for row in PersonReferent.objects.filter(page__live=True).select_related("page__locale"):
        if row.theme_id and row.theme_id not in themes_at:
            continue
        if row.territory_id and row.territory_id not in places_at:
            continue
        far = (
            themes_at.get(row.theme_id or 0, 99),
            places_at.get(row.territory_id or 0, 99),
            row.pk,
        )
        if best is None or far < best[0]:
            best = (far, row)
    if best is None:
        return None
    page = best[1].page
    return Referent(page.pk, page.title, page.email, page.locale.language_code)


def connect() -> None:
    register(themes, find)
