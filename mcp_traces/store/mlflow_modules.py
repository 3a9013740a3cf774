"""The one door to mlflow: nothing else of this package imports it."""

from importlib import import_module
from typing import Any


def mlflow_module(name: str) -> Any:
    """A module of mlflow, untyped: half of its functions have no annotations, and some that we need are private."""
    return import_module(f"mlflow.{name}")
