"""What a reader may mean while she types: for a search box."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import Field

from search.query import clean_text
from search.remembered import bodies
from search.state import state
from search.suggest import Group, suggest

from . import conditional
from .schemas import ProblemDocument
from .shapes import Suggestions
from .strict import LocaleCode, SearchText, StrictQuery

router = Router(tags=["search"])


class SuggestQuery(StrictQuery):
    """What was typed so far."""

    q: SearchText = Field(
        "",
        description=gettext_noop(
            "The beginning of a title or a name: two letters at least, 500 characters at most, of"
            " which the first hundred are read."
        ),
    )
    locale: LocaleCode = Field(
        "fr", description=gettext_noop("A language of the site: fr, en or es.")
    )


@router.get(
    "suggest",
    operation_id="suggest",
    summary=gettext_noop("Suggestions while typing"),
    description=gettext_noop(
        "At most ten addresses for what was typed so far, in groups: `titles`, an exact one first, "
        "then `concepts`, `organisations` and `places`. None for fewer than two letters."
    ),
    response={200: Suggestions, 400: ProblemDocument},
)
def suggestions(request: HttpRequest, query: Query[SuggestQuery]) -> HttpResponse:
    validators = conditional.of_list(state().all, f"suggest|{query.q}|{query.locale}", None)
    if validators.not_modified(request):
        return validators.unchanged()
    if known := bodies.get(validators.etag):
        return validators.put_on(HttpResponse(known[0], content_type="application/json"))
    groups = suggest(clean_text(query.q), query.locale)
    document = {
        "total": sum(len(group.items) for group in groups),
        "groups": [_group(group) for group in groups],
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    bodies.put(validators.etag, body, None)
    return validators.put_on(HttpResponse(body, content_type="application/json"))


def _group(group: Group) -> dict[str, object]:
    return {
        "name": group.name,
        "label": group.label,
        "items": [
            {"label": one.label, "detail": one.detail, "url": settings.BASE_URL + one.url}
            for one in group.items
        ],
    }
