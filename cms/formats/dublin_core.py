"""Simple Dublin Core as OAI-PMH wants it: fifteen elements, each optional and repeatable."""

from collections.abc import Iterator

from lxml import etree

from .notice import Notice, permalink
from .text import writable

PREFIX = "oai_dc"
NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
DC = "http://purl.org/dc/elements/1.1/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# Elements whose text is in the language of the record.
_SPOKEN = frozenset({"title", "subject", "description", "coverage"})


def element(notice: Notice) -> etree._Element:
    root = etree.Element(f"{{{NAMESPACE}}}dc", nsmap={"oai_dc": NAMESPACE, "dc": DC, "xsi": XSI})
    root.set(f"{{{XSI}}}schemaLocation", f"{NAMESPACE} {SCHEMA}")
    for name, text in statements(notice):
        if text := writable(text):
            made = etree.SubElement(root, f"{{{DC}}}{name}")
            made.text = text
            if name in _SPOKEN:
                made.set(LANG, notice.locale)
    return root


def statements(notice: Notice) -> Iterator[tuple[str, str]]:
    """(element, text), in the order of the Dublin Core; texts may be empty."""
    item = notice.item
    yield "title", notice.title
    yield from (("creator", author.inverted) for author in notice.authors)
    yield from (("subject", concept["label"]) for concept in notice.concepts)
    yield "description", notice.summary
    if notice.abstract != notice.summary:
        yield "description", notice.abstract
    yield "publisher", notice.publisher
    named = {notice.publisher, *(author.printed for author in notice.authors)}
    others = dict.fromkeys(notice.organisations())
    yield from (("contributor", name) for name in others if name not in named)
    yield "date", notice.date
    if notice.type:
        yield "type", str(notice.type.label)
    yield "type", notice.kind.dcmi
    formats = dict.fromkeys(one["media_type"] for one in item["downloads"])
    yield from (("format", media_type) for media_type in formats)
    yield "identifier", notice.url
    yield "identifier", notice.permalink
    yield "identifier", f"urn:isbn:{notice.text('isbn')}" if notice.text("isbn") else ""
    yield "identifier", f"https://doi.org/{notice.text('doi')}" if notice.text("doi") else ""
    yield "source", notice.text("host_title")
    yield "language", notice.language
    yield from (("relation", permalink(link["uid"])) for link in item["links"])
    yield "relation", notice.source  # what it is the translation of
    yield from (("coverage", place["label"]) for place in item["territories"])
    yield "rights", notice.rights
