"""What docs/failures.md tells of each error, to hold the real ones to."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "failures.md"
_ROW = re.compile(r"^\| `(?P<seen>[^`]+)` \| (?P<means>.+) \| (?P<do>.+) \|$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"<[^>]+>")
_SETTING = re.compile(r"\b(?:MLFLOW|MCP_TRACES)_\w+")


@dataclass(frozen=True, slots=True)
class Row:
    """One error as it is documented; what stands in `<…>` may be anything."""

    seen: str
    do: str

    def tells_of(self, text: str) -> bool:
        parts = _PLACEHOLDER.split(self.seen)
        return re.match(".+?".join(map(re.escape, parts)), text) is not None

    def names_settings_of(self, text: str) -> bool:
        """Whether it sends the reader to a setting that the error names as well, if that names any."""
        named = set(_SETTING.findall(text))
        return not named or bool(named & set(_SETTING.findall(self.do))) or self.do.startswith("As above")


@cache
def rows() -> tuple[Row, ...]:
    found = _ROW.finditer(PAGE.read_text(encoding="utf-8"))
    return tuple(Row(row["seen"], row["do"]) for row in found)


def row_with(words: str) -> Row:
    """The one row in which an error holds these words."""
    (row,) = (row for row in rows() if words in row.seen)
    return row
