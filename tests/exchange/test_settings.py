"""The repository's name and address: what is checked, and what stands in for them."""

import pytest

from cms.exchange import checks
from cms.exchange.oai import identity


def found(check):
    return [problem.id for problem in check(None)]


def test_a_repository_without_settings_is_told_before_it_is_deployed(settings):
    settings.OAI_NAMESPACE = settings.OAI_ADMIN_EMAIL = settings.DATA_LICENCE = ""
    assert found(checks.repository_is_named) == [
        "cms_exchange.W001", "cms_exchange.W002", "cms_exchange.W003",
    ]  # fmt: skip
    settings.DATA_LICENCE = "libre"
    assert found(checks.repository_settings_are_sound) == ["cms_exchange.E003"]
    settings.DATA_LICENCE = "etalab-2.0"
    settings.OAI_NAMESPACE = "ressources.example.org"
    settings.OAI_ADMIN_EMAIL = "documentation@example.org"
    assert found(checks.repository_is_named) == []
    assert found(checks.repository_settings_are_sound) == []


@pytest.mark.parametrize("namespace", ["relais", "1.example.org", "a b.org", "é.org", "x:y.org"])
def test_a_namespace_is_a_domain_name(settings, namespace):
    settings.OAI_NAMESPACE = namespace
    assert found(checks.repository_settings_are_sound) == ["cms_exchange.E001"]


@pytest.mark.parametrize("address", ["documentation", "a@localhost", "a b@example.org", "@x.org"])
def test_harvesters_must_be_able_to_write(settings, address):
    settings.OAI_ADMIN_EMAIL = address
    assert found(checks.repository_settings_are_sound) == ["cms_exchange.E002"]


@pytest.mark.parametrize(
    ("address", "namespace"),
    [
        ("https://ressources.example.org", "ressources.example.org"),
        ("http://localhost:8000", "relais.example.org"),
        ("http://127.0.0.1", "relais.example.org"),
    ],
)
def test_without_a_namespace_the_host_serves_if_it_can(settings, address, namespace):
    settings.OAI_NAMESPACE = ""
    settings.BASE_URL = address
    assert identity.namespace() == namespace


def test_without_an_address_the_sender_of_mail_serves_if_it_can(settings):
    settings.OAI_ADMIN_EMAIL, settings.OAI_NAMESPACE = "", "ressources.example.org"
    settings.DEFAULT_FROM_EMAIL = "Le centre <centre@example.org>"
    assert identity.admin_email() == "centre@example.org"
    settings.DEFAULT_FROM_EMAIL = "webmaster@localhost"
    assert identity.admin_email() == "webmaster@ressources.example.org"
