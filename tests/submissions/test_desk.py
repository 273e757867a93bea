"""What editors do with what is proposed, in the admin."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from wagtail.models import Workflow, WorkflowPage

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.submissions import outbox, states, uploads
from cms.submissions.models import Remit, State, Submission
from knowledge.agenda.models import EventPage
from knowledge.directory.models import OrganisationPage
from knowledge.library.models import PublicationPage
from knowledge.projects.models import ProjectPage
from search.sync import follow_postgres
from tests.factories import UserFactory, png_bytes
from tests.project_factories import ProjectPageFactory
from tests.submission_factories import PROJECT, commune, confirm, do, editor, make, propose
from tests.territory_factories import TerritoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]

DETAIL = "submissions_detail"


def test_propose_ask_answer_accept_publish_is_one_message_for_each_step(
    client, rosnay, noa, shelf, mailoutbox
):
    visitor = Client()
    tracking = propose(visitor, show_name="on")
    confirm(visitor, mailoutbox)
    found = Submission.objects.get()
    assert "Jardins partagés" in client.get(reverse("submissions_desk")).content.decode()
    do(client, found, "claim")
    do(client, found, "ask", text="Combien de personnes ?")
    assert found.state == State.NEEDS_INFORMATION
    outbox.send_waiting()
    asked = mailoutbox[-1]
    assert "Combien de personnes ?" in asked.body
    address = re.findall(r"http://testserver(\S+)", asked.body)[0]
    assert visitor.get(address).status_code == 200
    # The author changes the text and answers in the same thread.
    visitor.post(f"{tracking}etape/2/", {**PROJECT[1], "audience": "Quarante personnes"})
    visitor.post(tracking, {"do": "answer", "text": "Quarante."})
    found.refresh_from_db()
    assert found.state == State.CLAIMED
    assert found.claimed_by == noa
    page = client.get(reverse(DETAIL, args=[found.pk])).content.decode()
    assert "Quarante." in page
    do(client, found, "accept", parent=shelf.pk)
    assert found.state == State.ACCEPTED
    draft = ProjectPage.objects.get(pk=found.page_id)
    assert not draft.live
    assert draft.get_parent().pk == shelf.pk
    assert [row.name for row in draft.authors.all()] == ["Camille Exemple"]
    draft.save_revision().publish()
    outbox.tell_what_is_published()
    outbox.tell_what_is_published()
    outbox.send_waiting()
    assert [one.to for one in mailoutbox] == [["camille@example.org"]] * 5
    assert "http://testserver/projets/" in mailoutbox[-1].body
    subjects = [one.subject for one in mailoutbox]
    assert len(set(subjects)) == 5


def test_propose_refuse_is_one_message_with_the_reason_and_a_link_that_opens(
    client, rosnay, noa, mailoutbox
):
    visitor = Client()
    propose(visitor)
    confirm(visitor, mailoutbox)
    outbox.send_waiting()
    found = Submission.objects.get()
    do(client, found, "claim")
    assert "Hors du champ" in client.get(reverse(DETAIL, args=[found.pk])).content.decode()
    mailoutbox.clear()
    do(client, found, "refuse", text="")
    assert found.state == State.CLAIMED
    do(client, found, "refuse", text="Hors de la région. Voyez l’annuaire.")
    do(client, found, "refuse", text="Encore")
    outbox.send_waiting()
    assert len(mailoutbox) == 1
    assert mailoutbox[0].to == ["camille@example.org"]
    assert "Hors de la région. Voyez l’annuaire." in mailoutbox[0].body
    address = re.findall(r"http://testserver(\S+)", mailoutbox[0].body)[0]
    assert "Hors de la région" in visitor.get(address).content.decode()


def test_a_project_becomes_a_draft_with_all_its_fields_in_the_workflow(client, rosnay, noa, shelf):
    workflow = Workflow.objects.first()
    WorkflowPage.objects.update_or_create(page=shelf, defaults={"workflow": workflow})
    found = make(State.CLAIMED, claimed_by=noa, territory=rosnay)
    do(client, found, "accept", parent=shelf.pk)
    page = ProjectPage.objects.get(pk=found.page_id)
    assert page.title == "Jardins partagés de Rosnay"
    assert (page.status, page.start_date, page.end_date) == ("completed", "2022-03", "2023")
    assert "Rompre l’isolement." in str(page.objectives)
    assert "Un repas." in str(page.actions)
    assert [row.commune for row in page.project_places.all()] == [rosnay]
    assert [row.territory for row in page.territories.all()] == [rosnay]
    assert [(row.name, row.role) for row in page.organisations.all()] == [
        ("Association des jardins", "lead"),
        ("Mairie", "partner"),
        ("CPAM", "partner"),
    ]
    assert page.current_workflow_state is not None
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    assert client.get(reverse(DETAIL, args=[found.pk])).status_code == 200


OTHERS = [
    (
        "event", EventPage,
        {
            "title": "Forum des aidants", "summary": "Une journée.", "description": "Dès 9 h.",
            "start_date": "2027-03-12", "start_time": "09:00", "mode": "onsite",
            "commune": "Rosnay", "place_name": "Salle des fêtes", "organiser": "Le réseau",
            "registration_url": "https://example.org/inscription",
        },
    ),
    (
        "publication", PublicationPage,
        {
            "title": "Agir dans les quartiers", "summary": "Un rapport.", "kind": "report",
            "authors": "Exemple, Camille", "issued": "2024", "isbn": "978-2-07-036822-8",
        },
    ),
    (
        "organisation", OrganisationPage,
        {
            "title": "Les jardins", "summary": "Une association.", "missions": "Accueillir.",
            "organisation_kind": "association", "commune": "Rosnay",
            "website": "https://example.org/",
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "model", "values"), OTHERS, ids=[one[0] for one in OTHERS])
def test_every_other_type_makes_its_own_draft(client, rosnay, noa, shelf, kind, model, values):
    found = make(
        State.CLAIMED, kind=kind, claimed_by=noa, territory=rosnay, values=values,
        author={"show_name": True},
    )  # fmt: skip
    pictures = [SimpleUploadedFile(f"{n}.png", png_bytes(color=n)) for n in ("red", "blue")]
    uploads.add(found, pictures)
    do(client, found, "accept", parent=shelf.pk)
    assert found.state == State.ACCEPTED
    page = model.objects.get(pk=found.page_id)
    # Nothing that was joined is lost, and the author is credited without being taken for the
    # author of the thing.
    assert page.hero_image.title == "red"
    (gallery,) = (block for block in page.body if block.block_type == "gallery")
    assert [item["image"].title for item in gallery.value["items"]] == ["blue"]
    assert "Camille Exemple" in str(page.body[-1].value)
    assert "Camille Exemple" not in [row.name for row in page.authors.all()]
    assert page.title == values["title"]
    assert not page.live
    if kind == "event":
        assert page.dates.get().start_date.isoformat() == "2027-03-12"
        assert page.commune == rosnay
    if kind == "organisation":
        assert page.website == "https://example.org/"
        assert page.published_points() == {}
    if kind == "publication":
        assert page.isbn == "9782070368228"
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


def test_the_same_steps_are_filled_in_the_public_forms(client, rosnay):
    event, publication, organisation = (values for _kind, _model, values in OTHERS)
    propose(client, "event", [event, event, event])
    propose(client, "publication", [publication, publication])
    propose(client, "organisation", [organisation, organisation])
    assert Submission.objects.exclude(sent_at=None).count() == 3


def test_markup_in_a_proposal_is_text_in_the_page(client, rosnay, noa, shelf):
    values = {
        **make().values, "title": "<b>Gras</b>", "objectives": "<script>alert(1)</script> & co",
    }  # fmt: skip
    found = make(State.CLAIMED, claimed_by=noa, values=values)
    do(client, found, "accept", parent=shelf.pk)
    page = ProjectPage.objects.get(pk=found.page_id)
    page.save_revision().publish()
    touches.flush()
    shown = Client().get(page.url).content.decode()
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_a_correction_is_a_draft_revision_compared_with_what_is_online(
    client, rosnay, noa, shelf, mailoutbox
):
    page = ProjectPageFactory(
        parent=shelf, title="Ateliers de Rosnay", start_date="2020", status="completed"
    )
    touches.flush()
    record = Record.objects.get(page_id=page.pk)
    visitor = Client()
    for named in (record.uid, page.url):
        shown = visitor.get(f"/proposer/correction/?page={named}").content.decode()
        assert f"http://testserver{page.url}" in shown
    assert f"/proposer/correction/?page={page.url}" in visitor.get(page.url).content.decode()
    first = {"page": f"http://testserver{page.url}"}
    second = {"title": page.title, "summary": page.summary, "start_date": "2021", "remark": "Non."}
    propose(visitor, "correction", [first, second])
    confirm(visitor, mailoutbox)
    found = Submission.objects.get()
    assert found.target_id == page.pk
    do(client, found, "claim")
    do(client, found, "accept")
    page = ProjectPage.objects.get(pk=page.pk)
    assert page.start_date == "2020"
    assert page.has_unpublished_changes
    assert page.get_latest_revision_as_object().start_date == "2021"
    detail = client.get(reverse(DETAIL, args=[found.pk]))
    compared = client.get(detail.context["compare"]).content.decode()
    assert "2021" in compared
    page.get_latest_revision().publish()
    outbox.tell_what_is_published()
    outbox.send_waiting()
    assert page.url in mailoutbox[-1].body


def test_correcting_keeps_what_the_author_wrote(client, rosnay, noa):
    found = make(State.CLAIMED, claimed_by=noa, territory=rosnay)
    assert client.get(f"{reverse(DETAIL, args=[found.pk])}?edit=1").status_code == 200
    data = {**found.values, "title": "Jardins de Rosnay"}
    assert do(client, found, "correct", **data).status_code == 302
    assert found.corrected["title"] == "Jardins de Rosnay"
    assert found.values["title"] == "Jardins partagés de Rosnay"
    page = client.get(reverse(DETAIL, args=[found.pk])).content.decode()
    assert "Jardins partagés de Rosnay" in page
    wrong = do(client, found, "correct", **{**data, "title": ""})
    assert wrong.status_code == 422


def test_similar_records_stand_beside_it(client, rosnay, noa, shelf):
    page = ProjectPageFactory(parent=shelf, title="Les jardins partagés de Rosnay")
    touches.flush()
    follow_postgres()
    found = make(State.CLAIMED, claimed_by=noa)
    shown = client.get(reverse(DETAIL, args=[found.pk]))
    assert [one.page_id for one in shown.context["similar"]] == [page.pk]
    assert reverse("submissions_duplicate", args=[found.pk, page.pk]) in shown.content.decode()


def test_a_colleague_who_left_is_relieved(client, noa):
    gone = editor()
    found = make(State.CLAIMED, claimed_by=gone)
    gone.is_active = False
    gone.save()
    do(client, found, "ask", text="?")
    assert found.state == State.CLAIMED
    do(client, found, "take_over")
    assert found.claimed_by == noa
    do(client, found, "release")
    assert found.state == State.RECEIVED
    assert found.claimed_by is None


def test_an_answer_to_somebody_who_left_goes_back_to_everybody():
    gone = editor(is_active=False)
    found = make(State.NEEDS_INFORMATION, claimed_by=gone)
    states.perform(found.pk, "answer", text="Voici")
    found.refresh_from_db()
    assert found.state == State.RECEIVED
    assert found.claimed_by is None


def test_spam_is_archived_or_given_back_together(client, noa):
    rows = [make(State.SPAM, title=f"Buy {n}") for n in range(5)]
    address = reverse("submissions_spam")
    assert "Buy 3" in client.get(address).content.decode()
    client.post(address, {"do": "not_spam", "id": [rows[0].pk]})
    client.post(address, {"do": "archive", "all": "1"})
    assert Submission.objects.filter(state=State.ARCHIVED).count() == 4
    assert Submission.objects.get(pk=rows[0].pk).state == State.RECEIVED


def test_the_desk_lists_the_oldest_first_in_few_queries(client, noa, django_assert_max_num_queries):
    for number in range(30):
        make(title=f"Proposition {number}", claimed_by=noa if number % 2 else None)
    make(State.UNCONFIRMED, title="Pas encore")
    make(State.SPAM, title="Pourriel")
    address = reverse("submissions_desk")
    client.get(address)
    with django_assert_max_num_queries(12):
        page = client.get(address).content.decode()
    titles = re.findall(r"Proposition \d+", page)
    assert list(dict.fromkeys(titles)) == [f"Proposition {number}" for number in range(30)]
    assert "Pas encore" not in page
    assert "Pourriel" not in page
    mine = client.get(f"{address}?whose=mine").content.decode()
    assert set(re.findall(r"Proposition \d+", mine)) == {
        f"Proposition {number}" for number in range(1, 30, 2)
    }
    events = client.get(f"{address}?kind=event").content.decode()
    assert not re.findall(r"Proposition \d+", events)


def test_the_desk_is_filtered_by_a_territory_and_all_that_lies_in_it(client, noa):
    indre = TerritoryFactory(kind="departement", name="Indre", code="36")
    inside = TerritoryFactory(kind="commune", name="Le Blanc", code="36018", inside=[indre])
    make(title="Au Blanc", territory=inside)
    make(title="Nulle part")
    page = client.get(f"{reverse('submissions_desk')}?territory={indre.pk}").content.decode()
    assert "Au Blanc" in page
    assert "Nulle part" not in page


def test_a_remit_limits_what_is_seen(client, noa, rosnay):
    here = make(title="Ici", territory=rosnay)
    there = make(title="Ailleurs", territory=commune("Le Blanc", "36018"))
    make(title="Sans lieu")
    remit = Remit.objects.create(user=noa)
    remit.territories.add(rosnay)
    page = client.get(reverse("submissions_desk")).content.decode()
    assert "Ici" in page
    assert "Sans lieu" in page
    assert "Ailleurs" not in page
    assert client.get(reverse(DETAIL, args=[there.pk])).status_code == 404
    Remit.objects.update(kinds=["event"])
    assert client.get(reverse(DETAIL, args=[here.pk])).status_code == 404


@pytest.mark.parametrize("state", [one.value for one in State])
@pytest.mark.parametrize("name", list(states.ACTIONS))
def test_no_role_does_what_is_not_its_own(state, name):
    action = states.ACTIONS[name]
    found = make(state)
    stranger = UserFactory(is_superuser=False)
    with pytest.raises(states.Refused):
        states.perform(found.pk, name, user=stranger)
    if action.who == states.Who.EDITOR:
        with pytest.raises(states.Refused):
            states.perform(found.pk, name)
    somebody = editor() if action.who == states.Who.EDITOR else None
    if state not in action.before or action.holder:
        with pytest.raises(states.Refused):
            states.perform(found.pk, name, user=somebody)
        assert Submission.objects.get(pk=found.pk).state == state
    else:
        states.perform(found.pk, name, user=somebody)


def test_the_desk_is_closed_to_who_has_no_right(client):
    found = make()
    client.force_login(UserFactory(is_superuser=False))
    for address in (
        reverse("submissions_desk"), reverse(DETAIL, args=[found.pk]),
        reverse("submissions_spam"), reverse("submissions_personal_data"),
    ):  # fmt: skip
        assert client.get(address).status_code in (302, 403)


def test_editors_have_one_digest_a_day_and_administrators_none(mailoutbox):
    make()
    noa = editor()
    UserFactory()
    for _time in range(2):
        outbox.queue_digests()
    outbox.send_waiting()
    assert [one.to for one in mailoutbox] == [[noa.email]]
    assert "/admin/submissions/" in mailoutbox[0].body


@pytest.mark.django_db(transaction=True)
def test_of_two_claims_in_the_same_second_one_wins(transactional_db):
    found = make()
    people = [editor(), editor()]

    def claim(user):
        try:
            states.perform(found.pk, "claim", user=user)
        except states.Refused as refused:
            return str(refused)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(claim, people))
    assert sorted(map(bool, said)) == [False, True]
    found.refresh_from_db()
    assert found.claimed_by == people[said.index("")]
    assert found.steps.filter(action="claim").count() == 1
