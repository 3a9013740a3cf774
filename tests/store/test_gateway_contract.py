"""What every gateway promises: MLflow's own answers, whichever way they were fetched. One suite for all of them."""

from operator import itemgetter
from string import Template
from typing import Any

import anyio
import pytest

from mcp_traces.records import MetricsQuery, Trace
from mcp_traces.store.gateway import Order, TraceQuery
from tests.oracle import Oracle
from tests.store.as_mlflow import info_as_mlflow, trace_as_mlflow
from tests.store.conftest import CONTRACT, KnownAnswers, Subject, clauses_of, labels
from tests.store.questions import FILTERS, METRICS, ORDERS, FilterCase
from tests.stores import RealStore

pytestmark = CONTRACT

UNKNOWN_EXPERIMENT = "99999"


def order_text(orders: tuple[Order, ...]) -> str:
    return ", ".join(order.text for order in orders) or "no order"


async def _pages(subject: Subject, *, limit: int) -> list[list[str]]:
    """Every page up to the one without a token."""
    pages: list[list[str]] = []
    token = None
    while not pages or token is not None:
        query = TraceQuery(subject.experiment_ids, limit=limit, page_token=token)
        page = await subject.gateway.search_traces(query)
        pages.append([info.trace_id for info in page.traces])
        token = page.next_page_token
    return pages


@pytest.mark.parametrize("case", FILTERS, ids=str)
async def test_a_filter_finds_what_mlflow_finds(
    subject: Subject, oracle: Oracle, filter_words: dict[str, str], known_answers: KnownAnswers, case: FilterCase
) -> None:
    """A gateway that read a filter differently would let the agent draw conclusions from the wrong traces.

    What it learned about filters on a laptop holds for the team's server and database: all stores agree.
    """
    text = case.text and Template(case.text).substitute(filter_words)

    found = await subject.search(text)

    asked = {"locations": list(subject.experiment_ids), "filter_string": text, "max_results": 100}
    assert found == oracle.search(subject.store, **asked)
    assert labels(subject.store, found) == known_answers.labels(case.text)
    assert (not found) == case.finds_nothing


@pytest.mark.parametrize("order_by", ORDERS, ids=order_text)
async def test_an_order_is_mlflows_order(subject: Subject, oracle: Oracle, order_by: tuple[Order, ...]) -> None:
    """Ties and missing values included: pages of another order would repeat and miss traces."""
    found = await subject.search(order_by=order_by)

    locations = list(subject.experiment_ids)
    asked = {"locations": locations, "order_by": [order.text for order in order_by], "max_results": 100}
    assert found == oracle.search(subject.store, **asked)


@pytest.mark.parametrize("limit", [1, 10, 67, 100])
async def test_pages_followed_to_the_end_hold_every_trace_once(subject: Subject, limit: int) -> None:
    """The tokens lead through all of it, also when the last page is exactly full, and then end."""
    pages = await _pages(subject, limit=limit)

    assert [trace_id for page in pages for trace_id in page] == await subject.search()
    assert all(len(page) == limit for page in pages[:-1])


async def test_a_search_of_one_experiment_stays_in_it(subject: Subject, oracle: Oracle) -> None:
    """Experiments are what people grant each other: nothing of another one may slip in."""
    wanted = subject.store.sample.experiments["nightly-eval"]

    page = await subject.gateway.search_traces(TraceQuery((wanted,), limit=100))

    assert {info.experiment_id for info in page.traces} == {wanted}
    assert [info.trace_id for info in page.traces] == oracle.search(subject.store, locations=[wanted])


@pytest.mark.parametrize("experiment_ids", [(UNKNOWN_EXPERIMENT,), ()], ids=["unknown", "none"])
async def test_a_search_where_nothing_is_finds_nothing(subject: Subject, experiment_ids: tuple[str, ...]) -> None:
    """MLflow does not check the experiments of a search; with none at all its stores disagree, ours do not."""
    page = await subject.gateway.search_traces(TraceQuery(experiment_ids))

    assert (page.traces, page.next_page_token) == ((), None)


async def test_a_search_of_a_deleted_experiment_finds_what_mlflow_finds(subject: Subject, oracle: Oracle) -> None:
    """MLflow answers with its traces; whether a client may see them is not for a gateway to decide."""
    deleted = subject.store.sample.deleted_experiment_id

    page = await subject.gateway.search_traces(TraceQuery((deleted,)))

    assert [info.trace_id for info in page.traces] == oracle.search(subject.store, locations=[deleted])
    assert len(page.traces) == 1


async def test_search_rows_are_mlflows_field_by_field(subject: Subject, oracle: Oracle) -> None:
    """Times, states, previews, tags, metadata and assessments reach the agent as MLflow's client would show them."""
    page = await subject.gateway.search_traces(TraceQuery(subject.experiment_ids, limit=100))

    asked = oracle.search_page(subject.store, locations=list(subject.experiment_ids), max_results=100)
    assert [info_as_mlflow(info) for info in page.traces] == asked["traces"]


async def test_every_trace_is_mlflows_field_by_field(subject: Subject, oracle: Oracle, sqlite_store: RealStore) -> None:
    """Ids, names, parents, times, statuses, decoded attributes, events, links and assessments, for every label.

    The server holds a copy of the SQLite store, whose answers come ten times as fast.
    """
    expected_from = sqlite_store if subject.kind == "server" else subject.store
    for label, trace_id in subject.store.sample.traces.items():
        trace = await subject.gateway.get_trace(trace_id)

        assert trace_as_mlflow(trace) == oracle.get(expected_from, trace_id), label


@pytest.mark.parametrize("label", ["session_turn_4", "value_types", "judge_failed", "linked_spans", "in_progress"])
async def test_a_trace_is_what_mlflow_says_of_the_same_store(subject: Subject, oracle: Oracle, label: str) -> None:
    """The same comparison with the store's own MLflow: over HTTP, its client may read values in another way."""
    trace = await subject.gateway.get_trace(subject.trace_id(label))

    assert trace_as_mlflow(trace) == oracle.get(subject.store, subject.trace_id(label))


async def test_a_trace_is_the_row_that_the_search_showed(subject: Subject) -> None:
    """The agent opens what it found, so both must tell the same of it."""
    page = await subject.gateway.search_traces(TraceQuery(subject.experiment_ids, clauses_of("status != 'OK'")))

    for info in page.traces:
        opened = await subject.gateway.get_trace(info.trace_id)
        assert info_as_mlflow(opened.info) == info_as_mlflow(info)


async def test_a_trace_in_progress_shows_the_spans_that_have_ended(subject: Subject) -> None:
    """MLflow's client refuses such a trace; what is there is often just what explains why it hangs."""
    trace = await subject.gateway.get_trace(subject.trace_id("in_progress"))

    root_ids = {span.parent_id for span in trace.spans} - {span.span_id for span in trace.spans}
    assert trace.info.state == "IN_PROGRESS"
    assert len(trace.spans) == 3
    assert len(root_ids) == 1
    assert trace.missing is not None


def _in_one_order(trace: Trace) -> dict[str, Any]:
    """Databases return assessments in no order."""
    shown = trace_as_mlflow(trace)
    shown["info"]["assessments"].sort(key=itemgetter("assessment_id"))
    return shown


async def test_several_traces_are_what_each_of_them_is(subject: Subject) -> None:
    """Finished ones, one in progress and one that does not exist: in the order asked for, without the last."""
    ids = list(subject.store.sample.traces.values())
    asked = [*reversed(ids), "tr-" + "0" * 32, ids[0]]

    traces = await subject.gateway.get_traces(asked)

    assert [trace.info.trace_id for trace in traces] == [*reversed(ids), ids[0]]
    for trace in traces[:8] + traces[-1:]:
        assert _in_one_order(trace) == _in_one_order(await subject.gateway.get_trace(trace.info.trace_id))
    in_progress = next(one for one in traces if one.info.trace_id == subject.trace_id("in_progress"))
    assert len(in_progress.spans) == 3


async def test_a_whole_trace_misses_nothing(subject: Subject) -> None:
    """`missing` is a warning to the agent: it must not cry wolf."""
    for label in ("huge", "error_chain", "bare"):
        assert (await subject.gateway.get_trace(subject.trace_id(label))).missing is None


async def test_a_large_trace_comes_whole(subject: Subject) -> None:
    """Over 2 MB in 501 spans: nothing may be cut on the way to those who decide what to show."""
    trace = await subject.gateway.get_trace(subject.trace_id("huge"))

    texts = [span.outputs for span in trace.spans if span.name == "fetch_pages"]
    assert len(trace.spans) == 501
    assert max(len(text) for text in texts) > 40_000
    assert sum(text.endswith("INV-48213 does not match its total") for text in texts) == 1


async def test_concurrent_questions_each_get_their_own_answer(subject: Subject) -> None:
    """Agents ask in parallel; answers that crossed would be wrong without a sign of it."""
    wanted = list(subject.store.sample.traces.values())[:16]
    got: dict[str, str] = {}

    async def ask(trace_id: str) -> None:
        got[trace_id] = (await subject.gateway.get_trace(trace_id)).info.trace_id

    async with anyio.create_task_group() as tasks:
        for trace_id in wanted:
            tasks.start_soon(ask, trace_id)

    assert got == {trace_id: trace_id for trace_id in wanted}


async def test_experiments_are_listed_as_mlflow_lists_them(subject: Subject, oracle: Oracle) -> None:
    """Active ones only, the most recently updated first, as many as were asked for."""
    expected = [(each["experiment_id"], each["name"]) for each in oracle.experiments(subject.store)]

    listed = await subject.gateway.search_experiments(100)

    assert [(each.experiment_id, each.name) for each in listed] == expected
    assert "retired-bot" not in {each.name for each in listed}
    assert await subject.gateway.search_experiments(1) == listed[:1]


async def test_an_experiment_is_the_same_by_id_and_by_name(subject: Subject) -> None:
    """An agent may use either, so both lead to the same experiment."""
    for name, experiment_id in subject.store.sample.experiments.items():
        by_id = await subject.gateway.get_experiment(experiment_id)

        assert (by_id.experiment_id, by_id.name) == (experiment_id, name)
        assert await subject.gateway.get_experiment_by_name(name) == by_id


async def test_a_run_is_mlflows(subject: Subject, oracle: Oracle) -> None:
    """Its name, status, experiment and start are shown beside the rows of an evaluation."""
    run = await subject.gateway.get_run(subject.store.sample.run_id)

    expected = oracle.run(subject.store, subject.store.sample.run_id)
    assert (run.run_id, run.name, run.status) == (expected["run_id"], expected["run_name"], expected["status"])
    assert (run.experiment_id, run.start_time_ms) == (expected["experiment_id"], expected["start_time"])
    assert (run.name, run.status) == ("nightly", "FINISHED")


async def test_the_store_says_what_it_is(subject: Subject) -> None:
    """`mcp-traces check` and the filter help name the kind, and of a server the version that answers."""
    info = await subject.gateway.store_info()

    assert info.kind == subject.store.kind
    assert (info.mlflow_version or "3.").startswith("3.")
    assert (info.mlflow_version is None) == subject.gateway.is_database
    assert info.address
    assert info.lacks == ()


@pytest.mark.parametrize("asked", METRICS, ids=lambda asked: " ".join(map(str, asked.values())))
async def test_metrics_are_mlflows(subject: Subject, oracle: Oracle, asked: dict[str, Any]) -> None:
    """What is there, and how often, without fetching it; the numbers are those of MLflow's own dashboards."""
    if subject.kind == "mysql" and "P50" in asked.get("aggregations", ()):
        pytest.skip("MLflow's own percentiles are wrong on MySQL where values are equal.")
    arguments = {"dimensions": [], "aggregations": ["COUNT"], "filters": [], "limit": 1000} | asked
    limit = arguments.pop("limit")
    expected = oracle.metrics(
        subject.store, experiment_ids=list(subject.experiment_ids), max_results=limit, **arguments
    )

    lists = {name: tuple(value) if isinstance(value, list) else value for name, value in arguments.items()}
    points = await subject.gateway.query_trace_metrics(MetricsQuery(subject.experiment_ids, limit=limit, **lists))

    told = [{"dimensions": dict(point.dimensions), "values": dict(point.values)} for point in points]
    assert [point["dimensions"] for point in told] == [point["dimensions"] for point in expected]
    assert [point["values"] for point in told] == [pytest.approx(point["values"]) for point in expected]
    assert told


async def test_metrics_of_nothing_are_empty_or_zero(subject: Subject) -> None:
    """An experiment that nobody has logged to is no error."""
    points = await subject.gateway.query_trace_metrics(MetricsQuery((UNKNOWN_EXPERIMENT,), "TRACES", "trace_count"))

    assert [dict(point.values) for point in points] in ([], [{"COUNT": 0}])
