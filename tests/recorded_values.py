"""Values that are empty, that JSON cannot write, or that have odd keys; and checks that every view shows them."""

import json
import math
import re
from collections.abc import Awaitable, Callable
from typing import Any

from mcp_traces.json_texts import all_texts_in
from mcp_traces.shaping.paths import resolve
from mcp_traces.shaping.text import as_text, compact, one_line
from tests.span_rows import span_rows

Get = Callable[..., Awaitable[dict[str, Any]]]
"""get_trace of one trace, as keyword arguments of the tool."""

EMPTIES = {"list": [], "text": "", "null": None, "object": {}, "inner": [[], {}, "", None]}
KEYS = {'say "hi".a[0]\n': 1, "": 2, "a.b": 3, "back\\slash": 4}

VALUES: dict[str, tuple[Any, Any]] = {
    "NaN": (math.nan, "NaN"),
    "infinity": (math.inf, "Infinity"),
    "minus infinity": (-math.inf, "-Infinity"),
    "numbers inside": ({"loss": math.nan, "steps": [math.inf, 1.5]}, {"loss": "NaN", "steps": ["Infinity", 1.5]}),
    "text of NaN": ("NaN", "NaN"),
    "empty list": ([], []),
    "empty object": ({}, {}),
    "empty text": ("", ""),
    "null": (None, None),
    "empties inside": (EMPTIES, EMPTIES),
    "false": (False, False),
    "zero": (0, 0),
    "bytes": (b"\x00\xffabc", r"b'\x00\xffabc'"),
    "bytes inside": ({"b": b"\xff"}, {"b": r"b'\xff'"}),
    "odd keys": (KEYS, KEYS),
    "key of 500": ({"k" * 500: "v"}, {"k" * 500: "v"}),
    "key of 5,000": ({"k" * 5_000: "v"}, {"k" * 5_000: "v"}),
}
"""By label, the value that an application records and the value that is shown."""

LONG: dict[str, Any] = {
    "long text under odd keys": {key: f"{number} " * 4_000 for key, number in KEYS.items()},
    "long text under a key of 500": {"first": 1, "k" * 500: "word " * 2_000, "last": [2]},
    "long text under a key of 5,000": {"first": {"ü" * 5_000: {"inner": "word " * 2_000}}, "last": "x" * 3_000},
}
"""Values that a small budget truncates."""


def stored(value: Any) -> Any:
    """The value as it is read back: MLflow's SDK stores JSON, with the text of what JSON lacks."""
    return json.loads(json.dumps(value, default=str))


async def only_span(get: Get) -> str:
    (row,) = span_rows(await get(view="tree"))
    return row["span_id"]


async def check_shown(get: Get, shown: Any) -> None:
    """Every view shows the value, which is the inputs, the outputs and the attribute `recorded` of the only span."""
    span_id = await only_span(get)
    (whole,) = (await get(span_ids=span_id))["spans"]
    said = [whole["inputs"], whole["outputs"], whole["attributes"]["recorded"]]
    assert [compact(one) for one in said] == [compact(shown)] * 3

    for path in ("inputs", "outputs", "attributes.recorded"):
        value = (await get(span_ids=span_id, path=path))["value"]
        assert (value["text"], value["total_chars"]) == (as_text(shown), len(as_text(shown)))

    (row,) = span_rows(await get())
    if "outputs" in row:  # else the trace's own preview shows them
        text = as_text(row["outputs"]).removesuffix("…")
        assert row["outputs"] == shown or text in (one_line(as_text(shown)) or compact(shown))

    for text in filter(None, all_texts_in(shown)):
        begins = re.escape(text.splitlines()[0][:100])
        matches = (await get(span_ids=span_id, find=f"^{begins}"))["matches"]
        for side in ("inputs", "outputs", "attributes"):
            assert [one for one in matches if one["path"].startswith(side)]

    assert (await get(view="conversation"))["total"] == 0


async def check_nothing_shown(get: Get) -> None:
    """No view has inputs or outputs of the only span."""
    span_id = await only_span(get)
    (whole,) = (await get(span_ids=span_id))["spans"]
    (row,) = span_rows(await get())
    assert not {"inputs", "outputs"} & {*whole, *row}


async def check_read_whole(get: Get, value: Any, budget: int) -> None:
    """Every truncated value is read at its path to the last character. `value` is the span's inputs and outputs."""
    span_id = await only_span(get)
    answer = await get(span_ids=span_id, max_chars=budget)
    assert {one["path"].partition(".")[0].partition("[")[0] for one in answer["elided"]} >= {"inputs", "outputs"}
    for one in answer["elided"]:
        text, offset = "", one["shown"]
        while offset is not None:
            page = await get(span_ids=span_id, path=one["path"], offset=offset, max_chars=budget)
            text += page["value"]["text"]
            offset = page["value"].get("next_offset")
        assert len(text) == one["total"] - one["shown"]
        if not one["path"].startswith("attributes"):
            assert text == as_text(resolve({"inputs": value, "outputs": value}, one["path"]))[one["shown"] :]
