"""Tokens read from left to right: operators of several words, lists, and values with or without quotes."""

from dataclasses import dataclass, field

from mcp_traces.filters.operators import LONGEST, NOW_CALLS, OPERATORS
from mcp_traces.filters.tokens import Token, joined


@dataclass
class TokenReader:
    """`stray` is what belongs to no clause, `flags` are kinds of mistakes, `in_capitals` is of the last operator."""

    tokens: list[Token]
    at: int = 0
    stray: list[str] = field(default_factory=list[str])
    flags: set[str] = field(default_factory=set[str])
    in_capitals: bool = True

    def peek(self, ahead: int = 0) -> Token | None:
        at = self.at + ahead
        return self.tokens[at] if 0 <= at < len(self.tokens) else None

    def read_arguments(self) -> list[list[Token]]:
        """What stands in parentheses, split at its commas."""
        self.at += 1
        arguments: list[list[Token]] = [[]]
        depth = 0
        while (token := self.peek()) and (depth or token.kind != "close"):
            depth += {"open": 1, "close": -1}.get(token.kind, 0)
            self.at += 1
            if token.kind == "comma" and not depth:
                arguments.append([])
            else:
                arguments[-1].append(token)
        if self.peek() is None:
            self.stray.append("(")
        self.at += 1
        return [argument for argument in arguments if argument]

    def read_operator(self) -> str:
        """The longest operator that stands here, in capitals; empty, and nothing read, for none."""
        for length in range(LONGEST, 0, -1):
            phrase = self._phrase(0, length)
            if phrase in OPERATORS:
                self.in_capitals = all(
                    token.text.isupper() or not token.text.isalpha() for token in self._ahead(length)
                )
                self.at += length
                return phrase
        return ""

    def _phrase(self, ahead: int, length: int) -> str:
        tokens = self._ahead(ahead + length)[ahead:]
        return " ".join(token.upper if token.kind in ("word", "operator", "name") else "\n" for token in tokens)

    def _ahead(self, count: int) -> list[Token]:
        return self.tokens[self.at : self.at + count]

    def read_values(self, operator: str) -> tuple[Token, ...]:
        meant = OPERATORS[operator]
        if meant in ("IS NULL", "IS NOT NULL"):
            return ()
        if meant in ("IN", "NOT IN"):
            self.flags.add("list")
        value = self._read_value()
        if meant == "BETWEEN" and value and (token := self.peek()) and token.word == "AND":
            self.at += 1
            return tuple(one for one in (value, self._read_value()) if one)
        values = [value] if value else []
        while meant in ("IN", "NOT IN") and values and self._goes_on():
            self.at += 1
            values += [one for one in (self._read_value(),) if one]
        return tuple(values)

    def _goes_on(self) -> bool:
        """Whether a comma and one more value follow, and no further clause."""
        comma, value = self.peek(), self.peek(1)
        return comma is not None and comma.text == "," and value is not None and not self._starts_clause(1)

    def read_list(self) -> tuple[Token, ...]:
        self.at += 1
        items: list[list[Token]] = [[]]
        while (token := self.peek()) and token.kind != "close":
            if token.kind == "comma" or token.word == "OR":
                items.append([])
            elif token.kind == "grouped" and "," in token.text:
                items += [[Token("number", one)] for one in token.text.split(",")]
            else:
                items[-1].append(token)
            self.at += 1
        self.at += 1
        return tuple(item[0] if len(item) == 1 else Token("name", joined(item)) for item in items if item)

    def _read_value(self) -> Token | None:
        """The next value: one token, or the unquoted words up to the next AND, OR or end."""
        token = self.peek()
        if token is None or token.kind in ("open", "close", "comma") or token.word in ("AND", "OR"):
            return None
        if self._begins_expression(token):
            return self._read_expression()
        if token.kind.endswith("text") or token.kind == "grouped":
            self.at += 1
            return token
        following = self.peek(1)
        if token.kind == "number" and not (following and following.kind == "name" and not self._starts_clause(1)):
            self.at += 1
            return token
        return self.read_run(words=True)

    def read_run(self, *, words: bool) -> Token | None:
        """Unquoted text as one value: up to the next space, or with `words` up to the next clause."""
        first = self.at
        while (token := self.peek()) and token.kind in ("name", "number", "other", "colon", "bang", "grouped", "word"):
            apart = self.at > first and token.spaced
            if token.kind == "word" and (apart or self.at == first):
                break
            if apart and (not words or self._starts_clause()):
                break
            self.at += 1
        run = self.tokens[first : self.at]
        if not run:
            return None
        return run[0] if len(run) == 1 and run[0].kind in ("number", "grouped") else Token("name", joined(run))

    def _begins_expression(self, token: Token) -> bool:
        following = self.peek(1)
        if token.kind != "name" or following is None:
            return False
        is_call = following.text == "(" and not following.spaced
        return is_call or (
            token.text.lower().split(".")[0] in NOW_CALLS and following.kind in ("bang", "text", "other")
        )

    def _read_expression(self) -> Token:
        """`NOW() - INTERVAL '1 day'` and the like, as it was written."""
        first, depth = self.at, 0
        while (token := self.peek()) and (depth or (token.kind != "close" and token.word not in ("AND", "OR"))):
            if not depth and self.at > first and token.kind == "comma":
                break
            depth += {"open": 1, "close": -1}.get(token.kind, 0)
            self.at += 1
        return Token("expression", joined(self.tokens[first : self.at]))

    def _starts_clause(self, ahead: int = 0) -> bool:
        """Whether a field stands there, with its operator behind it."""
        name, following = self.peek(ahead), self.peek(ahead + 1)
        if name is None or following is None or name.kind not in ("name", "bang"):
            return False
        if name.kind == "bang":
            return self._starts_clause(ahead + 1)
        phrases = (self._phrase(ahead + 1, length) for length in range(LONGEST, 0, -1))
        return following.kind == "colon" or any(phrase in OPERATORS for phrase in phrases)
