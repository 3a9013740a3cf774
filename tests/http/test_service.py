"""The service as `--transport http` puts it together."""

import socket
from pathlib import Path

from tests.http.http_process import DEADLINE_S, http_server


def test_the_store_is_warmed_up_before_anybody_asks(tmp_path: Path) -> None:
    """Importing MLflow and connecting take seconds, which the first client of a replica need not wait for."""
    with socket.create_server(("127.0.0.1", 0)) as mlflow:
        mlflow.settimeout(DEADLINE_S)
        host, port = mlflow.getsockname()
        with http_server(tmp_path, "--tracking-uri", f"http://{host}:{port}"):
            connection, _ = mlflow.accept()
            with connection:
                assert connection.recv(1000).startswith(b"GET /version ")
