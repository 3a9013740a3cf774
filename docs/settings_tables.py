"""The tables of settings: those to know first, those of each transport, and MLflow's own variables."""

from collections.abc import Iterable, Mapping
from typing import Any

from mcp_traces.cli import public_settings
from mcp_traces.settings import STDIO_SETTINGS, Settings, variables_of

FIRST = ("tracking_uri", "experiment", "experiments", "max_chars", "redact", "transport", "auth")
"""What a person needs to know at first; the README has them."""

_SCHEMA = Settings.model_json_schema(by_alias=False)["properties"]
_MLFLOWS = tuple(name for name, field in Settings.model_fields.items() if field.exclude)


def first_settings() -> str:
    return _table(FIRST)


def stdio_settings() -> str:
    return _table(STDIO_SETTINGS)


def http_settings() -> str:
    return _table(name for name in public_settings() if name not in STDIO_SETTINGS)


def mlflow_variables() -> str:
    rows = [f"| `{variables_of(name)[0]}` | {Settings.model_fields[name].description} |" for name in _MLFLOWS]
    return "\n".join(["| variable | meaning |", "|---|---|", *rows])


def _table(names: Iterable[str]) -> str:
    rows = ["| flag, variables | default | values | meaning |", "|---|---|---|---|"]
    for name in names:
        field = Settings.model_fields[name]
        meaning = (field.description or "").replace("|", "\\|")
        cells = [_names(name), _default(field), _values(_SCHEMA[name]), meaning]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _names(name: str) -> str:
    """One under the other, as variables are long."""
    return "<br>".join(f"`{one}`" for one in (f"--{name.replace('_', '-')}", *variables_of(name)))


def _default(field: Any) -> str:
    value = ",".join(field.default) if isinstance(field.default, tuple) else field.default
    return "" if value in (None, "") else f"`{value}`"


def _values(schema: Mapping[str, Any]) -> str:
    """The choices or the bounds, where there are any."""
    for choice in schema.get("anyOf", ()):
        if bounds := _values(choice):
            return bounds
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    if least is None:
        return ""
    above = "above " if "exclusiveMinimum" in schema else ""
    return f"{above}{least:,} to {schema['maximum']:,}"
