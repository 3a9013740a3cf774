"""From whatever an agent has of a trace (id, its beginning, a UI link, the application's own id) to the trace."""

import re
from contextlib import suppress
from dataclasses import replace
from urllib.parse import unquote

from mcp_traces.errors import InvalidArgumentError, StoreForbiddenError, StoreUnsupportedError, TraceNotFoundError
from mcp_traces.filters.clause import Clause
from mcp_traces.filters.compiler import clause
from mcp_traces.filters.grammar import field_named
from mcp_traces.filters.versions import why_not
from mcp_traces.records import StoreInfo, Trace, TraceInfo
from mcp_traces.shaping.text import cut
from mcp_traces.store.gateway import TraceQuery
from mcp_traces.times import iso_utc
from mcp_traces.tools.state import AppState
from mcp_traces.tools.trace_cache import with_news

MIN_BEGINNING = 6
MAX_CANDIDATES = 5
MAX_NAME = 80

_BEGINS = ("trace.request_id", "LIKE")
_OF_CLIENT = ("trace.client_request_id", "=")
_LINK_PARAMETER = re.compile(r"[?&](?:selectedEvaluationId|selectedTraceId|traceId)=([^&#\s]+)")
_LINK_PATH = re.compile(r"/traces/(tr-[^/?#\s]+)")
_BEGINNING = re.compile(r"[\w:/.-]+")
_OTEL = re.compile(
    r"""(?:tr-|0x)?(?P<hex>[0-9a-f]{32})
    | (?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})
    | [0-9a-f]{2}-(?P<traceparent>[0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}
    | (?:root=)?1-(?P<xray>[0-9a-f]{8}-[0-9a-f]{24})(?:;.*)?""",
    re.IGNORECASE | re.VERBOSE,
)
"""How logs print OpenTelemetry's trace id: hex, a UUID, traceparent (W3C), X-Ray. MLflow's is `tr-` and the hex."""

_HEX = re.compile(r"[0-9a-f]+", re.IGNORECASE)


def read_trace_id(text: str) -> str:
    """The id in `text`, which may be quoted or a link of MLflow's UI. Raises InvalidArgumentError."""
    text = text.strip().strip("'\"`<>").strip()
    for pattern in (_LINK_PARAMETER, _LINK_PATH):
        if match := pattern.search(text):
            return unquote(match[1])
    if not text or "\x00" in text or text.startswith(("http://", "https://")):
        raise InvalidArgumentError(
            f"`trace_id` {text!r} names no trace.",
            "Give an id as in search_traces rows, its beginning, or a trace link of MLflow's UI.",
        )
    return text


async def find_trace(state: AppState, text: str) -> Trace:
    """The trace meant by `text`.

    Raises:
        InvalidArgumentError: it is no id, or the beginning of several.
        TraceNotFoundError: there is none; says where it looked.
    """
    trace_id = read_trace_id(text)
    return await find_exact_trace(state, trace_id) or await find_by_beginning(state, trace_id)


async def find_by_beginning(state: AppState, trace_id: str) -> Trace:
    """The trace whose id begins so, or to which the application gave this id.

    Raises InvalidArgumentError where there are several, TraceNotFoundError where there is none.
    """
    candidates = await _candidates(state, trace_id)
    if len(candidates) == 1:
        return await _visible(state, candidates[0].trace_id)
    if candidates:
        raise InvalidArgumentError(f"{trace_id!r} is the beginning of several trace ids.", _choice(candidates))
    store = await state.gateway.store_info()
    raise TraceNotFoundError(
        f"No trace {trace_id!r} in {store.address}: looked for {_tried(store)}", "Find it with search_traces."
    )


async def find_exact_trace(state: AppState, trace_id: str) -> Trace | None:
    """The trace with this id, or with the OpenTelemetry trace id in it."""
    with suppress(TraceNotFoundError):
        return await _visible(state, trace_id)
    if (of_otel := _of_otel(trace_id)) and of_otel != trace_id:
        with suppress(TraceNotFoundError):
            return await _visible(state, of_otel)
    return None


def _of_otel(text: str) -> str | None:
    """MLflow's id of the trace that OpenTelemetry knows by this one."""
    found = _OTEL.fullmatch(text)
    return f"tr-{next(filter(None, found.groups())).replace('-', '').lower()}" if found else None


async def _visible(state: AppState, trace_id: str) -> Trace:
    """The trace with its spans, of which none is read before it is clear that the caller may see it."""
    if state.experiments.limited and not await _is_in_sight(state, trace_id):
        raise TraceNotFoundError(f"No trace {trace_id!r}.")
    trace = await _kept(state, trace_id)
    if trace is None:
        trace = named_by_root(await state.gateway.get_trace(trace_id))
        state.traces.keep(trace, state.caller.mlflow_user)
    if not await state.experiments.may_see(trace.info):
        raise TraceNotFoundError(f"No trace {trace_id!r}.")
    return trace


async def _is_in_sight(state: AppState, trace_id: str) -> bool:
    experiments = tuple(experiment.experiment_id for experiment in await state.experiments.visible())
    query = TraceQuery(experiments, (_is_the_trace(trace_id),), limit=1)
    return bool(experiments and (await state.gateway.search_traces(query)).traces)


async def _kept(state: AppState, trace_id: str) -> Trace | None:
    """The trace as it was read a moment ago, if the store says that its spans are the same; the rest is as of now."""
    kept = state.traces.recent(trace_id, state.caller.mlflow_user)
    if kept is None:
        return None
    query = TraceQuery((kept.info.experiment_id,), (_is_the_trace(trace_id),), limit=1)
    with suppress(StoreForbiddenError):  # since it was kept
        found = (await state.gateway.search_traces(query)).traces
        return with_news(kept, found[0]) if found else None
    return None


async def _candidates(state: AppState, trace_id: str) -> list[TraceInfo]:
    experiments = tuple(experiment.experiment_id for experiment in await state.experiments.visible())
    if not experiments:
        return []
    store = await state.gateway.store_info()
    found: dict[str, TraceInfo] = {}
    if len(trace_id) >= MIN_BEGINNING and _BEGINNING.fullmatch(trace_id) and _takes(store, *_BEGINS):
        beginnings = [trace_id, f"tr-{trace_id.lower()}"] if _HEX.fullmatch(trace_id) else [trace_id]
        for beginning in beginnings:
            query = TraceQuery(experiments, (clause(*_BEGINS, f"{beginning}%"),), limit=MAX_CANDIDATES * 4)
            page = await state.gateway.search_traces(query)
            # `_` in an id is a wildcard to LIKE, so what came is looked at again.
            found |= {info.trace_id: info for info in page.traces if info.trace_id.startswith(beginning)}
    if _takes(store, *_OF_CLIENT):
        query = TraceQuery(experiments, (clause(*_OF_CLIENT, trace_id),), limit=MAX_CANDIDATES)
        with suppress(StoreUnsupportedError):  # a database of MLflow 3.1 has no such column
            found |= {info.trace_id: info for info in (await state.gateway.search_traces(query)).traces}
    return list(found.values())


def named_by_root(trace: Trace) -> Trace:
    """The trace with the name of its root span, where it has none of its own."""
    root = next((span.name for span in trace.spans if span.parent_id is None), None)
    if trace.info.name is not None or root is None:
        return trace
    return replace(trace, info=replace(trace.info, root_name=root))


def _is_the_trace(trace_id: str) -> Clause:
    return clause("trace.request_id", "=", trace_id)


def _takes(store: StoreInfo, name: str, operator: str) -> bool:
    """Whether the store can be asked so: not every MLflow server can."""
    return _why_not(store, name, operator) is None


def _tried(store: StoreInfo) -> str:
    """The ways to name a trace that this store can be asked for, and why not the others."""
    if reason := _why_not(store, *_BEGINS) or _why_not(store, *_OF_CLIENT):
        return f"this id only; for an id that begins so, or a client request id, {reason}"
    return "this id, an id that begins so, and a client request id."


def _why_not(store: StoreInfo, name: str, operator: str) -> str | None:
    field = field_named(name)
    assert field is not None
    return why_not(store, field, operator)


def _choice(candidates: list[TraceInfo]) -> str:
    shown = "; ".join(
        f"{info.trace_id} ({cut(info.name or '', MAX_NAME)!r}, {info.state}, {iso_utc(info.request_time_ms)})"
        for info in candidates[:MAX_CANDIDATES]
    )
    return f"Call again with one of them: {shown}{' and more' if len(candidates) > MAX_CANDIDATES else ''}."
