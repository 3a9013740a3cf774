"""The whole of `auth=oidc` in a real process: the SDK's client finds its way from the 401 to an answer."""

import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs

import httpx2
import pytest
from mcp import Client
from mcp.client.auth import TokenStorage
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthToken

from tests.http.conftest import list_tools
from tests.http.http_process import DEADLINE_S, HttpServer, http_server
from tests.http.issuer import KEYS, OPENID, TOKEN, Issuer
from tests.stdio_process import ERAS, Era
from tests.stores import RealStore, free_port

pytestmark = [pytest.mark.anyio, pytest.mark.store]

MODES: dict[Era, str] = {"2025-11-25": "legacy", "2026-07-28": "auto"}


class Memory(TokenStorage):
    """Keeps what the SDK's OAuth client would otherwise write to disk."""

    def __init__(self) -> None:
        self.tokens: OAuthToken | None = None
        self.client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


@pytest.fixture
def server(issuer: Issuer, sqlite_store: RealStore, tmp_path: Path) -> Iterator[HttpServer]:
    """It logs all that it ever would."""
    port = str(free_port())
    arguments = (
        "--port",
        port,
        "--tracking-uri",
        sqlite_store.tracking_uri,
        "--auth",
        "oidc",
        "--oidc-issuer",
        issuer.url,
    )
    rules = ("--public-url", f"http://127.0.0.1:{port}/mcp", "--oidc-scopes", "traces:read")
    with http_server(tmp_path, *arguments, *rules, "--log-level", "DEBUG", "--log-format", "json") as started:
        yield started


def offer(issuer: Issuer, token: str) -> None:
    """The issuer gives this token to a program that has a client id and a secret (RFC 6749, section 4.4)."""
    issuer.pages[OPENID] |= {
        "authorization_endpoint": f"{issuer.url}/authorize",
        "token_endpoint": issuer.url + TOKEN,
        "response_types_supported": ["code"],
        "grant_types_supported": ["client_credentials"],
    }
    issuer.pages[TOKEN] = {"access_token": token, "token_type": "Bearer", "expires_in": 600}


@asynccontextmanager
async def logging_in(url: str, issuer: Issuer, mode: str) -> AsyncGenerator[Client]:
    """An MCP client that knows the server's URL and its own credentials, and nothing else."""
    provider = ClientCredentialsOAuthProvider(url, Memory(), "agent", "its-secret", issuer=issuer.url)
    async with (
        httpx2.AsyncClient(auth=provider, timeout=DEADLINE_S, trust_env=False) as http,
        Client(streamable_http_client(url, http_client=http), mode=mode) as client,
    ):
        yield client


@pytest.mark.parametrize("era", ERAS)
async def test_a_client_finds_its_way_from_the_challenge_to_an_answer(
    issuer: Issuer, server: HttpServer, sqlite_store: RealStore, era: Era
) -> None:
    """401, metadata, issuer, token, search: all by what the server tells, as MCP's authorization wants it. The audit
    names the caller by its subject, and no log line holds anything else of the token."""
    token = issuer.token(aud=server.url, sub="agent-7", email="zebrafish@example.com", jti="zebrafish")
    offer(issuer, token)
    async with logging_in(server.url, issuer, MODES[era]) as client:
        answer = await client.call_tool("search_traces", {"experiment": "support-assistant", "limit": 3})

    assert not answer.is_error
    rows = (answer.structured_content or {})["traces"]
    assert len(rows) == 3 and {row["trace_id"] for row in rows} <= set(sqlite_store.sample.traces.values())
    asked = parse_qs(issuer.posted[0])
    assert (asked["resource"], asked["scope"]) == ([server.url], ["traces:read"])
    lines = [json.loads(line) for line in server.log.splitlines()]
    (audit,) = [line for line in lines if line["logger"] == "mcp_traces.audit"]
    assert (audit["tool"], audit["caller"], audit["outcome"]) == ("search_traces", "agent-7", "ok")
    assert [part for part in (token, *token.split("."), "zebrafish", "its-secret") if part in server.log] == []
    assert issuer.fetches == 1


async def test_what_is_refused_leaves_nothing_in_the_log(issuer: Issuer, server: HttpServer) -> None:
    """Neither of the token nor of its claims, at whatever level; and no traceback of ours."""
    tokens = {
        401: [
            "zebrafish",
            issuer.token(aud=server.url, exp=1, sub="zebrafish"),
            issuer.token(aud="https://zebrafish.example.com"),
            issuer.token(aud=server.url, iss="https://zebrafish.example.com"),
        ],
        403: [issuer.token(aud=server.url, scope="zebrafish")],
    }
    told: list[str] = []
    async with httpx2.AsyncClient(base_url=server.base_url, timeout=DEADLINE_S, trust_env=False) as http:
        for status, token in [(status, token) for status, ones in tokens.items() for token in ones]:
            answer = await list_tools(http, f"Bearer {token}")
            told += [answer.text, str(answer.headers)]
            assert answer.status_code == status
    shown = server.log + "".join(told)

    parts = {part for ones in tokens.values() for token in ones for part in token.split(".")}
    assert [part for part in parts | {"zebrafish"} if part in shown] == []
    assert "Traceback" not in server.log
    assert issuer.paths.count(KEYS) == 1
