"""Rows and imports as Markdown."""

from collections.abc import Iterable, Mapping, Sequence

from bench.comparison.imports import PackageTime
from bench.comparison.measure import Measure, Row
from bench.comparison.subjects import OURS

_HEAD = """\
| measure | store | mcp-traces | beside it | its figure | ratio | bound | holds |
|---|---|--:|---|--:|--:|--:|---|"""

_IMPORTS_HEAD = """\
| package | own code | with all it imported | imported by | a start over stdio needs it for |
|---|--:|--:|---|---|"""


def table(rows: Iterable[Row]) -> str:
    return "\n".join([_HEAD, *map(line, rows)])


def not_held(rows: Iterable[Row]) -> str:
    """One line for each bound that is not held."""
    lines = [_miss(row) for row in rows if row.holds is False]
    return "\n".join(lines) or "In this run every bound was held."


def imports_table(packages: Iterable[PackageTime]) -> str:
    return "\n".join([_IMPORTS_HEAD, *map(_import_line, packages)])


def parts_table(questions: Sequence[tuple[str, Mapping[str, float]]]) -> str:
    """A column for each question, a line for each part of its answer, in milliseconds."""
    head = [f"| part | {' | '.join(name for name, _ in questions)} |", f"|---|{'--:|' * len(questions)}"]
    figures = {part: " | ".join(figure(ms[part], "ms") for _, ms in questions) for part in questions[0][1]}
    return "\n".join([*head, *(f"| {part} | {row} |" for part, row in figures.items())])


def _import_line(one: PackageTime) -> str:
    what = one.needed_for or ("" if one.holds else "**nothing**")
    by = one.by or "the console script"
    return f"| {one.package} | {one.own_ms:.0f} ms | {one.whole_ms:.0f} ms | {by} | {what} |"


def _miss(row: Row) -> str:
    beside = f" of {row.beside}" if row.beside else ""
    return f"- {row.measure}, {row.place}: {_compared(row)}{beside}; the bound is {_bound(row)}"


def meanings(measures: Sequence[Measure]) -> str:
    return "\n".join(f"- **{one.name.format('N')}**: {one.meaning}" for one in measures)


def facts(described: Mapping[str, str]) -> str:
    return "\n".join(f"- {name}: {what}" for name, what in described.items())


def line(row: Row) -> str:
    ours = figure(row.ours, row.unit) if row.who == OURS else f"{row.who}: {figure(row.ours, row.unit)}"
    theirs = "" if row.theirs is None else figure(row.theirs, row.unit)
    theirs = f"> {theirs}" if row.stopped else theirs
    ratio = "" if row.theirs is None else _compared(row)
    holds = {True: "yes", False: "**no**", None: ""}[row.holds]
    return f"| {row.measure} | {row.place} | {ours} | {row.beside} | {theirs} | {ratio} | {_bound(row)} | {holds} |"


def _compared(row: Row) -> str:
    if row.theirs is None:
        return figure(row.ours, row.unit)
    return f"{'< ' if row.stopped else ''}{_significant(row.compared)}"


def _bound(row: Row) -> str:
    if row.limit is None:
        return ""
    limit = f"{row.limit:g}" if row.theirs is not None else figure(row.limit, row.unit)
    return f"{'≥' if row.least else '≤'} {limit}"


def figure(value: float, unit: str) -> str:
    number = f"{value:,.0f}" if not unit or value >= 100 else _significant(value)
    return f"{number} {unit}".strip()


def _significant(value: float) -> str:
    """Two figures after a zero, else two decimals at most."""
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"
