"""RFC 9728: where a client learns which issuer to ask, for every path and for every web page."""

import re
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.http.conftest import list_tools, oidc_app, running, token_app
from tests.http.issuer import Issuer

pytestmark = pytest.mark.anyio

WELL_KNOWN = "/.well-known/oauth-protected-resource"
BEHIND_A_PREFIX = "https://example.com/team/traces/mcp"


async def test_the_metadata_tells_issuer_resource_and_scopes(issuer: Issuer) -> None:
    """Whole, to whoever asks, without a token, and kept for an hour; the issuer as it is written in its tokens."""
    async with running(oidc_app(issuer)) as http:
        answer = await http.get(f"{WELL_KNOWN}/mcp")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == {
        "resource": "https://traces.example.com/mcp",
        "authorization_servers": [issuer.url],
        "scopes_supported": ["traces:read"],
        "bearer_methods_supported": ["header"],
        "resource_name": "MLflow traces",
    }
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert issuer.paths == []


async def test_without_scopes_neither_metadata_nor_challenge_name_any(issuer: Issuer) -> None:
    """An empty list would read as a list of all there are."""
    async with running(oidc_app(issuer, oidc_scopes=())) as http:
        metadata = (await http.get(f"{WELL_KNOWN}/mcp")).json()
        challenge = (await list_tools(http)).headers["www-authenticate"]
        without_scope = await list_tools(http, f"Bearer {issuer.token(scope=None)}")

    assert "scopes_supported" not in metadata
    assert challenge == f'Bearer resource_metadata="https://traces.example.com{WELL_KNOWN}/mcp"'
    assert without_scope.status_code == 200


@pytest.mark.parametrize(
    "public_url",
    [
        "https://traces.example.com/mcp",
        "https://traces.example.com/mcp/",
        "https://traces.example.com",
        "https://traces.example.com:8443/mcp",
        BEHIND_A_PREFIX,
    ],
)
async def test_the_address_in_the_challenge_is_answered(issuer: Issuer, public_url: str, mode: str) -> None:
    """RFC 9728, section 3.1: between host and path; and what stands there names the same resource (section 3.3)."""
    async with running(oidc_app(issuer, public_url=public_url)) as http:
        challenge = (await list_tools(http, mode=mode)).headers["www-authenticate"]
        found = re.search(r'resource_metadata="([^"]*)"', challenge)
        assert found
        told = urlsplit(found[1])
        answer = await http.get(told.path)

    assert (told.scheme, told.netloc) == urlsplit(public_url)[:2]
    assert told.path == WELL_KNOWN + urlsplit(public_url).path.rstrip("/")
    assert answer.json()["resource"] == public_url


@pytest.mark.parametrize("path", ["/team/traces/mcp", "/mcp", ""], ids=["public", "ours", "root"])
async def test_the_metadata_stands_wherever_a_client_may_look(issuer: Issuer, path: str) -> None:
    """A proxy may strip the prefix of the public path or not, and older clients look only at the root."""
    async with running(oidc_app(issuer, public_url=BEHIND_A_PREFIX)) as http:
        answer = await http.get(WELL_KNOWN + path)
        head = await http.head(WELL_KNOWN + path)

    assert answer.json()["resource"] == BEHIND_A_PREFIX
    assert head.status_code == 200


@pytest.mark.parametrize("allowed_origins", [(), ("https://app.example.com",)], ids=["none allowed", "one allowed"])
@pytest.mark.parametrize("path", ["/mcp", ""], ids=["ours", "root"])
async def test_any_web_page_may_read_the_metadata(issuer: Issuer, path: str, allowed_origins: tuple[str, ...]) -> None:
    """It is public, and a client in a browser that may not read it could not tell its user what is missing."""
    origin = {"Origin": "https://inspector.example.net"}
    asks = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "mcp-protocol-version"}
    async with running(oidc_app(issuer, allowed_origins=allowed_origins)) as http:
        preflight = await http.options(WELL_KNOWN + path, headers=origin | asks)
        answer = await http.get(WELL_KNOWN + path, headers=origin)

    assert (preflight.status_code, answer.status_code) == (200, 200)
    assert {one.headers["access-control-allow-origin"] for one in (preflight, answer)} == {"*"}
    assert "GET" in preflight.headers["access-control-allow-methods"]
    assert "mcp-protocol-version" in preflight.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in str([preflight.headers, answer.headers])


async def test_only_allowed_origins_may_ask_mcp_itself(issuer: Issuer) -> None:
    """That the metadata is open opens nothing else; an allowed page can read the challenge."""
    app = oidc_app(issuer, allowed_origins=("https://app.example.com",))
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}

    async def preflight(http: httpx2.AsyncClient, origin: str) -> httpx2.Response:
        return await http.options("/mcp", headers={"Origin": origin, **asks})

    async with running(app) as http:
        ours = await preflight(http, "https://app.example.com")
        other = await preflight(http, "https://inspector.example.net")
        refused = await http.post("/mcp", headers={"Origin": "https://app.example.com"})

    assert ours.headers["access-control-allow-origin"] == "https://app.example.com"
    assert "access-control-allow-origin" not in other.headers
    assert refused.status_code == 401
    assert "WWW-Authenticate" in refused.headers["access-control-expose-headers"]


@pytest.mark.parametrize("host", ["traces.example.com", "10.1.2.3:8000", "traces.internal"])
async def test_the_metadata_is_the_same_under_any_host(issuer: Issuer, host: str) -> None:
    """It comes from the settings and not from the request, so that no `Host` leads a client to another issuer."""
    async with running(oidc_app(issuer)) as http:
        usual = await http.get(f"{WELL_KNOWN}/mcp")
        answer = await http.get(
            f"{WELL_KNOWN}/mcp", headers={"Host": host, "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil"}
        )

    assert answer.content == usual.content


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_the_metadata_can_only_be_read(issuer: Issuer, method: str) -> None:
    """Its paths are let through without a token, so nothing else may answer there."""
    async with running(oidc_app(issuer)) as http:
        answer = await http.request(method, f"{WELL_KNOWN}/mcp")

    assert answer.status_code == 405


async def test_without_an_issuer_there_is_no_metadata(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A client that found some would go looking for a token that nobody takes."""
    async with running(token_app(tmp_path_factory.mktemp("tokens") / "tokens.json")) as http:
        answer = await http.get(f"{WELL_KNOWN}/mcp")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
