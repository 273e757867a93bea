"""Nobody is published without a consent, and a consent that is withdrawn is withdrawn at once."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.models import Page, PageLogEntry, Revision

from cms.catalogue import touches
from cms.catalogue.models import Gone, Record
from knowledge.directory.models import PersonPage
from search import sync
from search.query import SearchQuery
from search.service import search
from tests import admin
from tests.directory_factories import (
    AGREED,
    OrganisationPageFactory,
    PersonPageFactory,
    agreement,
    name_contact,
)
from tests.factories import GuidePageFactory, UserFactory

pytestmark = pytest.mark.django_db

MAIL, MOBILE = "camille@example.org", "0639980001"


@pytest.fixture
def editor(client):
    client.force_login(UserFactory())
    return client


@pytest.fixture
def person():
    page = PersonPageFactory(
        first_name="Camille", last_name="Exemple", **agreement(email=MAIL, mobile=MOBILE)
    )
    page.save_revision().publish()
    return PersonPage.objects.get(pk=page.pk)


def everywhere(client, *pages) -> str:
    """All that a visitor reads of these pages: records, documents of the search, API, HTML."""
    said = ""
    for record in Record.objects.filter(page_id__in=[page.pk for page in pages]):
        said += record.json + json.dumps(record.document)
        if record.gone_at is None:
            said += client.get(record.url).content.decode()
        said += client.get(f"/api/v1/records/{record.uid}").content.decode()
    for words in (MAIL, MOBILE, "Camille"):
        said += repr(search(SearchQuery(q=words)).hits)
        assert client.get("/recherche/", {"q": words}).status_code == 200
    said += client.get("/api/v1/records", {"limit": 100}).content.decode()
    return said.replace("\u00a0", "").replace(" ", "").replace("+33", "0")


def untick(client, page, *names, action=None, **more):
    """Take consents away in the edit form."""
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = admin.form(client, address)
    for name in names:
        del data[f"{name}_consent"]
        data[f"{name}_consent_date"] = data[f"{name}_consent_source"] = ""
    for name, value in more.items():
        data[name] = value
    if action:
        data[f"action-{action}"] = "1"
    return admin.post(client, address, data)


def test_both_are_read_where_both_are_agreed_to(person, client):
    guide = GuidePageFactory()
    name_contact(guide, person)
    touches.flush()
    sync.follow_postgres()
    said = everywhere(client, person, guide)
    assert MAIL in said
    assert MOBILE in said


def test_a_withdrawal_saved_as_a_draft_takes_effect_at_once(person, editor, client):
    guide = GuidePageFactory()
    name_contact(guide, person)
    touches.flush()
    sync.follow_postgres()
    before = person.revisions.count()
    untick(editor, person, "mobile")
    editor.logout()
    said = everywhere(client, person, guide)
    assert MOBILE not in said
    assert MAIL in said
    person.refresh_from_db()
    assert person.live
    assert person.has_unpublished_changes
    assert person.revisions.count() == before + 1
    assert person.revisions.order_by("pk").first().content["mobile_consent"] is True


def test_without_the_last_consent_the_page_vanishes_at_once(person, editor, client):
    guide = GuidePageFactory()
    name_contact(guide, person)
    touches.flush()
    url = Record.objects.get(page_id=person.pk).url
    untick(editor, person, "mobile", "email")
    editor.logout()
    assert client.get(url).status_code == 404
    record = Record.objects.get(page_id=person.pk)
    assert record.gone_reason == Gone.UNPUBLISHED
    said = everywhere(client, person, guide)
    assert MAIL not in said
    assert "CamilleExemple" not in said


def test_a_draft_that_changes_nothing_of_it_keeps_the_page(person, editor):
    admin.edit(editor, person, None, summary="Autre chose.")
    person.refresh_from_db()
    assert person.live
    assert person.granted("email")


def test_publishing_without_any_consent_is_refused_with_the_names_of_the_fields(editor, person):
    address = reverse("wagtailadmin_pages:edit", args=[person.pk])
    data = admin.form(editor, address)
    for name in ("email", "mobile"):
        del data[f"{name}_consent"]
    data["action-publish"] = "1"
    response = editor.post(address, data)
    assert response.status_code == 200
    errors = response.context["form"].errors
    assert {"email_consent", "mobile_consent", "__all__"} <= set(errors)


def test_no_way_of_saving_makes_a_page_without_consent_live(person):
    draft = PersonPageFactory(first_name="Lou", last_name="Modèle", mobile=MOBILE, live=False)
    draft.live = True
    draft.save()
    assert not PersonPage.objects.get(pk=draft.pk).live
    draft.save_revision().publish()
    assert not PersonPage.objects.get(pk=draft.pk).live
    draft.save(update_fields=["title"])
    assert not PersonPage.objects.get(pk=draft.pk).live


def test_a_workflow_cannot_publish_it_either(editor):
    draft = PersonPageFactory(first_name="Lou", last_name="Modèle", mobile=MOBILE, live=False)
    draft.save_revision()
    workflow = draft.get_workflow()
    if workflow is None:
        pytest.skip("no workflow on this shelf")
    user = UserFactory()
    state = workflow.start(draft, user)
    while state.current_task_state and state.status == "in_progress":
        state.current_task_state.approve(user=user)
        state.refresh_from_db()
    assert not PersonPage.objects.get(pk=draft.pk).live


def scheduled(person, **changes) -> Revision:
    """A version that goes live tomorrow."""
    version = PersonPage.objects.get(pk=person.pk).get_latest_revision_as_object()
    version.go_live_at = timezone.now() + dt.timedelta(days=1)
    for name, value in changes.items():
        setattr(version, name, value)
    made = version.save_revision()
    made.publish()
    return made


def when_tomorrow_comes(made: Revision) -> None:
    """What `publish_scheduled` does."""
    past = timezone.now() - dt.timedelta(minutes=1)
    content = {**Revision.objects.get(pk=made.pk).content, "go_live_at": past.isoformat()}
    Revision.objects.filter(pk=made.pk).update(approved_go_live_at=past, content=content)
    call_command("publish_scheduled", verbosity=0)
    touches.flush()


def test_the_scheduler_does_not_bring_back_what_was_withdrawn_since(person):
    made = scheduled(person, summary="Demain.")
    draft = PersonPage.objects.get(pk=person.pk).get_latest_revision_as_object()
    draft.mobile_consent = False
    draft.save_revision()
    when_tomorrow_comes(made)
    page = PersonPage.objects.get(pk=person.pk)
    assert page.summary == "Demain."
    assert page.live
    assert page.granted("email")
    assert not page.granted("mobile")


def test_the_scheduler_does_not_bring_back_somebody_who_withdrew_everything(person):
    made = scheduled(person)
    draft = PersonPage.objects.get(pk=person.pk).get_latest_revision_as_object()
    draft.mobile_consent = draft.email_consent = False
    draft.save_revision()
    when_tomorrow_comes(made)
    assert not PersonPage.objects.get(pk=person.pk).live


def test_restoring_an_old_version_does_not_restore_a_consent(person, editor):
    old = person.get_latest_revision()
    untick(editor, person, "mobile", action="publish")
    shown = old.as_object()
    assert shown.granted("email")
    assert not shown.granted("mobile")
    old.publish()
    assert not PersonPage.objects.get(pk=person.pk).granted("mobile")


def test_a_consent_given_again_counts_again(person, editor):
    untick(editor, person, "mobile")
    admin.edit(
        editor, person, mobile_consent="on", mobile_consent_date="2025-05-05",
        mobile_consent_source="Nouveau courriel",
    )  # fmt: skip
    assert PersonPage.objects.get(pk=person.pk).granted("mobile")


def test_translations_and_aliases_lose_it_too(person):
    english = person.copy_for_translation(_english(person), copy_parents=True)
    english.mobile_consent, english.live = True, True
    english.save()
    alias = person.create_alias(update_slug="alias")
    assert alias.granted("mobile")
    draft = PersonPage.objects.get(pk=person.pk).get_latest_revision_as_object()
    draft.mobile_consent = False
    draft.save_revision()
    for page in (english, alias):
        assert not PersonPage.objects.get(pk=page.pk).granted("mobile")


def _english(person):
    from tests.factories import locale

    return locale("en")


def test_a_consent_without_date_or_source_is_refused_at_the_field(editor, person):
    address = reverse("wagtailadmin_pages:edit", args=[person.pk])
    data = admin.form(editor, address)
    data["email_consent_date"], data["mobile_consent_source"] = "", " "
    for action in ("", "publish"):
        response = editor.post(address, data | ({f"action-{action}": "1"} if action else {}))
        assert set(response.context["form"].errors) >= {
            "email_consent_date", "mobile_consent_source",
        }  # fmt: skip
    assert person.granted("mobile")


def test_the_admin_does_not_search_by_mail_or_number(editor):
    PersonPageFactory(
        first_name="Camille", last_name="Exemple", **agreement(email="zorglub@nulle-part.example"),
        mobile=MOBILE,
    )  # fmt: skip
    for words in ("zorglub@nulle-part.example", "zorglub", "nulle-part", MOBILE, "06399"):
        found = editor.get(reverse("wagtailadmin_pages:search"), {"q": words})
        assert "Camille Exemple" not in found.content.decode()


def purge(*arguments) -> str:
    out = StringIO()
    call_command("purge_personal_data", *arguments, stdout=out)
    return out.getvalue()


def test_old_versions_are_purged_of_what_is_no_longer_agreed_to(person):
    made = scheduled(person)
    draft = PersonPage.objects.get(pk=person.pk).get_latest_revision_as_object()
    draft.mobile_consent = False
    draft.save_revision()
    PageLogEntry.objects.create(
        page_id=person.pk, action="wagtail.edit", timestamp=timezone.now(), label="Camille Exemple",
        content_type=person.content_type, data={"note": f"tél. {MOBILE}"},
    )  # fmt: skip
    old = [v for v in person.revisions.all() if v.content["mobile"] == MOBILE]
    assert len(old) >= 3
    assert "mobile" in purge("--dry-run")
    assert Revision.objects.get(pk=made.pk).content["mobile"] == MOBILE
    said = purge("--person", person.slug)
    assert "Camille Exemple" in said
    person.refresh_from_db()
    for version in person.revisions.exclude(pk=person.latest_revision_id):
        assert MOBILE not in json.dumps(version.content)
        assert version.content["email"] == MAIL
    assert MOBILE not in json.dumps(list(PageLogEntry.objects.values_list("data", flat=True)))
    # Stored for the centre's own use, in the latest version alone.
    assert person.get_latest_revision().content["mobile"] == MOBILE
    assert "mobile" not in purge()


def test_nobody_of_that_name_is_an_error(person):
    with pytest.raises(CommandError):
        purge("--person", "personne")


def test_the_versions_go_with_the_page(person):
    number = str(person.pk)
    Page.objects.get(pk=person.pk).specific.delete()
    assert not Revision.objects.filter(object_id=number).exists()
    assert not PageLogEntry.objects.filter(data__icontains=MAIL).exists()


def test_an_organisation_keeps_its_page_and_loses_the_number(editor, client):
    page = OrganisationPageFactory(title="Centre", **agreement(phone="0100000001"))
    page.save_revision().publish()
    untick(editor, page, "phone")
    record = Record.objects.get(page_id=page.pk)
    assert record.gone_at is None
    assert "0100000001" not in record.json


def withdraw(page, *names):
    """What somebody else does meanwhile: untick these points in a draft."""
    draft = type(page).objects.get(pk=page.pk).get_latest_revision_as_object()
    for name in names:
        setattr(draft, f"{name}_consent", False)
    return draft.save_revision()


def test_a_version_read_before_does_not_bring_a_withdrawn_consent_back(person):
    stale = PersonPage.objects.get(pk=person.pk)
    withdraw(person, "email", "mobile")
    stale.save_revision().publish()
    again = PersonPage.objects.get(pk=person.pk)
    assert not again.live
    assert again.published_points() == {}


def test_a_version_read_before_may_carry_a_new_consent(person):
    stale = PersonPage.objects.get(pk=person.pk)
    withdraw(person, "email", "mobile")
    stale.mobile_consent_source = "Formulaire signé"
    stale.save_revision().publish()
    assert PersonPage.objects.get(pk=person.pk).published_points() == {"mobile": MOBILE}


def test_a_form_opened_before_says_at_the_field_that_the_consent_was_withdrawn(person, editor):
    address = reverse("wagtailadmin_pages:edit", args=[person.pk])
    opened = admin.form(editor, address)
    withdraw(person, "mobile")
    response = editor.post(address, opened)
    assert "mobile_consent" in response.context["form"].errors
    assert not PersonPage.objects.get(pk=person.pk).granted("mobile")
    admin.post(editor, address, opened | {"mobile_consent_date": "2025-05-05"})
    version = PersonPage.objects.get(pk=person.pk).get_latest_revision_as_object()
    assert version.granted("mobile")


def test_a_copy_has_none_of_the_consents(person):
    copy = PersonPage.objects.get(pk=person.copy(update_attrs={"slug": "copie"}).pk)
    assert copy.email == MAIL
    assert copy.published_points() == {}
    assert not copy.live
    assert copy.live_revision_id is None
    assert copy.get_latest_revision_as_object().published_points() == {}
    structure = OrganisationPageFactory(**agreement(phone="0100000000"))
    copy = structure.copy(update_attrs={"slug": "copie-de-structure"})
    assert copy.live
    assert type(structure).objects.get(pk=copy.pk).published_points() == {}


def test_a_translation_keeps_the_consents(person):
    draft = PersonPage.objects.get(pk=person.pk).get_latest_revision_as_object()
    draft.email = "nouvelle@example.org"  # agreed to as well, not published yet
    draft.save_revision()
    person = PersonPage.objects.get(pk=person.pk)
    english = person.copy_for_translation(_english(person), copy_parents=True)
    for page in (english, PersonPage.objects.get(pk=person.pk)):
        assert page.published_points() == {"email": MAIL, "mobile": MOBILE}
    assert person.last_word()["mobile_consent"]


def test_the_purge_reaches_translations_and_the_pages_themselves(person):
    english = person.copy_for_translation(_english(person), copy_parents=True).specific
    english.save_revision().publish()
    draft = PersonPage.objects.get(pk=person.pk).get_latest_revision_as_object()
    for name, blank in (("mobile", ""), ("mobile_consent", False), ("mobile_consent_source", "")):
        setattr(draft, name, blank)
    draft.mobile_consent_date = None
    draft.save_revision()
    purge("--person", person.slug)
    for page in PersonPage.objects.filter(translation_key=person.translation_key):
        assert page.mobile == ""
        assert page.email == MAIL
        for version in page.revisions.all():
            assert MOBILE not in json.dumps(version.content)
    assert "mobile" not in purge()


def proofs(person) -> list[tuple[str, str, str, str]]:
    entries = PageLogEntry.objects.filter(
        page=person.pk, action__startswith="relais.consent"
    ).order_by("pk")
    return [
        (one.action, one.data["field"], one.data["agreed_on"], one.data["source"])
        for one in entries
    ]


def test_the_proof_of_a_consent_outlives_the_purge_and_the_page(editor, person):
    admin.edit(editor, person)
    withdraw = {"mobile_consent": "", "mobile_consent_date": "", "mobile_consent_source": ""}
    admin.edit(editor, person, None, **withdraw, mobile="")
    withdrawal = ("relais.consent_withdrawn", "mobile", str(AGREED), "Courriel du 1er mars")
    assert proofs(person)[-1] == withdrawal
    entry = PageLogEntry.objects.filter(action="relais.consent_withdrawn").get()
    assert entry.user.is_superuser
    before = proofs(person)
    purge("--person", person.slug)
    assert proofs(person) == before
    assert MOBILE not in json.dumps(list(PageLogEntry.objects.values_list("data", flat=True)))
    for version in person.revisions.all():
        assert version.content["mobile"] == ""
    old = person.revisions.order_by("pk").first().content
    assert (old["mobile_consent_date"], old["mobile_consent_source"]) == withdrawal[2:]
    history = reverse("wagtailadmin_pages:history", args=[person.pk])
    html = editor.get(history).content.decode()
    assert "Courriel du 1er mars" in html
    assert html.count(gettext("Consent withdrawn")) >= 1
    PersonPage.objects.get(pk=person.pk).delete()
    assert proofs(person) == before


def test_a_consent_is_logged_when_it_changes_and_only_then(person):
    page = PersonPage.objects.get(pk=person.pk)
    page.save_revision()
    given = [("relais.consent", name, str(AGREED), "Courriel du 1er mars")
             for name in ("email", "mobile")]  # fmt: skip
    assert sorted(proofs(person)) == given
    page.get_latest_revision_as_object().save_revision()
    assert len(proofs(person)) == 2
    page = page.get_latest_revision_as_object()
    page.email_consent_source = f"Sa signature, {MAIL}"
    page.save_revision()
    assert proofs(person)[-1][3] == "Sa signature, …", "the value itself is no proof"
