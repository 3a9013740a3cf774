"""What must be true of the answers before any is timed: all who are asked found the same."""

from collections.abc import Mapping, Sequence

from bench.comparison.processes import WrongAnswerError
from bench.comparison.subjects import Found, Opened

SHOWN = 3
"""So many ids of each answer are told where they differ."""


def same_traces(question: str, expected: Sequence[str], answers: Mapping[str, Found]) -> None:
    """Each found these traces in this order. Raises WrongAnswerError."""
    for name, found in answers.items():
        if list(found.trace_ids) != list(expected):
            raise WrongAnswerError(f"{question}: {_difference(name, found.trace_ids, expected)}")


def same_trace(question: str, spans: int, answers: Mapping[str, Opened]) -> None:
    """Each saw so many spans, the same ones, under the same root. Raises WrongAnswerError."""
    ids = next(sorted(answer.span_ids) for answer in answers.values())
    root = next(answer.root for answer in answers.values())
    for name, answer in answers.items():
        so_many_spans(question, spans, name, answer)
        if answer.root != root:
            raise WrongAnswerError(f"{question}: {name} has the root {answer.root!r}; others have {root!r}.")
        if len(answer.span_ids) != spans or sorted(answer.span_ids) != ids:
            raise WrongAnswerError(f"{question}: {_difference(name, sorted(answer.span_ids), ids)}")


def so_many_spans(question: str, spans: int, name: str, answer: Opened) -> None:
    """What is asked of an answer that is timed. Raises WrongAnswerError."""
    if answer.spans != spans:
        raise WrongAnswerError(f"{question}: {name} saw {answer.spans} spans; there are {spans}.")


def _difference(name: str, seen: Sequence[str], expected: Sequence[str]) -> str:
    at = next((at for at, (one, other) in enumerate(zip(seen, expected, strict=False)) if one != other), None)
    at = min(len(seen), len(expected)) if at is None else at
    there = f"{list(seen[at : at + SHOWN])} where {list(expected[at : at + SHOWN])} were to be"
    return f"{name} answered {len(seen)} ids instead of {len(expected)}, from number {at} on {there}."
