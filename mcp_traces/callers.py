"""Who asks: one person or program, and what it may see, as it was let in."""

import hashlib
from contextvars import ContextVar
from dataclasses import dataclass, field

SCOPE_KEY = "mcp_traces.caller"
"""Where an HTTP request's ASGI scope holds the Caller."""


@dataclass(frozen=True, slots=True)
class Caller:
    """`experiments` are ids and names it may see within what the server shows; None is all of that.

    `mlflow_authorization` is its own `Authorization` for MLflow, where people bring one; otherwise the server's serves.
    """

    name: str
    experiments: tuple[str, ...] | None = None
    mlflow_authorization: str | None = field(default=None, repr=False)

    @property
    def mlflow_user(self) -> str:
        """A key for what MLflow told this user and no other; empty for the server's own."""
        own = self.mlflow_authorization
        return hashlib.sha256(own.encode()).hexdigest() if own else ""


LOCAL = Caller("local")
"""Whoever started the process, and speaks to it over stdio."""

REQUEST_ID_SCOPE_KEY = "mcp_traces.request_id"
REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The HTTP request that is being answered, for the log; None over stdio."""
