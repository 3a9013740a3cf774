"""Which experiments a call is about: names and ids in, experiments that exist and may be seen out."""

import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches

from mcp_traces.callers import LOCAL, Caller
from mcp_traces.errors import ExperimentNotFoundError, ExperimentRequiredError, NotFoundError
from mcp_traces.filters.clause import Clause
from mcp_traces.records import Experiment, TraceInfo
from mcp_traces.settings import Settings
from mcp_traces.shaping.text import cut
from mcp_traces.store.gateway import TraceGateway, TraceQuery
from mcp_traces.times import iso_utc
from mcp_traces.tools.known_experiments import KnownExperiments

MAX_SINGLY = 10
"""How many experiments of one call are asked for one by one; for more, those of the store are listed once."""

MAX_KNOWN = 50_000
"""The most experiments MLflow lists in one call of its database store."""

AT_ONCE = 5_000
"""Experiments searched for traces in one query; SQLite takes 32,766 values in one."""

MAX_LISTED = 10
MAX_NAME = 100
"""How many experiments an error lists."""

_LINK = re.compile(r"#/experiments/(\d+)")


@dataclass(frozen=True, slots=True)
class ExperimentResolver:
    """Resolves against one gateway within the allow-lists of `settings` and of the caller."""

    gateway: TraceGateway
    settings: Settings
    caller: Caller = LOCAL
    known: KnownExperiments = field(default_factory=KnownExperiments)

    async def resolve(self, requested: Sequence[str]) -> tuple[Experiment, ...]:
        """The experiments of one call, in the order asked for.

        Raises:
            ExperimentNotFoundError: one does not exist or may not be seen.
            ExperimentRequiredError: none was named, there is no default, and several have traces.
        """
        names = [name for one in requested for name in await self._names_in(one)]
        if not names:
            return (await self._default() or await self._only_one_with_traces(),)
        known = await self._known() if len(names) > MAX_SINGLY else {}
        found = [known.get(one.strip()) or await self.find(one) for one in names]
        return tuple({one.experiment_id: one for one in found}.values())

    async def _names_in(self, text: str) -> list[str]:
        """The one name, which may hold commas itself, or the several that commas join."""
        if "," not in text or await self._by_name(text.strip()):
            return [text]
        return [part for part in text.split(",") if part.strip()]

    async def likely(self, named: str | None) -> tuple[Experiment, ...]:
        """Where to look for suggestions: in the one named, or the default, or all that may be seen."""
        if named:
            return (await self.find(named),)
        default = await self._default()
        return (default,) if default else (await self.visible())[:AT_ONCE]

    async def _default(self) -> Experiment | None:
        """The configured one. A caller with rights of its own who may not see it is not told of it."""
        if not self.settings.experiment:
            return None
        try:
            return await self.find(self.settings.experiment)
        except ExperimentNotFoundError:
            if self.caller.experiments is None and self.caller.mlflow_authorization is None:
                raise
            return None

    async def holding(self, matching: Clause, what: str) -> tuple[Experiment, ...]:
        """The experiments that hold traces which match the clause, up to MAX_LISTED.

        Raises NotFoundError when none does; `what` names in it what was looked for.
        """
        found = await self.with_traces(MAX_LISTED, matching)
        if not found:
            count = len(await self.visible())
            raise NotFoundError(
                f"No experiment holds traces of {what}; looked in {count}.",
                "Check the id, or search one experiment without it.",
            )
        return tuple(experiment for experiment, _ in found)

    async def _known(self) -> dict[str, Experiment]:
        """By name and by id what may be seen of the store; an id goes before a name of digits."""
        seen = await self.visible()
        return {one.name: one for one in seen} | {one.experiment_id: one for one in seen}

    async def find(self, requested: str) -> Experiment:
        """The experiment with this id, name or UI link. Raises ExperimentNotFoundError."""
        text = requested.strip()
        if link := _LINK.search(text):
            text = link[1]
        # Digits are an id first: that is what MLflow's own tools show. A name may consist of digits too, also one that
        # is the id of an experiment which may not be seen.
        found = await self._by_id(text) if text.isdigit() else None
        found = found or await self._by_name(text)
        if found is None:
            raise await self._not_found(text)
        return found

    async def visible(self) -> tuple[Experiment, ...]:
        """All experiments the client may see, the most recently updated first, up to MAX_KNOWN of the store."""
        experiments = await self.gateway.search_experiments(MAX_KNOWN)
        return tuple(experiment for experiment in experiments if self.allows(experiment))

    @property
    def limited(self) -> bool:
        """Whether there is anything that may not be seen."""
        return bool(self.settings.experiments) or self.caller.experiments is not None

    def allows(self, experiment: Experiment) -> bool:
        own = self.caller.experiments
        server_shows = not self.settings.experiments or _names_it(self.settings.experiments, experiment)
        return server_shows and (own is None or _names_it(own, experiment))

    async def may_see(self, info: TraceInfo) -> bool:
        """Whether the trace lies in an experiment that exists for the client."""
        return await self.sees(info.experiment_id)

    async def sees(self, experiment_id: str) -> bool:
        """Whether the experiment exists for the client."""
        return not self.limited or await self._by_id(experiment_id) is not None

    async def _by_id(self, experiment_id: str) -> Experiment | None:
        return await self._told("id", experiment_id, lambda: self.gateway.get_experiment(experiment_id))

    async def _by_name(self, name: str) -> Experiment | None:
        return await self._told("name", name, lambda: self.gateway.get_experiment_by_name(name))

    async def _told(self, by: str, which: str, ask: Callable[[], Awaitable[Experiment]]) -> Experiment | None:
        """Where anything is hidden, each is asked for: what is hidden must take as long as what does not exist."""
        with suppress(ExperimentNotFoundError):
            if self.limited:
                found = await ask()
                return found if self.allows(found) else None
            return await self.known.get((self.caller.mlflow_user, by, which), ask)
        return None

    async def _only_one_with_traces(self) -> Experiment:
        with_traces = await self.with_traces(MAX_LISTED)
        if len(with_traces) == 1:
            return with_traces[0][0]
        if not with_traces:
            raise ExperimentRequiredError(
                "No `experiment` was given, and none in this store has traces yet.",
                f"Known experiments: {_names(await self.visible())}.",
            )
        listed = "; ".join(
            f"{_short_name(experiment)} (id {experiment.experiment_id}, last trace {iso_utc(last.request_time_ms)})"
            for experiment, last in with_traces
        )
        more = " and more" if len(with_traces) == MAX_LISTED else ""
        raise ExperimentRequiredError(
            "No `experiment` was given, and several have traces.",
            f"Call again with `experiment` set to one, by id or name (or a list): {listed}{more}.",
        )

    async def with_traces(self, limit: int, matching: Clause | None = None) -> list[tuple[Experiment, TraceInfo]]:
        """Up to `limit` experiments that hold (matching) traces, each with its newest such, the latest first."""
        visible = await self.visible()
        found: list[tuple[Experiment, TraceInfo]] = []
        for start in range(0, len(visible), AT_ONCE):
            found += await self._with_traces(visible[start : start + AT_ONCE], limit, matching)
        return sorted(found, key=lambda one: -one[1].request_time_ms)[:limit]

    async def _with_traces(
        self, experiments: Sequence[Experiment], limit: int, matching: Clause | None
    ) -> list[tuple[Experiment, TraceInfo]]:
        remaining = {experiment.experiment_id: experiment for experiment in experiments}
        clauses = () if matching is None else (matching,)
        found: list[tuple[Experiment, TraceInfo]] = []
        while remaining and len(found) < limit:
            page = await self.gateway.search_traces(TraceQuery(tuple(remaining), clauses, limit=1))
            if not page.traces:
                break
            newest = page.traces[0]
            found.append((remaining.pop(newest.experiment_id), newest))
        return found

    async def _not_found(self, text: str) -> ExperimentNotFoundError:
        known = await self.visible()
        close = get_close_matches(text.lower(), [experiment.name.lower() for experiment in known], n=3, cutoff=0.5)
        nearest = [experiment for experiment in known if experiment.name.lower() in close]
        message = f"No experiment {text!r} in this store."
        did_you_mean = f"Did you mean {_names(nearest)}? " if nearest else ""
        return ExperimentNotFoundError(message, f"{did_you_mean}Known experiments: {_names(known)}.")


def _names_it(allowed: Sequence[str], experiment: Experiment) -> bool:
    # Digits allow an id only, so that nobody gets in by naming an experiment after an allowed id.
    by_name = not experiment.name.isdigit() and experiment.name in allowed
    return experiment.experiment_id in allowed or by_name


def _short_name(experiment: Experiment) -> str:
    return repr(cut(experiment.name, MAX_NAME))


def _names(experiments: Sequence[Experiment]) -> str:
    names = [f"{_short_name(experiment)} (id {experiment.experiment_id})" for experiment in experiments[:MAX_LISTED]]
    more = len(experiments) - len(names)
    return (", ".join(names) or "none") + (f" and {more} more" if more > 0 else "")
