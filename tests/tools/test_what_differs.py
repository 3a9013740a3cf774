"""What summarize_traces says of two sides: the cause before its consequences, and why a baseline is empty."""

import json
from typing import Any

import pytest

from mcp_traces.records import Trace
from tests.builders import make_span, make_trace, make_trace_info
from tests.fake_gateway import FakeTraceGateway
from tests.tools.conftest import call_tool

pytestmark = pytest.mark.anyio


def request(number: int, *, provider: str, failed: bool) -> Trace:
    """A failed one ends with the payment; the others go on to answer."""
    root = make_span("checkout", status="ERROR" if failed else "OK", start_ms=number)
    charged = make_span("charge_card", root, status=root.status, attributes={"payment_provider": provider})
    steps = [root, charged] if failed else [root, charged, make_span("answer", root)]
    tags = {"release": "2" if number % 2 else "1", "mlflow.traceName": "checkout"}
    return make_trace(*steps, trace_id=f"tr-{number}", tags=tags)


def gateway() -> FakeTraceGateway:
    failures = [request(number, provider="acme" if number < 10 else "other", failed=True) for number in range(14)]
    others = [request(number, provider="acme" if number < 16 else "other", failed=False) for number in range(14, 60)]
    return FakeTraceGateway([*failures, *others])


async def test_what_the_traces_have_comes_before_what_they_lack() -> None:
    """A failure ends a trace early, so that it lacks the steps behind it: true in every trace, and no explanation."""
    asked = {"filter": "status = 'ERROR'", "against": "status = 'OK'"}

    different: list[dict[str, Any]] = (await call_tool(gateway(), "summarize_traces", asked))["different"]

    cause, *others = different
    assert (cause["attribute"], cause["value"]) == ("span.attributes.payment_provider", "acme")
    assert (cause["traces"], cause["baseline"]) == ("10 of 14", "2 of 46")
    assert {"span_name", "span_count"} <= {one["attribute"] for one in others}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"tags": "release=2", "against": "tag.release = '1'"}, "tags must hold for it too"),
        ({"status": "ERROR", "against": "status = 'OK'"}, "status must hold for it too"),
    ],
    ids=["tags", "status"],
)
async def test_a_baseline_that_a_typed_argument_empties_is_explained(arguments: dict[str, Any], named: str) -> None:
    """`against` replaces `filter` alone; what is written in another argument holds on both sides."""
    answer = await call_tool(gateway(), "summarize_traces", arguments)

    assert answer["baseline"]["traces"] == 0
    assert any(named in note and "Say in filter" in note for note in answer["notes"])


async def test_a_step_that_became_slower_is_named_and_not_all_that_waited_for_it() -> None:
    """The root and the whole trace are slower too; only the time that the step itself took says why."""
    slow, quick = (
        [
            make_trace(
                (root := make_span("checkout", duration_ms=1_000 + ms, start_ms=number)),
                make_span("quote_shipping", root, duration_ms=ms + number, start_ms=number),
                make_span("charge_card", root, duration_ms=300 + number % 7, start_ms=number),
                trace_id=f"tr-{release}-{number}",
                tags={"release": release},
            )
            for number in range(20)
        ]
        for release, ms in (("2", 900), ("1", 200))
    )
    asked = {"filter": "tag.release = '2'", "against": "tag.release = '1'"}

    answer = await call_tool(FakeTraceGateway([*slow, *quick]), "summarize_traces", asked)

    own = {one["attribute"]: one for one in answer["different"] if one["attribute"].startswith("own ms of ")}
    assert own.keys() == {"own ms of quote_shipping"}
    assert own["own ms of quote_shipping"]["median"] > 4 * own["own ms of quote_shipping"]["baseline_median"]


def timed(number: int) -> Trace:
    """Every third is slow and dear; costs are what a sum of floating point numbers leaves."""
    slow = number % 3 == 0
    cost = json.dumps({"total_cost": (0.1 + 0.2) / 100 if slow else 0.001 + number / 10**6})
    duration_ms = 3_000 + number if slow else 100 + number
    root = make_span("answer", duration_ms=duration_ms)
    info = make_trace_info(
        f"tr-{number}",
        execution_duration_ms=duration_ms,
        trace_metadata={"mlflow.trace.cost": cost},
    )
    return make_trace(root, info=info)


async def test_what_the_two_sides_were_asked_for_by_is_no_difference() -> None:
    """That slow traces take longer is what was asked; that they cost more is an answer."""
    asked = {"filter": "execution_time_ms > 1000", "against": "execution_time_ms <= 1000"}

    answer = await call_tool(FakeTraceGateway([timed(number) for number in range(60)]), "summarize_traces", asked)

    found = {one["attribute"] for one in answer["different"]}
    assert "cost" in found and "execution_time_ms" not in found


async def test_medians_have_no_noise_of_floating_point_numbers() -> None:
    """0.1 + 0.2 is 0.30000000000000004, of which an agent would repeat each digit."""
    asked = {"filter": "execution_time_ms > 1000", "against": "execution_time_ms <= 1000"}

    answer = await call_tool(FakeTraceGateway([timed(number) for number in range(60)]), "summarize_traces", asked)

    (cost,) = [one for one in answer["different"] if one["attribute"] == "cost"]
    assert cost["median"] == 0.003
