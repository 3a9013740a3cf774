"""What a caller may not see cannot be told from what does not exist: neither by answers nor by questions asked."""

import base64
import json
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from mcp.shared.exceptions import MCPError
from mcp.types import ResourceTemplateReference

from mcp_traces.callers import Caller
from mcp_traces.cursor import encode_cursor
from mcp_traces.records import Experiment, Run, Trace, TraceInfo
from mcp_traces.tools.resources import VALUES_URI
from tests.builders import START_MS, make_span, make_trace
from tests.fake_gateway import FakeTraceGateway
from tests.http.served import User, served, user
from tests.real.calls import side_by_side
from tests.span_rows import span_rows

pytestmark = pytest.mark.anyio
ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"], ids=["2026-07-28", "2025-11-25"])

TEAM_A, TEAM_B, COMMON, SECRET = (
    Experiment(str(number), name, START_MS + number)
    for number, name in enumerate(("team-a", "team-b", "common", "secret"), start=1)
)
NAMED_AS_AN_ID = Experiment("7", "2", START_MS)
EXPERIMENTS = (TEAM_A, TEAM_B, COMMON, SECRET, NAMED_AS_AN_ID)
SHOWN = "team-a,2,common,7"
"""The server's own allow-list: some by name, some by id."""

CALLERS = {
    "a": Caller("a", ("1", "common", "secret")),
    "b": Caller("b", ("team-b", "3")),
    "digits": Caller("digits", ("7",)),
    "everything": Caller("everything"),
    "nothing": Caller("nothing", ()),
}
SEEN = {
    "a": ["common", "team-a"],
    "b": ["common", "team-b"],
    "digits": ["2"],
    "everything": ["common", "team-b", "team-a", "2"],
    "nothing": [],
}
"""By the latest first. What the caller's list holds and the server's does not is not seen."""

HIDDEN_FROM_A = {"by its own list": (TEAM_B, "team-x"), "by the server's": (SECRET, "sekrit")}
"""With a name that nothing has, and that is as near to the others."""


class CountingGateway(FakeTraceGateway):
    """Remembers every question, not only searches."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.asked: list[str] = []

    def _fail_if_told(self) -> None:
        self.asked.append("a question")
        super()._fail_if_told()


def trace_of(experiment: Experiment, label: str, spans: int = 1) -> Trace:
    root = make_span(f"{experiment.name}-{label}")
    children = [make_span(f"step-{number}", root, start_ms=number) for number in range(1, spans)]
    info = TraceInfo(
        f"tr-{experiment.name}-{label}",
        experiment.experiment_id,
        "OK",
        START_MS,
        execution_duration_ms=1,
        client_request_id=f"request-of-{experiment.name}",
        trace_metadata={
            "mlflow.sourceRun": f"run-of-{experiment.name}",
            "mlflow.trace.sizeStats": json.dumps({"num_spans": spans}),
        },
    )
    return make_trace(root, *children, info=info)


def store() -> CountingGateway:
    traces = [trace_of(one, label) for one in EXPERIMENTS for label in ("first", "second")]
    runs = [Run(f"run-of-{one.name}", one.name, "FINISHED", one.experiment_id) for one in EXPERIMENTS]
    return CountingGateway([*traces, trace_of(TEAM_B, "large", 600)], EXPERIMENTS, runs=runs)


def words_of(name: str, experiment_id: str = "9") -> dict[str, str]:
    """What calls can name of an experiment; by default of one that is not there."""
    trace_id = f"tr-{name}-first"
    return {
        "name": name,
        "id": experiment_id,
        "trace": trace_id,
        "beginning": trace_id[:-4],
        "run": f"run-of-{name}",
        "request": f"request-of-{name}",
    }


@asynccontextmanager
async def application(gateway: FakeTraceGateway | None = None, **settings: Any) -> AsyncGenerator[str]:
    tokens = {f"token-of-{name}": caller for name, caller in CALLERS.items()}
    async with served(gateway or store(), tokens, **{"experiments": SHOWN} | settings) as address:
        yield address


def asked_by(address: str, name: str, mode: str = "auto") -> AbstractAsyncContextManager[User]:
    return user(address, {"Authorization": f"Bearer token-of-{name}"}, mode)


@ERAS
@pytest.mark.parametrize("name", CALLERS)
async def test_each_caller_sees_its_share_of_what_the_server_shows(name: str, mode: str) -> None:
    """Both lists hold, in completions, in lists, in errors, in searches, for traces, and for values."""
    async with application() as address, asked_by(address, name, mode) as asker:
        assert await completed(asker) == SEEN[name]
        told = await asker.told("search_traces", experiment="nosuch")
        assert told.partition("Known experiments: ")[2] == listed(name)
        for one in EXPERIMENTS:
            term = one.experiment_id if one is NAMED_AS_AN_ID else one.name
            calls = [("search_traces", {"experiment": term}), ("describe_filter_syntax", {"experiment": term})]
            calls += [("get_trace", {"trace_id": f"tr-{one.name}-first"})]
            for tool, arguments in calls:
                told = await asker.told(tool, **arguments)
                assert told.startswith("No ") is (one.name not in SEEN[name]), (tool, one.name)


CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "search by name": ("search_traces", {"experiment": "{name}"}),
    "search by id": ("search_traces", {"experiment": "{id}"}),
    "search by link": ("search_traces", {"experiment": "https://mlflow.test/#/experiments/{id}/traces?x=1"}),
    "search among visible ones": ("search_traces", {"experiment": ["common", "{name}"]}),
    "search among many": ("search_traces", {"experiment": ["1", "3"] * 6 + ["{id}"]}),
    "search by run": ("search_traces", {"run_id": "{run}"}),
    "search by run elsewhere": ("search_traces", {"experiment": "common", "run_id": "{run}"}),
    "search by filter": ("search_traces", {"experiment": "common", "filter": "trace.request_id = '{trace}'"}),
    "search by client request": (
        "search_traces",
        {"experiment": "common", "filter": "trace.client_request_id = '{request}'"},
    ),
    "summary by name": ("summarize_traces", {"experiment": "{name}", "by": "name"}),
    "summary among visible ones": ("summarize_traces", {"experiment": ["common", "{id}"], "by": "experiment"}),
    "summary by run": ("summarize_traces", {"run_id": "{run}", "by": "run"}),
    "summary by filter": (
        "summarize_traces",
        {"experiment": "common", "filter": "trace.request_id = '{trace}'", "against": "trace.name = '{name}-first'"},
    ),
    "query by name": ("query_traces", {"experiment": "{name}", "sql": "SELECT * FROM traces"}),
    "query by id": ("query_traces", {"experiment": "{id}", "sql": "SELECT * FROM spans"}),
    "query among visible ones": (
        "query_traces",
        {"experiment": ["common", "{id}"], "sql": "SELECT count(*) FROM traces"},
    ),
    "query by filter": (
        "query_traces",
        {"experiment": "common", "filter": "trace.request_id = '{trace}'", "sql": "SELECT count(*) FROM spans"},
    ),
    "query by run": (
        "query_traces",
        {"experiment": "common", "filter": "trace.run_id = '{run}'", "sql": "SELECT count(*) FROM traces"},
    ),
    "query by span": (
        "query_traces",
        {"experiment": "common", "span_name": "{name}-first", "sql": "SELECT count(*) FROM spans"},
    ),
    "values by name": ("describe_filter_syntax", {"experiment": "{name}"}),
    "values by id": ("describe_filter_syntax", {"experiment": ["3", "{id}"]}),
    "filter in one": ("describe_filter_syntax", {"experiment": "{name}", "filter": "trace.status = 'OK'"}),
    "filter in all": ("describe_filter_syntax", {"filter": "trace.request_id = '{trace}'"}),
    "trace": ("get_trace", {"trace_id": "{trace}"}),
    "trace in quotes": ("get_trace", {"trace_id": "'{trace}'"}),
    "trace by beginning": ("get_trace", {"trace_id": "{beginning}"}),
    "trace by client request": ("get_trace", {"trace_id": "{request}"}),
    "trace by link": (
        "get_trace",
        {"trace_id": "https://mlflow.test/#/experiments/{id}/traces?selectedEvaluationId={trace}"},
    ),
    "trace by path": ("get_trace", {"trace_id": "https://mlflow.test/experiments/{id}/traces/{trace}"}),
    "one span": ("get_trace", {"trace_id": "{trace}", "span_ids": ["root"]}),
    "one value": ("get_trace", {"trace_id": "{trace}", "path": "inputs", "offset": 3}),
    "compare a trace": ("compare_traces", {"a": "{trace}", "b": "tr-common-first"}),
    "compare with a trace": ("compare_traces", {"a": "tr-common-first", "b": "trace:{trace}"}),
    "compare a run": ("compare_traces", {"a": "{run}", "b": "run-of-common"}),
    "compare with a run": ("compare_traces", {"a": "run-of-common", "b": "run:{run}"}),
    "compare two kinds": ("compare_traces", {"a": "run-of-common", "b": "{trace}"}),
    "matches": ("get_trace", {"trace_id": "{trace}", "find": "step"}),
}


@pytest.mark.parametrize(("hidden", "missing"), HIDDEN_FROM_A.values(), ids=HIDDEN_FROM_A)
@pytest.mark.parametrize(("tool", "arguments"), CALLS.values(), ids=CALLS)
async def test_hidden_reads_like_missing(
    tool: str, arguments: dict[str, Any], hidden: Experiment, missing: str
) -> None:
    """Byte by byte, and with as many questions to the store, as time would tell otherwise."""
    gateway = store()
    async with application(gateway) as address, asked_by(address, "a") as a:
        answers = [
            await told_and_counted(a, gateway, tool, arguments, words)
            for words in (words_of(hidden.name, hidden.experiment_id), words_of(missing))
        ]
    assert answers[0] == answers[1]


@ERAS
@pytest.mark.parametrize(("hidden", "missing"), HIDDEN_FROM_A.values(), ids=HIDDEN_FROM_A)
async def test_a_hidden_resource_reads_like_a_missing_one(hidden: Experiment, missing: str, mode: str) -> None:
    """The error's code too: clients act on it."""
    gateway = store()
    async with application(gateway) as address, asked_by(address, "a", mode) as a:
        for key in ("name", "id"):
            told: list[tuple[int, str, int]] = []
            for words in (words_of(hidden.name, hidden.experiment_id), words_of(missing)):
                gateway.asked.clear()
                with pytest.raises(MCPError) as raised:
                    await a.client.read_resource(VALUES_URI.replace("{experiment}", words[key]))
                told.append((raised.value.code, without(raised.value.message, words), len(gateway.asked)))
            assert told[0] == told[1]


async def test_a_hidden_id_does_not_hide_an_experiment_of_that_name() -> None:
    """Were it otherwise, not finding the name would tell that the id is taken."""
    async with application() as address, asked_by(address, "digits") as digits:
        answer = await digits.call("search_traces", experiment="2")
        assert answer["applied"]["experiments"] == {"7": "2"}


@pytest.mark.parametrize("default", ["team-b", "2", "nosuch"])
async def test_a_hidden_default_experiment_reads_like_none(default: str) -> None:
    """Calls that name no experiment ask for one of those that the caller may see."""
    async with application(experiment=default) as address, asked_by(address, "a") as a:
        told = await a.told("search_traces")
        assert told.startswith("No `experiment` was given, and several have traces.")
        assert "team-b" not in told and "nosuch" not in told


@pytest.mark.parametrize("arguments", [{}, {"run_id": "run-of-team-b"}], ids=["by default", "by run"])
async def test_a_cursor_opens_nothing_that_its_user_may_not_see(arguments: dict[str, Any]) -> None:
    """It carries the experiments of the search it was made for: they are looked up as whoever sends it."""
    async with (
        application(experiment="team-b") as address,
        asked_by(address, "b") as b,
        asked_by(address, "a") as a,
    ):
        cursor = (await b.call("search_traces", limit=1, **arguments))["next_cursor"]
        forged = elsewhere(cursor, "9")
        assert (await b.call("search_traces", cursor=cursor, **arguments))["traces"]

        told = await a.told("search_traces", cursor=cursor, **arguments)
        assert told.startswith("No experiment '2' in this store.")
        assert told.replace("'2'", "'9'") == await a.told("search_traces", cursor=forged, **arguments)


async def test_a_large_trace_that_is_kept_is_kept_for_those_who_may_see_it() -> None:
    """All ask with the server's credentials here, so it is kept for all of them; the lists hold nevertheless."""
    gateway = store()
    async with application(gateway) as address, asked_by(address, "b") as b, asked_by(address, "a") as a:
        first = await b.call("get_trace", trace_id="tr-team-b-large", view="tree")
        arguments = {"view": "tree", "cursor": first["next_cursor"]}
        assert span_rows(await b.call("get_trace", trace_id="tr-team-b-large", **arguments))

        kept, missing = ({"trace": f"tr-{name}-large"} for name in ("team-b", "team-x"))
        answers = [
            await told_and_counted(a, gateway, "get_trace", {"trace_id": "{trace}"} | arguments, words)
            for words in (kept, missing)
        ]
        assert answers[0] == answers[1] and answers[0][0].startswith("No trace ")


@ERAS
async def test_callers_at_a_time_never_mix(mode: str) -> None:
    """Fifty calls of five callers, interleaved: each gets the list that is its own."""
    async with application() as address, AsyncExitStack() as stack:
        askers = {name: await stack.enter_async_context(asked_by(address, name, mode)) for name in CALLERS}

        async def check(name: str) -> None:
            told = await askers[name].told("search_traces", experiment="nosuch")
            assert told.partition("Known experiments: ")[2] == listed(name)
            assert await completed(askers[name]) == SEEN[name]

        await side_by_side(check, [(name,) for name in CALLERS] * 10, at_a_time=50)


async def test_a_statement_that_names_hidden_rows_finds_none() -> None:
    """They are not loaded, also where the tables of an earlier statement serve."""
    gateway = store()
    statement = "SELECT * FROM traces WHERE trace_id = '{trace}' OR experiment = '{name}' OR run_id = '{run}'"
    arguments = {"experiment": "common", "sql": statement}
    async with application(gateway) as address, asked_by(address, "a") as a:
        await a.call("query_traces", experiment="common", sql="SELECT count(*), max(name) FROM traces")
        await told_and_counted(a, gateway, "query_traces", arguments, words_of("warm"))
        for hidden, missing in HIDDEN_FROM_A.values():
            answers = [
                await told_and_counted(a, gateway, "query_traces", arguments, words)
                for words in (words_of(hidden.name, hidden.experiment_id), words_of(missing))
            ]
            assert json.loads(answers[0][0])["rows"] == []
            assert answers[1:] == answers[:1]


async def test_statements_of_callers_at_a_time_read_their_own_tables() -> None:
    """More callers than processes: each time that one gets a process, it holds nothing of another."""
    async with application() as address, AsyncExitStack() as stack:
        askers = {name: await stack.enter_async_context(asked_by(address, name)) for name in CALLERS if SEEN[name]}
        of_name = {one.name: one for one in EXPERIMENTS}

        async def check(name: str, table: str) -> None:
            answer = await askers[name].call(
                "query_traces",
                sql=f"SELECT DISTINCT trace_id FROM {table} ORDER BY 1",
                experiment=[of_name[one].experiment_id for one in SEEN[name]],
            )
            traces = store()._traces.values()
            visible = {of_name[one].experiment_id for one in SEEN[name]}
            seen = sorted(one.info.trace_id for one in traces if one.info.experiment_id in visible)
            assert [row[0] for row in answer["rows"]] == seen

        asked = [(name, table) for table in ("traces", "spans", "traces") for name in askers]
        await side_by_side(check, asked * 3, at_a_time=8)


async def completed(asker: User) -> list[str]:
    ref = ResourceTemplateReference(uri=VALUES_URI)
    return (await asker.client.complete(ref, {"name": "experiment", "value": ""})).completion.values


def listed(name: str) -> str:
    """As errors list what this caller may name."""
    ids = {one.name: one.experiment_id for one in EXPERIMENTS}
    return (", ".join(f"{one!r} (id {ids[one]})" for one in SEEN[name]) or "none") + "."


async def told_and_counted(
    asker: User, gateway: CountingGateway, tool: str, arguments: dict[str, Any], words: dict[str, str]
) -> tuple[str, int, int]:
    """The answer with placeholders for the words of the question; the questions and the searches it took."""
    gateway.asked.clear()
    gateway.queries.clear()
    told = await asker.told(tool, **filled(arguments, words))
    return without(told, words), len(gateway.asked), len(gateway.queries)


def filled(arguments: Any, words: dict[str, str]) -> Any:
    match arguments:
        case str():
            return arguments.format(**words)
        case list():
            return [filled(one, words) for one in arguments]
        case dict():
            return {key: filled(value, words) for key, value in arguments.items()}
        case _:
            return arguments


def without(told: str, words: dict[str, str]) -> str:
    for key, word in words.items():
        told = told.replace(f"'{word}'" if key == "id" else word, f"<{key}>")
    return told


def elsewhere(cursor: str, experiment_id: str) -> str:
    """The same cursor for a search of another experiment."""
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    _, fingerprint, position = json.loads(raw[8:])
    assert "in" in position
    return encode_cursor(position | {"in": [experiment_id]}, fingerprint)
