"""The ordinary user under whom servers run.

PostgreSQL and Elasticsearch refuse to run as root. When we are root (containers, CI), servers run
as one fixed ordinary user of the machine; otherwise they run as ourselves.
"""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import ServiceError

ORDINARY_USERS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A user of the machine. ``switch`` is true when we must change to it before running."""

    uid: int
    gid: int
    name: str
    switch: bool


def service_account() -> Account:
    """Return the account for servers: ourselves, or a fixed ordinary user when we are root.

    Raises ServiceError when we are root and the machine has no ordinary user.
    """
    uid = os.geteuid()
    if uid != 0:
        return Account(uid, os.getegid(), _name(uid), switch=False)
    for name in ORDINARY_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid, name, switch=True)
    raise ServiceError(
        "Database and search servers refuse to run as root and this machine has neither a"
        " 'postgres' nor a 'nobody' user. Run the command as an ordinary user."
    )


def run_as(
    account: Account,
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    stderr: int = subprocess.STDOUT,
    timeout: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run ``command`` as ``account`` from ``/`` with exactly ``env``; wait at most ``timeout`` s.

    Standard output is captured, and standard error with it unless ``stderr`` is the descriptor of
    an open file. The exit code is left to the caller. Raises ServiceError when the command cannot
    be started or does not end in time.
    """
    words = [os.fspath(word) for word in command]
    try:
        return subprocess.run(
            words,
            env=dict(env),
            cwd="/",  # our own folder may be closed to that user
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            errors="replace",
            timeout=timeout,
            umask=0o077,
            start_new_session=True,  # Ctrl-C in the terminal must not reach a server
            user=account.uid if account.switch else None,
            group=account.gid if account.switch else None,
            extra_groups=[] if account.switch else None,
        )
    except subprocess.TimeoutExpired as error:
        raise ServiceError(
            f"{Path(words[0]).name} did not finish within {timeout:.0f} seconds;"
            " the machine may be overloaded. Try again."
        ) from error
    except OSError as error:
        raise ServiceError(
            f"{words[0]} cannot be run as user {account.name}: {error.strerror or error}."
        ) from error


def can_read(account: Account, path: Path) -> bool:
    """Tell whether ``account`` can reach and read ``path`` (and enter it, or run it)."""
    mode = os.R_OK | os.X_OK if path.is_dir() or os.access(path, os.X_OK) else os.R_OK
    if not account.switch:
        return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)
    tests = "test -r" if mode == os.R_OK else "test -x"
    command: list[str | Path] = ["/bin/sh", "-c", f'{tests} "$1"', "sh", path]
    return run_as(account, command, env={"PATH": "/usr/bin:/bin"}).returncode == 0


def make_private_folder(path: Path, account: Account) -> None:
    """Create ``path`` (mode 700) for ``account`` alone, or check that it is already just that.

    Raises ServiceError when it belongs to somebody else, is a link, or cannot be created.
    """
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        check_owner(path, account)
        return
    except OSError as error:
        raise unwritable(path.parent, error) from error
    if account.switch:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def check_owner(path: Path, account: Account) -> None:
    """Raise ServiceError unless ``path`` is a real folder of ``account``, closed to others."""
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise ServiceError(f"{path} should be a folder and is something else; move it away.")
    if found.st_uid != account.uid:
        raise ServiceError(
            f"{path} belongs to user {_name(found.st_uid)}, but the server runs as"
            f" {account.name}. Run the command as the user who created it, or move it away."
        )
    if found.st_mode & 0o077:
        raise ServiceError(
            f"{path} is open to other users of this machine; close it with: chmod 700 '{path}'"
        )


def unwritable(path: Path, error: OSError) -> ServiceError:
    """The error for a folder that we cannot write."""
    return ServiceError(
        f"The folder {path} cannot be written by user {_name(os.geteuid())}"
        f" ({error.strerror or error}). Give it to that user or work in another copy;"
        " DATABASE_URL and ELASTICSEARCH_URL name services that run elsewhere."
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
