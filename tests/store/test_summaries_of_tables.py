"""Summaries of databases in which a table or a column is missing: they count what is there, or say what is not."""

from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from mcp_traces.store.sql_gateway import SqlGateway
from tests.real.calls import connected
from tests.store.test_schema import without
from tests.stores import RealStore
from tests.tools.conftest import ToolFailedError

pytestmark = [pytest.mark.anyio, pytest.mark.store]

MISSING: list[tuple[str, str | None]] = [
    *((table, None) for table in ("spans", "assessments", "trace_tags", "trace_request_metadata", "runs")),
    *(("trace_info", column) for column in ("execution_time_ms", "status", "session_id", "trace_name", "total_tokens")),
    *(("trace_info", column) for column in ("total_cost", "cache_read_input_tokens", "client_request_id")),
    *(("spans", column) for column in ("name", "type", "status", "start_time_unix_nano", "content", "duration_ns")),
    *(("spans", column) for column in ("parent_span_id", "end_time_unix_nano")),
    *(("assessments", column) for column in ("valid", "error", "value", "name", "assessment_type")),
]

QUESTIONS: list[dict[str, Any]] = [
    {},
    *({"by": by} for by in ("name", "status", "session", "user", "run", "prompt", "tags.environment", "day")),
    *({"by": by} for by in ("span_name", "span_type", "tool", "model", "finish_reason", "error")),
    *({"by": by} for by in ("feedback.rating", "judge", "name,span_type", "experiment")),
    {"by": "name", "since": "1d", "against": "before"},
    {"by": "span_name", "span_type": "TOOL"},
    {"by": "tool", "has_error": True},
]
"""Of all kinds of columns that a scan reads."""


@pytest.fixture
def lacking(request: pytest.FixtureRequest, sqlite_store: RealStore, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    table, column = request.param
    made = Path(sqlite_store.tracking_uri.removeprefix("sqlite:///"))
    yield table if column is None else f"{table}.{column}", without(made, tmp_path, table, column)


SAID: dict[tuple[str, str | None], dict[str, Any]] = {
    ("spans", None): {"by": "span_name"},
    ("spans", "type"): {"by": "tool"},
    ("assessments", None): {"by": "judge"},
    ("assessments", "error"): {"by": "judge"},
    ("trace_tags", None): {"by": "tags.environment"},
    ("trace_request_metadata", None): {"by": "user"},
    ("trace_info", "status"): {},
    ("trace_info", "execution_time_ms"): {},
    ("trace_info", "session_id"): {"by": "session"},
}
"""What is missing, and a question that needs it."""


@pytest.mark.parametrize("lacking", SAID, indirect=True, ids=lambda one: ".".join(filter(None, one)))
async def test_a_summary_says_what_the_database_lacks(
    request: pytest.FixtureRequest, lacking: tuple[str, Path], sqlite_store: RealStore
) -> None:
    """No value is not the same as a value that nobody could keep."""
    missing, path = lacking
    arguments = SAID[request.node.callspec.params["lacking"]]
    async with aclosing(SqlGateway(f"sqlite:///{path}")) as gateway, connected(sqlite_store, gateway) as tools:
        try:
            said = " ".join((await tools.call("summarize_traces", experiment="1,2", **arguments)).get("notes", []))
        except ToolFailedError as error:
            said = str(error)

    assert missing in said


@pytest.mark.parametrize("lacking", MISSING, indirect=True, ids=lambda one: ".".join(filter(None, one)))
async def test_a_summary_counts_what_is_there(lacking: tuple[str, Path], sqlite_store: RealStore) -> None:
    """Totals are those of a whole database where the column has no part in them; errors name what is missing."""
    missing, path = lacking
    experiments = ",".join(sqlite_store.sample.experiments)
    async with aclosing(SqlGateway(f"sqlite:///{path}")) as gateway, connected(sqlite_store, gateway) as tools:
        for arguments in QUESTIONS:
            try:
                answer = await tools.call("summarize_traces", experiment=experiments, **arguments)
            except ToolFailedError as error:
                assert f"{'column' if '.' in missing else 'table'} {missing}" in str(error), (arguments, str(error))
                continue
            asks_of_all = not {"since", "span_type", "has_error"} & set(arguments)
            assert not asks_of_all or answer["total"]["traces"] == len(sqlite_store.sample.traces), arguments
