"""Which way in the settings ask for."""

from dataclasses import dataclass, field

from starlette.routing import Route

from mcp_traces.http.auth import Authenticator, Challenge
from mcp_traces.http.oidc import OidcAuthenticator
from mcp_traces.http.oidc_rules import refuse_unused, rules_of
from mcp_traces.http.resource_metadata import metadata_routes, metadata_url
from mcp_traces.http.token_store import token_path
from mcp_traces.http.tokens import TokenFile
from mcp_traces.settings import Settings


@dataclass(frozen=True, slots=True)
class Entrance:
    """Who checks a token, what somebody without one is told, and the routes that tell more."""

    authenticator: Authenticator | None = None
    challenge: Challenge = field(default_factory=Challenge)
    routes: tuple[Route, ...] = ()


def open_entrance(settings: Settings) -> Entrance:
    """Raises InvalidArgumentError for settings that do not go together."""
    if settings.auth == "oidc":
        return _by_oidc(settings)
    refuse_unused(settings)
    return Entrance(TokenFile(token_path(settings))) if settings.auth == "token" else Entrance()


def _by_oidc(settings: Settings) -> Entrance:
    rules = rules_of(settings)
    challenge = Challenge(metadata_url(rules.resource), rules.scopes)
    return Entrance(OidcAuthenticator(rules), challenge, metadata_routes(rules))
