"""`auth=token` over HTTP: whom it lets in, what everybody else is told, and what neither log nor answer may show."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from mcp.shared.exceptions import MCPError

from mcp_traces.callers import Caller
from mcp_traces.http.auth import Rejection
from mcp_traces.http.token_store import add_token, hash_of, remove_token
from mcp_traces.http.tokens import LOOK_AGAIN_S, TokenFile
from tests.http.conftest import UNKNOWN, connected, list_tools, running, token_app, told

pytestmark = pytest.mark.anyio


async def test_the_right_token_is_let_in(path: Path, mode: str) -> None:
    """By the SDK's own client, through its whole handshake, in both eras."""
    token = add_token(path, "ann", None)
    app = token_app(path)
    async with running(app), connected(app, token, mode) as client:
        tools = (await client.list_tools()).tools
        result = await client.call_tool("get_trace", {"trace_id": "tr-1"})

    assert [tool.name for tool in tools][:2] == ["search_traces", "get_trace"]
    assert not result.is_error


async def test_whoever_brings_no_token_is_asked_for_one(path: Path, mode: str) -> None:
    """With RFC 6750's challenge, which holds no error code where no credentials came (its section 3.1)."""
    add_token(path, "ann", None)
    async with running(token_app(path)) as http:
        answer = await list_tools(http, mode=mode)

    assert told(answer) == (401, "A Bearer token is required.", "Bearer")


async def test_a_wrong_token_is_refused(path: Path, mode: str) -> None:
    """Also one that differs in a single character, or is the hash that stands in the file."""
    token = add_token(path, "ann", None)
    near = token[:-1] + ("a" if token[-1] != "a" else "b")
    challenge = f'Bearer error="invalid_token", error_description="{UNKNOWN}"'
    async with running(token_app(path)) as http:
        for wrong in ("mcpt_x", near, token.upper(), token[:-1], token + "a", hash_of(token), "ann"):
            answer = await list_tools(http, f"Bearer {wrong}", mode=mode)
            assert told(answer) == (401, UNKNOWN, challenge), wrong


MALFORMED: dict[str, Callable[[str], tuple[str, ...]]] = {
    "another scheme": lambda token: (f"Basic {token}",),
    "no scheme": lambda token: (token,),
    "nothing after the scheme": lambda _: ("Bearer",),
    "two words": lambda token: (f"Bearer {token} {token}",),
    "a comma list": lambda token: (f"Bearer {token}, Bearer {token}",),
    "two headers": lambda token: (f"Bearer {token}", f"Bearer {token}"),
    "the right one first": lambda token: (f"Bearer {token}", "Bearer mcpt_x"),
    "the right one last": lambda token: ("Bearer mcpt_x", f"Bearer {token}"),
}


@pytest.mark.parametrize("written", MALFORMED.values(), ids=MALFORMED)
async def test_what_is_not_one_bearer_token_is_no_way_in(
    path: Path, written: Callable[[str], tuple[str, ...]], mode: str
) -> None:
    """Of several, a proxy in between may have checked another than we would."""
    token = add_token(path, "ann", None)
    async with running(token_app(path)) as http:
        answer = await list_tools(http, *written(token), mode=mode)

    assert told(answer)[:2] == (400, "Authorization must be one Bearer token.")
    assert token not in answer.text + str(answer.headers)


@pytest.mark.parametrize("parameter", ["access_token", "token", "authorization"])
async def test_a_token_in_the_address_is_not_accepted(path: Path, parameter: str, mode: str) -> None:
    """Addresses end up in logs and histories; MCP forbids tokens in them."""
    token = add_token(path, "ann", None)
    async with running(token_app(path)) as http:
        answer = await list_tools(http, mode=mode, query=f"?{parameter}={token}")

    assert told(answer) == (401, "A Bearer token is required.", "Bearer")


@pytest.mark.usefixtures("at_once")
async def test_tokens_come_and_go_while_the_server_runs(path: Path, mode: str) -> None:
    """Nobody restarts a server that a team uses to let one person in, or out."""
    async with running(token_app(path)) as http:
        ann = add_token(path, "ann", None)
        assert (await list_tools(http, f"Bearer {ann}", mode=mode)).status_code == 200
        bob = add_token(path, "bob", None)
        assert (await list_tools(http, f"Bearer {bob}", mode=mode)).status_code == 200
        remove_token(path, "ann")
        assert (await list_tools(http, f"Bearer {ann}", mode=mode)).status_code == 401
        assert (await list_tools(http, f"Bearer {bob}", mode=mode)).status_code == 200


@pytest.mark.usefixtures("at_once")
async def test_a_token_that_is_removed_ends_the_session_it_began(path: Path, mode: str) -> None:
    """Each request is let in for itself; a client that is connected has no more right than one that comes."""
    token = add_token(path, "ann", None)
    app = token_app(path)
    async with running(app), connected(app, token, mode) as client:
        assert (await client.list_tools()).tools
        remove_token(path, "ann")
        with pytest.raises(MCPError, match="Server returned an error response"):
            await client.call_tool("get_trace", {"trace_id": "tr-1"})


async def test_a_removed_token_opens_for_a_second_at_most(path: Path) -> None:
    """What `mcp-traces token remove` promises, with room to spare; in between the disk is left alone."""
    now = 100.0
    token = add_token(path, "ann", ("1",))
    tokens = TokenFile(path, lambda: now)
    remove_token(path, "ann")
    now += LOOK_AGAIN_S / 2

    assert LOOK_AGAIN_S <= 1
    assert await tokens.caller_of(token) == Caller("ann", ("1",))
    now += LOOK_AGAIN_S / 2
    with pytest.raises(Rejection):
        await tokens.caller_of(token)


@pytest.mark.usefixtures("at_once")
async def test_neither_log_nor_answer_holds_a_token_or_a_hash(
    path: Path, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    """At whatever level, let in or not: logs are read by more people than tokens are for."""
    token, other = add_token(path, "ann", ("1",)), "mcpt_" + "0" * 43
    app = token_app(path)
    answers: list[str] = []
    with caplog.at_level(logging.DEBUG):
        async with running(app) as http:
            for value in (token, other):
                answer = await list_tools(http, f"Bearer {value}", mode=mode)
                answers += [answer.text, str(answer.headers)]
            async with connected(app, token, mode) as client:
                answers.append(str(await client.call_tool("get_trace", {"trace_id": "tr-nothing"})))

    shown = "\n".join([*answers, *(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)])
    assert [secret for one in (token, other) for secret in (one, hash_of(one)) if secret in shown] == []


@pytest.mark.parametrize("position", [0, 1, 2])
async def test_every_entry_is_compared_in_constant_time(
    path: Path, position: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever times our answers learns neither a hash nor which place a token has."""
    compared: list[str] = []

    def compare(kept: str, asked: str) -> bool:
        compared.append(kept)
        return kept == asked

    made = [add_token(path, name, None) for name in ("ann", "bob", "cyd")]
    tokens = TokenFile(path)
    monkeypatch.setattr("hmac.compare_digest", compare)

    await tokens.caller_of(made[position])

    assert compared == [hash_of(token) for token in made]
