"""Why a search found nothing: which condition removed everything, what it may have meant, and when traces last came."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from mcp_traces.filters.clause import HAS_ERROR, Clause, mlflow_text
from mcp_traces.filters.compiler import clause
from mcp_traces.filters.grammar import field_named
from mcp_traces.filters.versions import why_not
from mcp_traces.records import SPANS_IN_DATABASE, SPANS_LOCATION_TAG, TraceInfo
from mcp_traces.shaping.text import cut
from mcp_traces.side_by_side import side_by_side
from mcp_traces.store.gateway import TraceQuery
from mcp_traces.times import iso_utc
from mcp_traces.tools.sampling import read_spans
from mcp_traces.tools.state import AppState
from mcp_traces.tools.suggestions import MAX_VALUE, Seen, suggestion, wanted_by

MAX_PROBES = 8
"""Searches for one row each; more conditions than these are not relaxed one by one."""

SAMPLE = 200
"""Newest traces whose values are compared with one that was not found."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was searched, to be looked into once it found nothing."""

    state: AppState
    experiment_ids: tuple[str, ...]
    clauses: tuple[Clause, ...]
    any_of: tuple[tuple[Clause, ...], ...] = ()

    async def notes(self) -> list[str]:
        newest = await self._newest((), ())
        if newest is None:
            return ["There are no traces here at all."]
        notes = [f"Nothing matches; the newest trace here began at {iso_utc(newest.request_time_ms)}."]
        is_database = self.state.gateway.is_database
        clauses = tuple(one for one in self.clauses if is_database or mlflow_text(one) is not None)
        if not 0 < len(clauses) <= MAX_PROBES:
            return notes
        blamed = [one for one, found in (await self._relaxed(clauses)).items() if found is not None]
        notes += [f"Without {one.argument} ({cut(str(one), 150)}) there are matches." for one in blamed]
        if not blamed and len(clauses) > 1:
            notes.append("No single condition is to blame: leaving out any one of them finds nothing either.")
        return [*notes, *await self._seen_notes(blamed or list(clauses))]

    async def _newest(self, clauses: tuple[Clause, ...], any_of: tuple[tuple[Clause, ...], ...]) -> TraceInfo | None:
        query = TraceQuery(self.experiment_ids, clauses, limit=1, any_of=any_of)
        page = await self.state.gateway.search_traces(query)
        return page.traces[0] if page.traces else None

    async def _relaxed(self, clauses: tuple[Clause, ...]) -> dict[Clause, TraceInfo | None]:
        """For each clause, the newest trace that matches all the others."""
        if len(clauses) == 1 and not self.any_of:  # the others are none, and there are traces
            return {clauses[0]: None}
        others = [tuple(one for one in clauses if one is not left_out) for left_out in clauses]
        found = await side_by_side([partial(self._newest, left, self.any_of) for left in others])
        return dict(zip(clauses, found, strict=True))

    async def _seen_notes(self, clauses: Sequence[Clause]) -> list[str]:
        """What the newest traces say of these clauses."""
        asked = [wanted for one in clauses if (wanted := wanted_by(one))]
        # A database counts the traces outside of it itself.
        about_spans = not self.state.gateway.is_database and any(
            one.is_of_spans or one.field is HAS_ERROR for one in self.clauses
        )
        if not (asked or about_spans):
            return []
        page = await self.state.gateway.search_traces(TraceQuery(self.experiment_ids, limit=SAMPLE))
        suggestions = await self._suggestions(clauses, asked, page.traces) if asked else []
        return [*suggestions, *(_outside(page.traces) if about_spans else [])]

    async def _suggestions(
        self, clauses: Sequence[Clause], asked: Sequence[tuple[str, Any]], newest: Sequence[TraceInfo]
    ) -> list[str]:
        names_spans = any(argument in ("span_name", "span_type") for argument, _ in asked)
        spans = await read_spans(self.state.gateway, newest) if names_spans else ()
        clean = self.state.cleaner
        seen = Seen(tuple(map(clean.info, newest)), clean.spans(spans))
        notes = [note for argument, value in asked if (note := suggestion(argument, value, seen))]
        return [*notes, *[note for one in clauses if (note := await self._not_stored(one, seen))]]

    async def _not_stored(self, condition: Clause, seen: Seen) -> str | None:
        """That names or types were not stored where searches look for them: OpenTelemetry's exporters send a type as an
        attribute of the span, and no name of the trace (mlflow#24237)."""
        argument, value = wanted_by(condition) or ("", "")
        if argument == "name" and (nameless := sum(info.stored_name is None for info in seen.infos)):
            note = f"{nameless} of the newest {len(seen.infos)} traces have no stored name, as OpenTelemetry sends none"
            return f"{note}; {await self._by_span_name(str(value))}."
        if argument == "span_type":
            names = sorted({span.name for span in seen.spans if span.span_type == value})
            if names and await self._newest((condition,), ()) is None:
                return (
                    f"No span has {value!r} as its stored type. Spans of recent traces have it as an attribute, as "
                    f"OpenTelemetry sends it; span_name finds them, such as {cut(names[0], MAX_VALUE)!r}."
                )
        return None

    async def _by_span_name(self, name: str) -> str:
        """Whether the root's name, which is then the trace's, finds anything."""
        span_name = field_named("span.name")
        assert span_name is not None
        if reason := why_not(await self.state.gateway.store_info(), span_name, "="):
            return f"by the name of a span they could be found, but {reason}"
        if await self._newest((clause("span.name", "=", name),), ()):
            return f"span_name={cut(name, MAX_VALUE)!r} finds traces"
        return "span_name finds traces by the names of their spans"


def _outside(newest: Sequence[TraceInfo]) -> list[str]:
    """That a server does not search the spans of these traces: it keeps them as artifacts."""
    outside = sum(info.tags.get(SPANS_LOCATION_TAG) != SPANS_IN_DATABASE for info in newest)
    if not outside:
        return []
    return [
        f"{outside} of the newest {len(newest)} traces keep their spans as artifacts (MLflow before 3.5, or archived), "
        "which the server does not search. get_trace reads them."
    ]
