"""Refusals of bodies that are no message, in words of the protocol: the SDK's are those of its library, and quote."""

import json
from dataclasses import dataclass
from typing import Any, cast

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OF_THE_LIBRARY = "Validation error"
NO_MESSAGE = "The body is no JSON-RPC message: an object with jsonrpc, id, method and params, as MCP has them."


@dataclass(frozen=True, slots=True)
class PlainRefusals:
    """ASGI middleware that looks at answers with status 400, which are small, and at no others."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message | None = None
        body = b""

        async def send_plainly(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and message["status"] == 400:
                start = message
            elif start is not None and message["type"] == "http.response.body":
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    await _send(send, start, _plain(body))
            else:
                await send(message)

        await self.app(scope, receive, send_plainly)


async def _send(send: Send, start: Message, body: bytes) -> None:
    MutableHeaders(scope=start)["content-length"] = str(len(body))
    await send(start)
    await send({"type": "http.response.body", "body": body})


def _plain(body: bytes) -> bytes:
    try:
        answer: Any = json.loads(body)
    except ValueError:
        return body
    error = cast("dict[str, Any]", answer).get("error") if isinstance(answer, dict) else None
    if isinstance(error, dict) and str(cast("dict[str, Any]", error).get("message")).startswith(_OF_THE_LIBRARY):
        return json.dumps(answer | {"error": error | {"message": NO_MESSAGE}}).encode()
    return body
