"""A written filter as its conditions: read with sqlparse's tokens, as MLflow reads it, and on where MLflow stops."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from mcp_traces.filters.corrections import NUMBER, UNCLEAR, Bare, ClauseSides, Condition, Number, both, meaning_of

_OWN = ("=", "!=", ">", ">=", "<", "<=", "IN", "NOT IN", "LIKE", "ILIKE", "RLIKE", "IS NULL", "IS NOT NULL")
OPERATORS = {
    **{one: one for one in (*_OWN, "BETWEEN", "CONTAINS", "NOT LIKE", "NOT ILIKE", "NOT RLIKE", "NOT REGEXP")},
    **dict.fromkeys(("==", "IS"), "="),
    **dict.fromkeys(("<>", "IS NOT"), "!="),
    **dict.fromkeys(("~", "REGEXP"), "RLIKE"),
    **dict.fromkeys(("= NULL", "== NULL", "= NONE", "== NONE", "IS NONE"), "IS NULL"),
    **dict.fromkeys(("!= NULL", "<> NULL", "!= NONE", "IS NOT NONE"), "IS NOT NULL"),
}
"""By how it is written, what it means: MLflow's own operators, and those that get a correction or a form."""

_OPPOSITES = (("=", "!="), (">", "<="), (">=", "<"), ("IN", "NOT IN"), ("IS NULL", "IS NOT NULL"))
_NEGATIONS = {one: other for pair in _OPPOSITES for one, other in (pair, pair[::-1])}

_NAME = re.compile(r"(?!\d)[\w@.].*(?<!:)", re.DOTALL)

NO_OR = "MLflow's filters have no OR."
PARENTHESES = "MLflow's filters have no parentheses other than those of IN."
_NOT = "MLflow's filters have no NOT before conditions: write the opposite of each."
_ONE_AND = "Conditions are joined by exactly one AND, written as a word."
_ESCAPED = "MLflow has no escapes: a text with ' goes in double quotes."
_LIST = "A list is written IN ('a', 'b')."


@dataclass(frozen=True, slots=True)
class _Token:
    """`kind` is text, word, operator, open, close, comma or unclosed."""

    kind: str
    text: str

    @property
    def word(self) -> str:
        return {"&": "AND", "&&": "AND", "|": "OR", "||": "OR", "!": "NOT"}.get(self.text, self.text.upper())


def _tokens(text: str) -> Iterator[_Token]:
    """sqlparse's tokens; those without space between them are one word, unless they are quotes or operators."""
    import sqlparse.lexer
    import sqlparse.tokens

    kinds: Any = sqlparse.tokens
    lexer: Any = sqlparse.lexer
    found: list[tuple[Any, str]] = list(lexer.tokenize(text))
    run = ""
    for at, (ttype, value) in enumerate(found):
        is_text = ttype in kinds.String
        if run.endswith(".") and is_text:
            run += value
            continue
        punctuation = {"(": "open", ")": "close", ",": "comma", ";": "comma"}
        kind = "text" if is_text else "operator" if ttype is kinds.Comparison else punctuation.get(value, "word")
        if kind == "word" and ttype not in kinds.Whitespace and not set(value) <= set("&|'\""):
            run += value
            continue
        if run:
            yield _Token("word", run)
            run = ""
        if ttype is kinds.Error and value in "'\"":
            yield _Token("unclosed", "".join(one for _, one in found[at + 1 :]).strip())
            return
        if ttype not in kinds.Whitespace:
            yield _Token(kind, value)
    if run:
        yield _Token("word", run)


@dataclass
class FilterReader:
    """`problems` says what MLflow does not take, `stray` is what belongs to no condition.

    `is_clear` is False where a condition cannot be said in MLflow's filters.
    """

    text: str
    at: int = 0
    problems: dict[str, None] = field(default_factory=dict[str, None])
    stray: list[str] = field(default_factory=list[str])
    is_clear: bool = True

    def __post_init__(self) -> None:
        self.tokens: list[_Token] = list(_tokens(self.text))

    def read(self) -> ClauseSides:
        """What OR joins. Raises UnreadableError, and RecursionError for what is nested too deep."""
        sides = self._or()
        while self._peek():
            self._skip()
            sides = both(sides, self._or())
        return tuple(side for side in sides if side)

    def _peek(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _next_is(self, *words: str) -> bool:
        token = self._peek()
        return token is not None and token.kind in ("word", "operator") and token.word in words

    def _note(self, problem: str) -> None:
        self.problems[problem] = None

    def _skip(self) -> None:
        if (token := self._peek()) and token.kind == "close":
            self._note(PARENTHESES)
        elif token:
            self.stray.append(token.text)
        self.at += 1

    def _or(self) -> ClauseSides:
        sides = self._and()
        while self._next_is("OR"):
            self.at += 1
            self._note(NO_OR)
            sides = (*sides, *self._and())
        return sides

    def _and(self) -> ClauseSides:
        sides: ClauseSides = ((),)
        is_joined = True
        while (token := self._peek()) and token.kind != "close" and not self._next_is("OR"):
            if token.kind == "comma" or self._next_is("AND"):
                if is_joined or token.text.upper() != "AND":
                    self._note(_ONE_AND)
                is_joined = True
                self.at += 1
            elif (part := self._part(token)) is None:
                self._skip()
            else:
                if not is_joined:
                    self._note(_ONE_AND)
                sides, is_joined = both(sides, part), False
        if is_joined:
            self._note(_ONE_AND)
        return sides

    def _part(self, token: _Token) -> ClauseSides | None:
        if is_denied := self._next_is("NOT"):
            self.at += 1
            self._note(_NOT)
            token = self._peek() or token
        if token.text == "(" and not is_denied:
            self.at += 1
            self._note(PARENTHESES)
            inside = self._or()
            self.at += 1
            return inside
        is_name = token.kind == "word" and _NAME.fullmatch(token.text)
        condition = self._condition(token) if is_name else None
        if condition is None:
            return None
        problems, sides = meaning_of(_negated(condition) if is_denied else condition)
        self.problems.update(dict.fromkeys(problems))
        self.is_clear &= bool(sides)
        return sides or ((),)

    def _operator_at(self, ahead: int) -> tuple[str, int] | None:
        """The longest operator there, and how many tokens it takes."""
        for length in (3, 2, 1):
            tokens = self.tokens[self.at + ahead : self.at + ahead + length]
            phrase = " ".join(token.text if token.kind in ("word", "operator") else "" for token in tokens)
            if len(tokens) == length and phrase.upper() in OPERATORS:
                return phrase, length
        return None

    def _condition(self, name: _Token) -> Condition | None:
        """The condition from its field on; None, and nothing read, where no operator follows."""
        if (found := self._operator_at(1)) is None:
            return None
        written, length = found
        self.at += 1 + length
        meant = OPERATORS[written.upper()]
        problems = [] if meant == written.upper() else [f"`{written}` is written `{meant}`."]
        if written != meant and not problems and name.text.startswith("span.") and meant != "NOT IN":
            problems.append(f"On span.* operators are written in capitals: {meant}.")
        values: list[str] = []
        is_list = (token := self._peek()) is not None and token.kind == "open"
        if is_list:
            values = self._list(problems)
        elif "NULL" not in meant:
            values = self._value(problems)
            if meant == "BETWEEN" and self._next_is("AND"):
                self.at += 1
                values += self._value(problems)
        if values and is_list is not (meant in ("IN", "NOT IN")):
            problems.append(_LIST)
            meant = {"=": "IN", "!=": "NOT IN"}.get(meant, meant)
        return Condition(name.text, meant, tuple(values), tuple(problems))

    def _list(self, problems: list[str]) -> list[str]:
        """The values between parentheses, which MLflow reads as Python (_parse_list_from_sql_token)."""
        self.at += 1
        values: list[str] = []
        is_due = True
        while (token := self._peek()) and token.kind != "close":
            value = self._value(problems, in_list=True)
            if bool(value) is not is_due or (not value and token.text != ","):
                problems.append(_LIST)
            self.at += 0 if value else 1
            values += value
            is_due = not value
        if token is None:
            problems.append(_LIST)
        self.at += 1
        return values

    def _value(self, problems: list[str], *, in_list: bool = False) -> list[str]:
        """The next value; nothing, and nothing read, where there is none."""
        token = self._peek()
        if token is None or token.kind not in ("text", "unclosed", "word") or self._next_is("AND", "OR"):
            return []
        self.at += 1
        if token.kind == "text":
            return [_between_quotes(token.text, problems, in_list=in_list)]
        if token.kind == "unclosed":
            is_unclear = re.search(r"[=<>]|\b(AND|OR|LIMIT|ORDER)\b", token.text, re.IGNORECASE)
            problems += ["A quote is not closed.", *([UNCLEAR] if is_unclear else [])]
            return [token.text]
        if set("'\"") & set(token.text):
            problems += [UNCLEAR, _LIST]
        return [Number(token.text) if NUMBER.fullmatch(token.text) else Bare(token.text.strip("`“”„‘’"))]


def _between_quotes(literal: str, problems: list[str], *, in_list: bool) -> str:
    """The text of a literal. MLflow takes a quote that is doubled or escaped as two characters of the text."""
    quote, text = literal[0], literal[1:-1]
    try:
        if in_list and quote * 2 not in text:
            return str(ast.literal_eval(literal))
    except (ValueError, SyntaxError):
        problems.append(_ESCAPED)
    if quote * 2 in text or f"\\{quote}" in text:
        problems += [_ESCAPED, UNCLEAR]
    return text


def _negated(condition: Condition) -> Condition:
    other = _NEGATIONS.get(condition.operator, f"NOT {condition.operator}")
    return replace(condition, operator=other.removeprefix("NOT NOT "), denied=True)
