"""A harvester who reads `/oai` and checks every answer by the protocol's official schemas."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from lxml import etree

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
FORM = "application/x-www-form-urlencoded"
OAI_DC = "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"
SCHEMAS = Path(__file__).parent / "schemas"
# What we say more narrowly than the protocol asks for.
SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
IDENTIFIER = re.compile(r"oai:[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z][a-zA-Z0-9-]*)+:[0-9a-f-]{36}")


class _Stored(etree.Resolver):
    """Schemas that others import by their addresses, from the copies beside them."""

    def resolve(self, address: str, public: str, context: object) -> object:
        name = address.rsplit("/", 1)[-1]
        folder = SCHEMAS if name == "xml.xsd" else SCHEMAS / "official"
        return self.resolve_filename(str(folder / name), context)


def official(name: str) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Stored())
    return etree.XMLSchema(etree.parse(SCHEMAS / "official" / name, parser))


PROTOCOL, DUBLIN_CORE = official("OAI-PMH.xsd"), official("oai_dc.xsd")


def check(root: etree._Element) -> None:
    """Refuse an answer that the official schemas refuse, or ours that says less than it should."""
    PROTOCOL.assertValid(root)
    for record in root.iter(OAI_DC):
        DUBLIN_CORE.assertValid(record)
        assert all(one.text.strip() for one in record), "an empty statement"
    for name in ("responseDate", "datestamp", "earliestDatestamp"):
        assert all(SECOND.fullmatch(one.text) for one in root.iter(OAI + name)), name
    for header in root.iter(f"{OAI}header"):
        assert IDENTIFIER.fullmatch(header.findtext(f"{OAI}identifier"))


@dataclass
class Harvester:
    client: Client

    def get(self, query: str = "", *, post: bool = False, **arguments: str) -> HttpResponse:
        text = query or urlencode(arguments)
        if post:
            return self.client.post("/oai", text, content_type=FORM)
        return self.client.get(f"/oai?{text}")

    def read(self, query: str = "", *, post: bool = False, **arguments: str) -> etree._Element:
        """The document, found valid by the official schemas."""
        if "from_" in arguments:
            arguments["from"] = arguments.pop("from_")
        response = self.get(query, post=post, **arguments)
        assert response.status_code == 200
        assert response["Content-Type"] == "text/xml; charset=utf-8"
        root = etree.fromstring(response.content)
        check(root)
        return root

    def errors(self, query: str = "", **arguments: str) -> list[str]:
        return [one.get("code") for one in self.read(query, **arguments).iter(f"{OAI}error")]

    def pages(self, **arguments: str) -> list[etree._Element]:
        """Every part of a list."""
        found = [self.read(**arguments)]
        while token := found[-1].findtext(f".//{OAI}resumptionToken"):
            found.append(self.read(verb=arguments["verb"], resumptionToken=token))
        return found

    def headers(self, **arguments: str) -> list[tuple[str, str, bool]]:
        """(identifier, datestamp, whether it is deleted) of a whole list, in its order."""
        return [
            (
                header.findtext(f"{OAI}identifier"),
                header.findtext(f"{OAI}datestamp"),
                header.get("status") == "deleted",
            )
            for page in self.pages(**arguments)
            for header in page.iter(f"{OAI}header")
        ]


@pytest.fixture
def harvester(client) -> Harvester:
    return Harvester(client)
