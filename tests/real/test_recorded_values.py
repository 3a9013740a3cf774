"""Values that MLflow's SDK and OpenTelemetry's exporters sent to a real server are shown as what they are.

They are read from the server and from its database.
"""

import base64
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from functools import partial
from typing import Any

import pytest

from mcp_traces.demo import SampleStore
from mcp_traces.store.open_gateway import open_gateway
from tests.real.calls import Tools, connected, only
from tests.real.conftest import REAL
from tests.real.log_values import NOTHING
from tests.real.test_other_tracers import NOW_MS, send
from tests.recorded_values import LONG, VALUES, check_nothing_shown, check_read_whole, check_shown
from tests.stores import RealStore, mlflow_server

pytestmark = REAL

BYTES = base64.b64encode(b"\x00\xffabc").decode()
INSIDE = [
    {"doubleValue": "NaN"},
    {"bytesValue": BYTES},
    {"arrayValue": {}},
    {"kvlistValue": {}},
    {},
    {"stringValue": ""},
]

OTLP: dict[str, tuple[dict[str, Any], Any]] = {
    "otlp NaN": ({"doubleValue": "NaN"}, "NaN"),
    "otlp infinity": ({"doubleValue": "Infinity"}, "Infinity"),
    "otlp minus infinity": ({"doubleValue": "-Infinity"}, "-Infinity"),
    "otlp bytes": ({"bytesValue": BYTES}, r"b'\x00\xffabc'"),
    "otlp no bytes": ({"bytesValue": ""}, "b''"),
    "otlp empty list": ({"arrayValue": {}}, []),
    "otlp empty object": ({"kvlistValue": {}}, {}),
    "otlp empty text": ({"stringValue": ""}, ""),
    "otlp nothing set": ({}, None),
    "otlp list": ({"arrayValue": {"values": INSIDE}}, ["NaN", r"b'\x00\xffabc'", [], {}, None, ""]),
    "otlp object": (
        {"kvlistValue": {"values": [{"key": "a", "value": INSIDE[0]}, {"key": "b", "value": {}}, {"key": "c"}]}},
        {"a": "NaN", "b": None, "c": None},
    ),
}
SHOWN = {label: shown for label, (_, shown) in (VALUES | OTLP).items()}


def otlp_span(number: int, value: dict[str, Any]) -> dict[str, Any]:
    keys = ("mlflow.spanInputs", "mlflow.spanOutputs", "recorded")
    return {
        "traceId": f"{number:032x}",
        "spanId": f"{number:016x}",
        "name": "answer",
        "kind": 1,
        "startTimeUnixNano": str(1_000_000 * NOW_MS),
        "endTimeUnixNano": str(1_000_000 * (NOW_MS + 1)),
        "attributes": [{"key": key, "value": value} for key in keys],
        "status": {"code": 1},
    }


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, RealStore]]:
    folder = tmp_path_factory.mktemp("values")
    database = f"sqlite:///{folder / 'mlflow.db'}"
    with mlflow_server(database, folder) as base_url:
        command = [sys.executable, "-m", "tests.real.log_values", base_url]
        logged = subprocess.run(command, capture_output=True, check=True, encoding="utf-8", timeout=60)
        traces = json.loads(logged.stdout.splitlines()[-1])
        for number, (label, (value, _)) in enumerate(OTLP.items(), 1):
            send(base_url, [otlp_span(number, value)], "application/json" if number % 2 else "application/x-protobuf")
            traces[label] = f"tr-{number:032x}"
        sample = SampleStore(base_url, {"Default": "0"}, traces, "", "")
        yield {"server": RealStore("server", base_url, sample), "sqlite": RealStore("sqlite", database, sample)}


@pytest.fixture(scope="module", params=["server", "server after a search", "sqlite"])
async def told(request: pytest.FixtureRequest, stores: dict[str, RealStore]) -> AsyncIterator[Tools]:
    """After a search small traces are read by another route of the server, in another form."""
    kind, _, after_search = request.param.partition(" ")
    store = stores[kind]
    async with (
        aclosing(open_gateway(only(tracking_uri=store.tracking_uri))) as gateway,
        connected(store, gateway) as tools,
    ):
        if after_search:
            await tools.search(experiment="0")
        yield tools


@pytest.mark.parametrize("label", SHOWN)
async def test_every_view_shows_a_recorded_value(told: Tools, label: str) -> None:
    """The same from the server and from its database."""
    await check_shown(partial(told.get, told.trace_id(label)), SHOWN[label])


async def test_no_view_shows_what_was_not_recorded(told: Tools) -> None:
    """MLflow stores no outputs then, and null where an application says so."""
    await check_nothing_shown(partial(told.get, told.trace_id(NOTHING)))


@pytest.mark.parametrize("label", LONG)
async def test_what_is_cut_under_an_odd_or_long_key_is_read_whole(told: Tools, label: str) -> None:
    """To the last character."""
    await check_read_whole(partial(told.get, told.trace_id(label)), LONG[label], 3_000)


async def test_rows_preview_what_was_recorded(told: Tools) -> None:
    """MLflow's own previews are JSON, and absent where nothing was recorded."""
    rows = {row["trace_id"]: row for row in (await told.search(experiment="0"))["traces"]}
    previews = {label: rows[told.trace_id(label)].get("response_preview") for label in (*SHOWN, NOTHING)}

    assert {previews[label] for label in ("empty list", "otlp empty list")} == {"[]"}
    assert {previews[label] for label in ("empty text", "otlp empty text")} == {'""'}
    assert {previews[label] for label in ("null", "otlp nothing set")} == {"null"}
    assert {previews[label] for label in ("NaN", "otlp NaN")} == {"NaN"}
    assert previews[NOTHING] is None
