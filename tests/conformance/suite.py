"""One run of MCP's official conformance suite against a server, and what each scenario found."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.stdio_process import Era

HERE = Path(__file__).parent
SUITE = HERE / "node_modules" / "@modelcontextprotocol" / "conformance"
NODE_NEEDED = 22
DEADLINE_S = 120
_RESULTS = re.compile(r"server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z")


@dataclass(frozen=True, slots=True)
class Run:
    """How it ended, and the checks of each scenario."""

    exit_code: int
    output: str
    checks: Mapping[str, list[dict[str, Any]]]

    def passed(self, scenario: str) -> int:
        return self._count(scenario, "SUCCESS")

    def is_clean(self, scenario: str) -> bool:
        """Passed, and without as much as a warning."""
        return self.passed(scenario) > 0 and not self._count(scenario, "FAILURE") + self._count(scenario, "WARNING")

    def _count(self, scenario: str, status: str) -> int:
        return sum(check["status"] == status for check in self.checks.get(scenario, ()))

    @property
    def wire_schema(self) -> dict[str, str]:
        """For each scenario whose messages were held to the revision's schema, how that went."""
        return {
            scenario: check["status"]
            for scenario, checks in self.checks.items()
            for check in checks
            if check["id"] == "wire-schema-valid"
        }


def run_suite(url: str, revision: Era, results: Path, baseline: Path | None) -> Run:
    expected = ("--expected-failures", str(baseline)) if baseline else ()
    asked = ("--url", url, "--requirements", revision, "--output-dir", str(results))
    done = subprocess.run(
        [_node(), str(SUITE / "dist" / "index.js"), "server", *asked, *expected],
        capture_output=True,
        encoding="utf-8",
        timeout=DEADLINE_S,
        check=False,
    )
    return Run(done.returncode, done.stdout + done.stderr, _checks(results))


def scored(revision: Era) -> list[str]:
    """The scenarios that conformance to a revision of the protocol requires of a server."""
    said = (SUITE / "requirements" / f"{revision}.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(said)["server"]


def _checks(results: Path) -> dict[str, list[dict[str, Any]]]:
    found = ((_RESULTS.fullmatch(path.parent.name), path) for path in results.glob("*/checks.json"))
    return {match[1]: json.loads(path.read_text(encoding="utf-8")) for match, path in found if match}


def _node() -> str:
    """A Node.js that is new enough: the machine's, or the one that was installed. Skips without one."""
    candidates = [shutil.which("node"), *map(str, (HERE / "node_modules").glob("node-*/bin/node"))]
    said = HERE / "why-not"
    if not (HERE / "node_modules" / ".installed").exists():
        pytest.skip(f"no suite: {said.read_text().strip() if said.exists() else '`make test` installs it'}")
    for node in filter(None, candidates):
        if _major(node) >= NODE_NEEDED:
            return node
    pytest.skip(f"the suite needs Node.js {NODE_NEEDED}, which has no package for this machine")


def _major(node: str) -> int:
    told = subprocess.run([node, "--version"], capture_output=True, encoding="utf-8", timeout=30, check=True)
    return int(told.stdout.removeprefix("v").split(".")[0])
