"""Imports every module of mcp_traces in a fresh interpreter, and prints as JSON what that has done beside importing."""

import importlib
import json
import logging
import os
import pkgutil
import signal
import sys
import threading
from typing import Any

PROGRAM = "mcp_traces.demo.sample_store"
"""Run with `python -m` in a process of its own: it sets MLflow's variables and imports MLflow."""

_IMPORTING = (
    *("import", "compile", "exec", "marshal.", "object.", "code.", "builtins.", "cpython.", "ctypes.", "gc.", "sys."),
    *("os.listdir", "os.scandir"),
)
"""What Python itself and C extensions do for an import, in https://docs.python.org/3/library/audit_events.html."""

_done: list[str] = []


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if not event.startswith(_IMPORTING) and not (event == "open" and _is_read_to_import(*arguments[:2])):
        _done.append(f"{event} {arguments!r}")


def _is_read_to_import(path: Any, mode: Any) -> bool:
    """Code, and what packages find of each other (entry points): all below a folder that imports come from.

    prometheus-client looks at its own process (/proc) when it is imported.
    """
    folders = (*(one for one in sys.path if one), "/proc/")
    return mode in ("r", "rb", None) and str(path).startswith(folders)


def _state() -> dict[str, Any]:
    """What belongs to the process, and so to whoever imports."""
    ours = [one for name, one in logging.root.manager.loggerDict.items() if name.startswith("mcp_traces")]
    loggers = [logging.root, *(one for one in ours if isinstance(one, logging.Logger))]
    return {
        "threads": sorted(one.name for one in threading.enumerate()),
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "log handlers": [repr(one) for logger in loggers for one in logger.handlers],
        "log levels": sorted({(one.name, one.level) for one in loggers if one.level}),
        "signals": {number: repr(signal.getsignal(number)) for number in sorted(signal.valid_signals())},
        "hooks": [repr(one) for one in (sys.excepthook, sys.stdout, sys.stderr, threading.excepthook)],
    }


def main() -> None:
    before = _state()
    sys.addaudithook(_heard)
    package = importlib.import_module("mcp_traces")
    names = [one.name for one in pkgutil.walk_packages(package.__path__, "mcp_traces.")]
    for name in names:
        if name != PROGRAM:
            importlib.import_module(name)
    heard, after = list(_done), _state()
    changed = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    json.dump({"modules": names, "done": heard, "changed": changed}, sys.stdout)


if __name__ == "__main__":
    main()
