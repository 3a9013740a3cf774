"""The gateway to databases: MLflow's tables, read directly and never written, without MLflow.

Importing SQLAlchemy takes a quarter of a second, so nothing here does before the first question or `warm_up`.
"""

import gc
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

from anyio import CapacityLimiter, current_effective_deadline, current_time, move_on_after, to_thread

from mcp_traces.errors import (
    ExperimentNotFoundError,
    InvalidArgumentError,
    InvalidFilterError,
    RunNotFoundError,
    StoreSchemaError,
    StoreUnsupportedError,
    TraceNotFoundError,
)
from mcp_traces.records import (
    Experiment,
    MetricDataPoint,
    MetricsQuery,
    Run,
    StoreInfo,
    StoreKind,
    Trace,
    TracePage,
)
from mcp_traces.store.addresses import is_experiment_number, store_address, store_kind
from mcp_traces.store.database_errors import timeout_error, translate_failure
from mcp_traces.store.deadlines import Call
from mcp_traces.store.gateway import Scan, TraceQuery, Visit, no_users_error
from mcp_traces.store.metrics import no_metrics_error
from mcp_traces.store.opening import Opening

if TYPE_CHECKING:
    from mcp_traces.store.sql_reader import Reader

Answer = TypeVar("Answer")

GRACE = 0.1
"""The share of a call's time in which a database reports that it was too slow, before the call ends without a word."""

DEFAULT_WORKSPACE = "default"

COLLECTION_THRESHOLDS = (100_000, 5, 5)
"""A large trace is a million objects that live as long as the call: at Python's 700 a collection begins so often that
half of the time to read 30,000 spans goes into looking for cycles among them."""


class SqlGateway:
    """A TraceGateway over the tables of one database. Constructing it opens and imports nothing.

    `workspace` is one of MLflow's; databases before MLflow 3.13 have none.
    """

    def __init__(
        self, tracking_uri: str, *, timeout_s: float = 30.0, max_concurrency: int = 16, workspace: str | None = None
    ) -> None:
        self._uri = tracking_uri
        self._kind: StoreKind = store_kind(tracking_uri)
        self._address = store_address(tracking_uri)
        self._timeout_s = timeout_s
        self._workspace = workspace or DEFAULT_WORKSPACE
        self._max_concurrency = max_concurrency
        self._limiter = CapacityLimiter(max_concurrency)
        self._opening = Opening(self._open_translated)

    @property
    def is_database(self) -> bool:
        return True

    @property
    def address(self) -> str:
        return self._address

    async def warm_up(self) -> None:
        with suppress(Exception):
            await self._ask(lambda _: None)

    async def store_info(self) -> StoreInfo:
        # Every tool call asks this and then something else, so opening the store is proof enough that it answers.
        opened = self._opening.opened
        lacks = opened.schema.lacks if opened is not None else await self._ask(lambda reader: reader.schema.lacks)
        return StoreInfo(self._kind, self._address, lacks=lacks)

    async def search_experiments(self, max_results: int) -> tuple[Experiment, ...]:
        return await self._ask(lambda reader: reader.search_experiments(max_results))

    async def get_experiment(self, experiment_id: str) -> Experiment:
        self._check_id(experiment_id)
        found = await self._ask(lambda reader: reader.get_experiment(experiment_id))
        return self._existing(found, f'with id "{experiment_id}"')

    async def get_experiment_by_name(self, name: str) -> Experiment:
        try:
            found = await self._ask(lambda reader: reader.get_experiment_by_name(name))
        except InvalidArgumentError:  # what no text in a database can be
            found = None
        return self._existing(found, f'named "{name}"')

    async def search_traces(self, query: TraceQuery) -> TracePage:
        for experiment_id in query.experiment_ids:
            self._check_id(experiment_id)
        try:
            return await self._ask(lambda reader: reader.search_traces(query))
        except InvalidFilterError:
            raise
        except InvalidArgumentError as exc:
            raise InvalidFilterError(exc.message, exc.hint) from None

    async def scan(self, scan: Scan, visit: Visit) -> tuple[str, ...]:
        return await self._ask(lambda reader: reader.scan(scan, visit))

    async def version(self) -> str | None:
        return await self._ask(lambda reader: reader.version())

    async def get_trace(self, trace_id: str) -> Trace:
        try:
            return await self._ask(lambda reader: reader.get_trace(trace_id))
        except (TraceNotFoundError, InvalidArgumentError):
            raise TraceNotFoundError(f'No trace "{trace_id}" in {self._address}.') from None

    async def get_traces(self, trace_ids: Sequence[str]) -> tuple[Trace, ...]:
        return await self._ask(lambda reader: reader.get_traces(trace_ids))

    async def get_attachment(self, trace_id: str, attachment_id: str) -> bytes:
        return await self._ask(lambda reader: reader.get_attachment(trace_id, attachment_id))

    async def get_run(self, run_id: str) -> Run:
        try:
            found = await self._ask(lambda reader: reader.get_run(run_id))
        except InvalidArgumentError:  # what no text in a database can be
            found = None
        if found is None:
            raise RunNotFoundError(f'No run "{run_id}" in {self._address}.')
        return found

    async def query_trace_metrics(self, query: MetricsQuery) -> tuple[MetricDataPoint, ...]:
        try:
            points = await self._ask(lambda reader: reader.query_trace_metrics(query))
        except (InvalidArgumentError, StoreUnsupportedError) as exc:
            raise no_metrics_error(self._address, query.metric_name) from exc
        if points is None:
            raise no_metrics_error(self._address, query.metric_name)
        return points

    def as_user(self, authorization: str) -> "SqlGateway":
        raise no_users_error(self._address)

    async def aclose(self) -> None:
        if (opened := self._opening.opened) is not None:
            await to_thread.run_sync(self._close, opened)

    async def _ask(self, question: Callable[["Reader"], Answer]) -> Answer:
        """Put one question to the database on a worker thread, for as long as its call may still take."""
        time_left = min(self._timeout_s, current_effective_deadline() - current_time())
        call = Call(time_left * (1 - GRACE))
        try:
            with move_on_after(self._timeout_s):
                return await to_thread.run_sync(
                    self._answer, question, call, abandon_on_cancel=True, limiter=self._limiter
                )
        finally:
            call.abandon()
        raise timeout_error(self._address, self._timeout_s)

    def _answer(self, question: Callable[["Reader"], Answer], call: Call) -> Answer:
        with call.as_current(), self._translated():
            opened = self._opening.get(call)
            try:
                with self._translated():
                    opened.check()
                    return question(opened)
            except StoreSchemaError:
                # Not the tables that were there when it was opened: another file was put in place, or MLflow
                # migrated the database.
                self._close(opened)
                return question(self._opening.get(call))

    def _close(self, opened: "Reader") -> None:
        self._opening.forget(opened)
        opened.close()

    def _open_translated(self) -> "Reader":
        try:
            with self._translated():
                return self._open()
        except InvalidArgumentError as exc:  # about the URI, not about what the caller asked
            raise StoreUnsupportedError(exc.message, exc.hint) from None

    def _open(self) -> "Reader":
        from mcp_traces.store.connections import open_engine
        from mcp_traces.store.outside_spans import OutsideSpans
        from mcp_traces.store.schema import detect, mark_of_change
        from mcp_traces.store.sql_reader import Reader

        gc.set_threshold(*COLLECTION_THRESHOLDS)
        engine = open_engine(self._uri, max_connections=self._max_concurrency)
        try:
            mark = mark_of_change(engine)
            schema = detect(engine, self._address)
            if self._workspace != DEFAULT_WORKSPACE and "workspace" not in schema.experiments:
                raise StoreUnsupportedError(
                    f'{self._address} has no workspaces, so there is no workspace "{self._workspace}".',
                    "Unset MLFLOW_WORKSPACE to read it.",
                )
            return Reader(engine, schema, self._address, self._workspace, OutsideSpans(schema), mark)
        except BaseException:
            engine.dispose()
            raise

    @contextmanager
    def _translated(self) -> Generator[None]:
        """The one place where errors of SQLAlchemy become ours. Unforeseen ones are left as they are."""
        try:
            yield
        except Exception as exc:
            if (error := translate_failure(exc, self._address, self._timeout_s)) is None:
                raise
            raise error from None  # the cause holds SQL

    def _check_id(self, experiment_id: str) -> None:
        if not is_experiment_number(experiment_id):
            raise self._no_experiment(f'with id "{experiment_id}"')

    def _existing(self, found: Experiment | None, description: str) -> Experiment:
        if found is None:
            raise self._no_experiment(description)
        return found

    def _no_experiment(self, description: str) -> ExperimentNotFoundError:
        return ExperimentNotFoundError(f"No experiment {description} in {self._address}.")
