"""Who is let in: each request's Authorization becomes a Caller, or an answer as the MCP specification wants it.

Sources: RFC 6750 (Bearer tokens), RFC 9728 (protected resource metadata), MCP 2026-07-28, basic/authorization.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_traces.callers import LOCAL, SCOPE_KEY, Caller

MLFLOW_HEADER = "x-mlflow-authorization"
_MLFLOW_SCHEMES = re.compile(r"(Basic|Bearer) [\x21-\x7e]+", re.IGNORECASE)
_BEARER = re.compile(r"Bearer +([\x21-\x7e]+)", re.IGNORECASE)


@dataclass
class Rejection(Exception):
    """A request that is not let in. None of its texts may hold anything of a token.

    `error` is RFC 6750's code, None where no credentials came at all. `retry_after_s` says when to come again, where
    the fault is not the client's.
    """

    status: int
    error: str | None
    description: str
    retry_after_s: int | None = None


class Authenticator(Protocol):
    async def caller_of(self, token: str) -> Caller:
        """Whoever the Bearer token belongs to. Raises Rejection."""
        ...


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a rejected client is told of how to get in: the URL of the metadata and the scopes, where there are any."""

    metadata_url: str | None = None
    scopes: tuple[str, ...] = ()

    def header(self, rejection: Rejection) -> str:
        parts = {
            "error": rejection.error,
            "error_description": rejection.description if rejection.error else None,
            "resource_metadata": self.metadata_url,
            "scope": " ".join(self.scopes) or None,
        }
        told = ", ".join(f'{name}="{value}"' for name, value in parts.items() if value)
        # Without parts the scheme alone: h11 refuses to send a value that ends in a space.
        return f"Bearer {told}".strip()


@dataclass(frozen=True, slots=True)
class Gate:
    """ASGI middleware: lets `open_paths` through, and everything else with the Caller it came from.

    Without an authenticator everybody is the local caller. With `own_credentials` each request brings its own
    `X-MLflow-Authorization`.
    """

    app: ASGIApp
    authenticator: Authenticator | None
    challenge: Challenge
    open_paths: frozenset[str]
    own_credentials: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self.open_paths:
            await self.app(scope, receive, send)
            return
        try:
            caller = await self._caller(Headers(scope=scope))
        except Rejection as rejection:
            await self._reject(rejection)(scope, receive, send)
            return
        await self.app({**scope, SCOPE_KEY: caller}, receive, send)

    async def _caller(self, headers: Headers) -> Caller:
        caller, token = LOCAL, None
        if self.authenticator is not None:
            token = _bearer(headers)
            caller = await self.authenticator.caller_of(token)
        if not self.own_credentials:
            return caller
        return Caller(caller.name, caller.experiments, _mlflow_authorization(headers, token))

    def _reject(self, rejection: Rejection) -> JSONResponse:
        body = {"error": rejection.error or "unauthorized", "error_description": rejection.description}
        headers = {"WWW-Authenticate": self.challenge.header(rejection)} if rejection.status in (401, 403) else {}
        if rejection.retry_after_s is not None:
            headers["Retry-After"] = str(rejection.retry_after_s)
        return JSONResponse(body, rejection.status, headers)


def _bearer(headers: Headers) -> str:
    values = headers.getlist("authorization")
    if not values:
        raise Rejection(401, None, "A Bearer token is required.")
    found = _BEARER.fullmatch(values[0])
    if len(values) > 1 or not found:
        raise Rejection(400, "invalid_request", "Authorization must be one Bearer token.")
    return found[1]


def _mlflow_authorization(headers: Headers, token: str | None) -> str:
    """Raises Rejection also for the client's `token` for us, which MCP forbids to pass on, whoever asks for it."""
    values = headers.getlist(MLFLOW_HEADER)
    if len(values) != 1 or not _MLFLOW_SCHEMES.fullmatch(values[0]):
        raise Rejection(
            400, "invalid_request", "X-MLflow-Authorization must hold your MLflow credentials: Basic ... or Bearer ..."
        )
    if token is not None and values[0].endswith(f" {token}"):
        raise Rejection(
            400,
            "invalid_request",
            "X-MLflow-Authorization must not hold the token for this server, but one for MLflow.",
        )
    return values[0]
