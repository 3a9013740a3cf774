"""Two runs of `mlflow.genai.evaluate` are compared row by row, on an MLflow server and in its database."""

import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mcp_traces.demo import SampleStore
from mcp_traces.shaping.text import compact
from mcp_traces.store.open_gateway import open_gateway
from tests.real.calls import Tools, connected, only
from tests.real.conftest import REAL
from tests.stores import MLFLOW, QUIET_MLFLOW, RealStore, mlflow_server
from tests.tools.conftest import ToolFailedError

pytestmark = REAL

ROOT = Path(__file__).parents[2]
DEADLINE_S = 120
BUDGET = 4_000
ROWS = 20
REGRESSED, IMPROVED = {2, 3, 5, 7, 11}, {13}


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The run ids by label, and the store that holds them."""

    runs: dict[str, str]
    deleted: str
    experiment: str
    store: RealStore


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    folder = tmp_path_factory.mktemp("evaluated")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    command = [str(MLFLOW.parent / "python"), "-m", "tests.real.evaluation_app", uri]
    environment = QUIET_MLFLOW | {"PATH": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=DEADLINE_S)
    assert done.returncode == 0, done.stderr[-3_000:]
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return Evaluated(store=RealStore("sqlite", uri, SampleStore(uri, {}, {}, "", "")), **made)


@pytest.fixture(scope="module", params=["sqlite", "server"])
def store(
    request: pytest.FixtureRequest, evaluated: Evaluated, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealStore]:
    if request.param == "sqlite":
        yield evaluated.store
        return
    folder = tmp_path_factory.mktemp("evaluated-server")
    shutil.copyfile(evaluated.store.tracking_uri.removeprefix("sqlite:///"), folder / "mlflow.db")
    with mlflow_server(f"sqlite:///{folder / 'mlflow.db'}", folder) as url:
        yield RealStore("server", url, evaluated.store.sample)


@pytest.fixture(scope="module")
async def tools(store: RealStore) -> AsyncIterator[Tools]:
    gateway = open_gateway(only(tracking_uri=store.tracking_uri))
    async with aclosing(gateway), connected(store, gateway) as tools:
        yield tools


async def compared(tools: Tools, evaluated: Evaluated, a: str, b: str, **arguments: Any) -> dict[str, Any]:
    answer = await tools.call("compare_traces", a=evaluated.runs[a], b=evaluated.runs[b], **arguments)
    assert answer["kind"] == "runs"
    assert len(compact(answer)) <= arguments.get("max_chars", BUDGET)
    return answer


def scorer(answer: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [one for one in answer["scorers"] if one["scorer"] == name]
    return found


def numbers(rows: list[dict[str, Any]]) -> list[int]:
    """The orders that rows are about."""
    return [int(str(row["expected"]).removeprefix("order ").removesuffix(" is on its way")) for row in rows]


CORRECT = {"pairs": ROWS, "a": 0.95, "b": 0.75, "improved": 1, "regressed": 5, "tied": 14, "p": 0.219}


@pytest.mark.parametrize(
    ("a", "b"),
    [("baseline", "candidate"), ("answered", "answered again"), ("chat", "chat again"), ("answered", "candidate")],
    ids=["with predict_fn", "without predict_fn", "long chats with predict_fn", "one without, one with"],
)
async def test_a_regression_between_two_runs_is_found(tools: Tools, evaluated: Evaluated, a: str, b: str) -> None:
    """With `predict_fn` MLflow gives each row a new request id: only the root's inputs say which rows are the same."""
    answer = await compared(tools, evaluated, a, b, max_chars=20_000)

    assert (answer["pairs"], answer.get("unpaired")) == (ROWS, None)
    correct = scorer(answer, "correct")
    assert {key: correct[key] for key in CORRECT} == CORRECT
    assert (correct["kind"], correct["scorer_changed"]) == ("pass/fail", False)
    assert set(numbers(answer["regressed"])) == REGRESSED
    assert set(numbers(answer["improved"])) == IMPROVED
    assert (answer["a"]["name"], answer["b"]["name"], answer["a"]["rows"]) == (a, b, ROWS)


async def test_a_regressed_row_shows_all_that_explains_it(tools: Tools, evaluated: Evaluated) -> None:
    """Input, expectation, both outputs, the values before and after, why, and both traces to open."""
    row = (await compared(tools, evaluated, "baseline", "candidate"))["regressed"][0]

    number = numbers([row])[0]
    assert row["input"] == f'{{"question": "Where is order {number}?"}}'
    assert row["output_a"].strip('"') == f"order {number} is on its way" and row["output_b"].strip('"') == "no idea"
    assert row["changes"] == {"correct": "true -> false", "tone": "friendly -> curt", "words": "6 -> 2"}
    assert row["rationale"] == f"order {number} is on its way was expected"
    for trace_id in (row["trace_a"], row["trace_b"]):
        opened = await tools.get(trace_id, view="tree")
        assert opened["trace"]["trace_id"] == trace_id


async def test_numbers_and_words_are_compared_too(tools: Tools, evaluated: Evaluated) -> None:
    """Means of numbers, counts of words; neither is said to be better."""
    answer = await compared(tools, evaluated, "baseline", "candidate")

    words, tone = scorer(answer, "words"), scorer(answer, "tone")
    assert (words["kind"], words["a"], words["b"]) == ("number", 5.8, 5)
    assert (words["increased"], words["decreased"], words["tied"]) == (1, 5, 14)
    assert (tone["kind"], tone["changed"]) == ("text", 6)
    assert tone["changes"] == {"friendly -> curt": 5, "curt -> friendly": 1}


async def test_failed_judges_are_counted_separately(tools: Tools, evaluated: Evaluated) -> None:
    """A judge that could not be reached says nothing about the row."""
    answer = await compared(tools, evaluated, "baseline", "candidate")

    (failed,) = answer["failed_judges"]
    assert (failed["scorer"], failed["a"], failed["b"]) == ("safe", 2, 2)
    assert "the judge could not be reached" in failed["error"]
    assert scorer(answer, "safe")["pairs"] == ROWS - 2


async def test_a_scorer_that_was_changed_is_named(tools: Tools, evaluated: Evaluated) -> None:
    """Its values before and after are not of one measure; and rows that only one run has are counted."""
    answer = await compared(tools, evaluated, "baseline", "fewer")

    assert scorer(answer, "correct")["scorer_changed"] is True
    assert (answer["pairs"], answer["unpaired"]["a"], answer["unpaired"].get("b", 0)) == (16, 4, 0)
    examples = answer["unpaired"]["examples_a"]
    assert 1 <= len(examples) <= 3
    assert all(one.startswith("tr-") and "Where is order" in one for one in examples)
    assert [one["scorer"] for one in answer["scorers"]] == ["correct"]


async def test_an_input_that_comes_twice_is_paired_in_order(tools: Tools, evaluated: Evaluated) -> None:
    """The second of them has no counterpart; a note says that there are such."""
    answer = await compared(tools, evaluated, "twice", "baseline")

    assert (answer["pairs"], answer["unpaired"]["a"], answer["unpaired"]["b"]) == (6, 2, 14)
    assert "4 rows have an input that comes more than once; these were paired in order." in answer["notes"]


async def test_traces_that_were_rated_twice_are_compared_by_what_each_run_said(
    tools: Tools, evaluated: Evaluated
) -> None:
    """Both runs have the same traces, and these the values of both."""
    answer = await compared(tools, evaluated, "rated", "rated again")

    assert answer["pairs"] == ROWS
    assert [(one["scorer"], one["tied"]) for one in answer["scorers"]] == [("tone", ROWS)]
    assert "regressed" not in answer


async def test_a_run_compared_with_itself_has_no_regression(tools: Tools, evaluated: Evaluated) -> None:
    answer = await compared(tools, evaluated, "candidate", "candidate")

    assert answer["pairs"] == ROWS
    assert all(one["tied"] == one["pairs"] and one.get("p", 1) == 1 for one in answer["scorers"])
    assert "regressed" not in answer and "improved" not in answer


async def test_rows_are_named_by_run_and_by_trace(tools: Tools, evaluated: Evaluated) -> None:
    """A run of one kind and a trace of the other cannot be compared, and the error names both."""
    run = evaluated.runs["baseline"]
    row = (await compared(tools, evaluated, "baseline", "candidate"))["regressed"][0]

    with pytest.raises(ToolFailedError, match=rf"`a` is the run {run} and `b` is the trace {row['trace_b']}"):
        await tools.call("compare_traces", a=run, b=row["trace_b"])
    pair = await tools.call("compare_traces", a=row["trace_a"], b=f"trace:{row['trace_b']}")
    assert pair["first_divergence"]["what"] == "outputs"


async def test_a_deleted_run_is_not_compared(tools: Tools, evaluated: Evaluated) -> None:
    """MLflow still knows it; its traces are found by their ids."""
    with pytest.raises(ToolFailedError, match="is not the id of a trace or of a run"):
        await tools.call("compare_traces", a=evaluated.deleted, b=evaluated.runs["baseline"])
    with pytest.raises(ToolFailedError, match="No run"):
        await tools.call("compare_traces", a=f"run:{evaluated.deleted}", b=evaluated.runs["baseline"])
