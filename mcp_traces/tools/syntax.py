"""The grammar table as an agent needs it, for the store in use."""

from mcp_traces.filters.grammar import FIELDS, MAX_CLAUSES, ORDER_KEYS, REMAPPED_KEYS, Field
from mcp_traces.records import StoreInfo
from mcp_traces.shaping.text import compact
from mcp_traces.syntax_results import FieldHelp, FilterSyntaxResult

RULES = (
    "Clauses are joined by AND only. There is no OR, NOT or parenthesis: for several values use IN or "
    "RLIKE '^(a|b)$', or search once for each.",
    "Text goes in single quotes; in double quotes when it holds a single quote. There is no escape. "
    "Numbers go without quotes.",
    "Times are epoch milliseconds; the arguments since and until take ISO 8601 and ages such as 2h.",
    "Fields are lower case; operators may be written in either case. LIKE and RLIKE mind case, ILIKE does not.",
    "Session: metadata.`mlflow.trace.session`; user: metadata.`mlflow.trace.user`; run: metadata.`mlflow.sourceRun`; "
    "logged model: metadata.`mlflow.modelId`. The arguments session_id, user_id, run_id, model_id do the same.",
    f"Keys that MLflow searches as something else, whatever stands before them: {', '.join(sorted(REMAPPED_KEYS))}.",
    f"At most {MAX_CLAUSES} clauses.",
)


def store_name(store: StoreInfo) -> str:
    return f"{store.kind}, MLflow {store.mlflow_version}"


def syntax_of(store: StoreInfo, max_chars: int) -> FilterSyntaxResult:
    """The whole table in at most `max_chars` characters; with less room, less of each row."""
    result = FilterSyntaxResult(
        store=store_name(store),
        fields=[_help(field) for field in FIELDS],
        rules=list(RULES),
        order_by=[*ORDER_KEYS, "tag.<key>", "metadata.<key>"],
        notes=_store_notes(store),
    )
    if len(compact(result.model_dump(mode="json"))) <= max_chars:
        return result
    short = [row.model_copy(update={"meaning": "", "trap": None, "value": ""}) for row in result.fields]
    note = "Shortened to the configured budget (MCP_TRACES_MAX_CHARS): meanings, traps and rules are left out."
    return result.model_copy(update={"fields": short, "rules": [], "order_by": [], "notes": [note]})


def _help(field: Field) -> FieldHelp:
    return FieldHelp(
        field=field.name,
        operators=list(field.operators),
        value=field.value,
        example=field.example,
        meaning=field.meaning,
        trap=field.trap,
    )


def _store_notes(store: StoreInfo) -> list[str]:
    notes = {
        "sqlite": "ILIKE folds ASCII letters only. A wrong regular expression finds nothing.",
        "postgresql": "In LIKE a backslash is an escape character. Regular expressions are PostgreSQL's.",
        "mssql": "RLIKE is not available.",
        "databricks": "The workspace's own grammar applies; fields may differ.",
        "file": "File stores have no span, text, feedback or expectation fields.",
    }
    return [notes[store.kind]] if store.kind in notes else []
