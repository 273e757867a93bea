"""A guide in French, and what it takes to put it into English."""

import pytest
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


@pytest.fixture
def home(english):
    home = make.HomePageFactory()
    home.copy_for_translation(english).save_revision().publish()
    return home


@pytest.fixture
def section(home, english):
    section = make.SectionPageFactory(title="Guides", slug="guides")
    section.copy_for_translation(english, alias=True)
    return section


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


@pytest.fixture
def into(django_capture_on_commit_callbacks):
    """Translate a page wholly and publish it: `into(guide, english)`."""

    def translate(page, locale, **options):
        translate_object(page, [locale])
        translation = Translation.objects.get(
            source__object_id=page.translation_key, target_locale=locale
        )
        say(translation, **{"mark": f"{locale.language_code.upper()} ", **options})
        with django_capture_on_commit_callbacks(execute=True):
            translation.save_target(publish=True)
        return translated(page, locale.language_code)

    return translate
