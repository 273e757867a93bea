"""The answer to each verb, as an element below `<OAI-PMH>`."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from lxml import etree

from cms.catalogue import clock
from cms.catalogue.models import Record
from cms.core.vocabularies import Scheme
from cms.formats import dublin_core, mods
from cms.formats.notice import Notice
from cms.formats.text import writable

from . import identity, selection, sets, tokens
from .arguments import Arguments, Error, Refused, refused
from .tokens import Token

NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
XSI = dublin_core.XSI
IDENTIFIER = "http://www.openarchives.org/OAI/2.0/oai-identifier"

PAGE = 100  # records or sets of an answer


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a record's metadata."""

    schema: str
    namespace: str
    element: Callable[[Notice], etree._Element]


FORMATS: Mapping[str, Format] = {
    module.PREFIX: Format(module.SCHEMA, module.NAMESPACE, module.element)
    for module in (dublin_core, mods)
}


def stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def add(parent: etree._Element, name: str, text: str | None = None, **marks: str) -> Any:
    made = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    for mark, value in marks.items():
        made.set(mark, value)
    made.text = writable(text) if text is not None else None
    return made


def identify(root: etree._Element, asked: Arguments) -> None:
    found = add(root, "Identify")
    add(found, "repositoryName", identity.site_name())
    add(found, "baseURL", identity.base_url())
    add(found, "protocolVersion", "2.0")
    add(found, "adminEmail", identity.admin_email())
    add(found, "earliestDatestamp", stamp(selection.earliest() or timezone.now()))
    add(found, "deletedRecord", "persistent")
    add(found, "granularity", "YYYY-MM-DDThh:mm:ssZ")
    known = etree.SubElement(
        add(found, "description"), f"{{{IDENTIFIER}}}oai-identifier", nsmap={None: IDENTIFIER}
    )
    known.set(f"{{{XSI}}}schemaLocation", f"{IDENTIFIER} {IDENTIFIER}.xsd")
    for name, text in (
        ("scheme", "oai"),
        ("repositoryIdentifier", identity.namespace()),
        ("delimiter", ":"),
        ("sampleIdentifier", f"oai:{identity.namespace()}:00000000-0000-5000-8000-000000000000"),
    ):
        etree.SubElement(known, f"{{{IDENTIFIER}}}{name}").text = text


def list_metadata_formats(root: etree._Element, asked: Arguments) -> None:
    if asked.identifier and _named(asked.identifier).gone_at is not None:
        raise refused("noMetadataFormats", "The record has been withdrawn: nothing is left of it.")
    listed = add(root, "ListMetadataFormats")
    for prefix, known in FORMATS.items():
        found = add(listed, "metadataFormat")
        add(found, "metadataPrefix", prefix)
        add(found, "schema", known.schema)
        add(found, "metadataNamespace", known.namespace)


def get_record(root: etree._Element, asked: Arguments) -> None:
    errors, record = [], None
    if asked.prefix not in FORMATS:
        errors.append(_no_format())
    try:
        record = _named(asked.identifier)
    except Refused as refusal:
        errors += refusal.errors
    if record is None or errors:
        raise Refused(errors)
    found = add(root, "GetRecord")
    _add_record(found, record, FORMATS[asked.prefix], sets.schemes(), identity.site_name())


def list_sets(root: etree._Element, asked: Arguments) -> None:
    every = sets.every(clock.state())
    done = asked.resumed
    left = [spec for spec in every if done is None or spec > str(done.after)]
    page = left[:PAGE]
    if not page:  # the vocabulary shrank under the last page
        raise refused("badResumptionToken", "The list has changed: begin it again.")
    names = sets.labels(page)
    listed = add(root, "ListSets")
    for spec in page:
        found = add(listed, "set")
        add(found, "setSpec", spec)
        add(found, "setName", names[spec])
    _resumption(listed, asked, len(page), len(left) > PAGE, len(every), page[-1])


def list_records(root: etree._Element, asked: Arguments) -> None:
    if asked.prefix not in FORMATS:
        raise Refused([_no_format()])
    whole = asked.verb == "ListRecords"
    known = sets.schemes()
    done = asked.resumed
    after = int(done.after) if done else 0
    rows = selection.page(asked, known, after, PAGE + 1, content=whole)
    page = rows[:PAGE]
    if not page and done is None:
        raise refused("noRecordsMatch", "Nothing has these dates in this set.")
    listed = add(root, asked.verb)
    site = identity.site_name() if whole else ""
    for record in page:
        if whole:
            _add_record(listed, record, FORMATS[asked.prefix], known, site)
        else:
            _add_header(listed, record, known)
    total = done.total if done else len(page)
    if done is None and len(rows) > PAGE:
        total = selection.count(asked, known)
    last = page[-1].version if page else after
    _resumption(listed, asked, len(page), len(rows) > PAGE, total, last)


ANSWERS: Mapping[str, Callable[[etree._Element, Arguments], None]] = {
    "Identify": identify,
    "ListMetadataFormats": list_metadata_formats,
    "ListSets": list_sets,
    "GetRecord": get_record,
    "ListIdentifiers": list_records,
    "ListRecords": list_records,
}


def _no_format() -> Error:
    known = ", ".join(FORMATS)
    return Error("cannotDisseminateFormat", f"The formats are: {known}.")


def _named(identifier: str) -> Record:
    uid = identity.uid_of(identifier)
    record = selection.one(uid) if uid else None
    if record is None:
        raise refused("idDoesNotExist", "No record has ever had this identifier.")
    return record


def _add_header(parent: etree._Element, record: Record, known: Mapping[str, Scheme]) -> None:
    header = add(parent, "header")
    if record.gone_at is not None:
        header.set("status", "deleted")
    add(header, "identifier", identity.identifier(record.uid))
    add(header, "datestamp", stamp(record.modified_at))
    for spec in sets.of_record(record.type, record.terms_broader, known):
        add(header, "setSpec", spec)


def _add_record(
    parent: etree._Element, record: Record, known: Format, schemes: Mapping[str, Scheme], site: str
) -> None:
    found = add(parent, "record")
    _add_header(found, record, schemes)
    if record.gone_at is None:
        add(found, "metadata").append(known.element(Notice(record, site)))


def _resumption(
    listed: etree._Element, asked: Arguments, size: int, more: bool, total: int, last: int | str
) -> None:
    """Where the list goes on; the last part of a divided list says so by an empty element."""
    done = asked.resumed
    if not more and done is None:
        return
    sent = done.sent if done else 0
    # Edits lengthen a list while it is read: its size is never below what was sent.
    total = max(total, sent + size + int(more))
    text = None
    marks = {"completeListSize": str(total), "cursor": str(sent)}
    if more:
        given = asked.given
        text = tokens.write(
            Token(
                verb=asked.verb,
                prefix=asked.prefix,
                start=done.start if done else given.get("from", ""),
                until=done.until if done else given.get("until", ""),
                set=asked.set,
                after=last,
                sent=sent + size,
                total=total,
            )
        )
        marks["expirationDate"] = stamp(timezone.now() + tokens.LIFE)
    add(listed, "resumptionToken", text, **marks)
