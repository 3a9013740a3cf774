"""Credentials that were recorded do not leave, by whatever call and in whatever pieces; and each answer counts them."""

import base64
import json
import random
from typing import Any

import pytest
from mcp.shared.exceptions import MCPError

from mcp_traces.records import Trace
from tests.builders import make_exception_event, make_span, make_trace, make_trace_info
from tests.fake_gateway import FakeTraceGateway
from tests.tools.conftest import ToolFailedError, connected
from tests.tools.test_untrusted import stores_of

pytestmark = pytest.mark.anyio

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def some(length: int, letters: str = _LETTERS, seed: int = 1) -> str:
    """Letters as a key has them; put together here, so that no scanner takes this file for a leak."""
    return "".join(random.Random(seed).choices(letters, k=length))


def _jwt() -> str:
    parts = [json.dumps({"alg": "RS256", "typ": "JWT"}), json.dumps({"sub": "4711", "name": some(20)}), some(60)]
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)


SECRETS: dict[str, tuple[str, str]] = {
    "OpenAI": ("the key is {} as you know", "sk-" + "proj-" + some(48)),
    "Anthropic": ("{}", "sk-" + "ant-api03-" + some(80)),
    "AWS": ("aws_secret_access_key = {}", some(40)),
    "GitHub": ("clone with {}", "ghp" + "_" + some(36)),
    "bearer": ("Authorization: Bearer {}", some(40)),
    "JWT": ("token {}", _jwt()),
    "connection": ("postgresql://agent:{}@db.internal:5432/prod", some(18)),
    "password": ("password={}&user=agent", some(14)),
    "JSON": ('{{"user": "agent", "api_key": "{}"}}', some(32)),
    "private key": ("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", some(64)),
}


@pytest.mark.parametrize(("text", "secret"), SECRETS.values(), ids=SECRETS)
async def test_a_credential_leaves_by_no_call(text: str, secret: str) -> None:
    """In every place an application can put it, and no part of it either."""
    whole = text.format(secret)
    for gateway, calls in stores_of(whole):
        async with connected(gateway, experiment="1") as call:
            for tool, arguments in calls:
                told = await _told(call, tool, arguments)
                assert not _parts(secret, told), (tool, arguments, told)


async def _told(call: Any, tool: str, arguments: dict[str, Any]) -> str:
    try:
        return json.dumps(await call(tool, arguments), ensure_ascii=False)
    except (ToolFailedError, MCPError) as error:
        return str(error)


def _parts(secret: str, told: str) -> list[str]:
    """Pieces of 10 characters of the secret that stand in what was told."""
    tail = secret[10:] if len(secret) > 24 else secret
    return [tail[at : at + 10] for at in range(len(tail) - 9) if tail[at : at + 10] in told]


def logged(text: str) -> Trace:
    """A trace with a long text, such as a log, in the inputs of its root."""
    return make_trace(make_span("agent", inputs={"log": text}, span_id="a" * 16), info=make_trace_info("tr-1"))


@pytest.mark.parametrize("before", [0, 1_900, 1_950, 1_990, 5_000])
async def test_no_piece_of_a_credential_leaves_at_the_border_of_two_pages(before: int) -> None:
    """Values are masked whole, and cut then: pages read on from one another without a gap."""
    secret = "sk-" + "ant-api03-" + some(80)
    text = "x " * (before // 2) + f"key {secret} end " + "y " * 3_000
    arguments: dict[str, Any] = {"trace_id": "tr-1", "span_ids": ["a" * 16], "path": "inputs.log", "max_chars": 2_000}
    read, offset = "", 0
    async with connected(FakeTraceGateway([logged(text)])) as call:
        while offset is not None:
            value = (await call("get_trace", arguments | {"offset": offset}))["value"]
            read, offset = read + value["text"], value.get("next_offset")
    assert not _parts(secret, read)
    assert read.startswith(text[:before]) and read.endswith("y " * 3_000)
    assert value["total_chars"] == len(read)


async def test_a_search_in_a_trace_does_not_tell_a_credential_letter_by_letter() -> None:
    """What is masked matches nothing: else `find` would say for each guess whether it is right."""
    secret = "ghp" + "_" + some(36)
    async with connected(FakeTraceGateway([logged(f"token {secret}")])) as call:
        for guess in (secret, secret[:12], secret[4:10]):
            assert (await call("get_trace", {"trace_id": "tr-1", "find": guess})).get("total", 0) == 0
        assert (await call("get_trace", {"trace_id": "tr-1", "find": "masked: github"}))["total"] == 1


async def test_a_credential_that_came_in_chunks_is_masked_where_they_are_joined() -> None:
    """A stream is recorded piece by piece, none of which looks like a key; the conversation tells them as one."""
    secret = "ghp" + "_" + some(36)
    pieces = ["the key is ", *(secret[at : at + 6] for at in range(0, len(secret), 6)), " indeed"]
    chunks = [{"choices": [{"delta": {"role": "assistant", "content": piece}}]} for piece in pieces]
    messages = {"messages": [{"role": "user", "content": "which?"}]}
    span = make_span("chat", span_type="CHAT_MODEL", inputs=messages, outputs=chunks, span_id="a" * 16)
    async with connected(FakeTraceGateway([make_trace(span, info=make_trace_info("tr-1"))])) as call:
        told = await call("get_trace", {"trace_id": "tr-1", "view": "conversation"})
    assert told["messages"][-1]["text"] == "the key is [masked: github_token] indeed"
    assert told["masked"] == {"github_token": 1}


async def test_attributes_whose_keys_are_masked_alike_are_all_shown() -> None:
    """Nothing is lost by being masked, and `path` reads each of them."""
    keys = ["ghp" + f"_{some(36, seed=seed)}" for seed in (1, 2)]
    span = make_span("agent", attributes={keys[0]: "first", keys[1]: "second"}, span_id="a" * 16)
    arguments = {"trace_id": "tr-1", "span_ids": [span.span_id]}
    async with connected(FakeTraceGateway([make_trace(span, info=make_trace_info("tr-1"))])) as call:
        shown = (await call("get_trace", arguments))["spans"][0]["attributes"]
        read = [(await call("get_trace", arguments | {"path": f"attributes[{json.dumps(key)}]"})) for key in shown]
    assert list(shown.values()) == ["first", "second"] == [answer["value"]["text"] for answer in read]
    assert all(key.startswith("[masked: ") for key in shown)


async def test_each_answer_counts_what_is_masked_in_it() -> None:
    """So that a reader knows that there was something, and of which kind."""
    text = f"Authorization: Bearer {some(40)} and ghp" + f"_{some(36)}, ghp" + f"_{some(36, seed=2)}"
    async with connected(FakeTraceGateway([logged(text)])) as call:
        opened = await call("get_trace", {"trace_id": "tr-1", "span_ids": ["a" * 16]})
        tree = await call("get_trace", {"trace_id": "tr-1", "view": "tree"})
    assert sum(opened["masked"].values()) == 3 and "masked" not in tree
    assert opened["spans"][0]["inputs"]["log"].count("[masked: ") == 3


async def test_personal_data_is_masked_where_that_is_asked_for() -> None:
    """`pii`; by default it stays, since who wrote what is often the question."""
    trace = logged("from mail@example.com, card 4111 1111 1111 1111")
    for level, masked in (("credentials", 0), ("pii", 2), ("off", 0)):
        async with connected(FakeTraceGateway([trace]), redact=level) as call:
            opened = await call("get_trace", {"trace_id": "tr-1", "span_ids": ["a" * 16]})
        assert sum(opened.get("masked", {}).values()) == masked, (level, opened)


async def test_nothing_is_masked_where_that_is_turned_off() -> None:
    secret = "ghp" + "_" + some(36)
    async with connected(FakeTraceGateway([logged(secret)]), redact="off") as call:
        opened = await call("get_trace", {"trace_id": "tr-1", "span_ids": ["a" * 16]})
    assert opened["spans"][0]["inputs"]["log"] == secret and "masked" not in opened


async def test_a_search_for_a_credential_finds_the_trace_and_does_not_repeat_it() -> None:
    """Comparisons are made with what was recorded: whoever looks for a leaked key must find where it leaked."""
    secret = "ghp" + "_" + some(36)
    trace = make_trace(
        make_span("agent", events=(make_exception_event("Error", f"bad token {secret}"),), status="ERROR"),
        info=make_trace_info("tr-1", tags={"key": secret, "name": secret}),
    )
    async with connected(FakeTraceGateway([trace])) as call:
        for arguments in ({"tags": {"key": secret}}, {"tags": {"name": secret}}, {"text": secret}):
            found = await call("search_traces", arguments | {"detail": "detailed"})
            assert [row["trace_id"] for row in found["traces"]] == ["tr-1"], arguments
            assert not _parts(secret, json.dumps(found["traces"]))
