"""The gateway to stores that MLflow's own code reads: databases, Databricks, folders.

Importing mlflow takes 3 seconds, so nothing here does before the first question or `warm_up`.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, TypeVar

from anyio import CapacityLimiter, current_effective_deadline, current_time, move_on_after, to_thread

from mcp_traces.errors import (
    ExperimentNotFoundError,
    InvalidArgumentError,
    InvalidFilterError,
    NotFoundError,
    StoreMissingError,
    StoreSchemaError,
    StoreUnsupportedError,
    TraceNotFoundError,
)
from mcp_traces.records import (
    Experiment,
    MetricDataPoint,
    MetricsQuery,
    StoreInfo,
    StoreKind,
    Trace,
    TracePage,
    TraceQuery,
)
from mcp_traces.store import mlflow_questions as questions
from mcp_traces.store.addresses import DATABASE_KINDS, folder_path, is_experiment_number, store_address, store_kind
from mcp_traces.store.database_errors import timeout_error, translate_failure
from mcp_traces.store.deadlines import Call
from mcp_traces.store.metrics import no_metrics_error
from mcp_traces.store.mlflow_modules import mlflow_module
from mcp_traces.store.mlflow_process import keep_what_is_loaded, prepare_for_mlflow
from mcp_traces.store.opening import Opening

Answer = TypeVar("Answer")

GRACE = 0.1
"""The share of a call's time in which a database reports that it was too slow, before the call ends without a word."""
MLFLOW_VERSION = version("mlflow-skinny")


@dataclass(frozen=True, slots=True)
class _OpenStore:
    store: Any
    engine: Any = None
    """Of a database; None for the others."""


class MlflowGateway:
    """A TraceGateway over one MLflow store. Constructing it opens and imports nothing."""

    def __init__(self, tracking_uri: str, *, timeout_s: float = 30.0, max_concurrency: int = 16) -> None:
        self._uri = tracking_uri
        self._kind: StoreKind = store_kind(tracking_uri)
        self._address = store_address(tracking_uri)
        self._timeout_s = timeout_s
        self._limiter = CapacityLimiter(max_concurrency)
        self._opening = Opening(self._open_translated)
        self._database: _OpenStore | None = None
        """Made once: what MLflow's classes and migrations declare stays in SQLAlchemy for ever."""

    @property
    def address(self) -> str:
        return self._address

    async def warm_up(self) -> None:
        with suppress(Exception):
            await self._ask(lambda _: None)

    async def store_info(self) -> StoreInfo:
        # Every tool call asks this and then something else, so opening the store is proof enough that it answers.
        if self._opening.opened is None:
            await self._ask(lambda _: None)
        return StoreInfo(self._kind, self._address, MLFLOW_VERSION)

    async def search_experiments(self, max_results: int) -> tuple[Experiment, ...]:
        return await self._ask(lambda store: questions.search_experiments(store, max_results))

    async def get_experiment(self, experiment_id: str) -> Experiment:
        self._check_id(experiment_id)
        try:
            return await self._ask(lambda store: questions.active(store.get_experiment(experiment_id)))
        except (NotFoundError, InvalidArgumentError):
            raise self._no_experiment(f'with id "{experiment_id}"') from None

    async def get_experiment_by_name(self, name: str) -> Experiment:
        try:
            return await self._ask(lambda store: questions.active(store.get_experiment_by_name(name)))
        except (NotFoundError, InvalidArgumentError):
            raise self._no_experiment(f'named "{name}"') from None

    async def search_traces(self, query: TraceQuery) -> TracePage:
        for experiment_id in query.experiment_ids:
            self._check_id(experiment_id)
        try:
            return await self._ask(lambda store: questions.search_traces(store, query))
        except InvalidArgumentError as exc:
            raise InvalidFilterError(exc.message, exc.hint) from None

    async def get_trace(self, trace_id: str) -> Trace:
        try:
            return await self._ask(lambda store: questions.read_trace(store, trace_id, self._uri))
        except (NotFoundError, InvalidArgumentError):
            raise TraceNotFoundError(f'No trace "{trace_id}" in {self._address}.') from None

    async def query_trace_metrics(self, query: MetricsQuery) -> tuple[MetricDataPoint, ...]:
        try:
            return await self._ask(lambda store: questions.query_trace_metrics(store, query))
        except (NotFoundError, InvalidArgumentError, StoreUnsupportedError) as exc:
            raise no_metrics_error(self._address, query.metric_name) from exc

    def as_user(self, authorization: str) -> "MlflowGateway":
        raise StoreUnsupportedError(
            f"{self._address} knows no users: it is read with the rights of the server.",
            "Credentials of one's own (X-MLflow-Authorization) need an MLflow server as MLFLOW_TRACKING_URI.",
        )

    async def aclose(self) -> None:
        if (opened := self._opening.opened) is not None:
            await to_thread.run_sync(self._close, opened)

    async def _ask(self, question: Callable[[Any], Answer]) -> Answer:
        """Put one question to the store on a worker thread, for as long as its call may still take."""
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

    def _answer(self, question: Callable[[Any], Answer], call: Call) -> Answer:
        with call.as_current(), self._translated():
            opened = self._opening.get(call)
            try:
                with self._translated():
                    return question(opened.store)
            except StoreSchemaError:
                # Not the tables that were there when it was opened: opening it again tells what they are.
                self._close(opened)
                return question(self._opening.get(call).store)

    def _close(self, opened: _OpenStore) -> None:
        self._opening.forget(opened)
        if opened.engine is not None:
            opened.engine.dispose()

    def _open_translated(self) -> _OpenStore:
        try:
            with self._translated():
                return self._open()
        except InvalidArgumentError as exc:  # about the URI, not about what the caller asked
            raise StoreUnsupportedError(exc.message, exc.hint) from None

    @contextmanager
    def _translated(self) -> Generator[None]:
        """The one place where MLflow's errors become ours. What we do not foresee flies on."""
        try:
            yield
        except Exception as exc:
            if (error := translate_failure(exc, self._address, self._timeout_s)) is None:
                raise
            raise error from None  # the cause holds SQL

    def _open(self) -> _OpenStore:
        prepare_for_mlflow(self._timeout_s)
        if self._kind in DATABASE_KINDS:
            return self._open_database()
        if self._kind == "file" and not folder_path(self._uri).is_dir():
            raise StoreMissingError(f"The folder {self._address} does not exist. Nothing was created.")
        return _OpenStore(mlflow_module("tracking._tracking_service.utils")._get_store(self._uri))

    def _open_database(self) -> _OpenStore:
        if self._database is None:
            self._database = _make_database_store(self._uri, self._address)
            keep_what_is_loaded()
        else:
            _check_schema(self._database.engine, self._address)
        return self._database

    def _check_id(self, experiment_id: str) -> None:
        """Refuse what no database can hold as an id: MLflow takes "" for 0 and answers "x" with INTERNAL_ERROR."""
        if self._kind in DATABASE_KINDS and not is_experiment_number(experiment_id):
            raise self._no_experiment(f'with id "{experiment_id}"')

    def _no_experiment(self, description: str) -> ExperimentNotFoundError:
        return ExperimentNotFoundError(f"No experiment {description} in {self._address}.")


def _make_database_store(tracking_uri: str, address: str) -> _OpenStore:
    """MLflow's store over an engine of ours that only reads, without what its constructor would create."""
    from mcp_traces.store.databases import open_engine

    # Looked up when it is called, so that a file that does not exist is told before MLflow is imported.
    engine = open_engine(tracking_uri, lambda uri: mlflow_module("store.db.utils").create_sqlalchemy_engine(uri))
    try:
        _check_schema(engine, address)
        return _OpenStore(_reading_store(engine), engine)
    except BaseException:
        engine.dispose()
        raise


@cache
def _migrations() -> Any:
    """MLflow's, read once: alembic executes them all, and what they declare stays in SQLAlchemy for ever."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(mlflow_module("store.db.utils")._get_alembic_config(""))


def _check_schema(engine: Any, address: str) -> None:
    from alembic.util import CommandError

    from mcp_traces.store.databases import schema_error, schema_revision

    found = schema_revision(engine)
    scripts = _migrations()
    expected = scripts.get_current_head()
    if found == expected:
        return
    try:
        scripts.get_revision(found or "base")
        is_older = True
    except CommandError:  # a revision this MLflow has never heard of
        is_older = False
    raise schema_error(address, found, f"{expected} of MLflow {MLFLOW_VERSION}", is_older=is_older)


def _reading_store(engine: Any) -> Any:
    """The class MLflow itself would choose (mlflow/tracking/_tracking_service/utils.py), made to create nothing."""
    with_workspaces = mlflow_module("environment_variables").MLFLOW_ENABLE_WORKSPACES.get()
    stores = mlflow_module("store.tracking")
    if with_workspaces:
        base: Any = mlflow_module("store.tracking.sqlalchemy_workspace_store").WorkspaceAwareSqlAlchemyStore
    else:
        base = mlflow_module("store.tracking.sqlalchemy_store").SqlAlchemyStore

    class ReadingStore(base):
        @classmethod
        def _get_or_create_engine(cls, db_uri: str) -> Any:
            return engine

        def _initialize_store_state(self) -> None:
            if not with_workspaces:  # with them, it opens a second, writing engine to make a default experiment
                base._initialize_store_state(self)

        def _create_default_experiment(self, session: Any) -> None:
            """Nothing: a store without it is read as it is."""

    return ReadingStore(str(engine.url), stores.DEFAULT_LOCAL_FILE_AND_ARTIFACT_PATH)
