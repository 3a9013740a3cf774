"""Every code block that people may copy is of a known kind, and is run or held to the code."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.scale import INDEXES, TRIGRAM_INDEX
from mcp_traces.clients.servers import EXAMPLE
from mcp_traces.clients.shapes import SHAPES
from mcp_traces.http.auth import MLFLOW_HEADER
from mcp_traces.http.resource_metadata import metadata_url
from mcp_traces.redaction.masking import Redactor
from tests.docs.commands import check_command, commands
from tests.docs.fences import ROOT, Fence, fences, fences_of
from tests.stdio_process import clean_environment
from tests.stores import RealStore

CONFIGURATIONS = [shape.document(EXAMPLE) for shape in SHAPES.values()]


def _is_a_tree_of_the_package(text: str) -> None:
    """The house as docs/architecture.md draws it: what stands at its first indentation is there."""
    rooms = re.findall(r"^  ([\w./]+)", text, re.MULTILINE)
    assert len(rooms) > 20
    assert [room for room in rooms if not (ROOT / "mcp_traces" / room).exists()] == []


def _is_the_address_of_the_metadata(text: str) -> None:
    assert text.strip() == metadata_url("https://traces.example.com/mcp")


def _is_the_header_for_mlflow(text: str) -> None:
    assert text.lower().startswith(f"{MLFLOW_HEADER}: basic ")


def _is_what_redaction_makes(text: str) -> None:
    """With values in place of the masks, the masks come back."""
    leaked = text.replace("[masked: bearer_token]", "k9Xw2LqTz8Rv5NbY1mPd").replace("[masked: password]", "hunt3r-2-Xq")
    assert leaked.count("masked") == 0
    for before, after in zip(leaked.splitlines(), text.splitlines(), strict=True):
        assert Redactor("credentials").text(before) == after


NO_COMMANDS: dict[tuple[str, str], Callable[[str], None]] = {
    ("docs/architecture.md", "mcp_traces/"): _is_a_tree_of_the_package,
    (
        "docs/deploy.md",
        "https://traces.example.com/.well-known/oauth-protected-resource/mcp",
    ): _is_the_address_of_the_metadata,
    ("docs/deploy.md", "X-MLflow-Authorization: Basic <base64 of user:password>"): _is_the_header_for_mlflow,
    ("docs/redaction.md", "Authorization: Bearer [masked: bearer_token]"): _is_what_redaction_makes,
}
"""Blocks without a language that are no commands, by page and first line."""


def _shell(fence: Fence) -> None:
    if check := NO_COMMANDS.get(fence.place):
        check(fence.text)
        return
    for words in commands(fence.text):
        check_command(words)


def _json(fence: Fence) -> None:
    """A client's configuration, as `mcp-traces config` prints it; answers stand in examples."""
    document = json.loads(fence.text)
    assert fence.is_example or document in CONFIGURATIONS


def _toml(fence: Fence) -> None:
    assert tomllib.loads(fence.text) in CONFIGURATIONS


def _python(fence: Fence) -> None:
    """It runs in a test below."""
    compile(fence.text, str(fence), "exec")


def _text(fence: Fence) -> None:
    assert fence.is_example


def _sql(fence: Fence) -> None:
    """An index that `make bench-scale` creates, and a test sees used; statements of callers stand in examples."""
    assert fence.is_example or fence.text.strip() in {index.sql for index in (*INDEXES, TRIGRAM_INDEX)}


KINDS: dict[str, Callable[[Fence], None]] = {
    "sql": _sql,
    "": _shell,
    "json": _json,
    "toml": _toml,
    "python": _python,
    "text": _text,
}


def check(fence: Fence) -> None:
    """A path behind the language (`text`, as ruff formats Python on pages) says that the block stands in that file."""
    language, _, path = fence.language.partition(" ")
    if path:
        assert language == "text"
        assert fence.text in (ROOT / path).read_text(encoding="utf-8"), f"{fence}: not in {path}"
        return
    assert fence.language in KINDS, f"{fence}: nobody knows how to check {fence.language!r}"
    KINDS[fence.language](fence)


def has_a_suite(fence: Fence) -> bool:
    """A folder of pages whose examples are run by a suite of the same name."""
    folder = Path(fence.page).parent.name
    return folder not in ("", "docs") and (ROOT / "tests" / folder).is_dir()


@pytest.mark.parametrize("fence", [one for one in fences() if not has_a_suite(one)], ids=str)
def test_each_block_is_true(fence: Fence, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever copies it gets what the page says."""
    for name in os.environ.keys() - clean_environment().keys():
        monkeypatch.delenv(name)

    check(fence)


def test_every_named_block_is_there() -> None:
    """One that was taken away or changed must not leave its name behind."""
    assert NO_COMMANDS.keys() <= {fence.place for fence in fences()}


WRONG = {
    "a flag": "```\nmcp-traces --max-charz 5\n```",
    "a value": "```\nmcp-traces --max-chars 5\n```",
    "a flag of a command": "```\nmcp-traces config CLIENT --wriet\n```",
    "a client": "```\nmcp-traces config emacs\n```",
    "a command of token": "```\nmcp-traces token make ada\n```",
    "a variable": "```\nMCP_TRACES_MAX_CHARZ=5 mcp-traces\n```",
    "a service that would not start": "```\nmcp-traces --transport http --host 0.0.0.0\n```",
    "a target": "```\nmake tset\n```",
    "a command": "```\nmcp-tracez check\n```",
    "a command behind a pipe": "```\nmcp-traces check | jp\n```",
    "a manifest": "```\nkubectl apply -f deploy/kubernets.yaml\n```",
    "a service": "```\ndocker compose -f deploy/compose.yaml up mcp-traces-3\n```",
    "a variable of an image": "```\ndocker run -e MCP_TRACES_AUHT=token mcp-traces\n```",
    "a package": "```\nclaude mcp add mlflow-traces -- uvx mcp-trace\n```",
    "json": '```json\n{"mcpServers": }\n```',
    "a configuration": '```json\n{"mcpServers": {"mlflow-traces": {"command": "uvx", "args": ["mcp-trace"]}}}\n```',
    "toml": "```toml\n[mcp_servers.mlflow-traces]\ncommand = 'uvy'\n```",
    "python": "```python\nasync def\n```",
    "sql": "```sql\nDROP TABLE spans;\n```",
    "what a file is said to have": "```text mcp_traces/filters/grammar.py\nFIELDS = {}\n```",
    "a language": "```ruby\nputs 1\n```",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_a_wrong_block_is_seen(text: str) -> None:
    """Otherwise the test above says nothing."""
    (fence,) = fences_of("docs/page.md", f"{text}\n")

    with pytest.raises((AssertionError, ValueError, SyntaxError)):
        check(fence)


PROGRAMS = [fence for fence in fences() if fence.language == "python" and not has_a_suite(fence)]


@pytest.mark.store
@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_each_program_runs(program: Fence, sqlite_store: RealStore, tmp_path: Path) -> None:
    """As it stands, but for the address of the store; `uvx` starts what is installed here."""
    uvx = tmp_path / "uvx"
    uvx.write_text(f'#!/bin/sh\nshift\nexec "{sys.executable}" -m mcp_traces "$@"\n', encoding="utf-8")
    uvx.chmod(0o755)
    text = program.text.replace("http://localhost:5000", sqlite_store.tracking_uri)
    environment: dict[str, Any] = clean_environment(PATH=f"{tmp_path}:{os.environ['PATH']}")

    done = subprocess.run([sys.executable, "-c", text], env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "'traces':" in done.stdout
