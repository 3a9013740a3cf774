"""The invariants of docs/architecture.md that a program can check."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "mcp_traces"
MODULES = sorted(PACKAGE.rglob("*.py"))

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

SPEAKS_TO_MLFLOW = {"store/mlflow_gateway.py", "demo/sample_store.py"}
"""The gateway, and the maker of the demo's store, which runs in a process of its own."""

MAY_IMPORT = {
    "errors": set[str](),
    "records": set[str](),
    "settings": set[str](),
    "results": set[str](),
    "syntax_results": {"results"},
    "comparison_results": {"results"},
    "callers": set[str](),
    "call_bounds": set[str](),
    "observing": set[str](),
    "turns": {"errors"},
    "calls": {"call_bounds", "callers", "errors", "observing", "store.timed_gateway", "turns"},
    "logs": {"callers"},
    "cursor": {"errors"},
    "expressions": {"errors"},
    "rlike": set[str](),
    "redaction": {"records", "redaction"},
    "json_texts": {"records"},
    "side_by_side": set[str](),
    "times": {"errors"},
    "filters": {"errors", "records", "json_texts", "rlike", "times", "filters"},
    "shaping": {
        "errors",
        "records",
        "results",
        "syntax_results",
        "comparison_results",
        "filters",
        "expressions",
        "json_texts",
        "redaction",
        "times",
        "shaping",
    },
    "query": {"errors", "rlike", "shaping", "times", "query"},
    "store": {"errors", "records", "rlike", "settings", "side_by_side", "filters", "store"},
    "tools": {
        "callers",
        "errors",
        "records",
        "results",
        "syntax_results",
        "comparison_results",
        "settings",
        "filters",
        "cursor",
        "expressions",
        "json_texts",
        "query",
        "shaping",
        "side_by_side",
        "store.gateway",
        "times",
        "tools",
    },
    "server": {
        "call_bounds",
        "callers",
        "calls",
        "errors",
        "observing",
        "settings",
        "shaping",
        "store.gateway",
        "store.timed_gateway",
        "tools",
        "turns",
    },
    "http": {"call_bounds", "callers", "errors", "observing", "settings", "store.gateway", "server", "turns", "http"},
    "check": {"errors", "records", "settings", "times", "store.gateway", "tools"},
    "clients": {"errors", "records", "redaction", "settings", "store.addresses", "clients"},
    "demo": {"clients", "demo"},
    "cli": {"check", "clients", "demo", "errors", "http", "logs", "server", "settings", "store"},
    "__main__": {"cli"},
}
"""Imports flow one way: what stands left may import what stands right, and nothing else of ours."""


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imported(path: Path) -> Iterator[str]:
    """Every module that `path` imports, at the top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides where it leads"
            yield node.module or ""


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_only_the_gateway_speaks_to_mlflow(path: Path) -> None:
    """Everyone else speaks records, so that a new MLflow changes one file."""
    speaks = any(name == "mlflow" or name.startswith("mlflow.") for name in imported(path))
    # The gateway imports by name, since half of what it needs is private and all of it untyped.
    speaks |= "import_module" in path.read_text(encoding="utf-8")

    assert speaks is (relative(path) in SPEAKS_TO_MLFLOW)


@pytest.mark.parametrize("path", [path for path in MODULES if relative(path) != "__init__.py"], ids=relative)
def test_imports_flow_one_way(path: Path) -> None:
    """A reader who begins at errors and records meets nothing that is explained further on."""
    layer = relative(path).removesuffix(".py").split("/")[0]
    ours = {name.removeprefix("mcp_traces.") for name in imported(path) if name.startswith("mcp_traces.")}

    stray = {
        name
        for name in ours
        if not any(name == allowed or name.startswith(f"{allowed}.") for allowed in MAY_IMPORT[layer])
    }
    assert not stray


def test_the_page_tells_these_rules() -> None:
    """docs/architecture.md is what people read; a room may always import itself."""
    rows = [f"| {room} | {', '.join(sorted(others - {room})) or 'nothing'} |" for room, others in MAY_IMPORT.items()]

    assert "\n".join(["| room | may import |", "|---|---|", *rows, ""]) in PAGE


@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "__init__.py"], ids=relative)
def test_the_page_names_every_module(path: Path) -> None:
    """In the drawing of the rooms, in its own room: what is not drawn is not found."""
    rooms = re.split(r"^  (?=[a-z_]+(?:/|\.py))", PAGE.split("```")[1], flags=re.MULTILINE)
    room = f"{path.parent.name}/" if path.parent != PACKAGE else ""
    drawn = next(one for one in rooms if one.startswith(room)) if room else PAGE.split("```")[1]

    assert re.search(rf"\b{path.stem}\b", drawn)


def test_the_page_names_what_there_is() -> None:
    """Files that the page points to, in the invariants above all, must not have been renamed."""
    named = re.findall(r"`((?:tests|docs|release|mcp_traces)/[\w/.]+)", PAGE)

    assert len(named) > 30
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_files_stay_small_enough_to_read(path: Path) -> None:
    """A file is what changes together, 150 to 500 lines; one of more than 650 knows two things."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 650


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_every_module_says_in_one_sentence_what_it_knows(path: Path) -> None:
    """The docstring's first line is what a newcomer reads of it first."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))

    assert docstring and len(docstring.splitlines()[0]) > 20


@pytest.mark.parametrize(
    "statement",
    [
        "import mcp_traces.server",
        "from mcp_traces.settings import Settings\n"
        "from mcp_traces.store.open_gateway import open_gateway\n"
        "open_gateway(Settings(tracking_uri='sqlite:///x.db'))\n"
        "open_gateway(Settings(tracking_uri='http://localhost:1'))",
    ],
    ids=["server", "gateways"],
)
def test_nothing_loads_mlflow_before_it_is_needed(statement: str) -> None:
    """Its import takes seconds, and the client waits for its first answer."""
    code = f"{statement}\nimport sys\nassert not [name for name in sys.modules if name.split('.')[0] == 'mlflow']"

    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_an_mlflow_server_needs_no_database_library() -> None:
    """With an http tracking URI neither MLflow nor SQLAlchemy is ever imported."""
    code = (
        "from mcp_traces.settings import Settings\n"
        "from mcp_traces.store.open_gateway import open_gateway\n"
        "import mcp_traces.server, sys\n"
        "open_gateway(Settings(tracking_uri='http://localhost:1'))\n"
        "assert not {'mlflow', 'sqlalchemy', 'alembic'} & set(sys.modules)"
    )

    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
