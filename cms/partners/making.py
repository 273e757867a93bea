"""Making a secret in the admin: it is shown on the page that answers, and never again."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext
from wagtail.snippets.views.snippets import CreateView, EditView

from . import delivering, keys, signing
from .models import Webhook

FOLLOW = "partners_follow"


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


class WebhookCreateView(CreateView):
    """Begins at what changes from now on, shows the secret."""

    def save_instance(self) -> Any:
        delivering.start(self.form.instance)
        return super().save_instance()

    def save_action(self) -> HttpResponse:
        return new_secret(self.request, self.object)


class WebhookEditView(EditView):
    """Saved as active, a webhook has all its days again."""

    def save_instance(self) -> Any:
        if self.form.instance.is_active:
            self.form.instance.failing_since = None
        return super().save_instance()


def new_secret(request: Any, webhook: Webhook) -> HttpResponse:
    """The page with the secret of a webhook."""
    title = gettext("Secret of the webhook %(url)s") % {"url": webhook.url}
    return shown_once(request, webhook.partner, title, signing.secret(webhook.nonce))


def shown_once(request: Any, partner: Any, title: str, secret: str) -> HttpResponse:
    """The page with a secret: no redirect, so that it is kept in no session and in no cookie."""
    context = {
        "header_title": title,
        "header_icon": "key",
        "breadcrumbs_items": [
            {"url": reverse(FOLLOW, args=[partner.pk]), "label": str(partner)},
            {"url": "", "label": title},
        ],
        "partner": partner,
        "secret": secret,
        "is_key": secret.startswith(keys.PREFIX),
    }
    response = render(request, "cms_partners/secret.html", context)
    add_never_cache_headers(response)
    return response
