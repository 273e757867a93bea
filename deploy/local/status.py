"""What a person is told about a service, and the log that says why."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path

LARGEST_LOG = 10_000_000  # bytes


@dataclass(frozen=True)
class Status:
    """Whether a service answers, its address, and which process or container it is."""

    running: bool
    address: str
    detail: str = ""

    def __str__(self) -> str:
        words = ["running" if self.running else "stopped", self.address, self.detail]
        return "  ".join(word for word in words if word)


def last_lines(log: Path, count: int = 12) -> str:
    """Return the last lines of a log, an empty string when there is none."""
    try:
        with log.open(encoding="utf-8", errors="replace") as lines:
            return "".join(deque(lines, maxlen=count)).rstrip()
    except OSError:
        return ""


def trim(log: Path) -> None:
    """Set a log aside (as ``<name>.1``) once it is large."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_name(log.name + ".1"))
