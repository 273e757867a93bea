"""Addresses at which a public page stood: once the page is deleted they answer 410, "gone".

What is unpublished or restricted keeps answering 404: it may come back, and nothing is told of it.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models.signals import pre_delete

from cms.core.pages import BasePage

from .visibility import public_pages


def keep(uids: Sequence[Any]) -> None:
    """Note where these records' pages stand, before their tombstones forget it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO cms_catalogue_formeraddress (path, page_id)
            SELECT DISTINCT ON (record.url) record.url, record.page_id
            FROM cms_catalogue_record record
            WHERE record.uid = ANY(%s) AND record.url LIKE '/%%'
            ON CONFLICT (path) DO UPDATE SET page_id = excluded.page_id
            """,
            [list(uids)],
        )


def is_gone(path: str) -> bool:
    """Whether a public page stood here that does not exist any more. One query."""
    forms = [path, path if path.endswith("/") else f"{path}/"]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (
                SELECT 1 FROM cms_catalogue_formeraddress former
                WHERE former.path = ANY(%s)
                    AND NOT EXISTS (SELECT 1 FROM wagtailcore_page WHERE id = former.page_id)
            )
            """,
            [forms],
        )
        return bool(cursor.fetchone()[0])


def connect() -> None:
    """Pages without a record (sections) say it themselves, while they are being deleted."""
    from django.apps import apps

    for model in apps.get_models():
        if issubclass(model, BasePage) and model.record_type is None:
            pre_delete.connect(_note, sender=model, dispatch_uid=f"former.{model._meta.label}")


def _note(sender: Any, instance: BasePage, **options: Any) -> None:
    from .models import FormerAddress

    path = instance.get_url() or ""
    if path.startswith("/") and public_pages([instance.pk]):
        FormerAddress.objects.update_or_create(path=path, defaults={"page_id": instance.pk})
