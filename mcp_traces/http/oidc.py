"""`auth=oidc`: whom a JWT of the configured issuer belongs to, and what its bearer may see.

Sources: RFC 7519 (JWT), RFC 8725 (what to check of one), RFC 9068 (JWTs as access tokens), RFC 6750 (the answers).
"""

import hashlib
import re
import time
from collections.abc import Callable
from typing import Any, cast

import jwt
from jwt.exceptions import (
    ExpiredSignatureError,
    ImmatureSignatureError,
    InvalidAudienceError,
    InvalidIssuerError,
    InvalidKeyError,
    InvalidSignatureError,
    MissingRequiredClaimError,
    PyJWTError,
)

from mcp_traces.callers import Caller
from mcp_traces.http.auth import Rejection
from mcp_traces.http.issuer_keys import ASK_AGAIN_S, IssuerKeys
from mcp_traces.http.jwks import IssuerUnavailableError, KeySource
from mcp_traces.http.oidc_rules import OidcRules

MAX_TOKEN_CHARS = 16_384
"""Half of what all headers may be: an identity provider that lists two hundred groups needs 10,000."""

LEEWAY_S = 30
"""How far the issuer's clock may be from ours."""
MAX_NAME_CHARS = 200

_REQUIRED = ("iss", "aud", "exp", "sub")
_REASONS: tuple[tuple[type[PyJWTError], str], ...] = (
    (ExpiredSignatureError, "The token has expired."),
    (ImmatureSignatureError, "The token is not valid yet."),
    (InvalidAudienceError, "The token is for another audience."),
    (InvalidIssuerError, "The token is of another issuer."),
    (InvalidKeyError, "The token is signed with a key that is too short."),
    (InvalidSignatureError, "The signature of the token is wrong."),
    (MissingRequiredClaimError, f"The token needs all of {', '.join(_REQUIRED)}."),
)
"""In general words: PyJWT's own quote the token."""
_OF_ACCESS = ("at+jwt", "application/at+jwt")
"""RFC 9068. Issuers sign others with the same keys: of logouts (`logout+jwt`), of DPoP, of events (`secevent+jwt`)."""

_MALFORMED = "The token is not a well-formed JWT."


class OidcAuthenticator:
    """An Authenticator. The issuer is not asked for anything before the first token comes."""

    def __init__(self, rules: OidcRules, clock: Callable[[], float] = time.monotonic) -> None:
        self._rules = rules
        self._keys = IssuerKeys(KeySource(rules), clock)

    async def caller_of(self, token: str) -> Caller:
        """Raises Rejection."""
        if len(token) > MAX_TOKEN_CHARS:
            raise _invalid("The token is too long.")
        claims = self._claims(token, await self._key_for(token))
        if not set(self._rules.scopes) <= set(scopes_in(claims)):
            raise Rejection(403, "insufficient_scope", "The token lacks a scope that is needed here.")
        return Caller(name_of(claims["sub"]), self._experiments(claims))

    async def _key_for(self, token: str) -> jwt.PyJWK:
        """The key the token says it is signed with; what it says otherwise decides nothing before that is checked."""
        try:
            header = jwt.get_unverified_header(token)
        except (PyJWTError, ValueError, RecursionError):
            raise _invalid(_MALFORMED) from None
        kind = str(header.get("typ") or "JWT").lower()
        if kind.endswith("+jwt") and kind not in _OF_ACCESS:
            raise _invalid("The token was issued for another use.")
        algorithm: object = header.get("alg")
        if not isinstance(algorithm, str) or algorithm not in self._rules.algorithms:
            raise _invalid("The token is signed in a way that is not accepted.")
        try:
            key = await self._keys.find(header.get("kid"), algorithm)
        except IssuerUnavailableError:
            raise _unavailable() from None
        if key is None:
            raise _invalid("The token is signed with a key that is not one of the issuer's.")
        return key

    def _claims(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self._rules.audience,
                issuer=self._rules.issuer,
                leeway=LEEWAY_S,
                options={"require": list(_REQUIRED), "enforce_minimum_key_length": True},
            )
        except PyJWTError as error:
            raise _invalid(next((text for kind, text in _REASONS if isinstance(error, kind)), _MALFORMED)) from None
        except (ValueError, TypeError, OverflowError, RecursionError):
            raise _invalid(_MALFORMED) from None

    def _experiments(self, claims: dict[str, Any]) -> tuple[str, ...] | None:
        """None, everything, only where no claim is configured: a token that lacks the claim gives no right."""
        name = self._rules.experiments_claim
        return None if name is None else _words(claims.get(name), r"[\s,]+")


def scopes_in(claims: dict[str, Any]) -> tuple[str, ...]:
    """Of `scope` (RFC 9068); where there is none, of `scp`, which some identity providers write instead."""
    return _words(claims.get("scope", claims.get("scp")), r"\s+")


def name_of(subject: object) -> str:
    """The subject as it may be logged; where that changes it, with a digest, so that no two become one."""
    if not isinstance(subject, str) or not subject.strip():
        raise _invalid(f"The token needs all of {', '.join(_REQUIRED)}.")
    printable = "".join(character if character.isprintable() else "?" for character in subject)
    if printable == subject and len(subject) <= MAX_NAME_CHARS:
        return subject
    digest = "~" + hashlib.sha256(subject.encode(errors="surrogatepass")).hexdigest()[:16]
    return printable[: MAX_NAME_CHARS - len(digest)] + digest


def _words(value: object, separator: str) -> tuple[str, ...]:
    """A list's texts and numbers as they stand, since a name may hold spaces; a text is split."""
    if isinstance(value, list):
        return tuple(str(one) for one in cast(list[object], value) if isinstance(one, str | int))
    return tuple(word for word in re.split(separator, value) if word) if isinstance(value, str) else ()


def _invalid(description: str) -> Rejection:
    return Rejection(401, "invalid_token", description)


def _unavailable() -> Rejection:
    wait = int(ASK_AGAIN_S)
    return Rejection(503, "temporarily_unavailable", "The issuer of tokens does not answer.", retry_after_s=wait)
