"""Where an issuer's keys are, and what they are: metadata and a JWK Set, fetched from it.

Sources: RFC 7517 (JWK Sets), RFC 8414 (metadata of an authorization server), OpenID Connect Discovery 1.0.
"""

from typing import Any, cast
from urllib.parse import urlsplit

import anyio
import httpx2
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from mcp_traces import __version__
from mcp_traces.http.oidc_rules import OidcRules

FETCH_WITHIN_S = 5.0


class IssuerUnavailableError(Exception):
    """The issuer's keys cannot be had. The text is for the log: of the issuer and of the way to it, of no token."""


class KeySource:
    """The keys of one issuer, asked for anew each time: that is rare, and its metadata may have changed too."""

    def __init__(self, rules: OidcRules) -> None:
        self._rules = rules
        # Once, as loading certificates takes up to 150 ms in which nobody else is answered.
        self._tls = httpx2.create_ssl_context()

    async def fetch(self) -> tuple[PyJWK, ...]:
        """The keys that may sign, one for each algorithm they may sign with. Raises IssuerUnavailableError."""
        try:
            with anyio.fail_after(FETCH_WITHIN_S):
                async with self._client() as http:
                    uri = self._rules.jwks_uri or await self._discovered_uri(http)
                    keys = usable_keys(await _json_at(http, uri), self._rules.algorithms)
        except TimeoutError as error:
            raise IssuerUnavailableError(f"no answer within {FETCH_WITHIN_S:g} s") from error
        if not keys:
            raise IssuerUnavailableError(f"it has no key for {' or '.join(self._rules.algorithms)}")
        return keys

    def _client(self) -> httpx2.AsyncClient:
        agent = {"User-Agent": f"mcp-traces/{__version__}", "Accept": "application/json"}
        return httpx2.AsyncClient(verify=self._tls, timeout=None, headers=agent)

    async def _discovered_uri(self, http: httpx2.AsyncClient) -> str:
        problems: list[str] = []
        for url in metadata_urls(self._rules.issuer):
            try:
                return keys_uri(await _json_at(http, url), self._rules.issuer)
            except IssuerUnavailableError as error:
                problems.append(str(error))
        raise IssuerUnavailableError("; ".join(dict.fromkeys(problems)))


def metadata_urls(issuer: str) -> tuple[str, str]:
    """OpenID Connect appends to the issuer; RFC 8414 puts it between the host and the path."""
    plain = issuer.rstrip("/")
    parts = urlsplit(plain)
    return (
        f"{plain}/.well-known/openid-configuration",
        f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server{parts.path}",
    )


def keys_uri(metadata: dict[str, Any], issuer: str) -> str:
    """RFC 8414, section 3.3: metadata of another issuer must not be used. Its keys come as safely as it did."""
    if metadata.get("issuer") != issuer:
        named = str(metadata.get("issuer"))[:200]
        raise IssuerUnavailableError(f"its metadata is that of {named!r}; oidc_issuer must be exactly the same")
    uri = metadata.get("jwks_uri")
    secure = issuer.lower().startswith("https:")
    if not isinstance(uri, str) or not uri.lower().startswith("https:" if secure else ("https:", "http:")):
        raise IssuerUnavailableError("its metadata has no jwks_uri that can be used")
    return uri


def usable_keys(jwks: dict[str, Any], algorithms: tuple[str, ...]) -> tuple[PyJWK, ...]:
    """Every key bound to one algorithm, so that no token can choose another for it (RFC 8725, section 3.1)."""
    listed: object = jwks.get("keys")
    if not isinstance(listed, list):
        raise IssuerUnavailableError("its key set cannot be read")
    jwks_keys = [cast(dict[str, Any], key) for key in cast(list[object], listed) if isinstance(key, dict)]
    pairs = [(key, algorithm) for key in jwks_keys if key.get("use") in (None, "sig") for algorithm in algorithms]
    keys = [_bound(key, algorithm) for key, algorithm in pairs if key.get("alg") in (None, algorithm)]
    return tuple(key for key in keys if key is not None)


def _bound(key: dict[str, Any], algorithm: str) -> PyJWK | None:
    """None for a key of another kind, or of one that PyJWT does not know: others in the set are no worse for it."""
    try:
        return PyJWK(key, algorithm)
    except (PyJWTError, ValueError, TypeError, KeyError):
        return None


async def _json_at(http: httpx2.AsyncClient, url: str) -> dict[str, Any]:
    try:
        response = await http.get(url)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise IssuerUnavailableError(f"it cannot be reached ({type(error).__name__})") from error
    if response.status_code != 200:
        raise IssuerUnavailableError(f"it answered HTTP {response.status_code}")
    return _object(response)


def _object(response: httpx2.Response) -> dict[str, Any]:
    try:
        content: object = response.json()
    except (ValueError, RecursionError) as error:
        raise IssuerUnavailableError("its answer is not JSON") from error
    if not isinstance(content, dict):
        raise IssuerUnavailableError("its answer is not a JSON object")
    return cast(dict[str, Any], content)
