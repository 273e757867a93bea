"""Where the services of one working copy keep their things.

``<base_dir>/var``            state files, locks, logs, and the data
``/tmp/relais-<uid>-<hash>``  the socket, whose path may have 107 bytes at most
``cache_folder()``            downloads and copied programs, shared by all working copies

A working copy may lie where the servers' user cannot go (root's home). The data then lie in
``/var/tmp``, behind a link from ``var``, and programs are copied to the cache before they run.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from deploy.local.accounts import Account, can_read, unwritable
from deploy.local.errors import ServiceError

SHARED_CACHE = Path("/var/cache/relais")


def copy_key(base_dir: Path) -> str:
    """Return 12 hexadecimal digits that stand for this working copy's place on this machine."""
    return hashlib.sha256(os.fsencode(os.path.realpath(base_dir))).hexdigest()[:12]


def var_folder(base_dir: Path) -> Path:
    """Return ``<base_dir>/var``, created if needed. Raises ServiceError if it cannot be written."""
    var = base_dir / "var"
    try:
        var.mkdir(parents=True, exist_ok=True)
        handle, probe = tempfile.mkstemp(prefix=".writable-", dir=var)
    except OSError as error:
        raise unwritable(var, error) from error
    os.close(handle)
    os.unlink(probe)
    return var


def short_folder(base_dir: Path, account: Account) -> Path:
    """Return the folder of this working copy with a short path; it may not exist yet."""
    return Path(f"/tmp/relais-{account.uid}-{copy_key(base_dir)}")


def data_folder(base_dir: Path, name: str, account: Account) -> Path:
    """Return the private data folder ``name`` of ``account``; its parent exists, it may not.

    Normally ``var/<name>``; a folder in /var/tmp with a link to it where ``account`` cannot reach
    ``var``.
    """
    var = var_folder(base_dir)
    place = var / name
    if place.is_symlink():
        target = place.resolve()
        if not target.parent.is_dir():  # /var/tmp was emptied: the data are gone
            place.unlink()
            return data_folder(base_dir, name, account)
        return target
    if place.exists() or can_read(account, var):
        return place
    try:
        parent = Path(tempfile.mkdtemp(prefix="relais-", dir="/var/tmp"))
        parent.chmod(0o711)
        place.symlink_to(parent / name)
    except OSError as error:
        raise unwritable(Path("/var/tmp"), error) from error
    return parent / name


def cache_folder(account: Account) -> Path:
    """Return the folder for downloads: one that we can write and ``account`` can read.

    ``RELAIS_CACHE`` if set, else ``relais`` in XDG_CACHE_HOME or ~/.cache; /var/cache/relais when
    we are root and the servers' user cannot enter root's home.
    """
    named = os.environ.get("RELAIS_CACHE")
    if named:
        return _usable(Path(named).absolute(), account)
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "relais"
    try:
        return _usable(home, account)
    except ServiceError:
        if not account.switch:
            raise
    return _usable(SHARED_CACHE, account)


def _usable(folder: Path, account: Account) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise unwritable(folder, PermissionError("permission denied"))
    if not can_read(account, folder):
        raise ServiceError(
            f"The servers' user {account.name} cannot enter the cache {folder}."
            " Set RELAIS_CACHE to a folder that it can reach."
        )
    return folder


def within_reach(account: Account, root: Path, parts: tuple[str, ...], name: str) -> Path:
    """Return ``root``, or a copy of its ``parts`` in the cache if ``account`` cannot read them.

    ``name`` names the copy and should carry a version; ``parts`` that do not exist are passed over.
    """
    found = [part for part in parts if (root / part).exists()]
    if all(can_read(account, root / part) for part in found):
        return root
    copy = cache_folder(account) / name
    if not copy.is_dir():
        draft = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=copy.parent))
        for part in found:
            shutil.copytree(root / part, draft / part, symlinks=True)
        open_for_reading(draft)
        try:
            draft.rename(copy)
        except OSError:
            if not copy.is_dir():
                raise
            shutil.rmtree(draft)  # another caller was faster, with the same files
    return copy


def open_for_reading(folder: Path) -> None:
    """Let every user of the machine read ``folder`` and run the programs in it."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if mode & 0o100 else 0o444))
