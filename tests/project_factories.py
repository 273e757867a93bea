"""Project sheets for tests, filled as an editor would."""

from collections.abc import Iterable, Mapping
from typing import Any

from wagtail.models import Page

from cms.core.models import SectionPage
from knowledge.projects.models import (
    FundingLine,
    ProjectAction,
    ProjectBeneficiary,
    ProjectOutput,
    ProjectPage,
    ProjectPlace,
    ProjectResult,
)
from tests.factories import PageFactory, SectionPageFactory

ROWS = {
    "project_places": ProjectPlace,
    "beneficiaries": ProjectBeneficiary,
    "funding_lines": FundingLine,
    "outputs": ProjectOutput,
    "results": ProjectResult,
    "plan_actions": ProjectAction,
}


def paragraph(html: str) -> list[dict[str, str]]:
    """A stored text of one paragraph."""
    return [{"type": "paragraph", "value": html}]


class ProjectPageFactory(PageFactory):
    """Each of `ROWS` takes its rows as mappings; texts are stored streams: see `paragraph`."""

    class Meta:
        model = ProjectPage

    title = "Un projet"
    summary = "Ce qui a été tenté."
    status = "completed"

    @classmethod
    def default_parent(cls) -> Page:
        return SectionPage.objects.filter(slug="projets").first() or SectionPageFactory(
            title="Projets", slug="projets"
        )

    @classmethod
    def _create(cls, model_class: type[ProjectPage], *args: Any, **fields: Any) -> Page:
        rows: dict[str, Iterable[Mapping[str, Any]]] = {name: fields.pop(name, ()) for name in ROWS}
        page = super()._create(model_class, *args, **fields)
        for name, entries in rows.items():
            for place, entry in enumerate(entries):
                row = ROWS[name](page=page, sort_order=place, **entry)
                if hasattr(row, "locale_id"):
                    row.locale = page.locale
                row.save()
        return ProjectPage.objects.get(pk=page.pk)
