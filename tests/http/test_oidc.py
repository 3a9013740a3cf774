"""`auth=oidc` over HTTP: whom it lets in, by which keys; the issuer is a real one."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from mcp_traces.http.oidc_rules import ASYMMETRIC
from tests.http.conftest import connected, list_tools, oidc_app, running
from tests.http.issuer import KEYS, RESOURCE, Issuer, PrivateKey, ec_key, edwards_key, public_jwk, rsa_key

pytestmark = pytest.mark.anyio

UNACCEPTED = "The token is signed in a way that is not accepted."
FOREIGN = "The token is signed with a key that is not one of the issuer's."


def in_(seconds: float) -> int:
    return int(time.time() + seconds)


ACCEPTED: dict[str, Callable[[], dict[str, Any]]] = {
    "as it is": dict,
    "one audience of several": lambda: {"aud": ["account", RESOURCE]},
    "scope among others": lambda: {"scope": "openid traces:read email"},
    "scp as a list": lambda: {"scope": None, "scp": ["traces:read"]},
    "scp as a text": lambda: {"scope": None, "scp": "openid traces:read"},
    "expired within the leeway": lambda: {"exp": in_(-5)},
    "valid within the leeway": lambda: {"nbf": in_(5)},
    "valid for long": lambda: {"nbf": in_(-1_000), "iat": in_(-1_000)},
    "as long as two hundred groups": lambda: {"groups": ["0f8fad5b-d9cb-469f-a165-70867728950e"] * 200},
}


@pytest.mark.parametrize("claims", ACCEPTED.values(), ids=ACCEPTED)
async def test_a_good_token_is_let_in(issuer: Issuer, claims: Callable[[], dict[str, Any]], mode: str) -> None:
    """However identity providers write it, and with clocks that are some seconds apart."""
    async with running(oidc_app(issuer)) as http:
        answer = await list_tools(http, f"Bearer {issuer.token(**claims())}", mode=mode)

    assert answer.status_code == 200
    assert "search_traces" in answer.text


async def test_an_audience_of_its_own_takes_the_place_of_the_public_url(issuer: Issuer) -> None:
    """Some identity providers give names to audiences; a token for the URL then is one for something else."""
    async with running(oidc_app(issuer, oidc_audience="api://traces")) as http:
        named = await list_tools(http, f"Bearer {issuer.token(aud='api://traces')}")
        public = await list_tools(http, f"Bearer {issuer.token()}")

    assert (named.status_code, public.status_code) == (200, 401)


KINDS: dict[str, PrivateKey] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), rsa_key()),
    "ES256": ec_key(),
    "ES384": ec_key(ec.SECP384R1),
    "ES512": ec_key(ec.SECP521R1),
    "EdDSA": edwards_key(),
}


@pytest.mark.parametrize(("algorithm", "key"), KINDS.items(), ids=KINDS)
async def test_an_algorithm_is_taken_if_it_is_in_the_list_and_only_then(
    issuer: Issuer, algorithm: str, key: PrivateKey
) -> None:
    """The list of the settings decides, not the token and not what the issuer's keys could do."""
    issuer.keys = {"its own": key}
    issuer.publish()
    bearer = f"Bearer {issuer.token('its own', algorithm)}"
    others = tuple(name for name in ASYMMETRIC if name != algorithm)
    async with running(oidc_app(issuer, oidc_algorithms=(algorithm,))) as http:
        listed = await list_tools(http, bearer)
    async with running(oidc_app(issuer, oidc_algorithms=others)) as http:
        unlisted = await list_tools(http, bearer)

    assert listed.status_code == 200
    assert (unlisted.status_code, unlisted.json()["error_description"]) == (401, UNACCEPTED)


async def test_the_usual_algorithms_are_taken_side_by_side(issuer: Issuer, mode: str) -> None:
    """RS256 and ES256 unless said otherwise; an issuer that changes from one to the other has keys for both."""
    app = oidc_app(issuer)
    async with running(app):
        for key_id in ("first", "curve"):
            async with connected(app, issuer.token(key_id), mode) as client:
                assert not (await client.call_tool("get_trace", {"trace_id": "tr-1"})).is_error


async def test_a_key_is_used_for_its_own_algorithm_alone(issuer: Issuer) -> None:
    """RFC 8725, section 3.1: a key that says RS256 does not check PS256, though both could be asked of it."""
    issuer.pages[KEYS] = {"keys": [public_jwk(rsa_key(), kid="first", alg="RS256")]}
    async with running(oidc_app(issuer, oidc_algorithms=("RS256", "PS256"))) as http:
        its_own = await list_tools(http, f"Bearer {issuer.token()}")
        another = await list_tools(http, f"Bearer {issuer.token(algorithm='PS256')}")

    assert its_own.status_code == 200
    assert (another.status_code, another.json()["error_description"]) == (401, FOREIGN)


async def test_a_token_without_key_id_is_checked_with_the_only_key_there_is(issuer: Issuer) -> None:
    """OpenID Connect Core 1.0, section 10.1: with several it must say which; none is tried after the other."""
    async with running(oidc_app(issuer)) as http:
        only = await list_tools(http, f"Bearer {issuer.token(None)}")
    issuer.keys["third"] = rsa_key(1)
    issuer.publish()
    async with running(oidc_app(issuer)) as http:
        one_of_two = await list_tools(http, f"Bearer {issuer.token(None)}")

    assert only.status_code == 200
    assert (one_of_two.status_code, one_of_two.json()["error_description"]) == (401, FOREIGN)


JUNK: list[Any] = [
    "no key",
    None,
    {},
    {"kty": "unknown", "kid": "a"},
    {"kty": "RSA", "kid": "b", "n": "!", "e": "AQAB"},
    {"kty": "RSA", "kid": "c"},
    {"kty": "EC", "kid": "d", "crv": "P-256", "x": "AA", "y": "AA"},
    {"kty": "EC", "kid": "e", "crv": "brainpool", "x": "AA", "y": "AA"},
    {"kty": ["RSA"], "kid": "f"},
    {"kty": "oct", "kid": "first", "alg": "HS256", "k": "c2VjcmV0"},
]


async def test_a_key_that_cannot_be_read_takes_no_other_away(issuer: Issuer) -> None:
    """Issuers publish keys of all kinds; one that we do not know must not shut everybody out."""
    issuer.pages[KEYS] = {"keys": [*JUNK, public_jwk(rsa_key(), kid="first")]}
    async with running(oidc_app(issuer)) as http:
        answer = await list_tools(http, f"Bearer {issuer.token()}")

    assert answer.status_code == 200


async def test_a_key_for_encryption_signs_nothing(issuer: Issuer) -> None:
    """RFC 7517, section 4.2: what it is for is its publisher's to say."""
    issuer.pages[KEYS] = {
        "keys": [public_jwk(rsa_key(), kid="first", use="enc"), public_jwk(rsa_key(1), kid="second", use="sig")]
    }
    async with running(oidc_app(issuer)) as http:
        answer = await list_tools(http, f"Bearer {issuer.token()}")

    assert (answer.status_code, answer.json()["error_description"]) == (401, FOREIGN)


async def test_a_token_is_checked_at_each_request(issuer: Issuer, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    """A client that is connected goes out with its token: what was good a moment ago is looked at anew."""
    app = oidc_app(issuer)
    async with running(app) as http:
        bearer = f"Bearer {issuer.token(exp=in_(600))}"
        before = await list_tools(http, bearer, mode=mode)
        monkeypatch.setattr("mcp_traces.http.oidc.LEEWAY_S", -700)
        after = await list_tools(http, bearer, mode=mode)

    assert (before.status_code, after.status_code) == (200, 401)
