"""What each MLflow can be asked, as tables: from the versions that the code knows and those that the tests run."""

from mcp_traces.filters.clause import asked_of_mlflow
from mcp_traces.filters.compiler import Conditions, compile_conditions
from mcp_traces.filters.grammar import FIELDS, Field
from mcp_traces.filters.versions import Version, since
from tests.mlflow_versions.environments import NEWEST, environments

ARGUMENTS = {
    "`has_error`": Conditions(has_error=True),
    "`text`": Conditions(text="words"),
    "`prompt`": Conditions(prompt="name/1"),
    "`span_name`": Conditions(span_name="x"),
    "`span_type`": Conditions(span_type="x"),
    "`feedback`, `expectation`: numbers, booleans": Conditions(feedback={"x": 1}),
    "`feedback`, `expectation`: texts": Conditions(feedback={"x": "x"}),
    "any value that holds both kinds of quotes, or ends in a backslash": Conditions(tags={"x": "'\""}),
}
"""Those of search_traces that not every version can answer, each as it is asked."""


def versions_table() -> str:
    """A row for each version that the suite runs: what needs a newer one."""
    rows = ["| MLflow | arguments of `search_traces` that it cannot answer | what `filter` lacks |", "|---|---|---|"]
    for environment in environments():
        version = _version(environment.name)
        rows.append(f"| {environment.name} | {'; '.join(_unanswered(version))} | {'; '.join(_lacking(version))} |")
    return "\n".join(rows)


def versions_line() -> str:
    """A column for each version that the suite runs, with the arguments that need a newer one."""
    names = [environment.name for environment in environments()]
    lacking = ["<br>".join(_unanswered(_version(name))) or "–" for name in names]
    rows = [["MLflow server", *names], ["---"] * (1 + len(names)), ["not supported", *lacking]]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _unanswered(version: Version) -> list[str]:
    return [name for name, asked in ARGUMENTS.items() if _needs(asked) > version]


def _lacking(version: Version) -> list[str]:
    """Fields, and operators of other fields."""
    fields = [f"`{field.name}`" for field in FIELDS if _first(field) > version]
    operators = [
        f"`{field.name}` with {', '.join(f'`{one}`' for one in late)}"
        for field in FIELDS
        if _first(field) <= version and (late := [one for one in field.operators if since(field, one) > version])
    ]
    return [", ".join(fields), *operators] if fields else operators


def fields_since() -> str:
    """A row for each field of `filter`: since when, and which operators came later."""
    rows = ["| field of `filter` | since | operators that came later |", "|---|---|---|"]
    return "\n".join([*rows, *(f"| `{field.name}` | {_dotted(_first(field))} | {_later(field)} |" for field in FIELDS)])


def arguments_since() -> str:
    rows = ["| argument of `search_traces` | since |", "|---|---|"]
    return "\n".join([*rows, *(f"| {name} | {_dotted(_needs(asked))} |" for name, asked in ARGUMENTS.items())])


def _needs(asked: Conditions) -> Version:
    return max(since(*asked_of_mlflow(clause)) for clause in compile_conditions(asked))


def _first(field: Field) -> Version:
    return min(since(field, operator) for operator in field.operators)


def _later(field: Field) -> str:
    later: dict[Version, list[str]] = {}
    for operator in field.operators:
        if since(field, operator) > _first(field):
            later.setdefault(since(field, operator), []).append(f"`{operator}`")
    return "; ".join(f"{', '.join(operators)}: {_dotted(version)}" for version, operators in sorted(later.items()))


def _version(name: str) -> Version:
    """The newest has all that there is."""
    major, minor = (9, 0) if name == NEWEST else name.split(".")
    return int(major), int(minor)


def _dotted(version: Version) -> str:
    return f"{version[0]}.{version[1]}"
