"""A record as Markdown (CommonMark, with tables): title, facts, body, files."""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from cms.core.licences import Licence
from cms.core.moments import spoken

from .notice import Notice
from .text import one_line

EXTENSION = "md"
MEDIA_TYPE = "text/markdown; charset=utf-8"

# What Markdown reads as marks inside a line, and at the beginning of one.
_MARKS = re.compile(r"([\\`*_\[\]<>|~])")
_FIRST = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-+=](?=[\s=-])|\d+(?=[.)]\s)|>)")


def write(notice: Notice) -> bytes:
    parts = [f"# {inline(notice.title)}"]
    parts += [inline(text) for text in dict.fromkeys([notice.summary, notice.abstract]) if text]
    parts.append("\n".join(f"- {label}: {text}" for label, text in facts(notice) if text))
    parts += [text for block in notice.item["body"] if (text := _block(block))]
    files = [_file(one) for one in notice.item["downloads"]]
    if files:
        parts += ["## " + _("Downloads"), "\n".join(f"- {one}" for one in files)]
    return "\n\n".join(part for part in parts if part).encode() + b"\n"


def facts(notice: Notice) -> Iterator[tuple[str, str]]:
    """(label, Markdown), in the order of a page's facts; texts may be empty."""
    item = notice.item
    yield _("Type"), inline(str(notice.type.label)) if notice.type else ""
    for one in item["occurrences"][:50]:
        yield _("Date"), inline(_when(one))
    yield _("Territory"), inline(", ".join(one["label"] for one in item["territories"]))
    for one in item["organisations"]:
        yield _("Organisation"), inline(one["name"])
    yield _("Authors"), inline("; ".join(name.printed for name in notice.authors))
    yield _("Published"), inline(notice.date)
    yield _("Descriptors"), inline(", ".join(one["label"] for one in notice.concepts))
    licence = dict(Licence.choices).get(notice.record.licence, "") if notice.record.licence else ""
    yield _("Licence"), inline(str(licence))
    yield _("Citation"), inline(notice.citation) if notice.kind.citable else ""
    yield _("Page"), f"<{notice.url}>"
    yield _("Permanent address"), f"<{notice.permalink}>"


def _when(one: Mapping[str, Any]) -> str:
    zone = timezone.get_default_timezone()
    start, end = (
        moment.astimezone(zone)
        for name in ("start", "end")
        if (moment := parse_datetime(one[name])) is not None
    )
    return ", ".join(filter(None, [spoken(start, end, all_day=one["all_day"]), one["place"]]))


def inline(text: str) -> str:
    """Plain text on one line, in which nothing is a mark."""
    escaped = _MARKS.sub(r"\\\1", one_line(text))
    return _FIRST.sub(lambda found: found[1] + _first(found[2]), escaped)


def _first(sign: str) -> str:
    return f"{sign}\\" if sign.isdigit() else f"\\{sign}"


def link(title: str, address: str) -> str:
    return f"[{inline(title) or address}]({_target(address)})"


def _target(address: str) -> str:
    """An address that ends where its parenthesis does."""
    return quote(address, safe="/:?#@!$&'*+,;=%~[]")


def _file(one: Mapping[str, Any]) -> str:
    return f"{link(one['title'] or one['filename'], one['url'])} ({one['media_type']})"


def _block(block: Mapping[str, Any]) -> str:
    """A block of the body; one that has no words of its own here says its texts in order."""
    kind, value = block["type"], block["value"]
    match kind:
        case "chapter":
            return f"## {inline(value['title'])}"
        case "heading":
            return f"### {inline(value)}"
        case "table":
            return _table(value)
        case "list":
            lines = (from_html(one).replace("\n", "\n   ") for one in value["items"])
            return "\n".join(
                f"{number}. {line}" if value["ordered"] else f"- {line}"
                for number, line in enumerate(lines, start=1)
            )
        case "quote" | "testimonial":
            said = "\n".join(f"> {inline(line)}" for line in value["text_quoted"].splitlines())
            names = [value.get(name) for name in ("source", "author", "role", "territory")]
            source = ", ".join(inline(name) for name in names if name)
            return f"{said}\n>\n> — {source}" if source else said
        case "figures":
            return "\n".join(f"- {_figure(one)}" for one in value["items"])
    return "\n\n".join(_texts(value))


def _figure(one: Mapping[str, Any]) -> str:
    number = " ".join(filter(None, [one["value"], one["unit"]]))
    source = f" ({inline(one['source'])})" if one["source"] else ""
    return f"**{inline(number)}** {inline(one['label'])}{source}"


def _table(value: Mapping[str, Any]) -> str:
    rows = [value["header"], ["---"] * len(value["header"]), *value["rows"]]
    lines = [
        "| "
        + " | ".join("---" if cell == "---" else inline(str(cell or "")) for cell in row)
        + " |"
        for row in rows
    ]
    return "\n\n".join(filter(None, [inline(value["caption"]), "\n".join(lines)]))


def _texts(value: Any) -> Iterator[str]:
    """The texts of any value in their order: titles in bold, pictures and addresses as such."""
    if isinstance(value, str):
        if text := from_html(value):
            yield text
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        yield from _struct(value)


def _struct(value: Mapping[str, Any]) -> Iterator[str]:
    address = value.get("url") or ""
    if "image_id" in value:
        yield (f"!{link(value['alt'], address)}" if value["alt"] else f"![]({_target(address)})")
        return
    if "document_id" in value:
        yield _file(value)
        return
    title = value.get("title") or value.get("question") or value.get("label") or ""
    if title and address:
        yield link(title, address)
    elif title:
        yield f"**{inline(title)}**"
    elif address:
        yield f"<{address}>"
    known = {"title", "question", "url", "kind"} | (
        {"label"} if title == value.get("label") else set()
    )
    for name, part in value.items():
        if name not in known:
            yield from _texts(part)


def from_html(html: str) -> str:
    """Markdown of the clean HTML that bodies hold (see `cms.core.richtext`)."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Blocks apart by an empty line, items of lists by a line, each level indented by three."""

    AROUND: Mapping[str, str] = {"strong": "**", "b": "**", "em": "*", "i": "*", "code": "`"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self.line: list[str] = []
        self.lists: list[int] = []  # the next number of each open list, -1 for bullets
        self.addresses: list[str] = []
        self.begin = ""

    def text(self) -> str:
        self._end()
        text = ""
        for block in self.blocks:
            item = block.lstrip().startswith(("- ", "1. ")) or re.match(r"\s*\d+\. ", block)
            before = re.match(r"\s*(?:-|\d+\.) ", text.rpartition("\n")[2])
            text += ("\n" if item and before else "\n\n" if text else "") + block
        return text

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self._end()
            self.lists.append(1 if tag == "ol" else -1)
        elif tag == "li":
            self._end()
            self.begin = self._bullet()
        elif tag == "br":
            self.line.append("\\\n" + "   " * len(self.lists))
        elif tag == "hr":
            self._end()
            self.blocks.append("---")
        elif tag == "a":
            self.addresses.append(dict(attrs).get("href") or "")
            self.line.append("[" if self.addresses[-1] else "")
        elif tag == "p":
            self._end()
        elif tag[0] == "h" and tag[1:].isdigit():
            self._end()
            self.begin = "#" * min(6, int(tag[1:]) + 1) + " "
        else:
            self.line.append(self.AROUND.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol"):
            self._end()
            if self.lists:
                self.lists.pop()
        elif tag == "a":
            address = self.addresses.pop() if self.addresses else ""
            self.line.append(f"]({_target(address)})" if address else "")
        elif tag in ("p", "li") or (tag[0] == "h" and tag[1:].isdigit()):
            self._end()
        else:
            self.line.append(self.AROUND.get(tag, ""))

    def handle_data(self, data: str) -> None:
        self.line.append(_MARKS.sub(r"\\\1", re.sub(r"[ \t\r\n]+", " ", data)))

    def _bullet(self) -> str:
        if not self.lists:
            return "- "
        indent = "   " * (len(self.lists) - 1)
        number = self.lists[-1]
        if number < 0:
            return f"{indent}- "
        self.lists[-1] += 1
        return f"{indent}{number}. "

    def _end(self) -> None:
        text = "".join(self.line).strip()
        self.line = []
        if not text:
            return
        if self.begin:
            self.blocks.append(self.begin + text)
        else:
            safe = _FIRST.sub(lambda found: found[1] + _first(found[2]), text)
            self.blocks.append("   " * len(self.lists) + safe)
        self.begin = ""
