"""Random arguments of search_traces: mostly what some trace of the store holds, now and then what none does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import strategies as st

from mcp_traces.records import Assessment, Json
from tests.real.evaluation import Record

WORDS = (
    "flickers when",
    "Refund",
    "INV-48213",
    "PARCEL",
    "返品",
    "طلبي",
    "invoice",
    "order A-1042",
    "Traceback",
    "nowhere at all",
)
"""For `text`: without characters that JSON or LIKE treats in a way of its own, and too long to stand in an id."""

ORDERS = ("newest", "oldest", "slowest", "fastest", "name ASC, timestamp_ms DESC", "tag.environment DESC")

MAX_CONDITIONS = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """A search, drawn before the store is known: numbers stand for its traces and for the values they hold."""

    trace: int
    other_trace: int
    conditions: tuple[tuple[str, int, bool], ...]
    """Argument, which of the trace's values for it, and whether the other trace's are taken."""
    order_by: str
    limit: int

    def arguments(self, records: Sequence[Record]) -> dict[str, Any]:
        """Conditions that hold for one trace, but for those taken from the other."""
        one, other = records[self.trace % len(records)], records[self.other_trace % len(records)]
        arguments: dict[str, Any] = {"order_by": self.order_by, "limit": self.limit}
        for name, choice, from_other in self.conditions:
            values = _HELD[name](other if from_other else one) or _SELDOM.get(name, [])
            if values:
                arguments[name] = values[choice % len(values)]
        if int(arguments.get("since", 0)) >= int(arguments.get("until", 1 << 50)):
            # A reversed window is an error of its own.
            del arguments["since"]
        if arguments.get("min_duration_ms", 0) > arguments.get("max_duration_ms", 1 << 50):
            # So are reversed durations.
            del arguments["min_duration_ms"]
        return arguments


def plans() -> st.SearchStrategy[Plan]:
    number = st.integers(0, 999)
    from_other = st.sampled_from([False, False, False, True])
    names = st.lists(st.sampled_from(sorted(_HELD)), max_size=MAX_CONDITIONS, unique=True)
    conditions = names.flatmap(lambda drawn: st.tuples(*(st.tuples(st.just(one), number, from_other) for one in drawn)))
    return st.builds(Plan, number, number, conditions, st.sampled_from(ORDERS), st.sampled_from([20, 50, 100]))


def random_plan(random: Random) -> Plan:
    """One drawn without hypothesis, for programs."""
    names = random.sample(sorted(_HELD), random.randint(0, MAX_CONDITIONS))
    conditions = tuple((name, random.randrange(1_000), random.random() < 1 / 4) for name in names)
    return Plan(random.randrange(1_000), random.randrange(1_000), conditions, random.choice(ORDERS), 50)


def _present(value: Json) -> list[Json]:
    return [] if value is None else [value]


def _assessed(kind: str) -> Callable[[Record], list[dict[str, Json]]]:
    def values(record: Record) -> list[dict[str, Json]]:
        held = [one for one in record.info.assessments if one.kind == kind and _is_plain(one)]
        return [{one.name: one.value} for one in held]

    return values


def _is_plain(assessment: Assessment) -> bool:
    return isinstance(assessment.value, str | int | float)


def _pairs(values: dict[str, str]) -> list[dict[str, str]]:
    """Each key alone, and the first two together; not the book-keeping whose values are themselves JSON."""
    plain = {key: value for key, value in values.items() if not value.startswith(("{", "["))}
    together = dict(list(plain.items())[:2])
    return [{key: value} for key, value in plain.items()] + ([together] if len(together) > 1 else [])


_HELD: dict[str, Callable[[Record], list[Any]]] = {
    "status": lambda record: [record.info.state],
    "has_error": lambda record: [any(span.status == "ERROR" for span in record.spans)] * 2 + [True],
    "name": lambda record: _present(record.info.name),
    "run_id": lambda record: _present(record.info.run_id),
    "session_id": lambda record: _present(record.info.session_id),
    "user_id": lambda record: _present(record.info.user_id),
    "text": lambda record: [word for word in WORDS if any(word.casefold() in text for text in record.texts)],
    "since": lambda record: [str(record.info.request_time_ms), str(record.info.request_time_ms - 1)],
    "until": lambda record: [str(record.info.request_time_ms), str(record.info.request_time_ms + 1)],
    "min_duration_ms": lambda record: _present(record.info.execution_duration_ms),
    "max_duration_ms": lambda record: _present(record.info.execution_duration_ms),
    "tags": lambda record: _pairs(dict(record.info.tags)),
    "metadata": lambda record: _pairs(dict(record.info.trace_metadata)),
    "feedback": _assessed("feedback"),
    "expectation": _assessed("expectation"),
    "span_name": lambda record: sorted({span.name for span in record.spans}),
    "span_type": lambda record: sorted({span.span_type for span in record.spans}),
}
"""What a trace holds that can be asked for, by argument."""

_SELDOM: dict[str, list[Any]] = {
    "run_id": ["no-such-run"],
    "session_id": ["session_abc123", "session_none"],
    "user_id": ["user_456", "nobody"],
    "text": list(WORDS),
    "feedback": [{"rating": "positive"}, {"rating": "neutral"}, {"score": 5}],
    "expectation": [{"expected_answer": "30 days"}],
}
"""For what few traces hold: asked of the others now and then."""
