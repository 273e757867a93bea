"""Asking other sites whether an address still answers, politely and without being led inside.

Editors write the addresses, and any site may redirect: what is asked for is decided where the
connection is made, from the very numbers that are connected to, so that neither a redirect nor a
name that changes its mind reaches a machine of our own network.
"""

import ipaddress
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import urllib3
from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    LocationValueError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    ResponseError,
    SSLError,
)

from .models import Failure

TIMEOUT = 10.0  # seconds for a connection, and between two signs of life
PATIENCE = 30.0  # seconds for an address in all, redirects included
REDIRECTS = 5
DELAY = 2.0  # seconds between two questions to the same host
# They answer, though not to everybody or not to programs: the page is there.
GUARDED = frozenset({401, 402, 403, 405, 406, 407, 429, 451, 999})
# All of the public Internet in IPv6 (RFC 4291); addresses of protocols in IPv4 (RFC 6890).
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_PROTOCOLS = ipaddress.ip_network("192.0.0.0/24")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotPublicError(Exception):
    """The name leads to addresses that are not on the public Internet."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is HTTP's, None when there was no answer; `error` is "" for a link that works."""

    status: int | None
    error: str = ""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public Internet; one that stands for another (IPv4 in
    IPv6) is judged by that."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is None:
            return found in _GLOBAL_UNICAST and found.is_global and not found.is_multicast
        found = inner
    return found.is_global and not found.is_multicast and found not in _PROTOCOLS


@dataclass
class Asker:
    """`allowed` says which IP addresses may be connected to; `wait` lets seconds pass."""

    allowed: Callable[[str], bool] = is_public
    delay: float = DELAY
    timeout: float = TIMEOUT
    patience: float = PATIENCE
    wait: Callable[[float], None] = time.sleep
    _asked: dict[str, float] = field(default_factory=dict)
    _open: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._manager = urllib3.PoolManager(
            num_pools=1,
            headers={
                "User-Agent": f"Relais link checker (+{settings.BASE_URL}/)",
                "Accept": "*/*",
            },
            timeout=urllib3.Timeout(connect=self.timeout, read=self.timeout),
            retries=urllib3.Retry(
                total=None, connect=0, read=0, status=0, other=0, redirect=REDIRECTS,
                respect_retry_after_header=False,
            ),
        )  # fmt: skip
        self._manager.pool_classes_by_scheme = _pools(self._connect)

    def ask(self, url: str) -> Answer:
        """HEAD, then GET where HEAD is not answered well: not every server knows it. Never
        raises for what another site does."""
        answer = self._once("HEAD", url)
        lost = (Failure.NAME, Failure.PRIVATE, Failure.ADDRESS)
        return self._once("GET", url) if answer.error and answer.error not in lost else answer

    def _once(self, method: str, url: str, **options: Any) -> Answer:
        self._be_polite(url)
        cut = threading.Event()
        timer = threading.Timer(self.patience, self._cut, [cut])
        timer.daemon = True
        timer.start()
        try:
            response = self._manager.request(method, url, preload_content=False, **options)
            response.close()
            if cut.is_set():  # what had arrived of it passes for an answer
                return Answer(None, Failure.TIMEOUT)
        except Exception as error:  # whatever a strange server makes the libraries raise
            return Answer(None, Failure.TIMEOUT if cut.is_set() else _failure(error))
        finally:
            timer.cancel()
            self._manager.clear()
            self._open.clear()
        works = response.status < 400 or response.status in GUARDED
        return Answer(response.status, "" if works else Failure.ANSWER)

    def _be_polite(self, url: str) -> None:
        host = (urlsplit(url).hostname or "").lower()
        since = time.monotonic() - self._asked.get(host, -self.delay)
        if since < self.delay:
            self.wait(self.delay - since)
        self._asked[host] = time.monotonic()

    def _cut(self, cut: threading.Event) -> None:
        """A server that sends a byte now and then would keep us for ever."""
        cut.set()
        for connection in list(self._open):
            with suppress(OSError, AttributeError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def _connect(self, connection: Any) -> socket.socket:
        host = connection._dns_host
        try:
            found = socket.getaddrinfo(host, connection.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            problem = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
            raise NameResolutionError(host, connection, problem) from error
        usable = [one for one in found if self.allowed(str(one[4][0]))]
        if not usable:
            raise NotPublicError(host)
        self._open.append(connection)
        failed: Exception | None = None
        for family, kind, protocol, _name, address in usable:
            made = socket.socket(family, kind, protocol)
            try:
                made.settimeout(self.timeout)
                made.connect(address)
                return made
            except TimeoutError as error:
                made.close()
                failed = ConnectTimeoutError(connection, str(error))
            except OSError as error:
                made.close()
                failed = NewConnectionError(connection, str(error))
        raise failed or NewConnectionError(connection, "no address")


def _pools(connect: Callable[[Any], socket.socket]) -> Any:
    """urllib3's pools with connections made by `connect`; TLS and redirects stay theirs."""

    class Http(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class Https(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class HttpPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Http

    class HttpsPool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Https

    return {"http": HttpPool, "https": HttpsPool}


def _failure(error: Exception) -> str:
    reason = error.reason if isinstance(error, MaxRetryError) and error.reason else error
    kinds: list[tuple[Any, str]] = [
        (NotPublicError, Failure.PRIVATE),
        (NameResolutionError, Failure.NAME),
        (NewConnectionError, Failure.CONNECTION),
        ((ConnectTimeoutError, ReadTimeoutError, TimeoutError), Failure.TIMEOUT),
        (ResponseError, Failure.REDIRECTS),
        (SSLError, Failure.CERTIFICATE),
        ((LocationParseError, LocationValueError, ValueError), Failure.ADDRESS),
        ((HTTPError, OSError), Failure.CONNECTION),
    ]
    return next((name for kind, name in kinds if isinstance(reason, kind)), Failure.CONNECTION)
