"""What the sample store answers: examples on pages, and the picture of the README.

`<!-- example: TOOL ARGUMENTS -->` on a page is followed by what `make docs` writes; `<!-- example 5: ... -->` shows up
to five items of each list instead of three, and `<!-- example error: ... -->` is of a call that is refused.
`python -m docs.examples --check` changes nothing, and fails when a page or the picture is not what it would write.
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio

from docs.picture import session_picture
from docs.sample_calls import ROOT, SampleCalls, sample_calls
from mcp_traces.demo.session import laid_out

PAGES = ("docs/tools.md",)
PICTURE = "docs/session.svg"
EXAMPLE = re.compile(r"(<!-- example(?: (\d+|error))?: (\w+) (\{[^\n]*\}) -->\n).*?(<!-- end -->)", re.DOTALL)

WIDTH = 92
MAX_ITEMS = 3
MAX_TEXT = 80
_VERSION = re.compile(r"MLflow \d+\.\d+\.\d+")


@dataclass(frozen=True, slots=True)
class File:
    """As it is, and as it is to be."""

    path: Path
    text: str
    made: str

    @property
    def is_true(self) -> bool:
        """Whichever version of MLflow is installed."""
        return _VERSION.sub("", self.text) == _VERSION.sub("", self.made)


async def files() -> list[File]:
    async with sample_calls() as calls:
        texts = {ROOT / name: (ROOT / name).read_text(encoding="utf-8") for name in PAGES}
        pages = [File(path, text, await _made(text, calls)) for path, text in texts.items()]
        picture = ROOT / PICTURE
        drawn = picture.read_text(encoding="utf-8") if picture.exists() else ""
        return [*pages, File(picture, drawn, await session_picture(calls))]


async def _made(text: str, calls: SampleCalls) -> str:
    parts, end = list[str](), 0
    for match in EXAMPLE.finditer(text):
        arguments = await calls.resolved(json.loads(match[4]))
        answer = await calls.answer(match[3], arguments)
        shown = answered(answer, match[2])
        parts += [text[end : match.start()], match[1], f"`{match[3]}`\n\n{_block(arguments)}\n\n{shown}\n", match[5]]
        end = match.end()
    return "".join([*parts, text[end:]])


def answered(answer: Any, mark: str | None) -> str:
    """Raises ValueError where a call is refused that should be answered, and the other way round."""
    expected = str if mark == "error" else dict
    if not isinstance(answer, expected):
        message = f"This example ought to be {'refused' if expected is str else 'answered'}: {answer}"
        raise ValueError(message)
    if isinstance(answer, str):
        return f"is answered with the error\n\n```text\n{answer}\n```"
    return f"is answered with\n\n{_block(shortened(answer, int(mark or MAX_ITEMS)))}"


def _block(value: Any) -> str:
    lines = "\n".join(laid_out(value, width=WIDTH))
    return f"```json\n{lines}\n```"


def shortened(value: Any, items: int = MAX_ITEMS) -> Any:
    """`value` with the end of long texts and lists left out, which it says where it does; rows keep all their cells."""
    if isinstance(value, dict):
        return {key: item if key == "columns" else shortened(item, items) for key, item in value.items()}
    if isinstance(value, list):
        shown = value if _is_row(value) else value[:items]
        more = len(value) - len(shown)
        return [*(shortened(item, items) for item in shown), *([f"… {more} more"] if more > 0 else [])]
    if isinstance(value, str) and len(value) > MAX_TEXT:
        return f"{value[:MAX_TEXT]}… {len(value) - MAX_TEXT:,} more characters"
    return value


def _is_row(value: list[Any]) -> bool:
    """Whether it is a row of a table: values of several types, of which the first is a text or a number."""
    return len({type(item) for item in value}) > 1 and not isinstance(value[0], dict | list)


async def main() -> int:
    untrue = 0
    for file in await files():
        if "--check" not in sys.argv:
            file.path.write_text(file.made, encoding="utf-8")
        elif not file.is_true:
            print(f"{file.path.relative_to(ROOT)}: it is not what the tools answer; run `make docs`.", file=sys.stderr)
            untrue = 1
    return untrue


if __name__ == "__main__":
    sys.exit(anyio.run(main))
