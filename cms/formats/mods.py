"""MODS 3.7, the Library of Congress's bibliographic record: what Dublin Core has no words for.

Names with their kind and role, descriptors with their vocabulary, the periodical or the series,
numbers, dates as precise as they are, the files, the date of change.
"""

from typing import Any

from lxml import etree

from .notice import Notice
from .text import one_line, writable

PREFIX = "mods"
NAMESPACE = "http://www.loc.gov/mods/v3"
SCHEMA = "http://www.loc.gov/standards/mods/v3/mods-3-7.xsd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# https://id.loc.gov/vocabulary/relators: what organisations do, where there is a code.
_RELATORS = {"publisher": "pbl", "funder": "fnd", "organiser": "orm", "lead": "led",
             "partner": "ctb"}  # fmt: skip


def element(notice: Notice) -> etree._Element:
    root = etree.Element(f"{{{NAMESPACE}}}mods", nsmap={None: NAMESPACE, "xsi": XSI})
    root.set("version", "3.7")
    root.set(f"{{{XSI}}}schemaLocation", f"{NAMESPACE} {SCHEMA}")
    title = add(root, "titleInfo", **{LANG: notice.locale})
    add(title, "title", notice.title)
    _names(root, notice)
    if notice.kind.mods:
        add(root, "typeOfResource", notice.kind.mods)
    if notice.kind.genre:
        add(root, "genre", notice.kind.genre, authority="marcgt")
    if notice.type:
        add(root, "genre", str(notice.type.label), **{LANG: "fr"})
    _origin(root, notice)
    language = add(root, "language")
    add(language, "languageTerm", notice.language, type="code", authority="rfc5646")
    _extent(root, notice)
    for text in dict.fromkeys([notice.summary, notice.abstract]):
        add(root, "abstract", text, **{LANG: notice.locale})
    for concept in notice.concepts:
        subject = add(root, "subject", authority=concept["scheme"])
        add(subject, "topic", concept["label"], **{LANG: notice.locale})
    for place in notice.item["territories"]:
        add(add(root, "subject"), "geographic", place["label"])
    _host(root, notice)
    if notice.source:
        other = add(root, "relatedItem", type="otherVersion", displayLabel="translation of")
        add(other, "identifier", notice.source, type="uri")
    add(root, "identifier", notice.permalink, type="uri")
    for name in ("isbn", "issn", "doi"):
        if not (name == "issn" and notice.text("host_title")):
            add(root, "identifier", notice.text(name), type=name)
    place = add(root, "location")
    add(place, "url", notice.url, usage="primary display")
    for found in notice.item["downloads"]:
        add(place, "url", found["url"], access="raw object", displayLabel=one_line(found["title"]))
    if notice.rights:
        add(root, "accessCondition", notice.rights, type="use and reproduction")
    about = add(root, "recordInfo")
    add(about, "recordContentSource", notice.site)
    changed = notice.record.modified_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    add(about, "recordChangeDate", changed, encoding="w3cdtf")
    add(about, "recordIdentifier", str(notice.record.uid))
    return root


def add(parent: etree._Element, name: str, text: str | None = None, **marks: str) -> Any:
    """A new element; one whose text would be empty is not made."""
    text = writable(text) if text is not None else None
    if text == "":
        return None
    made = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    for mark, value in marks.items():
        made.set(mark, writable(value))
    made.text = text
    return made


def _names(root: etree._Element, notice: Notice) -> None:
    for author in notice.authors:
        made = add(root, "name", type="personal" if author.is_person else "corporate")
        if author.is_person:
            add(made, "namePart", author.family, type="family")
            add(made, "namePart", author.given, type="given")
        else:
            add(made, "namePart", author.printed)
        add(add(made, "role"), "roleTerm", "aut", type="code", authority="marcrelator")
    for one in notice.item["organisations"]:
        made = add(root, "name", type="corporate")
        add(made, "namePart", one["name"])
        role = add(made, "role")
        if code := _RELATORS.get(one["role"]):
            add(role, "roleTerm", code, type="code", authority="marcrelator")
        else:
            add(role, "roleTerm", one["role"] or "other", type="text")


def _origin(root: etree._Element, notice: Notice) -> None:
    found = [
        ("publisher", notice.publisher, {}),
        ("dateIssued", notice.date, {"encoding": "w3cdtf", "keyDate": "yes"}),
        ("edition", notice.text("edition"), {}),
    ]
    if not any(text for _name, text, _marks in found):
        return
    origin = add(root, "originInfo")
    if place := notice.text("publisher_place"):
        add(add(origin, "place"), "placeTerm", place, type="text")
    for name, text, marks in found:
        add(origin, name, text, **marks)


def _extent(root: etree._Element, notice: Notice) -> None:
    types = list(dict.fromkeys(one["media_type"] for one in notice.item["downloads"]))
    if not types and not notice.text("extent"):
        return
    described = add(root, "physicalDescription")
    for media_type in types:
        add(described, "internetMediaType", media_type)
    add(described, "extent", notice.text("extent"))


def _host(root: etree._Element, notice: Notice) -> None:
    """The periodical or book in which it stands, and its series."""
    if title := notice.text("host_title"):
        host = add(root, "relatedItem", type="host")
        add(add(host, "titleInfo"), "title", title)
        add(host, "identifier", notice.text("issn"), type="issn")
        part = etree.Element(f"{{{NAMESPACE}}}part")
        for kind in ("volume", "issue"):
            if number := notice.text(kind):
                add(add(part, "detail", type=kind), "number", number)
        if pages := notice.text("pages"):
            add(add(part, "extent", unit="pages"), "list", pages)
        if len(part):
            host.append(part)
    if title := notice.text("series"):
        series = add(root, "relatedItem", type="series")
        info = add(series, "titleInfo")
        add(info, "title", title)
        add(info, "partNumber", notice.text("series_number"))
