"""Who asks an MLflow server, with which credentials and certificates, and within which limits."""

import base64
import socket
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import anyio.abc
import anyio.lowlevel
import httpx2
import pytest

from mcp_traces.errors import StoreError, StoreTimeoutError, StoreUnavailableError
from mcp_traces.store.rest_client import LARGE_ANSWER_BYTES, Question, RestClient, RestConfig

pytestmark = pytest.mark.anyio

VERSION: Question[str] = Question("/version", "a version", str, decode=bytes.decode)
BASIC = "Basic " + base64.b64encode("ann:pässword".encode()).decode()


def client(
    handler: Callable[[httpx2.Request], Any] = lambda _: httpx2.Response(200, text="3.17.2"),
    base_url: str = "http://mlflow.test",
    **settings: Any,
) -> RestClient:
    return RestClient(RestConfig(base_url, **settings), httpx2.MockTransport(handler))


async def request_of(base_url: str = "http://mlflow.test", **settings: Any) -> httpx2.Request:
    """What is sent to ask for the version."""
    sent: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return httpx2.Response(200, text="3.17.2")

    await client(answer, base_url, **settings).ask(VERSION)
    return sent[0]


@pytest.mark.parametrize(
    ("base_url", "settings", "header"),
    [
        pytest.param("http://h", {}, None, id="none"),
        pytest.param("http://h", {"username": "ann", "password": "pässword"}, BASIC, id="user and password"),
        pytest.param("http://h", {"token": "t"}, "Bearer t", id="token"),
        pytest.param("http://h", {"username": "ann", "password": "pässword", "token": "t"}, BASIC, id="all of them"),
        pytest.param("http://h", {"username": "ann", "token": "t"}, "Bearer t", id="user without password"),
        pytest.param("http://ann:p%C3%A4ssword@h", {"username": "bob", "password": "x"}, BASIC, id="in the URL"),
    ],
)
async def test_credentials_have_mlflows_precedence(base_url: str, settings: dict[str, str], header: str | None) -> None:
    """What works for MLflow's own client works here: the URL's own, then user and password, then the token."""
    request = await request_of(base_url, **settings)

    assert request.headers.get("Authorization") == header
    assert request.url.host == "h"


async def test_the_workspace_is_sent_when_there_is_one() -> None:
    """Servers with workspaces answer from the default one otherwise."""
    assert (await request_of(workspace=" team-a ")).headers["X-MLFLOW-WORKSPACE"] == "team-a"
    assert "X-MLFLOW-WORKSPACE" not in (await request_of()).headers


@pytest.mark.parametrize(
    ("base_url", "address"),
    [
        ("http://mlflow.test:5000/", "http://mlflow.test:5000"),
        ("https://ann:s3cret@mlflow.test/team/mlflow/?s3cret#/experiments", "https://mlflow.test/team/mlflow"),
        ("http://[::1]:5000", "http://[::1]:5000"),
    ],
)
async def test_the_address_keeps_the_path_prefix_and_no_secret(base_url: str, address: str) -> None:
    """Reverse proxies serve MLflow under a path; the address stands in every error, credentials never do."""
    request = await request_of(base_url)

    assert str(request.url) == f"{address}/version"
    assert client(base_url=base_url).address == address


def test_a_printed_configuration_shows_no_secret() -> None:
    """It may stand in a traceback or a log line."""
    shown = repr(RestConfig("http://ann:s3cret1@h", "ann", "s3cret2", "s3cret3"))

    assert "s3cret" not in shown


@pytest.mark.parametrize(
    "base_url",
    ["http://", "ftp://h", "http://h:99999", "http://ann:s3cret/x@h", "http://[::1", "mlflow.test:5000"],
)
def test_what_is_no_web_address_is_refused_at_once(base_url: str) -> None:
    """It is a mistake in the settings, told without the password in it."""
    with pytest.raises(StoreError, match=r"is not a usable address\. Check MLFLOW_TRACKING_URI") as raised:
        client(base_url=base_url)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"server_cert_path": "/no/such.pem"}, "cannot be used. Check MLFLOW_TRACKING_SERVER_CERT_PATH"),
        ({"client_cert_path": "/no/such.pem"}, "cannot be used. Check MLFLOW_TRACKING_SERVER_CERT_PATH"),
        ({"insecure_tls": True, "server_cert_path": "/no/such.pem"}, "are both set, and MLflow allows only one"),
    ],
    ids=["server", "client", "contradiction"],
)
def test_unusable_certificates_are_refused_at_once(settings: dict[str, Any], message: str) -> None:
    """Connecting without them would be what the person who set them wanted to prevent."""
    with pytest.raises(StoreError, match=message):
        RestClient(RestConfig("https://h", **settings))


async def test_no_more_requests_run_at_a_time_than_allowed() -> None:
    """Twenty parallel tool calls must not become twenty queries in a database that serves a team."""
    running, peak = 0, 0

    async def answer(_: httpx2.Request) -> httpx2.Response:
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        await anyio.lowlevel.checkpoint()
        running -= 1
        return httpx2.Response(200, text="3.17.2")

    asked = client(answer, max_concurrency=2)
    async with anyio.create_task_group() as group:
        for _ in range(6):
            group.start_soon(asked.ask, VERSION)

    assert peak == 2


async def test_a_cancelled_request_makes_room_at_once() -> None:
    """A client that gave up must cost the others nothing."""
    entered = anyio.Event()
    answers = iter([anyio.sleep_forever, anyio.lowlevel.checkpoint])

    async def answer(_: httpx2.Request) -> httpx2.Response:
        entered.set()
        await next(answers)()
        return httpx2.Response(200, text="3.17.2")

    asked = client(answer, max_concurrency=1)
    async with anyio.create_task_group() as group:
        group.start_soon(asked.ask, VERSION)
        await entered.wait()
        group.cancel_scope.cancel()

    assert await asked.ask(VERSION) == "3.17.2"


@pytest.mark.parametrize(("size", "elsewhere"), [(10, False), (LARGE_ANSWER_BYTES, True)], ids=["small", "large"])
async def test_large_answers_are_read_beside_the_event_loop(size: int, elsewhere: bool) -> None:
    """A trace of 60 MB takes seconds to convert, in which everyone else's calls go on."""
    question = Question("/", "text", lambda _: threading.get_ident(), decode=bytes.decode)

    thread = await client(lambda _: httpx2.Response(200, content=b"x" * size)).ask(question)

    assert (thread != threading.get_ident()) is elsewhere


async def serve(handle: Callable[[anyio.abc.SocketStream], Awaitable[None]], **settings: Any) -> str:
    """The answer of a real connection, which `handle` serves."""
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, handle)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        asked = RestClient(RestConfig(f"http://127.0.0.1:{port}", **settings))
        try:
            answer = await asked.ask(VERSION)
        except StoreError as error:  # taken out of the task group, which would wrap it
            answer = error
        await asked.aclose()
        group.cancel_scope.cancel()
    if isinstance(answer, StoreError):
        raise answer
    return answer


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed behind the answer"])
async def test_a_header_is_acknowledged_before_its_body_is_awaited(closed: bool) -> None:
    """MLflow's servers send the body only after that, and Linux would take 40 ms over it."""
    options: list[tuple[int, ...]] = []

    class Connection:
        def get_extra_info(self, name: str) -> "Connection | None":
            return self if name == "socket" else None

        def setsockopt(self, *option: int) -> None:
            options.append(option)
            if closed:
                raise OSError("Bad file descriptor")

    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, text="3.17.2", extensions={"network_stream": Connection()})

    assert await client(answer).ask(VERSION) == "3.17.2"
    on_linux = [(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)] if hasattr(socket, "TCP_QUICKACK") else []
    assert options == on_linux


async def test_a_real_connection_is_read_to_the_end() -> None:
    """Header and body in two writes, as MLflow's servers send them, are one answer."""

    async def handle(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            await stream.receive()
            await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
            await stream.send(b"3.17.2")

    assert await serve(handle) == "3.17.2"


async def test_a_server_that_is_silent_is_given_up_in_time() -> None:
    """The whole exchange has one deadline: bytes that trickle in do not extend it."""

    async def handle(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            await stream.receive()
            await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n3")
            await anyio.sleep_forever()

    with pytest.raises(StoreTimeoutError, match=r"did not answer within 0\.1 s"):
        await serve(handle, timeout_s=0.1)


async def test_a_server_that_hangs_up_is_unavailable() -> None:
    """Restarting servers do: the next try may well succeed."""

    async def handle(stream: anyio.abc.SocketStream) -> None:
        await stream.receive()
        await stream.aclose()

    with pytest.raises(StoreUnavailableError, match="Cannot reach the MLflow server"):
        await serve(handle)


async def test_a_closed_port_is_told_in_the_systems_words() -> None:
    """The commonest failure of all: the server is not running."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        asked = RestClient(RestConfig(f"http://127.0.0.1:{unused.getsockname()[1]}"))

        with pytest.raises(StoreUnavailableError, match="Connection refused"):
            await asked.ask(VERSION)
        await asked.aclose()


async def test_a_token_that_is_no_header_is_not_shown() -> None:
    """Tokens read from a file end with a line break; the HTTP library's own error quotes them."""
    asked = RestClient(RestConfig("http://127.0.0.1:9", token="s3cret\n"))

    with pytest.raises(StoreError) as raised:
        await asked.ask(VERSION)
    await asked.aclose()

    assert "s3cret" not in str(raised.value)
