"""From the demo's YAML blocks to what a StreamField stores."""

import uuid
from collections.abc import Callable, Mapping
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
        "items": [
            {"id": str(uuid.uuid4()), "type": "item", "value": library.rich(f"<p>{item}</p>")}
            for item in value["items"]
        ],
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
}
