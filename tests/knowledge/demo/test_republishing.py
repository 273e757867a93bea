"""What the demo holds can be opened and published again as it is. No type is named here."""

from typing import Any

import pytest
from wagtail.models import Page

from knowledge.demo import loader
from knowledge.demo.centre import Centre
from knowledge.territories.models import Territory
from tests import admin
from tests.contract.types import MODELS
from tests.factories import HomePageFactory
from tests.territory_factories import TerritoryFactory

SHOWN = [model for model in MODELS if not model.__module__.startswith("tests.")]


class AnyPlace(Centre):
    """Territories made when they are first named: the demo's own are those of all France."""

    @staticmethod
    def territory(slug: str) -> Any:
        if found := Territory.objects.filter(slug=slug).first():
            return found
        kind, code = slug.split("-", 1)
        if kind == "libre":
            kind, code = "free", ""
        return TerritoryFactory(
            kind=kind, code=code, slug=slug, name=slug, latitude=46.5, longitude=1.5
        )


def some(*_names: str, **_options: Any) -> None:
    """In the place of the command that loads the territories of all France."""
    for entry in loader.read("free_territories.yaml"):
        for slug in entry["parts"]:
            AnyPlace.territory(slug)


@pytest.fixture(scope="module")
def demo(module_db):
    HomePageFactory()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "Centre", AnyPlace)
        patch.setattr(loader, "call_command", some)
        loader.load(lambda _line: None)


@pytest.mark.parametrize("model", SHOWN, ids=[model.record_type.name for model in SHOWN])
def test_pages_of_the_demo_are_published_again_unchanged(demo, admin_client, model):
    pages = list(model.objects.filter(live=True).order_by("pk"))
    assert pages
    for page in [*pages[:1], *pages[len(pages) // 2 :][:1], *pages[-1:]]:
        admin.edit(admin_client, page)
        assert Page.objects.get(pk=page.pk).latest_revision_id != page.latest_revision_id
