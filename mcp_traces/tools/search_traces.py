"""search_traces: typed arguments in, one page of trace rows out."""

from typing import Annotated, Literal

from pydantic import Field

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.compiler import Conditions
from mcp_traces.results import SearchTracesResult
from mcp_traces.tools.group_members import members_of
from mcp_traces.tools.params import (
    AnyFailed,
    AtLeast,
    Cost,
    Cursor,
    Experiments,
    GroupOf,
    Names,
    OrderBy,
    Status,
    Text,
    Texts,
    Values,
)
from mcp_traces.tools.search_page import SearchRequest, search_page
from mcp_traces.tools.select import MAX_LIMIT, select_page
from mcp_traces.tools.state import ToolContext, state_of

TITLE = "Search traces"
MAX_ROWS = 100
"""Of rows; a table may have more."""


async def search_traces(
    context: ToolContext,
    experiment: Experiments = None,
    filter: Annotated[str | None, Field(description="MLflow filter, joined by AND; see describe_filter_syntax")] = None,
    status: Annotated[Status, Field(description="of the root")] = None,
    has_error: Annotated[AnyFailed, Field(description="any span failed, also under an OK root")] = None,
    name: Annotated[Text | None, Field(description="trace name")] = None,
    run_id: Annotated[Text | None, Field(description="MLflow run; enough without experiment")] = None,
    model_id: Text | None = None,
    session_id: Text | None = None,
    user_id: Text | None = None,
    prompt: Annotated[str | None, Field(description="linked prompt, name/version")] = None,
    text: Annotated[Text | None, Field(description="words in span content, any case")] = None,
    since: Annotated[Text | None, Field(description="ISO 8601 (UTC unless zoned), age (30m, 2h, 7d), epoch ms")] = None,
    until: Annotated[Text | None, Field(description="like since; exclusive")] = None,
    min_duration_ms: Annotated[AtLeast, Field(description="0: any")] = None,
    max_duration_ms: Annotated[AtLeast, Field(description="0: any")] = None,
    tags: Annotated[Texts, Field(description="exact values: name=value, joined by commas, or JSON")] = None,
    metadata: Annotated[Texts, Field(description="like tags")] = None,
    feedback: Annotated[Values, Field(description="like tags, by feedback name")] = None,
    expectation: Annotated[Values, Field(description="like tags, by expectation name")] = None,
    failed_judge: Annotated[Text | None, Field(description="scorer that gave an error, no value; *: any")] = None,
    span_name: Text | None = None,
    span_type: Annotated[Text | None, Field(description="LLM, TOOL, RETRIEVER, AGENT, ...")] = None,
    min_span_duration_ms: AtLeast = None,
    min_tokens: AtLeast = None,
    min_cost: Annotated[Cost, Field(description="USD")] = None,
    group: Annotated[GroupOf, Field(description="JSON, as where of summarize_traces shows it")] = None,
    select: Annotated[
        Names,
        Field(
            description="columns, for a table in place of traces: 'request_time,status'. Fields of a trace, tags.K, "
            "feedback.N, or of the spans that the conditions on spans name: span.name, span.duration_ms, span.error, "
            "span.inputs.PATH, span.outputs.PATH, span.attributes.KEY"
        ),
    ] = None,
    order_by: OrderBy = "newest",
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="100; 500 with select")] = 20,
    cursor: Cursor = None,
    detail: Annotated[
        Literal["concise", "detailed", "overview", "conversation"],
        Field(
            description="detailed adds tags, metadata, rationales, url, sizes, longer previews; overview, "
            "conversation: get_trace's view of up to 10 traces, each message of a session once"
        ),
    ] = "concise",
) -> SearchTracesResult:
    """Find MLflow traces. Start here when you do not have a trace id; then open one with get_trace.

    All arguments are optional and joined by AND. Give what you know: status or has_error for failures,
    min_duration_ms or order_by='slowest' for slowness, session_id or user_id for one conversation or person,
    since for time, text for words. text, span_name, span_type and min_span_duration_ms (and span.* in filter) are
    about one and the same span; has_error is about any span. Rows are summaries; select returns a table instead,
    for many traces or the spans of one kind. The result says what ran (applied) and, if there is more, next_cursor;
    pages hold still while new traces arrive.
    """
    state = state_of(context)
    conditions = Conditions(
        status=status,
        has_error=has_error,
        name=name,
        run_id=run_id,
        model_id=model_id,
        session_id=session_id,
        user_id=user_id,
        prompt=prompt,
        text=text,
        min_duration_ms=min_duration_ms,
        max_duration_ms=max_duration_ms,
        tags=tags or {},
        metadata=metadata or {},
        feedback=feedback or {},
        expectation=expectation or {},
        failed_judge=failed_judge,
        span_name=span_name,
        span_type=span_type,
        min_span_duration_ms=min_span_duration_ms,
        min_tokens=min_tokens,
        min_cost=min_cost,
        filter=filter,
    )
    if limit > MAX_ROWS and not select:
        raise InvalidArgumentError(
            f"`limit` is {limit}; without `select` it is at most {MAX_ROWS}.",
            f"Use limit={MAX_ROWS} and next_cursor, or a table: select='trace_id,request_time,status', limit={limit}.",
        )
    if detail == "conversation" and order_by not in ("newest", "oldest"):
        raise InvalidArgumentError("detail='conversation' shows traces in order of time.", "Leave order_by out.")
    request = SearchRequest(
        conditions=conditions,
        experiments=tuple(experiment or ()),
        since=since,
        until=until,
        order_by="oldest" if detail == "conversation" else order_by,
        limit=limit,
        detailed=detail == "detailed",
        view=detail if detail in ("overview", "conversation") else None,
        group=members_of(state, group) if group else None,
        select=tuple(select or ()),
    )
    if select and request.view:
        raise InvalidArgumentError(f"`select` is a table, detail={detail!r} shows whole traces.", "Give one of them.")
    if select:
        return await select_page(state, request, cursor)
    return await search_page(state, request, cursor)
