"""A line to a PostgreSQL server that can be cut: bytes pass both ways, until the test says otherwise."""

import contextlib
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

_PIECE: Final = 65_536
_NAME: Final = ".s.PGSQL.5432"


class Line:
    """
    Between a client and a server: a Unix socket of its own in front of the server's.

    Args:
        address: The server's address, with the folder of its socket.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._server = str(Path(parse_qs(parts.query)["host"][0]) / _NAME)
        self._folder = tempfile.TemporaryDirectory(prefix="leadmodel-line-")
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(Path(self._folder.name) / _NAME))
        self._socket.listen()
        #: The address on this side of the line.
        self.address = parts._replace(query=f"host={quote(self._folder.name, safe='')}").geturl()
        #: Says whether the line is cut once the server has answered what the client has just sent.
        self.cut_after: Callable[[bytes], bool] = lambda _: False
        #: Says whether the line is cut instead of sending on what the client has just sent.
        self.cut_before: Callable[[bytes], bool] = lambda _: False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        """Carry what one client says; answers come back by a thread of their own."""
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._server)
        deaf = threading.Event()
        threading.Thread(target=self._answer, args=(server, client, deaf), daemon=True).start()
        with contextlib.suppress(OSError):
            while said := client.recv(_PIECE):
                if self.cut_before(said):
                    break
                if self.cut_after(said):
                    deaf.set()  # the server hears it, and nobody hears the server
                server.sendall(said)
        if not deaf.is_set():
            _end(server)
        _end(client)

    def _answer(self, server: socket.socket, client: socket.socket, deaf: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while said := server.recv(_PIECE):
                if deaf.is_set():
                    break
                client.sendall(said)
        _end(client)
        _end(server)

    def close(self) -> None:
        """Take the line down."""
        _end(self._socket)
        self._folder.cleanup()


def _end(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextlib.contextmanager
def line_to(address: str) -> Iterator[Line]:
    """Give a line to a server."""
    line = Line(address)
    try:
        yield line
    finally:
        line.close()
