"""A written `filter` as clauses, or what is wrong with it and the filter that was meant."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.clause import Clause, filter_text
from mcp_traces.filters.compiler import is_run
from mcp_traces.filters.conditions import NO_OR, PARENTHESES, FilterReader
from mcp_traces.filters.corrections import MAX_SIDES, ClauseSides, UnreadableError, merged
from mcp_traces.filters.names import bare_name, elsewhere, field_meant, form_of
from mcp_traces.filters.versions import refuse_what_it_cannot
from mcp_traces.records import StoreInfo

MAX_SEARCHES = 6
"""More searches than these are not proposed."""

MAX_PROBLEM = 1_000
MAX_PROBLEMS = 8
MAX_CORRECTED = 2_000
"""Room in an error. A truncated filter would be another filter."""

MAX_CONDITIONS, MAX_PARENTHESES, MAX_VALUES = 30, 60, 1_100
"""Of one filter; a list of IN is one condition, and has up to a thousand values."""

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
_JOINTS = re.compile(r"\b(?:AND|OR)\b|&&|\|\|", re.IGNORECASE)

TOO_LONG = "The corrected filter is too long to show. Fix the parts named above."


@dataclass(frozen=True, slots=True)
class ReadFilter:
    """`clauses` are those of a filter without `problems`.

    `corrected` is a filter that MLflow takes and that says what was meant, `alternatives` several to search once each.
    `any_of` holds the alternatives as clauses where OR is all that is wrong: a database answers it.
    """

    clauses: tuple[Clause, ...] = ()
    problems: tuple[str, ...] = ()
    corrected: str | None = None
    alternatives: tuple[str, ...] = ()
    any_of: ClauseSides = ()
    proposed: ClauseSides = ()

    @property
    def message(self) -> str:
        """The problems, and the filter to send instead."""
        problems = self.problems[:MAX_PROBLEMS]
        said = " ".join(one if len(one) <= MAX_PROBLEM else f"{one[: MAX_PROBLEM - 1]}…" for one in problems)
        if len(self.corrected or "") + sum(map(len, self.alternatives)) > MAX_CORRECTED:
            return f"{said} {TOO_LONG}"
        if self.corrected:
            return f"{said} Corrected filter: {self.corrected}"
        if self.alternatives:
            searches = "; ".join(f"filter: {one}" for one in self.alternatives)
            return f"{said} Search once for each instead: {searches}"
        return said


def read_filter(text: str) -> ReadFilter:
    """Reads any text. Without problems, MLflow takes it and reads it as the clauses say."""
    if not text.strip():
        return ReadFilter()
    outside = _QUOTED.sub("''", text)
    for what, found, most in (
        ("conditions", len(_JOINTS.findall(outside)) + 1, MAX_CONDITIONS),
        ("parentheses", outside.count("("), MAX_PARENTHESES),
        ("values", outside.count(",") + 1, MAX_VALUES),
    ):
        if found > most:
            return ReadFilter(
                problems=(f"It has {found:,} {what}; a filter takes {most:,}. Typed arguments do not count.",)
            )
    reader = FilterReader(text)
    try:
        sides = reader.read()
    except (UnreadableError, RecursionError):
        return ReadFilter(problems=("The filter has too many alternatives: search once for each.",))
    problems = tuple(reader.problems)
    if reader.stray or (reader.is_clear and not sides):
        return ReadFilter(problems=(*_not_a_condition(reader, text), *problems))
    if any(sum(map(is_run, side)) > 1 for side in sides):
        return ReadFilter(problems=(*problems, "Of several `run_id =` MLflow takes only the last; a trace has one."))
    return _corrected(problems, sides if reader.is_clear else ()) if problems else ReadFilter(clauses=sides[0])


def _corrected(problems: tuple[str, ...], sides: ClauseSides) -> ReadFilter:
    any_of = sides if set(problems) <= {NO_OR, PARENTHESES} and 1 < len(sides) <= MAX_SIDES else ()
    read = ReadFilter(problems=problems, any_of=any_of)
    proposed = merged(sides)
    if not 0 < len(proposed) <= MAX_SEARCHES:
        return read
    texts = tuple(filter_text(side) or "" for side in proposed)
    if len(texts) == 1:
        return replace(read, corrected=texts[0], proposed=proposed)
    return replace(read, alternatives=texts, proposed=proposed)


_A_FILTER_IS = "A filter is conditions joined by AND: field operator value."
_EXAMPLE = "trace.status = 'ERROR' AND tag.environment = 'production'."
_KEY = re.compile(r"(?:\[\s*|->>?\s*)(['\"])(.*?)\1\s*\]?")
_NAME = re.compile(r"@?\.?[A-Za-z_][\w.:]*(?:`[^`]*`)?")
_MAX_FORMS = 4
_MAX_WORDS = 200


def _nearest(text: str) -> str:
    """How conditions on the fields that are named in the text are written."""
    found = dict.fromkeys(_NAME.findall(_KEY.sub(r".`\2`", text)))
    names = [part for name in found for part in _parts(name)]
    meant = [named[0] for name in names if elsewhere(bare_name(name)) is None and (named := field_meant(name))]
    forms = [f"{form}." for form in dict.fromkeys(map(form_of, meant))]
    hints = dict.fromkeys(filter(None, map(elsewhere, map(bare_name, names))))
    return f"{_A_FILTER_IS} Nearest here: {' '.join([*(forms[:_MAX_FORMS] or [_EXAMPLE]), *hints])}"


def _parts(name: str) -> tuple[str, ...]:
    """The name, without a method or a value behind it: `name.startswith`, `level:error`, `has:tag.env`."""
    before, colon, after = name.partition(":")
    if colon and ((named := field_meant(bare_name(name))) is None or named[0].key):
        return before, after
    return (name.rpartition(".")[0],) if field_meant(name) is None and "." in name else (name,)


def _not_a_condition(reader: FilterReader, text: str) -> Iterator[str]:
    if not reader.stray:
        yield f"It holds no condition. {_A_FILTER_IS}"
        return
    words = " ".join(reader.stray)[:_MAX_WORDS]
    yield f"{words!r} is not part of a condition. {_nearest(text)}"
    if re.fullmatch(r"['\"]?[\w .-]+['\"]?", words):
        yield f"Words in spans are searched with the argument text={words.strip(chr(39) + chr(34))!r}."


def for_store(store: StoreInfo, read: ReadFilter) -> ReadFilter:
    """The same without filters that this store would refuse too; its problems then say why."""
    try:
        refuse_what_it_cannot(store, (clause for side in read.proposed for clause in side))
    except InvalidArgumentError as error:
        reason = f"One filter cannot say it here. {error.message}"
        return replace(read, problems=(*read.problems, reason), corrected=None, alternatives=(), proposed=())
    return read
