"""Bytes that are no message: over stdio and HTTP alike they end no conversation, and get no answer but an error."""

import json
import random
import subprocess
from pathlib import Path

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcp_traces.http.app import build_app
from mcp_traces.http.gate import Entrance
from mcp_traces.server import build_server
from tests.fake_gateway import FakeTraceGateway
from tests.http.conftest import MCP_HEADERS, running
from tests.real.calls import only
from tests.stdio_process import COMMAND, DEADLINE_S, clean_environment

BODIES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=10),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
        max_leaves=10,
    ).map(lambda value: json.dumps(value).encode()),
    st.sampled_from(
        [
            b"[" * 100_000,
            b'{"a":' * 50_000,
            b'"' + b"x" * 1_000_000 + b'"',
            b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search_traces","arguments":'
            + b"[" * 3_000
            + b"]" * 3_000
            + b"}}",
            b'{"jsonrpc":"2.0","id":' + b"9" * 5_000 + b',"method":"tools/list"}',
            b'{"jsonrpc":"2.0","id":1e400,"method":"tools/list"}',
            b'{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"\\ud800"}}',
            b'{"jsonrpc":"2.0","id":null,"method":"\\u0000"}',
            b"\xff\xfe{\x00}\x00",
            b"\x00" * 1000,
            b"",
        ]
    ),
)


@pytest.mark.anyio
@given(st.lists(BODIES, min_size=10, max_size=10), st.sampled_from(["2025-11-25", "2026-07-28", "1999-01-01", "\x7f"]))
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
async def test_any_body_gets_a_refusal_over_http(bodies: list[bytes], era: str) -> None:
    """4xx, or 202 for what may be a notification: never 5xx, and no word of a library."""
    configured = only(experiment="1")
    gateway = FakeTraceGateway()
    app = build_app(configured, build_server(configured, gateway), gateway, Entrance())
    async with running(app) as http:
        for body in bodies:
            answer = await http.post("/mcp", content=body, headers=MCP_HEADERS | {"Mcp-Protocol-Version": era})
            assert answer.status_code < 500, (body[:200], answer.text)
            assert not _words_of_libraries(answer), (body[:200], answer.text)


def _words_of_libraries(answer: httpx2.Response) -> list[str]:
    return [
        word for word in ("Traceback", 'File "', "site-packages", "pydantic", "validation error") if word in answer.text
    ]


def test_any_line_leaves_the_conversation_going_over_stdio(tmp_path: Path) -> None:
    """A client may be broken, or another program may write there: the next request is answered all the same."""
    random_lines = random.Random(7)
    lines = [random_lines.randbytes(random_lines.randint(0, 300)).replace(b"\n", b"") for _ in range(200)]
    lines += [b"[" * 20_000, b'{"jsonrpc":"2.0"}', b"null", b"[]", b'{"id":1}', b'"x"', b"{" * 500, b"\xff\xfe", b""]
    asked = {"jsonrpc": "2.0", "id": "last", "method": "ping"}
    client = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    greeting = [
        {"jsonrpc": "2.0", "id": "first", "method": "initialize", "params": client},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
    ]
    sent = [*(json.dumps(one).encode() for one in greeting), *lines, json.dumps(asked).encode()]
    done = subprocess.run(
        [COMMAND, "--tracking-uri", "http://127.0.0.1:1"],
        cwd=tmp_path,
        env=clean_environment(),
        input=b"\n".join(sent) + b"\n",
        capture_output=True,
        timeout=DEADLINE_S,
        check=False,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    by_id = {str(one.get("id")): one for one in answers}
    assert done.returncode == 0 and "result" in by_id["first"] and "result" in by_id["last"], done.stderr[-2000:]
    assert all("error" in one for key, one in by_id.items() if key not in ("first", "last"))
