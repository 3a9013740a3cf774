"""What a client gets over stdio from the installed command, in both protocol eras, on real stores."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from mcp_traces import __version__
from tests.span_rows import span_rows
from tests.stdio_process import COMMAND, ERAS, Era, StdioServer, clean_environment, serving
from tests.stores import RealStore

pytestmark = pytest.mark.store

TOOLS = ["search_traces", "get_trace", "summarize_traces", "query_traces", "compare_traces", "describe_filter_syntax"]
METHOD_NOT_FOUND = -32601
CALLS_AT_ONCE = 16


@pytest.fixture(scope="module")
def servers(sqlite_store: RealStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Era, StdioServer]]:
    """A server per era, greeted, logging all it can; at the end each must have written nothing but its answers."""
    arguments = ("--tracking-uri", sqlite_store.tracking_uri, "--log-level", "DEBUG")
    with ExitStack() as stack:
        started = {
            era: stack.enter_context(serving(tmp_path_factory.mktemp("server"), *arguments, era=era)) for era in ERAS
        }
        for server in started.values():
            server.greet()
        yield started


@pytest.fixture(params=ERAS)
def server(request: pytest.FixtureRequest, servers: dict[Era, StdioServer]) -> StdioServer:
    return servers[request.param]


def test_both_eras_list_the_same_tools(servers: dict[Era, StdioServer]) -> None:
    """A client must find the same server whichever protocol it speaks."""
    old, new = (servers[era].ask("tools/list")["result"] for era in ERAS)

    assert [tool["name"] for tool in old["tools"]] == TOOLS
    assert old["tools"] == new["tools"]
    assert new["resultType"] == "complete"


CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "search": ("search_traces", {"experiment": "support-assistant", "has_error": True, "limit": 3}),
    "overview": ("get_trace", {"trace_id": "error_chain"}),
    "tree": ("get_trace", {"trace_id": "huge", "view": "tree"}),
    "syntax": ("describe_filter_syntax", {}),
}
"""Traces are named by their labels."""


@pytest.mark.parametrize(("tool", "arguments"), CALLS.values(), ids=CALLS)
def test_both_eras_get_the_same_answer(
    servers: dict[Era, StdioServer], sqlite_store: RealStore, tool: str, arguments: dict[str, Any]
) -> None:
    """The protocol is the wrapping; what a tool answers does not depend on it."""
    named = {name: sqlite_store.sample.traces.get(value, value) for name, value in arguments.items()}

    old, new = (servers[era].call(tool, **named) for era in ERAS)

    assert old == new


def test_a_search_finds_what_is_in_the_file(server: StdioServer, sqlite_store: RealStore) -> None:
    """The whole way, from the line on stdin to the rows of the database and back."""
    path = sqlite_store.tracking_uri.removeprefix("sqlite:///")
    experiment_id = sqlite_store.sample.experiments["support-assistant"]
    newest_first = "SELECT request_id FROM trace_info WHERE experiment_id = ? ORDER BY timestamp_ms DESC LIMIT 5"
    with closing(sqlite3.connect(path)) as connection:
        expected = [row[0] for row in connection.execute(newest_first, (experiment_id,))]

    answer = server.call("search_traces", experiment="support-assistant", limit=5)

    assert [row["trace_id"] for row in answer["traces"]] == expected
    assert answer["applied"]["experiments"] == {experiment_id: "support-assistant"}


def test_calls_at_the_same_time_are_each_answered_with_their_own_trace(
    server: StdioServer, sqlite_store: RealStore
) -> None:
    """Clients run read-only tools in parallel; an answer under another one's id would be believed."""
    wanted = list(sqlite_store.sample.traces.values())[:CALLS_AT_ONCE]
    asked = {server.request_call("get_trace", trace_id=trace_id, view="tree"): trace_id for trace_id in wanted}

    answers = {request_id: server.read_answer(request_id) for request_id in asked}

    assert len(asked) == CALLS_AT_ONCE
    assert {request_id: answer["trace"]["trace_id"] for request_id, answer in answers.items()} == asked
    assert all(answer["shown"] == answer["total"] == len(span_rows(answer)) for answer in answers.values())


NOISE = {
    "half a message": b'{"jsonrpc": "2.0", "id": 1,',
    "an empty line": b"",
    "text": b"hello?",
    "a list": b"[]",
    "null": b"null",
    "not UTF-8": b"\xff\xfe{}",
    "no method": b'{"jsonrpc": "2.0"}',
    "a very long line": b"x" * 1_000_000,
    "an unknown notification": b'{"jsonrpc": "2.0", "method": "notifications/nothing"}',
    "an answer to nothing": b'{"jsonrpc": "2.0", "id": 4711, "result": {}}',
}


@pytest.mark.parametrize("line", NOISE.values(), ids=NOISE)
def test_a_line_that_is_no_request_is_survived(server: StdioServer, line: bytes) -> None:
    """One damaged line must not cost the user the session; the next request is answered as if nothing had been."""
    server.write(line)

    assert server.ask("tools/list")["result"]["tools"]
    assert server.process.poll() is None


def test_an_unknown_method_gets_the_error_of_json_rpc(server: StdioServer) -> None:
    """Clients try methods to learn what a server can do, and go by the code."""
    answer = server.ask("traces/delete")

    assert answer["error"]["code"] == METHOD_NOT_FOUND
    assert server.ask("tools/list")["result"]["tools"]


MISTAKES: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "unknown tool": ("delete_trace", {}, ["Unknown tool: delete_trace"]),
    "unknown argument": ("search_traces", {"experimnt": "1"}, ["`experimnt`", "Did you mean `experiment`?"]),
    "value out of range": ("search_traces", {"limit": 0}, ["`limit`", "from 1 to 500", "got 0"]),
    "no experiment like it": (
        "search_traces",
        {"experiment": "support assistent"},
        [
            "'support assistent'",
            "Did you mean 'support-assistant' (id 1)?",
            "'nightly-eval' (id 2)",
            "'Default' (id 0)",
        ],
    ),
    "unknown experiment id": ("search_traces", {"experiment": "77"}, ["'77'", "'support-assistant' (id 1)"]),
    "deleted experiment": ("search_traces", {"experiment": "retired-bot"}, ["'retired-bot'", "Known experiments:"]),
}


@pytest.mark.parametrize(("tool", "arguments", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_answered_with_what_is_valid(
    server: StdioServer, tool: str, arguments: dict[str, Any], said: list[str]
) -> None:
    """One retry is enough only when the error names the mistake and the way on."""
    text = server.refused(tool, **arguments)

    assert [part for part in said if part not in text] == []


def test_an_unknown_trace_is_answered_with_where_it_was_looked_for(
    server: StdioServer, sqlite_store: RealStore
) -> None:
    """Often it is the store that is the wrong one, so the error names it, and how to find traces."""
    text = server.refused("get_trace", trace_id="tr-00000000000000000000000000000000")

    assert "'tr-00000000000000000000000000000000'" in text
    assert sqlite_store.tracking_uri.removeprefix("sqlite:///") in text
    assert "search_traces" in text


def test_a_search_without_experiment_lists_the_choice(server: StdioServer, sqlite_store: RealStore) -> None:
    """With two experiments in use the choice is not ours; the time of the last trace tells the live one."""
    newest = {
        name: server.call("search_traces", experiment=name, limit=1)["traces"][0]["request_time"]
        for name in sqlite_store.sample.experiments
    }

    text = server.refused("search_traces")

    for name, experiment_id in sqlite_store.sample.experiments.items():
        assert f"'{name}' (id {experiment_id}, last trace {newest[name]})" in text
    assert "'Default'" not in text


@pytest.mark.parametrize(
    ("store", "era"), [("postgres_store", "2025-11-25"), ("server_store", "2026-07-28")], ids=["postgresql", "server"]
)
def test_other_stores_are_read_the_same_way(
    store: str, era: Era, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """What an agent learns on a laptop's file it can do on the team's database and server."""
    real: RealStore = request.getfixturevalue(store)
    expected = real.sample.traces["recovered_error"]

    with serving(tmp_path, "--tracking-uri", real.tracking_uri, era=era) as server:
        server.greet()
        found = server.call("search_traces", experiment="support-assistant", has_error=True, status="OK")
        opened = server.call("get_trace", trace_id=expected)

    assert expected in [row["trace_id"] for row in found["traces"]]
    assert opened["errors"][0]["exception"] == "OperationalError"


@pytest.mark.anyio
@pytest.mark.parametrize(("mode", "era"), [("legacy", "2025-11-25"), ("auto", "2026-07-28")], ids=ERAS)
async def test_the_sdks_own_client_is_served(mode: str, era: Era, server_store: RealStore) -> None:
    """Raw lines show what is on the wire; this shows that a real client takes it, and which era it settles on."""
    environment = clean_environment(MLFLOW_TRACKING_URI=server_store.tracking_uri)

    async with Client(StdioServerParameters(command=COMMAND, env=environment), mode=mode) as client:
        assert client.protocol_version == era
        assert client.server_info is not None and client.server_info.version == __version__
        assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS
        result = await client.call_tool("get_trace", {"trace_id": server_store.sample.traces["root_error"]})

    assert not result.is_error and result.structured_content is not None
    assert result.structured_content["trace"]["trace_id"] == server_store.sample.traces["root_error"]
