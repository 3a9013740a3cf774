"""`mcp-traces config --write`: everything else in the file stays, whatever it is."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_traces.cli import main
from mcp_traces.clients.files import file_of
from mcp_traces.clients.servers import EXAMPLE, LocalServer
from mcp_traces.clients.shapes import SHAPES
from mcp_traces.clients.texts import merged, parsed, rewritten
from mcp_traces.errors import ClientFileError
from tests.client_configs.conftest import STORE, backups, read, wrote

JSON_CLIENTS = [client for client, shape in SHAPES.items() if shape.syntax == "json"]


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
