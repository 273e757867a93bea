"""What is not public is never seen at any exit for machines."""

import datetime as dt
import uuid
from io import BytesIO

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from cms.catalogue import touches
from cms.core.records import record_uid
from cms.exchange.basket import EXPORTS as BASKETS
from cms.exchange.exports import EXTENSIONS
from cms.exchange.notices import EXPORTS
from tests.agenda_factories import EventPageFactory, date
from tests.directory_factories import PersonPageFactory, agreement
from tests.factories import DocumentFactory, GuidePageFactory, SectionPageFactory, locale
from tests.training_factories import TrainingPageFactory

pytestmark = pytest.mark.django_db
LISTS = [
    "/oai?verb=Identify", "/oai?verb=ListSets", "/sitemap.xml", "/sitemap-1.xml",
    "/sitemap-rubriques.xml", "/robots.txt", "/llms.txt", "/agenda.ics", "/en/agenda.ics",
    "/agenda.ics?annee=2027", "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc", "/oai?verb=ListRecords&metadataPrefix=mods",
    *(f"{prefix}/notices.{extension}{query}" for extension in EXTENSIONS
      for prefix in ("", "/en") for query in ("", "?q=canari")),
    "/recherche/flux.atom", "/flux/guide.rss", "/concepts.ttl", "/concepts.rdf",
    "/donnees-ouvertes/", "/donnees-ouvertes.jsonld", "/integrer/liste/",
    "/integrer/liste/?nombre=50",
    "/integrer/agenda/", "/integrer/carte/", "/en/integrer/liste/", "/notices.csv?annee=2027",
    "/notices.geojson?carte=1", "/notices.atom?nombre=2000",
]  # fmt: skip


TEXTS = [one for one, form in BASKETS.items() if not form.styled]


def hidden() -> list[uuid.UUID]:
    """The identifiers of pages that nobody may read; each says CANARI."""
    section = SectionPageFactory(title="Guides", slug="guides")
    closed = SectionPageFactory(title="CANARI réservé", slug="canari-reserve")
    closed.view_restrictions.create(restriction_type="login")
    person = PersonPageFactory(  # public, with a number that nobody agreed to
        first_name="Alix", last_name="Fictif", mobile="0699887766",
        **agreement(email="alix@example.org"),
    )  # fmt: skip
    made = {"title": "CANARI", "summary": "CANARI", "authors": ["CANARI"]}
    private = GuidePageFactory(parent=section, slug="canari-prive", **made)
    private.view_restrictions.create(restriction_type="password", password="x")
    shown = GuidePageFactory(parent=section, slug="canari-puis-rien", **made)
    public = GuidePageFactory(
        parent=section, title="Public", slug="public", documents=[DocumentFactory(title="Fiche")]
    )
    pages = [
        GuidePageFactory(parent=section, live=False, slug="canari-brouillon", **made),
        private,
        GuidePageFactory(parent=closed, slug="canari-dessous", **made),
        shown,
        GuidePageFactory(
            parent=section, live=False, expired=True, slug="canari-expire",
            expire_at=timezone.now() - dt.timedelta(days=1), **made,
        ),
        EventPageFactory(parent=closed, title="CANARI", dates=[date("2027-01-12")]),
        TrainingPageFactory(parent=closed, title="CANARI", contacts=[person]),
    ]  # fmt: skip
    touches.flush()
    public.title = "CANARI à relire"  # a draft of a live page
    public.save_revision()
    english = public.copy_for_translation(locale("en"), copy_parents=True)
    english.title = "CANARI in English"
    english.save()
    shown.unpublish()
    touches.flush()
    return [record_uid(page.translation_key, "fr") for page in pages] + [
        record_uid(english.translation_key, "en")
    ]


def texts(response) -> str:
    """All that an answer says, without the address at which it was asked for."""
    data = response.getvalue()
    if data.startswith(b"PK"):  # a workbook
        sheet = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0)
        return repr(sheet.to_python())
    return data.decode().replace("q=canari", "").replace('value="canari"', "")


def test_no_exit_shows_what_is_not_public(client):
    uids = hidden()
    found = [client.get(address) for address in LISTS]
    assert [response.status_code for response in found] == [200] * len(LISTS)
    for uid in uids:
        for name in (uid, *(f"{uid}.{extension}" for extension in (*EXPORTS, "ics"))):
            for accept in ("text/html", "application/json"):
                response = client.get(f"/notices/{name}", headers={"Accept": accept})
                assert response.status_code in (404, 410), name
                found.append(response)
        found.append(client.get(f"/panier/?id={uid}&q=canari"))
        found += [client.get(f"/panier.{one}?id={uid}") for one in TEXTS]
        for prefix in ("oai_dc", "mods"):
            name = f"oai:relais.example.org:{uid}"
            found.append(
                client.get(f"/oai?verb=GetRecord&metadataPrefix={prefix}&identifier={name}")
            )
    for response in found:
        said = texts(response)
        assert "canari" not in said.lower(), response.request["PATH_INFO"]
        assert "99887766" not in said.replace(" ", ""), response.request["PATH_INFO"]


def test_what_is_public_is_seen_at_every_exit(client):
    page = GuidePageFactory(title="Bien visible")
    event = EventPageFactory(title="Bien visible", dates=[date("2027-01-12")])
    touches.flush()
    uid = record_uid(page.translation_key, "fr")
    for address in (
        "/oai?verb=ListRecords&metadataPrefix=oai_dc", "/oai?verb=ListRecords&metadataPrefix=mods",
        "/agenda.ics", *(f"/notices.{one}" for one in EXTENSIONS if one != "xlsx"),
        *(f"/notices/{uid}.{extension}" for extension in EXPORTS),
        f"/notices/{record_uid(event.translation_key, 'fr')}.ics",
    ):  # fmt: skip
        assert "Bien visible" in client.get(address).getvalue().decode(), address
