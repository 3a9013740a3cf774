"""`mcp-traces config`: what is printed for each client is what it documents, and holds no secret."""

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mcp_traces.cli import EXIT_USAGE, main
from mcp_traces.clients.shapes import SHAPES
from tests.client_configs.schemas import REFERENCES, SCHEMAS

CLIENTS = pytest.mark.parametrize("client", SHAPES)
STORE = ["--tracking-uri", "http://mlflow.example.com:5000"]
HTTP = ["--transport", "http", "--public-url", "https://traces.example.com/mcp"]
SECRETS = {"MLFLOW_TRACKING_TOKEN": "tok-s3cret", "MLFLOW_TRACKING_PASSWORD": "pw-s3cret"}


def printed(client: str, *flags: str, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], str]:
    """The snippet on stdout as its client would read it, and the notes beside it."""
    assert main(["config", client, *flags]) == 0
    said = capsys.readouterr()
    return tomllib.loads(said.out) if client == "codex" else json.loads(said.out), said.err


def entry_of(client: str, document: dict[str, Any]) -> dict[str, Any]:
    return document[SHAPES[client].key]["mlflow-traces"]


def test_every_client_has_a_schema() -> None:
    """A new one is added with what it documents."""
    assert list(SHAPES) == list(SCHEMAS) == list(REFERENCES)


CASES = {
    "nothing set": ([], {}),
    "a server": (STORE, {}),
    "secrets": (STORE, SECRETS),
    "a database with a password": (["--tracking-uri", "postgresql://ann:pw-s3cret@db.example.com/mlflow"], {}),
    "more settings": ([*STORE, "--experiments", "a,b", "--max-chars", "9000", "--redact", "pii"], {}),
    "a url": (HTTP, {}),
    "a url with a token": ([*HTTP, "--auth", "token"], {}),
    "a url with both": ([*HTTP, "--auth", "token", "--mlflow-credentials", "caller"], {}),
}


@CLIENTS
@pytest.mark.parametrize(("flags", "variables"), CASES.values(), ids=CASES)
def test_each_snippet_is_as_its_client_documents(
    client: str,
    flags: list[str],
    variables: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By the client's own words and nothing else, whatever is set; and no secret is in what is printed."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if client == "claude-desktop" and "http" in flags:
        assert main(["config", client, *flags]) == EXIT_USAGE
        assert "Settings → Connectors" in capsys.readouterr().err
        return

    document, notes = printed(client, *flags, capsys=capsys)

    Draft202012Validator(SCHEMAS[client]).validate(document)
    assert "s3cret" not in json.dumps(document) + notes


@CLIENTS
def test_a_secret_is_named_where_the_client_looks_it_up(
    client: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the client's own mechanism, and a line says what is to be done."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)

    document, notes = printed(client, *STORE, capsys=capsys)

    entry = entry_of(client, document)
    if client == "codex":
        assert set(entry["env_vars"]) == set(SECRETS)
    else:
        assert all(re.fullmatch(REFERENCES[client], entry["env"][name]) for name in SECRETS)
    if client == "vscode":
        asked = {one["id"]: one["password"] for one in document["inputs"]}
        assert asked == {"mlflow-tracking-token": True, "mlflow-tracking-password": True}
        assert entry["env"]["MLFLOW_TRACKING_TOKEN"] == "${input:mlflow-tracking-token}"
    assert "MLFLOW_TRACKING_PASSWORD and MLFLOW_TRACKING_TOKEN" in notes


@CLIENTS
def test_a_url_has_its_headers_where_the_client_wants_them(client: str, capsys: pytest.CaptureFixture[str]) -> None:
    """For `--auth token` and `--mlflow-credentials caller`; for `--auth oidc` a client finds its way by itself."""
    if client == "claude-desktop":
        return
    both, notes = printed(client, *HTTP, "--auth", "token", "--mlflow-credentials", "caller", capsys=capsys)
    entry = entry_of(client, both)

    assert "MCP_TRACES_TOKEN and MCP_TRACES_MLFLOW_AUTHORIZATION" in notes
    assert "https://traces.example.com/mcp" in entry.values()
    if client == "codex":
        assert entry["bearer_token_env_var"] == "MCP_TRACES_TOKEN"
        assert entry["env_http_headers"] == {"X-MLflow-Authorization": "MCP_TRACES_MLFLOW_AUTHORIZATION"}
    else:
        assert re.fullmatch(f"Bearer {REFERENCES[client]}", entry["headers"]["Authorization"])
        assert re.fullmatch(REFERENCES[client], entry["headers"]["X-MLflow-Authorization"])
    oidc, _ = printed(client, *HTTP, "--auth", "oidc", capsys=capsys)
    assert not {"headers", "bearer_token_env_var"} & set(entry_of(client, oidc))


URIS = {
    "a relative file": ("sqlite:///mlflow.db", "sqlite:///{here}/mlflow.db", ["mcp-traces"]),
    "escapes and options": ("sqlite:///a%20b.db?mode=ro", "sqlite:///{here}/a%20b.db?mode=ro", ["mcp-traces"]),
    "a file of Windows": ("sqlite:///C:/data/m.db", "sqlite:///C:/data/m.db", ["mcp-traces"]),
    "a folder": ("./mlruns", "{here}/mlruns", ["mcp-traces"]),
    "databricks": ("databricks://profile", "databricks://profile", ["mcp-traces"]),
    "an absolute file": ("sqlite:////data/mlflow.db", "sqlite:////data/mlflow.db", ["mcp-traces"]),
    "a server": ("http://mlflow:5000", "http://mlflow:5000", ["mcp-traces"]),
    "postgresql": ("postgresql://db/m", "postgresql://db/m", ["--from", "mcp-traces[postgresql]", "mcp-traces"]),
    "mysql": ("mysql+pymysql://db/m", "mysql+pymysql://db/m", ["--from", "mcp-traces[mysql]", "mcp-traces"]),
    "a password": (
        "postgresql://ann:pw@db/m",
        "${env:MLFLOW_TRACKING_URI}",
        ["--from", "mcp-traces[postgresql]", "mcp-traces"],
    ),
    "a token as user": ("https://tok@mlflow/", "${env:MLFLOW_TRACKING_URI}", ["mcp-traces"]),
    "options": (
        "postgresql://db/m?password=pw",
        "${env:MLFLOW_TRACKING_URI}",
        ["--from", "mcp-traces[postgresql]", "mcp-traces"],
    ),
    "no address": ("http://[", "${env:MLFLOW_TRACKING_URI}", ["mcp-traces"]),
}


@pytest.mark.parametrize(("uri", "told", "args"), URIS.values(), ids=URIS)
def test_the_store_is_named_so_that_a_client_can_open_it(
    uri: str, told: str, args: list[str], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From whatever folder the client starts the server, with the driver of its database; passwords stay out."""
    document, _ = printed("cursor", "--tracking-uri", uri, capsys=capsys)

    entry = entry_of("cursor", document)
    assert entry["env"]["MLFLOW_TRACKING_URI"] == told.replace("{here}", str(home))
    assert entry["args"] == args


def test_only_what_was_set_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """By flag or variable, MLflow's own too; what is left at its default may change with the next version."""
    monkeypatch.setenv("MLFLOW_TRACKING_INSECURE_TLS", "true")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "support")
    monkeypatch.setenv("MCP_TRACES_REDACT", "credentials")

    document, _ = printed("cursor", *STORE, "--experiments", "a, b", "--port", "9000", capsys=capsys)

    assert entry_of("cursor", document)["env"] == {
        "MLFLOW_TRACKING_URI": STORE[1],
        "MCP_TRACES_EXPERIMENT": "support",
        "MCP_TRACES_EXPERIMENTS": "a,b",
        "MLFLOW_TRACKING_INSECURE_TLS": "true",
    }


def test_a_store_that_nobody_named_is_an_example(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is printed as one, and never written; a database in the folder is MLflow's default, and meant."""
    document, notes = printed("cursor", capsys=capsys)
    assert entry_of("cursor", document)["env"] == {"MLFLOW_TRACKING_URI": "http://localhost:5000"}
    assert "http://localhost:5000 is an example: name your own store with --tracking-uri." in notes

    assert main(["config", "cursor", "--write"]) == EXIT_USAGE
    assert "No store is named, and none is in this folder. Repeat it with --tracking-uri" in capsys.readouterr().err
    assert list(home.iterdir()) == []

    (home / "mlflow.db").touch()
    document, notes = printed("cursor", capsys=capsys)
    assert entry_of("cursor", document)["env"] == {"MLFLOW_TRACKING_URI": f"sqlite:///{home}/mlflow.db"}
    assert "example" not in notes


def test_claude_code_is_told_by_a_command_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """To be pasted into a shell, which leaves the reference to a secret for Claude Code to look up."""
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "tok-s3cret")
    _, started = printed("claude-code", *STORE, capsys=capsys)
    _, reached = printed("claude-code", *HTTP, "--auth", "token", capsys=capsys)

    assert shlex.split(_command(started)) == [
        *["claude", "mcp", "add", "mlflow-traces", "-e", f"MLFLOW_TRACKING_URI={STORE[1]}"],
        *["-e", "MLFLOW_TRACKING_TOKEN=${MLFLOW_TRACKING_TOKEN}", "--", "uvx", "mcp-traces"],
    ]
    assert shlex.split(_command(reached)) == [
        *["claude", "mcp", "add", "--transport", "http", "mlflow-traces", HTTP[-1]],
        *["--header", "Authorization: Bearer ${MCP_TRACES_TOKEN}"],
    ]


def _command(notes: str) -> str:
    (line,) = [line for line in notes.splitlines() if "claude mcp add" in line]
    return line[line.index("claude mcp add") :]


WRONG = {
    "no client": (["config"], "the following arguments are required: CLIENT"),
    "another client": (["config", "emacs"], "invalid choice: 'emacs' (choose from"),
    "another flag": (["config", "cursor", "--writ3"], "unrecognized arguments: --writ3"),
    "flags first": (["--max-chars", "3000", "config"], "`config` comes before its flags: mcp-traces config CLIENT"),
}


@pytest.mark.parametrize(("words", "told"), WRONG.values(), ids=WRONG)
def test_a_wrong_call_is_refused_with_what_is_valid(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the usage, as shells and scripts expect it."""
    with pytest.raises(SystemExit) as ended:
        main(words)

    assert ended.value.code == EXIT_USAGE
    assert told in capsys.readouterr().err


def test_a_wrong_setting_is_refused_here_too(capsys: pytest.CaptureFixture[str]) -> None:
    """A client would start a server that ends at once, and say little of why."""
    assert main(["config", "cursor", "--max-chars", "3"]) == EXIT_USAGE
    assert "max_chars: " in capsys.readouterr().err
