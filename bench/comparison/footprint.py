"""What a server weighs: its memory after some calls, and the list of tools that each client is sent."""

import json
from collections.abc import Iterator, Sequence

from bench.comparison.measure import Bound, Measure, Row
from bench.comparison.stores import Form, Place
from bench.comparison.subjects import MCP_RUN, MlflowMcpRun, Ours, Trio

ROWS = 20

CATALOG = Measure(
    "`tools/list` characters",
    "",
    "The tools as a client receives them, as JSON without spaces.",
    (Bound(MCP_RUN, 0.45),),
)
MEMORY = Measure(
    "memory after {} calls",
    "MB",
    f"Resident memory of the process and its children after so many calls: a search of {ROWS}, get_trace, and so on.",
    (Bound(MCP_RUN, 0.4, ("SQLite",)), Bound(MCP_RUN, 0.35, ("server",))),
)
MEASURES = (CATALOG, MEMORY)


def measure_footprint(place: Place, form: Form, trio: Trio) -> Iterator[Row]:
    servers = (trio.ours, trio.mcp_run)
    yield from CATALOG.rows(place, {one.name: [_catalog_characters(one)] for one in servers})
    yield from measure_memory(place, form, servers)


def measure_memory(place: Place, form: Form, servers: Sequence[Ours | MlflowMcpRun]) -> Iterator[Row]:
    yield from MEMORY.rows(place, {one.name: [_memory_mb(one, place, form.calls)] for one in servers}, form.calls)


def _catalog_characters(server: Ours | MlflowMcpRun) -> int:
    return len(json.dumps(server.ask("tools/list", {})["tools"], separators=(",", ":"), ensure_ascii=False))


def _memory_mb(server: Ours | MlflowMcpRun, place: Place, calls: int) -> float:
    for number in range(calls // 2):
        server.search(ROWS)
        server.get_trace(place.holds.newest[number % len(place.holds.newest)])
    return server.resident_mb()
