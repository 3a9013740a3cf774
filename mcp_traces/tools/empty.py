"""Why a search found nothing: which condition removed everything, what it may have meant, and when traces last came."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import anyio

from mcp_traces.errors import TraceNotFoundError
from mcp_traces.filters.compiler import Clause, CompiledFilter, Conditions
from mcp_traces.filters.times import iso_utc
from mcp_traces.records import Span, TraceInfo, TraceQuery
from mcp_traces.shaping.text import cut
from mcp_traces.store.gateway import TraceGateway
from mcp_traces.tools.suggestions import SUGGESTED, Seen, suggestion

MAX_PROBES = 8
"""Searches for one row each; more conditions than these are not relaxed one by one."""

SAMPLE = 200
"""Newest traces whose values are compared with one that was not found."""

TRACES_READ = 5
MAX_SPANS = 500
"""So many of them are read for the names and types of their spans, and none that has more spans than these."""


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
        arguments = [clause.argument for clause in clauses]
        if not any(argument.partition(".")[0] in SUGGESTED for argument in arguments):
            return []
        page = await self.gateway.search_traces(TraceQuery(self.experiment_ids, limit=SAMPLE))
        spans = await self._spans(page.traces) if {"span_name", "span_type"} & set(arguments) else ()
        seen = Seen(page.traces, spans)
        return [note for argument in arguments if (note := suggestion(argument, self.conditions, seen))]

    async def _spans(self, infos: Sequence[TraceInfo]) -> tuple[Span, ...]:
        """Those of the newest few traces that are not large."""
        small = [info for info in infos if (info.span_count or 0) <= MAX_SPANS][:TRACES_READ]
        spans: list[Span] = []
        for info in small:
            with suppress(TraceNotFoundError):  # deleted meanwhile
                spans += (await self.gateway.get_trace(info.trace_id)).spans
        return tuple(spans)
