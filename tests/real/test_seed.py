"""Every command and filter of MLflow's guide to retrieving traces, answered by our tools as MLflow answers it."""

from typing import Any

import pytest

from mcp_traces.times import to_epoch_ms
from tests.oracle import Oracle
from tests.real.calls import Tools, ids
from tests.real.conftest import REAL
from tests.real.guide import RUN, SEARCHES, Example, as_mlflow_is_asked
from tests.span_rows import span_rows

pytestmark = REAL

FIRST_50 = "mlflow traces search --experiment-id 1 --max-results 50"
NEXT_50 = f'{FIRST_50} --page-token "eyJvZmZzZXQiOiA1MH0="'
GET = "mlflow traces get --trace-id {}"


def asked_of_mlflow(tools: Tools, command: str) -> dict[str, Any]:
    return as_mlflow_is_asked(command, run_id=tools.store.sample.run_id, now_ms=to_epoch_ms(tools.now))


def experiment(example: Example, asked: dict[str, Any]) -> list[str] | None:
    """The experiment that the command names."""
    return asked["locations"] if "--experiment-id" in example.command else None


def typed_arguments(tools: Tools, example: Example) -> dict[str, Any]:
    arguments = dict(example.typed or {})
    if arguments.get("run_id") == RUN:
        arguments["run_id"] = tools.store.sample.run_id
    return arguments


@pytest.mark.parametrize("example", [one for one in SEARCHES if one.typed is not None], ids=str)
async def test_typed_arguments_find_what_the_command_finds(tools: Tools, oracle: Oracle, example: Example) -> None:
    """Whoever knows MLflow's commands gets the same traces in the same order without writing a filter."""
    asked = asked_of_mlflow(tools, example.command)
    expected = oracle.search(tools.store, **asked | _filter_string(example.case_folded))

    found = await tools.search(experiment=experiment(example, asked), **typed_arguments(tools, example))

    assert ids(found) == expected
    assert expected


@pytest.mark.parametrize("example", [one for one in SEARCHES if "--filter-string" in one.command], ids=str)
async def test_the_commands_own_filter_finds_the_same(tools: Tools, oracle: Oracle, example: Example) -> None:
    """A filter that someone has already is worth pasting: it means here what it means to MLflow."""
    asked = asked_of_mlflow(tools, example.command)
    expected = oracle.search(tools.store, **asked)
    rest = {"run_id": asked["run_id"]} if "run_id" in asked else {}
    order = {"order_by": ", ".join(asked["order_by"])} if "order_by" in asked else {}

    given = {"experiment": experiment(example, asked), "filter": asked["filter_string"]}
    found = await tools.search(**given, **rest, **order)

    assert ids(found) == expected
    assert expected


@pytest.mark.parametrize("label", ["session_turn_4", "huge", "in_progress"])
async def test_a_trace_is_got_by_its_id(tools: Tools, oracle: Oracle, label: str) -> None:
    """`mlflow traces get --trace-id <id>`, also of a trace that is too large for one answer or still in progress."""
    expected = oracle.get(tools.store, tools.trace_id(label))

    answer = await tools.get(tools.trace_id(label))

    row, info = answer["trace"], expected["info"]
    assert (row["trace_id"], row["status"]) == (info["trace_id"], info["state"])
    assert row.get("name") == info["tags"].get("mlflow.traceName")
    assert answer["total"] == len(expected["spans"])


async def test_pages_of_fifty_lead_to_the_end_as_page_tokens_do(tools: Tools, oracle: Oracle) -> None:
    """`--max-results 50`, then `--page-token`: the same pages, each with the way to the next but the last."""
    first, second = (oracle.search_page(tools.store, **asked_of_mlflow(tools, text)) for text in (FIRST_50, NEXT_50))
    expected = [[info["trace_id"] for info in page["traces"]] for page in (first, second)]

    pages = await tools.pages(experiment="1", limit=50)

    assert [ids(page) for page in pages] == expected
    assert [page["returned"] for page in pages] == [50, 9]
    assert first["token"] and not second["token"]


async def test_the_spans_of_what_was_found_are_one_call_away(tools: Tools, oracle: Oracle) -> None:
    """`--include-spans`: rows never hold spans, and get_trace gives all of them for each row."""
    answer = await tools.search(experiment="1", session_id="session_abc123")

    for trace_id in ids(answer):
        tree = await tools.get(trace_id, view="tree")
        expected = oracle.get(tools.store, trace_id)["spans"]
        assert sorted(span["span_id"] for span in span_rows(tree)) == sorted(span["span_id"] for span in expected)
    assert answer["returned"] == 5


def _filter_string(text: str | None) -> dict[str, str]:
    return {} if text is None else {"filter_string": text}
