"""No stale copy unseen: the board, the notice, and synchronising that loses nothing."""

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from wagtail.models import Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from cms.languages import board, carrying, updating
from cms.languages.models import TreeTranslation
from tests import factories as make
from tests.languages.conftest import say, translated

pytestmark = pytest.mark.django_db


def block(kind, value):
    """The same block before and after."""
    return {"type": kind, "value": value, "id": "6f3c0a52-5d0e-4a53-9d4b-0e1c2f3a4b5c"}


def newer(language):
    with translation.override(language):
        return gettext("The French version is newer.")


def publish(page, **changes):
    page = type(page).objects.get(pk=page.pk)
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return page


def states(page):
    source = board.source_locale()
    found = board.lines(source, [make.locale("en")])
    return {
        cell.state: cell.count
        for line in found if line.kind == page.content_type_id
        for cell in line.cells if cell.count
    }  # fmt: skip


def test_a_page_goes_from_missing_to_complete_to_outdated(client, guide, english, into):
    assert states(guide) == {"missing": 1}
    from wagtail_localize.operations import translate_object

    translate_object(guide, [english])
    assert states(guide) == {"draft": 1}
    page = into(guide, english)
    assert states(guide) == {"complete": 1}
    assert newer("en") not in client.get(page.url).content.decode()
    publish(guide, summary="Un autre résumé.")
    assert states(guide) == {"outdated": 1}
    shown = client.get(page.url).content.decode()
    assert newer("en") in shown
    assert f'href="{guide.url}"' in shown


def test_published_again_without_another_word_is_no_change(guide, english, into):
    into(guide, english)
    publish(guide)
    assert states(guide) == {"complete": 1}


def test_the_board_names_what_has_changed(client, guide, english, into):
    into(guide, english)
    guide = type(guide).objects.get(pk=guide.pk)
    chapter = guide.chapters.get()
    chapter.title = "Autrement"
    guide.chapters.add(chapter)
    publish(guide)
    guide = type(guide).objects.get(pk=guide.pk)
    guide.summary, chapter = "Autre.", guide.chapters.get()
    chapter.title = "Encore"
    guide.chapters.add(chapter)
    guide.save_revision().publish()
    rows = board.rows(
        board.source_locale(), locale=english.pk, kind=guide.content_type_id, state="outdated",
        start=0,
    )  # fmt: skip
    assert [row.page_id for row in rows] == [guide.pk]
    assert rows[0].changes


@pytest.mark.parametrize("many", [False, True])
def test_the_board_costs_the_same_for_one_page_and_for_many(
    client, guide, english, into, many, django_assert_max_num_queries
):
    client.force_login(make.UserFactory())
    into(guide, english)
    publish(guide, summary="Un autre résumé.")
    if many:
        for number in range(8):
            other = make.GuidePageFactory(title=f"Autre {number}", slug=f"autre-{number}")
            into(other, english)
            publish(other, summary="Encore un.")
    address = f"{reverse('languages_board')}?locale={english.pk}&kind={guide.content_type_id}"
    client.get(address)
    with django_assert_max_num_queries(15):
        shown = client.get(f"{address}&state=outdated")
    assert shown.status_code == 200
    assert len(shown.context["rows"]) == (9 if many else 1)


def test_synchronising_says_before_what_it_does_and_loses_no_edit(client, guide, english, into):
    client.force_login(make.UserFactory())
    page = into(guide, english)
    guide = publish(guide, title="Canari bleu")
    source = TranslationSource.objects.get(object_id=guide.translation_key)
    before = updating.plan(source)
    assert before.changed == [("Canari français", "Canari bleu")]
    [effect] = before.effects
    assert (effect.to_read, effect.to_do) == (1, 0)
    address = reverse("languages_synchronise", args=[guide.pk])
    assert "Canari bleu" in client.get(address).content.decode()
    assert TranslationSource.objects.get(pk=source.pk).object_repr == "Canari français"
    client.post(address, {"publish": "1"})
    page.refresh_from_db()
    assert page.title == "EN Canari français"  # what readers see stays
    offered = StringTranslation.objects.get(translation_of__data="Canari bleu")
    assert (offered.data, offered.has_error) == ("EN Canari français", True)
    assert StringTranslation.objects.filter(translation_of__data="Canari français").exists()
    assert carrying.progress(source.pk, english.pk).missing == 1


def test_dates_come_at_once_where_no_text_is_missing(
    client, guide, english, into, django_capture_on_commit_callbacks
):
    client.force_login(make.UserFactory())
    into(guide, english)
    guide = publish(guide, edition_date="2025-03")
    address = reverse("languages_synchronise", args=[guide.pk])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"publish": "1"})
    assert translated(guide, "en").edition_date == "2025-03"
    assert states(guide) == {"complete": 1}


def test_a_text_deleted_while_it_is_translated_is_no_error(client, guide, english, into):
    client.force_login(make.UserFactory())
    into(guide, english)
    made = Translation.objects.get()
    segment = made.source.stringsegment_set.get(context__path="summary")
    guide = publish(guide, summary="")
    updating.apply(made.source)
    address = reverse("wagtail_localize:edit_string_translation", args=[made.pk, segment.pk])
    assert client.put(address, "value=Late", "application/x-www-form-urlencoded").status_code == 404


def test_what_a_machine_wrote_says_so_until_somebody_accepts_it(
    client, guide, english, settings, django_capture_on_commit_callbacks
):
    from wagtail_localize.operations import translate_object

    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {"CLASS": "cms.core.translators.Pretending"}
    client.force_login(make.UserFactory())
    translate_object(guide, [english])
    made = Translation.objects.get()
    client.post(reverse("wagtail_localize:machine_translate", args=[made.pk]))
    with django_capture_on_commit_callbacks(execute=True):
        made.save_target(publish=True)
    page = translated(guide, "en")
    with translation.override("en"):
        machine = gettext("Translated by a machine, and not read again yet.")
    assert page.title == "[en] Canari français"
    assert machine in client.get(page.url).content.decode()
    client.post(reverse("languages_translation", args=[made.pk]), {"do": "accept"})
    with django_capture_on_commit_callbacks(execute=True):
        made.save_target(publish=True)
    assert machine not in client.get(page.url).content.decode()


def test_a_whole_tree_is_begun_by_the_worker(section, english):
    from cms.languages import jobs

    for number in range(3):
        make.GuidePageFactory(parent=section, title=f"Guide {number}", slug=f"guide-{number}")
    job = TreeTranslation.objects.create(
        page_id=section.pk, title=section.title, locale=english, total=4, user=make.UserFactory()
    )
    jobs.translate_tree.func(job_id=job.pk)
    job.refresh_from_db()
    assert (job.done, job.failed, job.finished_at is None) == (4, 0, False)
    made = Page.objects.filter(locale=english, alias_of=None, depth__gt=2)
    assert (made.count(), made.filter(live=True).count()) == (4, 0)


def test_who_may_not_edit_sees_nothing_of_it(client, guide, english, into):
    into(guide, english)
    client.force_login(make.UserFactory(is_superuser=False, is_staff=False))
    for address in (
        reverse("languages_board"),
        reverse("languages_synchronise", args=[guide.pk]),
        reverse("languages_everywhere", args=[guide.pk]),
        reverse("languages_translation", args=[Translation.objects.get().pk]),
    ):
        assert client.post(address).status_code in (302, 403)


def test_the_same_translation_said_twice_counts_once(guide, english, into):
    into(guide, english)
    made = Translation.objects.get()
    say(made, mark="Again ")
    assert carrying.progress(made.source_id, english.pk).missing == 0


def test_other_marks_around_the_same_words_are_no_change(guide, english, into):
    chapter = guide.chapters.get()
    chapter.body = [block("paragraph", "<p>Se <strong>réunir</strong>.</p>")]
    chapter.save()
    into(guide, english)
    guide = type(guide).objects.get(pk=guide.pk)
    chapter = guide.chapters.get()
    chapter.body = [block("paragraph", "<p>Se <b>réunir</b>.</p>")]
    guide.chapters.add(chapter)
    guide.save_revision().publish()
    assert states(guide) == {"complete": 1}
    source = TranslationSource.objects.get(object_id=guide.translation_key)
    assert not updating.plan(source).anything
    guide.title = "Canari bleu"
    guide.save_revision().publish()
    done = updating.apply(source)
    assert done.changed == [("Canari français", "Canari bleu")]
    assert done.fields == []
    assert (done.effects[0].to_read, done.effects[0].to_do) == (1, 0)
    assert carrying.progress(source.pk, english.pk).missing == 1
    [after] = updating.plan(source).effects  # what waits to be read is still said to
    assert (after.to_read, after.to_do) == (1, 0)


def test_a_picture_that_changes_in_a_text_is_said_to_be_copied(guide, english, into):
    chapter = guide.chapters.get()
    video = {"url": "https://video.example.org/1", "title": "Le film", "transcript": ""}
    chapter.body = [block("video", video)]
    chapter.save()
    into(guide, english)
    guide = type(guide).objects.get(pk=guide.pk)
    chapter = guide.chapters.get()
    chapter.body = [block("video", video | {"url": "https://video.example.org/2"})]
    guide.chapters.add(chapter)
    guide.save_revision().publish()
    source = TranslationSource.objects.get(object_id=guide.translation_key)
    plan = updating.plan(source)
    assert (plan.changed, plan.added, len(plan.fields)) == ([], [], 1)
