"""What a section shows: the records below it as its types ask to be listed, with filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.core import vocabularies
from cms.core.records import ListingOrder, record_types
from cms.core.vocabularies import Scheme

from . import agenda, listing, paging
from .listing import Choice, Filter, Scope
from .models import Record
from .paging import Pages

LENGTH = 30  # records of a page

# Pages right under the section, or under a section below it: what stands under a record (an
# action under its plan) is shown there. The sections are an array, found once: joined, the
# planner takes them for more than they are and compares every page with every other.
_BELOW = """
    record.page_id IN (
        SELECT page.id FROM wagtailcore_page page
        WHERE page.path >= %(path)s AND page.path <= %(path)s || 'ZZZZ'
            AND left(page.path, -4) = ANY(ARRAY(
                SELECT section.path FROM wagtailcore_page section
                JOIN cms_core_sectionpage ON page_ptr_id = section.id
                WHERE section.path >= %(path)s AND starts_with(section.path, %(path)s)
            ))
    )
"""


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice in use, with the address of the list without it."""

    facet: str
    label: str
    address: str
    language: str = ""


@dataclass(slots=True)
class SectionList:
    """A page of a section's list. `order` says how it is shown; `has_ends`: some of it ends one
    day, so readers may ask for what has not ended."""

    order: ListingOrder
    total: int
    whole: int
    choice: Choice
    records: Sequence[Record] = ()
    calendar: agenda.AgendaPage | None = None
    calendar_links: agenda.Links | None = None
    filters: Sequence[Filter] = ()
    chips: Sequence[Chip] = ()
    letters: Sequence[listing.Letter] = ()
    every_letter: str = "?"
    pages: Pages | None = None
    has_ends: bool = False
    types: Sequence[str] = field(default_factory=tuple)
    kept: Sequence[tuple[str, str]] = field(default_factory=tuple)

    def keep(self) -> None:
        """Put the parameters that are not filters (`kept`) into every address of the list."""
        more = "&" + urlencode(self.kept) if self.kept else ""
        if not more:
            return
        self.chips = [replace(one, address=one.address + more) for one in self.chips]
        for one in self.filters:
            one.values = [replace(value, address=value.address + more) for value in one.values]
        if self.pages:
            self.pages = self.pages.readdressed(lambda address: address + more)

    @property
    def unknown(self) -> list[str]:
        """What is chosen although nothing is called so."""
        values = (value for one in self.filters for value in one.values)
        return [value.label for value in values if value.selected and not value.known]

    @property
    def number(self) -> int:
        return self.pages.number if self.pages else 1


def section_list(section: Page, parameters: Any) -> SectionList:
    """The list of a section as the address asks for it: see `scoped_list`."""
    return scoped_list(scope_of(section), parameters)


def scope_of(section: Page) -> Scope:
    """The records that a section lists."""
    return Scope(section.locale.language_code, _BELOW, {"path": section.path})


def scoped_list(scope: Scope, parameters: Any) -> SectionList:
    """The records of a scope as the address asks for them. What cannot be read in the address is
    left out; a page beyond the last is the last. The number of queries depends on the filters in
    use, not on the records."""
    schemes = vocabularies.schemes()
    choice = Choice.parse(parameters, schemes)
    types, has_ends, whole = _types(scope)
    order = _order(types)
    if order != "letters":
        choice = replace(choice, letter="")
    if order != "agenda":
        choice = replace(choice, year=0)
    found = SectionList(order, whole, whole, choice, types=types, has_ends=has_ends)
    wanted = paging.number_of(parameters.get("page"))
    if order == "agenda":
        found.calendar = agenda.agenda(scope, choice, wanted)
        found.calendar_links = agenda.links(found.calendar, choice, schemes)
        found.total = found.calendar.total
        found.pages = pages(found.calendar.number, found.calendar.pages, choice, schemes)
        # Filters count what the list shows: records with a date to come, or in that year.
        scope = agenda.narrowed(scope, choice)
        counted = listing.count(scope, choice)
    else:
        found.total = listing.count(scope, choice) if choice.any else whole
        count = max(1, -(-found.total // LENGTH))
        number = min(wanted, count)
        start = (number - 1) * LENGTH
        found.records = listing.records(scope, choice, order=order, start=start, size=LENGTH)
        found.pages = pages(number, count, choice, schemes)
        counted = found.total
    found.filters = listing.filters(scope, choice, schemes, total=counted)
    found.chips = chips(choice, found.filters, schemes)
    if order == "letters":
        found.letters = listing.alphabet(scope, choice, schemes)
        found.every_letter = replace(choice, letter="").address(schemes)
    return found


def _types(scope: Scope) -> tuple[list[str], bool, int]:
    """The types of the list, whether some of it ends, and how long it is. One query."""
    condition, values = listing.where(scope, Choice())
    rows = listing.rows(
        "SELECT record.type, bool_or(record.open_until IS NOT NULL), count(*)"
        f" FROM cms_catalogue_record record WHERE {condition} GROUP BY 1 ORDER BY 1",
        values,
    )
    return (
        [name for name, _ends, _count in rows],
        any(ends for _name, ends, _count in rows),
        sum(count for _name, _ends, count in rows),
    )


def _order(types: Sequence[str]) -> ListingOrder:
    """As all the types ask; from A to Z where they differ."""
    known = record_types()
    orders = {known[name].listing for name in types if name in known}
    return orders.pop() if len(orders) == 1 else "title"


def pages(number: int, count: int, choice: Choice, schemes: Mapping[str, Scheme]) -> Pages:
    """The links to the other pages of a list of `count` pages."""
    return paging.pages(number, count, lambda n: choice.address(schemes, page=n if n > 1 else ""))


def chips(choice: Choice, filters: Sequence[Filter], schemes: Mapping[str, Scheme]) -> list[Chip]:
    """What is chosen, each with its way out."""
    found = [
        Chip(str(one.label), value.label, value.address, value.language)
        for one in filters
        for value in one.values
        if value.selected
    ]
    if choice.letter:
        without = replace(choice, letter="").address(schemes)
        found.append(Chip(_("Letter"), choice.letter.upper(), without))
    if choice.open_only:
        without = replace(choice, open_only=False).address(schemes)
        found.append(Chip("", _("To come or open"), without))
    return found
