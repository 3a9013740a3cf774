"""Fills databases with very many compact traces of a support agent, in bulk.

MLflow creates the schema in a process of its own. The rows are made here, in the layout of MLflow 3.17 and newer, and
written by COPY or executemany: MLflow's SDK would take hours. Every trace follows from its number, so the expected
result of a search is known without asking a database.
"""

import base64
import json
import os
import random
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from tests.stores import MLFLOW, QUIET_MLFLOW

EXPERIMENT = "scale"
NEWEST_MS = 1_793_534_400_000
"""2026-11-01 12:00 UTC: when the newest trace began."""
STEP_MS = 10_000
"""Traces arrive every ten seconds, so a store that is ten times larger goes back ten times further."""

SPANS = 6
RARE_SPAN = "escalate_to_human"
RARE_PHRASE = "left with a neighbour at number nine"
COMMON_PHRASE = "refund parcel"
"""Both words are in many spans, side by side in one of a hundred traces."""
NEEDLES = (0.25, 0.5, 0.75)
"""Where in the history the only three traces are that have RARE_SPAN and RARE_PHRASE, however large the store is."""

BATCH = 5_000
NAMES = {"answer": 60, "summarize_thread": 20, "classify_ticket": 10, "draft_reply": 5, "nightly_review": 5}
ENVIRONMENTS = {"production": 70, "staging": 20, "development": 10}
MODELS = {"gpt-4o-mini": 80, "gpt-4o": 20}
SESSION_TRACES, USER_TRACES, RELEASE_TRACES = 8, 50, 20_000
"""The traces of one session, one user, one release."""

_TEXT = """
parcel delivery refund address invoice order return customer account password courier damaged missing late promised
warehouse tracking number signature replacement voucher discount payment card bank transfer cancelled shipped label
customs country weight battery manual warranty repair colour size exchange receipt email reminder subscription renewal
upgrade plan trial seat licence export report dashboard login reset verification code phone support agent supervisor
complaint apology credit balance statement tax price quote estimate weekend holiday morning evening yesterday tomorrow
urgent gift wrapping message recipient door window garage locker station pickup branch opening hours parking entrance
"""
WORDS = _TEXT.split()


@dataclass(frozen=True, slots=True)
class Plan:
    """One trace of a store: what searches can find it by."""

    number: int
    trace_id: str
    start_ms: int
    duration_ms: int
    name: str
    environment: str
    release: str
    session: str
    user: str
    model: str
    tokens: tuple[int, int]
    has_error: bool
    is_failed: bool
    helpful: bool | None
    quality: int | None
    is_rare: bool
    drawn: random.Random
    """The rest of its values, such as its words."""


def plan(number: int, count: int) -> Plan:
    """The trace of this number in a store of `count`; 0 is the oldest."""
    drawn = random.Random(number)
    trace_id = f"tr-{drawn.getrandbits(128):032x}"
    chance = drawn.random
    has_error = chance() < 0.05
    return Plan(
        number=number,
        trace_id=trace_id,
        start_ms=NEWEST_MS - (count - 1 - number) * STEP_MS,
        duration_ms=int(drawn.lognormvariate(7.5, 0.8)),  # a median of 1.8 s, one of a hundred over 11.6 s
        name=_weighted(drawn, NAMES),
        environment=_weighted(drawn, ENVIRONMENTS),
        release=f"2.{number // RELEASE_TRACES}.0",
        # Sessions overlap: the traces of one are some minutes from each other.
        session=f"session-{number // (50 * SESSION_TRACES)}-{number % 50}",
        user=f"user-{drawn.randrange(max(1, count // USER_TRACES))}",
        model=_weighted(drawn, MODELS),
        tokens=(drawn.randrange(200, 6_000), drawn.randrange(20, 800)),
        has_error=has_error,
        is_failed=has_error and chance() < 0.5,
        helpful=chance() < 0.8 if chance() < 0.1 else None,
        quality=drawn.randrange(1, 6) if chance() < 0.05 else None,
        is_rare=number in {int(count * place) for place in NEEDLES},
        drawn=drawn,
    )


def _weighted(drawn: random.Random, weights: Mapping[str, int]) -> str:
    point = drawn.randrange(100)
    for value, weight in weights.items():
        point -= weight
        if point < 0:
            return value
    raise AssertionError("weights add up to 100")


Row = tuple[Any, ...]

COLUMNS: Mapping[str, Sequence[str]] = {
    "trace_info": (
        *("request_id", "experiment_id", "timestamp_ms", "execution_time_ms", "status"),
        *("request_preview", "response_preview", "db_payload_generation", "trace_name", "session_id"),
        *("input_tokens", "output_tokens", "total_tokens", "input_cost", "output_cost", "total_cost"),
    ),
    "trace_tags": ("key", "value", "request_id"),
    "trace_request_metadata": ("key", "value", "request_id"),
    "spans": (
        *("trace_id", "experiment_id", "span_id", "parent_span_id", "name", "type", "status"),
        *("start_time_unix_nano", "end_time_unix_nano", "content"),
        *("input_cost", "output_cost", "total_cost", "model_name", "model_provider"),
    ),
    "assessments": (
        *("assessment_id", "trace_id", "name", "assessment_type", "value", "created_timestamp"),
        *("last_updated_timestamp", "source_type", "source_id", "rationale", "valid", "experiment_id"),
        *("trace_timestamp_ms", "aggregate_value", "is_numeric_value"),
    ),
}
"""The tables that are filled, and the columns that are not left to their defaults."""


CONTENT = COLUMNS["spans"].index("content")


def rows(one: Plan, experiment_id: int) -> dict[str, list[Row]]:
    """The rows of a trace, by table."""
    question, answer, page = _words(one, 12), _words(one, 20), _words(one, 25)
    if one.is_rare:
        page = f"{page} {RARE_PHRASE} {_words(one, 3)}"
    request, response = json.dumps({"question": question}), json.dumps({"answer": answer})
    costs = (one.tokens[0] * 1.5e-7, one.tokens[1] * 6e-7, one.tokens[0] * 1.5e-7 + one.tokens[1] * 6e-7)
    spans = list(_spans(one, experiment_id, request, response, page, costs))
    sizes = sorted(len(span[CONTENT]) for span in spans)
    stats = {"total_size_bytes": sum(sizes), "num_spans": SPANS, "max": sizes[-1]}
    stats |= {"p25": sizes[1], "p50": sizes[2], "p75": sizes[4]}
    tags = {
        "mlflow.artifactLocation": f"mlflow-artifacts:/{experiment_id}/traces/{one.trace_id}/artifacts",
        "mlflow.trace.spansLocation": "TRACKING_STORE",
        "environment": one.environment,
        "release": one.release,
    }
    metadata = {
        "mlflow.trace.user": one.user,
        "mlflow.source.name": "support/agent.py",
        "mlflow.trace.sizeStats": json.dumps(stats),
        "mlflow.traceInputs": request,
        "mlflow.traceOutputs": "" if one.is_failed else response,
        "mlflow.trace_schema.version": "3",
    }
    info = (
        *(one.trace_id, experiment_id, one.start_ms, one.duration_ms, "ERROR" if one.is_failed else "OK"),
        *(request, None if one.is_failed else response, SPANS + 1, one.name, one.session),
        *(*one.tokens, sum(one.tokens), *costs),
    )
    return {
        "trace_info": [info],
        "trace_tags": [(key, value, one.trace_id) for key, value in tags.items()],
        "trace_request_metadata": [(key, value, one.trace_id) for key, value in metadata.items()],
        "spans": spans,
        "assessments": list(_assessments(one, experiment_id)),
    }


def says(one: Plan, phrase: str) -> bool:
    """Whether a span holds the phrase. Draws the words of the trace, so it can be asked once."""
    return any(phrase in span[CONTENT] for span in rows(one, 0)["spans"])


def _words(one: Plan, count: int) -> str:
    return " ".join(one.drawn.choices(WORDS, k=count))


def _spans(
    one: Plan, experiment_id: int, request: str, response: str, page: str, costs: tuple[float, float, float]
) -> Iterator[Row]:
    query = json.dumps({"query": _words(one, 6)})
    pages = json.dumps({"pages": [page, _words(one, 15)]})
    usage = {"input_tokens": one.tokens[0], "output_tokens": one.tokens[1], "total_tokens": sum(one.tokens)}
    priced = dict(zip(("input_cost", "output_cost", "total_cost"), costs, strict=True))
    called = {
        "mlflow.chat.tokenUsage": json.dumps(usage),
        "mlflow.llm.model": json.dumps(one.model),
        "mlflow.llm.provider": '"openai"',
        "mlflow.llm.cost": json.dumps(priced),
    }
    fourth, kind = (RARE_SPAN, "WORKFLOW") if one.is_rare else ("rerank", "RERANKER")
    steps: tuple[tuple[str, str, str, str, Mapping[str, str]], ...] = (
        (one.name, "AGENT", request, response, {}),
        ("classify", "CHAIN", request, json.dumps({"topic": _words(one, 1)}), {}),
        ("search_docs", "RETRIEVER", query, pages, {}),
        (fourth, kind, query, '{"order": [2, 0, 1]}', {}),
        ("lookup_order", "TOOL", json.dumps({"order": f"A-{one.drawn.randrange(10**6)}"}), '{"state": "sent"}', {}),
        ("generate", "CHAT_MODEL", query, response, called),
    )
    ids = [f"{one.drawn.getrandbits(64):016x}" for _ in steps]
    start_ns, part_ns = one.start_ms * 1_000_000, one.duration_ms * 1_000_000 // SPANS
    for place, (name, kind, inputs, outputs, attributes) in enumerate(steps):
        began = start_ns + place * part_ns
        ended = began + (part_ns if place else one.duration_ms * 1_000_000)
        fails = (place == 4 and one.has_error) or (place == 0 and one.is_failed)
        content = {
            "trace_id": _base64(one.trace_id.removeprefix("tr-")),
            "span_id": _base64(ids[place]),
            "parent_span_id": _base64(ids[0]) if place else None,
            "name": name,
            "start_time_unix_nano": began,
            "end_time_unix_nano": ended,
            "events": [_exception(ended)] if fails else [],
            "status": {
                "code": "STATUS_CODE_ERROR" if fails else "STATUS_CODE_OK",
                "message": "TimeoutError: the order system does not answer" if fails else "",
            },
            "attributes": {
                "mlflow.traceRequestId": f'"{one.trace_id}"',
                "mlflow.spanType": f'"{kind}"',
                "mlflow.spanInputs": inputs,
                **({} if fails else {"mlflow.spanOutputs": outputs}),
                **attributes,
            },
            "links": [],
        }
        priced_here = (*costs, one.model, "openai") if attributes else (None,) * 5
        yield (
            *(one.trace_id, experiment_id, ids[place], ids[0] if place else None, name, kind),
            *("ERROR" if fails else "OK", began, ended, json.dumps(content), *priced_here),
        )


def _exception(time_ns: int) -> dict[str, Any]:
    attributes = {
        "exception.message": "the order system does not answer",
        "exception.type": "TimeoutError",
        "exception.stacktrace": 'Traceback (most recent call last):\n  File "support/orders.py", line 20, in lookup\n'
        "TimeoutError: the order system does not answer",
    }
    return {"name": "exception", "time_unix_nano": time_ns, "attributes": attributes}


def _assessments(one: Plan, experiment_id: int) -> Iterator[Row]:
    made_ms = one.start_ms + 60_000
    given: tuple[tuple[str, Any, str, str], ...] = (
        ("helpful", one.helpful, "HUMAN", one.user),
        ("quality", one.quality, "LLM_JUDGE", "judge"),
    )
    for name, value, kind, source in given:
        if value is not None:
            yield (
                *(f"a-{one.drawn.getrandbits(128):032x}", one.trace_id, name, "feedback", json.dumps(value)),
                *(made_ms, made_ms, kind, source, "as the customer said", True, experiment_id, one.start_ms),
                *(float(value), not isinstance(value, bool)),
            )


def _base64(hexadecimal: str) -> str:
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()


_CREATE = """
import sys
from mlflow import MlflowClient
print(MlflowClient(sys.argv[1]).create_experiment(sys.argv[2], artifact_location="mlflow-artifacts:/scale"))
"""


def create_schema(uri: str) -> int:
    """Let MLflow create its tables in an empty database, with one experiment; its id."""
    command = [MLFLOW.parent / "python", "-c", _CREATE, uri, EXPERIMENT]
    environment = os.environ | QUIET_MLFLOW | {"MLFLOW_LOGGING_LEVEL": "ERROR"}
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8")
    if made.returncode:
        raise RuntimeError(f"MLflow did not create its tables:\n{made.stderr[-3000:]}")
    return int(made.stdout.split()[-1])


def fill(uri: str, count: int) -> str:
    """Create the schema in an empty database and put `count` traces into it; the experiment's id."""
    experiment_id = create_schema(uri)
    batches = (_batch(range(count)[at : at + BATCH], count, experiment_id) for at in range(0, count, BATCH))
    if uri.startswith("sqlite"):
        _fill_sqlite(Path(uri.removeprefix("sqlite:///")), batches)
    else:
        _fill_postgresql(uri, batches)
    return str(experiment_id)


def _batch(numbers: Sequence[int], count: int, experiment_id: int) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {table: [] for table in COLUMNS}
    for number in numbers:
        for table, made in rows(plan(number, count), experiment_id).items():
            tables[table] += made
    return tables


def _fill_sqlite(path: Path, batches: Iterator[dict[str, list[Row]]]) -> None:
    """Without statistics, since MLflow never gathers any."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -200000")
        for tables in batches:
            for table, made in tables.items():
                columns = COLUMNS[table]
                places = ", ".join("?" * len(columns))
                connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", made)
            connection.commit()


def _fill_postgresql(uri: str, batches: Iterator[dict[str, list[Row]]]) -> None:
    """Indexes are created after the rows, which takes half the time; then vacuumed and analyzed, as by autovacuum."""
    with psycopg.connect(libpq(uri), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # foreign keys are not checked row by row
        connection.execute("SET maintenance_work_mem = '512MB'")
        indexes = _secondary_indexes(connection)
        for name, _ in indexes:
            connection.execute(f'DROP INDEX "{name}"'.encode())
        for tables in batches:
            with connection.transaction(), connection.cursor() as cursor:
                for table, made in tables.items():
                    with cursor.copy(f"COPY {table} ({', '.join(COLUMNS[table])}) FROM STDIN".encode()) as copy:
                        for row in made:
                            copy.write_row(row)
        for _, definition in indexes:
            connection.execute(definition.encode())
        connection.execute("VACUUM (ANALYZE)")


def _secondary_indexes(connection: psycopg.Connection) -> list[tuple[str, str]]:
    """Name and definition of each index of the filled tables that no constraint needs."""
    return connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND schemaname = current_schema() "
        "AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [list(COLUMNS)],
    ).fetchall()


def libpq(uri: str) -> str:
    """A SQLAlchemy URI of PostgreSQL as libpq reads it."""
    return make_url(uri).set(drivername="postgresql").render_as_string(hide_password=False)


def disk_bytes(uri: str) -> int:
    """The size of the database on disk, indexes included."""
    if uri.startswith("sqlite"):
        return Path(uri.removeprefix("sqlite:///")).stat().st_size
    with psycopg.connect(libpq(uri)) as connection:
        (size,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
    return size


def trigram_programs() -> Path | None:
    """The programs of an installed PostgreSQL that has pg_trgm, which the one in our test wheel has not."""
    found = shutil.which("pg_ctl")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        config = folder / "pg_config"
        if config.exists() and (folder / "initdb").exists():
            shared = subprocess.run([config, "--sharedir"], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
            if (Path(shared.strip()) / "extension" / "pg_trgm.control").exists():
                return folder
    return None


@contextmanager
def trigram_postgres(programs: Path) -> Generator[str]:
    """An empty PostgreSQL of `programs` on a Unix socket, with pg_trgm."""
    user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="mcp-traces-trgm-"))
    data, environment = folder / "data", os.environ | {"LC_ALL": "C"}

    def run(program: str, *arguments: str) -> None:
        command = [programs / program, "-D", data, *arguments]
        subprocess.run(command, user=user, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)

    try:
        if user:
            shutil.chown(folder, user)
        run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"-h '' -k {folder}", "start")
        try:
            uri = f"postgresql+psycopg://postgres@/postgres?host={folder}"
            with psycopg.connect(libpq(uri), autocommit=True) as connection:
                connection.execute("CREATE EXTENSION pg_trgm")
            yield uri
        finally:
            run("pg_ctl", "-w", "-m", "fast", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
