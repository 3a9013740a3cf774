"""MLflow servers behind TLS: which certificates are trusted, and what is said of those that are not."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from mcp_traces.errors import StoreUnavailableError
from mcp_traces.store.rest_gateway import RestConfig, RestGateway
from tests.certificates import make_certificate

pytestmark = pytest.mark.anyio


class VersionHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"3.17.2")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a failed handshake is what some tests want."""


class QuietServer(HTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a client that trusts no certificate of ours hangs up."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "mlflow.pem")


@pytest.fixture(scope="module", params=[ssl.CERT_NONE, ssl.CERT_REQUIRED], ids=["any client", "known clients"])
def server(request: pytest.FixtureRequest, certificate: Path) -> Iterator[str]:
    """The host and port of a server with that certificate, which may ask its clients for theirs."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(certificate))
    context.verify_mode = request.param
    context.load_cert_chain(certificate)
    with QuietServer(("127.0.0.1", 0), VersionHandler) as listening:
        listening.socket = context.wrap_socket(listening.socket, server_side=True)
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        yield f"127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()


async def version(base_url: str, **settings: Any) -> str:
    gateway = RestGateway(RestConfig(base_url, **settings))
    try:
        return (await gateway.store_info()).mlflow_version
    finally:
        await gateway.aclose()


async def test_a_named_certificate_is_trusted(server: str, certificate: Path) -> None:
    """MLFLOW_TRACKING_SERVER_CERT_PATH is how companies with a certificate authority of their own use MLflow."""
    path = str(certificate)

    assert await version(f"https://{server}", server_cert_path=path, client_cert_path=path) == "3.17.2"


async def test_insecure_tls_trusts_any_certificate(server: str, certificate: Path) -> None:
    """MLFLOW_TRACKING_INSECURE_TLS does what it says; a client certificate is sent all the same."""
    assert await version(f"https://{server}", insecure_tls=True, client_cert_path=str(certificate)) == "3.17.2"


async def test_an_unknown_certificate_is_refused_with_the_way_out(server: str) -> None:
    """The message names MLflow's own two settings, since MLflow has the same trouble."""
    with pytest.raises(StoreUnavailableError) as raised:
        await version(f"https://{server}")

    address = f"https://{server}"
    assert raised.value.message.startswith(f"Cannot make a secure connection to the MLflow server at {address}: self")
    assert "MLFLOW_TRACKING_SERVER_CERT_PATH" in str(raised.value.hint)
    assert "MLFLOW_TRACKING_INSECURE_TLS" in str(raised.value.hint)


async def test_http_to_a_tls_port_is_an_unreachable_server(server: str) -> None:
    """What comes back is no HTTP, and says nothing about traces."""
    with pytest.raises(StoreUnavailableError, match="Cannot reach the MLflow server"):
        await version(f"http://{server}")
