"""Whom a JWT makes of its bearer: under which name, and with which experiments."""

from typing import Any

import pytest

from mcp_traces.http.auth import Rejection
from mcp_traces.http.oidc import MAX_NAME_CHARS, OidcAuthenticator, name_of
from mcp_traces.http.oidc_rules import rules_of
from tests.http.conftest import connected, oidc_app, oidc_settings, running
from tests.http.issuer import Issuer
from tests.http.test_token_experiments import HIDDEN_ID, SEEN_ID, store

pytestmark = pytest.mark.anyio

CLAIM = "https://traces.example.com/experiments"


async def found_by(issuer: Issuer, token: str, mode: str, **settings: Any) -> list[str]:
    """The traces that a search and a look at each of them show."""
    app = oidc_app(issuer, store(hidden=True), **settings)
    async with running(app), connected(app, token, mode) as client:
        found = await client.call_tool("search_traces", {"experiment": ["1", "7"]})
        alone = await client.call_tool("search_traces", {})
        opened = [await client.call_tool("get_trace", {"trace_id": one}) for one in (SEEN_ID, HIDDEN_ID)]
    shown = [answer.model_dump_json() for answer in (found, alone, *opened) if not answer.is_error]
    return [one for one in (SEEN_ID, HIDDEN_ID) if f'"trace_id":"{one}"' in "".join(shown)]


CLAIMS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "ids": ({CLAIM: ["1"]}, [SEEN_ID]),
    "the other": ({CLAIM: ["7"]}, [HIDDEN_ID]),
    "both": ({CLAIM: ["1", "7"]}, [SEEN_ID, HIDDEN_ID]),
    "names": ({CLAIM: ["support-secrets"]}, [HIDDEN_ID]),
    "numbers": ({CLAIM: [1]}, [SEEN_ID]),
    "a text": ({CLAIM: "1"}, [SEEN_ID]),
    "a text with spaces": ({CLAIM: "nightly 7"}, [HIDDEN_ID]),
    "a text with commas": ({CLAIM: "1,7"}, [SEEN_ID, HIDDEN_ID]),
    "another claim": ({"experiments": ["1", "7"]}, []),
    "an empty list": ({CLAIM: []}, []),
    "an empty text": ({CLAIM: ""}, []),
    "an object": ({CLAIM: {"1": True}}, []),
    "true": ({CLAIM: True}, []),
    "a list of true": ({CLAIM: [True]}, []),
    "a star": ({CLAIM: ["*"]}, []),
    "what is not there": ({CLAIM: ["none such"]}, []),
    "no claim": ({}, []),
}


@pytest.mark.parametrize(("claims", "expected"), CLAIMS.values(), ids=CLAIMS)
async def test_the_claim_lists_what_its_bearer_sees(
    issuer: Issuer, mode: str, claims: dict[str, Any], expected: list[str]
) -> None:
    """A token that lacks the claim, or has it in a shape that says nothing, gives no right to anything."""
    token = issuer.token(**claims)

    assert await found_by(issuer, token, mode, oidc_experiments_claim=CLAIM) == expected


async def test_without_a_configured_claim_a_token_opens_all_that_the_server_shows(issuer: Issuer, mode: str) -> None:
    """And no more than that: the server's own list holds for everybody."""
    token = issuer.token(**{CLAIM: ["1"], "experiments": ["1"]})

    assert await found_by(issuer, token, mode) == [SEEN_ID, HIDDEN_ID]
    assert await found_by(issuer, token, mode, experiments=("7",)) == [HIDDEN_ID]


async def test_the_claim_holds_within_the_experiments_of_the_server(issuer: Issuer, mode: str) -> None:
    """An identity provider never opens what the server hides."""
    token = issuer.token(**{CLAIM: ["1", "7"]})

    assert await found_by(issuer, token, mode, oidc_experiments_claim=CLAIM, experiments=("1",)) == [SEEN_ID]


async def test_a_caller_is_named_by_its_subject_alone(issuer: Issuer) -> None:
    """`sub` is what the issuer never gives to another (OpenID Connect Core 1.0, section 2); mail addresses move on."""
    authenticator = OidcAuthenticator(rules_of(oidc_settings(issuer)))
    token = issuer.token(email="someone@example.com", preferred_username="someone", client_id="agent")

    assert (await authenticator.caller_of(token)).name == "reader-7"


NAMES = {
    "plain": ("reader-7", "reader-7"),
    "with characters": ("auth0|läser 7", "auth0|läser 7"),
    "long": ("x" * MAX_NAME_CHARS, "x" * MAX_NAME_CHARS),
    "too long": ("x" * 201, "x" * 183 + "~"),
    "line break": ("a\nb", "a?b~"),
    "terminal control": ("a\x1b[31mb", "a?[31mb~"),
    "hidden direction": ("a\u202eb", "a?b~"),
    "half a character": ("a\ud800b", "a?b~"),
}


@pytest.mark.parametrize(("subject", "expected"), NAMES.values(), ids=NAMES)
def test_a_subject_can_write_nothing_of_its_own_into_the_log(subject: str, expected: str) -> None:
    """It is cleaned and cut to what a line can hold; whole where it is harmless, so that it can be searched for."""
    name = name_of(subject)

    assert name.split("~")[0] == expected.split("~")[0]
    assert name.isprintable() and len(name) <= MAX_NAME_CHARS
    assert ("~" in name) is ("~" in expected)


def test_no_two_subjects_become_one_name() -> None:
    """Else one would take the other's turns, and the audit would blame the wrong one."""
    subjects = ["a?b", "a\nb", "a\tb", "x" * 300, "x" * 301]

    assert len({name_of(subject) for subject in subjects}) == len(subjects)


@pytest.mark.parametrize("subject", ["", " ", "\t", None, 7, ["a"]])
def test_nobody_is_let_in_without_a_name(subject: object) -> None:
    """The audit line must name somebody."""
    with pytest.raises(Rejection):
        name_of(subject)
