"""Every edit form is opened, saved empty, saved complete and previewed. No type is named here."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from cms.catalogue import touches
from cms.catalogue.models import Record
from tests import admin
from tests.contract.test_contract import shelf_for
from tests.contract.types import MODELS, NAMES, page_factories

pytestmark = pytest.mark.django_db

every_type = pytest.mark.parametrize("model", MODELS, ids=NAMES)
EXAMPLE = "example_plugin"


def add_address(model: type[Page], parent: Page) -> str:
    options = model._meta
    return reverse(f"{admin.PAGES}:add", args=[options.app_label, options.model_name, parent.pk])


def complete(model: type[Page]) -> Page:
    """A page with all that its checklist requires."""
    return model.objects.get(pk=page_factories()[model]().pk)


@pytest.mark.parametrize("model", [m for m in MODELS if m._meta.app_label != EXAMPLE])
def test_a_type_has_a_factory(model):
    assert model in page_factories()


@every_type
def test_a_form_is_opened_and_saved_empty_as_a_draft(model, admin_client):
    address = add_address(model, shelf_for(model))
    data = admin.form(admin_client, address)
    data.update({"title": "Brouillon", "slug": "brouillon"})
    admin.post(admin_client, address, data)
    page = Page.objects.filter(content_type__model=model._meta.model_name).get()
    assert not page.live
    assert admin_client.get(reverse(f"{admin.PAGES}:edit", args=[page.pk])).status_code == 200


@every_type
def test_what_publishing_requires_is_said_at_the_form(model, admin_client):
    address = add_address(model, shelf_for(model))
    data = admin.form(admin_client, address)
    data.update({"title": "Vide", "slug": "vide", "action-publish": "1"})
    response = admin_client.post(address, data)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Page.objects.filter(slug="vide").exists()


@pytest.mark.parametrize("model", [m for m in MODELS if m._meta.app_label != EXAMPLE])
def test_a_complete_page_is_saved_published_and_previewed(model, admin_client):
    page = complete(model)
    edit = reverse(f"{admin.PAGES}:edit", args=[page.pk])
    data = admin.form(admin_client, edit)
    preview = reverse(f"{admin.PAGES}:preview_on_edit", args=[page.pk])
    checked = admin_client.post(preview, data)
    assert checked.json()["is_valid"], checked.json()
    shown = admin_client.get(preview)
    assert shown.status_code == 200
    assert page.title in shown.content.decode()
    admin.post(admin_client, edit, data | {"action-publish": "1"})
    touches.flush()
    record = Record.objects.get(page_id=page.pk)
    assert record.gone_at is None
    assert record.title == page.title
