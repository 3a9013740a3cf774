"""What is asked, and what the answer must be."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Protocol

from mcp_traces.store.gateway import TraceGateway
from tests.real.calls import Tools, connected
from tests.real.drawing import random_plan
from tests.real.evaluation import Record, expected_ids, read_records
from tests.stores import RealStore
from tests.tools.conftest import ToolFailedError

SEARCHES = 200
SHOWN = 300


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, and was the same in both channels: an error's text, or the answer as JSON with sorted keys."""

    is_error: bool
    text: str

    def structured(self) -> dict[str, Any]:
        return json.loads(self.text)


def answered(structured: dict[str, Any]) -> Reply:
    return Reply(False, json.dumps(structured, sort_keys=True))


class Question(Protocol):
    """One call, and how its answer is judged."""

    @property
    def tool(self) -> str: ...
    @property
    def arguments(self) -> dict[str, Any]: ...

    def wrong_with(self, reply: Reply) -> str | None:
        """What is wrong with the answer of a store that is well; None when nothing is."""
        ...

    def following(self, reply: Reply) -> "Question | None":
        """What a client asks next, having had the right answer."""
        ...


AT_LEAST = 10
"""Rows that a page of any rows has, where so many are asked for; long ones end it early."""


@dataclass(frozen=True, slots=True)
class Search:
    """One page; `expected` are all trace ids, worked out in plain Python, and `at` is where this page begins."""

    arguments: dict[str, Any]
    expected: tuple[str, ...]
    at: int = 0
    tool: str = "search_traces"

    def wrong_with(self, reply: Reply) -> str | None:
        if reply.is_error:
            return reply.text
        answer = reply.structured()
        found = [row["trace_id"] for row in answer["traces"]]
        end = self.at + max(len(found), min(int(self.arguments["limit"]), AT_LEAST))
        if found != list(self.expected[self.at : end]) or len(found) > int(self.arguments["limit"]):
            return f"rows {self.at} to {end} of {list(self.expected)} are not {found}"
        goes_on = "next_cursor" in answer
        return None if goes_on == (end < len(self.expected)) else f"next_cursor: {goes_on}, {len(self.expected)} in all"

    def following(self, reply: Reply) -> "Search | None":
        answer = reply.structured()
        cursor, at = answer.get("next_cursor"), self.at + len(answer["traces"])
        return replace(self, arguments=self.arguments | {"cursor": cursor}, at=at) if cursor else None


@dataclass(frozen=True, slots=True)
class Repeated:
    """What was answered before there was any trouble is answered always: a trace, help, an error."""

    tool: str
    arguments: dict[str, Any]
    before: Reply

    def wrong_with(self, reply: Reply) -> str | None:
        return None if reply == self.before else f"{reply.text[:SHOWN]} … instead of {self.before.text[:SHOWN]} …"

    def following(self, reply: Reply) -> None:
        return None


async def questions_about(store: RealStore, gateway: TraceGateway, random: Random) -> list[Question]:
    """For a store that is well. `gateway` is the one of our own that it is asked through."""
    records = await read_records(gateway, store.sample.experiments.values())
    async with connected(store, gateway) as tools:
        repeated = [one async for one in _repeated(tools, records)]
    return [*_searches(store, records, random), *repeated]


def _searches(store: RealStore, records: Sequence[Record], random: Random) -> Iterable[Search]:
    everywhere = {"experiment": list(store.sample.experiments.values())}
    for _ in range(SEARCHES):
        arguments = random_plan(random).arguments(records)
        conditions = {name: value for name, value in arguments.items() if name != "limit"}
        limit = random.choice((1, 3, 10, 50))
        yield Search(everywhere | conditions | {"limit": limit}, tuple(expected_ids(records, conditions)))


async def _repeated(tools: Tools, records: Sequence[Record]) -> AsyncIterator[Repeated]:
    for tool, arguments in [*_readings(records), *_helps(tools), *_mistakes()]:
        try:
            reply = answered(await tools.call(tool, **arguments))
        except ToolFailedError as error:
            reply = Reply(True, str(error))
        yield Repeated(tool, arguments, reply)


def _readings(records: Sequence[Record]) -> Iterable[tuple[str, dict[str, Any]]]:
    for record in records:
        trace_id = record.info.trace_id
        yield "get_trace", {"trace_id": trace_id}
        yield "get_trace", {"trace_id": trace_id, "view": "tree"}
        yield "get_trace", {"trace_id": trace_id, "find": "refund|order|Error"}
        yield "get_trace", {"trace_id": trace_id, "span_ids": [span.span_id for span in record.spans[:3]]}


def _helps(tools: Tools) -> Iterable[tuple[str, dict[str, Any]]]:
    experiment = next(iter(tools.store.sample.experiments))
    yield "describe_filter_syntax", {}
    for written in ("trace.status = 'ERROR'", "status == 'ERROR' OR name = 'x'", "span.name = 'track_parcel'"):
        yield "describe_filter_syntax", {"filter": written, "experiment": experiment}


def _mistakes() -> Iterable[tuple[str, dict[str, Any]]]:
    yield "get_trace", {"trace_id": "tr-00000000000000000000000000000000"}
    yield "get_trace", {"trace_id": 7, "unknown": True}
    yield "search_traces", {"limit": -1}
    yield "search_traces", {"experiment": "no such experiment"}
    yield "search_traces", {"filter": "status == 'ERROR'", "experiment": "0"}
