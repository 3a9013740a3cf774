"""Every text in JSON values: strings, numbers and whatever else can be searched, in the order the caller chooses."""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from mcp_traces.records import Json

as_json: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
"""Made once: `json.dumps` with any option makes an encoder for each number."""


def json_number(number: Json) -> Json:
    """The number, or a text for one that JSON cannot write: "NaN", "Infinity" or "-Infinity"."""
    return as_json(number) if isinstance(number, float) and not math.isfinite(number) else number


def texts_in(
    values: Iterable[Json],
    *,
    in_object: Callable[[dict[str, Json]], Iterator[Json]],
    in_list: Callable[[list[Json]], Iterator[Json]],
) -> Iterator[str]:
    """Each string in `values`, and each number, bool and null as JSON; no recursion: values may nest without bound.

    `in_object` and `in_list` say what is looked at inside one, keys among it, and in which order. What they give is
    taken one by one, after all that is inside the one before.
    """
    outer: list[Iterator[Json]] = []
    current = iter(values)
    while True:
        for one in current:
            if isinstance(one, str):
                yield one
            elif isinstance(one, dict):
                outer.append(current)
                current = in_object(cast("dict[str, Json]", one))
                break
            elif isinstance(one, list):
                outer.append(current)
                current = in_list(cast("list[Json]", one))
                break
            else:
                yield as_json(one)
        else:
            if not outer:
                return
            current = outer.pop()


def all_texts_in(value: Json) -> Iterator[str]:
    """Every key, string, number, bool and null in a value."""

    def parts(fields: dict[str, Json]) -> Iterator[Json]:
        return (part for pair in fields.items() for part in pair)

    return texts_in([value], in_object=parts, in_list=iter)


def with_texts(value: Json, change: Callable[[str], str], *, keys: bool = True) -> Json:
    """`value` with each string changed, and each key unless `keys` is false; numbers as `json_number` writes them.

    No recursion here either.

    Keys that become alike stay apart by a number behind them.
    """
    whole: list[Json] = [None]
    left: list[tuple[Any, Any, Json]] = [(whole, 0, value)]
    while left:
        place, key, one = left.pop()
        if isinstance(one, str):
            place[key] = change(one)
        elif isinstance(one, dict):
            keyed: dict[str, Json] = {}
            for name, inner in cast("dict[str, Json]", one).items():
                changed = apart(change(name), keyed) if keys else name
                keyed[changed] = None
                left.append((keyed, changed, inner))
            place[key] = keyed
        elif isinstance(one, list):
            inners = cast("list[Json]", one)
            listed: list[Json] = [None] * len(inners)
            left += [(listed, at, inner) for at, inner in enumerate(inners)]
            place[key] = listed
        else:
            place[key] = json_number(one)
    return whole[0]


def apart(key: str, taken: Mapping[str, Json]) -> str:
    """The key, with a number behind it where it is taken."""
    free, number = key, 2
    while free in taken:
        free, number = f"{key} ({number})", number + 1
    return free
