"""The experiments of a token hold in every answer: what it may not see cannot be told from what does not exist.

Each question is asked of two servers that differ in this alone: in one of them the hidden things do not exist.
"""

from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp.types import ResourceTemplateReference, TextContent

from mcp_traces.http.token_store import add_token
from mcp_traces.records import SESSION_KEY, SOURCE_RUN_KEY, USER_KEY, Experiment, Trace
from tests.builders import START_MS, make_assessment, make_span, make_trace, make_trace_info
from tests.fake_gateway import EXPERIMENT, FakeTraceGateway
from tests.http.conftest import connected, running, token_app

pytestmark = pytest.mark.anyio

VALUES = "mlflow-traces://experiments/{experiment}/filter-values"
SEEN = EXPERIMENT
HIDDEN = Experiment("7", "support-secrets", START_MS + 5)
SEEN_ID, HIDDEN_ID = "tr-shop-seen", "tr-shop-hidden"


def trace_of(experiment: Experiment, word: str) -> Trace:
    """A trace by which every condition of a search can find it."""
    metadata = {SESSION_KEY: f"s-{word}", USER_KEY: f"u-{word}", SOURCE_RUN_KEY: f"run-{word}", f"meta-{word}": word}
    info = make_trace_info(
        f"tr-shop-{word}",
        name=f"agent-{word}",
        experiment_id=experiment.experiment_id,
        client_request_id=f"client-{word}",
        trace_metadata=metadata,
        tags={f"tag-{word}": word},
        assessments=(make_assessment(f"rating-{word}"),),
    )
    return make_trace(make_span(f"span-{word}", span_type=word.upper(), outputs=f"said {word}"), info=info)


def store(*, hidden: bool) -> FakeTraceGateway:
    seen = trace_of(SEEN, "seen")
    return FakeTraceGateway([seen, trace_of(HIDDEN, "hidden")], [SEEN, HIDDEN]) if hidden else FakeTraceGateway([seen])


SEARCHES: dict[str, dict[str, Any]] = {
    "everything": {},
    "experiment by id": {"experiment": "7"},
    "experiment by name": {"experiment": "support-secrets"},
    "experiment nearly by name": {"experiment": "support-secret"},
    "experiment by link": {"experiment": "http://mlflow.example/#/experiments/7/traces"},
    "experiments": {"experiment": ["1", "7"]},
    "run": {"run_id": "run-hidden"},
    "session": {"session_id": "s-hidden"},
    "user": {"user_id": "u-hidden"},
    "name": {"name": "agent-hidden"},
    "text": {"text": "said hidden"},
    "span name": {"span_name": "span-hidden"},
    "tags": {"tags": {"tag-hidden": "hidden"}},
    "feedback": {"feedback": {"rating-hidden": "positive"}},
    "filter": {"filter": "trace.name = 'agent-hidden'"},
    "filter on the id": {"filter": f"trace.request_id = '{HIDDEN_ID}'"},
}
READINGS: dict[str, dict[str, Any]] = {
    "id": {"trace_id": HIDDEN_ID},
    "beginning": {"trace_id": HIDDEN_ID[:-3]},
    "beginning of both": {"trace_id": "tr-shop"},
    "application's id": {"trace_id": "client-hidden"},
    "link": {"trace_id": f"http://mlflow.example/#/experiments/7/traces?selectedEvaluationId={HIDDEN_ID}"},
    "span": {"trace_id": HIDDEN_ID, "span_ids": ["x"]},
    "value": {"trace_id": HIDDEN_ID, "path": "tags"},
    "match": {"trace_id": HIDDEN_ID, "find": "said"},
}
DESCRIPTIONS: dict[str, dict[str, Any]] = {
    "values by id": {"experiment": "7"},
    "values by name": {"experiment": "support-secrets"},
    "values of several": {"experiment": ["1", "7"]},
    "filter": {"filter": "trace.name = 'agent-hidden'"},
    "filter there": {"experiment": "7", "filter": "trace.name = 'agent-hidden'"},
}
CALLS = {
    f"{tool}: {what}": (tool, arguments)
    for tool, questions in (
        ("search_traces", SEARCHES),
        ("get_trace", READINGS),
        ("describe_filter_syntax", DESCRIPTIONS),
    )
    for what, arguments in questions.items()
}


async def called(client: Client, tool: str, arguments: dict[str, Any]) -> str:
    return (await client.call_tool(tool, arguments)).model_dump_json()


async def read(client: Client, uri: str) -> str:
    try:
        return (await client.read_resource(uri)).model_dump_json()
    except MCPError as error:
        return error.error.model_dump_json()


async def completed(client: Client, typed: str) -> str:
    reference = ResourceTemplateReference(uri=VALUES)
    return (await client.complete(reference, {"name": "experiment", "value": typed})).model_dump_json()


async def all_answers(token: str, path: Path, mode: str, *, hidden: bool, **settings: Any) -> dict[str, str]:
    """Every question's answer, byte by byte."""
    app = token_app(path, store(hidden=hidden), **settings)
    answers: dict[str, str] = {}
    async with running(app), connected(app, token, mode) as client:
        for what, (tool, arguments) in CALLS.items():
            answers[what] = await called(client, tool, arguments)
        for experiment in ("7", "support-secrets", "support-secret"):
            answers[f"resource: {experiment}"] = await read(client, VALUES.format(experiment=experiment))
        for typed in ("", "support", "support-secrets"):
            answers[f"completion: {typed}"] = await completed(client, typed)
        answers["syntax"] = await called(client, "describe_filter_syntax", {})
        answers["resource: syntax"] = await read(client, "mlflow-traces://filter-syntax")
    return answers


SAME_FOR_ALL = {"syntax", "resource: syntax"}
"""What tells of the store and of no experiment."""


@pytest.mark.parametrize("default", [None, "7", "support-secrets"])
@pytest.mark.parametrize("own", [("1",), ("support-assistant",), ("1", "no such one"), ()], ids=str)
async def test_what_a_token_may_not_see_does_not_exist(
    path: Path, mode: str, own: tuple[str, ...], default: str | None
) -> None:
    """Also where the server's default experiment is one that the token may not see."""
    token = add_token(path, "bob", own)
    settings = {"experiment": default} if default else {}
    there = await all_answers(token, path, mode, hidden=True, **settings)
    gone = await all_answers(token, path, mode, hidden=False, **settings)

    assert {what: answer for what, answer in there.items() if answer != gone[what]} == {}


async def test_these_questions_do_tell_the_hidden_from_the_missing(path: Path) -> None:
    """To a token that may see all: otherwise the test above would prove nothing."""
    token = add_token(path, "ann", None)
    there = await all_answers(token, path, "auto", hidden=True)
    gone = await all_answers(token, path, "auto", hidden=False)

    assert {what for what, answer in there.items() if answer == gone[what]} == SAME_FOR_ALL


@pytest.mark.parametrize("own", [("1",), ("support-assistant",), ("1", "no such one")], ids=str)
async def test_what_a_token_may_see_is_all_there(path: Path, mode: str, own: tuple[str, ...]) -> None:
    """By id or by name; an entry for what does not exist takes nothing away."""
    token = add_token(path, "bob", own)
    app = token_app(path, store(hidden=True))
    async with running(app), connected(app, token, mode) as client:
        found = (await client.call_tool("search_traces", {})).structured_content or {}
        opened = (await client.call_tool("get_trace", {"trace_id": "tr-shop"})).structured_content or {}
        values = await read(client, VALUES.format(experiment="support-assistant"))
        names = await completed(client, "")

    assert [row["trace_id"] for row in found["traces"]] == [SEEN_ID]
    assert opened["trace"]["trace_id"] == SEEN_ID
    assert "agent-seen" in values
    assert '"values":["support-assistant"]' in names


async def test_a_tokens_experiments_hold_within_those_of_the_server(path: Path, mode: str) -> None:
    """A token never opens what the server hides."""
    token = add_token(path, "bob", ("1", "7"))
    app = token_app(path, store(hidden=True), experiments="1")
    async with running(app), connected(app, token, mode) as client:
        refused = await client.call_tool("search_traces", {"experiment": "7"})

    (block,) = refused.content
    assert isinstance(block, TextContent)
    assert block.text == "No experiment '7' in this store. Known experiments: 'support-assistant' (id 1)."


async def test_callers_at_the_same_time_see_each_their_own(path: Path, mode: str) -> None:
    """Many requests of two tokens in one process, mixed: none is answered as the other's."""
    tokens = {SEEN_ID: add_token(path, "bob", ("1",)), HIDDEN_ID: add_token(path, "cyd", ("7",))}
    app = token_app(path, store(hidden=True))
    seen: list[tuple[str, list[str]]] = []

    async def ask(client: Client, expected: str) -> None:
        found = (await client.call_tool("search_traces", {})).structured_content or {}
        seen.append((expected, [row["trace_id"] for row in found["traces"]]))

    async with (
        running(app),
        connected(app, tokens[SEEN_ID], mode) as bob,
        connected(app, tokens[HIDDEN_ID], mode) as cyd,
        anyio.create_task_group() as tasks,
    ):
        for _ in range(10):
            tasks.start_soon(ask, bob, SEEN_ID)
            tasks.start_soon(ask, cyd, HIDDEN_ID)

    assert len(seen) == 20
    assert [one for one in seen if one[1] != [one[0]]] == []
