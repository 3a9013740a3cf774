"""An id for each request: the one that a proxy gave, or a new one; in the log, in the audit line and in the answer."""

import re
import secrets
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_traces.callers import REQUEST_ID, REQUEST_ID_SCOPE_KEY

HEADER = "X-Request-ID"
_GIVEN = re.compile(r"[\w.:-]{1,64}")


@dataclass(frozen=True, slots=True)
class RequestIds:
    """ASGI middleware, the outermost: whatever is logged or answered below it carries the id."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        # Anything else could write lines of its own into the log.
        request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        token = REQUEST_ID.set(request_id)
        try:
            await self.app({**scope, REQUEST_ID_SCOPE_KEY: request_id}, receive, send_with_id)
        finally:
            REQUEST_ID.reset(token)
