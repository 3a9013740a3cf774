"""What pages name in running text: flags, variables, targets of make, arguments of tools."""

import json
import re
from itertools import chain

import pytest

from mcp_traces.cli import build_parser
from mcp_traces.settings import Settings
from mcp_traces.tools.catalog import build_tools
from tests.docs.commands import TARGETS, VARIABLES
from tests.docs.fences import PAGES, ROOT

TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
SPANS = [(page, span) for page, text in TEXTS.items() for span in re.findall(r"`([^`\n]+)`", text)]

FLAGS = {flag for action in build_parser()._actions for flag in action.option_strings} | {"--write", "--file"}
OTHERS_FLAGS = {
    "--app-name": "mlflow server",
    "--backend-store-uri": "mlflow server",
    "--workers": "mlflow server",
    "--build": "docker compose",
    "--cap-drop": "docker",
    "--check": "docs/generate.py",
    "--dry-run": "kubectl",
    "--experiment-id": "mlflow traces",
    "--filter-string": "mlflow traces",
    "--force-recreate": "docker compose",
    "--from-file": "kubectl",
    "--header": "claude",
    "--include-spans": "mlflow traces",
    "--max-results": "mlflow traces",
    "--no-deps": "docker compose",
    "--order-by": "mlflow traces",
    "--output": "mlflow traces",
    "--page-token": "mlflow traces",
    "--read-only": "docker",
    "--rm": "docker",
    "--run-id": "mlflow traces",
    "--strict": "the MCP inspector",
    "--to": "a command in a story of the cookbook",
    "--trace-id": "mlflow traces",
    "--upgrade": "pip",
    "--wait": "docker compose",
}
"""Flags that are not ours, and whose they are."""

CLIENTS_VARIABLES = {"MCP_TRACES_TOKEN", "MCP_TRACES_MLFLOW_AUTHORIZATION", "MCP_TRACES_TEST_MLFLOW"}
"""Not the server's: what clients keep a token in, and a variable of the tests."""

ARGUMENTS = {tool.name: set(tool.parameters["properties"]) for tool in build_tools()}


@pytest.mark.parametrize("page", TEXTS)
def test_every_flag_is_known(page: str) -> None:
    """A flag that is none is refused, which is no way to begin."""
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+(?![\w-]*\.)", re.sub(r"<!--|-->", "", TEXTS[page])))

    assert named - FLAGS - OTHERS_FLAGS.keys() == set()


@pytest.mark.parametrize("page", TEXTS)
def test_every_variable_is_known(page: str) -> None:
    """A variable that is none is passed over without a word."""
    named = set(re.findall(r"\bMCP_TRACES_[A-Z_]+\b", TEXTS[page]))

    assert named - VARIABLES - CLIENTS_VARIABLES == set()


def test_every_target_of_make_is_there() -> None:
    """Those that stand in a sentence too."""
    named = {(page, match[1]) for page, span in SPANS if (match := re.fullmatch(r"make ([a-z-]+)", span))}

    assert len(named) > 10
    assert [(page, target) for page, target in sorted(named) if target not in TARGETS] == []


def test_every_call_in_a_sentence_names_arguments_that_there_are() -> None:
    """`{"view": "tree"}` and its like; those of searching.md and filters.md are run by tests/real/test_docs.py."""
    calls = [(page, json.loads(span)) for page, span in SPANS if re.fullmatch(r'\{"\w+": .*\}', span)]
    known = list(ARGUMENTS.values())

    assert len(calls) > 15
    for page, call in calls:
        if page in ("docs/searching.md", "docs/reading.md", "docs/filters.md", "docs/index.md"):
            assert any(call.keys() <= arguments for arguments in known), (page, call)


def test_every_argument_in_a_sentence_is_one() -> None:
    """`view="tree"` and its like; `auth=token` is a setting."""
    known = {*chain.from_iterable(ARGUMENTS.values()), *Settings.model_fields}
    named = {match[1] for _, span in SPANS if (match := re.fullmatch(r"([a-z_]+)=\S.*", span))}

    assert {"view", "order_by", "detail"} <= named
    assert named - known == set()
