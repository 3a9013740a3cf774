"""`select`: a table of what a search finds, with nothing repeated and nothing cut silently."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_traces.records import AssessmentFailure, Span, StoreInfo, Trace, TracePage
from mcp_traces.shaping.text import compact
from mcp_traces.store.gateway import TraceQuery
from tests.builders import (
    START_MS,
    make_assessment,
    make_exception_event,
    make_span,
    make_trace,
    make_trace_info,
)
from tests.fake_gateway import DATABASE, FakeTraceGateway
from tests.tools.conftest import ToolFailedError, call_tool, connected

pytestmark = pytest.mark.anyio

SERVER = StoreInfo("server", "http://localhost:5000", "3.17.2", ui_url="http://localhost:5000")
USAGE = {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10, "cache_read_input_tokens": 4}
BOTH = pytest.mark.parametrize("store", [SERVER, DATABASE], ids=["server", "database"])


def a_call(name: str = "charge", *, at_ms: int = 10, **fields: Any) -> Span:
    return make_span(name, make_span(), span_type="TOOL", start_ms=at_ms, **fields)


def full_trace() -> Trace:
    failed = a_call(
        duration_ms=840.25,
        status="ERROR",
        status_message="declined",
        inputs={"order": {"id": "A-1", "lines": [{"sku": "LAMP"}]}, "a.b": 1},
        outputs={"ok": False},
        attributes={
            "mlflow.llm.model": "gpt-4",
            "mlflow.llm.provider": "openai",
            "mlflow.chat.tokenUsage": USAGE,
            "mlflow.llm.cost": {"total_cost": 0.25},
            "http.status": 402,
            "app": {"tries": [1, 2]},
        },
        events=(make_exception_event("PaymentError", "card was declined"),),
    )
    info = make_trace_info(
        "tr-full",
        state="ERROR",
        request_preview="What does the lamp cost?",
        response_preview="12 euros",
        client_request_id="req-1",
        trace_metadata={
            "mlflow.trace.session": "s-1",
            "mlflow.trace.user": "u-1",
            "mlflow.sourceRun": "run-1",
            "mlflow.modelId": "m-1",
            "mlflow.trace.tokenUsage": json.dumps(USAGE),
            "mlflow.trace.cost": '{"input_cost": 0.1, "output_cost": 0.2, "total_cost": 0.30000000000000004}',
            "mlflow.trace.sizeStats": '{"num_spans": 2}',
            "mlflow.trace.sizeBytes": "2048",
            "release": "1.2",
        },
        tags={"environment": "production", "mlflow.linkedPrompts": '[{"name": "support", "version": "3"}]'},
        assessments=(
            make_assessment("rating", "negative", last_update_time_ms=START_MS + 1, assessment_id="a-1"),
            make_assessment("rating", "positive", last_update_time_ms=START_MS + 2, assessment_id="a-2"),
            make_assessment("rating", "overridden", valid=False, last_update_time_ms=START_MS + 3, assessment_id="a-3"),
            make_assessment("judge", None, failure=AssessmentFailure("TIMEOUT")),
            make_assessment("answer", {"days": 3}, kind="expectation"),
        ),
    )
    return make_trace(make_span(status="ERROR"), failed, info=info)


CELLS: list[tuple[str, Any]] = [
    ("trace_id", "tr-full"),
    ("name", "agent"),
    ("status", "ERROR"),
    ("request_time", "2025-10-09T08:53:20Z"),
    ("request_time_ms", START_MS),
    ("execution_time_ms", 1200),
    ("span_count", 2),
    ("size_bytes", 2048),
    ("tokens.total", 10),
    ("tokens.input", 7),
    ("tokens.output", 3),
    ("tokens.cached", 4),
    ("tokens.cache_written", None),
    ("cost", 0.3),
    ("cost.input", 0.1),
    ("cost.output", 0.2),
    ("request_preview", "What does the lamp cost?"),
    ("response_preview", "12 euros"),
    ("session_id", "s-1"),
    ("user_id", "u-1"),
    ("run_id", "run-1"),
    ("model_id", "m-1"),
    ("experiment_id", "1"),
    ("client_request_id", "req-1"),
    ("prompt", "support/3"),
    ("url", "http://localhost:5000/#/experiments/1/traces?selectedEvaluationId=tr-full"),
    ("error", "PaymentError: card was declined"),
    ("failed_assessments", [{"name": "judge", "error": "TIMEOUT"}]),
    (
        "assessments",
        [
            {"name": "rating", "value": "negative"},
            {"name": "rating", "value": "positive"},
            {"name": "answer", "value": {"days": 3}},
        ],
    ),
    ("tags.environment", "production"),
    ("tags.none", None),
    ("metadata.release", "1.2"),
    ("metadata.none", None),
    ("feedback.rating", "positive"),
    ("feedback.judge", None),
    ("feedback.answer", None),
    ("expectation.answer", {"days": 3}),
    ("span.span_id", a_call().span_id),
    ("span.parent_id", make_span().span_id),
    ("span.name", "charge"),
    ("span.type", "TOOL"),
    ("span.status", "ERROR"),
    ("span.status_message", "declined"),
    ("span.start_ms", 10),
    ("span.duration_ms", 840.25),
    ("span.error", "PaymentError: card was declined"),
    ("span.model", "gpt-4"),
    ("span.provider", "openai"),
    ("span.tokens.total", 10),
    ("span.tokens.input", 7),
    ("span.tokens.output", 3),
    ("span.tokens.cached", 4),
    ("span.cost", 0.25),
    ("span.inputs", {"order": {"id": "A-1", "lines": [{"sku": "LAMP"}]}, "a.b": 1}),
    ("span.inputs.order.id", "A-1"),
    ("span.inputs.order.lines[0].sku", "LAMP"),
    ('span.inputs["a.b"]', 1),
    ("span.inputs.order.lines[1]", None),
    ("span.inputs.order.id.more", None),
    ("span.outputs", {"ok": False}),
    ("span.outputs.ok", False),
    ("span.outputs.none", None),
    ("span.attributes.http.status", 402),
    ('span.attributes["http.status"]', 402),
    ("span.attributes.app.tries[1]", 2),
    ("span.attributes.none", None),
]


@BOTH
@pytest.mark.parametrize(("column", "value"), CELLS, ids=[column for column, _ in CELLS])
async def test_a_column_holds_what_was_recorded(store: Any, column: str, value: Any) -> None:
    """Every column; what a trace or a span has none of is null."""
    arguments = {"span_name": "charge"} if column.startswith("span.") else {}

    answer = await call_tool(
        FakeTraceGateway([full_trace()], store=store), "search_traces", {"select": column, **arguments}
    )

    assert answer["rows"] == [[None if column == "url" and store is DATABASE else value]]
    assert (answer["columns"], answer["traces"], answer["returned"]) == ([column], [], 1)
    assert "elided" not in answer


async def test_the_table_above_names_every_column() -> None:
    """A column that is added is tested."""
    from mcp_traces.tools.columns import FORMS, known_columns

    assert set(known_columns()) - set(FORMS) - {"tags", "metadata"} <= {column for column, _ in CELLS}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("tag.environment", "tags.environment"),
        ("time", "request_time"),
        ("duration_ms", "execution_time_ms"),
        ("session", "session_id"),
        ("tokens", "tokens.total"),
        ("total_cost", "cost"),
        ("Status", "status"),
        ("trace.status", "status"),
        ("request_metadata.release", "metadata.release"),
        ("assessments.rating", "feedback.rating"),
        ("expectations.answer", "expectation.answer"),
        ("tags.`environment`", "tags.`environment`"),
    ],
)
async def test_other_names_for_a_column_are_taken(written: str, name: str) -> None:
    """The singular and the plural, and what people call it; the result has the name of the table."""
    answer = await call_tool(FakeTraceGateway([full_trace()]), "search_traces", {"select": written})

    assert answer["columns"] == [name]
    assert answer["rows"][0][0] is not None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"select": "statuz"}, "`select` 'statuz' is not a column. Did you mean status"),
        ({"select": "spam.name", "span_name": "x"}, "Did you mean span.name"),
        ({"select": "tags."}, "`select` 'tags.' is not a column."),
        ({"select": "status,state"}, "`select` names status twice."),
        ({"select": ",".join(f"tags.k{at}" for at in range(21))}, "`select` names 21 columns; it takes 1 to 20."),
        ({"select": "span.name"}, "`select` names columns of spans, but no condition says of which spans."),
        ({"select": "span.name", "has_error": False}, "Give span_name, span_type, has_error=true"),
        ({"select": "span.inputs[x", "span_name": "x"}, "cannot be read at character"),
        ({"select": "span.name", "filter": "span.attributes.k LIKE '%v%'"}, "does not take span.attributes.k LIKE"),
        ({"select": "status", "order_by": "span.duration_ms"}, "orders spans, and `select` names no column of them"),
        ({"order_by": "span.duration_ms"}, "orders spans, and these rows are traces"),
        ({"limit": 101}, "`limit` is 101; without `select` it is at most 100."),
        ({"select": "status", "limit": 501}, "`limit` takes an integer from 1 to 500"),
        ({"select": "status", "filter": "status = "}, "`filter` is invalid."),
        ({"select": "status", "cursor": "x"}, "`cursor` is damaged"),
    ],
    ids=str,
)
async def test_what_cannot_be_a_table_is_an_error_with_the_way_out(arguments: dict[str, Any], message: str) -> None:
    """One retry is enough: each names what is wrong, and the call to make."""
    with pytest.raises(ToolFailedError) as failed:
        await call_tool(FakeTraceGateway([full_trace()]), "search_traces", {"experiment": "1", **arguments})

    assert message in str(failed.value)


def id_of(number: int) -> str:
    return f"tr-{hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()}"


def calls(count: int, *, per_trace: int = 1, text: str = "shipped") -> list[Trace]:
    """Traces with calls of one tool, a second apart."""
    return [
        make_trace(
            make_span(start_ms=-at * 1_000),
            *(
                make_span(
                    "lookup",
                    make_span(start_ms=-at * 1_000),
                    span_type="TOOL",
                    start_ms=-at * 1_000 + number,
                    duration_ms=100 + (at * 7 + number * 13) % 50,
                    outputs={"state": text},
                    inputs={"number": number},
                )
                for number in range(per_trace)
            ),
            info=make_trace_info(
                id_of(at), request_time_ms=START_MS - at * 1_000, state="ERROR" if at % 10 == 0 else "OK"
            ),
        )
        for at in range(count)
    ]


@pytest.mark.parametrize(("select", "most"), [("request_time,status", 5_500), ("trace_id,request_time,status", 8_000)])
async def test_a_table_of_139_traces_is_small(select: str, most: int) -> None:
    """What took twelve calls and 108,000 characters as rows."""
    async with connected(FakeTraceGateway(calls(139))) as call:
        answer = await call("search_traces", {"select": select, "limit": 500})
        short = answer["rows"][5][0].rstrip("…")
        opened = await call("get_trace", {"trace_id": short}) if "trace_id" in select else None

    assert answer["returned"] == len(answer["rows"]) == 139
    assert len(compact(answer)) <= most
    if opened:
        assert opened["trace"]["trace_id"] == id_of(5)


async def test_a_table_of_58_calls_is_small() -> None:
    """One tool across traces: how long each call took, and a short part of what it returned."""
    answer = await call_tool(
        FakeTraceGateway(calls(58)),
        "search_traces",
        {"select": "span.duration_ms,span.outputs.state", "span_name": "lookup", "limit": 500},
    )

    assert answer["returned"] == 58
    assert answer["rows"][0] == [100, "shipped"]
    assert len(compact(answer)) <= 4_000


@BOTH
async def test_a_row_of_a_span_meets_all_conditions_on_spans(store: Any) -> None:
    """One and the same span; has_error=true means that this one failed."""
    traces = [
        make_trace(
            make_span("agent", status="ERROR"),
            a_call("search", status="ERROR", duration_ms=50),
            a_call("search", at_ms=100, duration_ms=500, outputs="found it"),
            a_call("charge", at_ms=700, status="ERROR", duration_ms=500),
        )
    ]
    for arguments, expected in (
        ({"span_name": "search"}, [("search", 50), ("search", 500)]),
        ({"span_name": "search", "has_error": True}, [("search", 50)]),
        ({"has_error": True}, [("agent", 1200), ("search", 50), ("charge", 500)]),
        ({"min_span_duration_ms": 500, "span_type": "TOOL"}, [("search", 500), ("charge", 500)]),
        ({"text": "found it"}, [("search", 500)]),
        ({"filter": "span.name IN ('charge', 'agent')"}, [("agent", 1200), ("charge", 500)]),
        ({"filter": "span.name LIKE 'cha%'", "span_type": "TOOL"}, [("charge", 500)]),
        ({"filter": "span.name RLIKE '^(search|agent)$' AND span.status != 'OK'"}, [("agent", 1200), ("search", 50)]),
        ({"span_name": "search", "has_error": True, "min_span_duration_ms": 100}, []),
    ):
        answer = await call_tool(
            FakeTraceGateway(traces, store=store),
            "search_traces",
            {"select": "span.name,span.duration_ms", "experiment": "1", **arguments},
        )
        assert [tuple(row) for row in answer["rows"]] == expected, arguments


async def test_alternatives_of_a_database_hold_for_the_span() -> None:
    """OR in a filter: the span meets all of one side."""
    traces = [make_trace(make_span("agent"), a_call("search"), a_call("charge", at_ms=20, status="ERROR"))]

    answer = await call_tool(
        FakeTraceGateway(traces, store=DATABASE),
        "search_traces",
        {"select": "span.name", "filter": "span.name = 'search' OR span.status = 'ERROR'", "experiment": "1"},
    )

    assert answer["rows"] == [["search"], ["charge"]]


async def every_row(gateway: FakeTraceGateway, arguments: dict[str, Any], **settings: Any) -> list[list[Any]]:
    """The rows of all pages."""
    rows: list[list[Any]] = []
    async with connected(gateway, **settings) as call:
        for _ in range(500):
            answer = await call("search_traces", arguments)
            rows += answer["rows"]
            assert answer["returned"] == len(answer["rows"])
            if "next_cursor" not in answer:
                return rows
            assert answer["rows"], "an empty page that has a next one"
            arguments = {**arguments, "cursor": answer["next_cursor"]}
    raise AssertionError("the pages do not end")


PAGED = [
    {"select": "trace_id,status"},
    {"select": "trace_id,span.inputs.number", "span_name": "lookup"},
    {"select": "trace_id,span.inputs.number", "span_name": "lookup", "order_by": "oldest"},
    {"select": "trace_id,span.inputs.number", "span_name": "lookup", "order_by": "span.duration_ms"},
    {"select": "trace_id,span.inputs.number", "span_name": "lookup", "order_by": "tokens"},
]


@BOTH
@given(limit=st.integers(1, 40), count=st.integers(0, 9), per_trace=st.integers(1, 7), asked=st.sampled_from(PAGED))
@settings(max_examples=25, deadline=None)
async def test_pages_of_any_size_hold_the_same_rows(
    store: Any, limit: int, count: int, per_trace: int, asked: dict[str, Any]
) -> None:
    """A page may end within a trace; the next one begins with the span behind it."""
    traces = calls(count, per_trace=per_trace)

    paged = await every_row(FakeTraceGateway(traces, store=store), {**asked, "limit": limit, "experiment": "1"})

    whole = await every_row(FakeTraceGateway(traces, store=store), {**asked, "limit": 100, "experiment": "1"})
    assert paged == whole
    rows_per_trace = per_trace if "span_name" in asked else 1
    assert len(whole) == count * rows_per_trace
    assert len({tuple(row) for row in whole}) == len(whole)


@BOTH
async def test_pages_hold_still_while_traces_arrive(store: Any) -> None:
    """Those of a trace that began later belong before the first page."""
    gateway = FakeTraceGateway(calls(4, per_trace=3), store=store)
    asked = {"select": "trace_id,span.inputs.number", "span_name": "lookup", "limit": 4, "experiment": "1"}
    async with connected(gateway) as call:
        first = await call("search_traces", asked)
        gateway.add(make_trace(make_span("lookup", start_ms=60_000), info=make_trace_info("tr-new")))
        second = await call("search_traces", {**asked, "cursor": first["next_cursor"]})

    assert [row[1] for row in first["rows"] + second["rows"]] == [0, 1, 2, 0, 1, 2, 0, 1]


async def test_a_cursor_does_not_open_other_experiments() -> None:
    """A page that begins within a trace reads it by its id, which a forged cursor could replace."""
    from mcp_traces.cursor import VERSION, decode_cursor, encode_cursor

    other = make_trace(make_span("lookup"), info=make_trace_info("tr-other", experiment_id="2"))
    gateway = FakeTraceGateway([*calls(2, per_trace=3), other])
    asked = {"select": "trace_id,span.name", "span_name": "lookup", "limit": 1, "experiment": "1"}
    async with connected(gateway) as call:
        cursor = (await call("search_traces", asked))["next_cursor"]
        made_for = _made_for(cursor)
        position = decode_cursor(cursor, made_for)
        forged = encode_cursor({**position, "rest": ["tr-other", 0, ""]}, made_for)
        answer = await call("search_traces", {**asked, "cursor": forged})

    assert VERSION == 1
    assert [row[0] for row in answer["rows"]] == [id_of(1)]


def _made_for(cursor: str) -> str:
    import base64

    return json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))[8:])[1]


@pytest.mark.parametrize("rest", [["tr-1"], ["tr-1", "0", ""], [1, 0, ""], "tr-1", ["tr-1", True, ""]], ids=str)
async def test_a_damaged_position_is_refused(rest: Any) -> None:
    """Its values end up in a question to the store."""
    from mcp_traces.cursor import decode_cursor, encode_cursor

    asked = {"select": "span.name", "span_name": "lookup", "limit": 1, "experiment": "1"}
    async with connected(FakeTraceGateway(calls(1, per_trace=3))) as call:
        cursor = (await call("search_traces", asked))["next_cursor"]
        made_for = _made_for(cursor)
        forged = encode_cursor({**decode_cursor(cursor, made_for), "rest": rest}, made_for)
        with pytest.raises(ToolFailedError, match="`cursor` is damaged"):
            await call("search_traces", {**asked, "cursor": forged})


LONG = "The parcel left the warehouse. " * 40


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ({"select": "trace_id,span.outputs.state", "span_name": "lookup"}, "span"),
        ({"select": "trace_id,span.outputs", "span_name": "lookup"}, "span"),
        ({"select": "request_preview"}, "trace"),
        ({"select": "tags.note"}, "trace"),
        ({"select": "metadata.note"}, "trace"),
        ({"select": "feedback.note"}, "trace"),
        ({"select": "name"}, "trace"),
        ({"select": "session_id"}, "trace"),
    ],
    ids=lambda one: one if isinstance(one, str) else one["select"],
)
async def test_a_cut_value_is_read_on_with_get_trace(arguments: dict[str, Any], place: str) -> None:
    """Each cut is marked and listed, with the arguments of get_trace that read the rest."""
    (trace,) = calls(1, text=LONG)
    info = make_trace_info(
        trace.info.trace_id,
        name=LONG,
        request_preview=LONG,
        tags={"note": LONG},
        trace_metadata={"note": LONG, "mlflow.trace.session": LONG},
        assessments=(make_assessment("note", LONG), make_assessment("other", "x")),
    )
    async with connected(FakeTraceGateway([make_trace(*trace.spans, info=info)])) as call:
        answer = await call("search_traces", arguments)
        (cut,) = answer["elided"]
        shown = answer["rows"][cut["row"]][answer["columns"].index(cut["column"])]
        whole = await call(
            "get_trace",
            {
                "trace_id": cut["trace_id"],
                "path": cut["path"],
                "offset": cut["shown"],
                **({"span_ids": cut["span_id"]} if place == "span" else {}),
            },
        )

    assert shown.endswith("…")
    assert ("span_id" in cut) == (place == "span")
    assert LONG in shown.removesuffix("…") + whole["value"]["text"]
    assert len(shown) <= 201


async def test_an_error_that_was_cut_is_read_on_with_get_trace() -> None:
    """The message, which the cell shows behind the type of the exception."""
    failed = a_call(status="ERROR", events=(make_exception_event("PaymentError", LONG),))
    trace = make_trace(make_span(), failed, info=make_trace_info("tr-1"))
    async with connected(FakeTraceGateway([trace])) as call:
        answer = await call("search_traces", {"select": "error"})
        (cut,) = answer["elided"]
        whole = await call(
            "get_trace", {"trace_id": "tr-1", "span_ids": cut["span_id"], "path": cut["path"], "offset": cut["shown"]}
        )

    shown = answer["rows"][0][0].removeprefix("PaymentError: ").removesuffix("…")
    assert shown + whole["value"]["text"] == LONG
    assert cut["total"] == len(LONG)


async def test_values_are_masked_before_they_are_cut() -> None:
    """A part of a key would say as much as the whole."""
    key = "sk-proj-" + "Ab3dE5fG7hJ9kL1mN2pQ" * 3
    traces = calls(1, text="x" * 190 + " " + key)
    info = make_trace_info(traces[0].info.trace_id, tags={"note": f"key {key}"}, trace_metadata={"api_key": key})
    gateway = FakeTraceGateway([make_trace(*traces[0].spans, info=info)])

    answer = await call_tool(
        gateway,
        "search_traces",
        {"select": "tags.note,metadata.api_key,span.outputs.state", "span_name": "lookup"},
    )

    assert "Ab3dE5fG" not in json.dumps(answer)
    assert sum(answer["masked"].values()) >= 2


async def test_pages_stay_within_the_budget_whatever_the_values_are() -> None:
    """The largest rows are cut closer; every page has at least one."""
    select = ",".join(["trace_id", *(f"tags.k{at}" for at in range(19))])
    traces = [
        make_trace(info=make_trace_info(f"tr-{number}", tags={f"k{at}": f'"{LONG}' for at in range(19)}))
        for number in range(3)
    ]

    rows = await every_row(FakeTraceGateway(traces), {"select": select, "experiment": "1"}, max_chars=2_500)

    assert sorted(row[0] for row in rows) == ["tr-0", "tr-1", "tr-2"]
    assert all(cell for row in rows for cell in row)


class SlowReads(FakeTraceGateway):
    """Takes a while over each batch of traces, as a server does."""

    async def get_traces(self, trace_ids: Sequence[str]) -> tuple[Trace, ...]:
        await anyio.sleep(0.5)
        return await super().get_traces(trace_ids)


async def test_a_page_that_runs_out_of_time_ends_early_and_says_so() -> None:
    """Spans are read in batches; what was read by then is shown, and the next page goes on."""
    gateway = SlowReads(calls(120))
    asked = {"select": "trace_id", "span_name": "lookup", "limit": 500, "experiment": "1"}
    asked["select"] = "trace_id,span.name"
    async with connected(gateway, timeout_s=1) as call:
        first = await call("search_traces", asked)
        rest = await call("search_traces", {**asked, "cursor": first["next_cursor"]})

    assert 25 <= first["returned"] < 120
    assert first["notes"][-1].startswith(f"{first['returned']} traces, 2025-10-09T08:53:20.000Z to 2025-10-09")
    assert rest["rows"][0][0].startswith(id_of(first["returned"])[:19])


async def test_the_slowest_spans_say_over_which_traces_they_were_read() -> None:
    """On a server all traces that match have to be read; what was not is said."""
    asked = {
        "select": "trace_id,span.duration_ms",
        "span_name": "lookup",
        "order_by": "span.duration_ms",
        "limit": 3,
        "experiment": "1",
    }

    async with connected(SlowReads(calls(120)), timeout_s=1) as call:
        answer = await call("search_traces", asked)

    assert [row[1] for row in answer["rows"]] == [149, 148, 147]
    assert "The order is that of the spans of the newest" in answer["notes"][-1]
    assert answer["applied"]["order_by"] == ["span.duration_ms DESC"]


async def test_a_trace_that_was_deleted_meanwhile_has_no_row() -> None:
    """It was found, and its spans are gone."""

    class Vanishing(FakeTraceGateway):
        async def get_traces(self, trace_ids: Sequence[str]) -> tuple[Trace, ...]:
            return tuple(one for one in await super().get_traces(trace_ids) if one.info.trace_id != id_of(0))

    answer = await call_tool(
        Vanishing(calls(2)), "search_traces", {"select": "trace_id,span.name", "span_name": "lookup"}
    )

    assert [row[0] for row in answer["rows"]] == [id_of(1)]


async def test_an_empty_table_says_why() -> None:
    """As rows do: which condition removed everything."""
    answer = await call_tool(
        FakeTraceGateway(calls(2)),
        "search_traces",
        {"select": "trace_id,span.name", "span_name": "look_up", "experiment": "1"},
    )

    assert (answer["rows"], answer["returned"]) == ([], 0)
    assert any("did you mean 'lookup'" in note for note in answer["notes"])


async def test_a_table_without_a_span_that_was_meant_says_so() -> None:
    """A server before MLflow 3.10 finds traces in which each condition holds for another span."""
    trace = make_trace(make_span("plan"), a_call("lookup"))

    class AcrossSpans(FakeTraceGateway):
        async def search_traces(self, query: TraceQuery) -> TracePage:
            return await super().search_traces(replace(query, clauses=()))

    answer = await call_tool(
        AcrossSpans([trace]),
        "search_traces",
        {"select": "span.name", "span_name": "plan", "span_type": "TOOL", "experiment": "1"},
    )

    assert answer["rows"] == []
    assert answer["notes"][-1] == "1 traces match, and no span that was read meets the conditions on spans."
