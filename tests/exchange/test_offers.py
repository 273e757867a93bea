"""Training offers in LHEO, held against its rules; those that lack something are told, not sent."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from cms.catalogue import touches
from cms.core.records import record_types
from cms.exchange import offers
from cms.formats import lheo
from tests.directory_factories import OrganisationPageFactory, PersonPageFactory, agreement
from tests.training_factories import TrainingPageFactory

pytestmark = pytest.mark.django_db

NS = {"l": lheo.NAMESPACE}
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "schemas" / "lheo.xsd"))


def training(**fields):
    """A training that has everything, with who is responsible."""
    body = OrganisationPageFactory(
        title="Relais Val-de-Brume", siret="73282932000074",
        address="1 rue du Gué, 36300 Le Blanc", **agreement(email="contact@example.org"),
    )  # fmt: skip
    person = PersonPageFactory(
        first_name="Noa", last_name="Spécimen", mobile="0600000000",
        **agreement(landline="0100000000"),
    )  # fmt: skip
    made = {
        "title": "Évaluer une action & <agir>", "skills": "<p>Choisir des indicateurs.</p>",
        "programme": [{"type": "paragraph", "value": "<p>Jour 1.</p>"}],
        "prerequisites": "<p>Aucun.</p>", "modality": "mixed", "duration_text": "3 jours",
        "formacodes": "13154, 44591", "public_codes": "82044;82074", "course": "1",
        "entry_level": "1", "alternation": "Sans objet", "costs_covered": False,
        "activity_number": "24360000036", "certification": "Un certificat",
        "certification_code": "RS5478",
        "sessions": [{"start": dt.date(2027, 3, 16), "end": dt.date(2027, 3, 18)}],
        "organisations": [{"organisation": body, "role": "organiser"}], "contacts": [person],
    }  # fmt: skip
    page = TrainingPageFactory(**{**made, **fields})
    touches.flush()
    return page


def read(client, address="/formations.xml"):
    response = client.get(address)
    assert response.status_code == 200, response.content
    root = etree.fromstring(response.getvalue())
    SCHEMA.assertValid(root)
    return root


def test_a_complete_training_is_written_as_lheo_wants_it(client):
    training()
    root = read(client)

    def said(path):
        return root.xpath(f"//{path}/text()", namespaces=NS)

    assert said("l:intitule-formation") == ["Évaluer une action & <agir>"]
    assert said("l:code-FORMACODE") == ["13154", "44591"]
    assert said("l:code-RS") == ["5478"]
    assert said("l:debut") == ["20270316"]
    assert said("l:adresse-inscription/l:adresse/l:codepostal") == ["36300"]
    assert said("l:adresse-inscription/l:adresse/l:ville") == ["Le Blanc"]
    assert said("l:SIRET") == ["73282932000074"]
    assert said("l:contact-organisme//l:courriel") == ["contact@example.org"]
    assert said("l:contact-formation//l:numtel") == ["0100000000"]
    assert "0600000000" not in etree.tostring(root).decode()  # nobody agreed to it


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"formacodes": ""}, {"domaine-formation"}),
        ({"programme": []}, {"contenu-formation"}),
        ({"costs_covered": None}, {"prise-en-charge-frais-possible"}),
        ({"contacts": []}, {"contact-formation", "contact-session"}),
        ({"activity_number": ""}, {"numero-activite"}),
        ({"sessions": []}, {"session"}),
        ({"organisations": [{"name": "Un organisme", "role": "organiser"}]},
         {"adresse-inscription", "SIRET-organisme-formation", "nom-organisme", "raison-sociale",
          "coordonnees-organisme", "contact-organisme"}),
    ],
)  # fmt: skip
def test_an_incomplete_one_is_left_out_and_told(client, admin_client, fields, names):
    training(**fields)
    response = client.get("/formations.xml")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    [offer] = offers.every("fr", "")
    assert set(lheo.lacking(offer)) == names
    report = admin_client.get("/admin/reports/lheo/").content.decode()
    assert f"{26 - len(names)}/26" in report
    labels = record_types()[offer.notice.record.type].lheo
    assert all(str(labels[name]).replace("’", "&#x27;")[:10] in report for name in names)
    assert admin_client.get("/admin/reports/lheo/?export=csv").status_code == 200


def test_every_element_has_a_label_for_editors():
    [labels] = [kind.lheo for kind in record_types().values() if kind.lheo]
    training()
    [offer] = offers.every("fr", "")
    empty = lheo.Offer(offer.notice, {})
    offer.notice.data["lheo"] = {}
    assert set(lheo.lacking(empty)) == set(labels)


def test_texts_are_cut_to_the_lengths_of_lheo_and_cleaned(client):
    training(
        skills="<p>" + "mot " * 2_000 + "</p>", audience="<p>" + "x" * 300 + "</p>",
        title="é" * 255, registration_address="Service\x0b \n" + "Bâtiment " * 30
        + "\n12 rue des 40000 Martyrs\n36000 Châteauroux cedex",
    )  # fmt: skip
    root = read(client)
    assert root.findtext(".//l:resultats-attendus", namespaces=NS).endswith("mot…")
    assert root.find(".//l:info-public-vise", namespaces=NS) is None
    assert root.findtext(".//l:adresse-inscription//l:ville", namespaces=NS) == "Châteauroux cedex"


def test_what_is_too_long_for_a_number_or_an_address_is_left_out(client):
    page = training(certification_code="RS1")  # the definition wants three signs
    body = page.organisations.first().organisation
    body.email = f"{'x' * 150}@{'y' * 60}.example.org"
    body.save()
    touches.flush()
    text = etree.tostring(read(client)).decode()
    assert "code-RS" not in text
    assert "yyy" not in text


def test_who_is_no_longer_public_is_no_longer_named(client):
    page = training()
    read(client)
    page.organisations.first().organisation.unpublish()
    touches.flush()
    response = client.get("/formations.xml")
    assert response.status_code == 404
    assert b"Relais Val-de-Brume" not in response.content


def test_queries_do_not_grow_and_who_has_it_is_told_so(client):
    training()
    with CaptureQueriesContext(connection) as few:
        tag = client.get("/formations.xml")["ETag"]
    for number in range(3):
        training(title=f"Formation {number}")
    with CaptureQueriesContext(connection) as more:
        response = client.get("/formations.xml", headers={"If-None-Match": tag})
        assert len(read(client).findall(".//l:formation", namespaces=NS)) == 4
    assert response.status_code == 200
    assert len(more) == 2 * len(few)
    tag = response["ETag"]
    with CaptureQueriesContext(connection) as asked:
        again = client.get("/formations.xml", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert len(asked) <= 2


def test_bad_requests_are_problems(client):
    assert client.get("/formations.xml?type=x").status_code == 400
    assert client.post("/formations.xml").status_code == 405
    assert client.get("/en/formations.xml").status_code == 404
