"""Something that is known here already completes the page that exists."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cms.catalogue import touches
from cms.submissions import duplicates, links, outbox, uploads
from cms.submissions.models import State
from knowledge.projects.models import ProjectPage
from tests.factories import GuidePageFactory, pdf_bytes
from tests.project_factories import ProjectPageFactory
from tests.submission_factories import do, editor, make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]


@pytest.fixture
def known(shelf):
    page = ProjectPageFactory(
        parent=shelf, title="Les jardins partagés de Rosnay", summary="", status="completed",
        start_date="2020", organisations=[],
    )  # fmt: skip
    touches.flush()
    return ProjectPage.objects.get(pk=page.pk)


@pytest.fixture
def found(noa, rosnay):
    return make(State.CLAIMED, claimed_by=noa, territory=rosnay)


def address(found, page) -> str:
    return reverse("submissions_duplicate", args=[found.pk, page.pk])


def merge(client, found, page, *names, **data):
    response = client.post(address(found, page), {"take": names, **data})
    found.refresh_from_db()
    return response


def test_what_is_proposed_stands_beside_what_the_page_says(client, found, known):
    uploads.add(found, [SimpleUploadedFile("Bilan.pdf", pdf_bytes(["Un bilan"]))])
    shown = client.get(address(found, known))
    by_name = {one.name: one for one in shown.context["choices"]}
    assert by_name["summary"].ticked
    assert by_name["start_date"].kept == "2020"
    assert not by_name["start_date"].ticked
    assert by_name["objectives"].adds
    assert "Association des jardins" in by_name["organisations"].proposed
    assert by_name["files"].proposed == "Bilan.pdf"
    assert not {"slug", "status", "locale", "owner"} & set(by_name)


def test_the_chosen_fields_become_a_draft_revision_and_the_author_is_told_once_each(
    client, found, known, mailoutbox
):
    uploads.add(found, [SimpleUploadedFile("Bilan.pdf", pdf_bytes(["Un bilan"]))])
    names = ("summary", "objectives", "organisations", "files")
    assert merge(client, found, known, *names, text="Merci beaucoup.").status_code == 302
    assert (found.state, found.page_id) == (State.ARCHIVED, known.pk)
    known.refresh_from_db()
    assert known.summary == ""
    assert known.has_unpublished_changes
    draft = known.get_latest_revision_as_object()
    assert draft.summary == "Des jardins pour se retrouver."
    assert draft.start_date == "2020"
    assert str(known.objectives) in str(draft.objectives)
    assert "Rompre l’isolement." in str(draft.objectives)
    assert [row.name for row in draft.organisations.all()][-3:] == [
        "Association des jardins", "Mairie", "CPAM",
    ]  # fmt: skip
    assert [row.document.title for row in draft.downloads.all()] == ["Bilan"]
    detail = client.get(reverse("submissions_detail", args=[found.pk]))
    assert (
        "Des jardins pour se retrouver." in client.get(detail.context["compare"]).content.decode()
    )
    outbox.tell_what_is_published()
    outbox.send_waiting()
    assert len(mailoutbox) == 1
    assert known.url in mailoutbox[0].body
    assert "Merci beaucoup." in mailoutbox[0].body
    assert known.url in Client().get(links.path(found)).content.decode()
    known.get_latest_revision().publish()
    touches.flush()
    outbox.tell_what_is_published()
    outbox.send_waiting()
    assert len(mailoutbox) == 2
    assert "Des jardins pour se retrouver." in Client().get(known.url).content.decode()


def test_with_nothing_chosen_the_page_stays_and_the_author_is_told_where_it_is(
    client, found, known, mailoutbox
):
    before = known.latest_revision_id
    merge(client, found, known)
    assert found.state == State.ARCHIVED
    known.refresh_from_db()
    assert known.latest_revision_id == before
    outbox.tell_what_is_published()
    outbox.send_waiting()
    assert len(mailoutbox) == 1
    assert known.url in mailoutbox[0].body


def test_the_same_merge_posted_twice_is_once(client, found, known, mailoutbox):
    for _time in range(2):
        merge(client, found, known, "organisations", "objectives")
    draft = ProjectPage.objects.get(pk=known.pk).get_latest_revision_as_object()
    assert [row.name for row in draft.organisations.all()].count("Mairie") == 1
    assert str(draft.objectives).count("Rompre l’isolement.") == 1
    outbox.send_waiting()
    assert len(mailoutbox) == 1


def test_rows_that_the_page_has_are_not_added_again(client, found, known):
    merge(client, found, known, "organisations", "project_places", "territories")
    again = make(State.CLAIMED, claimed_by=found.claimed_by, territory=found.territory)
    names = {one.name for one in client.get(address(again, known)).context["choices"]}
    assert not {"organisations", "project_places", "territories"} & names


def test_who_may_not_edit_the_page_says_only_that_it_exists(client, found, known):
    other = editor()
    found.claimed_by = other
    found.save()
    other.groups.get().page_permissions.all().delete()
    client.force_login(other)
    assert client.get(address(found, known)).status_code == 200
    merge(client, found, known, "summary")
    assert found.state == State.CLAIMED
    merge(client, found, known)
    assert found.state == State.ARCHIVED


def test_another_page_is_named_by_its_address(client, found, known, shelf):
    other = GuidePageFactory(title="Un guide")
    touches.flush()
    named = reverse("submissions_duplicate_of", args=[found.pk])
    assert client.get(f"{named}?address={known.full_url}").context["choices"]
    assert client.get(f"{named}?address={other.url}").context["choices"] == []
    for wrong in ("", "x", "%00", "/nulle-part/"):
        assert client.get(f"{named}?address={wrong}").status_code == 302
    assert client.get(reverse("submissions_duplicate", args=[found.pk, 99999])).status_code == 404


def test_a_page_leads_to_what_was_proposed(client, found, known, shelf):
    merge(client, found, known, "summary")
    edit = reverse("wagtailadmin_pages:edit", args=[known.pk])
    assert reverse("submissions_detail", args=[found.pk]) in client.get(edit).content.decode()
    make(State.RECEIVED, kind="correction", target_id=known.pk, title="Une correction")
    desk = f"{reverse('submissions_desk')}?page={known.pk}"
    assert desk in client.get(edit).content.decode()
    assert "Une correction" in client.get(desk).content.decode()
    plain = ProjectPageFactory(parent=shelf)
    page = client.get(reverse("wagtailadmin_pages:edit", args=[plain.pk])).content.decode()
    assert "/admin/submissions/?page" not in page


def test_a_draft_that_cannot_be_saved_leaves_everything(client, found, known, monkeypatch):
    from django.core.exceptions import ValidationError

    def refuse(self):
        raise ValidationError("Non.")

    monkeypatch.setattr(ProjectPage, "clean", refuse)
    merge(client, found, known, "summary", "files")
    assert found.state == State.CLAIMED
    assert duplicates.FILES == "files"
    do(client, found, "release")
    assert found.state == State.RECEIVED
