"""Reaching a source over the network: names, addresses, connections, and the steps these sources share."""

import queue
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, ClassVar

from app.core.domain.networks import NetworkRules
from app.core.domain.runs import RunErrorCode
from worker.metering import Meter
from worker.sources import Source, SourceError, Step

CANCEL_TIMEOUT_SECONDS = 3.0
LOCK_TIMEOUT_SECONDS = 30
RESOLVE_TIMEOUT_SECONDS = 5.0

Address = tuple[socket.AddressFamily, str]


def resolve_host(host: str) -> list[Address]:
    """The addresses of a host. Raises SourceError when there are none or the resolver does not answer."""
    with suppress(OSError, UnicodeError):  # an address is one without being asked for
        return _addresses(
            socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        )
    answers: queue.SimpleQueue[list[Any] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    # The resolver's own patience cannot be set; a thread lets us stop waiting for it.
    threading.Thread(target=ask, name="resolve-host", daemon=True).start()
    try:
        found = answers.get(timeout=RESOLVE_TIMEOUT_SECONDS)
    except queue.Empty:
        raise SourceError(
            RunErrorCode.SOURCE_TIMEOUT,
            f"The name of host {host} could not be resolved in {RESOLVE_TIMEOUT_SECONDS:.0f} s.",
            hint="The name service of the worker's machine does not answer. Try again shortly.",
            field="host",
        ) from None
    if isinstance(found, (OSError, UnicodeError)):
        if isinstance(found, socket.gaierror) and found.errno == socket.EAI_AGAIN:
            hint = "The name service answered that it cannot tell now; check the name, or try again shortly."
        else:
            hint = "Check the spelling, and that the worker's machine can resolve the name."
        raise SourceError(
            RunErrorCode.SOURCE_HOST_UNKNOWN, f"The host {host} is not known.", hint=hint, field="host"
        )
    return _addresses(found)


def _addresses(found: Iterable[Any]) -> list[Address]:
    return list(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found))


def permitted_addresses(host: str, addresses: Sequence[Address], networks: NetworkRules) -> list[Address]:
    """Those of a host's addresses that a source may have. Raises SourceError when there is none."""
    permitted = [(family, address) for family, address in addresses if networks.permit(address)]
    if not permitted:
        found = ", ".join(address for _, address in addresses)
        raise SourceError(
            RunErrorCode.SOURCE_NOT_ALLOWED,
            f"{host} is at {found}, where no source may be.",
            hint="MUSTER_SOURCE_NETWORKS_DENY or MUSTER_SOURCE_NETWORKS_ALLOW forbids it.",
            field="host",
        )
    return permitted


def connect_tcp(host: str, port: int, addresses: Sequence[Address], timeout_seconds: float) -> socket.socket:
    """A connection to the first address that accepts one, within the time over all of them.

    Raises SourceError SOURCE_REFUSED or SOURCE_TIMEOUT."""
    deadline = time.monotonic() + timeout_seconds
    refusal: OSError | None = None
    for position, (family, address) in enumerate(addresses):
        share = (deadline - time.monotonic()) / (len(addresses) - position)
        if share <= 0:
            break
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.settimeout(share)
        try:
            connection.connect((address, port))
        except OSError as error:
            connection.close()
            refusal = error
            continue
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return connection
    if refusal is None or isinstance(refusal, TimeoutError):
        raise no_answer(host, port, timeout_seconds)
    verb = "refused the connection" if isinstance(refusal, ConnectionRefusedError) else "cannot be reached"
    raise SourceError(
        RunErrorCode.SOURCE_REFUSED,
        f"{host} {verb} on port {port}.",
        hint="Check the port, that the server is running, and that a firewall lets the worker through.",
        field="port",
    )


def no_answer(host: str, port: int, timeout_seconds: float) -> SourceError:
    """The error for a host that does not answer, or that accepts a connection and then stays silent."""
    return SourceError(
        RunErrorCode.SOURCE_TIMEOUT,
        f"{host} did not answer on port {port} within {timeout_seconds:.0f} s.",
        hint="Check host and port, and that a firewall lets the worker through.",
        field="host",
    )


class NetworkConnector(ABC):
    """What connectors of network sources share: host, port, and one deadline up to the sign-in."""

    default_port: ClassVar[int]

    def __init__(self, source: Source) -> None:
        self.version: str | None = None
        self.meter = Meter(source.pause_seconds)
        self.source = source
        self._addresses: list[Address] = []
        self._deadline = 0.0

    @abstractmethod
    def sign_in(self) -> str:
        """Open the session; raises SourceError. Called after `reach`."""

    @abstractmethod
    def list_scope(self) -> str:
        """List the schemas; raises SourceError, also when one of those asked for is missing."""

    @abstractmethod
    def read_one(self) -> str:
        """Read the metadata of one object in scope; raises SourceError."""

    def steps(self) -> Sequence[tuple[Step, Callable[[], str]]]:
        return (
            (Step.RESOLVE_HOST, self.resolve),
            (Step.CONNECT, self.reach),
            (Step.AUTHENTICATE, self.sign_in),
            (Step.LIST, self.list_scope),
            (Step.READ, self.read_one),
        )

    @property
    def host(self) -> str:
        return self.source.required("host")

    @property
    def port(self) -> int:
        return self.source.port(self.default_port)

    def resolve(self) -> str:
        """Find the host's addresses; the deadline of the connection starts here. Raises SourceError."""
        self._deadline = time.monotonic() + self.source.connect_timeout_seconds
        self._addresses = resolve_host(self.host)
        return f"{self.host} is {', '.join(address for _, address in self._addresses[:3])}."

    def reach(self) -> str:
        """Connect to the port. Raises SourceError."""
        self.keep(self.dial(self.remaining_seconds()))
        return f"{self.host} accepts connections on port {self.port}."

    @abstractmethod
    def keep(self, connection: socket.socket) -> None:
        """Take over the connection that `reach` opened."""

    def dial(self, timeout_seconds: float) -> socket.socket:
        """A new TCP connection to the source, at an address it may have. Raises SourceError."""
        permitted = permitted_addresses(self.host, self._addresses, self.source.networks)
        return connect_tcp(self.host, self.port, permitted, timeout_seconds)

    def open_session(self) -> None:
        """All the way to a session. Raises SourceError."""
        self.resolve()
        self.reach()
        self.sign_in()

    def remaining_seconds(self) -> float:
        """What is left until the deadline of the connection, never quite nothing."""
        return max(0.1, self._deadline - time.monotonic())

    def no_answer(self) -> SourceError:
        """The error for a host that accepts a connection and then stays silent."""
        return no_answer(self.host, self.port, self.source.connect_timeout_seconds)
