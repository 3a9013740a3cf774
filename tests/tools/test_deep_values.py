"""Values that are nested deeper than JSON can be written are read all the same."""

import json
from typing import Any

import pytest

from mcp_traces.records import JsonAttributes, decode_json
from tests.builders import make_span, make_trace
from tests.fake_gateway import FakeTraceGateway
from tests.tools.conftest import connected

pytestmark = pytest.mark.anyio

DEPTHS = [100, 199, 200, 201, 252, 700, 990, 3_000]


def objects(depth: int) -> str:
    return '{"a":' * depth + '"the end"' + "}" * depth


def lists(depth: int) -> str:
    return "[" * depth + "7" + "]" * depth


VIEWS: dict[str, dict[str, Any]] = {
    "overview": {},
    "tree": {"view": "tree"},
    "conversation": {"view": "conversation"},
    "span": {"span_ids": "span-1"},
    "value": {"span_ids": "span-1", "path": "inputs"},
    "find": {"find": "the end"},
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize("depth", DEPTHS)
async def test_a_value_of_any_depth_is_read(depth: int, view: dict[str, Any]) -> None:
    """Applications log recursive structures, and pydantic writes 255 levels."""
    span = make_span(span_id="span-1")
    values = {"mlflow.spanInputs": objects(depth), "mlflow.spanOutputs": lists(depth), "deep": objects(depth)}
    object.__setattr__(span, "attributes", JsonAttributes(values))
    async with connected(FakeTraceGateway([make_trace(span)])) as call:
        result = await call("get_trace", {"trace_id": "tr-1", **view})

    if "path" in view and depth < 1_000:
        assert result["value"]["text"].replace("\\", "").count('{"a":') == depth


@pytest.mark.parametrize("depth", DEPTHS[:-2])
def test_the_text_of_what_is_too_deep_is_its_json(depth: int) -> None:
    """Nothing of it is lost."""
    levels, value = _levels(decode_json(objects(depth)))
    while isinstance(value, str) and value.startswith("{"):
        more, value = _levels(json.loads(value))
        levels += more

    assert (levels, value) == (depth, "the end")


def _levels(value: Any) -> tuple[int, Any]:
    levels = 0
    while not isinstance(value, str):
        value, levels = value["a"], levels + 1
    return levels, value
