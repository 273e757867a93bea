"""What a partner has used, by its key."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_noop
from ninja import Router

from cms.partners.models import Key
from cms.partners.usage import of_partner, tally

from .admission import caller_of, key_needed
from .partner_schemas import Usage
from .schemas import ProblemDocument

router = Router(tags=["partners"])


@router.get(
    "usage",
    operation_id="get_usage",
    summary=gettext_noop("What you have used"),
    description=gettext_noop(
        "For the partner whose key is sent: its keys, what they open, until when, and the number "
        "of requests of each of the last 31 days. Counts are up to a minute late."
    ),
    response={200: Usage, 400: ProblemDocument},
)
def usage(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    if caller is None:
        raise key_needed()
    tally.write()
    keys = list(Key.objects.filter(partner_id=caller.partner_id).select_related("partner"))
    document = {
        "partner": keys[0].partner.name,
        "keys": [_key(key) for key in keys if not key.revoked_at],
        "days": of_partner(keys[0].partner),
    }
    return JsonResponse(
        document, headers={"Cache-Control": "no-store"}, json_dumps_params={"ensure_ascii": False}
    )


def _key(key: Key) -> dict[str, Any]:
    return {
        "name": key.name,
        "begins_with": key.hint,
        "scopes": key.scopes,
        "rate": key.rate or settings.API_KEY_RATE,
        "expires_at": key.expires_at,
        "last_used_at": key.last_used_at,
    }
