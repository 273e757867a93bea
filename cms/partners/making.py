"""Making a secret in the admin: it is shown on the page that answers, and never again."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext
from wagtail.snippets.views.snippets import CreateView

from . import following, keys


class KeyCreateView(CreateView):
    """Saves the key's digest, shows the key."""

    def save_instance(self) -> Any:
        self.secret = keys.prepare(self.form.instance)
        return super().save_instance()

    def save_action(self) -> HttpResponse:
        return shown_once(
            self.request,
            self.object.partner,
            gettext("New key: %(name)s") % {"name": self.object.name},
            self.secret,
        )


def shown_once(request: Any, partner: Any, title: str, secret: str) -> HttpResponse:
    """The page with a secret: no redirect, so that it is kept in no session and in no cookie."""
    context = {
        "header_title": title,
        "header_icon": "key",
        "breadcrumbs_items": [
            {"url": reverse(following.PAGE, args=[partner.pk]), "label": str(partner)},
            {"url": "", "label": title},
        ],
        "partner": partner,
        "secret": secret,
        "is_key": secret.startswith(keys.PREFIX),
    }
    response = render(request, "cms_partners/secret.html", context)
    add_never_cache_headers(response)
    return response
