"""The resources we offer: what tools tell, for clients that let people attach it; agents need none of them."""

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.resources import ResourceSecurity

from mcp_traces.tools.catalog import text_of
from mcp_traces.tools.describe_filter_syntax import live_values, syntax
from mcp_traces.tools.get_trace import overview_of
from mcp_traces.tools.state import AppState

SYNTAX_URI = "mlflow-traces://filter-syntax"
VALUES_URI = "mlflow-traces://experiments/{experiment}/filter-values"
TRACE_URI = "mlflow-traces://traces/{trace_id}"

TEMPLATE_ARGUMENTS = {VALUES_URI: ("experiment",), TRACE_URI: ("trace_id",)}
"""What is to be filled in in each template."""


def add_resources(server: MCPServer[AppState], state: AppState) -> None:
    """Register them all."""

    @server.resource(
        SYNTAX_URI,
        name="filter-syntax",
        title="Trace filter syntax",
        description="MLflow's trace filter syntax for the store in use, as describe_filter_syntax tells it.",
        mime_type="application/json",
    )
    async def filter_syntax() -> str:
        return text_of(await syntax(state.seen_by_caller()))

    @server.resource(
        VALUES_URI,
        name="filter-values",
        title="Values to filter on",
        description="What traces of an experiment (id or name) have: names, statuses, spans, tags, feedback, ...",
        mime_type="application/json",
        security=ResourceSecurity(exempt_params={"experiment"}),  # no path: names of Databricks begin with a slash
    )
    async def filter_values(experiment: str) -> str:
        return text_of(await live_values(state.seen_by_caller(), (experiment,)))

    @server.resource(
        TRACE_URI,
        name="trace",
        title="Trace overview",
        description="The overview of a trace, as get_trace tells it: outcome, root cause, critical path, ...",
        mime_type="application/json",
        security=ResourceSecurity(
            exempt_params={"trace_id"}
        ),  # ids of Databricks and links of MLflow's UI have slashes
    )
    async def trace(trace_id: str) -> str:
        return text_of(await overview_of(state.seen_by_caller(), trace_id))
