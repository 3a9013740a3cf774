"""A trace of an MLflow server: which of its routes return the info and the spans, and which is quicker.

`get-trace-artifact`, from which MLflow's own pages read, passes spans on as they are stored; `traces/get` makes
protobuf of them first. For a server that is a quarter of the work for 2,000 spans, and half of it for 200; for 6, one
call is less than two.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from urllib.parse import quote

from mcp_traces.errors import (
    InvalidArgumentError,
    NotFoundError,
    StoreDeniedError,
    StoreError,
    StoreForbiddenError,
    StoreTimeoutError,
    StoreUnavailableError,
    TracesError,
)
from mcp_traces.records import Span, Trace, TraceInfo
from mcp_traces.store.completeness import missing_spans_note
from mcp_traces.store.rest_client import Question, RestClient
from mcp_traces.store.rest_records import read_info, read_info_v2, read_trace, read_traces
from mcp_traces.store.rest_spans import read_spans

STORED_FORM_SINCE = (3, 9)
"""Before, `get-trace-artifact` did not know of spans in a database, or was not tried."""

STORED_FORM_ROUTES = tuple(f"/ajax-api/{version}/mlflow/get-trace-artifact" for version in ("3.0", "2.0"))
"""The newer one first. With a `path` it returns an attachment instead of the spans."""

FEW_SPANS = 15
MAX_SMALL = 10_000
"""Traces that are known to be small, which is 1 MB of ids."""

TRACES_PER_BATCH = 50
"""Their ids make 3,000 characters of a URL."""

_VERSION = re.compile(r"(\d+)\.(\d+)")
# What another route of the same server would meet as well.
_LASTING = (StoreUnavailableError, StoreTimeoutError, StoreDeniedError)


class TraceReader:
    """Reads traces, by the quicker route where it can know which that is."""

    def __init__(self) -> None:
        self._small: set[str] = set()

    def take_note(self, found: Iterable[TraceInfo]) -> None:
        """Remembers which traces of a search are small: they are opened next."""
        if len(self._small) > MAX_SMALL:
            self._small.clear()
        self._small.update(info.trace_id for info in found if (info.span_count or FEW_SPANS + 1) <= FEW_SPANS)

    async def read(self, client: RestClient, trace_id: str, mlflow_version: str) -> Trace:
        """The trace with its spans; an unknown version counts as an old one. Raises what RestClient.ask raises."""
        found = _VERSION.match(mlflow_version)
        is_old = found is None or (int(found[1]), int(found[2])) < STORED_FORM_SINCE
        if is_old or trace_id in self._small:
            return await _whole_or_in_parts(client, trace_id)
        return await _in_parts_or_whole(client, trace_id)


async def read_batches(client: RestClient, trace_ids: Sequence[str]) -> list[Trace]:
    """Those of the traces that the server returns many at a time.

    It leaves out traces in progress and those whose spans are artifacts; older servers lack the route.
    """
    found: list[Trace] = []
    for start in range(0, len(trace_ids), TRACES_PER_BATCH):
        params = {"trace_ids": list(trace_ids[start : start + TRACES_PER_BATCH])}
        question = Question("/api/3.0/mlflow/traces/batchGet", "traces", read_traces, params)
        try:
            found += await client.ask(question)
        except StoreForbiddenError:  # one of them may be another's
            continue
        except _LASTING:
            raise
        except TracesError:  # what is missing is read singly, which says why it fails
            break
    return found


async def _in_parts_or_whole(client: RestClient, trace_id: str) -> Trace:
    """The info is asked for first: where a server decides who may read what, some versions do not do so for spans."""
    info = await client.ask_either(*_info_questions(trace_id))
    trace: Trace | None = None
    # Some proxies let only the API through.
    with suppress(StoreForbiddenError):
        trace = await _with_stored_spans(client, info)
        if trace.spans:
            return trace
    try:
        return await client.ask(_whole(trace_id))
    except _LASTING:
        raise
    except TracesError:
        if trace is None:
            raise
        return trace


async def _whole_or_in_parts(client: RestClient, trace_id: str) -> Trace:
    try:
        return await client.ask(_whole(trace_id))
    except _LASTING:
        raise
    except NotFoundError as error:
        # Servers that lack the route take "get" for the id of a trace.
        if trace_id in error.message:
            raise
    except (StoreError, InvalidArgumentError):
        # Older servers lack the route; and every server fails on a trace whose spans are an artifact, as those of
        # older SDKs are, and those of newer ones when a span holds what OTLP cannot say (an integer of 65 bits).
        # What it says of an archive that it cannot read is INVALID_PARAMETER_VALUE.
        pass
    return await _with_stored_spans(client, await client.ask_either(*_info_questions(trace_id)))


async def _with_stored_spans(client: RestClient, info: TraceInfo) -> Trace:
    spans, note = await _stored_spans(client, info.trace_id)
    return Trace(info, spans, note or missing_spans_note(info, spans))


async def _stored_spans(client: RestClient, trace_id: str) -> tuple[tuple[Span, ...], str | None]:
    """The spans, or none and where there is one the reason."""
    newer, older = (Question(route, "spans", read_spans, {"request_id": trace_id}) for route in STORED_FORM_ROUTES)
    try:
        return await client.ask_either(newer, older), None
    except NotFoundError:
        return (), None
    except _LASTING:
        raise
    except TracesError as error:
        return (), f"Its spans could not be read: {error.message}"


def _whole(trace_id: str) -> Question[Trace]:
    params = {"trace_id": trace_id, "allow_partial": "true"}
    return Question("/api/3.0/mlflow/traces/get", "a trace", read_trace, params)


def _info_questions(trace_id: str) -> tuple[Question[TraceInfo], Question[TraceInfo]]:
    if "/" in trace_id:
        raise NotFoundError("No id has a slash on a server whose paths hold ids.")
    # httpx2 would resolve `..`, but leaves an encoded one alone.
    quoted = quote(trace_id, safe="").replace(".", "%2E")
    return (
        Question(f"/api/3.0/mlflow/traces/{quoted}", "a trace", read_info),
        Question(f"/api/2.0/mlflow/traces/{quoted}/info", "a trace", read_info_v2),
    )
