"""Elasticsearch in Docker: the official image, where an engine really runs.

Its data lie in a Docker volume, not in ``var``: the image's user could not write there.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import dataclass

from deploy.local import elasticsearch_http
from deploy.local.distribution import HALF_AN_HOUR, VERSION
from deploy.local.errors import ServiceError

IMAGE = f"elasticsearch:{VERSION}"
SETTINGS = {
    "discovery.type": "single-node",
    "xpack.security.enabled": "false",
    "action.auto_create_index": "false",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
}


def docker_runs() -> bool:
    """Tell whether a Docker engine answers; a client alone, without its engine, does not count."""
    return shutil.which("docker") is not None and _docker("info", seconds=10).returncode == 0


@dataclass
class Container:
    """The Elasticsearch container of the working copy ``key``, running or not."""

    key: str

    @property
    def name(self) -> str:
        """The container's, the volume's and the cluster's name."""
        return f"relais-elasticsearch-{self.key}"

    def serving_at(self) -> str | None:
        """Return the URL where the container answers, None when it does not."""
        address = self._address()
        if address and elasticsearch_http.cluster_name(address) == self.name:
            return address
        return None

    def running(self) -> bool:
        """Tell whether the container runs, answering or not."""
        return self._address() is not None

    def describe(self) -> str:
        """Name the container."""
        return f"container {self.name}"

    def start(self, port: int, java_options: list[str]) -> str:
        """Start the container; return its URL once it serves all its data."""
        self._remove()
        options = [f"--env={name}={value}" for name, value in SETTINGS.items()]
        if _docker("image", "inspect", IMAGE, seconds=30).returncode != 0:
            print(f"Downloading the Docker image {IMAGE}…", file=sys.stderr, flush=True)
            self._must("pull", "--quiet", IMAGE, seconds=HALF_AN_HOUR)
        print("Starting Elasticsearch in Docker…", file=sys.stderr, flush=True)
        self._must(
            "run",
            "--detach",
            f"--name={self.name}",
            f"--label=relais.copy={self.key}",
            f"--publish=127.0.0.1:{port}:9200",
            f"--volume={self.name}:/usr/share/elasticsearch/data",
            f"--env=cluster.name={self.name}",
            f"--env=ES_JAVA_OPTS={' '.join(java_options)}",
            *options,
            IMAGE,
            seconds=60,
        )
        address = f"http://127.0.0.1:{port}"
        end = time.monotonic() + 120
        while self.running() and time.monotonic() < end:
            if elasticsearch_http.is_usable(address, 30):
                return address
            time.sleep(0.5)
        log = _docker("logs", "--tail=12", self.name, seconds=30)
        self._remove()
        raise ServiceError(f"Elasticsearch does not start in Docker:\n{log.stdout.strip()}")

    def stop(self) -> bool:
        """Stop the container (its volume stays); False when it was not running."""
        return self._remove()

    def _address(self) -> str | None:
        """Return where the running container's port is published."""
        if shutil.which("docker") is None:
            return None
        found = _docker("port", self.name, "9200/tcp", seconds=10)
        if found.returncode != 0 or not found.stdout.strip():
            return None
        return "http://" + found.stdout.split()[0]

    def _remove(self) -> bool:
        label = _docker(
            "inspect", '--format={{index .Config.Labels "relais.copy"}}', self.name, seconds=10
        )
        if label.returncode != 0:
            return False
        if label.stdout.strip() != self.key:
            raise ServiceError(
                f"A container named {self.name} exists that Relais did not start; rename it."
            )
        self._must("stop", "--time=30", self.name, seconds=60)
        self._must("rm", self.name, seconds=30)
        return True

    def _must(self, *words: str, seconds: float) -> None:
        done = _docker(*words, seconds=seconds)
        if done.returncode != 0:
            raise ServiceError(f"'docker {words[0]}' failed: {done.stdout.strip()}")


def _docker(*words: str, seconds: float) -> subprocess.CompletedProcess[str]:
    """Run docker and return its exit code and output; an engine that hangs counts as failed."""
    command = ["docker", *words]
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, "no answer in time")
