"""The Makefile is the one list of commands: help tells them, hooks and CI call them, docs name those that there are."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE)
FOR_OTHERS = {"test-nginx", "test-mariadb", "test-chromium", "packages"}
"""Nobody asks for these by themselves: `make test` and `make test-clients` need them."""


def test_commands_are_no_files() -> None:
    """A folder of the same name (docs, bundle, release) would otherwise make a command do nothing."""
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)

    assert sorted(phony.split()) == sorted(TARGETS)


def test_help_tells_every_command_below_its_heading() -> None:
    """In groups, in the order in which a newcomer comes to them."""
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    headings = re.findall(r"^([A-Z].*)$", said, re.MULTILINE)

    assert re.findall(r"^  make ([a-z-]+) +\S", said, re.MULTILINE) == [
        name for name in TARGETS if name not in FOR_OTHERS
    ]
    assert headings == ["See it", "Test", "Check", "Write what is generated", "Release", "Measure", "Clean"]


def test_hooks_call_the_commands() -> None:
    """What passes before a commit passes in CI: together they are `make static`, and format mends what that refuses."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    entries = [hook["entry"] for repository in config["repos"] for hook in repository["hooks"]]

    assert entries == [f"make --silent {name}" for name in ("format", "lint", "types", "docs-check")]
    assert {entry.split()[-1] for entry in entries} <= set(TARGETS)
    of_hooks = {line for entry in entries for line in recipe(entry.split()[-1])}
    assert set(recipe("static")) - of_hooks == {"$(BIN)/ruff format --check ."}


def recipe(target: str) -> list[str]:
    (lines,) = re.findall(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    return [line.strip() for line in lines.splitlines()]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ".ci/run", "docs"])
def test_commands_that_are_named_are_there(name: str) -> None:
    """A command that was renamed is still written somewhere."""
    paths = [*(ROOT / name).glob("*.md")] if name == "docs" else [ROOT / name]
    for path in paths:
        text = path.read_text(encoding="utf-8")
        named = {*re.findall(r"`make ([a-z-]+)", text), *re.findall(r"^make ([a-z-]+)", text, re.MULTILINE)}
        assert named <= set(TARGETS), path
