"""The demo's directory, with stubs for the territories that it names."""

import pytest
import yaml

from cms.catalogue import touches
from cms.catalogue.checking import problems
from cms.catalogue.models import Record
from knowledge.base.presenting import actors
from knowledge.demo import logos
from knowledge.demo.centre import Centre
from knowledge.demo.library import CONTENT, Library
from knowledge.demo.types import directory
from knowledge.directory.models import OrganisationPage, PersonPage
from knowledge.territories.models import Territory
from tests.factories import HomePageFactory, SectionPageFactory


def territories() -> set[str]:
    """Every slug of a territory that the content names."""
    found = set()
    for name in ("organisations", "people"):
        for entry in yaml.safe_load((CONTENT / f"directory/{name}.yaml").read_text("utf-8")):
            found |= {*(entry.get("territories") or []), entry.get("commune")}
            found |= {one.get("territory") for one in entry.get("referent") or []}
    return found - {None}


@pytest.fixture(scope="module")
def centre(module_db, quiet):
    library = Library()
    library.load_images()
    library.load_schemes()
    for slug in territories():
        kind, code = slug.split("-", 1)
        Territory.objects.create(
            kind=kind, code=code, slug=slug, name=slug, latitude=46.5, longitude=1.2
        )
    home = HomePageFactory()
    made = Centre(library, home, {"annuaire": SectionPageFactory(slug="annuaire")})
    directory.load(made, lambda line: None)
    touches.flush()
    return made


def test_the_directory_of_the_demo_is_whole(centre):
    assert OrganisationPage.objects.live().count() >= 40
    assert PersonPage.objects.count() == 10
    assert list(PersonPage.objects.filter(live=False)) == [centre.pages["person:eden-specimen"]]
    assert Record.objects.filter(type="organisation", places__isnull=False).count() >= 30
    network = OrganisationPage.objects.get(slug="reseau-culture-sante-cvl")
    assert network.missions.count() == 4
    assert problems() == []
    answers = "".join(Record.objects.values_list("json", flat=True))
    assert "06399800" not in answers
    mission = OrganisationPage.objects.get(slug="mission-sante-et-territoires")
    assert mission.figures.count() == 7
    assert mission.contacts.count() == 3
    assert mission.parent_organisation.slug == "ireps-na"
    [said] = [row.testimonial for row in mission.testimonials.all()]
    assert (said.author, said.consent) == ("Claude Exemple", "yes")


def test_who_signs_a_plan_has_a_logo_that_is_drawn_for_it(centre):
    signing = OrganisationPage.objects.filter(slug__in=logos.signing())
    assert signing.count() == len(logos.signing()) >= 5
    drawn = set()
    for page in signing:
        with page.hero_image.file.open() as file:
            drawn.add(file.read())
    assert len(drawn) == signing.count(), "each its own"
    shown = actors(page.pk for page in signing)
    assert all(one.logo for one in shown.values())
    assert len(shown) == signing.count()
