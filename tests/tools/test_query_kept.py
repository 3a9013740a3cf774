"""Tables that query_traces keeps for the next statement hold what the store holds then."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from mcp_traces.records import StoreInfo, Trace
from tests.builders import make_assessment, make_span
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
