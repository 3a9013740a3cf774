"""What goes where: a client's token stays here, and MLflow gets the credentials meant for it, and no others."""

import logging
import socket
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import anyio
import httpx2
import pytest
from anyio import to_thread

from mcp_traces.callers import Caller
from mcp_traces.errors import InvalidArgumentError, StoreDeniedError
from mcp_traces.http.serve import refuse_unsafe
from mcp_traces.logs import configure_logging
from mcp_traces.store.rest_gateway import RestConfig, RestGateway
from tests.fake_gateway import FakeTraceGateway
from tests.http.mlflow_users import basic
from tests.http.served import DEADLINE_S, OWN, Recorder, served, user
from tests.real.calls import only
from tests.stdio_process import run
from tests.store.rest_server import EXPERIMENT

pytestmark = pytest.mark.anyio

MLFLOW = "http://mlflow.test"
TOKENS = {"token-of-ann": Caller("ann"), "token-of-bob": Caller("bob")}
ANN = {"Authorization": "Bearer token-of-ann", OWN: "Bearer anns-mlflow-secret"}
BOB = {"Authorization": "Bearer token-of-bob", OWN: basic("bob", "secret")}
SERVERS: dict[str, tuple[str, dict[str, str]]] = {
    "none": (MLFLOW, {}),
    "token": (MLFLOW, {"token": "the-servers"}),
    "user": (MLFLOW, {"username": "server", "password": "the-servers"}),
    "in the URL": ("http://server:the-servers@mlflow.test", {}),
}
"""The server's own credentials, wherever they can stand."""


def mlflow_side(request: httpx2.Request) -> httpx2.Response:
    """An MLflow of one experiment, behind a proxy that opens a session for everybody."""
    session = {"set-cookie": f"session=of {request.headers.get('authorization')}; Path=/"}
    if request.url.path == "/version":
        return httpx2.Response(200, text="3.17.2", headers=session)
    answer = {"experiments": [EXPERIMENT]} if request.url.path.endswith("experiments/search") else {}
    return httpx2.Response(200, json=answer, headers=session)


@asynccontextmanager
async def application(
    base_url: str = MLFLOW, config: dict[str, str] | None = None, **settings: Any
) -> AsyncGenerator[tuple[str, Recorder]]:
    """The address of the application, and what it sends to MLflow."""
    recorder = Recorder(httpx2.MockTransport(mlflow_side))
    gateway = RestGateway(RestConfig(base_url, **config or {}), recorder)
    own = {"mlflow_credentials": "caller"} | settings
    async with aclosing(gateway), served(gateway, TOKENS, **own) as address:
        async with user(address, ANN):
            with anyio.fail_after(DEADLINE_S):
                await recorder.asked.wait()
        yield address, recorder


@pytest.mark.parametrize(("base_url", "config"), SERVERS.values(), ids=SERVERS)
async def test_mlflow_gets_the_callers_credentials_and_no_others(base_url: str, config: dict[str, str]) -> None:
    """MCP forbids to pass on the client's token; the server's own account may read more than the caller."""
    async with application(base_url, config) as (address, recorder):
        for headers in (ANN, BOB):
            async with user(address, headers) as asker:
                recorder.requests.clear()
                for tool in ("search_traces", "describe_filter_syntax"):
                    await asker.told(tool)
            assert recorder.requests
            assert {request.headers["authorization"] for request in recorder.requests} == {headers[OWN]}
            sent = str([request.headers.raw for request in recorder.requests]).lower()
            assert "token-of" not in sent and OWN.lower() not in sent and "the-servers" not in sent


async def test_a_session_of_one_user_is_not_used_for_another() -> None:
    """A proxy before MLflow may open one with a cookie; all users share our connections, so none is kept."""
    async with application() as (address, recorder):
        for headers in (ANN, BOB, ANN):
            async with user(address, headers) as asker:
                await asker.told("search_traces")
        assert recorder.requests and not any("cookie" in request.headers for request in recorder.requests)


async def test_what_mlflow_told_one_user_of_itself_is_asked_again_for_another() -> None:
    """Once for each: the second may be one whom MLflow does not let in at all."""
    async with application() as (address, recorder):
        for headers in (ANN, BOB, ANN):
            async with user(address, headers) as asker:
                await asker.told("describe_filter_syntax")
        asked = [
            request.headers.get("authorization") for request in recorder.requests if request.url.path == "/version"
        ]
        assert [one for one in asked if one] == [ANN[OWN], BOB[OWN]]


REJECTED: dict[str, tuple[list[str], str]] = {
    "missing": ([], "X-MLflow-Authorization must hold your MLflow credentials: Basic ... or Bearer ..."),
    "empty": ([""], "must hold your MLflow credentials"),
    "another scheme": (["Digest abc"], "must hold your MLflow credentials"),
    "no scheme": (["abc"], "must hold your MLflow credentials"),
    "two words": (["Bearer abc def"], "must hold your MLflow credentials"),
    "two headers": (["Bearer abc", "Bearer def"], "must hold your MLflow credentials"),
    "not ASCII": (["Bearer pässword"], "must hold your MLflow credentials"),
    "a second header, folded": (["Bearer abc\r\n X-MLFLOW-WORKSPACE: other"], ""),
    "a bare CR": (["Bearer abc\rX-Other: 1"], ""),
    "a bare LF": (["Bearer abc\n\tX-Other: 1"], ""),
    "a NUL": (["Bearer abc\x00"], ""),
    "the token for us": (["Bearer token-of-ann"], "must not hold the token for this server"),
    "the token for us, otherwise spelt": (["basic token-of-ann"], "must not hold the token for this server"),
}


@pytest.mark.parametrize(("values", "words"), REJECTED.values(), ids=REJECTED)
async def test_a_header_that_is_no_credentials_is_refused(values: list[str], words: str) -> None:
    """With 400 and in clear words, before anything is asked; what it held is not repeated."""
    async with application() as (address, recorder):
        recorder.requests.clear()
        answer = await raw(address, [("Authorization", "Bearer token-of-ann"), *((OWN, value) for value in values)])
        assert answer.startswith("HTTP/1.1 400 ") and words in answer
        assert "abc" not in answer and "token-of-ann" not in answer
        assert not recorder.requests


async def test_another_header_behind_the_credentials_is_no_part_of_them() -> None:
    """HTTP ends a header at CR LF: what follows is a header of the client's own, and goes nowhere."""
    async with application() as (address, recorder):
        smuggled = {**ANN, "X-MLFLOW-WORKSPACE": "other", "Cookie": "session=1", "X-Forwarded-User": "admin"}
        async with user(address, smuggled) as asker:
            await asker.told("search_traces")
        names = {name for request in recorder.requests for name in request.headers}
        assert not names & {"x-mlflow-workspace", "cookie", "x-forwarded-user"}


async def raw(address: str, headers: list[tuple[str, str]]) -> str:
    """The answer to a call of a tool whose headers are sent byte by byte as they stand."""
    host, port = address.removeprefix("http://").split(":")
    body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search_traces","arguments":{}}}'
    fixed = [("Host", f"{host}:{port}"), ("Content-Type", "application/json"), ("Connection", "close")]
    accepted = [("Accept", "application/json, text/event-stream"), ("Content-Length", str(len(body)))]
    lines = [f"{name}: {value}" for name, value in (*fixed, *accepted, *headers)]
    text = "\r\n".join(["POST /mcp HTTP/1.1", *lines, "", body])

    def exchange() -> str:
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(text.encode("latin-1"))
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode()

    return await to_thread.run_sync(exchange)


@pytest.fixture
def everything_logged() -> Iterator[list[str]]:
    """All that the program's own logging would write at its most talkative."""
    root, lines = logging.getLogger(), list[str]()
    before, levels = list(root.handlers), {name: logging.getLogger(name).level for name in ("", "httpx2", "mcp")}
    root.handlers = []
    configure_logging("DEBUG", "text")
    root.handlers[0].emit = lambda record: lines.append(root.handlers[0].format(record))
    yield lines
    root.handlers = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize("whose", ["server", "caller"])
async def test_credentials_are_never_logged(whose: str, everything_logged: list[str]) -> None:
    """Neither those for us nor those for MLflow, whether they are used or not."""
    async with application(config={"token": "the-servers"}, mlflow_credentials=whose, log_level="DEBUG") as (
        address,
        _,
    ):
        async with user(address, ANN) as asker:
            await asker.told("search_traces")
        await raw(address, [("Authorization", "Bearer token-of-eve"), (OWN, ANN[OWN])])
        await raw(address, [("Authorization", "Bearer token-of-ann"), (OWN, "Digest anns-mlflow-secret")])
    logged = "\n".join(everything_logged)
    assert logged
    assert not [secret for secret in ("anns-mlflow-secret", "token-of", "the-servers") if secret in logged]


async def test_a_header_nobody_asked_for_is_ignored() -> None:
    """With the server's credentials, one caller's header must change nothing for anyone."""
    async with application(config={"token": "the-servers"}, mlflow_credentials="server") as (address, recorder):
        async with user(address, ANN) as asker:
            assert "No `experiment` was given" in await asker.told("search_traces")
        sent = [("Authorization", "Bearer token-of-bob"), (OWN, "Digest nonsense"), (OWN, "twice")]
        assert "No `experiment` was given" in await raw(address, sent)
        assert {request.headers["authorization"] for request in recorder.requests} == {"Bearer the-servers"}


@pytest.mark.parametrize(
    ("whose", "status"), [("caller", 200), ("server", 503)], ids=["callers have theirs", "ours are all there are"]
)
async def test_an_mlflow_that_wants_credentials_is_ready_for_callers_who_bring_them(whose: str, status: int) -> None:
    """Where callers bring theirs, ours may be none, and who answers 401 is alive; else nobody would get an answer."""
    gateway = FakeTraceGateway()
    gateway.fail_with = StoreDeniedError("MLflow refused the request (HTTP 401).")
    async with served(gateway, TOKENS, mlflow_credentials=whose) as address, httpx2.AsyncClient() as http:
        assert (await http.get(f"{address}/readyz")).status_code == status


STORES_WITHOUT_USERS: dict[str, dict[str, Any]] = {
    "MLflow's own default": {},
    "a database": {"tracking_uri": "postgresql://h/mlflow"},
    "Databricks": {"tracking_uri": "databricks"},
    "signed requests": {"tracking_uri": MLFLOW, "aws_sigv4": True},
    "a plugin's requests": {"tracking_uri": MLFLOW, "tracking_auth": "plugin"},
}


@pytest.mark.parametrize("settings", STORES_WITHOUT_USERS.values(), ids=STORES_WITHOUT_USERS)
def test_a_store_that_knows_no_users_is_refused_at_the_start(settings: dict[str, Any]) -> None:
    """Not at each call of each user, of whom none could mend it."""
    with pytest.raises(InvalidArgumentError, match="needs a store that knows users"):
        refuse_unsafe(only(transport="http", mlflow_credentials="caller", **settings))


def test_an_mlflow_server_is_served_with_callers_credentials() -> None:
    refuse_unsafe(only(transport="http", mlflow_credentials="caller", tracking_uri=f"{MLFLOW}/prefix"))


def test_the_command_says_so_and_ends() -> None:
    """Before it listens."""
    done = run(
        "--transport", "http", "--mlflow-credentials", "caller", "--port", "0", MLFLOW_TRACKING_URI="sqlite:///x"
    )
    assert done.returncode == 1 and done.stderr.startswith("mcp-traces: --mlflow-credentials caller needs a store")
