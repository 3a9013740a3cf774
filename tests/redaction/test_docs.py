"""docs/redaction.md states what is true of the code. `UPDATE_GOLDEN=1` writes its figures anew."""

import os
import re
from pathlib import Path

from mcp_traces.redaction.formats import rows
from mcp_traces.redaction.masking import RedactLevel
from tests.redaction.corpus import measure

PAGE = Path(__file__).parents[2] / "docs" / "redaction.md"
BLOCK = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end -->)", re.DOTALL)
LEVELS: tuple[RedactLevel, ...] = ("credentials", "pii")


def figures_table() -> str:
    rows = [
        "| level | positives | found | lookalikes | left alone | recall | precision |",
        "|---|---|---|---|---|---|---|",
    ]
    for level in LEVELS:
        one = measure(level)
        found, alone = one.positives - len(one.missed), one.lookalikes - len(one.wrong)
        counts = f"{one.positives} | {found} | {one.lookalikes} | {alone}"
        rows.append(f"| `{level}` | {counts} | {one.recall:.1%} | {one.precision:.1%} |")
    return "\n".join(rows) + "\n"


def test_the_figures_in_the_docs_are_those_of_the_corpus() -> None:
    """Precision and recall are a promise of the docs."""
    page = PAGE.read_text(encoding="utf-8")
    rendered = BLOCK.sub(lambda _: figures_table(), page)
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(rendered, encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == rendered


def test_the_docs_name_every_kind() -> None:
    """Who meets a mask in an answer finds it on the page."""
    page = PAGE.read_text(encoding="utf-8")

    assert [row["kind"] for row in rows() if f"`{row['kind']}`" not in page] == []
