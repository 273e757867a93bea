"""Each way in which a page or what it uses can change, through the real admin views: the
catalogue is right when the editor has her answer."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    Workflow,
)

from cms.catalogue import touches
from cms.catalogue.models import Gone, Record
from cms.catalogue.tasks import sweep
from tests import admin
from tests.factories import (
    ConceptFactory,
    DocumentFactory,
    GuidePageFactory,
    HomePageFactory,
    SectionPageFactory,
    pdf_bytes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return HomePageFactory()


@pytest.fixture
def section(home):
    return SectionPageFactory(parent=home, title="Guides", slug="guides")


@pytest.fixture
def guide(section):
    page = GuidePageFactory(parent=section, title="Évaluer une action", slug="evaluer")
    touches.flush()
    return page


def live(page: Page) -> Record | None:
    return Record.objects.filter(page_id=page.pk, gone_at__isnull=True).first()


def tombstone(page: Page) -> Record:
    return Record.objects.get(page_id=page.pk, gone_at__isnull=False)


def test_create_and_publish(admin_client, section):
    address = reverse(f"{admin.PAGES}:add", args=["knowledge_guides", "guidepage", section.pk])
    data = admin.form(admin_client, address)
    data.update(
        {"title": "Animer une réunion", "slug": "animer", "summary": "Bref.", "action-publish": "1"}
    )
    chapter = {"title": "Préparer", "body-count": "0", "id": "", "ORDER": "1", "DELETE": ""}
    data.update({f"chapters-0-{name}": value for name, value in chapter.items()})
    data["chapters-TOTAL_FORMS"] = "1"
    admin.post(admin_client, address, data)
    page = Page.objects.get(slug="animer")
    assert live(page).title == "Animer une réunion"


def test_edit_and_publish(admin_client, guide):
    before = live(guide)
    admin.edit(admin_client, guide, title="Évaluer ensemble")
    assert live(guide).title == "Évaluer ensemble"
    assert live(guide).version > before.version


def test_a_draft_on_a_live_page_changes_nothing(admin_client, guide):
    before = live(guide)
    admin.edit(admin_client, guide, action=None, title="Brouillon secret")
    assert live(guide).version == before.version
    assert "Brouillon secret" not in live(guide).json


def test_workflow_approval_publishes(admin_client, admin_user, section):
    page = GuidePageFactory(parent=section, title="À relire", slug="a-relire", live=False)
    page.save_revision(user=admin_user)
    Workflow.objects.get().start(page, admin_user)
    touches.flush()
    assert live(page) is None
    task = page.current_workflow_state.current_task_state
    admin.page_action(admin_client, "workflow_action", page, "approve", task.pk, comment="")
    assert live(page).title == "À relire"


def test_bulk_publish_and_unpublish(admin_client, section):
    drafts = [
        GuidePageFactory(parent=section, title=name, slug=name, live=False) for name in ("a", "b")
    ]
    for page in drafts:
        page.save_revision()
    admin.bulk(admin_client, "publish", *drafts)
    assert all(live(page) for page in drafts)
    admin.bulk(admin_client, "unpublish", *drafts)
    assert {tombstone(page).gone_reason for page in drafts} == {Gone.UNPUBLISHED}


def test_unpublish_leaves_a_tombstone_without_content_and_children_stay(admin_client, guide):
    admin.page_action(admin_client, "unpublish", guide)
    tomb = tombstone(guide)
    assert (tomb.gone_reason, tomb.title, tomb.json, tomb.document) == ("unpublished", "", "", {})

    section = guide.get_parent()
    admin.edit(admin_client, guide)
    admin.page_action(admin_client, "unpublish", section)
    assert live(guide), "Wagtail still serves the children of an unpublished page"


def test_publishing_again_revives_the_same_record(admin_client, guide):
    before = live(guide)
    admin.page_action(admin_client, "unpublish", guide)
    buried = tombstone(guide)
    admin.edit(admin_client, guide)
    after = live(guide)
    assert after.uid == before.uid
    assert before.version < buried.version < after.version
    assert after.title == before.title


def test_a_new_slug_changes_the_addresses_of_children(admin_client, section, guide):
    assert live(guide).url == "/guides/evaluer/"
    admin.edit(admin_client, section, slug="methodes")
    assert live(guide).url == "/methodes/evaluer/"


def test_a_move_changes_the_address_of_the_whole_branch(admin_client, home, section, guide):
    other = SectionPageFactory(parent=home, title="Archives", slug="archives")
    admin.page_action(admin_client, "move_confirm", section, other.pk)
    assert live(guide).url == "/archives/guides/evaluer/"


def test_a_page_that_links_to_a_moved_page_is_projected_again(admin_client, home, section, guide):
    linking = GuidePageFactory(
        parent=section,
        slug="lien",
        chapters=[("Liens", f'<p><a linktype="page" id="{guide.pk}">voir</a></p>')],
    )
    touches.flush()
    assert 'href=\\"\x01/guides/evaluer/\\"' in live(linking).json
    admin.edit(admin_client, guide, slug="evaluer-mieux")
    assert 'href=\\"\x01/guides/evaluer-mieux/\\"' in live(linking).json


def test_delete(admin_client, guide):
    admin.page_action(admin_client, "delete", guide)
    assert tombstone(guide).gone_reason == Gone.DELETED


def test_deleting_a_section_buries_every_page_in_it(admin_client, section, guide):
    admin.page_action(admin_client, "delete", section)
    assert tombstone(guide).gone_reason == Gone.DELETED


def test_going_live_later_waits_for_its_time(admin_client, section):
    page = GuidePageFactory(parent=section, slug="plus-tard", live=False)
    page.save_revision()
    tomorrow = timezone.now() + dt.timedelta(days=1)
    admin.edit(
        admin_client, page, go_live_at=timezone.localtime(tomorrow).strftime("%Y-%m-%d 12:00")
    )
    assert live(page) is None

    # A day passes.
    yesterday = timezone.now() - dt.timedelta(days=1)
    page.refresh_from_db()
    revision = page.latest_revision
    revision.approved_go_live_at = yesterday
    revision.content["go_live_at"] = yesterday.isoformat()
    revision.save()
    call_command("publish_scheduled")
    sweep()
    assert live(page)


def test_expiry_leaves_a_tombstone(guide):
    Page.objects.filter(pk=guide.pk).update(expire_at=timezone.now() - dt.timedelta(minutes=1))
    call_command("publish_scheduled")
    sweep()
    assert tombstone(guide).gone_reason == Gone.EXPIRED


def test_an_alias_in_the_same_language_is_a_record_of_its_own(admin_client, section, guide):
    admin.page_action(
        admin_client, "copy", guide,
        new_title="Évaluer une action", new_slug="evaluer-bis", new_parent_page=section.pk,
        copy_subpages="", alias="on", publish_copies="on",
    )  # fmt: skip
    alias = Page.objects.get(slug="evaluer-bis")
    assert alias.alias_of_id == guide.pk
    assert live(alias).uid != live(guide).uid
    admin.edit(admin_client, guide, title="Évaluer autrement")
    assert live(alias).title == "Évaluer autrement", "an alias follows its source"


def test_an_alias_in_another_language_is_never_public(client, home, guide):
    english = Locale.objects.create(language_code="en")
    home.copy_for_translation(english, alias=True)
    guide.get_parent().copy_for_translation(english, alias=True)
    alias = guide.copy_for_translation(english, alias=True)
    touches.flush()
    assert alias.live
    assert live(alias) is None
    assert client.get("/en/guides/evaluer/").status_code == 404
    assert client.get("/guides/evaluer/").status_code == 200


def test_a_translation_asked_for_in_the_admin_stays_a_draft(admin_client, home, guide):
    english = Locale.objects.create(language_code="en")
    address = reverse("wagtail_localize:submit_page_translation", args=[guide.pk])
    admin.post(admin_client, address, {"locales": [english.pk]})
    translation = guide.get_translation(english)
    assert not translation.live
    assert live(translation) is None
    assert Record.objects.filter(locale="en", gone_at__isnull=True).count() == 0


def test_privacy_hides_a_whole_section_and_gives_it_back(admin_client, section, guide):
    inner = SectionPageFactory(parent=section, slug="fond")
    deep = GuidePageFactory(parent=inner, slug="profond")
    touches.flush()
    admin.page_action(admin_client, "set_privacy", section, restriction_type="login")
    assert {tombstone(page).gone_reason for page in (guide, deep)} == {Gone.PRIVATE}
    admin.page_action(admin_client, "set_privacy", section, restriction_type="none")
    assert live(guide)
    assert live(deep)


def test_restrictions_deleted_in_bulk_are_noticed_too(section, guide):
    PageViewRestriction.objects.create(page=section, restriction_type="login")
    sweep()
    assert live(guide) is None
    PageViewRestriction.objects.all().delete()
    sweep()
    assert live(guide)


def test_a_bulk_update_without_signals_is_noticed(guide):
    Page.objects.filter(pk=guide.pk).update(live=False)
    sweep()
    assert tombstone(guide).gone_reason == Gone.UNPUBLISHED


def test_a_descriptor_that_changes_its_name_changes_its_records(section):
    concept = ConceptFactory(label="contrat local de santé", alternatives=["CLS"])
    page = GuidePageFactory(parent=section, slug="cls", concepts=[concept])
    touches.flush()
    assert live(page).document["labels"] == ["contrat local de santé"]
    label = concept.labels.get(kind="preferred")
    label.label = "contrat local de santé renforcé"
    label.save()
    sweep()
    assert live(page).document["labels"] == ["contrat local de santé renforcé"]


def test_the_text_of_a_replaced_file_is_projected(section):
    document = DocumentFactory(texts=["rien de particulier"])
    page = GuidePageFactory(parent=section, slug="fichier", documents=[document])
    touches.flush()
    assert live(page).document["files"][0]["pages"][0]["text"] == "rien de particulier"
    document.file = ContentFile(pdf_bytes(["un mot nouveau : coloquinte"]), name="b.pdf")
    document.save()
    sweep()
    assert "coloquinte" in live(page).document["files"][0]["pages"][0]["text"]


def test_a_file_moved_in_bulk_into_a_private_collection_vanishes(admin_client, client, section):
    document = DocumentFactory(texts=["confidentiel"])
    page = GuidePageFactory(parent=section, slug="fichier", documents=[document])
    touches.flush()
    assert client.get(document.url).status_code == 200
    private = Collection.get_first_root_node().add_child(name="Interne")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    admin.bulk(
        admin_client, "add_to_collection", document,
        model="cms_core.customdocument", collection=private.pk,
    )  # fmt: skip
    assert live(page).document["files"] == []
    assert "confidentiel" not in live(page).json
    assert client.get(document.url).status_code != 200

    CollectionViewRestriction.objects.all().delete()
    sweep()
    assert live(page).document["files"]
    assert client.get(document.url).status_code == 200


@pytest.mark.parametrize("action", ["private", "section private", "unpublish", "delete"])
def test_the_address_of_a_file_refuses_with_its_page(admin_client, client, section, action):
    document = DocumentFactory(texts=["annexe"])
    page = GuidePageFactory(parent=section, slug="fichier", documents=[document])
    touches.flush()
    assert client.get(document.url).status_code == 200
    match action:
        case "private":
            admin.page_action(admin_client, "set_privacy", page, restriction_type="login")
        case "section private":
            admin.page_action(admin_client, "set_privacy", section, restriction_type="login")
        case "unpublish":
            admin.page_action(admin_client, "unpublish", page)
        case "delete":
            admin.page_action(admin_client, "delete", page)
    assert client.get(document.url).status_code == 404
    assert admin_client.get(document.url).status_code == 200, "its editors still read it"


def test_saving_the_same_again_is_no_change(admin_client, guide):
    before = live(guide)
    guide.save()
    sweep()
    assert live(guide).version == before.version
