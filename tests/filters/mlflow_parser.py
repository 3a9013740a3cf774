"""What MLflow's own parser makes of a filter, in our terms."""

from dataclasses import dataclass
from typing import Any

from mcp_traces.filters.clause import Clause

_ENTITIES = {"request_metadata": "metadata", "attribute": "trace"}
_FIELDS = {
    ("tag", "mlflow.traceName"): "trace.name",
    ("tag", "mlflow.linkedPrompts"): "trace.prompt",
    ("metadata", "mlflow.sourceRun"): "trace.run_id",
    ("span", "content"): "trace.text",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: the field without quotes round its key, the operator in capitals, the value."""

    field: str
    operator: str
    value: Any


def parse(filter_string: str) -> list[dict[str, object]]:
    from mlflow.utils.search_utils import SearchTraceUtils

    return SearchTraceUtils.parse_search_filter_for_search_traces(filter_string)


def as_mlflow_reads(text: str) -> list[Compared] | None:
    """The comparisons that MLflow makes; None for a filter that it refuses."""
    from mlflow.exceptions import MlflowException

    try:
        return [_of_mlflow(one) for one in parse(text)]
    except (MlflowException, ValueError, StopIteration, RecursionError):
        return None


def as_we_read(clause: Clause) -> Compared:
    key = (clause.field.prefix.rstrip("."), clause.key or "")
    name = _FIELDS.get(key) or (f"{key[0]}.{clause.key}" if clause.key is not None else clause.field.name)
    return Compared(name, clause.operator, clause.value)


def _of_mlflow(one: dict[str, Any]) -> Compared:
    entity = _ENTITIES.get(one["type"], one["type"])
    key = one["key"]
    if entity == "span" and key.startswith("attributes."):
        key = "attributes." + key.removeprefix("attributes.").strip("`")
    value = tuple(one["value"]) if isinstance(one["value"], list | tuple) else one["value"]
    return Compared(_FIELDS.get((entity, key), f"{entity}.{key}"), one["comparator"].upper(), value)
