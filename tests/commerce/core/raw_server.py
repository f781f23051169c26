"""A server that answers bytes, well-formed or not, as slowly as it likes."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Behaviour = Callable[[socket.socket], None]


class RawServer:
    """Accepts connections on loopback, keeps what each of them sent up to the blank line, then behaves as told."""

    def __init__(self, behave: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self.heads: list[bytes] = []
        self.connections = 0
        self._behave = behave
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self.port}/hook"

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, self._secured(connection) as secured:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += secured.recv(65536) or b"\r\n\r\n"
                self.heads.append(head)
                self._behave(secured)
        except OSError:
            return  # the client went away, as it should when it has had enough

    def _secured(self, connection: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(connection, server_side=True) if self._tls else connection


@contextmanager
def serving(behave: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    """A RawServer for the time of the block."""
    server = RawServer(behave, tls)
    try:
        yield server
    finally:
        server.close()


def answering(raw: bytes) -> Behaviour:
    """Send exactly `raw` and hang up."""
    return lambda connection: connection.sendall(raw)
