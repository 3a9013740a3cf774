"""What must be true of a folder before it is released: each check gives what is not, and how to mend it."""

import json
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

VERSION = re.compile(r"\d+\.\d+\.\d+")
_ASSIGNED = re.compile(r'^__version__ = "(.*)"$', re.MULTILINE)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_RELEASED = re.compile(r"(\d+\.\d+\.\d+) - \d{4}-\d\d-\d\d")
_BELONGS_IN_A_WHEEL = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
_BELONGS_IN_AN_SDIST = (
    "PKG-INFO",
    "LICENSE",
    "README.md",
    "pyproject.toml",
    "mcp_traces/py.typed",
    "tests/conftest.py",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is not as it must be; `is_step` of what the release checklist does last, and so is open before."""

    text: str
    is_step: bool = False


def version_of(root: Path) -> str:
    match = _ASSIGNED.search((root / "mcp_traces" / "__init__.py").read_text(encoding="utf-8"))
    return match[1] if match else ""


def check_version(root: Path) -> Iterator[Finding]:
    """One version, of the form that the MCP registry takes as well, wherever a version is told."""
    version = version_of(root)
    if not VERSION.fullmatch(version):
        yield Finding(f"mcp_traces/__init__.py: __version__ is {version!r}, which is not of the form 1.2.3.")
        return
    for name, told in _told_versions(root):
        if told != version:
            yield Finding(f"{name} says {told!r} and mcp_traces/__init__.py {version!r}: run `make docs`.")


def _told_versions(root: Path) -> Iterator[tuple[str, str]]:
    server = _json(root / "server.json")
    yield "server.json", server["version"]
    for package in server["packages"]:
        told = package.get("version") or package["identifier"].rpartition(":")[2]
        yield f"server.json, package {package['identifier']},", told
    yield "bundle/manifest.json", _json(root / "bundle" / "manifest.json")["version"]


def check_changelog(root: Path) -> Iterator[Finding]:
    """The newest heading with a date is that of the version, and nothing is left above it."""
    text, version = (root / "CHANGELOG.md").read_text(encoding="utf-8"), version_of(root)
    headings = [match for match in _HEADING.finditer(text) if match[1] != "Unreleased"]
    if malformed := [match[1] for match in headings if not _RELEASED.fullmatch(match[1])]:
        yield Finding(f"CHANGELOG.md: `## {malformed[0]}` is not of the form `## 1.2.3 - 2026-01-31`.")
        return
    newest = headings[0][1].split(" ")[0] if headings else ""
    if newest != version:
        told = f"its newest version is {newest}" if newest else "it has no version yet"
        yield Finding(
            f"CHANGELOG.md: {told}; put `## {version} - YYYY-MM-DD` below `## Unreleased`, above what it brings.",
            is_step=True,
        )
    elif unreleased := _below_unreleased(text[: headings[0].start()]):
        yield Finding(f"CHANGELOG.md: under Unreleased stands what {version} would bring: {unreleased}", is_step=True)


def _below_unreleased(text: str) -> str:
    """The first line of what no version has yet."""
    lines = text.partition("## Unreleased\n")[2].splitlines()
    return next((line for line in lines if line.strip() and not line.startswith("#")), "")


def check_server_json(root: Path) -> Iterator[Finding]:
    """Valid by the schema that it names, of which the tests have a copy."""
    schema, server = _json(root / "tests" / "data" / "server.schema.json"), _json(root / "server.json")
    if server["$schema"] != schema["$id"]:
        yield Finding(f"server.json names the schema {server['$schema']}, and tests/data has {schema['$id']}.")
    errors: Any = Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER).iter_errors(server)
    for error in errors:
        yield Finding(f"server.json: {'.'.join(map(str, error.absolute_path)) or 'the whole'}: {error.message}")


def check_generated(root: Path) -> Iterator[Finding]:
    """Tables in README.md and docs, server.json, the bundle's manifest."""
    done = _run(root, sys.executable, "docs/generate.py", "--check")
    if done.returncode:
        yield from (Finding(line) for line in done.stderr.splitlines())


def check_tag(root: Path) -> Iterator[Finding]:
    """A version is released once."""
    tag = f"v{version_of(root)}"
    if _run(root, "git", "tag", "--list", tag).stdout.strip():
        yield Finding(f"The tag {tag} is there already: raise __version__ in mcp_traces/__init__.py.", is_step=True)


def check_tree(root: Path) -> Iterator[Finding]:
    """What is released is what is committed."""
    done = _run(root, "git", "status", "--porcelain")
    if done.returncode:
        yield Finding(f"git status: {done.stderr.strip()}")
    elif changed := [line[3:] for line in done.stdout.splitlines()]:
        more = f" and {len(changed) - 5} more" if len(changed) > 5 else ""
        yield Finding(f"Not committed: {', '.join(changed[:5])}{more}.", is_step=True)


def check_wheel(root: Path, wheel: Path) -> Iterator[Finding]:
    """The package as it is in the folder, what is told about it, and nothing else."""
    about = f"mcp_traces-{version_of(root)}.dist-info"
    package = {path.relative_to(root).as_posix() for path in (root / "mcp_traces").rglob("*.py")}
    wanted = {*package, "mcp_traces/py.typed", *(f"{about}/{name}" for name in _BELONGS_IN_A_WHEEL)}
    with zipfile.ZipFile(wheel) as opened:
        held = set(opened.namelist())
        starts = opened.read(f"{about}/entry_points.txt").decode() if f"{about}/entry_points.txt" in held else ""
    yield from _missing(wheel, wanted - held)
    yield from (Finding(f"{wheel.name} holds {name}, which does not belong there.") for name in sorted(held - wanted))
    if "mcp-traces = mcp_traces.cli:main" not in starts:
        yield Finding(f"{wheel.name} brings no command mcp-traces.")


def check_sdist(root: Path, sdist: Path) -> Iterator[Finding]:
    """What git has, and nothing that lies beside it here."""
    with tarfile.open(sdist) as opened:
        held = {name.partition("/")[2] for name in opened.getnames()}
    tracked = set(_run(root, "git", "ls-files").stdout.splitlines())
    yield from _missing(sdist, {*tracked, *_BELONGS_IN_AN_SDIST} - held)
    for name in sorted(held - tracked - {"PKG-INFO"}):
        yield Finding(f"{sdist.name} holds {name}, which git does not have.", is_step=True)


def _missing(archive: Path, names: Iterable[str]) -> Iterator[Finding]:
    return (Finding(f"{archive.name} lacks {name}.") for name in sorted(names))


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", check=False)
