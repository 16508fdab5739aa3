"""A port that is taken: fatal when it was asked for, else the next free one, said aloud."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.cli.errors import StartError
from app.cli.ports import (
    PortClaims,
    any_free_port,
    bound_address,
    browser_url,
    is_free,
    next_free_port,
    open_listener,
)
from app.core.config import Settings, read_settings

# Claims a port twice, says how that went, and waits until it is let go.
CLAIMER = """
import sys
from pathlib import Path
from app.cli.ports import PortClaims
claims = PortClaims(Path(sys.argv[1]))
print(claims.take(int(sys.argv[2])), claims.take(int(sys.argv[2])), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def settings(taken_port: int) -> Settings:
    return replace(read_settings(), bind=f"127.0.0.1:{taken_port}")


def test_default_port_moves_on_and_says_so(settings: Settings, taken_port: int) -> None:
    said: list[str] = []
    with open_listener(replace(settings, bind_given=False), said.append) as listener:
        port = listener.getsockname()[1]
        assert port > taken_port
        assert bound_address(listener) == f"127.0.0.1:{port}"
        assert said == [f"Port {taken_port} is taken: using {port} instead."]


def test_given_port_that_is_taken_is_refused(settings: Settings, taken_port: int) -> None:
    with pytest.raises(StartError, match=f"MUSTER_BIND 127.0.0.1:{taken_port} cannot be used"):
        open_listener(replace(settings, bind_given=True), pytest.fail)


def test_host_that_is_not_ours_is_refused(settings: Settings) -> None:
    with pytest.raises(StartError, match="MUSTER_BIND"):
        open_listener(replace(settings, bind="192.0.2.1:8000", bind_given=True), pytest.fail)


def test_listener_takes_connections_before_anybody_accepts(settings: Settings) -> None:
    with (
        open_listener(replace(settings, bind_given=False), lambda text: None) as listener,
        socket.create_connection(listener.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == listener.getsockname()
        assert not is_free(listener.getsockname()[1])
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_next_free_port_gives_up_at_the_last_one() -> None:
    with pytest.raises(StartError, match="No free port from 65530 on"):
        next_free_port(65530, lambda port: False)


def test_a_claimed_port_is_nobody_elses_until_its_claimer_is_gone(tmp_path: Path) -> None:
    port = any_free_port()
    holder = subprocess.Popen(
        [sys.executable, "-c", CLAIMER, str(tmp_path / "claims"), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True True\n"
    assert not PortClaims(tmp_path / "claims").take(port)
    holder.communicate()
    assert PortClaims(tmp_path / "claims").take(port)


def test_without_a_place_for_claims_a_free_port_will_do(tmp_path: Path, taken_port: int) -> None:
    (tmp_path / "file").touch()
    claims = PortClaims(tmp_path / "file" / "claims")
    assert claims.take(any_free_port())
    assert not claims.take(taken_port)


@pytest.mark.parametrize(
    ("bind", "url"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("0.0.0.0:80", "http://127.0.0.1:80"),
        ("[::]:8000", "http://127.0.0.1:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("muster.example:8000", "http://muster.example:8000"),
    ],
)
def test_browser_url(bind: str, url: str) -> None:
    assert browser_url(bind) == url
