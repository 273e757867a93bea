"""Which Java runs Elasticsearch, and what is said when none is recent enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local import java
from deploy.local.__main__ import main
from deploy.local.accounts import Account
from tests.deploy.conftest import program


def test_an_old_java_is_named(
    base_dir: Path,
    bare_machine: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old = base_dir.parent / "jdk"
    (old / "bin").mkdir(parents=True)
    program(old / "bin", "java", "")
    (old / "release").write_text('JAVA_VERSION="17.0.9"\n')
    monkeypatch.setattr(java, "FOLDERS", ())
    monkeypatch.setenv("PATH", str(bare_machine))
    monkeypatch.setenv("ES_JAVA_HOME", str(old))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert main(["elasticsearch", "start", "--base-dir", str(base_dir)]) == 1
    message = capsys.readouterr().err
    assert f"Java 21 or later (found only 17 in {old})" in message
    assert "Traceback" not in message


def test_the_newest_java_is_taken_unless_one_is_named(
    base_dir: Path, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in (17, 21, 25):
        home = base_dir / "jvm" / f"jdk{version}"
        (home / "bin").mkdir(parents=True)
        program(home / "bin", "java", "")
        (home / "release").write_text(f'JAVA_VERSION="{version}.0.1"\n')
    monkeypatch.setattr(java, "FOLDERS", ((str(base_dir / "jvm"), ""),))
    monkeypatch.delenv("ES_JAVA_HOME", raising=False)
    monkeypatch.setenv("JAVA_HOME", str(base_dir / "jvm" / "jdk17"))
    monkeypatch.setenv("PATH", "")
    assert java.find_jdk(account).name == "jdk25"
    monkeypatch.setenv("JAVA_HOME", str(base_dir / "jvm" / "jdk21"))
    assert java.find_jdk(account).name == "jdk21"
