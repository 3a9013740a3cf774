"""What is found in the corpus, what is not, and what is taken for a secret although it is none."""

from pathlib import Path

import pytest

from mcp_traces.redaction.masking import RedactLevel, Redactor
from tests.redaction import lookalikes, positives, synthetic
from tests.redaction.corpus import measure
from tests.redaction.lookalikes import LOOKALIKES, PERSONAL_LOOKALIKES
from tests.redaction.positives import PERSONAL, POSITIVES, Positive

LEAST = 0.98
CREDENTIALS, PII = Redactor("credentials"), Redactor("pii")


@pytest.mark.parametrize("level", ["credentials", "pii"])
def test_precision_and_recall_are_what_the_docs_promise(level: RedactLevel) -> None:
    """The contract asks for a corpus of 200 and 200; docs/redaction.md states the figures."""
    figures = measure(level)

    assert figures.positives >= 300 and figures.lookalikes >= 300
    assert figures.recall >= LEAST, figures.missed
    assert figures.precision >= LEAST, figures.wrong


@pytest.mark.parametrize("positive", [*POSITIVES, *PERSONAL], ids=lambda positive: ascii(positive.text)[:60])
def test_no_secret_is_left_and_what_stands_around_it_is(positive: Positive) -> None:
    """A reader still needs the host, the user and the other fields."""
    masked = PII.text(positive.text)

    assert not [secret for secret in positive.secrets if secret in masked]
    assert not [kept for kept in positive.keeps if kept not in masked]
    assert PII.text(masked) == masked


@pytest.mark.parametrize("text", [*LOOKALIKES, *PERSONAL_LOOKALIKES], ids=lambda text: ascii(text)[:60])
def test_what_only_looks_like_a_secret_is_left_alone(text: str) -> None:
    """A hash, a count or a line of code that is masked is lost to whoever looks for the error."""
    assert PII.text(text) == text


def test_personal_data_stay_unless_they_are_asked_to_be_masked() -> None:
    """`credentials` is the default, and who reads traces of a shop needs its customers' addresses."""
    assert [one.text for one in PERSONAL if CREDENTIALS.text(one.text) != one.text] == []


def test_the_corpus_has_no_secret_that_a_scanner_would_report() -> None:
    """Each is put together when it is needed; the files hold only pieces."""
    for module in (lookalikes, positives, synthetic):
        source = Path(module.__file__).read_text(encoding="utf-8")
        assert [secret for one in POSITIVES for secret in one.secrets if len(secret) > 20 and secret in source] == []
