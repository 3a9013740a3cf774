"""What every tool call shares, handed to it through its Context, as its caller may see it."""

from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from mcp.server.mcpserver import Context

from mcp_traces.callers import LOCAL, Caller
from mcp_traces.query.sandbox import Sandboxes
from mcp_traces.settings import Settings
from mcp_traces.shaping.cleaning import UNMASKED, Cleaner
from mcp_traces.shaping.tables import sqlite_tables
from mcp_traces.store.gateway import TraceGateway
from mcp_traces.tools.experiments import ExperimentResolver
from mcp_traces.tools.known_experiments import KnownExperiments
from mcp_traces.tools.trace_cache import TraceCache


class Clock(Protocol):
    def __call__(self) -> datetime:
        """The current time, with its zone."""
        ...


def _calling() -> ContextVar[Caller]:
    return ContextVar("caller", default=LOCAL)


@dataclass(frozen=True, slots=True)
class AppState:
    """`cleaner` is for whatever is shown of what was recorded; `calling` says who asks while a message is answered."""

    settings: Settings
    gateway: TraceGateway
    clock: Clock
    cleaner: Cleaner = UNMASKED
    traces: TraceCache = field(default_factory=TraceCache)
    known: KnownExperiments = field(default_factory=KnownExperiments)
    calling: ContextVar[Caller] = field(default_factory=_calling)
    sandboxes: Sandboxes = field(default_factory=lambda: Sandboxes(sqlite_tables()))

    @property
    def caller(self) -> Caller:
        return self.calling.get()

    @property
    def experiments(self) -> ExperimentResolver:
        return ExperimentResolver(self.gateway, self.settings, self.caller, self.known)

    def seen_by_caller(self) -> "AppState":
        """The same with MLflow asked as the caller, where it brought credentials of its own."""
        own = self.caller.mlflow_authorization
        return self if own is None else replace(self, gateway=self.gateway.as_user(own))


ToolContext = Context[AppState]


def state_of(context: ToolContext) -> AppState:
    return context.request_context.lifespan_context.seen_by_caller()
