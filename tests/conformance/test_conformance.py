"""MCP's official conformance suite: our server as it is, and our server with the suite's own tools added."""

from pathlib import Path

import pytest

from tests.conformance.suite import HERE, Run, run_suite, scored
from tests.http.http_process import http_server
from tests.stdio_process import ERAS, Era
from tests.stores import RealStore

pytestmark = pytest.mark.store

ROOT = HERE.parent.parent
APPLY: dict[Era, dict[str, int]] = {
    "2025-11-25": {
        "server-initialize": 2,
        "ping": 2,
        "completion-complete": 2,
        "tools-list": 3,
        "resources-list": 2,
        "prompts-list": 2,
        "dns-rebinding-protection": 2,
    },
    "2026-07-28": {
        "server-stateless": 23,
        "completion-complete": 2,
        "tools-list": 4,
        "server-sse-multiple-streams": 1,
        "resources-list": 2,
        "sep-2164-resource-not-found": 4,
        "prompts-list": 2,
        "dns-rebinding-protection": 2,
        "caching": 8,
        "http-header-validation": 14,
    },
}
"""Scenarios that ask nothing of the suite's own of a server, with the checks that must pass in each."""

BASELINES = sorted(HERE.glob("*-????-??-??.yml"))


def _run(store: RealStore, folder: Path, revision: Era, baseline: str | None, change: str = "") -> Run:
    with http_server(folder, "--tracking-uri", store.tracking_uri, change=change, PYTHONPATH=str(ROOT)) as server:
        path = HERE / f"{baseline}-{revision}.yml" if baseline else None
        return run_suite(server.url, revision, folder / "results", path)


@pytest.mark.parametrize("revision", ERAS)
def test_every_scenario_that_applies_to_any_server_passes(
    sqlite_store: RealStore, tmp_path: Path, revision: Era
) -> None:
    """With the number of checks that it has, so that none passes for nothing; the baseline is exact both ways."""
    run = _run(sqlite_store, tmp_path, revision, "server")

    assert run.exit_code == 0, run.output[-4000:]
    assert {scenario: run.passed(scenario) for scenario in APPLY[revision]} == APPLY[revision]
    assert set(run.wire_schema.values()) == {"SUCCESS"} and len(run.wire_schema) > 25


@pytest.mark.parametrize(
    ("revision", "baseline", "sessions"),
    [("2026-07-28", None, False), ("2025-11-25", "stateless", False), ("2025-11-25", None, True)],
    ids=["2026-07-28", "2025-11-25", "2025-11-25 with sessions"],
)
def test_with_the_tools_of_the_suite_every_scored_scenario_passes(
    sqlite_store: RealStore, tmp_path: Path, revision: Era, baseline: str | None, sessions: bool
) -> None:
    """Nothing that our server object does about calls, errors and callers stands in the way of the protocol."""
    change = f"from tests.conformance.fixtures import install; install(sessions={sessions})"

    run = _run(sqlite_store, tmp_path, revision, baseline, change)

    expected = _entries(HERE / f"{baseline}-{revision}.yml") if baseline else set[str]()
    assert run.exit_code == 0, run.output[-4000:]
    assert {scenario for scenario in scored(revision) if not run.is_clean(scenario)} == expected
    assert set(run.wire_schema.values()) == {"SUCCESS"} and len(run.wire_schema) > 25


def _entries(baseline: Path) -> set[str]:
    return {line.split()[1] for line in _lines(baseline)}


def _lines(baseline: Path) -> list[str]:
    return [line for line in baseline.read_text(encoding="utf-8").splitlines() if line.startswith("  - ")]


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda path: path.stem)
def test_each_entry_of_a_baseline_has_its_reason(baseline: Path) -> None:
    assert _lines(baseline)
    assert [line for line in _lines(baseline) if " # " not in line] == []
