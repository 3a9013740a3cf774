"""What calls that were given up may leave behind: threads at work, tasks, open files and sockets, memory."""

import asyncio
import gc
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import anyio

import mcp_traces
from tests.memory import resident_bytes

DEADLINE_S = 10
LOOK_EVERY_S = 0.02
KEPT_CONNECTIONS = 8
KEPT_THREADS = 48
"""What waits for the next call: a pool's connections, and for 10 s anyio's threads, a few for each question that is
asked at a time."""

_PACKAGE = str(Path(mcp_traces.__file__).parent)
_FILES = Path("/proc/self/fd")


@dataclass(frozen=True, slots=True)
class Leftovers:
    """At one moment. `working` are threads, other than this one, that are inside of our code."""

    working: int
    threads: int
    tasks: int
    files: int

    @classmethod
    def now(cls) -> "Leftovers":
        return cls(_working_threads(), threading.active_count(), len(asyncio.all_tasks()), _open_files())

    def is_no_more_than(self, before: "Leftovers") -> bool:
        """Nothing works that did not before; what is kept for the next call is a handful."""
        return (
            self.working <= before.working
            and self.tasks <= before.tasks
            and self.files <= before.files + KEPT_CONNECTIONS
            and self.threads <= before.threads + KEPT_THREADS
        )


async def nothing_more_than(before: Leftovers) -> None:
    await _until(lambda: Leftovers.now().is_no_more_than(before), f"no more than {before}")


async def nothing_works() -> None:
    await _until(lambda: not _working_threads(), "no thread at work")


async def something_works() -> None:
    await _until(lambda: _working_threads() > 0, "a thread at work")


async def _until(condition: Callable[[], bool], what: str) -> None:
    """No event tells of a thread or a socket that is gone, so it is looked for."""
    try:
        with anyio.fail_after(DEADLINE_S):
            while not condition():  # noqa: ASYNC110
                await anyio.sleep(LOOK_EVERY_S)
    except TimeoutError:
        raise AssertionError(f"{what}, but {Leftovers.now()}") from None


def turns_taken() -> int:
    """Of every limiter there is: what is taken and not given back lets fewer calls in for ever."""
    limiters = (one for one in gc.get_objects() if type(one).__name__ == "CapacityLimiter")
    return sum(limiter.borrowed_tokens for limiter in limiters)


def kept_bytes() -> int:
    """What this process holds that is not garbage."""
    gc.collect()
    return resident_bytes()


def _open_files() -> int:
    return len(list(_FILES.iterdir())) if _FILES.is_dir() else 0


def _working_threads() -> int:
    frames = sys._current_frames()  # pyright: ignore[reportPrivateUsage]
    try:
        del frames[threading.get_ident()]
        return sum(map(_is_in_our_code, frames.values()))
    finally:
        frames.clear()  # which would keep alive what the threads do, and hold what they let go of


def _is_in_our_code(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith(_PACKAGE):
            return True
        frame = frame.f_back
    return False
