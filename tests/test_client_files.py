"""`mcp-traces config --write`: everything else in the file stays, whole or not at all, with a backup beside it."""

import json
import os
import stat
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mcp_traces.cli import EXIT_FAILED, main
from mcp_traces.clients import files
from mcp_traces.clients.files import file_of, read_client_file
from mcp_traces.clients.servers import EXAMPLE, LocalServer
from mcp_traces.clients.shapes import SHAPES
from mcp_traces.clients.texts import merged, parsed, rewritten
from mcp_traces.errors import ClientFileError
from tests.client_schemas import SCHEMAS
from tests.stdio_process import fresh_environment

STORE = ["--tracking-uri", "http://mlflow:5000"]
CLIENTS = pytest.mark.parametrize("client", SHAPES)
JSON_CLIENTS = [client for client, shape in SHAPES.items() if shape.syntax == "json"]


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


PLACES = {
    "claude-desktop": ".config/Claude/claude_desktop_config.json",
    "claude-code": ".mcp.json",
    "cursor": ".cursor/mcp.json",
    "vscode": ".vscode/mcp.json",
    "windsurf": ".codeium/windsurf/mcp_config.json",
    "codex": ".codex/config.toml",
    "gemini": ".gemini/settings.json",
}


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


def test_what_else_is_in_the_file_stays(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Other servers, other settings, their order and indentation; what the file was is beside it, byte for byte."""
    path = home / ".gemini" / "settings.json"
    path.parent.mkdir()
    before = '{\n    "theme": "Größe",\n    "mcpServers": {"other": {"command": "x"}},\n    "z": [1.5, null]\n}'
    path.write_bytes(before.encode())
    path.chmod(0o640)

    said = wrote("gemini", capsys=capsys)

    assert list(read(path)) == ["theme", "mcpServers", "z"]
    assert list(read(path)["mcpServers"]) == ["other", "mlflow-traces"]
    assert path.read_text(encoding="utf-8").startswith('{\n    "theme": "Größe",\n    "mcpServers": {\n        "other"')
    (backup,) = backups(path)
    assert f"What it was is in {backup}." in said
    assert backup.read_bytes() == before.encode()
    assert {stat.S_IMODE(one.stat().st_mode) for one in (path, backup)} == {0o640}


def test_comments_of_toml_stay(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of all but the table that is replaced, which goes to the end."""
    path = home / ".codex" / "config.toml"
    path.parent.mkdir()
    path.write_text(
        '# mine\nmodel = "o3" # fast\n\n[mcp_servers.mlflow-traces]\ncommand = "old" # gone\n\n'
        '[mcp_servers.mlflow-traces.env]\nA = "1"\n# of the other\n[mcp_servers.other] # kept\ncommand = "x"\n'
    )

    said = wrote("codex", capsys=capsys)

    text = path.read_text()
    kept = '# mine\nmodel = "o3" # fast\n\n# of the other\n[mcp_servers.other] # kept\ncommand = "x"\n\n'
    assert text.startswith(f'{kept}[mcp_servers.mlflow-traces]\ncommand = "uvx"\n')
    assert '{"command": "old", "env": {"A": "…"}}' in said
    assert len(backups(path)) == 1


def test_another_entry_of_our_name_is_shown_and_replaced_only_when_written(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may be somebody's own; what looks like a secret in it is masked on the screen, and whole in the backup."""
    path = home / ".cursor" / "mcp.json"
    path.parent.mkdir()
    env = {"MLFLOW_TRACKING_TOKEN": "tok-s3cret-value", "MLFLOW_TRACKING_URI": "http://ann:pw-s3cret@old:5000"}
    old = {"mcpServers": {"mlflow-traces": {"command": "python", "env": env}}}
    path.write_text(json.dumps(old))

    assert main(["config", "cursor", *STORE]) == 0
    told = capsys.readouterr().err
    assert f"{path} has another mlflow-traces, which --write replaces: " in told and '"command": "python"' in told
    assert read(path) == old

    said = wrote("cursor", capsys=capsys)
    assert 'The mlflow-traces that it replaces: {"command": "python"' in said
    assert "s3cret" not in told + said
    assert read(path)["mcpServers"]["mlflow-traces"]["command"] == "uvx"
    assert json.loads(backups(path)[0].read_text()) == old


def test_what_was_filled_in_for_a_placeholder_stays(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Claude Desktop has no other place for a secret; writing anew must not take it away."""
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "tok-s3cret")
    assert "in place of what stands in <angle brackets>" in wrote("claude-desktop", capsys=capsys)
    path = file_of("claude-desktop")
    path.write_text(path.read_text().replace("<MLFLOW_TRACKING_TOKEN>", "filled-in"))

    wrote("claude-desktop", "--max-chars", "9000", capsys=capsys)

    env = read(path)["mcpServers"]["mlflow-traces"]["env"]
    assert (env["MLFLOW_TRACKING_TOKEN"], env["MCP_TRACES_MAX_CHARS"]) == ("filled-in", "9000")


def test_inputs_of_vs_code_are_added_once(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside those that are there, of which one with the same id may have been given other words."""
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "x")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "x")
    known = [{"type": "promptString", "id": "mlflow-tracking-token", "description": "ours", "password": True}, "odd"]
    path = home / ".vscode" / "mcp.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"inputs": known}))

    for _ in range(2):
        wrote("vscode", capsys=capsys)

    inputs = read(path)["inputs"]
    assert inputs[:2] == known
    assert [one["id"] for one in inputs[2:]] == ["mlflow-tracking-password"]


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


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(JSON_CLIENTS),
    st.dictionaries(TEXTS, VALUES),
    st.dictionaries(TEXTS, VALUES),
    st.sampled_from([None, 2, 4, "\t"]),
)
@settings(max_examples=200, deadline=None)
def test_a_merge_keeps_everything_else(client: str, rest: dict[str, Any], servers: dict[str, Any], indent: Any) -> None:
    """Whatever stands in the file; and a second merge changes nothing."""
    shape = SHAPES[client]
    before = {name: value for name, value in rest.items() if name not in (shape.key, "inputs")} | {shape.key: servers}
    text = json.dumps(before, indent=indent)
    addition = shape.document(LocalServer(secrets=("A",)))

    document = merged(shape, parsed(shape, text), addition)
    after = parsed(shape, rewritten(shape, text, document))

    ours = after[shape.key].pop("mlflow-traces")
    assert ours["args"] == ["mcp-traces"]
    after.pop("inputs", None)
    servers.pop("mlflow-traces", None)
    assert after == before
    assert merged(shape, document, addition) == document


TOML_KEYS = st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True)
TOML_LINES = st.lists(
    st.one_of(
        st.tuples(TOML_KEYS, TEXTS).map(lambda pair: f"{pair[0]} = {json.dumps(pair[1]).replace(chr(127), '')}"),
        TEXTS.map(lambda text: "# " + "".join(c for c in text if c.isprintable())),
        TOML_KEYS.map("[mcp_servers.{}]".format),
        TOML_KEYS.map("[{}]".format),
        st.sampled_from(
            [
                "",
                "[mcp_servers.mlflow-traces]",
                "[mcp_servers.mlflow-traces.env]",
                "  [[a]]",
                "x = '''\n[mcp_servers.mlflow-traces]\n'''",
            ]
        ),
    ),
    max_size=8,
)


@given(TOML_LINES)
@settings(max_examples=300, deadline=None)
def test_a_merge_of_toml_keeps_everything_else_or_is_refused(lines: list[str]) -> None:
    """What the new text says is compared with what it is to say, so no way to write TOML can be misread in silence."""
    shape, text = SHAPES["codex"], "\n".join(lines)
    try:
        before = parsed(shape, text)
        document = merged(shape, before, shape.document(EXAMPLE))
        told = rewritten(shape, text, document)
    except ClientFileError:
        return

    after = parsed(shape, told)
    assert after == document
    for one in (before, after):
        one.get("mcp_servers", {}).pop("mlflow-traces", None)
    assert (after.pop("mcp_servers"), after) == (before.pop("mcp_servers", {}), before)
