"""`mcp-traces token`: what it prints, what it refuses, and that a real server lets in whom it added."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from mcp_traces.cli import EXIT_FAILED, EXIT_USAGE, main
from mcp_traces.http.token_store import read_tokens
from tests.stdio_process import COMMAND, DEADLINE_S, clean_environment, fresh_environment, run


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Variables and home of whoever runs the tests are theirs; logging is left to pytest."""
    monkeypatch.setattr("mcp_traces.cli.configure_logging", lambda *_: None)
    with fresh_environment(tmp_path):
        os.environ["COLUMNS"] = "1000"
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the tokens are when nothing else is said."""
    return tmp_path / ".mcp-traces" / "tokens.json"


def test_a_new_token_is_shown_once_with_what_to_do_with_it(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On a line of its own, for people and for `grep ^mcpt_`; nobody can show it again."""
    assert main(["token", "add", "ann", "--experiments", " 1, nightly-eval ,"]) == 0

    captured = capsys.readouterr()
    (token,) = re.findall(r"^mcpt_[\w-]{43}$", captured.out, re.MULTILINE)
    assert captured.err == ""
    assert captured.out == (
        "A token for 'ann', which may see 1, nightly-eval. It is shown only this once:\n"
        f"\n{token}\n\n"
        "In Claude Code, with this token as TOKEN:\n"
        "  claude mcp add --transport http mlflow-traces http://127.0.0.1:8000/mcp "
        '--header "Authorization: Bearer TOKEN"\n'
    )
    assert [(one.name, one.experiments) for one in read_tokens(path)] == [("ann", ("1", "nightly-eval"))]


def test_the_example_has_the_address_that_clients_use(capsys: pytest.CaptureFixture[str]) -> None:
    """Where it is configured."""
    os.environ["MCP_TRACES_PUBLIC_URL"] = "https://traces.example/mcp"
    main(["token", "add", "ann"])

    assert "--transport http mlflow-traces https://traces.example/mcp --header" in capsys.readouterr().out


def test_the_servers_own_allow_list_is_not_written_into_a_token(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """MCP_TRACES_EXPERIMENTS is what the server shows to all; a token without experiments follows it as it changes."""
    os.environ["MCP_TRACES_EXPERIMENTS"] = "1"
    main(["token", "add", "ann"])

    assert "which may see all that the server shows." in capsys.readouterr().out
    assert [one.experiments for one in read_tokens(path)] == [None]


def test_the_list_tells_names_times_and_experiments(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All that is known of a token, but nothing of the token."""
    for words in (["ann"], ["build-bot", "--experiments", "1,nightly-eval"]):
        main(["token", "add", *words])
    capsys.readouterr()

    assert main(["token", "list"]) == 0
    assert re.fullmatch(
        r"ann        \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  all that the server shows\n"
        r"build-bot  \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  1, nightly-eval\n",
        capsys.readouterr().out,
    )


def test_an_empty_list_says_how_to_make_a_token(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And makes neither file nor folder."""
    assert main(["token", "list"]) == 0

    assert capsys.readouterr().out == f"No tokens in {path}. Make one: mcp-traces token add NAME\n"
    assert not path.parent.exists()


def test_a_token_is_removed_by_name(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the time after which it is worth nothing."""
    main(["token", "add", "ann"])
    capsys.readouterr()

    assert main(["token", "remove", "ann"]) == 0
    assert capsys.readouterr().out == "Removed 'ann'; a running server lets it in no more within 2 seconds.\n"
    assert read_tokens(path) == ()


@pytest.mark.parametrize("way", ["flag", "variable"])
def test_the_file_is_the_one_that_is_named(way: str, path: Path, tmp_path: Path) -> None:
    """By the same flag and variable as for the server."""
    other = tmp_path / "other.json"
    os.environ |= {"MCP_TRACES_TOKEN_FILE": str(other)} if way == "variable" else {}

    assert main(["token", "add", "ann", *(["--token-file", str(other)] if way == "flag" else [])]) == 0
    assert [one.name for one in read_tokens(other)] == ["ann"]
    assert not path.exists()


FAILURES: dict[str, tuple[list[str], int, str]] = {
    "a name twice": (["add", "ann"], EXIT_FAILED, "There is a token named 'ann' already. Take another name"),
    "no such name": (["remove", "bob"], EXIT_FAILED, "There is no token named 'bob' in "),
    "no name": (["add", "two words"], EXIT_USAGE, "'two words' is no name for a token. Use 1 to 64 letters"),
    "no experiments": (["add", "bob", "--experiments", " ,"], EXIT_USAGE, "--experiments names none. Leave it out"),
    "no home": (["list", "--token-file", "~nobody-of-this-name/x"], EXIT_USAGE, "there is no such home folder"),
    "a folder": (["list", "--token-file", "."], EXIT_FAILED, "cannot be read: Is a directory."),
    "below a file": (["add", "bob", "--token-file", "/dev/null/x"], EXIT_FAILED, "cannot be written: "),
}


@pytest.mark.parametrize(("words", "code", "said"), FAILURES.values(), ids=FAILURES)
def test_a_failure_is_told_in_one_line(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """On stderr, with exit code 1 for what failed and 2 for what was asked wrongly; no traceback."""
    main(["token", "add", "ann"])
    capsys.readouterr()

    assert main(["token", *words]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("mcp-traces: ") and said in captured.err and captured.err.count("\n") == 1


WRONG_CALLS = {
    "no action": (["token"], "the following arguments are required: {add,list,remove}"),
    "unknown action": (["token", "show"], "invalid choice: 'show'"),
    "no name": (["token", "add"], "the following arguments are required: NAME"),
    "two names": (["token", "remove", "ann", "bob"], "unrecognized arguments: bob"),
    "a flag of the server": (["token", "list", "--port", "1"], "unrecognized arguments: --port 1"),
    "flags before": (["--token-file", "x", "token", "add", "ann"], "`token` comes before its flags: mcp-traces token"),
}


@pytest.mark.parametrize(("words", "said"), WRONG_CALLS.values(), ids=WRONG_CALLS)
def test_a_wrong_call_is_refused_with_the_usage(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """As for the other commands."""
    with pytest.raises(SystemExit) as ended:
        main(words)

    captured = capsys.readouterr()
    assert (ended.value.code, captured.out) == (EXIT_USAGE, "")
    assert captured.err.startswith("usage: mcp-traces ") and said in captured.err


def test_a_wrong_setting_is_refused_here_too(capsys: pytest.CaptureFixture[str]) -> None:
    """The same environment would not start the server."""
    os.environ["MCP_TRACES_TIMEOUT_S"] = "soon"

    assert main(["token", "list"]) == EXIT_USAGE
    assert "timeout_s: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--help"], ["token: make, list and remove the tokens of --auth token"]),
        (["token", "--help"], ["add make a token", "list names", "remove let a token in no more"]),
        (["token", "add", "--help"], ["NAME of a person", "--experiments A,B ids or names", "--token-file"]),
        (["token", "list", "--help"], ["--token-file TOKEN_FILE File of `auth=token`"]),
        (["token", "remove", "--help"], ["NAME of a person or program: 1 to 64 letters"]),
    ],
    ids=" ".join,
)
def test_the_help_tells_what_there_is(words: list[str], said: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Each action with its own arguments, and no more."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    shown = " ".join(capsys.readouterr().out.split())

    assert ended.value.code == 0
    assert [part for part in said if part not in shown] == []


@contextmanager
def serving(folder: Path, token_file: Path) -> Iterator[str]:
    """The address of a server process with --auth token on a free port."""
    log = folder / "server.log"
    flags = ["--transport", "http", "--auth", "token", "--port", "0", "--token-file", str(token_file)]
    with log.open("wb") as stderr:
        process = subprocess.Popen([COMMAND, *flags], cwd=folder, env=clean_environment(), stderr=stderr)
    try:
        deadline = time.monotonic() + DEADLINE_S
        while not (found := re.search(r"Listening on (\S+)", log.read_text())) and time.monotonic() < deadline:
            assert process.poll() is None, log.read_text()
            time.sleep(0.05)
        assert found, log.read_text()
        yield found[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(DEADLINE_S)


def test_a_real_server_lets_in_whom_the_command_added_until_it_removes_him(tmp_path: Path) -> None:
    """The installed command, a server process and a socket: once through all of it, with the true delay."""
    token_file = tmp_path / "tokens.json"
    added = run("token", "add", "ann", "--token-file", str(token_file))
    (token,) = re.findall(r"^mcpt_\S+$", added.stdout, re.MULTILINE)
    assert (added.returncode, added.stderr) == (0, "")

    def status(url: str, *authorization: str) -> int:
        headers = [("Authorization", value) for value in authorization]
        headers += [("Accept", "application/json, text/event-stream"), ("Mcp-Protocol-Version", "2025-11-25")]
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        return httpx2.post(url, json=body, headers=headers).status_code

    with serving(tmp_path, token_file) as url:
        assert [status(url), status(url, "Bearer mcpt_x"), status(url, f"Bearer {token}")] == [401, 401, 200]
        assert status(url, f"Bearer {token}", f"Bearer {token}") == 400
        assert run("token", "remove", "ann", "--token-file", str(token_file)).returncode == 0
        removed = time.monotonic()
        while status(url, f"Bearer {token}") == 200:
            assert time.monotonic() < removed + 2
            time.sleep(0.05)
        assert status(url, f"Bearer {token}") == 401
    log = (tmp_path / "server.log").read_text()
    assert token not in log and "Traceback" not in log
