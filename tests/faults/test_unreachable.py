"""A server that cannot be reached, by TCP or by TLS: told within 5 s however long a call may take."""

import socket
import ssl
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import anyio
import pytest

from tests.certificates import make_certificate
from tests.faults.conversations import PATIENT_S, conversation
from tests.faults.exchanges import good
from tests.faults.faulty_mlflow import HOST, FaultyMlflow, faulty_mlflow
from tests.faults.test_http_faults import CALLS, Fault, check_refusals, uri_of

pytestmark = pytest.mark.anyio

UNREACHABLE_S = 5


@contextmanager
def full_backlog() -> Generator[socket.socket]:
    """A socket that listens and lets nobody in: the system has taken as many connections as it holds for it."""
    with ExitStack() as sockets:
        listener = sockets.enter_context(socket.create_server((HOST, 0), backlog=0))
        while True:
            waiting = sockets.enter_context(socket.socket())
            waiting.settimeout(0.2)
            try:
                waiting.connect(listener.getsockname())
            except TimeoutError:
                break
        yield listener


async def test_a_server_that_accepts_no_connection_is_told_within_five_seconds() -> None:
    """A firewall that drops packets looks like this; once it lets us through the next call is answered."""
    mlflow = FaultyMlflow()
    with full_backlog() as listener:
        mlflow.listen_on(listener)
        async with conversation(uri_of(mlflow), CALLS, timeout_s=PATIENT_S) as told:
            with anyio.fail_after(UNREACHABLE_S):
                await check_refusals(told, Fault(good, "accepted no connection"), mlflow.address)
            await mlflow.start(listener)
            await told.check_that_all_answer()
            await mlflow.stop()


async def test_a_server_that_is_down_is_told_at_once_and_used_when_it_is_up() -> None:
    """The commonest failure of all, at the start and in the middle of a session."""
    async with faulty_mlflow() as mlflow, conversation(uri_of(mlflow), CALLS, timeout_s=PATIENT_S) as told:
        for _ in range(2):
            await mlflow.stop()
            with anyio.fail_after(UNREACHABLE_S):
                await check_refusals(
                    told, Fault(good, "Cannot reach the MLflow server", "Connection refused"), mlflow.address
                )
            await mlflow.start()
            await told.check_that_all_answer()


async def test_an_unknown_authority_is_told_and_a_known_one_is_taken(tmp_path: Path) -> None:
    """The certificate may be replaced while we run; nobody should have to restart us for it."""
    known, unknown = (make_certificate(tmp_path / f"{name}.pem") for name in ("known", "unknown"))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(unknown)
    async with (
        faulty_mlflow(tls) as mlflow,
        conversation(uri_of(mlflow), CALLS, server_cert_path=str(known)) as told,
    ):
        fault = Fault(good, "Cannot make a secure connection", "MLFLOW_TRACKING_SERVER_CERT_PATH")
        await check_refusals(told, fault, mlflow.address)
        tls.load_cert_chain(known)
        await told.check_that_all_answer()


async def test_a_port_that_hangs_in_the_handshake_is_told_within_five_seconds() -> None:
    """A server without TLS that is asked for it, and waits for an end of line that never comes."""
    async with faulty_mlflow() as mlflow:
        secure = uri_of(mlflow).replace("http://", "https://")
        async with conversation(secure, CALLS, timeout_s=PATIENT_S) as told:
            with anyio.fail_after(UNREACHABLE_S):
                for text in await told.refusals():
                    assert mlflow.address.replace("http://", "https://") in text
