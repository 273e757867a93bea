"""Bibliographies in the styles of the Citation Style Language, by citeproc-py.

The styles beside this file are those of the CSL project, unchanged: see `styles/LICENCE.txt`.
"""

import logging
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON
from django.utils.translation import gettext_lazy as _

from . import csl
from .notice import Notice
from .text import one_line

log = logging.getLogger(__name__)

STYLES: Mapping[str, Any] = {
    "iso690": _("ISO 690"),
    "apa": _("APA, 7th edition"),
    "vancouver": _("Vancouver"),
}
DEFAULT = "iso690"
_FOLDER = Path(__file__).parent / "styles"
_LOCALES = {"fr": "fr-FR", "en": "en-US", "es": "es-ES"}

# What the styles know how to say; the rest is what it is here: a page online.
_KNOWN = frozenset({"article-journal", "book", "motion_picture", "report", "thesis", "webpage"})
# citeproc takes texts for HTML: these stand for its signs, and come back as themselves.
_SIGNS = {"<": "\ue200", ">": "\ue201", "&": "\ue202"}
_BACK = str.maketrans({mark: sign for sign, mark in _SIGNS.items()})
_OUT = str.maketrans(_SIGNS)
# APA's own order of a date in English, "(2024, March 12)", where the language has another.
_ENGLISH_DATE = re.compile(r"\((\d{4}), ([^\W\d]+\.?) (\d{1,2})\)")
_DATES: Mapping[str, Callable[[str, str, str], str]] = {
    "fr": lambda year, month, day: f"({year}, {'1er' if day == '1' else day} {month})",
    "es": lambda year, month, day: f"({year}, {day} de {month})",
}
_NUMBER = re.compile(r"^\d+\.(?=\S)")
# What styles leave where a part is missing: two full stops, spaces before them.
_LEFT_OVER = re.compile(r"\s*(?:\.\s*){2,}(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text, slanted or not."""

    text: str
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A reference of a bibliography."""

    uid: str
    runs: Sequence[Run]

    def __str__(self) -> str:
        return "".join(run.text for run in self.runs)


def bibliography(notices: Sequence[Notice], style: str, locale: str) -> list[Entry]:
    """References in a style of STYLES, in its order; as records cite themselves where the style
    cannot be followed. What one does not cite is left out."""
    cited = [one for one in notices if one.kind.citable]
    if not cited:
        return []
    try:
        return _styled(cited, style, locale)
    except Exception:  # a strange record must not take the others with it
        log.exception("A bibliography cannot be written in the style %s.", style)
        return [Entry(str(one.record.uid), [Run(one.citation)]) for one in cited]


def _styled(cited: Sequence[Notice], style: str, locale: str) -> list[Entry]:
    items = [_item(one) for one in cited]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fields that it does not know
        known = CitationStylesStyle(
            str(_FOLDER / f"{style}.csl"), locale=_LOCALES.get(locale, "fr-FR"), validate=False
        )
        _keep_delimiters(known)
        made = CitationStylesBibliography(known, CiteProcJSON(items), formatter.html)
        for item in items:
            made.register(Citation([CitationItem(item["id"])]))
        made.sort()
        return [
            Entry(key, _runs(_in_order(str(text), locale)))
            for key, text in zip(made.keys, made.bibliography(), strict=True)
        ]


def _keep_delimiters(style: CitationStylesStyle) -> None:
    """citeproc-py joins the parts of a language's date by what the style's own date says, which
    leaves it to the language: "2024Mar"."""
    for date in style.root.iter("{*}date"):
        form = date.get("form")
        if form and "delimiter" not in date.attrib and not date.is_locale_date():
            date.set("delimiter", date.get_date(form).get("delimiter", ""))


def _in_order(html: str, locale: str) -> str:
    """With the date as the language says it, and a space after the number of a numbered list."""
    if write := _DATES.get(locale):
        html = _ENGLISH_DATE.sub(lambda found: write(*found.groups()), html)
    return _NUMBER.sub(lambda found: f"{found[0]} ", html)


def _item(notice: Notice) -> dict[str, Any]:
    """What styles need of a record. A work without authors is its publisher's."""
    found: dict[str, Any] = _escaped(csl.item(notice))
    for name in ("abstract", "keyword", "language"):
        found.pop(name, None)
    if found["type"] not in _KNOWN:
        found["type"] = "webpage"
    if "author" not in found and "publisher" in found:
        found["author"] = [{"literal": found["publisher"]}]
    return found


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return one_line(value.translate(_BACK)).translate(_OUT)
    if isinstance(value, dict):
        return {name: _escaped(part) for name, part in value.items()}
    return [_escaped(part) for part in value] if isinstance(value, list) else value


class _Reader(HTMLParser):
    """The little HTML that citeproc writes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[Run] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.depth += tag == "i"

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "i"

    def handle_data(self, data: str) -> None:
        self.runs.append(Run(data.translate(_BACK), self.depth > 0))


def _runs(html: str) -> list[Run]:
    reader = _Reader()
    reader.feed(_LEFT_OVER.sub(". ", html).strip())
    reader.close()
    return reader.runs
