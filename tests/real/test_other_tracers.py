"""Traces that MLflow's SDK did not write: spans as OpenTelemetry's exporters send them to a real server.

They are read from the server and from its database.
"""

import base64
import json
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from mcp_traces.demo import SampleStore
from mcp_traces.store.open_gateway import open_gateway
from tests.real.calls import Tools, connected, only
from tests.real.conftest import REAL
from tests.stores import RealStore, mlflow_server, postgres

pytestmark = REAL

NOW_MS = 1_760_000_000_000
HEX = {"strands": "a1" * 16, "stream": "b2" * 16, "caught": "c3" * 16, "cached": "d4" * 16, "clocks": "e5" * 16}
OK, UNSET = 1, 0


def attributes(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in values.items()]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(one) for one in value]}}
    return {"stringValue": str(value)}


def span(
    trace: str,
    number: int,
    parent: int | None,
    name: str,
    start_ms: int,
    end_ms: int,
    *,
    status: int = UNSET,
    **more: Any,
) -> dict[str, Any]:
    """One span in OTLP's JSON; `said` are its attributes, `events` are names with theirs."""
    times = [str(1_000_000 * (NOW_MS + ms)) for ms in (start_ms, end_ms)]
    return {
        "traceId": HEX[trace],
        "spanId": f"{HEX[trace][:2]}{number:014x}",
        **({} if parent is None else {"parentSpanId": f"{HEX[trace][:2]}{parent:014x}"}),
        "name": name,
        "kind": 1,
        "startTimeUnixNano": times[0],
        "endTimeUnixNano": times[1],
        "attributes": attributes(more.get("said", {})),
        "events": [
            {"name": event, "timeUnixNano": times[0], "attributes": attributes(tools)}
            for event, tools in more.get("events", ())
        ],
        "status": {"code": status},
    }


def parts(role: str, text: str) -> str:
    return json.dumps([{"role": role, "parts": [{"type": "text", "content": text}]}])


OPERATION = (
    "gen_ai.client.inference.operation.details",
    {
        "gen_ai.input.messages": parts("user", "Where is it?"),
        "gen_ai.output.messages": parts("assistant", "In Bremen."),
    },
)
USAGE = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "m",
    "gen_ai.usage.input_tokens": 10_500,
    "gen_ai.usage.output_tokens": 20,
    "gen_ai.usage.cache_read.input_tokens": 10_000,
    "gen_ai.response.finish_reasons": ["length"],
}
CAUGHT = (
    "exception",
    {"exception.type": "TimeoutError", "exception.message": "after 3 s", "exception.stacktrace": "…"},
)

SPANS = [
    span("strands", 1, None, "invoke_agent", 0, 900, status=OK, said={"gen_ai.operation.name": "invoke_agent"}),
    span("strands", 2, 1, "chat", 10, 800, said={"gen_ai.operation.name": "chat"}, events=[OPERATION]),
    span("stream", 1, None, "POST /chat", 0, 120),
    span("stream", 2, 1, "model", 100, 4_000),
    span("stream", 3, 1, "tool", 4_000, 11_900),
    span("caught", 1, None, "answer", 0, 500),
    span("caught", 2, 1, "fetch", 10, 300, events=[("cache miss", {"key": "k"}), CAUGHT]),
    span("caught", 3, 1, "tool", 310, 400, said={"gen_ai.tool.status": "error", "http.response.status_code": 503}),
    span("cached", 1, None, "agent", 0, 900, said=USAGE),
    span("cached", 2, 1, "chat", 10, 800, said=USAGE),
    span("clocks", 1, None, "root", 0, 1_000),
    span("clocks", 2, 1, "backwards", 900, 400),
]


def send(base_url: str, spans: Sequence[dict[str, Any]], content_type: str) -> None:
    body = {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"scope": {}, "spans": list(spans)}]}]}
    request = urllib.request.Request(
        f"{base_url}/v1/traces",
        json.dumps(body).encode() if content_type == "application/json" else as_protobuf(body),
        {"Content-Type": content_type, "x-mlflow-experiment-id": "0"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        assert response.status == 200


def as_protobuf(body: dict[str, Any]) -> bytes:
    """The same request as most exporters send it; OTLP's JSON writes ids in hex, protobuf's in base64."""
    copy = json.loads(json.dumps(body))
    for one in copy["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        for key in ("traceId", "spanId", "parentSpanId"):
            if key in one:
                one[key] = base64.b64encode(bytes.fromhex(one[key])).decode()
    return ParseDict(copy, ExportTraceServiceRequest()).SerializeToString()


@contextmanager
def filled(database: str, folder: Path, content_type: str) -> Iterator[tuple[str, SampleStore]]:
    """A server over the database, to which the spans were sent."""
    with mlflow_server(database, folder) as base_url:
        for trace in HEX:
            send(base_url, [one for one in SPANS if one["traceId"] == HEX[trace]], content_type)
        traces = {name: f"tr-{one}" for name, one in HEX.items()}
        yield base_url, SampleStore(base_url, {"Default": "0"}, traces, "", "")


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, RealStore]]:
    """JSON sent to a server over SQLite, protobuf to one over PostgreSQL."""
    folder = tmp_path_factory.mktemp("otlp")
    database = f"sqlite:///{folder / 'mlflow.db'}"
    with (
        postgres() as empty,
        filled(database, folder, "application/json") as (base_url, sample),
        filled(empty, tmp_path_factory.mktemp("protobuf"), "application/x-protobuf"),
    ):
        yield {
            "server": RealStore("server", base_url, sample),
            "sqlite": RealStore("sqlite", database, sample),
            "postgresql": RealStore("postgresql", empty, sample),
        }


@pytest.fixture(scope="module", params=["server", "sqlite", "postgresql"])
async def tools(request: pytest.FixtureRequest, stores: dict[str, RealStore]) -> AsyncIterator[Tools]:
    store = stores[request.param]
    async with (
        aclosing(open_gateway(only(tracking_uri=store.tracking_uri))) as gateway,
        connected(store, gateway) as tools,
    ):
        yield tools


async def test_messages_in_events_are_a_conversation(tools: Tools) -> None:
    """mlflow#23063: Strands."""
    answer = await tools.get(tools.trace_id("strands"), view="conversation")

    assert [(one["role"], one["text"]) for one in answer["messages"]] == [
        ("user", "Where is it?"),
        ("assistant", "In Bremen."),
    ]
    read = await tools.get(
        tools.trace_id("strands"), span_ids=[answer["messages"][0]["span_id"]], path=answer["messages"][0]["path"]
    )
    assert "Where is it?" in read["value"]["text"]


async def test_the_critical_path_goes_on_after_a_root_that_ended_at_once(tools: Tools) -> None:
    """mlflow#13555, envoy#21583: an answer that is streamed."""
    answer = await tools.get(tools.trace_id("stream"))

    assert {step["name"]: step["self_ms"] for step in answer["critical_path"]} == {
        "POST /chat": 100,
        "model": 3_900,
        "tool": 7_900,
    }
    assert any("2 of 3 spans ended after their root" in note for note in answer["notes"])


async def test_what_was_caught_is_told_apart_from_failures(tools: Tools) -> None:
    """mlflow#16689: no span has the status ERROR."""
    answer = await tools.get(tools.trace_id("caught"))

    assert answer["totals"]["errors"] == 0
    assert answer["totals"]["events"] == 1
    assert [(one["name"], one["what"], one["path"]) for one in answer["handled"]] == [
        ("fetch", "TimeoutError: after 3 s", "events[1]"),
        ("tool", "gen_ai.tool.status = error", 'attributes["gen_ai.tool.status"]'),
        ("tool", "http.response.status_code = 503", 'attributes["http.response.status_code"]'),
    ]
    read = await tools.get(tools.trace_id("caught"), span_ids=[answer["handled"][0]["span_id"]], path="events[1]")
    assert "after 3 s" in read["value"]["text"]


async def test_what_was_caught_is_found(tools: Tools) -> None:
    """By the words of the overview, with the path that it names."""
    answer = await tools.call("get_trace", trace_id=tools.trace_id("caught"), find="TimeoutError|503")

    assert {(match["span_id"], match["path"]) for match in answer["matches"]} >= {
        (f"c3{2:014x}", 'events[1].attributes["exception.type"]'),
        (f"c3{3:014x}", 'attributes["http.response.status_code"]'),
    }


async def test_cached_tokens_stand_apart_and_wrappers_add_nothing(tools: Tools) -> None:
    """mlflow#24759; opik PR#7177: the agent repeats the usage of its call."""
    answer = await tools.get(tools.trace_id("cached"))

    totals = answer["totals"]["by_type"]
    assert sum(one.get("tokens", 0) for one in totals) == 10_520
    assert sum(one.get("cached", 0) for one in totals) == 10_000
    assert answer["trace"]["tokens"]["cached"] == 10_000
    assert {one["what"] for one in answer["handled"]} == {"finish reason length"}


async def test_times_that_cannot_be_true_are_not_added(tools: Tools) -> None:
    """mlflow PR#13047."""
    answer = await tools.get(tools.trace_id("clocks"))

    assert sum(one["duration_ms"] for one in answer["totals"]["by_type"]) == 1_000
    assert any("times that cannot be true" in note for note in answer["notes"])


@pytest.mark.parametrize("form", ["{}", "00-{}-00f067aa0ba902b7-01"])
async def test_the_id_that_the_application_logs_finds_the_trace(tools: Tools, form: str) -> None:
    """mlflow PR#11658: `tr-` is MLflow's own."""
    answer = await tools.get(form.format(HEX["stream"].upper()))

    assert answer["trace"]["trace_id"] == tools.trace_id("stream")


async def test_a_search_by_name_says_that_these_traces_have_none(tools: Tools) -> None:
    """mlflow PR#19730: OTLP has no name of a trace; its root has one."""
    answer = await tools.search(experiment="0", name="POST /chat")

    assert await tools.found(experiment="0", span_name="POST /chat") == [tools.trace_id("stream")]
    if tools.store.kind == "server":
        assert any(
            "5 of the newest 5 traces have no stored name" in note and "span_name='POST /chat' finds traces" in note
            for note in answer["notes"]
        )
    else:
        assert [(row["trace_id"], row["name"]) for row in answer["traces"]] == [
            (tools.trace_id("stream"), "POST /chat")
        ]
    assert (await tools.call("get_trace", trace_id=tools.trace_id("stream")))["trace"]["name"] == "POST /chat"


@pytest.mark.parametrize(
    ("span_type", "found"),
    [("AGENT", ["strands"]), ("CHAT_MODEL", ["cached", "strands"]), ("TOOL", []), ("LLM", [])],
)
async def test_a_search_by_type_finds_the_type_in_attributes(tools: Tools, span_type: str, found: list[str]) -> None:
    """mlflow#24237: no type is stored, and a server's search looks nowhere else; then the answer says so."""
    answer = await tools.search(experiment="0", span_type=span_type)

    if tools.store.kind == "server" and found:
        assert any("stored type" in note for note in answer["notes"])
    else:
        assert sorted(row["trace_id"] for row in answer["traces"]) == sorted(map(tools.trace_id, found))


async def test_live_values_count_what_has_no_name_or_type(tools: Tools) -> None:
    """They were left out without a word."""
    answer = await tools.call("describe_filter_syntax", experiment="0")

    names = next(row["values"] for row in answer["live"]["fields"] if row["field"] == "span.name")
    assert (names["chat"], names["invoke_agent"]) == (2, 1)
    by_name, by_type = ("span_name", "searches do not find them by it")
    if tools.store.kind != "server":
        by_name, by_type = ("`name`", "`span_type` finds them by it")
    assert [note for note in answer["notes"] if "no stored" in note] == [
        f"5 of 5 traces have no stored name; {by_name} finds them by their root's.",
        f"{len(SPANS)} of {len(SPANS)} spans have no stored type but in their attributes; {by_type}.",
    ]
