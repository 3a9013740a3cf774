"""What others do to a SQLite file while it is read: told in time, and the next call reads what is there then."""

import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import anyio
import pytest
from sqlalchemy.schema import SchemaItem

from tests.faults import sqlite_faults as on_disk
from tests.faults.conversations import DATABASE_TIMEOUT_S, PATIENT_S, Conversation, conversation
from tests.faults.told import row_with
from tests.store.mlflow_stores import SILENT_IMPORT, WHOLE, make_database

pytestmark = [pytest.mark.anyio, pytest.mark.store, pytest.mark.filterwarnings(SILENT_IMPORT)]

Damage: TypeAlias = Callable[[Path], AbstractContextManager[None]]
CALLS: dict[str, dict[str, Any]] = {
    "search_traces": {"experiment": "1"},
    "get_trace": {"trace_id": WHOLE},
    "describe_filter_syntax": {"experiment": "1"},
}
SEARCH = {"search_traces": CALLS["search_traces"]}


class Fault(NamedTuple):
    """What happens to the file, the words of its row in docs/failures.md, and what else the error must say."""

    damage: Damage
    row: str
    says: str


LOCKED = Fault(on_disk.locked, "database is locked", "A writer holds it. Try again")
FAULTS = {
    "deleted": Fault(on_disk.deleted, "<path> does not exist", "MLFLOW_TRACKING_URI"),
    "a folder": Fault(on_disk.replaced(Path.mkdir), "is a folder", "MLFLOW_TRACKING_URI"),
    "an empty file": Fault(on_disk.replaced(Path.touch), "holds no MLflow tables", "MLFLOW_TRACKING_URI"),
    "another file": Fault(
        on_disk.replaced(lambda path: path.write_text("x" * 9999)), "not a database", "MLFLOW_TRACKING_URI"
    ),
    "damaged": Fault(on_disk.replaced(on_disk.damage), "malformed", "PRAGMA integrity_check"),
    "cut short": Fault(on_disk.cut_short, "malformed", "PRAGMA integrity_check"),
    "upgraded": Fault(on_disk.replaced(on_disk.upgrade), "holds no MLflow tables", "MLFLOW_TRACKING_URI"),
    "out of reach": Fault(on_disk.out_of_reach, "cannot be opened", "must be readable"),
}


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    make_database(f"sqlite:///{folder / 'mlflow.db'}", folder)
    # What MLflow imports when a store is first opened takes longer than the calls of these tests have.
    async with conversation(f"sqlite:///{folder / 'mlflow.db'}", CALLS, timeout_s=PATIENT_S) as warm:
        await warm.check_that_all_answer()
    return folder / "mlflow.db"


@pytest.fixture
def database(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of one's own, in a folder of its own that everyone may enter."""
    above = Path(tempfile.gettempdir()).resolve()
    for folder in (tmp_path, *(one for one in tmp_path.parents if above in one.parents)):
        folder.chmod(0o755)
    yield Path(shutil.copy(made, tmp_path / "mlflow.db"))


@pytest.mark.parametrize("opened", [False, True], ids=["at the start", "in use"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_file_that_cannot_be_read_is_told_in_time_and_read_when_it_can(
    fault: Fault, opened: bool, database: Path
) -> None:
    """Also where connections to it were open, which would go on with what the file held, or with half of it."""
    async with conversation(f"sqlite:///{database}", CALLS, timeout_s=DATABASE_TIMEOUT_S) as told:
        if opened:
            await told.check_that_all_answer()
        with fault.damage(database):
            await check_refusals(told, fault, database)
        await told.check_that_all_answer()


@pytest.mark.parametrize("opened", [False, True], ids=["at the start", "in use"])
async def test_a_file_that_is_locked_is_told_in_time_and_read_when_it_is_free(opened: bool, database: Path) -> None:
    """SQLite itself, and MLflow, would wait for it longer than the call has."""
    async with conversation(f"sqlite:///{database}", SEARCH, timeout_s=DATABASE_TIMEOUT_S) as told:
        if opened:
            await told.check_that_all_answer()
        with on_disk.locked(database):
            await check_refusals(told, LOCKED, database)
        await told.check_that_all_answer()


async def test_a_call_waits_for_a_short_lock(database: Path) -> None:
    """A writer that commits holds the file for a moment: no reason to fail."""
    async with conversation(f"sqlite:///{database}", CALLS, timeout_s=PATIENT_S) as told:
        await told.check_that_all_answer()
        async with anyio.create_task_group() as tasks:
            with on_disk.locked(database):
                tasks.start_soon(told.check_that_all_answer)
                await anyio.sleep(0.2)


async def check_refusals(told: Conversation, fault: Fault, database: Path) -> None:
    row = row_with(fault.row)
    for text in await told.refusals():
        assert row.tells_of(text) and row.names_settings_of(text), text
        assert fault.says in text
        assert str(database) in text
        assert "Internal error" not in text


async def test_a_file_that_may_not_be_read_is_told_at_the_start(database: Path) -> None:
    """Where it was open before, the system lets us go on; so it is no matter of the table above."""
    async with conversation(f"sqlite:///{database}", CALLS, timeout_s=DATABASE_TIMEOUT_S) as told:
        with on_disk.unreadable(database):
            await check_refusals(
                told, Fault(on_disk.unreadable, "unable to open database file", "must be readable"), database
            )
        await told.check_that_all_answer()


async def test_a_file_that_is_replaced_is_read_at_once(database: Path, made: Path) -> None:
    """A backup that was put in place is the store from then on: an open connection would show the old one for ever."""
    async with conversation(f"sqlite:///{database}", SEARCH, timeout_s=DATABASE_TIMEOUT_S) as told:
        await told.check_that_all_answer()
        newer = database.with_suffix(".newer")
        shutil.copy(made, newer)
        on_disk.keep_one_trace(newer, WHOLE)
        newer.replace(database)
        (found,) = (await told.results()).values()

    assert found.structured_content is not None
    assert [trace["trace_id"] for trace in found.structured_content["traces"]] == [WHOLE]


async def test_a_file_that_is_gone_and_back_again_and_again_leaves_nothing_behind(database: Path) -> None:
    """MLflow's classes and migrations declare things of SQLAlchemy's, which stay for ever, whenever they are made."""
    async with conversation(f"sqlite:///{database}", CALLS, timeout_s=DATABASE_TIMEOUT_S) as told:
        await lose_and_find(told, database)
        before = declared()
        for _ in range(3):
            await lose_and_find(told, database)
        assert declared() == before


async def lose_and_find(told: Conversation, database: Path) -> None:
    with on_disk.replaced(Path.touch)(database):
        await told.refusals()
    await told.check_that_all_answer()


def declared() -> int:
    gc.collect()
    return sum(isinstance(one, SchemaItem) for one in gc.get_objects())
