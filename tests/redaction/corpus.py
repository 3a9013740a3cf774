"""The corpus by which detection is measured: texts that hold secrets, and lookalikes that hold none."""

from dataclasses import dataclass

from mcp_traces.redaction.masking import RedactLevel, Redactor
from tests.redaction.lookalikes import LOOKALIKES, PERSONAL_LOOKALIKES
from tests.redaction.positives import PERSONAL, POSITIVES, Positive


@dataclass(frozen=True, slots=True)
class Figures:
    """`missed` are positives of which a secret is still there, `wrong` the lookalikes in which something was masked."""

    positives: int
    lookalikes: int
    missed: list[Positive]
    wrong: list[str]

    @property
    def recall(self) -> float:
        return (self.positives - len(self.missed)) / self.positives

    @property
    def precision(self) -> float:
        found = self.positives - len(self.missed)
        return found / (found + len(self.wrong))


def measure(level: RedactLevel) -> Figures:
    """What `level` finds of what it should: personal data are positives of `pii` alone."""
    redactor = Redactor(level)
    positives = [*POSITIVES, *(PERSONAL if level == "pii" else ())]
    lookalikes = [*LOOKALIKES, *PERSONAL_LOOKALIKES]
    return Figures(
        len(positives),
        len(lookalikes),
        [one for one in positives if any(secret in redactor.text(one.text) for secret in one.secrets)],
        [text for text in lookalikes if redactor.text(text) != text],
    )
