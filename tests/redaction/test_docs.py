"""docs/redaction.md states what is true of the code. `UPDATE_GOLDEN=1` writes its figures and kinds again."""

import os
import re
import textwrap
from pathlib import Path

from mcp_traces.redaction.formats import rows
from mcp_traces.redaction.masking import RedactLevel
from tests.redaction.corpus import measure

PAGE = Path(__file__).parents[2] / "docs" / "redaction.md"
LEVELS: tuple[RedactLevel, ...] = ("credentials", "pii")


def figures_table() -> str:
    lines = [
        "| level | positives | found | lookalikes | left alone | recall | precision |",
        "|---|---|---|---|---|---|---|",
    ]
    for level in LEVELS:
        one = measure(level)
        found, alone = one.positives - len(one.missed), one.lookalikes - len(one.wrong)
        counts = f"{one.positives} | {found} | {one.lookalikes} | {alone}"
        lines.append(f"| `{level}` | {counts} | {one.recall:.1%} | {one.precision:.1%} |")
    return "\n".join(lines) + "\n"


def kinds() -> str:
    """Every kind of mask that a format has, in one paragraph."""
    named = ", ".join(f"`{kind}`" for kind in sorted({row["kind"] for row in rows()}))
    return textwrap.fill(f"Formats are masked as {named}.", 120, break_long_words=False, break_on_hyphens=False) + "\n"


def test_the_page_has_the_figures_and_kinds_of_the_code() -> None:
    """Precision and recall are a promise of the docs, and who meets a mask in an answer finds it on the page."""
    page = PAGE.read_text(encoding="utf-8")
    for name, text in (("figures", figures_table()), ("kinds", kinds())):
        page = re.sub(
            rf"(?<=<!-- {name} -->\n).*?(?=<!-- end -->)", lambda _, text=text: text, page, count=1, flags=re.DOTALL
        )
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(page, encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == page


def test_the_page_states_the_number_of_formats() -> None:
    assert f"{len(rows())} rows" in PAGE.read_text(encoding="utf-8")
