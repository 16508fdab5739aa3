"""A TCP proxy in front of a real source, so that a test can make the network between misbehave."""

import contextlib
import socket
import threading
from types import TracebackType


class Proxy:
    """Forwards connections to `target` until told otherwise; `port` is where it listens on 127.0.0.1."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._answering = True
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def stop_answering(self) -> None:
        """From now on accept connections and never say a word."""
        self._answering = False

    def close(self) -> None:
        """Refuse new connections and break those that are open."""
        # shutdown wakes the accepting thread; close alone would leave the port listening until it returns
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(client)
            if self._answering:
                server = socket.create_connection(self._target)
                self._open.append(server)
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    # also when the connection was reset: whoever is on the other side has to learn that it is over
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
