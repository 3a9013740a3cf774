"""A home of the test's own, and what tests do with clients' files in it."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mcp_traces.cli import main
from tests.stdio_process import fresh_environment

STORE = ["--tracking-uri", "http://mlflow:5000"]

PLACES = {
    "claude-desktop": ".config/Claude/claude_desktop_config.json",
    "claude-code": ".mcp.json",
    "cursor": ".cursor/mcp.json",
    "vscode": ".vscode/mcp.json",
    "windsurf": ".codeium/windsurf/mcp_config.json",
    "codex": ".codex/config.toml",
    "gemini": ".gemini/settings.json",
}


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A home and a folder of the test's own, and no settings of whoever runs it; logging is left to pytest."""
    monkeypatch.setattr("mcp_traces.cli.configure_logging", lambda *_: None)
    with fresh_environment(tmp_path):
        for name in ("CODEX_HOME", "XDG_CONFIG_HOME", "APPDATA"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.chdir(tmp_path)
        yield tmp_path


def wrote(client: str, *flags: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["config", client, "--write", *STORE, *flags]) == 0
    return capsys.readouterr().out


def read(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    return tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)


def backups(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.backup-*"))
