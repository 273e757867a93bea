"""The links from one page to the others, of lists and of results alike."""

import ast
from pathlib import Path

import pytest

import cms
from cms.catalogue.paging import number_of, pages


@pytest.mark.parametrize(
    ("number", "count", "shown", "gaps", "ends"),
    [
        (1, 1, [1], [], ("", "")),
        (1, 9, [1, 2, 3, 9], [9], ("", "2")),
        (5, 9, [1, 3, 4, 5, 6, 7, 9], [3, 9], ("4", "6")),
        (9, 9, [1, 7, 8, 9], [7], ("8", "")),
        (30, 9, [1, 9], [9], ("9", "")),
    ],
)
def test_the_first_the_last_and_the_neighbours_are_linked(number, count, shown, gaps, ends):
    found = pages(number, count, str)
    assert [link.number for link in found.links] == shown
    assert [link.number for link in found.links if link.gap] == gaps
    assert [link.number for link in found.links if link.current] == [number] * (number <= count)
    assert (found.previous, found.next) == ends


def test_every_address_can_be_changed_and_none_is_invented():
    found = pages(1, 2, str).readdressed(lambda address: f"{address}&lieu=ici")
    assert [link.address for link in found.links] == ["1&lieu=ici", "2&lieu=ici"]
    assert (found.previous, found.next) == ("", "2&lieu=ici")


@pytest.mark.parametrize("text", [None, "", "0", "-3", "²", "x", "1e3", "1" * 40])
def test_what_is_no_page_is_the_first(text):
    assert number_of(text) == 1


def test_links_between_pages_are_made_in_one_place():
    house = Path(cms.__file__).parent.parent
    homes = [
        path.name
        for room in ("cms", "knowledge", "search")
        for path in (house / room).rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name in {"PageLink", "Pages"}
    ]
    assert homes == ["paging.py", "paging.py"]
