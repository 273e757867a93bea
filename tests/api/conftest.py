"""A partner who reads the API, with the answers as JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client


@dataclass
class Partner:
    """Reads addresses below /api/v1/."""

    client: Client

    def get(self, address: str, **headers: str) -> HttpResponse:
        if not address.startswith(("/", "http")):
            address = f"/api/v1/{address}"
        return self.client.get(address.removeprefix("http://testserver"), headers=headers)

    def read(self, address: str) -> dict[str, Any]:
        response = self.get(address)
        assert response.status_code == 200, response.content
        found: dict[str, Any] = json.loads(response.content)
        return found

    def pages(self, address: str | None) -> Iterator[dict[str, Any]]:
        """Every page of a list, by following `next`."""
        while address is not None:
            page = self.read(address)
            yield page
            address = page["next"]

    def items(self, address: str) -> list[dict[str, Any]]:
        return [item for page in self.pages(address) for item in page["items"]]

    def problem(self, address: str, **headers: str) -> dict[str, Any]:
        """The problem document of an address that must refuse."""
        response = self.get(address, **headers)
        assert 400 <= response.status_code < 500, (address, response.status_code, response.content)
        assert response["Content-Type"] == "application/problem+json"
        document: dict[str, Any] = json.loads(response.content)
        assert document["status"] == response.status_code
        return document


@pytest.fixture
def partner() -> Partner:
    return Partner(Client())
