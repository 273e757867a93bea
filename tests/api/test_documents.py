"""The contract: the committed OpenAPI document and the page that explains it."""

import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest

from cms.api import openapi, problems
from cms.catalogue import touches
from cms.core.records import record_uid
from knowledge.territories.models import Territory
from tests import synthetic
from tests.agenda_factories import EventPageFactory, date
from tests.api.test_hostile import OPERATIONS
from tests.factories import ConceptFactory
from tests.plan_factories import PlanPageFactory


def test_the_committed_document_is_what_the_code_says():
    assert openapi.FILE.read_text(encoding="utf-8") == openapi.text(), (
        "Run `manage.py export_openapi` and read the difference."
    )


def test_the_document_is_served_as_committed(partner):
    response = partner.get("openapi.json")
    assert response.content == openapi.FILE.read_bytes()
    assert response["Content-Type"] == "application/json"


def test_the_document_describes_every_operation_and_parameter():
    paths = json.loads(openapi.committed())["paths"]
    described = {
        path.removeprefix("/api/v1/"): tuple(
            parameter["name"]
            for parameter in operations["get"].get("parameters", ())
            if parameter["in"] == "query"
        )
        for path, operations in paths.items()
        if "get" in operations
    }
    known = {
        name: names
        for name, names in OPERATIONS.items()
        if name not in ("", "openapi.json", "news.atom")
    }
    assert described == known


def test_every_problem_is_described_as_such():
    for operations in json.loads(openapi.committed())["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == [problems.MEDIA_TYPE]


@pytest.mark.django_db
def test_answers_have_the_members_that_the_document_promises(partner):
    schemas = json.loads(openapi.committed())["components"]["schemas"]
    (stored,) = synthetic.store(1)
    for address, schema in {
        f"records/{stored.uid}": "FullRecord",
        "records": "Records",
        "search": "Results",
        "suggest?q=fi": "Suggestions",
        "changes": "Changes",
        "concepts": "Concepts",
        "types": "Types",
        "status": "Status",
    }.items():
        answer = partner.read(address)
        assert set(answer) == _always(schemas[schema]), address
        for item in answer.get("items", ()):
            reference = schemas[schema]["properties"]["items"]["items"]["$ref"]
            assert set(item) == _always(schemas[reference.rsplit("/", 1)[1]]), address


def _always(schema):
    """The members that are not only there when they are asked for."""
    return {name for name, member in schema["properties"].items() if "default" not in member}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        self.ids.add(given.get("id") or "")
        self.addresses += [given[name] for name in ("src", "href") if given.get(name)]
        assert "style" not in given
        assert not any(name.startswith("on") for name in given)


@pytest.mark.django_db
def test_the_documentation_page_needs_no_script_and_nobody_else(partner):
    response = partner.get("docs")
    assert response.status_code == 200
    assert "script-src 'self'" in response["Content-Security-Policy"]
    page = _Page()
    page.feed(response.content.decode())
    assert page.tags.count("script") == 1  # the suggestions of the header's search box
    assert "style" not in page.tags
    assert not [found for found in page.addresses if re.match(r"(https?:)?//", found)
                and not found.startswith("http://testserver")]  # fmt: skip


@pytest.mark.django_db
def test_the_documentation_page_explains_every_operation_and_every_problem(partner):
    page = _Page()
    text = partner.get("docs").content.decode()
    page.feed(text)
    assert set(problems.TITLES) <= page.ids
    for path in json.loads(openapi.committed())["paths"]:
        assert f" {path}</code>" in text
    assert "`" not in text
    assert "curl &quot;http://testserver/api/v1/records?limit=5&quot;" in text


@pytest.mark.django_db
def test_every_command_of_the_documentation_page_is_answered(partner):
    synthetic.store(3)
    plan = PlanPageFactory(title="Contrat")
    EventPageFactory(title="Journée", dates=[date("2027-01-12")])
    for slug in ("sante-mentale", "autre"):
        ConceptFactory(slug=slug, label=slug)
    Territory.objects.create(kind="departement", code="36", slug="departement-36", name="Indre")
    Territory.objects.create(kind="region", code="24", slug="region-24", name="Centre")
    touches.flush()
    text = unescape(partner.get("docs").content.decode())
    addresses = re.findall(r'"http://testserver/api/v1/([^"]+)"', text)
    assert len(addresses) > 20
    for address in addresses:
        assert address.isascii() or "token=" in address  # web servers refuse others
        response = partner.get(address)
        expected = {"submissions": 405, "usage": 401}.get(address, 200)
        assert response.status_code == (404 if "token=" in address else expected), address
    assert f"plans/{record_uid(plan.translation_key, 'fr')}/tree" in text


@pytest.mark.django_db
def test_the_index_says_where_everything_is(partner):
    index = partner.read("")
    assert index["records"] == "http://testserver/api/v1/records"
    for address in index.values():
        assert partner.get(address).status_code == 200
