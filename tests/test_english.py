"""Plain English: code, errors and docs say what they mean with the usual words."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

PLAIN = (
    "mcp_traces/filters/*.py",
    "mcp_traces/store/*.py",
    "mcp_traces/times.py",
    "mcp_traces/shaping/messages.py",
    "mcp_traces/shaping/span_messages.py",
    "mcp_traces/shaping/conversation.py",
    "mcp_traces/shaping/histories.py",
    "mcp_traces/shaping/alignment.py",
    "mcp_traces/shaping/run_comparison.py",
    "mcp_traces/shaping/span_changes.py",
    "mcp_traces/shaping/trace_comparison.py",
    "mcp_traces/shaping/value_changes.py",
    "mcp_traces/tools/compare_traces.py",
    "mcp_traces/tools/params.py",
    "mcp_traces/tools/search_page.py",
    "mcp_traces/tools/second_look.py",
    "mcp_traces/tools/empty.py",
    "mcp_traces/tools/filter_check.py",
    "mcp_traces/tools/ordering.py",
    "mcp_traces/tools/paging.py",
    "docs/other-tracers.md",
    "tests/filters/*.py",
    "tests/frameworks/*.py",
    "tests/real/evaluation_app.py",
    "tests/real/test_compare_runs.py",
    "tests/real/test_other_tracers.py",
    "tests/shaping/compared_agents.py",
    "tests/shaping/test_frameworks.py",
    "tests/shaping/test_unseen_layouts.py",
    "tests/fake_matching.py",
    "tests/queries.py",
    "tests/test_english.py",
)
"""The files that hold to it so far."""

ODD = re.compile(
    r"\b(?:told|tells?|telling|mend(?:s|ed|ing)?|whoever|anew|so many|lets? (?:\w+ )?in|are let in|of ours|of others"
    r"|stands?(?! for)|apart(?! from)|(?<!there )is no (?!longer|more than|less than)[a-z]+)\b",
    re.IGNORECASE,
)
"""Words that have to be decoded: returns, shows, fix, whoever calls, again, is not a valid X say the same."""


def _files() -> list[Path]:
    return sorted(path for pattern in PLAIN for path in ROOT.glob(pattern) if path != Path(__file__))


def _odd_lines(path: Path) -> Iterator[str]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if found := ODD.search(line):
            yield f"{path.relative_to(ROOT)}:{number}: {found[0]!r} in {line.strip()}"


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_usual_words_are_used(path: Path) -> None:
    """An odd word makes a sentence a riddle, for engineers in a hurry and for language models."""
    assert list(_odd_lines(path)) == []


@pytest.mark.parametrize(
    ("sentence", "is_odd"),
    [
        ("It tells what is wrong and how to mend it.", True),
        ("That is no time to read.", True),
        ("It is no longer read.", False),
        ("There is no retry.", False),
        ("The key stands for any name.", False),
        ("Restart the client.", False),
    ],
)
def test_the_words_are_found(sentence: str, is_odd: bool) -> None:
    """A list that finds nothing would pass everything."""
    assert bool(ODD.search(sentence)) is is_odd
