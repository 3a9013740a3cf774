"""A trace store in memory that answers as MLflow would, for tests of everything above the gateway.

The contract suite holds it to MLflow's own answers. Builders of records are in `tests.builders`.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter

from mcp_traces.errors import (
    ExperimentNotFoundError,
    InvalidArgumentError,
    InvalidFilterError,
    RunNotFoundError,
    StoreUnsupportedError,
    TraceNotFoundError,
    TracesError,
)
from mcp_traces.filters.clause import IS, Clause, said_to_mlflow
from mcp_traces.records import (
    COST_KEY,
    SESSION_KEY,
    TOKEN_USAGE_KEY,
    Experiment,
    MetricDataPoint,
    MetricsQuery,
    Run,
    StoreInfo,
    Trace,
    TraceInfo,
    TracePage,
)
from mcp_traces.store.attachments import attachment_path, no_attachment_error
from mcp_traces.store.gateway import Order, Scan, TraceQuery, Visit, no_scan_error, seek_token, total_order
from mcp_traces.tools.scanned_records import scanned_spans, scanned_traces
from tests.builders import START_MS
from tests.fake_matching import trace_matches
from tests.fake_metrics import metrics_of

EXPERIMENT = Experiment("1", "support-assistant", START_MS)
STORE = StoreInfo("server", "http://localhost:5000", "3.17.2")
SCANNED_AT_ONCE = 7
"""Rows that a scan hands out at a time: a trace's spans fall into two batches."""

DATABASE = StoreInfo("sqlite", "/data/mlflow.db")


class FakeTraceGateway:
    """A `TraceGateway` over records.

    Unless `store` is a database it answers as an MLflow server: what MLflow's syntax cannot say is left undecided.
    `queries` holds every search it was asked, `users` whom `as_user` was called with, `fail_with` is raised by every
    question while it is set, `attachments` are files by the ids of trace and attachment, `closed` tells whether
    `aclose` was called. Without `counts` it has no metrics, as a file store and servers before MLflow 3.9.
    """

    def __init__(
        self,
        traces: Sequence[Trace] = (),
        experiments: Sequence[Experiment] = (EXPERIMENT,),
        store: StoreInfo = STORE,
        *,
        runs: Sequence[Run] = (),
    ) -> None:
        self._traces = {trace.info.trace_id: trace for trace in traces}
        self._experiments = {experiment.experiment_id: experiment for experiment in experiments}
        self._runs = {run.run_id: run for run in runs}
        self._store = store
        self.is_database = store.is_database
        self.queries: list[TraceQuery] = []
        self.fail_with: TracesError | None = None
        self.users: list[str] = []
        self.counts = True
        self.attachments: dict[tuple[str, str], bytes] = {}
        self.warmed_up = False
        self.closed = False

    def add(self, *traces: Trace) -> None:
        """Let traces arrive now, between two pages for instance."""
        self._traces |= {trace.info.trace_id: trace for trace in traces}

    def hold(self, *traces: Trace) -> None:
        """Let these be all traces from now on."""
        self._traces = {trace.info.trace_id: trace for trace in traces}

    @property
    def address(self) -> str:
        return self._store.address

    async def warm_up(self) -> None:
        self.warmed_up = True

    async def store_info(self) -> StoreInfo:
        self._fail_if_told()
        return self._store

    async def search_experiments(self, max_results: int) -> tuple[Experiment, ...]:
        self._fail_if_told()
        latest_first = sorted(self._experiments.values(), key=lambda each: each.last_update_time_ms or 0, reverse=True)
        return tuple(latest_first[:max_results])

    async def get_experiment(self, experiment_id: str) -> Experiment:
        self._fail_if_told()
        if (found := self._experiments.get(experiment_id)) is None:
            raise ExperimentNotFoundError(f"There is no experiment {experiment_id!r}.")
        return found

    async def get_experiment_by_name(self, name: str) -> Experiment:
        self._fail_if_told()
        if (found := next((each for each in self._experiments.values() if each.name == name), None)) is None:
            raise ExperimentNotFoundError(f"There is no experiment named {name!r}.")
        return found

    async def search_traces(self, query: TraceQuery) -> TracePage:
        self.queries.append(query)
        self._fail_if_told()
        for experiment_id in query.experiment_ids:
            _check_is_number(experiment_id)
        found = _ordered([one.info for one in self._traces.values() if self._matches(one, query)], query.order_by)
        if self.is_database:
            return _page_after(found, query)
        offset = _offset(query.page_token)
        page = tuple(found[offset : offset + query.limit])
        # MLflow 3.17 promises another page whenever this one is full.
        return TracePage(page, _page_token(offset + query.limit) if len(page) == query.limit else None)

    def _matches(self, trace: Trace, query: TraceQuery) -> bool:
        if trace.info.experiment_id not in query.experiment_ids:
            return False
        if self.is_database:
            alternatives = query.any_of or ((),)
            return any(trace_matches(trace, (*query.clauses, *one)) for one in alternatives)
        assert not query.any_of
        said = [replace(one, operator="=") if is_session(one) else one for one in said_to_mlflow(query.clauses)]
        return trace_matches(trace, said)

    async def scan(self, scan: Scan, visit: Visit) -> tuple[str, ...]:
        self._fail_if_told()
        if not self.is_database:
            raise no_scan_error(self.address)
        query = TraceQuery(scan.experiment_ids, scan.clauses, any_of=scan.any_of)
        found = [trace for trace in self._traces.values() if self._matches(trace, query)]
        found.sort(key=lambda trace: (-trace.info.request_time_ms, trace.info.trace_id))
        rows = scanned_spans(scan, found) if scan.of_spans else scanned_traces(scan, [trace.info for trace in found])
        for start in range(0, len(every := list(rows)), SCANNED_AT_ONCE):
            if visit(every[start : start + SCANNED_AT_ONCE]):
                break
        return ()

    async def get_trace(self, trace_id: str) -> Trace:
        self._fail_if_told()
        if (found := self._traces.get(trace_id)) is None:
            raise TraceNotFoundError(f"There is no trace {trace_id!r}.")
        return found

    async def get_traces(self, trace_ids: Sequence[str]) -> tuple[Trace, ...]:
        self._fail_if_told()
        return tuple(self._traces[one] for one in trace_ids if one in self._traces)

    async def get_attachment(self, trace_id: str, attachment_id: str) -> bytes:
        self._fail_if_told()
        attachment_path(attachment_id)
        if (found := self.attachments.get((trace_id, attachment_id))) is None:
            raise no_attachment_error(attachment_id)
        return found

    async def get_run(self, run_id: str) -> Run:
        self._fail_if_told()
        if (found := self._runs.get(run_id)) is None:
            raise RunNotFoundError(f"There is no run {run_id!r}.")
        return found

    async def version(self) -> str | None:
        return None

    async def query_trace_metrics(self, query: MetricsQuery) -> tuple[MetricDataPoint, ...]:
        self._fail_if_told()
        if not self.counts:
            raise StoreUnsupportedError(f"The fake store does not have the metric {query.metric_name}.")
        return metrics_of(
            [one for one in self._traces.values() if one.info.experiment_id in query.experiment_ids], query
        )

    def as_user(self, authorization: str) -> "FakeTraceGateway":
        self.users.append(authorization)
        return self

    async def aclose(self) -> None:
        self.closed = True

    def _fail_if_told(self) -> None:
        if self.fail_with is not None:
            raise self.fail_with


def is_session(one: Clause) -> bool:
    """A server is asked for this session alone, in MLflow's syntax."""
    return one.key == SESSION_KEY and one.operator == IS


def _check_is_number(experiment_id: str) -> None:
    """Any number is a place to search, found empty or not; another text is no experiment id."""
    if not (experiment_id.isdecimal() and experiment_id.isascii() and int(experiment_id) < 2**63):
        raise ExperimentNotFoundError(f"There is no experiment {experiment_id!r}.")


def _page_after(found: list[TraceInfo], query: TraceQuery) -> TracePage:
    """The page of a database, which begins right after the trace of the token."""
    tokens = [seek_token(query.order_by, info) for info in found]
    if query.page_token and query.page_token not in tokens:
        raise InvalidArgumentError(f"The page token {query.page_token!r} is not of this search.")
    start = tokens.index(query.page_token) + 1 if query.page_token else 0
    page = tuple(found[start : start + query.limit])
    more = start + query.limit < len(found)
    return TracePage(page, tokens[start + query.limit - 1] if more else None)


def _ordered(infos: list[TraceInfo], orders: Sequence[Order]) -> list[TraceInfo]:
    """In MLflow's order: what has no value comes last, equals by newest, then by id."""
    if len({(order.name, order.key) for order in orders}) < len(orders):
        raise InvalidFilterError("`order_by` names a field twice.")
    for order in reversed(total_order(orders)):
        infos = _ordered_by(infos, order)
    return infos


def _ordered_by(infos: list[TraceInfo], order: Order) -> list[TraceInfo]:
    if order.key in (TOKEN_USAGE_KEY, COST_KEY):
        raise InvalidFilterError(f"MLflow does not order by {order.text!r}.")
    valued = [(order.value(info), info) for info in infos]
    present = [pair for pair in valued if pair[0] is not None]
    present.sort(key=itemgetter(0), reverse=order.descending)
    return [info for _, info in present] + [info for value, info in valued if value is None]


def _page_token(offset: int) -> str:
    return base64.b64encode(json.dumps({"offset": offset}).encode()).decode()


def _offset(page_token: str | None) -> int:
    if not page_token:
        return 0
    try:
        return int(json.loads(base64.b64decode(page_token))["offset"])
    except (ValueError, KeyError, TypeError) as exc:
        raise InvalidArgumentError(f"The page token {page_token!r} is not one of MLflow's.") from exc
