"""Searches for the members of a group of summarize_traces, as its `where` names it."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from mcp_traces.records import Json
from mcp_traces.shaping.group_table import shown_value
from mcp_traces.tools.counting import values_by_trace
from mcp_traces.tools.groupings import GroupAsked, parse_group, shown_values
from mcp_traces.tools.search_page import Group, Search
from mcp_traces.tools.second_look import BATCH, Checked, in_batches, is_same
from mcp_traces.tools.state import AppState


def members_of(state: AppState, given: Mapping[str, Json]) -> Group:
    """The group that `where` of a summary names. Raises InvalidArgumentError."""
    asked = parse_group(given)
    return Group(given, asked.clauses, _Members(state, asked).check)


@dataclass(frozen=True, slots=True)
class _Members:
    """Checks each trace found for being in the group, by counting it as the summary does."""

    state: AppState
    asked: GroupAsked

    async def check(self, search: Search, rows: AsyncGenerator[Checked, None]) -> AsyncGenerator[Checked, None]:
        """The rows, of which only members match."""
        async with aclosing(rows), aclosing(in_batches(rows, BATCH)) as batches:
            async for batch in batches:
                for checked in await self._check(search, batch):
                    yield checked

    async def _check(self, search: Search, rows: Sequence[Checked]) -> list[Checked]:
        infos = [one.row.info for one in rows if one.matches]
        found = await values_by_trace(self.state, search, self.asked.groupings, infos) if infos else {}
        return [
            Checked(one.row, one.matches and self._is_member(search, found.get(one.row.info.trace_id, [])))
            for one in rows
        ]

    def _is_member(self, search: Search, recorded: Sequence[tuple[object, ...]]) -> bool:
        names = {one.experiment_id: one.name for one in search.experiments}
        shown = shown_values(self.asked.groupings, recorded, self.state.cleaner, names)  # pyright: ignore
        without = self.asked.without or ()
        return any(
            self._is_same(one, self.asked.values) and not any(self._is_same(one, other) for other in without)
            for one in shown
        )

    def _is_same(self, held: tuple[Json, ...], wanted: tuple[Json, ...]) -> bool:
        """Also where `wanted` was cut to be shown, or stands for any value."""
        by_name = zip(self.asked.groupings, held, wanted, strict=True)
        return all(
            self.asked.is_any(other) or is_same(value, other) or is_same(shown_value(one.name, value), other)
            for one, value, other in by_name
        )
