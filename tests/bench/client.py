"""A client that keeps its connection and costs little: `python -m tests.bench.client PORT`.

Reads tasks from its standard input, one JSON a line: {"paths": [..], "headers": {..},
"seconds": 0.5}; asks for the paths in turn; answers {"requests", "seconds", "bytes", "status"}.
"""

import json
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any


class Connection:
    """One HTTP/1.1 connection, answers with Content-Length only."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def ask(self, request: bytes) -> tuple[int, int]:
        """The status and the size of the body."""
        self.socket.sendall(request)
        data = self.rest
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head = data[:end].lower()
        status = int(head[9:12])
        size = 0
        if status != 304:
            start = head.index(b"content-length:") + 15
            size = int(head[start:].split(b"\r\n", 1)[0])
        body = data[end + 4 :]
        parts = [body]
        have = len(body)
        while have < size:
            parts.append(self._more())
            have += len(parts[-1])
        self.rest = b"".join(parts)[size:] if have > size else b""
        return status, size

    def _more(self) -> bytes:
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data


def requests(paths: Sequence[str], headers: Mapping[str, str]) -> list[bytes]:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode() for path in paths]


def measure(connection: Connection, task: Mapping[str, Any]) -> dict[str, Any]:
    messages = cycle(requests(task["paths"], task.get("headers", {})))
    count = size = status = 0
    start = time.perf_counter()
    end = start + task["seconds"]
    while time.perf_counter() < end:
        status, got = connection.ask(next(messages))
        count += 1
        size += got
    return {"requests": count, "seconds": time.perf_counter() - start, "bytes": size,
            "status": status}  # fmt: skip


def main() -> None:
    connection = Connection(int(sys.argv[1]))
    for line in sys.stdin:
        print(json.dumps(measure(connection, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
