"""Every type of content and the factory that makes a complete page of it, found, not named."""

import importlib
from pathlib import Path
from typing import Any

from django.apps import apps

from cms.core.pages import BasePage
from tests import factories

FOLDER = Path(factories.__file__).parent

MODELS: list[type[BasePage]] = [
    model
    for model in apps.get_models()
    if issubclass(model, BasePage) and model.record_type is not None
]
NAMES = [model.record_type.name for model in MODELS]


def _subclasses(base: type) -> list[type]:
    return [one for child in base.__subclasses__() for one in (child, *_subclasses(child))]


def page_factories() -> dict[type, Any]:
    """By page model; those of the shared modules, not what one test module makes for itself."""
    shared = {factories.__name__}
    for path in FOLDER.glob("*_factories.py"):
        shared.add(importlib.import_module(f"tests.{path.stem}").__name__)
    found = [one for one in _subclasses(factories.PageFactory) if one.__module__ in shared]
    return {one._meta.model: one for one in found if one._meta.model is not None}
