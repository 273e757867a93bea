"""How things are written on a page: French typography, sizes, dates, marks of type, pictures."""

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import models
from django.template.defaultfilters import stringfilter
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info, gettext, ngettext, pgettext

from cms.core.body import picture_address, thumbnail_address
from cms.core.deadlines import sentence
from cms.core.records import PartialDate, RecordType, Term, record_types

register = template.Library()

NBSP = "\u00a0"
_SPACES = "[ \u00a0\u202f]"
_FRENCH = (
    # Never the narrow space: too thin in these letters to be seen.
    (re.compile(rf"{_SPACES}+(?=[;:!?])"), NBSP),
    (re.compile(rf"«{_SPACES}*"), f"«{NBSP}"),
    (re.compile(rf"{_SPACES}*»"), f"{NBSP}»"),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), NBSP),
    (re.compile(r"(?<=\w)(?:'|&#x27;|&#39;)(?=\w)"), "’"),
    # A period stays on one line: "2023-2026".
    (re.compile(r"(?<!\d)((?:19|20)\d\d-)(?=(?:19|20)\d\d(?!\d))"), "\\1\u2060"),
)
_TAGS = re.compile(r"(<[^>]*>)")
_LINE_END = re.compile(r"(?<![\s.!?…:;,»])[^\S\n]*\n\s*")
_ORDINAL = re.compile(r"\b(\d+|[IVX]+)(ers?|res?|ère|ème|es?|nde?)\b")
_WIDTHS = (320, 640, 960, 1200)
_FILE_NAMES = {
    "application/pdf": "PDF",
    "application/rtf": "RTF",
    "audio/mpeg": "MP3",
    "text/csv": "CSV",
    "text/plain": "TXT",
}


def _is_french() -> bool:
    return (get_language() or "").startswith("fr")


@register.filter(is_safe=True)
@stringfilter
def typo(text: str) -> str:
    """French typography: no-break spaces before ; : ? ! and inside « », real apostrophes.

    Spaces are never added before a sign that has none ("https://"). Markup is left alone.
    """
    if not _is_french():
        return text
    if isinstance(text, SafeString):
        # Cleaned rich text writes its no-break spaces so.
        parts = _TAGS.split(text.replace("&nbsp;", NBSP))
    else:
        parts = [text]
    for place in range(0, len(parts), 2):
        for pattern, replacement in _FRENCH:
            parts[place] = pattern.sub(replacement, parts[place])
    return "".join(parts)


@register.filter(is_safe=True)
@stringfilter
def excerpt(html: str) -> str:
    """An extract with the marks of what was cut away: "…" before a small letter, "…" after a
    sentence without its end. Nothing is added to an empty extract."""
    text = _TAGS.sub("", html).strip()
    if not text:
        return html
    before = "… " if text[0].islower() else ""
    after = "" if text[-1] in ".!?…:»" else " …"
    # Lines of a list end without a sign.
    lines = _LINE_END.sub(" · ", html.strip())
    return f"{before}{lines}{after}"


@register.filter
def ordinals(text: Any) -> SafeString:
    """Text such as 2e édition, its ordinals small and raised."""
    escaped = conditional_escape(text or "")
    return mark_safe(_ORDINAL.sub(r"\1<sup>\2</sup>", escaped) if _is_french() else escaped)  # noqa: S308


@register.filter
def file_size(size: int | None) -> str:
    """A size in bytes as people read it: "850 ko", "2,1 Mo"."""
    amount = float(size or 0)
    units = (gettext("B"), gettext("kB"), gettext("MB"), gettext("GB"))
    rank = 0
    while amount >= 1000 and rank < len(units) - 1:
        amount, rank = amount / 1000, rank + 1
    decimals = 1 if rank > 1 and amount < 10 else 0
    return f"{formats.number_format(round(amount, decimals), decimals)}{NBSP}{units[rank]}"


@register.filter
def file_kind(media_type: str) -> str:
    """PDF for application/pdf; the last word of an unknown type."""
    known = _FILE_NAMES.get(media_type)
    return known or media_type.rsplit("/", 1)[-1].rsplit(".", 1)[-1].upper()[:12]


@register.filter
def file_facts(found: Any) -> str:
    """Format, weight and pages of a download or a document: "PDF, 2,1 Mo, 48 p."."""
    size = getattr(found, "size", None) or getattr(found, "file_size", None)
    pages = getattr(found, "page_count", None)
    if pages is None and isinstance(getattr(found, "pages", None), int):
        pages = found.pages
    facts = [file_kind(found.media_type)]
    if size:
        facts.append(file_size(size))
    if pages:
        counted = ngettext("%(n)d p.", "%(n)d pp.", pages) % {"n": pages}
        facts.append(counted.replace(" ", NBSP))
    if found.language and found.language[:2] != (get_language() or "fr")[:2]:
        facts.append(_language_name(found.language))
    return ", ".join(facts)


def _language_name(code: str) -> str:
    try:
        name = str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
    return name.lower() if _is_french() else name


@register.filter
def partial_date(value: Any, precision: str = "day") -> str:
    """A date as precise as its source: "2019", "mars 2025", "1er mars 2025".

    Takes a date with its precision, a `PartialDate`, or its text form ("2025-03").
    """
    if isinstance(value, PartialDate):
        value, precision = value.value, value.precision
    elif isinstance(value, str) and value:
        precision = {4: "year", 7: "month"}.get(len(value), "day")
        try:
            value = dt.date.fromisoformat(f"{value}-01-01"[:10])
        except ValueError:
            return value
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if not value:
        return ""
    if precision == "year":
        return str(value.year)
    if precision == "month":
        return formats.date_format(value, "YEAR_MONTH_FORMAT")
    if _is_french():
        day = "1er" if value.day == 1 else str(value.day)
        return f"{day}{NBSP}{formats.date_format(value, 'F Y')}"
    return formats.date_format(value)


@register.filter
def host(address: str) -> str:
    """The host of an address, without "www.": who is behind a link."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


@lru_cache
def _types() -> dict[str, RecordType]:
    return record_types()


@register.filter
def record_type(name: str) -> RecordType:
    """Label, colour and shape of a record type; a plain one for a name nobody declares."""
    return _types().get(name) or RecordType(name=name, label=name, label_plural=name)


@register.filter
def deadline(record: Any) -> str:
    """Where a record stands that is listed by its deadline: "Ouvre le…", "Ouvert jusqu’au…",
    "Clos depuis…", from the very hour on; "" for any other."""
    if record_type(record.type).listing != "deadline":
        return ""
    return sentence(record.open_from, record.open_until)


@register.simple_tag
def term_label(term: Term) -> str:
    """A descriptor's label in the language of the page; one that it has only in French says so
    to whoever reads it aloud."""
    language = _language()
    label = term.label(language)
    if not term.labels or language in term.labels or label != term.labels.get("fr"):
        return label
    return format_html('<span lang="fr">{}</span>', label)


def _language() -> str:
    return (get_language() or "fr").split("-")[0]


@register.filter
def foreign(found: Any) -> str:
    """The language of a record or an actor, or the code itself, where it is not that of the
    page; else "". A row that was read without its language is taken for the page's: no query."""
    if isinstance(found, models.Model):
        spoken = found.__dict__.get("locale")
    else:
        spoken = found if isinstance(found, str) else getattr(found, "locale", "")
    return str(spoken) if spoken and spoken != _language() else ""


@register.simple_tag
def spoken(found: Any) -> str:
    """The mark beside what is not in the language of the page: " (in French)"."""
    language = foreign(found)
    if not language:
        return ""
    said = gettext("in %(language)s") % {"language": _language_name(language)}
    return format_html(' <span class="muted">({})</span>', said)


def in_its_language(text: str, found: Any) -> str:
    """A text that a record or a shared content says, marked where it is not in the language of
    the page."""
    language = foreign(found)
    return format_html('<span lang="{}">{}</span>', language, text) if text and language else text


@register.simple_tag
def link_to(found: Any, text: str = "", address: str = "") -> str:
    """A record or an actor by its name (or another `text`), leading to its page where it has one;
    what is in another language says so."""
    name = text or getattr(found, "title", "") or getattr(found, "name", "")
    label, language = typo(name), foreign(found)
    address = address or getattr(found, "url", "")
    if not address:
        return format_html("{}", in_its_language(label, found))
    if not language:
        return format_html('<a href="{}">{}</a>', address, label)
    return format_html(
        '<a href="{0}" lang="{1}" hreflang="{1}">{2}</a>{3}',
        address, language, label, spoken(found),
    )  # fmt: skip


@register.filter
def phone(number: str) -> str:
    """A French number by twos, with no-break spaces: "01 00 00 00 00"; others as written."""
    digits = re.sub(r"[\s.]", "", str(number or ""))
    if re.fullmatch(r"0\d{9}", digits):
        return NBSP.join(digits[place : place + 2] for place in range(0, 10, 2))
    return str(number or "")


@register.filter
def phone_link(number: str) -> str:
    """The number for a `tel:` link (RFC 3966): digits, with +33 for a French one."""
    digits = re.sub(r"[^\d+]", "", str(number or ""))
    return f"+33{digits[1:]}" if re.fullmatch(r"0[1-9]\d{8}", digits) else digits


@register.filter
def thumbnail(address: str) -> str:
    """The small form of a picture of which only the address is known."""
    return thumbnail_address(address)


@register.simple_tag
def callout_title(value: Any) -> str:
    """What a call-out is, then its own title: "Exemple : le parc". A title that says already
    what it is ("Attention aux faux consensus") stands alone."""
    kinds = {"warning": gettext("Attention"), "example": gettext("Example")}
    name = kinds.get(value["kind"]) or gettext("To remember")
    title = (value["title"] or "").strip()
    if not title:
        return name
    if title.casefold().startswith(name.casefold()):
        return typo(title)
    return typo(
        pgettext("a kind and a title", "%(kind)s: %(title)s") % {"kind": name, "title": title}
    )


@register.simple_tag
def boxes(facet: Any, values: Sequence[Any], form: str) -> SafeString:
    """The boxes of some values of a facet, for the form of that id. Written here, of strings: a
    page has two hundred of them, and as a template they cost more than the rest of it."""
    box = f'<input type="checkbox" form="{escape(form)}" autocomplete="off"'
    box += f' name="{escape(facet.parameter)}"'
    found = []
    for value in values:
        checked = " checked" if value.selected else ""
        language = f' lang="{escape(value.language)}"' if value.language else ""
        count = intcomma(value.count) if value.count >= 1000 else value.count
        found.append(
            f'<li class="depth-{value.depth}"><label>{box} value="{escape(value.value)}"{checked}>'
            f' <span class="name"{language}>{escape(str(value.label))}</span> <span class="n">'
            f'<span class="sr">(</span>{count}<span class="sr">)</span></span></label></li>'
        )
    return mark_safe("\n".join(found))  # noqa: S308 - each text is escaped


@register.filter
def ticked(values: Sequence[Any]) -> bool:
    """Whether one of a facet's values is chosen: a list that holds it stands open."""
    return any(value.selected for value in values)


@register.inclusion_tag("components/kind.html")
def kind(name: str) -> dict[str, Any]:
    """The mark of a type: a shape, a colour and always its name."""
    return {"type": record_type(name)}


@register.inclusion_tag("components/picture.html")
def picture(
    image: Any, sizes: str = "100vw", alt: str | None = None, lazy: bool = True
) -> dict[str, Any]:
    """A picture in several widths, with its own dimensions so that nothing moves. No query:
    sizes are made when a reader first asks for them. `sizes` is the HTML attribute."""
    largest = min(_WIDTHS[-1], image.width)
    widths = [width for width in _WIDTHS if width < largest] + [largest]
    return {
        "src": picture_address(image, largest),
        "srcset": ", ".join(f"{picture_address(image, w)} {w}w" for w in widths),
        "width": largest,
        "height": round(image.height * largest / image.width),
        "alt": image.default_alt_text if alt is None else alt,
        # A picture says what it shows in the language of the source alone.
        "lang": foreign(settings.LANGUAGE_CODE) if alt is None and image.default_alt_text else "",
        "sizes": sizes,
        "lazy": lazy,
    }
