"""Dates as precise as their source."""

import pytest
from django.utils import translation

from knowledge.base.dates import parse, spoken


@pytest.mark.parametrize(
    ("text", "iso", "said"),
    [
        ("2019", "2019", "2019"),
        ("2019-03", "2019-03", "mars 2019"),
        ("12/03/2019", "2019-03-12", "12 mars 2019"),
        (" 2020-02-29 ", "2020-02-29", "29 février 2020"),
    ],
)
def test_a_date_keeps_its_precision(text, iso, said):
    with translation.override("fr"):
        assert str(parse(text)) == iso
        assert spoken(parse(text)) == said


@pytest.mark.parametrize("text", ["", "2019-02-30", "13/2019", "en 2019", "0000", "2019-3-"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):
        parse(text)
