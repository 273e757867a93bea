"""What a knowledge page's template shows besides its body. Works for a preview too."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import get_language
from wagtail.models import Page

from cms.catalogue.links import ties
from cms.catalogue.models import Record
from cms.core import body
from cms.core.records import Term, record_types, record_uid
from knowledge.territories.terms import terms_many as territory_terms
from knowledge.thesaurus.models import ConceptScheme
from knowledge.thesaurus.terms import terms_many

from .relations import Role
from .spoken import shown as shown_in


@dataclass
class Actor:
    """An organisation or a person as a page shows it, `locale` the language of its page; `url` is
    "" for one that has no public page; `contact` holds what it agreed to publish: "phone",
    "mobile", "email", "website"."""

    name: str
    url: str = ""
    logo: str = ""
    role: str = ""
    kind: str = ""
    contact: dict[str, str] = field(default_factory=dict)
    locale: str = ""


def context(page: Any) -> dict[str, Any]:
    """What a record's page shows: `authors`, `terms` by scheme, `downloads` (of the page, then of
    its chapters), `related` records that are public, `picture`, `places` (terms), `roles` (groups
    of actors), `contacts`, `figures`, `testimonials`, `fundings`, `ties` (links both ways)."""
    downloads = list(page.downloads.all())
    wanted: set[body.Reference] = {("document", row.document_id) for row in downloads}
    if page.hero_image_id:
        wanted.add(("image", page.hero_image_id))
    targets = body.References.load(wanted)
    found = [targets.download(row.document_id, row.title) for row in downloads]
    return {
        "authors": [row.name for row in page.authors.all()],
        "terms": terms_by_scheme([row.concept_id for row in page.descriptors.all()]),
        "downloads": [download for download in found if download],
        # What is called by the file's own title is in the file's language.
        "own_titles": {row.document_id for row in downloads if not row.title},
        "picture": targets.picture(page.hero_image_id),
        "related": related_records(page),
        "places": places(page),
        **people(page),
        **shared(page),
        "ties": ties(page.pk, page.locale.language_code) if page.pk else [],
    }


def shared(page: Any) -> dict[str, Any]:
    """The figures, testimonials and funders' sentences of a page, in its language where they have
    words in it. One query for each kind that it has, two in another language than French."""
    language = page.locale.language_code
    said = list(page.testimonials.all())
    return {
        "figures": shown_in(list(page.figures.all()), "figure", language, "territory"),
        "testimonials": [
            one for one in shown_in(said, "testimonial", language, "territory") if one.public
        ],
        "fundings": shown_in(list(page.fundings.all()), "statement", language, "emblem"),
    }


def places(page: Any) -> list[Term]:
    """The territories of a page, in the order chosen. Three queries."""
    numbers = list(dict.fromkeys(row.territory_id for row in page.territories.all()))
    known = territory_terms(numbers)
    return [known[number] for number in numbers if number in known]


def people(page: Any) -> dict[str, Any]:
    """`roles`: [{"role", "label", "actors"}] in the order of the roles; `contacts`: actors with
    what they agreed to publish. Only those whose own record is public have an address."""
    organisations = list(page.organisations.all())
    contacts = list(page.contacts.all())
    ids = {row.organisation_id for row in organisations} | {row.actor_id for row in contacts}
    known = actors((number for number in ids if number), page.locale.language_code)
    groups: dict[str, list[Actor]] = {}
    for row in organisations:
        one = known.get(row.organisation_id) or (Actor(row.name) if row.name else None)
        if one:
            groups.setdefault(row.role, []).append(one)
    return {
        "roles": [
            {"role": value, "label": label, "actors": groups[value]}
            for value, label in Role.choices
            if value in groups
        ],
        "contacts": [
            replace(known[row.actor_id], role=row.role) for row in contacts if row.actor_id in known
        ],
    }


def actors(page_ids: Iterable[int], locale: str = "") -> dict[int, Actor]:
    """The public records of organisations and people, by page id, as pages in a language (the
    active one) show them: their translations where they are public. Two queries; none without
    pages."""
    locale = locale or (get_language() or "fr").split("-")[0]
    wanted = list(page_ids)
    if not wanted:
        return {}
    keys = dict(Page.objects.filter(pk__in=wanted).values_list("pk", "translation_key"))
    rows = Record.objects.filter(
        translation_key__in=keys.values(), gone_at__isnull=True
    ).values_list(
        "page_id",
        "translation_key",
        "title",
        "url",
        "thumbnail",
        "type",
        "json",
        "locale",
    )
    own, here = {}, {}
    for page_id, key, *shown in rows:
        own[page_id] = shown
        if shown[-1] == locale:
            here[key] = shown
    return {
        pk: _actor(*found) for pk, key in keys.items() if (found := here.get(key) or own.get(pk))
    }


def _actor(title: str, url: str, logo: str, kind: str, answer: str, locale: str) -> Actor:
    known = record_types().get(kind)
    contact = json.loads(answer, strict=False)["data"].get("contact") or {}
    return Actor(
        title, url, logo, kind=known.actor if known else "", contact=contact, locale=locale
    )


def terms_by_scheme(concept_ids: Sequence[int]) -> list[dict[str, Any]]:
    """[{"scheme": ConceptScheme, "terms": [Term]}] in the order of the schemes."""
    terms = terms_many(concept_ids)
    by_scheme: dict[str, list[Term]] = {}
    for number in dict.fromkeys(concept_ids):
        if term := terms.get(number):
            by_scheme.setdefault(term.scheme, []).append(term)
    schemes = ConceptScheme.objects.filter(slug__in=by_scheme)
    return [{"scheme": scheme, "terms": by_scheme[scheme.slug]} for scheme in schemes]


def related_records(page: Any) -> list[Record]:
    """The public records of the related pages, in the order chosen. A page without one is not
    linked: it may not be named to a visitor. Two queries, besides the rows of a saved page."""
    chosen = [row.related_id for row in page.related_pages.all()]
    families = {
        number: (key, language)
        for number, key, language in Page.objects.filter(pk__in=chosen).values_list(
            "pk", "translation_key", "locale__language_code"
        )
    }
    uids = [
        record_uid(key, spoken)
        for key, language in (families[number] for number in chosen if number in families)
        for spoken in dict.fromkeys((page.locale.language_code, language))
    ]
    records = Record.objects.filter(uid__in=uids, gone_at__isnull=True).only(
        "uid",
        "type",
        "locale",
        "title",
        "url",
        "summary",
        "translation_key",
        "date",
        "date_precision",
        "open_from",
        "open_until",
    )
    by_uid = {record.uid: record for record in records}
    shown: dict[Any, Record] = {}
    for uid in uids:
        if record := by_uid.get(uid):
            shown.setdefault(record.translation_key, record)
    return list(shown.values())
