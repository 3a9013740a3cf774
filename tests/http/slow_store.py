"""An MLflow server that keeps whoever asks waiting until it is released."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DEADLINE_S = 30


class SlowStore(ThreadingHTTPServer):
    """`asked` is set by the first question of a call, and all are answered once `released` is.

    What version it has is told at once: a server that starts asks it by itself.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked, self.released = threading.Event(), threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: SlowStore

    def do_GET(self) -> None:
        if self.path == "/version":
            self._answer(200, b"3.17.2")
            return
        self.server.asked.set()
        self.server.released.wait(DEADLINE_S)
        self._answer(404, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def slow_store() -> Generator[SlowStore]:
    store = SlowStore()
    thread = threading.Thread(target=store.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield store
    finally:
        store.released.set()
        store.shutdown()
        thread.join(DEADLINE_S)
        store.socket.close()
