"""The demo: a store full of sample traces, made by a process of its own so that MLflow's SDK stays out of ours."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

_DEADLINE_S = 120
_STDERR_TAIL = 2000


@dataclass(frozen=True, slots=True)
class SampleStore:
    """What the store holds: experiment ids by name, trace ids by label, and the run that six traces belong to.

    The deleted experiment holds one trace, which has no label.
    """

    tracking_uri: str
    experiments: Mapping[str, str]
    traces: Mapping[str, str]
    run_id: str
    deleted_experiment_id: str


def make_sample_store(tracking_uri: str) -> SampleStore:
    """Fill the store at `tracking_uri` (a database or an MLflow server). Raises RuntimeError when that fails."""
    command = [sys.executable, "-m", "mcp_traces.demo.sample_store", tracking_uri]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=_DEADLINE_S, check=False)
    except subprocess.TimeoutExpired as exc:
        raise RuntimeError(f"The sample store was not made within {_DEADLINE_S} s.") from exc
    if done.returncode != 0:
        raise RuntimeError(f"The sample store could not be made:\n{done.stderr[-_STDERR_TAIL:]}")
    made = json.loads(done.stdout.splitlines()[-1])
    return SampleStore(tracking_uri=tracking_uri, **made)
