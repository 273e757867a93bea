"""Elasticsearch as a process of its own, from the assembled distribution."""

from __future__ import annotations

import json
import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from deploy.local import distribution, elasticsearch_http, folders, java
from deploy.local.accounts import Account, make_private_folder, run_as
from deploy.local.errors import ServiceError
from deploy.local.process import Started, find, load, look, save
from deploy.local.status import last_lines

COPIED = ("jvm.options", "log4j2.properties")
QUIET = ("-Xlog:disable", "-Xlog:all=warning:stderr")  # the default keeps up to 2 GB of GC logs
CONFIGURE = (
    'cd "$1" && rm -rf config pid "$3"/final-flags* && mkdir -p logs tmp && cp -R "$2" config'
)


@dataclass
class Node:
    """The Elasticsearch process of one working copy, running or not."""

    base_dir: Path
    account: Account

    def __post_init__(self) -> None:
        self.base_dir = self.base_dir.absolute()  # the server starts from another folder

    @property
    def state_file(self) -> Path:
        """Where the process is noted."""
        return self.base_dir / "var" / "elasticsearch.json"

    @property
    def cluster(self) -> str:
        """The cluster's name, by which its answers are told from anybody else's."""
        return f"relais-{folders.copy_key(self.base_dir)}"

    @property
    def marker(self) -> str:
        """A word of the server's command line."""
        return f"-Drelais.copy={self.cluster}"

    @cached_property
    def home(self) -> Path:
        """The folder of configuration, data and logs; the servers' user owns it."""
        return folders.data_folder(self.base_dir, "elasticsearch", self.account)

    @property
    def scratch(self) -> Path:
        """A short private folder for temporary files."""
        return folders.short_folder(self.base_dir, self.account)

    def serving_at(self) -> str | None:
        """Return the URL where the node answers, None when it does not."""
        noted = load(self.state_file)
        if noted is None or not noted.ready or noted.marker != self.marker or not noted.alive:
            return None
        address = _address(noted.port)
        return address if elasticsearch_http.cluster_name(address) == self.cluster else None

    def running(self) -> bool:
        """Tell whether a process of this working copy runs, answering or not."""
        return bool(self._processes())

    def describe(self) -> str:
        """Name the process."""
        return "process " + ", ".join(str(started.pid) for started in self._processes())

    def stop(self) -> bool:
        """Stop the node, and one whose note was deleted with ``var``; False if none ran."""
        running = self._processes()
        for started in running:
            started.end(signal.SIGTERM, signal.SIGKILL, seconds=30)
        self.state_file.unlink(missing_ok=True)
        return bool(running)

    def start(self, port: int, java_options: list[str]) -> str:
        """Start the node; return its URL once it serves all its data."""
        jdk = java.find_jdk(self.account)
        program = distribution.assembled(self.account)
        self.stop()  # one that runs but does not answer
        make_private_folder(self.home, self.account)
        make_private_folder(self.scratch, self.account)
        self._configure(program, port, java_options)
        print("Starting Elasticsearch…", file=sys.stderr, flush=True)
        pid_file = self.home / "pid"
        try:
            done = run_as(
                self.account,
                [program / "bin" / "elasticsearch", "--daemonize", "--pidfile", pid_file],
                env=self._environment(jdk),
                timeout=180,
            )
            started = self._note(pid_file, port) if done.returncode == 0 else None
            if started is None or not elasticsearch_http.is_usable(_address(port), 60):
                raise ServiceError(
                    "Elasticsearch does not start:\n"
                    + last_lines(self.home / "logs" / f"{self.cluster}.log")
                    + done.stdout.strip()[-2000:]
                )
        except BaseException:
            self.stop()  # also after Ctrl-C: nothing half-started stays behind
            raise
        save(self.state_file, replace(started, ready=True))
        return _address(port)

    def _processes(self) -> list[Started]:
        noted = load(self.state_file)
        known = [noted] if noted is not None and noted.alive else []
        pids = [started.pid for started in known]
        others = find(self.marker, self.account, "java")
        return known + [other for other in others if other.pid not in pids]

    def _note(self, pid_file: Path, port: int) -> Started | None:
        """Note the server's process as it describes itself, if it is really ours."""
        pid = int(pid_file.read_text(encoding="utf-8"))
        seen = look(pid)
        if seen is None:
            return None
        started = Started(pid, seen[0], self.marker, port)
        save(self.state_file, started)
        return started if started.alive else None

    def _environment(self, jdk: Path) -> dict[str, str]:
        return {
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",  # so that Java can open folders with accents
            "ES_JAVA_HOME": str(jdk),
            "ES_PATH_CONF": str(self.home / "config"),
            "ES_TMPDIR": str(self.home / "tmp"),
            # The launcher leaves a folder behind; this path has no spaces, which it cannot take.
            "CLI_JAVA_OPTS": f"-Djava.io.tmpdir={self.scratch}",
            "HOME": str(self.home),
        }

    def _configure(self, program: Path, port: int, java_options: list[str]) -> None:
        """Write the configuration anew.

        Anew, because the keystore that the server adds would refuse to open after a change of
        version. By the servers' user, because that user owns the folder: root must not write
        where somebody else could have laid a link.
        """
        settings: dict[str, str | int | bool] = {
            "cluster.name": self.cluster,
            "node.name": "local",
            "path.data": str(self.home / "data"),
            "path.logs": str(self.home / "logs"),
            "network.host": "127.0.0.1",
            "http.port": port,
            "discovery.type": "single-node",
            "xpack.security.enabled": False,
            "action.auto_create_index": False,
            # A nearly full disk must not make a developer's index read-only.
            "cluster.routing.allocation.disk.threshold_enabled": False,
        }
        with tempfile.TemporaryDirectory(prefix="relais-") as folder:
            draft = Path(folder) / "config"
            (draft / "jvm.options.d").mkdir(parents=True)
            for name in COPIED:
                shutil.copyfile(program / "config" / name, draft / name)
            lines = [f"{name}: {json.dumps(value)}\n" for name, value in settings.items()]
            (draft / "elasticsearch.yml").write_text("".join(lines), encoding="utf-8")
            options = "\n".join([*java_options, *QUIET, self.marker, ""])
            (draft / "jvm.options.d" / "relais.options").write_text(options, encoding="utf-8")
            folders.open_for_reading(Path(folder))
            command: list[str | Path] = [
                "/bin/sh",
                "-c",
                CONFIGURE,
                "sh",
                self.home,
                draft,
                self.scratch,
            ]
            done = run_as(self.account, command, env={"PATH": "/usr/bin:/bin"})
        if done.returncode != 0:
            raise ServiceError(f"{self.home} cannot be written: {done.stdout.strip()}")


def _address(port: int) -> str:
    return f"http://127.0.0.1:{port}"
