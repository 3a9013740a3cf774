"""Every text in JSON values: strings, numbers and whatever else can be searched, in the order the caller chooses."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import cast

from mcp_traces.records import Json

_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
"""Made once: `json.dumps` with any option makes an encoder for each number."""


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
                yield _as_json(one)
        else:
            if not outer:
                return
            current = outer.pop()
