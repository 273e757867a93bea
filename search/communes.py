"""Communes for what a visitor types in the place field of the map: what `suggest.js` reads."""

from urllib.parse import urlencode

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knowledge.territories.finding import find_place

from .query import LONGEST_PLACE

SHORTEST = 2  # signs from which something is suggested
MOST = 8


@require_safe
def communes(request: HttpRequest) -> JsonResponse:
    """`?q=`: `{"groups": [{"name", "label", "items": [{"label", "detail", "url"}]}]}`,
    the likeliest first; no group when nothing is found. Three queries at most."""
    asked = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST_PLACE]
    found = find_place(asked, MOST) if len(asked) >= SHORTEST else []
    carte = reverse("map")
    items = [
        {
            "label": str(one),
            "detail": ", ".join(one.postal_codes[:2]),
            "url": f"{carte}?{urlencode({'lieu': one.name, 'insee': one.code})}",
        }
        for one in found
    ]
    groups = [{"name": "communes", "label": _("Communes"), "items": items}] if items else []
    response = JsonResponse({"groups": groups})
    response["Cache-Control"] = "public, max-age=3600"
    return response
