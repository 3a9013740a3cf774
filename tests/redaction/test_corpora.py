"""What redaction finds of the corpora, and what it changes that holds no secret: the goals it was written for."""

import re
from collections.abc import Callable, Iterator

import pytest

from mcp_traces.redaction import formats
from mcp_traces.redaction.masking import Redactor
from tests.redaction import corpora
from tests.redaction.corpora import Case

CREDENTIALS = Redactor("credentials")


def missed(cases: Iterator[Case]) -> tuple[list[str], int]:
    """The masked texts in which a secret is left or something else is gone, and the number of all."""
    masked = [(CREDENTIALS.text(one.text), one) for one in cases]
    wrong = [
        text
        for text, one in masked
        if any(secret in text for secret in one.secrets)
        or any(kept not in text for kept in one.keeps)
        or (not one.secrets and text != one.text)
    ]
    return wrong, len(masked)


@pytest.mark.parametrize(
    ("cases", "least", "share"),
    [
        (corpora.published, 600, 0.95),
        (corpora.names, 600, 0.98),
        (corpora.places, 150, 0.98),
        (corpora.harmless, 900, 0.999),
    ],
    ids=["formats", "names", "places", "harmless"],
)
def test_the_goals_are_met(cases: Callable[[], Iterator[Case]], least: int, share: float) -> None:
    """docs/redaction.md names these goals; what a scanner would report must not leave."""
    wrong, all_cases = missed(cases())

    assert all_cases >= least
    assert 1 - len(wrong) / all_cases >= share, wrong[:20]


def test_each_row_of_the_table_has_what_it_needs() -> None:
    """A format without its source cannot be checked by anybody."""
    rows = formats.rows()

    assert len(rows) >= 300
    assert [row for row in rows if not re.fullmatch(r"https://\S+", row["source"])] == []
    assert [row for row in rows if not re.fullmatch(r"[a-z0-9_]+", row["kind"])] == []
    assert [row for row in rows if not re.fullmatch(r"\d+-\d*", row["length"])] == []


def test_masked_corpora_stay_as_they_are() -> None:
    """Masking twice changes nothing."""
    texts = [one.text for cases in (corpora.names, corpora.places, corpora.published) for one in cases()]
    masked = [CREDENTIALS.text(text) for text in texts]

    assert [text for text in masked if CREDENTIALS.text(text) != text] == []
