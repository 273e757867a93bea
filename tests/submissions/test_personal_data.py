"""How long it is kept, and how somebody gets it or has it erased."""

import datetime as dt
import json

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision

from cms.submissions import personal
from cms.submissions.models import Author, State, Submission, Upload
from knowledge.directory.models import OrganisationPage, PersonPage
from search.models import SavedSearch
from tests.directory_factories import OrganisationPageFactory, PersonPageFactory, agreement
from tests.factories import UserFactory
from tests.submission_factories import editor, make

pytestmark = pytest.mark.django_db

NOBODY = "personne@example.org"


def aged(state: str, days: int, **fields) -> Submission:
    found = make(state, **fields)
    then = timezone.now() - dt.timedelta(days=days)
    Submission.objects.filter(pk=found.pk).update(changed_at=then)
    return found


@pytest.mark.parametrize("state", list(personal.DAYS))
def test_each_state_has_its_term(state):
    days = personal.DAYS[state]
    kept, gone = aged(state, days - 1), aged(state, days + 1)
    file = Upload.objects.create(
        submission=gone, file=ContentFile(b"Bonjour", name="a.txt"), name="a.txt", size=7,
        checksum="x",
    ).file  # fmt: skip
    assert personal.purge() == 1
    assert personal.purge() == 0
    assert Author.objects.filter(submission=kept).exists()
    assert not Author.objects.filter(submission_id=gone.pk).exists()
    assert not file.storage.exists(file.name)
    assert Submission.objects.filter(pk=gone.pk).exists() == (state == State.ACCEPTED)


def test_what_waits_is_never_purged():
    for state in (State.RECEIVED, State.CLAIMED, State.NEEDS_INFORMATION):
        aged(state, 5_000)
    assert personal.purge() == 0


def test_one_command_says_and_erases_everything_of_somebody(capsys):
    email = "camille@example.org"
    other = make(author={"email": "autre@example.org"})
    make()
    accepted = make(State.ACCEPTED, page_id=12)
    person = PersonPageFactory(first_name="Camille", **agreement(email=email))
    person.save_revision()
    organisation = OrganisationPageFactory(**agreement(email=email))
    organisation.save_revision().publish()
    stranger = PersonPageFactory(**agreement(email=NOBODY))
    SavedSearch.objects.create(parameters="q=sommeil", locale="fr", email=email)
    kept = SavedSearch.objects.create(parameters="q=sommeil", locale="fr", email=NOBODY)
    call_command("personal_data", "export", email.upper())
    said = json.loads(capsys.readouterr().out)
    assert len(said["submissions"]) == 2
    assert {one["type"] for one in said["directory"]} == {"person", "organisation"}
    assert [one["parameters"] for one in said["searches"]] == ["q=sommeil"]
    assert kept.token not in json.dumps(said)
    call_command("personal_data", "erase", email)
    assert SavedSearch.objects.get() == kept
    assert personal.of(email) == []
    assert list(Submission.objects.order_by("pk")) == [other, accepted]
    assert Submission.objects.get(pk=accepted.pk).values == {}
    assert not PersonPage.objects.filter(pk=person.pk).exists()
    assert PersonPage.objects.filter(pk=stranger.pk).exists()
    assert OrganisationPage.objects.get(pk=organisation.pk).email == ""
    for content in Revision.objects.values_list("content", flat=True):
        assert email not in json.dumps(content)
    assert Page.objects.get(pk=organisation.pk).live


def test_the_button_is_for_administrators(client):
    make()
    address = reverse("submissions_personal_data")
    client.force_login(editor())
    assert client.post(address, {"email": "camille@example.org"}).status_code in (302, 403)
    client.force_login(UserFactory())
    page = client.post(address, {"email": "camille@example.org"}).content.decode()
    assert "Jardins partagés" in page
    client.post(address, {"email": "camille@example.org", "do": "erase"})
    assert not Author.objects.exists()
