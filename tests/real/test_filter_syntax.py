"""What describe_filter_syntax says works, works on every store; what it leaves out, MLflow itself does not do."""

import re
from collections.abc import Mapping
from string import Template
from typing import Any

import pytest

from mcp_traces.filters.grammar import FIELDS, Field
from tests.oracle import Oracle, OracleError
from tests.real.calls import Tools, ids
from tests.real.conftest import REAL
from tests.real.syntax import ANSWERED_BLINDLY, FINDING, MISTAKES, NAMES, SCORES, UNANSWERABLE, left_out
from tests.tools.conftest import ToolFailedError

pytestmark = REAL

CORRECTED = re.compile(r"Corrected filter: (.*)")


def resolved(text: str, filter_words: Mapping[str, str]) -> str:
    """`text` with ids and times of the store; the `$` that ends a regular expression stays."""
    return Template(text).safe_substitute(filter_words)


def of_mlflow(tools: Tools, oracle: Oracle, **asked: Any) -> list[str]:
    locations = list(tools.store.sample.experiments.values())
    return oracle.search(tools.store, locations=locations, max_results=100, **asked)


@pytest.mark.parametrize("number", range(len(FIELDS)), ids=[field.name for field in FIELDS])
async def test_an_example_that_the_help_gives_is_a_filter(tools: Tools, number: int) -> None:
    """An agent sends back what it was shown; each example must run as it stands."""
    shown = (await tools.call("describe_filter_syntax"))["fields"][number]

    answer = await tools.search(filter=shown["example"])

    assert shown["field"] == FIELDS[number].name
    assert answer["applied"]["filter"] == shown["example"]


@pytest.mark.parametrize("name", FINDING)
async def test_the_operators_that_the_help_lists_find_what_mlflow_finds(
    tools: Tools, oracle: Oracle, filter_words: dict[str, str], name: str
) -> None:
    """Each has something to find, so that it is seen to be more than tolerated."""
    for text in FINDING[name].values():
        text = resolved(text, filter_words)
        expected = of_mlflow(tools, oracle, filter_string=text)

        assert ids(await tools.search(filter=text)) == expected, text
        assert expected, text


@pytest.mark.parametrize("text", SCORES.values())
async def test_assessments_are_compared_as_numbers(tools: Tools, oracle: Oracle, text: str) -> None:
    """A score is what one asks for more or less of."""
    expected = of_mlflow(tools, oracle, filter_string=text)

    assert ids(await tools.search(filter=text)) == expected == [tools.trace_id("scored")]


def test_every_listed_operator_has_its_case() -> None:
    """A row that is added to the table is seen to work here too."""
    working = {(name, operator) for name, filters in FINDING.items() for operator in filters}
    scores = {("feedback.<key>", operator) for operator in SCORES}

    listed = {(field.name, operator) for field in FIELDS for operator in field.operators}
    assert working | scores | set(UNANSWERABLE.values()) == listed


@pytest.mark.parametrize("text", UNANSWERABLE)
async def test_what_the_sample_cannot_answer_is_accepted(tools: Tools, oracle: Oracle, text: str) -> None:
    """Without an error, here and in MLflow."""
    assert ids(await tools.search(filter=text)) == of_mlflow(tools, oracle, filter_string=text) == []


@pytest.mark.parametrize("field", [field for field in FIELDS if field.aliases], ids=lambda field: field.name)
async def test_the_aliases_of_a_field_mean_the_same(tools: Tools, filter_words: dict[str, str], field: Field) -> None:
    """MLflow's own documents write a field in several ways."""
    name = NAMES.get(field.name, field.name)
    text = next(iter(FINDING[field.name].values()))
    expected = ids(await tools.search(filter=resolved(text, filter_words)))

    for alias in field.aliases:
        other = alias.replace("<key>", name.removeprefix(field.prefix)) + text.removeprefix(name)
        assert ids(await tools.search(filter=resolved(other, filter_words))) == expected, alias


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
async def test_the_operators_that_the_help_leaves_out_do_not_work_in_mlflow(
    tools: Tools, oracle: Oracle, field: Field
) -> None:
    """It would be a loss to leave out what works. MLflow refuses it, or answers without looking; we refuse it."""
    everything = of_mlflow(tools, oracle)
    for operator, text in left_out(field):
        with pytest.raises(ToolFailedError):
            await tools.search(filter=text)
        answer = answer_of_mlflow(tools, oracle, text)
        blind = everything if operator == "!=" else []
        assert answer == (blind if (field.name, operator) in ANSWERED_BLINDLY else "refused"), text


def answer_of_mlflow(tools: Tools, oracle: Oracle, text: str) -> list[str] | str:
    try:
        return of_mlflow(tools, oracle, filter_string=text)
    except OracleError as error:
        assert error.code in ("INVALID_PARAMETER_VALUE", "BAD_REQUEST")
        return "refused"


@pytest.mark.parametrize("mistake", MISTAKES)
async def test_a_corrected_filter_finds_what_was_meant(
    tools: Tools, oracle: Oracle, filter_words: dict[str, str], mistake: str
) -> None:
    """One retry is enough only if what the error proposes is right, on the store in use."""
    expected = of_mlflow(tools, oracle, filter_string=resolved(MISTAKES[mistake], filter_words))

    if " OR " in mistake and tools.store.kind != "server":
        assert ids(await tools.search(filter=resolved(mistake, filter_words))) == expected
        return
    with pytest.raises(ToolFailedError) as refused:
        await tools.search(filter=resolved(mistake, filter_words))
    corrected = CORRECTED.search(str(refused.value))

    assert corrected is not None, refused.value
    assert ids(await tools.search(filter=corrected[1])) == expected
    assert expected


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_the_orders_that_the_help_lists_are_mlflows(tools: Tools, oracle: Oracle, direction: str) -> None:
    """Each key that `order_by` takes, in both directions: the rows stand as MLflow orders them by what was applied."""
    shown = (await tools.call("describe_filter_syntax"))["order_by"]
    for key in (NAMES.get(key, key) for key in shown):
        answer = await tools.search(order_by=f"{key} {direction}")

        applied = answer["applied"]["order_by"]
        assert applied[0] == f"{key} {direction}"
        assert ids(answer) == of_mlflow(tools, oracle, order_by=applied), key
