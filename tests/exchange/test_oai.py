"""OAI-PMH: each verb, each error, sets, dates, resumption."""

import datetime as dt
import itertools

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import etree

from cms.catalogue import projection, touches
from cms.catalogue.models import Record
from cms.core.records import record_types, record_uid
from cms.exchange.oai import answers, identity, tokens
from cms.exchange.oai.answers import stamp
from tests import synthetic
from tests.exchange.conftest import DC, FORM, OAI, check
from tests.factories import ConceptFactory, GuidePageFactory

pytestmark = pytest.mark.usefixtures("base")
COUNT = 25
LIST = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}


@pytest.fixture(scope="module")
def base(module_db):
    synthetic.store(COUNT)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch):
    monkeypatch.setattr(answers, "PAGE", 10)


def expected(**filters):
    """What the catalogue holds, as a harvester sees it."""
    rows = Record.objects.filter(**filters).order_by("version")
    return [
        (identity.identifier(row.uid), stamp(row.modified_at), row.gone_at is not None)
        for row in rows
    ]


def backdate(**moments):
    """Give records other datestamps, in the order of their versions, as years of changes would."""
    for uid, moment in moments.items():
        Record.objects.filter(uid=uid).update(modified_at=moment)


def spread(step=dt.timedelta(days=1), first=dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)):
    """The n-th record of the clock was changed n steps after the first."""
    for place, row in enumerate(Record.objects.order_by("version")):
        Record.objects.filter(uid=row.uid).update(modified_at=first + place * step)


# Verbs


def test_the_repository_says_who_it_is(harvester, settings):
    settings.OAI_NAMESPACE = "ressources.example.org"
    settings.OAI_ADMIN_EMAIL = "documentation@example.org"
    root = harvester.read(verb="Identify")
    assert root.findtext(f".//{OAI}baseURL") == "http://testserver/oai"
    assert root.findtext(f".//{OAI}adminEmail") == "documentation@example.org"
    first = Record.objects.order_by("modified_at").first()
    assert root.findtext(f".//{OAI}earliestDatestamp") == stamp(first.modified_at)
    assert "ressources.example.org" in root.findtext(
        ".//{http://www.openarchives.org/OAI/2.0/oai-identifier}repositoryIdentifier"
    )
    assert root.find(f"{OAI}request").attrib == {"verb": "Identify"}


def test_an_empty_repository_can_be_identified(harvester):
    Record.objects.all().delete()
    harvester.read(verb="Identify")
    assert harvester.errors(**LIST) == ["noRecordsMatch"]


def test_two_formats_and_none_for_what_is_gone(harvester):
    row = Record.objects.first()
    name = identity.identifier(row.uid)
    for arguments in ({}, {"identifier": name}):
        root = harvester.read(verb="ListMetadataFormats", **arguments)
        prefixes = [one.text for one in root.iter(f"{OAI}metadataPrefix")]
        assert prefixes == ["oai_dc", "mods"]
    projection.hide([row.page_id])
    assert harvester.errors(verb="ListMetadataFormats", identifier=name) == ["noMetadataFormats"]


@pytest.mark.parametrize("prefix", ["oai_dc", "mods"])
def test_a_record_is_read_by_its_identifier(harvester, prefix):
    row = Record.objects.first()
    name = identity.identifier(row.uid)
    root = harvester.read(verb="GetRecord", metadataPrefix=prefix, identifier=name)
    assert root.findtext(f".//{OAI}identifier") == name
    assert row.title in "".join(root.find(f".//{OAI}metadata").itertext())


def test_simple_dublin_core_says_what_the_record_says(harvester):
    row = Record.objects.first()
    root = harvester.read(
        verb="GetRecord", metadataPrefix="oai_dc", identifier=identity.identifier(row.uid)
    )
    found = {
        name: [one.text for one in root.iter(f"{DC}{name}")]
        for name in ("title", "creator", "identifier", "language", "date", "format", "rights")
    }
    assert found["title"] == [row.title]
    assert found["creator"] == ["Équipe documentaire"]
    assert found["identifier"] == [
        f"http://testserver{row.url}",
        f"http://testserver/notices/{row.uid}",
    ]
    assert found["language"] == [row.locale]
    assert found["date"] == ["2015"]  # a year stays a year
    assert found["format"] == ["application/pdf"]


def test_what_is_gone_is_told_without_content(harvester):
    row = Record.objects.first()
    projection.hide([row.page_id])
    row.refresh_from_db()
    name = identity.identifier(row.uid)
    root = harvester.read(verb="GetRecord", metadataPrefix="oai_dc", identifier=name)
    assert root.find(f".//{OAI}header").get("status") == "deleted"
    assert root.findtext(f".//{OAI}datestamp") == stamp(row.gone_at)
    assert root.find(f".//{OAI}metadata") is None


@pytest.mark.parametrize("verb", ["ListIdentifiers", "ListRecords"])
@pytest.mark.parametrize("prefix", ["oai_dc", "mods"])
def test_a_list_holds_everything_once_deletions_included(harvester, verb, prefix):
    synthetic.bury(3, 4, 17)
    assert harvester.headers(verb=verb, metadataPrefix=prefix) == expected()


def test_get_and_post_answer_the_same(harvester):
    def said(post):
        root = harvester.read(post=post, verb="ListRecords", metadataPrefix="oai_dc")
        return [one.text for one in root.iter(f"{OAI}identifier", f"{DC}title")]

    assert said(post=True) == said(post=False) != []


def _without(tag):
    return lambda root: [one.getparent().remove(one) for one in list(root.iter(tag))]


def _said(tag, text):
    return lambda root: setattr(next(root.iter(tag)), "text", text)


@pytest.mark.parametrize(
    "broken",
    [
        _without(f"{OAI}responseDate"), _said(f"{OAI}responseDate", "2026-01-01T00:00:00+01:00"),
        _without(f"{OAI}request"), _without(f"{OAI}datestamp"), _without(f"{OAI}record"),
        _said(f"{OAI}datestamp", "hier"), _said(f"{OAI}setSpec", "thèmes"),
        _said(f"{OAI}identifier", "oai:ailleurs:1"), _said(f"{DC}title", " "),
        lambda root: next(root.iter(f"{OAI}header")).set("status", "withdrawn"),
        lambda root: next(root.iter(f"{OAI}request")).set("verb", "Harvest"),
        lambda root: next(root.iter(f"{OAI}resumptionToken")).set("cursor", "-1"),
        lambda root: etree.SubElement(next(root.iter(f"{DC}title")).getparent(), f"{DC}titre"),
        lambda root: etree.SubElement(next(root.iter(f"{DC}title")), f"{DC}title"),
        lambda root: etree.SubElement(root, f"{OAI}error", code="noRecordsMatch"),
    ],
)  # fmt: skip
def test_the_official_schemas_refuse_an_answer_that_is_broken(harvester, broken):
    root = harvester.read(verb="ListRecords", metadataPrefix="oai_dc")
    broken(root)
    with pytest.raises((etree.DocumentInvalid, AssertionError)):
        check(root)


# Sets


def test_sets_are_types_descriptors_and_territories_by_name(harvester):
    ConceptFactory(slug="theme-3", label="Santé mentale")
    named = {
        one.findtext(f"{OAI}setSpec"): one.findtext(f"{OAI}setName")
        for page in harvester.pages(verb="ListSets")
        for one in page.iter(f"{OAI}set")
    }
    assert named["type:guide"] == str(record_types()["guide"].label_plural)
    assert named["themes:theme-3"] == "Santé mentale"
    assert named["themes"] == "Thèmes"
    assert "territory" in named
    assert all(spec.isascii() for spec in named)


def test_every_set_holds_what_stands_in_it_and_what_is_narrower(harvester):
    ConceptFactory(slug="theme-3", label="Santé mentale")
    broader = harvester.headers(**LIST, set="themes:branche-1")
    assert broader == expected(terms_broader__contains=["themes:branche-1"]) != []
    whole = {one[0] for one in harvester.headers(**LIST, set="themes")}
    rows = Record.objects.all()
    assert whole == {
        identity.identifier(row.uid)
        for row in rows
        if any(term.startswith("themes:") for term in row.terms_broader)
    }
    assert harvester.headers(**LIST, set="type:guide") == expected()
    assert harvester.headers(**LIST, set="type") == expected()


def test_headers_name_their_sets(harvester):
    ConceptFactory(slug="theme-3")
    for page in harvester.pages(**LIST, set="themes:theme-3"):
        for header in page.iter(f"{OAI}header"):
            specs = [one.text for one in header.iter(f"{OAI}setSpec")]
            assert {"type:guide", "themes:theme-3", "themes:branche-3"} <= set(specs)


def test_a_deletion_is_told_to_who_harvests_its_set_only(harvester):
    ConceptFactory(slug="theme-3")
    row = Record.objects.filter(terms_broader__contains=["themes:theme-3"]).first()
    projection.hide([row.page_id])
    name = identity.identifier(row.uid)
    assert (name, True) in {(n, gone) for n, _, gone in harvester.headers(**LIST, set="themes")}
    others = [f"theme-{number}" for number in range(12)]
    apart = [one for one in others if f"themes:{one}" not in row.terms_broader]
    for one in apart[:3]:
        ConceptFactory(slug=one)
        listed = {n for n, _, _ in harvester.headers(**LIST, set=f"themes:{one}")}
        assert name not in listed


@pytest.mark.parametrize("unknown", ["type:nothing", "nothing", "nothing:x", "themes:nothing"])
def test_a_set_that_is_not_there_holds_nothing(harvester, unknown):
    assert harvester.errors(**LIST, set=unknown) == ["noRecordsMatch"]


def test_sets_come_a_page_at_a_time(harvester):
    ConceptFactory(slug="theme-0")
    pages = harvester.pages(verb="ListSets")
    specs = [one.text for page in pages for one in page.iter(f"{OAI}setSpec")]
    assert len(pages) > 1
    assert specs == sorted(set(specs))


# Dates


def test_both_bounds_are_inclusive_by_day_and_by_second(harvester):
    spread()
    every = expected()
    for first, last in ((0, 0), (3, 3), (2, 9), (0, COUNT - 1), (20, COUNT - 1)):
        part = every[first : last + 1]
        days = {"from_": part[0][1][:10], "until": part[-1][1][:10]}
        assert harvester.headers(**LIST, **days) == part
        seconds = {"from_": part[0][1], "until": part[-1][1]}
        assert harvester.headers(**LIST, **seconds) == part
    assert harvester.headers(**LIST, until=every[4][1]) == every[:5]
    assert harvester.headers(**LIST, from_=every[4][1]) == every[4:]


def test_what_changed_in_the_last_half_second_of_a_bound_is_inside(harvester):
    row = Record.objects.order_by("version").first()
    backdate(**{str(row.uid): dt.datetime(2020, 2, 29, 23, 59, 59, 900_000, tzinfo=dt.UTC)})
    assert len(harvester.headers(**LIST, until="2020-02-29")) == 1
    assert len(harvester.headers(**LIST, until="2020-02-29T23:59:59Z")) == 1
    assert harvester.errors(**LIST, until="2020-02-29T23:59:58Z") == ["noRecordsMatch"]


def test_dates_outside_what_there_is_match_nothing(harvester):
    assert harvester.errors(**LIST, until="1999-12-31") == ["noRecordsMatch"]
    assert harvester.errors(**LIST, from_="2999-01-01") == ["noRecordsMatch"]
    assert harvester.errors(**LIST, from_="9999-12-31", until="9999-12-31") == ["noRecordsMatch"]
    assert len(harvester.headers(**LIST, until="9999-12-31T23:59:59Z")) == COUNT


@pytest.mark.parametrize(
    "dates",
    [
        "from=2026-13-01", "from=2026-02-30", "from=0000-01-01", "from=2026", "from=2026-01",
        "from=2026-01-01T00:00Z", "from=2026-01-01T00:00:00", "from=2026-01-01T00:00:00.5Z",
        "from=2026-01-01T00:00:00%2B01:00", "from=", "until=hier", "until=%00", "from=2026-1-1",
        "from=%D9%A2%D9%A0%D9%A2%D9%A6-01-01",
        "from=2026-01-01&until=2026-01-02T00:00:00Z",
        "from=2026-01-02T00:00:00Z&until=2026-01-03",
        "from=2026-01-02&until=2026-01-01",
        "from=2026-01-01&from=2026-01-01",
    ],
)  # fmt: skip
def test_dates_that_cannot_be_read_are_bad_arguments(harvester, dates):
    found = harvester.errors(f"verb=ListRecords&metadataPrefix=oai_dc&{dates}")
    assert set(found) == {"badArgument"}


# Errors


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["badVerb"]),
        ("verb=", ["badVerb"]),
        ("verb=identify", ["badVerb"]),
        ("verb=Destroy", ["badVerb"]),
        ("verb=Identify&verb=Identify", ["badVerb"]),
        ("verb=%00", ["badVerb"]),
        ("verb=Identify&x=1", ["badArgument"]),
        ("verb=Identify&metadataPrefix=oai_dc", ["badArgument"]),
        ("verb=Identify&resumptionToken=x", ["badArgument"]),
        ("verb=ListMetadataFormats&set=x", ["badArgument"]),
        ("verb=ListMetadataFormats&identifier=", ["badArgument"]),
        ("verb=ListMetadataFormats&identifier=oai:elsewhere:1", ["idDoesNotExist"]),
        ("verb=ListSets&set=x", ["badArgument"]),
        ("verb=ListSets&resumptionToken=x", ["badResumptionToken"]),
        ("verb=GetRecord", ["badArgument", "badArgument"]),
        ("verb=GetRecord&metadataPrefix=oai_dc", ["badArgument"]),
        ("verb=GetRecord&identifier=x", ["badArgument"]),
        ("verb=GetRecord&identifier=a&identifier=b&metadataPrefix=oai_dc", ["badArgument"]),
        ("verb=GetRecord&identifier=a%20b&metadataPrefix=oai_dc", ["badArgument"]),
        ("verb=GetRecord&identifier=invalid&metadataPrefix=oai_dc", ["idDoesNotExist"]),
        ("verb=GetRecord&identifier=x&metadataPrefix=marc",
         ["cannotDisseminateFormat", "idDoesNotExist"]),
        ("verb=ListRecords", ["badArgument"]),
        ("verb=ListRecords&metadataPrefix=", ["badArgument"]),
        ("verb=ListRecords&metadataPrefix=%C3%A9", ["badArgument"]),
        ("verb=ListRecords&metadataPrefix=marc", ["cannotDisseminateFormat"]),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=mods", ["badArgument"]),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=", ["badArgument"]),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=a::b", ["badArgument"]),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=th%C3%A8mes", ["badArgument"]),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", ["badArgument"]),
        ("verb=ListRecords&resumptionToken=", ["badResumptionToken"]),
        ("verb=ListRecords&resumptionToken=%00%01", ["badResumptionToken"]),
        ("verb=ListRecords&resumptionToken=x&resumptionToken=y", ["badArgument"]),
        ("verb=ListIdentifiers&from=x&set=&until=y&z=1", ["badArgument"] * 5),
    ],
)  # fmt: skip
@pytest.mark.parametrize("post", [False, True])
def test_what_is_wrong_is_told_by_its_code_and_all_at_once(harvester, query, codes, post):
    assert harvester.errors(query or "x=&", post=post) == (codes if query else ["badVerb"])


def test_arguments_are_repeated_except_for_bad_verbs_and_arguments(harvester):
    def echoed(query):
        return dict(harvester.read(query).find(f"{OAI}request").attrib)

    assert echoed("verb=Nothing") == {}
    assert echoed("verb=Identify&x=1") == {}
    assert echoed("verb=ListRecords&metadataPrefix=marc") == {
        "verb": "ListRecords",
        "metadataPrefix": "marc",
    }


def test_identifiers_of_others_are_not_ours(harvester):
    row = Record.objects.first()
    ours = identity.identifier(row.uid)
    for other in (
        ours.upper(), f"{ours}x", ours.replace("oai:", "oai2:"), ours.replace("-", ""),
        f"oai:elsewhere.example.org:{row.uid}", str(row.uid), "http://testserver/",
    ):  # fmt: skip
        found = harvester.errors(verb="GetRecord", metadataPrefix="oai_dc", identifier=other)
        assert found == ["idDoesNotExist"], other


def test_what_comes_back_keeps_its_identifier_and_has_a_new_date(harvester):
    page = GuidePageFactory(title="Revient")
    touches.flush()
    uid = record_uid(page.translation_key, "fr")
    asked = {"verb": "GetRecord", "metadataPrefix": "oai_dc"}
    name = identity.identifier(uid)

    def header():
        found = harvester.read(**asked, identifier=name).find(f".//{OAI}header")
        return found.get("status"), found.findtext(f"{OAI}datestamp")

    page.unpublish()
    touches.flush()
    Record.objects.filter(uid=uid).update(modified_at="2020-01-01T00:00:00Z")
    assert header() == ("deleted", "2020-01-01T00:00:00Z")
    page.save_revision().publish()
    touches.flush()
    status, date = header()
    assert status is None
    assert date > "2026"
    listed = [one for one in harvester.headers(**LIST) if one[0] == name]
    assert listed == [(name, date, False)]


# Resumption


def test_parts_of_a_list_say_how_long_it_is_and_the_last_one_is_empty(harvester):
    pages = harvester.pages(**LIST)
    marks = [page.find(f".//{OAI}resumptionToken") for page in pages]
    assert [mark.get("cursor") for mark in marks] == ["0", "10", "20"]
    assert {mark.get("completeListSize") for mark in marks} == {str(COUNT)}
    assert not marks[-1].text
    assert marks[-1].get("expirationDate") is None
    assert all(mark.get("expirationDate") > stamp(timezone.now()) for mark in marks[:-1])


def test_a_list_of_one_part_has_no_token(harvester, monkeypatch):
    monkeypatch.setattr(answers, "PAGE", COUNT)
    assert harvester.read(**LIST).find(f".//{OAI}resumptionToken") is None


def test_a_token_keeps_dates_and_set(harvester):
    spread()
    every = expected()
    arguments = {"from_": every[2][1], "until": every[22][1], "set": "type:guide"}
    assert harvester.headers(**LIST, **arguments) == every[2:23]


def test_the_same_token_gives_the_same_again(harvester):
    token = harvester.read(**LIST).findtext(f".//{OAI}resumptionToken")
    one, two = (
        [h.text for h in page.iter(f"{OAI}identifier")]
        for page in (
            harvester.read(verb="ListIdentifiers", resumptionToken=token) for _ in range(2)
        )
    )
    assert one == two


def test_a_token_that_is_old_altered_or_of_another_verb_is_refused(harvester, monkeypatch):
    token = harvester.read(**LIST).findtext(f".//{OAI}resumptionToken")
    forged = signing.dumps(["ListIdentifiers", "oai_dc", "", "", "", 0, 0, 0], salt="other")
    short = signing.dumps(["ListIdentifiers"], salt="cms_exchange.oai")
    for text in (f"{token}x", token[:-1], token.swapcase(), forged, short, "a" * 900):
        found = harvester.errors(verb="ListIdentifiers", resumptionToken=text)
        assert found == ["badResumptionToken"]
    assert harvester.errors(verb="ListRecords", resumptionToken=token) == ["badResumptionToken"]
    monkeypatch.setattr(tokens, "LIFE", dt.timedelta(seconds=-1))
    assert harvester.errors(verb="ListIdentifiers", resumptionToken=token) == ["badResumptionToken"]


def test_edits_between_parts_neither_skip_nor_repeat(harvester):
    every = [one[0] for one in expected()]
    page = harvester.read(**LIST)
    seen = [h.text for h in page.iter(f"{OAI}identifier")]
    # One that was read changes, one that was not is buried, one is new.
    projection.store([synthetic.row(2, edition=1)])
    synthetic.bury(15)
    synthetic.store(1, first=COUNT)
    while token := page.findtext(f".//{OAI}resumptionToken"):
        page = harvester.read(verb="ListIdentifiers", resumptionToken=token)
        seen += [h.text for h in page.iter(f"{OAI}identifier")]
    changed = identity.identifier(synthetic.row(2).uid)
    assert set(seen) == {*every, identity.identifier(synthetic.row(COUNT).uid)}
    assert [name for name in set(seen) if seen.count(name) > 1] == [changed]
    assert page.findtext(f".//{OAI}resumptionToken") == ""


def test_the_parts_cost_the_same_number_of_queries_whatever_their_size(client, monkeypatch):
    def queries():
        with CaptureQueriesContext(connection) as found:
            client.get("/oai?verb=ListRecords&metadataPrefix=mods")
        return len(found)

    few = queries()
    monkeypatch.setattr(answers, "PAGE", 24)
    assert queries() == few <= 8


# HTTP and hostile input


def test_other_methods_are_refused(client):
    for method in ("put", "patch", "delete", "options", "trace"):
        response = getattr(client, method)("/oai?verb=Identify")
        assert response.status_code == (204 if method == "options" else 405), method
        assert response["Allow"] == "GET, HEAD, POST, OPTIONS"


def test_head_says_what_get_would(client):
    response = client.head("/oai?verb=Identify")
    assert response.status_code == 200
    assert response.content == b""


def test_a_form_that_is_too_large_or_none_is_refused(client):
    assert (
        client.post("/oai", "verb=Identify&x=" + "a" * 9_000, content_type=FORM).status_code == 413
    )
    assert client.post("/oai", {"verb": "Identify"}).status_code == 415
    assert client.post("/oai", "<x/>", content_type="text/xml").status_code == 415
    assert client.get("/oai?verb=Identify&x=" + "a" * 9_000).status_code == 414


def test_an_entity_in_an_argument_stays_text(harvester):
    bomb = "%26lol%3B%3C!DOCTYPE%20x%20[%3C!ENTITY%20a%20SYSTEM%20%22file:///etc/passwd%22%3E]%3E"
    assert harvester.errors(f"verb=ListRecords&metadataPrefix={bomb}") == ["badArgument"]


def test_texts_that_xml_cannot_hold_do_not_break_it(harvester):
    row = synthetic.row(400)
    row.title = "Un titre \ufffe\x0b\x1f < & > \"'"
    row.json = row.json.replace('"authors":["Équipe', '"authors":["\\u0000\\u000b\\uffffÉquipe')
    projection.store([row])
    for prefix in ("oai_dc", "mods"):
        root = harvester.read(
            verb="GetRecord", metadataPrefix=prefix, identifier=identity.identifier(row.uid)
        )
        assert "Équipe documentaire" in "".join(root.itertext())


def test_a_harvester_that_has_the_answer_already_is_told_so(client):
    address = "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc"
    tag = client.get(address)["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""
    synthetic.bury(1)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_every_argument_at_random_is_answered_by_the_protocol(harvester):
    values = ["", "oai_dc", "x", "2026-01-01", "%00", "%FF", "type:guide", "%F0%9F%98%80"]
    names = ["verb", "metadataPrefix", "from", "until", "set", "identifier", "resumptionToken", "y"]
    for name, other in itertools.combinations(names, 2):
        for value in values:
            harvester.errors(f"verb=ListRecords&{name}={value}&{other}={value}")
