"""A release but for its last step, which `make release-check` runs: `python -m release.check [--before-release]`.

Builds and checks all that would be published, publishes nothing, and says for each thing whether it is ready. It fails
at what is wrong, and at steps of the checklist (CONTRIBUTING.md) that are open; the latter not with --before-release.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from release.checks import (
    Finding,
    check_changelog,
    check_generated,
    check_sdist,
    check_server_json,
    check_tag,
    check_tree,
    check_version,
    check_wheel,
)

ROOT = Path(__file__).parents[1]
TWINE = ("--from", "twine>=6.1", "--with", "readme-renderer[md]", "twine", "check", "--strict")
SHOWN_LINES = 20
WHY_NO_NODE = ROOT / "tests" / "clients" / "why-not"

Check: TypeAlias = Callable[[], Iterable[Finding]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="release.check")
    parser.add_argument("--uv", default="uv")
    parser.add_argument("--before-release", action="store_true", help="open steps of the checklist are no failure")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = [*told(checks(arguments.uv, Path(folder)))]
    return int(any(not (one.is_step and arguments.before_release) for one in found))


def checks(uv: str, dist: Path) -> Iterator[tuple[str, Check]]:
    """By name, in the order of what depends on what: the later ones look at what the earlier ones have built."""
    yield "version", lambda: check_version(ROOT)
    yield "changelog", lambda: check_changelog(ROOT)
    yield "generated docs", lambda: check_generated(ROOT)
    yield "server.json", lambda: check_server_json(ROOT)
    yield "tag", lambda: check_tag(ROOT)
    yield "working tree", lambda: check_tree(ROOT)
    yield "build", lambda: of_command(uv, "build", "--quiet", "--python", sys.executable, "--out-dir", str(dist), ".")
    yield "description", lambda: of_command(uv, "tool", "run", "--quiet", *TWINE, *map(str, _built(dist)))
    yield "wheel", lambda: [one for path in dist.glob("*.whl") for one in check_wheel(ROOT, path)]
    yield "sdist", lambda: [one for path in dist.glob("*.tar.gz") for one in check_sdist(ROOT, path)]
    yield "bundle", of_bundle


def told(named: Iterable[tuple[str, Check]]) -> Iterator[Finding]:
    """All that is found, printed as it is found."""
    for name, check in named:
        found = [*check()]
        if not found:
            print(f"ready  {name}")
        for one in found:
            print(f"{'OPEN' if one.is_step else 'WRONG':6} {name}: {one.text}")
        yield from found


def of_command(*command: str) -> Iterator[Finding]:
    """What it says when it fails."""
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False
    )
    if done.returncode:
        yield Finding("\n".join(done.stdout.strip().splitlines()[-SHOWN_LINES:]) or f"{command[0]} failed.")


def of_bundle() -> list[Finding]:
    """Packed by a tool that needs Node.js; where there is none, it is to be done elsewhere."""
    found = [*of_command("make", "--silent", "bundle")]
    return [Finding(one.text, is_step=WHY_NO_NODE.exists()) for one in found]


def _built(dist: Path) -> list[Path]:
    return sorted(path for path in dist.iterdir() if path.name.endswith((".whl", ".tar.gz")))


if __name__ == "__main__":
    sys.exit(main())
