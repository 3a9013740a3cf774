"""What became of one clause: its text as MLflow takes it, and what was wrong with it."""

from dataclasses import dataclass, field

from mcp_traces.filters.clauses import RawClause
from mcp_traces.filters.tokens import Token


@dataclass(frozen=True, slots=True)
class Mended:
    """`text` is None where no single clause says what was meant, and empty where none is needed.

    A problem is its words and whether it is silent: MLflow would answer all the same, but another question. With
    `any_span` the clause is about a span of its own, beside that of other clauses on spans.
    """

    text: str | None
    problems: tuple[tuple[str, bool], ...] = ()
    any_span: bool = False

    @property
    def is_of_spans(self) -> bool:
        return self.text is not None and self.text.startswith(("span.", "trace.text"))


@dataclass(slots=True)
class Mending:
    """The clause at work."""

    clause: RawClause
    problems: list[tuple[str, bool]] = field(default_factory=list[tuple[str, bool]])

    def note(self, message: str, *, silent: bool = False) -> None:
        self.problems.append((message, silent))

    def done(self, text: str | None) -> Mended:
        return Mended(text, tuple(self.problems))


def unquoted(token: Token) -> str:
    """The text of a value, without its quotes if it has any."""
    if token.kind in ("text", "smart text"):
        return token.text[1:-1]
    if token.kind in ("escaped text", "doubled text"):
        return token.text[2:-2]
    return token.text[1:] if token.kind == "open text" else token.text
