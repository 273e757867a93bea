"""Numbers of documents are checked and stored in one form; what is wrong is said."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from knowledge.library import numbers


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("978-2-9999990-0-8", "9782999999008"),
        ("9782999999008", "9782999999008"),
        ("ISBN : 978 2 9999990 0 8", "9782999999008"),
        ("978\u20112\u20119999990\u20110\u20118", "9782999999008"),
        ("2-9999990-0-3", "9782999999008"),
        ("ISBN-13: 978-2-9999990-0-8", "9782999999008"),
    ],
)
def test_an_isbn_is_stored_without_hyphens(typed, stored):
    assert numbers.isbn(typed) == stored


@pytest.mark.parametrize(
    ("check", "typed", "said"),
    [
        (numbers.isbn, "978-2-9999990-0-3", "should be 8"),
        (numbers.isbn, "2-9999990-0-1", "should be 3"),
        (numbers.isbn, "978-2-9999990-0", "this one has 12"),
        (numbers.isbn, "123-2-9999990-0-8", "ISBN"),
        (numbers.isbn, "bonjour tout", "ISBN"),
        (numbers.issn, "0000-0018", "should be 9"),
        (numbers.issn, "0000-001", "this one has 7"),
        (numbers.issn, "ABCD-EFGH", "1234-5679"),
        (numbers.ean, "3760000000018", "should be"),
        (numbers.ean, "12", "this one has 2"),
        (numbers.ean, "37600000000é8", "EAN"),
        (numbers.doi, "11.1234/abc", "10."),
        (numbers.doi, "10.1234/a b<script>", "10."),
    ],
)
def test_a_wrong_number_is_refused_with_what_is_wrong(check, typed, said):
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        check(typed)
    assert said in str(refused.value)


def test_an_issn_and_an_ean_have_one_form():
    assert numbers.issn("ISSN 00000019") == "0000-0019"
    assert numbers.issn("0000-006x") == "0000-006X"
    assert numbers.ean("3 760000 000000") == "3760000000000"


@pytest.mark.parametrize(
    "typed",
    ["10.5555/relais.12", "https://doi.org/10.5555/relais.12", "doi:10.5555/relais.12",
     "http://dx.doi.org/10.5555/relais.12 "],
)  # fmt: skip
def test_a_doi_is_stored_without_its_address(typed):
    assert numbers.doi(typed) == "10.5555/relais.12"


def test_a_reader_may_write_an_isbn_in_four_ways():
    assert numbers.spellings("9782999999008") == [
        "9782999999008", "2999999003", "978-2-9999990-0-8", "2-9999990-0-3",
    ]  # fmt: skip
    assert numbers.spellings("") == []
