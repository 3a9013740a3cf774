"""Which routes the gateway to an MLflow server asks, in which order, and what it makes of their answers."""

import json

import httpx2
import pytest

from mcp_traces.errors import (
    InvalidFilterError,
    StoreUnavailableError,
    StoreUnsupportedError,
    TraceNotFoundError,
    TracesError,
)
from mcp_traces.records import MetricsQuery
from mcp_traces.store.gateway import TraceQuery
from tests.queries import query_of
from tests.store.rest_server import (
    ADDRESS,
    SPAN,
    TRACE_ID,
    TRACE_INFO,
    TRACE_INFO_V2,
    FixedServer,
    mlflow_error,
    not_found_page,
)

pytestmark = pytest.mark.anyio

WHOLE = "/api/3.0/mlflow/traces/get"
INFO = f"/api/3.0/mlflow/traces/{TRACE_ID}"
INFO_V2 = f"/api/2.0/mlflow/traces/{TRACE_ID}/info"
SPANS = "/ajax-api/3.0/mlflow/get-trace-artifact"
SPANS_V2 = "/ajax-api/2.0/mlflow/get-trace-artifact"
METRICS = "/api/3.0/mlflow/traces/metrics"
SEARCH = "/api/3.0/mlflow/traces/search"
SEARCH_V2 = "/api/2.0/mlflow/traces"

ELSEWHERE = mlflow_error(500, "INTERNAL_ERROR", "Trace data not stored in tracking store")
NO_SUCH_TRACE = mlflow_error(404, "RESOURCE_DOES_NOT_EXIST", f"Trace with ID {TRACE_ID} is not found.")
LOST = mlflow_error(404, "NOT_FOUND", "Trace data not found for path=traces.json")


NEWER = {"/version": httpx2.Response(200, text="3.9.0"), INFO: {"trace": {"trace_info": TRACE_INFO}}}
"""A server that has said that it passes stored spans on."""


async def test_a_newer_server_passes_spans_on_as_they_are_stored() -> None:
    """It takes a quarter of the time that making protobuf of them takes."""
    server = FixedServer({**NEWER, SPANS: {"spans": [SPAN]}})
    gateway = server.gateway()
    await gateway.store_info()

    trace = await gateway.get_trace(TRACE_ID)

    assert (trace.info.trace_id, len(trace.spans), trace.missing) == (TRACE_ID, 1, None)
    assert server.paths == ["/version", INFO, SPANS]


async def test_a_trace_that_a_search_told_to_be_small_is_one_request() -> None:
    """The server is quicker with one question; of a large trace the search tells that as well."""
    few, many = ({"trace_metadata": {"mlflow.trace.sizeStats": f'{{"num_spans": {count}}}'}} for count in (15, 16))
    other = "tr-f" + TRACE_ID[4:]
    server = FixedServer(
        {
            "/version": httpx2.Response(200, text="3.17.2"),
            SEARCH: {"traces": [TRACE_INFO | few, TRACE_INFO | many | {"trace_id": other}]},
            WHOLE: {"trace": {"trace_info": TRACE_INFO, "spans": [SPAN]}},
            INFO.replace(TRACE_ID, other): {"trace": {"trace_info": TRACE_INFO | many | {"trace_id": other}}},
            SPANS: {"spans": [SPAN]},
        }
    )
    gateway = server.gateway()
    await gateway.store_info()
    await gateway.search_traces(TraceQuery(("1",)))

    await gateway.get_trace(TRACE_ID)
    assert server.paths[2:] == [WHOLE]
    await gateway.get_trace(other)
    assert server.paths[3:] == [INFO.replace(TRACE_ID, other), SPANS]


@pytest.mark.parametrize("version", ["3.8.1", "3.6.0"])
async def test_an_older_server_is_asked_for_the_whole(version: str) -> None:
    """There the route knew nothing of spans in a database, or nobody has tried it."""
    whole = {"trace": {"trace_info": TRACE_INFO, "spans": [SPAN]}}
    server = FixedServer({"/version": httpx2.Response(200, text=version), WHOLE: whole})
    gateway = server.gateway()
    await gateway.store_info()

    assert len((await gateway.get_trace(TRACE_ID)).spans) == 1
    assert server.paths[-1] == WHOLE


@pytest.mark.parametrize(
    "spans",
    [
        pytest.param(not_found_page(), id="no such route"),
        pytest.param(httpx2.Response(403, html="<h1>Forbidden</h1>"), id="only the API is let through"),
        pytest.param(LOST, id="no such artifact"),
        pytest.param({"spans": [{"name": 7}]}, id="none of MLflow's"),
    ],
)
async def test_spans_that_are_not_passed_on_come_with_the_whole(spans: httpx2.Response | dict[str, object]) -> None:
    """What is behind a proxy, or was stored otherwise, is still read."""
    whole = {"trace": {"trace_info": TRACE_INFO, "spans": [SPAN]}}
    server = FixedServer({**NEWER, SPANS: spans, SPANS_V2: spans, WHOLE: whole})
    gateway = server.gateway()
    await gateway.store_info()

    trace = await gateway.get_trace(TRACE_ID)

    assert (len(trace.spans), trace.missing) == (1, None)
    assert server.paths[:3] == ["/version", INFO, SPANS]
    assert server.paths[-1] == WHOLE


async def test_spans_that_nothing_tells_leave_the_reason() -> None:
    """That of the route which has them; the whole only says that it failed."""
    corrupted = mlflow_error(500, "INVALID_STATE", "Trace data is corrupted")
    server = FixedServer({**NEWER, SPANS: corrupted, WHOLE: ELSEWHERE})
    gateway = server.gateway()
    await gateway.store_info()

    trace = await gateway.get_trace(TRACE_ID)

    assert (trace.spans, trace.info.trace_id) == ((), TRACE_ID)
    assert trace.missing == (
        f"Its spans could not be read: MLflow at {ADDRESS} answered INVALID_STATE: Trace data is corrupted."
    )


@pytest.mark.parametrize("info", [NO_SUCH_TRACE, mlflow_error(403, "PERMISSION_DENIED", "Permission denied")])
async def test_no_spans_are_asked_for_when_the_info_is_not_told(info: httpx2.Response) -> None:
    """Some versions of MLflow check who may read an info, and not who may read the spans."""
    server = FixedServer({**NEWER, INFO: info, SPANS: {"spans": [SPAN]}})
    gateway = server.gateway()
    await gateway.store_info()

    with pytest.raises(TraceNotFoundError):
        await gateway.get_trace(TRACE_ID)

    assert server.paths == ["/version", INFO]


async def test_a_server_that_goes_down_is_not_asked_for_the_whole() -> None:
    """It would be down there as well."""
    server = FixedServer({**NEWER, SPANS: httpx2.Response(503)})
    gateway = server.gateway()
    await gateway.store_info()

    with pytest.raises(StoreUnavailableError):
        await gateway.get_trace(TRACE_ID)

    assert server.paths == ["/version", INFO, SPANS]


async def test_a_trace_is_one_request() -> None:
    """Info and spans come together, those of an unfinished trace too: without allow_partial the server waits 3 s."""
    server = FixedServer({WHOLE: {"trace": {"trace_info": TRACE_INFO, "spans": [SPAN]}}})

    trace = await server.gateway().get_trace(TRACE_ID)

    assert (trace.info.trace_id, len(trace.spans), trace.missing) == (TRACE_ID, 1, None)
    assert [dict(request.url.params) for request in server.requests] == [
        {"trace_id": TRACE_ID, "allow_partial": "true"}
    ]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(not_found_page(), id="no such route"),
        pytest.param(mlflow_error(404, "ENDPOINT_NOT_FOUND", "gone"), id="route named missing"),
        pytest.param(
            mlflow_error(404, "RESOURCE_DOES_NOT_EXIST", "Trace with ID 'get' not found."), id="get taken for an id"
        ),
        pytest.param(ELSEWHERE, id="spans are an artifact"),
        pytest.param(mlflow_error(400, "INVALID_PARAMETER_VALUE", "malformed"), id="archive that cannot be read"),
    ],
)
async def test_a_trace_that_does_not_come_whole_is_read_in_parts(answer: httpx2.Response) -> None:
    """Servers before 3.5 lack the route, and all of them fail on a trace whose spans were logged as an artifact."""
    server = FixedServer({WHOLE: answer, INFO: {"trace": {"trace_info": TRACE_INFO}}, SPANS: {"spans": [SPAN]}})

    trace = await server.gateway().get_trace(TRACE_ID)

    assert (trace.info.trace_id, len(trace.spans), trace.missing) == (TRACE_ID, 1, None)
    assert server.paths == [WHOLE, INFO, SPANS]


async def test_a_trace_is_read_from_the_oldest_servers() -> None:
    """MLflow 3.1 has none of the newer routes, only those of version 2."""
    server = FixedServer({INFO_V2: {"trace_info": TRACE_INFO_V2}, SPANS_V2: {"spans": [SPAN]}})

    trace = await server.gateway().get_trace(TRACE_ID)

    assert (trace.info.request_time_ms, len(trace.spans)) == (1795220489536, 1)
    assert server.paths == [WHOLE, INFO, INFO_V2, SPANS, SPANS_V2]


@pytest.mark.parametrize(
    ("spans", "note"),
    [
        pytest.param(LOST, "The store holds no spans of this trace", id="lost"),
        pytest.param(
            mlflow_error(500, "INVALID_STATE", "Trace data is corrupted"),
            f"Its spans could not be read: MLflow at {ADDRESS} answered INVALID_STATE: Trace data is corrupted.",
            id="corrupted",
        ),
        pytest.param(
            mlflow_error(400, "INVALID_PARAMETER_VALUE", "malformed"),
            "Its spans could not be read: MLflow answered INVALID_PARAMETER_VALUE: malformed",
            id="malformed archive",
        ),
        pytest.param(not_found_page(), "Its spans could not be read: http://mlflow.test/ajax-api/2.0/", id="no route"),
    ],
)
async def test_a_trace_without_its_spans_is_still_a_trace(spans: httpx2.Response, note: str) -> None:
    """Times, previews and assessments answer many questions; the note says what is missing and why."""
    server = FixedServer({WHOLE: ELSEWHERE, INFO: {"trace": {"trace_info": TRACE_INFO}}, SPANS: spans})

    trace = await server.gateway().get_trace(TRACE_ID)

    assert trace.spans == ()
    assert trace.missing is not None and trace.missing.startswith(note)


async def test_an_unknown_trace_is_not_found_with_one_request() -> None:
    """The server named the id, so there is nothing more to ask; the text says where it was looked for."""
    server = FixedServer({WHOLE: NO_SUCH_TRACE})

    with pytest.raises(TraceNotFoundError) as raised:
        await server.gateway().get_trace(TRACE_ID)

    assert str(raised.value) == f'No trace "{TRACE_ID}" in {ADDRESS}.'
    assert server.paths == [WHOLE]


@pytest.mark.parametrize("trace_id", ["", "\ud800", "tr-1\n", "tr-\0"], ids=ascii)
async def test_what_cannot_be_an_id_is_not_found_without_asking(trace_id: str) -> None:
    """Models make ids up; none of them may read as a broken store."""
    server = FixedServer()

    with pytest.raises(TraceNotFoundError):
        await server.gateway().get_trace(trace_id)
    assert server.requests == []


async def test_an_id_with_a_slash_is_not_found_on_servers_where_ids_stand_in_paths() -> None:
    """It would lead to a route that does not exist, and the server would look as if it were no MLflow."""
    with pytest.raises(TraceNotFoundError):
        await FixedServer({WHOLE: ELSEWHERE}).gateway().get_trace("trace:/main.prod/abc")


@pytest.mark.parametrize(("trace_id", "path"), [("..", "%2E%2E"), ("a?b#c d", "a%3Fb%23c%20d"), ("ü", "%C3%BC")])
async def test_an_id_cannot_lead_to_another_route(trace_id: str, path: str) -> None:
    """An id is text from a model: with dots or a question mark in it, it stays one part of the path."""
    server = FixedServer({WHOLE: ELSEWHERE})

    with pytest.raises(TracesError):
        await server.gateway().get_trace(trace_id)

    assert server.requests[1].url.raw_path == f"/api/3.0/mlflow/traces/{path}".encode()


async def test_a_server_that_is_down_is_asked_once() -> None:
    """Another route of it would be down as well; the agent waits for nothing."""
    server = FixedServer({WHOLE: httpx2.Response(503)})

    with pytest.raises(StoreUnavailableError):
        await server.gateway().get_trace(TRACE_ID)

    assert server.paths == [WHOLE]


async def test_a_search_passes_on_what_was_asked_and_no_more() -> None:
    """An empty option is not the same as none: MLflow refuses a filter of blanks."""
    server = FixedServer({SEARCH: [{}, {"traces": [TRACE_INFO], "next_page_token": "t2"}]})
    gateway = server.gateway()

    empty = await gateway.search_traces(TraceQuery(("1", "2")))
    page = await gateway.search_traces(query_of(["1"], "trace.status = 'OK'", ["name ASC"], limit=7, page_token="t1"))

    assert (empty.traces, empty.next_page_token) == ((), None)
    assert ([info.trace_id for info in page.traces], page.next_page_token) == ([TRACE_ID], "t2")
    locations = [{"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": each}} for each in ("1", "2")]
    assert [json.loads(request.content) for request in server.requests] == [
        {"locations": locations, "max_results": 20},
        {
            "locations": locations[:1],
            "max_results": 7,
            "filter": "trace.status = 'OK'",
            "order_by": ["name ASC"],
            "page_token": "t1",
        },
    ]


@pytest.mark.parametrize("status", [404, 405])
async def test_a_search_falls_back_to_the_route_of_older_servers(status: int) -> None:
    """MLflow 3.1 searches with a GET; the arguments are the same."""
    server = FixedServer({SEARCH: httpx2.Response(status), SEARCH_V2: {"traces": [TRACE_INFO_V2]}})

    page = await server.gateway().search_traces(
        query_of(["1", "2"], "trace.status = 'OK'", ["name ASC", "status"], limit=7)
    )

    assert [info.trace_id for info in page.traces] == [TRACE_ID]
    assert server.requests[1].url.params.multi_items() == [
        ("experiment_ids", "1"),
        ("experiment_ids", "2"),
        ("max_results", "7"),
        ("filter", "trace.status = 'OK'"),
        ("order_by", "name ASC"),
        ("order_by", "status ASC"),
    ]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        pytest.param(
            mlflow_error(400, "INVALID_PARAMETER_VALUE", "Invalid attribute key 'x'. Valid keys are '{'b', 'a', 'c'}'"),
            "MLflow answered INVALID_PARAMETER_VALUE: Invalid attribute key 'x'. Valid keys are '{'a', 'b', 'c'}'",
            id="set in random order",
        ),
        pytest.param(
            mlflow_error(400, "BAD_REQUEST", "(psycopg.DataError) bad number\n[SQL: SELECT 1]\n[parameters: {'a': 2}]"),
            "MLflow answered BAD_REQUEST: bad number",
            id="SQL",
        ),
        pytest.param(
            mlflow_error(500, "INTERNAL_ERROR", "Python int too large to convert to SQLite INTEGER"),
            "MLflow cannot use this: Python int too large to convert to SQLite INTEGER",
            id="internal error of MLflow's",
        ),
    ],
)
async def test_a_refused_filter_is_the_callers_mistake(answer: httpx2.Response, message: str) -> None:
    """The agent can mend it with MLflow's own words, which are the same each time and hold no SQL."""
    with pytest.raises(InvalidFilterError) as raised:
        await FixedServer({SEARCH: answer}).gateway().search_traces(TraceQuery(("1",)))

    assert str(raised.value) == message


async def test_a_search_of_no_experiment_finds_nothing_without_asking() -> None:
    """The server refuses it and a database answers with nothing; both gateways answer alike."""
    server = FixedServer()

    assert (await server.gateway().search_traces(TraceQuery(()))).traces == ()
    assert server.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(not_found_page(), id="no such route"),
        pytest.param(httpx2.Response(405, html="<h1>Method Not Allowed</h1>"), id="another method's route"),
        pytest.param(mlflow_error(404, "ENDPOINT_NOT_FOUND", "gone"), id="route named missing"),
        pytest.param(
            mlflow_error(400, "INVALID_PARAMETER_VALUE", "metric_name must be one of []"), id="no such metric"
        ),
    ],
)
async def test_a_server_without_metrics_says_that_it_cannot(answer: httpx2.Response) -> None:
    """Who asked counts in another way then; a server that is down is another matter."""
    with pytest.raises(StoreUnsupportedError, match="does not have the metric trace_count"):
        await (
            FixedServer({METRICS: answer}).gateway().query_trace_metrics(MetricsQuery(("1",), "TRACES", "trace_count"))
        )

    down = FixedServer({METRICS: httpx2.Response(503)})
    with pytest.raises(StoreUnavailableError):
        await down.gateway().query_trace_metrics(MetricsQuery(("1",), "TRACES", "trace_count"))
