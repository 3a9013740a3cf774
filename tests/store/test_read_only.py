"""What is asked of a store, listed: each route of a server and each method of MLflow's store, and all of them read."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from mcp_traces import store

FILES = sorted(Path(store.__file__).parent.glob("*.py"))
ROUTE = re.compile(r'f?"((?:\{_V[23]\}|/api|/ajax-api|/version|/graphql)[^"]*)"')

ROUTES = {
    "/version",
    "{_V2}/{route}",  # experiments/get and experiments/get-by-name
    "{_V2}/experiments/search",
    "{_V2}/runs/get",
    "{_V2}/traces",
    "/api/2.0/mlflow/traces/{quoted}/info",
    "/api/3.0/mlflow/traces/get",
    "/api/3.0/mlflow/traces/batchGet",
    "{_V3}/traces/metrics",
    "{_V3}/traces/search",
    "/api/3.0/mlflow/traces/{quoted}",
    "/ajax-api/{version}/mlflow/get-trace-artifact",
}
WITH_BODY = {"{_V2}/experiments/search", "{_V3}/traces/search", "{_V3}/traces/metrics"}
"""What is POSTed: MLflow's searches are. Everything else is a GET."""

METHODS = {
    "batch_get_traces",
    "get_experiment",
    "get_experiment_by_name",
    "get_run",
    "get_trace",
    "get_trace_info",
    "query_trace_metrics",
    "search_experiments",
    "search_traces",
}


def test_every_route_of_a_server_that_is_asked_reads() -> None:
    """A route that is new here must be looked up in MLflow: deleting and logging are a word away."""
    found = {route for path in FILES for route in ROUTE.findall(path.read_text(encoding="utf-8"))}
    assert found - {"/api/2.0/mlflow", "/api/3.0/mlflow"} == ROUTES


def test_only_searches_are_posted() -> None:
    """By the one place that makes requests: a body makes it a POST, and nothing makes it anything else."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    questions = re.findall(r"Question\((f?\"[^\"]*\"[^\n]*)", source)
    posted = {match[1] for one in questions if "body" in one and (match := ROUTE.match(one))}
    assert posted == WITH_BODY
    assert not re.search(r"\"(PUT|PATCH|DELETE)\"|\.(put|patch|delete)\(", source)


def test_every_method_of_mlflows_store_that_is_called_reads() -> None:
    """The store class has some two hundred, most of which write."""
    called = {name for path in FILES for name in _called_on_store(ast.parse(path.read_text(encoding="utf-8")))}
    assert called == METHODS


def _called_on_store(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "store":
            yield node.attr
