"""How each question grows with the store: `python -m bench.scale [--small]` fills databases, measures, writes the docs.

Every search has to find the traces that bench/scale_stores.py put there for it: a wrong result ends the program. Each
figure is the median of warm runs, called in one process, without the way over stdio or HTTP.
"""

import heapq
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import anyio
import psycopg
from mcp import Client
from mcp.types import TextContent
from sqlalchemy import make_url

from bench.comparison import machine
from bench.comparison.table import facts, figure
from bench.scale_stores import (
    COMMON_PHRASE,
    NEWEST_MS,
    RARE_PHRASE,
    RARE_SPAN,
    SPANS,
    Plan,
    disk_bytes,
    fill,
    libpq,
    plan,
    says,
    trigram_postgres,
    trigram_programs,
)
from docs.blocks import render
from mcp_traces.errors import StoreError
from mcp_traces.filters.compiler import Conditions, compile_conditions
from mcp_traces.records import TraceInfo
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from mcp_traces.store.gateway import Order, TraceGateway, TraceQuery, seek_token
from mcp_traces.store.sql_gateway import SqlGateway
from tests.stores import postgres

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"

RUNS, LEAST_RUNS, ENOUGH_S = 25, 3, 10.0
"""A question is asked RUNS times, but no more than LEAST_RUNS times once that took ENOUGH_S."""
WARM_RUNS = 2
LIMIT = 20
PAGE_NUMBER = 500
LONG_MS = 15_000
"""About one trace of 240 takes longer."""
TIMEOUT_S = 300
"""Longer than the server's own limit, to see what a question takes in all."""
LOOK_S = 60
CLOCK = datetime.fromtimestamp(NEWEST_MS / 1000 + 60, UTC)

NEWEST, FAR_PAGE, COMMON_TAG, SESSION, HAS_ERROR, FEEDBACK, SLOWEST, SYNTAX = (
    "newest 20",
    f"page {PAGE_NUMBER} of 20",
    "tag, 70 % of traces",
    "session",
    "`has_error`",
    "feedback, 2 % of traces",
    "slowest 20",
    "`describe_filter_syntax(experiment)`",
)
ABSENT_TAG, USER, NO_ERROR, NAME = "tag, no trace", "user", "`has_error=false`", "name, 5 % of traces"
COMMON_SPAN, SOME_SPANS, RARE_SPAN_NAME = (
    "`span_name`, all traces",
    "`span_name`, 5 % of traces",
    "`span_name`, 3 traces",
)
COMMON_TEXT, RARE_TEXT = "`text`, two frequent words", "`text`, 3 traces"
DURATION, GET_TRACE = "duration above 15 s", f"`get_trace`, {SPANS} spans"
LOOK = "look for spans outside the database"
ABOUT_SPANS = (HAS_ERROR, NO_ERROR, COMMON_SPAN, SOME_SPANS, RARE_SPAN_NAME, COMMON_TEXT, RARE_TEXT)
"""Before these, searches look for spans outside the database."""

MAX_GROWTH = 2.0
STEADY = (NEWEST, FAR_PAGE, COMMON_TAG, SESSION, HAS_ERROR, FEEDBACK)
"""At 100,000 traces these may take MAX_GROWTH times what they take at 10,000."""
LIMITS_MS = {SLOWEST: 200, SYNTAX: 1_000}
"""At 100,000 traces."""
SMALLER, LARGER = 10_000, 100_000
"""The sizes that bounds compare."""


@dataclass(frozen=True, slots=True)
class Form:
    """How many traces are filled and measured; `small` shows that everything works, and measures nothing."""

    sqlite: tuple[int, ...]
    postgresql: tuple[int, ...]
    indexed: tuple[int, ...]
    trigrams: int


FULL = Form((10_000, 100_000), (10_000, 100_000, 1_000_000), (100_000, 1_000_000), 100_000)
SMALL = Form((1_000,), (1_000, 2_000), (2_000,), 1_000)


@dataclass(frozen=True, slots=True)
class Index:
    """An index that an operator may add to PostgreSQL, and the questions that it is for."""

    name: str
    table: str
    definition: str
    questions: tuple[str, ...]

    @property
    def sql(self) -> str:
        return f"CREATE INDEX CONCURRENTLY {self.name} ON {self.table} {self.definition};"


SPAN_NAME_INDEX = Index(
    "mcp_traces_span_name",
    "spans",
    "(experiment_id, name, type, status)",
    (COMMON_SPAN, SOME_SPANS, RARE_SPAN_NAME),
)
DURATION_INDEX = Index(
    "mcp_traces_duration",
    "trace_info",
    "(experiment_id, (execution_time_ms IS NULL), execution_time_ms DESC)",
    (SLOWEST, DURATION),
)
USER_INDEX = Index(
    "mcp_traces_user",
    "trace_request_metadata",
    "(value, request_id) WHERE key = 'mlflow.trace.user'",
    (USER,),
)
TRIGRAM_INDEX = Index(
    "mcp_traces_span_text", "spans", "USING gin (lower(content) gin_trgm_ops)", (COMMON_TEXT, RARE_TEXT)
)
INDEXES = (SPAN_NAME_INDEX, USER_INDEX, DURATION_INDEX)
"""Those that need no extension."""


@dataclass(frozen=True, slots=True)
class Store:
    """A database that was filled."""

    kind: str
    uri: str
    experiment_id: str
    count: int


@dataclass(frozen=True, slots=True)
class Search:
    """A question to search_traces, and which traces it is about."""

    name: str
    finds: Callable[[Plan], bool]
    conditions: Conditions = field(default_factory=Conditions)
    order_by: tuple[Order, ...] = ()
    before: Plan | None = None
    """The page begins after this trace."""

    def query(self, store: Store) -> TraceQuery:
        return TraceQuery(
            (store.experiment_id,),
            clauses=compile_conditions(self.conditions),
            order_by=self.order_by,
            limit=LIMIT,
            page_token=self._token(store) if self.before else None,
        )

    def _token(self, store: Store) -> str:
        assert self.before
        info = TraceInfo(self.before.trace_id, store.experiment_id, "OK", self.before.start_ms)
        return seek_token(self.order_by, info)


def searches(count: int) -> list[Search]:
    middle = plan(count // 2, count)
    last_before = plan(max(1, count - (PAGE_NUMBER - 1) * LIMIT), count)
    return [
        Search(NEWEST, lambda one: True),
        Search(FAR_PAGE, lambda one: one.number < last_before.number, before=last_before),
        _of(COMMON_TAG, lambda one: one.environment == "production", tags={"environment": "production"}),
        _of(ABSENT_TAG, lambda one: False, tags={"environment": "qa"}),
        _of(SESSION, lambda one: one.session == middle.session, session_id=middle.session),
        _of(USER, lambda one: one.user == middle.user, user_id=middle.user),
        _of(HAS_ERROR, lambda one: one.has_error, has_error=True),
        _of(NO_ERROR, lambda one: not one.has_error, has_error=False),
        _of(FEEDBACK, lambda one: one.helpful is False, feedback={"helpful": False}),
        _of(NAME, lambda one: one.name == "nightly_review", name="nightly_review"),
        _of(COMMON_SPAN, lambda one: True, span_name="search_docs"),
        _of(SOME_SPANS, lambda one: one.name == "nightly_review", span_name="nightly_review"),
        _of(RARE_SPAN_NAME, lambda one: one.is_rare, span_name=RARE_SPAN),
        _of(COMMON_TEXT, lambda one: says(one, COMMON_PHRASE), text=COMMON_PHRASE),
        _of(RARE_TEXT, lambda one: one.is_rare, text=RARE_PHRASE),
        Search(SLOWEST, lambda one: True, order_by=(Order("execution_time_ms", descending=True),)),
        _of(DURATION, lambda one: one.duration_ms >= LONG_MS, min_duration_ms=LONG_MS),
    ]


def _of(question: str, finds: Callable[[Plan], bool], /, **conditions: Any) -> Search:
    return Search(question, finds, Conditions(**conditions))


def expected(asked: Sequence[Search], count: int) -> dict[str, list[str]]:
    """The ids that each search has to return, from the plans and no database."""
    by_time = [one for one in asked if not one.order_by]
    found: dict[str, list[str]] = {one.name: [] for one in by_time}
    slowest: list[tuple[int, int, str]] = []
    for number in reversed(range(count)):
        trace = plan(number, count)
        slowest.append((-trace.duration_ms, -trace.start_ms, trace.trace_id))
        for one in by_time:
            ids = found[one.name]
            if len(ids) < LIMIT and one.finds(trace):
                ids.append(trace.trace_id)
    ids = [trace_id for *_, trace_id in heapq.nsmallest(LIMIT, slowest)]
    return found | {one.name: ids for one in asked if one.order_by}


Figures = dict[str, float | None]
"""Seconds by question; None where the store gave up after TIMEOUT_S."""


class WrongResultError(Exception):
    """A search found other traces than were put there for it."""


Ask = Callable[[], Awaitable[None]]
"""Asks one question of one store. Raises WrongResultError."""


async def measure(stores: Sequence[Store], only: Sequence[str] | None = None) -> list[Figures]:
    """The median of each question, or of `only` these, for each store.

    The stores take turns, so that whatever else the machine does disturbs all alike.
    """
    async with AsyncExitStack() as stack:
        gateways = [SqlGateway(store.uri, timeout_s=TIMEOUT_S) for store in stores]
        looks: list[float | None] = []
        for gateway, store in zip(gateways, stores, strict=True):
            await stack.enter_async_context(aclosing(gateway))
            is_about_spans = only is None or any(name in ABOUT_SPANS for name in only)
            looks.append(await _look_outside(gateway, store) if is_about_spans else None)
        opened = [
            await _questions(gateway, store, only, stack) for gateway, store in zip(gateways, stores, strict=True)
        ]
        found: list[Figures] = [{} for _ in stores]
        for name in opened[0]:
            medians = await _medians([asks[name] for asks in opened])
            for store, figures, seconds in zip(stores, found, medians, strict=True):
                figures[name] = seconds
                _progress(store, name, seconds)
    return [figures | {LOOK: look} for figures, look in zip(found, looks, strict=True)]


async def _look_outside(gateway: TraceGateway, store: Store) -> float | None:
    """The seconds until searches have looked for traces whose spans are not in the database, None for too many."""
    await gateway.warm_up()
    started = time.perf_counter()
    for conditions in (Conditions(has_error=True), Conditions(text=COMMON_PHRASE.split()[0])):
        query = TraceQuery((store.experiment_id,), compile_conditions(conditions))
        while (await gateway.search_traces(query)).notes:
            if time.perf_counter() - started > LOOK_S:
                return None
    return time.perf_counter() - started


async def _questions(
    gateway: TraceGateway, store: Store, only: Sequence[str] | None, stack: AsyncExitStack
) -> dict[str, Ask]:
    asked = [one for one in searches(store.count) if only is None or one.name in only]
    ids = expected(asked, store.count)
    asks = {one.name: _searching(gateway, one, store, ids[one.name]) for one in asked}
    if only is None:
        asks[GET_TRACE] = _opening(gateway, store)
    if only is None or SYNTAX in only:
        settings = Settings(tracking_uri=store.uri, timeout_s=TIMEOUT_S, log_level="WARNING")
        client = await stack.enter_async_context(Client(build_server(settings, gateway, lambda: CLOCK)))
        asks[SYNTAX] = _describing(client, store)
    return asks


def _searching(gateway: TraceGateway, search: Search, store: Store, ids: Sequence[str]) -> Ask:
    query = search.query(store)

    async def ask() -> None:
        page = await gateway.search_traces(query)
        if [info.trace_id for info in page.traces] != list(ids):
            raise WrongResultError(f"{search.name}, {store.kind}, {store.count:,} traces: {page.traces}, not {ids}")

    return ask


def _opening(gateway: TraceGateway, store: Store) -> Ask:
    """Another trace each time."""
    numbers = iter(range(store.count // 2, store.count))

    async def ask() -> None:
        trace = await gateway.get_trace(plan(next(numbers), store.count).trace_id)
        if len(trace.spans) != SPANS:
            raise WrongResultError(f"{trace.info.trace_id} has {len(trace.spans)} spans, not {SPANS}")

    return ask


def _describing(client: Client, store: Store) -> Ask:
    async def ask() -> None:
        result = await client.call_tool("describe_filter_syntax", {"experiment": store.experiment_id})
        (block,) = result.content
        assert isinstance(block, TextContent)
        if result.is_error or json.loads(block.text)["live"]["total_traces"] != store.count:
            raise WrongResultError(f"describe_filter_syntax: {block.text}")

    return ask


async def _medians(asks: Sequence[Ask]) -> list[float | None]:
    taken: list[list[float]] = [[] for _ in asks]
    stopped = [False for _ in asks]
    for run in range(WARM_RUNS + RUNS):
        for place, ask in enumerate(asks):
            spent = sum(taken[place])
            if stopped[place] or (spent > ENOUGH_S and len(taken[place]) >= LEAST_RUNS):
                continue
            started = time.perf_counter()
            try:
                await ask()
            except StoreError as error:
                print(f"  {error}", file=sys.stderr)
                stopped[place] = True
            if run >= WARM_RUNS:
                taken[place].append(time.perf_counter() - started)
    return [None if stop else statistics.median(times) for stop, times in zip(stopped, taken, strict=True)]


def _progress(store: Store, name: str, seconds: float | None) -> None:
    shown = "no answer" if seconds is None else f"{seconds * 1000:,.1f} ms"
    print(f"{store.kind:12} {store.count:9,}  {name:40} {shown:>14}", file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class Filled:
    """What filling a store took, and what was measured there."""

    store: Store
    fill_s: float
    bytes: int
    figures: Figures


@dataclass(frozen=True, slots=True)
class Effect:
    """A question before and after an index was created."""

    index: Index
    store: Store
    question: str
    before: float | None
    after: float | None
    bytes: int
    build_s: float


def _fill(kind: str, uri: str, count: int) -> tuple[Store, float]:
    """The store, and the seconds that filling it took."""
    started = time.perf_counter()
    store = Store(kind, uri, fill(uri, count), count)
    taken = time.perf_counter() - started
    print(f"{kind}: {count:,} traces in {taken:.0f} s, {_size(disk_bytes(uri))}", file=sys.stderr, flush=True)
    return store, taken


def _measured(stores: Sequence[tuple[Store, float]]) -> list[Filled]:
    sizes = [disk_bytes(store.uri) for store, _ in stores]
    figures = anyio.run(measure, [store for store, _ in stores])
    return [Filled(store, took, size, one) for (store, took), size, one in zip(stores, sizes, figures, strict=True)]


def effects(store: Store, *indexes: Index) -> Iterator[Effect]:
    """Each index alone: measured without, created, measured with, dropped."""
    for index in indexes:
        (before,) = anyio.run(measure, [store], index.questions)
        with created(store.uri, index) as (size, build_s):
            (after,) = anyio.run(measure, [store], index.questions)
        for question in index.questions:
            yield Effect(index, store, question, before[question], after[question], size, build_s)


@contextmanager
def created(uri: str, index: Index) -> Generator[tuple[int, float]]:
    """The index for as long as the block runs; its size and the seconds that it took to build."""
    with psycopg.connect(libpq(uri), autocommit=True) as connection:
        started = time.perf_counter()
        connection.execute(index.sql.encode())
        build_s = time.perf_counter() - started
        connection.execute(f"VACUUM (ANALYZE) {index.table}".encode())
        (size,) = connection.execute("SELECT pg_relation_size(%s::regclass)", [index.name]).fetchone() or (0,)
        try:
            yield size, build_s
        finally:
            connection.execute(f"DROP INDEX {index.name}".encode())


def run(form: Form, folder: Path) -> tuple[list[Filled], list[Effect]]:
    files = [(f"sqlite:///{folder / str(count)}.db", count) for count in form.sqlite]
    filled = _measured([_fill("SQLite", uri, count) for uri, count in files])
    seen: list[Effect] = []
    with postgres() as uri:
        own = _measured([_fill("PostgreSQL", _database(uri, count), count) for count in form.postgresql])
        for one in own:
            if one.store.count in form.indexed:
                seen += effects(one.store, *INDEXES)
    if programs := trigram_programs():
        with trigram_postgres(programs) as uri:
            store, _ = _fill(f"PostgreSQL {_server_version(uri)}", uri, form.trigrams)
            seen += effects(store, TRIGRAM_INDEX)
    return [*own, *filled], seen


def _database(uri: str, count: int) -> str:
    """A new database of the server for this many traces."""
    name = f"traces_{count}"
    with psycopg.connect(libpq(uri), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return make_url(uri).set(database=name).render_as_string(hide_password=False)


def _server_version(uri: str) -> str:
    with psycopg.connect(libpq(uri)) as connection:
        return str(connection.info.server_version // 10_000)


# The page.


def figures_table(filled: Sequence[Filled], kind: str) -> str:
    """A column for each size, each but the first followed by its ratio to the one before."""
    own = [one for one in filled if one.store.kind == kind]
    sizes = [f"{one.store.count:,}" for one in own]
    head = sizes[0] + "".join(f" | {size} | growth" for size in sizes[1:])
    lines = [f"| question | {head} |", f"|---|{'--:|' * (2 * len(own) - 1)}"]
    for name in own[0].figures:
        cells = [_ms(own[0].figures[name])]
        for earlier, later in pairwise(own):
            cells += [_ms(later.figures[name]), _growth(earlier.figures[name], later.figures[name])]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def fills_table(filled: Sequence[Filled]) -> str:
    lines = ["| database | traces | spans | on disk | filled in |", "|---|--:|--:|--:|--:|"]
    for one in filled:
        count = one.store.count
        size, taken = _size(one.bytes), f"{one.fill_s:,.0f} s"
        lines.append(f"| {one.store.kind} | {count:,} | {count * SPANS:,} | {size} | {taken} |")
    return "\n".join(lines)


def bounds_table(filled: Sequence[Filled]) -> str:
    lines = ["| question | database | bound | measured | holds |", "|---|---|--:|--:|---|"]
    for kind in dict.fromkeys(one.store.kind for one in filled):
        by_count = {one.store.count: one.figures for one in filled if one.store.kind == kind}
        if SMALLER in by_count and LARGER in by_count:
            lines += _bounds(kind, by_count[SMALLER], by_count[LARGER])
    return "\n".join(lines)


def _bounds(kind: str, smaller: Figures, larger: Figures) -> Iterator[str]:
    for name in STEADY:
        before, after = smaller[name], larger[name]
        ratio = after / before if before and after else float("inf")
        holds = "yes" if ratio <= MAX_GROWTH else "**no**"
        yield f"| {name} | {kind} | ≤ {MAX_GROWTH:g} × | {ratio:.2f} × | {holds} |"
    for name, limit in LIMITS_MS.items():
        taken = larger[name]
        holds = "yes" if taken is not None and taken * 1000 <= limit else "**no**"
        yield f"| {name} | {kind} | ≤ {limit:,} ms | {_ms(taken)} | {holds} |"


def effects_table(seen: Sequence[Effect]) -> str:
    lines = [
        "| index | question | traces | without | with | size | built in |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for one in seen:
        count, kind = f"{one.store.count:,}", one.store.kind
        where = count if kind == "PostgreSQL" else f"{count} ({kind})"
        cells = (f"`{one.index.name}`", one.question, where, _ms(one.before), _ms(one.after))
        lines.append(f"| {' | '.join(cells)} | {_size(one.bytes)} | {one.build_s:,.0f} s |")
    return "\n".join(lines)


def sql(*indexes: Index) -> str:
    return "\n".join(["```sql", *(one.sql for one in indexes), "```"])


def _ms(seconds: float | None) -> str:
    return "not finished" if seconds is None else figure(seconds * 1000, "ms")


def _growth(before: float | None, after: float | None) -> str:
    return f"{after / before:.1f} ×" if before and after else ""


def _size(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"


def described() -> Mapping[str, str]:
    here = dict(machine.describe())
    here.pop("beside it")
    return here | {"databases": f"PostgreSQL 18 with its default settings, SQLite {sqlite3.sqlite_version}"}


def write(filled: Sequence[Filled], seen: Sequence[Effect], about: Mapping[str, str]) -> None:
    blocks = {
        "machine": lambda: facts(about),
        "postgresql": lambda: figures_table(filled, "PostgreSQL"),
        "sqlite": lambda: figures_table(filled, "SQLite"),
        "bounds": lambda: bounds_table(filled),
        "fills": lambda: fills_table(filled),
        "effects": lambda: effects_table(seen),
        "span_name_index": lambda: sql(SPAN_NAME_INDEX),
        "user_index": lambda: sql(USER_INDEX),
        "duration_index": lambda: sql(DURATION_INDEX),
        "trigram_index": lambda: sql(TRIGRAM_INDEX),
    }
    PAGE.write_text(render(PAGE.read_text(encoding="utf-8"), blocks), encoding="utf-8")


def main() -> None:
    form = SMALL if "--small" in sys.argv else FULL
    about = described()
    with tempfile.TemporaryDirectory() as folder:
        filled, seen = run(form, Path(folder))
    print("\n\n".join([*(figures_table(filled, kind) for kind in ("PostgreSQL", "SQLite")), bounds_table(filled)]))
    print(f"\n{effects_table(seen)}\n\n{fills_table(filled)}")
    if form is FULL:
        write(filled, seen, about)


if __name__ == "__main__":
    main()
