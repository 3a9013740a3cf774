"""`mcp-traces check`: what a client would see of the configured store, or what is wrong and how to mend it."""

from collections.abc import AsyncIterator
from importlib.metadata import version

from mcp_traces import __version__
from mcp_traces.errors import ExperimentNotFoundError
from mcp_traces.records import Experiment, TraceInfo
from mcp_traces.settings import Settings
from mcp_traces.store.gateway import TraceGateway, TraceQuery
from mcp_traces.times import iso_utc
from mcp_traces.tools.experiments import ExperimentResolver

MAX_LISTED = 20
COUNT_UP_TO = 1_000
_CHUNK = 500


async def check_store(settings: Settings, gateway: TraceGateway) -> AsyncIterator[str]:
    """Lines of a report. Raises TracesError where a client would get no answers."""
    yield f"mcp-traces {__version__}, mcp {version('mcp')}, mlflow-skinny {version('mlflow-skinny')}"
    store = await gateway.store_info()
    version_of_server = f", MLflow {store.mlflow_version}" if store.mlflow_version else ""
    yield f"store      {store.kind} at {store.address}{version_of_server}"
    for lack in store.lacks:
        yield f"lacks      {lack}"
    resolver = ExperimentResolver(gateway, settings)
    visible = await resolver.visible()
    unknown = _unknown_allowed(settings, visible)
    yield f"reachable  yes; experiments a client may see: {len(visible)}"
    if unknown:
        yield f"unknown    MCP_TRACES_EXPERIMENTS also names what is not in the store: {unknown}"
    with_traces = await resolver.with_traces(MAX_LISTED)
    for experiment, newest in with_traces:
        yield await _experiment_line(gateway, experiment, newest)
    if not with_traces:
        yield "traces     none yet; log one with mlflow.start_span() or an autolog integration"
    yield await _default_line(resolver, settings, [experiment for experiment, _ in with_traces])


def _unknown_allowed(settings: Settings, visible: tuple[Experiment, ...]) -> str | None:
    """The part of the allow-list that names nothing. Raises ExperimentNotFoundError when that is all of it."""
    seen = {one.experiment_id for one in visible} | {one.name for one in visible}
    unknown = ", ".join(repr(one) for one in settings.experiments if one not in seen)
    if unknown and not visible:
        raise ExperimentNotFoundError(
            f"MCP_TRACES_EXPERIMENTS names only what is not in the store: {unknown}.",
            "Name existing experiments, by id or name.",
        )
    return unknown or None


async def _experiment_line(gateway: TraceGateway, experiment: Experiment, newest: TraceInfo) -> str:
    count = await _count(gateway, experiment.experiment_id)
    more = "or more " if count >= COUNT_UP_TO else ""
    last = iso_utc(newest.request_time_ms)
    return f"traces     {experiment.name!r} (id {experiment.experiment_id}): {count} {more}traces, the last at {last}"


async def _count(gateway: TraceGateway, experiment_id: str) -> int:
    query = TraceQuery((experiment_id,), limit=_CHUNK)
    count = 0
    while count < COUNT_UP_TO:
        page = await gateway.search_traces(query)
        count += len(page.traces)
        if page.next_page_token is None:
            break
        query = TraceQuery((experiment_id,), limit=_CHUNK, page_token=page.next_page_token)
    return count


async def _default_line(resolver: ExperimentResolver, settings: Settings, with_traces: list[Experiment]) -> str:
    if settings.experiment:
        default = await resolver.find(settings.experiment)
        return f"default    {default.name!r} (id {default.experiment_id})"
    if len(with_traces) == 1:
        return f"default    {with_traces[0].name!r}, the only experiment with traces"
    return "default    none: clients name an experiment in each search, or set MLFLOW_EXPERIMENT_NAME"
