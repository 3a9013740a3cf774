"""Runs the program of a framework against the stub model and a real MLflow server."""

import json
import os
import subprocess
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.frameworks.frameworks import ROOT, Framework
from tests.frameworks.recordings import without_chance

RUN_DEADLINE_S = 120

_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR")
_QUIET = {
    "ANONYMIZED_TELEMETRY": "false",
    "CREWAI_DISABLE_TELEMETRY": "true",
    "CREWAI_DISABLE_TRACKING": "true",
    "CREWAI_TESTING": "true",
    "CREWAI_TRACING_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "LANGSMITH_TRACING": "false",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "NO_PROXY": "127.0.0.1",
    "PYTHONDONTWRITEBYTECODE": "1",
}
"""Keeps each framework from reporting to its makers, and from downloading lists at startup."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A program that has ended, and the spans of its one trace as they are recorded."""

    exit_code: int
    output: str
    experiment_id: str
    trace_id: str
    spans: list[dict[str, Any]]


def run_program(framework: Framework, run: str, model_url: str, server_url: str, folder: Path) -> Ran:
    """Each run has an experiment of its own, so that its trace is the only one there."""
    experiment_id = _experiment(server_url, f"{framework.name}-{run}")
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | _QUIET
    environment |= {
        "HOME": str(folder),
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(ROOT),
        "OPENAI_API_KEY": "stub",
        "OPENAI_BASE_URL": model_url,
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{server_url}/v1/traces",
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS": f"x-mlflow-experiment-id={experiment_id}",
    }
    done = subprocess.run(
        framework.command(run),
        cwd=folder,
        env={**environment, **framework.environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=RUN_DEADLINE_S,
        check=False,
    )
    trace_id = _only_trace(server_url, experiment_id, done)
    spans = without_chance(_spans(server_url, trace_id), {str(folder): "/home/user"})
    return Ran(done.returncode, done.stdout + done.stderr, experiment_id, trace_id, spans)


def _experiment(server_url: str, name: str) -> str:
    return _ask(f"{server_url}/api/2.0/mlflow/experiments/create", {"name": name})["experiment_id"]


def _only_trace(server_url: str, experiment_id: str, done: subprocess.CompletedProcess[str]) -> str:
    location = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment_id}}
    found = _ask(f"{server_url}/api/3.0/mlflow/traces/search", {"locations": [location]}).get("traces", [])
    if len(found) != 1:
        raise RuntimeError(f"{len(found)} traces arrived, not one. The program printed:\n{done.stdout}{done.stderr}")
    return found[0]["trace_id"]


def _spans(server_url: str, trace_id: str) -> list[dict[str, Any]]:
    return _ask(f"{server_url}/ajax-api/3.0/mlflow/get-trace-artifact?request_id={trace_id}")["spans"]


def _ask(url: str, body: Mapping[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)
