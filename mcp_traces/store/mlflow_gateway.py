"""The gateway to stores that only MLflow's own code can read: Databricks, folders, plugins.

This is the one module that imports mlflow, by name, since half of what it calls has no annotations. The import takes
3 seconds, so it waits for the first question or `warm_up`.
"""

import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.metadata import version
from math import ceil
from typing import Any, TypeVar

from anyio import CapacityLimiter, move_on_after, to_thread

from mcp_traces.errors import (
    ExperimentNotFoundError,
    InvalidArgumentError,
    InvalidFilterError,
    NotFoundError,
    RunNotFoundError,
    StoreMissingError,
    StoreTimeoutError,
    StoreUnsupportedError,
    TraceNotFoundError,
    TracesError,
)
from mcp_traces.filters.clause import filter_text
from mcp_traces.records import (
    Assessment,
    AssessmentFailure,
    AssessmentKind,
    Experiment,
    MetricDataPoint,
    MetricsQuery,
    Run,
    StoreInfo,
    StoreKind,
    Trace,
    TraceInfo,
    TracePage,
)
from mcp_traces.store.addresses import folder_path, store_address, store_kind
from mcp_traces.store.attachments import attachment_path, no_attachment_error
from mcp_traces.store.completeness import OUTSIDE_NOTE, is_within, missing_spans_note
from mcp_traces.store.deadlines import Call
from mcp_traces.store.gateway import Scan, TraceQuery, Visit, no_scan_error, no_users_error
from mcp_traces.store.metrics import aggregation, data_point, no_metrics_error
from mcp_traces.store.opening import Opening
from mcp_traces.store.rest_spans import read_span
from mcp_traces.store.translation import clean_message, is_about_arguments, translate_error

Answer = TypeVar("Answer")

MLFLOW_VERSION = version("mlflow-skinny")

_ENVIRONMENT = {
    # mlflow/telemetry: writes ~/.config/mlflow/telemetry.json and reports usage to mlflow.org from threads of its own.
    "MLFLOW_DISABLE_TELEMETRY": "true",
    # mlflow/agent/hint.py: asks the coding agent that started us to load a skill for writing tracing code.
    "MLFLOW_DISABLE_AGENT_HINT": "true",
    # mlflow/utils/logging_utils.py: takes its own loggers away from our log.
    "MLFLOW_CONFIGURE_LOGGING": "false",
    # A call that timed out must not go on for MLflow's 7 retries, which take 4 minutes.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
}


class MlflowGateway:
    """A TraceGateway over one store that MLflow opens. Constructing it opens and imports nothing."""

    is_database = False

    def __init__(self, tracking_uri: str, *, timeout_s: float = 30.0, max_concurrency: int = 16) -> None:
        self._uri = tracking_uri
        self._kind: StoreKind = store_kind(tracking_uri)
        self._address = store_address(tracking_uri)
        self._timeout_s = timeout_s
        self._limiter = CapacityLimiter(max_concurrency)
        self._opening = Opening(self._open)

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
        return await self._ask(lambda store: _search_experiments(store, max_results))

    async def get_experiment(self, experiment_id: str) -> Experiment:
        return await self._experiment(f'with id "{experiment_id}"', lambda store: store.get_experiment(experiment_id))

    async def get_experiment_by_name(self, name: str) -> Experiment:
        return await self._experiment(f'named "{name}"', lambda store: store.get_experiment_by_name(name))

    async def search_traces(self, query: TraceQuery) -> TracePage:
        try:
            return await self._ask(lambda store: _search_traces(store, query))
        except InvalidArgumentError as exc:
            raise InvalidFilterError(exc.message, exc.hint) from None

    async def scan(self, scan: Scan, visit: Visit) -> tuple[str, ...]:
        raise no_scan_error(self._address)

    async def version(self) -> str | None:
        return None

    async def get_trace(self, trace_id: str) -> Trace:
        try:
            return await self._ask(lambda store: _read_trace(store, trace_id, self._uri))
        except (NotFoundError, InvalidArgumentError):
            raise TraceNotFoundError(f'No trace "{trace_id}" in {self._address}.') from None

    async def get_traces(self, trace_ids: Sequence[str]) -> tuple[Trace, ...]:
        found: dict[str, Trace] = {}
        for trace_id in dict.fromkeys(trace_ids):
            with suppress(TraceNotFoundError):
                found[trace_id] = await self.get_trace(trace_id)
        return tuple(found[one] for one in trace_ids if one in found)

    async def get_attachment(self, trace_id: str, attachment_id: str) -> bytes:
        return await self._ask(lambda store: _read_attachment(store, trace_id, attachment_id, self._uri))

    async def get_run(self, run_id: str) -> Run:
        with suppress(NotFoundError, InvalidArgumentError):
            entity = await self._ask(lambda store: store.get_run(run_id))
            if entity.info.lifecycle_stage == "active":
                return run_record(entity)
        raise RunNotFoundError(f'No run "{run_id}" in {self._address}.')

    async def query_trace_metrics(self, query: MetricsQuery) -> tuple[MetricDataPoint, ...]:
        try:
            return await self._ask(lambda store: _query_metrics(store, query))
        except (NotFoundError, InvalidArgumentError, StoreUnsupportedError) as exc:
            raise no_metrics_error(self._address, query.metric_name) from exc

    def as_user(self, authorization: str) -> "MlflowGateway":
        raise no_users_error(self._address)

    async def aclose(self) -> None:
        """Nothing: MLflow's stores keep no connections."""

    async def _experiment(self, description: str, find: Callable[[Any], Any]) -> Experiment:
        with suppress(NotFoundError, InvalidArgumentError):
            entity = await self._ask(find)
            if entity is not None and entity.lifecycle_stage == "active":
                return experiment_record(entity)
        raise ExperimentNotFoundError(f"No experiment {description} in {self._address}.")

    async def _ask(self, question: Callable[[Any], Answer]) -> Answer:
        """Puts one question to the store on a worker thread, for as long as a call may take."""
        with move_on_after(self._timeout_s):
            return await to_thread.run_sync(self._answer, question, abandon_on_cancel=True, limiter=self._limiter)
        raise StoreTimeoutError(
            f"{self._address} gave no answer within the {self._timeout_s:g} s of a call.",
            "Narrow the search (since, until, experiment) or ask for less.",
        )

    def _answer(self, question: Callable[[Any], Answer]) -> Answer:
        store = self._opening.get(Call(self._timeout_s))
        try:
            return question(store)
        except Exception as exc:
            if (error := _our_error(exc, self._address)) is None:
                raise
            raise error from None

    def _open(self) -> Any:
        if self._kind == "file" and not folder_path(self._uri).is_dir():
            raise StoreMissingError(f"The folder {self._address} does not exist. Nothing was created.")
        for name, value in (_ENVIRONMENT | {"MLFLOW_HTTP_REQUEST_TIMEOUT": str(ceil(self._timeout_s))}).items():
            os.environ.setdefault(name, value)
        logging.getLogger("mlflow").setLevel(logging.WARNING)
        try:
            return _mlflow("tracking._tracking_service.utils")._get_store(self._uri)
        except Exception as exc:
            error = _our_error(exc, self._address)
            if error is None:
                raise
            # What MLflow calls an invalid argument is the URI here, not what the caller asked.
            raise StoreUnsupportedError(error.message, error.hint) from None


def _mlflow(name: str) -> Any:
    return import_module(f"mlflow.{name}")


def _our_error(exc: Exception, address: str) -> TracesError | None:
    """Our error for one of MLflow's; None for what is nobody's answer but a bug."""
    if isinstance(exc, TracesError):
        return exc
    code: str | None = getattr(exc, "error_code", None)
    if code is None:
        return None
    # MLflow's REST client puts the code before the message (mlflow/exceptions.py:RestException).
    message = clean_message(str(exc)).removeprefix(f"{code}: ")
    is_bug = code == "INTERNAL_ERROR" and exc.__cause__ is not None and not is_about_arguments(code, message)
    return None if is_bug else translate_error(code, message, address)


def _search_experiments(store: Any, max_results: int) -> tuple[Experiment, ...]:
    active = _mlflow("entities").ViewType.ACTIVE_ONLY
    found = store.search_experiments(active, max_results, order_by=["last_update_time DESC"])
    return tuple(map(experiment_record, found))


def _search_traces(store: Any, query: TraceQuery) -> TracePage:
    entities, token = store.search_traces(
        locations=list(query.experiment_ids),
        filter_string=filter_text(query.clauses),
        max_results=query.limit,
        order_by=[order.text for order in query.order_by],
        page_token=query.page_token,
    )
    return TracePage(tuple(map(trace_info_record, entities)), token or None)


def _query_metrics(store: Any, query: MetricsQuery) -> tuple[MetricDataPoint, ...]:
    metrics = _mlflow("entities.trace_metrics")
    found = store.query_trace_metrics(
        experiment_ids=list(query.experiment_ids),
        view_type=metrics.MetricViewType(query.view_type),
        metric_name=query.metric_name,
        aggregations=[metrics.MetricAggregation(*aggregation(name)) for name in query.aggregations],
        dimensions=list(query.dimensions),
        filters=list(query.filters),
        max_results=query.limit,
    )
    return tuple(data_point(point.dimensions, point.values) for point in found)


def _read_trace(store: Any, trace_id: str, tracking_uri: str) -> Trace:
    exceptions = _mlflow("exceptions")
    try:
        trace = _fetch(store, trace_id)
        return trace_record(trace.info, trace.data.spans, None)
    except exceptions.MlflowTracingException:
        # The spans are not in the store: traces of MLflow before 3.5, and of clients that log to artifacts.
        info = store.get_trace_info(trace_id)
        return trace_record(info, *_artifact_spans(store, info, tracking_uri))


def _fetch(store: Any, trace_id: str) -> Any:
    """A trace with its spans, by the steps of mlflow/tracing/client.py:TracingClient.get_trace."""
    exceptions = _mlflow("exceptions")
    location, _ = _mlflow("tracing.utils").parse_trace_id_v4(trace_id)
    if location is None:
        spans_location = store.get_trace_info(trace_id).tags.get("mlflow.trace.spansLocation")
        if spans_location not in ("TRACKING_STORE", "ARCHIVE_REPO"):
            raise exceptions.MlflowTracingException("The spans are among the artifacts.")
        with suppress(exceptions.MlflowNotImplementedException):
            return store.get_trace(trace_id, allow_partial=True)
    for trace in store.batch_get_traces([trace_id], location):
        return trace
    raise NotFoundError("MLflow answers an unknown id in a batch with an empty list.")


def _artifact_spans(store: Any, entity: Any, tracking_uri: str) -> tuple[list[Any], str | None]:
    """The spans of a trace that MLflow keeps as an artifact, or none and the reason."""
    try:
        repository = _artifacts(store, entity, tracking_uri)
        if repository is None:
            return [], OUTSIDE_NOTE
        return _mlflow("entities").TraceData.from_dict(repository.download_trace_data()).spans, None
    except (_mlflow("exceptions").MlflowException, ImportError) as exc:  # ImportError: a cloud storage's client
        reason = clean_message(str(exc)).rstrip(".")
        return [], f"The spans are kept as an artifact, which could not be read: {reason}."


def _artifacts(store: Any, entity: Any, tracking_uri: str) -> Any:
    """MLflow's repository of the artifacts of a trace; None where these are not among those of its experiment."""
    uri = _mlflow("tracing.utils.artifact_utils").get_artifact_uri_for_trace(entity)
    if not is_within(uri, store.get_experiment(entity.experiment_id).artifact_location):
        return None
    uri = _mlflow("utils.uri").add_databricks_profile_info_to_artifact_uri(uri, tracking_uri)
    return _mlflow("store.artifact.artifact_repository_registry").get_artifact_repository(uri)


def _read_attachment(store: Any, trace_id: str, attachment_id: str, tracking_uri: str) -> bytes:
    attachment_path(attachment_id)
    try:
        repository = _artifacts(store, store.get_trace_info(trace_id), tracking_uri)
        if repository is None:
            raise no_attachment_error(attachment_id)
        return repository.download_trace_attachment(attachment_id)
    except AttributeError:
        raise StoreUnsupportedError(
            f"mlflow-skinny {MLFLOW_VERSION} reads no attachments.", "Upgrade mlflow-skinny to read them."
        ) from None
    except ImportError as exc:  # a cloud storage's client
        raise StoreUnsupportedError(f"The attachment could not be read: {clean_message(str(exc))}") from None
    except OSError:
        raise no_attachment_error(attachment_id) from None


def experiment_record(entity: Any) -> Experiment:
    return Experiment(str(entity.experiment_id), entity.name, entity.last_update_time)


def run_record(entity: Any) -> Run:
    info = entity.info
    return Run(info.run_id, info.run_name or "", info.status, str(info.experiment_id), info.start_time)


def trace_record(entity: Any, stored_spans: Iterable[Any], note: str | None) -> Trace:
    """From MLflow's entities; `note` says why spans that should be there could not be read.

    `to_dict` gives a span as it is stored, in the form that an MLflow server sends (mlflow/entities/span.py).
    """
    info = trace_info_record(entity)
    spans = tuple(read_span(span.to_dict()) for span in stored_spans)
    return Trace(info, spans, note or missing_spans_note(info, spans))


def trace_info_record(entity: Any) -> TraceInfo:
    return TraceInfo(
        trace_id=entity.trace_id,
        experiment_id=_location(entity),
        state=entity.state.value,
        request_time_ms=entity.request_time,
        execution_duration_ms=entity.execution_duration,
        request_preview=entity.request_preview,
        response_preview=entity.response_preview,
        client_request_id=entity.client_request_id,
        trace_metadata=_texts(entity.trace_metadata),
        tags=_texts(entity.tags),
        assessments=tuple(map(assessment_record, entity.assessments)),
    )


def assessment_record(entity: Any) -> Assessment:
    kind, value = _kind_and_value(entity)
    failure = entity.feedback.error if entity.feedback is not None else None
    return Assessment(
        assessment_id=entity.assessment_id or "",
        name=entity.name,
        kind=kind,
        value=value,
        source_type=entity.source.source_type,
        source_id=entity.source.source_id or "",
        create_time_ms=entity.create_time_ms,
        last_update_time_ms=entity.last_update_time_ms,
        rationale=entity.rationale or None,
        failure=AssessmentFailure(failure.error_code, failure.error_message) if failure else None,
        metadata=_texts(entity.metadata),
        span_id=entity.span_id or None,
        overrides=entity.overrides or None,
        valid=entity.valid is not False,
    )


def _location(entity: Any) -> str:
    """The experiment, or for traces in Unity Catalog the schema or table that takes its place in a search."""
    location = entity.trace_location
    if location.mlflow_experiment is not None:
        return str(location.mlflow_experiment.experiment_id)
    if table := getattr(location, "uc_table_prefix", None):
        return str(table.full_table_prefix)
    if schema := getattr(location, "uc_schema", None):
        return str(schema.schema_location)
    return ""


def _kind_and_value(entity: Any) -> tuple[AssessmentKind, Any]:
    if entity.feedback is not None:
        return "feedback", entity.feedback.value
    if entity.expectation is not None:
        return "expectation", entity.expectation.value
    return "issue", entity.issue.issue_name


def _texts(mapping: Mapping[str, Any] | None) -> dict[str, str]:
    return {key: str(value) for key, value in (mapping or {}).items() if value is not None}
