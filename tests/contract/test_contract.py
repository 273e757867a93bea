"""Every record type, known by its contract only, fulfils it: no type is named here."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from cms.catalogue import touches
from cms.catalogue.checking import problems
from cms.catalogue.models import Dependency, Gone, Record
from cms.catalogue.rendering import BASE
from cms.core.models import SectionPage
from cms.core.pages import BasePage
from cms.core.records import RecordType, record_types, record_uid
from tests.factories import HomePageFactory, ImageFactory, SectionPageFactory

pytestmark = pytest.mark.django_db

MODELS = [
    model
    for model in apps.get_models()
    if issubclass(model, BasePage) and model.record_type is not None
]
every_type = pytest.mark.parametrize(
    "model", MODELS, ids=[model.record_type.name for model in MODELS]
)


def shelf_for(model: type[BasePage]) -> Page:
    """A page under which the type may stand."""
    allowed = model.allowed_parent_page_models()
    return SectionPageFactory() if SectionPage in allowed else HomePageFactory()


def required(model: type[BasePage]) -> dict[str, Any]:
    """What a page of this type must have to be published, if anything: its factories say so."""
    for path in sorted(Path(__file__).resolve().parent.parent.glob("*_factories.py")):
        module = import_module(f"tests.{path.stem}")
        if fields := getattr(module, "PUBLISHABLE", {}).get(model):
            return fields
    return {}


def publish(model: type[BasePage], title: str = "Une page nouvelle") -> BasePage:
    """A page with a title and a picture, and nothing that only its own type knows but what it
    may not be published without."""
    page = model(
        title=title, hero_image=ImageFactory(), summary="En bref.", live=False, **required(model)
    )
    shelf_for(model).add_child(instance=page)
    page.save_revision().publish()
    touches.flush()
    return model.objects.get(pk=page.pk)


def test_the_contract_is_walked_with_a_type_of_a_plugin():
    assert set(record_types()) == {model.record_type.name for model in MODELS}
    assert len(MODELS) >= 2


@every_type
def test_a_type_says_what_it_is(model):
    kind = model.record_type
    assert isinstance(kind, RecordType)
    assert kind.name.isidentifier()
    assert str(kind.label)
    assert str(kind.label_plural)
    assert kind.shape in {"square", "disc", "leaf", "diamond", "ring"}


@every_type
def test_a_published_page_has_its_record(model):
    page = publish(model)
    record = Record.objects.get(page_id=page.pk)
    assert record.uid == record_uid(page.translation_key, "fr")
    assert (record.type, record.locale, record.title) == (model.record_type.name, "fr", page.title)
    assert record.gone_at is None
    answer = json.loads(record.json.replace(BASE, "https://example.org"))
    for name in ("uid", "type", "locale", "title", "summary", "url", "published_at",
                 "modified_at", "version", "concepts", "body", "data", "downloads"):  # fmt: skip
        assert name in answer, name
    assert answer["image"]["image_id"] == page.hero_image_id
    assert record.document["title"] == page.title
    image = Dependency.objects.filter(page_id=page.pk, kind="image", object_id=page.hero_image_id)
    assert image.exists()
    assert problems() == []


@every_type
def test_a_page_is_read_at_the_address_of_its_record(model, client):
    page = publish(model)
    response = client.get(Record.objects.get(page_id=page.pk).url)
    assert response.status_code == 200
    assert page.title in response.content.decode()


@every_type
def test_a_batch_is_described_in_its_order_without_more_queries(model):
    pages = [publish(model, f"Page {number}") for number in range(5)]
    pages = list(model.objects.filter(pk__in=[page.pk for page in pages]).select_related("locale"))
    with CaptureQueriesContext(connection) as one:
        model.describe_many(pages[:1])
    with CaptureQueriesContext(connection) as five:
        drafts = model.describe_many(pages)
    assert [draft.page_id for draft in drafts] == [page.pk for page in pages]
    assert len(one) == len(five)


@every_type
def test_a_withdrawn_page_leaves_an_empty_tombstone(model):
    page = publish(model, "Canari")
    page.unpublish()
    touches.flush()
    record = Record.objects.get(page_id=page.pk)
    assert record.gone_at is not None
    assert record.gone_reason == Gone.UNPUBLISHED
    assert "Canari" not in f"{record.title}{record.json}{record.document}"


@every_type
def test_a_type_can_be_edited(model, admin_client):
    page = publish(model)
    assert admin_client.get(f"/admin/pages/{page.pk}/edit/").status_code == 200


def test_the_example_is_as_short_as_promised():
    folder = Path(__file__).resolve().parent.parent / "example_plugin"
    lines = [
        line
        for path in folder.glob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    assert len(lines) < 60
