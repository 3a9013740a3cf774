"""`mcp-traces config --write`: the client's own file, changed whole or not at all, with a backup beside it."""

import json
import os
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from mcp_traces.cli import EXIT_FAILED, main
from mcp_traces.clients import files
from mcp_traces.clients.files import file_of, read_client_file
from mcp_traces.clients.servers import EXAMPLE
from mcp_traces.clients.shapes import SHAPES
from mcp_traces.errors import ClientFileError
from tests.client_configs.conftest import PLACES, STORE, backups, read, wrote
from tests.client_configs.schemas import SCHEMAS

CLIENTS = pytest.mark.parametrize("client", SHAPES)


@CLIENTS
def test_a_file_that_is_not_there_is_made_where_the_client_reads_it(
    client: str, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its folder; a second time nothing is changed, and no backup is made of it."""
    monkeypatch.setattr(sys, "platform", "linux")
    path = home / PLACES[client]

    said = wrote(client, capsys=capsys)

    assert f"Wrote mlflow-traces into {path}, a new file." in said and "Start " in said
    Draft202012Validator(SCHEMAS[client]).validate(read(path))
    before = path.stat()
    assert wrote(client, capsys=capsys) == f"{path} has it already; nothing was changed.\n"
    assert path.stat().st_mtime_ns == before.st_mtime_ns and path.stat().st_ino == before.st_ino
    assert [one.name for one in path.parent.iterdir() if one.is_file()] == [path.name]
    assert main(["config", client, *STORE]) == 0
    assert f"{path} has it already." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("platform", "variables", "path"),
    [
        ("darwin", {}, "Library/Application Support/Claude/claude_desktop_config.json"),
        ("win32", {}, "AppData/Roaming/Claude/claude_desktop_config.json"),
        ("win32", {"APPDATA": "{home}/Roaming"}, "Roaming/Claude/claude_desktop_config.json"),
        ("linux", {"XDG_CONFIG_HOME": "{home}/xdg"}, "xdg/Claude/claude_desktop_config.json"),
    ],
)
def test_claude_desktop_keeps_its_file_where_the_system_wants_it(
    platform: str, variables: dict[str, str], path: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As its page says for macOS and Windows, and as applications do elsewhere."""
    monkeypatch.setattr(sys, "platform", platform)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.replace("{home}", str(home)))

    assert file_of("claude-desktop") == home / path


def test_codex_may_have_moved_its_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CODEX_HOME says where."""
    monkeypatch.setenv("CODEX_HOME", str(home / "elsewhere"))

    assert file_of("codex") == home / "elsewhere" / "config.toml"


BROKEN: dict[str, tuple[str, bytes, str]] = {
    "a comment": ("vscode", b'{\n  // mine\n  "servers": {}\n}', "Comments are no JSON."),
    "a comma too many": ("cursor", b'{"mcpServers": {},}', "is no JSON that can be kept as it is"),
    "half a file": ("gemini", b'{"mcpServers": {"a"', "is no JSON that can be kept as it is"),
    "a key twice": ("cursor", b'{"mcpServers": {"a": 1, "a": 2}}', "the key 'a' stands twice in one object"),
    "no number of JSON": ("cursor", b'{"a": NaN}', "NaN is no JSON"),
    "too large a number": ("cursor", b'{"a": 1e999}', "1e999 is too large a number"),
    "endless nesting": ("cursor", b"[" * 100_000, "is no JSON that can be kept as it is"),
    "no UTF-8": ("cursor", b'{"a": "\xff"}', "cannot be read"),
    "a list": ("cursor", b"[]", "holds no object"),
    "servers as a list": ("cursor", b'{"mcpServers": []}', "has another kind of `mcpServers` than Cursor documents"),
    "inputs as an object": ("vscode", b'{"inputs": {}}', "has another kind of `inputs` than VS Code documents"),
    "broken TOML": ("codex", b"[mcp_servers\n", "is no TOML that can be kept as it is"),
    "an inline table": ("codex", b'mcp_servers = {a = {command = "x"}}\n', "in a way that cannot be added to"),
    "quoted": ("codex", b'[mcp_servers."mlflow-traces"]\ncommand = "x"\n', "in a way that cannot be added to"),
}


@pytest.mark.parametrize(("client", "data", "told"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_kept_is_refused_and_untouched(
    client: str, data: bytes, told: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A client whose file is broken forgets all its servers; the snippet can still be printed."""
    path = home / PLACES[client]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)

    assert main(["config", client, "--write", *STORE]) == EXIT_FAILED

    said = capsys.readouterr()
    assert said.out == "" and str(path) in said.err and told in said.err
    assert "It is as it was. Without --write, `mcp-traces config` prints what to paste into it by hand." in said.err
    assert path.read_bytes() == data
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert main(["config", client, *STORE]) == 0


def test_a_backup_is_never_written_over(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two within a second have names of their own."""
    path = home / ".cursor" / "mcp.json"
    path.parent.mkdir()
    path.write_text("{}")
    for number in range(5):
        wrote("cursor", "--max-chars", str(9000 + number), capsys=capsys)

    kept = [json.loads(one.read_text() or "{}") for one in backups(path)]
    sizes = sorted(one["mcpServers"]["mlflow-traces"]["env"]["MCP_TRACES_MAX_CHARS"] if one else "" for one in kept)
    assert sizes == ["", "9000", "9001", "9002", "9003"]


def test_a_link_stays_one(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Many keep such files in a repository of their own and link to them."""
    real = home / "dotfiles" / "mcp.json"
    real.parent.mkdir()
    real.write_text("{}")
    link = home / ".cursor" / "mcp.json"
    link.parent.mkdir()
    link.symlink_to(real)

    wrote("cursor", capsys=capsys)

    assert link.is_symlink() and "mlflow-traces" in real.read_text()
    assert len(backups(real)) == 1


def test_a_file_that_was_changed_meanwhile_is_left(home: Path) -> None:
    """A client may write its own settings while we do."""
    path = home / "mcp.json"
    path.write_text("{}")
    shape = SHAPES["cursor"]
    file = read_client_file(shape, path)
    path.write_text('{"new": 1}')

    with pytest.raises(ClientFileError, match="was changed by another program just now"):
        file.change(file.with_server(shape.document(EXAMPLE)))
    assert [one.name for one in home.iterdir()] == ["mcp.json"] and read(path) == {"new": 1}


def test_a_disk_that_is_full_leaves_the_file_as_it_was(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole or not at all: what was begun is gone, the backup may stay."""
    path = home / "mcp.json"
    path.write_text("{}")
    file = read_client_file(SHAPES["cursor"], path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ClientFileError, match="cannot be written: No space left on device"):
        file.change(file.with_server(SHAPES["cursor"].document(EXAMPLE)))
    assert read(path) == {}
    assert {one.name for one in home.iterdir()} - {one.name for one in backups(path)} == {"mcp.json"}


def test_another_file_may_be_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """That of a project, for instance."""
    wrote("cursor", "--file", "project/.cursor/mcp.json", capsys=capsys)

    assert "mlflow-traces" in read(home / "project" / ".cursor" / "mcp.json")["mcpServers"]


def test_nobodys_configuration_is_that_large(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong path must not fill the memory."""
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    path = home / "mcp.json"
    path.write_text('{"a":      1}')

    with pytest.raises(ClientFileError, match="is larger than 10 bytes"):
        read_client_file(SHAPES["cursor"], path)
