"""Any filtered list in the formats of whoever works with it, read back by other programs."""

import csv
import io
import json

import pypandoc
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from cms.catalogue import projection, touches
from cms.catalogue.models import Record
from cms.core.records import Point, RecordDraft, record_uid
from cms.exchange.exports import EXTENSIONS
from cms.formats import table
from knowledge.base.models import PageDescriptor
from search import sync
from tests import synthetic
from tests.agenda_factories import EventPageFactory, date, to_come
from tests.directory_factories import OrganisationPageFactory
from tests.factories import ConceptFactory, GuidePageFactory, SectionPageFactory
from tests.library_factories import PublicationPageFactory

pytestmark = pytest.mark.django_db

HOSTILE = "=cmd|' /C calc'!A0\t+1;\"deux\"\\{é} <b>&amp;</b> \ud7ff\ufffe _x0041_"


def get(client, extension, query="", prefix=""):
    response = client.get(f"{prefix}/notices.{extension}?{query}")
    assert response.status_code == 200, response.getvalue()
    return response.getvalue()


def rows(client, query=""):
    text = get(client, "csv", query).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def features(client, query=""):
    return json.loads(get(client, "geojson", query))["features"]


def titles(client, query=""):
    return [row["titre"] for row in rows(client, query)]


def store(number, title="Projet", points=(), kind="project", **fields):
    """A record that stands for no page."""
    draft = RecordDraft(
        page_id=3_000_000 + number, title=title, url=f"/x/{number}/", points=list(points), **fields
    )
    key = synthetic.uuid.uuid5(synthetic.NAMESPACE, f"list {number}")
    row = projection.row(draft, kind=kind, locale="fr", translation_key=key)
    projection.store([row])
    return row.uid


@pytest.fixture
def three(db):
    sleep = ConceptFactory(slug="sommeil", label="Sommeil")
    guides = SectionPageFactory(title="Guides", slug="guides")
    GuidePageFactory(parent=guides, title="Bien dormir", slug="dormir", concepts=[sleep])
    GuidePageFactory(parent=guides, title="Bien manger", slug="manger")
    article = PublicationPageFactory(title="Le sommeil des adolescents", slug="ados")
    PageDescriptor.objects.create(page=article, concept=sleep)
    touches.flush()
    sync.follow_postgres()
    return guides


def test_filters_are_those_of_lists_and_of_the_search(client, three):
    assert len(titles(client)) == 3
    assert titles(client, "type=guide&order=title") == ["Bien dormir", "Bien manger"]
    assert set(titles(client, "concept=themes:sommeil")) == {
        "Bien dormir", "Le sommeil des adolescents",
    }  # fmt: skip
    assert titles(client, "concept=sommeil&type=guide") == ["Bien dormir"]
    assert titles(client, f"rubrique={three.pk}&lettre=b&order=title") == [
        "Bien dormir", "Bien manger",
    ]  # fmt: skip
    assert titles(client, "q=manger") == ["Bien manger"]
    assert titles(client, f"q=sommeil&rubrique={three.pk}") == ["Bien dormir"]
    assert get(client, "csv", prefix="/en").count(b"\r\n") == 1


def test_a_year_of_the_agenda_and_what_is_to_come(client):
    EventPageFactory(title="Passée", dates=[date("2019-01-12")])
    EventPageFactory(title="Future", dates=[date(to_come("01-12"))])
    touches.flush()
    assert titles(client, "annee=2019") == ["Passée"]
    assert titles(client, "a-venir=1") == ["Future"]
    assert titles(client, "order=next")[0] == "Future"


def test_csv_is_what_excel_in_french_opens(client, three):
    text = get(client, "csv")
    assert text.startswith(b"\xef\xbb\xbfidentifiant;type;")
    assert text.endswith(b"\r\n")
    [row] = rows(client, "q=dormir")
    assert row["descripteurs"] == "themes:sommeil"
    assert row["libellés"] == "Sommeil"
    uid = store(1, points=[Point(44.5, -1.25)])
    [row] = [row for row in rows(client) if row["identifiant"] == str(uid)]
    assert (row["latitude"], row["longitude"]) == ("44,5", "-1,25")


def test_a_workbook_says_the_same_as_csv(client, three):
    store(1, title=HOSTILE, points=[Point(44.5, -1.25)], summary="Une ligne\nUne autre")
    data = get(client, "xlsx", "order=title")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    texts = rows(client, "order=title")
    assert sheet[0] == list(texts[0])
    for cells, row in zip(sheet[1:], texts, strict=True):
        for cell, text in zip(cells, row.values(), strict=True):
            expected = str(cell).replace(".", ",") if isinstance(cell, float) else cell
            assert expected == table.original(text)


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "-5", "@x", "\t=1", "'=1", "''=1", "'mot", "a"])
def test_no_cell_is_a_formula_and_none_is_lost(text):
    written = table.neutral(text)
    assert written[:1] not in set("=+-@\t")
    assert table.original(written) == text


def test_places_are_points_longitude_first(client):
    one = store(1, points=[Point(46.5, 2.25, "Ici")])
    several = store(2, points=[Point(46.5, 2.25), Point(47, 3)])
    none = store(3)
    wild = store(4, points=[Point(95, 0)])
    found = {feature["id"]: feature for feature in features(client)}
    assert found[str(one)]["geometry"] == {"type": "Point", "coordinates": [2.25, 46.5]}
    assert found[str(one)]["properties"]["places"] == ["Ici"]
    assert found[str(several)]["geometry"] == {
        "type": "MultiPoint", "coordinates": [[2.25, 46.5], [3, 47]],
    }  # fmt: skip
    assert found[str(none)]["geometry"] is None
    assert found[str(wild)]["geometry"] is None
    assert {feature["id"] for feature in features(client, "carte=1")} == {
        str(one), str(several), str(wild),
    }  # fmt: skip


def pandoc(text, form):
    return json.loads(pypandoc.convert_text(text.decode(), "csljson", format=form))


@pytest.mark.parametrize(
    ("extension", "form"), [("ris", "ris"), ("bib", "bibtex"), ("csl.json", "csljson")]
)
def test_references_are_read_by_another_program(client, three, extension, form):
    PublicationPageFactory(
        title="Coûts & bénéfices à 100 % d’un #CLS_régional", slug="couts", kind="report",
        issued="2019-03", authors=["Exemple, Camille", "France Assos Santé"],
    )  # fmt: skip
    OrganisationPageFactory(title="Structure que nul ne cite")
    touches.flush()
    found = pandoc(get(client, extension), form)
    assert sorted(one["title"] for one in found) == [
        "Bien dormir", "Bien manger", "Coûts & bénéfices à 100 % d’un #CLS_régional",
        "Le sommeil des adolescents",
    ]  # fmt: skip
    [report] = [one for one in found if "CLS" in one["title"]]
    assert report["author"][0] == {"family": "Exemple", "given": "Camille"}
    if form != "ris":  # which has no word for a body
        assert report["author"][1] == {"literal": "France Assos Santé"}
    assert report["issued"]["date-parts"][0][0] == 2019


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_hostile_texts_go_through_every_format(client, extension):
    store(1, title=HOSTILE, summary="a\r\n\x00\x0bb" * 10, authors=["=1", "}{"], kind="publication")
    store(2, title="x" * 10_000, summary=HOSTILE)
    data = get(client, extension)
    assert b"\x00" not in data or extension == "xlsx"
    if extension == "csv":
        assert all(row["titre"][0] in "'x" for row in rows(client))
    if extension == "geojson":
        assert "x" * 10_000 in [one["properties"]["title"] for one in features(client)]
    if extension in ("ris", "bib"):
        form = {"ris": "ris", "bib": "bibtex"}[extension]
        assert len(pandoc(data, form)) == 2


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_an_empty_list_is_one(client, extension):
    assert get(client, extension, "type=guide&year=1999") is not None


@pytest.mark.parametrize("extension", ["csv", "geojson", "xlsx"])
@pytest.mark.parametrize(
    "query",
    ["type=rien", "sujet=sante", "q=a&q=b", "rubrique=1", "rubrique=%00", "rubrique=" + "9" * 500,
     "pres-de=nulle+part+au+monde", "rayon=-1&pres-de=x", "lettre=%C3%A9", "annee=99", "order=x",
     "concept=%00", "locale=zz", "territory=%F0%9F%98%80", "type=" + "&type=".join("x" * 200),
     "page=0", "carte=1&carte=2", "%FF=1"],
)  # fmt: skip
def test_an_address_that_cannot_be_read_is_a_problem(client, extension, query):
    response = client.get(f"/notices.{extension}?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    found = json.loads(response.content)
    assert found["status"] == 400
    assert found["detail"]
    assert len(found["parameter"]) <= 80


def test_a_private_section_is_no_section(client, three):
    three.view_restrictions.create(restriction_type="login")
    touches.flush()
    assert client.get(f"/notices.csv?rubrique={three.pk}").status_code == 400


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_other_methods_are_refused(client, extension):
    assert client.post(f"/notices.{extension}").status_code == 405
    response = client.head(f"/notices.{extension}")
    assert response.status_code == 200
    assert response.getvalue() == b""


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_who_has_it_is_told_so_by_one_query(client, three, extension):
    address = f"/notices.{extension}?concept=themes:sommeil"
    tag = client.get(address)["ETag"]
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address, headers={"If-None-Match": tag})
    assert response.status_code == 304
    assert len(asked) <= 2
    store(1)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_queries_grow_by_one_for_five_hundred_records(client):
    def asked(query=""):
        with CaptureQueriesContext(connection) as found:
            get(client, "geojson", query)
        return len(found)

    synthetic.store(10)
    few = asked()
    synthetic.store(590, first=10)
    assert Record.objects.filter(locale="fr").count() > 500
    assert asked() == few + 1


def test_what_is_withdrawn_while_it_is_sent_is_left_out(client):
    synthetic.store(700)
    response = client.get("/notices.geojson?order=title")
    parts = iter(response.streaming_content)
    next(parts)
    last = Record.objects.filter(locale="fr").order_by("-title_key", "-uid").first()
    projection.hide([last.page_id])
    rest = b"".join(parts)
    assert str(last.uid).encode() not in rest


def test_a_client_that_goes_away_breaks_nothing(client):
    synthetic.store(700)
    parts = iter(client.get("/notices.csv")._iterator)
    next(parts)
    parts.close()
    assert len(titles(client)) == 600


def test_the_uid_is_the_records(client, three):
    page = three.get_children().get(slug="dormir")
    [feature] = features(client, "q=dormir")
    assert feature["id"] == str(record_uid(page.translation_key, "fr"))
    assert feature["properties"]["url"].endswith("/guides/dormir/")
