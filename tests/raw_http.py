"""The web process as gunicorn runs it, spoken to byte by byte: HTTP clients would put requests right."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from app.cli.services import web_command
from app.core.config import REPO_ROOT, read_settings
from app.web.headers import security_headers
from app.web.pages import pages_blueprint
from tests.stack import START_SECONDS, wait_until

APPLICATION = "app.wsgi:make_app()"
ANSWER_SECONDS = 20.0


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class RawHttp:
    """A listening web process."""

    port: int

    def send(self, request: bytes) -> bytes:
        """Everything that comes back before the connection is closed."""
        with closing(socket.create_connection(("127.0.0.1", self.port), ANSWER_SECONDS)) as connection:
            connection.sendall(request)
            received = b""
            while part := connection.recv(65536):
                received += part
            return received

    def get(self, target: bytes, *lines: bytes) -> Answer:
        """The only answer to a GET of a request target, written as it is."""
        head = b"\r\n".join((b"GET " + target + b" HTTP/1.1", b"Host: muster", b"Connection: close", *lines))
        return parse_answer(self.send(head + b"\r\n\r\n"))


def parse_answer(received: bytes) -> Answer:
    """The parts of an answer."""
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(int(status.split()[1]), headers, body)


@contextmanager
def running_web(
    application: str = APPLICATION, timeout_seconds: int | None = None, **settings: str
) -> Iterator[RawHttp]:
    """gunicorn with the options of `muster web`, one process of it, ready."""
    environment = {**os.environ, **settings, "MUSTER_WEB_PROCESSES": "1", "PYTHONUNBUFFERED": "1"}
    with pytest.MonkeyPatch.context() as patch:
        for name in settings:
            patch.setenv(name, environment[name])
        patch.setenv("MUSTER_WEB_PROCESSES", "1")
        read = read_settings()
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        descriptor = listener.fileno()
        command = [application if word == APPLICATION else word for word in web_command(read, descriptor)]
        if timeout_seconds is not None:
            command[command.index("--timeout") + 1] = str(timeout_seconds)
        process = subprocess.Popen(command, cwd=REPO_ROOT, env=environment, pass_fds=[descriptor])
        try:
            web = RawHttp(int(listener.getsockname()[1]))
            # the socket listens already: what is asked waits until gunicorn takes it
            wait_until(lambda: web.get(b"/") is not None, START_SECONDS)
            yield web
        finally:
            process.terminate()
            process.wait(20)


def interface_app(dist: str) -> Flask:
    """The pages of a built interface alone; gunicorn calls it."""
    app = Flask("interface", static_folder=None)
    app.register_blueprint(pages_blueprint(Path(dist)))
    app.after_request(security_headers(lambda request: request.is_secure))
    return app
