"""An answer of OAI-PMH never dates itself after a change that it does not show."""

import threading

import pytest
from django.db import connection, transaction
from django.test import Client

from cms.catalogue import clock
from cms.exchange.oai.answers import stamp
from tests import synthetic

pytestmark = pytest.mark.django_db


def test_a_reader_waits_for_who_holds_the_clock(transactional_db):
    synthetic.store(1)
    row = synthetic.row(1)
    answers: list[bytes] = []

    def read() -> None:
        try:
            answers.append(Client().get("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc").content)
        finally:
            connection.close()

    reader = threading.Thread(target=read)
    with transaction.atomic():
        row.version, row.modified_at = clock.tick(1)  # dated now…
        reader.start()
        reader.join(timeout=1)
        assert reader.is_alive()
        row.save(force_insert=True)
    reader.join(timeout=20)  # …committed later: the reader has seen it
    assert str(row.uid).encode() in answers[0]
    assert stamp(row.modified_at).encode() in answers[0]
