"""A record's body as clean HTML: what any site may put into its own page."""

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import nh3

from cms.core.richtext import ATTRIBUTES, SCHEMES, TAGS

from .notice import Notice

EXTENSION = "html"
MEDIA_TYPE = "text/html; charset=utf-8"

# Beside what an author may write: what blocks are made of.
_CLEANER = nh3.Cleaner(
    tags=TAGS
    | {
        "article", "blockquote", "caption", "dd", "dl", "dt", "figcaption", "figure", "footer",
        "h1", "h6", "img", "section", "table", "tbody", "td", "th", "thead", "tr",
    },
    attributes={
        **ATTRIBUTES,
        "article": {"lang"},
        "h2": {"id"},
        "img": {"src", "srcset", "sizes", "alt", "width", "height"},
        "th": {"scope"},
    },
    url_schemes=SCHEMES,
    link_rel="noopener",
)  # fmt: skip
_HTML = re.compile(r"<(?:p|ul|ol|h[2-6]|a|b|em|i|strong|br|abbr|code|small|su[bp]|hr)\b")


def write(notice: Notice) -> bytes:
    """An article: title, summary, body, files. Its addresses are absolute."""
    parts = [f"<h1>{escape(notice.title)}</h1>"]
    texts = dict.fromkeys([notice.summary, notice.abstract])
    parts += [f"<p>{escape(text)}</p>" for text in texts if text]
    parts += [_block(block) for block in notice.item["body"]]
    if files := notice.item["downloads"]:
        parts.append(_list("ul", map(_file, files)))
    body = "\n".join(filter(None, parts))
    return _CLEANER.clean(
        f'<article lang="{escape(notice.locale)}">\n{body}\n</article>\n'
    ).encode()


def _block(block: Mapping[str, Any]) -> str:
    kind, value = block["type"], block["value"]
    match kind:
        case "chapter":
            anchor = value.get("anchor")
            name = f' id="{escape(str(anchor))}"' if anchor else ""
            return f"<h2{name}>{_text(value['title'])}</h2>"
        case "heading":
            return f"<h3>{_text(value)}</h3>"
        case "table":
            return _table(value)
        case "list":
            return _list("ol" if value["ordered"] else "ul", value["items"])
        case "quote" | "testimonial":
            return _quote(value)
        case "figures":
            return "<dl>" + "".join(map(_figure, value["items"])) + "</dl>"
    return "\n".join(_parts(value))


def _text(value: Any) -> str:
    return escape(str(value or ""))


def _list(tag: str, items: Any) -> str:
    return f"<{tag}>" + "".join(f"<li>{item}</li>" for item in items) + f"</{tag}>"


def _file(one: Mapping[str, Any]) -> str:
    name = one["title"] or one["filename"]
    size = f"{max(1, round(one['size'] / 1000))} ko"
    return f"{_link(name, one['url'])} ({_text(one['media_type'])}, {size})"


def _link(title: str, address: str) -> str:
    return f'<a href="{escape(address)}">{_text(title or address)}</a>'


def _table(value: Mapping[str, Any]) -> str:
    caption = f"<caption>{_text(value['caption'])}</caption>" if value["caption"] else ""
    head = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in value["header"])
    rows = "".join(
        "<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>"
        for row in value["rows"]
    )
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _quote(value: Mapping[str, Any]) -> str:
    said = "".join(f"<p>{_text(line)}</p>" for line in value["text_quoted"].splitlines() if line)
    names = [value.get(name) for name in ("source", "author", "role", "territory")]
    source = ", ".join(_text(name) for name in names if name)
    return f"<blockquote>{said}{f'<footer>{source}</footer>' if source else ''}</blockquote>"


def _figure(one: Mapping[str, Any]) -> str:
    number = " ".join(filter(None, [one["value"], one["unit"]]))
    source = f" ({_text(one['source'])})" if one["source"] else ""
    return f"<dt>{_text(number)}</dt><dd>{_text(one['label'])}{source}</dd>"


def _picture(value: Mapping[str, Any], caption: str = "") -> str:
    sizes = ", ".join(f"{one['url']} {one['width']}w" for one in value.get("renditions") or ())
    legend = " ".join(filter(None, [caption, value["credit"]]))
    image = (
        f'<img src="{escape(value["url"])}" srcset="{escape(sizes)}" alt="{_text(value["alt"])}"'
        f' width="{value["width"]}" height="{value["height"]}">'
    )
    shown = f"<figcaption>{_text(legend)}</figcaption>" if legend else ""
    return f"<figure>{image}{shown}</figure>"


def _parts(value: Any) -> Iterator[str]:
    """The texts of any value in their order, whatever block it is of."""
    if isinstance(value, str):
        if value:
            yield value if _HTML.search(value) else f"<p>{_text(value)}</p>"
    elif isinstance(value, list):
        for one in value:
            yield from _parts(one)
    elif isinstance(value, dict):
        yield from _struct(value)


def _struct(value: Mapping[str, Any]) -> Iterator[str]:
    if "image_id" in value:
        yield _picture(value)
        return
    if "document_id" in value:
        yield f"<p>{_file(value)}</p>"
        return
    if isinstance(value.get("image"), dict) and "caption" in value:
        yield _picture(value["image"], value["caption"] or "")
        return
    address = value.get("url") or ""
    title = value.get("title") or value.get("question") or value.get("label") or ""
    if address:
        yield f"<p>{_link(title, address)}</p>"
    elif title:
        yield f"<h4>{_text(title)}</h4>"
    told = {"title", "question", "url", "kind"} | (
        {"label"} if title == value.get("label") else set()
    )
    for name, part in value.items():
        if name not in told:
            yield from _parts(part)
