"""The half of the corpora that nobody looked at while the rules were written. README.md says what the fields are."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.redaction.corpora import Case

HERE = Path(__file__).parent


def _records(name: str) -> Iterator[dict[str, Any]]:
    for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if not record.get("doubtful"):
            yield record


def _secret(part: dict[str, Any]) -> str:
    return part["prefix"] + part["rest"]


def published() -> Iterator[Case]:
    """Each published format in each of its contexts."""
    for one in _records("formats"):
        for context in one["contexts"]:
            yield Case(context["text"].replace("«0»", _secret(one)), (_secret(one),), tuple(context["stays"]))


def names() -> Iterator[Case]:
    """Names of secrets, each with a value of no known form."""
    for one in _records("names"):
        for text in one["texts"]:
            yield Case(text["text"].replace("«0»", one["value"]), (one["value"],), tuple(text["stays"]))


def places() -> Iterator[Case]:
    """Where software writes secrets."""
    for one in _records("places"):
        secrets = tuple(map(_secret, one["secrets"]))
        text = one["text"].replace("«+»", "")
        for at, secret in enumerate(secrets):
            text = text.replace(f"«{at}»", secret)
        yield Case(text, secrets, tuple(one["stays"]))


def harmless() -> Iterator[Case]:
    """Names that only look like those of secrets, and texts that hold none."""
    for kind in ("lookalike_names", "harmless"):
        for one in _records(kind):
            for text in one["texts"]:
                yield Case(text)
