"""`auth=oidc` over HTTP: each fault of a token, its answer, and what neither answer nor log may show."""

import hashlib
import hmac
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from mcp_traces.http.oidc import LEEWAY_S, MAX_TOKEN_CHARS
from tests.builders import make_trace
from tests.fake_gateway import FakeTraceGateway
from tests.http.conftest import list_tools, oidc_app, running
from tests.http.issuer import (
    KEYS,
    OPENID,
    RESOURCE,
    Issuer,
    ec_key,
    handmade,
    public_jwk,
    rsa_key,
    signed,
)

pytestmark = pytest.mark.anyio

SECRET = "zebrafish"
"""Stands in every claim and header of the tokens below, so that it can be looked for."""
METADATA = 'resource_metadata="https://traces.example.com/.well-known/oauth-protected-resource/mcp"'

MALFORMED = "The token is not a well-formed JWT."
OTHER_USE = "The token was issued for another use."
UNACCEPTED = "The token is signed in a way that is not accepted."
FOREIGN = "The token is signed with a key that is not one of the issuer's."
FORGED = "The signature of the token is wrong."
INCOMPLETE = "The token needs all of iss, aud, exp, sub."
EXPIRED = "The token has expired."
EARLY = "The token is not valid yet."
AUDIENCE = "The token is for another audience."
ISSUER = "The token is of another issuer."


def in_(seconds: float) -> int:
    return int(time.time() + seconds)


def confused(issuer: Issuer, secret: bytes, **header: Any) -> str:
    """A token signed with HMAC, for which what everybody knows serves as the secret."""
    return handmade(
        {"alg": "HS256", "kid": "first", **header},
        issuer.claims(),
        lambda content: hmac.digest(secret, content, hashlib.sha256),
    )


def published(encoding: serialization.Encoding) -> bytes:
    return rsa_key().public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)


def tampered(issuer: Issuer) -> str:
    """With the claims of another."""
    header, _, signature = issuer.token().split(".")
    _, claims, _ = issuer.token(sub=f"{SECRET}-admin").split(".")
    return f"{header}.{claims}.{signature}"


def weak(issuer: Issuer) -> str:
    key = rsa_key(bits=1024)
    issuer.pages[KEYS] = {"keys": [public_jwk(key, kid="weak")]}
    return handmade(
        {"alg": "RS256", "kid": "weak"},
        issuer.claims(),
        lambda content: key.sign(content, padding.PKCS1v15(), hashes.SHA256()),
    )


def by_rsa(header: object, claims: object) -> str:
    return handmade(header, claims, lambda content: rsa_key().sign(content, padding.PKCS1v15(), hashes.SHA256()))


GOOD_HEADER = {"alg": "RS256", "kid": "first"}

REFUSED: dict[str, tuple[Callable[[Issuer], str], str]] = {
    "no JWT": (lambda _: SECRET, MALFORMED),
    "dots": (lambda _: "..", MALFORMED),
    "three words": (lambda _: f"{SECRET}.{SECRET}.{SECRET}", MALFORMED),
    "header no JSON": (lambda it: by_rsa(b"{", it.claims()), MALFORMED),
    "header no object": (lambda it: by_rsa(["RS256"], it.claims()), MALFORMED),
    "header nested deeply": (lambda it: handmade(b"[" * 5_000, it.claims()), MALFORMED),
    "key id no text": (lambda it: by_rsa({"alg": "RS256", "kid": 7}, it.claims()), MALFORMED),
    "claims no JSON": (lambda _: by_rsa(GOOD_HEADER, b"{" + SECRET.encode()), MALFORMED),
    "claims no object": (lambda _: by_rsa(GOOD_HEADER, [SECRET]), MALFORMED),
    "unknown critical header": (lambda it: by_rsa({**GOOD_HEADER, "crit": ["x"], "x": 1}, it.claims()), MALFORMED),
    "of a logout": (lambda it: by_rsa({**GOOD_HEADER, "typ": "logout+jwt"}, it.claims()), OTHER_USE),
    "of DPoP": (lambda it: by_rsa({**GOOD_HEADER, "typ": "application/dpop+jwt"}, it.claims()), OTHER_USE),
    "of an event": (lambda it: by_rsa({**GOOD_HEADER, "typ": "SecEvent+JWT"}, it.claims()), OTHER_USE),
    "encrypted": (lambda _: f"{SECRET}.a.b.c.d", MALFORMED),
    "too long": (lambda it: it.token(more=SECRET * MAX_TOKEN_CHARS), "The token is too long."),
    "expired": (lambda it: it.token(exp=in_(-LEEWAY_S - 5)), EXPIRED),
    "expiry no number": (lambda it: it.token(exp=SECRET), MALFORMED),
    "expiry infinite": (
        lambda it: by_rsa(GOOD_HEADER, json.dumps(it.claims(exp=float("inf"))).encode()),
        MALFORMED,
    ),
    "no expiry": (lambda it: it.token(exp=None), INCOMPLETE),
    "not valid yet": (lambda it: it.token(nbf=in_(LEEWAY_S + 60)), EARLY),
    "issued in the future": (lambda it: it.token(iat=in_(LEEWAY_S + 60)), EARLY),
    "wrong audience": (lambda it: it.token(aud=f"https://{SECRET}.example.com/mcp"), AUDIENCE),
    "audience on the same host": (lambda it: it.token(aud=f"{RESOURCE}/{SECRET}"), AUDIENCE),
    "audience in part": (lambda it: it.token(aud="https://traces.example.com"), AUDIENCE),
    "other audiences": (lambda it: it.token(aud=[SECRET, "account"]), AUDIENCE),
    "no audience": (lambda it: it.token(aud=None), INCOMPLETE),
    "wrong issuer": (lambda it: it.token(iss=f"https://{SECRET}.example.com"), ISSUER),
    "nearly the issuer": (lambda it: it.token(iss=f"{it.url}/"), ISSUER),
    "issuer in part": (lambda it: it.token(iss=it.url[:-1]), ISSUER),
    "no issuer": (lambda it: it.token(iss=None), INCOMPLETE),
    "no subject": (lambda it: it.token(sub=None), INCOMPLETE),
    "blank subject": (lambda it: it.token(sub=" "), INCOMPLETE),
    "alg=none": (lambda it: jwt.encode(it.claims(), None, "none", headers={"kid": "first"}), UNACCEPTED),
    "alg=nOnE": (lambda it: handmade({"alg": "nOnE", "kid": "first"}, it.claims()), UNACCEPTED),
    "no signature": (lambda it: it.token().rpartition(".")[0] + ".", FORGED),
    "no algorithm": (lambda it: by_rsa({"kid": "first"}, it.claims()), UNACCEPTED),
    "algorithm no text": (lambda it: by_rsa({"alg": ["RS256"], "kid": "first"}, it.claims()), UNACCEPTED),
    "HS256 with the public key as PEM": (lambda it: confused(it, published(serialization.Encoding.PEM)), UNACCEPTED),
    "HS256 with the public key as DER": (lambda it: confused(it, published(serialization.Encoding.DER)), UNACCEPTED),
    "HS256 with the modulus": (lambda it: confused(it, public_jwk(rsa_key())["n"].encode()), UNACCEPTED),
    "HS256 that says RS256": (
        lambda it: confused(it, published(serialization.Encoding.PEM), alg="RS256"),
        FORGED,
    ),
    "algorithm not in the list": (lambda it: it.token(algorithm="PS256"), UNACCEPTED),
    "algorithm of another key": (lambda it: signed(it.claims(), ec_key(), "ES256", kid="first"), FOREIGN),
    "unknown key id": (lambda it: signed(it.claims(), rsa_key(1), kid=SECRET), FOREIGN),
    "another's key": (lambda it: signed(it.claims(), rsa_key(1), kid="first"), FORGED),
    "key brought along": (
        lambda it: signed(it.claims(), rsa_key(1), kid="first", jwk=public_jwk(rsa_key(1))),
        FORGED,
    ),
    "key brought along without id": (
        lambda it: signed(it.claims(), rsa_key(1), jwk=public_jwk(rsa_key(1)), jku=f"{it.url}/{SECRET}"),
        FORGED,
    ),
    "tampered": (tampered, FORGED),
    "too short a key": (weak, "The token is signed with a key that is too short."),
}


@pytest.fixture(autouse=True)
def secret_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a token of these tests tells beside what is checked holds the secret."""
    usual = Issuer.claims

    def claims(self: Issuer, **changed: Any) -> dict[str, Any]:
        return usual(self, **{"sub": f"{SECRET}-7", "email": f"{SECRET}@example.com", **changed})

    monkeypatch.setattr(Issuer, "claims", claims)


@pytest.mark.parametrize(("token", "description"), REFUSED.values(), ids=REFUSED)
async def test_a_token_with_a_fault_is_refused_and_the_fault_named(
    issuer: Issuer,
    caplog: pytest.LogCaptureFixture,
    token: Callable[[Issuer], str],
    description: str,
) -> None:
    """With 401, RFC 6750's code and the way to a better one, as MCP wants; nothing of the token is in answer or log,
    and nothing was asked of the store."""
    written, gateway = token(issuer), FakeTraceGateway([make_trace()])
    caplog.set_level(logging.DEBUG)
    async with running(oidc_app(issuer, gateway)) as http:
        answer = await list_tools(http, f"Bearer {written}")

    assert answer.status_code == 401
    assert answer.json() == {"error": "invalid_token", "error_description": description}
    assert answer.headers["www-authenticate"] == (
        f'Bearer error="invalid_token", error_description="{description}", {METADATA}, scope="traces:read"'
    )
    assert set(answer.headers) == {"content-length", "content-type", "www-authenticate", "x-request-id"}
    assert gateway.queries == []
    shown = caplog.text + "".join(str(record.__dict__) for record in caplog.records) + answer.text + str(answer.headers)
    assert [part for part in (SECRET, *written.split(".")) if len(part) > 5 and part in shown] == []
    assert set(issuer.paths) <= {OPENID, KEYS}


async def test_whoever_brings_no_token_is_told_where_to_get_one(issuer: Issuer, mode: str) -> None:
    """Without an error code, since no credentials came (RFC 6750, section 3.1); the issuer is not asked."""
    async with running(oidc_app(issuer)) as http:
        answer = await list_tools(http, mode=mode)

    assert answer.status_code == 401
    assert answer.json() == {"error": "unauthorized", "error_description": "A Bearer token is required."}
    assert answer.headers["www-authenticate"] == f'Bearer {METADATA}, scope="traces:read"'
    assert issuer.paths == []


@pytest.mark.parametrize("scheme", ["Basic", "DPoP", "JWT"])
async def test_a_token_by_another_scheme_is_no_way_in(issuer: Issuer, scheme: str) -> None:
    """As for static tokens: the gate is the same."""
    async with running(oidc_app(issuer)) as http:
        answer = await list_tools(http, f"{scheme} {issuer.token()}")
        in_the_address = await list_tools(http, query=f"?access_token={issuer.token()}")

    assert answer.status_code == 400
    assert answer.json() == {
        "error": "invalid_request",
        "error_description": "Authorization must be one Bearer token.",
    }
    assert in_the_address.status_code == 401


SCOPES: dict[str, dict[str, Any]] = {
    "none": {"scope": None},
    "empty": {"scope": ""},
    "others": {"scope": f"openid {SECRET}"},
    "one that begins alike": {"scope": "traces:readwrite traces:read:all"},
    "one of two": {"scope": "traces:list"},
    "in other letters": {"scope": "Traces:Read"},
    "no text": {"scope": 7},
    "scp of others": {"scope": None, "scp": [SECRET]},
    "scp beside scope": {"scope": "openid", "scp": ["traces:read", "traces:list"]},
}


@pytest.mark.parametrize("claims", SCOPES.values(), ids=SCOPES)
async def test_a_token_without_every_scope_is_forbidden(
    issuer: Issuer, claims: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """With 403 and the scopes to ask for, so that a client can get a better token by itself."""
    caplog.set_level(logging.DEBUG)
    async with running(oidc_app(issuer, oidc_scopes=("traces:read", "traces:list"))) as http:
        answer = await list_tools(http, f"Bearer {issuer.token(**claims)}")

    description = "The token lacks a scope that is needed here."
    assert answer.status_code == 403
    assert answer.json() == {"error": "insufficient_scope", "error_description": description}
    assert answer.headers["www-authenticate"] == (
        f'Bearer error="insufficient_scope", error_description="{description}", {METADATA}, '
        'scope="traces:read traces:list"'
    )
    assert SECRET not in caplog.text + answer.text + str(answer.headers)
