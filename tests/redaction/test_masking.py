"""What masking promises of any text and any value, whatever stands in them."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mcp_traces.redaction.masking import Redactor, masks_in
from tests.redaction.positives import PERSONAL, POSITIVES, Positive
from tests.redaction.synthetic import TOKENS, private_key

REDACTOR, PII = Redactor("credentials"), Redactor("pii")

SECRETS = [TOKENS[name] for name in ("anthropic_api_key", "github_token", "aws_access_key", "jwt", "google_api_key")]
FRAGMENTS = st.sampled_from(
    [
        *SECRETS,
        private_key("fragment"),
        "password",
        "password=",
        "secret: ",
        '"api_key": "',
        '\\"token\\":\\"',
        "'",
        '"',
        "\\",
        "\\n",
        "\\u0026",
        "\\u0022",
        "://user:pw",
        "@host/",
        "Bearer ",
        "Authorization: ",
        "Cookie: a=",
        "[masked: x]",
        "[masked: ",
        "]",
        ",",
        ":",
        "{",
        "}",
        "[",
        " ",
        "\n",
        "hunter2",
        "&x=1",
        "=",
        "-----BEGIN PRIVATE KEY-----",
        "eyJ",
        "bob@example.com",
        "+49 171 1234567",
        "4111 1111 1111 1111",
        "é",
        "🎉",
        "\x00",
        "\ud800",
        "%3D",
        "--password ",
        "is ",
    ]
)
TEXTS = st.lists(FRAGMENTS | st.text(max_size=5), max_size=12).map("".join)
HARMLESS = st.text(st.sampled_from("abc xyz\n\t.,!?()é🎉\ud800\x00\\\"'{}"), max_size=30)
KEYS = st.sampled_from(["content", "text", "arguments", "items", "n", "", "é", 'a"b'])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, max_examples=400)
@given(TEXTS)
@example("password=[masked: password]")
@example("curl -u bob:[masked: password] http://x")
def test_masking_twice_changes_nothing(text: str) -> None:
    """A mask is no secret, also where it stands behind `password=`."""
    for redactor in (REDACTOR, PII):
        masked = redactor.text(text)
        assert redactor.text(masked) == masked


@settings(deadline=None, max_examples=400)
@given(VALUES)
def test_json_stays_json_with_the_same_structure(value: object) -> None:
    """A result is parsed by clients; masks touch strings only, and no key is lost."""
    encoded = json.dumps(value, ensure_ascii=False)

    assert pairs(PII.text(encoded)) == pairs(encoded)
    assert shape(PII.value(value)) == shape(value)


@settings(deadline=None, max_examples=200)
@given(HARMLESS, HARMLESS, st.sampled_from(SECRETS), KEYS, st.integers(0, 3))
def test_a_secret_is_masked_wherever_it_stands(before: str, behind: str, secret: str, key: str, depth: int) -> None:
    """In any text, at any depth of JSON in strings of JSON."""
    value: object = {key: [1, {"x": f"{before} {secret} {behind}"}]}
    for _ in range(depth):
        value = {"nested": json.dumps(value)}

    assert secret not in json.dumps(REDACTOR.value(value))
    assert secret not in REDACTOR.text(json.dumps(value))
    assert secret not in REDACTOR.text(repr(value))


@settings(deadline=None, max_examples=200)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40), KEYS, st.integers(0, 3))
def test_a_password_is_masked_by_its_name_whatever_it_is(secret: str, key: str, depth: int) -> None:
    """Passwords have quotes, backslashes, commas and every script in them."""
    password = f"Zq7{secret}7qZ"
    value: object = {key: [{"password": password, "port": 5432}]}
    for _ in range(depth):
        value = {"nested": json.dumps(value)}

    for masked in (json.dumps(REDACTOR.value(value)), REDACTOR.text(json.dumps(value))):
        assert "Zq7" not in masked and "7qZ" not in masked
        assert "5432" in masked


@pytest.mark.parametrize("positive", [*POSITIVES, *PERSONAL], ids=lambda positive: ascii(positive.text)[:60])
def test_a_text_and_its_json_are_masked_alike(positive: Positive) -> None:
    """get_trace shows the text at one path and, at the path above it, JSON that holds the text."""
    as_text = PII.text(positive.text)
    in_value = PII.value({"content": [positive.text]})["content"][0]
    in_json = json.loads(PII.text(json.dumps({"content": [positive.text]})))["content"][0]

    assert masks_in(as_text) == masks_in(in_value) == masks_in(in_json)


@settings(deadline=None)
@given(HARMLESS)
def test_a_text_without_secrets_is_the_same_object(text: str) -> None:
    """Reading stays exact, and nothing is copied."""
    assert REDACTOR.text(text) is text


@settings(deadline=None)
@given(VALUES)
def test_off_changes_nothing(value: object) -> None:
    """Who sets `off` gets what MLflow has."""
    assert Redactor("off").value(value) is value


@settings(deadline=None)
@given(HARMLESS, st.sampled_from(SECRETS), st.integers(1, 60))
def test_pages_of_a_masked_text_give_the_masked_text(before: str, secret: str, size: int) -> None:
    """Offsets are offsets in what was masked whole; so no page shows half a secret."""
    text = f"{before} {secret} password='{secret}x'"
    pages = [REDACTOR.text(text)[at : at + size] for at in range(0, len(REDACTOR.text(text)), size)]

    assert "".join(pages) == REDACTOR.text(text)
    assert secret not in "".join(pages)


def test_masks_are_counted_by_kind() -> None:
    """Each result says how much of it was masked."""
    masked = REDACTOR.value({"password": "a1", "db": "postgres://u:p4@h/x", "key": SECRETS[1], "n": 1})

    assert masks_in(json.dumps(masked)) == {"password": 2, "github_token": 1}
    assert masks_in("nothing") == {}


def test_a_field_is_judged_by_its_name() -> None:
    """Tags and attributes come one by one, as name and value."""
    assert REDACTOR.value({"db.password": "letmein"}) == {"db.password": "[masked: password]"}
    assert REDACTOR.value({"prompt": "letmein"}) == {"prompt": "letmein"}
    assert REDACTOR.value({"passwords": ["a1", "b2"]}) == {"passwords": ["[masked: password]"] * 2}
    assert REDACTOR.value({"pin_password": 84621937, "max_tokens": 5000}) == {
        "pin_password": "[masked: password]",
        "max_tokens": 5000,
    }


def test_keys_that_are_masked_alike_stay_apart() -> None:
    """Keys may be secrets, too, and a value must not vanish with its key."""
    masked = REDACTOR.value({SECRETS[0]: 1, SECRETS[0][:-1] + "B": 2, "x": 3})

    assert masked == {"[masked: anthropic_api_key]": 1, "[masked: anthropic_api_key] (2)": 2, "x": 3}


def test_what_nests_without_bound_is_masked_too() -> None:
    """JSON of 100,000 levels cannot be written by recursion, but it can be recorded."""
    value: object = {"password": "hunter2", "text": SECRETS[0]}
    for _ in range(100_000):
        value = [value]

    masked = REDACTOR.value(value)
    for _ in range(100_000):
        masked = masked[0]
    assert masked == {"password": "[masked: password]", "text": "[masked: anthropic_api_key]"}


@pytest.mark.parametrize(
    "value", ["plain", "", 1, 1.5, None, True, [], {}, {"a": [1, 2.5, None, "x"]}, float("inf"), {"n": 10**400}]
)
def test_what_holds_no_secret_is_returned_as_it_is(value: object) -> None:
    """No copy, no change of a number's type."""
    assert REDACTOR.value(value) is value


def pairs(text: str) -> object:
    """The structure of JSON in which keys may be alike."""
    return shape(json.loads(text, object_pairs_hook=lambda fields: [value for _, value in fields]))


def shape(value: object) -> object:
    """`value` without its strings and numbers: a number under the name of a password becomes a mask."""
    if isinstance(value, dict):
        return [shape(child) for child in value.values()]
    if isinstance(value, list):
        return [shape(child) for child in value]
    return "scalar" if isinstance(value, str | int | float) and not isinstance(value, bool) else value
