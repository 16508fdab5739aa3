"""TCP ports: which are free, and the listener of the web process."""

import errno
import fcntl
import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from app.cli.errors import StartError
from app.cli.private_files import private_folder
from app.core.config import Settings, split_bind

LAST_PORT = 65535
TRIES = 200
BACKLOG = 512
CLAIMS = Path(tempfile.gettempdir()) / f"muster-ports-{os.getuid()}"


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on the port now."""
    try:
        _bind(host, port).close()
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            return False
        raise
    return True


def any_free_port() -> int:
    """A free port of the system's choice on 127.0.0.1."""
    with _bind("127.0.0.1", 0) as probe:
        return int(probe.getsockname()[1])


def next_free_port(port: int, usable: Callable[[int], bool] = is_free) -> int:
    """`port`, or the first one after it that is usable. Raises StartError when none of the next 200 is."""
    for candidate in range(port, min(port + TRIES, LAST_PORT + 1)):
        if usable(candidate):
            return candidate
    raise StartError(f"No free port from {port} on.")


class PortClaims:
    """The ports of a process's parts, kept for it also while a part is down and about to be started again.

    Only other Musters of the same user know of a claim: it is a locked file, and ends with the process.
    """

    def __init__(self, folder: Path = CLAIMS) -> None:
        self._folder = folder
        self._held: dict[int, int] = {}

    def take(self, port: int) -> bool:
        """Claim the port; whether it is free and nobody else's."""
        return is_free(port) and (port in self._held or self._lock(port))

    def _lock(self, port: int) -> bool:
        try:
            private_folder(self._folder)
            descriptor = os.open(self._folder / str(port), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError:
            return True  # where no file can be kept, a port that is free has to do
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._held[port] = descriptor
        return True


def open_listener(settings: Settings, say: Callable[[str], None]) -> socket.socket:
    """The bound, listening socket of the web process.

    A port that was asked for and is taken raises StartError; the default port moves on to the next free one.
    """
    host, wanted = split_bind(settings.bind)
    try:
        if settings.bind_given or is_free(wanted, host):
            listener = _bind(host, wanted)
        else:
            listener = _bind(host, next_free_port(wanted, lambda port: is_free(port, host)))
            say(f"Port {wanted} is taken: using {listener.getsockname()[1]} instead.")
    except OSError as error:
        raise StartError(f"MUSTER_BIND {settings.bind} cannot be used: {error.strerror}.") from None
    listener.listen(BACKLOG)
    return listener


def bound_address(listener: socket.socket) -> str:
    """The listener's `host:port`, in the form MUSTER_BIND takes."""
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def browser_url(bind: str) -> str:
    """The address at which this machine reaches a server bound to `bind`."""
    host, port = split_bind(bind)
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not bound to
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _bind(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # gunicorn sets it too, but not for those who connect before it is up: each answer would be 40 ms late
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener
