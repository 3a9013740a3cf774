"""The sample store holds what the demo shows and what the suites rely on."""

import json
from typing import Any

import pytest

from mcp_traces.demo import make_sample_store
from tests.oracle import Oracle
from tests.stores import RealStore

pytestmark = pytest.mark.store


@pytest.fixture(scope="module")
def infos(sqlite_store: RealStore, oracle: Oracle) -> dict[str, dict[str, Any]]:
    """Every trace by its label, as MLflow describes it."""
    locations = list(sqlite_store.sample.experiments.values())
    rows = oracle.search_page(sqlite_store, locations=locations, max_results=100)["traces"]
    by_id = {row["trace_id"]: row for row in rows}
    return {label: by_id[trace_id] for label, trace_id in sqlite_store.sample.traces.items()}


def test_every_trace_has_a_label(infos: dict[str, dict[str, Any]], sqlite_store: RealStore, oracle: Oracle) -> None:
    """What has no label cannot be referred to, and an experiment with too few traces shows nothing."""
    support, nightly = (
        sqlite_store.sample.experiments["support-assistant"],
        sqlite_store.sample.experiments["nightly-eval"],
    )

    per_experiment = [info["experiment_id"] for info in infos.values()]
    assert per_experiment.count(support) >= 40
    assert per_experiment.count(nightly) == 8
    assert len(oracle.search(sqlite_store, locations=[support, nightly])) == len(infos)


def test_times_and_durations_are_those_of_an_application(infos: dict[str, dict[str, Any]]) -> None:
    """Spread over three days, from 40 ms to 95 s, so that orders and times have something to tell apart."""
    times = [info["request_time"] for info in infos.values()]
    durations = [info["execution_duration"] for info in infos.values()]

    days = (max(times) - min(times)) / 86_400_000
    assert 2.5 < days < 3
    assert (min(durations), max(durations)) == (40, 95_000)


def test_every_state_is_there(infos: dict[str, dict[str, Any]]) -> None:
    """Failed at the root, failed below it, still running, fine."""
    states = {label: info["state"] for label, info in infos.items()}

    assert states["root_error"] == states["error_chain"] == states["timeout_retries"] == "ERROR"
    assert states["recovered_error"] == states["huge"] == "OK"
    assert [label for label, state in states.items() if state == "IN_PROGRESS"] == ["in_progress"]


def test_the_error_chain_is_three_deep(sqlite_store: RealStore, oracle: Oracle) -> None:
    """Each failure was raised from the one below it, which is what a chain of errors has to show."""
    spans = oracle.get(sqlite_store, sqlite_store.sample.traces["error_chain"])["spans"]

    failed = {span["name"]: span for span in spans if span["status"] == "ERROR"}
    assert list(failed) == ["support_agent", "check_stock", "http_request"]
    assert failed["http_request"]["parent_id"] == failed["check_stock"]["span_id"]
    exceptions = [span["events"][-1][2] for span in failed.values()]
    assert [each["exception.type"] for each in exceptions] == [
        "AnswerFailedError",
        "InventoryUnavailableError",
        "ConnectionResetError",
    ]
    assert exceptions[0]["exception.stacktrace"].count("Traceback") == 3


def test_the_history_of_a_session_grows(sqlite_store: RealStore, oracle: Oracle) -> None:
    """Each turn sends the model all that was said before: what a conversation view must tell only once."""
    sent: list[int] = []
    for number in range(1, 6):
        spans = oracle.get(sqlite_store, sqlite_store.sample.traces[f"session_turn_{number}"])["spans"]
        sent += [len(span["inputs"]["messages"]) for span in spans if span["name"] == "chat_completion"]

    assert sent == [2, 4, 4, 6, 6, 8, 10, 12]


def test_tokens_and_cost_of_a_trace_are_the_sum_of_its_spans(sqlite_store: RealStore, oracle: Oracle) -> None:
    """MLflow sums them up itself, so the spans must carry them where it looks."""
    trace = oracle.get(sqlite_store, sqlite_store.sample.traces["session_turn_1"])

    calls = [span["attributes"] for span in trace["spans"] if span["name"] == "chat_completion"]
    tokens = sum(call["mlflow.chat.tokenUsage"]["total_tokens"] for call in calls)
    cost = sum(call["mlflow.llm.cost"]["total_cost"] for call in calls)
    assert trace["info"]["token_usage"]["total_tokens"] == tokens
    recorded = json.loads(trace["info"]["trace_metadata"]["mlflow.trace.cost"])
    assert recorded["total_cost"] == pytest.approx(cost)


def test_a_store_that_cannot_be_filled_is_reported_with_the_reason() -> None:
    """The demo shows it to a person, who needs to know what was wrong."""
    with pytest.raises(RuntimeError, match="could not be made"):
        make_sample_store("nosuch://store")
