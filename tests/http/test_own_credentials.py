"""Each user with credentials of its own sees what MLflow shows it, and nothing of what another may see."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from typing import Any

import pytest
from mcp.shared.exceptions import MCPError
from mcp.types import ResourceTemplateReference, TextResourceContents

from mcp_traces.callers import Caller
from mcp_traces.store.rest_gateway import RestConfig, RestGateway
from mcp_traces.tools.resources import TRACE_URI, VALUES_URI
from tests.http.mlflow_users import MAY_READ, UsersServer, basic, users_server
from tests.http.served import OWN, Recorder, User, served, user
from tests.oracle import Oracle
from tests.real.calls import side_by_side
from tests.span_rows import span_rows
from tests.tools.conftest import ToolFailedError

pytestmark = [pytest.mark.anyio, pytest.mark.store]

USERS = ["ann", "bob"]
HIDDEN = {"ann": "bricks", "bob": "apples"}
TOKENS = {f"token-of-{name}": Caller(name) for name in USERS}
REFUSED = "MLflow refused your credentials"
ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"], ids=["2026-07-28", "2025-11-25"])


@pytest.fixture(scope="module")
def mlflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UsersServer]:
    with users_server(tmp_path_factory.mktemp("users")) as server:
        yield server


class Application:
    """The one server that all users ask; `sent` is what it asked MLflow."""

    def __init__(self, address: str, recorder: Recorder) -> None:
        self._address = address
        self._recorder = recorder

    def asked_by(
        self, name: str, *, password: str | None = None, mode: str = "auto"
    ) -> AbstractAsyncContextManager[User]:
        headers = {"Authorization": f"Bearer token-of-{name}", OWN: basic(name, password)}
        return user(self._address, headers, mode)

    def reads_of(self, trace_id: str) -> int:
        """How often the spans of this trace were asked for."""
        asked = (request.url.params for request in self._recorder.requests)
        return sum(trace_id in (params.get("trace_id"), params.get("request_id")) for params in asked)


@pytest.fixture(scope="module")
async def application(mlflow: UsersServer) -> AsyncIterator[Application]:
    async with _application(mlflow) as application:
        yield application


@asynccontextmanager
async def _application(mlflow: UsersServer, **settings: Any) -> AsyncGenerator[Application]:
    recorder = Recorder()
    gateway = RestGateway(RestConfig(mlflow.base_url), recorder)
    async with aclosing(gateway), served(gateway, TOKENS, mlflow_credentials="caller", **settings) as address:
        yield Application(address, recorder)


@ERAS
@pytest.mark.parametrize("name", USERS)
async def test_the_experiments_are_those_that_mlflow_lists_to_the_user(
    name: str, mlflow: UsersServer, application: Application, oracle: Oracle, mode: str
) -> None:
    """In completions and in errors, in the same order; names alone tell what others work on."""
    listed = oracle.experiments(mlflow.seen_by(name))
    assert {one["name"] for one in listed} == set(MAY_READ[name])

    async with application.asked_by(name, mode=mode) as asker:
        assert await _completed(asker) == [one["name"] for one in listed]
        known = ", ".join(f"{one['name']!r} (id {one['experiment_id']})" for one in listed)
        told = await asker.told("search_traces", experiment="nosuch")
        assert told == f"No experiment 'nosuch' in this store. Known experiments: {known}."
        told = await asker.told("search_traces")
        assert "several have traces" in told and all(one["name"] in told for one in listed)
        assert HIDDEN[name] not in told and "vault" not in told


@pytest.mark.parametrize("name", USERS)
async def test_searches_find_what_mlflows_client_finds(
    name: str, mlflow: UsersServer, application: Application, oracle: Oracle
) -> None:
    """Over all experiments the user may read, over one, and over those of a run that no experiment was named for."""
    listed = [mlflow.experiment_id(one) for one in MAY_READ[name]]
    run_id = mlflow.made[MAY_READ[name][0]]["run_id"]

    async with application.asked_by(name) as asker:
        for locations in (listed, listed[:1], listed[1:]):
            expected = oracle.search(mlflow.seen_by(name), locations=locations, max_results=100)
            assert await _found(asker, experiment=locations) == expected
        assert await _found(asker, run_id=run_id) == [mlflow.trace_id(MAY_READ[name][0], "in_run")]


@pytest.mark.parametrize("name", USERS)
async def test_traces_open_as_mlflows_client_reads_them(
    name: str, mlflow: UsersServer, application: Application, oracle: Oracle
) -> None:
    """By id, by the beginning of one, and by the application's own id: basic auth answers 403 for all but the first."""
    async with application.asked_by(name) as asker:
        for experiment in MAY_READ[name]:
            trace_id = mlflow.trace_id(experiment, "in_run")
            spans = {span["span_id"] for span in oracle.get(mlflow.seen_by(name), trace_id)["spans"]}
            for spelling in (trace_id, trace_id[:20], f"request-of-{experiment}-2"):
                answer = await asker.call("get_trace", trace_id=spelling, view="tree")
                assert answer["trace"]["trace_id"] == trace_id
                assert {row["span_id"] for row in span_rows(answer)} == spans


HIDDEN_CALLS: dict[str, tuple[str, dict[str, str]]] = {
    "search by name": ("search_traces", {"experiment": "{name}"}),
    "search by id": ("search_traces", {"experiment": "{experiment_id}"}),
    "search by link": ("search_traces", {"experiment": "http://mlflow.test/#/experiments/{experiment_id}/traces"}),
    "search by run": ("search_traces", {"run_id": "{run_id}"}),
    "values": ("describe_filter_syntax", {"experiment": "{name}"}),
    "filter": ("describe_filter_syntax", {"experiment": "{name}", "filter": "trace.status = 'OK'"}),
    "trace": ("get_trace", {"trace_id": "{first}"}),
    "beginning": ("get_trace", {"trace_id": "{beginning}"}),
    "link": ("get_trace", {"trace_id": "http://mlflow.test/#/experiments/1?selectedEvaluationId={first}"}),
    "request": ("get_trace", {"trace_id": "{request}"}),
}


@pytest.mark.parametrize("name", USERS)
@pytest.mark.parametrize(("tool", "arguments"), HIDDEN_CALLS.values(), ids=HIDDEN_CALLS)
async def test_what_mlflow_does_not_show_reads_like_what_does_not_exist(
    tool: str, arguments: dict[str, str], name: str, mlflow: UsersServer, application: Application
) -> None:
    """Word for word, though MLflow itself answers 403 for the one and 404 for the other."""
    missing = {key: "f" * len(value) for key, value in _words(mlflow, "vault").items()} | {"experiment_id": "987"}

    async with application.asked_by(name) as asker:
        for hidden in (_words(mlflow, HIDDEN[name]), _words(mlflow, "vault")):
            assert await _told_of(asker, tool, arguments, hidden) == await _told_of(asker, tool, arguments, missing)


@ERAS
@pytest.mark.parametrize("name", USERS)
async def test_a_resource_shows_what_the_user_may_read(
    name: str, mlflow: UsersServer, application: Application, mode: str
) -> None:
    """The values of an experiment, or that there is none; and nobody may keep them for another."""
    async with application.asked_by(name, mode=mode) as asker:
        read = await asker.client.read_resource(VALUES_URI.replace("{experiment}", MAY_READ[name][0]))
        (contents,) = read.contents
        assert isinstance(contents, TextResourceContents)
        assert f"value-of-{MAY_READ[name][0]}" in contents.text
        assert read.cache_scope != "public" and not read.ttl_ms
        for hidden in (HIDDEN[name], "vault"):
            with pytest.raises(MCPError, match=f"^No experiment {hidden!r} in this store"):
                await asker.client.read_resource(VALUES_URI.replace("{experiment}", hidden))


@ERAS
@pytest.mark.parametrize("name", USERS)
async def test_traces_are_completed_from_what_the_user_may_read(
    name: str, mlflow: UsersServer, application: Application, oracle: Oracle, mode: str
) -> None:
    """What is suggested while a prompt or a resource is filled in is told as well."""
    places = [mlflow.experiment_id(one) for one in MAY_READ[name]]
    readable = oracle.search(mlflow.seen_by(name), locations=places, max_results=100)
    async with application.asked_by(name, mode=mode) as asker:
        ref = ResourceTemplateReference(uri=TRACE_URI)
        told = (await asker.client.complete(ref, {"name": "trace_id", "value": ""})).completion.values
        assert set(told) == set(readable)
        with pytest.raises(MCPError, match=f"^No experiment {HIDDEN[name]!r} in this store"):
            await asker.client.complete(ref, {"name": "trace_id", "value": ""}, {"experiment": HIDDEN[name]})


async def test_a_large_trace_that_is_kept_for_one_is_not_read_to_another(
    mlflow: UsersServer, application: Application
) -> None:
    """The spans that Ann's next page needs are kept for Ann."""
    trace_id = mlflow.trace_id("apples", "large")
    async with application.asked_by("ann") as ann, application.asked_by("bob") as bob:
        first = await ann.call("get_trace", trace_id=trace_id, view="tree")
        second = await ann.call("get_trace", trace_id=trace_id, view="tree", cursor=first["next_cursor"])
        assert span_rows(second) and application.reads_of(trace_id) == 1

        for arguments in ({}, {"view": "tree", "cursor": first["next_cursor"]}, {"find": "step"}):
            with pytest.raises(ToolFailedError, match=r"^No trace "):
                await bob.call("get_trace", trace_id=trace_id, **arguments)


async def test_a_right_that_ends_ends_for_what_is_kept_as_well(mlflow: UsersServer, application: Application) -> None:
    """MLflow is asked each time; what was read while one might is then told no more."""
    trace_id = mlflow.trace_id("apples", "large")
    mlflow.grant("bob", "apples")
    async with application.asked_by("bob") as bob:
        assert (await bob.call("get_trace", trace_id=trace_id))["trace"]["trace_id"] == trace_id
        mlflow.revoke("bob", "apples")

        with pytest.raises(ToolFailedError, match=r"^No trace "):
            await bob.call("get_trace", trace_id=trace_id)


async def test_calls_of_two_users_at_a_time_never_mix(mlflow: UsersServer, application: Application) -> None:
    """Fifty, interleaved over two clients; each gets its own user's answer."""
    async with application.asked_by("ann") as ann, application.asked_by("bob") as bob:
        askers = {"ann": ann, "bob": bob}
        calls = [(askers[name], name, number) for number in range(25) for name in USERS]

        async def check(asker: User, name: str, number: int) -> None:
            own, hidden = MAY_READ[name][0], HIDDEN[name]
            match number % 5:
                case 0:
                    assert set(await _completed(asker)) == set(MAY_READ[name])
                case 1:
                    assert mlflow.trace_id(own) in await _found(asker, experiment=own)
                case 2:
                    told = await asker.told("search_traces", experiment=hidden)
                    assert told.startswith(f"No experiment {hidden!r}") and f"{own!r}" in told
                case 3:
                    assert f"told in {own}" in await asker.told("get_trace", trace_id=mlflow.trace_id(own))
                case _:
                    told = await asker.told("get_trace", trace_id=mlflow.trace_id(hidden))
                    assert told.startswith("No trace ") and hidden not in told

        await side_by_side(check, calls, at_a_time=50)


@ERAS
@pytest.mark.parametrize("password", ["wrong", "", "ann's password\r\nX-Other: 1"])
async def test_wrong_credentials_are_told_for_what_they_are(password: str, application: Application, mode: str) -> None:
    """By every tool, resource and completion, with where they come from; the server's own settings are no help here."""
    async with application.asked_by("ann", password=password, mode=mode) as asker:
        for tool, arguments in {
            "search_traces": {},
            "get_trace": {"trace_id": "tr-0123456789"},
            "describe_filter_syntax": {},
        }.items():
            told = await asker.told(tool, **arguments)
            assert told.startswith(REFUSED) and OWN in told and "MLFLOW_TRACKING" not in told
        with pytest.raises(MCPError, match=f"^{REFUSED}"):
            await asker.client.read_resource(VALUES_URI.replace("{experiment}", "apples"))
        with pytest.raises(MCPError, match=f"^{REFUSED}"):
            await _completed(asker)


@pytest.mark.parametrize("default", ["bricks", "nosuch"])
async def test_a_default_experiment_of_others_is_not_told(default: str, mlflow: UsersServer) -> None:
    """It is the operator's choice, which says nothing about whoever may not read it."""
    async with _application(mlflow, experiment=default) as application, application.asked_by("ann") as ann:
        told = await ann.told("search_traces")
        assert "several have traces" in told and default not in told


async def _completed(asker: User) -> list[str]:
    ref = ResourceTemplateReference(uri=VALUES_URI)
    return (await asker.client.complete(ref, {"name": "experiment", "value": ""})).completion.values


async def _found(asker: User, **arguments: Any) -> list[str]:
    answer = await asker.call("search_traces", limit=100, **arguments)
    return [row["trace_id"] for row in answer["traces"]]


def _words(mlflow: UsersServer, experiment: str) -> dict[str, str]:
    first = mlflow.trace_id(experiment)
    return {
        **mlflow.made[experiment],
        "name": experiment,
        "beginning": first[:12],
        "request": f"request-of-{experiment}-1",
    }


async def _told_of(asker: User, tool: str, arguments: dict[str, str], words: dict[str, str]) -> str:
    """The answer, with a placeholder for every word of the question."""
    told = await asker.told(tool, **{key: text.format(**words) for key, text in arguments.items()})
    for key in ("first", "beginning", "run_id", "request", "name", "experiment_id"):
        told = told.replace(repr(words[key]), f"<{key}>")
    return told
