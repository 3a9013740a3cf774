"""What a row tells of a trace, as real stores have it."""

import json
from typing import Any

import pytest

from tests.oracle import Oracle
from tests.real.calls import Tools, ids
from tests.real.conftest import REAL
from tests.stores import RealStore

pytestmark = REAL


def size(rows: list[dict[str, Any]]) -> int:
    return len(json.dumps(rows, ensure_ascii=False, separators=(",", ":")))


async def all_rows(tools: Tools, experiment: str, detail: str) -> list[dict[str, Any]]:
    pages = await tools.pages(experiment=experiment, detail=detail, limit=100)
    return [row for page in pages for row in page["traces"]]


@pytest.mark.parametrize("experiment", ["support-assistant", "nightly-eval"])
async def test_concise_rows_take_a_third_of_the_room_of_detailed_ones(tools: Tools, experiment: str) -> None:
    """An agent that looks for a trace reads many rows; only the few it found are worth a closer look."""
    concise = await all_rows(tools, experiment, "concise")
    detailed = await all_rows(tools, experiment, "detailed")

    assert [row["trace_id"] for row in concise] == [row["trace_id"] for row in detailed]
    assert size(concise) <= size(detailed) / 3


async def test_a_detailed_row_tells_every_assessment_and_who_said_so(tools: Tools, real_store: RealStore) -> None:
    """Also one that was corrected later, which a concise row leaves out."""
    corrected = [
        row
        for row in await all_rows(tools, "support-assistant", "detailed")
        if any("valid" in one for one in row.get("assessments", []))
    ]
    assert corrected

    for row in corrected:
        concise = (await tools.search(experiment="support-assistant", text=row["trace_id"]))["traces"][0]
        valid = [one for one in row["assessments"] if one.get("valid", True)]
        assert [one["value"] for one in concise["assessments"]] == [one["value"] for one in valid]
        assert all(one["source"].split()[0] in ("HUMAN", "LLM_JUDGE", "CODE") for one in row["assessments"])
        assert all(one["source"] in ("HUMAN", "LLM_JUDGE", "CODE") for one in concise["assessments"])


async def test_a_judge_that_failed_is_told_apart_from_those_that_judged(tools: Tools) -> None:
    """A missing value among the values would read as a verdict."""
    rows = await all_rows(tools, "support-assistant", "concise")
    failed = [one for row in rows for one in row.get("failed_assessments", [])]

    assert failed and all(one["error"] and "value" not in one for one in failed)
    assert not any("error" in one for row in rows for one in row.get("assessments", []))


async def test_numbers_are_those_of_mlflow(tools: Tools, real_store: RealStore, oracle: Oracle) -> None:
    """Spans and bytes are MLflow's own statistics, times and durations its own columns."""
    locations = [real_store.sample.experiments["support-assistant"]]
    infos = oracle.search_page(real_store, locations=locations, max_results=500)["traces"]
    rows = {row["trace_id"]: row for row in await all_rows(tools, "support-assistant", "detailed")}

    for info in infos:
        row, metadata = rows[info["trace_id"]], info["trace_metadata"]
        statistics = json.loads(metadata.get("mlflow.trace.sizeStats", "{}"))
        assert row.get("span_count") == statistics.get("num_spans")
        assert str(row.get("size_bytes", "")) == metadata.get("mlflow.trace.sizeBytes", "")
        assert row.get("execution_time_ms") == info["execution_duration"]
        assert row["status"] == info["state"]


async def test_a_trace_still_in_progress_is_a_row_too(tools: Tools) -> None:
    """MLflow's own search with spans, its default, drops it without a word."""
    answer = await tools.search(experiment="support-assistant", status="IN_PROGRESS")

    assert ids(answer) == [tools.trace_id("in_progress")]
    assert answer["traces"][0]["status"] == "IN_PROGRESS"


async def test_a_link_opens_the_trace_where_there_is_a_user_interface(tools: Tools, real_store: RealStore) -> None:
    """A server has one; a database file has none, and an invented link would lead nowhere."""
    row = (await tools.search(experiment="support-assistant", limit=1, detail="detailed"))["traces"][0]

    if real_store.kind != "server":
        assert "url" not in row
        return
    expected = f"{real_store.tracking_uri}/#/experiments/{real_store.sample.experiments['support-assistant']}/traces"
    assert row["url"].startswith(expected)
    assert (await tools.get(trace_id=row["url"]))["trace"]["trace_id"] == row["trace_id"]


async def test_a_long_preview_is_cut_at_a_word_and_says_so(tools: Tools) -> None:
    """In one line, so that a list of rows reads as one."""
    rows = await all_rows(tools, "support-assistant", "concise")
    cut = [row["request_preview"] for row in rows if row.get("request_preview", "").endswith("…")]

    assert cut and all(len(text) <= 120 and "\n" not in text for text in cut)
    mails = [text for text in cut if "Hello," in text]
    assert mails and all(text.removesuffix("…").rstrip() == text.removesuffix("…") for text in mails)


@pytest.mark.parametrize("experiment", ["support-assistant", "nightly-eval"])
@pytest.mark.parametrize("order_by", ["newest", "oldest", "slowest"])
async def test_a_default_page_is_short(tools: Tools, experiment: str, order_by: str) -> None:
    """20 rows are read before one is opened: each takes a look, not a page."""
    answer = await tools.search(experiment=experiment, order_by=order_by, limit=20)

    assert len(json.dumps(answer, ensure_ascii=False, separators=(",", ":"))) <= 6_000
    assert answer["returned"] == 20 or "next_cursor" not in answer


async def test_a_search_for_failures_shows_why_each_failed(tools: Tools) -> None:
    """In one call on each store: type, message and span of the root cause."""
    rows = (await tools.search(experiment="support-assistant", has_error=True))["traces"]
    errors = {row["trace_id"]: row["error"] for row in rows}

    assert errors[tools.trace_id("recovered_error")].startswith("OperationalError: no such column")
    assert all(" (in " in error for error in errors.values())


async def test_a_session_reads_as_one_conversation(tools: Tools) -> None:
    """What did the user say third? In one call on each store, though each turn repeats those before it."""
    answer = await tools.search(experiment="support-assistant", session_id="session_abc123", detail="conversation")

    messages = [one for view in answer["views"] for one in view["messages"]]
    said = [one["text"] for one in messages if one["role"] == "user"]
    assert said[:4] == [
        "Where is my order A-1042?",
        "One of the two lamps arrived broken. What can I do?",
        "I want the money back, please.",
        "Yes.",
    ]
    assert len({one["text"] for one in messages if one["role"] == "system"}) == 1
    assert "next_cursor" not in answer


async def test_failures_are_explained_in_one_call(tools: Tools) -> None:
    """Each with its root cause, on each store."""
    found = await tools.found(experiment="support-assistant", has_error=True)

    answer = await tools.search(experiment="support-assistant", has_error=True, detail="overview")

    assert [view["trace"]["trace_id"] for view in answer["views"]] == found
    assert all(view["errors"] for view in answer["views"])
