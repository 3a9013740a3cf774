"""The keys of a real issuer: fetched seldom, renewed in time, and of use while it is slow or gone."""

import anyio
import pytest
from anyio import to_thread

from mcp_traces.callers import Caller
from mcp_traces.http.auth import Rejection
from mcp_traces.http.issuer_keys import ASK_AGAIN_S, KEPT_S, USABLE_S
from tests.http.conftest import ISSUER_DOWN as DOWN
from tests.http.conftest import READER, Ask, Clock, list_tools, oidc_app, running
from tests.http.issuer import KEYS, OAUTH, OPENID, Issuer, rsa_key, signed

pytestmark = pytest.mark.anyio

UNKNOWN = Rejection(401, "invalid_token", "The token is signed with a key that is not one of the issuer's.")


async def all_of(ask: Ask, tokens: list[str]) -> list[Caller | Rejection]:
    """The answers to all of them at once, in no order."""
    answers: list[Caller | Rejection] = []

    async def one(token: str) -> None:
        answers.append(await ask(token))

    async with anyio.create_task_group() as tasks:
        for token in tokens:
            tasks.start_soon(one, token)
    return answers


def made_up(issuer: Issuer, which: int) -> str:
    """By a key that the issuer does not have."""
    return signed(issuer.claims(), rsa_key(1), kid=f"made-up-{which}")


async def test_keys_are_asked_for_once_for_everybody(issuer: Issuer, ask: Ask) -> None:
    """Many clients come at once after a restart; the issuer serves more than us."""
    assert await all_of(ask, [issuer.token()] * 20) == [READER] * 20
    assert await ask(issuer.token("curve")) == READER
    assert issuer.paths == [OPENID, KEYS]


async def test_keys_are_asked_for_again_after_five_minutes(issuer: Issuer, ask: Ask, clock: Clock) -> None:
    """A key that the issuer has withdrawn, perhaps since it was stolen, opens for so long and no longer."""
    old = issuer.token()
    assert await ask(old) == READER
    issuer.rotate()
    clock.now += KEPT_S - 1
    assert await ask(old) == READER
    clock.now += 1

    assert KEPT_S == 300
    assert await ask(old) == UNKNOWN


async def test_a_new_key_is_taken_at_once(issuer: Issuer, ask: Ask) -> None:
    """An issuer that rotates its keys must lock nobody out; the old key is not theirs any more."""
    old = issuer.token()
    assert await ask(old) == READER
    issuer.rotate()

    assert await all_of(ask, [issuer.token("second")] * 10) == [READER] * 10
    assert await ask(old) == UNKNOWN
    assert issuer.fetches == 2


async def test_made_up_key_ids_do_not_hammer_the_issuer(issuer: Issuer, ask: Ask, clock: Clock) -> None:
    """Anybody can write any into a token: that makes us ask once in ten seconds, at once or one after the other."""
    assert await ask(issuer.token()) == READER
    assert await all_of(ask, [made_up(issuer, number) for number in range(20)]) == [UNKNOWN] * 20
    assert [await ask(made_up(issuer, number)) for number in range(20)] == [UNKNOWN] * 20
    assert issuer.fetches == 2

    clock.now += ASK_AGAIN_S
    assert await all_of(ask, [made_up(issuer, number) for number in range(20)]) == [UNKNOWN] * 20
    assert issuer.fetches == 3


async def test_made_up_key_ids_keep_a_new_key_away_for_ten_seconds_at_most(
    issuer: Issuer, ask: Ask, clock: Clock
) -> None:
    """The price of not asking each time; whoever wants to lock others out gets no more than that."""
    await ask(made_up(issuer, 0))
    issuer.rotate()
    assert await ask(issuer.token("second")) == READER  # the one made up came with the first fetch
    await ask(made_up(issuer, 1))
    issuer.rotate("third")
    assert await ask(issuer.token("third")) == UNKNOWN
    clock.now += ASK_AGAIN_S

    assert await ask(issuer.token("third")) == READER


@pytest.mark.parametrize("later", [0.0, KEPT_S], ids=["for an unknown key", "for newer keys"])
async def test_callers_with_known_keys_go_on_while_the_issuer_hangs(
    issuer: Issuer, ask: Ask, clock: Clock, later: float
) -> None:
    """One waits for the issuer; nobody else does, and there is one question to it."""
    assert await ask(issuer.token()) == READER
    clock.now += later
    issuer.asked.clear()
    issuer.released.clear()
    issuer.keys["second"] = rsa_key(1)
    issuer.publish()
    waited: list[Caller | Rejection] = []

    async def wait() -> None:
        waited.append(await ask(issuer.token("second")))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait)
        assert await to_thread.run_sync(issuer.asked.wait, 10)
        assert await all_of(ask, [issuer.token(), issuer.token("curve")]) == [READER] * 2
        assert waited == []
        issuer.released.set()

    assert waited == [READER]
    assert issuer.fetches == 2


async def test_an_issuer_that_hangs_is_not_waited_for_long(
    issuer: Issuer, ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Five seconds, and all who wait share them."""
    monkeypatch.setattr("mcp_traces.http.jwks.FETCH_WITHIN_S", 0.05)
    issuer.released.clear()

    with anyio.fail_after(5):
        assert await all_of(ask, [issuer.token()] * 10) == [DOWN] * 10
    assert issuer.paths == [OPENID]
    assert [record.getMessage() for record in caplog.records] == [
        "The keys of oidc_issuer cannot be had: no answer within 0.05 s."
    ]


async def test_the_service_answers_while_the_issuer_hangs(issuer: Issuer) -> None:
    """Nothing waits for it on the event loop: health, and whoever has no token, are answered meanwhile."""
    issuer.released.clear()
    answers: list[int] = []

    async with running(oidc_app(issuer)) as http:

        async def wait() -> None:
            answers.append((await list_tools(http, f"Bearer {issuer.token()}")).status_code)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wait)
            assert await to_thread.run_sync(issuer.asked.wait, 10)
            assert (await http.get("/healthz")).status_code == 200
            assert (await list_tools(http)).status_code == 401
            assert answers == []
            issuer.released.set()

    assert answers == [200]


async def test_while_the_issuer_is_down_its_keys_stay_good_for_an_hour(
    issuer: Issuer, ask: Ask, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """An outage of the issuer is not one of ours at once; but what it withdrew meanwhile must end some time."""
    assert await ask(issuer.token()) == READER
    issuer.stop()
    for _ in range(int(USABLE_S / KEPT_S) - 1):
        clock.now += KEPT_S
        assert await ask(issuer.token()) == READER
    clock.now += KEPT_S

    assert USABLE_S == 3_600
    assert await ask(issuer.token()) == DOWN
    issuer.start()
    assert await ask(issuer.token()) == DOWN
    clock.now += ASK_AGAIN_S
    assert await ask(issuer.token()) == READER
    assert {record.getMessage() for record in caplog.records} == {
        "The keys of oidc_issuer cannot be had: it cannot be reached (ConnectError)."
    }


async def test_a_key_that_may_be_new_is_not_judged_while_the_issuer_is_down(
    issuer: Issuer, ask: Ask, clock: Clock
) -> None:
    """To be told that a good token is wrong, its bearer would throw it away; so it is told to come again."""
    assert await ask(issuer.token()) == READER
    issuer.stop()
    issuer.keys["second"] = rsa_key(1)
    issuer.publish()
    assert [await ask(issuer.token("second")) for _ in range(3)] == [DOWN] * 3
    assert await ask(issuer.token()) == READER
    issuer.start()
    clock.now += ASK_AGAIN_S

    assert await ask(issuer.token("second")) == READER


async def test_an_issuer_that_is_down_is_asked_once_in_ten_seconds(issuer: Issuer, ask: Ask, clock: Clock) -> None:
    """It may be down since too many ask it."""
    issuer.pages[OPENID] = 500
    assert [await ask(issuer.token()) for _ in range(5)] == [DOWN] * 5
    clock.now += ASK_AGAIN_S - 1
    assert await all_of(ask, [issuer.token()] * 5) == [DOWN] * 5
    assert issuer.paths == [OPENID, OAUTH]

    issuer.pages[OPENID] = {"issuer": issuer.url, "jwks_uri": issuer.url + KEYS}
    clock.now += 1
    assert await all_of(ask, [issuer.token()] * 5) == [READER] * 5


async def test_whoever_meets_an_issuer_that_is_down_is_told_when_to_come_again(issuer: Issuer, mode: str) -> None:
    """With 503: the token may be good, so 401, on which a client would fetch another, would be a lie."""
    issuer.stop()
    async with running(oidc_app(issuer)) as http:
        answer = await list_tools(http, f"Bearer {issuer.token()}", mode=mode)

    assert answer.status_code == 503
    assert answer.json() == {"error": DOWN.error, "error_description": DOWN.description}
    assert answer.headers["retry-after"] == "10"
    assert set(answer.headers) == {"content-length", "content-type", "retry-after", "x-request-id"}


async def test_an_answer_that_was_broken_does_no_harm_to_keys_that_are_known(
    issuer: Issuer, ask: Ask, clock: Clock
) -> None:
    """Such as a maintenance page instead of keys."""
    assert await ask(issuer.token()) == READER
    issuer.pages[KEYS] = b"<html>"
    clock.now += KEPT_S

    assert await ask(issuer.token()) == READER
