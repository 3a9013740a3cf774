"""How an MLflow server is asked over HTTP: where it is, who asks, within which limits, and what an answer must be."""

import base64
import json
import ssl
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Generic, TypeVar

import anyio
import anyio.to_thread
import httpx2

from mcp_traces import __version__
from mcp_traces.errors import InvalidArgumentError, StoreError, StoreUnsupportedError
from mcp_traces.records import Json
from mcp_traces.store.addresses import CONNECT_TIMEOUT_S, store_address
from mcp_traces.store.rest_connection import Handshake, acknowledge_at_once
from mcp_traces.store.rest_errors import (
    answer_error,
    connection_error,
    denied_to_caller,
    slow_error,
    too_large_error,
    unreadable_error,
)

Answer = TypeVar("Answer")

MAX_ANSWER_BYTES = 256_000_000
"""Four times the largest trace that was seen; of a body without end no more is held than this."""

MAX_ERROR_BYTES = 1_000_000
# From here on, reading an answer would keep the event loop from everyone else for more than some 10 ms.
LARGE_ANSWER_BYTES = 1_000_000
# Below the 2 s after which gunicorn, and the 5 s after which uvicorn closes an idle connection: one that they close
# while a request is on its way fails the request.
KEEPALIVE_S = 1.0
MAX_PORT = 65535


@dataclass(frozen=True, slots=True)
class RestConfig:
    """An MLflow server and how to authenticate. `base_url` may hold a path prefix and credentials."""

    base_url: str = field(repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    insecure_tls: bool = False
    server_cert_path: str | None = None
    client_cert_path: str | None = None
    workspace: str | None = None
    timeout_s: float = 30.0
    connect_timeout_s: float = CONNECT_TIMEOUT_S
    max_concurrency: int = 16
    max_answer_bytes: int = MAX_ANSWER_BYTES


@dataclass(frozen=True, slots=True)
class Question(Generic[Answer]):
    """One route and what to ask it: a GET with `params`, or a POST when there is a `body`.

    `what` names the answer in an error ("a trace"). `read` may raise what reading JSON of a wrong shape raises.
    """

    path: str
    what: str
    read: Callable[[Json], Answer]
    params: Mapping[str, str | list[str]] | None = None
    body: Json = None
    decode: Callable[[bytes], Json] = json.loads


class RestClient:
    """Asks one MLflow server; only errors of `mcp_traces.errors` leave it.

    Raises StoreError when the URL or a certificate file is of no use.
    """

    def __init__(self, config: RestConfig, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        url = _usable_url(config.base_url)
        self.address: str = str(url.copy_with(userinfo=b"", query=None, fragment=None)).rstrip("/")
        self._timeout_s = config.timeout_s
        self._connect_timeout_s = config.connect_timeout_s
        self._max_answer_bytes = config.max_answer_bytes
        self._own_headers: Mapping[str, str] = {}
        self._limiter = anyio.CapacityLimiter(config.max_concurrency)
        self._http = httpx2.AsyncClient(
            base_url=self.address,
            headers=_headers(config, url),
            # A session that a proxy opens for one user would go along with the questions of all others.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            # A transport brings its own, and loading certificates takes 150 ms.
            verify=_tls(config, url) if transport is None else False,
            # The whole exchange has one deadline, in `_exchange`.
            timeout=httpx2.Timeout(None, connect=config.connect_timeout_s),
            limits=httpx2.Limits(max_connections=config.max_concurrency, keepalive_expiry=KEEPALIVE_S),
            transport=transport,
        )

    async def ask(self, question: Question[Answer]) -> Answer:
        """The answer to a question. There is no retry: the server's first word is the one that helps."""
        response, content = await self._exchange(question)
        if response.status_code != 200:
            error = answer_error(response, content, self.address)
            raise denied_to_caller(error) if self._own_headers else error
        if len(content) < LARGE_ANSWER_BYTES:
            return self._read(question, content)
        return await anyio.to_thread.run_sync(self._read, question, content, abandon_on_cancel=True)

    async def ask_either(self, newer: Question[Answer], older: Question[Answer]) -> Answer:
        """The answer to `newer`, or to `older` where the server lacks that route."""
        try:
            return await self.ask(newer)
        except StoreUnsupportedError:
            return await self.ask(older)

    def as_user(self, authorization: str) -> "RestClient":
        """The same connections and limits with another `Authorization`."""
        other = copy(self)
        other._own_headers = {"Authorization": authorization}
        return other

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _exchange(self, question: Question[Answer]) -> tuple[httpx2.Response, bytes]:
        request = self._request(question)
        try:
            with anyio.fail_after(self._timeout_s):
                async with self._limiter:
                    response = await self._http.send(request, stream=True)
                    try:
                        acknowledge_at_once(response)
                        return response, await self._body(response)
                    finally:
                        await response.aclose()
        except (TimeoutError, httpx2.ReadTimeout) as error:
            raise slow_error(self.address, self._timeout_s) from error
        except httpx2.RequestError as error:
            raise connection_error(error, self.address, self._connect_timeout_s) from error

    async def _body(self, response: httpx2.Response) -> bytes:
        """All of an answer, or the beginning of an error: few say much, and none needs more."""
        is_error = response.status_code != 200
        most = MAX_ERROR_BYTES if is_error else self._max_answer_bytes
        pieces, size = list[bytes](), 0
        async for piece in response.aiter_bytes():
            pieces.append(piece)
            size += len(piece)
            if size > most and not is_error:
                raise too_large_error(self.address, most)
            if size > most:
                break
        return b"".join(pieces)[:most]

    def _request(self, question: Question[Answer]) -> httpx2.Request:
        method = "GET" if question.body is None else "POST"
        try:
            return self._http.build_request(
                method,
                question.path,
                params=question.params,
                json=question.body,
                headers=self._own_headers,
                extensions={"trace": Handshake()},
            )
        except UnicodeEncodeError as error:
            raise InvalidArgumentError("Half of a surrogate pair is not text: no stored value can hold it.") from error

    def _read(self, question: Question[Answer], content: bytes) -> Answer:
        try:
            return question.read(question.decode(content))
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            raise unreadable_error(self.address, question.what) from error


def _usable_url(text: str) -> httpx2.URL:
    unusable = StoreError(f"{store_address(text)} is not a usable address.", "Check MLFLOW_TRACKING_URI.")
    try:
        url = httpx2.URL(text)
    except httpx2.InvalidURL:
        raise unusable from None  # its text quotes the password
    if url.scheme not in ("http", "https") or not url.host or (url.port or 0) > MAX_PORT:
        raise unusable
    return url


def _headers(config: RestConfig, url: httpx2.URL) -> dict[bytes, bytes]:
    """What mlflow/utils/rest_utils.py:http_request sends; bytes, since httpx2 takes text for ASCII."""
    headers = {b"User-Agent": f"mcp-traces/{__version__}".encode()}
    if authorization := _authorization(config, url):
        headers[b"Authorization"] = authorization
    if config.workspace:
        headers[b"X-MLFLOW-WORKSPACE"] = config.workspace.strip().encode()
    return headers


def _authorization(config: RestConfig, url: httpx2.URL) -> bytes | None:
    # requests, MLflow's own client library, lets the credentials in a URL win over the header.
    if url.userinfo:
        return _basic(url.username, url.password)
    if config.username and config.password:
        return _basic(config.username, config.password)
    return f"Bearer {config.token}".encode() if config.token else None


def _basic(username: str, password: str) -> bytes:
    return b"Basic " + base64.b64encode(f"{username}:{password}".encode())


def _tls(config: RestConfig, url: httpx2.URL) -> ssl.SSLContext | bool:
    """The checks to make of an https server; none for http, which has no use for the certificates to load."""
    if url.scheme == "http":
        return False
    if config.insecure_tls and config.server_cert_path:
        both = "MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH"
        raise StoreError(f"{both} are both set, and MLflow allows only one of them.")
    try:
        return _tls_context(config)
    except OSError as error:  # ssl.SSLError is one
        files = "MLFLOW_TRACKING_SERVER_CERT_PATH and MLFLOW_TRACKING_CLIENT_CERT_PATH"
        raise StoreError("A certificate file for the MLflow server cannot be used.", f"Check {files}.") from error


def _tls_context(config: RestConfig) -> ssl.SSLContext:
    path = config.server_cert_path
    if not path:
        context = httpx2.create_ssl_context(verify=not config.insecure_tls)
    elif Path(path).is_dir():
        context = ssl.create_default_context(capath=path)
    else:
        context = ssl.create_default_context(cafile=path)
    if config.client_cert_path:
        context.load_cert_chain(config.client_cert_path)
    return context
