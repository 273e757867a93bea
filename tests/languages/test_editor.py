"""The form in which translators write says where they are, in their own language."""

import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from tests import factories as make
from tests.languages.conftest import say, translated
from tests.languages.test_freshness import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(client, guide, english):
    """The form of a translation as an editor opens it."""
    user = make.UserFactory(first_name="Camille", last_name="Exemple")
    client.force_login(user)
    translate_object(guide, [english])
    address = reverse("wagtailadmin_pages:edit", args=[translated(guide, "en").pk])
    return lambda: client.get(address)


def made():
    return Translation.objects.get()


def test_it_has_the_menu_of_any_page(form):
    text = form().content.decode()
    assert reverse("languages_translation", args=[made().pk]) in text
    assert "/everywhere/" in text


def test_it_says_how_much_is_done_and_which_names_to_use(form, guide):
    make.ConceptFactory(label="Canari", english="Canary")
    say(made(), only="title")
    text = form().content.decode()
    done, total = re.search(r"(\d+) textes traduits sur (\d+)", text).groups()
    assert int(total) - int(done) == 3
    assert 'canari – <span lang="en">Canary</span>' in text
    assert reverse("languages_synchronise", args=[guide.pk]) not in text


def test_it_says_that_the_source_has_changed_since(form, guide):
    publish(guide, summary="Un autre résumé.")
    text = form().content.decode()
    assert "La page française a changé depuis" in text
    assert reverse("languages_synchronise", args=[guide.pk]) in text


def test_who_or_what_wrote_a_text_is_said_with_the_date_of_the_language(form):
    say(made())
    title = StringTranslation.objects.filter(context__path="title")
    title.update(translation_type="machine", tool_name="Robot")
    with translation.override("fr"):
        today = date_format(timezone.localdate(), "DATE_FORMAT")
        comments = {one.context.path: one.get_comment() for one in StringTranslation.objects.all()}
    assert all(today in said for said in comments.values())
    assert "Robot" in comments["title"]
    assert "Robot" not in comments["summary"]
    stored = json.loads(form().context["props"])["initialStringTranslations"]
    assert all(today in one["comment"] for one in stored)


def test_the_words_of_its_script_are_ours_where_they_have_none(client, form, monkeypatch):
    from cms.languages import editor

    monkeypatch.setitem(editor.WORDS, "Publish in ", "Publier : ")
    catalog = client.get(reverse("wagtail_localize:javascript_catalog")).content.decode()
    assert "Publier : " in catalog
