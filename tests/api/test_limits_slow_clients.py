"""Clients that send or read a byte now and then: they hold no thread of the web process for long."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from flask import Flask, request

from app.web.gunicorn_worker import BoundedThreadWorker
from tests.raw_http import RawHttp, running_web

THREADS = 2
LARGE = 50_000_000
PAGES = "tests.api.test_limits_slow_clients:pages()"
# a tick of the main loop, and what a busy machine takes
LATE_SECONDS = 10.0

HEAD = b"POST /graphql HTTP/1.1\r\nHost: muster\r\nContent-Type: application/json\r\n"
LENGTH = HEAD + b"Content-Length: 1000\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n3e8\r\n"


def pages() -> Flask:
    """A body that is read to its end, and one that no socket takes at once; gunicorn calls it."""
    app = Flask("pages", static_folder=None)

    @app.get("/")
    def ready() -> str:
        return "ready"

    @app.get("/large")
    def large() -> bytes:
        return b"x" * LARGE

    @app.post("/graphql")
    def read() -> str:
        return str(len(request.stream.read()))

    return app


@contextmanager
def dripping(web: RawHttp, start: bytes) -> Iterator[socket.socket]:
    """A client that has sent `start`, and sends a byte more every half second."""
    over = threading.Event()
    with closing(socket.create_connection(("127.0.0.1", web.port))) as client:
        client.sendall(start)

        def drip() -> None:
            while not over.wait(0.5):
                try:
                    client.sendall(b"x")
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            yield client
        finally:
            over.set()
            thread.join()


def seconds_until_answered(web: RawHttp) -> float:
    """How long somebody waits while all threads are held."""
    began = time.monotonic()
    with closing(socket.create_connection(("127.0.0.1", web.port), 120)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: muster\r\nConnection: close\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 200")
    return time.monotonic() - began


def test_a_request_that_does_not_end_is_hung_up_on() -> None:
    with running_web(PAGES, MUSTER_WEB_THREADS=str(THREADS)) as web, ExitStack() as clients:
        for start in (HEAD[:20], LENGTH, CHUNKED, HEAD):
            clients.enter_context(dripping(web, start))
        # two at a time have all threads
        waited = seconds_until_answered(web)
    assert (
        BoundedThreadWorker.RECEIVE_SECONDS / 2
        < waited
        < 2 * BoundedThreadWorker.RECEIVE_SECONDS + LATE_SECONDS
    )


def test_an_answer_that_is_not_taken_is_dropped() -> None:
    with (
        running_web(PAGES, timeout_seconds=3, MUSTER_WEB_THREADS=str(THREADS)) as web,
        ExitStack() as clients,
    ):
        for _ in range(THREADS):
            client = clients.enter_context(closing(socket.create_connection(("127.0.0.1", web.port))))
            client.sendall(b"GET /large HTTP/1.1\r\nHost: muster\r\n\r\n")
            assert client.recv(100).startswith(b"HTTP/1.1 200")
        waited = seconds_until_answered(web)
    assert 1 < waited < 3 + LATE_SECONDS
