"""The fake store answers as MLflow does and refuses what it does not know, so no test passes by a clause ignored."""

from typing import Any

import pytest

from mcp_traces.errors import (
    ExperimentNotFoundError,
    InvalidArgumentError,
    InvalidFilterError,
    StoreUnavailableError,
    TraceNotFoundError,
)
from mcp_traces.records import SESSION_KEY, SOURCE_RUN_KEY, Experiment, Trace
from mcp_traces.store.gateway import TraceQuery
from tests.builders import (
    START_MS,
    make_assessment,
    make_span,
    make_trace,
    make_trace_info,
)
from tests.fake_gateway import FakeTraceGateway
from tests.queries import query_of

pytestmark = pytest.mark.anyio


def _store() -> list[Trace]:
    """`plain` is OK and bare; `rich` failed and has some of everything; `running` has neither end nor root."""
    plain = make_trace(trace_id="plain", execution_duration_ms=100)
    root = make_span("agent", span_type="AGENT", inputs={"q": "50% off_line"})
    tool = make_span("lookup", root, span_type="TOOL", status="ERROR", outputs="ملف")
    rich = make_trace(
        root,
        tool,
        trace_id="rich",
        state="ERROR",
        request_time_ms=START_MS + 1,
        client_request_id="req-1",
        tags={"environment": "production", "a key.with/all": "it's"},
        trace_metadata={SESSION_KEY: "session_abc123", SOURCE_RUN_KEY: "run-1"},
        assessments=(
            make_assessment("rating", "positive"),
            make_assessment("score", 4.5),
            make_assessment("grounded", True),
            make_assessment("tone", "rude", valid=False),
            make_assessment("answer", "30 days", kind="expectation"),
        ),
    )
    orphan = make_span("search", parent_id="feed", duration_ms=None)
    running = make_trace(
        orphan,
        info=make_trace_info("running", name=None, state="IN_PROGRESS", execution_duration_ms=None),
        request_time_ms=START_MS + 2,
    )
    return [plain, rich, running]


async def _found(filter_text: str | None, **query: Any) -> list[str]:
    page = await FakeTraceGateway(_store()).search_traces(query_of(["1"], filter_text, **query))
    return [info.trace_id for info in page.traces]


@pytest.mark.parametrize(
    ("filter_text", "found"),
    [
        (None, ["running", "rich", "plain"]),
        ("status = 'ERROR'", ["rich"]),
        ("trace.status != 'OK'", ["running", "rich"]),
        ("attribute.status IN ('OK', 'ERROR')", ["rich", "plain"]),
        ("status NOT IN ('OK') AND status LIKE '%_PROG%'", ["running"]),
        (f"timestamp_ms > {START_MS}", ["running", "rich"]),
        (f"timestamp = {START_MS}", ["plain"]),
        ("execution_time_ms <= 1200", ["rich", "plain"]),
        ("execution_time_ms != 100", ["rich"]),
        (f"end_time_ms < {START_MS + 3}", ["running"]),
        ("name = 'agent'", ["rich", "plain"]),
        ("name IS NULL", ["running"]),
        ("request_id IN ('rich', 'running')", ["running", "rich"]),
        ("request_id LIKE 'r%'", ["running", "rich"]),
        ("client_request_id != 'req-2'", ["rich"]),
        ("run_id = 'run-1'", ["rich"]),
        ("run_id IS NULL", ["running", "plain"]),
        ("tag.environment = 'production'", ["rich"]),
        ("tag.environment != 'staging'", ["rich"]),
        ('tag.`a key.with/all` = "it\'s"', ["rich"]),
        ('tag."a key.with/all" IS NOT NULL', ["rich"]),
        ("metadata.`mlflow.trace.session` RLIKE '^session_[a-z]+[0-9]{3}$'", ["rich"]),
        ("metadata.mlflow.trace.session ILIKE 'SESSION%'", ["rich"]),
        ("span.name = 'lookup' AND span.status = 'ERROR'", ["rich"]),
        ("span.name = 'agent' AND span.status = 'ERROR'", []),
        ("span.type != 'TOOL'", ["running", "rich", "plain"]),
        ("span.type IN ('TOOL')", ["rich"]),
        ("trace.text ILIKE '%OFF_LINE%'", ["rich"]),
        ("trace.text LIKE '%OFF_LINE%'", []),
        ("span.content LIKE '%ملف%'", ["rich"]),
        ("feedback.rating = 'positive'", ["rich"]),
        ("feedback.rating RLIKE '^\"pos'", ["rich"]),
        ("feedback.rating IS NULL", ["running", "plain"]),
        ("feedback.score > 4 AND feedback.score < 5", ["rich"]),
        ("feedback.score >= 4.6", []),
        ("feedback.grounded = 'true'", ["rich"]),
        ("feedback.grounded > 0", []),
        ("feedback.tone = 'rude'", []),
        ("expectation.answer = '30 days'", ["rich"]),
        ("expectation.rating IS NOT NULL", []),
        ("  status = 'ERROR'   and\n name like 'a%'  ", ["rich"]),
    ],
)
async def test_a_filter_is_evaluated_exactly(filter_text: str | None, found: list[str]) -> None:
    """These are MLflow's answers; the contract suite compares many more with MLflow itself."""
    assert await _found(filter_text) == found


@pytest.mark.parametrize(
    "filter_text",
    [
        "status == 'OK'",
        "status = OK",
        "status = 'OK' OR status = 'ERROR'",
        "status = 'OK' name = 'agent'",
        "status = 'OK' AND",
        "STATUS = 'OK'",
        "state = 'OK'",
        "status > 'OK'",
        "status IS NULL",
        "execution_time_ms > '1000'",
        "execution_time_ms IS NULL",
        "name IN ('agent')",
        "name = 5",
        "run_id IN ('run-1')",
        "prompt != 'a/1'",
        "trace.user_id = 'u'",
        "trace_metadata.k = 'v'",
        "tag.model-name = 'gpt-4'",
        "tag.name = 'agent'",
        "feedback.text LIKE '%x%'",
        "tag.environment IN ('production')",
        "tag.environment = 1",
        "metadata.`mlflow.trace.tokenUsage` = '{}'",
        "span.kind = 'TOOL'",
        "span.attributes.model = 'x'",
        "trace.text = 'x'",
        "trace.text RLIKE 'x'",
        "feedback.score = 5",
        "feedback.score > '5'",
        "status = 'OK\\' AND name = 'agent'",
        "name RLIKE '('",
    ],
)
async def test_what_it_does_not_know_is_refused(filter_text: str) -> None:
    """MLflow refuses most of these too; the rest it reads in ways that no test may rely on."""
    with pytest.raises(InvalidFilterError):
        await _found(filter_text)


@pytest.mark.parametrize(
    ("order_by", "found"),
    [
        (("timestamp_ms ASC",), ["plain", "rich", "running"]),
        (("execution_time_ms",), ["plain", "rich", "running"]),
        (("execution_time_ms DESC",), ["rich", "plain", "running"]),
        (("name ASC",), ["rich", "plain", "running"]),
        (("status DESC", "request_id ASC"), ["plain", "running", "rich"]),
        (("tag.environment DESC",), ["rich", "running", "plain"]),
        (("metadata.`mlflow.sourceRun` asc",), ["rich", "running", "plain"]),
    ],
    ids=str,
)
async def test_an_order_is_mlflows(order_by: tuple[str, ...], found: list[str]) -> None:
    """What has no value comes last in both directions, and equals stand newest first."""
    assert await _found(None, order_by=order_by) == found


@pytest.mark.parametrize("clause", ["end_time", "span.name", "feedback.rating", "trace_id", "name UP"])
async def test_an_order_that_mlflow_does_not_have_is_refused(clause: str) -> None:
    """A test of an order must not pass because the fake fell back to another."""
    with pytest.raises(InvalidArgumentError):
        await _found(None, order_by=(clause,))
    with pytest.raises(InvalidFilterError):
        await _found(None, order_by=("name", "name DESC"))


async def test_pages_have_mlflows_tokens() -> None:
    """A full page promises another, as MLflow 3.17 does even when nothing is left; arrivals shift the offset."""
    gateway = FakeTraceGateway(_store())

    first = await gateway.search_traces(TraceQuery(("1",), limit=1))
    gateway.add(make_trace(trace_id="new", request_time_ms=START_MS + 9))
    second = await gateway.search_traces(TraceQuery(("1",), limit=3, page_token=first.next_page_token))
    third = await gateway.search_traces(TraceQuery(("1",), limit=3, page_token=second.next_page_token))

    assert [info.trace_id for info in first.traces] == ["running"]
    assert [info.trace_id for info in second.traces] == ["running", "rich", "plain"]
    assert (third.traces, third.next_page_token) == ((), None)


async def test_a_damaged_token_is_refused() -> None:
    """As MLflow refuses it."""
    for token in ("%", "bm90IGpzb24=", "WzFd"):
        with pytest.raises(InvalidArgumentError):
            await FakeTraceGateway().search_traces(TraceQuery(("1",), page_token=token))


async def test_every_query_is_remembered() -> None:
    """Tools are judged by what they ask the store, so a test can look."""
    gateway = FakeTraceGateway()
    asked = query_of(["1"], "status = 'OK'", ["name"], limit=7)

    await gateway.search_traces(asked)

    assert gateway.queries == [asked]


async def test_a_failure_can_be_injected_and_ends() -> None:
    """Every question fails with it, so the way errors take to the client can be followed."""
    gateway = FakeTraceGateway(_store())
    gateway.fail_with = StoreUnavailableError("down")

    for question in (
        gateway.store_info,
        lambda: gateway.search_experiments(1),
        lambda: gateway.get_experiment("1"),
        lambda: gateway.get_experiment_by_name("support-assistant"),
        lambda: gateway.search_traces(TraceQuery(("1",))),
        lambda: gateway.get_trace("rich"),
    ):
        with pytest.raises(StoreUnavailableError):
            await question()
    gateway.fail_with = None
    assert (await gateway.get_trace("rich")).info.trace_id == "rich"


async def test_what_is_not_there_is_not_found() -> None:
    """With the errors of the contract, and an empty page where MLflow gives one."""
    gateway = FakeTraceGateway(_store())

    with pytest.raises(TraceNotFoundError):
        await gateway.get_trace("nosuch")
    with pytest.raises(ExperimentNotFoundError):
        await gateway.get_experiment("2")
    with pytest.raises(ExperimentNotFoundError):
        await gateway.get_experiment_by_name("nosuch")
    with pytest.raises(ExperimentNotFoundError):
        await gateway.search_traces(TraceQuery(("support-assistant",)))
    assert (await gateway.search_traces(TraceQuery(("2",)))).traces == ()


async def test_experiments_are_listed_latest_first() -> None:
    """As MLflow lists them for us, and no more than asked for."""
    older, newer = Experiment("1", "older", 5), Experiment("2", "newer", 6)
    gateway = FakeTraceGateway(experiments=[older, newer])

    assert await gateway.search_experiments(10) == (newer, older)
    assert await gateway.search_experiments(1) == (newer,)
    assert await gateway.get_experiment_by_name("older") == older


async def test_its_life_can_be_watched() -> None:
    """Servers must warm a gateway up and release it; a test sees whether they did."""
    gateway = FakeTraceGateway()
    assert (gateway.warmed_up, gateway.closed) == (False, False)

    await gateway.warm_up()
    await gateway.aclose()

    assert (gateway.warmed_up, gateway.closed) == (True, True)
