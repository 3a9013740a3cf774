"""Answers of an MLflow server with a field missing, or of another kind: an error that says so, or an answer without."""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any, TypeAlias, cast

import httpx2
import pytest
from mcp import Client

from mcp_traces.records import Json
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from tests.faults.conversations import text_of
from tests.faults.exchanges import ANSWERS
from tests.store.rest_server import SPAN, TRACE_ID, TRACE_INFO, FixedServer

pytestmark = pytest.mark.anyio

Path: TypeAlias = tuple[str | int, ...]
ABSENT = object()
OTHERS: tuple[Any, ...] = (
    *(ABSENT, None, True, 7, -1, 10**400, float("inf"), "x", "\ud800", "9" * 5000, [], [None], {}, {"x": []}),
    *("[]", '"x"', '{"num_spans": "x", "input_tokens": [], "total_tokens": -1}', "9999-99-99T00:00:00Z"),
)
ASSESSMENT: dict[str, Any] = {
    "assessment_id": "a-1",
    "assessment_name": "rating",
    "source": {"source_type": "HUMAN", "source_id": "ann"},
    "create_time": "2026-11-21T00:21:29.536Z",
    "last_update_time": "2026-11-21T00:21:29.536Z",
    "feedback": {"value": 4, "error": {"error_code": "E", "error_message": "no"}},
    "metadata": {"by": "form"},
}
RICH_INFO: dict[str, Any] = TRACE_INFO | {
    "request_preview": "what?",
    "tags": {"mlflow.traceName": "chat"},
    "trace_metadata": {
        "mlflow.trace.session": "s1",
        "mlflow.trace.tokenUsage": '{"input_tokens": 3}',
        "mlflow.trace.cost": '{"total_cost": 0.5}',
        "mlflow.trace.sizeStats": '{"num_spans": 1}',
        "mlflow.trace.sizeBytes": "99",
    },
    "assessments": [ASSESSMENT],
}
RICH_SPAN: dict[str, Any] = SPAN | {
    "attributes": [{"key": "mlflow.spanInputs", "value": {"string_value": '{"q": 1}'}}],
    "events": [{"name": "exception", "time_unix_nano": 5, "attributes": [{"key": "k", "value": {"int_value": "1"}}]}],
    "links": [{"trace_id": "tr-9", "span_id": "9", "attributes": []}],
}
RICH_STORED_SPAN: dict[str, Any] = RICH_SPAN | {
    "attributes": {"mlflow.spanInputs": '{"q": 1}'},
    "events": [{"name": "exception", "time_unix_nano": 5, "attributes": {"k": 1}}],
    "links": [{"trace_id": "tr-9", "span_id": "9", "attributes": {}}],
}
RICH: dict[str, Any] = ANSWERS | {
    "/api/3.0/mlflow/traces/search": {"traces": [RICH_INFO]},
    f"/api/3.0/mlflow/traces/{TRACE_ID}": {"trace": {"trace_info": RICH_INFO}},
    "/ajax-api/3.0/mlflow/get-trace-artifact": {"spans": [RICH_STORED_SPAN]},
    "/api/3.0/mlflow/traces/get": {"trace": {"trace_info": RICH_INFO, "spans": [RICH_SPAN]}},
}
ONLY_OLDER = "traces/get"
"""A newer server is asked for the parts."""

USED: dict[str, dict[str, dict[str, Any]]] = {
    "experiments/search": {"describe_filter_syntax": {"experiment": "nosuch"}},
    "experiments/get": {"search_traces": {"experiment": "1"}},
    "experiments/get-by-name": {"search_traces": {"experiment": "chat"}},
    "runs/get": {"compare_traces": {"a": "run:r1", "b": "run:r1"}},
    "traces/search": {
        "search_traces": {"experiment": "1", "detail": "detailed"},
        "compare_traces": {"a": "run:r1", "b": "run:r1"},
    },
    ONLY_OLDER: {"get_trace": {"trace_id": TRACE_ID, "view": "tree"}},
    f"traces/{TRACE_ID}": {"get_trace": {"trace_id": TRACE_ID, "view": "tree"}},
    "get-trace-artifact": {
        "get_trace": {"trace_id": TRACE_ID, "view": "tree"},
        "compare_traces": {"a": TRACE_ID, "b": TRACE_ID},
    },
}
"""Calls that read the answer of each route."""


def paths_in(value: Json, path: Path = ()) -> Iterator[Path]:
    """The way to everything in it."""
    for key in keys_of(value):
        yield (*path, key)
        yield from paths_in(value[key], (*path, key))


def keys_of(value: Json) -> Iterable[str | int]:
    if isinstance(value, dict):
        return cast("dict[str, Json]", value)
    return range(len(cast("list[Json]", value))) if isinstance(value, list) else ()


def with_other(value: Json, path: Path, other: Any) -> Json:
    changed = deepcopy(value)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    if other is ABSENT:
        del holder[path[-1]]
    else:
        holder[path[-1]] = other
    return changed


@pytest.mark.parametrize("route", RICH, ids=lambda route: route.rpartition("mlflow/")[2])
async def test_no_shape_of_an_answer_is_an_internal_error(route: str) -> None:
    """Proxies, plugins and other versions of MLflow answer in shapes of their own; that is for the caller to know."""
    answers: dict[str, Any] = {path: httpx2.Response(200, json=answer) for path, answer in RICH.items()}
    answers["/version"] = httpx2.Response(200, text="3.5.1" if route.endswith(ONLY_OLDER) else "3.17.2")
    server = FixedServer(answers)
    async with Client(build_server(Settings.model_validate({}), server.gateway())) as client:
        for path in paths_in(RICH[route]):
            for other in OTHERS:
                body = json.dumps(with_other(RICH[route], path, other))
                server.answer_with(route, httpx2.Response(200, content=body))
                for tool, arguments in USED[route.rpartition("mlflow/")[2]].items():
                    text = text_of(await client.call_tool(tool, arguments))
                    assert "Internal error" not in text, (path, other, tool, text)
