"""A partner's page in the admin: its keys and what it has used; revoking a key."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.log_actions import log

from . import usage
from .models import Key, Partner

PAGE = "partners_follow"
CHANGE = "cms_partners.change_key"


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
        _do(request, partner)
        return redirect(PAGE, pk)
    usage.tally.write()
    context = {
        "header_title": str(partner),
        "header_icon": "group",
        "breadcrumbs_items": [{"url": "", "label": str(partner)}],
        "partner": partner,
        "keys": partner.keys.select_related("partner"),
        "may_revoke": request.user.has_perm(CHANGE),
        "days": usage.of_partner(partner),
    }
    return render(request, "cms_partners/follow.html", context)


def _do(request: HttpRequest, partner: Partner) -> None:
    name, _colon, number = request.POST.get("do", "").partition(":")
    if name == "revoke" and number.isdecimal():
        _revoke(request, partner, int(number[:15]))


def _revoke(request: HttpRequest, partner: Partner, number: int) -> None:
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    key = get_object_or_404(Key, pk=number, partner=partner)
    if Key.objects.filter(pk=number, revoked_at=None).update(revoked_at=timezone.now()):
        log(key, "wagtail.edit", user=request.user)
    said = gettext("The key “%(name)s” is revoked: it is refused from now on.")
    messages.success(request, said % {"name": key.name})
