"""A wire between a client and the server, on which one can read in which revision of the protocol the client speaks."""

import re
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_VERSION = re.compile(rb"\r\nmcp-protocol-version: *([\d-]+)", re.IGNORECASE)


class Wire(socketserver.ThreadingTCPServer):
    """Hands on whatever comes, both ways, and keeps what clients sent."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int]) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.address = address
        self.sent: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/mcp"

    @property
    def revisions(self) -> set[str]:
        """As the headers of the requests had them."""
        return {found.decode() for found in _VERSION.findall(b"".join(self.sent))}


class _Connection(socketserver.BaseRequestHandler):
    server: Wire

    def handle(self) -> None:
        with socket.create_connection(self.server.address) as upstream:
            answers = threading.Thread(target=_hand_on, args=(upstream, self.request), daemon=True)
            answers.start()
            _hand_on(self.request, upstream, self.server.sent)
            answers.join()


def _hand_on(source: socket.socket, target: socket.socket, kept: list[bytes] | None = None) -> None:
    """Until the source ends; then the target is told that nothing more comes."""
    with suppress(OSError):
        while piece := source.recv(65_536):
            if kept is not None:
                kept.append(piece)
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def wire_to(address: tuple[str, int]) -> Iterator[Wire]:
    with Wire(address) as wire:
        threading.Thread(target=wire.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield wire
        wire.shutdown()
