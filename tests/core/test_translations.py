"""No text of one language goes live under the address of another."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.operations import translate_object

from cms.catalogue import touches
from cms.catalogue.models import Record
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def english():
    return make.locale("en")


@pytest.fixture
def guide(english):
    make.HomePageFactory().copy_for_translation(english).save_revision().publish()
    section = make.SectionPageFactory(title="Guides", slug="guides")
    section.copy_for_translation(english, alias=True)
    return make.GuidePageFactory(parent=section, title="Canari français", slug="canari")


def translate_title(translation, text="English canary"):
    segment = StringSegment.objects.get(source=translation.source, context__path="title")
    StringTranslation.objects.create(
        translation_of=segment.string, context=segment.context, locale=translation.target_locale,
        data=text,
    )  # fmt: skip


def test_the_translation_of_a_live_alias_is_a_draft(client, guide, english):
    alias = guide.copy_for_translation(english, alias=True)
    assert alias.live
    translate_object(guide, [english])
    touches.flush()
    page = Page.objects.get(pk=alias.pk)
    assert (page.live, page.alias_of_id) == (False, None)
    assert not Record.objects.filter(page_id=page.pk, gone_at=None).exists()
    assert client.get("/en/guides/canari/").status_code == 404
    assert client.get(guide.url).status_code == 200


def test_a_published_translation_stays_live_when_its_source_is_sent_again(guide, english):
    translate_object(guide, [english])
    page = Page.objects.get(translation_key=guide.translation_key, locale=english)
    page.get_latest_revision().publish()
    Translation.objects.get().save()
    page.refresh_from_db()
    assert page.live


def test_nothing_is_published_before_something_is_translated(
    guide, english, django_capture_on_commit_callbacks
):
    translate_object(guide, [english])
    translation = Translation.objects.get()
    with pytest.raises(ValidationError), django_capture_on_commit_callbacks(execute=True):
        translation.save_target(publish=True)
    page = Page.objects.get(translation_key=guide.translation_key, locale=english)
    assert not page.live
    translate_title(translation)
    with django_capture_on_commit_callbacks(execute=True):
        translation.save_target(publish=True)
    page.refresh_from_db()
    assert (page.live, page.title) == (True, "English canary")


def test_an_editor_is_told_why_it_is_not_published(
    client, guide, english, django_capture_on_commit_callbacks
):
    client.force_login(make.UserFactory())
    translate_object(guide, [english])
    page = Page.objects.get(translation_key=guide.translation_key, locale=english)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    with django_capture_on_commit_callbacks(execute=True):
        shown = client.post(address, {"action": "publish"}, follow=True).content.decode()
    assert "Rien n’est encore traduit" in shown
    page.refresh_from_db()
    assert not page.live
    translate_title(Translation.objects.get())
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"action": "publish"})
    page.refresh_from_db()
    assert page.live
