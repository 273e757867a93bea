"""A draft for an editor who looks at it in a partner's front."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import Field

from cms.partners import previews

from . import record
from .parameters import RecordQuery
from .problems import Problem
from .schemas import FullRecord, ProblemDocument
from .strict import StrictQuery

router = Router(tags=["partners"])
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


class PreviewQuery(StrictQuery):
    """Which draft."""

    token: str = Field(
        max_length=500,
        description=gettext_noop("What the address of the preview carries, for fifteen minutes."),
    )


@router.get(
    "preview",
    operation_id="get_preview",
    summary=gettext_noop("A draft"),
    description=gettext_noop(
        "For a front that shows drafts to editors: the draft in the shape of a record, version 0. "
        "The token comes with the address by which the admin opens the front, is good for fifteen "
        "minutes, and needs no key. Answers are not to be kept. 404 on a site without a front."
    ),
    response={200: FullRecord, 400: ProblemDocument, 404: ProblemDocument, 409: ProblemDocument},
)
def preview(request: HttpRequest, query: Query[PreviewQuery]) -> HttpResponse:
    try:
        if not settings.HEADLESS_PREVIEW_URL:
            raise previews.NoPreviewError
        body = previews.draft(query.token, _whole)
    except previews.NoPreviewError:
        raise Problem(
            404, "not-found", _("This preview is over, or never was: open it again in the admin."),
            headers=PRIVATE,
        ) from None  # fmt: skip
    except previews.IncompleteError:
        raise Problem(
            409, "incomplete", _("Something that this draft needs is missing: fill it in first."),
            headers=PRIVATE,
        ) from None  # fmt: skip
    return HttpResponse(body, content_type="application/json", headers=PRIVATE)


def _whole(uid: uuid.UUID) -> bytes:
    """As records/{uid} answers whoever has no copy."""
    return record.as_json(HttpRequest(), uid, RecordQuery.model_validate({})).content
