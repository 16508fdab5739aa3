"""Clients that ask over HTTP without a pause, many at once in one thread: they cost the server little."""

import re
import selectors
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.bench.comparing import stopwatch

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
_READ_BYTES = 65_536


@dataclass(frozen=True)
class Request:
    """A POST of JSON to `url`; `token` goes into its Authorization header."""

    url: str
    body: str
    token: str = ""

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        assert parts.port is not None
        return parts.hostname, parts.port

    def encoded(self) -> bytes:
        """As it is sent."""
        head = (
            f"POST {urlsplit(self.url).path} HTTP/1.1\r\nHost: {':'.join(map(str, self.address))}\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(self.body.encode())}\r\n\r\n"
        )
        return (head + self.body).encode()


class OneClient:
    """Asks the same again and again over one connection."""

    def __init__(self, request: Request) -> None:
        self._request = request.encoded()
        self._connection = socket.create_connection(request.address)

    def ask(self) -> bytes:
        """The answer. Raises AssertionError when it is not HTTP 200 or holds GraphQL errors."""
        self._connection.sendall(self._request)
        received = bytearray()
        while not _is_whole(received):
            received += self._connection.recv(_READ_BYTES)
        return bytes(received)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def seconds_per_request(request: Request, clients: int, requests: int) -> float:
    """How long a request takes on average, when so many `clients` ask for `requests` in all.

    Raises AssertionError when an answer is not HTTP 200 or holds GraphQL errors.
    """
    with selectors.DefaultSelector() as ready:
        for _ in range(clients):
            connection = socket.create_connection(request.address)
            ready.register(connection, selectors.EVENT_READ, bytearray())
        try:
            with stopwatch() as watch:
                _ask(ready, request.encoded(), requests)
        finally:
            for key in list(ready.get_map().values()):
                key.fileobj.close()  # type: ignore[union-attr]  # they are sockets
    return watch.seconds / requests


def _ask(ready: selectors.BaseSelector, request: bytes, requests: int) -> None:
    left, pending = requests, 0
    for key in list(ready.get_map().values())[:requests]:
        key.fileobj.sendall(request)  # type: ignore[union-attr]
        left, pending = left - 1, pending + 1
    while pending:
        for key, _ in ready.select():
            received: bytearray = key.data
            received += key.fileobj.recv(_READ_BYTES)  # type: ignore[union-attr]
            if not _is_whole(received):
                continue
            received.clear()
            pending -= 1
            if left:
                key.fileobj.sendall(request)  # type: ignore[union-attr]
                left, pending = left - 1, pending + 1


def _is_whole(received: bytearray) -> bool:
    head, separator, body = received.partition(b"\r\n\r\n")
    length = _LENGTH.search(head + b"\r\n")
    if not separator or length is None:
        return False
    if len(body) < int(length[1]):
        return False
    assert head.startswith(b"HTTP/1.1 200 "), bytes(received)
    assert b'"errors"' not in body, bytes(body)
    return True
