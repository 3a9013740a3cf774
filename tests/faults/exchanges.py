"""What a server of ours answers to one request: well, as a small MLflow would, or badly in one way of many."""

import gzip
import json
import socket
import struct
from asyncio import StreamReader, StreamWriter, sleep
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import anyio
import httpx2

from tests.store.rest_server import EXPERIMENT, RUN_INFO, SPAN, TRACE_ID, TRACE_INFO

DRIP_EVERY_S = 1.0
CHUNK = b"[" * 65_536


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that was read, and the way back."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    writer: StreamWriter

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    async def send(self, content: bytes) -> None:
        self.writer.write(content)
        await self.writer.drain()

    async def answer(self, status: str, body: bytes, content_type: str = "application/json", **headers: str) -> None:
        await self.send(head(status, content_type, **{"Content-Length": str(len(body)), **headers}) + body)


Behaviour: TypeAlias = Callable[[Exchange], Awaitable[None]]


def head(status: str, content_type: str, **headers: str) -> bytes:
    fields = {"Content-Type": content_type, **headers}
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def read_request(reader: StreamReader, writer: StreamWriter) -> Exchange:
    """The next request of a connection. Raises asyncio.IncompleteReadError when there is none any more."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    method, target, _ = first.split()
    return Exchange(method, target, headers, body, writer)


ANSWERS: dict[str, Any] = {
    "/api/2.0/mlflow/experiments/search": {"experiments": [EXPERIMENT]},
    "/api/2.0/mlflow/experiments/get": {"experiment": EXPERIMENT},
    "/api/2.0/mlflow/experiments/get-by-name": {"experiment": EXPERIMENT},
    "/api/2.0/mlflow/runs/get": {"run": {"info": RUN_INFO}},
    "/api/3.0/mlflow/traces/search": {"traces": [TRACE_INFO]},
    f"/api/3.0/mlflow/traces/{TRACE_ID}": {"trace": {"trace_info": TRACE_INFO}},
    "/ajax-api/3.0/mlflow/get-trace-artifact": {"spans": [SPAN]},
    "/api/3.0/mlflow/traces/get": {"trace": {"trace_info": TRACE_INFO, "spans": [SPAN]}},
}


EMPTY: dict[str, Any] = {"experiments": [{}], "experiment": {}, "traces": [{}], "trace": {}}
"""Answers of the right shape without what they are about."""


async def good(exchange: Exchange) -> None:
    """As an MLflow server with one trace."""
    if exchange.path == "/version":
        await exchange.answer("200 OK", b"3.17.2", "text/plain")
    elif exchange.path in ANSWERS:
        await exchange.answer("200 OK", json.dumps(ANSWERS[exchange.path]).encode())
    else:
        await exchange.answer("404 Not Found", b"<h1>Not Found</h1>", "text/html")


async def hang(_: Exchange) -> None:
    await anyio.sleep_forever()


async def hang_in_the_body(exchange: Exchange) -> None:
    await exchange.send(head("200 OK", "application/json", Content_Length="100") + b'{"traces": [')
    await anyio.sleep_forever()


async def drip(exchange: Exchange) -> None:
    """A byte a second, of an answer that would be right."""
    whole = head("200 OK", "application/json", Content_Length="2") + b"{}"
    for byte in whole:
        await exchange.send(bytes([byte]))
        await sleep(DRIP_EVERY_S)


async def stream_without_end(exchange: Exchange) -> None:
    await exchange.send(head("200 OK", "application/json", Transfer_Encoding="chunked"))
    while True:
        await exchange.send(f"{len(CHUNK):x}\r\n".encode() + CHUNK + b"\r\n")


async def unpack_without_end(exchange: Exchange) -> None:
    """A kilobyte a chunk, which becomes a megabyte."""
    packed = gzip.compress(bytes(2**24))
    await exchange.send(head("200 OK", "application/json", Content_Encoding="gzip", Transfer_Encoding="chunked"))
    while True:
        await exchange.send(f"{len(packed):x}\r\n".encode() + packed + b"\r\n")


async def send_headers_without_end(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await exchange.send(b"X-More: " + CHUNK + b"\r\n")


async def hang_up(exchange: Exchange) -> None:
    exchange.writer.close()


async def hang_up_in_the_body(exchange: Exchange) -> None:
    await exchange.send(head("200 OK", "application/json", Content_Length="100") + b'{"traces": [')
    exchange.writer.close()


async def reset(exchange: Exchange) -> None:
    """The connection ends as when a machine or a firewall forgets it."""
    connection: socket.socket = exchange.writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.writer.transport.abort()


async def speak_no_http(exchange: Exchange) -> None:
    await exchange.send(b"SSH-2.0-OpenSSH_9.6\r\n")
    exchange.writer.close()


async def redirect_to_itself(exchange: Exchange) -> None:
    await exchange.answer("302 Found", b"", Location=exchange.path)


async def redirect_nowhere(exchange: Exchange) -> None:
    await exchange.answer("302 Found", b"", Location="http://[::1")


def answering(status: str, body: object, content_type: str = "application/json", **headers: str) -> Behaviour:
    """The same answer to whatever is asked: bytes as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def answer(exchange: Exchange) -> None:
        await exchange.answer(status, content, content_type, **headers)

    return answer


def handing_on_to(server: httpx2.AsyncClient) -> Behaviour:
    """As a proxy that one does not notice."""

    async def answer(exchange: Exchange) -> None:
        told = {name: exchange.headers[name] for name in ("content-type",) if name in exchange.headers}
        reply = await server.request(exchange.method, exchange.target, content=exchange.body, headers=told)
        status = f"{reply.status_code} {reply.reason_phrase}"
        await exchange.answer(status, reply.content, reply.headers.get("content-type", "application/json"))

    return answer


def redirecting_to(url: str) -> Behaviour:
    return answering("307 Temporary Redirect", b"", "text/plain", Location=url)
