"""The database that each MLflow made, opened with ours: read, or told what to do, which then really helps."""

import hashlib
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest

from mcp_traces.store.open_gateway import open_gateway
from tests.mlflow_versions.environments import NEWEST, Environment, upgrade
from tests.mlflow_versions.plan import FINISHED, PLANS
from tests.mlflow_versions.questions import TYPED
from tests.mlflow_versions.served import Served, logged
from tests.mlflow_versions.test_reading import span_row
from tests.mlflow_versions.test_searching import ONLY_FINISHED, resolved
from tests.real.calls import Tools, connected, only
from tests.real.reading import read_tree
from tests.stdio_process import run
from tests.tools.conftest import ToolFailedError

pytestmark = [pytest.mark.anyio, pytest.mark.store]

OLDER = r"The database schema of .* is \w+, older than \w+ of MLflow 3\.\d+\.\d+ here\."
MEND = re.compile(r"Back it up, then run `(mlflow db upgrade [^`]+)`")
BEHIND_SERVER = "an artifact that only the MLflow server of this database hands out"
SPANS_IN_DATABASE = (3, 6)
"""Before, they are an artifact."""


@pytest.fixture
def database(server: Served, tmp_path: Path) -> Path:
    """A copy of the file that the server made."""
    return server.copy_database(tmp_path)


@asynccontextmanager
async def opened(server: Served, database: Path) -> AsyncIterator[Tools]:
    """The tools over the file itself, with our MLflow."""
    uri = f"sqlite:///{database}"
    store = replace(server.store, kind="sqlite", tracking_uri=uri)
    async with aclosing(open_gateway(only(tracking_uri=uri))) as gateway, connected(store, gateway) as tools:
        yield tools


def digest(database: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in database.parent.glob("copy.db*")}


async def test_an_older_database_is_read_after_the_mend_that_the_error_tells(server: Served, database: Path) -> None:
    """The command is run as it stands, with the newest MLflow; until then nothing in the file is touched."""
    if server.environment.name != NEWEST:
        await mend(server, database)

    async with opened(server, database) as tools:
        await everything_is_found(server, tools)
        if server.minor >= SPANS_IN_DATABASE:
            await everything_is_read(tools)
        else:
            answer = await tools.get(tools.trace_id("failed"))
            assert BEHIND_SERVER in " ".join(answer["notes"])


async def test_a_database_beside_its_artifacts_is_read_whole_after_the_mend(server: Served, tmp_path: Path) -> None:
    """As it lies on a laptop, without a server: also the spans that older versions keep as artifacts."""
    if server.minor >= SPANS_IN_DATABASE:
        pytest.skip("this version keeps spans in the database, which is read whole above")
    path = tmp_path / "copy.db"
    alone = logged(server.environment, f"sqlite:///{path}", path)

    await mend(alone, path)

    async with opened(alone, path) as tools:
        await everything_is_found(alone, tools)
        await everything_is_read(tools)


async def mend(server: Served, database: Path) -> None:
    before = digest(database)
    async with opened(server, database) as tools:
        with pytest.raises(ToolFailedError, match=OLDER) as told:
            await tools.found()
    command = MEND.search(str(told.value))
    assert command is not None
    assert digest(database) == before
    upgrade(Environment(NEWEST), command[1])


async def everything_is_found(server: Served, tools: Tools) -> None:
    """By whatever the older version kept: spans and assessments are not to be had where it had none."""
    assert server.labels(await tools.found()) == [plan.label for plan in reversed(PLANS.values())]
    for case in TYPED:
        if server.minor >= case.since:
            found = await tools.found(**{"filter": ONLY_FINISHED} | resolved(server, case.arguments))
            assert server.labels(found) == case.labels.split(), case


async def everything_is_read(tools: Tools) -> None:
    for plan in FINISHED:
        rows = await read_tree(tools, tools.trace_id(plan.label), 20_000)
        told = [{key: row[key] for key in span_row(plan.root)} for row in rows]
        assert told == [span_row(one) for one in plan.root.walk()]


async def test_a_database_of_a_newer_mlflow_says_what_to_upgrade(
    server: Served, database: Path, environment: Environment
) -> None:
    """Whatever revision it is that ours has not heard of."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'fedcba987654'")

    done = run("check", MLFLOW_TRACKING_URI=f"sqlite:///{database}")

    assert done.returncode == 1
    assert f"The database schema of {database} is fedcba987654, newer than " in done.stderr + done.stdout
    assert "Upgrade mlflow-skinny here: `pip install --upgrade mlflow-skinny`." in done.stderr + done.stdout
