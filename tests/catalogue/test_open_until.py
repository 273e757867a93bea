"""Until when a record is "to come"."""

import datetime as dt

import pytest
from django.utils import timezone

from cms.catalogue import projection
from cms.core.records import Occurrence, RecordDraft
from tests.synthetic import uuid

PARIS = timezone.get_default_timezone()


def ends(*occurrences: Occurrence, **fields):
    draft = RecordDraft(1, "Réunion", "/r/", occurrences=list(occurrences), **fields)
    row = projection.row(draft, kind="guide", locale="fr", translation_key=uuid.uuid4())
    return row.open_until


def at(day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime(2027, 1, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("occurrence", "end"),
    [
        (Occurrence(at(12, 14), at(12, 16)), at(12, 16)),
        (Occurrence(at(12, 0, 5), at(12, 0, 5)), at(13)),
        (Occurrence(at(12), at(14), all_day=True), at(14)),
    ],
)
def test_a_date_without_an_end_lasts_until_its_day_does(occurrence, end):
    assert ends(occurrence) == end


def test_a_cancelled_date_keeps_nothing_open():
    assert ends(Occurrence(at(12, 14), at(12, 16), status="cancelled")) is None
    assert ends(open_until=at(9, 12)) == at(9, 12)
