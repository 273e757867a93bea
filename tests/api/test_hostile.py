"""Whatever is asked, the answer is 200 or a problem document that names the parameter."""

import json
import random
import string

import pytest

from tests import synthetic

FILTERS = ("q", "type", "concept", "territory", "organisation", "year", "licence", "language",
           "facet", "near", "radius")  # fmt: skip
MORE_FILTERS = (*FILTERS, "concept_all", "bbox", "starts_after", "starts_before", "has",
                "translation_of", "linked_to", "locale", "updated_since")  # fmt: skip
RECORDS = (*MORE_FILTERS, "order", "limit", "cursor", "fields", "expand", "facets")
OPERATIONS = {
    "records": RECORDS,
    "records/{uid}": ("fields", "expand", "format"),
    "by-path": ("path",),
    "plans/{uid}/tree": (),
    "organisations": RECORDS,
    "search": (*FILTERS, "locale", "order", "a-venir", "page"),
    "suggest": ("q", "locale"),
    "agenda": (*MORE_FILTERS, "from", "to", "limit", "cursor"),
    "map": (*MORE_FILTERS, "limit", "cursor"),
    "changes": ("since", "locale", "limit"),
    "dump.ndjson": ("locale",),
    "concepts": ("scheme", "locale", "limit", "cursor"),
    "territories": ("kind", "code", "within", "limit", "cursor"),
    "types": (),
    "status": (),
    "submissions/kinds": ("locale",),
    "preview": ("token",),
    "usage": (),
    "openapi.json": (),
    "news.atom": (),
    "": (),
}
SEVERAL = {"type", "concept", "scheme", "territory", "organisation", "year", "licence",
           "language", "facet", "concept_all", "has", "kind", "code"}  # fmt: skip
# Accepted as text by q, malformed for everything else.
ODD = (
    "é", "'", '"', "\\", "%27%20OR%201=1--", "%25", "..%2F..", "{}", "[]", "null", "-", "*", "&",
    "𝕏", "%F0%9F%92%A9", "9" * 400, "a" * 3_000, "١٢", "1_0", "+1", "1e3", "0x10", "NaN",
)  # fmt: skip
# Never accepted by any parameter.
BROKEN = ("%00", "a%00b", "%1F", "%7f", "%0A", "%ff", "%C3%28")
MALFORMED = {
    "type": ("", "nothing", "guide,guide", "GUIDE"),
    "concept": ("", "themes x", "themes:", ":x", "a:b:c", "themes:x y"),
    "locale": ("", "zz", "fr-FR", "french", "de"),
    "updated_since": ("", "2026", "2026-13-01", "2026-02-30", "2026-01-01T25:00", "yesterday",
                      "0001-01-01", "9999-12-31", "2026-01-01T00:00:00+99:00", "1700000000"),
    "order": ("", "version", "uid", "title,uid", "--title", "random()"),
    "limit": ("", "0", "-1", "1001", "abc", "1.5", "%201", "999999999999999999999"),
    "page": ("", "0", "-1", "abc", "1.5", "999999999999999999999"),
    "cursor": ("", "abc", "AAAA", "%3D%3D%3D", "W10", "e30=", "é"),
    "fields": ("", "*", "nothing", "title,,url", "title;url", "title,version,secret"),
    "expand": ("", "*", "body", "concepts,,territories", "concepts;territories"),
    "facets": ("", "*", "nothing", "type,,year", "type,type", "a:b", ",".join("abcdefghijkl")),
    "from": ("", "2026-13-01", "2026-02-30", "today"),
    "to": ("", "2026-13-01", "2026-02-30", "1999-01-01&from=2000-01-01"),
    "path": ("", "guides", "//evil.example", "//[", "https://example.org/guides/", "http://[/"),
    "kind": ("", "country", "*"),
    "code": ("", "a b", "*"),
    "within": ("", "a b", "*"),
    "format": ("", "xml", "HTML", "json,html"),
    "since": ("", "-1", "abc", "1.5", "99999999999999999999", "9223372036854775807"),
    "near": ("", "%20", "x" * 101, "nowhere at all", "91,181", "-90.1,0", "0,180.5", "9999,1"),
    "concept_all": ("", "themes x", "themes:", ":x", "a:b:c"),
    "bbox": ("", "1,2,3", "1,2,3,4,5", "0,50,1,40", "181,0,1,1", "0,-91,1,1", "a,b,c,d",
             "NaN,0,1,1"),
    "starts_after": ("", "2026-13-01", "tomorrow"),
    "starts_before": ("", "2026-13-01", "2026-02-30"),
    "has": ("", "*", "secrets", "image,body"),
    "translation_of": ("", "abc", "1"),
    "linked_to": ("", "abc", "1"),
    "radius": ("", "0", "-1", "201", "abc", "1.5", "50"),  # without a place
    "scheme": ("", "a b", "a:b", "*"),
}  # fmt: skip


@pytest.fixture
def stored(db):
    return synthetic.store(3)


def addresses(stored):
    for operation, parameters in OPERATIONS.items():
        yield operation.format(uid=stored[0].uid), parameters


def test_an_unknown_parameter_is_refused_by_name(partner, stored):
    for address, _parameters in addresses(stored):
        for name in ("nothing", "Limit", "limit%20", "pages", "q[]", "_", "x" * 500, "é"):
            problem = partner.problem(f"{address}?{name}=1")
            assert problem["type"] == "/api/v1/docs#unknown-parameter", (address, name)
            assert "parameter" in problem
    assert partner.problem("records?nothing=1&limit=5")["parameter"] == "nothing"


def test_a_parameter_given_twice_is_refused_by_name(partner, stored):
    for address, parameters in addresses(stored):
        for name in set(parameters) - SEVERAL:
            problem = partner.problem(f"{address}?{name}=1&{name}=1")
            assert problem["type"] == "/api/v1/docs#repeated-parameter"
            assert problem["parameter"] == name


def test_control_characters_and_broken_bytes_are_refused_by_name(partner, stored):
    for address, parameters in addresses(stored):
        for name in parameters:
            for value in BROKEN:
                assert partner.problem(f"{address}?{name}={value}")["parameter"] == name
    assert partner.problem("records?a%00b=1")["status"] == 400


def test_malformed_values_are_refused_by_name(partner, stored):
    for address, parameters in addresses(stored):
        for name in parameters:
            for value in MALFORMED.get(name, ()):
                problem = partner.problem(f"{address}?{name}={value}")
                assert problem["parameter"] == name, (address, name, value)
                assert problem["type"] == "/api/v1/docs#invalid-parameter"


def test_odd_values_are_answered_or_refused(partner, stored):
    for address, parameters in addresses(stored):
        for name in parameters:
            for value in ODD:
                response = partner.get(f"{address}?{name}={value}")
                assert response.status_code == 200 or 400 <= response.status_code < 500


def test_too_long_a_query_is_refused(partner, stored):
    for address, parameters in addresses(stored):
        problem = partner.problem(f"{address}?q={'a' * 5_000}")
        assert problem["status"] == 414, (address, parameters)
    assert partner.problem("records?" + "&".join(["concept=a:b"] * 300))["parameter"] == "concept"


@pytest.mark.parametrize(
    "uid",
    ["abc", "0", "-1", "%00", "%20", "é", "..", "a" * 2_000, "' OR 1=1", "None", "%ff", "{uid}",
     "00000000-0000-0000-0000-00000000000g"],
)  # fmt: skip
def test_an_identifier_that_is_none_is_refused(partner, stored, uid):
    problem = partner.problem(f"records/{uid}")
    assert problem["status"] in (400, 404)


def test_odd_headers_change_nothing(partner, stored):
    for name in ("accept_language", "if_none_match", "if_modified_since", "accept", "range"):
        for value in ("", "\xe9", "*", ",,,", '"', "W/", "x" * 5_000, ";q=abc", "bytes=0-1"):
            response = partner.get("records", **{name: value})
            assert response.status_code in (200, 304)
            assert partner.problem("records?limit=0", **{name: value})


def test_random_queries_never_break_the_server(partner, stored):
    dice = random.Random(7)
    names = sorted({name for known in OPERATIONS.values() for name in known})
    values = [value for known in MALFORMED.values() for value in known]
    values += [*ODD, *BROKEN, "fr", "guide", "themes:theme-1", "10", "title", "2026-05-21"]
    targets = [address for address, _parameters in addresses(stored)]
    for _turn in range(400):
        pairs = [
            f"{dice.choice(names)}={dice.choice(values)}" for _pair in range(dice.randint(1, 5))
        ]
        noise = "".join(dice.choices(string.printable.replace("#", ""), k=dice.randint(0, 6)))
        query = ("&".join(pairs) + noise).encode().decode("latin-1")  # as WSGI hands it over
        response = partner.client.get(f"/api/v1/{dice.choice(targets)}", QUERY_STRING=query)
        if response.status_code != 200:
            assert 400 <= response.status_code < 500, query
            assert response["Content-Type"] == "application/problem+json"
            assert json.loads(response.content)["status"] == response.status_code
