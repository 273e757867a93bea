"""CSL-JSON, the items of citeproc: https://docs.citationstyles.org/ (1.0.2)."""

import json
from typing import Any

from .names import Name
from .notice import Notice

EXTENSION = "csl.json"
MEDIA_TYPE = "application/vnd.citationstyles.csl+json"


def write(notice: Notice) -> bytes:
    """A list of one item, which programs import as they do a whole bibliography."""
    return json.dumps([item(notice)], ensure_ascii=False, indent=1).encode()


def item(notice: Notice) -> dict[str, Any]:
    found = {
        "id": str(notice.record.uid),
        "type": notice.kind.csl,
        "title": notice.title,
        "author": [_name(author) for author in notice.authors],
        "issued": _date(notice.date),
        "container-title": notice.text("host_title"),
        "collection-title": notice.text("series"),
        "collection-number": notice.text("series_number"),
        "volume": notice.text("volume"),
        "issue": notice.text("issue"),
        "page": "-".join(filter(None, notice.pages)),
        "edition": notice.text("edition"),
        "publisher": notice.publisher,
        "publisher-place": notice.text("publisher_place"),
        "ISBN": notice.text("isbn"),
        "ISSN": notice.text("issn"),
        "DOI": notice.text("doi"),
        "URL": notice.permalink,
        "language": notice.language,
        "abstract": notice.abstract or notice.summary,
        "keyword": ", ".join(notice.keywords),
    }
    return {name: value for name, value in found.items() if value}


def _name(name: Name) -> dict[str, str]:
    if name.is_person:
        return {"family": name.family, "given": name.given}
    return {"literal": name.printed}


def _date(date: str) -> dict[str, Any] | None:
    return {"date-parts": [[int(part) for part in date.split("-")]]} if date else None
