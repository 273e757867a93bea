"""From the demo's YAML blocks to what a StreamField stores."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .library import Library


def stream(blocks: list[dict[str, Any]], library: Library) -> list[dict[str, Any]]:
    """Raw stream data for a list of single-key mappings such as `{"heading": "…"}`."""
    raw = []
    for block in blocks:
        ((kind, value),) = block.items()
        make = _MAKERS.get(kind)
        raw.append(
            {
                "id": str(uuid.uuid4()),
                "type": kind,
                "value": make(value, library) if make else value,
            }
        )
    return raw


def _paragraph(html: str, library: Library) -> str:
    return library.rich(html)


def _list(value: Mapping[str, Any], library: Library) -> dict[str, Any]:
    return {
        "ordered": bool(value.get("ordered")),
        "items": _rows(library.rich(f"<p>{item}</p>") for item in value["items"]),
    }


def _quote(value: Mapping[str, Any], library: Library) -> dict[str, Any]:
    return {"text_quoted": value["text"].strip(), "source": value.get("source", "")}


def _callout(value: Mapping[str, Any], library: Library) -> dict[str, Any]:
    return {
        "kind": value["kind"],
        "title": value.get("title", ""),
        "content": library.rich(value["text"]),
    }


def _step(value: Mapping[str, Any], library: Library) -> dict[str, Any]:
    return {
        "title": value["title"],
        "duration": value.get("duration", ""),
        "content": library.rich(value["text"]),
    }


def _table(value: Mapping[str, Any], library: Library) -> dict[str, Any]:
    return {
        "caption": value.get("caption", ""),
        "columns": [{"type": "text", "heading": str(heading)} for heading in value["header"]],
        "rows": [{"values": [str(cell) for cell in row]} for row in value["rows"]],
    }


def _image(value: Mapping[str, Any], library: Library) -> dict[str, Any]:
    return {"image": library.images[value["file"]], "caption": value.get("caption", "")}


def _download(value: Mapping[str, Any], library: Library) -> dict[str, Any]:
    return {"document": library.documents[value["file"]], "title": value.get("title", "")}


def _video(value: Mapping[str, Any], library: Library) -> dict[str, Any]:
    return {
        "url": value["url"],
        "title": value["title"],
        "transcript": library.rich(value.get("transcript") or ""),
    }


def _figures(value: list[Mapping[str, Any]], library: Library) -> dict[str, Any]:
    names = ("value", "unit", "label", "source")
    return {"items": _rows({name: str(row.get(name, "")) for name in names} for row in value)}


def _gallery(value: list[Mapping[str, Any]], library: Library) -> dict[str, Any]:
    return {"items": _rows(_image(row, library) for row in value)}


def _question(value: Mapping[str, Any], library: Library) -> dict[str, Any]:
    return {"question": value["question"], "answer": library.rich(value["answer"])}


def _cards(value: list[Mapping[str, Any]], library: Library) -> dict[str, Any]:
    """Each card has the name of a `guide` or a `url`."""
    return {
        "items": _rows(
            {
                "title": row.get("title", ""),
                "summary": row.get("text", "").strip(),
                "page": _page(row, library),
                "url": row.get("url", ""),
            }
            for row in value
        )
    }


def _testimonial(value: Mapping[str, Any], library: Library) -> dict[str, Any]:
    names = ("author", "role", "territory")
    said = {name: value.get(name, "") for name in names}
    return {"text_quoted": value["text"].strip(), **said}


def _contact(value: Mapping[str, Any], library: Library) -> dict[str, Any]:
    return {"page": _page(value, library), "content": library.rich(value.get("text") or "")}


def _timeline(value: list[Mapping[str, Any]], library: Library) -> dict[str, Any]:
    return {
        "items": _rows(
            {
                "date": str(row.get("date", "")),
                "title": row["title"],
                "content": library.rich(row.get("text") or ""),
            }
            for row in value
        )
    }


def _map(value: Mapping[str, Any], library: Library) -> dict[str, Any]:
    """Points are [label, latitude, longitude]."""
    return {
        "title": value["title"],
        "points": _rows(
            {"label": label, "latitude": str(latitude), "longitude": str(longitude)}
            for label, latitude, longitude in value["points"]
        ),
    }


def _page(value: Mapping[str, Any], library: Library) -> int | None:
    return library.guides[value["guide"]] if value.get("guide") else None


def _rows(values: Iterable[Any]) -> list[dict[str, Any]]:
    """A list as it is stored: each value with an id, by which a translation knows it."""
    return [{"id": str(uuid.uuid4()), "type": "item", "value": value} for value in values]


_MAKERS: dict[str, Callable[[Any, Library], Any]] = {
    "paragraph": _paragraph,
    "list": _list,
    "quote": _quote,
    "callout": _callout,
    "step": _step,
    "table": _table,
    "image": _image,
    "download": _download,
    "video": _video,
    "figures": _figures,
    "gallery": _gallery,
    "question": _question,
    "cards": _cards,
    "testimonial": _testimonial,
    "contact": _contact,
    "timeline": _timeline,
    "map": _map,
}
