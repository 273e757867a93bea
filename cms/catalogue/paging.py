"""The links from one page of a list, or of results, to the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

NEIGHBOURS = 2  # page numbers shown on each side of the current one


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of a list; `gap` stands for the pages left out before it."""

    number: int
    address: str
    current: bool
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Pages:
    """For `components/pagination.html`; `previous` and `next` are addresses or ""; `number` is the
    current page of `count`."""

    links: Sequence[PageLink]
    number: int
    count: int
    previous: str
    next: str

    def readdressed(self, change: Callable[[str], str]) -> "Pages":
        """The same with every address changed."""
        return replace(
            self,
            links=[replace(link, address=change(link.address)) for link in self.links],
            previous=self.previous and change(self.previous),
            next=self.next and change(self.next),
        )


def number_of(text: Any) -> int:
    """The page asked for, from 1; 1 for what is no number."""
    text = str(text or "1")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 7 else 1


def pages(number: int, count: int, address: Callable[[int], str]) -> Pages:
    """The links from a page to the first, the last and its neighbours; `address` gives that of a
    page. From a page beyond the last one leads back to the last."""
    near = range(number - NEIGHBOURS, number + NEIGHBOURS + 1)
    numbers = sorted(n for n in {1, count, *near} if 1 <= n <= count)
    links = [
        PageLink(n, address(n), n == number, gap=n - before > 1)
        for before, n in zip([0, *numbers], numbers, strict=False)
    ]
    before = min(number - 1, count)
    return Pages(
        links,
        number,
        count,
        address(before) if before > 0 else "",
        address(number + 1) if number < count else "",
    )
