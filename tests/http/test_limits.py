"""What a client may send: how much, for how long, under which name and from which web page."""

import time
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from mcp_traces.http.app import build_app
from mcp_traces.http.gate import Entrance
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from tests.fake_gateway import FakeTraceGateway
from tests.http.http_process import HttpServer, all_that_comes, body_of, call, headers_of, http_server
from tests.stdio_process import ERAS, Era

MAX_BODY_BYTES = 4_000
HEADERS_S, BODY_S, REQUEST_S = 0.8, 0.8, 1.6
IN_TIME_S = 1.5
"""How much later than its bound an end may come on a busy machine."""

SHORT_BOUNDS = f"""\
import mcp_traces.http.app as app, mcp_traces.http.connection as connection
app.BODY_WITHIN_S = {BODY_S}
connection.HEADERS_WITHIN_S = {HEADERS_S}
connection.REQUEST_WITHIN_S = {REQUEST_S}
"""
POST = b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpServer]:
    """One process for all; the store is nowhere, since what is refused never asks it."""
    arguments = ("--tracking-uri", "http://127.0.0.1:1", "--max-body-bytes", str(MAX_BODY_BYTES))
    with http_server(tmp_path_factory.mktemp("limits"), *arguments, change=SHORT_BOUNDS) as started:
        yield started
        # After all that was done to it.
        assert httpx2.get(f"{started.base_url}/healthz").status_code == 200
        assert "Traceback" not in started.log


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
def test_a_body_above_the_limit_is_refused(server: HttpServer, era: Era, declared: bool) -> None:
    """However it is sent: the declared length is believed where it is too large, and counted where there is none."""
    body = httpx2.Request(
        "POST", server.url, json=body_of(era, "search_traces", {"text": "x" * MAX_BODY_BYTES})
    ).content
    content: Any = body if declared else iter([body[:1000], body[1000:]])

    answer = httpx2.post(server.url, headers=headers_of(era, "search_traces"), content=content)

    assert answer.status_code == 413


@pytest.mark.parametrize("era", ERAS)
def test_a_body_below_the_limit_is_read(server: HttpServer, era: Era) -> None:
    """The limit is where it says."""
    answer = call(server.url, era, text="x" * (MAX_BODY_BYTES - 500))

    assert answer.status_code == 200
    assert "Cannot reach the MLflow server" in answer.text


@pytest.mark.parametrize("size", [34_000, 60_000, 400_000])
def test_headers_above_the_limit_end_the_connection(server: HttpServer, size: int) -> None:
    """Also those that come in one piece, which uvicorn would take at any size up to 256 KiB."""
    with server.connect() as connection:
        connection.sendall(POST + b"X-Large: " + b"a" * size + b"\r\n\r\n")
        answer = all_that_comes(connection)

    assert answer.startswith(b"HTTP/1.1 400 ") or (size > 200_000 and not answer)


def test_headers_below_the_limit_are_read(server: HttpServer) -> None:
    """Tokens of identity providers grow large."""
    assert httpx2.get(f"{server.base_url}/healthz", headers={"Authorization": "a" * 24_000}).status_code == 200


def _trickle(connection: Any, begin: bytes, each: bytes = b"a") -> tuple[bytes, float]:
    """Send a little at a time until the server has had enough; what it said, and after how many seconds."""
    began = time.monotonic()
    connection.sendall(begin)
    connection.settimeout(0.1)
    received = b""
    while time.monotonic() < began + 10 * REQUEST_S:
        try:
            piece = connection.recv(65_536)
            if not piece:
                return received, time.monotonic() - began
            received += piece
        except TimeoutError:
            try:
                connection.sendall(each)
            except ConnectionError:
                return received, time.monotonic() - began
        except ConnectionResetError:
            return received, time.monotonic() - began
    raise AssertionError(f"the connection is still open; received: {received!r}")


BODIES = {
    "declared": (b"Content-Length: 1000\r\n\r\n", b"a"),
    "chunked": (b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
}


@pytest.mark.parametrize(("rest", "each"), BODIES.values(), ids=BODIES)
def test_a_body_that_trickles_in_is_cut_off(server: HttpServer, rest: bytes, each: bytes) -> None:
    """A byte now and then would hold a connection, and there are only so many, for as long as its sender likes."""
    with server.connect() as connection:
        answer, seconds = _trickle(connection, POST + rest, each)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"was not whole after 0.8 s" in answer
    assert BODY_S <= seconds < BODY_S + IN_TIME_S


def test_a_body_that_is_slow_but_in_time_is_read(server: HttpServer) -> None:
    """A bad line is no attack."""
    body = httpx2.Request("POST", server.url, json=body_of("2025-11-25", "search_traces", {})).content

    def slowly() -> Generator[bytes]:
        for start in range(0, len(body), 40):
            time.sleep(0.05)
            yield body[start : start + 40]

    headers = headers_of("2025-11-25", "search_traces") | {"Content-Type": "application/json"}
    answer = httpx2.post(server.url, headers=headers, content=slowly())

    assert answer.status_code == 200


def test_a_refused_body_that_goes_on_is_cut_off(server: HttpServer) -> None:
    """The answer went out at once; the rest of the body is read to no purpose, so not for long."""
    with server.connect() as connection:
        answer, seconds = _trickle(connection, POST + b"Content-Length: 100000\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert REQUEST_S <= seconds < REQUEST_S + IN_TIME_S


def test_headers_that_trickle_in_are_cut_off(server: HttpServer) -> None:
    """The cheapest way to hold a connection: uvicorn has no bound for it."""
    with server.connect() as connection:
        answer, seconds = _trickle(connection, POST + b"X-Slow: ")

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert HEADERS_S <= seconds < HEADERS_S + IN_TIME_S


def test_headers_that_trickle_in_after_a_request_are_cut_off(server: HttpServer) -> None:
    """One whole request first must not buy the time: its first byte ends uvicorn's own timer for idle connections."""
    with server.connect() as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        time.sleep(0.3)
        answer, seconds = _trickle(connection, POST + b"X-Slow: ")

    assert answer.startswith(b"HTTP/1.1 200 ") and b"HTTP/1.1 408 " in answer
    assert HEADERS_S <= seconds < HEADERS_S + IN_TIME_S


def test_a_connection_on_which_nothing_is_asked_is_closed(server: HttpServer) -> None:
    """Without a word: whoever opened it has not begun to speak HTTP."""
    with server.connect() as connection:
        began = time.monotonic()
        answer = all_that_comes(connection)

    assert answer == b""
    assert HEADERS_S - 0.1 <= time.monotonic() - began < HEADERS_S + IN_TIME_S


def test_a_client_that_leaves_amid_its_body_is_no_error(server: HttpServer) -> None:
    """It happens all day; the log is for what somebody should look at."""
    with server.connect() as connection:
        connection.sendall(POST + b"Accept: application/json, text/event-stream\r\nContent-Length: 100\r\n\r\n{")
        time.sleep(0.2)
    time.sleep(0.2)

    assert "ClientDisconnect" not in server.log


# Host and Origin, on an address that everybody reaches. The app itself, since no process listens there without tokens.

EVERYWHERE = {
    "host": "0.0.0.0",
    "public_url": "https://traces.example.com/mcp",
    "allowed_hosts": ("traces.internal", "10.0.0.7:8000"),
    "allowed_origins": ("https://app.example.com",),
}


@asynccontextmanager
async def everywhere(**settings: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the app as it is on 0.0.0.0."""
    gateway, chosen = FakeTraceGateway(), Settings(**EVERYWHERE | settings)
    app = build_app(chosen, build_server(chosen, gateway), gateway, Entrance())
    transport = httpx2.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx2.AsyncClient(transport=transport) as client:
        yield client


async def status(era: Era, headers: dict[str, str]) -> int:
    async with everywhere() as client:
        answer = await client.post(
            "http://127.0.0.1:8000/mcp",
            headers=headers_of(era, "search_traces") | headers,
            json=body_of(era, "search_traces", {}),
        )
    return answer.status_code


HOSTS = {
    "traces.example.com": 200,
    "traces.example.com:443": 200,
    "traces.internal": 200,
    "traces.internal:8080": 200,
    "10.0.0.7:8000": 200,
    "localhost:9999": 200,
    "[::1]:8000": 200,
    "evil.example": 421,
    "traces.example.com.evil.example": 421,
    "eviltraces.example.com": 421,
    "0.0.0.0:8000": 421,
    "10.0.0.8:8000": 421,
    "": 421,
}


@pytest.mark.anyio
@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(("host", "expected"), HOSTS.items(), ids=HOSTS)
async def test_only_known_hosts_are_answered(era: Era, host: str, expected: int) -> None:
    """Against DNS rebinding: a web page cannot make its visitor's browser ask under a name of the page's own.

    The SDK alone would check nothing once it listens on 0.0.0.0.
    """
    assert await status(era, {"Host": host}) == expected


ORIGINS = {
    "https://app.example.com": 200,
    "https://traces.example.com": 200,
    "http://localhost:6274": 200,
    "http://127.0.0.1:8000": 200,
    "https://evil.example": 403,
    "http://app.example.com": 403,
    "https://app.example.com.evil.example": 403,
    "https://app.example.com:8443": 403,
    "null": 403,
}


@pytest.mark.anyio
@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(("origin", "expected"), ORIGINS.items(), ids=ORIGINS)
async def test_only_known_origins_are_answered(era: Era, origin: str, expected: int) -> None:
    """A browser says which page asks; anybody else sends no Origin."""
    assert await status(era, {"Host": "traces.example.com", "Origin": origin}) == expected


async def preflight(origin: str, **settings: Any) -> httpx2.Response:
    asked = "authorization,content-type,mcp-protocol-version,mcp-method,mcp-name,x-mlflow-authorization"
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": asked}
    async with everywhere(**settings) as client:
        return await client.options("http://traces.example.com/mcp", headers=headers)


@pytest.mark.anyio
async def test_a_browser_may_ask_from_an_allowed_origin() -> None:
    """The preflight names all that an MCP client of either era sends, and the answer the origin it is for."""
    answer = await preflight("https://app.example.com")

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://app.example.com"
    assert "POST" in answer.headers["access-control-allow-methods"]
    allowed = {name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert {"authorization", "content-type", "mcp-method", "mcp-name", "mcp-protocol-version"} <= allowed
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.anyio
@pytest.mark.parametrize("allowed_origins", [("https://app.example.com",), ()], ids=["others allowed", "none allowed"])
async def test_a_browser_may_not_ask_from_another_origin(allowed_origins: tuple[str, ...]) -> None:
    """Without this header the browser keeps the page from asking at all."""
    answer = await preflight("https://evil.example", allowed_origins=allowed_origins)

    assert answer.status_code >= 400
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.anyio
async def test_health_is_told_under_any_name() -> None:
    """Probes of an orchestrator come to an address, not to the public name."""
    async with everywhere() as client:
        answer = await client.get("http://10.1.2.3:8000/healthz")

    assert answer.json() == {"status": "ok"}
