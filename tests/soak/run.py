"""Clients of every lane ask without a pause while each store gets into trouble and out of it."""

import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import anyio
from sqlalchemy import Engine

from mcp_traces.store.open_gateway import open_gateway
from tests.faults.conversations import PASSWORD, USER
from tests.real.calls import only
from tests.soak.client import SoakClient, weigh_until
from tests.soak.faulty_stores import FaultyStore, faulty_file, faulty_postgres, faulty_server
from tests.soak.lanes import Lane, http_lane, stdio_lane
from tests.soak.ledger import Ledger
from tests.soak.questions import Question, questions_about
from tests.soak.trouble import Trouble
from tests.stdio_process import ERAS
from tests.stores import RealStore

CLIENTS = 2
"""Of each lane, at a time."""

WEIGHED_EVERY_S = 1.0
SHOWN_OF_LOG = 1_500


@dataclass(frozen=True, slots=True)
class Bounds:
    """The run ends after so many calls or seconds, whichever comes first."""

    calls: int
    seconds: float


@dataclass(slots=True)
class Soak:
    """One run. What became of it is in `ledgers`, one for each lane; `logged` is what no log should hold."""

    bounds: Bounds
    random: Random
    ledgers: list[Ledger] = field(default_factory=list[Ledger])
    troubles: list[Trouble] = field(default_factory=list[Trouble])
    logged: list[str] = field(default_factory=list[str])
    _began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    @property
    def calls(self) -> int:
        return sum(ledger.calls for ledger in self.ledgers)

    def is_over(self) -> bool:
        return self.calls >= self.bounds.calls or self.seconds >= self.bounds.seconds

    async def run(self, stores: Sequence[FaultyStore], folder: Path) -> None:
        async with AsyncExitStack() as lanes:
            work = [one for store in stores for one in await self._prepare(store, folder, lanes)]
            self._began = time.monotonic()
            async with anyio.create_task_group() as tasks:
                for one in work:
                    tasks.start_soon(one)

    async def _prepare(
        self, store: FaultyStore, folder: Path, lanes: AsyncExitStack
    ) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        """What is to be done about this store at the same time."""
        kind = store.store.kind
        questions = await _questions(store, self.random)
        trouble = Trouble(store, self.random)
        self.troubles.append(trouble)
        opened = {
            f"stdio, {kind}": stdio_lane(folder, kind, store.uri, self.random.choice(ERAS)),
            f"http, {kind}": http_lane(folder, store.uri, self.random),
        }
        work: list[Callable[[], Coroutine[Any, Any, None]]] = [lambda: trouble.make(self.is_over)]
        for name, opening in opened.items():
            lane = await lanes.enter_async_context(opening)
            await lane.ask("describe_filter_syntax", {"experiment": "0"})  # which loads what is loaded once
            work += self._clients_of(name, lane, trouble, questions)
        return work

    def _clients_of(
        self, name: str, lane: Lane, trouble: Trouble, questions: Sequence[Question]
    ) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        ledger = Ledger(name)
        self.ledgers.append(ledger)
        client = SoakClient(lane, ledger, trouble, questions, self.random)

        async def watch() -> None:
            await weigh_until(self.is_over, lane, ledger, WEIGHED_EVERY_S)
            log = lane.server.log
            self.logged += [f"{name} logged {word}: …{_around(word, log)}…" for word in _UNWANTED if word in log]

        return [watch, *[lambda: client.ask_until(self.is_over)] * CLIENTS]


_UNWANTED = ("Traceback", "Internal error", USER, PASSWORD)


def _around(word: str, log: str) -> str:
    at = log.index(word)
    return log[max(0, at - SHOWN_OF_LOG) : at + SHOWN_OF_LOG]


async def _questions(store: FaultyStore, random: Random) -> list[Question]:
    async with aclosing(open_gateway(only(tracking_uri=store.uri))) as gateway:
        return await questions_about(store.store, gateway, random)


@asynccontextmanager
async def faulty_stores(
    sqlite: RealStore, postgres: RealStore, admin: Engine, server: RealStore, folder: Path
) -> AsyncGenerator[list[FaultyStore]]:
    async with (
        faulty_file(sqlite, folder) as file,
        faulty_postgres(postgres, admin) as database,
        faulty_server(server) as served,
    ):
        yield [file, database, served]
