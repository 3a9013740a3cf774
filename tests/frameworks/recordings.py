"""Recordings of a framework's spans: what the MLflow server returned, without what differs from run to run.

A recording is the body of `get-trace-artifact`. Ids are numbered, times are counted, and paths, ports and durations are
replaced, so that a renewed recording differs only where the framework does.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mcp_traces.records import Json, Span, decode_json
from mcp_traces.shaping.paths import as_fields, as_items
from mcp_traces.store.rest_spans import read_spans
from tests.frameworks.frameworks import ROOT

START_NS = 1_760_000_000_000_000_000
_STEP_NS = 1_000_000
_TIMES = ("start_time_unix_nano", "end_time_unix_nano")
_COST = "mlflow.llm.cost"

_UUID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])")
_HEX_ID = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{16}){1,2}(?![0-9a-f])")
_LIBRARY_FOLDER = re.compile(r"(?:file://)?(?:/[\w.+-]+)+/(?=lib/python3|site-packages/)")
_ISO_TIME = re.compile(r"\b20\d\d-\d\d-\d\d([T ])\d\d:\d\d:\d\d(?:\.\d+)?")
_EPOCH_S = re.compile(r"\b(?!1760000000)1[789]\d{8}(?:\.\d+)?\b")
_LONG_DECIMAL = re.compile(r"\b\d+\.\d{5,}(?:e-?\d+)?\b|\b\d\.\d+e-\d+\b")
_LOOPBACK_PORT = re.compile(r"\b(127\.0\.0\.1|localhost):\d{4,5}\b")
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
_FIXED = {"server.port": "8000", "gen_ai.server.time_to_first_token": "1"}
"""Attributes whose values are numbers of one run."""


def record(path: Path, spans: list[dict[str, Any]]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"spans": spans}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def recorded(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))["spans"]


def recorded_spans(path: Path) -> tuple[Span, ...]:
    """The spans of a recording as the server's answer is read."""
    return read_spans({"spans": recorded(path)})


def without_chance(spans: list[dict[str, Any]], replaced: Mapping[str, str]) -> list[dict[str, Any]]:
    """The spans as they are recorded. `replaced` are texts of this run, such as its folder, and what to write."""
    moments = sorted({time for span in spans for time in _times_of(span)})
    ranks = {time: START_NS + rank * _STEP_NS for rank, time in enumerate(moments)}
    ids = {one: _numbered_id(number) for number, one in enumerate(_span_ids(spans), start=1)}
    texts = _Texts(replaced)
    return [_plain_span(span, ranks, ids, texts) for span in spans]


def shapes(spans: list[dict[str, Any]]) -> list[Json]:
    """What a framework promises of its spans: their names, types, places, and what their values look like."""
    by_id = {span["span_id"]: span for span in spans}
    found = [
        {
            "path": _names_above(span, by_id),
            "status": span["status"]["code"],
            "attributes": {key: _shape(value) for key, value in sorted(span["attributes"].items())},
            "events": [[event["name"], _shape(event["attributes"])] for event in span["events"]],
        }
        for span in spans
    ]
    return sorted(found, key=json.dumps)


def _times_of(span: dict[str, Any]) -> list[int]:
    return [*(span[key] for key in _TIMES if span[key]), *(event["time_unix_nano"] for event in span["events"])]


def _span_ids(spans: list[dict[str, Any]]) -> list[str]:
    parents = (span["parent_span_id"] for span in spans if span["parent_span_id"])
    return list(dict.fromkeys([*(span["span_id"] for span in spans), *parents]))


def _numbered_id(number: int) -> str:
    return base64.b64encode(number.to_bytes(8)).decode()


def _plain_span(span: dict[str, Any], ranks: dict[int, int], ids: dict[str, str], texts: "_Texts") -> dict[str, Any]:
    events = [
        {**event, "time_unix_nano": ranks[event["time_unix_nano"]], "attributes": texts.all_of(event["attributes"])}
        for event in span["events"]
    ]
    return {
        **span,
        **{key: ranks[span[key]] for key in _TIMES if span[key]},
        "trace_id": base64.b64encode((1).to_bytes(16)).decode(),
        "span_id": ids[span["span_id"]],
        "parent_span_id": span["parent_span_id"] and ids[span["parent_span_id"]],
        "name": texts.of(span["name"]),
        "status": texts.all_of(span["status"]),
        "events": events,
        "attributes": texts.all_of(span["attributes"]),
    }


class _Texts:
    """Replaces in texts what differs from run to run; the same id is replaced by the same number everywhere."""

    def __init__(self, replaced: Mapping[str, str]) -> None:
        self._replaced = {**replaced, f"{ROOT}/": ""}
        self._numbers: dict[str, int] = {}

    def all_of(self, attributes: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self._value(key, value) for key, value in attributes.items()}

    def _value(self, key: str, value: Any) -> Any:
        value = _FIXED.get(key, value)
        return self.of(value, rounds=key != _COST) if isinstance(value, str) else value

    def of(self, text: str, *, rounds: bool = True) -> str:
        text = _LIBRARY_FOLDER.sub("", text)
        for old, new in self._replaced.items():
            text = text.replace(old, new)
        text = _UUID.sub(self._numbered(lambda number: f"00000000-0000-4000-8000-{number:012x}"), text)
        text = _HEX_ID.sub(self._numbered(lambda number: f"{number:016x}"), text)
        text = _ISO_TIME.sub(lambda found: f"2025-10-09{found[1]}08:53:20", text)
        text = _LOOPBACK_PORT.sub(r"\1:8000", text)
        text = _ADDRESS.sub("0x0", text)
        return _LONG_DECIMAL.sub("0.5", _EPOCH_S.sub("1760000000", text)) if rounds else text

    def _numbered(self, written: Callable[[int], str]) -> Callable[[re.Match[str]], str]:
        return lambda found: written(self._numbers.setdefault(found[0], len(self._numbers) + 1))


def _names_above(span: dict[str, Any], by_id: Mapping[str, dict[str, Any]]) -> list[str]:
    """The names of the spans from the root to this one."""
    names = [span["name"]]
    while (parent := by_id.get(span["parent_span_id"] or "")) is not None:
        span = parent
        names.insert(0, span["name"])
    return names


def _shape(value: Json) -> Json:
    """A value without what it says: the keys of objects, the items of lists, and of everything else the type."""
    decoded = decode_json(value) if isinstance(value, str) else value
    if isinstance(decoded, str) and decoded != value:
        decoded = decode_json(decoded)
    if (fields := as_fields(decoded)) is not None:
        return {key: _shape(child) for key, child in sorted(fields.items())}
    if (items := as_items(decoded)) is not None:
        return [_shape(child) for child in items]
    return "number" if isinstance(decoded, int | float) and not isinstance(decoded, bool) else type(decoded).__name__
