"""Rich text on its way out: always cleaned, links resolved for a whole batch at once."""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape, unescape

import nh3

# What an author may write. Anything else, scripts and event handlers first, is dropped.
TAGS = {
    "a", "abbr", "b", "br", "code", "em", "h2", "h3", "h4", "h5", "hr", "i", "li", "ol", "p",
    "small", "strong", "sub", "sup", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "hreflang", "lang", "title", "linktype", "id"},
    "abbr": {"title"},
    "p": {"lang"},
    "ol": {"start"},
}
SCHEMES = {"http", "https", "mailto", "tel"}

# Made once: to read these options costs seven times the cleaning of a paragraph.
_CLEANER = nh3.Cleaner(tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener")

_LINK = re.compile(r'<a\b[^>]*\blinktype="(page|document)"[^>]*>')
_ID = re.compile(r'\bid="(\d+)"')
_TAG = re.compile(r"<[^>]+>")
_BLOCK_END = re.compile(r"</(?:p|li|h[2-6]|ol|ul)>|<br\s*/?>")


@lru_cache(maxsize=4096)
def clean(html: str) -> str:
    """The same text without anything that an author may not write. Never raises."""
    return _CLEANER.clean(html)


def links(html: str) -> set[tuple[str, int]]:
    """The pages and documents to which a text links, as ("page" | "document", id)."""
    found = set()
    for tag in _LINK.finditer(html):
        if number := _ID.search(tag[0]):
            found.add((tag[1], int(number[1])))
    return found


def resolve(html: str, addresses: Mapping[tuple[str, int], str]) -> str:
    """Cleaned HTML in which internal links carry addresses; unknown targets lose their link's
    address but keep their text."""

    def anchor(match: re.Match[str]) -> str:
        number = _ID.search(match[0])
        address = addresses.get((match[1], int(number[1]))) if number else None
        return f'<a href="{escape(address)}">' if address else "<a>"

    cleaned = clean(html)
    return _LINK.sub(anchor, cleaned) if "linktype" in cleaned else cleaned


def plain(html: str) -> str:
    """Readable text without markup, blocks separated by a space."""
    text = _TAG.sub("", _BLOCK_END.sub(" ", html)) if "<" in html else html
    return " ".join((unescape(text) if "&" in text else text).split())
