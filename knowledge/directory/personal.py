"""What the directory keeps under an e-mail address: said to the person, or erased."""

from typing import Any

from django.apps import apps
from django.db import transaction
from wagtail.models import Page, PageLogEntry

from cms.core.people import register

from .contacts import Reachable, parts
from .purging import purge


def _models() -> list[Any]:
    return [
        model
        for model in apps.get_models()
        if issubclass(model, Reachable) and "email" in model.contact_points
    ]


def _pages(email: str) -> list[Any]:
    """The pages that bear the address, published or in their latest version."""
    found = []
    for model in _models():
        for page in model._default_manager.order_by("pk"):
            last = page.last_word() or {}
            if email.strip().lower() in (page.email.lower(), str(last.get("email", "")).lower()):
                found.append(page)
    return found


def export(email: str) -> list[dict[str, Any]]:
    """The title and every contact point with its consent, page by page."""
    return [
        {
            "title": page.title,
            "type": page.record_type.name,
            "published": page.live,
            **{
                part: str(getattr(page, part) or "")
                for name in page.contact_points
                for part in parts(name)
            },
        }
        for page in _pages(email)
    ]


@transaction.atomic
def erase(email: str) -> int:
    """A person's page goes, with its versions and its name in the log; an organisation keeps its
    page and loses the address, in its old versions too. The number of pages."""
    pages = _pages(email)
    for page in pages:
        if page.record_type.actor == "person":
            PageLogEntry.objects.filter(page=page.pk).update(label="", data={})
            Page.objects.get(pk=page.pk).specific.delete()
            PageLogEntry.objects.filter(page=page.pk).update(label="", data={})
        else:
            _forget_address(page)
    return len(pages)


def _forget_address(page: Any) -> None:
    latest = page.get_latest_revision_as_object()
    for field, blank in zip(parts("email"), ("", False, None, ""), strict=True):
        setattr(latest, field, blank)
    latest.save_revision(changed=page.has_unpublished_changes)
    purge(type(page)._default_manager.get(pk=page.pk))


def connect() -> None:
    register("directory", export, erase)
