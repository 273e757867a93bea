"""A client that keeps its connections and costs little: `python -m tests.bench.client PORT N`.

N connections are busy all the time, so that what is measured is how much the server can do.
Reads tasks from its standard input, one JSON a line: {"paths": [..], "headers": {..},
"seconds": 0.5}; asks for the paths in turn; answers {"requests", "seconds", "bytes", "status",
"median", "p95"}, the last two in milliseconds.
"""

import json
import select
import socket
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any


class Connection:
    """One HTTP/1.1 connection with a request under way; answers have a Content-Length."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._forget()

    def _forget(self) -> None:
        self.head = b""
        self.status = self.size = self.missing = 0

    def ask(self, request: bytes) -> None:
        self._forget()
        self.asked = time.perf_counter()
        self.socket.sendall(request)

    def complete(self) -> bool:
        """Take what has arrived; True when the answer is whole."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("the server closed the connection")
        if not self.status:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = self.head[:end].lower()
            self.status = int(head[9:12])
            if self.status != 304:
                start = head.index(b"content-length:") + 15
                self.size = int(head[start:].split(b"\r\n", 1)[0])
            self.missing = self.size - (len(self.head) - end - 4)
        else:
            self.missing -= len(data)
        return self.missing <= 0


def requests(paths: Sequence[str], headers: Mapping[str, str]) -> Iterator[bytes]:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return cycle(
        [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode() for path in paths]
    )


def measure(connections: Sequence[Connection], task: Mapping[str, Any]) -> dict[str, Any]:
    messages = requests(task["paths"], task.get("headers", {}))
    poll = select.epoll()
    by_number = {connection.socket.fileno(): connection for connection in connections}
    for number, connection in by_number.items():
        poll.register(number, select.EPOLLIN)
        connection.ask(next(messages))
    count = size = status = 0
    taken: list[float] = []
    busy = len(connections)
    start = time.perf_counter()
    end = start + task["seconds"]
    while busy:
        for number, _event in poll.poll(10):
            connection = by_number[number]
            if not connection.complete():
                continue
            count += 1
            taken.append((time.perf_counter() - connection.asked) * 1000)
            size += connection.size
            status = connection.status
            if time.perf_counter() < end:
                connection.ask(next(messages))
            else:
                busy -= 1
    poll.close()
    parts = statistics.quantiles(taken, n=20) if len(taken) > 1 else taken * 19
    return {"requests": count, "seconds": time.perf_counter() - start, "bytes": size,
            "status": status, "median": parts[9], "p95": parts[18]}  # fmt: skip


def main() -> None:
    port, number = int(sys.argv[1]), int(sys.argv[2])
    connections = [Connection(port) for _number in range(number)]
    for line in sys.stdin:
        print(json.dumps(measure(connections, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
