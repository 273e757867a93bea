"""Keys of partners: what opens, what is refused, what is counted, what the admin shows."""

import datetime as dt
import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from cms.core import people
from cms.partners import keys as making
from cms.partners.models import Key, Partner, Usage
from cms.partners.usage import forget_old, tally
from tests import synthetic
from tests.factories import UserFactory
from tests.partner_factories import PartnerFactory, key

pytestmark = pytest.mark.django_db
READS = (
    "records", "search", "suggest?q=fi", "changes", "concepts", "types", "status", "openapi.json",
    "",
)  # fmt: skip


@pytest.fixture
def stored():
    return synthetic.store(2)


def ask(client, address, headers=None, **more):
    return client.get(f"/api/v1/{address}", headers=headers or {}, **more)


def problem(response):
    assert response["Content-Type"] == "application/problem+json"
    return json.loads(response.content)


def test_a_key_reads_what_anybody_reads(client, stored):
    _key, headers = key()
    for address in (*READS, f"records/{stored[0].uid}"):
        with_key, without = ask(client, address, headers), ask(client, address)
        assert with_key.status_code == without.status_code == 200
        if address != "suggest?q=fi":
            assert with_key.content == without.content


@pytest.mark.parametrize(
    "sent",
    [
        "Bearer relais_nobody", "Bearer", "Bearer ", "", "relais_nobody", "Basic dTpw",
        "Bearer \xe9\x00", "Bearer " + "x" * 5_000, "Token x", "bearer  relais_x y",
    ],
)  # fmt: skip
def test_a_wrong_key_is_refused_and_never_taken_for_none(client, stored, sent):
    for address in (*READS, f"records/{stored[0].uid}", "usage", "nothing"):
        response = ask(client, address, {"authorization": sent})
        assert response.status_code == 401, address
        assert response["WWW-Authenticate"].startswith("Bearer")
        assert problem(response)["type"] == "/api/v1/docs#wrong-key"
        assert str(stored[0].uid) not in response.content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"revoked_at": timezone.now()}, "révoquée"),
        ({"expires_at": timezone.now() - dt.timedelta(seconds=1)}, "expiré"),
    ],
)
def test_a_key_that_is_over_is_refused_at_once(client, stored, change, said):
    made, headers = key()
    assert ask(client, "records", headers).status_code == 200
    Key.objects.filter(pk=made.pk).update(**change)
    english = {**headers, "accept-language": "en"}
    for address in READS:
        assert ask(client, address, headers).status_code == 401
    word = {"révoquée": "revoked", "expiré": "expired"}[said]
    assert word in problem(ask(client, "records", english))["detail"]


def test_the_keys_of_a_suspended_partner_are_refused(client, stored):
    made, headers = key()
    Partner.objects.filter(pk=made.partner_id).update(is_active=False)
    assert ask(client, "records", headers).status_code == 401


def test_a_copy_that_is_still_good_is_not_confirmed_to_a_wrong_key(client, stored):
    etag = ask(client, "records")["ETag"]
    headers = {"authorization": "Bearer relais_nobody", "if-none-match": etag}
    assert ask(client, "records", headers).status_code == 401


@pytest.mark.parametrize(("read", "submit"), [(True, False), (False, True), (True, True)])
def test_each_scope_opens_its_operations_and_no_other(client, stored, read, submit):
    _key, headers = key(may_read=read, may_submit=submit)
    for address in (*READS, f"records/{stored[0].uid}"):
        response = ask(client, address, headers)
        assert response.status_code == (200 if read else 403), address
        if not read:
            assert problem(response)["scope"] == "read"
    assert ask(client, "usage", headers).status_code == 200


def test_the_database_holds_no_key(client):
    made, headers = key()
    text = headers["authorization"].removeprefix("Bearer ")
    assert text.startswith("relais_")
    assert len(text) > 45
    stored = str(Key.objects.values().get())
    assert text not in stored
    assert text.removeprefix("relais_")[5:] not in stored
    assert making.find(text).key_id == made.pk


def test_a_key_costs_one_query_and_no_writing(client, stored, django_assert_num_queries):
    _key, headers = key()
    ask(client, "records", headers)
    with django_assert_num_queries(2):
        ask(client, "records", headers)
    with django_assert_num_queries(2):
        ask(client, f"records/{stored[0].uid}", headers)


def test_requests_are_counted_by_day_and_the_last_use_is_noted(client, stored):
    made, headers = key()
    for _number in range(3):
        ask(client, "records", headers)
    assert not Usage.objects.exists()  # not at each request
    tally.write()
    ask(client, "status", headers)
    tally.write()
    assert Usage.objects.values_list("day", "requests", "refused").get() == (
        timezone.localdate(), 4, 0,
    )  # fmt: skip
    assert Key.objects.get(pk=made.pk).last_used_at is not None
    Key.objects.all().delete()
    tally.count(made.pk)
    tally.write()  # of a key that is no more: nothing
    assert not Usage.objects.exists()


def test_counts_that_could_not_be_written_are_written_later(monkeypatch):
    from django.db import DatabaseError

    from cms.partners import usage

    made, _headers = key()
    tally.count(made.pk)
    with monkeypatch.context() as patch:
        patch.setattr(usage, "connection", Broken(DatabaseError))
        tally.write()
    tally.count(made.pk, refused=True)
    tally.write()
    assert Usage.objects.values_list("requests", "refused").get() == (2, 1)


class Broken:
    def __init__(self, error):
        self.error = error

    def cursor(self):
        raise self.error


def test_a_partner_sees_its_usage_by_its_key_and_nobody_else_s(client, stored):
    partner = PartnerFactory(name="ARS exemple", contact_email="dupont@example.org")
    _key, headers = key(partner, name="copie")
    _other, others = key(name="autre")
    ask(client, "records", headers)
    ask(client, "records", others)
    assert ask(client, "usage").status_code == 401
    response = ask(client, "usage", headers)
    assert response["Cache-Control"] == "no-store"
    found = json.loads(response.content)
    assert found["partner"] == "ARS exemple"
    assert [one["name"] for one in found["keys"]] == ["copie"]
    assert found["days"] == [{"day": str(timezone.localdate()), "requests": 2, "refused": 0}]
    assert "dupont" not in response.content.decode()
    assert headers["authorization"][-20:] not in response.content.decode()


def test_an_administrator_makes_a_key_that_is_shown_once(admin_client, stored):
    partner = PartnerFactory()
    address = "/admin/snippets/cms_partners/key/add/"
    assert admin_client.get(address).status_code == 200
    data = {"partner": partner.pk, "name": "site", "may_read": "on", "rate": "", "expires_at": ""}
    response = admin_client.post(address, data)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    text = re.search(r'<pre id="secret">(relais_[\w-]+)</pre>', response.content.decode())[1]
    headers = {"authorization": f"Bearer {text}"}
    assert ask(Client(), "records", headers).status_code == 200
    made = Key.objects.get()
    for shown in (
        "/admin/snippets/cms_partners/key/", f"/admin/snippets/cms_partners/key/edit/{made.pk}/",
        f"/admin/partners/{partner.pk}/", "/admin/reports/site-history/",
    ):  # fmt: skip
        assert text not in admin_client.get(shown).content.decode(), shown
    assert not any(text in str(cookie) for cookie in admin_client.cookies.values())


def test_a_key_without_any_scope_is_refused_at_the_field(admin_client):
    data = {"partner": PartnerFactory().pk, "name": "site", "rate": "0", "expires_at": ""}
    response = admin_client.post("/admin/snippets/cms_partners/key/add/", data)
    assert {"may_read", "rate"} <= set(response.context["form"].errors)
    assert not Key.objects.exists()


def test_an_administrator_revokes_a_key_for_good(admin_client, stored):
    made, headers = key()
    page = f"/admin/partners/{made.partner_id}/"
    assert f"revoke:{made.pk}" in admin_client.get(page).content.decode()
    assert admin_client.post(page, {"do": f"revoke:{made.pk}"}).status_code == 302
    assert ask(Client(), "records", headers).status_code == 401
    assert f"revoke:{made.pk}" not in admin_client.get(page).content.decode()
    admin_client.post(page, {"do": "nothing"})
    assert admin_client.post(page, {"do": "revoke:" + "9" * 40}).status_code == 404
    for listed in ("partner", "key"):
        assert admin_client.get(f"/admin/snippets/cms_partners/{listed}/").status_code == 200


def test_the_page_of_a_partner_is_for_who_may_change_partners(client):
    made, _headers = key()
    editor = UserFactory(is_superuser=False)
    client.force_login(editor)
    for method in (client.get, client.post):
        response = method(f"/admin/partners/{made.partner_id}/")
        assert response.status_code == 302
    assert Key.objects.get().revoked_at is None


def test_the_contact_of_a_partner_is_shown_and_erased_with_the_data_of_a_person():
    PartnerFactory(name="ARS", contact_name="Camille", contact_email="Camille@example.org")
    export, erase = people.keepers["partners"]
    assert export("camille@example.org")[0]["contact_name"] == "Camille"
    assert erase("camille@example.org") == 1
    assert Partner.objects.get().contact_email == ""
    assert export("camille@example.org") == []


def test_days_that_nobody_compares_any_more_are_forgotten():
    made, _headers = key()
    today = timezone.localdate()
    for days in (0, 399, 401):
        Usage.objects.create(key=made, day=today - dt.timedelta(days=days), requests=1)
    assert forget_old() == 1
