"""What changes in the API itself: a list of ours, from which follow the feed of changes, the
headers `Deprecation` (RFC 9745) and `Sunset` (RFC 8594), and the marks in the contract.

The policy is in docs/api.md: what is announced here as deprecated answers for a year at least.
"""

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import feedgenerator, timezone, translation
from django.utils.http import http_date
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from . import conditional
from .problems import DOCS, preferred_language
from .strict import no_parameters

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
Kind = Literal["added", "changed", "deprecated", "removed"]
NOTICE = dt.timedelta(days=365)  # between the announcement and the end, at least


@dataclass(frozen=True, slots=True)
class ApiChange:
    """One entry. `name` stays for good: it is the entry's identifier. `text` is a sentence in
    English that is translated. What is deprecated names its `operation` (operationId), one
    `parameter` of it or all, and the day (`sunset`) from which it may be gone."""

    name: str
    day: dt.date
    kind: Kind
    text: str
    operation: str = ""
    parameter: str = ""
    sunset: dt.date | None = None


# The newest first.
CHANGES: tuple[ApiChange, ...] = (
    ApiChange(
        "2026-11-26-links",
        dt.date(2026, 11, 26),
        "added",
        gettext_noop(
            "links lead to the record in the language of the one that has them, where there is"
            " one, and say in which language it is: locale."
        ),
    ),
    ApiChange(
        "2026-11-26-partners",
        dt.date(2026, 11, 26),
        "added",
        gettext_noop(
            "Partners may have keys: a rate of their own, usage, and submissions with the scope"
            " submit. Without a key there is a rate; 429 says when to come back. A header"
            " Authorization that is no good key answers 401. preview shows a draft to who was given"
            " its token."
        ),
    ),
    ApiChange(
        "2026-11-26-addresses",
        dt.date(2026, 11, 26),
        "added",
        gettext_noop(
            "New addresses: organisations, territories, agenda, map, plans/{uid}/tree, by-path and"
            " dump.ndjson."
        ),
    ),
    ApiChange(
        "2026-11-26-records",
        dt.date(2026, 11, 26),
        "added",
        gettext_noop(
            "Lists of records take concept_all, bbox, starts_after, starts_before, has,"
            " translation_of, expand and facets, and near takes coordinates. A record tells its"
            " translations, its ties, what replaces it, its identifiers elsewhere and the sizes of"
            " its picture; it is read as HTML and Markdown too."
        ),
    ),
)


def deprecations(operation: str, parameters: Iterable[str] = ()) -> list[ApiChange]:
    """What is announced for an operation as a whole, and for those of its parameters."""
    given = {"", *parameters}
    return [
        one
        for one in CHANGES
        if one.kind == "deprecated" and one.operation == operation and one.parameter in given
    ]


def announce(response: HttpResponseBase, found: list[ApiChange]) -> None:
    """Say it in the headers: since when, until when, where to read about it."""
    if not found:
        return
    response.headers["Deprecation"] = f"@{min(_seconds(one.day) for one in found)}"
    if ends := [one.sunset for one in found if one.sunset]:
        response.headers["Sunset"] = http_date(_seconds(min(ends)))
    link = f'<{settings.BASE_URL}{DOCS}#news>; rel="deprecation"; type="text/html"'
    known = response.headers.get("Link")
    response.headers["Link"] = f"{known}, {link}" if known else link


def _seconds(day: dt.date) -> int:
    return calendar.timegm(day.timetuple())


def shown() -> list[dict[str, object]]:
    """The entries in the active language, for the documentation page."""
    return [
        {"name": one.name, "day": one.day, "text": gettext(one.text), "sunset": one.sunset}
        for one in CHANGES
    ]


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The Atom feed of what changes in the API, in the reader's language."""
    no_parameters(request)
    language = preferred_language(request)
    validators = conditional.of_list(CHANGES, f"news|{language}|{settings.BASE_URL}", None)
    if validators.not_modified(request):
        return validators.unchanged()
    with translation.override(language):
        atom = feedgenerator.Atom1Feed(
            title=gettext("Changes of the API"),
            link=f"{settings.BASE_URL}{DOCS}#news",
            description="",
            language=language,
            feed_url=f"{settings.BASE_URL}{request.path}",
        )
        for one in CHANGES:
            moment = dt.datetime.combine(one.day, dt.time(), timezone.get_default_timezone())
            atom.add_item(
                title=f"{one.day.isoformat()}: {gettext(one.text)}"[:120],
                link=f"{settings.BASE_URL}{DOCS}#{one.name}",
                description=gettext(one.text),
                unique_id=f"{settings.BASE_URL}{DOCS}#{one.name}",
                pubdate=moment,
                updateddate=moment,
                categories=[one.kind],
            )
    response = HttpResponse(atom.writeString("utf-8"), content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    return validators.put_on(response)
