"""Answers that never end: left at a number of bytes or at the deadline, whichever comes first."""

import tracemalloc

import anyio
import pytest

from mcp_traces.errors import StoreError
from mcp_traces.store.rest_gateway import RestConfig, RestGateway
from tests.faults.conversations import PATIENT_S, conversation
from tests.faults.exchanges import Behaviour, answering, good, stream_without_end, unpack_without_end
from tests.faults.faulty_mlflow import faulty_mlflow
from tests.faults.test_http_faults import CALLS
from tests.faults.told import row_with

pytestmark = pytest.mark.anyio

MOST = 5_000_000
ROOM = 60_000_000
"""For what was received, what is unpacked of it at a time (a chunk of 64 kB becomes up to 64 MB), and no more."""

ENDLESS = {"a stream": stream_without_end, "a stream that unpacks a thousandfold": unpack_without_end}


@pytest.mark.parametrize("behaviour", ENDLESS.values(), ids=ENDLESS)
async def test_a_body_without_end_is_left_at_a_number_of_bytes(behaviour: Behaviour) -> None:
    """A deadline alone would let a fast server fill the memory before it comes."""
    async with faulty_mlflow() as mlflow:
        mlflow.behaviour = behaviour
        gateway = RestGateway(RestConfig(mlflow.address, max_answer_bytes=MOST))
        tracemalloc.start()
        try:
            with pytest.raises(StoreError) as raised, anyio.fail_after(10):
                await gateway.search_experiments(1)
            assert tracemalloc.get_traced_memory()[1] < ROOM
        finally:
            tracemalloc.stop()
        with anyio.fail_after(10):
            await mlflow.wait_for_connections(0)
        await gateway.aclose()

    assert row_with("sent more than").tells_of(str(raised.value))
    assert mlflow.address in str(raised.value)


async def test_an_error_without_end_is_read_no_further_than_anyone_would() -> None:
    """What an error says stands at its beginning; a proxy's page of any length is not kept."""
    async with faulty_mlflow() as mlflow, conversation(mlflow.address, CALLS, timeout_s=PATIENT_S) as told:
        mlflow.behaviour = answering("500 Oops", b'{"message": "' + b"x" * 20_000_000)
        for text in await told.refusals():
            assert row_with("failed (HTTP").tells_of(text)
            assert len(text) < 500
        mlflow.behaviour = good
        await told.check_that_all_answer()
