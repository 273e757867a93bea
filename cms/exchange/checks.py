"""System checks: what a repository must have before others harvest it."""

from typing import Any

from django.conf import settings
from django.core import checks

from cms.formats.notice import LICENCES

from .oai import identity


@checks.register()
def repository_settings_are_sound(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Settings that are there are ones that OAI-PMH accepts."""
    problems: list[checks.CheckMessage] = []
    if settings.OAI_NAMESPACE and not identity.NAMESPACE.fullmatch(settings.OAI_NAMESPACE):
        problems.append(
            checks.Error(
                f"OAI_NAMESPACE is not a domain name: {settings.OAI_NAMESPACE!r}.",
                hint="For example ressources.example.org.",
                id="cms_exchange.E001",
            )
        )
    if settings.OAI_ADMIN_EMAIL and not identity.EMAIL.fullmatch(settings.OAI_ADMIN_EMAIL):
        problems.append(
            checks.Error(
                f"OAI_ADMIN_EMAIL is not an address: {settings.OAI_ADMIN_EMAIL!r}.",
                id="cms_exchange.E002",
            )
        )
    if settings.DATA_LICENCE and settings.DATA_LICENCE not in LICENCES:
        problems.append(
            checks.Error(
                f"DATA_LICENCE is no licence that is known here: {settings.DATA_LICENCE!r}.",
                hint=f"One of {', '.join(LICENCES)}.",
                id="cms_exchange.E003",
            )
        )
    return problems


@checks.register(deploy=True)
def repository_is_named(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Before others harvest: identifiers that do not follow the site's address, and somebody to
    write to."""
    problems: list[checks.CheckMessage] = []
    if not settings.OAI_NAMESPACE:
        problems.append(
            checks.Warning(
                "OAI_NAMESPACE is not set: the identifiers of records follow the site's address.",
                hint="Set it once, for good: whoever harvested would take every record for new.",
                id="cms_exchange.W001",
            )
        )
    if not settings.OAI_ADMIN_EMAIL:
        problems.append(
            checks.Warning(
                f"OAI_ADMIN_EMAIL is not set: harvesters write to {identity.admin_email()}.",
                id="cms_exchange.W002",
            )
        )
    if not settings.DATA_LICENCE:
        problems.append(
            checks.Warning(
                "DATA_LICENCE is not set: the catalogue of open data names no licence.",
                hint="Catalogues of open data expect one, such as etalab-2.0.",
                id="cms_exchange.W003",
            )
        )
    return problems
