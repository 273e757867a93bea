"""The demo's trainings load with the organisations, people and guides of the demo beside them."""

import pytest
import yaml
from wagtail.models import Page

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.core.models import HomePage, SectionPage
from knowledge.base.checklist import missing
from knowledge.demo.centre import Centre
from knowledge.demo.library import CONTENT, Library
from knowledge.demo.types import trainings
from knowledge.territories.models import Territory
from knowledge.trainings.models import TrainingPage
from tests.factories import HomePageFactory, SectionPageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]


class StandIns(dict):
    """Makes what is asked for: the demo's other rooms are not loaded here."""

    def __init__(self, make):
        super().__init__()
        self.make = make

    def __missing__(self, name):
        self[name] = self.make(name)
        return self[name]


@pytest.fixture
def centre():
    library = Library()
    library.load_images()
    library.load_documents()
    library.load_schemes()
    home = HomePage.objects.get(pk=HomePageFactory().pk)
    section = SectionPageFactory(title="Formations", slug="formations", parent=home)

    def stand_in(name):
        return SectionPageFactory(title=name, slug=name.replace(":", "-"), parent=home)

    found = Centre(library, home, {"formations": SectionPage.objects.get(pk=section.pk)})
    found.pages = StandIns(stand_in)
    return found


@pytest.fixture
def territories(monkeypatch):
    """A territory of the right kind for each slug; the geography is not loaded here."""

    def territory(slug):
        kind, code = slug.split("-", 1)
        known = Territory.objects.filter(kind=kind, code=code).first()
        return known or Territory.objects.create(
            kind=kind, code=code, name=slug, latitude=46.6, longitude=1.1
        )

    monkeypatch.setattr(Centre, "territory", staticmethod(territory))


def test_twelve_trainings_are_published_with_past_and_coming_sessions(centre, territories):
    trainings.load(centre, lambda said: None)
    pages = list(TrainingPage.objects.live())
    assert len(pages) == 12
    for page in pages:
        page.full_clean(exclude=["path", "depth"])
        assert missing(page, required=True) == []
        for row in page.sessions.all():
            row.clean()
    rows = [row for page in pages for row in page.sessions.all()]
    assert any(row.is_past() for row in rows)
    assert any(row.state == "full" and not row.is_past() for row in rows)
    assert any(row.status == "cancelled" for row in rows)
    assert any(row.is_online and not row.place_name for row in rows)
    touches.flush()
    assert Record.objects.filter(type="training", gone_at=None).count() == 12
    assert Page.find_problems() == ([], [], [], [], [])


def test_what_the_source_does_not_say_is_not_made_up():
    """The sheet that was rewritten has neither dates of sessions nor a price."""
    path = CONTENT / "trainings" / "acteurs-sociaux-et-culturels.yaml"
    entry = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert not {"sessions", "price_euros", "is_free", "modality", "speakers"} & set(entry)
    assert "en 2019" in entry["context"]
    assert "six délégations" in entry["context"]
