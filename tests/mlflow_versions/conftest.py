"""One server of each version, one gateway and one client for each, shared by all tests of this folder."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from mcp_traces.store.rest_gateway import RestConfig, RestGateway
from tests.mlflow_versions.environments import Environment, environments
from tests.mlflow_versions.served import Served, Watching, served
from tests.real.calls import Tools, connected

_VERSION = re.compile(r"\[(3\.\d+|newest)\b")

_STANDS_FOR_ALL = "test_the_server_says_which_mlflow_it_is"


class _ByVersion(LoadScopeScheduling):
    """All tests of a version in one process, on one server."""

    def _split_scope(self, nodeid: str) -> str:
        found = _VERSION.search(nodeid)
        return found[1] if found else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """For a run of this folder alone; in a run of everything these tests are distributed like all others."""
    return _ByVersion(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a version that is not installed one test is kept, whose being skipped stands for all."""
    missing = {one.name for one in environments() if not one.is_installed}
    left_out = [item for item in items if _version_of(item) in missing and not item.name.startswith(_STANDS_FOR_ALL)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]


def _version_of(item: pytest.Item) -> str | None:
    found = _VERSION.search(item.name) if Path(__file__).parent in item.path.parents else None
    return found[1] if found else None


@pytest.fixture(scope="session", params=environments(), ids=lambda one: one.name)
def environment(request: pytest.FixtureRequest) -> Environment:
    """Each version that is installed."""
    one: Environment = request.param
    if not one.is_installed:
        pytest.skip(f"MLflow {one.name} is not installed: `make test-mlflow-versions` installs it and runs this")
    return one


@pytest.fixture(scope="session")
def server(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(environment, tmp_path_factory.mktemp(f"mlflow-{environment.name}")) as one:
        yield one


@pytest.fixture(scope="session")
def watching(server: Served) -> Watching:
    return Watching()


@pytest.fixture(scope="session")
async def gateway(server: Served, watching: Watching) -> AsyncIterator[RestGateway]:
    """As `open_gateway` makes it for the URL of a server, watched."""
    async with aclosing(RestGateway(RestConfig(server.store.tracking_uri), watching)) as one:
        yield one


@pytest.fixture
def asked(watching: Watching) -> list[str]:
    """What the server is asked from the beginning of the test on."""
    watching.asked.clear()
    return watching.asked


@pytest.fixture(scope="module")
async def tools(server: Served, gateway: RestGateway) -> AsyncIterator[Tools]:
    async with connected(server.store, gateway) as tools:
        yield tools
