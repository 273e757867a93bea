"""What a site publishes as data, for data.gouv.fr and its like: a catalogue in DCAT (W3C DCAT 3,
with what DCAT-AP asks for)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from rdflib import DCAT, DCTERMS, FOAF, RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import XSD

from .notice import LICENCES
from .skos import SYNTAXES
from .text import one_line

VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
IANA = "https://www.iana.org/assignments/media-types/"
CONTINUOUS = "http://publications.europa.eu/resource/authority/frequency/CONT"
CONTEXT = {"dcat": str(DCAT), "dct": str(DCTERMS), "foaf": str(FOAF), "vcard": str(VCARD)}


@dataclass(frozen=True, slots=True)
class Distribution:
    """A file of a dataset: its name, its address relative to the site, its media type."""

    name: str
    path: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """`name` is its identifier, for good; `page` shows the same to people, relative to the site;
    `changed` is None where nothing is known."""

    name: str
    title: str
    description: str
    page: str
    keywords: Sequence[str]
    changed: dt.datetime | None
    distributions: Sequence[Distribution]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`path` is that of the page that says all this to people; `languages` are two letters."""

    title: str
    description: str
    publisher: str
    email: str
    path: str
    languages: Sequence[str]
    changed: dt.datetime | None
    datasets: Sequence[Dataset]


def graph(found: Catalogue) -> Graph:
    """The catalogue, its datasets and their distributions; addresses are absolute."""
    made = Graph()
    for prefix, namespace in CONTEXT.items():
        made.bind(prefix, namespace)
    uri = URIRef(settings.BASE_URL + found.path)
    publisher = URIRef(f"{settings.BASE_URL}/#publisher")
    made.add((publisher, RDF.type, FOAF.Agent))
    made.add((publisher, FOAF.name, _said(found.publisher)))
    made.add((publisher, FOAF.homepage, URIRef(f"{settings.BASE_URL}/")))
    made.add((uri, RDF.type, DCAT.Catalog))
    made.add((uri, DCTERMS.title, _said(found.title)))
    made.add((uri, DCTERMS.description, _said(found.description)))
    made.add((uri, DCTERMS.publisher, publisher))
    made.add((uri, FOAF.homepage, uri))
    for language in found.languages:
        made.add((uri, DCTERMS.language, Literal(language)))
    if found.changed:
        made.add((uri, DCTERMS.modified, _moment(found.changed)))
    for one in found.datasets:
        dataset = URIRef(f"{uri}#{one.name}")
        made.add((uri, DCAT.dataset, dataset))
        _add(made, dataset, one)
        made.add((dataset, DCTERMS.publisher, publisher))
        _contact(made, dataset, found)
    return made


def write(made: Graph, extension: str) -> bytes:
    """The graph in one of SYNTAXES."""
    more: dict[str, object] = {"context": CONTEXT} if extension == "jsonld" else {}
    return made.serialize(format=SYNTAXES[extension].name, encoding="utf-8", **more)  # type: ignore[call-overload]


def licence() -> str:
    """The address of the licence of the data; "" where the centre has not chosen one."""
    return LICENCES.get(settings.DATA_LICENCE, "")


def _add(made: Graph, uri: URIRef, one: Dataset) -> None:
    made.add((uri, RDF.type, DCAT.Dataset))
    made.add((uri, DCTERMS.identifier, Literal(one.name)))
    made.add((uri, DCTERMS.title, _said(one.title)))
    made.add((uri, DCTERMS.description, _said(one.description)))
    made.add((uri, DCAT.landingPage, URIRef(settings.BASE_URL + one.page)))
    made.add((uri, DCTERMS.accrualPeriodicity, URIRef(CONTINUOUS)))
    for word in one.keywords:
        made.add((uri, DCAT.keyword, _said(word)))
    if one.changed:
        made.add((uri, DCTERMS.modified, _moment(one.changed)))
    for number, form in enumerate(one.distributions, start=1):
        address = URIRef(settings.BASE_URL + form.path)
        part = URIRef(f"{uri}-{number}")
        made.add((uri, DCAT.distribution, part))
        made.add((part, RDF.type, DCAT.Distribution))
        made.add((part, DCTERMS.title, _said(form.name)))
        made.add((part, DCAT.accessURL, address))
        made.add((part, DCAT.downloadURL, address))
        made.add((part, DCAT.mediaType, URIRef(IANA + form.media_type)))
        made.add((part, DCTERMS.format, Literal(form.name)))
        if found := licence():
            made.add((part, DCTERMS.license, URIRef(found)))


def _contact(made: Graph, dataset: URIRef, found: Catalogue) -> None:
    who = BNode()
    made.add((dataset, DCAT.contactPoint, who))
    made.add((who, RDF.type, VCARD.Organization))
    made.add((who, VCARD.fn, _said(found.publisher)))
    made.add((who, VCARD.hasEmail, URIRef(f"mailto:{found.email}")))


def _said(text: str) -> Literal:
    return Literal(one_line(text), lang=settings.LANGUAGE_CODE)


def _moment(moment: dt.datetime) -> Literal:
    return Literal(moment.isoformat(), datatype=XSD.dateTime)
