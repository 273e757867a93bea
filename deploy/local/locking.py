"""One caller at a time: the others wait, and say so."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from deploy.local.accounts import unwritable
from deploy.local.errors import ServiceError


@contextlib.contextmanager
def exclusive(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock file ``path``; wait for another holder at most ``seconds``.

    The system frees the lock when its holder dies, however it dies. Raises ServiceError when the
    folder cannot be written or the other caller takes too long.
    """
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise unwritable(path.parent, error) from error
    try:
        _take(lock, path, seconds)
        yield
    finally:
        os.close(lock)


def _take(lock: int, path: Path, seconds: float) -> None:
    began = time.monotonic()
    told = False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            waited = time.monotonic() - began
        if waited > seconds:
            raise ServiceError(
                f"Another command has held {path} for {seconds:.0f} seconds."
                " Wait until it has finished, or stop it, and try again."
            )
        if waited > 2 and not told:
            told = True
            print("Waiting for another command that prepares this service…", file=sys.stderr)
        time.sleep(0.05)
