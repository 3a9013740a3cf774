"""What is asked of MLflow's own store, each question in MLflow's calls and each answer as records.

Every function takes the opened store, runs on a worker thread, and raises what MLflow raises.
"""

from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from mcp_traces.errors import NotFoundError
from mcp_traces.records import Experiment, MetricDataPoint, MetricsQuery, Trace, TracePage, TraceQuery
from mcp_traces.store.addresses import DATABASE_KINDS, store_kind
from mcp_traces.store.metrics import aggregation, data_point
from mcp_traces.store.mlflow_modules import mlflow_module
from mcp_traces.store.mlflow_records import experiment_record, trace_info_record, trace_record
from mcp_traces.store.translation import clean_message

_BEHIND_SERVER = (
    "The spans are kept as an artifact that only the MLflow server of this database hands out: they are read with its "
    "URL as MLFLOW_TRACKING_URI."
)


def search_experiments(store: Any, max_results: int) -> tuple[Experiment, ...]:
    active = mlflow_module("entities").ViewType.ACTIVE_ONLY
    found = store.search_experiments(active, max_results, order_by=["last_update_time DESC"])
    return tuple(experiment_record(entity) for entity in found)


def active(entity: Any) -> Experiment:
    if entity is None or entity.lifecycle_stage != "active":
        raise NotFoundError("deleted, or never there")
    return experiment_record(entity)


def search_traces(store: Any, query: TraceQuery) -> TracePage:
    entities, token = store.search_traces(
        locations=list(query.experiment_ids),
        filter_string=query.filter,
        max_results=query.limit,
        order_by=list(query.order_by),
        page_token=query.page_token,
    )
    # The database store gives bytes, the others text (mlflow/utils/search_utils.py:create_page_token).
    next_token = token.decode() if isinstance(token, bytes) else token
    return TracePage(tuple(trace_info_record(entity) for entity in entities), next_token or None)


def query_trace_metrics(store: Any, query: MetricsQuery) -> tuple[MetricDataPoint, ...]:
    metrics = mlflow_module("entities.trace_metrics")
    found = store.query_trace_metrics(
        experiment_ids=list(query.experiment_ids),
        view_type=metrics.MetricViewType(query.view_type),
        metric_name=query.metric_name,
        aggregations=[
            metrics.MetricAggregation(kind, percentile) for kind, percentile in map(aggregation, query.aggregations)
        ],
        dimensions=list(query.dimensions),
        filters=list(query.filters),
        max_results=query.limit,
    )
    return tuple(data_point(point.dimensions, point.values) for point in found)


def read_trace(store: Any, trace_id: str, tracking_uri: str) -> Trace:
    try:
        trace = _fetch(store, trace_id, tracking_uri)
        return trace_record(trace.info, trace.data.spans, None)
    except mlflow_module("exceptions").MlflowTracingException:
        # The spans are not in the store: traces of MLflow before 3.5, and of clients that log to artifacts.
        info = store.get_trace_info(trace_id)
        return trace_record(info, *_artifact_spans(store, info, tracking_uri))


def _fetch(store: Any, trace_id: str, tracking_uri: str) -> Any:
    """A trace with its spans, by the steps of mlflow/tracing/client.py:TracingClient.get_trace.

    A database is asked for what it has so far: otherwise MLflow sleeps 3 s over a trace in progress, then raises.
    """
    if store_kind(tracking_uri) in DATABASE_KINDS:
        return store.get_trace(trace_id, allow_partial=True)
    exceptions = mlflow_module("exceptions")
    location, _ = mlflow_module("tracing.utils").parse_trace_id_v4(trace_id)
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
        uri = mlflow_module("tracing.utils.artifact_utils").get_artifact_uri_for_trace(entity)
        if not is_within(uri, store.get_experiment(entity.experiment_id).artifact_location):
            return [], "The spans are kept as an artifact outside of the experiment's artifacts, where nothing is read."
        if is_behind_server(uri):
            return [], _BEHIND_SERVER
        uri = mlflow_module("utils.uri").add_databricks_profile_info_to_artifact_uri(uri, tracking_uri)
        repository = mlflow_module("store.artifact.artifact_repository_registry").get_artifact_repository(uri)
        return mlflow_module("entities").TraceData.from_dict(repository.download_trace_data()).spans, None
    except (mlflow_module("exceptions").MlflowException, ImportError) as exc:  # ImportError: a cloud storage's client
        reason = clean_message(str(exc)).rstrip(".")
        return [], f"The spans are kept as an artifact, which could not be read: {reason}."


def is_behind_server(uri: str) -> bool:
    """Whether it leads through the MLflow server of this database, of which the database does not say where it is."""
    return uri.startswith("mlflow-artifacts:") and not urlsplit(uri).netloc


def is_within(uri: str, artifact_location: str) -> bool:
    """Where spans are is said by a tag, which whoever logs a trace can set to any file or address."""
    within = uri.startswith(artifact_location.rstrip("/") + "/")
    return within and ".." not in unquote(uri).replace("\\", "/").split("/")
