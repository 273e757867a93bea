"""A harvester who reads `/oai` and checks every answer against the schema."""

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
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "schemas" / "OAI-PMH.xsd"))


@dataclass
class Harvester:
    client: Client

    def get(self, query: str = "", *, post: bool = False, **arguments: str) -> HttpResponse:
        text = query or urlencode(arguments)
        if post:
            return self.client.post("/oai", text, content_type=FORM)
        return self.client.get(f"/oai?{text}")

    def read(self, query: str = "", *, post: bool = False, **arguments: str) -> etree._Element:
        """The document, found valid."""
        if "from_" in arguments:
            arguments["from"] = arguments.pop("from_")
        response = self.get(query, post=post, **arguments)
        assert response.status_code == 200
        assert response["Content-Type"] == "text/xml; charset=utf-8"
        root = etree.fromstring(response.content)
        SCHEMA.assertValid(root)
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
