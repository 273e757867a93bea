"""The other addresses of the API: what they answer, from pages as editors make them."""

import json
import socket

import pytest

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.core.records import record_uid
from knowledge.base.models import PageIdentifier, PageRelated, PageTerritory
from search.sync import follow_postgres
from tests import synthetic
from tests.agenda_factories import EventPageFactory, date, to_come
from tests.directory_factories import OrganisationPageFactory
from tests.factories import ConceptFactory, DocumentFactory, GuidePageFactory, ImageFactory, locale
from tests.plan_factories import ActionPageFactory, PlanPageFactory
from tests.territory_factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def uid_of(page, language="fr"):
    return str(record_uid(page.translation_key, language))


def test_a_record_names_its_translations_its_ties_and_what_replaces_it(partner):
    old = GuidePageFactory(slug="ancien", chapters=[("C", '<p>"related":["x"]</p>')])
    new = GuidePageFactory(title="Nouveau", slug="nouveau", supersedes=old)
    besides = GuidePageFactory(title="À lire")
    PageRelated.objects.create(page=old, related=besides)
    PageRelated.objects.create(page=old, related=GuidePageFactory(title="CANARI", live=False))
    english = old.copy_for_translation(locale("en"), copy_parents=True)
    english.title, english.live = "Old", True
    english.save_revision().publish()
    touches.flush()
    answer = partner.read(f"records/{uid_of(old)}")
    assert [one["locale"] for one in answer["translations"]] == ["en"]
    assert answer["translations"][0]["url"].startswith("http://testserver/en/")
    assert answer["superseded_by"]["uid"] == uid_of(new)
    assert [(one["relation"], one["inverse"], one["title"]) for one in answer["related"]] == [
        ("related", False, "À lire"),
        ("supersedes", True, "Nouveau"),
    ]
    only = partner.read(f"records/{uid_of(old)}?fields=title,superseded_by")
    assert list(only) == ["uid", "title", "superseded_by"]
    before = partner.get(f"records/{uid_of(old)}")["ETag"]
    new.unpublish()
    touches.flush()
    after = partner.get(f"records/{uid_of(old)}", if_none_match=before)
    assert after.status_code == 200
    assert json.loads(after.content)["superseded_by"] is None
    (listed,) = partner.read("records?locale=fr&has=translations&expand=translations")["items"]
    assert listed["translations"] == answer["translations"]


def test_a_record_is_read_as_html_and_as_markdown(partner):
    chapters = [("Faire", [
        ("paragraph", '<p>Lire <a href="/guides/autre/">ceci</a> <script>x</script></p>'),
        ("quote", {"text_quoted": "Un <b>pas</b>", "source": "Alix"}),
        ("table", {"caption": "C", "columns": [{"type": "text", "heading": "A"}],
                   "rows": [{"values": ["1 < 2"]}]}),
    ])]  # fmt: skip
    page = GuidePageFactory(title="Guide <i>", chapters=chapters, documents=[DocumentFactory()])
    touches.flush()
    address = f"records/{uid_of(page)}"
    for asked in (
        partner.get(f"{address}?format=html"),
        partner.get(address, accept="text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"),
    ):
        assert asked["Content-Type"] == "text/html; charset=utf-8"
        assert "sandbox" in asked["Content-Security-Policy"]
        html = asked.content.decode()
        assert "<h1>Guide &lt;i&gt;</h1>" in html
        assert "<script" not in html
        assert 'id=""' not in html
        assert 'href="http://testserver/guides/autre/"' in html
        assert "Un &lt;b&gt;pas&lt;/b&gt;" in html
        assert "<td>1 &lt; 2</td>" in html
        assert 'href="http://testserver/documents/' in html
    written = partner.get(address, accept="text/markdown")
    assert written["Content-Type"] == "text/markdown; charset=utf-8"
    assert "](http://testserver/guides/autre/)" in written.content.decode()
    assert written["Vary"] == "Accept"
    assert partner.get(address)["Content-Type"] == "application/json"
    assert 'rel="canonical"' in partner.get(address)["Link"]
    again = partner.get(address, accept="text/markdown", if_none_match=written["ETag"])
    assert again.status_code == 304
    problem = partner.problem(f"{address}?format=html&fields=title")
    assert problem["type"].endswith("#exclusive-parameters")


def test_pictures_say_their_sizes_and_records_what_they_are_called_elsewhere(partner, client):
    page = GuidePageFactory(hero_image=ImageFactory(credit="Photo : Alix", licence="CC-BY-4.0"))
    PageIdentifier.objects.create(page=page, scheme="doi", value="10.5555/essai")
    company = OrganisationPageFactory(title="Structure", siret="73282932000074")
    touches.flush()
    answer = partner.read(f"records/{uid_of(page)}")
    (size,) = answer["image"]["renditions"]  # it is 64 pixels wide
    assert (size["width"], size["height"], size["media_type"]) == (64, 48, "image/webp")
    got = client.get(size["url"].removeprefix("http://testserver"))
    assert (got.status_code, got["Content-Type"]) == (200, "image/webp")
    assert (answer["image"]["credit"], answer["image"]["licence"]) == ("Photo : Alix", "CC-BY-4.0")
    assert answer["identifiers"] == [{"scheme": "doi", "value": "10.5555/essai"}]
    (found,) = partner.read("organisations?fields=title,identifiers")["items"]
    assert found["identifiers"] == [{"scheme": "siret", "value": "73282932000074"}]
    assert found["uid"] == uid_of(company)
    assert partner.read("records?has=identifiers")["total"] == 2
    assert partner.read("records?has=identifiers&has=image")["total"] == 1


def test_expansion_tells_in_full_what_is_named(partner):
    theme = ConceptFactory(label="Mobilité", slug="mobilite", english="Mobility")
    page = GuidePageFactory(concepts=[theme])
    place = TerritoryFactory(kind="departement", code="36", name="Indre", population=1)
    PageTerritory.objects.create(page_id=page.pk, territory=place)
    touches.flush()
    (item,) = partner.read("records?expand=concepts,territories,organisations")["items"]
    assert item["concepts"][0]["labels"] == {"fr": "Mobilité", "en": "Mobility"}
    assert (item["territories"][0]["kind"], item["territories"][0]["code"]) == ("departement", "36")
    (part,) = partner.read("records?expand=concepts&fields=title")["items"]
    assert list(part) == ["uid", "title", "concepts"]
    first = partner.get("records?expand=concepts")
    assert partner.get("records?expand=concepts", if_none_match=first["ETag"]).status_code == 304
    theme.exact_match = ["https://example.org/mobilite"]
    theme.save()
    again = partner.get("records?expand=concepts", if_none_match=first["ETag"])
    assert again.status_code == 200


def test_a_path_leads_to_its_record_and_an_old_one_to_where_it_is_now(
    partner, django_capture_on_commit_callbacks
):
    page = GuidePageFactory(title="Bus santé", slug="bus")
    touches.flush()
    here = partner.read("by-path?path=/guides/bus/")
    assert (here["uid"], here["moved"]) == (uid_of(page), False)
    for other in ("/guides/bus", "http://testserver/guides/bus/?x=1", "/guides/bus/%23haut"):
        assert partner.read(f"by-path?path={other}")["uid"] == uid_of(page)
    page.slug = "bus-sante"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    touches.flush()
    moved = partner.read("by-path?path=/guides/bus/")
    assert (moved["uid"], moved["moved"]) == (uid_of(page), True)
    assert moved["url"] == "http://testserver/guides/bus-sante/"
    etag = partner.get("by-path?path=/guides/bus/")["ETag"]
    assert partner.get("by-path?path=/guides/bus/", if_none_match=etag).status_code == 304
    assert partner.problem("by-path?path=/nothing/")["status"] == 404
    page.unpublish()
    touches.flush()
    assert partner.problem("by-path?path=/guides/bus/")["status"] == 404
    page.delete()
    touches.flush()
    lost = partner.problem("by-path?path=/guides/bus-sante")
    assert (lost["status"], lost["uid"]) == (410, uid_of(page))
    assert partner.problem("by-path")["parameter"] == "path"


def test_a_plan_is_a_tree_of_parts_and_actions(partner):
    parts = [("theme", "Avant tout"), ("axis", "Axe 1"), ("objective", "Objectif 1"),
             ("axis", "Axe 2")]  # fmt: skip
    plan = PlanPageFactory(title="CLS", parts=parts)
    objective = plan.parts.get(title="Objectif 1")
    placed = ActionPageFactory(
        parent=plan, title="Une action", part=objective, status="in_progress"
    )
    ActionPageFactory(parent=plan, title="Une autre")
    ActionPageFactory(parent=plan, title="CANARI", live=False, part=objective)
    touches.flush()
    address = f"plans/{uid_of(plan)}/tree"
    tree = partner.read(address)
    assert [branch["part"]["title"] for branch in tree["branches"]] == [
        "Avant tout", "Axe 1", "Axe 2"]  # fmt: skip
    (under,) = tree["branches"][1]["branches"]
    assert [one["title"] for one in under["records"]] == ["Une action"]
    assert under["records"][0]["data"]["action_status"] == "in_progress"
    assert under["url"].startswith("http://testserver/plans/cls/#partie-")
    assert [one["title"] for one in tree["records"]] == ["Une autre"]
    assert tree["total"] == 2
    etag = partner.get(address)["ETag"]
    assert partner.get(address, if_none_match=etag).status_code == 304
    assert partner.problem(f"plans/{uid_of(placed)}/tree")["status"] == 404
    plan.unpublish()
    touches.flush()
    assert partner.problem(address)["status"] == 410


def test_the_agenda_tells_dates_between_two_days(partner):
    first, second = to_come("01-12"), to_come("02-03")
    year = first[:4]
    EventPageFactory(title="Forum", dates=[date(first, "14:00", "16:00"), date(second)])
    EventPageFactory(title="Passé", dates=[date("2020-02-03")])
    touches.flush()
    assert [one["start"][:10] for one in partner.items("agenda?limit=1")] == [first, second]
    (one,) = partner.read(f"agenda?from={first}T14:30&to={year}-01-31")["items"]
    assert (one["title"], one["all_day"]) == ("Forum", False)
    assert partner.read("agenda?from=2020-01-01&to=2021-01-01")["total"] == 1
    assert partner.read(f"agenda?from={year}-01-13&to={year}-02-01")["total"] == 0
    assert partner.problem(f"agenda?from={year}-02-01&to={year}-01-01")["parameter"] == "to"


def test_territories_are_listed_with_what_they_lie_in(partner):
    region = TerritoryFactory(kind="region", code="24", name="Centre-Val de Loire")
    indre = TerritoryFactory(kind="departement", code="36", name="Indre", inside=[region])
    TerritoryFactory(kind="commune", code="36018", name="Le Blanc", postal_codes=["36300"],
                     inside=[indre])  # fmt: skip
    assert [one["id"] for one in partner.items("territories?limit=1")] == [
        "commune-36018", "departement-36", "region-24"]  # fmt: skip
    (blanc,) = partner.read("territories?within=region-24&kind=commune")["items"]
    assert (blanc["code"], blanc["within"], blanc["records"]) == ("36018", ["departement-36"], 0)
    assert partner.read("territories?code=36300&code=24")["total"] == 2
    etag = partner.get("territories")["ETag"]
    assert partner.get("territories", if_none_match=etag).status_code == 304
    indre.name = "L’Indre"
    indre.save()
    assert partner.get("territories", if_none_match=etag).status_code == 200


def test_a_place_is_given_by_its_coordinates_too(partner):
    TerritoryFactory(kind="commune", code="36018", name="Le Blanc", latitude=46.63, longitude=1.06)
    OrganisationPageFactory(title="Ici", latitude=46.6, longitude=1.0)
    OrganisationPageFactory(title="Loin", latitude=48.8, longitude=2.3)
    touches.flush()
    for near in ("46.63,1.06", "Le Blanc"):
        assert [one["title"] for one in partner.items(f"records?near={near}&radius=20")] == ["Ici"]
    follow_postgres()
    assert partner.read("search?near=46.63,1.06")["total"] == 1
    assert partner.problem("records?near=46,1&bbox=0,0,1,1")["type"].endswith(
        "#exclusive-parameters"
    )
    features = partner.read("map?bbox=0,46,2,47")["features"]
    assert [one["geometry"]["coordinates"] for one in features] == [[1.0, 46.6]]
    assert partner.get("map")["Content-Type"] == "application/geo+json"


def lines(response):
    return [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]


def test_the_dump_holds_everything_and_the_change_feed_goes_on_from_it(partner):
    synthetic.store(30, size=1_500)
    synthetic.bury(3)
    head, *records = lines(partner.get("dump.ndjson"))
    assert head["total"] == len(records) == 29
    assert {one["uid"] for one in records} == {
        str(uid) for uid in Record.objects.filter(gone_at=None).values_list("uid", flat=True)
    }
    assert partner.read(f"changes?since={head['since']}")["total"] == 0
    response = partner.get("dump.ndjson")
    synthetic.store(1, first=40)
    synthetic.bury(5)
    during = lines(response)
    assert len(during) == 29  # the head and what is still there of its moment
    changed = partner.read(f"changes?since={during[0]['since']}")["items"]
    assert [one["change"] for one in changed] == ["updated", "gone"]
    response = partner.get("dump.ndjson")
    assert partner.get("dump.ndjson", if_none_match=response["ETag"]).status_code == 304


def test_a_client_that_hangs_up_disturbs_nobody(live_server, partner):
    synthetic.store(600, size=3_000)
    port = int(live_server.url.rsplit(":", 1)[1])
    for _turn in range(3):
        with socket.create_connection(("localhost", port), timeout=5) as line:
            line.sendall(b"GET /api/v1/dump.ndjson HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert line.recv(2_000).startswith(b"HTTP/1.1 200")
    head, *records = lines(partner.get("dump.ndjson"))
    assert len(records) == head["total"] == 600
