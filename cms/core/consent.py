"""Pictures whose people may not have agreed: said when a page is published."""

from typing import Any

from .images import Consent, CustomImage
from .pages import BasePage


def doubtful_images(page: BasePage) -> list[CustomImage]:
    """The pictures that a stored page shows and whose consent is not known."""
    _bodies, wanted, _targets = type(page).gather([page])
    numbers = [number for kind, number in wanted[page.pk] if kind == "image"]
    found: Any = CustomImage.objects.filter(pk__in=numbers, consent=Consent.UNKNOWN)
    return list(found.order_by("title"))
