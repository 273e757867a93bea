"""What is not public is never seen at any exit for machines."""

import datetime as dt
import re
import uuid
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from wagtail import urls as wagtail_urls
from wagtail.models import Collection, CollectionViewRestriction

from cms.catalogue import touches
from cms.core.models import CustomDocument
from cms.core.records import record_types, record_uid
from cms.exchange.exports import EXTENSIONS
from cms.exchange.notices import EXPORTS
from tests.agenda_factories import EventPageFactory, date, to_come
from tests.directory_factories import PersonPageFactory, agreement
from tests.exchange import exits
from tests.exchange.test_basket import pdf_text
from tests.exchange.test_offers import training
from tests.factories import (
    ConceptFactory,
    DocumentFactory,
    GuidePageFactory,
    SectionPageFactory,
    locale,
)
from tests.training_factories import TrainingPageFactory

pytestmark = pytest.mark.django_db


def hidden() -> tuple[list[uuid.UUID], list[uuid.UUID]]:
    """The identifiers of pages that nobody may read, each of which says CANARI, and of public
    ones that hold something that nobody may read."""
    section = SectionPageFactory(title="Guides", slug="guides")
    closed = SectionPageFactory(title="CANARI réservé", slug="canari-reserve")
    closed.view_restrictions.create(restriction_type="login")
    person = PersonPageFactory(  # public, with a number that nobody agreed to
        first_name="Alix", last_name="Fictif", mobile="0699887766",
        **agreement(email="alix@example.org"),
    )  # fmt: skip
    theme = ConceptFactory(slug="sante", label="Santé")
    made = {"title": "CANARI", "summary": "CANARI", "authors": ["CANARI"], "concepts": [theme]}
    private = GuidePageFactory(parent=section, slug="canari-prive", **made)
    private.view_restrictions.create(restriction_type="password", password="x")
    shown = GuidePageFactory(parent=section, slug="canari-puis-rien", **made)
    cabinet = Collection.get_first_root_node().add_child(name="CANARI")
    CollectionViewRestriction.objects.create(collection=cabinet, restriction_type="login")
    secret = DocumentFactory(title="CANARI", texts=["CANARI"], collection=cabinet)
    public = GuidePageFactory(
        parent=section, title="Public", slug="public", concepts=[theme],
        documents=[DocumentFactory(title="Fiche"), secret], related=[private],
        chapters=[("Faire", [("download", {"document": secret.pk, "title": "Pièce"})])],
    )  # fmt: skip
    complete = training(title="Offre publique")
    pages = [
        GuidePageFactory(parent=section, live=False, slug="canari-brouillon", **made),
        private,
        GuidePageFactory(parent=closed, slug="canari-dessous", **made),
        shown,
        GuidePageFactory(
            parent=section, live=False, expired=True, slug="canari-expire",
            expire_at=timezone.now() - dt.timedelta(days=1), **made,
        ),
        EventPageFactory(parent=closed, title="CANARI", dates=[date(to_come("01-12"))]),
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
    gone = [record_uid(page.translation_key, "fr") for page in pages]
    gone.append(record_uid(english.translation_key, "en"))
    return gone, [record_uid(page.translation_key, "fr") for page in (public, person, complete)]


# What people see, by the name of its pattern; and addresses that say nothing of pages: what
# answers a form, a token, a click.
SEEN = {
    "search": ("/recherche/", "/recherche/?q=canari", "/recherche/?q=public&vue=types"),
    "map": ("/carte/", "/carte/?q=canari"),
    "map-communes": ("/carte/communes/?q=can",),
    "themes": ("/themes/",),
    "theme": ("/themes/themes/sante/", "/en/themes/themes/sante/"),
    "open-data": ("/donnees-ouvertes/",),
    "embed": ("/integrer/",),
    "basket": ("/panier/?q=canari",),
    "concept": ("/concepts", "/concepts/themes/sante"),
    "choose": ("/proposer/",),
    "start": ("/proposer/correction/", "/proposer/projet/"),
    "api-docs": ("/api/v1/docs",),
    "api-index": ("/api/v1/",),
    "api-news": ("/api/v1/news.atom",),
    "api-openapi": ("/api/v1/openapi.json",),
    "wagtail_serve": ("/", "/guides/", "/guides/public/", "/en/", "/guides/canari-prive/",
                      "/guides/canari-brouillon/", "/canari-reserve/", "/guides/canari-expire/"),
}  # fmt: skip
SILENT = {
    "notice", "search-click", "wagtaildocs_serve", "wagtaildocs_authenticate_with_password",
    "wagtailimages_serve", "proof", "proof_file", "support", "support_file", "tracking", "step",
    "check", "confirm",
}  # fmt: skip


def seen() -> list[str]:
    return [one for addresses in SEEN.values() for one in addresses]


def names(patterns) -> set[str]:
    """The names of all public addresses; Wagtail's own serve pages."""
    found = set()
    for one in patterns:
        if not isinstance(one, URLResolver):
            found |= {one.name} - {None}
        elif one.urlconf_name is wagtail_urls:
            found.add("wagtail_serve")
        elif str(one.pattern) not in ("admin/", "v1/"):
            found |= names(one.url_patterns)
    return found


def test_every_address_of_the_site_is_looked_at():
    exits_too = set(exits.EXITS)
    assert names(get_resolver().url_patterns) == {*SEEN, *SILENT, *exits_too}


def texts(response) -> str:
    """All that an answer says, without the address at which it was asked for."""
    data = response.getvalue()
    if data.startswith(b"PK"):  # a workbook, a text
        with ZipFile(BytesIO(data)) as members:
            data = b"".join(members.read(name) for name in members.namelist())
    if data.startswith(b"%PDF"):
        data = pdf_text(data).encode()
    text = data.decode(errors="replace")
    text = text.replace(response.request["PATH_INFO"], "")
    if response.request["PATH_INFO"] in {one.partition("?")[0] for one in seen()}:
        # What was asked for is said back in small letters; what is hidden is called in capitals.
        return re.sub(r"canari(?!-)", "", text)
    return text.replace("q=canari", "").replace('value="canari"', "")


def test_no_exit_shows_what_is_not_public(client):
    gone, public = hidden()
    found = []
    of_one = ("notice-export", "notice-calendar", "basket-export")
    for uid in (*gone, *public):
        name = f"oai:relais.example.org:{uid}"
        found += [client.get(f"/oai?verb=GetRecord&metadataPrefix={prefix}&identifier={name}")
                  for prefix in ("oai_dc", "mods")]  # fmt: skip
        for address in (
            *exits.addresses(*of_one, uid=uid),
            f"/notices/{uid}",
            f"/panier/?id={uid}",
        ):
            accepted = ("text/html", "application/json") if "/notices/" in address else ("*/*",)
            for accept in accepted:
                response = client.get(address, headers={"Accept": accept})
                if uid in gone and "/notices/" in address:
                    assert response.status_code in (404, 410), address
                found.append(response)
    lists = set(exits.EXITS) - set(of_one)
    kinds = [f"/flux/{kind}.{form}" for kind in record_types() for form in ("atom", "rss")]
    found += [client.get(one) for one in (*exits.addresses(*lists), *kinds, *seen())]
    secret = CustomDocument.objects.get(title="CANARI")
    refused = client.get(secret.url)
    assert refused.status_code in (302, 403, 404)
    assert len(found) > 300
    for response in found:
        said = texts(response)
        if response.status_code == 302:
            continue  # to the form that asks for a password: nothing but the address asked for
        assert "canari" not in said.lower(), response.request["PATH_INFO"]
        assert "99887766" not in said.replace(" ", ""), response.request["PATH_INFO"]


def test_what_is_public_is_seen_at_every_exit(client):
    page = GuidePageFactory(title="Bien visible")
    event = EventPageFactory(title="Bien visible", dates=[date(to_come("01-12"))])
    touches.flush()
    uid = record_uid(page.translation_key, "fr")
    for address in (
        "/oai?verb=ListRecords&metadataPrefix=oai_dc", "/oai?verb=ListRecords&metadataPrefix=mods",
        "/agenda.ics", *(f"/notices.{one}" for one in EXTENSIONS if one != "xlsx"),
        *(f"/notices/{uid}.{extension}" for extension in EXPORTS),
        f"/notices/{record_uid(event.translation_key, 'fr')}.ics",
    ):  # fmt: skip
        assert "Bien visible" in client.get(address).getvalue().decode(), address
