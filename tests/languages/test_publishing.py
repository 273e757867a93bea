"""No text of one language goes live under the address of another."""

import html

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Page
from wagtail_localize.models import (
    LocaleSynchronization,
    StringSegment,
    Translation,
    TranslationSource,
)
from wagtail_localize.operations import translate_object

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.languages import carrying, publishing
from cms.languages.models import Carried
from cms.languages.publishing import missing, refusal
from tests import admin
from tests import factories as make
from tests.languages.conftest import say, translated

pytestmark = pytest.mark.django_db


def records(page):
    touches.flush()
    return Record.objects.filter(page_id=page.pk, gone_at=None).count()


def test_the_translation_of_a_live_alias_is_a_draft(client, guide, english):
    alias = guide.copy_for_translation(english, alias=True)
    assert alias.live
    translate_object(guide, [english])
    page = Page.objects.get(pk=alias.pk)
    assert (page.live, page.alias_of_id, records(page)) == (False, None, 0)
    assert client.get("/en/guides/canari/").status_code == 404
    assert client.get(guide.url).status_code == 200


def test_nothing_is_published_before_all_is_translated(
    guide, english, django_capture_on_commit_callbacks
):
    translate_object(guide, [english])
    made = Translation.objects.get()
    with pytest.raises(ValidationError, match=r"still to translate|à traduire"):
        made.save_target(publish=True)
    say(made, only="title")
    with pytest.raises(ValidationError):
        made.save_target(publish=True)
    assert not translated(guide, "en").live
    say(made)
    with django_capture_on_commit_callbacks(execute=True):
        made.save_target(publish=True)
    page = translated(guide, "en")
    assert (page.live, page.title, page.slug) == (True, "EN Canari français", "canari")
    assert "EN Commencer" in [chapter.title for chapter in page.chapters.all()]


def test_a_draft_is_published_by_no_other_way_either(guide, english, client):
    translate_object(guide, [english])
    page = translated(guide, "en")
    page.get_latest_revision().publish()
    page.refresh_from_db()
    assert not page.live
    revision = page.get_latest_revision()
    revision.approved_go_live_at = timezone.now() - timezone.timedelta(minutes=1)
    revision.save()
    call_command("publish_scheduled")
    page.refresh_from_db()
    assert not page.live
    client.force_login(make.UserFactory())
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{address}?id={page.pk}", {"include_descendants": ""})
    page.refresh_from_db()
    assert not page.live


def test_nor_by_the_programs_of_the_admin(guide, english, client):
    translate_object(guide, [english])
    page = translated(guide, "en")
    client.force_login(make.UserFactory())
    address = reverse("wagtailadmin_api:pages:action", args=[page.pk, "publish"])
    client.post(address, "{}", content_type="application/json")
    page.refresh_from_db()
    assert not page.live


def test_a_translation_that_is_stopped_is_not_published_in_french_by_hand(guide, english, into):
    guide.summary = "Une phrase entière que personne ne laisse en français."
    guide.save_revision().publish()
    translate_object(guide, [english])
    Translation.objects.update(enabled=False)
    page = translated(guide, "en")
    page.title = "The canary"
    page.save_revision().publish()
    assert publishing.copied(page) == guide.summary
    page.refresh_from_db()
    assert not page.live
    page.summary = "A whole sentence."
    page.save_revision().publish()
    page.refresh_from_db()
    assert (page.live, publishing.copied(page), records(page)) == (True, "", 1)


def test_whoever_goes_on_by_hand_says_what_the_translation_carries(guide, english, into):
    page = into(guide, english)
    guide.title = "Canari bleu"
    guide.save_revision().publish()
    assert carrying.freshness(page).outdated
    Translation.objects.update(enabled=False)
    page.title = "The blue canary"
    page.save_revision().publish()
    assert not carrying.freshness(page).outdated


def test_the_rule_of_visibility_has_the_last_word(client, guide, english):
    translate_object(guide, [english])
    page = translated(guide, "en")
    Page.objects.filter(pk=page.pk).update(live=True, live_revision=page.latest_revision_id)
    assert records(page) == 0
    assert Carried.objects.get(revision=page.latest_revision_id).translated == 0


def test_an_update_never_writes_the_sources_words_into_the_live_page(guide, english, into):
    into(guide, english)
    guide.title = "Canari bleu"
    guide.save_revision().publish()
    translate_object(guide, [english])  # sent again: its title is not translated
    page = translated(guide, "en")
    assert (page.live, page.title) == (True, "EN Canari français")


def test_a_second_language_begins_with_what_the_source_says_now(guide, english, spanish, into):
    make.HomePageFactory().copy_for_translation(spanish).save_revision().publish()
    into(guide, english)
    guide.title = "Canari bleu"
    guide.save_revision().publish()
    assert into(guide, spanish).title == "ES Canari bleu"


def test_the_translation_of_a_draft_says_what_was_last_saved(guide, english):
    guide.unpublish()
    guide.refresh_from_db()
    guide.title = "Titre du brouillon"
    guide.save_revision()
    translate_object(guide, [english])
    titles = StringSegment.objects.filter(context__path="title")
    assert [one.string.data for one in titles] == ["Titre du brouillon"]


def test_an_alias_of_a_synchronised_language_is_nowhere(client, guide, english):
    LocaleSynchronization.objects.create(locale=english, sync_from=guide.locale)
    alias = translated(guide, "en")
    assert (alias.live, alias.alias_of_id, records(alias)) == (True, guide.pk, 0)
    assert client.get("/en/guides/canari/").status_code == 404
    assert "/en/guides/canari" not in client.get("/guides/canari/").content.decode()
    guide.unpublish()
    guide.refresh_from_db()
    guide.save_revision().publish()
    alias.refresh_from_db()
    assert records(alias) == 0


def test_a_centre_may_show_the_source_and_says_so(client, guide, english, settings):
    guide.copy_for_translation(english, alias=True)
    settings.SHOW_UNTRANSLATED = True
    found = client.get("/en/guides/canari/")
    shown = found.content.decode()
    assert found.status_code == 200
    assert '<html lang="en"' in shown
    assert '<main id="contenu" tabindex="-1" lang="fr">' in " ".join(shown.split())
    assert 'role="note"' in shown
    assert 'content="noindex"' in shown
    assert found["Content-Language"] == "fr"
    touches.flush()
    assert not Record.objects.filter(locale="en").exists()
    guide.unpublish()
    assert client.get("/en/guides/canari/").status_code == 404


def test_an_editor_is_told_why_it_is_not_published(
    client, guide, english, django_capture_on_commit_callbacks
):
    client.force_login(make.UserFactory())
    translate_object(guide, [english])
    page = translated(guide, "en")
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    shown = client.post(address, {"action": "publish"}, follow=True).content.decode()
    with translation.override("fr"):
        assert refusal(missing(Translation.objects.get())) in shown
    page.refresh_from_db()
    assert not page.live
    say(Translation.objects.get())
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"action": "publish"})
    page.refresh_from_db()
    assert page.live


def test_a_script_in_a_translation_reaches_nobody(guide, english):
    translate_object(guide, [english])
    made = Translation.objects.get()
    say(made, mark="<script>alert(1)</script>")
    with pytest.raises(ValidationError):  # refused texts are not translated
        made.save_target(publish=True)
    assert not translated(guide, "en").live


def test_a_name_already_taken_gets_a_number(guide, english, into, section):
    parent = translated(section, "en")
    make.SectionPageFactory(parent=parent, title="Taken", slug="canari", locale=english)
    assert into(guide, english).slug == "canari-1"


def test_a_language_in_use_is_not_removed(guide, english, into, client):
    into(guide, english)
    client.force_login(make.UserFactory())
    client.post(reverse("wagtaillocales:delete", args=[english.pk]), follow=True)
    english.refresh_from_db()
    assert translated(guide, "en").live


def test_who_may_not_publish_does_not_by_another_form(client, guide, english):
    from django.contrib.auth.models import Group, Permission
    from wagtail.models import GroupPagePermission

    writer = make.UserFactory(is_superuser=False, is_staff=False)
    group = Group.objects.create(name="Traduction")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    change = Permission.objects.get(codename="change_page", content_type__app_label="wagtailcore")
    GroupPagePermission.objects.create(group=group, page=make.root(), permission=change)
    writer.groups.add(group)
    client.force_login(writer)
    translate_object(guide, [english])
    say(Translation.objects.get())
    page = translated(guide, "en")
    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {"any": "thing"})
    page.refresh_from_db()
    assert not page.live


@pytest.fixture
def by_hand(client, guide, english, into):
    """A translation that somebody stopped and goes on with in the ordinary form: what is posted
    there, and the answer."""
    page = into(guide, english)
    guide.summary = "Résumé"
    guide.save_revision().publish()
    Translation.objects.update(enabled=False)
    TranslationSource.objects.get().update_from_db()
    client.force_login(make.UserFactory())
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])

    def publish(**texts):
        data = admin.form(client, address)
        return client.post(address, {**data, **texts, "action-publish": "1"})

    return page, publish


def test_short_texts_that_are_still_french_are_shown_and_accepted_before_they_go_out(
    client, by_hand
):
    page, publish = by_hand
    address = reverse("languages_same", args=[page.pk])
    assert publish(title="Canari français", summary="Résumé").url == address
    page.refresh_from_db()
    assert page.title == "EN Canari français"  # kept as a draft
    asked = client.get(address)
    assert asked.context["texts"] == ["Canari français", "Résumé"]
    answer = client.post(address)
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    publish(title="Canari français", summary="Résumé")
    page.refresh_from_db()
    assert (page.title, records(page)) == ("Canari français", 1)
    history = client.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    assert "“Canari français”, “Résumé”" in html.unescape(history)


def test_only_what_nobody_has_accepted_is_asked_about(client, by_hand):
    page, publish = by_hand
    publish(title="Canari français")
    client.post(reverse("languages_same", args=[page.pk]))
    publish(title="Canari français", summary="Résumé")
    page.refresh_from_db()
    assert publishing.same(page.get_latest_revision_as_object()) == ["Résumé"]
    publish(title="Canari français", summary="A summary")
    page.refresh_from_db()
    assert page.summary == "A summary"


def test_a_page_written_in_its_own_words_is_not_asked_about(by_hand):
    page, publish = by_hand
    publish(title="The canary", summary="2.2.4")
    page.refresh_from_db()
    assert page.title == "The canary"


def test_the_state_of_a_translation_lists_what_is_the_same_as_in_french(client, guide, english):
    translate_object(guide, [english])
    found = Translation.objects.get()
    say(found, mark="EN ")
    say(found, mark="", only="title")
    client.force_login(make.UserFactory())
    shown = client.get(reverse("languages_translation", args=[found.pk]))
    assert shown.context["same"] == ["Canari français"]
    assert '<li lang="fr">Canari français</li>' in shown.content.decode()
