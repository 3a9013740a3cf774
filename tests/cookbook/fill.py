"""Lets the applications of the stories run against a store, each in an experiment of its own.

Run as `python -m tests.cookbook.fill <tracking URI> <folder for artifacts>`; it prints a line once there are tables.
"""

import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path

from tests.cookbook.simulation import install

APPS = Path(__file__).parent / "apps"

STORIES = (
    "support_chat",
    "checkout",
    "briefing",
    "help_desk",
    "summaries",
    "stock_agent",
    "judged_answers",
    "price_crawl",
    "import_worker",
    "translations",
    "releases",
    "nightly_sync",
)
"""In the order of their experiments, whose ids so are 1, 2, …"""

# MLflow reads these when it is imported. One worker and large batches: SQLite has one writer.
ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    "MLFLOW_ASYNC_TRACE_LOGGING_MAX_WORKERS": "1",
    "MLFLOW_ASYNC_TRACE_LOGGING_MAX_SPAN_BATCH_SIZE": "512",
    "MLFLOW_ASYNC_TRACE_LOGGING_MAX_INTERVAL_MILLIS": "200",
}


def prepare() -> None:
    """Before MLflow is imported."""
    install()
    os.environ.update(ENVIRONMENT)
    # MLflow tries this import for every span, and fails slowly for want of numpy: fail at once.
    if importlib.util.find_spec("numpy") is None:
        sys.modules["mlflow.pyfunc"] = None


def fill(tracking_uri: str, artifacts: str) -> None:
    import mlflow

    mlflow.set_tracking_uri(tracking_uri)
    mlflow.MlflowClient().search_experiments()
    print("ready", flush=True)
    for story in STORIES:
        name = story.replace("_", "-")
        mlflow.MlflowClient().create_experiment(name, artifact_location=artifacts)
        mlflow.set_experiment(name)
        _main_of(story)()
    mlflow.flush_trace_async_logging()


def _main_of(story: str) -> Callable[[], None]:
    """Compiled under its bare name, so that a stack trace tells no folder of this machine."""
    path = APPS / f"{story}.py"
    names: dict[str, Callable[[], None]] = {"__name__": story}
    exec(compile(path.read_text(encoding="utf-8"), path.name, "exec"), names)
    return names["main"]


if __name__ == "__main__":
    prepare()
    fill(*sys.argv[1:])
