"""Which of MLflow's tables and columns a database has, and what the missing ones cost.

Databases of MLflow 3.1 to 3.18 differ in where they keep a trace's name, session, tokens and cost, its assessments and
its spans. Nothing here compares versions: what is there is read, what is missing is named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Boolean, ColumnElement, Engine, Float, String, column, table, text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.sql.selectable import NamedFromClause
from sqlalchemy.types import TypeEngine

from mcp_traces.errors import StoreMissingError, StoreUnsupportedError

Column: TypeAlias = ColumnElement[Any]

TOKEN_COLUMNS = (
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "cache_creation_input_tokens_above_1hr",
)
COST_COLUMNS = ("input_cost", "output_cost", "total_cost")
PROMOTED_COLUMNS = ("trace_name", "session_id", *TOKEN_COLUMNS, *COST_COLUMNS)
"""Columns of trace_info since MLflow 3.17, in MLflow's order. Before, these values were tags and metadata; the
migration deletes those rows, and later ones of the same keys are ignored."""

_TEXT, _NUMBER, _FLOAT, _FLAG = String(), BigInteger(), Float(53), Boolean()
_KEY_VALUE: dict[str, TypeEngine[Any]] = {"request_id": _TEXT, "key": _TEXT, "value": _TEXT}
_TABLES: dict[str, dict[str, TypeEngine[Any]]] = {
    "experiments": {
        "experiment_id": _NUMBER,
        "name": _TEXT,
        "artifact_location": _TEXT,
        "lifecycle_stage": _TEXT,
        "last_update_time": _NUMBER,
        "workspace": _TEXT,
    },
    "trace_info": {
        "request_id": _TEXT,
        "experiment_id": _NUMBER,
        "timestamp_ms": _NUMBER,
        "execution_time_ms": _NUMBER,
        "status": _TEXT,
        "client_request_id": _TEXT,
        "request_preview": _TEXT,
        "response_preview": _TEXT,
        "trace_name": _TEXT,
        "session_id": _TEXT,
        **dict.fromkeys(TOKEN_COLUMNS, _NUMBER),
        **dict.fromkeys(COST_COLUMNS, _FLOAT),
    },
    "trace_tags": _KEY_VALUE,
    "trace_request_metadata": _KEY_VALUE,
    "spans": {
        "trace_id": _TEXT,
        "experiment_id": _NUMBER,
        "span_id": _TEXT,
        "parent_span_id": _TEXT,
        "name": _TEXT,
        "type": _TEXT,
        "status": _TEXT,
        "start_time_unix_nano": _NUMBER,
        "end_time_unix_nano": _NUMBER,
        "duration_ns": _NUMBER,
        "content": _TEXT,
    },
    "assessments": {
        "assessment_id": _TEXT,
        "trace_id": _TEXT,
        "experiment_id": _NUMBER,
        "name": _TEXT,
        "assessment_type": _TEXT,
        "value": _TEXT,
        "error": _TEXT,
        "created_timestamp": _NUMBER,
        "last_updated_timestamp": _NUMBER,
        "source_type": _TEXT,
        "source_id": _TEXT,
        "span_id": _TEXT,
        "rationale": _TEXT,
        "overrides": _TEXT,
        "valid": _FLAG,
        "assessment_metadata": _TEXT,
        "aggregate_value": _FLOAT,
        "is_numeric_value": _FLAG,
    },
    "entity_associations": dict.fromkeys(("source_type", "source_id", "destination_type", "destination_id"), _TEXT),
    "runs": {
        "run_uuid": _TEXT,
        "name": _TEXT,
        "status": _TEXT,
        "start_time": _NUMBER,
        "lifecycle_stage": _TEXT,
        "experiment_id": _NUMBER,
    },
    "workspaces": {"name": _TEXT},
}

_NEEDED: dict[str, tuple[str, ...]] = {
    "experiments": ("experiment_id", "name"),
    "trace_info": ("request_id", "experiment_id", "timestamp_ms"),
    "trace_tags": tuple(_KEY_VALUE),
    "trace_request_metadata": tuple(_KEY_VALUE),
    "spans": ("trace_id", "content"),
    "assessments": ("trace_id", "name", "assessment_type", "value"),
    "entity_associations": tuple(_TABLES["entity_associations"]),
    "runs": ("run_uuid", "experiment_id"),
    "workspaces": (),
}
"""A table without one of these columns is of no use, and treated as missing."""

_TABLE_COSTS = {
    "trace_tags": "tags are not shown, and searches by tag fail",
    "trace_request_metadata": "metadata is not shown, and searches by metadata, user or model fail",
    "spans": "spans are read from artifacts, and searches by span, text or has_error find nothing",
    "assessments": "feedback and expectations are not shown, and searches by them fail",
    "entity_associations": "runs and prompts that were linked to a trace afterwards are not found",
    "runs": "runs are not compared",
}
_COLUMN_COSTS = {
    "experiments.artifact_location": "spans that are kept as artifacts are not read",
    "experiments.lifecycle_stage": "deleted experiments are listed too",
    "experiments.last_update_time": "experiments are listed by id",
    "trace_info.execution_time_ms": "durations are not shown, and searches by duration fail",
    "trace_info.status": "the status is not shown, and searches by status fail",
    "trace_info.client_request_id": "request ids of the application are not shown, and searches by them fail",
    "trace_info.request_preview": "requests are shown as far as metadata holds them",
    "trace_info.response_preview": "responses are shown as far as metadata holds them",
    "spans.parent_span_id": "traces without a name of their own are not found by the name of their root span",
    "spans.name": "searches by span name fail",
    "spans.type": "searches by span type fail",
    "spans.status": "searches by span status or has_error fail",
    "spans.start_time_unix_nano": "durations of spans are not searched, and summaries of spans have none",
    "spans.end_time_unix_nano": "durations of spans are not searched, and summaries of spans have none",
    "assessments.assessment_id": "assessments have no ids",
    "assessments.error": "errors of judges are not shown",
    "assessments.created_timestamp": "assessments have no times",
    "assessments.last_updated_timestamp": "assessments have no times of change",
    "assessments.source_type": "sources of assessments are not shown",
    "assessments.source_id": "sources of assessments are not shown",
    "assessments.span_id": "assessments of spans are shown as those of the trace",
    "assessments.rationale": "rationales are not shown",
    "assessments.overrides": "overridden assessments are shown as current",
    "assessments.valid": "overridden assessments are shown as current, and searches by feedback or expectation fail",
    "runs.name": "names of runs are not shown",
    "runs.status": "statuses of runs are not shown",
    "runs.start_time": "start times of runs are not shown",
    "runs.lifecycle_stage": "deleted runs are compared too",
    "assessments.assessment_metadata": "metadata of assessments is not shown, and assessments of sessions match one "
    "trace only",
}
_PROMOTED_COSTS = {
    "trace_name": "names are not shown, and searches by name fail",
    "session_id": "sessions are not shown, and searches by session fail",
}
_TOKENS_COST, _COSTS_COST = "this count is missing in token usage", "this amount is missing in costs"
_WORKSPACE_COST = "experiments of all workspaces are shown"
_MISSING_HINT = "Check MLFLOW_TRACKING_URI: it must name the database of an MLflow tracking store."

_NAMES = ", ".join(f"'{name}'" for name in _TABLES)
_IN_INFORMATION_SCHEMA = (
    f"SELECT table_name, column_name FROM information_schema.columns WHERE table_name IN ({_NAMES})"
)
_QUESTIONS = {
    # `table_xinfo` also lists generated columns.
    "sqlite": f"SELECT m.name, c.name FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.name IN ({_NAMES})",
    # Lists tables that may not be read, too: the error comes when they are.
    "postgresql": "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
    f"WHERE c.relname IN ({_NAMES}) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_table_is_visible(c.oid) "
    "AND a.attnum > 0 AND NOT a.attisdropped",
    "mysql": f"{_IN_INFORMATION_SCHEMA} AND table_schema = database()",
    "mssql": f"{_IN_INFORMATION_SCHEMA} AND table_schema = schema_name()",
}

_MARKS = {"sqlite": "PRAGMA schema_version"}
"""SQLite counts the changes itself; elsewhere MLflow's migrations leave their number."""

_NO_RIGHT = ((1142,), (1143,))
"""MySQL's errors for what PostgreSQL reports as a ProgrammingError."""


class Table:
    """One of MLflow's tables with the columns that it has here. It is false where it is missing."""

    def __init__(self, name: str, columns: frozenset[str]) -> None:
        self.name = name
        self.columns = columns
        known = _TABLES[name]
        self.clause: NamedFromClause = table(name, *(column(one, known[one]) for one in known if one in columns))

    def aliased(self, alias: str) -> "Table":
        """The same table under another name: a subquery over it is then not taken for part of the outer statement."""
        other = Table(self.name, self.columns)
        other.clause = self.clause.alias(alias)
        return other

    def __bool__(self) -> bool:
        return bool(self.columns)

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def __getitem__(self, name: str) -> Column:
        """Raises StoreUnsupportedError when the table, or this column, is missing."""
        if not self:
            raise StoreUnsupportedError(f"The database has no table {self.name}, which this search needs.")
        if name not in self.columns:
            raise StoreUnsupportedError(f"The database has no column {self.name}.{name}, which this search needs.")
        return self.clause.c[name]

    def present(self, *names: str) -> list[Column]:
        """Those of these columns that are there."""
        return [self.clause.c[name] for name in names if name in self.columns]


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of one database; `lacks` says in a sentence each what is missing and what that costs."""

    dialect: str
    experiments: Table
    trace_info: Table
    tags: Table
    metadata: Table
    spans: Table
    assessments: Table
    associations: Table
    runs: Table
    lacks: tuple[str, ...]

    @property
    def is_promoted(self) -> bool:
        """Whether names, sessions, tokens and costs are columns of trace_info, and not tags and metadata."""
        return any(name in self.trace_info for name in PROMOTED_COLUMNS)


def detect(engine: Engine, address: str) -> Schema:
    """Look at the tables. Raises StoreMissingError where there are none of MLflow's."""
    dialect = engine.dialect.name
    found: dict[str, set[str]] = {}
    with engine.connect() as connection:
        for name, one in connection.execute(text(_QUESTIONS.get(dialect, _QUESTIONS["mysql"]))):
            found.setdefault(name.lower(), set()).add(one.lower())
    if "trace_info" not in found or "experiments" not in found:
        raise StoreMissingError(f"{address} holds no MLflow tables. Nothing was created.", _MISSING_HINT)
    for name in ("experiments", "trace_info"):
        for needed in _NEEDED[name]:
            if needed not in found[name]:
                raise StoreUnsupportedError(
                    f"{address} has no column {name}.{needed}, without which its traces cannot be read."
                )
    return _schema(dialect, found)


def mark_of_change(engine: Engine) -> str | None:
    """A text that is another one after the tables were changed; None where there is none.

    A migration of MLflow's moves values without taking away the columns in which they were.
    """
    question = _MARKS.get(engine.dialect.name, "SELECT max(version_num) FROM alembic_version")
    with engine.connect() as connection:
        try:
            return str(connection.execute(text(question)).scalar())
        except DBAPIError as error:
            if (
                isinstance(error, ProgrammingError) or getattr(error.orig, "args", ())[:1] in _NO_RIGHT
            ):  # no such table, or no right
                return None
            raise


def _schema(dialect: str, found: Mapping[str, set[str]]) -> Schema:
    def usable(name: str) -> Table:
        columns = found.get(name, set())
        return Table(name, frozenset(columns if columns.issuperset(_NEEDED[name]) else ()))

    return Schema(
        dialect=dialect,
        experiments=usable("experiments"),
        trace_info=usable("trace_info"),
        tags=usable("trace_tags"),
        metadata=usable("trace_request_metadata"),
        spans=usable("spans"),
        assessments=usable("assessments"),
        associations=usable("entity_associations"),
        runs=usable("runs"),
        lacks=tuple(_lacks(found)),
    )


def _lacks(found: Mapping[str, set[str]]) -> Iterator[str]:
    for name, cost in _TABLE_COSTS.items():
        if name not in found:
            yield f"No table {name}: {cost}."
        elif missing := [one for one in _NEEDED[name] if one not in found[name]]:
            yield f"No column {name}.{missing[0]}: {cost}."
    for path, cost in _COLUMN_COSTS.items():
        name, _, one = path.partition(".")
        if name in found and one not in found[name] and found[name].issuperset(_NEEDED[name]):
            yield f"No column {path}: {cost}."
    traces = found["trace_info"]
    if traces.intersection(PROMOTED_COLUMNS):
        for one in PROMOTED_COLUMNS:
            if one not in traces:
                cost = _PROMOTED_COSTS.get(one, _TOKENS_COST if one in TOKEN_COLUMNS else _COSTS_COST)
                yield f"No column trace_info.{one}: {cost}."
    if "workspaces" in found and "workspace" not in found["experiments"]:
        yield f"No column experiments.workspace: {_WORKSPACE_COST}."
