"""Experiments and runs, and what is said of the store, as the gateway asks an MLflow server for them."""

import json

import httpx2
import pytest

from mcp_traces.errors import ExperimentNotFoundError, RunNotFoundError, StoreUnsupportedError
from mcp_traces.records import Experiment, Run, StoreInfo
from mcp_traces.store.gateway import TraceQuery
from tests.store.rest_server import ADDRESS, EXPERIMENT, RUN_INFO, Answer, FixedServer, mlflow_error

pytestmark = pytest.mark.anyio

EXPERIMENTS = "/api/2.0/mlflow/experiments/search"
BY_ID = "/api/2.0/mlflow/experiments/get"
BY_NAME = "/api/2.0/mlflow/experiments/get-by-name"
RUN = "/api/2.0/mlflow/runs/get"


@pytest.mark.parametrize("experiment_id", ["abc", "", "007", "-1", "9223372036854775808", "٣"])
async def test_what_is_no_experiment_id_is_not_found_without_asking(experiment_id: str) -> None:
    """MLflow reads 007 as 7 and answers the others with an internal error."""
    server = FixedServer()

    with pytest.raises(ExperimentNotFoundError, match="No experiment with id"):
        await server.gateway().get_experiment(experiment_id)
    with pytest.raises(ExperimentNotFoundError, match="No experiment with id"):
        await server.gateway().search_traces(TraceQuery((experiment_id,)))
    assert server.requests == []


async def test_an_experiment_is_found_by_id_and_by_name() -> None:
    """Both routes answer with the same experiment."""
    server = FixedServer({BY_ID: {"experiment": EXPERIMENT}, BY_NAME: {"experiment": EXPERIMENT}})
    gateway = server.gateway()

    assert (
        await gateway.get_experiment("1")
        == await gateway.get_experiment_by_name("chat & more")
        == Experiment("1", "chat")
    )
    asked = [dict(request.url.params) for request in server.requests]
    assert asked == [{"experiment_id": "1"}, {"experiment_name": "chat & more"}]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(mlflow_error(404, "RESOURCE_DOES_NOT_EXIST", "No Experiment with id=1 exists"), id="unknown"),
        pytest.param(mlflow_error(400, "INVALID_PARAMETER_VALUE", "Missing value"), id="refused"),
        pytest.param({"experiment": EXPERIMENT | {"lifecycle_stage": "deleted"}}, id="deleted"),
    ],
)
async def test_an_experiment_that_is_not_active_is_not_found(answer: Answer) -> None:
    """Unknown, impossible and deleted ones are the same to a client; the text says where it was looked for."""
    gateway = FixedServer({BY_ID: answer, BY_NAME: answer}).gateway()

    with pytest.raises(ExperimentNotFoundError, match=r'^No experiment with id "1" in http://mlflow\.test\.$'):
        await gateway.get_experiment("1")
    with pytest.raises(ExperimentNotFoundError, match=r'^No experiment named "chat" in http://mlflow\.test\.$'):
        await gateway.get_experiment_by_name("chat")


async def test_experiments_are_listed_over_pages() -> None:
    """Newest first and active ones only, until there are enough of them or no more."""
    pages: list[Answer] = [{"experiments": [EXPERIMENT] * 2, "next_page_token": "t"}, {"experiments": [EXPERIMENT]}]
    server = FixedServer({EXPERIMENTS: pages})

    found = await server.gateway().search_experiments(5)

    assert found == (Experiment("1", "chat"),) * 3
    common = {"order_by": ["last_update_time DESC"], "view_type": "ACTIVE_ONLY"}
    assert [json.loads(request.content) for request in server.requests] == [
        {"max_results": 5, **common},
        {"max_results": 3, "page_token": "t", **common},
    ]


async def test_a_list_of_experiments_ends_when_there_are_enough() -> None:
    """A store may hold thousands, and each page costs a request."""
    server = FixedServer({EXPERIMENTS: {"experiments": [EXPERIMENT] * 2, "next_page_token": "t"}})

    assert len(await server.gateway().search_experiments(2)) == 2
    assert len(server.requests) == 1


async def test_the_store_is_asked_for_its_version_once() -> None:
    """Every tool call wants to know it, and it does not change while the server runs."""
    server = FixedServer({"/proxy/version": httpx2.Response(200, text="3.17.2\n")})
    gateway = server.gateway(f"{ADDRESS}/proxy/")

    first = await gateway.store_info()

    assert first == StoreInfo("server", f"{ADDRESS}/proxy", "3.17.2", ui_url=f"{ADDRESS}/proxy")
    assert await gateway.store_info() == first
    assert server.paths == ["/proxy/version"]


async def test_a_server_that_hides_its_version_is_still_one() -> None:
    """Some proxies let only the API through, and MLflow 3.1 ignores its path prefix here; the rest works."""
    info = await FixedServer({EXPERIMENTS: {"experiments": [EXPERIMENT]}}).gateway().store_info()

    assert info.mlflow_version == "unknown"


async def test_a_server_that_knows_none_of_the_routes_is_no_mlflow() -> None:
    """The commonest mistake in MLFLOW_TRACKING_URI: another service's port."""
    with pytest.raises(StoreUnsupportedError, match="no MLflow server, or too old"):
        await FixedServer().gateway().store_info()


async def test_warming_up_never_fails() -> None:
    """A server that is down is told at the first question, to someone who can read it."""
    server = FixedServer({"/version": httpx2.ConnectError("refused")})

    await server.gateway().warm_up()

    assert server.paths == ["/version"]


async def test_a_name_that_cannot_be_sent_is_not_found() -> None:
    """Half of a surrogate pair is no text, so no experiment is called that."""
    with pytest.raises(ExperimentNotFoundError):
        await FixedServer().gateway().get_experiment_by_name("\ud800")


async def test_a_run_is_read_with_its_name_status_and_experiment() -> None:
    """Servers of MLflow 3.1 to 3.18 answer alike; numbers may come as text (protobuf JSON)."""
    info = RUN_INFO | {"lifecycle_stage": "active", "start_time": "1700000000000"}
    server = FixedServer({RUN: {"run": {"info": info, "data": {}}}})

    assert await server.gateway().get_run("r1") == Run("r1", "nightly", "FINISHED", "1", 1_700_000_000_000)
    assert [dict(request.url.params) for request in server.requests] == [{"run_id": "r1"}]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(mlflow_error(404, "RESOURCE_DOES_NOT_EXIST", "Run with id=r1 not found"), id="unknown"),
        pytest.param(mlflow_error(400, "INVALID_PARAMETER_VALUE", "Invalid run id: 'r1'"), id="refused"),
        pytest.param(mlflow_error(403, "PERMISSION_DENIED", "Permission denied"), id="forbidden"),
        pytest.param({"run": {"info": RUN_INFO | {"lifecycle_stage": "deleted"}}}, id="deleted"),
    ],
)
async def test_a_run_that_is_not_active_is_not_found(answer: Answer) -> None:
    """Unknown, impossible, forbidden and deleted ones are the same to a client."""
    with pytest.raises(RunNotFoundError, match=r'^No run "r1" in http://mlflow\.test\.$'):
        await FixedServer({RUN: answer}).gateway().get_run("r1")


@pytest.mark.parametrize("run_id", ["", "\ud800", "a\x00b"])
async def test_a_run_id_that_cannot_be_sent_is_not_found_without_asking(run_id: str) -> None:
    """Half of a surrogate pair cannot be written into a URL."""
    server = FixedServer()
    with pytest.raises(RunNotFoundError):
        await server.gateway().get_run(run_id)
    assert server.requests == []
