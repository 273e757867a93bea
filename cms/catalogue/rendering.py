"""From a draft to what a record stores: the API's answer as text, and the search document."""

import datetime as dt
import hashlib
import json
import re
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from cms.core.body import renditions
from cms.core.records import (
    Contact,
    Download,
    Occurrence,
    OrganisationRole,
    Picture,
    Point,
    RecordDraft,
    Term,
    TextWeight,
    record_types,
)

# Addresses are stored relative behind this character and made absolute on the way out. JSON
# escapes control characters, so it cannot come from a text: `answer.replace(BASE, base_url)`.
BASE = "\x01"

# Raise it when the shape of the JSON changes: every record is then rendered anew by
# `catalogue rebuild`, and no ETag of the old shape matches.
RENDERER = 4

# The marker as JSON escapes it; not the text of a reader's backslash before "u0001".
# Unicode's category Cc but for \n and \t. A pattern, because every text of every record passes.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_MARKED_ADDRESS = re.compile(r"(?<!\\)((?:\\\\)*)\\u0001")


def item(
    draft: RecordDraft,
    *,
    uid: uuid.UUID,
    kind: str,
    locale: str,
    targets: Mapping[int, Any],
) -> dict[str, Any]:
    """A record as the API shows it, without its version and date of change. `targets`: the
    public records to which it is tied (`uid`, `locale`); others are not named."""
    return {
        "uid": str(uid),
        "type": kind,
        "locale": locale,
        "title": draft.title,
        "summary": draft.summary,
        "abstract": draft.abstract,
        "url": BASE + draft.url,
        "published_at": draft.published_at.isoformat() if draft.published_at else None,
        "date": str(draft.date) if draft.date else None,
        "authors": draft.authors,
        "licence": draft.licence,
        "concepts": [_concept(term, locale) for term in draft.terms],
        "territories": [_concept(term, locale) for term in draft.territories],
        "organisations": [_named(one) for one in draft.organisations],
        "contacts": [_named(one) for one in draft.contacts],
        "links": [
            {"relation": link.relation, "uid": str(found.uid), "locale": found.locale}
            for link in draft.links
            if (found := targets.get(link.page_id))
        ],
        "occurrences": [_occurrence(one) for one in draft.occurrences],
        "points": [asdict(one) for one in draft.points],
        "identifiers": _identifiers(draft, kind),
        "image": _outgoing(asdict(draft.image)) if draft.image else None,
        "downloads": [_download(found) for found in draft.downloads],
        "body": [_block(block) for block in draft.body],
        "data": draft.data,
    }


def _concept(term: Term, locale: str) -> dict[str, Any]:
    return {"scheme": term.scheme, "id": term.id, "label": term.label(locale)}


def _named(one: OrganisationRole | Contact) -> dict[str, Any]:
    return {"name": one.name, "role": one.role, "uid": str(one.uid) if one.uid else None}


def _occurrence(one: Occurrence) -> dict[str, Any]:
    return {**asdict(one), "start": one.start.isoformat(), "end": one.end.isoformat()}


def facet_values(draft: RecordDraft, kind: str) -> list[tuple[str, str]]:
    """(facet, value) for each facet that the type declares and the draft has."""
    found = []
    known = record_types().get(kind)
    for facet in known.own_facets if known else ():
        value = draft.data.get(facet.name)
        several = value if isinstance(value, list | tuple) else [value]
        found += [(facet.name, str(one)) for one in several if one not in (None, "")]
    return found


def _identifiers(draft: RecordDraft, kind: str) -> list[dict[str, str]]:
    """What the same thing is called elsewhere, for matching: those that editors wrote, and the
    fields of `data` that its type says are such."""
    known = record_types().get(kind)
    own = [(name, draft.data.get(name)) for name in (known.identifiers if known else ())]
    written = [(one["scheme"], one["value"]) for one in draft.data.get("identifiers") or ()]
    pairs = dict.fromkeys((scheme, value) for scheme, value in (*written, *own) if value)
    return [{"scheme": scheme, "value": str(value)} for scheme, value in pairs]


# The members of an answer by which records can be asked for as having any.
HAS = (
    "authors", "body", "concepts", "contacts", "downloads", "identifiers", "image", "links",
    "occurrences", "organisations", "points", "territories",
)  # fmt: skip


def has(item: Mapping[str, Any]) -> list[str]:
    """Those of `HAS` that an answer does not leave empty."""
    return [name for name in HAS if item[name]]


def _download(found: Download) -> dict[str, Any]:
    return _absolute(asdict(found))


def _absolute(value: dict[str, Any]) -> dict[str, Any]:
    if str(value.get("url") or "").startswith("/"):
        value["url"] = BASE + value["url"]
    return value


def _block(block: dict[str, Any]) -> dict[str, Any]:
    return {"type": block["type"], "value": _outgoing(block["value"])}


def _outgoing(value: Any) -> Any:
    """Internal addresses, alone or inside HTML, are relative in the draft and absolute in the
    answer."""
    if isinstance(value, dict):
        found = _absolute({name: _outgoing(part) for name, part in value.items()})
        if "image_id" in found and "renditions" not in found:
            sizes = renditions(found["image_id"], found["width"], found["height"])
            found["renditions"] = [_absolute(one) for one in sizes]
        return found
    if isinstance(value, list):
        return [_outgoing(part) for part in value]
    return value.replace('href="/', f'href="{BASE}/') if isinstance(value, str) else value


def encode(value: Any) -> str:
    """Compact JSON in which the marker of addresses stands as itself."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if r"\\u0001" in text:  # somebody wrote about the character itself
        return _MARKED_ADDRESS.sub(rf"\g<1>{BASE}", text)
    return text.replace(r"\u0001", BASE)


def without_markers(draft: RecordDraft) -> RecordDraft:
    """The draft with control characters taken out of all its texts: the marker must stay ours,
    and PostgreSQL refuses NUL."""
    for part in fields(draft):
        if part.name not in {"text", "depends_on"}:  # searched or internal, never shown
            setattr(draft, part.name, _printable_all(getattr(draft, part.name)))
    return draft


def printable(text: str) -> str:
    """The text without control characters, line ends and tabulations excepted."""
    return _CONTROL.sub("", text)


def _printable_all(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list | tuple):
        return type(value)(_printable_all(part) for part in value)
    if isinstance(value, dict):
        return {name: _printable_all(part) for name, part in value.items()}
    if isinstance(
        value, Term | Download | Picture | OrganisationRole | Contact | Point | Occurrence
    ):
        changed = {part.name: _printable_all(getattr(value, part.name)) for part in fields(value)}
        return replace(value, **changed)
    return value


def title_key(title: str) -> str:
    """The title as it sorts in A–Z lists: lower case, without accents or leading marks."""
    decomposed = unicodedata.normalize("NFKD", title.replace("œ", "oe").replace("Œ", "OE"))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return bare.lstrip(" «“\"'’-–—([…\u00a0\u202f")


def search_document(draft: RecordDraft, *, locale: str) -> dict[str, Any]:
    """What search engines index of a record, as plain JSON:

    `{"title", "names": [what it is called besides], "summary", "headings", "body",
    "authors": [..], "labels": [preferred labels],
    "alternatives": [alternative and hidden labels, of territories too], "places": [territories],
    "organisations": [names], "files": [{"document_id", "title", "url",
    "media_type", "pages": [{"number", "text"}]}], "points": [..], "starts": [..]}`.
    Texts are plain, addresses relative.
    """
    by_weight: dict[TextWeight, list[str]] = {}
    pages: dict[int, list[dict[str, Any]]] = {}
    for part in draft.text:
        if part.weight == "file":
            pages.setdefault(part.document_id or 0, []).append(
                {"number": part.page, "text": printable(part.text)}
            )
        elif part.text:
            by_weight.setdefault(part.weight, []).append(printable(part.text))
    return {
        "title": draft.title,
        "names": [name for name in draft.other_names if name],
        "summary": "\n".join(filter(None, [draft.summary, draft.abstract])),
        "headings": "\n".join(by_weight.get("heading", [])),
        "body": "\n".join(by_weight.get("body", [])),
        "authors": draft.authors,
        "labels": [term.label(locale) for term in draft.terms],
        "alternatives": [
            label
            for term in (*draft.terms, *draft.territories)
            for label in _other_labels(term, locale)
        ],
        "places": [term.label(locale) for term in draft.territories],
        "organisations": [one.name for one in draft.organisations],
        "files": [
            {
                "document_id": found.document_id,
                "title": found.title,
                "url": found.url,
                "media_type": found.media_type,
                "pages": pages.get(found.document_id, []),
            }
            for found in draft.downloads
        ],
        "points": [[point.longitude, point.latitude] for point in draft.points],
        "starts": [occurrence.start.isoformat() for occurrence in draft.occurrences],
    }


def _other_labels(term: Term, locale: str) -> list[str]:
    """What else a descriptor is called in a language; acronyms are the same in all of them."""
    own = list(term.alternatives.get(locale, ()))
    everywhere = [label for labels in term.alternatives.values() for label in labels]
    return own + [one for one in everywhere if one.isupper() and one not in own]


def digest(
    answer: str, document: dict[str, Any], terms: list[str], *moments: dt.datetime | None
) -> str:
    """Two projections with the same digest say the same: the second is no change. `answer` is
    the encoded item; `moments` are those of the record that are not in it."""
    found = hashlib.sha256(f"{RENDERER}{answer}{' '.join(terms)}".encode())
    found.update(json.dumps(document, ensure_ascii=False).encode())
    for moment in filter(None, moments):
        found.update(moment.isoformat().encode())
    return found.hexdigest()
