"""Machine translation: which backend settings ask for, and one that only pretends.

Read by the settings themselves, so it needs no application.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy

_TEXT = re.compile(r"(<[^>]*>)")


def machine_translator(name: str, url: str = "", key: str = "") -> dict[str, Any] | None:
    """wagtail-localize's setting for one of the backends; None for no machine. Raises ValueError
    for a name that is none."""
    if not name:
        return None
    known: dict[str, tuple[str, dict[str, str]]] = {
        "dummy": ("cms.core.translators.Pretending", {}),
        "libretranslate": (
            "wagtail_localize.machine_translators.libretranslate.LibreTranslator",
            {"LIBRETRANSLATE_URL": url, "API_KEY": key},
        ),
        "deepl": (
            "wagtail_localize.machine_translators.deepl.DeepLTranslator",
            {"AUTH_KEY": key},
        ),
    }
    if name not in known:
        raise ValueError(f"MACHINE_TRANSLATOR is one of {', '.join(known)}, not {name!r}.")
    path, options = known[name]
    return {"CLASS": path, "OPTIONS": options}


class Pretending:
    """Marks each text with the language it should be in: for trying out, without a network."""

    display_name = gettext_lazy("Dummy translator")

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options

    def translate(self, source: Any, target: Any, strings: Iterable[Any]) -> dict[Any, Any]:
        from wagtail_localize.strings import StringValue

        return {one: StringValue(mark(one.data, target.language_code)) for one in strings}

    def can_translate(self, source: Any, target: Any) -> bool:
        return source.language_code != target.language_code


def mark(html: str, language: str) -> str:
    """The text with "[en] " before its first word; its markup stays."""
    parts = _TEXT.split(html)
    for place, part in enumerate(parts):
        if part.strip() and not part.startswith("<"):
            parts[place] = f"[{language}] {part}"
            break
    return "".join(parts)
