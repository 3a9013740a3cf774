"""What the sample store answers: examples on pages, and the picture of the README.

`<!-- example: TOOL ARGUMENTS -->` on a page is followed by what `make docs` writes; `<!-- example 5: ... -->` shows up
to five items of each list instead of three, and `<!-- example error: ... -->` is of a call that is refused.
`<!-- example 5 [groups, notes]: ... -->` shows only these fields and names the others. Tables keep all their columns.
`python -m docs.examples --check` changes nothing, and fails when a page or the picture is not what it would write.
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import anyio

from docs.picture import session_picture
from docs.sample_calls import ROOT, SampleCalls, sample_calls
from mcp_traces.demo.session import laid_out

PAGES = ("docs/tools.md", "docs/questions.md", "docs/sql.md")
PICTURE = "docs/session.svg"
EXAMPLE = re.compile(
    r"(?P<begin><!-- example(?: (?P<mark>\d+|error))?(?: \[(?P<fields>[\w, ]+)\])?: "
    r"(?P<tool>\w+) (?P<arguments>\{[^\n]*\}) -->\n).*?(?P<end><!-- end -->)",
    re.DOTALL,
)

WIDTH = 92
ROW_WIDTH = 230
MAX_ITEMS = 3
MAX_TEXT = 80
MIN_CUT = 25
"""Fewer characters are shown: the mark would be as long."""

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
        arguments = await calls.resolved(json.loads(match["arguments"]))
        answer = await calls.answer(match["tool"], arguments)
        shown = answered(answer, match["mark"], (match["fields"] or "").replace(" ", ""))
        call = f"{_call(match['tool'], arguments)}\n\n{shown}\n"
        parts += [text[end : match.start()], match["begin"], call, match["end"]]
        end = match.end()
    return "".join([*parts, text[end:]])


def _call(tool: str, arguments: dict[str, Any]) -> str:
    """A statement is shown as SQL, below the other arguments."""
    others = {name: value for name, value in arguments.items() if name != "sql"}
    if "sql" not in arguments:
        return f"`{tool}`\n\n{_block(others)}"
    return f"`{tool}` with `{json.dumps(others)}` and\n\n```sql\n{arguments['sql']}\n```"


def answered(answer: Any, mark: str | None, fields: str = "") -> str:
    """Raises ValueError where a call is refused that should be answered, and the other way round."""
    expected = str if mark == "error" else dict
    if not isinstance(answer, expected):
        message = f"This example ought to be {'refused' if expected is str else 'answered'}: {answer}"
        raise ValueError(message)
    if isinstance(answer, str):
        return f"is answered with the error\n\n```text\n{answer}\n```"
    shown = shortened(answer, int(mark or MAX_ITEMS))
    return f"is answered with\n\n{_block(_fields(shown, fields.split(',')) if fields else shown)}"


def _fields(answer: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Only these fields, with the names of the others. Raises ValueError where the answer lacks one."""
    if missing := [name for name in names if name not in answer]:
        raise ValueError(f"This example ought to have {missing}; it has {list(answer)}")
    others = [name for name in answer if name not in names]
    return {name: answer[name] for name in names} | ({"…": f"and {', '.join(others)}"} if others else {})


def _block(value: Any) -> str:
    lines = "\n".join(laid_out(value, width=WIDTH, row_width=ROW_WIDTH))
    return f"```json\n{lines}\n```"


def shortened(value: Any, items: int = MAX_ITEMS) -> Any:
    """`value` with the end of long texts and lists left out, which it says where it does."""
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        if {"columns", "rows"} <= fields.keys():
            return {key: shortened(item, items) for key, item in fields.items()} | _table(fields, items)
        return {key: shortened(item, items) for key, item in fields.items()}
    if isinstance(value, list):
        return _first([shortened(item, items) for item in cast("list[Any]", value)], items)
    if isinstance(value, str) and len(value) >= MAX_TEXT + MIN_CUT:
        return f"{value[:MAX_TEXT]}… {len(value) - MAX_TEXT:,} more characters"
    return value


def _table(fields: dict[str, Any], items: int) -> dict[str, Any]:
    """Every column of the first rows."""
    rows = [[shortened(cell, items) for cell in row] for row in fields["rows"]]
    return {"columns": fields["columns"], "rows": _first(rows, items)}


def _first(values: list[Any], items: int) -> list[Any]:
    more = len(values) - items
    return [*values[:items], *([f"… {more} more"] if more > 0 else [])]


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
