"""In an emergency: a page leaves the public, or goes for good, in every language at once.

What it touches is listed before; the catalogue then keeps a tombstone of each.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page

from . import board

UNPUBLISH, DELETE = "unpublish", "delete"


@dataclass(frozen=True, slots=True)
class Touched:
    """A page with the number of live pages below it that go with it."""

    page: Page
    below: int


def touched(page: Page) -> list[Touched]:
    """The page in every language, aliases too, each with what is below it."""
    return [Touched(one, one.get_descendants().live().count()) for one in board.family(page)]


def everywhere(page: Page, action: str, user: Any) -> int:
    """Unpublish or delete a page and all below it in every language, or nothing at all; the
    number of pages. Raises PermissionDenied unless all of it is allowed."""
    found = [one.specific for one in board.family(page)]
    for one in found:
        may = one.permissions_for_user(user)
        if not (may.can_delete() if action == DELETE else may.can_unpublish() or not one.live):
            raise PermissionDenied
    with transaction.atomic():
        for one in found:
            if action == DELETE:
                if Page.objects.filter(pk=one.pk).exists():  # an alias goes with its source
                    one.specific_class.objects.get(pk=one.pk).delete(user=user)
            else:
                UnpublishPageAction(one, user=user, include_descendants=True).execute(
                    skip_permission_checks=True
                )
    return len(found)
