import pytest
from django.db import transaction

from cms.catalogue import clock


@pytest.mark.django_db
def test_versions_begin_at_one_and_never_repeat():
    assert clock.now() == 0
    with transaction.atomic():
        first, _ = clock.tick(1)
        last, _ = clock.tick(3)
    assert (first, last, clock.now()) == (1, 4, 4)


@pytest.mark.usefixtures("transactional_db")
def test_the_clock_refuses_to_move_outside_a_transaction():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        clock.tick(1)
