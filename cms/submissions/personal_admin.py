"""The administrators' page of personal data: see what is kept of an address, and erase it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from wagtail.admin import messages

from . import personal


def personal_data(request: HttpRequest) -> HttpResponse:
    """For administrators: what is kept of an address; erase it."""
    if not request.user.is_superuser:
        raise PermissionDenied
    email = request.POST.get("email", "").strip()[:254].replace("\x00", "")
    context: dict[str, Any] = {
        "email": email,
        "breadcrumbs_items": [{"url": "", "label": gettext("Personal data")}],
        "header_title": gettext("Personal data"),
        "header_icon": "user",
    }
    if request.method == "POST" and email:
        if request.POST.get("do") == "erase":
            counts = personal.erase(email)
            said = gettext("Erased: %(counts)s.") % {
                "counts": ", ".join(f"{name} {number}" for name, number in counts.items())
            }
            messages.success(request, said)
            return redirect("submissions_personal_data")
        context["found"] = personal.as_json(email)
    return render(request, "cms_submissions/personal_data.html", context)
