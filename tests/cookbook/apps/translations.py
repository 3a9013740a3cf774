"""Translations that come through, some of them after refusals that nobody hears of."""

import time
from contextlib import suppress

import mlflow
from mlflow.entities import SpanType

from tests.cookbook.simulation import at


class RateLimitError(Exception):
    pass


class Model:
    def __init__(self, *, refusals: int) -> None:
        self._refusals = refusals

    @mlflow.trace(span_type=SpanType.LLM)
    def complete(self, text: str) -> str:
        time.sleep(0.4)
        self._refusals -= 1
        if self._refusals >= 0:
            raise RateLimitError("429: 60 requests a minute for key team-b, try again in 2 s")
        return f"[fr] {text}"

    @mlflow.trace(span_type=SpanType.CHAIN)
    def translate(self, text: str) -> str:
        for _ in range(4):
            with suppress(RateLimitError):
                return self.complete(text)
            time.sleep(2)
        raise RateLimitError("gave up")


def main() -> None:
    for minute, refusals in enumerate((0, 0, 2, 0, 3, 0)):
        at(f"2026-11-20T11:3{minute}:00Z")
        Model(refusals=refusals).translate(f"Paragraph {minute + 1}")
