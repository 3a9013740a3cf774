"""A scan of a database reads what records hold: every column, whichever MLflow made the tables."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias, get_args

import pytest

from mcp_traces.errors import StoreUnsupportedError
from mcp_traces.filters.clause import Clause
from mcp_traces.filters.compiler import Conditions, clause, compile_conditions
from mcp_traces.records import LINKED_PROMPTS_TAG, USER_KEY, ScanColumn, Span
from mcp_traces.store.gateway import FAILURE_MARK, Scan, ScanRows, TraceGateway, TraceQuery
from mcp_traces.tools.scanned_records import scanned_spans, scanned_traces
from tests.store.conftest import CONTRACT, Subject

pytestmark = CONTRACT

Columns: TypeAlias = tuple[tuple[ScanColumn, str | None], ...]

KEYS: dict[ScanColumn, tuple[str | None, ...]] = {
    "tags": ("environment", LINKED_PROMPTS_TAG, "no such tag", None),
    "metadata": (USER_KEY, "mlflow.sourceRun", "no such key", None),
    "feedback": ("rating", "grounded", "no such judge", None),
}
"""The keys that are read of a column; all others have none."""

COLUMNS: list[tuple[ScanColumn, str | None]] = [
    (name, key) for name in get_args(ScanColumn) for key in KEYS.get(name, (None,)) if name != "feedback_name"
]
OF_SPANS: tuple[ScanColumn, ...] = (
    "span_id", "parent_id", "span_name", "span_type", "span_status", "span_start_ns", "span_duration_ns", "span",
)  # fmt: skip
OF_FEEDBACK: tuple[ScanColumn, ...] = ("feedback", "feedback_name", "assessment")
JUDGES: Columns = (("feedback_name", None), ("feedback", None))


async def scanned(gateway: TraceGateway, scan: Scan) -> list[list[Any]]:
    rows: list[list[Any]] = []

    def visit(some: ScanRows) -> bool:
        rows.extend([comparable(one) for one in some])
        return False

    await gateway.scan(scan, visit)
    return rows


async def from_records(gateway: TraceGateway, scan: Scan) -> list[list[Any]]:
    """The same from what searches and openings return, which the contract suite holds to MLflow's own client."""
    query = TraceQuery(scan.experiment_ids, scan.clauses, any_of=scan.any_of, limit=100)
    infos = (await gateway.search_traces(query)).traces
    assert len(infos) < 100, "the page must hold all of them"
    if not scan.of_spans:
        return [comparable(one) for one in scanned_traces(scan, infos)]
    traces = await gateway.get_traces([info.trace_id for info in infos])
    return [comparable(one) for one in scanned_spans(scan, traces)]


def comparable(row: Sequence[Any]) -> list[Any]:
    """Spans with their attributes decoded, errors of judges without their stacks."""
    return [_comparable(one) for one in row]


def _comparable(value: Any) -> Any:
    if isinstance(value, Span):
        return replace(value, attributes=dict(sorted(value.attributes.items())))
    if isinstance(value, str) and value.startswith(FAILURE_MARK):
        error = json.loads(value.removeprefix(FAILURE_MARK))
        return FAILURE_MARK, error["error_code"], error["error_message"]
    return value


def in_one_order(rows: list[list[Any]]) -> list[list[Any]]:
    """Databases return the spans and the feedback of one trace in no order."""
    return sorted(rows, key=repr)


async def assert_same(gateway: TraceGateway, scan: Scan, *, some: bool = True) -> None:
    found = await scanned(gateway, scan)
    expected = await from_records(gateway, scan)

    assert in_one_order(found) == in_one_order(expected)
    assert found or not some
    if ("trace_id", None) in scan.columns:
        place = scan.columns.index(("trace_id", None))
        assert list(dict.fromkeys(row[place] for row in found)) == list(dict.fromkeys(row[place] for row in expected))


def only_databases(subject: Subject) -> None:
    if not subject.gateway.is_database:
        pytest.skip("Servers are read, not scanned.")


@pytest.mark.parametrize("column", COLUMNS, ids=lambda one: ".".join(filter(None, one)))
async def test_each_column_is_what_records_hold(subject: Subject, column: tuple[ScanColumn, str | None]) -> None:
    """A count is exact only when the columns of a database say what MLflow's client shows."""
    only_databases(subject)
    columns: Columns = (column,) if column[0] not in OF_FEEDBACK else (("trace_id", None), column)

    await assert_same(subject.gateway, Scan(subject.experiment_ids, columns, of_spans=column[0] in OF_SPANS))


@pytest.mark.parametrize("of_spans", [False, True], ids=["traces", "spans"])
async def test_all_columns_are_read_together(subject: Subject, of_spans: bool) -> None:
    """Newest trace first, which is how far a scan says that it came when time runs out."""
    only_databases(subject)
    columns = tuple(one for one in COLUMNS if (of_spans or one[0] not in OF_SPANS) and one[0] not in OF_FEEDBACK)

    await assert_same(subject.gateway, Scan(subject.experiment_ids, columns, of_spans=of_spans))


async def test_every_feedback_is_a_row_with_its_name(subject: Subject) -> None:
    """Several of one trace, errors of judges, and a row for a trace that has none."""
    only_databases(subject)
    columns: Columns = (("trace_id", None), ("name", None), *JUDGES)
    scan = Scan(subject.experiment_ids, columns)

    await assert_same(subject.gateway, scan)
    rows = await scanned(subject.gateway, scan)
    values = [row[3] for row in rows]
    assert len(rows) > len({row[0] for row in rows})
    assert None in values and (FAILURE_MARK, "JUDGE_TIMEOUT", "the judge gave no answer in 20 s") in values


CONDITIONS: dict[str, Conditions] = {
    "status": Conditions(status="ERROR"),
    "has_error": Conditions(has_error=True),
    "name": Conditions(name="support_agent"),
    "span": Conditions(span_type="CHAT_MODEL", min_span_duration_ms=500),
    "session": Conditions(session_id="session_abc123"),
    "feedback": Conditions(feedback={"rating": "negative"}),
    "failed judge": Conditions(failed_judge="*"),
    "tokens": Conditions(min_tokens=400),
    "cost": Conditions(min_cost=0.01),
}


@pytest.mark.parametrize("of_spans", [False, True], ids=["traces", "spans"])
@pytest.mark.parametrize("conditions", CONDITIONS.values(), ids=CONDITIONS)
async def test_a_scan_finds_the_traces_of_the_search(subject: Subject, conditions: Conditions, of_spans: bool) -> None:
    """The conditions of both are the same, so that a group and its members are."""
    only_databases(subject)
    columns: Columns = (("trace_id", None), ("tags", "environment"), ("name", None))
    if of_spans:
        columns = (*columns, ("span_name", None))
    clauses = compile_conditions(conditions)

    await assert_same(subject.gateway, Scan(subject.experiment_ids, columns, clauses, of_spans=of_spans))


async def test_alternatives_are_joined_by_or(subject: Subject) -> None:
    """Databases take an OR of the written filter; a trace that meets both sides is one row."""
    only_databases(subject)
    failed, named = clause("trace.status", "=", "ERROR"), clause("trace.name", "=", "support_agent")
    columns: Columns = (("trace_id", None), ("status", None), ("name", None))

    await assert_same(subject.gateway, Scan(subject.experiment_ids, columns, (), ((failed,), (named,))))
    rows = await scanned(subject.gateway, Scan(subject.experiment_ids, columns, (), ((failed,), (named,))))
    assert len(rows) == len({row[0] for row in rows})
    assert {row[1] == "ERROR" for row in rows} == {True, False}


SPAN_CLAUSES: dict[str, tuple[Clause, ...]] = {
    "name": compile_conditions(Conditions(span_name="track_parcel")),
    "type": compile_conditions(Conditions(span_type="TOOL")),
    "type of none": compile_conditions(Conditions(span_type="UNKNOWN")),
    "duration": compile_conditions(Conditions(min_span_duration_ms=1_000)),
    "failed": (clause("span.status", "=", "ERROR"),),
    "failed tool": (clause("span.status", "=", "ERROR"), *compile_conditions(Conditions(span_type="TOOL"))),
}


@pytest.mark.parametrize("clauses", SPAN_CLAUSES.values(), ids=SPAN_CLAUSES)
async def test_spans_are_those_that_meet_all_clauses(subject: Subject, clauses: tuple[Clause, ...]) -> None:
    only_databases(subject)
    columns: Columns = (
        ("trace_id", None),
        ("span_name", None),
        ("span_type", None),
        ("span_status", None),
        ("span", None),
    )

    await assert_same(
        subject.gateway,
        Scan(subject.experiment_ids, columns, of_spans=True, span_clauses=clauses),
        some=clauses != SPAN_CLAUSES["type of none"],
    )


async def test_whole_spans_are_read_only_where_their_type_is_not_a_column(subject: Subject) -> None:
    """`untyped` leaves out the content of the others, since reading it takes most of the time."""
    only_databases(subject)
    columns: Columns = (("span_name", None), ("span_type", None), ("span", None))
    all_of_them = await scanned(subject.gateway, Scan(subject.experiment_ids, columns, of_spans=True))
    untyped = await scanned(subject.gateway, Scan(subject.experiment_ids, columns, of_spans=True, whole="untyped"))

    assert all(row[2] is not None for row in all_of_them)
    assert sorted(map(repr, (row[:2] for row in untyped))) == sorted(map(repr, (row[:2] for row in all_of_them)))
    if subject.kind != "fake":
        assert all(row[2] is None or (row[1] or "UNKNOWN") == "UNKNOWN" for row in untyped)
        assert any(row[2] is None for row in untyped)


async def test_a_visitor_that_has_enough_ends_the_scan(subject: Subject) -> None:
    """A call has its time, and a result says how far it came."""
    only_databases(subject)
    batches: list[ScanRows] = []

    def visit(rows: ScanRows) -> bool:
        batches.append(rows)
        return True

    await subject.gateway.scan(Scan(subject.experiment_ids, (("trace_id", None),)), visit)

    assert len(batches) == 1


async def test_a_store_that_is_no_database_is_not_scanned(subject: Subject) -> None:
    if subject.gateway.is_database:
        return
    with pytest.raises(StoreUnsupportedError, match="is not a database that can be scanned"):
        await subject.gateway.scan(Scan(subject.experiment_ids, (("trace_id", None),)), lambda _: False)
