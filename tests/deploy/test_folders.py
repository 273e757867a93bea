"""Where things lie, and what happens when the servers' user cannot go there."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from deploy.local import folders
from deploy.local.accounts import Account
from deploy.local.errors import ServiceError
from tests.deploy.conftest import program


def test_the_folder_of_downloads_can_be_named(
    base_dir: Path, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELAIS_CACHE", str(base_dir / "mine"))
    assert folders.cache_folder(account) == base_dir / "mine"
    monkeypatch.delenv("RELAIS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(base_dir / "xdg"))
    assert folders.cache_folder(account) == base_dir / "xdg" / "relais"
    if account.switch:  # root's home is closed to the servers' user
        closed = base_dir / "closed"
        closed.mkdir(mode=0o700)
        monkeypatch.setenv("XDG_CACHE_HOME", str(closed))
        monkeypatch.setattr(folders, "SHARED_CACHE", base_dir / "shared")
        assert folders.cache_folder(account) == base_dir / "shared"
        monkeypatch.setenv("RELAIS_CACHE", str(closed))
        with pytest.raises(ServiceError, match="cannot enter the cache"):
            folders.cache_folder(account)


def test_programs_out_of_reach_are_copied(
    base_dir: Path, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELAIS_CACHE", str(base_dir / "cache"))
    root = base_dir / "home"
    (root / "tool" / "bin").mkdir(parents=True)
    program(root / "tool" / "bin", "run", "echo it works")
    parts = ("tool", "missing")
    assert folders.within_reach(account, root, parts, "tool-1") == root
    if not account.switch:
        return
    root.chmod(0o700)
    os.chmod(root / "tool" / "bin" / "run", 0o700)
    copy = folders.within_reach(account, root, parts, "tool-1")
    assert copy == base_dir / "cache" / "tool-1"
    done = subprocess.run(
        [copy / "tool" / "bin" / "run"], user=account.uid, capture_output=True, text=True
    )
    assert done.stdout == "it works\n"
    assert folders.within_reach(account, root, parts, "tool-1") == copy
