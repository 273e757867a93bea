"""Processes that we started, and only those.

A pid file outlives its process and the number is soon given to somebody else. So we note three
things when we start a server: its pid, the moment it started, and a *marker*, a word of its own
command line. A process is ours only while all three agree; nothing else is ever signalled.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local.accounts import Account, run_as, unwritable
from deploy.local.errors import ServiceError

PROC = Path("/proc")
# The background process is handed to init at once: no zombie stays with a long-lived caller.
IN_BACKGROUND = '"$@" >&2 & echo $!'


@dataclass(frozen=True)
class Started:
    """A process we started.

    ``since`` is its start time as the system tells it, ``marker`` one whole word of its command
    line, ``port`` the TCP port it serves (0: none), ``ready`` whether it was seen to be usable.
    """

    pid: int
    since: str
    marker: str
    port: int = 0
    ready: bool = False

    @property
    def alive(self) -> bool:
        """True while this very process runs, not another that was given its number."""
        seen = look(self.pid)
        return seen is not None and seen[0] == self.since and self.marker in seen[1]

    def send(self, number: signal.Signals) -> None:
        """Signal the process if it is still ours; do nothing otherwise."""
        if not self.alive:
            return
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return
        except PermissionError as error:
            raise ServiceError(
                f"Process {self.pid} belongs to another user; run the command as that user."
            ) from error

    def wait_gone(self, seconds: float) -> bool:
        """Wait until the process has ended; False when it still runs after ``seconds``."""
        end = time.monotonic() + seconds
        while self.alive:
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def end(self, gently: signal.Signals, hard: signal.Signals, seconds: float) -> None:
        """Ask the process to end, insist after ``seconds``, return when it is gone."""
        for number in (gently, hard):
            self.send(number)
            if self.wait_gone(seconds):
                return
        raise ServiceError(f"Process {self.pid} cannot be stopped; stop it by hand.")


def launch(
    account: Account,
    command: Sequence[str | Path],
    *,
    marker: str,
    env: Mapping[str, str],
    log: Path,
    port: int = 0,
) -> Started:
    """Start ``command`` in the background as ``account``, its output appended to ``log``.

    ``marker`` must be a word of ``command``. Raises ServiceError when it cannot be started.
    """
    try:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o640)
    except OSError as error:
        raise unwritable(log.parent, error) from error
    try:
        shell = ["/bin/sh", "-c", IN_BACKGROUND, "sh", *command]
        done = run_as(account, shell, env=env, stderr=output, timeout=30)
    finally:
        os.close(output)
    pid = int(done.stdout)
    seen = look(pid)
    return Started(pid, seen[0] if seen else "", marker, port)


def find(marker: str, account: Account, program: str) -> list[Started]:
    """Return the running ``program`` processes of ``account`` that carry ``marker``.

    Finds a server whose state file was deleted with the working copy it served.
    """
    found = []
    for pid in _all_pids():
        seen = look(pid)
        if seen is None or marker not in seen[1] or _owner(pid) != account.uid:
            continue
        if Path(seen[1][0]).name == program:
            found.append(Started(pid, seen[0], marker))
    return found


def save(path: Path, started: Started) -> None:
    """Write the state file; it appears whole or not at all."""
    draft = path.with_name(path.name + ".new")
    try:
        draft.write_text(json.dumps(asdict(started)) + "\n", encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise unwritable(path.parent, error) from error


def load(path: Path) -> Started | None:
    """Read a state file; None when there is none or it makes no sense."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Started(
            pid=int(found["pid"]),
            since=str(found["since"]),
            marker=str(found["marker"]),
            port=int(found["port"]),
            ready=bool(found["ready"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def look(pid: int) -> tuple[str, list[str]] | None:
    """Return (start time, words of the command line) of a running process, None if it has ended."""
    if not PROC.is_dir():
        return _look_with_ps(pid)
    try:
        status = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        words = (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return None
    # The second field is the program's name in parentheses and may itself contain any character.
    fields = status.rpartition(")")[2].split()
    if not words or fields[0] in "ZX":
        return None
    return fields[19], words.decode("utf-8", "replace").rstrip("\0").split("\0")


def _look_with_ps(pid: int) -> tuple[str, list[str]] | None:
    """The same where the system has no /proc (macOS)."""
    command = ["ps", "-ww", "-o", "lstart=", "-o", "stat=", "-o", "command=", "-p", str(pid)]
    words = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}
    ).stdout.split()
    if len(words) < 7 or words[5].startswith("Z"):
        return None
    return " ".join(words[:5]), words[6:]


def _all_pids() -> list[int]:
    if PROC.is_dir():
        return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    listing = subprocess.run(["ps", "-axo", "pid="], capture_output=True, text=True).stdout
    return [int(word) for word in listing.split()]


def _owner(pid: int) -> int | None:
    if PROC.is_dir():
        try:
            return (PROC / str(pid)).stat().st_uid
        except OSError:
            return None
    listing = subprocess.run(
        ["ps", "-o", "uid=", "-p", str(pid)], capture_output=True, text=True
    ).stdout
    return int(listing) if listing.strip() else None
