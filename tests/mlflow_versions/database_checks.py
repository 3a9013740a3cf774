"""What every tool must find in a database that some MLflow made, whichever version and backend it was.

Each check is a function of the database and of the tools over it, so that kept and remade databases are seen to the
same. A check collects all that is wrong before it fails.
"""

import re
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any, Literal, TypeAlias

from mcp_traces.demo import SampleStore
from mcp_traces.store.gateway import TraceGateway
from mcp_traces.times import iso_utc
from tests.mlflow_versions.plan import ASSISTANT, COST, EXPERIMENT, FINISHED, KEPT, TEXT, TYPES, USED
from tests.mlflow_versions.questions import ALL, ALL_FILTERS, ONLY_FINISHED, TYPED, with_words, words
from tests.old_databases import OldDatabase
from tests.real.calls import Tools, connected
from tests.real.reading import read_spans, read_tree
from tests.stores import RealStore
from tests.tools.conftest import ToolFailedError

BUDGET = 20_000
Kept: TypeAlias = Literal["spans", "assessments", "client_request_ids"]

_ASKS_OF: dict[Kept, tuple[str, ...]] = {
    "spans": ("span", "has_error", "text", "trace.text"),
    "assessments": ("feedback", "expectation", "issue"),
    "client_request_ids": ("trace.client_request_id",),
}
"""Beginnings of arguments and fields, by what a database must keep for them."""

_NAMES_WHAT_IS_MISSING: dict[Kept, re.Pattern[str]] = {
    "spans": re.compile(r"\b\d+\b.*(outside|artifact)", re.IGNORECASE),
    "assessments": re.compile(r"no table assessments"),
    "client_request_ids": re.compile(r"no column trace_info\.client_request_id"),
}

ASSISTANT_CASES: list[tuple[dict[str, Any], str]] = [
    ({}, "foreign all_types priced"),
    ({"session_id": "chat-7"}, "priced"),
    ({"session_id": "chat-8"}, "all_types"),
    ({"user_id": "Zoë"}, "foreign"),
    ({"name": "übersetzen 🚀"}, "foreign"),
    ({"prompt": "greeting/2"}, "priced"),
    ({"prompt": "greeting/1"}, ""),
    ({"tags": {"tier": "gold"}}, "priced"),
    ({"tags": {"emoji": "🚀"}}, "foreign"),
    ({"tags": {"língua": "português"}}, "foreign"),
    ({"filter": "tag.tier IS NULL"}, "foreign"),
    ({"text": TEXT}, "foreign"),
    ({"text": "Twelve euros"}, "priced"),
    ({"text": "the queue was full"}, "all_types"),
    ({"span_name": "übersetzen 🚀"}, "foreign"),
    ({"span_name": "complete", "text": "Twelve euros a month"}, "priced"),
    ({"has_error": False}, "foreign all_types priced"),
    ({"has_error": True}, ""),
    *(({"span_name": f"of_type_{kind.lower()}", "span_type": kind}, "all_types") for kind in TYPES),
    ({"feedback": {"tone": "friendly"}}, "priced"),
    ({"feedback": {"relevance": True}}, "priced"),
    ({"feedback": {"resolved": 4}}, "priced"),
    ({"feedback": {"ton": "höflich"}}, "foreign"),
    ({"filter": "feedback.safety IS NOT NULL"}, "priced"),
    ({"order_by": "slowest"}, "priced all_types foreign"),
]
"""Searches of the second experiment, and what they find."""

Check: TypeAlias = Callable[[OldDatabase, Tools], Awaitable[None]]


@asynccontextmanager
async def tools_over(database: OldDatabase, gateway: TraceGateway) -> AsyncGenerator[Tools]:
    """The tools over this gateway, which ends with them."""
    traces = {label: trace["trace_id"] for label, trace in database.expected["traces"].items()}
    sample = SampleStore(
        database.uri, database.expected["experiments"], traces, database.expected["run_id"], deleted_experiment_id=""
    )
    store = RealStore(database.backend, database.uri, sample)
    async with aclosing(gateway), connected(store, gateway) as tools:
        yield tools


def lacking(database: OldDatabase, name: str) -> Kept | None:
    """What this database does not keep of what the argument or field asks for."""
    for kept, beginnings in _ASKS_OF.items():
        if name.startswith(beginnings) and not database.expected["keeps"][kept]:
            return kept
    return None


async def search_problem(
    database: OldDatabase, tools: Tools, arguments: Mapping[str, Any], labels: list[str]
) -> tuple[Any, ...] | None:
    """What is wrong with the answer to a search; None when it is right, or names what the database does not keep."""
    asked = {key: value for key, value in arguments.items() if key != "experiment"}
    names = [str(asked.get("filter", "")), *asked]
    missing = next((one for name in names if (one := lacking(database, name))), None)
    try:
        answer = await tools.search(**arguments)
    except ToolFailedError as error:
        # An upgraded database has the tables, and nothing in them.
        if missing and not database.expected["upgraded_by"] and _NAMES_WHAT_IS_MISSING[missing].search(str(error)):
            return None
        return (asked, str(error))
    found = database.labels([row["trace_id"] for row in answer["traces"]])
    if found == (without_values(asked) if missing in ("assessments", "client_request_ids") else labels):
        return None
    notes = " ".join(answer.get("notes", []))
    if missing == "spans" and _NAMES_WHAT_IS_MISSING[missing].search(notes):
        # What was not looked at may be left out. It must not be shown as if it met the conditions.
        return None if set(found) <= set(labels) else (asked, found, labels, notes)
    return (asked, found, labels, notes)


def without_values(asked: Mapping[str, Any]) -> list[str]:
    """What is found by a condition on values that nobody could log: by most nothing, by IS NULL everything."""
    return ALL.split() if "IS NULL" in asked.get("filter", "") else []


async def typed_arguments_find_what_was_logged(database: OldDatabase, tools: Tools) -> None:
    """Each argument, also those that the client of that version would have refused."""
    known = words_of(database)
    problems = [
        await search_problem(
            database,
            tools,
            {"experiment": EXPERIMENT, "filter": ONLY_FINISHED} | with_words(case.arguments, known),
            case.labels.split(),
        )
        for case in TYPED
    ]
    assert not any(problems), [one for one in problems if one]


async def filters_find_what_was_logged(database: OldDatabase, tools: Tools) -> None:
    """Every field of the grammar with every operator."""
    known = words_of(database)
    problems = [
        await search_problem(
            database,
            tools,
            {"experiment": EXPERIMENT, "filter": f"{with_words(text, known)} AND {ONLY_FINISHED}"},
            labels.split(),
        )
        for _, _, text, labels in ALL_FILTERS
    ]
    assert not any(problems), [one for one in problems if one]


async def the_second_experiment_is_another(database: OldDatabase, tools: Tools) -> None:
    """Conditions that hold in one experiment find nothing of the other; sessions, prompts and types of spans here."""
    problems = [
        await search_problem(database, tools, {"experiment": ASSISTANT} | arguments, labels.split())
        for arguments, labels in ASSISTANT_CASES
    ]
    assert not any(problems), [one for one in problems if one]


async def all_traces_are_found_and_paged(database: OldDatabase, tools: Tools) -> None:
    """Also those in progress; in pages of three, each trace comes once."""
    newest_first = sorted(
        database.expected["traces"], key=lambda label: -int(database.expected["traces"][label]["began_ms"])
    )
    assert database.labels(await tools.found()) == newest_first
    assert database.labels(await tools.found(status="IN_PROGRESS")) == ["under_way", "waiting"]
    for order in ("newest", "oldest", "slowest", "fastest", "name ASC", "tag.environment DESC"):
        whole = await tools.found(order_by=order)
        assert await tools.found(order_by=order, limit=3) == whole
        assert sorted(database.labels(whole)) == sorted(newest_first)


async def rows_show_what_was_logged(database: OldDatabase, tools: Tools) -> None:
    """Names, sessions, users, runs, tokens, previews, tags, metadata and assessments of each trace."""
    for label, trace in database.expected["traces"].items():
        (row,) = (await tools.search(filter=f"request_id = '{trace['trace_id']}'", detail="detailed"))["traces"]
        assert shown(row) == logged(database, label), label
        for side in ("request_preview", "response_preview"):
            if label != "nasty":  # whose hidden characters are written out
                assert (row.get(side) or "")[:PREVIEW] in (trace[side] or ""), (label, side)
            assert bool(row.get(side)) == bool(trace[side]), (label, side)
        assert row.get("tags", {}).items() >= trace["tags"].items()
        assert row.get("metadata", {}).items() >= trace["metadata"].items()


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": row.get("name"),
        "status": row["status"],
        "request_time": row["request_time"],
        "duration_ms": row.get("execution_time_ms"),
        "session": row.get("session_id"),
        "user": row.get("user_id"),
        "run": row.get("run_id"),
        "client_request_id": row.get("client_request_id"),
        "tokens": row.get("tokens"),
        "assessments": sorted(
            (
                one["name"],
                one.get("kind", "feedback"),
                repr(one.get("value")),
                one.get("rationale"),
                "error" in one,
            )
            for one in row.get("assessments", []) + row.get("failed_assessments", [])
        ),
    }


PREVIEW = 20
"""Characters of a preview that are compared: MLflow and rows both shorten them, and rows show words without JSON."""


def logged(database: OldDatabase, label: str) -> dict[str, Any]:
    """The same of what was logged, as far as a database of this version keeps it."""
    trace, keeps = database.expected["traces"][label], database.expected["keeps"]
    feedback = [
        (one["name"], "feedback", repr(one.get("value")), one.get("rationale"), "failure" in one)
        for one in trace["feedback"]
    ]
    expectations = [(name, "expectation", repr(value), None, False) for name, value in trace["expectation"].items()]
    return {
        "name": trace["name"],
        "status": trace["status"],
        "request_time": iso_utc(trace["began_ms"]),
        "duration_ms": trace["duration_ms"],
        "session": trace["session"],
        "user": trace["user"],
        "run": trace["run"],
        "client_request_id": trace["client_request_id"] if keeps["client_request_ids"] else None,
        "tokens": tokens(trace["tokens"]),
        "assessments": sorted([*feedback, *expectations]) if keeps["assessments"] else [],
    }


def tokens(used: Mapping[str, int] | None) -> dict[str, int] | None:
    if used is None:
        return None
    cached = {"cached": used["cache_read_input_tokens"]} if "cache_read_input_tokens" in used else {}
    return {kind: used[f"{kind}_tokens"] for kind in ("input", "output", "total")} | cached


async def get_trace_shows_every_span(database: OldDatabase, tools: Tools) -> None:
    """Out of the database or the artifact: the tree with types, statuses and times, then all that the spans hold."""
    for label, trace in database.expected["traces"].items():
        spans = spans_of(database, label)
        rows = await read_tree(tools, trace["trace_id"], BUDGET)
        names = {row["span_id"]: row["name"] for row in rows}
        assert [
            {key: row.get(key) for key in ("name", "type", "status", "start_ms", "duration_ms")}
            | {"parent": names.get(row.get("parent_id", ""))}
            for row in rows
        ] == [in_tree(span, spans) for span in spans], label
        opened = await read_spans(tools, trace["trace_id"], [row["span_id"] for row in rows], BUDGET)
        for row, span in zip(rows, spans, strict=True):
            wrong = problems_of(opened[row["span_id"]], span)
            assert not wrong, (label, span["name"], wrong)


def spans_of(database: OldDatabase, label: str) -> list[dict[str, Any]]:
    """In the order of the tree. What keeps spans as an artifact writes them when the trace ends."""
    trace = database.expected["traces"][label]
    if trace["status"] == "IN_PROGRESS" and not database.expected["keeps"]["spans"]:
        return []
    return trace["spans"]


def in_tree(span: Mapping[str, Any], spans: list[dict[str, Any]]) -> dict[str, Any]:
    here = {one["name"] for one in spans}
    # Of a trace in progress, times count from the first span that is there.
    start_ms = span["start_ms"] - min(one["start_ms"] for one in spans)
    parent = span["parent"] if span["parent"] in here else None
    return {key: span[key] for key in ("name", "type", "status", "duration_ms")} | {
        "start_ms": start_ms,
        "parent": parent,
    }


def problems_of(opened: Mapping[str, Any], span: Mapping[str, Any]) -> list[str]:
    """Which values of an opened span are not those that were logged."""
    events = {one["name"]: one.get("attributes", {}) for one in opened.get("events", [])}
    raised = events.pop("exception", {}).get("exception.message")
    return [
        name
        for name, right in {
            # What is empty is left out.
            "inputs": opened.get("inputs", empty(span["inputs"])) == span["inputs"],
            "outputs": opened.get("outputs", empty(span["outputs"])) == span["outputs"],
            "attributes": opened.get("attributes", {}).items() >= span["attributes"].items(),
            "events": events == span["events"],
            "error": raised == span["error"],
        }.items()
        if not right
    ]


def empty(value: Any) -> Any:
    return None if value or value is None else value


async def the_overview_shows_errors_and_cost(database: OldDatabase, tools: Tools) -> None:
    """The root cause with its stack, the error that was recovered from, and tokens and cost of the model's calls."""
    failed = await tools.get(database.trace_id("failed"))
    assert (failed["totals"]["spans"], failed["totals"]["errors"]) == (3, 2)
    (error,) = failed["errors"]
    assert (error["name"], error["exception"]) == ("charge_card", "PaymentError")
    assert error["message"].endswith("card 4711 was declined")
    assert "raise PaymentError(plan.error)" in error["stack"]
    assert [row["name"] for row in failed["critical_path"]] == ["refund", "look_up_order", "charge_card"]

    recovered = await tools.get(database.trace_id("recovered"))
    assert recovered["trace"]["status"] == "OK"
    assert [(one["name"], "recovered_in" in one) for one in recovered["errors"]] == [("track_parcel", True)]

    priced = await tools.get(database.trace_id("priced"))
    (calls,) = [row for row in priced["totals"]["by_type"] if row["type"] == "LLM"]
    assert (calls["tokens"], calls["cost"]) == (USED["total_tokens"], COST["total_cost"])

    all_types = await tools.get(database.trace_id("all_types"), max_chars=20_000)
    counted = {row["type"]: row["spans"] for row in all_types["totals"]["by_type"]}
    assert counted == {**dict.fromkeys(TYPES, 1), "WORKFLOW": 2}


async def cost_of_traces_is_what_its_own_client_shows(database: OldDatabase, tools: Tools) -> None:
    """Whether it is metadata or columns, and nothing where that version knew no cost."""
    for label, trace in database.expected["traces"].items():
        (row,) = (await tools.search(filter=f"request_id = '{trace['trace_id']}'", detail="detailed"))["traces"]
        cost = row.get("metadata", {}).get("mlflow.trace.cost")
        if trace["cost"] is None:
            assert cost is None, label
        else:
            assert cost is not None and cost.startswith('{"input_cost": '), label


async def traces_are_found_by_other_ids(database: OldDatabase, tools: Tools) -> None:
    """By the beginning of the id, and by the application's own where the database keeps it."""
    trace_id = database.trace_id("first_turn")
    assert (await tools.get(trace_id[:20]))["trace"]["trace_id"] == trace_id
    if database.expected["keeps"]["client_request_ids"]:
        assert (await tools.get("req-1"))["trace"]["trace_id"] == trace_id


async def the_conversation_is_read(database: OldDatabase, tools: Tools) -> None:
    """Messages of the model's calls, the repeated history once."""
    answer = await tools.get(database.trace_id("second_turn"), view="conversation")
    assert [message["role"] for message in answer["messages"]] == ["user", "assistant", "user", "assistant"]


async def the_help_counts_what_the_traces_hold(database: OldDatabase, tools: Tools) -> None:
    """describe_filter_syntax of an experiment: statuses, names, tags, sessions, spans and feedback that are there."""
    live = (await tools.call("describe_filter_syntax", experiment=EXPERIMENT))["live"]
    fields = {row["field"]: row for row in live["fields"]}
    keeps = database.expected["keeps"]

    assert live["total_traces"] == len(KEPT[EXPERIMENT])
    assert fields["trace.status"]["values"] == {"OK": 7, "ERROR": 1, "IN_PROGRESS": 2}
    names = {plan.root.name for plan in FINISHED}
    assert names <= fields["trace.name"]["values"].keys()
    assert fields["tag.environment"]["values"] == {"production": 2, "staging": 2}
    assert fields["metadata.mlflow.trace.session"]["values"] == {"session-1": 2}
    if keeps["spans"]:
        assert {"CHAIN", "TOOL", "PARSER"} <= fields["span.type"]["values"].keys()
    if keeps["assessments"]:
        assert fields["feedback.rating"]["values"] == {"positive": 1, "negative": 1}
        assert (fields["feedback.score"]["min"], fields["feedback.score"]["max"]) == (2.5, 5)


async def spans_outside_the_database_are_counted(database: OldDatabase, tools: Tools) -> None:
    """A search by spans that cannot look at all of them says how many it left out; otherwise there is no such note."""
    for arguments in ({"has_error": False}, {"has_error": True}, {"span_type": "TOOL"}, {"text": "parcel"}):
        answer = await tools.search(experiment=EXPERIMENT, **arguments)
        notes = " ".join(answer.get("notes", []))
        found = database.labels([row["trace_id"] for row in answer["traces"]])
        if database.expected["keeps"]["spans"]:
            assert not _NAMES_WHAT_IS_MISSING["spans"].search(notes)
        else:
            assert _NAMES_WHAT_IS_MISSING["spans"].search(notes), (arguments, notes)
            assert not (arguments == {"has_error": False} and {"failed", "recovered"} & set(found))


async def summaries_count_what_was_logged(database: OldDatabase, tools: Tools) -> None:
    """Wherever names, sessions, users and tokens are kept; of spans and feedback what the database holds."""
    experiments = ",".join(database.expected["experiments"])
    traces = list(database.expected["traces"].values())
    for by in ("name", "status", "session", "user", "run", "experiment"):
        answer = await tools.call("summarize_traces", experiment=experiments, by=by, limit=100, max_chars=BUDGET)
        rows = {row[0]: row[answer["groups"]["columns"].index("traces")] for row in answer["groups"]["rows"]}
        assert rows == Counter(trace[by] for trace in traces), by
        used = [trace["tokens"] for trace in traces if trace["tokens"]]
        assert answer["total"]["tokens"]["total"] == sum(one["total_tokens"] for one in used)
        assert answer["total"]["failed"] == sum(trace["status"] == "ERROR" for trace in traces)
    answer = await tools.call("summarize_traces", experiment=experiments, by="span_type", limit=100, max_chars=BUDGET)
    rows = {row[0]: row[answer["groups"]["columns"].index("spans")] for row in answer["groups"]["rows"]}
    if database.expected["keeps"]["spans"]:
        assert rows == Counter(span["type"] for trace in traces for span in trace["spans"])
    else:
        assert rows == {} and answer["notes"]
    if database.expected["keeps"]["assessments"]:
        answer = await tools.call("summarize_traces", experiment=experiments, by="judge", limit=100, max_chars=BUDGET)
        judges = {row[0]: row[1] + row[2] for row in answer["groups"]["rows"]}
        assert judges == Counter(one["name"] for trace in traces for one in trace["feedback"])


def words_of(database: OldDatabase) -> dict[str, str]:
    traces = {label: trace["trace_id"] for label, trace in database.expected["traces"].items()}
    return words(traces, database.expected["run_id"], database.expected["now_ms"])


CHECKS: tuple[Check, ...] = (
    all_traces_are_found_and_paged,
    typed_arguments_find_what_was_logged,
    filters_find_what_was_logged,
    the_second_experiment_is_another,
    rows_show_what_was_logged,
    cost_of_traces_is_what_its_own_client_shows,
    traces_are_found_by_other_ids,
    get_trace_shows_every_span,
    the_overview_shows_errors_and_cost,
    the_conversation_is_read,
    the_help_counts_what_the_traces_hold,
    spans_outside_the_database_are_counted,
    summaries_count_what_was_logged,
)
