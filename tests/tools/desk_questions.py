"""Questions about traces as engineers ask them: each with its SQL, and what a plain computation answers."""

# ruff: noqa: E501 - a question and its answer read best side by side

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median, quantiles
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from tests.tools.desk_store import Row, Tables

Answer: TypeAlias = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Question:
    sql: str
    answer: Callable[[Tables], Answer]


def groups(rows: Iterable[Row], *names: str) -> list[tuple[tuple[Any, ...], list[Row]]]:
    """In the order in which SQLite sorts them: NULL first."""
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in names)].append(row)
    return sorted(found.items(), key=lambda one: [(value is not None, value) for value in one[0]])


def known(rows: Iterable[Row], name: str) -> list[Any]:
    return [row[name] for row in rows if row[name] is not None]


def mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def total(values: Sequence[float]) -> float | None:
    return math.fsum(values) if values else None


def percent(values: Sequence[float], p: int) -> float | None:
    ordered = sorted(values)
    if len(ordered) < 2:
        return ordered[0] if ordered else None
    return quantiles(ordered, n=100, method="inclusive")[p - 1]


def at(row: Row) -> datetime:
    return datetime.fromtimestamp(row["time_ms"] / 1000, UTC)


def by_id(tables: Tables) -> dict[str, Row]:
    return {row["trace_id"]: row for row in tables["traces"]}


def spans_of(tables: Tables, **conditions: Any) -> list[Row]:
    return [row for row in tables["spans"] if all(row[name] == value for name, value in conditions.items())]


def newest(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row["time_ms"], row["trace_id"]))


def failing(tables: Tables) -> set[str]:
    return {row["trace_id"] for row in tables["spans"] if row["status"] == "ERROR"}


def tag(row: Row, key: str) -> Any:
    return json.loads(row["tags"]).get(key)


def _counts(rows: Iterable[Any]) -> Answer:
    """Values with how often they occur, the most frequent first, then by value."""
    return [[one, count] for one, count in sorted(Counter(rows).items(), key=lambda pair: (-pair[1], pair[0]))]


def _in_a_row(tables: Tables) -> Answer:
    """The longest run of failures of each session, oldest first."""
    answer: Answer = []
    for (session,), rows in groups(tables["traces"], "session_id"):
        if session is None:
            continue
        longest = current = 0
        for row in sorted(rows, key=lambda one: (one["time_ms"], one["trace_id"])):
            current = current + 1 if row["status"] == "ERROR" else 0
            longest = max(longest, current)
        answer.append([session, longest])
    return answer


def _gaps(tables: Tables) -> Answer:
    answer: Answer = []
    for (session,), rows in groups(tables["traces"], "session_id"):
        if session is not None and len(rows) > 1:
            times = sorted(row["time_ms"] for row in rows)
            answer.append([session, max(later - earlier for earlier, later in pairwise(times))])
    return answer


def _ancestors(tables: Tables) -> Answer:
    """The names from the root to each failed span."""
    spans = {(row["trace_id"], row["span_id"]): row for row in tables["spans"]}
    paths: list[str] = []
    for row in tables["spans"]:
        if row["status"] != "ERROR":
            continue
        names, current, seen = [row["name"]], row, {row["span_id"]}
        while (parent := spans.get((row["trace_id"], current["parent_id"]))) and parent["span_id"] not in seen:
            names.append(parent["name"])
            seen.add(parent["span_id"])
            current = parent
        paths.append(" > ".join(reversed(names)))
    return _counts(paths)


def _below(tables: Tables) -> Answer:
    """Of each root without a parent: how many spans are below it."""
    answer: Answer = []
    for (trace_id,), rows in groups(tables["spans"], "trace_id"):
        roots = {row["span_id"] for row in rows if row["parent_id"] is None}
        reached, grew = set(roots), True
        while grew:
            more = {row["span_id"] for row in rows if row["parent_id"] in reached} - reached
            reached |= more
            grew = bool(more)
        answer.append([trace_id, len(reached - roots)])
    return sorted(answer, key=lambda one: (-one[1], one[0]))[:7]


def _buckets(tables: Tables, start: Callable[[datetime], str], zone: str = "UTC") -> Answer:
    counts = Counter(start(at(row).astimezone(ZoneInfo(zone))) for row in tables["traces"])
    return [[label, count] for label, count in sorted(counts.items())]


def _quarter(moment: datetime) -> str:
    whole = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    return whole.isoformat(timespec="minutes").replace("+00:00", "Z")


def _hour(moment: datetime) -> str:
    whole = moment.replace(minute=0, second=0, microsecond=0)
    return whole.isoformat(timespec="minutes").replace("+00:00", "Z")


def _monday(moment: datetime) -> str:
    return f"{moment.date() - timedelta(days=moment.weekday())}"


def _first_and_last(tables: Tables) -> Answer:
    answer: Answer = []
    for (session,), rows in groups(tables["traces"], "session_id"):
        if session is not None:
            ordered = sorted(rows, key=lambda row: (row["time_ms"], row["trace_id"]))
            answer.append([session, ordered[0]["trace_id"], ordered[-1]["status"], len(rows)])
    return answer


def _shares(tables: Tables) -> Answer:
    """Of each value of a tag: traces that failed and that did not, where the former are more frequent."""
    bad = failing(tables)
    answer: Answer = []
    for key in ("env", "team.region", "environment", "release"):
        for value in {tag(row, key) for row in tables["traces"]} - {None}:
            held = [row["trace_id"] for row in tables["traces"] if tag(row, key) == value]
            answer.append([key, value, sum(one in bad for one in held), sum(one not in bad for one in held)])
    return sorted(answer)


def _running(tables: Tables) -> Answer:
    rows = sorted(tables["traces"], key=lambda row: (row["time_ms"], row["trace_id"]))
    costs = [row["cost"] for row in rows]
    return [
        [row["trace_id"], total([one for one in costs[: index + 1] if one is not None])]
        for index, row in enumerate(rows)
    ][:9]


def _moving(tables: Tables) -> Answer:
    """The median of each trace and the two before it."""
    rows = sorted(tables["traces"], key=lambda row: (row["time_ms"], row["trace_id"]))
    answer: Answer = []
    for index, row in enumerate(rows):
        values = known(rows[max(index - 2, 0) : index + 1], "duration_ms")
        answer.append([row["trace_id"], median(values) if values else None])
    return answer[:12]


def _ranks(tables: Tables) -> Answer:
    answer: Answer = []
    for (name,), rows in groups(tables["spans"], "name"):
        slow = sorted(
            (row for row in rows if row["duration_ms"] is not None),
            key=lambda row: (-row["duration_ms"], row["trace_id"], row["span_id"]),
        )
        answer += [[name, place, row["trace_id"], row["duration_ms"]] for place, row in enumerate(slow[:2], 1)]
    return answer


def _agreement(tables: Tables) -> Answer:
    """Pairs of valid feedback of one trace by two kinds of sources that say the same and that do not."""
    pairs = [
        (a["value"] == b["value"])
        for a in tables["assessments"]
        for b in tables["assessments"]
        if a["trace_id"] == b["trace_id"]
        and a["name"] == b["name"]
        and a["valid"]
        and b["valid"]
        and a["source"].startswith("HUMAN")
        and not b["source"].startswith("HUMAN")
        and a["value"] is not None
        and b["value"] is not None
    ]
    return [[len(pairs), sum(pairs)]]


def _keys(tables: Tables) -> Answer:
    return _counts(key for row in tables["spans"] for key in json.loads(row["attributes"]))


def _word(tables: Tables, pattern: str) -> Answer:
    return [[sum(1 for row in tables["spans"] if row["inputs"] is not None and re.search(pattern, row["inputs"]))]]


def _histogram(tables: Tables) -> Answer:
    counts = Counter(int(one) // 500 * 500 for one in known(tables["traces"], "duration_ms"))
    return [[start, count] for start, count in sorted(counts.items())]


def _rate(rows: Sequence[Row]) -> float:
    return sum(row["status"] == "ERROR" for row in rows) / len(rows)


def _per_session_users(tables: Tables) -> Answer:
    answer = []
    for (session,), rows in groups(tables["traces"], "session_id"):
        if session is not None:
            answer.append([session, len(set(known(rows, "user_id"))), len(rows)])
    return answer


def _self_times(tables: Tables) -> Answer:
    answer = [
        [name, total(known(rows, "self_ms"))]
        for (name,), rows in groups(tables["spans"], "name")
        if known(rows, "self_ms")
    ]
    return sorted(answer, key=lambda one: (-(one[1] or 0), one[0]))


QUESTIONS: dict[str, Question] = {
    # Rates, counts, percentiles
    "how many traces": Question("SELECT count(*) FROM traces", lambda t: [[len(t["traces"])]]),
    "by status": Question(
        "SELECT status, count(*) FROM traces GROUP BY status ORDER BY status",
        lambda t: [[key[0], len(rows)] for key, rows in groups(t["traces"], "status")],
    ),
    "failure rate by name": Question(
        "SELECT name, avg(status = 'ERROR'), count(*) FROM traces GROUP BY name ORDER BY name",
        lambda t: [[key[0], _rate(rows), len(rows)] for key, rows in groups(t["traces"], "name")],
    ),
    "failures in percent": Question(
        "SELECT round(100.0 * count(*) FILTER (WHERE status = 'ERROR') / count(*), 3) FROM traces",
        lambda t: [[round(100 * _rate(t["traces"]), 3)]],
    ),
    "percentiles": Question(
        "SELECT percentile(duration_ms, 50), percentile(duration_ms, 95), percentile(duration_ms, 99), median(duration_ms), max(duration_ms) FROM traces",
        lambda t: [
            [*(percent(known(t["traces"], "duration_ms"), p) for p in (50, 95, 99)), percent(known(t["traces"], "duration_ms"), 50), max(known(t["traces"], "duration_ms"))]
        ],
    ),
    "slow spans by name": Question(
        "SELECT name, count(*), percentile(duration_ms, 95) FROM spans GROUP BY name ORDER BY name",
        lambda t: [[key[0], len(rows), percent(known(rows, "duration_ms"), 95)] for key, rows in groups(t["spans"], "name")],
    ),
    "only large groups": Question(
        "SELECT user_id, count(*) n FROM traces GROUP BY user_id HAVING n > 3 ORDER BY n DESC, user_id",
        lambda t: sorted(
            ([key[0], len(rows)] for key, rows in groups(t["traces"], "user_id") if len(rows) > 3),
            key=lambda one: (-one[1], one[0] is not None, one[0]),
        ),
    ),
    "tokens by name": Question(
        "SELECT name, sum(input_tokens), sum(output_tokens), sum(total_tokens), sum(cached_tokens) FROM traces GROUP BY name ORDER BY name",
        lambda t: [
            [key[0], *(sum(known(rows, one)) if known(rows, one) else None for one in ("input_tokens", "output_tokens", "total_tokens", "cached_tokens"))]
            for key, rows in groups(t["traces"], "name")
        ],
    ),
    "cost by user": Question(
        "SELECT user_id, sum(cost), avg(cost), total(cost) FROM traces GROUP BY user_id ORDER BY user_id",
        lambda t: [
            [key[0], total(known(rows, "cost")), mean(known(rows, "cost")), total(known(rows, "cost")) or 0]
            for key, rows in groups(t["traces"], "user_id")
        ],
    ),
    "cost of a thousand tokens": Question(
        "SELECT trace_id, 1000.0 * cost / nullif(total_tokens, 0) c FROM traces WHERE c IS NOT NULL ORDER BY c DESC, trace_id LIMIT 5",
        lambda t: [
            [one, cost]
            for cost, one in sorted(
                ((1000.0 * row["cost"] / row["total_tokens"], row["trace_id"]) for row in t["traces"] if row["cost"] is not None and row["total_tokens"]),
                key=lambda pair: (-pair[0], pair[1]),
            )[:5]
        ],
    ),
    "histogram of durations": Question(
        "SELECT duration_ms / 500 * 500 AS lower, count(*) FROM traces WHERE duration_ms IS NOT NULL GROUP BY lower ORDER BY lower",
        _histogram,
    ),
    "distinct": Question(
        "SELECT count(DISTINCT session_id), count(DISTINCT user_id), count(session_id) FROM traces",
        lambda t: [[len(set(known(t["traces"], "session_id"))), len(set(known(t["traces"], "user_id"))), len(known(t["traces"], "session_id"))]],
    ),
    "two groupings": Question(
        "SELECT experiment, status, count(*) FROM traces GROUP BY 1, 2 ORDER BY 1, 2",
        lambda t: [[*key, len(rows)] for key, rows in groups(t["traces"], "experiment", "status")],
    ),
    "variance": Question(
        "SELECT sqrt(avg(1.0 * duration_ms * duration_ms) - avg(duration_ms) * avg(duration_ms)) > 0 FROM traces",
        lambda t: [[int(len(set(known(t["traces"], "duration_ms"))) > 1)]],
    ),
    # Time
    "by hour": Question("SELECT bucket(time, '1h') h, count(*) FROM traces GROUP BY h ORDER BY h", lambda t: _buckets(t, _hour)),
    "by quarter of an hour": Question(
        "SELECT bucket(time_ms, '15m') q, count(*) FROM traces GROUP BY q ORDER BY q", lambda t: _buckets(t, _quarter)
    ),
    "by day in Kolkata": Question(
        "SELECT bucket(time, '1d', 'Asia/Kolkata') d, count(*) FROM traces GROUP BY d ORDER BY d",
        lambda t: _buckets(t, lambda moment: f"{moment.date()}", "Asia/Kolkata"),
    ),
    "by hour in Berlin": Question(
        "SELECT bucket(time, '1 hour', 'Europe/Berlin') h, count(*) FROM traces GROUP BY h ORDER BY h",
        lambda t: _buckets(t, _hour, "Europe/Berlin"),
    ),
    "by week": Question("SELECT bucket(time, '1w') w, count(*) FROM traces GROUP BY w ORDER BY w", lambda t: _buckets(t, _monday)),
    "by hour of the day": Question(
        "SELECT strftime('%H', time) h, count(*) FROM traces GROUP BY h ORDER BY h",
        lambda t: _buckets(t, lambda moment: f"{moment:%H}"),
    ),
    "by date": Question(
        "SELECT date(time) d, count(*) FROM traces GROUP BY d ORDER BY d", lambda t: _buckets(t, lambda moment: f"{moment:%Y-%m-%d}")
    ),
    "time as text is time in milliseconds": Question(
        "SELECT count(*) FROM traces WHERE abs((julianday(time) - 2440587.5) * 86400000 - time_ms) > 1", lambda _: [[0]]
    ),
    "last hour of the data": Question(
        "SELECT count(*) FROM traces WHERE time_ms >= (SELECT max(time_ms) FROM traces) - 3600000",
        lambda t: [[sum(row["time_ms"] >= max(one["time_ms"] for one in t["traces"]) - 3_600_000 for row in t["traces"])]],
    ),
    "failures by day": Question(
        "SELECT bucket(time, '1d') d, count(*) FILTER (WHERE status = 'ERROR'), count(*) FROM traces GROUP BY d ORDER BY d",
        lambda t: [
            [day, sum(row["status"] == "ERROR" for row in rows), len(rows)]
            for (day,), rows in groups([{**row, "day": f"{at(row):%Y-%m-%d}"} for row in t["traces"]], "day")
        ],
    ),
    # First and last, windows
    "newest of each name": Question(
        "SELECT name, trace_id FROM (SELECT *, row_number() OVER (PARTITION BY name ORDER BY time_ms DESC, trace_id) n FROM traces) WHERE n = 1 ORDER BY name",
        lambda t: [[key[0], newest(rows)[0]["trace_id"]] for key, rows in groups(t["traces"], "name")],
    ),
    "sessions from beginning to end": Question(
        """SELECT DISTINCT session_id, first_value(trace_id) OVER w, last_value(status) OVER w, count(*) OVER w FROM traces
        WHERE session_id IS NOT NULL WINDOW w AS (PARTITION BY session_id ORDER BY time_ms, trace_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) ORDER BY session_id""",
        _first_and_last,
    ),
    "longest pause in a session": Question(
        """SELECT session_id, max(gap) FROM (SELECT session_id, time_ms - lag(time_ms) OVER (PARTITION BY session_id ORDER BY time_ms) gap
        FROM traces WHERE session_id IS NOT NULL) WHERE gap IS NOT NULL GROUP BY session_id ORDER BY session_id""",
        _gaps,
    ),
    "failures in a row": Question(
        """WITH ordered AS (SELECT session_id, status, row_number() OVER (PARTITION BY session_id ORDER BY time_ms, trace_id)
          - row_number() OVER (PARTITION BY session_id, status = 'ERROR' ORDER BY time_ms, trace_id) island FROM traces WHERE session_id IS NOT NULL),
        islands AS (SELECT session_id, status = 'ERROR' bad, count(*) n FROM ordered GROUP BY session_id, bad, island)
        SELECT session_id, max(iif(bad, n, 0)) FROM islands GROUP BY session_id ORDER BY session_id""",
        _in_a_row,
    ),
    "running cost": Question(
        "SELECT trace_id, sum(cost) OVER (ORDER BY time_ms, trace_id) FROM traces ORDER BY time_ms, trace_id LIMIT 9", _running
    ),
    "moving median": Question(
        """SELECT trace_id, median(duration_ms) OVER (ORDER BY time_ms, trace_id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
        FROM traces ORDER BY time_ms, trace_id LIMIT 12""",
        _moving,
    ),
    "percentile as a window": Question(
        "SELECT DISTINCT name, percentile(duration_ms, 90) OVER (PARTITION BY name) FROM traces ORDER BY name",
        lambda t: [[key[0], percent(known(rows, "duration_ms"), 90)] for key, rows in groups(t["traces"], "name")],
    ),
    "the two slowest of each span": Question(
        """SELECT name, n, trace_id, duration_ms FROM (SELECT *, row_number() OVER (PARTITION BY name ORDER BY duration_ms DESC, trace_id, span_id) n
        FROM spans WHERE duration_ms IS NOT NULL) WHERE n <= 2 ORDER BY name, n""",
        _ranks,
    ),
    "second page": Question(
        "SELECT trace_id FROM traces ORDER BY time_ms DESC, trace_id LIMIT 5 OFFSET 5",
        lambda t: [[row["trace_id"]] for row in newest(t["traces"])[5:10]],
    ),
    "users of a session": Question(
        "SELECT session_id, count(DISTINCT user_id), count(*) FROM traces WHERE session_id IS NOT NULL GROUP BY session_id ORDER BY session_id",
        _per_session_users,
    ),
    # Spans and traces
    "traces with a failed span under an OK root": Question(
        "SELECT count(*) FROM traces t WHERE status = 'OK' AND EXISTS (SELECT 1 FROM spans s WHERE s.trace_id = t.trace_id AND s.status = 'ERROR')",
        lambda t: [[sum(row["status"] == "OK" and row["trace_id"] in failing(t) for row in t["traces"])]],
    ),
    "spans of failed traces by USING": Question(
        "SELECT s.name, count(*) FROM traces t JOIN spans s USING (trace_id) WHERE t.status = 'ERROR' GROUP BY s.name ORDER BY s.name",
        lambda t: [
            [key[0], len(rows)]
            for key, rows in groups((row for row in t["spans"] if by_id(t)[row["trace_id"]]["status"] == "ERROR"), "name")
        ],
    ),
    "traces without spans of a type": Question(
        "SELECT count(*) FROM traces LEFT JOIN (SELECT DISTINCT trace_id, 1 has FROM spans WHERE type = 'TOOL') USING (trace_id) WHERE has IS NULL",
        lambda t: [[len(t["traces"]) - len({row["trace_id"] for row in spans_of(t, type="TOOL")})]],
    ),
    "traces named as a span of theirs": Question(
        "SELECT count(*) FROM (SELECT trace_id, name FROM traces) NATURAL JOIN (SELECT DISTINCT trace_id, name FROM spans)",
        lambda t: [[sum((row["trace_id"], row["name"]) in {(one["trace_id"], one["name"]) for one in t["spans"]} for row in t["traces"])]],
    ),
    "failing calls with their traces' users": Question(
        """SELECT s.name, group_concat(DISTINCT t.user_id) IS NOT NULL, count(DISTINCT t.user_id) FROM spans s
        JOIN traces t ON t.trace_id = s.trace_id WHERE s.status = 'ERROR' GROUP BY s.name ORDER BY s.name""",
        lambda t: [
            [key[0], int(bool(users)), len(users)]
            for key, rows in groups(spans_of(t, status="ERROR"), "name")
            for users in [{by_id(t)[row["trace_id"]]["user_id"] for row in rows} - {None}]
        ],
    ),
    "share of the root's time": Question(
        """SELECT s.name, sum(s.self_ms) FROM spans s WHERE s.self_ms IS NOT NULL GROUP BY s.name ORDER BY 2 DESC, 1""",
        _self_times,
    ),
    "spans of each trace": Question(
        "SELECT n, count(*) FROM (SELECT trace_id, count(*) n FROM spans GROUP BY trace_id) GROUP BY n ORDER BY n",
        lambda t: [[n, count] for n, count in sorted(Counter(Counter(row["trace_id"] for row in t["spans"]).values()).items())],
    ),
    "depth": Question(
        "SELECT depth, count(*), count(DISTINCT trace_id) FROM spans GROUP BY depth ORDER BY depth",
        lambda t: [[key[0], len(rows), len({row["trace_id"] for row in rows})] for key, rows in groups(t["spans"], "depth")],
    ),
    "paths to failures": Question(
        """WITH RECURSIVE up(trace_id, span_id, parent_id, path, n) AS (
          SELECT trace_id, span_id, parent_id, name, 0 FROM spans WHERE status = 'ERROR'
          UNION ALL SELECT p.trace_id, p.span_id, p.parent_id, p.name || ' > ' || up.path, n + 1 FROM up
          JOIN spans p ON p.trace_id = up.trace_id AND p.span_id = up.parent_id WHERE n < 50)
        SELECT path, count(*) c FROM up u WHERE NOT EXISTS (SELECT 1 FROM spans p WHERE p.trace_id = u.trace_id AND p.span_id = u.parent_id)
        GROUP BY path ORDER BY c DESC, path""",
        _ancestors,
    ),
    "spans below the root": Question(
        """WITH RECURSIVE below(trace_id, span_id, n) AS (SELECT trace_id, span_id, 0 FROM spans WHERE parent_id IS NULL
          UNION SELECT s.trace_id, s.span_id, n + 1 FROM below b JOIN spans s ON s.trace_id = b.trace_id AND s.parent_id = b.span_id)
        SELECT trace_id, count(*) FILTER (WHERE n > 0) c FROM below GROUP BY trace_id ORDER BY c DESC, trace_id LIMIT 7""",
        _below,
    ),
    "calls right after another": Question(
        """SELECT a.name, b.name, count(*) n FROM spans a JOIN spans b ON a.trace_id = b.trace_id AND a.parent_id = b.parent_id
        AND a.start_ms < b.start_ms WHERE NOT EXISTS (SELECT 1 FROM spans c WHERE c.trace_id = a.trace_id AND c.parent_id = a.parent_id
          AND c.start_ms > a.start_ms AND c.start_ms < b.start_ms) GROUP BY 1, 2 ORDER BY n DESC, 1, 2""",
        lambda t: _right_after(t),
    ),
    "models": Question(
        "SELECT model, provider, count(*), sum(input_tokens), sum(output_tokens), sum(cost) FROM spans WHERE model IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2",
        lambda t: [
            [*key, len(rows), *(sum(known(rows, one)) if known(rows, one) else None for one in ("input_tokens", "output_tokens")), total(known(rows, "cost"))]
            for key, rows in groups((row for row in t["spans"] if row["model"] is not None), "model", "provider")
        ],
    ),
    "unfinished spans": Question(
        "SELECT name, count(*) FROM spans WHERE duration_ms IS NULL GROUP BY name ORDER BY name",
        lambda t: [[key[0], len(rows)] for key, rows in groups((row for row in t["spans"] if row["duration_ms"] is None), "name")],
    ),
    "error types": Question(
        "SELECT error_type, count(*), min(error_message), max(error_message) FROM spans WHERE status = 'ERROR' GROUP BY error_type ORDER BY error_type",
        lambda t: [
            [key[0], len(rows), min(known(rows, "error_message"), default=None), max(known(rows, "error_message"), default=None)]
            for key, rows in groups(spans_of(t, status="ERROR"), "error_type")
        ],
    ),
    "errors of traces": Question(
        "SELECT error, count(*) n FROM traces WHERE error IS NOT NULL GROUP BY error ORDER BY n DESC, error",
        lambda t: _counts(known(t["traces"], "error")),
    ),
    # What failing ones have in common
    "tags of failing and working": Question(
        """WITH bad AS (SELECT DISTINCT trace_id FROM spans WHERE status = 'ERROR')
        SELECT key, value, count(*) FILTER (WHERE trace_id IN bad), count(*) FILTER (WHERE trace_id NOT IN bad)
        FROM (SELECT t.trace_id, e.key, e.value FROM traces t, json_each(t.tags) e)
        WHERE key IN ('env', 'team.region', 'environment', 'release') GROUP BY key, value ORDER BY key, value""",
        _shares,
    ),
    "who only met failures": Question(
        """SELECT name, user_id, session_id, run_id FROM traces WHERE status = 'ERROR' EXCEPT
        SELECT name, user_id, session_id, run_id FROM traces WHERE status != 'ERROR' ORDER BY 1, 2, 3, 4""",
        lambda t: _only_failures(t),
    ),
    # JSON
    "tag with a dot": Question(
        "SELECT tags->>'team.region' r, count(*) FROM traces GROUP BY r ORDER BY r",
        lambda t: [[key[0], len(rows)] for key, rows in groups([{"r": tag(row, "team.region")} for row in t["traces"]], "r")],
    ),
    "tag by json_extract": Question(
        "SELECT count(*) FROM traces WHERE json_extract(tags, '$.\"team.region\"') = 'eu'",
        lambda t: [[sum(tag(row, "team.region") == "eu" for row in t["traces"])]],
    ),
    "traces without a tag": Question(
        "SELECT count(*) FROM traces WHERE tags->>'env' IS NULL", lambda t: [[sum(tag(row, "env") is None for row in t["traces"])]]
    ),
    "metadata with a dot": Question(
        "SELECT count(*) FROM traces WHERE metadata->>'mlflow.trace.user' IS NOT user_id", lambda _: [[0]]
    ),
    "keys of attributes": Question(
        "SELECT key, count(*) n FROM spans, json_each(attributes) GROUP BY key ORDER BY n DESC, key", _keys
    ),
    "type from attributes": Question(
        "SELECT count(*) FROM spans WHERE attributes->>'mlflow.spanType' IS NOT NULL AND attributes->>'mlflow.spanType' != type", lambda _: [[0]]
    ),
    "inputs by path": Question(
        "SELECT inputs->>'$.order.id' o, count(*) FROM spans WHERE inputs->>'$.order.id' IS NOT NULL GROUP BY o ORDER BY o",
        lambda t: _order_ids(t),
    ),
    "type of outputs": Question(
        "SELECT json_type(outputs) k, count(*) FROM spans GROUP BY k ORDER BY k", lambda t: _json_types(t)
    ),
    "length of lists": Question(
        "SELECT sum(json_array_length(inputs, '$.messages')) FROM spans WHERE json_type(inputs, '$.messages') = 'array'",
        lambda t: [[sum(map(len, _messages_in(t))) or None]],
    ),
    "beginnings of inputs": Question(
        "SELECT substr(inputs, 1, 12) p, count(*) n FROM spans WHERE inputs IS NOT NULL GROUP BY p ORDER BY n DESC, p LIMIT 8",
        lambda t: _counts(row["inputs"][:12] for row in t["spans"] if row["inputs"] is not None)[:8],
    ),
    "regular expression": Question("SELECT count(*) FROM spans WHERE inputs REGEXP 'ORD-[1-4]\\b'", lambda t: _word(t, r"ORD-[1-4]\b")),
    "LIKE without case": Question(
        "SELECT count(*) FROM spans WHERE outputs LIKE '%SHIPPED%'",
        lambda t: [[sum("shipped" in (row["outputs"] or "").lower() for row in t["spans"])]],
    ),
    # Assessments
    "rates of judges": Question(
        "SELECT name, count(*), avg(number), count(error) FROM assessments WHERE kind = 'feedback' AND valid GROUP BY name ORDER BY name",
        lambda t: [
            [key[0], len(rows), mean(known(rows, "number")), len(known(rows, "error"))]
            for key, rows in groups((row for row in t["assessments"] if row["kind"] == "feedback" and row["valid"]), "name")
        ],
    ),
    "values of feedback": Question(
        "SELECT name, value, count(*) FROM assessments WHERE valid GROUP BY name, value ORDER BY name, value",
        lambda t: [[*key, len(rows)] for key, rows in groups((row for row in t["assessments"] if row["valid"]), "name", "value")],
    ),
    "latency of the well and the badly rated": Question(
        """SELECT a.number >= 3 good, count(*), avg(t.duration_ms) FROM assessments a JOIN traces t USING (trace_id)
        WHERE a.number IS NOT NULL GROUP BY good ORDER BY good""",
        lambda t: [
            [key[0], len(rows), mean(known(rows, "duration_ms"))]
            for key, rows in groups(
                [
                    {"good": int(row["number"] >= 3), "duration_ms": by_id(t)[row["trace_id"]]["duration_ms"]}
                    for row in t["assessments"]
                    if row["number"] is not None
                ],
                "good",
            )
        ],
    ),
    "people and judges agree": Question(
        """SELECT count(*), coalesce(sum(a.value = b.value), 0) FROM assessments a JOIN assessments b USING (trace_id, name) WHERE a.valid AND b.valid
        AND a.source LIKE 'HUMAN %' AND b.source NOT LIKE 'HUMAN %' AND a.value IS NOT NULL AND b.value IS NOT NULL""",
        _agreement,
    ),
    "assessed spans": Question(
        "SELECT s.name, a.name, count(*) FROM assessments a JOIN spans s USING (trace_id, span_id) GROUP BY 1, 2 ORDER BY 1, 2",
        lambda t: _assessed(t),
    ),
    "traces that nobody assessed": Question(
        "SELECT count(*) FROM traces WHERE trace_id NOT IN (SELECT trace_id FROM assessments)",
        lambda t: [[len({row["trace_id"] for row in t["traces"]} - {row["trace_id"] for row in t["assessments"]})]],
    ),
    # Sets, values, several tables
    "a table of values": Question(
        "WITH limits(name, most) AS (VALUES ('desk', 1000), ('complete', 120)) SELECT name, count(*) FROM spans JOIN limits USING (name) WHERE duration_ms > most GROUP BY name ORDER BY name",
        lambda t: [
            [key[0], len(rows)]
            for key, rows in groups(
                (row for row in t["spans"] if (row["duration_ms"] or 0) > {"desk": 1000, "complete": 120}.get(row["name"], math.inf)), "name"
            )
        ],
    ),
    "values alone": Question("VALUES (1, 'a'), (2.5, NULL)", lambda _: [[1, "a"], [2.5, None]]),
    "rows of each table": Question(
        "SELECT 'traces' t, count(*) FROM traces UNION ALL SELECT 'spans', count(*) FROM spans UNION ALL SELECT 'assessments', count(*) FROM assessments",
        lambda t: [[name, len(t[name])] for name in ("traces", "spans", "assessments")],
    ),
    "in both": Question(
        "SELECT user_id FROM traces WHERE status = 'ERROR' INTERSECT SELECT user_id FROM traces WHERE status = 'OK' ORDER BY 1",
        lambda t: [
            [one]
            for one in sorted(
                {row["user_id"] for row in t["traces"] if row["status"] == "ERROR"} & {row["user_id"] for row in t["traces"] if row["status"] == "OK"},
                key=lambda value: (value is not None, value),
            )
        ],
    ),
    "pivot": Question(
        """SELECT name, sum(status = 'OK'), sum(status = 'ERROR'), sum(status NOT IN ('OK', 'ERROR')) FROM traces GROUP BY name ORDER BY name""",
        lambda t: [
            [key[0], *(sum(row["status"] == one for row in rows) for one in ("OK", "ERROR")), sum(row["status"] not in ("OK", "ERROR") for row in rows)]
            for key, rows in groups(t["traces"], "name")
        ],
    ),
    "ids joined": Question(
        "SELECT group_concat(trace_id, ' ') FROM (SELECT trace_id FROM traces WHERE status = 'ERROR' ORDER BY trace_id)",
        lambda t: [[" ".join(sorted(row["trace_id"] for row in t["traces"] if row["status"] == "ERROR")) or None]],
    ),
    "prompts": Question(
        "SELECT prompt, count(*) FROM traces WHERE prompt IS NOT NULL GROUP BY prompt ORDER BY prompt",
        lambda t: [[key[0], len(rows)] for key, rows in groups((row for row in t["traces"] if row["prompt"] is not None), "prompt")],
    ),
    "runs": Question(
        "SELECT run_id, model_id, count(*), avg(duration_ms) FROM traces GROUP BY 1, 2 ORDER BY 1, 2",
        lambda t: [[*key, len(rows), mean(known(rows, "duration_ms"))] for key, rows in groups(t["traces"], "run_id", "model_id")],
    ),
    "questions asked": Question(
        "SELECT request, count(*) n, count(response) FROM traces GROUP BY request ORDER BY n DESC, request LIMIT 6",
        lambda t: sorted(
            ([key[0], len(rows), len(known(rows, "response"))] for key, rows in groups(t["traces"], "request")),
            key=lambda one: (-one[1], one[0] is not None, one[0]),
        )[:6],
    ),
}  # fmt: skip


def _only_failures(tables: Tables) -> Answer:
    found = groups(tables["traces"], "name", "user_id", "session_id", "run_id")
    return [[*key] for key, rows in found if all(row["status"] == "ERROR" for row in rows)]


def _right_after(tables: Tables) -> Answer:
    counts: Counter[tuple[str, str]] = Counter()
    for (_, parent), rows in groups(tables["spans"], "trace_id", "parent_id"):
        if parent is None:
            continue
        starts = sorted({row["start_ms"] for row in rows})
        for earlier, later in pairwise(starts):
            counts.update(
                (a["name"], b["name"]) for a in rows for b in rows if (a["start_ms"], b["start_ms"]) == (earlier, later)
            )
    return [[*names, count] for names, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]


def _order_ids(tables: Tables) -> Answer:
    found = [json.loads(row["inputs"]) for row in tables["spans"] if row["inputs"] is not None]
    orders = [one["order"] for one in found if isinstance(one, dict) and isinstance(one.get("order"), dict)]
    return sorted(
        [one, count] for one, count in Counter(order["id"] for order in orders if order.get("id") is not None).items()
    )


def _json_types(tables: Tables) -> Answer:
    names = {str: "text", dict: "object", list: "array", int: "integer", float: "real", type(None): "null"}

    def of(text: str | None) -> str | None:
        if text is None:
            return None
        value = json.loads(text)
        return str(value).lower() if isinstance(value, bool) else names[type(value)]

    return [[key[0], len(rows)] for key, rows in groups([{"k": of(row["outputs"])} for row in tables["spans"]], "k")]


def _messages_in(tables: Tables) -> list[list[Any]]:
    found = [json.loads(row["inputs"]) for row in tables["spans"] if row["inputs"] is not None]
    return [one["messages"] for one in found if isinstance(one, dict) and isinstance(one.get("messages"), list)]


def _assessed(tables: Tables) -> Answer:
    spans = {(row["trace_id"], row["span_id"]): row["name"] for row in tables["spans"]}
    counts = Counter(
        (spans[row["trace_id"], row["span_id"]], row["name"])
        for row in tables["assessments"]
        if (row["trace_id"], row["span_id"]) in spans
    )
    return [[*names, count] for names, count in sorted(counts.items())]


def _group_counts(tables: Tables) -> Answer:
    return _counts(known(tables["spans"], "error_group"))


OF_DESK: dict[str, Question] = {
    "error groups": Question(
        "SELECT error_group, count(*) n FROM spans WHERE error_group IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1", _group_counts
    ),
    "answers that were cut off": Question(
        "SELECT finish_reason, count(*) FROM spans WHERE finish_reason IS NOT NULL GROUP BY 1 ORDER BY 1",
        lambda t: [[key[0], len(rows)] for key, rows in groups((row for row in t["spans"] if row["finish_reason"]), "finish_reason")],
    ),
    "messages by role": Question(
        "SELECT role, tool, count(*) FROM messages GROUP BY 1, 2 ORDER BY 1, 2",
        lambda t: [[*key, len(rows)] for key, rows in groups(t["messages"], "role", "tool")],
    ),
    "last words": Question(
        "SELECT text, count(*) n FROM (SELECT trace_id, text, max(position) FROM messages GROUP BY trace_id) GROUP BY text ORDER BY n DESC, text",
        lambda t: _counts({row["trace_id"]: row["text"] for row in t["messages"]}.values()),
    ),
    "arguments of calls": Question(
        "SELECT text->>'order_id' o, count(*) FROM messages WHERE role = 'assistant' AND tool = 'lookup_order' GROUP BY o ORDER BY o",
        lambda t: sorted(
            [one, count]
            for one, count in Counter(
                json.loads(row["text"])["order_id"] for row in t["messages"] if row["role"] == "assistant" and row["tool"]
            ).items()
        ),
    ),
    "what users of failing traces said": Question(
        """SELECT m.text, count(*) n FROM messages m JOIN traces t USING (trace_id) WHERE m.role = 'user' AND t.status = 'ERROR'
        GROUP BY m.text ORDER BY n DESC, m.text""",
        lambda t: _counts(row["text"] for row in t["messages"] if row["role"] == "user" and by_id(t)[row["trace_id"]]["status"] == "ERROR"),
    ),
    "failing results of tools": Question(
        "SELECT m.text, s.status FROM messages m JOIN spans s USING (trace_id, span_id) WHERE m.role = 'tool' AND s.status = 'ERROR' ORDER BY m.trace_id LIMIT 5",
        lambda t: [
            [row["text"], "ERROR"]
            for row in sorted(t["messages"], key=lambda one: one["trace_id"])
            if row["role"] == "tool" and any(one["status"] == "ERROR" for one in spans_of(t, trace_id=row["trace_id"], span_id=row["span_id"]))
        ][:5],
    ),
}  # fmt: skip
"""Those about what only the desk's own tables know."""
