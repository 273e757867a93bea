"""What somebody without an account does: propose, confirm, follow, answer, withdraw."""

import datetime as dt
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from cms.submissions import links, outbox, spam, states, uploads, writing
from cms.submissions.models import Mail, State, Submission, Upload
from tests.directory_factories import PersonPageFactory, agreement
from tests.factories import ConceptFactory, pdf_bytes
from tests.submission_factories import (
    AUTHOR,
    PROJECT,
    commune,
    confirm,
    editor,
    make,
    propose,
    ticket,
)
from tests.territory_factories import TerritoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]


def only() -> Submission:
    return Submission.objects.select_related("author").get()


def test_what_may_be_proposed_is_what_types_say_and_two_things_more(client):
    page = client.get("/proposer/").content.decode()
    for name in ("project", "event", "publication", "organisation", "correction", "support"):
        assert f"/proposer/{name}/" in page
    assert client.get("/proposer/guide/").status_code == 404


def test_a_project_is_proposed_step_by_step_and_waits_for_a_confirmation(
    client, rosnay, mailoutbox
):
    tracking = propose(client)
    found = only()
    assert found.state == State.UNCONFIRMED
    assert found.territory == rosnay
    assert found.title == "Jardins partagés de Rosnay"
    assert found.author.consent_version
    assert "camille@example.org" not in str(found.values)
    page = client.get(tracking)
    assert page.status_code == 200
    assert page["X-Robots-Tag"].startswith("noindex")
    assert "no-store" in page["Cache-Control"]
    confirm(client, mailoutbox)
    assert only().state == State.RECEIVED
    outbox.send_waiting()
    assert [message.to for message in mailoutbox] == [["camille@example.org"]] * 2
    assert tracking in mailoutbox[1].body


def test_opening_the_link_of_the_message_confirms_nothing_and_using_it_twice_is_once(
    client, rosnay, mailoutbox
):
    propose(client)
    outbox.send_waiting()
    address = mailoutbox[0].body.split("http://testserver")[1].split()[0]
    client.get(address)
    assert only().state == State.UNCONFIRMED
    for _time in range(2):
        assert client.post(address).status_code == 302
    assert only().state == State.RECEIVED
    outbox.send_waiting()
    assert len(mailoutbox) == 2
    assert client.get(address[:-3] + "zzz/").status_code == 410


def test_the_tracking_link_is_not_in_the_database(client, rosnay):
    token = propose(client).rstrip("/").split("/")[-1]
    assert token not in str(Submission.objects.values().get())
    assert client.get(f"/proposer/suivi/{token[:-1]}x/").status_code == 404


def test_errors_stand_at_their_field_and_nothing_typed_is_lost(client, rosnay):
    shown = client.get("/proposer/project/").content.decode()
    typed = {**PROJECT[0], "summary": "", "end_date": "2020", "ticket": ticket(shown)}
    page = client.post("/proposer/project/", typed)
    assert page.status_code == 422
    assert {"summary", "end_date"} <= set(page.context["form"].errors)
    assert "Jardins partagés de Rosnay" in page.content.decode()
    assert 'aria-invalid="true"' in page.content.decode()
    assert not Submission.objects.exists()


def test_a_double_click_the_back_button_and_a_retry_make_one_submission(client, rosnay, mailoutbox):
    shown = client.get("/proposer/project/").content.decode()
    data = {**PROJECT[0], "ticket": ticket(shown)}
    first, second = (client.post("/proposer/project/", data) for _time in range(2))
    assert first.url == second.url
    assert Submission.objects.count() == 1
    tracking = propose(client)
    for _time in range(2):
        client.post(f"{tracking}envoyer/")
    outbox.send_waiting()
    assert len(mailoutbox) == 1


def test_a_commune_that_several_places_bear_is_asked_again_by_name(client, rosnay):
    commune("Rosnay", "51468")
    found = make(State.UNCONFIRMED, values={**PROJECT[0]})
    Submission.objects.update(sent_at=None)
    address = f"{_tracking(found)}etape/3/"
    page = client.post(address, {"commune": "Rosnay", "lead": "Nous"})
    assert page.status_code == 422
    assert "Rosnay (51468)" in page.content.decode()
    assert client.post(address, {"commune": "Rosnay (51468)", "lead": "Nous"}).status_code == 302
    assert only().territory.code == "51468"


def _tracking(submission):
    from cms.submissions import links

    return links.path(submission)


def test_the_wrong_address_is_corrected_and_only_the_new_link_works(client, rosnay, mailoutbox):
    tracking = propose(client)
    outbox.send_waiting()
    old = mailoutbox[0].body.split("http://testserver")[1].split()[0]
    address = f"{tracking}etape/5/"
    assert client.post(address, {**AUTHOR, "email": "autre@example.org"}).status_code == 302
    outbox.send_waiting()
    assert mailoutbox[1].to == ["autre@example.org"]
    assert client.post(old).status_code == 410
    for number in range(6):
        client.post(address, {**AUTHOR, "email": f"n{number}@example.org"})
    assert Mail.objects.filter(kind="confirm").count() == outbox.CONFIRMATIONS


def test_a_form_left_open_for_two_days_is_still_good(client, rosnay, monkeypatch):
    import time

    shown = client.get("/proposer/project/").content.decode()
    later = time.time() + 2 * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    response = client.post("/proposer/project/", {**PROJECT[0], "ticket": ticket(shown)})
    assert response.status_code == 302
    assert only().suspicion == ""


def test_a_ticket_that_is_not_ours_loses_nothing(client):
    page = client.post("/proposer/project/", {**PROJECT[0], "ticket": "x:y:z"})
    assert page.status_code == 422
    assert "Jardins partagés" in page.content.decode()


def test_every_post_needs_its_csrf_token(rosnay):
    strict = Client(enforce_csrf_checks=True)
    shown = strict.get("/proposer/project/").content.decode()
    data = {**PROJECT[0], "ticket": ticket(shown)}
    assert strict.post("/proposer/project/", data).status_code == 403
    found = make()
    assert strict.post(_tracking(found), {"do": "withdraw"}).status_code == 403


def test_the_author_withdraws_and_then_nothing_more_can_be_done(client):
    found = make(State.CLAIMED)
    assert client.post(_tracking(found), {"do": "withdraw"}).status_code == 302
    assert only().state == State.WITHDRAWN
    assert client.post(_tracking(found), {"do": "answer", "text": "Non"}).status_code == 422


def test_hostile_values_never_break_a_page(client, rosnay):
    for value in ("\x00", "é" * 70_000, "<script>alert(1)</script>", "\ud83d", "' OR 1=1 --"):
        for address in ("/proposer/project/", "/proposer/correction/", "/proposer/support/"):
            shown = client.get(f"{address}?page=%00x").content.decode()
            data = {"title": value, "page": value, "commune": value, "ticket": ticket(shown)}
            data = {k: v.encode("utf-8", "replace").decode() for k, v in data.items()}
            assert client.post(address, data).status_code in (302, 422)
    assert client.get("/proposer/suivi/%00/").status_code == 404


# Files


def picture(**options) -> bytes:
    made = Image.new("RGB", (40, 30), "teal")
    exif = made.getexif()
    exif[0x010F] = "Appareil de Camille"
    exif[0x8825] = {1: "N", 2: (46.0, 40.0, 0.0)}
    buffer = BytesIO()
    made.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


@pytest.fixture
def writing_one():
    found = make(State.UNCONFIRMED)
    Submission.objects.update(sent_at=None)
    return f"{_tracking(found)}etape/4/"


def joined(client, address, *files):
    return client.post(address, {"joined": [SimpleUploadedFile(n, c) for n, c in files]})


def test_a_picture_waits_without_its_metadata_and_a_pdf_as_it_is(client, writing_one):
    response = joined(client, writing_one, ("photo.jpg", picture()), ("a.pdf", pdf_bytes(["Un"])))
    assert response.status_code == 302
    photo, document = Upload.objects.all()
    with photo.file.open("rb") as file:
        content = file.read()
    assert b"Camille" not in content
    assert not Image.open(BytesIO(content)).getexif()
    assert document.name == "a.pdf"
    with pytest.raises(ValueError, match="quarantine"):
        _ = document.file.url
    assert client.get(f"/media/quarantine/{document.file.name}").status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("menteur.pdf", b"MZ\x90 un programme"),
        ("menteur.jpg", b"<svg onload=alert(1)>"),
        ("archive.zip", b"PK\x03\x04"),
        ("page.html", b"<html>"),
        ("vide.pdf", b""),
    ],
)
def test_a_file_that_lies_or_that_is_an_archive_is_refused_by_name(
    client, writing_one, name, content
):
    page = joined(client, writing_one, (name, content), ("bon.txt", b"Bonjour"))
    assert page.status_code == 422
    assert name in page.content.decode()
    assert [one.name for one in Upload.objects.all()] == ["bon.txt"]


def test_fifty_files_are_eight_and_the_same_twice_is_one(client, writing_one):
    page = joined(client, writing_one, *((f"{n}.txt", b"Texte %d" % n) for n in range(50)))
    assert page.status_code == 422
    assert Upload.objects.count() == uploads.MOST
    assert joined(client, writing_one, ("autre.txt", b"Texte 1")).status_code == 302
    gone = Upload.objects.first()
    client.post(writing_one, {"remove": [gone.pk]})
    assert Upload.objects.count() == uploads.MOST - 1
    assert not gone.file.storage.exists(gone.file.name)


def test_a_body_of_two_gigabytes_is_refused_before_it_is_read(client, writing_one):
    page = client.post(writing_one, {}, CONTENT_LENGTH=str(2 * 1024**3))
    assert page.status_code == 413


# Spam


def test_two_hundred_machines_and_three_people_make_a_queue_of_three(
    client, rosnay, noa, mailoutbox, monkeypatch
):
    trapped = {"title": "Buy", spam.TRAP: "x"}
    spamming = {"title": "Buy", "need": "www.a.fr www.b.fr www.c.fr www.d.fr", "commune": "Rosnay"}
    hasty = {"title": "Buy", "need": "now", "commune": "Rosnay"}
    for number in range(200):
        machine = Client(REMOTE_ADDR=f"198.51.100.{number}")
        page = machine.get("/proposer/support/").content.decode()
        match number % 20:
            case 0:  # it fills every field, and goes to the end
                propose(machine, "support", [spamming], email=f"m{number}@example.org")
            case 1:
                monkeypatch.setattr(spam, "FASTEST", 3)
                propose(machine, "support", [hasty], email=f"m{number}@example.org")
                monkeypatch.setattr(spam, "FASTEST", 0)
            case _:
                machine.post("/proposer/support/", {**trapped, "ticket": ticket(page)})
    for number in range(3):
        propose(Client(REMOTE_ADDR=f"203.0.113.{number}"), email=f"p{number}@example.org")
        outbox.send_waiting()
        confirm(client, mailoutbox)
    assert Submission.objects.filter(state=State.RECEIVED).count() == 3
    assert Submission.objects.filter(state=State.SPAM).count() == 200
    desk = client.get(reverse("submissions_desk")).content.decode()
    assert "Jardins partagés" in desk
    assert "Buy" not in desk
    outbox.send_waiting()
    assert len(mailoutbox) == 6


def test_links_or_haste_are_set_aside_and_an_editor_gives_it_back(
    client, rosnay, mailoutbox, monkeypatch
):
    links_in = "http://a.example http://b.example http://c.example http://d.example"
    steps = [PROJECT[0], {**PROJECT[1], "actions": links_in}, PROJECT[2]]
    tracking = propose(client, steps=steps)
    assert only().state == State.SPAM
    outbox.send_waiting()
    assert mailoutbox == []
    assert client.get(tracking).status_code == 200
    states.perform(only().pk, "not_spam", user=editor())
    confirm(client, mailoutbox)
    assert only().state == State.RECEIVED


def test_one_network_that_posts_a_great_deal_is_asked_to_wait(client, monkeypatch):
    from cms.submissions import spam
    from cms.submissions.models import Knock

    monkeypatch.setattr(spam, "POSTS_AN_HOUR", 2)
    assert "title" in client.post("/proposer/project/", {}).context["form"].errors
    Knock.objects.all().delete()
    codes = [client.post("/proposer/project/", {}).status_code for _time in range(3)]
    assert codes == [422, 422, 429]
    assert "127.0.0.1" not in str(list(Knock.objects.values()))
    assert client.post("/proposer/project/", {}, REMOTE_ADDR="203.0.113.9").status_code == 422


# Support


def test_a_request_for_support_goes_to_who_follows_the_theme_in_the_territory(
    client, rosnay, mailoutbox
):
    theme, other = ConceptFactory(label="Nutrition"), ConceptFactory(label="Sommeil")
    indre = TerritoryFactory(kind="departement", name="Indre", code="36")
    inside = commune("Le Blanc", "36018")
    from knowledge.territories.inclusion import mark_partial
    from knowledge.territories.models import Inclusion

    Inclusion.objects.create(outer=indre, inner=inside)
    mark_partial([inside.pk])
    far = PersonPageFactory(referents=[(theme, rosnay)], **agreement(email="loin@example.org"))
    near = PersonPageFactory(referents=[(theme, indre)], **agreement(email="ici@example.org"))
    PersonPageFactory(referents=[(other, indre)], **agreement(email="autre@example.org"))
    asked = {"title": "Ateliers", "theme": theme.pk, "need": "Une méthode", "commune": "Le Blanc"}
    propose(client, "support", [asked])
    confirm(client, mailoutbox)
    outbox.send_waiting()
    assert only().referent_id == near.pk != far.pk
    to = [message.to[0] for message in mailoutbox]
    assert to.count("ici@example.org") == 1
    assert "loin@example.org" not in to
    told = next(message for message in mailoutbox if message.to == ["ici@example.org"])
    assert "Nutrition" in told.body
    assert "camille@example.org" in told.body
    # The link opens without an account, shows the files, and ends with the request.
    address = told.body.split("http://testserver")[1].split()[0]
    reader = Client()
    shown = reader.get(address).content.decode()
    assert "Une méthode" in shown
    assert links.path(only()) not in shown + told.body  # the tracking link is the author's alone
    found = only()
    uploads.add(found, [SimpleUploadedFile("note.txt", b"Bonjour")])
    file = f"{address}fichier/{found.uploads.get().pk}/"
    assert file in reader.get(address).content.decode()
    assert reader.get(file)["Content-Disposition"].startswith("attachment")
    assert reader.get(f"{address[:-3]}zz/").status_code == 404
    assert reader.get(f"{address}fichier/99999999999999999999/").status_code == 404
    states.perform(found.pk, "withdraw")
    assert reader.get(address).status_code == reader.get(file).status_code == 404


def test_posting_a_step_costs_few_queries(client, rosnay, django_assert_max_num_queries):
    found = make(State.UNCONFIRMED)
    Submission.objects.update(sent_at=None)
    address = f"{_tracking(found)}etape/2/"
    client.post(address, PROJECT[1])
    with django_assert_max_num_queries(15):
        assert client.post(address, PROJECT[1]).status_code == 302


def test_a_message_that_fails_is_tried_again_and_one_cut_short_is_not(
    rosnay, mailoutbox, monkeypatch, client
):
    propose(client)

    def broken(self, *args, **options):
        raise OSError("refused")

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", broken)
        assert outbox.send_waiting() == 0
    mail = Mail.objects.get()
    assert mail.begun_at is None
    Mail.objects.update(not_before=mail.created_at)
    assert outbox.send_waiting() == 1
    assert outbox.send_waiting() == 0
    Mail.objects.update(sent_at=None, begun_at=mail.created_at - dt.timedelta(days=1))
    assert outbox.send_waiting() == 0
    outbox.again(Mail.objects.get())
    assert outbox.send_waiting() == 1
    assert len(mailoutbox) == 2


def test_a_submission_that_is_read_is_not_written_any_more(client):
    found = make(State.CLAIMED)
    form = type("Form", (), {"cleaned_data": {}})()
    with pytest.raises(states.Refused):
        writing.write(found.pk, form)
    assert client.get(f"{_tracking(found)}etape/1/").status_code == 302
