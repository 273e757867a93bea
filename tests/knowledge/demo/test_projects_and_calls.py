"""The demo's project sheets and calls, on stand-ins for the pages of other rooms."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from cms.catalogue import touches
from cms.catalogue.models import Place, Record
from knowledge.calls.models import CallPage
from knowledge.demo.centre import Centre
from knowledge.demo.library import CONTENT, Library, read
from knowledge.demo.types import calls, projects
from knowledge.projects.models import ProjectPage
from tests import admin
from tests.factories import (
    DocumentFactory,
    GuidePageFactory,
    HomePageFactory,
    ImageFactory,
    SectionPageFactory,
)
from tests.territory_factories import TerritoryFactory

# Sheets rewritten from a plan, which prints few figures.
SOURCED = {
    "des-espaces-de-partage-entre-representants",
    *(entry["slug"] for entry in read("projects/brenne.yaml")),
}


class Stands(dict[str, Any]):
    """A page for each name that is asked for."""

    def __missing__(self, name: str) -> Any:
        self[name] = GuidePageFactory(title=name)
        return self[name]


class AnyPlace(Centre):
    """Territories made when they are first named."""

    @staticmethod
    def territory(slug: str) -> Any:
        from knowledge.territories.models import Territory

        kind, code = slug.split("-", 1)
        if kind == "libre":
            kind, code, slug = "free", "", code
        found = Territory.objects.filter(kind=kind, code=code).first()
        return found or TerritoryFactory(
            kind=kind, code=code, name=slug, latitude=46.5, longitude=1.5
        )


@pytest.fixture(scope="module")
def centre(module_db: None, quiet: None) -> Centre:
    library = Library()
    library.load_schemes()
    picture, document = ImageFactory(), DocumentFactory()
    library.images = {entry["file"]: picture.pk for entry in read("images.yaml")}
    library.documents = {entry["file"]: document.pk for entry in read("documents.yaml")}
    sections = {slug: SectionPageFactory(slug=slug) for slug in ("projets", "appels")}
    made = AnyPlace(library, HomePageFactory(), sections, Stands())
    projects.load(made, lambda _text: None)
    calls.load(made, lambda _text: None)
    touches.flush()
    return made


def test_twenty_five_sheets_are_on_the_map_with_results(centre, client):
    records = Record.objects.filter(type="project", gone_at=None)
    assert records.count() == 25
    assert Place.objects.filter(record__in=records).values("record").distinct().count() == 25
    for page in ProjectPage.objects.all():
        if page.slug not in SOURCED:
            assert 2 <= page.results.count() <= 4, page.slug
        assert page.summary
        assert page.objectives
        assert page.actions
        page.full_clean()
        assert client.get(page.get_url()).status_code == 200, page.slug
    assert len({page.summary for page in ProjectPage.objects.all()}) == 25


def test_nothing_in_the_content_is_cut_by_a_comma():
    """In YAML's braces a comma ends a value, and what follows is a key without one."""
    paths = [*(CONTENT / "projects").glob("*.yaml"), *(CONTENT / "calls").glob("*.yaml")]
    for path in paths:
        found = read(str(path.relative_to(CONTENT)))
        for entry in found if isinstance(found, list) else [found]:
            rows = [row for value in entry.values() if isinstance(value, list) for row in value]
            assert all(None not in row.values() for row in rows if isinstance(row, dict)), path


def test_of_four_calls_one_closes_at_noon_in_ten_days_and_one_is_closed(centre, client):
    found = list(CallPage.objects.all())
    assert sorted(page.state for page in found) == ["closed", "open", "open", "upcoming"]
    noon = dt.time(12)
    soon = timezone.localdate() + dt.timedelta(days=10)
    local = [timezone.localtime(page.closes_at) for page in found]
    assert (soon, noon) in {(hour.date(), hour.time()) for hour in local}
    for page in found:
        page.full_clean()
        assert client.get(page.get_url()).status_code == 200, page.slug


def test_a_sheet_that_carries_out_an_action_says_no_more_than_the_plan():
    """The plans print no budget and no date of what was done: neither do the sheets."""
    paths = sorted((CONTENT / "projects").glob("*.yaml"))
    entries = [one for path in paths for one in read(f"projects/{path.name}")]
    carrying = [one for one in entries if one.get("plan_actions")]
    assert len(carrying) >= 11
    for entry in carrying:
        assert not {"budget", "start", "end", "status", "evaluation"} & set(entry), entry["slug"]
        assert not any("date" in row for row in entry.get("results") or []), entry["slug"]


def test_every_sheet_and_call_is_published_again_unchanged(centre, admin_client):
    """What the source does not say is not asked again."""
    for page in [*ProjectPage.objects.all(), *CallPage.objects.all()]:
        admin.edit(admin_client, page)
    touches.flush()
    told = Record.objects.filter(type="project", terms__contains=["project_status:unstated"])
    assert not told.exists()
