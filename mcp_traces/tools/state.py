"""What every tool call shares, handed to it through its Context."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from mcp.server.mcpserver import Context

from mcp_traces.settings import Settings
from mcp_traces.store.gateway import TraceGateway
from mcp_traces.tools.experiments import ExperimentResolver
from mcp_traces.tools.trace_cache import TraceCache


class Clock(Protocol):
    def __call__(self) -> datetime:
        """The current time, with its zone."""
        ...


@dataclass(frozen=True, slots=True)
class AppState:
    settings: Settings
    gateway: TraceGateway
    clock: Clock
    traces: TraceCache = field(default_factory=TraceCache)

    @property
    def experiments(self) -> ExperimentResolver:
        return ExperimentResolver(self.gateway, self.settings)


ToolContext = Context[AppState]


def state_of(context: ToolContext) -> AppState:
    return context.request_context.lifespan_context
