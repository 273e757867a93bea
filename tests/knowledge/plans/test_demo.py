"""The demo's plans, with what the other rooms would have made before them."""

import re

import pytest
from wagtail.models import Page

from cms.catalogue import touches
from cms.catalogue.models import Record
from knowledge.agenda.models import EventPage
from knowledge.consultations.models import ConsultationPage
from knowledge.demo.centre import Centre
from knowledge.demo.library import CONTENT, Library, read
from knowledge.demo.types import consultations, plans
from knowledge.directory.models import OrganisationPage, PersonPage
from knowledge.plans.models import ActionPage, PlanPage
from knowledge.territories.models import Territory
from tests import admin
from tests.factories import HomePageFactory, SectionPageFactory
from tests.territory_factories import TerritoryFactory

SECTIONS = ("plans", "consultations", "agenda", "annuaire")


def entries():
    for folder in ("plans", "consultations"):
        for path in sorted((CONTENT / folder).glob("*.yaml")):
            yield read(f"{folder}/{path.name}")


def named(kind: str) -> set[str]:
    found = set()
    for entry in entries():
        for one in (entry, *(entry.get("actions") or [])):
            rows = [
                *(one.get("organisations") or []), *(one.get("contacts") or []),
                *(one.get("governance") or []),
            ]  # fmt: skip
            found |= {row[kind] for row in rows if kind in row}
    return found


@pytest.fixture(scope="module")
def centre(module_db, quiet) -> Centre:
    library = Library()
    library.load_schemes()
    library.load_images()
    home = HomePageFactory()
    sections = {slug: SectionPageFactory(title=slug.title(), slug=slug) for slug in SECTIONS}
    for entry in read("free_territories.yaml"):
        for slug in entry["parts"]:
            code = slug.removeprefix("commune-")
            TerritoryFactory(kind="commune", code=code, name=f"Commune {code}")
    TerritoryFactory(kind="commune", code="36044", name="Châteauroux")
    TerritoryFactory(kind="region", code="24", name="Centre-Val de Loire")
    made = Centre(library, home, sections)
    for kind, model in (("organisation", OrganisationPage), ("person", PersonPage)):
        for slug in sorted(named(kind)):
            title = slug.replace("-", " ").title()
            names = {"first_name": title, "last_name": "-"} if kind == "person" else {}
            page = made.add(model(**names), "annuaire", {"title": title, "slug": slug}, kind)
            made.publish(page)
    event = {"title": "Séminaire régional", "slug": "seminaire-regional-2023-09-04"}
    made.publish(made.add(EventPage(), "agenda", event, "event"))
    consultations.load(made, print)
    plans.load(made, print)
    touches.flush()
    while touches.flush().left:
        pass
    return made


def page_of(client, page: Page) -> str:
    response = client.get(Record.objects.get(page_id=page.pk).url)
    assert response.status_code == 200
    return response.content.decode()


def test_five_plans_stand_on_territories_made_of_real_communes(centre):
    assert PlanPage.objects.live().count() == 5
    park = Territory.objects.get(slug="libre-parc-naturel-regional-de-la-brenne")
    assert park.parts.count() == 22
    record = Record.objects.get(
        page_id=centre.pages["plan:contrat-local-de-sante-brenne-2021-2026"].pk
    )
    assert "territory:libre-parc-naturel-regional-de-la-brenne" in record.terms


def test_only_the_four_printed_codes_are_codes(centre):
    codes = set(ActionPage.objects.exclude(code="").values_list("code", flat=True))
    assert codes == {"1.2", "2.2.4", "2.3.2", "2.3.4"}


def test_the_contract_says_all_that_its_source_says(centre, client):
    html = page_of(client, centre.pages["plan:contrat-local-de-sante-brenne-2021-2026"])
    for text in (
        "Renforcer l’offre", "23 élus en commission santé", "environ 40 personnes",
        "Prise de conscience", "483 personnes", "400 destinataires", "3\u00a0700",
        "cofinancée par l’Union européenne", "Le financement des actions",
        "3 en cours, 15 non précisées sur 18", "conseil scientifique", "hors académie",
        "Signataires et cosignataires à vérifier",
    ):  # fmt: skip
        assert text in html, text
    assert html.count('class="axis"') == 4


def test_the_regional_plan_stands_within_the_national_one(centre, client):
    html = page_of(client, centre.pages["plan:plan-strategique-centre-val-de-loire-2023-2026"])
    said = " ".join(re.sub(r"<[^>]+>", " ", html).replace("\u2060", "").split())
    assert "2023-2026, dans le plan Plan stratégique de France Assos Santé 2023-2027" in said
    assert html.count("Outiller les représentants des usagers") == 2


def test_what_the_demo_holds_is_published_again_unchanged(centre, admin_client):
    for model in (PlanPage, ActionPage, ConsultationPage):
        for page in (model.objects.live().first(), model.objects.live().last()):
            admin.edit(admin_client, page)
            again = model.objects.get(pk=page.pk)
            assert again.live
            assert again.latest_revision_id != page.latest_revision_id
