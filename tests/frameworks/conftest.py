"""One MLflow server, one stub model and one client for all frameworks; each program runs once for each run."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from functools import cache
from pathlib import Path

import pytest

from mcp_traces.demo import SampleStore
from mcp_traces.store.open_gateway import open_gateway
from tests.frameworks.frameworks import Framework
from tests.frameworks.running import Ran, run_program
from tests.frameworks.stub_model import stub_model
from tests.real.calls import Tools, connected, only
from tests.stores import RealStore, mlflow_server

RunProgram = Callable[[Framework, str], Ran]


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStore]:
    folder = tmp_path_factory.mktemp("mlflow")
    with mlflow_server(f"sqlite:///{folder / 'mlflow.db'}", folder) as base_url:
        yield RealStore("server", base_url, SampleStore(base_url, {}, {}, "", ""))


@pytest.fixture(scope="session")
def run(store: RealStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunProgram]:
    """Runs the program of a framework, if it has not run yet."""
    with stub_model() as model_url:

        @cache
        def once(framework: Framework, name: str) -> Ran:
            if not framework.is_installed:
                pytest.skip(f"{framework.name} is not installed: `make test-frameworks` installs it")
            folder: Path = tmp_path_factory.mktemp(framework.name)
            return run_program(framework, name, model_url, store.tracking_uri, folder)

        yield once


@pytest.fixture(scope="module")
async def tools(store: RealStore) -> AsyncIterator[Tools]:
    gateway = open_gateway(only(tracking_uri=store.tracking_uri))
    async with aclosing(gateway), connected(store, gateway) as tools:
        yield tools
