"""query_traces: one SELECT over the traces that a search finds, loaded into tables in memory."""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Annotated, Any

import anyio
from anyio import to_thread
from pydantic import Field

from mcp_traces.errors import InvalidArgumentError, TracesError
from mcp_traces.filters.compiler import Conditions
from mcp_traces.query.child import KEYS
from mcp_traces.query.dialect import Statement, statement_error
from mcp_traces.query.sandbox import Reply, Sandbox, SandboxGoneError
from mcp_traces.query.traps import traps, whole_quotients
from mcp_traces.results import QueryTracesResult
from mcp_traces.shaping.hidden import visible_value
from mcp_traces.shaping.tables import TABLES, TableName, columns_of
from mcp_traces.shaping.text import compact
from mcp_traces.times import iso_utc
from mcp_traces.tools.empty import Diagnosis
from mcp_traces.tools.params import Experiments, MaxChars
from mcp_traces.tools.search_page import Search, SearchRequest, applied, prepared
from mcp_traces.tools.state import AppState, ToolContext, state_of
from mcp_traces.tools.table_loading import Loaded, Loader

TITLE = "Query traces"
MAX_CHARS = 6_000
RESERVED_CHARS = 500
"""Room for what is known once the rows are: masks and notes."""

LOADING_SHARE, ENDING_SHARE, KILLING_SHARE = 0.6, 0.9, 0.95
"""Of a call's time: by when tables are loaded, and by when the statement ends, or its process where it does not."""

_COLUMNS = {table: columns_of(table) for table in TABLES}


async def query_traces(
    context: ToolContext,
    sql: Annotated[str, Field(description="one SELECT, CTEs and window functions included")],
    experiment: Experiments = None,
    since: Annotated[str | None, Field(description="traces from then on: 24h, 7d, today, 2026-11-20T14:30:00Z")] = None,
    until: Annotated[str | None, Field(description="and before then")] = None,
    filter: Annotated[str | None, Field(description="only these traces: a filter of search_traces")] = None,
    span_name: Annotated[str | None, Field(description="only spans of this name, and their traces")] = None,
    max_chars: MaxChars = None,
) -> QueryTracesResult:
    """Answer any other question about MLflow traces with one SELECT (SQLite's dialect).

    traces(trace_id,experiment,name,status,time,time_ms,duration_ms,session_id,user_id,run_id,model_id,prompt,request,
    response,input_tokens,output_tokens,total_tokens,cached_tokens,cost,span_count,error,tags,metadata)
    spans(trace_id,span_id,parent_id,depth,name,type,status,time_ms,start_ms,duration_ms,self_ms,model,provider,
    input_tokens,output_tokens,cost,finish_reason,error_type,error_message,error_group,inputs,outputs,attributes)
    assessments(trace_id,span_id,name,kind,value,number,source,rationale,error,valid,time)
    messages(trace_id,span_id,position,role,text,tool)

    JSON: tags->>'env', attributes->>'key', inputs->>'$.a[0]'. Added: percentile(x, 95), median(x), x REGEXP 'p',
    bucket(time, '1h'). time is UTC: time >= datetime('now', '-1 day'). number: value as a number (yes: 1). 1.0 * a / b
    divides. Agents repeat tokens of their calls. Example: SELECT name, percentile(duration_ms, 95)
    FROM spans WHERE type = 'TOOL' GROUP BY name
    """
    state = state_of(context)
    statement = Statement(sql)
    statement.refuse_quoted_texts(_COLUMNS)
    request = SearchRequest(
        conditions=Conditions(filter=filter, span_name=span_name),
        experiments=tuple(experiment or ()),
        since=since,
        until=until,
        order_by="newest",
        limit=1,
        detailed=False,
    )
    return await _Query(state, statement, request, min(max_chars or MAX_CHARS, state.settings.max_chars)).result()


class _Query:
    """One call: what the statement reads, the tables, and the rows that fit."""

    def __init__(self, state: AppState, statement: Statement, request: SearchRequest, max_chars: int) -> None:
        self._state, self._statement, self._request, self._max_chars = state, statement, request, max_chars
        self._began = time.monotonic()

    async def result(self) -> QueryTracesResult:
        state = self._state
        caller = repr((state.caller.name, state.caller.mlflow_user))
        async with state.sandboxes.use(caller) as box:
            try:
                reads = self._reads(await self._asked(box, box.prepare, self._statement.text))
                search, notes = await prepared(state, self._request)
                loaded = await self._load(box, search, reads)
                plain = QueryTracesResult(
                    columns=[],
                    rows=[],
                    returned=0,
                    coverage={str(one): loaded.coverage[one] for one in ("traces", *reads) if one in loaded.coverage},
                    applied=applied(search, state.cleaner).model_copy(update={"order_by": []}),
                    notes=[
                        *notes,
                        *self._of_tables(loaded, reads),
                        *visible_value(traps(self._statement, _COLUMNS)),
                    ],
                )
                if reads and not loaded.began_ms:
                    diagnosis = Diagnosis(state, search.experiment_ids, search.clauses, search.any_of)
                    plain.notes += await diagnosis.notes()
                room = self._max_chars - len(compact(plain.model_dump(mode="json"))) - RESERVED_CHARS
                reply = await self._asked(box, box.run, self._statement.text, self._left(ENDING_SHARE), room)
            except SandboxGoneError:
                raise self._too_large() from None
        self._raise_error(reply)
        return plain.model_copy(
            update={
                "columns": visible_value(reply["columns"]),
                "rows": visible_value(reply["rows"]),
                "returned": len(reply["rows"]),
                "more": reply["more"],
                "notes": [*plain.notes, *self._notes(reply, plain)],
            }
        )

    async def _asked(self, box: Sandbox, ask: Callable[..., Reply], *arguments: Any) -> Reply:
        """Some of SQLite's functions, instr() for one, look at no deadline: then the process is ended."""
        with anyio.move_on_after(self._left(KILLING_SHARE)):
            return await to_thread.run_sync(partial(ask, *arguments), abandon_on_cancel=True)
        box.kill()
        raise self._too_slow()

    def _left(self, share: float) -> float:
        """Seconds until this share of the call's time is over."""
        return max(self._began + self._state.settings.timeout_s * share - time.monotonic(), 0.1)

    def _reads(self, reply: Reply) -> dict[TableName, set[str]]:
        self._raise_error(reply)
        found = self._statement.with_joined(reply["reads"], _COLUMNS)
        return {table: found[table] | {*KEYS} & {*_COLUMNS[table]} for table in TABLES if table in found}

    async def _load(self, box: Sandbox, search: Search, reads: Mapping[TableName, set[str]]) -> Loaded:
        if not reads:
            return Loaded("", "")
        loader = Loader(self._state, search, box, reads, self._began + self._state.settings.timeout_s * LOADING_SHARE)
        loaded = await loader.load()
        if self._statement.joins(_COLUMNS):
            await to_thread.run_sync(box.index, [one for one in reads if one != "traces"])
        return loaded

    def _raise_error(self, reply: Reply) -> None:
        if "error" not in reply:
            return
        if reply["error"] == "late":
            raise self._too_slow()
        if reply["error"] == "memory":
            raise self._too_large()
        if reply["error"] == "wide":
            raise InvalidArgumentError(
                f"One row of `sql` takes more than `max_chars`, {self._max_chars:,}.",
                "Select fewer columns, give them short names with AS, or give a larger max_chars.",
            )
        raise statement_error(self._statement, reply, _COLUMNS)

    def _too_slow(self) -> TracesError:
        return InvalidArgumentError(
            f"`sql` did not end within {self._state.settings.timeout_s * ENDING_SHARE:g} s and was stopped.",
            "Narrow it: since, filter or span_name load less; join tables by trace_id; end recursive WITH by LIMIT.",
        )

    def _too_large(self) -> TracesError:
        return InvalidArgumentError(
            "`sql` takes more memory than one statement may.",
            "Narrow it: since, filter or span_name load less; group before you join; select fewer and shorter columns.",
        )

    def _of_tables(self, loaded: Loaded, reads: Mapping[TableName, set[str]]) -> Iterator[str]:
        traces: TableName = "traces"
        yield from dict.fromkeys(note for table in (traces, *reads) for note in loaded.notes.get(table, ()))
        if loaded.spans_since_ms is not None and reads.keys() & {"spans", "messages"}:
            since = iso_utc(loaded.spans_since_ms)
            yield f"Spans were read back to {since} in the time a call may take: with since='{since}' all is read."

    def _notes(self, reply: Reply, plain: QueryTracesResult) -> Iterator[str]:
        yield from visible_value(list(whole_quotients(self._statement, reply["columns"], reply["rows"])))
        if reply["cut_at"]:
            most = reply["cut_at"]
            yield (
                f"{reply['cuts']} values are cut to {most} characters and end in …: substr(x, {most}) reads on, fewer "
                "rows or a larger max_chars show more."
            )
        if reply["more"]:
            shown = len(reply["rows"])
            most = self._state.settings.max_chars
            larger = f"; max_chars={most} shows more at once" if self._max_chars < most else ""
            yield f"{shown} rows fit, and there are more: OFFSET {shown} reads on{larger}."
        if not reply["rows"] and not plain.notes:
            yield "The statement returns no rows: the tables hold no rows for which its conditions are true."
