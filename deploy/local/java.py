"""A Java development kit for Elasticsearch (21 or later)."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from deploy.local.accounts import Account
from deploy.local.errors import ServiceError
from deploy.local.folders import within_reach

OLDEST = 21
FOLDERS = (
    ("/usr/lib/jvm", ""),
    ("/opt", ""),
    ("/Library/Java/JavaVirtualMachines", "Contents/Home"),
)
PARTS = ("bin", "lib", "conf", "release")


def find_jdk(account: Account) -> Path:
    """Return the home of a JDK that ``account`` can run: ES_JAVA_HOME, JAVA_HOME, else the newest.

    Raises ServiceError that names what was found when none is recent enough.
    """
    too_old: list[str] = []
    for homes in (_named(), _installed()):
        versions = {home: _version(home) for home in homes}
        too_old += [f"{version} in {home}" for home, version in versions.items() if version]
        home = max(versions, key=lambda home: versions[home], default=None)
        if home is not None and versions[home] >= OLDEST:
            return within_reach(account, home, PARTS, f"jdk-{versions[home]}")
    found = f" (found only {', '.join(too_old)})" if too_old else ""
    raise ServiceError(
        f"Elasticsearch needs Java {OLDEST} or later{found}. Install a JDK and set ES_JAVA_HOME"
        " to it, or start Docker, or set ELASTICSEARCH_URL to an Elasticsearch that runs"
        " elsewhere. Relais also works without: search then runs on PostgreSQL."
    )


def _named() -> Iterator[Path]:
    for name in ("ES_JAVA_HOME", "JAVA_HOME"):
        if os.environ.get(name):
            yield Path(os.environ[name])


def _installed() -> Iterator[Path]:
    for folder, inside in FOLDERS:
        for home in sorted(Path(folder).glob("*")):
            yield (home / inside).resolve()
    on_path = shutil.which("java")
    if on_path:
        yield Path(on_path).resolve().parent.parent


def _version(home: Path) -> int:
    """Return the main version of the JDK in ``home`` (25 for 25.0.3), 0 when there is none."""
    try:
        release = (home / "release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    match = re.search(r'^JAVA_VERSION="(\d+)', release, re.MULTILINE)
    return int(match[1]) if match and (home / "bin" / "java").exists() else 0
