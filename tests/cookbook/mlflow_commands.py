"""MLflow's own command line in a process of its own: `mlflow traces …` for each line of stdin, in one process for all.

Run as `python -m tests.cookbook.mlflow_commands <tracking URI>`, it prints for each line the trace ids that the command
printed, as JSON.
"""

import json
import os
import re
import shlex
import subprocess
import sys

from tests.stores import QUIET_MLFLOW, RealStore

DEADLINE_S = 60
EXPERIMENT = "1"
"""The one in the environment, for commands that name none."""

_TRACE_ID = re.compile(r"\btr-[0-9a-f]{32}\b")


def found_by(commands: list[str], store: RealStore) -> list[list[str]]:
    """The trace ids that each of these commands prints, in its order."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.cookbook.mlflow_commands", store.tracking_uri],
        env=os.environ | QUIET_MLFLOW | {"MLFLOW_EXPERIMENT_ID": EXPERIMENT},
        input="\n".join(commands),
        capture_output=True,
        encoding="utf-8",
        timeout=DEADLINE_S,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"MLflow refused a command:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _found_by(command: str) -> list[str]:
    from click.testing import CliRunner
    from mlflow.cli.traces import commands

    # A shell takes the backslash before a backtick away; shlex does not.
    words = shlex.split(command.replace("\\`", "`"))
    result = CliRunner().invoke(commands, words[2:], catch_exceptions=False)
    if result.exit_code:
        raise RuntimeError(f"{command}\n{result.output}")
    return list(dict.fromkeys(_TRACE_ID.findall(result.output)))


if __name__ == "__main__":
    import mlflow

    mlflow.set_tracking_uri(sys.argv[1])
    sys.stdout.write("\n" + json.dumps([_found_by(line.strip()) for line in sys.stdin]) + "\n")
