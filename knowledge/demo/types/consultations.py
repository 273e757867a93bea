"""The demo's consultations."""

from collections.abc import Callable
from typing import Any

from ..centre import Centre


def load(centre: Centre, say: Callable[[str], Any]) -> None:
    """Put them in, published."""
