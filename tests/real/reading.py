"""A trace read to its last character, by calls of get_trace alone."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mcp_traces.shaping.paths import parse_path
from tests.real.calls import Tools
from tests.span_rows import span_rows

MAX_SPAN_IDS = 20
CUT_MARK = "…"

VALUES = ("status_message", "inputs", "outputs", "attributes", "events", "links")
"""What a span says beside its row."""

SAID_ELSEWHERE = ("mlflow.spanInputs", "mlflow.spanOutputs", "mlflow.spanType", "mlflow.traceRequestId")
"""Attributes that are the span's inputs, its outputs, its type and its trace."""


async def read_tree(tools: Tools, trace_id: str, max_chars: int) -> list[dict[str, Any]]:
    """The rows of all pages of the tree."""
    arguments: dict[str, Any] = {"view": "tree", "max_chars": max_chars}
    rows: list[dict[str, Any]] = []
    while True:
        answer = await tools.get(trace_id, **arguments)
        page = span_rows(answer)
        assert answer.get("shown", 0) == len(page)
        rows += page
        if "next_cursor" not in answer:
            assert answer.get("total", 0) == len(rows)
            return rows
        arguments["cursor"] = answer["next_cursor"]


async def read_spans(tools: Tools, trace_id: str, span_ids: Sequence[str], max_chars: int) -> dict[str, dict[str, Any]]:
    """Every value of these spans, by span id, put together from what was shown and what was read on."""
    values: dict[str, dict[str, Any]] = {}
    for start in range(0, len(span_ids), MAX_SPAN_IDS):
        some = list(span_ids[start : start + MAX_SPAN_IDS])
        arguments: dict[str, Any] = {"span_ids": some, "max_chars": max_chars}
        while arguments:
            answer = await tools.get(trace_id, **arguments)
            for span in answer["spans"]:
                assert span["span_id"] not in values, "a span was opened twice"
                values[span["span_id"]] = await _whole(tools, trace_id, span, answer.get("elided", []))
            arguments = arguments | {"cursor": answer["next_cursor"]} if "next_cursor" in answer else {}
    return values


async def _whole(
    tools: Tools, trace_id: str, span: Mapping[str, Any], elided: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    values: dict[str, Any] = {key: span[key] for key in ("name", *VALUES) if key in span}
    for cut in elided:
        if cut["span_id"] == span["span_id"]:
            await _put_back(tools, trace_id, values, cut)
    return values


async def _put_back(tools: Tools, trace_id: str, values: dict[str, Any], cut: Mapping[str, Any]) -> None:
    """Replace the beginning that is shown at the cut's path by the whole value."""
    *parents, last = parse_path(cut["path"])
    container: Any = values
    for part in parents:
        container = container[part]
    shown = ""
    if cut["shown"]:
        assert container[last].endswith(CUT_MARK)
        shown = container[last].removesuffix(CUT_MARK)
        assert len(shown) == cut["shown"]
    kind, rest = await read_value(tools, trace_id, cut["span_id"], cut["path"], offset=cut["shown"])
    assert len(shown + rest) == cut["total"]
    container[last] = as_value(kind, shown + rest)


async def read_value(
    tools: Tools, trace_id: str, span_id: str | None, path: str, *, offset: int = 0, **arguments: Any
) -> tuple[str, str]:
    """The kind of the value at `path` of the span, or of the trace itself, and its text from `offset` to its end."""
    of_span = {"span_ids": [span_id]} if span_id else {}
    text = ""
    while True:
        answer = await tools.get(trace_id, path=path, offset=offset, **of_span, **arguments)
        value = answer["value"]
        text += value["text"]
        if "next_offset" not in value:
            return value["type"], text
        offset = value["next_offset"]


def as_value(kind: str, text: str) -> Any:
    """The value itself: a text is given as it is, everything else as JSON."""
    return text if kind == "string" else json.loads(text)


def values_as_mlflow_has_them(span: Mapping[str, Any], start_ns: int) -> dict[str, Any]:
    """What the oracle says of a span, under our names; what is empty is left out."""
    values = {
        "name": span["name"],
        "status_message": span["status_message"],
        "inputs": span["inputs"],
        "outputs": span["outputs"],
        "attributes": {key: value for key, value in span["attributes"].items() if key not in SAID_ELSEWHERE},
        "events": [
            {"name": name, "at_ms": round((time_ns - start_ns) / 1e6, 3), "attributes": attributes}
            for name, time_ns, attributes in span["events"]
        ],
        "links": [
            {"trace_id": trace_id, "span_id": span_id, "attributes": attributes or {}}
            for trace_id, span_id, attributes in span["links"]
        ],
    }
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
