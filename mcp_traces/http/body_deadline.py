"""A bound on the time a request's body takes to arrive, so that nobody holds a request open with a byte a second."""

import math

import anyio
import anyio.lowlevel
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_WITHIN_S = 20.0


class BodyDeadline:
    """ASGI middleware: answers 408 and closes the connection when a body is not whole in time.

    The time is that of the body alone: what the application does with it has bounds of its own.
    """

    def __init__(self, app: ASGIApp, within_s: float) -> None:
        self._app = app
        self._within_s = within_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        ends_at, is_whole, is_answered = anyio.current_time() + self._within_s, False, False

        async def receive_in_time() -> Message:
            nonlocal is_whole
            if is_whole:
                return await receive()
            waiting.deadline = ends_at
            message = await receive()
            if message["type"] == "http.disconnect":
                waiting.cancel()  # nobody is left to answer; told of it, the SDK would log an error
                await anyio.lowlevel.checkpoint()
            waiting.deadline = math.inf
            is_whole = not message.get("more_body", False)
            return message

        async def send_once_begun(message: Message) -> None:
            nonlocal is_answered
            is_answered = True
            await send(message)

        with anyio.CancelScope() as waiting:
            await self._app(scope, receive_in_time, send_once_begun)
        if waiting.cancelled_caught and not is_answered:
            problem = f"The body of the request was not whole after {self._within_s:g} s."
            await JSONResponse({"error": problem}, 408, {"Connection": "close"})(scope, receive, send)
