"""A record as bibliographic formats see it, whatever its type.

Types say more than the contract asks in their `data`, by words that they share: "publisher",
"edition", "isbn", "host_title"… and "schema_type" where it is narrower than their own. What is
not there is empty; no type is known by name.
"""

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from cms.catalogue.models import Record
from cms.catalogue.rendering import BASE
from cms.core import citing
from cms.core.records import RecordType, record_types, record_uid

from . import names
from .names import Name
from .text import one_line

LICENCES: Mapping[str, str] = {
    "etalab-2.0": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC-BY-NC-ND-4.0": "https://creativecommons.org/licenses/by-nc-nd/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a schema.org class is called elsewhere; "" for what a format has no word for.
    `citable`: whether one cites it (nobody cites a person)."""

    ris: str = "ELEC"
    bibtex: str = "misc"
    csl: str = "webpage"
    dcmi: str = "Text"
    mods: str = "text"
    coins: str = "dc"
    genre: str = ""
    citable: bool = True


KINDS: Mapping[str, Kind] = {
    "Article": Kind("JOUR", "article", "article-journal", coins="journal", genre="article"),
    "AudioObject": Kind("SOUND", csl="song", dcmi="Sound", mods="sound recording"),
    "Book": Kind("BOOK", "book", "book", coins="book", genre="book"),
    "Collection": Kind(csl="collection", dcmi="Collection", mods="mixed material"),
    "Event": Kind(dcmi="Event", csl="event"),
    "Game": Kind("GEN", csl="document", dcmi="PhysicalObject", mods="three dimensional object"),
    "Organization": Kind(dcmi="", mods="", citable=False),
    "Periodical": Kind("JFULL", csl="periodical", coins="journal", genre="periodical"),
    "Person": Kind(dcmi="", mods="", citable=False),
    "Report": Kind("RPRT", "techreport", "report", coins="book", genre="technical report"),
    "Thesis": Kind("THES", "phdthesis", "thesis", coins="book", genre="thesis"),
    "VideoObject": Kind("VIDEO", csl="motion_picture", dcmi="MovingImage", mods="moving image"),
    "WebSite": Kind(dcmi="InteractiveResource", genre="web site"),
}
_PLAIN = Kind()

# The schema.org classes of documents that were published by themselves, elsewhere: their
# publisher and their date are not those of this site.
_HOUSED = frozenset({"Book", "Report", "Article", "Periodical", "Thesis", "Game", "VideoObject",
                     "AudioObject", "WebSite"})  # fmt: skip


class Notice:
    """A live record, its addresses absolute. `site`: the name of the site that publishes it;
    `translations`: (language, identifier) of the same in other languages, as far as they are
    public, where a format names them all.

    ValueError for a tombstone: it has nothing to say.
    """

    def __init__(
        self,
        record: Record,
        site: str = "",
        translations: Sequence[tuple[str, uuid.UUID]] = (),
    ) -> None:
        if record.gone_at is not None:
            raise ValueError("A tombstone has no notice.")
        self.record = record
        self.site = site
        self.translations = translations
        self.item: dict[str, Any] = json.loads(
            record.json.replace(BASE, settings.BASE_URL), strict=False
        )
        self.data: dict[str, Any] = self.item["data"]
        self.title = one_line(record.title)
        self.summary = one_line(record.summary)
        self.abstract: str = one_line(self.item["abstract"])
        self.url: str = self.item["url"]
        self.locale = record.locale

    @property
    def type(self) -> RecordType | None:
        return record_types().get(self.record.type)

    @cached_property
    def schema_type(self) -> str:
        own = self.text("schema_type")
        return own or (self.type.schema_type if self.type else "CreativeWork")

    @property
    def kind(self) -> Kind:
        return KINDS.get(self.schema_type, _PLAIN)

    @property
    def source(self) -> str:
        """The permalink of what this is the translation of; "" for what is none. No query: its
        identifier follows from the family's."""
        if self.locale == settings.LANGUAGE_CODE:
            return ""
        return permalink(record_uid(self.record.translation_key, settings.LANGUAGE_CODE))

    @property
    def permalink(self) -> str:
        """The address that stays, wherever the page moves."""
        return permalink(self.record.uid)

    @property
    def language(self) -> str:
        """Of the document, where it is told; else of the record."""
        return self.text("language") or self.locale

    def text(self, name: str) -> str:
        """A field of `data` if it is a text, else ""."""
        value = self.data.get(name)
        return one_line(value) if isinstance(value, str) else ""

    @cached_property
    def authors(self) -> list[Name]:
        bodies = {one["name"] for one in self.item["organisations"]}
        lines = (one_line(name) for name in self.item["authors"])
        return [names.read(name, bodies) for name in lines if name]

    def organisations(self, *roles: str) -> list[str]:
        """The names of organisations with one of these roles; with any, where none is given."""
        found = self.item["organisations"]
        return [one_line(one["name"]) for one in found if not roles or one["role"] in roles]

    @property
    def publisher(self) -> str:
        known = self.text("publisher") or ", ".join(self.organisations("publisher"))
        return known or ("" if self.schema_type in _HOUSED else self.site)

    @property
    def date(self) -> str:
        """As precise as its source: "2019", "2019-03", "2019-03-12"; of what was not published
        elsewhere, the day on which it came here; "" where nobody knows."""
        own = self.item["date"] or ""
        if own or self.schema_type in _HOUSED:
            return own
        return (self.item["published_at"] or "")[:10]

    @property
    def year(self) -> str:
        return self.date[:4]

    @property
    def pages(self) -> tuple[str, str]:
        """The first and the last page inside what hosts it: ("12", "18"), ("12", ""), ("", "")."""
        found = re.findall(r"\w+", self.text("pages"))
        return (found[0] if found else "", found[1] if len(found) > 1 else "")

    @property
    def citation(self) -> str:
        """The citation that the record gives of itself, else one after ISO 690 of a page online:
        “Auteurs. Titre [en ligne]. Éditeur, 2025. Disponible sur : adresse”, in its language."""
        if own := self.text("citation"):
            return own
        said = citing.words(self.locale)
        names = [author.printed for author in self.authors]
        parts = [
            f"{names[0]} et al." if len(names) > 3 else ", ".join(names),
            f"{self.title} [{said.online}]",
            ", ".join(filter(None, [self.publisher, self.year])),
        ]
        ended = [one if one.endswith((".", "!", "?", "…")) else f"{one}." for one in parts if one]
        return " ".join([*ended, said.address(self.permalink)])

    @property
    def concepts(self) -> list[dict[str, str]]:
        return self.item["concepts"]

    @property
    def keywords(self) -> list[str]:
        found = [one_line(one["label"]) for one in (*self.concepts, *self.item["territories"])]
        return list(dict.fromkeys(found))

    @property
    def licence_url(self) -> str:
        return LICENCES.get(self.record.licence, "")

    @property
    def rights(self) -> str:
        """The licence's address, or that all rights are reserved; "" where it is not stated."""
        if self.licence_url:
            return self.licence_url
        return _("All rights reserved") if self.record.licence == "reserved" else ""


def permalink(uid: uuid.UUID | str) -> str:
    return f"{settings.BASE_URL}/notices/{uid}"


def is_citable(kind: str) -> bool:
    """Whether one cites records of a type, as far as the type alone tells."""
    known = record_types().get(kind)
    return known is not None and KINDS.get(known.schema_type, _PLAIN).citable


def translations(record: Record) -> list[tuple[str, uuid.UUID]]:
    """(language, identifier) of the same in other languages, what is public alone. One query,
    none for what has no translation."""
    if "translations" not in record.has:
        return []
    family = Record.objects.filter(translation_key=record.translation_key, gone_at__isnull=True)
    return list(family.exclude(uid=record.uid).order_by("locale").values_list("locale", "uid"))
