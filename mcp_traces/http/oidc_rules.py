"""What `auth=oidc` demands of a token, read from the settings; what would let nobody in, or anybody, is refused."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.http.places import LOOPBACK
from mcp_traces.settings import Settings

ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""With the others (HS256 and its kin, none) whoever can check a token can make one."""

_URL = re.compile(r"https?://[\x21-\x7e]+", re.IGNORECASE)
_NOT_IN_URL = re.compile(r"[\"\\#<>{}]|//[^/]*@")
"""What a header or a route could not hold; and a password, which everybody would be shown."""
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749, section 3.3


@dataclass(frozen=True, slots=True)
class OidcRules:
    """`jwks_uri` is None where the issuer's metadata tells it."""

    issuer: str
    audience: str
    resource: str
    scopes: tuple[str, ...]
    algorithms: tuple[str, ...]
    jwks_uri: str | None
    experiments_claim: str | None


def rules_of(settings: Settings) -> OidcRules:
    """Raises InvalidArgumentError, which names the setting."""
    resource = _url("public_url", settings.public_url, "https://traces.example.com/mcp")
    return OidcRules(
        issuer=_issuer(settings),
        audience=settings.oidc_audience or resource,
        resource=resource,
        scopes=_scopes(settings.oidc_scopes),
        algorithms=_algorithms(settings.oidc_algorithms),
        jwks_uri=settings.oidc_jwks_uri
        and _url("oidc_jwks_uri", settings.oidc_jwks_uri, "https://id.example.com/keys"),
        experiments_claim=settings.oidc_experiments_claim,
    )


def refuse_unused(settings: Settings) -> None:
    """Raises InvalidArgumentError where somebody configured an issuer and nothing would ask for its tokens."""
    unused = sorted(name for name in settings.model_fields_set if name.startswith("oidc_"))
    if unused:
        raise InvalidArgumentError(
            f"{', '.join(unused)} set, but auth is {settings.auth}, which takes no tokens of an issuer.",
            "Use --auth oidc, or leave the settings that begin with oidc_ out.",
        )


def _url(name: str, value: str | None, example: str) -> str:
    if value and _URL.fullmatch(value) and not _NOT_IN_URL.search(value) and _host(value):
        return value
    problem = "is not a URL that can be used" if value else "is not set"
    raise InvalidArgumentError(f"auth=oidc needs {name}, which {problem}.", f"Set {_flag(name)} {example}")


def _issuer(settings: Settings) -> str:
    issuer = _url("oidc_issuer", settings.oidc_issuer, "https://id.example.com")
    if not settings.oidc_jwks_uri and not issuer.lower().startswith("https:") and _host(issuer) not in LOOPBACK:
        raise InvalidArgumentError(
            "oidc_issuer is not https, so anybody on the way to it could put keys of their own in place of its keys.",
            "Use its https URL, or say with --oidc-jwks-uri where its keys are.",
        )
    return issuer


def _scopes(scopes: tuple[str, ...]) -> tuple[str, ...]:
    if not all(_SCOPE.fullmatch(scope) for scope in scopes):
        raise InvalidArgumentError("A scope of oidc_scopes holds a character that no scope may.", "Separate by commas.")
    return scopes


def _algorithms(algorithms: tuple[str, ...]) -> tuple[str, ...]:
    refused = [name for name in algorithms if name not in ASYMMETRIC]
    if refused or not algorithms:
        what = f"not {', '.join(refused)}" if refused else "at least one"
        raise InvalidArgumentError(
            f"oidc_algorithms takes algorithms that sign with a private key, {what}.",
            f"Known: {', '.join(ASYMMETRIC)}.",
        )
    return algorithms


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # half an IPv6 address
        return None


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
