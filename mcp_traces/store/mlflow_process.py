"""What `import mlflow` would do to this process, and how it is kept from it. Imports no mlflow itself."""

import gc
import logging
import os
from functools import cache
from math import ceil

_ENVIRONMENT = {
    # mlflow/telemetry: writes ~/.config/mlflow/telemetry.json and reports usage to mlflow.org from threads of its own.
    "MLFLOW_DISABLE_TELEMETRY": "true",
    # mlflow/agent/hint.py: tells the coding agent that started us to load a skill for writing tracing code.
    "MLFLOW_DISABLE_AGENT_HINT": "true",
    # mlflow/utils/logging_utils.py: takes its own loggers, alembic's and SQLAlchemy's away from our log.
    "MLFLOW_CONFIGURE_LOGGING": "false",
}
_LOG_LEVELS = {
    # Logs every failing statement with its SQL and values; the caller gets the same as an error, without them.
    "mlflow.store.db.utils": logging.CRITICAL + 1,
    "mlflow": logging.WARNING,
    "alembic": logging.WARNING,
    # Logs a traceback where a connection that failed fails again when it is closed; the caller was told already.
    "sqlalchemy.pool": logging.CRITICAL,
}


_COLLECTION_THRESHOLDS = (100_000, 5, 5)
"""A large trace is a million objects that live as long as the call: at Python's 700 a collection begins so often that
half of the time to read 30,000 spans goes into looking for cycles among them. Those of SQLAlchemy, on the other hand,
would fill the memory for long if old objects were looked at too seldom."""


def prepare_for_mlflow(timeout_s: float) -> None:
    """To be called before mlflow is imported. What the user set in the environment is kept."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    # Of remote stores: a call that timed out must not go on for MLflow's 7 retries, which take 4 minutes.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", str(ceil(timeout_s)))
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    for name, level in _LOG_LEVELS.items():
        logging.getLogger(name).setLevel(level)
    gc.set_threshold(*_COLLECTION_THRESHOLDS)


@cache
def keep_what_is_loaded() -> None:
    """To be called once MLflow is imported: its 290,000 objects stay, and no collection need look at them again."""
    gc.freeze()
