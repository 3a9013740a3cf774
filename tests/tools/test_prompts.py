"""The prompts: ways through the tools for people to start, whose every call works as it is written."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp.types import TextContent

from mcp_traces.query.dialect import Statement
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from mcp_traces.tools.catalog import build_tools
from mcp_traces.tools.prompts import MAX_CHARS, PROMPT_ARGUMENTS, build_prompts, find_slow_traces, review_session
from tests.fake_gateway import FakeTraceGateway
from tests.stores import RealStore
from tests.tools.conftest import Call
from tests.tools.prompt_calls import calls_in, follow, value_of

ARGUMENTS = {tool.name: set(tool.parameters["properties"]) for tool in build_tools()}


@asynccontextmanager
async def client_of(mode: str = "auto") -> AsyncGenerator[Client]:
    async with Client(build_server(Settings(), FakeTraceGateway()), mode=mode) as client:
        yield client


async def prompted(client: Client, name: str, arguments: dict[str, str]) -> str:
    (message,) = (await client.get_prompt(name, arguments)).messages
    assert message.role == "user" and isinstance(message.content, TextContent)
    return message.content.text


@pytest.mark.anyio
async def test_the_prompts_are_listed_with_what_they_take(mode: str) -> None:
    """A client makes a form of it: each argument says what it is, and whether it can be left out."""
    async with client_of(mode) as client:
        prompts = (await client.list_prompts()).prompts

    assert [one.name for one in prompts] == ["debug_failed_trace", "find_slow_traces", "review_session"]
    assert all(one.title and one.description for one in prompts)
    for prompt in prompts:
        assert tuple(one.name for one in prompt.arguments or ()) == PROMPT_ARGUMENTS[prompt.name]
        assert all(one.description for one in prompt.arguments or ())
    required = {one.name for prompt in prompts for one in prompt.arguments or () if one.required}
    assert required == {"session_id"}


GIVEN: dict[str, tuple[str, dict[str, str]]] = {
    "a failed trace": ("debug_failed_trace", {"trace_id": "@recovered"}),
    "a failed trace of an experiment": (
        "debug_failed_trace",
        {"trace_id": "@recovered", "experiment": "support-assistant"},
    ),
    "the newest failure": ("debug_failed_trace", {"experiment": "support-assistant"}),
    "slow ones": ("find_slow_traces", {"experiment": "support-assistant"}),
    "slow ones of a name and time": (
        "find_slow_traces",
        {"experiment": "support-assistant", "name": "support_agent", "since": "3650d"},
    ),
    "a session": ("review_session", {"session_id": "@session", "experiment": "support-assistant"}),
}


FOUND: dict[str, Callable[[dict[str, Any]], Any]] = {
    "search_traces": lambda answer: answer["traces"] or answer["views"],
    "summarize_traces": lambda answer: answer["groups"]["rows"],
    "query_traces": lambda answer: answer["rows"],
    "get_trace": lambda answer: answer["trace"]["trace_id"],
}
"""What an answer has that found something."""


@pytest.mark.anyio
@pytest.mark.store
@pytest.mark.parametrize(("name", "arguments"), GIVEN.values(), ids=GIVEN)
async def test_every_call_of_a_prompt_works(
    name: str, arguments: dict[str, str], sample: tuple[Call, Client, dict[str, str]], mode: str
) -> None:
    """On the sample store, one after the other, with what the answers before told: none fails, each finds something."""
    call, client, known = sample
    text = await prompted(client, name, {key: known.get(value, value) for key, value in arguments.items()})

    made = await follow(text, call)

    assert [tool for tool, _ in made] == [tool for tool, _ in calls_in(text)]
    assert len(made) >= 4
    for tool, answer in made:
        assert FOUND[tool](answer)


@pytest.fixture
async def sample(sqlite_store: RealStore, mode: str) -> AsyncGenerator[tuple[Call, Client, dict[str, str]]]:
    """A caller of tools of the sample store, its client, and ids by what they are called here."""
    from mcp_traces.store.open_gateway import open_gateway  # MLflow is loaded by those tests alone that need a store

    settings = Settings(tracking_uri=sqlite_store.tracking_uri)
    gateway = open_gateway(settings)

    async with Client(build_server(settings, gateway), mode=mode) as client:

        async def call(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
            result = await client.call_tool(tool, arguments)
            assert not result.is_error, (tool, arguments, result.content)
            return result.structured_content or {}

        rows = (await call("search_traces", {"experiment": "support-assistant", "limit": 100}))["traces"]
        session = next(row["session_id"] for row in rows if row.get("session_id") and row["status"] == "ERROR")
        hidden = await call("search_traces", {"experiment": "support-assistant", "has_error": True, "status": "OK"})
        yield call, client, {"@session": session, "@recovered": hidden["traces"][0]["trace_id"]}
    await gateway.aclose()


@pytest.mark.anyio
async def test_a_trace_may_be_given_as_a_link(mode: str) -> None:
    """What people copy from MLflow's UI goes into the call as it is: get_trace takes it."""
    link = "http://mlflow:5000/#/experiments/1/traces?selectedEvaluationId=tr-1"
    async with client_of(mode) as client:
        text = await prompted(client, "debug_failed_trace", {"trace_id": f"  {link} ", "experiment": ""})

    assert f'get_trace(trace_id="{link}")' in text
    assert 'summarize_traces(experiment=EXPERIMENT_ID, by="error", has_error=true, span_name=SPAN_NAME' in text


@pytest.mark.parametrize("prompt", build_prompts(), ids=lambda prompt: prompt.name)
def test_a_prompt_names_only_tools_and_arguments_that_there_are(prompt: Any) -> None:
    """Whatever is given or left out."""
    for arguments in ({}, dict.fromkeys(PROMPT_ARGUMENTS[prompt.name], "x")):
        given = {"session_id": "s"} | arguments if prompt.name == "review_session" else arguments
        calls = calls_in(prompt.fn(**given))
        assert calls
        for tool, expressions in calls:
            assert set(expressions) <= ARGUMENTS[tool]


@given(st.text(max_size=40).filter(lambda text: bool(text.strip())))
def test_a_value_stands_in_the_call_as_it_was_given(value: str) -> None:
    """Quotes, line breaks, backticks or the words in capitals cannot end the call or become something else in it."""
    calls = [*calls_in(review_session(value)), *calls_in(find_slow_traces(name=value))]

    for tool, expressions in calls:
        for key in {"session_id", "name"} & set(expressions):
            assert value_of(expressions[key], {}) == value.strip(), tool
        if tool == "query_traces":
            sql = value_of(expressions["sql"], {})
            assert [one.unquoted for one in Statement(sql).tokens if one.kind == "text"] == [value.strip()]


WRONG: dict[str, tuple[str, dict[str, str], str]] = {
    "another prompt": ("debug_trace", {}, "No prompt 'debug_trace'. There are: debug_failed_trace, find_slow_traces"),
    "another argument": ("find_slow_traces", {"from": "7d"}, "no argument 'from'. It takes: experiment, since, name."),
    "none that is needed": ("review_session", {}, "review_session needs `session_id`. Rows of search_traces have it"),
    "an empty one": ("review_session", {"session_id": " "}, "review_session needs `session_id`."),
    "too long": ("find_slow_traces", {"name": "x" * (MAX_CHARS + 1)}, "`name` has 501 characters; 500 are the most."),
}


@pytest.mark.anyio
@pytest.mark.parametrize(("name", "arguments", "told"), WRONG.values(), ids=WRONG)
async def test_a_wrong_prompt_is_told_with_what_is_valid(
    name: str, arguments: dict[str, str], told: str, mode: str
) -> None:
    """As invalid parameters (MCP specification, prompts: error handling), in our own words."""
    async with client_of(mode) as client:
        with pytest.raises(MCPError) as refused:
            await client.get_prompt(name, arguments)

    assert refused.value.error.code == -32602
    assert told in refused.value.error.message
