"""Which record is at a path of the site, and where one has moved to."""

import json
from typing import Annotated
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import AfterValidator, Field
from wagtail.contrib.redirects.models import Redirect

from cms.core.postgresql.reading import one_row

from . import conditional
from .problems import Problem
from .record import gone
from .schemas import Gone, ProblemDocument
from .shapes import Address
from .strict import StrictQuery

router = Router(tags=["records"])


def _path(value: str) -> str:
    """A path, or an address of this site, without query and fragment."""
    parts = urlsplit(value)
    if (parts.scheme or parts.netloc) and not value.startswith(f"{settings.BASE_URL}/"):
        raise ValueError("another site")
    if not parts.path.startswith("/") or parts.path.startswith("//"):
        raise ValueError("no path")
    return parts.path


PathText = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_path)]


class PathQuery(StrictQuery):
    """Where."""

    path: PathText = Field(
        description=gettext_noop(
            "A path of the site that begins with /, or an address of it: what follows a question"
            " mark is not looked at."
        ),
        json_schema_extra={"example": "/guides/animer-une-reunion/"},
    )


_HERE = """
    SELECT uid::text, type, locale, title, url FROM cms_catalogue_record
    WHERE gone_at IS NULL AND url = ANY(%s) LIMIT 1
"""
# As the site itself redirects: one of the default site before one of all sites.
_MOVED = """
    SELECT record.uid::text, record.type, record.locale, record.title, record.url
    FROM wagtailredirects_redirect redirect
    JOIN cms_catalogue_record record
        ON record.page_id = redirect.redirect_page_id AND record.gone_at IS NULL
    LEFT JOIN wagtailcore_site site ON site.id = redirect.site_id
    WHERE redirect.old_path = ANY(%s) AND (site.id IS NULL OR site.is_default_site)
    ORDER BY site.id IS NULL LIMIT 1
"""
# Of a page that was deleted: what is unpublished or private may come back, and nothing is told
# of it here, as on the site itself.
_GONE = """
    SELECT record.uid, record.gone_at, record.gone_reason
    FROM cms_catalogue_formeraddress former
    JOIN cms_catalogue_record record
        ON record.page_id = former.page_id AND record.gone_at IS NOT NULL
    WHERE former.path = ANY(%s)
        AND NOT EXISTS (SELECT 1 FROM wagtailcore_page WHERE id = former.page_id)
    ORDER BY record.gone_at DESC LIMIT 1
"""


@router.get(
    "by-path",
    operation_id="get_record_by_path",
    summary=gettext_noop("The record at a path"),
    description=gettext_noop(
        "Which record is at a path of the site. Where it has moved, `moved` is true and `url` is"
        " the address of today. 410 where a page was deleted, with the date."
    ),
    response={200: Address, 400: ProblemDocument, 404: ProblemDocument, 410: Gone},
)
def by_path(request: HttpRequest, query: Query[PathQuery]) -> HttpResponse:
    moved = False
    # With its accents, and with or without the slash at its end.
    bare = unquote(query.path).rstrip("/")
    row = one_row(_HERE, [[query.path, f"{bare}/", bare or "/"]])
    if row is None:
        moved = True
        old = Redirect.normalise_path(query.path)
        row = one_row(_MOVED, [list({old, Redirect.normalise_path(bare or "/")})])
    if row is None and (lost := one_row(_GONE, [[f"{bare}/", bare or "/"]])):
        raise gone(*lost)
    if row is None:
        raise Problem(
            404, "not-found", _("No public record is at this path, nor was one known to be."),
            parameter="path",
        )  # fmt: skip
    validators = conditional.of_list(row, f"by-path|{query.path}", None)
    if validators.not_modified(request):
        return validators.unchanged()
    uid, kind, locale, title, url = row
    document = {
        "path": query.path,
        "moved": moved,
        "uid": uid,
        "type": kind,
        "locale": locale,
        "title": title,
        "url": settings.BASE_URL + url,
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    return validators.put_on(HttpResponse(body, content_type="application/json"))
