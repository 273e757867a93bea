"""Links to other sites: collected, asked for at a real little server, reported when dead."""

import datetime as dt
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.catalogue import dead_links, touches
from cms.catalogue.asking import Asker, is_public
from cms.catalogue.models import LinkCheck, LinkUse
from tests.admin import edit
from tests.factories import GuidePageFactory, UserFactory


class Site(BaseHTTPRequestHandler):
    """/STATUS answers with it; /head-405 knows no HEAD; /loop leads to itself, /to/URL there."""

    seen: list[tuple[str, str, str]] = []

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        Site.seen.append((self.command, self.path, self.headers["User-Agent"]))
        status = self.path.strip("/")
        place = None
        if self.path == "/head-405":
            status = 405 if self.command == "HEAD" else 200
        elif self.path == "/head-404":
            status = 404 if self.command == "HEAD" else 200
        elif self.path == "/loop":
            status, place = 302, "/loop"
        elif self.path.startswith("/to/"):
            status, place = 302, self.path.removeprefix("/to/")
        elif self.path == "/drip":
            return self.drip()
        self.send_response(int(status))
        if place:
            self.send_header("Location", place)
        self.send_header("Content-Length", "0")
        self.end_headers()
        return None

    def drip(self):
        """A header without end, a byte at a time."""
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
            while not self.server.stopping.wait(0.05):
                self.wfile.write(b"x")
                self.wfile.flush()
        except OSError:
            return

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    Site.seen = []
    made = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    made.stopping = threading.Event()
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.stopping.set()
    made.shutdown()
    made.server_close()


def asker(**options):
    return Asker(**{"allowed": lambda address: True, "delay": 0, "timeout": 3, **options})


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/200", ""), ("/head-405", ""), ("/head-404", ""), ("/403", ""), ("/to//200", ""),
        ("/404", "answer"), ("/410", "answer"), ("/500", "answer"), ("/loop", "redirects"),
        ("/to/ftp://example.org/", "address"),
    ],
)  # fmt: skip
def test_what_an_address_answers(server, path, error):
    assert asker().ask(server + path).error == error
    assert all("http://testserver" in agent for _method, _path, agent in Site.seen)


def test_a_site_that_is_not_there_is_told_from_one_that_does_not_answer(server):
    assert asker().ask("http://127.0.0.1:9/").error == "connection"
    assert asker().ask("http://nulle-part.invalid/").error == "name"
    assert asker(patience=0.3).ask(f"{server}/drip").error == "timeout"
    assert asker().ask(f"https://{server.removeprefix('http://')}/200").error in (
        "certificate",
        "connection",
    )


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1",
        "64:ff9b::a00:1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_known(address):
    assert not is_public(address)


def test_public_addresses_are_public():
    assert is_public("192.0.46.8")
    assert is_public("2001:500:88:200::8")


def test_nothing_is_asked_of_our_own_network_not_even_after_a_redirect(server):
    assert Asker(delay=0).ask(f"{server}/200").error == "private"
    assert Asker(delay=0).ask("http://localhost/").error == "private"
    assert Asker(delay=0).ask("http://2130706433/").error in ("private", "name")
    assert Site.seen == []
    inside = f"http://127.0.0.2:{server.rpartition(':')[2]}/200"
    only_first = asker(allowed=lambda address: address == "127.0.0.1")
    assert only_first.ask(f"{server}/to/{inside}").error == "private"
    assert {path for _method, path, _agent in Site.seen} == {f"/to/{inside}"}


def test_a_host_is_not_hurried(server):
    waited = []
    polite = asker(delay=5, wait=waited.append)
    polite.ask(f"{server}/200")
    assert waited == []
    polite.ask(f"{server}/200")
    assert 4 < waited[0] <= 5


def test_links_are_found_in_texts_and_in_values():
    html = '<a href="https://exemple.org/a?b=1&amp;c=2#la">a</a> <a href="/b">b</a>'
    answer = {
        "url": "\x01/guides/un/",
        "body": [{"value": html}],
        "data": {"site": "HTTP://Éxemple.org/été", "note": "voir https://exemple.org/", "n": 3},
        "own": "http://testserver/guides/",
    }
    assert dead_links.links_of(json.dumps(answer)) == {
        "https://exemple.org/a?b=1&c=2",
        "http://xn--xemple-9ua.org/%C3%A9t%C3%A9",
    }


@pytest.mark.parametrize(
    "url", ["", "ftp://exemple.org/", "http://", "http://[::1", "http://exemple.org:port/",
            "javascript:alert(1)", "http://" + "a" * 70 + ".org/", "http://e.org/" + "a" * 2000],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_no_link(url):
    assert dead_links.normal(url) == ""


def guide(*urls, **fields):
    links = "".join(f'<a href="{url}">lien</a> ' for url in urls)
    made = GuidePageFactory(chapters=[("Liens", f"<p>{links}</p>")], **fields)
    touches.flush()
    return made


def later(days):
    LinkCheck.objects.update(
        checked_at=timezone.now() - dt.timedelta(days=days),
    )
    LinkCheck.objects.exclude(failing_since=None).update(
        failing_since=timezone.now() - dt.timedelta(days=days)
    )


@pytest.mark.django_db
def test_a_link_is_dead_after_failures_on_two_days_and_alive_when_it_answers(server):
    guide(f"{server}/404", f"{server}/200")
    assert dead_links.collect() == 2
    assert dead_links.check(asker()) == 2
    assert not dead_links.dead().exists()
    assert dead_links.check(asker()) == 0  # nothing is due before the next day
    later(1)
    assert dead_links.check(asker()) == 1  # what works waits for its week
    assert [link.url for link in dead_links.dead()] == [f"{server}/404"]
    LinkCheck.objects.filter(url__endswith="404").update(url=f"{server}/204")
    later(1)
    dead_links.check(asker())
    assert not dead_links.dead().exists()
    later(8)
    assert dead_links.check(asker()) == 2


@pytest.mark.django_db
def test_a_run_is_bounded_and_the_next_goes_on(server):
    guide(*(f"{server}/20{n}" for n in range(5)))
    dead_links.collect()
    assert dead_links.check(asker(), most=3) == 3
    assert dead_links.check(asker(), seconds=-1) == 0
    assert dead_links.check(asker(), most=3) == 2
    assert len({path for _method, path, _agent in Site.seen}) == 5


@pytest.mark.django_db
def test_links_that_no_page_gives_any_more_are_forgotten(admin_client):
    page = guide("https://exemple.org/a", "https://exemple.org/b")
    other = guide("https://exemple.org/a")
    assert dead_links.collect() == 2
    assert LinkUse.objects.count() == 3
    page.unpublish()
    touches.flush()
    assert dead_links.collect() == 1
    assert list(LinkUse.objects.values_list("page_id", flat=True)) == [other.pk]


@pytest.fixture
def dead(db):
    found = [
        guide("https://exemple.org/perdu", title="Guide <b>qui cite</b>"),
        guide("https://exemple.org/perdu", title="Autre guide"),
    ]
    dead_links.collect()
    week = timezone.now() - dt.timedelta(days=7)
    LinkCheck.objects.update(
        status=404, error="answer", failing_since=week, checked_at=timezone.now()
    )
    return found


def test_the_report_names_the_pages_with_their_forms(dead, admin_client):
    address = reverse("dead_links_report")
    shown = admin_client.get(address).content.decode()
    assert "https://exemple.org/perdu" in shown
    assert "(404)" in shown
    for page in dead:
        assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in shown
    assert "<b>qui cite" not in shown
    assert "perdu" in admin_client.get(reverse("dead_links_report_results")).content.decode()
    assert "/perdu" not in admin_client.get(f"{address}?error=name").content.decode()
    assert "/perdu" in admin_client.get(f"{address}?url=perdu").content.decode()
    csv = b"".join(admin_client.get(f"{address}?export=csv")).decode()
    assert "https://exemple.org/perdu" in csv
    assert "Autre guide" in csv
    assert admin_client.get(f"{address}?export=xlsx").status_code == 200
    front = admin_client.get("/admin/").content.decode()
    assert front.count(address) == 2  # in the menu and on the desk


def test_a_page_that_was_corrected_is_no_longer_named(dead, admin_client):
    dead[1].chapters.all().delete()
    touches.flush()
    shown = admin_client.get(reverse("dead_links_report")).content.decode()
    assert "Autre guide" not in shown
    assert "qui cite" in shown


def test_who_edits_no_page_sees_no_report(dead, client):
    client.force_login(UserFactory(is_superuser=False, is_staff=False))
    assert client.get(reverse("dead_links_report")).status_code == 302


def test_a_record_still_says_what_an_editor_wrote(dead, admin_client):
    edit(admin_client, dead[0], title="Guide relu")
    dead_links.collect()
    assert LinkUse.objects.count() == 2
