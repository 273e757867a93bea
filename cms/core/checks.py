"""System checks that hold the plan: a public page type fulfils the plugin contract."""

from typing import Any

from django.apps import apps
from django.core import checks
from wagtail.models import Page

from .records import RecordType


@checks.register()
def page_types_fulfil_the_contract(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Every concrete page type stands on BasePage; record types have distinct names."""
    from .pages import BasePage

    problems: list[checks.CheckMessage] = []
    seen: dict[str, type[BasePage]] = {}
    for model in apps.get_models():
        if not issubclass(model, Page) or model is Page:
            continue
        if not issubclass(model, BasePage):
            problems.append(
                checks.Error(
                    f"{model._meta.label} is a page type but not a BasePage.",
                    hint="Derive it from cms.core.pages.BasePage: it could not become a record.",
                    obj=model,
                    id="cms_core.E001",
                )
            )
            continue
        kind = model.record_type
        if kind is None:
            continue
        if not isinstance(kind, RecordType):
            problems.append(
                checks.Error(
                    f"{model._meta.label}.record_type is not a RecordType.",
                    obj=model,
                    id="cms_core.E002",
                )
            )
        elif other := seen.get(kind.name):
            problems.append(
                checks.Error(
                    f"{model._meta.label} and {other._meta.label} both are {kind.name!r}.",
                    hint="The name of a record type stands in addresses: it must be unique.",
                    obj=model,
                    id="cms_core.E003",
                )
            )
        else:
            seen[kind.name] = model
    return problems
