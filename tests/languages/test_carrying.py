"""Which version of its source a translation carries, when several languages share the source."""

import pytest
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from cms.languages import carrying, updating
from tests import factories as make
from tests.languages.conftest import say
from tests.languages.test_freshness import newer, publish, states

pytestmark = pytest.mark.django_db


def of(page, locale):
    return Translation.objects.get(source__object_id=page.translation_key, target_locale=locale)


@pytest.fixture
def published(django_capture_on_commit_callbacks):
    """Publish what a translation has, as the button does."""

    def publish_translation(page, locale):
        with django_capture_on_commit_callbacks(execute=True):
            of(page, locale).save_target(publish=True)

    return publish_translation


def test_published_again_without_synchronising_it_is_still_older(guide, english, into, published):
    page = into(guide, english)
    publish(guide, summary="Un autre résumé.")
    published(guide, english)  # a word of the English corrected
    assert states(guide) == {"outdated": 1}
    assert carrying.freshness(page).outdated


def test_what_is_synchronised_is_no_longer_older_once_it_is_published(
    guide, english, into, published
):
    page = into(guide, english)
    guide = publish(guide, summary="Un autre résumé.")
    updating.apply(of(guide, english).source)
    publish(guide, summary="Un troisième.")
    say(of(guide, english))
    published(guide, english)
    assert carrying.freshness(page).outdated  # it carries the second, the third is out
    updating.apply(of(guide, english).source)
    say(of(guide, english))
    published(guide, english)
    assert not carrying.freshness(page).outdated


def test_a_second_language_takes_no_proposal_from_the_first(guide, english, spanish, into):
    make.HomePageFactory().copy_for_translation(spanish).save_revision().publish()
    into(guide, english)
    guide = publish(guide, title="Canari bleu")
    translate_object(guide, [spanish])
    offered = StringTranslation.objects.get(
        translation_of__data="Canari bleu", locale=english, context__path="title"
    )
    assert (offered.data, offered.has_error) == ("EN Canari français", True)


def test_a_source_that_is_withdrawn_is_not_newer(client, guide, english, into):
    guide = publish(guide)
    page = into(guide, english)
    guide.unpublish()
    assert newer("en") not in client.get(page.url).content.decode()


def test_a_draft_that_is_published_as_it_was_translated_is_not_newer(guide, english, into):
    guide.unpublish()
    guide = type(guide).objects.get(pk=guide.pk)
    guide.chapters.add(type(guide.chapters.get())(title="Finir", body=[], sort_order=9))
    guide.save_revision()
    into(guide, english)
    guide.get_latest_revision().publish()
    assert states(guide) == {"complete": 1}
