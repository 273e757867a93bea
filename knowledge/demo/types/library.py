"""The demo's publications and thematic files."""

from collections.abc import Callable
from typing import Any

from knowledge.library.models import (
    DossierEntry,
    DossierPage,
    PublicationCopy,
    PublicationPage,
)

from ..centre import Centre, flat
from ..library import read

_TEXTS = (
    "kind", "issued", "edition", "publisher_name", "publisher_place", "host_title", "volume",
    "issue", "pages", "series", "series_number", "isbn", "issn", "doi", "ean", "extent", "link",
)  # fmt: skip


def load(centre: Centre, say: Callable[[str], Any]) -> None:
    """Put them in, published."""
    say("  publications…")
    for place, entry in enumerate(read("library/publications.yaml")):
        fields = {name: str(entry[name]) for name in _TEXTS if name in entry}
        page = centre.add(PublicationPage(**fields), "publications", entry, "publication")
        centre.fill(page, entry)
        page.copies = [
            PublicationCopy(
                sort_order=number,
                **{
                    **copy,
                    "due_back": centre.day(copy["due_back"]) if "due_back" in copy else None,
                },
            )
            for number, copy in enumerate(entry.get("copies") or [])
        ]
        centre.publish(page, centre.day(f"-{10 + place * 9}"))
    say("  dossiers thématiques…")
    for place, entry in enumerate(read("library/dossiers.yaml")):
        page = centre.add(DossierPage(), "dossiers", entry, "dossier")
        centre.fill(page, entry)
        page.entries = [
            DossierEntry(
                sort_order=number,
                locale=page.locale,
                section=row.get("section", ""),
                introduction=flat(row.get("introduction")),
                gathered_id=centre.pages[row["page"]].pk if "page" in row else None,
                note=flat(row.get("note")),
            )
            for number, row in enumerate(entry["entries"])
        ]
        centre.publish(page, centre.day(f"-{8 + place * 40}"))
