"""What may be meant by an argument of a prompt or a resource that is being typed: experiments, traces, sessions."""

from collections.abc import Iterable, Sequence

from mcp.types import Completion, CompletionArgument, CompletionContext, PromptReference, ResourceTemplateReference

from mcp_traces.filters.clause import Clause
from mcp_traces.filters.compiler import clause
from mcp_traces.records import TraceInfo
from mcp_traces.store.gateway import TraceQuery
from mcp_traces.tools.prompts import PROMPT_ARGUMENTS
from mcp_traces.tools.resources import TEMPLATE_ARGUMENTS
from mcp_traces.tools.state import AppState

MAX_COMPLETIONS = 100
"""As many as MCP lets an answer hold."""

NEWEST = 300
"""Traces looked at for sessions, or for ids."""

_FAILED = clause("trace.status", "=", "ERROR")


async def complete(
    state: AppState,
    ref: PromptReference | ResourceTemplateReference,
    argument: CompletionArgument,
    context: CompletionContext | None,
) -> Completion | None:
    """Values that hold what was typed, those that begin with it first, then the latest. Raises TracesError."""
    of_template = isinstance(ref, ResourceTemplateReference)
    known = TEMPLATE_ARGUMENTS.get(ref.uri, ()) if of_template else PROMPT_ARGUMENTS.get(ref.name, ())
    if argument.name not in known:
        return None
    named = ((context.arguments if context else None) or {}).get("experiment")
    match argument.name:
        case "experiment":
            values = [one.name for one in await state.experiments.visible()]
        case "trace_id":
            traces = await _newest(state, named, None if of_template else _FAILED)
            values = _as_they_are(state, (info.trace_id for info in traces))
        case "session_id":
            traces = await _newest(state, named, None)
            values = _as_they_are(state, (info.session_id or "" for info in traces))
        case _:
            return None
    return _completion(values, argument.value)


async def _newest(state: AppState, experiment: str | None, matching: Clause | None) -> Sequence[TraceInfo]:
    places = tuple(one.experiment_id for one in await state.experiments.likely(experiment))
    if not places:
        return ()
    return (await state.gateway.search_traces(TraceQuery(places, (matching,) if matching else (), limit=NEWEST))).traces


def _as_they_are(state: AppState, values: Iterable[str]) -> list[str]:
    """Each once. What could be shown only masked, or with hidden characters written out, would name nothing."""
    return [value for value in dict.fromkeys(values) if value and state.cleaner.text(value) == value]


def _completion(values: Sequence[str], typed: str) -> Completion:
    folded = typed.casefold()
    matching = [one for one in values if folded in one.casefold()]
    ordered = sorted(matching, key=lambda one: not one.casefold().startswith(folded))
    return Completion(values=ordered[:MAX_COMPLETIONS], total=len(ordered), has_more=len(ordered) > MAX_COMPLETIONS)
