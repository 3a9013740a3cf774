"""What can happen between a PostgreSQL and its readers: told in time, and soon forgotten."""

import logging
from collections.abc import Generator
from contextlib import contextmanager

import anyio
import pytest
from sqlalchemy import text

from tests.faults.conversations import DATABASE_TIMEOUT_S, PASSWORD, PATIENT_S, USER, Conversation, conversation
from tests.faults.postgres import LOCK_TRACES, Postgres
from tests.faults.test_unreachable import UNREACHABLE_S
from tests.faults.told import row_with
from tests.store.mlflow_stores import SILENT_IMPORT

pytestmark = [pytest.mark.anyio, pytest.mark.store, pytest.mark.filterwarnings(SILENT_IMPORT)]

GONE = "<address> does not answer"


async def check_refusals(told: Conversation, postgres: Postgres, words: str, says: str = "") -> None:
    row = row_with(words)
    for text_told in await told.refusals():
        assert row.tells_of(text_told) and row.names_settings_of(text_told), text_told
        assert says in text_told
        assert postgres.address in text_told
        assert not any(secret in text_told for secret in (USER, PASSWORD, "Internal error"))


async def test_a_postgresql_that_is_down_is_told_at_once_and_used_when_it_is_up(
    postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    """At the start, and with a pool of connections that all died."""
    caplog.set_level(logging.DEBUG)
    async with conversation(postgres.uri, postgres.calls, timeout_s=PATIENT_S) as told:
        for _ in range(2):
            await postgres.proxy.stop()
            with anyio.fail_after(UNREACHABLE_S):
                await check_refusals(told, postgres, GONE, "Connection refused")
            await postgres.proxy.start()
            await told.check_that_all_answer()

    assert PASSWORD not in caplog.text


async def test_a_failover_between_two_calls_is_not_noticed(postgres: Postgres) -> None:
    """Every connection in the pool is dead, and a new one to the same address is not."""
    async with conversation(postgres.uri, postgres.calls, timeout_s=PATIENT_S) as told:
        for _ in range(3):
            await told.check_that_all_answer()
            await postgres.proxy.drop_all()


async def test_a_failover_amid_a_statement_is_told_and_the_next_call_is_answered(postgres: Postgres) -> None:
    """What the lost statement would have answered nobody knows, so it is not asked again by itself."""
    calls = {tool: postgres.calls[tool] for tool in ("search_traces", "get_trace")}
    async with conversation(postgres.uri, calls, timeout_s=PATIENT_S) as told:
        await told.check_that_all_answer()
        async with anyio.create_task_group() as tasks:
            with postgres.admin.connect() as holder:
                holder.execute(LOCK_TRACES)
                tasks.start_soon(check_refusals, told, postgres, GONE)
                await postgres.wait_for_waiting(len(calls))
                await postgres.proxy.drop_all()
        await told.check_that_all_answer()


async def test_a_postgresql_that_takes_questions_and_answers_none_is_told_in_time(postgres: Postgres) -> None:
    """A network that is lost without a word: also SQLAlchemy's look whether a connection is alive waits for ever."""
    async with conversation(postgres.uri, postgres.calls, timeout_s=DATABASE_TIMEOUT_S) as told:
        await told.check_that_all_answer()
        postgres.proxy.hold_back()
        await check_refusals(told, postgres, "took longer than")
        postgres.proxy.let_through()
        await told.check_that_all_answer()


async def test_a_postgresql_that_lets_nobody_in_is_told_within_five_seconds(postgres: Postgres) -> None:
    """To all who ask at once: were each to try in turn, the third would wait for three."""
    postgres.proxy.hold_back()
    async with conversation(postgres.uri, postgres.calls, timeout_s=PATIENT_S) as told:
        with anyio.fail_after(UNREACHABLE_S):
            await check_refusals(told, postgres, GONE, "connection timeout expired")
        postgres.proxy.let_through()
        await told.check_that_all_answer()


async def test_a_locked_table_is_told_in_time(postgres: Postgres) -> None:
    """A migration may hold it for minutes."""
    async with conversation(postgres.uri, postgres.calls, timeout_s=DATABASE_TIMEOUT_S) as told:
        await told.check_that_all_answer()
        with postgres.admin.connect() as holder:
            holder.execute(LOCK_TRACES)
            await check_refusals(told, postgres, "gave no answer within the")
        await told.check_that_all_answer()


async def test_a_right_that_is_taken_away_is_told_in_postgresqls_words(postgres: Postgres) -> None:
    """Who may read what is PostgreSQL's to say; its user stands in MLFLOW_TRACKING_URI."""
    async with conversation(postgres.uri, postgres.calls, timeout_s=DATABASE_TIMEOUT_S) as told:
        await told.check_that_all_answer()
        with revoked(postgres):
            await check_refusals(told, postgres, "<address> answered: <reason>.", "permission denied for table")
        await told.check_that_all_answer()


@contextmanager
def revoked(postgres: Postgres) -> Generator[None]:
    with postgres.admin.begin() as admin:
        admin.execute(text(f'REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM "{USER}"'))
    try:
        yield
    finally:
        with postgres.admin.begin() as admin:
            admin.execute(text(f'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{USER}"'))
