"""Starting and stopping over HTTP: what is in flight is answered, the process ends in time, and refusals say why."""

import errno
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from mcp_traces.cli import main
from mcp_traces.http.serve import listen
from tests.http.http_process import DEADLINE_S, HttpServer, all_that_comes, call, http_server
from tests.http.slow_store import slow_store
from tests.stdio_process import ERAS, Era, fresh_environment, run

ENDS_WITHIN_S = 5.0
SIGNALS = (signal.SIGTERM, signal.SIGINT)
AMID_STOP_S = 0.8
"""Longer than the half second after which sse-starlette, left to itself, cuts every stream."""

NO_STORE = ("--tracking-uri", "http://127.0.0.1:1")

STREAMS_AT_ONCE = """\
import mcp.server._streamable_http_modern as modern
modern._SSE_PING_INTERVAL = 0.1
"""
"""The SDK begins a stream when a call takes 15 s; these tests cannot wait for that."""


def _wait_for_refusal(server: HttpServer) -> None:
    deadline = time.monotonic() + 1
    while not server.refuses_connections():
        assert time.monotonic() < deadline, "a server that was told to stop still takes connections after 1 s"
        time.sleep(0.02)


@pytest.mark.parametrize(("era", "number"), list(zip(ERAS, SIGNALS, strict=True)), ids=ERAS)
def test_a_call_in_flight_gets_its_answer(tmp_path: Path, era: Era, number: signal.Signals) -> None:
    """A restart is no reason to fail whoever asked before it; whoever asks now is to ask the next replica."""
    with slow_store() as store, http_server(tmp_path, "--tracking-uri", store.url) as server:
        with ThreadPoolExecutor(1) as threads:
            answer = threads.submit(call, server.url, era)
            assert store.asked.wait(DEADLINE_S)
            server.process.send_signal(number)
            _wait_for_refusal(server)
            time.sleep(AMID_STOP_S)
            store.released.set()
            answered = answer.result()
        exit_code = server.process.wait(DEADLINE_S)

    assert answered.status_code == 200
    assert "MLflow" in answered.text and "is being stopped" not in answered.text
    assert exit_code == 0


@pytest.mark.parametrize(("era", "number"), list(zip(ERAS, SIGNALS, strict=True)), ids=ERAS)
def test_a_call_that_takes_too_long_is_answered_that_it_was_ended(
    tmp_path: Path, era: Era, number: signal.Signals
) -> None:
    """Also on a stream that has begun: the agent reads what happened and that the same call will do."""
    with (
        slow_store() as store,
        http_server(tmp_path, "--tracking-uri", store.url, change=STREAMS_AT_ONCE) as server,
        ThreadPoolExecutor(1) as threads,
    ):
        answer = threads.submit(call, server.url, era)
        assert store.asked.wait(DEADLINE_S)
        exit_code, seconds = server.stop(number)
        answered = answer.result()
        log = server.log

    assert (exit_code, seconds < ENDS_WITHIN_S) == (0, True), seconds
    assert answered.status_code == 200
    assert answered.headers["content-type"].startswith("text/event-stream")
    assert '"isError":true' in answered.text
    assert "The server is being stopped, and ended search_traces for it. Make the same call again." in answered.text
    assert "Traceback" not in log


def test_open_connections_do_not_hold_up_the_end(tmp_path: Path) -> None:
    """One that waits for nothing, one amid its headers, one amid its body, one that asked and is kept alive."""
    with http_server(tmp_path, *NO_STORE) as server, ExitStack() as opened:
        silent, headers, body, kept = (opened.enter_context(server.connect()) for _ in range(4))
        headers.sendall(b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        body.sendall(b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{")
        kept.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        received = b""
        while not received.endswith(b'{"status":"ok"}'):
            received += kept.recv(4096)
        exit_code, seconds = server.stop()
        assert [all_that_comes(one) for one in (silent, headers, kept)] == [b"", b"", b""]

    assert (exit_code, seconds < ENDS_WITHIN_S) == (0, True), seconds


def test_a_server_without_open_calls_ends_at_once(tmp_path: Path) -> None:
    """Otherwise each restart of a fleet takes as long as its patience."""
    with http_server(tmp_path, *NO_STORE) as server:
        exit_code, seconds = server.stop()

    assert (exit_code, seconds < 1.5) == (0, True), seconds


def test_the_end_of_stdin_is_nothing_to_an_http_server(tmp_path: Path) -> None:
    """Services are started without one, and the terminal that started another may be closed."""
    with http_server(tmp_path, *NO_STORE) as server:
        assert server.process.stdin is not None
        server.process.stdin.close()
        time.sleep(0.3)
        assert httpx2.get(f"{server.base_url}/healthz").json() == {"status": "ok"}


def test_no_stream_is_opened_on_which_nothing_would_come(tmp_path: Path) -> None:
    """A stateless server never speaks unasked; a stream for that would hold a connection for nothing."""
    with http_server(tmp_path, *NO_STORE) as server:
        answer = httpx2.get(server.url, headers={"Accept": "text/event-stream"})

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_port_0_takes_a_free_port_and_says_which(tmp_path: Path) -> None:
    """Whoever starts several at once learns where each is, and none is in another's way."""
    with http_server(tmp_path, *NO_STORE) as one, http_server(tmp_path, *NO_STORE) as other:
        assert one.address[1] != other.address[1] and 0 not in (one.address[1], other.address[1])
        assert httpx2.get(f"{one.base_url}/healthz").status_code == 200
        assert f"Listening on {one.url}" in one.log


def test_localhost_is_answered_on_each_of_its_addresses(tmp_path: Path) -> None:
    """Clients differ on whether `localhost` is 127.0.0.1 or ::1, so both are one server on one port."""
    with http_server(tmp_path, *NO_STORE, "--host", "localhost") as server:
        for *_, address in socket.getaddrinfo("localhost", server.address[1], type=socket.SOCK_STREAM):
            socket.create_connection(address[:2], timeout=DEADLINE_S).close()


def test_a_machine_without_ipv6_listens_on_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers often have none, and `localhost` names ::1 there all the same."""
    create = socket.create_server

    def without_ipv6(address: tuple[str, int], *, family: int, backlog: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EADDRNOTAVAIL, "no IPv6")
        return create(address, family=family, backlog=backlog)

    addresses = [(socket.AF_INET6, 1, 6, "", ("::1", 0, 0, 0)), (socket.AF_INET, 1, 6, "", ("127.0.0.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: addresses)
    monkeypatch.setattr(socket, "create_server", without_ipv6)

    (listener,) = listen("localhost", 0)

    with listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_answers_do_not_wait_for_acknowledgements() -> None:
    """An answer is several small writes: with Nagle's algorithm the last of them is held back for 40 ms."""
    (listener,) = listen("127.0.0.1", 0)
    with listener, socket.create_connection(listener.getsockname(), timeout=DEADLINE_S):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    """The most frequent mistake when starting by hand; the first server goes on undisturbed."""
    with http_server(tmp_path, *NO_STORE) as server:
        port = str(server.address[1])
        done = run("--transport", "http", "--port", port, *NO_STORE)
        assert httpx2.get(f"{server.base_url}/healthz").status_code == 200

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"mcp-traces: Cannot listen on 127.0.0.1:{port}: Address already in use. Choose another port with --port.\n"
    )


REFUSED = {
    "anybody on every address": (["--host", "0.0.0.0"], "--auth none on 0.0.0.0 would let everybody on the network"),
    "anybody on every IPv6 address": (["--host", "::"], "--auth none on :: would let everybody on the network"),
    "no known name": (
        ["--host", "0.0.0.0", "--auth", "token"],
        "On 0.0.0.0 it must be known under which names clients reach this server",
    ),
    "an address of another machine": (
        ["--host", "192.0.2.1", "--auth", "token", "--public-url", "https://traces.example.com/mcp"],
        "Cannot listen on 192.0.2.1:0: ",
    ),
}


@pytest.mark.parametrize(("arguments", "said"), REFUSED.values(), ids=REFUSED)
def test_an_unsafe_or_impossible_address_is_refused_with_the_reason(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    """A server that anybody may read is never what was meant; exit code 1, one line, no traceback."""
    tokens = tmp_path / "tokens.json"
    tokens.write_text("{}")
    monkeypatch.setattr("mcp_traces.cli.configure_logging", lambda *_: None)
    with fresh_environment(tmp_path):
        code = main(["--transport", "http", "--port", "0", "--token-file", str(tokens), *NO_STORE, *arguments])

    told = capsys.readouterr().err
    assert (code, told.count("\n")) == (1, 1)
    assert said in told
