"""docs/failures.md: each error in it is one that a test has brought about, and each is told only once."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.faults import told

FOLDER = Path(__file__).parent
LEAST_WORDS = 8
"""Characters with which a test names a row of the page; a shorter text would be in many."""


def test_each_row_is_held_to_a_real_error() -> None:
    """A row that no test names would go on telling what the server said long ago."""
    texts = set(texts_of_tests())

    assert [row.seen for row in told.rows() if not any(text in row.seen for text in texts)] == []


def texts_of_tests() -> Iterator[str]:
    for path in FOLDER.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) >= LEAST_WORDS:
                yield node.value


def test_no_error_is_told_twice() -> None:
    """Whoever looks for it would find half of the advice."""
    assert [seen for seen, count in Counter(row.seen for row in told.rows()).items() if count > 1] == []
