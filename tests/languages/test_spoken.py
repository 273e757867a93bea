"""Figures, testimonials, funders' sentences: in the page's language, or marked as French."""

import json

import pytest
from django.urls import reverse

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.core import policy
from knowledge.base.models import (
    FundingStatement,
    KeyFigure,
    PageFigure,
    PageFunding,
    PageTestimonial,
    Testimonial,
)
from knowledge.base.snippets import FundingText, KeyFigureText, TestimonialText
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared():
    figure = KeyFigure.objects.create(value="483", label="contrats suivis", source="Bilan annuel")
    said = Testimonial.objects.create(
        quote="On avance mieux ensemble.", role="Coordinatrice", consent="not_needed"
    )
    funding = FundingStatement.objects.create(name="Fonds", statement="Financé par le fonds.")
    return figure, said, funding


@pytest.fixture
def page(section, shared, english, into):
    guide = make.GuidePageFactory(parent=section, title="Canari", slug="canari")
    guide.figures = [PageFigure(figure=shared[0])]
    guide.testimonials = [PageTestimonial(testimonial=shared[1])]
    guide.fundings = [PageFunding(statement=shared[2])]
    guide.save_revision().publish()
    return into(guide, english)


def speak(shared):
    figure, said, funding = shared
    KeyFigureText.objects.create(
        of=figure, language="en", label="contracts supported", source="Annual report"
    )
    TestimonialText.objects.create(
        of=said, language="en", quote="We go further together.", role="Coordinator"
    )
    FundingText.objects.create(of=funding, language="en", statement="Paid for by the fund.")


def shown(client, page):
    return " ".join(client.get(page.url).content.decode().split())


def test_what_has_no_words_in_the_language_is_marked_as_french(client, page):
    seen = shown(client, page)
    for text in ('<span lang="fr">contrats suivis</span>', '<blockquote lang="fr">',
                 '<p lang="fr"> Financé par le fonds.'):  # fmt: skip
        assert text in seen


def test_its_words_are_shown_and_told_to_programs(client, page, shared):
    speak(shared)
    touches.flush()
    seen = shown(client, page)
    for text in ("contracts supported", "Annual report", "We go further together.", "Coordinator",
                 "Paid for by the fund."):  # fmt: skip
        assert text in seen
    for text in ("contrats suivis", "On avance", "Financé"):
        assert text not in seen
    for locale, label in (("en", "contracts supported"), ("fr", "contrats suivis")):
        record = Record.objects.get(locale=locale, translation_key=page.translation_key)
        [figure] = json.loads(record.json, strict=False)["data"]["figures"]
        assert (figure["label"], figure["language"]) == (label, locale)


def test_words_in_part_are_no_words(client, page, shared):
    KeyFigureText.objects.create(of=shared[0], language="en", label="contracts supported")
    assert '<span lang="fr">contrats suivis</span>' in shown(client, page)


def figure_form(figure, **changes):
    row = figure.texts.get()
    return {
        "value": figure.value, "unit": "", "label": figure.label, "date": "",
        "source": figure.source, "organisation": "", "territory": "",
        "texts-TOTAL_FORMS": "1", "texts-INITIAL_FORMS": "1", "texts-MIN_NUM_FORMS": "0",
        "texts-MAX_NUM_FORMS": "1000", "texts-0-id": str(row.pk), "texts-0-language": "en",
        "texts-0-value": "", "texts-0-unit": "", "texts-0-label": row.label,
        "texts-0-source": row.source, "texts-0-DELETE": "", **changes,
    }  # fmt: skip


def test_when_the_french_changes_its_translations_are_to_read_again(client, page, shared):
    speak(shared)
    client.force_login(make.UserFactory())
    figure = shared[0]
    address = reverse(KeyFigure.snippet_viewset.get_url_name("edit"), args=[figure.pk])
    client.post(address, figure_form(figure, label="contrats locaux suivis"))
    assert figure.texts.get().to_read
    assert '<span lang="fr">contrats locaux suivis</span>' in shown(client, page)
    figure.refresh_from_db()
    client.post(address, figure_form(figure))  # read, and unticked
    assert not figure.texts.get().to_read
    assert "contracts supported" in shown(client, page)


def test_the_form_asks_for_every_word_once_in_each_language(client, shared):
    speak(shared)
    client.force_login(make.UserFactory())
    figure = shared[0]
    address = reverse(KeyFigure.snippet_viewset.get_url_name("edit"), args=[figure.pk])
    refused = client.post(address, figure_form(figure, **{"texts-0-source": ""}))
    assert refused.status_code == 200
    [form] = refused.context["form"].formsets["texts"].forms
    assert list(form.errors) == ["source"]
    twice = {
        **figure_form(figure), "texts-TOTAL_FORMS": "2", "texts-1-language": "en",
        "texts-1-label": "again", "texts-1-source": "again", "texts-1-id": "",
    }  # fmt: skip
    refused = client.post(address, twice)
    assert list(refused.context["form"].formsets["texts"].forms[1].errors) == ["language"]


def test_a_shared_content_says_which_of_its_fields_are_language(monkeypatch):
    kept = [one for one in KeyFigure.override_translatable_fields if one.field_name != "label"]
    monkeypatch.setattr(KeyFigure, "override_translatable_fields", kept)
    [problem] = policy.every_field_has_a_policy(None)
    assert problem.msg.startswith("knowledge_base.KeyFigure.label ")
    assert KeyFigureText not in set(policy.spoken_models())


def test_translators_are_told_what_has_no_words_yet(client, page, shared):
    client.force_login(make.UserFactory())
    from wagtail_localize.models import Translation

    address = reverse("languages_translation", args=[Translation.objects.get().pk])
    listed = client.get(address).context["shared"]
    assert [str(one.title) for one in listed] == [str(one) for one in shared]
    speak(shared)
    assert client.get(address).context["shared"] == []
