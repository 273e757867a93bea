"""A guide in French, and what it takes to put it into English."""

import pytest
from django.test import TestCase
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.operations import translate_object

from tests import factories as make


@pytest.fixture
def english():
    return make.locale("en")


@pytest.fixture
def spanish():
    return make.locale("es")


def home_in(*locales):
    """The home page, and the same in other languages."""
    home = make.HomePageFactory()
    for locale in locales:
        home.copy_for_translation(locale).save_revision().publish()
    return home


def section_in(locale):
    """The section of guides; in another language nobody has translated it."""
    section = make.SectionPageFactory(title="Guides", slug="guides")
    section.copy_for_translation(locale, alias=True)
    return section


@pytest.fixture
def home(english):
    return home_in(english)


@pytest.fixture
def section(home, english):
    return section_in(english)


@pytest.fixture
def guide(section):
    return make.GuidePageFactory(parent=section, title="Canari français", slug="canari")


def translated(page, language):
    """The page in another language, as its own type."""
    return Page.objects.get(
        translation_key=page.translation_key, locale__language_code=language
    ).specific


def say(translation, mark="EN ", only=None, skip=()):
    """Translate the texts of a page by hand: each with a mark before it."""
    found = StringSegment.objects.filter(source=translation.source)
    for segment in found.select_related("string", "context"):
        if segment.context.path in ("slug", *skip) or (only and segment.context.path != only):
            continue
        StringTranslation.objects.update_or_create(
            translation_of=segment.string, context=segment.context,
            locale=translation.target_locale,
            defaults={"data": f"{mark}{segment.string.data}", "translation_type": "manual",
                      "has_error": False, "field_error": ""},
        )  # fmt: skip


def translate(page, locale, **options):
    """Translate a page wholly and publish it."""
    translate_object(page, [locale])
    translation = Translation.objects.get(
        source__object_id=page.translation_key, target_locale=locale
    )
    say(translation, **{"mark": f"{locale.language_code.upper()} ", **options})
    with TestCase.captureOnCommitCallbacks(execute=True):
        translation.save_target(publish=True)
    return translated(page, locale.language_code)


@pytest.fixture
def into():
    """`into(guide, english)` translates a page wholly and publishes it."""
    return translate
