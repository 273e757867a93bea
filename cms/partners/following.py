"""A partner's page in the admin: its keys, what it has used, what it was told. Revoke, replay."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.log_actions import log

from . import delivering, usage
from .making import FOLLOW, new_secret
from .models import Delivery, Key, Partner, Webhook

PARTNERS = "wagtailsnippets_cms_partners_partner:list"
SHOWN = 100  # deliveries of the log


def may(user: Any) -> bool:
    """Whether somebody may see what partners do."""
    return bool(user.has_perm("cms_partners.change_partner"))


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one partner."""
    if not may(request.user):
        raise PermissionDenied
    partner = get_object_or_404(Partner, pk=pk)
    if request.method == "POST":
        return _do(request, partner) or redirect(FOLLOW, pk)
    usage.tally.write()
    context = {
        "header_title": str(partner),
        "header_icon": "group",
        "breadcrumbs_items": [
            {"url": reverse(PARTNERS), "label": gettext("Partners")},
            {"url": "", "label": str(partner)},
        ],
        "partner": partner,
        "keys": partner.keys.select_related("partner"),
        "may_revoke": request.user.has_perm("cms_partners.change_key"),
        "webhooks": partner.webhooks.all(),
        "may_tell": request.user.has_perm("cms_partners.change_webhook"),
        "deliveries": Delivery.objects.filter(webhook__partner=partner).select_related("webhook")[
            :SHOWN
        ],
        "days": usage.of_partner(partner),
    }
    return render(request, "cms_partners/follow.html", context)


def _do(request: HttpRequest, partner: Partner) -> HttpResponse | None:
    """What a button asks for: its name and the object, as "replay:<id>"."""
    name, _colon, identifier = request.POST.get("do", "").partition(":")
    if name == "revoke":
        _revoke(request, _of(Key, identifier, partner=partner))
    elif name == "replay":
        _replay(request, _of(Delivery, identifier, webhook__partner=partner))
    elif name in ("ping", "secret"):
        webhook = _of(Webhook, identifier, partner=partner)
        _demand(request, "cms_partners.change_webhook")
        if name == "secret":
            webhook.nonce = uuid.uuid4()
            webhook.save(update_fields=["nonce"])
            log(webhook, "wagtail.edit", user=request.user)
            return new_secret(request, webhook)
        delivering.ping(webhook)
        messages.success(request, gettext("A trial leaves within a minute: see the log below."))
    return None


def _of(model: Any, identifier: str, **conditions: Any) -> Any:
    """One of this partner's objects. Raises Http404, for what is no identifier too."""
    try:
        known = uuid.UUID(identifier) if model is Delivery else int(identifier[:15])
    except ValueError:
        raise Http404 from None
    return get_object_or_404(model, pk=known, **conditions)


def _demand(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _revoke(request: HttpRequest, key: Key) -> None:
    _demand(request, "cms_partners.change_key")
    if Key.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        log(key, "wagtail.edit", user=request.user)
    said = gettext("The key “%(name)s” is revoked: it is refused from now on.")
    messages.success(request, said % {"name": key.name})


def _replay(request: HttpRequest, delivery: Delivery) -> None:
    _demand(request, "cms_partners.change_webhook")
    if delivering.replay(delivery):
        said = gettext("It leaves again within a minute, with what the record says now.")
        messages.success(request, said)
    else:
        messages.error(request, gettext("The catalogue does not know this record any more."))
