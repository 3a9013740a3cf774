"""What every gateway refuses, and with which error: the agent's mistakes must not look like failures of the store."""

import pytest

from mcp_traces.errors import (
    ExperimentNotFoundError,
    InvalidArgumentError,
    InvalidFilterError,
    NotFoundError,
    RunNotFoundError,
    StoreUnsupportedError,
    TraceNotFoundError,
)
from mcp_traces.store.gateway import Order, TraceQuery
from tests.store.conftest import CONTRACT, Subject
from tests.store.questions import INVALID_ORDERS

pytestmark = CONTRACT

UNKNOWN_TRACE = "tr-00000000000000000000000000000000"
UNKNOWN_EXPERIMENT = "99999"


@pytest.mark.parametrize("order_by", INVALID_ORDERS)
async def test_an_order_that_mlflow_refuses_is_an_invalid_filter(subject: Subject, order_by: tuple[Order, ...]) -> None:
    """Orders are part of the query an agent writes, as filters are."""
    with pytest.raises(InvalidFilterError):
        await subject.search(order_by=order_by)


async def test_a_page_token_that_is_none_is_an_invalid_argument(subject: Subject) -> None:
    """Tokens travel through the client inside our cursors: a damaged one is its mistake, not the store's."""
    with pytest.raises(InvalidArgumentError):
        await subject.gateway.search_traces(TraceQuery(subject.experiment_ids, page_token="bm90IGpzb24="))


@pytest.mark.parametrize("trace_id", [UNKNOWN_TRACE, "no-such-trace", "tr-", "../../etc/passwd", "a b%2Fc?d#e"])
async def test_an_unknown_trace_is_not_found(subject: Subject, trace_id: str) -> None:
    """Whatever the text, it is an id that nobody has, and never a path of the server."""
    with pytest.raises(TraceNotFoundError):
        await subject.gateway.get_trace(trace_id)


@pytest.mark.parametrize("run_id", ["0" * 32, "no-such-run", "", "../../etc/passwd", "a b%2Fc?d#e", "'; --"])
async def test_an_unknown_run_is_not_found(subject: Subject, run_id: str) -> None:
    """Whatever the text: a trace id that is looked up as a run is one of these too."""
    with pytest.raises(RunNotFoundError):
        await subject.gateway.get_run(run_id)


UNKNOWN_ATTACHMENT = "0b9f6c1e-1111-4a2b-8c3d-5e6f70819293"


@pytest.mark.parametrize("attachment_id", ["", "traces.json", "../traces.json", UNKNOWN_ATTACHMENT.upper()])
async def test_what_is_no_attachment_id_is_not_found(subject: Subject, attachment_id: str) -> None:
    """Attachments have canonical UUIDs; a trace may refer to anything, also to a path that leads elsewhere."""
    with pytest.raises(NotFoundError):
        await subject.gateway.get_attachment(UNKNOWN_TRACE, attachment_id)


async def test_an_unknown_attachment_is_not_found(subject: Subject) -> None:
    """Of a trace that is there, and of one that is not."""
    with pytest.raises(NotFoundError):
        await subject.gateway.get_attachment(UNKNOWN_TRACE, UNKNOWN_ATTACHMENT)
    with pytest.raises((NotFoundError, StoreUnsupportedError)):
        await subject.gateway.get_attachment(next(iter(subject.store.sample.traces.values())), UNKNOWN_ATTACHMENT)


@pytest.mark.parametrize("experiment_id", [UNKNOWN_EXPERIMENT, "abc", "", "1; --", "100000000000000000000"])
async def test_an_unknown_experiment_is_not_found(subject: Subject, experiment_id: str) -> None:
    """MLflow answers some of these with an internal error; for the agent they are all the same mistake."""
    with pytest.raises(ExperimentNotFoundError):
        await subject.gateway.get_experiment(experiment_id)


@pytest.mark.parametrize("experiment_id", ["abc", "", "100000000000000000000"])
async def test_a_search_of_what_is_no_experiment_id_is_refused(subject: Subject, experiment_id: str) -> None:
    """An internal error of MLflow's otherwise: the agent gave a name where an id belongs."""
    with pytest.raises(ExperimentNotFoundError):
        await subject.gateway.search_traces(TraceQuery((experiment_id,)))


async def test_a_deleted_experiment_is_not_found(subject: Subject) -> None:
    """By id and by name: for a client it no longer exists."""
    with pytest.raises(ExperimentNotFoundError):
        await subject.gateway.get_experiment(subject.store.sample.deleted_experiment_id)
    with pytest.raises(ExperimentNotFoundError):
        await subject.gateway.get_experiment_by_name("retired-bot")


async def test_an_unknown_experiment_name_is_not_found(subject: Subject) -> None:
    """Names are compared exactly: another case is another name."""
    for name in ("nosuch", "Support-Assistant", "support-assistant "):
        with pytest.raises(ExperimentNotFoundError):
            await subject.gateway.get_experiment_by_name(name)
