"""What search engines are told: the sitemap, robots.txt, llms.txt."""

import re
import urllib.robotparser
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.catalogue import projection, touches
from cms.catalogue.models import Record
from cms.core.models import SectionPage
from cms.exchange import sitemaps
from tests import synthetic
from tests.factories import GuidePageFactory, HomePageFactory, SectionPageFactory, locale

pytestmark = pytest.mark.django_db
NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}


def read(client, address):
    response = client.get(address.removeprefix("http://testserver"))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def addresses(client):
    """{address: date of change} of all parts."""
    found = {}
    for part in read(client, "/sitemap.xml").iterfind("s:sitemap/s:loc", NAMES):
        for url in read(client, part.text).iterfind("s:url", NAMES):
            found[url.findtext("s:loc", "", NAMES)] = url.findtext("s:lastmod", "", NAMES)
    return found


def test_every_record_stands_in_it_with_its_date_and_nothing_that_is_gone(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "PART", 4)
    synthetic.store(11)
    synthetic.bury(2, 7)
    index = read(client, "/sitemap.xml")
    assert len(index.findall("s:sitemap", NAMES)) == 1 + 3
    found = addresses(client)
    for row in Record.objects.all():
        address = f"http://testserver{row.url}"
        if row.gone_at:
            assert f"/guides/fiche-{2}/" not in found
        else:
            assert found[address] == row.modified_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert len([one for one in found if "/guides/fiche-" in one]) == 9


def test_sections_that_are_public_stand_in_it(client):
    section = SectionPageFactory(title="Guides", slug="guides")
    SectionPageFactory(title="Brouillon", slug="brouillon", live=False)
    hidden = SectionPageFactory(title="Réservé", slug="reserve")
    hidden.view_restrictions.create(restriction_type="login")
    SectionPageFactory(title="Dessous", slug="dessous", parent=hidden)
    found = addresses(client)
    assert f"http://testserver{section.url}" in found
    assert "http://testserver/" in found
    assert not [one for one in found if "brouillon" in one or "reserve" in one]


def test_translations_are_alternates_of_each_other(client):
    guide = GuidePageFactory(title="Un guide")
    home = HomePageFactory().copy_for_translation(locale("en"))
    home.save_revision().publish()
    section = SectionPage.objects.get(slug="guides").copy_for_translation(locale("en"))
    section.save_revision().publish()
    english = guide.copy_for_translation(locale("en"))
    english.title = "A guide"
    english.save_revision().publish()
    touches.flush()
    parts = read(client, "/sitemap.xml").findall("s:sitemap/s:loc", NAMES)
    urls = [url for part in parts for url in read(client, part.text).iterfind("s:url", NAMES)]
    alternates = {
        url.findtext("s:loc", "", NAMES): {
            (link.get("hreflang"), link.get("href")) for link in url.iterfind("x:link", NAMES)
        }
        for url in urls
    }
    pair = {
        ("fr", f"http://testserver{guide.url}"),
        ("en", f"http://testserver{english.url}"),
    }
    assert alternates[f"http://testserver{guide.url}"] == pair
    assert alternates[f"http://testserver{english.url}"] == pair
    english.refresh_from_db()
    english.unpublish()
    touches.flush()
    [part] = [p.text for p in parts if p.text.endswith("-1.xml")]
    assert not read(client, part).findall(".//x:link", NAMES)


def test_a_part_that_is_not_there_is_not_found(client):
    synthetic.store(1)
    for number in ("0", "2", "999999999", "99999999999999999999999", "x"):
        assert client.get(f"/sitemap-{number}.xml").status_code == 404, number


def test_a_part_costs_two_queries_whatever_it_holds(client):
    synthetic.store(3)
    with CaptureQueriesContext(connection) as few:
        client.get("/sitemap-1.xml")
    synthetic.store(9, first=3)
    with CaptureQueriesContext(connection) as more:
        client.get("/sitemap-1.xml")
    assert len(few) == len(more) <= 2


@pytest.mark.parametrize(
    "address", ["/sitemap.xml", "/sitemap-1.xml", "/sitemap-rubriques.xml", "/robots.txt",
                "/llms.txt"]
)  # fmt: skip
def test_whoever_has_it_is_told_so(client, address):
    synthetic.store(2)
    SectionPageFactory()
    tag = client.get(address)["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert client.post(address).status_code == 405


def test_a_change_makes_the_sitemap_another(client):
    synthetic.store(2)
    tag = client.get("/sitemap-1.xml")["ETag"]
    projection.hide([1_000_000])
    assert client.get("/sitemap-1.xml", headers={"If-None-Match": tag}).status_code == 200


def test_robots_may_read_all_but_the_admin_and_repeated_lists(client):
    text = client.get("/robots.txt").content.decode()
    rules = urllib.robotparser.RobotFileParser()
    rules.parse(text.splitlines())
    assert rules.site_maps() == ["http://testserver/sitemap.xml"]
    assert not rules.can_fetch("*", "/admin/login/")
    assert rules.can_fetch("*", "/guides/un-guide/")
    patterns = [
        re.compile(re.escape(line.removeprefix("Disallow: ")).replace(r"\*", ".*"))
        for line in text.splitlines()
        if line.startswith("Disallow")
    ]

    def refused(address):
        return any(pattern.match(address) for pattern in patterns)

    for address in ("/recherche/?q=a", "/guides/?concept=themes:x", "/agenda/?page=2&territory=x",
                    "/en/recherche/?type=guide"):  # fmt: skip
        assert refused(address), address
    for address in ("/", "/guides/", "/guides/?page=2", "/recherche/", "/api/v1/records"):
        assert not refused(address), address


def test_language_models_are_told_where_to_read(client):
    SectionPageFactory(title="Guides [méthode]", slug="guides", summary="Pour commencer.")
    SectionPageFactory(title="Brouillon", live=False)
    response = client.get("/llms.txt")
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    text = response.content.decode()
    assert text.startswith("# ")
    assert (
        r"- [Guides \[méthode\]](http://testserver/guides/): Pour commencer." in text.splitlines()
    )
    assert "http://testserver/api/v1/docs" in text
    assert "Brouillon" not in text
