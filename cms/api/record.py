"""One record by its identifier: as JSON with what stands around it, as HTML, as Markdown."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from wagtail.models import Site

from cms.catalogue.models import Record as Stored
from cms.core.postgresql.reading import one_row
from cms.formats import clean_html, markdown
from cms.formats.notice import Notice, translations

from . import conditional, listing
from .expanding import expanded, vocabularies
from .parameters import RecordQuery, full_field_names, words
from .problems import Problem
from .schemas import FullRecord, Gone, ProblemDocument
from .state import CLOCK, MODIFIED, Known, State

router = Router(tags=["records"])

Uid = Annotated[uuid.UUID, Path(description=gettext_noop("The identifier of a record: a UUID."))]


@dataclass(frozen=True, slots=True)
class Format:
    media_type: str
    write: Callable[[Notice], bytes]


FORMATS: Mapping[str, Format] = {
    "html": Format(clean_html.MEDIA_TYPE, clean_html.write),
    "markdown": Format(markdown.MEDIA_TYPE, markdown.write),
}
MEDIA_TYPES = {"html": "text/html", "markdown": "text/markdown"}
# A text that others wrote, under our address: nothing in it may run or call elsewhere.
POLICY = f"default-src 'none'; img-src {settings.BASE_URL}; sandbox"

_ONE = f"""
    SELECT here.version, here.modified_at, here.gone_at, here.gone_reason,
           CASE WHEN here.gone_at IS NULL THEN convert_to({{text}}, 'UTF8') END,
           here.url, ({CLOCK}), ({MODIFIED}), {{around}}
    FROM cms_catalogue_record here WHERE here.uid = %(uid)s
"""
# Whether anything stands around it: most records need not ask what.
_ANY_AROUND = """
    here.has && ARRAY['links', 'translations'] OR strpos(here.json, '"related":["') > 0
    OR EXISTS (SELECT FROM cms_catalogue_link link WHERE link.target_id = here.page_id)
"""
# Functions of the database: see the catalogue's migration.
_AROUND = """
    SELECT cms_catalogue_translations(translation_key, uid, %(base)s),
           cms_catalogue_related(translation_key, locale, json, %(base)s)
    FROM cms_catalogue_record WHERE uid = %(uid)s
"""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a record, as JSON by name; `digest` changes with any of it."""

    told: Mapping[str, str]
    digest: str


_known: Known[Around] = Known()


@router.get(
    "records/{uid}",
    operation_id="get_record",
    summary=gettext_noop("One record"),
    description=gettext_noop(
        "A public record, with its translations and its ties. `format`, or the header `Accept`"
        " (`text/html`, `text/markdown`), gives its text as clean HTML or as Markdown. One that is"
        " no longer public answers 410 with the date and the reason."
    ),
    response={200: FullRecord, 400: ProblemDocument, 404: ProblemDocument, 410: Gone},
)
def record(request: HttpRequest, uid: Uid, query: Query[RecordQuery]) -> HttpResponse:
    chosen = query.format or _preferred(request, query)
    response = _text(request, uid, chosen) if chosen in FORMATS else as_json(request, uid, query)
    response.headers["Vary"] = "Accept"
    return response


def _preferred(request: HttpRequest, query: RecordQuery) -> str:
    """By Accept; what names members means JSON."""
    accepted = request.META.get("HTTP_ACCEPT", "")
    if query.fields or query.expand or "text/" not in accepted:
        return "json"
    found = request.get_preferred_type(["application/json", *MEDIA_TYPES.values()])
    return {kind: name for name, kind in MEDIA_TYPES.items()}.get(found or "", "json")


def as_json(request: HttpRequest, uid: uuid.UUID, query: RecordQuery) -> HttpResponse:
    """One query; one for what stands around it, the first time since the clock moved; expand adds
    one, and one for each of its words when the answer is sent."""
    fields, around = full_field_names(query.fields, query.expand)
    row = one_row(*_statement(uid, fields, bool(around)))
    if row is None:
        raise unknown()
    version, modified, gone_at, reason, answer, url, clock, newest, any_around = row
    if gone_at is not None:
        raise gone(uid, gone_at, reason)
    found = _around(uid, State(clock, newest)) if any_around else NOTHING
    if around or query.expand:
        # What stands around a record changes without it.
        state = vocabularies() if query.expand else None
        view = f"{query.fields}|{query.expand}"
        dated = None if query.expand else newest
        validators = conditional.of_list((version, found.digest, state), view, dated)
    else:
        validators = conditional.of_record(version, modified, fields)
    if validators.not_modified(request):
        return validators.unchanged()
    body = listing.absolute(answer)
    if around:
        more = "".join(f',"{name}":{found.told[name]}' for name in around)
        body = body[:-1] + more.encode() + b"}"
    if query.expand:
        body = expanded(body, [name for name in words(query.expand) if name != "translations"])
    response = HttpResponse(body, content_type="application/json")
    response.headers["Link"] = _links(uid, url)
    return validators.put_on(response)


def _statement(uid: uuid.UUID, fields: tuple[str, ...], around: bool) -> tuple[str, dict[str, Any]]:
    text = listing.some_members(fields) if fields else "json"
    sql = _ONE.format(text=text, around=_ANY_AROUND if around else "false")
    return sql, {"uid": uid, "base": settings.BASE_URL}


def _around(uid: uuid.UUID, now: State) -> Around:
    def read() -> Around:
        row = one_row(_AROUND, {"uid": uid, "base": settings.BASE_URL})
        return _told(*row) if row else NOTHING

    return _known.get(now, str(uid), read)


def _told(translations: str, related: str) -> Around:
    told = {
        "translations": translations, "related": related, "superseded_by": _successor(related)
    }  # fmt: skip
    return Around(told, conditional.digest(translations + related))


def _successor(related: str) -> str:
    """The tie to what replaces the record, as JSON."""
    if '"supersedes"' not in related:
        return "null"
    found = (
        one for one in json.loads(related) if one["relation"] == "supersedes" and one["inverse"]
    )
    return json.dumps(next(found, None), ensure_ascii=False)


NOTHING = _told("[]", "[]")


def _links(uid: uuid.UUID, url: str) -> str:
    """The page, and the same in other formats (RFC 8288)."""
    own = f"{settings.BASE_URL}/api/v1/records/{uid}"
    others = [
        f'<{own}?format={name}>; rel="alternate"; type="{kind}"'
        for name, kind in MEDIA_TYPES.items()
    ]
    return ", ".join([f'<{settings.BASE_URL}{url}>; rel="canonical"', *others])


def _text(request: HttpRequest, uid: uuid.UUID, name: str) -> HttpResponse:
    """Two queries, three where it has translations."""
    found = Stored.objects.filter(uid=uid).defer("document").first()
    if found is None:
        raise unknown()
    if found.gone_at is not None:
        raise gone(uid, found.gone_at, found.gone_reason)
    names = Site.objects.filter(is_default_site=True).values_list("site_name", flat=True)
    site = names.first() or settings.WAGTAIL_SITE_NAME
    others = translations(found)
    validators = conditional.of_list((found.version, site, others), name, found.modified_at)
    if validators.not_modified(request):
        return validators.unchanged()
    chosen = FORMATS[name]
    with translation.override(found.locale):
        body = chosen.write(Notice(found, site, others))
    response = HttpResponse(body, content_type=chosen.media_type)
    response.headers["Content-Language"] = found.locale
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Link"] = f'<{settings.BASE_URL}{found.url}>; rel="canonical"'
    return validators.put_on(response)


def unknown() -> Problem:
    return Problem(404, "not-found", _("No record has ever had this identifier."), parameter="uid")


_REASONS = {
    "unpublished": _("It has been unpublished."),
    "expired": _("Its date of expiry has passed."),
    "private": _("It is no longer open to everybody."),
    "deleted": _("It has been deleted."),
}


def gone(uid: uuid.UUID, gone_at: Any, reason: str) -> Problem:
    return Problem(
        410,
        "gone",
        _REASONS[reason],
        parameter="uid",
        more={"uid": str(uid), "gone_at": gone_at.isoformat(), "reason": reason},
    )
