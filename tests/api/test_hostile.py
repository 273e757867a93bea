"""Whatever is asked, the answer is 200 or a problem document that names the parameter."""

import json
import random
import string

import pytest

from tests import synthetic

OPERATIONS = {
    "records": ("q", "type", "concept", "territory", "organisation", "year", "licence",
                "language", "facet", "near", "radius",
                "linked_to", "locale", "updated_since", "order", "limit", "cursor",
                "fields"),
    "records/{uid}": ("fields",),
    "search": ("q", "type", "concept", "territory", "organisation", "year", "licence",
               "language", "facet", "near", "radius", "locale", "order", "a-venir", "page"),
    "suggest": ("q", "locale"),
    "changes": ("since", "locale", "limit"),
    "concepts": ("scheme", "locale", "limit", "cursor"),
    "types": (),
    "status": (),
    "submissions/kinds": ("locale",),
    "usage": (),
    "openapi.json": (),
    "": (),
}  # fmt: skip
SEVERAL = {"type", "concept", "scheme", "territory", "organisation", "year", "licence",
           "language", "facet"}  # fmt: skip
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
    "limit": ("", "0", "-1", "101", "abc", "1.5", "%201", "999999999999999999999"),
    "page": ("", "0", "-1", "abc", "1.5", "999999999999999999999"),
    "cursor": ("", "abc", "AAAA", "%3D%3D%3D", "W10", "e30=", "é"),
    "fields": ("", "*", "nothing", "title,,url", "title;url", "title,version,secret"),
    "since": ("", "-1", "abc", "1.5", "99999999999999999999", "9223372036854775807"),
    "near": ("", "%20", "x" * 101, "nowhere at all"),
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
