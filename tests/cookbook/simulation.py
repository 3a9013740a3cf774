"""A clock that stands still until somebody sleeps, and ids that are the same each time.

So an application takes as long as it says, and what it logs can stand on a page word for word. To be installed before
MLflow is imported, which keeps the functions that it finds.
"""

import hashlib
import random
import time
import uuid
from collections import Counter
from datetime import datetime
from typing import Any, ClassVar

NOW = "2026-11-20T12:00:00Z"
"""When somebody asks what the stories tell."""

NS_PER_S = 1_000_000_000


class _World:
    now_ns = time.time_ns()
    moments: tuple[str, ...] = ("",)
    drawn: ClassVar[Counter[str]] = Counter()


def at(moment: str) -> None:
    """It is `moment` (ISO 8601); ids are from now on those of this moment."""
    if moment in _World.moments:
        raise ValueError(f"The ids of {moment} are given out.")
    _World.now_ns = int(datetime.fromisoformat(moment).timestamp()) * NS_PER_S
    _World.moments = (*_World.moments, moment)
    _World.drawn.clear()


def _sleep(seconds: float) -> None:
    _World.now_ns += round(seconds * NS_PER_S)


def _draw(kind: str, characters: int) -> str:
    _World.drawn[kind] += 1
    name = f"{_World.moments[-1]} {kind} {_World.drawn[kind]}"
    return hashlib.sha256(name.encode()).hexdigest()[:characters]


def install() -> None:
    """From now on, in this process."""
    time.time_ns = lambda: _World.now_ns
    time.time = lambda: _World.now_ns / NS_PER_S
    time.sleep = _sleep
    uuid.uuid4 = lambda: uuid.UUID(_draw("uuid", 32))
    random.seed("cookbook")
    _give_ids_to_spans()


def _give_ids_to_spans() -> None:
    """OpenTelemetry keeps the clock that it finds, so it is imported once ours runs."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.id_generator import IdGenerator

    class Ids(IdGenerator):
        def generate_span_id(self) -> int:
            return int(_draw("span", 16), 16)

        def generate_trace_id(self) -> int:
            return int(_draw("trace", 32), 16)

    as_it_was = TracerProvider.__init__

    def with_our_ids(self: TracerProvider, *args: Any, **fields: Any) -> None:
        as_it_was(self, *args, **fields | {"id_generator": Ids()})

    TracerProvider.__init__ = with_our_ids
