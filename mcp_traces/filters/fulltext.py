"""Full text: the LIKE patterns that come near to what was asked, and what a span really says.

LIKE looks at a span as it is stored, JSON in JSON. It has no escapes, folds only ASCII on SQLite, and sees ids in
base64, times and field names besides what was recorded. So a pattern is never narrower than the words, and where it
may be wider, each trace it finds has to be looked at.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from mcp_traces.json_texts import texts_in
from mcp_traces.records import Json, Span

MIN_LETTERS = 7
"""Shorter words may occur by chance in the ids of one span among a million."""

_ANY = ""
"""One character, whichever it is: LIKE's `_`."""

_ESCAPED_IN_JSON = re.compile(r"[\"\\\x00-\x1f\x7f]+")
_WILDCARDS = re.compile(r"[%_]")
_JSON = re.compile(r"[\"\]}]\s*[:,]|[\[{]\s*[\"\[{]")
"""Words copied out of a value shown as JSON."""

_PHRASE = re.compile(r"\w \w")
_LONG_WORD = re.compile(rf"(?:[\d.-]*[a-z]){{{MIN_LETTERS},}}[\d.-]*")

_FIELD_NAMES = (
    "trace_id span_id parent_span_id name start_time_unix_nano end_time_unix_nano time_unix_nano events status code "
    "message status_code_ok status_code_error status_code_unset attributes links kind "
    "mlflow.experimentid mlflow.tracerequestid mlflow.spaninputs mlflow.spanoutputs mlflow.spantype "
    "mlflow.spanloglevel mlflow.spanfunctionname mlflow.spandescription mlflow.spanstarttimens mlflow.chat.tools "
    "mlflow.chat.tokenusage mlflow.llm.cost mlflow.llm.model mlflow.llm.provider mlflow.message.format "
    "mlflow.trace.intermediate_outputs mlflow.linkedprompts mlflow.gateway.linkedtraceid"
)
"""What stored spans hold without having been recorded (mlflow/entities/span.py, mlflow/tracing/constant.py)."""

_BOOK_KEEPING = {"mlflow.traceRequestId", "mlflow.experimentId", "mlflow.spanStartTimeNs"}


@dataclass(frozen=True, slots=True)
class Words:
    """Words as a user wrote them, in either case."""

    text: str

    @property
    def patterns(self) -> tuple[str, ...]:
        """LIKE patterns, at least one of which matches each span that says the words; the likeliest comes first.

        There are several only for what is not ASCII: MLflow before 3.17 stored it as `\\uXXXX`, and where it has case
        it is looked for as written, in small letters with each initial in either case, and in capitals.
        """
        forms = [list(self.text)]
        if any(not c.isascii() and c.lower() != c.upper() for c in self.text):
            folded = [_with_any_initials(self.text.lower()), list(self.text.upper())]
            forms = folded if any(_covers(form, self.text) for form in folded) else forms + folded
        spellings = ["".join(map(_as_stored, form)) for form in forms]
        if not self.text.isascii():
            spellings += ["".join(map(_as_escaped, form)) for form in forms]
        return tuple(dict.fromkeys(f"%{one}%" for one in spellings))

    @property
    def are_decided_by_pattern(self) -> bool:
        """Whether the pattern finds nothing else, so that no trace has to be looked at."""
        text = self.text.lower()
        if not text.isascii() or _ESCAPED_IN_JSON.search(text) or _WILDCARDS.search(text):
            return False
        return bool(_PHRASE.search(text) or (_LONG_WORD.fullmatch(text) and text not in _FIELD_NAMES))

    def are_in(self, span: Span) -> bool:
        """Whether the span says them: in its name, its status message, or anything that was recorded with it."""
        wanted = self.text.casefold()
        return any(wanted in said.casefold() for said in _said_by(span, as_json=bool(_JSON.search(self.text))))


def _with_any_initials(text: str) -> list[str]:
    return [
        _ANY if not c.isascii() and c != c.upper() and not text[at - 1 : at].isalnum() else c
        for at, c in enumerate(text)
    ]


def _covers(form: list[str], text: str) -> bool:
    """Whether a pattern of `form` matches `text`, given that ASCII letters match in either case."""
    return len(form) == len(text) and all(
        one in (_ANY, c) or (c.isascii() and one.lower() == c.lower()) for one, c in zip(form, text, strict=True)
    )


def _as_stored(character: str) -> str:
    if character == _ANY or character in "%_":
        return "_"
    return "%" if _ESCAPED_IN_JSON.match(character) else character


def _as_escaped(character: str) -> str:
    if character == _ANY:
        return "%u____"
    if character.isascii():
        return _as_stored(character)
    # The backslashes before each `u` are one or several, as deep as the JSON is nested.
    return json.dumps(character).strip('"').replace("\\", "%")


def _said_by(span: Span, *, as_json: bool) -> Iterator[str]:
    """Every text the span holds; with `as_json` also whole values as JSON."""
    return texts_in(_recorded_with(span, as_json=as_json), in_object=_keys_and_values, in_list=reversed)


def _recorded_with(span: Span, *, as_json: bool) -> Iterator[Json]:
    """The span's own texts, and the keys and values of its attributes and events."""
    yield span.name
    if span.status_message:
        yield span.status_message
    recorded = [span.attributes, *(event.attributes for event in span.events)]
    yield from (event.name for event in span.events)
    for attributes in recorded:
        for key in attributes:
            if key in _BOOK_KEEPING:
                continue
            if not key.startswith("mlflow."):
                yield key
            value = attributes[key]
            yield value
            if as_json:
                yield json.dumps(value, ensure_ascii=False)
                yield json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _keys_and_values(fields: dict[str, Json]) -> Iterator[Json]:
    return chain(fields, reversed(fields.values()))
