"""Shell commands of the pages, each held to what it names: flags, variables, targets of make, files, services."""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

import pytest
import yaml

from mcp_traces import cli
from mcp_traces.errors import TracesError
from mcp_traces.http.serve import refuse_unsafe
from mcp_traces.settings import Settings, variables_of
from tests.docs.fences import ROOT

PLACEHOLDERS = {"CLIENT": "cursor", "NAME": "ada", "URI": "http://localhost:5000"}
"""Words that stand for what a reader puts there."""

OF_THE_SYSTEM = {
    "curl": "asks a deployment of the reader's own",
    "grep": "reads what curl printed",
    "mkdir": "makes the folder of secrets",
    "openssl": "makes a password",
    "chmod": "lets containers read the secrets",
    "mlflow": "starts an MLflow server of the reader's own",
}
"""Commands that are looked at no further, and why they are there."""

TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
VARIABLES = {variable for name in Settings.model_fields for variable in variables_of(name)}
_ASSIGNMENT = re.compile(r"([A-Z_]+)=(.*)", re.DOTALL)


def commands(text: str) -> Iterator[list[str]]:
    """Each command in words, without comments; those of a pipe one after the other."""
    for line in text.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|;")
        lexer.whitespace_split = True
        words: list[str] = []
        for word in lexer:
            if set(word) <= set("|;"):
                yield words
                words = []
            else:
                words.append(word)
        if words:
            yield words


def check_command(words: Sequence[str]) -> None:
    """Fails with what is wrong."""
    variables: dict[str, str] = {}
    while match := _ASSIGNMENT.fullmatch(words[0]):
        variables[match[1]] = match[2]
        words = words[1:]
    unknown = variables.keys() - VARIABLES
    assert not unknown, f"no such settings: {unknown}"
    if words[0] == "uvx":
        words = words[1:]
    assert words[0] in _CHECKS.keys() | OF_THE_SYSTEM.keys(), f"nobody knows how to check {words[0]!r}"
    if check := _CHECKS.get(words[0]):
        check(words[1:], variables)


def _ours(words: Sequence[str], variables: Mapping[str, str]) -> None:
    """By the real parser and the real settings; a service must be one that would start."""
    made: list[Settings] = []

    def run(_: Callable[[Settings], int], flags: Mapping[str, object]) -> int:
        made.append(Settings(**{name: value for name, value in flags.items() if value is not None}))
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "_run", run)
        for name, value in variables.items():
            patch.setenv(name, value)
        try:
            assert cli.main([PLACEHOLDERS.get(word, word) for word in words]) == 0
        except SystemExit as ended:
            raise AssertionError(f"`mcp-traces {shlex.join(words)}` is refused") from ended
    (settings,) = made
    if settings.transport == "http" and words[0].startswith("--"):
        try:
            refuse_unsafe(settings)
        except TracesError as error:
            raise AssertionError(f"`mcp-traces {shlex.join(words)}` would not start: {error}") from error


def _make(words: Sequence[str], _: Mapping[str, str]) -> None:
    assert set(words) <= TARGETS, f"no such target: {set(words) - TARGETS}"


def _docker(words: Sequence[str], _: Mapping[str, str]) -> None:
    match words:
        case ["compose", "-f", file, _, *rest]:
            services = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))["services"]
            named = [word for word in rest if not word.startswith("-")]
            assert not named or named[0] in services, f"no such service: {named[0]}"
        case ["build", *_]:
            assert (ROOT / "Dockerfile").is_file()
        case ["run", *rest]:
            given = {word.partition("=")[0] for flag, word in pairwise(rest) if flag == "-e"}
            assert given <= VARIABLES, f"no such settings: {given - VARIABLES}"
        case _:
            raise AssertionError(f"nobody knows how to check `docker {shlex.join(words)}`")


def _kubectl(words: Sequence[str], _: Mapping[str, str]) -> None:
    manifest = "deploy/kubernetes.yaml"
    match words:
        case ["apply", "-f", file]:
            assert file in (manifest, "-")
        case ["create", "secret", "generic", name, *_]:
            assert f"secretName: {name}" in (ROOT / manifest).read_text(encoding="utf-8")
        case _:
            raise AssertionError(f"nobody knows how to check `kubectl {shlex.join(words)}`")


def _claude(words: Sequence[str], _: Mapping[str, str]) -> None:
    """Claude Code itself is driven by tests/clients/test_claude_code.py."""
    assert words[:2] == ["mcp", "add"]
    assert "mlflow-traces" in words
    if "--" in words:
        start = words[words.index("--") + 1 :]
        assert start == ["uvx", "mcp-traces"]


_CHECKS: dict[str, Callable[[Sequence[str], Mapping[str, str]], None]] = {
    "mcp-traces": _ours,
    "make": _make,
    "docker": _docker,
    "kubectl": _kubectl,
    "claude": _claude,
}
