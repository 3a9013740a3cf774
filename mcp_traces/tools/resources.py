"""The resources we offer: what describe_filter_syntax tells, for clients that let people attach it."""

from collections.abc import Sequence

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.resources import ResourceSecurity
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INTERNAL_ERROR,
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from mcp_traces.errors import TracesError
from mcp_traces.records import Experiment
from mcp_traces.tools.catalog import text_of
from mcp_traces.tools.describe_filter_syntax import live_values, syntax
from mcp_traces.tools.state import AppState

SYNTAX_URI = "mlflow-traces://filter-syntax"
VALUES_URI = "mlflow-traces://experiments/{experiment}/filter-values"

MAX_COMPLETIONS = 100
"""As many as MCP lets an answer hold."""


def add_resources(server: MCPServer[AppState], state: AppState) -> None:
    """Register both, and completion for names of experiments."""

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

    @server.completion()
    async def complete(
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion | None:
        if not isinstance(ref, ResourceTemplateReference) or (ref.uri, argument.name) != (VALUES_URI, "experiment"):
            return None
        try:
            return _completion(await state.seen_by_caller().experiments.visible(), argument.value)
        except TracesError as error:  # any other exception the SDK logs as a fault of ours, and hides
            raise MCPError(INTERNAL_ERROR, str(error)) from error


def _completion(experiments: Sequence[Experiment], typed: str) -> Completion:
    """Names that hold what was typed, those that begin with it first; otherwise the latest first."""
    folded = typed.casefold()
    matching = [one.name for one in experiments if folded in one.name.casefold()]
    names = sorted(matching, key=lambda name: not name.casefold().startswith(folded))
    return Completion(values=names[:MAX_COMPLETIONS], total=len(names), has_more=len(names) > MAX_COMPLETIONS)
