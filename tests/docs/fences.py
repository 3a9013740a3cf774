"""The pages that people read, and the code blocks in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]

_FENCE = re.compile(r"^( *)(`{3,})([^\n`]*)\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
_EXAMPLE = re.compile(r"<!-- example.*?<!-- end -->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fence:
    """A code block; `is_example` when docs/examples.py writes it, which a test of its own runs again."""

    page: str
    line: int
    language: str
    text: str
    is_example: bool

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def place(self) -> tuple[str, str]:
        """The page and the first line, to name a block by."""
        return self.page, self.text.splitlines()[0]


def fences() -> list[Fence]:
    return [fence for page in PAGES for fence in fences_of(page.relative_to(ROOT).as_posix(), page.read_text("utf-8"))]


def fences_of(page: str, text: str) -> Iterator[Fence]:
    examples = [range(*match.span()) for match in _EXAMPLE.finditer(text)]
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        is_example = any(match.start() in example for example in examples)
        yield Fence(page, line, match[3].strip(), match[4], is_example)
