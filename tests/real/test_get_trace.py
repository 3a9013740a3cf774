"""get_trace on real stores: every span, every value to its last character, and why a trace failed."""

from typing import Any

import pytest
from anyio import fail_after

from mcp_traces.shaping.cleaning import cleaner_for
from tests.oracle import Oracle
from tests.real.calls import Tools, side_by_side
from tests.real.conftest import REAL
from tests.real.reading import (
    VALUES,
    as_value,
    read_spans,
    read_tree,
    read_value,
    values_as_mlflow_has_them,
)
from tests.span_rows import span_rows
from tests.stores import RealStore

pytestmark = REAL

SMALL = 3_500
"""A budget that most traces of the sample exceed."""

MLFLOW_WAITS_S = 3
"""How long MLflow's client waits for the rest of a trace in progress, before it refuses it."""

HARD_TO_WRITE = ("value_types", "control_characters", "quotes_and_newlines", "emoji_only", "long_message")


@pytest.fixture(scope="session")
def same_store(real_store: RealStore, request: pytest.FixtureRequest) -> RealStore:
    """The store itself; for the server the SQLite file it holds a copy of, which answers ten times as fast."""
    return request.getfixturevalue("sqlite_store") if real_store.kind == "server" else real_store


def spans_by_id(oracle: Oracle, store: RealStore, label: str) -> dict[str, dict[str, Any]]:
    return {span["span_id"]: span for span in oracle.get(store, store.sample.traces[label])["spans"]}


CLEANER = cleaner_for("credentials")
"""As by default: what is masked, and what cannot be seen, is shown otherwise than it was recorded."""


def expected_values(spans: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    start_ns = min(span["start_time_ns"] for span in spans.values())
    return {span_id: CLEANER.value(values_as_mlflow_has_them(span, start_ns)) for span_id, span in spans.items()}


async def test_every_overview_agrees_with_mlflow_on_what_the_trace_is(
    tools: Tools, oracle: Oracle, same_store: RealStore
) -> None:
    """Whatever a trace holds, the smallest budget has room for what it is, how large, and how it ended."""

    async def look_at(label: str, trace_id: str) -> None:
        expected = oracle.get(same_store, trace_id)
        answer = await tools.get(trace_id, max_chars=2_000)
        info, spans = expected["info"], expected["spans"]
        row = answer["trace"]
        assert (row["trace_id"], row["status"]) == (trace_id, info["state"]), label
        assert row.get("execution_time_ms") == info["execution_duration"], label
        assert (answer["total"], answer["totals"]["spans"]) == (len(spans), len(spans)), label
        failed = sum(span["status"] == "ERROR" for span in spans)
        assert answer["totals"].get("errors", 0) == failed, label
        assert bool(answer.get("errors")) == bool(failed), label

    await side_by_side(look_at, tools.store.sample.traces.items())


async def test_every_tree_shows_every_span_exactly_once(tools: Tools, oracle: Oracle, same_store: RealStore) -> None:
    """Over all its pages, with the parents, names, types and states that MLflow has."""

    async def walk(label: str, trace_id: str) -> None:
        rows = await read_tree(tools, trace_id, 50_000 if label == "huge" else SMALL)
        spans = spans_by_id(oracle, same_store, label)
        assert sorted(row["span_id"] for row in rows) == sorted(spans), label
        for row in rows:
            span = spans[row["span_id"]]
            shown = (row.get("parent_id"), row["name"], row["type"], row["status"])
            assert shown == (span["parent_id"], span["name"], span["span_type"], span["status"]), label

    await side_by_side(walk, tools.store.sample.traces.items())


async def test_every_span_can_be_opened_and_every_cut_read_on(
    tools: Tools, oracle: Oracle, same_store: RealStore
) -> None:
    """What is shown of a value and what is read on from there are together what MLflow has, to the character."""

    async def read(label: str, trace_id: str) -> None:
        spans = spans_by_id(oracle, same_store, label)
        opened = await read_spans(tools, trace_id, list(spans), SMALL)
        assert opened == expected_values(spans), label

    await side_by_side(read, ((label, one) for label, one in tools.store.sample.traces.items() if label != "huge"))


async def test_the_largest_values_of_a_huge_trace_can_be_read_to_their_ends(
    tools: Tools, oracle: Oracle, same_store: RealStore
) -> None:
    """2 MB in 501 spans: a few are opened within an ordinary budget and read on."""
    trace_id = tools.trace_id("huge")
    spans = spans_by_id(oracle, same_store, "huge")
    expected = expected_values(spans)
    largest = sorted(spans, key=lambda span_id: len(str(spans[span_id]["outputs"])))[-2:]
    failed = [span_id for span_id, span in spans.items() if span["status"] == "ERROR"]

    opened = await read_spans(tools, trace_id, [*largest, *failed], 20_000)

    assert opened == {span_id: expected[span_id] for span_id in [*largest, *failed]}
    assert min(len(opened[span_id]["outputs"]) for span_id in largest) > 40_000


@pytest.mark.parametrize("label", HARD_TO_WRITE)
async def test_every_value_can_be_read_by_its_path_alone(tools: Tools, oracle: Oracle, label: str) -> None:
    """Piece by piece, without opening the span before: quotes, control characters and all kinds of values."""
    trace_id = tools.trace_id(label)
    spans = spans_by_id(oracle, tools.store, label)
    for span_id, expected in expected_values(spans).items():
        for path in (path for path in VALUES if path in expected):
            kind, text = await read_value(tools, trace_id, span_id, path, max_chars=2_000)

            assert as_value(kind, text) == expected[path]


@pytest.mark.parametrize("label", ["special_tags", "custom_metadata", "previews", "prompt_linked", "long_message"])
async def test_the_traces_own_values_can_be_read_by_path(tools: Tools, oracle: Oracle, label: str) -> None:
    """Tags, metadata and previews belong to no span, so they are read without one; nothing of them is left out."""
    info = oracle.get(tools.store, tools.trace_id(label))["info"]
    expected = {
        "tags": info["tags"],
        "metadata": info["trace_metadata"],
        "request_preview": info["request_preview"],
        "response_preview": info["response_preview"],
    }

    for path, value in expected.items():
        kind, text = await read_value(tools, tools.trace_id(label), None, path, max_chars=2_000)
        assert as_value(kind, text) == value, path


@pytest.mark.parametrize("label", ["expected_dict", "corrected_feedback", "judge_failed", "scored"])
async def test_the_assessments_of_a_trace_can_be_read_by_path(tools: Tools, oracle: Oracle, label: str) -> None:
    """Whole, in MLflow's order, with those that were overridden; judges that failed apart."""
    recorded = oracle.get(tools.store, tools.trace_id(label))["info"]["assessments"]

    for path, failed in (("assessments", False), ("failed_assessments", True)):
        expected = [one for one in recorded if (one["value"] is None and one["name"] == "grounded") == failed]
        kind, text = await read_value(tools, tools.trace_id(label), None, path)
        told = as_value(kind, text)
        assert [
            (one["name"], one.get("kind", "feedback"), one.get("value"), one.get("valid", True)) for one in told
        ] == [(one["name"], one["kind"], one["value"], one["valid"]) for one in expected]
        assert all(("error" in one) == failed for one in told)


async def test_a_trace_in_progress_answers_at_once_and_says_so(tools: Tools) -> None:
    """MLflow's client waits and then refuses it; what is there is often just what explains why it hangs."""
    with fail_after(MLFLOW_WAITS_S):
        answer = await tools.get(tools.trace_id("in_progress"))

    assert answer["trace"]["status"] == "IN_PROGRESS"
    assert answer["total"] == len(span_rows(answer)) == 3
    assert any("still in progress: 3 spans arrived so far" in note for note in answer["notes"])


ROOT_CAUSES: dict[str, list[tuple[str, str, list[str], str | None]]] = {
    "error_chain": [("http_request", "ConnectionResetError", ["check_stock", "support_agent"], None)],
    "recovered_error": [("customer_profile", "OperationalError", [], "support_agent")],
    "root_error": [("charge_card", "PaymentDeclinedError", ["support_agent"], None)],
    "timeout_retries": [("track_parcel", "TimeoutError", ["track_with_retries", "support_agent"], None)] * 3,
    "timeout_then_ok": [("track_parcel", "TimeoutError", [], "track_with_retries")],
    "rate_limited": [("chat_completion", "RateLimitError", ["support_agent"], None)],
    "session_turn_4": [("start_refund", "RefundServiceError", ["support_agent"], None)],
    "eval_4": [("parse_verdict", "JSONDecodeError", ["evaluate_row"], None)],
    "huge": [("parse_table", "TableParseError", [], "split_text")],
    "faq_01": [],
}
"""By label: the span that failed first, its exception, what failed because of it, and where it was caught."""


@pytest.mark.parametrize("label", ROOT_CAUSES)
async def test_an_overview_names_the_root_cause(
    tools: Tools, oracle: Oracle, same_store: RealStore, label: str
) -> None:
    """The failed span below which nothing failed, with its exception and its words, however deep it lies."""
    spans = spans_by_id(oracle, same_store, label)

    answer = await tools.get(tools.trace_id(label))

    errors = answer.get("errors", [])
    told = [
        (
            error["name"],
            error["exception"],
            [spans[span_id]["name"] for span_id in error.get("failed_ancestors", [])],
            spans[error["recovered_in"]]["name"] if "recovered_in" in error else None,
        )
        for error in errors
    ]
    assert told == ROOT_CAUSES[label]
    for error in errors:
        assert spans[error["span_id"]]["status_message"] == f"{error['exception']}: {error['message']}"
    for error in errors[:1]:  # later ones that failed in the same way do not repeat it
        assert error["stack"].startswith('  File "/app/') and error["message"] not in error["stack"].splitlines()


@pytest.mark.parametrize("label", ["bare", "session_turn_2", "eval_1"])
async def test_a_trace_is_found_by_the_beginning_of_its_id(tools: Tools, label: str) -> None:
    """Logs and people shorten ids; a beginning that only one trace has is enough."""
    trace_id = tools.trace_id(label)

    assert (await tools.get(trace_id[:14]))["trace"]["trace_id"] == trace_id


async def test_a_trace_is_found_by_a_link_of_mlflows_ui(tools: Tools) -> None:
    """As someone pasted it, and as our own rows give it where the store has a UI."""
    (row,) = (await tools.search(filter=f"request_id = '{tools.trace_id('bare')}'", detail="detailed"))["traces"]
    link = f"https://mlflow.example.com/#/experiments/1/traces?selectedEvaluationId={row['trace_id']}"

    assert ("url" in row) == (tools.store.kind == "server")
    for text in (link, row.get("url", link)):
        assert (await tools.get(text))["trace"]["trace_id"] == row["trace_id"]


async def test_a_trace_is_found_by_the_id_that_its_application_gave(tools: Tools) -> None:
    """The id in the application's own log may be all that is known."""
    assert (await tools.get("session_abc123-2"))["trace"]["trace_id"] == tools.trace_id("session_turn_2")


async def test_sixteen_concurrent_calls_each_get_their_own_answer(tools: Tools, oracle: Oracle) -> None:
    """Agents ask in parallel; answers that crossed would be wrong without a sign of it."""
    labels = list(tools.store.sample.traces)[:16]

    async def ask(label: str) -> tuple[str, str]:
        if labels.index(label) % 2:
            return label, (await tools.get(tools.trace_id(label)))["trace"]["trace_id"]
        (row,) = (await tools.search(filter=f"request_id = '{tools.trace_id(label)}'"))["traces"]
        return label, row["trace_id"]

    answers = await side_by_side(ask, ((label,) for label in labels), at_a_time=16)

    assert dict(answers) == {label: tools.trace_id(label) for label in labels}
