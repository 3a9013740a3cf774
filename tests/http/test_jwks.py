"""Where the keys of a real issuer are looked for, and which answers of it are none."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from mcp_traces.http.jwks import IssuerUnavailableError, keys_uri, metadata_urls
from tests.http.conftest import ISSUER_DOWN, READER, Ask, list_tools, oidc_app, running
from tests.http.issuer import KEYS, OAUTH, OPENID, Issuer, public_jwk, rsa_key

pytestmark = pytest.mark.anyio


def _of(**changed: Any) -> Callable[[Issuer], Any]:
    return lambda issuer: {"issuer": issuer.url, "jwks_uri": issuer.url + KEYS} | changed


BROKEN: dict[str, tuple[str, Callable[[Issuer], Any], str]] = {
    "no metadata": (OPENID, lambda _: 404, "it answered HTTP 404"),
    "metadata elsewhere": (OPENID, lambda _: 302, "it answered HTTP 302; it answered HTTP 404"),
    "metadata no JSON": (OPENID, lambda _: b"<html>", "its answer is not JSON; it answered HTTP 404"),
    "metadata no text": (OPENID, lambda _: b"\xff\xfe\x00", "its answer is not JSON; it answered HTTP 404"),
    "metadata no object": (OPENID, lambda _: [1], "its answer is not a JSON object; it answered HTTP 404"),
    "metadata nested deeply": (OPENID, lambda _: b"[" * 100_000, "its answer is not JSON; it answered HTTP 404"),
    "metadata of another": (
        OPENID,
        _of(issuer="https://id.example.com"),
        "its metadata is that of 'https://id.example.com'; oidc_issuer must be exactly the same; it answered HTTP 404",
    ),
    "no address of keys": (
        OPENID,
        _of(jwks_uri=None),
        "its metadata has no jwks_uri that can be used; it answered HTTP 404",
    ),
    "keys in a file": (
        OPENID,
        _of(jwks_uri="file:///etc/keys.json"),
        "its metadata has no jwks_uri that can be used; it answered HTTP 404",
    ),
    "keys at no address": (OPENID, _of(jwks_uri="http://[::1/keys"), "it cannot be reached (InvalidURL)"),
    "no keys": (KEYS, lambda _: 500, "it answered HTTP 500"),
    "keys no JSON": (KEYS, lambda _: b"", "its answer is not JSON"),
    "keys no list": (KEYS, lambda _: {"keys": {"kid": "first"}}, "its key set cannot be read"),
    "an empty list": (KEYS, lambda _: {"keys": []}, "it has no key for RS256 or ES256"),
    "only other keys": (
        KEYS,
        lambda _: {"keys": [public_jwk(rsa_key(), kid="first", alg="PS512")]},
        "it has no key for RS256 or ES256",
    ),
}


@pytest.mark.parametrize(("path", "page", "reason"), BROKEN.values(), ids=BROKEN)
async def test_an_issuer_that_answers_wrongly_is_as_one_that_is_down(
    issuer: Issuer,
    ask: Ask,
    caplog: pytest.LogCaptureFixture,
    path: str,
    page: Callable[[Issuer], Any],
    reason: str,
) -> None:
    """Nobody is let in by guesswork; the log tells whoever runs the server what to mend."""
    issuer.pages[path] = page(issuer)

    assert await ask(issuer.token()) == ISSUER_DOWN
    (record,) = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert record.getMessage() == f"The keys of oidc_issuer cannot be had: {reason}."


async def test_metadata_of_an_authorization_server_will_do(issuer: Issuer, ask: Ask) -> None:
    """RFC 8414 and OpenID Connect have an address each, and some issuers only one of them."""
    issuer.pages[OAUTH] = issuer.pages.pop(OPENID)

    assert await ask(issuer.token()) == READER


async def test_keys_at_a_configured_address_need_no_metadata(issuer: Issuer) -> None:
    """For an issuer that is reached by another way than its name, as inside a cluster."""
    issuer.pages["/elsewhere"] = issuer.pages.pop(KEYS)
    async with running(oidc_app(issuer, oidc_jwks_uri=f"{issuer.url}/elsewhere")) as http:
        answer = await list_tools(http, f"Bearer {issuer.token()}")

    assert answer.status_code == 200
    assert issuer.paths == ["/elsewhere"]


METADATA_URLS = {
    "https://id.example.com": ("", ""),
    "https://id.example.com/": ("", ""),
    "https://id.example.com/realms/a": ("/realms/a", "/realms/a"),
    "https://id.example.com/tenant/v2.0/": ("/tenant/v2.0", "/tenant/v2.0"),
}


@pytest.mark.parametrize(("issuer_url", "paths"), METADATA_URLS.items(), ids=METADATA_URLS)
def test_metadata_is_looked_for_at_both_well_known_addresses(issuer_url: str, paths: tuple[str, str]) -> None:
    """OpenID Connect Discovery 1.0, section 4, puts the path before; RFC 8414, section 3, after."""
    before, after = paths

    assert metadata_urls(issuer_url) == (
        f"https://id.example.com{before}/.well-known/openid-configuration",
        f"https://id.example.com/.well-known/oauth-authorization-server{after}",
    )


def test_keys_of_an_issuer_with_tls_come_with_tls() -> None:
    """Otherwise its certificate, which vouches for the metadata, would vouch for no key."""
    metadata = {"issuer": "https://id.example.com", "jwks_uri": "http://id.example.com/keys"}

    with pytest.raises(IssuerUnavailableError, match="no jwks_uri that can be used"):
        keys_uri(metadata, "https://id.example.com")
    secure = json.loads(json.dumps(metadata).replace("http:", "https:"))
    assert keys_uri(secure, "https://id.example.com") == "https://id.example.com/keys"
