"""`make release-check` sees what is not ready: each check is run on a copy that is, and on copies that are not."""

import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from release import check
from release.checks import (
    Finding,
    check_changelog,
    check_sdist,
    check_server_json,
    check_tag,
    check_tree,
    check_version,
    check_wheel,
    version_of,
)

ROOT = Path(__file__).parents[1]
READ = ("mcp_traces/__init__.py", "server.json", "bundle/manifest.json", "tests/data/server.schema.json")
CHANGELOG = "# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-11-30\n\n### Added\n\n- Something.\n"
ABOUT = "mcp_traces-1.2.3.dist-info"


def git(root: Path, *words: str) -> None:
    """Of a repository that knows nobody."""
    who = ("-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that could be released as 1.2.3."""
    root = tmp_path_factory.mktemp("made")
    for name in READ:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        text = (ROOT / name).read_text(encoding="utf-8")
        (root / name).write_text(text.replace(version_of(ROOT), "1.2.3"), encoding="utf-8")
    for name in ("py.typed", "cli.py"):
        shutil.copy(ROOT / "mcp_traces" / name, root / "mcp_traces")
    (root / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    for name in ("LICENSE", "README.md", "pyproject.toml", "tests/conftest.py"):
        shutil.copy(ROOT / name, root / name)
    git(root, "init", "--quiet")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "All")
    return root


@pytest.fixture
def ready(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(made, tmp_path / "repository")


def write(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("one", [check_version, check_changelog, check_server_json, check_tag, check_tree])
def test_what_is_ready_is_called_so(ready: Path, one: Callable[[Path], Iterable[Finding]]) -> None:
    """Otherwise each of the tests below could pass for another reason."""
    assert [*one(ready)] == []


UNREADY: dict[str, tuple[Callable[[Path], Iterable[Finding]], tuple[str, str, str], Finding]] = {
    "a version that is none": (
        check_version,
        ("mcp_traces/__init__.py", '"1.2.3"', '"1.2.3.dev0"'),
        Finding("mcp_traces/__init__.py: __version__ is '1.2.3.dev0', which is not of the form 1.2.3."),
    ),
    "another version in server.json": (
        check_version,
        ("server.json", '"version": "1.2.3"', '"version": "1.2.2"'),
        Finding("server.json says '1.2.2' and mcp_traces/__init__.py '1.2.3': run `make docs`."),
    ),
    "another image": (
        check_version,
        ("server.json", "mcp-traces:1.2.3", "mcp-traces:1.2.2"),
        Finding(
            "server.json, package ghcr.io/mcp-traces/mcp-traces:1.2.2, says '1.2.2' and mcp_traces/__init__.py "
            "'1.2.3': run `make docs`."
        ),
    ),
    "another bundle": (
        check_version,
        ("bundle/manifest.json", '"version": "1.2.3"', '"version": "1.2.2"'),
        Finding("bundle/manifest.json says '1.2.2' and mcp_traces/__init__.py '1.2.3': run `make docs`."),
    ),
    "nothing released yet": (
        check_changelog,
        ("CHANGELOG.md", "## 1.2.3 - 2026-11-30\n", ""),
        Finding(
            "CHANGELOG.md: it has no version yet; put `## 1.2.3 - YYYY-MM-DD` below `## Unreleased`, above what it "
            "brings.",
            is_step=True,
        ),
    ),
    "an older version on top": (
        check_changelog,
        ("CHANGELOG.md", "## 1.2.3", "## 1.2.2"),
        Finding(
            "CHANGELOG.md: its newest version is 1.2.2; put `## 1.2.3 - YYYY-MM-DD` below `## Unreleased`, above what "
            "it brings.",
            is_step=True,
        ),
    ),
    "something left under Unreleased": (
        check_changelog,
        ("CHANGELOG.md", "## Unreleased\n", "## Unreleased\n\n### Fixed\n\n- A defect.\n"),
        Finding("CHANGELOG.md: under Unreleased stands what 1.2.3 would bring: - A defect.", is_step=True),
    ),
    "no date": (
        check_changelog,
        ("CHANGELOG.md", " - 2026-11-30", ""),
        Finding("CHANGELOG.md: `## 1.2.3` is not of the form `## 1.2.3 - 2026-01-31`."),
    ),
    "no name": (
        check_server_json,
        ("server.json", '"name": "io.github.mcp-traces/mcp-traces"', '"name": "mcp-traces"'),
        Finding("server.json: name: 'mcp-traces' does not match '^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$'"),
    ),
    "a schema of another day": (
        check_server_json,
        ("server.json", "/2025-12-11/", "/2025-12-12/"),
        Finding(
            "server.json names the schema https://static.modelcontextprotocol.io/schemas/2025-12-12/server.schema.json,"
            " and tests/data has https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json."
        ),
    ),
    "a change that is not committed": (
        check_tree,
        ("README.md", "mcp-traces", "traces"),
        Finding("Not committed: README.md.", is_step=True),
    ),
}


@pytest.mark.parametrize(("one", "change", "expected"), UNREADY.values(), ids=UNREADY)
def test_what_is_not_ready_is_told_with_what_to_do(
    ready: Path, one: Callable[[Path], Iterable[Finding]], change: tuple[str, str, str], expected: Finding
) -> None:
    """Whoever releases reads this and nothing else. What comes last in the checklist is open, the rest is wrong."""
    write(ready, *change)

    assert [*one(ready)] == [expected]


def test_a_version_is_released_once(ready: Path) -> None:
    """The index would refuse it, after the tag was pushed."""
    git(ready, "tag", "v1.2.3")

    (found,) = check_tag(ready)

    assert found.text == "The tag v1.2.3 is there already: raise __version__ in mcp_traces/__init__.py."


def make_wheel(root: Path, **changes: str | None) -> Path:
    """A wheel of what the repository holds; names that are set to None are left out."""
    held: dict[str, str | None] = {
        **{path.relative_to(root).as_posix(): "" for path in (root / "mcp_traces").iterdir()},
        **{f"{ABOUT}/{name}": "" for name in ("METADATA", "RECORD", "WHEEL", "licenses/LICENSE")},
        f"{ABOUT}/entry_points.txt": "[console_scripts]\nmcp-traces = mcp_traces.cli:main\n",
        **changes,
    }
    path = root.parent / "mcp_traces-1.2.3-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as made:
        for name, text in held.items():
            if text is not None:
                made.writestr(name, text)
    return path


WHEELS: dict[str, tuple[dict[str, str | None], list[str]]] = {
    "ready": ({}, []),
    "no types": ({"mcp_traces/py.typed": None}, ["lacks mcp_traces/py.typed."]),
    "no licence": ({f"{ABOUT}/licenses/LICENSE": None}, [f"lacks {ABOUT}/licenses/LICENSE."]),
    "a module left out": ({"mcp_traces/cli.py": None}, ["lacks mcp_traces/cli.py."]),
    "tests in it": ({"tests/conftest.py": ""}, ["holds tests/conftest.py, which does not belong there."]),
    "no command": ({f"{ABOUT}/entry_points.txt": ""}, ["brings no command mcp-traces."]),
}


@pytest.mark.parametrize(("changes", "expected"), WHEELS.values(), ids=WHEELS)
def test_a_wheel_holds_the_package_and_nothing_else(
    ready: Path, changes: dict[str, str | None], expected: list[str]
) -> None:
    """Tests that are installed beside it would shadow those of whoever installs it."""
    wheel = make_wheel(ready, **changes)

    assert [one.text for one in check_wheel(ready, wheel)] == [f"{wheel.name} {text}" for text in expected]


def make_sdist(root: Path, *, without: str = "", beside: str = "PKG-INFO") -> Path:
    names = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, encoding="utf-8", check=True).stdout
    path = root.parent / "mcp_traces-1.2.3.tar.gz"
    with tarfile.open(path, "w:gz") as made:
        for name in {*names.splitlines(), "PKG-INFO", beside} - {without}:
            made.addfile(tarfile.TarInfo(f"mcp_traces-1.2.3/{name}"))
    return path


def test_an_sdist_holds_what_git_has(ready: Path) -> None:
    """What lies beside it (secrets, stores, environments) must never be published."""
    assert [*check_sdist(ready, make_sdist(ready))] == []
    assert [one.text for one in check_sdist(ready, make_sdist(ready, without="tests/conftest.py"))] == [
        "mcp_traces-1.2.3.tar.gz lacks tests/conftest.py."
    ]
    assert [one.text for one in check_sdist(ready, make_sdist(ready, beside=".env"))] == [
        "mcp_traces-1.2.3.tar.gz holds .env, which git does not have."
    ]


def test_a_command_that_fails_is_told_by_the_end_of_what_it_said() -> None:
    """Of the tools that build and check there is nothing to add to."""
    assert [*check.of_command("sh", "-c", "echo said; echo why >&2; exit 3")] == [Finding("said\nwhy")]
    assert [*check.of_command("true")] == []


def test_open_steps_fail_only_when_it_is_time(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Between releases the changelog has no heading yet, and CI runs the rest all the same."""
    found = {"changelog": [Finding("later", is_step=True)], "tag": list[Finding]()}
    monkeypatch.setattr(check, "checks", lambda *_: [(name, lambda one=one: one) for name, one in found.items()])

    def run(*arguments: str) -> int:
        monkeypatch.setattr("sys.argv", ["check", *arguments])
        return check.main()

    assert (run(), run("--before-release")) == (1, 0)
    assert capsys.readouterr().out == "OPEN   changelog: later\nready  tag\n" * 2
    found["tag"].append(Finding("never"))
    assert run("--before-release") == 1
    assert "WRONG  tag: never\n" in capsys.readouterr().out
