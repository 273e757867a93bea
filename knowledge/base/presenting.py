"""What a knowledge page's template shows besides its body. Works for a preview too."""

from collections.abc import Sequence
from typing import Any

from wagtail.models import Page

from cms.catalogue.models import Record
from cms.core import body
from cms.core.records import Term, record_uid
from knowledge.thesaurus.models import ConceptScheme
from knowledge.thesaurus.terms import terms_many


def context(page: Any) -> dict[str, Any]:
    """`authors`, `terms` by scheme, `downloads` (of the page, then of its chapters), `related`
    records that are public, `picture`."""
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
        "picture": targets.picture(page.hero_image_id),
        "related": related_records(page),
    }


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
        "uid", "type", "title", "url", "summary", "translation_key", "date", "date_precision"
    )
    by_uid = {record.uid: record for record in records}
    shown: dict[Any, Record] = {}
    for uid in uids:
        if record := by_uid.get(uid):
            shown.setdefault(record.translation_key, record)
    return list(shown.values())
