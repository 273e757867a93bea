"""Who keeps something of somebody: each room that does registers how to say it and to erase it."""

from collections.abc import Callable
from typing import Any

keepers: dict[str, tuple[Callable[[str], Any], Callable[[str], int]]] = {}


def register(name: str, export: Callable[[str], Any], erase: Callable[[str], int]) -> None:
    """`export(email)` gives what JSON can say; `erase(email)` how many things it erased."""
    keepers[name] = (export, erase)
