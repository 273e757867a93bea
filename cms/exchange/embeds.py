"""`/integrer/…`: a list, the agenda and the map for frames on other sites, and the line to paste
there. They alone may be framed by anybody."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from cms.catalogue import agenda
from cms.catalogue.models import Record
from cms.core.reading import BadAddress, reads
from search.atlas import entries_of
from search.drawing import drawings
from search.state import state

from .conditional import etag_of, kept
from .lists import (
    HAS_PLACE,
    MOST_ENTRIES,
    NUMBER,
    ONLY_HERE,
    asked,
    in_year,
    moment,
    narrowed,
    number,
    wanted,
)

SHAPE = 1
LENGTH = 10  # records of a list unless told
MOST = 50
HEIGHT = 600  # pixels of a frame
_UNCOUNTED = frozenset({NUMBER})  # parameters that only the list takes

framed = csp_replace({"frame-ancestors": ["*"]})


@reads(checked=False)
@xframe_options_exempt
@framed
def records(request: HttpRequest) -> HttpResponseBase:
    """A list with the parameters of `/notices.csv`, `nombre` of them; 400 with a sentence for an
    address that cannot be read."""

    def body() -> bytes:
        most = min(number(request, feed=False) or LENGTH, MOST)
        uids = wanted(request).uids(most)
        by_uid = Record.objects.filter(gone_at__isnull=True).defer("json", "document").in_bulk(uids)
        context = {
            "page_title": _("List"),
            "records": [by_uid[uid] for uid in uids if uid in by_uid],
            "more": _page(request, reverse("search")),
        }
        return _written(request, "exchange/embed_list.html", context)

    return _frame(request, "list", body)


@reads(checked=False)
@xframe_options_exempt
@framed
def dates(request: HttpRequest) -> HttpResponseBase:
    """What comes next, or the dates of a past year, with the parameters of lists."""

    def body() -> bytes:
        found = asked(request, _UNCOUNTED)
        context = {
            "page_title": _("Agenda"),
            "agenda": agenda.agenda(found.scope, found.choice),
            "more": _page(request, reverse("search")),
        }
        return _written(request, "exchange/embed_agenda.html", context)

    return _frame(request, "agenda", body)


@reads(checked=False)
@xframe_options_exempt
@framed
def atlas(request: HttpRequest) -> HttpResponseBase:
    """The first 200 records that have a point, with the parameters of lists."""

    def body() -> bytes:
        found = asked(request, _UNCOUNTED)
        scope = narrowed(in_year(found), HAS_PLACE)
        entries = entries_of(scope, found.choice, 1, None)
        maps = drawings(entries, None, found.choice)
        context = {
            "page_title": _("Map"),
            "entries": entries,
            "drawing": maps[0] if maps else None,
            "insets": maps[1:],
            "attribution": settings.MAP_TILES_ATTRIBUTION if settings.MAP_TILES else "",
            "more": _page(request, reverse("map")),
        }
        return _written(request, "exchange/embed_map.html", context)

    return _frame(request, "map", body)


def _frame(request: HttpRequest, name: str, body: Callable[[], bytes]) -> HttpResponseBase:
    """A frame, or 304 by one query to a browser that has it; 400 with a sentence for an address
    that cannot be read. What is to come passes with the minutes; a new version of the site has
    other style sheets."""
    looks = [static(f"relais/{sheet}.css") for sheet in ("relais", "exchange")]
    passing = timezone.now().strftime("%Y%m%d%H%M") if name == "agenda" else moment(request)
    etag = etag_of(
        SHAPE, name, _locale(), request.META.get("QUERY_STRING"), passing, looks, state().all
    )
    try:
        return kept(request, etag, "text/html; charset=utf-8", body)
    except BadAddress as bad:
        refused = {"page_title": _("On your site"), "error": bad.message}
        return render(request, "exchange/embed_base.html", refused, status=400)


def _written(request: HttpRequest, template: str, context: dict[str, Any]) -> bytes:
    return render(request, template, context).content


@require_safe
def snippets(request: HttpRequest) -> HttpResponse:
    """`/integrer/`: the lines to paste, with the choice that the address holds."""
    chosen = [
        (name, value)
        for name, values in request.GET.lists()
        for value in values[:MOST_ENTRIES]
        if name not in ("page", "vue", NUMBER) and "\x00" not in value
    ]
    query = f"?{urlencode(chosen)}" if chosen else ""
    frames = [
        {
            "title": title,
            "address": reverse(name) + query,
            "code": f'<iframe src="{settings.BASE_URL}{reverse(name)}{query.replace("&", "&amp;")}"'
            f' title="{title}" width="100%" height="{HEIGHT}" loading="lazy"'
            ' style="border:0"></iframe>',
        }
        for name, title in (
            ("embed-list", _("List of resources")),
            ("embed-agenda", _("Agenda")),
            ("embed-map", _("Map")),
        )
    ]
    context = {"page_title": _("Show our resources on your site"), "frames": frames}
    return render(request, "exchange/embed.html", context)


def _locale() -> str:
    return (get_language() or "fr").split("-")[0]


def _page(request: HttpRequest, address: str) -> str:
    """The page of the site with the same choice."""
    chosen = [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if name not in ONLY_HERE
    ]
    return address + (f"?{urlencode(chosen)}" if chosen else "")
