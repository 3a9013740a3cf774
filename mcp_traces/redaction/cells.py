"""Finds secrets in tables: cells below a header that names them, in Markdown, CSV, TSV and what databases print."""

from collections.abc import Iterator

from mcp_traces.redaction.names import SecretName, secret_name
from mcp_traces.redaction.scanning import Finding, Patterns
from mcp_traces.redaction.values import is_key_like, is_placeholder

_RE = Patterns("tables")
_DELIMITERS = (b"|", b"\xe2\x94\x82", b"\t", b"\\t", b";", b",")
_TRIMMED = b" \"'`\\*"
_LONGEST = 2000
_MOST_ROWS = 10_000


def cells_below(data: bytes, name: int) -> tuple[list[Finding], int]:
    """The secrets below the header line that has a secret name at `name`, and where the table ends."""
    end = _RE.line_break.search(data, name, name + _LONGEST)
    if end is None:
        return [], name
    start = _start_of_line(data, name, end[0])
    header = data[start : end.start()]
    delimiter = next((one for one in _DELIMITERS if one in header), None)
    if delimiter is None:
        return [], name
    cells = header.split(delimiter)
    inner = cells[1:-1] if delimiter == b"|" and not cells[0].strip() else cells
    if len(inner) < 2 or not all(_RE.cell.fullmatch(cell) for cell in inner):
        return [], name
    named = {
        at: found for at, cell in enumerate(cells) if (found := secret_name(cell.strip(_TRIMMED).replace(b" ", b"_")))
    }
    return _rows(data, end.end(), end[0], delimiter, len(cells), named) if named else ([], name)


def _start_of_line(data: bytes, name: int, line_break: bytes) -> int:
    first = max(name - _LONGEST, 0)
    before = data.rfind(line_break, first, name)
    start = before + len(line_break) if before != -1 else first
    if line_break.startswith(b"\\"):  # the line begins with the string
        quote = data.rfind(b'"', start, name)
        while quote > start and data[quote - 1 : quote] == b"\\":
            quote = data.rfind(b'"', start, quote)
        start = max(start, quote + 1)
    return start


def _rows(
    data: bytes, position: int, line_break: bytes, delimiter: bytes, count: int, named: dict[int, SecretName]
) -> tuple[list[Finding], int]:
    found: list[Finding] = []
    for _ in range(_MOST_ROWS):
        end = data.find(line_break, position, position + _LONGEST)
        line = data[position : end if end != -1 else position + _LONGEST]
        cells = line.split(delimiter)
        is_rule = _RE.rule.fullmatch(line.strip()) is not None
        if not is_rule and len(cells) != count:
            break
        if not is_rule:
            found += _of_row(cells, position, len(delimiter), named)
        if end == -1:
            break
        position = end + len(line_break)
    return found, position


def _of_row(cells: list[bytes], start: int, delimiter: int, named: dict[int, SecretName]) -> Iterator[Finding]:
    for at, cell in enumerate(cells):
        text = cell.strip(_TRIMMED)
        name = named.get(at)
        if name and text and not is_placeholder(text) and (name.strength == "strong" or is_key_like(text, 16)):
            begin = start + cell.index(text)
            yield Finding(begin, begin + len(text), name.kind)
        start += len(cell) + delimiter
