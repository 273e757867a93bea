"""Webhooks: what partners are told, to whom it may be said, what happens when nobody answers."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import re
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cms.catalogue import asking, touches
from cms.catalogue.models import Clock, Record
from cms.core.records import record_uid
from cms.partners import delivering, receivers, signing
from cms.partners.models import Delivery, Partner, Webhook
from cms.partners.receivers import Poster
from tests import synthetic
from tests.factories import GuidePageFactory, UserFactory
from tests.partner_factories import PartnerFactory

pytestmark = pytest.mark.django_db
State = Delivery.State


class Receiver(BaseHTTPRequestHandler):
    """A partner's server: /STATUS answers with it, /to leads inside, /slow never ends."""

    seen: list[tuple[str, dict[str, str], dict[str, Any]]] = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        Receiver.seen.append((self.path, {**headers, "body": body.decode()}, json.loads(body)))
        if self.path == "/slow":
            time.sleep(1)
            return
        self.send_response(302 if self.path == "/to" else int(self.path.strip("/")))
        if self.path == "/to":
            self.send_header("Location", "/200")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *args):
        pass


@pytest.fixture
def server(settings):
    settings.DEBUG = True  # http, which nobody else may say
    Receiver.seen = []
    made = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


def poster(**options: Any) -> Poster:
    """One that may reach the test's server."""
    return Poster(**{"allowed": lambda address: True, "timeout": 2, **options})


def hook(url: str = "https://example.org/relais", **fields: Any) -> Webhook:
    made = Webhook(partner=fields.pop("partner", None) or PartnerFactory(), url=url, **fields)
    delivering.start(made)
    made.save()
    return made


def tell(**options: Any) -> int:
    delivering.queue()
    return delivering.send_waiting(poster(**options))


def told() -> list[dict[str, Any]]:
    return [document for _path, _headers, document in Receiver.seen]


def test_a_partner_is_told_of_what_is_new_changed_and_gone(server):
    synthetic.store(1)
    hook(f"{server}/200")
    assert tell() == 0  # what was there before is no change
    page = GuidePageFactory(title="Un guide")
    touches.flush()
    assert tell() == 1
    uid = str(record_uid(page.translation_key, "fr"))
    (new,) = told()
    assert new["type"] == "record.updated"
    assert new["data"]["uid"] == uid
    assert new["data"]["type"] == "guide"
    assert new["data"]["record"] == f"http://testserver/api/v1/records/{uid}"
    page.unpublish()
    touches.flush()
    assert tell() == 1
    gone = told()[-1]
    assert gone["type"] == "record.gone"
    assert set(gone["data"]) == {"uid", "gone_at", "reason"}
    assert (gone["data"]["uid"], gone["data"]["reason"]) == (uid, "unpublished")
    assert tell() == 0
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.DELIVERED}


def test_nothing_invisible_ever_leaves(server):
    """Told too late: what was waiting says what is so now."""
    hook(f"{server}/200")
    draft = GuidePageFactory(title="CANARI brouillon", slug="canari-brouillon", live=False)
    page = GuidePageFactory(title="CANARI", slug="canari", summary="CANARI")
    touches.flush()
    delivering.queue()
    assert Delivery.objects.get().event == "record.updated"
    page.unpublish()
    touches.flush()
    assert tell() == 1
    assert [one["type"] for one in told()] == ["record.gone"]
    for _path, headers, _document in Receiver.seen:
        assert "canari" not in headers["body"].lower()
        assert str(record_uid(draft.translation_key, "fr")) not in headers["body"]
    assert Delivery.objects.filter(state=State.SUPERSEDED).count() == 1
    private = GuidePageFactory(title="CANARI privé", slug="canari-prive")
    touches.flush()
    delivering.queue()
    private.view_restrictions.create(restriction_type="login")
    touches.flush()
    tell()
    for delivery in Delivery.objects.all():
        delivering.replay(delivery)
    tell()
    assert {one["type"] for one in told()} == {"record.gone"}
    assert "canari" not in str(Receiver.seen).lower()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["record.gone", "record.updated"]),
        ({"on_gone": False}, ["record.updated"]),
        ({"on_update": False}, ["record.gone"]),
        ({"types": ["guide"]}, ["record.gone", "record.updated"]),
        ({"types": ["project"]}, []),
        ({"is_active": False}, []),
    ],
)
def test_each_webhook_has_its_events_and_types(server, fields, expected):
    hook(f"{server}/200", **fields)
    kept, lost = GuidePageFactory(), GuidePageFactory()
    touches.flush()
    lost.unpublish()
    touches.flush()
    tell()
    assert sorted(one["type"] for one in told()) == expected
    assert kept.live


def test_the_signature_is_that_of_standard_webhooks(server):
    made = hook(f"{server}/200")
    delivery = delivering.ping(made)
    assert tell() == 1
    _path, headers, document = Receiver.seen[0]
    assert document["type"] == "ping"
    assert headers["webhook-id"] == str(delivery.pk)
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    key = base64.b64decode(signing.secret(made.nonce).removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{headers['body']}"
    expected = base64.b64encode(hmac.new(key, signed.encode(), hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert len(headers["body"]) < 2_000
    assert signing.secret(made.nonce) not in str(Webhook.objects.values().get())


def test_a_server_that_fails_is_asked_again_later_and_later(server):
    hook(f"{server}/500")
    GuidePageFactory()
    touches.flush()
    assert tell() == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.status, delivery.error) == (State.WAITING, 500, "answer")
    assert tell() == 0
    assert len(Receiver.seen) == 1  # not before its time
    pauses = []
    while delivery.state == State.WAITING:
        pauses.append(delivery.not_before - delivery.tried_at)
        Delivery.objects.update(not_before=timezone.now())
        tell()
        delivery.refresh_from_db()
    assert pauses == sorted(pauses)
    assert delivery.state == State.FAILED
    assert len({headers["webhook-id"] for _path, headers, _document in Receiver.seen}) == 1
    assert len(Receiver.seen) == len(delivering.PAUSES) + 1


def test_a_server_that_comes_back_gets_all_that_waited(server):
    made = hook(f"{server}/503")
    GuidePageFactory()
    GuidePageFactory()
    touches.flush()
    tell()
    assert len(Receiver.seen) == 1  # left alone for the rest of the run
    assert Webhook.objects.get().failing_since is not None
    Webhook.objects.filter(pk=made.pk).update(url=f"{server}/200")
    Delivery.objects.update(not_before=timezone.now())
    assert tell() == 2
    assert Webhook.objects.get().failing_since is None


def test_one_that_does_not_answer_does_not_keep_the_others_waiting(server):
    hook(f"{server}/slow")
    hook(f"{server}/200")
    for _number in range(2):
        GuidePageFactory()
    touches.flush()
    assert tell(timeout=0.3) == 2
    assert sum(path == "/slow" for path, _headers, _document in Receiver.seen) == 1
    assert Delivery.objects.filter(error="timeout").count() == 1


def test_after_days_without_success_a_webhook_is_paused_and_loses_nothing(server, admin_client):
    made = hook(f"{server}/500", failing_since=timezone.now() - dt.timedelta(days=6))
    delivering.ping(made)
    tell()
    assert not Webhook.objects.get().is_active
    GuidePageFactory()
    touches.flush()
    Delivery.objects.all().delete()
    assert tell() == 0
    address = f"/admin/snippets/cms_partners/webhook/edit/{made.pk}/"
    data = {"partner": made.partner_id, "url": "https://example.org/", "on_update": "on"}
    response = admin_client.post(address, data | {"is_active": "on"})
    assert response.status_code == 302, response.context["form"].errors
    assert Webhook.objects.get().failing_since is None
    Webhook.objects.update(url=f"{server}/200")
    assert tell() == 1


def test_a_killed_worker_loses_no_delivery_and_two_workers_send_none_twice(server, monkeypatch):
    delivering.ping(hook(f"{server}/200"))

    class Killed(BaseException):
        pass

    class Killing(Poster):
        def post(self, *args):
            raise Killed

    with pytest.raises(Killed):
        delivering.send_waiting(Killing())
    assert delivering.send_waiting(poster()) == 0  # taken, for a while
    Delivery.objects.update(not_before=timezone.now())
    assert delivering.send_waiting(poster()) == 1


def test_a_suspended_partner_is_told_nothing(server):
    made = hook(f"{server}/200")
    delivering.ping(made)
    Partner.objects.update(is_active=False)
    GuidePageFactory()
    touches.flush()
    assert tell() == 0
    assert Receiver.seen == []


def test_the_queue_is_bounded_and_the_feed_keeps_the_rest(server, monkeypatch):
    monkeypatch.setattr(delivering, "MOST", 3)
    hook(f"{server}/200")
    synthetic.store(5)
    assert delivering.queue() == 3
    assert delivering.queue() == 0
    assert tell() == 3
    assert tell() == 2


def test_a_restored_catalogue_is_followed_from_where_it_is(server):
    made = hook(f"{server}/200")
    synthetic.store(2)
    Webhook.objects.update(version=Clock.objects.get().v + 1_000)
    tell()
    synthetic.store(3)
    assert tell() >= 1
    assert made.deliveries.exists()


def test_redirects_are_not_followed(server):
    delivering.ping(hook(f"{server}/to"))
    assert tell() == 0
    assert [path for path, _headers, _document in Receiver.seen] == ["/to"]
    assert Delivery.objects.get().status == 302


INSIDE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001",
    "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "2852039166",
    "100.64.0.1", "192.0.0.192", "224.0.0.1", "[::1]", "[::]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::ffff:169.254.169.254]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]",
    "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]", "[ff02::1]",
]  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
def test_a_number_of_a_network_that_is_not_public_is_refused_in_every_form(host):
    for port in ("", ":8443"):
        with pytest.raises(ValidationError) as caught:
            receivers.checked(f"https://{host}{port}/relais")
        assert "url" in caught.value.message_dict


@pytest.mark.parametrize("host", [*INSIDE, "localhost", "ip6-localhost"])
def test_nothing_is_posted_inside_whatever_is_written_down(server, host):
    """The form is not all that stands between: what is connected to is judged again."""
    port = server.rpartition(":")[2]
    answer = Poster().post(f"http://{host}:{port}/200", b"{}", {})
    assert answer.status is None
    assert answer.error in ("private", "name", "address")
    assert Receiver.seen == []


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "http://example.org/", "ftp://example.org/", "file:///etc/passwd", "https://",
        "https:///x", "javascript:alert(1)", "https://user:secret@example.org/",
        "https://example.org@127.0.0.1/", "https://localhost/", "https://intranet/",
        "https://127.0.0.1#@example.org/", "https://exa mple.org/", "https://[::1/",
        "https://example.org:99999/", "//example.org/", "https://１２７.0.0.1/",
    ],
)  # fmt: skip
def test_an_address_that_is_none_or_not_https_is_refused_at_its_field(url):
    with pytest.raises(ValidationError) as caught:
        receivers.checked(url)
    assert "url" in caught.value.message_dict


def test_a_public_address_is_kept_as_it_is_posted_to():
    assert (
        receivers.checked(" https://Exemple.org/relais?a=1#x ") == "https://exemple.org/relais?a=1"
    )
    assert receivers.checked("https://192.0.46.8:8443/") == "https://192.0.46.8:8443/"
    assert receivers.checked("https://santé.example.org/").startswith("https://xn--")


def test_http_is_refused_when_it_is_sent_too(server, settings):
    made = hook(f"{server}/200")
    delivering.ping(made)
    settings.DEBUG = False
    assert tell() == 0
    assert Receiver.seen == []
    assert Delivery.objects.get().error == "address"


@pytest.fixture
def network(monkeypatch):
    """Names that change their mind between two questions, and what was connected to."""

    class Network:
        answers: list[list[str]] = []
        connected: list[str] = []
        asked = 0

    class Socket:
        def __init__(self, *args):
            pass

        def settimeout(self, seconds):
            pass

        def connect(self, address):
            Network.connected.append(address[0])
            raise OSError("nobody there")

        def close(self):
            pass

    def getaddrinfo(host, port, *args, **options):
        found = Network.answers[min(Network.asked, len(Network.answers) - 1)]
        Network.asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(asking.socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(asking.socket, "socket", Socket)
    Network.connected, Network.asked = [], 0
    return Network


def test_a_name_that_changes_its_mind_is_connected_to_as_it_was_judged(network):
    network.answers = [["192.0.46.8"], ["127.0.0.1"]]
    answer = Poster().post("https://rebinding.example.org/", b"{}", {})
    assert answer.error == "connection"
    assert (network.connected, network.asked) == (["192.0.46.8"], 1)


def test_of_several_numbers_only_the_public_ones_are_connected_to(network):
    network.answers = [["127.0.0.1", "192.0.46.8", "10.0.0.1", "::ffff:127.0.0.1"]]
    Poster().post("https://mixed.example.org/", b"{}", {})
    assert network.connected == ["192.0.46.8"]
    network.connected.clear()
    network.answers = [["127.0.0.1", "169.254.169.254"]]
    assert Poster().post("https://inside.example.org/", b"{}", {}).error == "private"
    assert network.connected == []


def test_the_certificate_must_be_that_of_the_name(server, settings):
    answer = poster().post(server.replace("http://", "https://") + "/200", b"{}", {})
    assert answer.error in ("certificate", "connection")
    assert Receiver.seen == []


def test_an_administrator_makes_a_webhook_and_sees_its_secret_once(admin_client):
    synthetic.store(1)
    partner = PartnerFactory()
    address = "/admin/snippets/cms_partners/webhook/add/"
    assert admin_client.get(address).status_code == 200
    data = {"partner": partner.pk, "url": "https://127.0.0.1/", "on_update": "on"}
    assert "url" in admin_client.post(address, data).context["form"].errors
    data |= {"url": "https://example.org/relais", "types": ["guide"], "is_active": "on"}
    response = admin_client.post(address, data)
    assert response.status_code == 200, response.context["form"].errors
    made = Webhook.objects.get()
    assert made.types == ["guide"]
    assert made.version == Clock.objects.get().v
    secret = re.search(r'<pre id="secret">(whsec_[^<]+)</pre>', response.content.decode())[1]
    assert secret == signing.secret(made.nonce)
    for shown in (f"/admin/partners/{partner.pk}/", "/admin/snippets/cms_partners/webhook/",
                  f"/admin/snippets/cms_partners/webhook/edit/{made.pk}/"):  # fmt: skip
        assert secret not in admin_client.get(shown).content.decode()
    page = f"/admin/partners/{partner.pk}/"
    renewed = admin_client.post(page, {"do": f"secret:{made.pk}"}).content.decode()
    assert secret not in renewed
    assert "whsec_" in renewed


def test_an_administrator_replays_a_delivery(server, admin_client):
    made = hook(f"{server}/404")
    GuidePageFactory(title="Un guide")
    touches.flush()
    tell()
    page = f"/admin/partners/{made.partner_id}/"
    delivery = Delivery.objects.get()
    assert f"replay:{delivery.pk}" in admin_client.get(page).content.decode()
    Webhook.objects.update(url=f"{server}/200")
    assert admin_client.post(page, {"do": f"replay:{delivery.pk}"}).status_code == 302
    admin_client.post(page, {"do": f"ping:{made.pk}"})
    assert tell() == 2
    assert sorted(one["type"] for one in told()[1:]) == ["ping", "record.updated"]
    Record.objects.all().delete()
    assert admin_client.post(page, {"do": f"replay:{delivery.pk}"}).status_code == 302


def test_the_buttons_are_for_who_may_and_for_the_partner_s_own_things(server, admin_client, client):
    made = hook(f"{server}/200")
    delivery = delivering.ping(made)
    other = PartnerFactory()
    for do in (
        f"replay:{delivery.pk}",
        f"ping:{made.pk}",
        f"secret:{made.pk}",
        "replay:x",
        "ping:x",
    ):
        assert admin_client.post(f"/admin/partners/{other.pk}/", {"do": do}).status_code == 404
    client.force_login(UserFactory(is_superuser=False))
    client.post(f"/admin/partners/{made.partner_id}/", {"do": f"ping:{made.pk}"})
    assert Delivery.objects.count() == 1


def test_the_log_is_kept_for_a_month():
    made = hook()
    old, _new, waiting = (delivering.ping(made) for _number in range(3))
    Delivery.objects.exclude(pk=waiting.pk).update(state=State.DELIVERED)
    before = timezone.now() - dt.timedelta(days=31)
    Delivery.objects.filter(pk__in=[old.pk, waiting.pk]).update(created_at=before)
    assert delivering.forget_old() == 1
    assert not Delivery.objects.filter(pk=old.pk).exists()
