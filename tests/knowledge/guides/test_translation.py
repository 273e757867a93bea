"""A guide translated with wagtail-localize keeps what is not language."""

import pytest
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.operations import translate_object

from cms.catalogue import touches
from cms.catalogue.models import Record
from knowledge.guides.models import GuidePage
from tests.factories import ConceptFactory, DocumentFactory, GuidePageFactory, locale
from tests.languages.conftest import say

pytestmark = pytest.mark.django_db


def test_a_translation_is_a_draft_with_the_same_descriptors_and_files():
    concept = ConceptFactory(label="Santé", english="Health")
    guide = GuidePageFactory(
        title="Évaluer", concepts=[concept], documents=[DocumentFactory()], licence="CC-BY-4.0",
        edition_date="2019-03", chapters=[("Préparer", "<p>Se réunir.</p>")],
    )  # fmt: skip
    translate_object(guide, [locale("en")])
    english = GuidePage.objects.get(translation_key=guide.translation_key, locale=locale("en"))
    assert not english.live
    assert (english.licence, english.edition_date) == ("CC-BY-4.0", "2019-03")
    assert [row.concept for row in english.descriptors.all()] == [concept]
    assert english.downloads.count() == 1
    assert english.chapters.get().locale == locale("en")
    touches.flush()
    assert not Record.objects.filter(locale="en").exists()

    chapter = guide.chapters.get()
    chapter.title = "Préparer ensemble"
    chapter.save()
    source, _created = TranslationSource.update_or_create_from_instance(guide)
    translation = Translation.objects.get(source=source, target_locale=locale("en"))
    say(translation)
    translation.save_target(publish=False)
    GuidePage.objects.get(pk=english.pk).get_latest_revision().publish()
    english = GuidePage.objects.get(pk=english.pk)
    assert [row.title for row in english.chapters.all()] == ["EN Préparer ensemble"]
    assert english.chapters.get().translation_key == guide.chapters.get().translation_key
    touches.flush()
    record = Record.objects.get(locale="en", translation_key=guide.translation_key)
    assert '"label":"Health"' in record.json
