from collections.abc import Iterator

import pytest

from cms.partners.rates import limiter
from cms.partners.usage import tally


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    """What a process has counted outlives the database of a test."""
    limiter.forget()
    tally.forget()
    yield
    limiter.forget()
    tally.forget()
