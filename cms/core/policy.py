"""What of a model is language: each field says whether it is translated or synchronised.

Said once on the model, in `override_translatable_fields`, which wagtail-localize reads; the check
at the end refuses a field that says nothing. What is synchronised is copied from the source and
not offered to translators. Child rows speak for themselves: those whose model is translatable are
translated with their page, the others are copied. What pages share (figures, testimonials, cycles)
keeps its words in rows of its own, one for each language.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.core import checks
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations
from wagtail.models import Page, TranslatableMixin
from wagtail_localize.fields import (
    BaseTranslatableField,
    SynchronizedField,
    TranslatableField,
    get_translatable_fields,
)


class Translated(TranslatableField):
    """Language. Addresses and files inside it are the source's own."""

    def is_overridable(self, obj: Any) -> bool:
        return False


class AsPrinted(Translated):
    """A number or a date as its source prints it: language only where it has letters."""

    def is_translated(self, obj: Any) -> bool:
        return any(sign.isalpha() for sign in str(self.get_value(obj) or ""))

    def is_synchronized(self, obj: Any) -> bool:
        return not self.is_translated(obj)


class Synchronised(SynchronizedField):
    """The same in every language, and not offered to translators."""

    def __init__(self, field_name: str) -> None:
        super().__init__(field_name, overridable=False)


def policy(
    *inherited: Sequence[BaseTranslatableField],
    translated: Iterable[str] = (),
    as_printed: Iterable[str] = (),
    synchronised: Iterable[str] = (),
) -> list[BaseTranslatableField]:
    """The policy of a model: what it inherits, then its own fields by name, which go before."""
    found = {one.field_name: one for fields in inherited for one in fields}
    for kind, names in ((Translated, translated), (AsPrinted, as_printed)):
        found |= {name: kind(name) for name in names}
    found |= {name: Synchronised(name) for name in synchronised}
    return list(found.values())


def undeclared(model: Any) -> list[str]:
    """The fields of a model that say neither; child rows and the link to the page left out."""
    declared = {one.field_name for one in getattr(model, "override_translatable_fields", ())}
    wanted = {one.field_name for one in get_translatable_fields(model)}
    wanted |= {one.name for one in model._meta.many_to_many if one.editable}
    children = {one.name for one in get_all_child_relations(model)}
    keys = {one.name for one in model._meta.fields if isinstance(one, ParentalKey)}
    return sorted(wanted - declared - children - keys - {"sort_order", "locale"})


def translated_models() -> Iterator[Any]:
    """Every page type of ours and the models of its child rows, each once."""
    seen: set[Any] = set()
    for model in apps.get_models():
        if not issubclass(model, Page) or model is Page:
            continue
        children = [one.related_model for one in get_all_child_relations(model)]
        for found in (model, *children):
            if found not in seen and not found.__module__.startswith("wagtail."):
                seen.add(found)
                yield found


def spoken_models() -> Iterator[Any]:
    """The other models that records show. Rows that each belong to a language (the names of a
    concept, the words of a shared content) need no policy: they are the translations."""
    pages = set(translated_models())
    for model in apps.get_models():
        if not hasattr(model, "record_dependency") or model in pages:
            continue
        names = {one.name for one in model._meta.fields}
        child = any(isinstance(one, ParentalKey) for one in model._meta.fields)
        if not (child and "language" in names):
            yield model


@checks.register()
def every_field_has_a_policy(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """A field without a policy would be offered to translators, or copied, by chance."""
    problems: list[checks.CheckMessage] = []
    for model in (*translated_models(), *spoken_models()):
        problems += [
            checks.Error(
                f"{model._meta.label}.{name} says neither that it is translated nor synchronised.",
                hint="Name it in override_translatable_fields: see cms.core.policy.",
                obj=model,
                id="cms_core.E010",
            )
            for name in undeclared(model)
        ]
        spoken = [
            one.field_name
            for one in getattr(model, "override_translatable_fields", ())
            if isinstance(one, TranslatableField)
        ]
        if spoken and not issubclass(model, TranslatableMixin) and not hasattr(model, "texts"):
            problems.append(
                checks.Error(
                    f"{model._meta.label} has language ({', '.join(spoken)}) but is not"
                    " translatable.",
                    hint="Derive it from wagtail.models.TranslatableMixin, or give it rows of"
                    " texts in each language.",
                    obj=model,
                    id="cms_core.E011",
                )
            )
    return problems
