"""Who may do what, in every state: written down a second time, apart from the code's own table."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission

from cms.submissions import links, outbox, states
from cms.submissions.models import Remit, State, Submission
from knowledge.projects.models import ProjectPage
from tests.factories import SectionPageFactory, UserFactory
from tests.project_factories import ProjectPageFactory
from tests.submission_factories import commune, editor, make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]

AUTHOR = {
    State.UNCONFIRMED: {"send", "confirm", "withdraw"},
    State.RECEIVED: {"withdraw"},
    State.CLAIMED: {"withdraw"},
    State.NEEDS_INFORMATION: {"withdraw", "answer"},
    State.ACCEPTED: {"proof_answer"},
}
ANY_EDITOR = {
    State.RECEIVED: {"claim", "spam"},
    State.CLAIMED: {"take_over", "spam"},
    State.NEEDS_INFORMATION: {"take_over", "spam"},
    State.ACCEPTED: {"archive", "proof"},
    State.REFUSED: {"archive"},
    State.WITHDRAWN: {"archive"},
    State.SPAM: {"archive", "not_spam"},
}
HOLDER = {
    State.CLAIMED: {"release", "correct", "ask", "refuse", "accept", "merge"},
    State.NEEDS_INFORMATION: {"refuse", "merge"},
}
HOUSE = {State.UNCONFIRMED: {"suspect"}}


def allowed(role: str, state: str) -> set[str]:
    if role in ("stranger", "deactivated"):
        return set()
    if role == "without account":
        return AUTHOR.get(state, set()) | HOUSE.get(state, set())
    return ANY_EDITOR.get(state, set()) | (HOLDER.get(state, set()) if role == "holder" else set())


ROLES = ("without account", "stranger", "deactivated", "editor", "holder", "administrator")


def somebody(role: str):
    match role:
        case "without account":
            return None
        case "stranger":
            return UserFactory(is_superuser=False)
        case "administrator":
            return UserFactory()
        case "deactivated":
            return editor(is_active=False)
    return editor()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", [one.value for one in State])
def test_each_role_does_in_each_state_what_it_may_and_nothing_else(state, role):
    user = somebody(role)
    holder = user if role == "holder" else editor()
    found = make(state, claimed_by=holder)
    done = set()
    for name in states.ACTIONS:
        with transaction.atomic():
            try:
                states.perform(found.pk, name, user=user)
                done.add(name)
            except states.Refused:
                pass
            transaction.set_rollback(True)
    assert done == allowed(role, state)
    assert Submission.objects.get(pk=found.pk).state == state


@pytest.mark.parametrize("state", [one.value for one in State])
def test_the_desk_does_nothing_for_who_may_not_open_it(client, rosnay, state):
    outside = editor()
    Remit.objects.create(user=outside).territories.add(commune("Le Blanc", "36018"))
    found = make(state, territory=rosnay, claimed_by=outside)
    people = [None, UserFactory(is_superuser=False), editor(is_active=False), outside]
    addresses = [
        reverse("submissions_detail", args=[found.pk]),
        reverse("submissions_duplicate", args=[found.pk, 1]),
    ]
    for user in people:
        window = Client()
        if user is not None:
            window.force_login(user)
        for name in [*states.ACTIONS, "resend", "nonsense"]:
            for address in addresses:
                answer = window.post(address, {"do": name, "text": "Non"})
                assert answer.status_code in (302, 403, 404), (name, answer.status_code)
                assert answer.headers.get("Location", "/login/").count("/login/") or user
        assert Submission.objects.get(pk=found.pk).state == state
    assert not found.steps.exists()
    assert Client().post(f"{links.path(found)[:-3]}zz/", {"do": "withdraw"}).status_code == 404


def test_a_remit_of_sections_limits_what_is_seen_and_where_drafts_go(client, rosnay, noa, shelf):
    other = SectionPageFactory(title="Autres", slug="autres")
    here = ProjectPageFactory(parent=shelf)
    there = ProjectPageFactory(parent=other)
    Remit.objects.create(user=noa).sections.add(shelf)
    shown = make(title="Projet", claimed_by=noa, state=State.CLAIMED, territory=rosnay)
    hidden = [
        make(title="Manifestation", kind="event"),
        make(title="Là-bas", kind="correction", target_id=there.pk),
    ]
    make(title="Ici même", kind="correction", target_id=here.pk)
    make(title="Un appui", kind="support")
    desk = client.get(reverse("submissions_desk")).content.decode()
    for title in ("Projet", "Ici même", "Un appui"):
        assert title in desk
    for one in hidden:
        assert one.title not in desk
        address = reverse("submissions_detail", args=[one.pk])
        assert client.get(address).status_code == 404
    address = reverse("submissions_detail", args=[shown.pk])
    assert [one.pk for one in client.get(address).context["sections"]] == [shelf.pk]
    client.post(address, {"do": "accept", "parent": other.pk})
    shown.refresh_from_db()
    assert shown.state == State.CLAIMED
    client.post(address, {"do": "accept", "parent": shelf.pk})
    shown.refresh_from_db()
    assert ProjectPage.objects.get(pk=shown.page_id).get_parent().pk == shelf.pk


def test_each_editor_is_told_of_her_own_remit_and_of_nothing_else(mailoutbox, rosnay):
    everything, local, idle = (editor(email=f"{n}@example.org") for n in ("tout", "ici", "rien"))
    Remit.objects.create(user=local).territories.add(rosnay)
    Remit.objects.create(user=idle, kinds=["event"])
    gone = editor(is_active=False, email="parti@example.org")
    there = commune("Le Blanc", "36018")
    make(territory=rosnay)
    make(territory=there)
    make(State.CLAIMED, territory=there, claimed_by=gone)
    outbox.queue_digests()
    outbox.send_waiting()
    told = {message.to[0]: message for message in mailoutbox}
    assert set(told) == {everything.email, local.email}
    assert "3 " in told[everything.email].subject
    assert "1 " in told[local.email].subject


def test_what_somebody_who_left_holds_waits_for_everybody(client, noa):
    gone = editor(is_active=False)
    make(State.CLAIMED, claimed_by=gone, title="Orpheline")
    make(State.CLAIMED, claimed_by=editor(), title="Suivie")
    page = client.get(f"{reverse('submissions_desk')}?whose=nobody").content.decode()
    assert "Orpheline" in page
    assert "Suivie" not in page
    window = Client()
    window.force_login(gone)
    assert window.get(reverse("submissions_desk")).status_code in (302, 403)


def test_nobody_puts_a_draft_where_she_may_not_write(client, rosnay, noa, shelf):
    found = make(State.CLAIMED, claimed_by=noa, territory=rosnay)
    GroupPagePermission.objects.all().delete()
    address = reverse("submissions_detail", args=[found.pk])
    assert client.get(address).context["sections"] == []
    client.post(address, {"do": "accept", "parent": shelf.pk})
    found.refresh_from_db()
    assert found.state == State.CLAIMED
    assert not ProjectPage.objects.exists()


def test_an_administrator_gives_a_remit_in_the_admin(client, rosnay, shelf):
    client.force_login(UserFactory())
    noa = editor()
    address = reverse("wagtailsnippets_cms_submissions_remit:add")
    assert client.get(address).status_code == 200
    row = {"where-0-type": "one", "where-0-order": 0, "where-0-deleted": "", "where-0-id": ""}
    data = {
        "user": noa.pk, "kinds": ["project"], "sections": [shelf.pk], "where-count": 1, **row,
        "where-0-value": rosnay.pk,
    }  # fmt: skip
    assert client.post(address, data).status_code == 302
    remit = Remit.objects.get()
    assert (remit.user, remit.kinds) == (noa, ["project"])
    assert [one.pk for one in remit.territories.all()] == [rosnay.pk]
    assert [one.pk for one in remit.sections.all()] == [shelf.pk]
    address = reverse("wagtailsnippets_cms_submissions_remit:edit", args=[remit.pk])
    assert "Rosnay" in client.get(address).content.decode()
    assert client.post(address, {**data, "where-0-value": ""}).status_code == 302
    assert not remit.territories.exists()
