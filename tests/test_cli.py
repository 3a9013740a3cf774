"""The command line: what it offers, what it refuses, and whether a flag or a variable decides."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_traces import __version__
from mcp_traces.cli import EXIT_FAILED, EXIT_USAGE, main, public_settings
from mcp_traces.settings import Settings
from tests.stdio_process import DEADLINE_S, clean_environment, fresh_environment, run


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Variables, credentials and terminal of whoever runs the tests are theirs; logging is left to pytest."""
    monkeypatch.setattr("mcp_traces.cli.configure_logging", lambda *_: None)
    with fresh_environment(tmp_path):
        os.environ["COLUMNS"] = "1000"
        yield


def test_the_version_is_the_packages() -> None:
    """What a bug report quotes, and what installers compare."""
    done = run("--version")

    assert (done.returncode, done.stdout, done.stderr) == (0, f"mcp-traces {__version__}\n", "")


def test_the_package_is_a_command_too() -> None:
    """`python -m mcp_traces` is what to use where the script is not on the PATH; it is the same program."""
    command = [sys.executable, "-m", "mcp_traces", "--help"]
    done = subprocess.run(
        command, env=clean_environment(), capture_output=True, text=True, timeout=DEADLINE_S, check=True
    )

    assert done.stdout == run("--help").stdout
    assert done.stdout.startswith("usage: mcp-traces ")


def test_the_help_names_every_command_and_setting(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever looks for a setting looks here first; each stands with what it means."""
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    said = " ".join(capsys.readouterr().out.split())

    assert ended.value.code == 0
    for command in ("serve:", "check:", "demo:", "config:", "token:"):
        assert command in said
    for name, field in public_settings().items():
        assert f"--{name.replace('_', '-')} {name.upper()} {' '.join(field.description.split())}" in said


def test_the_help_says_how_a_flag_is_written_as_a_variable(capsys: pytest.CaptureFixture[str]) -> None:
    """Client configurations carry variables more often than flags, and MLflow's own must be seen to count."""
    with pytest.raises(SystemExit):
        main(["--help"])
    said = " ".join(capsys.readouterr().out.split())

    assert "--max-chars is MCP_TRACES_MAX_CHARS" in said
    assert "MLFLOW_TRACKING_URI" in said and "MLFLOW_TRACKING_TOKEN" in said


def test_credentials_have_no_flag() -> None:
    """Flags are seen by every user of the machine in its list of processes."""
    secret = {"tracking_username", "tracking_password", "tracking_token"}

    assert secret <= set(Settings.model_fields)
    assert not secret & set(public_settings())


WRONG_FLAGS = {
    "text for a number": (["--max-chars", "many"], "max_chars", "'many'"),
    "too small": (["--max-chars", "1999"], "max_chars", "greater than or equal to 2000 (got '1999')"),
    "too large": (["--max-concurrency", "1000"], "max_concurrency", "less than or equal to 256 (got '1000')"),
    "no time at all": (["--timeout-s", "0"], "timeout_s", "greater than 0 (got '0')"),
    "unknown level": (["--log-level", "loud"], "log_level", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
    "unknown format": (["--log-format", "xml"], "log_format", "'text' or 'json' (got 'xml')"),
}


@pytest.mark.parametrize("command", [[], ["check"], ["demo"]], ids=["serve", "check", "demo"])
@pytest.mark.parametrize(("arguments", "setting", "why"), WRONG_FLAGS.values(), ids=WRONG_FLAGS)
def test_a_wrong_value_is_refused_with_its_setting(
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    arguments: list[str],
    setting: str,
    why: str,
) -> None:
    """Before anything starts: a server with another limit than the one that was asked for would be a riddle."""
    assert main([*command, *arguments]) == EXIT_USAGE

    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"{setting}: " in captured.err and why in captured.err


def test_every_wrong_value_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Mending one only to meet the next is a walk nobody likes."""
    main(["--max-chars", "x", "--timeout-s", "y", "--log-format", "z"])

    said = capsys.readouterr().err
    assert [name for name in ("max_chars", "timeout_s", "log_format") if f"{name}: " not in said] == []


def test_a_wrong_variable_is_refused_with_its_name() -> None:
    """As a client starts it: exit code 2, the reason on stderr, nothing on the stdout of the protocol, no traceback."""
    done = run(MCP_TRACES_TIMEOUT_S="soon", MLFLOW_TRACKING_INSECURE_TLS="perhaps")

    assert (done.returncode, done.stdout) == (EXIT_USAGE, "")
    assert "timeout_s: " in done.stderr and "(got 'soon')" in done.stderr
    assert "MLFLOW_TRACKING_INSECURE_TLS: " in done.stderr and "(got 'perhaps')" in done.stderr
    assert "Traceback" not in done.stderr


WRONG_CALLS = {
    "unknown command": (["delete"], ["'delete'", "'serve'", "'check'", "'demo'"]),
    "unknown flag": (["--max-char-count=3"], ["--max-char-count"]),
    "flag without value": (["--tracking-uri"], ["--tracking-uri", "expected one argument"]),
    "two commands": (["check", "demo"], ["demo"]),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG_CALLS.values(), ids=WRONG_CALLS)
def test_a_wrong_call_is_refused_with_the_usage(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: list[str]
) -> None:
    """Exit code 2 is what shells and scripts take for a wrong call."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    captured = capsys.readouterr()
    assert ended.value.code == EXIT_USAGE
    assert captured.out == ""
    assert captured.err.startswith("usage: mcp-traces ")
    assert [part for part in said if part not in captured.err] == []


FLAG = ["--tracking-uri", "http://127.0.0.1:1/flag"]
OURS = {"MCP_TRACES_TRACKING_URI": "http://127.0.0.1:1/ours"}
MLFLOWS = {"MLFLOW_TRACKING_URI": "http://127.0.0.1:1/mlflow"}
PRECEDENCE: dict[str, tuple[list[str], dict[str, str], str]] = {
    "mlflow's variable alone": ([], MLFLOWS, "/mlflow"),
    "ours over mlflow's": ([], OURS | MLFLOWS, "/ours"),
    "flag over ours": (FLAG, OURS, "/flag"),
    "flag over mlflow's": (FLAG, MLFLOWS, "/flag"),
    "flag over both": (FLAG, OURS | MLFLOWS, "/flag"),
    "empty is not set": ([], {"MCP_TRACES_TRACKING_URI": ""} | MLFLOWS, "/mlflow"),
}


@pytest.mark.parametrize(("arguments", "variables", "path"), PRECEDENCE.values(), ids=PRECEDENCE)
def test_the_nearest_setting_decides_which_store_is_asked(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    variables: dict[str, str],
    path: str,
) -> None:
    """A flag over a variable, ours over MLflow's; the address of the (closed) port tells which one was taken."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert main(["check", *arguments]) == EXIT_FAILED

    assert f"http://127.0.0.1:1{path}: " in capsys.readouterr().out


def test_flags_and_variables_decide_in_the_installed_command(tmp_path: Path) -> None:
    """The same through a real process and its real environment, once."""
    done = run("check", *FLAG, cwd=tmp_path, **OURS, **MLFLOWS)

    assert done.returncode == EXIT_FAILED
    assert "http://127.0.0.1:1/flag: " in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("command", ["serve", "check"])
def test_an_unusable_address_is_told_in_one_line(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a traceback nor the password in it."""
    assert main([command, "--tracking-uri", "http://bob:s3cret@127.0.0.1:99999/"]) == EXIT_FAILED

    captured = capsys.readouterr()
    told = captured.out + captured.err
    assert "http://127.0.0.1:99999/ is not a usable address. Check MLFLOW_TRACKING_URI." in told
    assert "s3cret" not in told and "Traceback" not in told
