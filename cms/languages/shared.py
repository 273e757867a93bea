"""What a page shows and does not own: whoever keeps such contents says here which of them have no
words in a language yet, so that translators are told. The floors below need not know them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from wagtail.models import Page


@dataclass(frozen=True, slots=True)
class Lacking:
    """Something without words in a language, and where they are written; "" for whoever may
    not."""

    title: str
    address: str


Keeper = Callable[[Page, str, Any], Iterable[Lacking]]
keepers: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """`keeper(page, language, user)` gives what the page shows that has no words in it."""
    keepers.append(keeper)


def lacking(page: Page, language: str, user: Any) -> list[Lacking]:
    return [one for keeper in keepers for one in keeper(page, language, user)]
