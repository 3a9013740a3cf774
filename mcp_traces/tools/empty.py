"""Why a search found nothing: which condition removed everything, what it may have meant, and when traces last came."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

import anyio

from mcp_traces.filters.compiler import Clause, CompiledFilter, Conditions
from mcp_traces.filters.times import iso_utc
from mcp_traces.records import TraceInfo, TraceQuery
from mcp_traces.shaping.text import cut
from mcp_traces.store.gateway import TraceGateway

MAX_PROBES = 8
"""Searches for one row each; more conditions than these are not relaxed one by one."""

SAMPLE = 200
"""Newest traces whose values are compared with one that was not found."""

MAX_VALUE = 60


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was searched, to be looked into once it found nothing."""

    gateway: TraceGateway
    experiment_ids: tuple[str, ...]
    compiled: CompiledFilter
    conditions: Conditions

    async def notes(self) -> list[str]:
        newest = await self._newest(())
        if newest is None:
            return ["There are no traces here at all."]
        notes = [f"Nothing matches; the newest trace here began at {iso_utc(newest.request_time_ms)}."]
        clauses = self.compiled.clauses
        if not 0 < len(clauses) <= MAX_PROBES:
            return notes
        blamed = [clause for clause, found in (await self._relaxed(clauses)).items() if found is not None]
        notes += [f"Without {clause.argument} ({cut(clause.text, 150)}) there are matches." for clause in blamed]
        if not blamed and len(clauses) > 1:
            notes.append("No single condition is to blame: leaving out any one of them finds nothing either.")
        return [*notes, *await self._suggestions(blamed or list(clauses))]

    async def _newest(self, clauses: Iterable[Clause]) -> TraceInfo | None:
        text = " AND ".join(clause.text for clause in clauses) or None
        page = await self.gateway.search_traces(TraceQuery(self.experiment_ids, text, limit=1))
        return page.traces[0] if page.traces else None

    async def _relaxed(self, clauses: tuple[Clause, ...]) -> dict[Clause, TraceInfo | None]:
        """For each clause, the newest trace that matches all the others."""
        found: dict[Clause, TraceInfo | None] = dict.fromkeys(clauses)

        async def probe(left_out: Clause) -> None:
            found[left_out] = await self._newest(clause for clause in clauses if clause is not left_out)

        if len(clauses) > 1:
            async with anyio.create_task_group() as tasks:
                for clause in clauses:
                    tasks.start_soon(probe, clause)
        return found

    async def _suggestions(self, clauses: list[Clause]) -> list[str]:
        wanted = [(clause.argument, value) for clause in clauses if (value := self._value(clause.argument))]
        if not wanted:
            return []
        page = await self.gateway.search_traces(TraceQuery(self.experiment_ids, limit=SAMPLE))
        notes: list[str] = []
        for argument, value in wanted:
            known = {seen for info in page.traces if (seen := _READERS[argument.partition(".")[0]](info, argument))}
            close = get_close_matches(value, known - {value}, n=1, cutoff=0.5)
            if value not in known and close:
                notes.append(
                    f"{argument} {cut(value, MAX_VALUE)!r} has none; did you mean {cut(close[0], MAX_VALUE)!r}?"
                )
        return notes

    def _value(self, argument: str) -> str | None:
        name, _, key = argument.partition(".")
        if name not in _READERS:
            return None
        given = getattr(self.conditions, name)
        return given.get(key) if name in ("tags", "metadata") else given


_READERS: dict[str, Callable[[TraceInfo, str], str | None]] = {
    "name": lambda info, _: info.name,
    "session_id": lambda info, _: info.session_id,
    "user_id": lambda info, _: info.user_id,
    "tags": lambda info, argument: info.tags.get(argument.partition(".")[2]),
    "metadata": lambda info, argument: info.trace_metadata.get(argument.partition(".")[2]),
}
"""How to read from a trace what each argument compares with."""
