"""Why a search found nothing: which condition removed everything, what it may have meant, and when traces last came."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from mcp_traces.filters.compiler import Clause, CompiledFilter, Conditions
from mcp_traces.filters.explain import clause_text
from mcp_traces.filters.parser import parse_filter
from mcp_traces.filters.times import iso_utc
from mcp_traces.records import TraceInfo, TraceQuery
from mcp_traces.shaping.text import cut
from mcp_traces.tools.sampling import read_spans
from mcp_traces.tools.side_by_side import side_by_side
from mcp_traces.tools.state import AppState
from mcp_traces.tools.suggestions import Seen, suggestion, wanted_by

MAX_PROBES = 8
"""Searches for one row each; more conditions than these are not relaxed one by one."""

SAMPLE = 200
"""Newest traces whose values are compared with one that was not found."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was searched, to be looked into once it found nothing."""

    state: AppState
    experiment_ids: tuple[str, ...]
    compiled: CompiledFilter
    conditions: Conditions

    async def notes(self) -> list[str]:
        newest = await self._newest(())
        if newest is None:
            return ["There are no traces here at all."]
        notes = [f"Nothing matches; the newest trace here began at {iso_utc(newest.request_time_ms)}."]
        clauses = tuple(_parts(self.compiled.clauses))
        if not 0 < len(clauses) <= MAX_PROBES:
            return notes
        blamed = [clause for clause, found in (await self._relaxed(clauses)).items() if found is not None]
        notes += [f"Without {clause.argument} ({cut(clause.text, 150)}) there are matches." for clause in blamed]
        if not blamed and len(clauses) > 1:
            notes.append("No single condition is to blame: leaving out any one of them finds nothing either.")
        return [*notes, *await self._suggestions(blamed or list(clauses))]

    async def _newest(self, clauses: Iterable[Clause]) -> TraceInfo | None:
        text = " AND ".join(clause.text for clause in clauses) or None
        page = await self.state.gateway.search_traces(TraceQuery(self.experiment_ids, text, limit=1))
        return page.traces[0] if page.traces else None

    async def _relaxed(self, clauses: tuple[Clause, ...]) -> dict[Clause, TraceInfo | None]:
        """For each clause, the newest trace that matches all the others."""
        others = [[one for one in clauses if one is not clause] for clause in clauses] if len(clauses) > 1 else []
        found = await side_by_side([partial(self._newest, left) for left in others])
        return dict(zip(clauses, found or [None] * len(clauses), strict=True))

    async def _suggestions(self, clauses: list[Clause]) -> list[str]:
        asked = [one for clause in clauses if (one := wanted_by(clause, self.conditions))]
        if not asked:
            return []
        page = await self.state.gateway.search_traces(TraceQuery(self.experiment_ids, limit=SAMPLE))
        about_spans = any(argument in ("span_name", "span_type") for argument, _ in asked)
        spans = await read_spans(self.state.gateway, page.traces) if about_spans else ()
        clean = self.state.cleaner
        seen = Seen(tuple(map(clean.info, page.traces)), clean.spans(spans))
        return [note for argument, value in asked if (note := suggestion(argument, value, seen))]


def _parts(clauses: Iterable[Clause]) -> Iterator[Clause]:
    """The same with each clause of a written filter by itself."""
    for clause in clauses:
        if clause.argument == "filter":
            yield from (Clause("filter", clause_text(part)) for part in parse_filter(clause.text).clauses)
        else:
            yield clause
