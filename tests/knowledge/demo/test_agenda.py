"""The demo's agenda, loaded into a centre whose other rooms are stand-ins."""

from types import SimpleNamespace

import pytest

from cms.catalogue import agenda, touches
from cms.catalogue.listing import Choice, Scope
from cms.catalogue.models import Record
from knowledge.agenda.models import EventDate, EventPage, EventSeries
from knowledge.demo.centre import Centre
from knowledge.demo.library import read
from knowledge.demo.types import agenda as loader
from tests.factories import (
    ConceptFactory,
    DocumentFactory,
    GuidePageFactory,
    HomePageFactory,
    SectionPageFactory,
)
from tests.territory_factories import TerritoryFactory


class Made(dict):
    """What an entry names, made when it is asked for."""

    def __init__(self, make):
        super().__init__()
        self.make = make

    def __missing__(self, name):
        self[name] = self.make(name)
        return self[name]


class Stage(Centre):
    @staticmethod
    def territory(slug: str):
        return TERRITORIES[slug]


def _territory(slug: str):
    kind = "commune" if slug.startswith("commune-") else "free"
    code = slug.removeprefix("commune-") if kind == "commune" else ""
    return TerritoryFactory(kind=kind, code=code, slug=slug, name=slug, latitude=46.6, longitude=1)


TERRITORIES = Made(_territory)


@pytest.fixture(scope="module")
def centre(module_db, quiet):
    TERRITORIES.clear()
    library = SimpleNamespace(
        images={},
        documents=Made(lambda name: DocumentFactory(title=name).pk),
        concepts=Made(lambda name: ConceptFactory(slug=name)),
        rich=lambda html: html,
    )
    section = SectionPageFactory(title="Agenda", slug="agenda")
    others = SectionPageFactory(title="Annuaire", slug="annuaire")
    pages = Made(lambda name: GuidePageFactory(title=name, parent=others))
    made = Stage(library, HomePageFactory(), {"agenda": section}, pages)
    loader.load(made, lambda text: None)
    while touches.flush().left:
        pass
    return made


def test_the_agenda_is_loaded_with_past_and_coming_dates(centre):
    events = read("events/agenda.yaml")["events"]
    assert EventPage.objects.filter(live=True).count() == len(events) >= 25
    assert Record.objects.filter(type="event", gone_at__isnull=True).count() == len(events)
    for row in EventDate.objects.all():
        row.full_clean()
    for page in EventPage.objects.all():
        page.full_clean()
        assert page.has_place or page.mode == "online" or "2023" in page.slug, page.title
        assert page.summary, page.title
    found = agenda.agenda(Scope("fr", "record.type = 'event'"), Choice())
    assert found.coming >= 20
    assert (2023, 1) in found.years
    statuses = set(EventPage.objects.values_list("status", flat=True))
    assert statuses == {"confirmed", "postponed", "cancelled"}
    assert set(EventPage.objects.values_list("mode", flat=True)) == {"onsite", "online", "hybrid"}
    assert all(series.events.count() > 1 for series in EventSeries.objects.all())
    titles = list(EventPage.objects.values_list("title", flat=True))
    assert len(titles) > len(set(titles)), "homonyms"


def test_the_seminar_of_the_first_seed_is_on_its_day(centre):
    page = EventPage.objects.get(slug="seminaire-regional-2023-09-04")
    [one] = page.moments()
    assert (one.start.date().isoformat(), one.all_day) == ("2023-09-04", True)
