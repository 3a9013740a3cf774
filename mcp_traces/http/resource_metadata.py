"""RFC 9728: which issuer a client gets its token from, told at well-known addresses to everybody."""

from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mcp_traces.http.oidc_rules import OidcRules
from mcp_traces.http.places import MCP_PATH

WELL_KNOWN = "/.well-known/oauth-protected-resource"
RESOURCE_NAME = "MLflow traces"

_HEADERS = {"Cache-Control": "public, max-age=3600"}


def metadata_url(resource: str) -> str:
    """The well-known address stands between the host and the path (RFC 9728, section 3.1)."""
    parts = urlsplit(resource)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{WELL_KNOWN}{parts.path.rstrip('/')}{query}"


def metadata_routes(rules: OidcRules) -> tuple[Route, ...]:
    """For the public path, for ours (a proxy may have stripped a prefix before it), and for clients that try the root.

    The SDK's helper serves one of these, and writes `https://id.example` as `https://id.example/`, which then is
    another issuer than that of the tokens.
    """
    content = _metadata(rules)

    async def metadata(_: Request) -> Response:
        return JSONResponse(content, headers=_HEADERS)

    public = urlsplit(rules.resource).path.rstrip("/")
    paths = dict.fromkeys(WELL_KNOWN + path for path in (public, MCP_PATH, ""))
    return tuple(
        Route(path, metadata, methods=["GET", "OPTIONS"], middleware=[_readable_by_anyone()]) for path in paths
    )


def _metadata(rules: OidcRules) -> dict[str, object]:
    scopes = {"scopes_supported": list(rules.scopes)} if rules.scopes else {}
    return {
        "resource": rules.resource,
        "authorization_servers": [rules.issuer],
        **scopes,
        "bearer_methods_supported": ["header"],
        "resource_name": RESOURCE_NAME,
    }


def _readable_by_anyone() -> Middleware:
    return Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "HEAD"], allow_headers=["*"])
