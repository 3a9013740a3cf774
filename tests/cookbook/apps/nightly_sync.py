"""A job that ends well by its exit code, with a log of forty thousand characters and its partner's key."""

import time
from typing import Any

import mlflow
from mlflow.entities import SpanType

from tests.cookbook.simulation import at

CUSTOMERS = 1_100
REJECTED = 1_040


@mlflow.trace(span_type=SpanType.TOOL)
def run_command(command: str, environment: dict[str, str]) -> dict[str, Any]:
    time.sleep(95)
    lines = [f"customer {number:05} synced, no change" for number in range(CUSTOMERS)]
    lines[REJECTED] = f"customer {REJECTED:05} REJECTED: field vat_id is empty"
    return {"exit_code": 0, "log": "\n".join([*lines, "1099 synced, 1 rejected: rolled back, nothing was written"])}


@mlflow.trace(span_type=SpanType.WORKFLOW)
def nightly_sync(target: str) -> str:
    run_command(f"sync --to {target}", {"PARTNER_API_KEY": "sk-" + "demo0000" * 5})
    return "done"


def main() -> None:
    at("2026-11-20T00:30:00Z")
    nightly_sync("crm")
