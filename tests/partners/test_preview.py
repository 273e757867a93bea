"""Drafts in a partner's front: the editor opens it, the front reads the draft by a token."""

import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.signing import TimestampSigner
from django.db import IntegrityError
from django.urls import reverse
from wagtail_headless_preview.models import PagePreview

from cms.catalogue import touches
from cms.catalogue.models import Clock, Record, Touch
from cms.partners import previews
from tests import admin
from tests.contract.types import MODELS, NAMES, page_factories
from tests.factories import GuidePageFactory, HomePageFactory, SectionPageFactory
from tests.partner_factories import key

pytestmark = pytest.mark.django_db
FRONT = "https://front.example.org/apercu"


@pytest.fixture
def front(settings):
    settings.HEADLESS_PREVIEW_URL = FRONT
    settings.WAGTAIL_HEADLESS_PREVIEW = {
        "CLIENT_URLS": {"default": FRONT}, "ENFORCE_TRAILING_SLASH": False,
    }  # fmt: skip


def look(editor: Any, address: str, data: Any) -> str:
    """Preview what is in a form; the token that the front is opened with."""
    checked = json.loads(editor.post(address, data).content)
    assert checked["is_valid"], checked
    shown = editor.get(f"{address}?mode=headless")
    source = html.unescape(re.search(r'<iframe src="([^"]+)"', shown.content.decode())[1])
    assert source.startswith(f"{FRONT}?")
    policy = shown["Content-Security-Policy"].split("; ")
    assert "frame-src https://front.example.org" in policy
    return parse_qs(urlsplit(source).query)["token"][0]


def edit_form(editor: Any, page: Any) -> tuple[str, Any]:
    address = reverse(f"{admin.PAGES}:preview_on_edit", args=[page.pk])
    return address, admin.form(editor, reverse(f"{admin.PAGES}:edit", args=[page.pk]))


def read(client: Any, token: str, **headers: str) -> Any:
    return client.get("/api/v1/preview", {"token": token}, headers=headers)


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_a_draft_has_the_shape_of_a_record_whatever_its_type(model, front, admin_client, client):
    made = page_factories().get(model)
    if made is None:
        pytest.skip("a type without a factory")
    page = model.objects.get(pk=made().pk)
    # Published by the form, which has no seconds.
    edit = reverse(f"{admin.PAGES}:edit", args=[page.pk])
    admin.post(admin_client, edit, admin.form(admin_client, edit) | {"action-publish": "1"})
    touches.flush()
    uid = Record.objects.get(page_id=page.pk).uid
    record = json.loads(client.get(f"/api/v1/records/{uid}").content)
    token = look(admin_client, *edit_form(admin_client, page))
    before = counted()
    response = read(client, token)
    assert response.status_code == 200, response.content
    draft = json.loads(response.content)
    assert list(draft) == list(record)
    assert draft.pop("version") == 0
    assert draft.pop("modified_at")
    del record["version"], record["modified_at"]
    assert draft == record
    assert counted() == before


def counted() -> tuple[Any, ...]:
    """What a preview must leave as it is."""
    return (
        Clock.objects.get().v, Touch.objects.count(), Record.objects.count(),
        sorted(Record.objects.values_list("uid", "version", "digest")),
    )  # fmt: skip


def test_the_front_sees_the_draft_and_nobody_else_does(front, admin_client, client):
    page = GuidePageFactory(title="Avant", slug="un-guide")
    touches.flush()
    address, data = edit_form(admin_client, page)
    token = look(admin_client, address, {**data, "title": "CANARI"})
    response = read(client, token)
    draft = json.loads(response.content)
    assert draft["title"] == "CANARI"
    assert draft["url"] == "http://testserver/guides/un-guide/"
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "ETag" not in response
    page.refresh_from_db()
    assert page.title == "Avant"
    for other in ("/api/v1/records", "/api/v1/changes", "/guides/", "/guides/un-guide/"):
        assert "CANARI" not in client.get(other).content.decode()


def test_a_page_that_was_never_saved_is_seen_too(front, admin_client, client):
    section = SectionPageFactory(title="Guides", slug="guides")
    address = reverse(f"{admin.PAGES}:add", args=["knowledge_guides", "guidepage", section.pk])
    data = admin.form(admin_client, address)
    data["title"], data["slug"] = "Tout neuf", "tout-neuf"
    preview = reverse(
        f"{admin.PAGES}:preview_on_add", args=["knowledge_guides", "guidepage", section.pk]
    )
    draft = json.loads(read(client, look(admin_client, preview, data)).content)
    assert (draft["title"], draft["type"]) == ("Tout neuf", "guide")
    assert draft["url"] == "http://testserver/guides/tout-neuf/"
    assert section.get_children().count() == 0


def test_a_draft_names_no_other_page_that_is_not_public(front, admin_client, client):
    hidden = GuidePageFactory(title="CANARI", slug="canari", live=False)
    page = GuidePageFactory(title="Un guide", related=[hidden])
    touches.flush()
    response = read(client, look(admin_client, *edit_form(admin_client, page)))
    assert "canari" not in response.content.decode().lower()


@pytest.mark.parametrize(
    "token", ["x", "id=1", "id=1:x:y", "id=1:1abcde:" + "a" * 43, "é", "' OR 1=1", "a" * 500]
)
def test_a_token_that_is_none_of_ours_opens_nothing(front, client, token):
    response = read(client, token)
    assert response.status_code == 404
    assert response["Cache-Control"] == "no-store"


def test_a_signed_token_without_a_draft_opens_nothing(front, client):
    page = GuidePageFactory()
    token = TimestampSigner(salt="headlesspreview.token").sign(f"id={page.pk}")
    assert read(client, token).status_code == 404
    assert read(client, TimestampSigner().sign(f"id={page.pk}")).status_code == 404


def test_a_token_is_short_lived_and_so_is_the_copy_of_the_draft(
    front, admin_client, client, monkeypatch
):
    page = GuidePageFactory()
    token = look(admin_client, *edit_form(admin_client, page))
    assert read(client, token).status_code == 200
    assert previews.forget_old() == 0
    monkeypatch.setattr(previews, "SECONDS", -1)
    assert read(client, token).status_code == 404
    assert previews.forget_old() == 1
    assert not PagePreview.objects.exists()


def test_a_preview_of_a_page_that_was_deleted_is_over(front, admin_client, client):
    page = GuidePageFactory()
    token = look(admin_client, *edit_form(admin_client, page))
    page.delete()
    assert read(client, token).status_code == 404


def test_a_draft_that_cannot_be_stored_is_said_to_be_incomplete(
    front, admin_client, client, monkeypatch
):
    page = GuidePageFactory()
    token = look(admin_client, *edit_form(admin_client, page))

    def fail(*args, **options):
        raise IntegrityError

    monkeypatch.setattr(type(page), "save", fail)
    assert read(client, token).status_code == 409


def test_without_a_front_there_is_no_preview_but_the_site_s_own(admin_client, client, settings):
    page = GuidePageFactory()
    address, data = edit_form(admin_client, page)
    admin_client.post(address, data)
    shown = admin_client.get(f"{address}?mode=headless")
    assert "<iframe" not in shown.content.decode()
    assert not PagePreview.objects.exists()
    token = TimestampSigner(salt="headlesspreview.token").sign(f"id={page.pk}")
    PagePreview.objects.create(
        token=token, content_type=page.content_type, content_json=page.to_json()
    )
    assert read(client, token).status_code == 404


def test_the_site_s_own_preview_stays_and_pages_without_a_record_have_no_other(front, admin_client):
    page = GuidePageFactory(title="Un guide")
    address, data = edit_form(admin_client, page)
    admin_client.post(address, data)
    assert "Un guide" in admin_client.get(address).content.decode()
    assert "headless" in dict(page.preview_modes)
    assert "headless" not in dict(HomePageFactory().preview_modes)
    assert "headless" not in dict(SectionPageFactory().preview_modes)


def test_the_door_of_the_api_is_the_same_for_previews(front, admin_client, client):
    page = GuidePageFactory()
    token = look(admin_client, *edit_form(admin_client, page))
    _key, reading = key()
    assert read(client, token, **reading).status_code == 200
    assert read(client, token, authorization="Bearer relais_nobody").status_code == 401
