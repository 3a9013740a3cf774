"""What each MLflow can search is found as it was logged; what it cannot is refused with the version it needs."""

from typing import Any

import pytest

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.grammar import FIELDS, field_named
from mcp_traces.filters.versions import ACROSS_SPANS, SAME_SPAN_SINCE, Version, since
from mcp_traces.store.rest_gateway import RestGateway
from mcp_traces.times import iso_utc
from tests.mlflow_versions.plan import FINISHED, PLANS, TRACES, TracePlan
from tests.mlflow_versions.questions import ALL_FILTERS, ONLY_FINISHED, TYPED, Case, with_words, words
from tests.mlflow_versions.served import Served
from tests.queries import query_of
from tests.real.calls import Tools, ids
from tests.tools.conftest import ToolFailedError

pytestmark = [pytest.mark.anyio, pytest.mark.store]

UNFINISHED = "trace.status = 'IN_PROGRESS'"


def began_ms(server: Served, plan: TracePlan) -> int:
    return server.now_ms - plan.age_s * 1000


def resolved(server: Served, value: Any) -> Any:
    """`value` with each `$word` replaced by what it is in this store."""
    sample = server.store.sample
    return with_words(value, words(sample.traces, sample.run_id, server.now_ms))


def needed(version: Version) -> str:
    return f"it needs MLflow {version[0]}.{version[1]} or newer, and this store is 3."


def searches(asked: list[str]) -> list[str]:
    """What the server was asked to search."""
    return [one for one in asked if "/traces" in one]


async def test_the_server_says_which_mlflow_it_is(server: Served, tools: Tools) -> None:
    """All that follows hangs on it; and the SDK that logged is of the same version."""
    answer = await tools.call("describe_filter_syntax")

    assert answer["store"] == f"server, MLflow {server.version}"
    assert server.environment.name in (f"{server.minor[0]}.{server.minor[1]}", "newest")


async def test_without_conditions_all_is_found(server: Served, tools: Tools) -> None:
    """Also what is still in progress, which every version shows."""
    assert server.labels(await tools.found()) == [plan.label for plan in reversed(TRACES)]
    assert server.labels(await tools.found(status="IN_PROGRESS")) == ["under_way", "waiting"]


@pytest.mark.parametrize("case", TYPED, ids=str)
async def test_typed_arguments_find_what_was_logged_or_name_the_version(
    server: Served, tools: Tools, asked: list[str], case: Case
) -> None:
    """An agent cannot know which MLflow it talks to: it needs an error, not an empty answer."""
    arguments = {"filter": ONLY_FINISHED} | resolved(server, case.arguments)

    if server.minor >= case.since:
        assert server.labels(await tools.found(**arguments)) == case.labels.split()
    else:
        with pytest.raises(ToolFailedError) as refused:
            await tools.search(**arguments)
        assert any(needed(version) in str(refused.value) for version in named(server, case))
        assert searches(asked) == []


def named(server: Served, case: Case) -> list[Version]:
    """The versions that a refusal may name: of several conditions it names the first that this one cannot do."""
    versions = {one.since for one in TYPED if len(one.arguments) == 1 and one.arguments.keys() <= case.arguments.keys()}
    return [case.since] if len(case.arguments) == 1 else [one for one in versions if server.minor < one <= case.since]


@pytest.mark.parametrize(("name", "operator", "text", "labels"), ALL_FILTERS, ids=[row[2] for row in ALL_FILTERS])
async def test_a_filter_finds_what_was_logged_or_names_the_version(
    server: Served,
    tools: Tools,
    asked: list[str],
    gateway: RestGateway,
    name: str,
    operator: str,
    text: str,
    labels: str,
) -> None:
    """Field by field and operator by operator, as the table of versions says; and nothing is refused without need."""
    field = field_named(name)
    assert field is not None
    first = since(field, operator)
    written = f"{resolved(server, text)} AND {ONLY_FINISHED}"

    if server.minor >= first:
        assert server.labels(await tools.found(filter=written)) == labels.split()
    else:
        with pytest.raises(ToolFailedError) as refused:
            await tools.search(filter=written)
        assert needed(first) in str(refused.value)
        assert searches(asked) == []
        assert await answer_of(server, gateway, written) != labels.split()


async def answer_of(server: Served, gateway: RestGateway, written: str) -> list[str] | None:
    """The labels that the server itself finds; None when it refuses."""
    try:
        page = await gateway.search_traces(query_of((server.experiment_id,), written, limit=100))
    except InvalidArgumentError:
        return None
    return server.labels([info.trace_id for info in page.traces])


def test_every_operator_of_the_table_is_asked_for() -> None:
    """A row that is added to the table of fields is seen on all versions, too."""
    listed = {(field.name, operator) for field in FIELDS for operator in field.operators}

    assert {(name, operator) for name, operator, _, _ in ALL_FILTERS} == listed


async def test_conditions_on_spans_are_about_one_span_or_the_answer_says_so(server: Served, tools: Tools) -> None:
    """Before 3.10 the retriever's name and the model's type make a match, though no span has both."""
    if server.minor < (3, 6):
        return  # it knows no type of spans, and is seen above to say so
    answer = await tools.search(span_name="search_articles", span_type="CHAT_MODEL")

    if server.minor >= SAME_SPAN_SINCE:
        assert ids(answer) == []
    else:
        assert server.labels(ids(answer)) == ["first_turn"]
        assert ACROSS_SPANS in answer["notes"]


@pytest.mark.parametrize("order", ["newest", "oldest", "slowest", "fastest", "name DESC", "tag.environment ASC"])
@pytest.mark.parametrize("limit", [1, 3])
async def test_pages_hold_every_trace_once(server: Served, tools: Tools, order: str, limit: int) -> None:
    """Those in progress included, which have no duration on some versions and an early one on others."""
    whole = await tools.found(order_by=order)

    pages = await tools.pages(order_by=order, limit=limit)

    assert [trace_id for page in pages for trace_id in ids(page)] == whole
    assert [page["returned"] for page in pages][:-1] == [limit] * (len(pages) - 1)
    assert sorted(server.labels(whole)) == sorted(PLANS)


@pytest.mark.parametrize("plan", FINISHED, ids=lambda plan: plan.label)
async def test_a_row_shows_what_was_logged(server: Served, tools: Tools, plan: TracePlan) -> None:
    """Whichever form the server answers in."""
    (row,) = (await tools.search(filter=f"request_id = '{tools.trace_id(plan.label)}'", detail="detailed"))["traces"]

    assert row["name"] == plan.root.name
    assert row["status"] == plan.state
    assert row["request_time"] == iso_utc(began_ms(server, plan))
    assert row["execution_time_ms"] == plan.root.duration_ms
    assert row.get("session_id") == plan.metadata.get("mlflow.trace.session")
    assert row.get("user_id") == plan.metadata.get("mlflow.trace.user")
    assert row.get("run_id") == (server.store.sample.run_id if plan.in_run else None)
    assert row.get("tags", {}).items() >= plan.tags.items()
    logged = {key: value for key, value in plan.metadata.items() if "mlflow.trace." not in key}
    assert row["metadata"].items() >= logged.items()
    assert row.get("tokens") == tokens(plan)
    assert assessed(row) == (plan.feedback | plan.expectation if server.assesses else {})


def tokens(plan: TracePlan) -> dict[str, int] | None:
    """Of all model calls together."""
    used = [span.attributes["mlflow.chat.tokenUsage"] for span in plan.root.walk() if span.span_type == "CHAT_MODEL"]
    return {kind: sum(one[f"{kind}_tokens"] for one in used) for kind in ("input", "output", "total")} if used else None


def assessed(row: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one["value"] for one in row.get("assessments", [])}
