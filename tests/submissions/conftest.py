import pytest

from cms.submissions import spam


@pytest.fixture
def people(monkeypatch):
    """Forms are filled at the speed of a test and not taken for a machine's."""
    monkeypatch.setattr(spam, "FASTEST", 0)
