"""A client that asks without a pause, and judges each answer."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import anyio

from tests.faults.conversations import PASSWORD, USER
from tests.faults.told import rows
from tests.soak.lanes import TIMEOUT_S, Lane, LostError
from tests.soak.ledger import Ledger
from tests.soak.questions import Question, Reply
from tests.soak.trouble import Trouble

LATE_S = 5.0
"""What a busy machine may add to the time of a call."""

GIVEN_UP = 0.03
"""The share of calls that nobody waits for; each after a moment of up to so many seconds."""
MOMENT_S = 0.3
PAUSE_S = 0.5
"""The longest before the next call after a refusal."""

FOLLOWED = 0.5
"""The share of pages after which the next is asked for."""


@dataclass(frozen=True, slots=True)
class SoakClient:
    lane: Lane
    ledger: Ledger
    trouble: Trouble
    questions: Sequence[Question]
    random: Random

    async def ask_until(self, is_over: Callable[[], bool]) -> None:
        question: Question | None = None
        while not is_over():
            question = await self._ask(question or self.random.choice(self.questions))

    async def _ask(self, question: Question) -> Question | None:
        """What is asked next because of the answer, if anything."""
        if self.random.random() < GIVEN_UP:
            await self.lane.give_up(question.tool, question.arguments, self.random.uniform(0, MOMENT_S))
            self.ledger.given_up += 1
            return None
        began = time.monotonic()
        try:
            reply = await self.lane.ask(question.tool, question.arguments)
        except LostError as error:
            self._wrong(question, f"lost: {error}")
            return None
        return await self._judge(question, reply, began, time.monotonic())

    async def _judge(self, question: Question, reply: Reply, began: float, ended: float) -> Question | None:
        fault = self.trouble.between(began, ended)
        self.ledger.slowest_s = max(self.ledger.slowest_s, ended - began)
        if ended - began > TIMEOUT_S + LATE_S:
            self._wrong(question, f"it took {ended - began:.1f} s (trouble: {fault})")
        elif not (wrong := question.wrong_with(reply)):
            self.ledger.answered += 1
            return question.following(reply) if self.random.random() < FOLLOWED else None
        elif fault and _is_told_as_documented(reply):
            self.ledger.refused[fault] += 1
            await anyio.sleep(self.random.uniform(0, PAUSE_S))
        else:
            self._wrong(question, f"{wrong} (trouble: {fault})")
        return None

    def _wrong(self, question: Question, what: str) -> None:
        self.ledger.wrong.append(f"{self.ledger.name}: {question.tool}({question.arguments}): {what}")


def _is_told_as_documented(reply: Reply) -> bool:
    """In docs/failures.md, and without what must never be told."""
    secret = any(word in reply.text for word in (USER, PASSWORD, "Internal error"))
    return reply.is_error and not secret and any(row.tells_of(reply.text) for row in rows())


async def weigh_until(is_over: Callable[[], bool], lane: Lane, ledger: Ledger, every_s: float) -> None:
    while not is_over():
        await anyio.sleep(every_s)
        ledger.weigh(lane.server.process.pid)
