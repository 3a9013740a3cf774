"""Calls that an agent repeats are told, and nothing else is."""

import json
from dataclasses import replace
from typing import Any

import pytest

from mcp_traces.records import JsonAttributes, Span
from mcp_traces.shaping.cleaning import UNMASKED, Cleaner, cleaner_for
from mcp_traces.shaping.repeats import MIN_REPEATS, repeats
from mcp_traces.shaping.span_tree import build_tree
from tests.builders import make_span

ROOT = make_span("agent", span_type="AGENT")


def call(number: int, name: str = "get_stock", **fields: Any) -> Span:
    given = {"span_type": "TOOL", "inputs": {"sku": "LAMP-7"}, "outputs": "counting"} | fields
    return make_span(name, ROOT, start_ms=number, duration_ms=1, **given)


def told(*spans: Span) -> list[str]:
    return list(repeats(build_tree([ROOT, *spans])))


def test_the_same_call_again_and_again_is_told_with_its_first_span() -> None:
    spans = [call(number) for number in range(40)]

    assert told(*spans) == [
        f"40 TOOL spans of one name have the same inputs and outputs; the first is {spans[0].span_id}."
    ]


def test_answers_that_differ_are_not_called_the_same() -> None:
    spans = [call(number, outputs=number) for number in range(MIN_REPEATS)]

    (sentence,) = told(*spans)

    assert sentence.startswith(f"{MIN_REPEATS} TOOL spans of one name have the same inputs; ")


@pytest.mark.parametrize(
    "spans",
    [
        [call(number) for number in range(MIN_REPEATS - 1)],
        [call(number, inputs={"sku": number}) for number in range(40)],
        [call(number, inputs=None) for number in range(40)],
        [call(number, name=f"tool {number % 10}") for number in range(40)],
        [call(number, span_type="CHAIN") for number in range(40)],
    ],
    ids=["too few", "other inputs", "no inputs", "other names", "no tools"],
)
def test_what_is_no_repetition_is_not_told(spans: list[Span]) -> None:
    assert told(*spans) == []


@pytest.mark.parametrize("cleaner", [UNMASKED, cleaner_for("credentials")], ids=["shown as recorded", "masked"])
def test_values_are_compared_as_they_were_recorded(cleaner: Cleaner) -> None:
    """Two secrets are both masked, and still are two; and nothing needs to be decoded or masked to be compared."""
    keys = [{"api_key": f"sk-proj-{number % 2}aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3z"} for number in range(12)]
    stored = [JsonAttributes({"mlflow.spanType": '"TOOL"', "mlflow.spanInputs": json.dumps(one)}) for one in keys]
    spans = [replace(call(number), attributes=attributes) for number, attributes in enumerate(stored)]

    tree = build_tree(cleaner.spans((ROOT, *spans)))

    assert [sentence.split()[0] for sentence in repeats(tree)] == ["6", "6"]


def test_the_most_frequent_are_told_first() -> None:
    few, many, most = ([call(100 * size + number, name=f"tool {size}") for number in range(size)] for size in (5, 6, 7))

    assert [sentence.split()[0] for sentence in told(*few, *many, *most)] == ["7", "6"]
