"""What makes a page complete, and what publishing requires."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Check:
    """A field, or a set of child rows, that a complete page has.

    `field` is its name in the form; `label` completes "To publish, give …"; `filled` says, from
    the page as edited, whether it is there (by default: any value, any row).
    """

    field: str
    label: Any
    required: bool = False
    filled: Callable[[Any], bool] | None = None

    def done(self, page: Any) -> bool:
        if self.filled is not None:
            return self.filled(page)
        value = getattr(page, self.field)
        if hasattr(value, "all"):
            return bool(value.all())
        return value is not None and value != "" and bool(str(value).strip())


def missing(page: Any, *, required: bool = False) -> list[Check]:
    """What a page as edited lacks; only what publishing requires, where asked."""
    return [
        check
        for check in page.checklist
        if (check.required or not required) and not check.done(page)
    ]
