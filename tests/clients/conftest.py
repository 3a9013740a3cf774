"""The installed server over both transports, and an environment that reaches nothing but this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.http.http_process import HttpServer, http_server
from tests.stdio_process import clean_environment
from tests.stores import RealStore


@pytest.fixture(scope="session")
def http(server_store: RealStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpServer]:
    with http_server(tmp_path_factory.mktemp("http"), "--tracking-uri", server_store.tracking_uri) as server:
        yield server


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home of the test's own, in which no client finds anything of whoever runs it; and no proxy."""
    kept = {name: value for name, value in clean_environment().items() if not name.lower().endswith("_proxy")}
    return kept | {"HOME": str(tmp_path), "NO_PROXY": "127.0.0.1", "PYTHONDONTWRITEBYTECODE": "1"}
