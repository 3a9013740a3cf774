"""Experiments that were asked for a moment ago."""

import pytest

from mcp_traces.callers import Caller
from mcp_traces.errors import ExperimentNotFoundError
from mcp_traces.records import Experiment
from mcp_traces.settings import Settings
from mcp_traces.tools.experiments import ExperimentResolver
from mcp_traces.tools.known_experiments import MAX_AGE_S, MAX_KEPT, KnownExperiments
from tests.fake_gateway import FakeTraceGateway

pytestmark = pytest.mark.anyio


class Asked(FakeTraceGateway):
    """Counts what it is asked about single experiments."""

    def __init__(self, *experiments: Experiment) -> None:
        super().__init__(experiments=experiments)
        self.asked: list[str] = []

    async def get_experiment(self, experiment_id: str) -> Experiment:
        self.asked.append(experiment_id)
        return await super().get_experiment(experiment_id)

    async def get_experiment_by_name(self, name: str) -> Experiment:
        self.asked.append(name)
        return await super().get_experiment_by_name(name)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def resolver(gateway: Asked, known: KnownExperiments, caller: Caller | None = None) -> ExperimentResolver:
    return ExperimentResolver(gateway, Settings(), caller or Caller("ada"), known)


async def test_it_is_asked_for_once_in_a_while() -> None:
    """By id or by name; after a while it may have another name, or be gone."""
    gateway, clock = Asked(Experiment("1", "support", 0)), Clock()
    known = KnownExperiments(clock)

    for _ in range(3):
        assert (await resolver(gateway, known).find("support")).experiment_id == "1"
        assert (await resolver(gateway, known).find("1")).name == "support"
    assert gateway.asked == ["support", "1"]
    clock.now = MAX_AGE_S + 1
    await resolver(gateway, known).find("1")
    assert gateway.asked == ["support", "1", "1"]


async def test_what_does_not_exist_is_asked_for_each_time() -> None:
    """It may be made any moment, by whoever asks for it."""
    gateway, known = Asked(), KnownExperiments()

    for _ in range(2):
        with pytest.raises(ExperimentNotFoundError):
            await resolver(gateway, known).find("support")
    assert gateway.asked == ["support", "support"]


async def test_where_anything_is_hidden_each_is_asked_for() -> None:
    """Else the time of an answer would tell what is hidden from what does not exist, once somebody else asked."""
    gateway, known = Asked(Experiment("1", "support", 0)), KnownExperiments()
    limited = Caller("bob", experiments=("2",))

    await resolver(gateway, known).find("1")
    for _ in range(2):
        with pytest.raises(ExperimentNotFoundError):
            await resolver(gateway, known, limited).find("1")
    assert gateway.asked.count("1") > 2


async def test_what_one_user_of_mlflow_was_told_no_other_is() -> None:
    gateway, known = Asked(Experiment("1", "support", 0)), KnownExperiments()

    for authorization in ("Basic YQ==", "Basic Yg==", "Basic YQ=="):
        await resolver(gateway, known, Caller("ada", mlflow_authorization=authorization)).find("1")
    assert gateway.asked == ["1", "1"]


async def test_no_more_than_so_many_are_kept() -> None:
    many = [Experiment(str(number), f"e{number}", 0) for number in range(1, MAX_KEPT + 2)]
    gateway, known = Asked(*many), KnownExperiments()

    for one in many:
        await resolver(gateway, known).find(one.experiment_id)
    gateway.asked.clear()
    await resolver(gateway, known).find("1")
    await resolver(gateway, known).find(many[-1].experiment_id)
    assert gateway.asked == ["1"]
