"""Tables that query_traces keeps for the next statement hold what the store holds then."""

from dataclasses import replace
from itertools import permutations
from random import Random
from typing import Any

import pytest

from mcp_traces.records import StoreInfo, Trace
from tests.builders import START_MS, make_assessment, make_span, make_trace, make_trace_info
from tests.fake_gateway import DATABASE, STORE, FakeTraceGateway
from tests.tools.conftest import connected
from tests.tools.desk_store import BOTH, EXPERIMENTS, Desk, make_desk, shown

pytestmark = pytest.mark.anyio

STATEMENTS = 25
SIZE = 12


def changed(random: Random, desk: Desk, others: list[Trace], said: dict[str, Any]) -> Desk:
    """The desk with a trace more or one less, or with a trace that was tagged, assessed, or that went on."""
    traces = list(desk.traces)
    place = random.randrange(len(traces))
    one = traces[place]
    match random.choice(["more", "tagged", "assessed", "went on", "less"]):
        case "more" if others:
            traces.append(others.pop())
        case "tagged":
            tags = {**one.info.tags, "env": random.choice(["prod", "dev", "new"])}
            traces[place] = replace(one, info=replace(one.info, tags=tags))
        case "assessed":
            given = make_assessment("late", random.randint(1, 5), assessment_id=f"late-{random.random()}")
            traces[place] = replace(one, info=replace(one.info, assessments=(*one.info.assessments, given)))
        case "went on" if one.info.state == "IN_PROGRESS":
            root = next(span for span in one.spans if span.parent_id is None)
            more = make_span("more", root, start_ms=random.random() * 1e9, span_id=f"{random.getrandbits(64):016x}")
            traces[place] = replace(one, spans=(*one.spans, more))
        case "less" if len(traces) > 5:
            del traces[place]
        case _:
            pass
    return Desk(tuple(traces), said)


def a_statement(random: Random, desk: Desk) -> tuple[str, list[list[Any]]]:
    """One over some columns of a table, and its rows."""
    tables = desk.tables()
    table = random.choice([name for name, rows in tables.items() if rows])
    columns = random.sample(list(tables[table][0]), random.randint(1, 3))
    rows = [[shown(row[column]) for column in columns] for row in tables[table]]
    return f"SELECT {', '.join(columns)} FROM {table}", rows


@pytest.mark.parametrize("store", [DATABASE, STORE], ids=["database", "server"])
@pytest.mark.parametrize("seed", range(3))
async def test_statements_answer_from_the_store_as_it_is(store: StoreInfo, seed: int) -> None:
    """Between two statements, traces arrive, change and go; most of the time none does."""
    random = Random(seed)
    every = make_desk(seed, 2 * SIZE)
    desk, others = Desk(every.traces[:SIZE], every.said), list(every.traces[SIZE:])
    gateway = FakeTraceGateway(desk.traces, EXPERIMENTS, store)

    async with connected(gateway, max_chars=80_000) as call:
        for _ in range(STATEMENTS):
            if random.random() < 0.4:
                desk = changed(random, desk, others, dict(every.said))
                gateway.hold(*desk.traces)
            sql, expected = a_statement(random, desk)
            answer = await call("query_traces", {"sql": sql, "experiment": BOTH, "max_chars": 80_000})
            assert "more" not in answer
            assert sorted(map(repr, answer["rows"])) == sorted(map(repr, expected)), sql


SELECTIONS: dict[str, dict[str, str]] = {
    "all": {},
    "spans of a name": {"span_name": "call"},
    "traces with a span of the name": {"filter": "span.name = 'call'"},
    "before": {"filter": "trace.timestamp_ms < 1760000000002"},
    "before another time": {"filter": "trace.timestamp_ms < 1760000000004"},
    "until": {"until": "1760000000003"},
    "both or one": {"filter": "(trace.name = 'n-1' AND tag.t = '1') OR tag.u = '1'"},
    "one or both": {"filter": "trace.name = 'n-1' OR (tag.t = '1' AND tag.u = '1')"},
    "one experiment": {"experiment": "nightly"},
}


class Unchanged(FakeTraceGateway):
    """A database that says that nothing was written since."""

    async def version(self) -> str | None:
        return "1"


async def test_tables_of_one_selection_do_not_answer_for_another() -> None:
    """Also where the store says that it holds the same: alike conditions may be joined in other ways."""
    traces: list[Trace] = []
    for number in range(8):
        root = make_span("agent", span_id="r")
        tags = {key: str(number >> place & 1) for place, key in enumerate("tu")}
        info = make_trace_info(
            f"tr-{number}",
            name=f"n-{number >> 2}",
            tags=tags,
            request_time_ms=START_MS + number,
            experiment_id="1" if number else "2",
        )
        calls = [make_span("call", root, span_id="c")] if number % 3 else []
        traces.append(make_trace(root, *calls, info=info))
    gateway = Unchanged(traces, EXPERIMENTS, DATABASE)
    sql = "SELECT group_concat(trace_id || span_id, ' ') FROM (SELECT * FROM spans ORDER BY trace_id, span_id)"

    async def fresh(selection: dict[str, str]) -> Any:
        async with connected(gateway) as call:
            return (await call("query_traces", {"sql": sql, "experiment": BOTH} | selection))["rows"]

    expected = {name: await fresh(selection) for name, selection in SELECTIONS.items()}
    assert len({str(one) for one in expected.values()}) == len(SELECTIONS)
    async with connected(gateway) as call:
        for first, second in permutations(SELECTIONS, 2):
            for name in (first, second):
                answer = await call("query_traces", {"sql": sql, "experiment": BOTH} | SELECTIONS[name])
                assert answer["rows"] == expected[name], (first, second, name)
