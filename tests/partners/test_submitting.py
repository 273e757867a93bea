"""Partners send what their public proposes: by program, under the rules of `/proposer/`."""

import copy
import json
import re
from threading import Thread
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from cms.api import partner_examples, partner_schemas
from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.partners.deposits import forget_old
from cms.partners.models import Deposit
from cms.submissions import accepting, outbox, spam, states
from cms.submissions.models import Quarantine, State, Submission, Upload, quarantine
from tests.factories import GuidePageFactory, SectionPageFactory, UserFactory, pdf_bytes
from tests.partner_factories import PartnerFactory, key
from tests.submission_factories import PROJECT, commune, propose

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/submissions"


@pytest.fixture
def rosnay():
    return commune()


@pytest.fixture
def sender(rosnay):
    return Sender(PartnerFactory(name="Réseau exemple"))


class Sender:
    """A partner's program."""

    def __init__(self, partner: Any, **fields: Any) -> None:
        self.client = Client()
        self.partner = partner
        self.key, self.headers = key(partner, **{"may_submit": True, **fields})

    def send(
        self, document: Any = None, *, name: str = "un", files: Any = None, **more: str
    ) -> Any:
        headers = {**self.headers, "idempotency-key": name, **more}
        if document is None:
            document = proposal()
        if files is not None:
            data = {"submission": json.dumps(document), "files": files}
            return self.client.post(ADDRESS, data, headers=headers)
        if not isinstance(document, str | bytes):
            document = json.dumps(document)
        return self.client.post(ADDRESS, document, content_type="application/json", headers=headers)


def proposal(**values: Any) -> dict[str, Any]:
    """The example of the contract, with other values."""
    document = copy.deepcopy(partner_examples.EXAMPLE)
    document["values"] |= values
    return document


def errors(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.content
    document = json.loads(response.content)
    assert document["type"] == "/api/v1/docs#invalid-fields"
    return {one["field"]: one["detail"] for one in document["errors"]}


def pdf(name: str = "bilan.pdf", text: str = "Bilan") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_bytes([text]), content_type="application/pdf")


def kept_files() -> list[str]:
    storage: Quarantine = quarantine()
    try:
        return storage.listdir("")[1]
    except FileNotFoundError:
        return []


def test_a_partner_submits_by_api_and_what_it_sent_comes_online(sender, mailoutbox, client):
    """The whole way: sent, confirmed by its author, accepted, published, found by the API."""
    shelf = SectionPageFactory(title="Projets", slug="projets")
    response = sender.send(files=[pdf()])
    assert response.status_code == 201, response.content
    answer = json.loads(response.content)
    assert answer["title"] == "Jardins partagés de Rosnay"
    assert answer["files"] == ["bilan.pdf"]
    submission = Submission.objects.get(pk=answer["number"])
    assert submission.state == State.UNCONFIRMED  # the partner does not confirm for its author
    assert submission.territory.code == "36173"
    assert submission.steps.get(action="send").text.endswith("Réseau exemple")
    assert client.get(answer["tracking"].removeprefix("http://testserver")).status_code == 200

    outbox.send_waiting()
    assert [message.to for message in mailoutbox] == [["camille@example.org"]]
    address = re.findall(r"http://testserver(\S+/confirmer/\S+)", mailoutbox[0].body)[0]
    client.post(address)
    editor = UserFactory()
    states.perform(submission.pk, "claim", user=editor)
    done = accepting.accept(submission.pk, editor, parent=shelf)
    page = shelf.get_children().get(pk=done.page_id)
    assert not page.live
    page.get_latest_revision().publish()
    touches.flush()
    outbox.tell_what_is_published()
    outbox.send_waiting()
    assert page.slug in mailoutbox[-1].body
    found = json.loads(client.get("/api/v1/records?type=project").content)["items"]
    assert [one["title"] for one in found] == ["Jardins partagés de Rosnay"]
    assert "camille" not in json.dumps(found).lower()


def test_the_form_of_the_site_and_the_api_make_the_same_submission(sender, monkeypatch):
    monkeypatch.setattr(spam, "FASTEST", 0)
    propose(Client())
    document = proposal() | {"values": {k: v for step in PROJECT for k, v in step.items()}}
    assert sender.send(document).status_code == 201
    by_form, found = Submission.objects.order_by("pk")
    for name in ("kind", "state", "title", "values", "original", "territory", "language"):
        assert getattr(found, name) == getattr(by_form, name), name
    author = found.author
    assert (author.name, author.consent_version) == ("Camille Exemple", "2026-11")
    assert author.confirmed_at is None
    assert "camille" not in str(found.values).lower()


def test_the_same_key_of_idempotency_gives_the_same_answer_and_nothing_new(sender, mailoutbox):
    first = sender.send(files=[pdf()])
    other_order = dict(reversed(proposal().items()))
    second = sender.send(other_order, files=[pdf()])
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert Submission.objects.count() == Upload.objects.count() == 1
    for changed in (
        sender.send(proposal(title="Un autre"), files=[pdf()]),
        sender.send(files=[pdf(text="Un autre")]),
        sender.send(),
    ):
        assert changed.status_code == 422
        assert json.loads(changed.content)["type"] == "/api/v1/docs#other-content"
    assert sender.send(name="deux").status_code == 201
    assert Submission.objects.count() == 2
    other = Sender(PartnerFactory())
    assert other.send().status_code == 201  # each partner has keys of its own
    outbox.send_waiting()
    assert len(mailoutbox) == 3


def test_what_was_erased_since_is_said_to_be(sender):
    sender.send()
    Submission.objects.all().delete()
    assert sender.send().status_code == 410


@pytest.mark.parametrize("name", ["", " ", "é", "a b", "x" * 256])
def test_without_a_key_of_idempotency_nothing_is_kept(sender, name):
    response = sender.send(name=name)
    assert response.status_code == 400
    assert "Idempotency-Key" in json.loads(response.content)["detail"]
    assert not Submission.objects.exists()


def test_errors_are_said_field_by_field_all_at_once(sender):
    document = proposal(summary="", end_date="2020", commune="Nulle-Part", nothing="x")
    document["author"] |= {"email": "not an address", "consent": "1999-01"}
    found = errors(sender.send(document, files=[pdf("virus.exe")]))
    assert set(found) == {
        "values.summary", "values.end_date", "values.commune", "values.nothing", "author.email",
        "author.consent", "files",
    }  # fmt: skip
    assert not Submission.objects.exists()
    assert not Deposit.objects.exists()
    assert sender.send().status_code == 201  # the key of idempotency is free


def test_without_consent_nothing_is_kept(sender):
    for consent in ("", "1999-01", None, True):
        document = proposal()
        document["author"]["consent"] = consent
        assert "author.consent" in errors(sender.send(document))
    document["author"].pop("consent")
    assert "author.consent" in errors(sender.send(document))


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "kind"),
        ([], "submission"),
        (None, "submission"),
        ("x", "submission"),
        ({**partner_examples.EXAMPLE, "more": 1}, "more"),
        ({**partner_examples.EXAMPLE, "kind": 3}, "kind"),
        ({**partner_examples.EXAMPLE, "kind": "guide"}, "kind"),
        ({**partner_examples.EXAMPLE, "language": "de"}, "language"),
        ({**partner_examples.EXAMPLE, "values": []}, "values"),
        ({**partner_examples.EXAMPLE, "values": {"title": {"a": 1}}}, "values.title"),
        ({**partner_examples.EXAMPLE, "author": {"name": "x", "admin": True}}, "author.admin"),
    ],
)
def test_another_shape_is_refused_by_name(sender, document, field):
    assert field in errors(sender.send(json.dumps(document)))


@pytest.mark.parametrize(
    "body",
    [
        b" ", b"{", b"\xff\xfe", b'{"kind": NaN}', b"[" * 100_000, b'{"kind":"a","kind":"b"}',
        b'"\\ud800"', json.dumps({"values": {"a": "\ud800"}}).encode(),
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused(sender, body):
    assert sender.send(body).status_code == 400


def test_odd_texts_are_refused_at_their_field_or_kept_as_text(sender):
    document = proposal(title="\x00", summary="<script>alert(1)</script>", objectives="é" * 10_001)
    found = errors(sender.send(document))
    assert set(found) == {"values.title", "values.objectives"}
    document = proposal(summary="<script>alert(1)</script>")
    sender.send(document)
    assert Submission.objects.get().state == State.SPAM  # markup: a spam like any other


def test_a_body_that_is_too_large_is_not_read(sender):
    assert sender.send(proposal(actions="x" * 300_000)).status_code == 413
    response = sender.client.post(
        ADDRESS, b"x", content_type="multipart/form-data; boundary=x",
        headers={**sender.headers, "idempotency-key": "a"}, CONTENT_LENGTH=2 * 1024**3,
    )  # fmt: skip
    assert response.status_code == 413
    assert sender.send(proposal(actions="x" * 300_000), files=[]).status_code == 413


def test_other_types_of_content_and_other_parts_are_refused(sender):
    headers = {**sender.headers, "idempotency-key": "a"}
    response = sender.client.post(ADDRESS, "a=b", content_type="text/plain", headers=headers)
    assert response.status_code == 415
    for data in (
        {"submission": "{}", "file": pdf()},
        {"files": pdf()},
        {"submission": ["{}", "{}"]},
    ):
        assert sender.client.post(ADDRESS, data, headers=headers).status_code == 400
    for kind in ("multipart/form-data; boundary=x", "multipart/form-data"):
        response = sender.client.post(ADDRESS, b"nothing", content_type=kind, headers=headers)
        assert response.status_code == 400
    assert sender.client.post(f"{ADDRESS}?a=1", {}, headers=headers).status_code == 400


def test_files_go_through_the_same_quarantine(sender):
    before = set(kept_files())
    lying = SimpleUploadedFile("photo.jpg", pdf_bytes(["x"]), content_type="image/jpeg")
    assert "files" in errors(sender.send(files=[lying, pdf()]))
    many = [pdf(f"{number}.pdf", str(number)) for number in range(9)]
    assert "files" in errors(sender.send(files=many))
    assert set(kept_files()) == before
    assert sender.send(files=[pdf(), pdf("autre.pdf", "Autre")]).status_code == 201
    assert len(set(kept_files()) - before) == 2


def test_files_that_are_too_much_together_leave_nothing_behind(sender, monkeypatch):
    from cms.submissions import uploads

    before = set(kept_files())
    monkeypatch.setattr(uploads, "ALL", 1_000)
    files = [pdf(f"{number}.pdf", str(number)) for number in range(3)]
    assert "files" in errors(sender.send(files=files))
    assert set(kept_files()) == before
    assert not Submission.objects.exists()
    assert not Deposit.objects.exists()


@pytest.mark.parametrize("read", [True, False])
def test_only_the_scope_submit_opens_the_door(rosnay, read):
    sender = Sender(PartnerFactory(), may_read=read or True, may_submit=False)
    response = sender.send()
    assert response.status_code == 403
    assert json.loads(response.content)["scope"] == "submit"
    sender.headers = {}
    assert sender.send().status_code == 401
    sender.headers = {"authorization": "Bearer relais_nobody"}
    assert sender.send().status_code == 401
    assert not Submission.objects.exists()
    assert Sender(PartnerFactory(), may_read=read).send().status_code == 201


def test_a_session_of_the_admin_opens_nothing(admin_client, rosnay):
    response = admin_client.post(
        ADDRESS, json.dumps(proposal()), content_type="application/json",
        headers={"idempotency-key": "a"},
    )  # fmt: skip
    assert response.status_code == 401


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete"])
def test_other_methods_are_refused(sender, method):
    response = getattr(sender.client, method)(ADDRESS, headers=sender.headers)
    assert response.status_code == 405
    assert "POST" in response["Allow"]
    options = sender.client.options(ADDRESS)
    assert options.status_code == 204
    assert "POST" not in options["Access-Control-Allow-Methods"]  # no key belongs into a browser


def test_proposals_have_a_rate_of_their_own_and_a_retry_is_none(sender, settings):
    settings.API_SUBMISSIONS_RATE = 2
    for name in "ab":
        assert sender.send(name=name).status_code == 201
    response = sender.send(name="c")
    assert response.status_code == 429
    assert 3_500 < int(response["Retry-After"]) <= 3_600
    assert sender.send(name="a").status_code == 201
    Deposit.objects.update(at=timezone.now() - timezone.timedelta(hours=2))
    assert sender.send(name="c").status_code == 201


def test_keys_of_idempotency_are_forgotten_after_a_week(sender):
    sender.send()
    assert forget_old() == 0
    Deposit.objects.update(at=timezone.now() - timezone.timedelta(days=8))
    assert forget_old() == 1


def test_a_correction_names_a_page_and_says_only_what_changes(sender):
    GuidePageFactory(title="Un guide", slug="un-guide", summary="Avant.")
    touches.flush()
    url = Record.objects.get().url
    document = proposal()
    document |= {
        "kind": "correction",
        "values": {"page": url, "summary": "Après.", "remark": "Vu."},
    }
    assert sender.send(document).status_code == 201, sender.send(document).content
    found = Submission.objects.get()
    assert found.target_id == Record.objects.get().page_id
    assert (found.values["title"], found.values["summary"]) == ("Un guide", "Après.")
    document["values"] = {"page": "/nowhere/", "remark": "Vu."}
    assert set(errors(sender.send(document, name="b"))) == {"values.page"}
    document["values"] = {"page": url, "remark": "Vu.", "slug": "x"}
    assert set(errors(sender.send(document, name="b"))) == {"values.slug"}


def test_a_draft_cannot_be_corrected_nor_guessed(sender):
    GuidePageFactory(title="CANARI", slug="canari", live=False)
    touches.flush()
    document = proposal()
    document |= {"kind": "correction", "values": {"page": "/guides/canari/", "remark": "Vu."}}
    response = sender.send(document)
    assert set(errors(response)) == {"values.page"}
    assert "CANARI" not in response.content.decode()


def test_what_may_be_proposed_is_said_to_programs(client, django_assert_max_num_queries):
    response = client.get(f"{ADDRESS}/kinds")
    etag = {"if-none-match": response["ETag"]}
    with django_assert_max_num_queries(2):
        assert client.get(f"{ADDRESS}/kinds", headers=etag).status_code == 304
    assert client.get(f"{ADDRESS}/kinds?locale=en", headers=etag).status_code == 200
    found = json.loads(response.content)
    kinds = {one["name"]: one for one in found["items"]}
    assert {"project", "event", "publication", "organisation", "correction", "support"} <= set(
        kinds
    )
    fields = {one["name"]: one for one in kinds["project"]["fields"]}
    assert fields["title"]["required"]
    assert fields["commune"]["type"] == "commune"
    assert "completed" in [one["value"] for one in fields["status"]["choices"]]
    assert found["consent"]["version"] == partner_examples.EXAMPLE["author"]["consent"]
    assert {one["name"] for one in found["author"]} == {
        "name",
        "email",
        "organisation",
        "show_name",
    }
    english = json.loads(client.get(f"{ADDRESS}/kinds?locale=en").content)
    assert english["consent"]["text"].startswith("I agree")


def test_sentences_are_in_the_language_asked_for(sender):
    said = errors(sender.send(proposal(summary=""), **{"accept-language": "en"}))
    assert said["values.summary"] == "This field is required."
    assert errors(sender.send(proposal(summary="")))["values.summary"] == "Champ requis."


def test_two_that_come_at_once_are_one(transactional_db):
    commune()
    sender = Sender(PartnerFactory())
    answers: list[Any] = []

    def post() -> None:
        try:
            one = Sender.__new__(Sender)
            one.client, one.headers = Client(), sender.headers
            answers.append(one.send())
        finally:
            connection.close()

    threads = [Thread(target=post) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert Submission.objects.count() == 1


def test_the_examples_of_the_contract_are_true(sender):
    """What a newcomer copies is taken in, and what is shown has the shape of what comes."""
    assert sender.send(partner_examples.EXAMPLE).status_code == 201
    partner_schemas.Deposited.model_validate(partner_examples.ANSWER)
    partner_schemas.InvalidFields.model_validate(partner_examples.PROBLEM)
    found = json.loads(sender.client.get(f"{ADDRESS}/kinds").content)
    partner_schemas.Kinds.model_validate(found)
    used = json.loads(sender.client.get("/api/v1/usage", headers=sender.headers).content)
    partner_schemas.Usage.model_validate(used)
