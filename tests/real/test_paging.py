"""Pages hold still on real stores, while an application keeps logging into them."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Thread
from typing import IO, Any

import pytest
from anyio import to_thread

from tests.oracle import Oracle
from tests.real.calls import Tools, ids
from tests.real.conftest import REAL
from tests.stores import RealStore

pytestmark = REAL

LIMIT = 10
DEADLINE_S = 30


@pytest.mark.parametrize("order", ["newest", "slowest", "name ASC"])
async def test_there_is_no_empty_page_behind_one_that_is_exactly_full(
    own_tools: Tools, oracle: Oracle, order: str
) -> None:
    """MLflow gives a token with every full page, also with the last; an agent would ask in vain."""
    locations = [own_tools.store.sample.experiments["nasty"]]
    count = len(oracle.search(own_tools.store, locations=locations, max_results=500))
    limit = max(number for number in range(2, 100) if count % number == 0 and number < count)

    pages = await own_tools.pages(experiment="nasty", order_by=order, limit=limit)

    assert [page["returned"] for page in pages] == [limit] * (count // limit)


class Arrivals:
    """Counts the traces that another process tells to have logged, a line for each."""

    def __init__(self, lines: IO[str]) -> None:
        self._count = 0
        self._counted = Condition()
        Thread(target=self._read, args=(lines,), daemon=True).start()

    async def one_more(self) -> None:
        """Wait until at least one has arrived from now on."""
        await to_thread.run_sync(self._wait_for_one_more)

    def _wait_for_one_more(self) -> None:
        with self._counted:
            before = self._count
            assert self._counted.wait_for(lambda: self._count > before, DEADLINE_S), "nothing arrives any more"

    def _read(self, lines: IO[str]) -> None:
        for _ in lines:
            with self._counted:
                self._count += 1
                self._counted.notify_all()


@pytest.fixture(scope="module")
def arrivals(own_store: RealStore) -> Iterator[Arrivals]:
    """An application that keeps logging into the crowd."""
    with live_writer(own_store.tracking_uri, own_store.sample.experiments["crowd"]) as lines:
        yield Arrivals(lines)


@contextmanager
def live_writer(tracking_uri: str, experiment_id: str) -> Iterator[IO[str]]:
    """What the process says; it ends with the block."""
    command = [sys.executable, "-m", "tests.real.live_writer", tracking_uri, experiment_id]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, encoding="utf-8", **pipes) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield process.stdout
            process.stdin.close()
            process.wait(DEADLINE_S)
        finally:
            process.kill()


def crowd(store: RealStore, oracle: Oracle) -> list[dict[str, Any]]:
    """The traces that are there to the last tag; while MLflow still writes one, it may change its place."""
    locations = [store.sample.experiments["crowd"]]
    page = oracle.search_page(store, locations=locations, filter_string="name IS NOT NULL", max_results=500)
    return page["traces"]


@pytest.mark.parametrize("order", ["newest", "oldest", "slowest"])
async def test_pages_show_each_trace_that_was_there_exactly_once(
    own_tools: Tools, oracle: Oracle, arrivals: Arrivals, order: str
) -> None:
    """MLflow's own offset pages repeat a row for each trace that arrives in front of them."""
    await arrivals.one_more()
    there_at_the_start = [info["trace_id"] for info in crowd(own_tools.store, oracle)]
    pages: list[dict[str, Any]] = []

    while not pages or "next_cursor" in pages[-1]:
        if len(pages) % 2:
            await arrivals.one_more()
        cursor = {"cursor": pages[-1]["next_cursor"]} if pages else {}
        pages.append(await own_tools.search(experiment="crowd", order_by=order, limit=LIMIT, **cursor))

    seen = Counter(trace_id for page in pages for trace_id in ids(page))
    assert len(there_at_the_start) >= 200
    assert [seen[trace_id] for trace_id in there_at_the_start] == [1] * len(there_at_the_start)
    assert [page["returned"] for page in pages[:-1]] == [LIMIT] * (len(pages) - 1)
    assert pages[-1]["returned"] > 0


@pytest.mark.parametrize("field", ["request_time", "execution_duration"])
async def test_more_traces_than_a_page_holds_are_equal(own_tools: Tools, oracle: Oracle, field: str) -> None:
    """Equal times and durations are where a page that begins at a value could repeat or lose rows: they are there."""
    infos = crowd(own_tools.store, oracle)
    values = Counter(info[field] for info in infos if info["tags"]["mlflow.traceName"] == "crowd")

    assert min(values.values()) >= LIMIT
    assert max(values.values()) > LIMIT
