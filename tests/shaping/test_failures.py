"""What went wrong without failing a span: told apart from failures, and never hidden."""

import pytest

from mcp_traces.records import CACHE_READ_TOKENS, CACHE_WRITTEN_TOKENS, SPAN_TOKEN_USAGE_ATTRIBUTE, Json, SpanEvent
from mcp_traces.shaping.failures import handled
from mcp_traces.shaping.overview import type_totals
from mcp_traces.shaping.paths import format_path
from mcp_traces.shaping.span_tree import build_tree
from tests.builders import START_MS, make_span
from tests.shaping.chats import calls, chat, result, said, user


def event(name: str, **attributes: Json) -> SpanEvent:
    return SpanEvent(name, START_MS * 1_000_000, {key.replace("__", "."): value for key, value in attributes.items()})


def told(**fields: object) -> list[tuple[str, str]]:
    return [(one.what, one.path) for one in handled(build_tree([make_span("call", **fields)]))]  # pyright: ignore[reportArgumentType]


def test_an_exception_on_a_span_that_did_not_fail_is_handled() -> None:
    """mlflow#16689: `record_exception` leaves the status as it is."""
    caught = event("exception", exception__type="TimeoutError", exception__message="after 3 s")

    assert told(events=(event("first token"), caught)) == [("TimeoutError: after 3 s", "events[1]")]


def test_a_failed_span_is_not_handled() -> None:
    """It is told in `errors`."""
    caught = event("exception", exception__type="TimeoutError")

    assert told(events=(caught,), status="ERROR", attributes={"error.type": "TimeoutError"}) == []


@pytest.mark.parametrize("name", ["retry", "llm.retry_attempt", "tool_error", "request.failed"])
def test_events_that_tell_of_trouble_are_handled(name: str) -> None:
    """omnigent#1071: a retry of the model's call."""
    assert told(events=(event(name, attempt=2, delay_ms=500),)) == [
        (f"event {name}: attempt=2; delay_ms=500", "events[0]")
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("error.type", "RateLimitError"),
        ("gen_ai.tool.status", "error"),
        ("http.response.status_code", 503),
        ("http.status_code", "404"),
        ("otel.status_code", "ERROR"),
        ("error", True),
    ],
)
def test_attributes_that_tell_of_an_error_are_handled(key: str, value: Json) -> None:
    """Tracers that do not set the status say it so (OpenTelemetry's semantic conventions, and older ones)."""
    ((what, path),) = told(attributes={key: value})

    assert what.startswith(f"{key} = ")
    assert path == format_path(("attributes", key))


@pytest.mark.parametrize(
    ("key", "value"),
    [("error.type", ""), ("http.status_code", 200), ("otel.status_code", "OK"), ("error", False), ("errors", 3)],
)
def test_attributes_that_tell_of_none_are_not(key: str, value: Json) -> None:
    """Nor does every name with the word count."""
    assert told(attributes={key: value}) == []


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"outputs": {"choices": [{"finish_reason": "length"}]}}, "outputs.choices[0].finish_reason"),
        ({"outputs": {"stop_reason": "max_tokens"}}, "outputs.stop_reason"),
        ({"outputs": {"candidates": [{"finishReason": "SAFETY"}]}}, "outputs.candidates[0].finishReason"),
        (
            {"attributes": {"gen_ai.response.finish_reasons": ["stop", "content_filter"]}},
            'attributes["gen_ai.response.finish_reasons"]',
        ),
        (
            {"attributes": {"gen_ai.response.finish_reasons": '["length"]'}},
            'attributes["gen_ai.response.finish_reasons"]',
        ),
        ({"outputs": {"a.b": {"finish_reason": "length"}}}, 'outputs["a.b"].finish_reason'),
    ],
)
def test_an_answer_that_ended_early_is_handled(fields: dict[str, Json], path: str) -> None:
    """It was cut off, filtered or refused, and the span is OK all the same."""
    ((what, found),) = told(**fields)

    assert what.startswith("finish reason ")
    assert found == path


@pytest.mark.parametrize("reason", ["stop", "end_turn", "tool_calls", "STOP", "tool-calls", None])
def test_an_answer_that_ended_as_usual_is_not(reason: str | None) -> None:
    """Providers have many words for it."""
    assert told(outputs={"choices": [{"finish_reason": reason}]}) == []


def usage(total: int, **cached: int) -> dict[str, Json]:
    return {SPAN_TOKEN_USAGE_ATTRIBUTE: {"total_tokens": total, **cached}}


def test_usage_that_wrappers_repeat_is_counted_once() -> None:
    """opik PR#7177: the agent tells the sum of the calls below it, and a client the same call again."""
    agent = make_span("agent", span_type="AGENT", attributes=usage(30))
    first = make_span("client", agent, span_type="CHAIN", attributes=usage(10))
    spans = [
        agent,
        first,
        make_span("model", first, span_type="LLM", attributes=usage(10)),
        make_span("model", agent, span_type="LLM", attributes=usage(15)),
    ]

    assert {row.type: row.tokens for row in type_totals(build_tree(spans))} == {"AGENT": 5, "CHAIN": 0, "LLM": 25}


def test_cached_tokens_are_counted_apart() -> None:
    """10,000 of 10,500 input tokens cost a tenth."""
    cached = {CACHE_READ_TOKENS: 10_000, CACHE_WRITTEN_TOKENS: 200}

    (row,) = type_totals(build_tree([make_span("model", span_type="LLM", attributes=usage(11_000, **cached))]))

    assert (row.tokens, row.cached, row.cache_written) == (11_000, 10_000, 200)


INVALID = "1 validation error for Answer\nscore\n  Input should be a valid integer\n\nFix the errors and try again."


@pytest.mark.parametrize(
    ("asked_again", "path"),
    [
        (user(INVALID), "inputs.messages[2].content"),
        (result("c1", "Error: invalid arguments: missing field city"), "inputs.messages[2].content"),
        (
            {"kind": "request", "parts": [{"part_kind": "retry-prompt", "content": INVALID, "tool_name": "lookup"}]},
            "inputs.messages[2].parts[0].content",
        ),
    ],
    ids=["words of the user", "result of a tool", "Pydantic AI"],
)
def test_an_answer_that_was_sent_back_is_handled(asked_again: Json, path: str) -> None:
    """A framework asked for a valid answer; the trace is OK. Later calls repeat the message."""
    history = [user("How good?"), calls("c1", city=5), asked_again]
    spans = [chat(history[:1], history[1], at=1), chat(history, said("5"), at=2)]
    spans.append(chat([*history, said("5"), user("Thanks, let us try again tomorrow.")], said("Yes."), at=3))

    found = list(handled(build_tree(spans)))

    assert [(one.span_id, one.path) for one in found] == [("chat2", path)]
    assert found[0].what.startswith("sent back to the model: ")


def test_a_question_about_validation_errors_is_no_trouble() -> None:
    """It answers no call of the model."""
    assert list(handled(build_tree([chat([user("What is a validation error?")], said("A sign."), at=1)]))) == []
