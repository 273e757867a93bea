"""Two harvesters that others wrote read the whole base while people edit it."""

import random
from collections.abc import Iterator

import pytest
from oaipmh_scythe import Scythe
from sickle import Sickle

from cms.catalogue.models import Record
from cms.exchange.oai import answers, identity
from cms.exchange.oai.answers import stamp
from tests import synthetic

COUNT = 60
Header = tuple[str, str, bool]


@pytest.fixture(autouse=True)
def _base(live_server, monkeypatch):
    monkeypatch.setattr(answers, "PAGE", 10)
    synthetic.store(COUNT)


def by_sickle(url: str, prefix: str) -> Iterator[Header]:
    client = Sickle(f"{url}/oai", timeout=20)
    for record in client.ListRecords(metadataPrefix=prefix, ignore_deleted=False):
        header = record.header
        yield header.identifier, header.datestamp, header.deleted


def by_scythe(url: str, prefix: str) -> Iterator[Header]:
    with Scythe(f"{url}/oai") as client:
        for record in client.list_records(metadata_prefix=prefix, ignore_deleted=False):
            header = record.header
            yield header.identifier, header.datestamp, header.deleted


def edit(dice: random.Random, edition: int) -> None:
    """Some records change, some vanish, some come back, one is new."""
    numbers = dice.sample(range(COUNT), 6)
    synthetic.bury(*numbers[:3])
    for number in numbers[3:]:
        synthetic.projection.store([synthetic.row(number, edition=edition)])
    synthetic.store(1, first=COUNT + edition)


def database() -> set[Header]:
    return {
        (identity.identifier(row.uid), stamp(row.modified_at), row.gone_at is not None)
        for row in Record.objects.all()
    }


@pytest.mark.parametrize("prefix", ["oai_dc", "mods"])
@pytest.mark.parametrize("harvest", [by_sickle, by_scythe])
def test_a_harvest_during_edits_ends_with_what_the_base_holds(live_server, harvest, prefix):
    dice = random.Random(11)
    for round_ in (1, 2):
        known: dict[str, Header] = {}
        sent: list[Header] = []
        for place, header in enumerate(harvest(live_server.url, prefix), start=1):
            known[header[0]] = header
            sent.append(header)
            if place in (7, 25, 48):
                edit(dice, round_ * 100 + place)
        assert set(known.values()) == database()
        # Whatever came twice had changed in between: within the second, perhaps.
        assert len(sent) - len(known) <= 3 * 7
        assert {gone for _, _, gone in known.values()} == {True, False}


def test_whoever_asks_for_what_changed_since_gets_that(live_server):
    client = Sickle(f"{live_server.url}/oai", timeout=20)
    since = client.harvest(verb="Identify").xml.findtext(".//{*}responseDate")
    Record.objects.update(modified_at="2020-01-01T00:00:00Z")
    edit(random.Random(5), 1)
    found = client.ListIdentifiers(metadataPrefix="oai_dc", ignore_deleted=False, **{"from": since})
    assert {(h.identifier, h.datestamp, h.deleted) for h in found} == {
        one for one in database() if not one[1].startswith("2020")
    }
