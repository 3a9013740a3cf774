"""Another process at work on a store while tests read it: it logs traces there, or deletes them."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, Thread
from typing import IO

from anyio import to_thread

DEADLINE_S = 30


class Application:
    """`done` are the traces that it told to have logged or deleted, in that order."""

    def __init__(self, stdin: IO[str], stdout: IO[str]) -> None:
        self.done: list[str] = []
        self._stdin = stdin
        self._told = Condition()
        Thread(target=self._read, args=(stdout,), daemon=True).start()

    async def one_more(self) -> None:
        """Wait until it has done at least one from now on."""
        before = len(self.done)
        await self._wait_until(lambda: len(self.done) > before)

    async def delete(self, experiment_id: str, trace_id: str) -> None:
        self._stdin.write(f"{experiment_id} {trace_id}\n")
        self._stdin.flush()
        await self._wait_until(lambda: trace_id in self.done)

    async def _wait_until(self, holds: Callable[[], bool]) -> None:
        await to_thread.run_sync(self._wait, holds)

    def _wait(self, holds: Callable[[], bool]) -> None:
        with self._told:
            assert self._told.wait_for(holds, DEADLINE_S), "the application does nothing any more"

    def _read(self, lines: IO[str]) -> None:
        for line in lines:
            with self._told:
                self.done.append(line.strip())
                self._told.notify_all()


@contextmanager
def application(tracking_uri: str, *work: str) -> Iterator[Application]:
    """One at `work`, in the words of `tests.real.live_writer`; it ends with the block."""
    command = [sys.executable, "-m", "tests.real.live_writer", tracking_uri, *work]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, encoding="utf-8", **pipes) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield Application(process.stdin, process.stdout)
            process.stdin.close()
            process.wait(DEADLINE_S)
        finally:
            process.kill()
