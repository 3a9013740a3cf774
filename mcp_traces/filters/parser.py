"""A filter as its clauses, read as an agent meant it rather than as MLflow would take it.

It follows MLflow where MLflow accepts a filter (sqlparse's rules for quotes), and reads on where MLflow stops: `==`,
OR, NOT, parentheses, unquoted text, a quote left open.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

Kind = Literal["text", "open text", "number", "name", "operator", "word", "open", "close", "comma", "other"]

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>'(?:''|\\'|[^'])*' | "(?:""|\\"|[^"])*")
      | (?P<open_text>['"].*)
      | (?P<operator>===|==|!=|<>|>=|<=|=~|!~|&&|\|\||=|>|<|~)
      | (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.:-]))
      | (?P<name>[`A-Za-z_][\w`]*(?:\.(?:`[^`]*`|"[^"]*"|'[^']*'|[^\s=<>!~()'",`;]+))*)
      | (?P<open>\() | (?P<close>\)) | (?P<comma>,)
      | (?P<other>[^\s()',"=<>]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_SYMBOLS = {"&&": "AND", "||": "OR"}
_WORDS = {"AND", "OR", "NOT", "IN", "LIKE", "ILIKE", "RLIKE", "IS", "NULL", "BETWEEN", "CONTAINS", "EQUALS"}


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str

    @property
    def word(self) -> str:
        """A word in capitals, or the operator; empty for what is neither."""
        return _SYMBOLS.get(self.text, self.text.upper()) if self.kind in ("word", "operator") else ""


@dataclass(frozen=True, slots=True)
class RawClause:
    """One condition as written: `field operator value`, the operator in capitals and single-spaced.

    `values` are the source texts right of the operator, several for IN and BETWEEN. `negated` is a NOT around it.
    """

    field: str
    operator: str
    values: tuple[Token, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """What AND or OR joins."""

    join: Literal["AND", "OR"]
    parts: tuple["Node", ...]


Node: TypeAlias = RawClause | Group


@dataclass(frozen=True, slots=True)
class ParsedFilter:
    """`tree` is what was meant, None for nothing; the rest is what MLflow refuses, skips or misreads in it."""

    tree: Node | None
    stray: tuple[str, ...] = ()
    has_or: bool = False
    has_not: bool = False
    has_parentheses: bool = False
    misses_and: bool = False
    spare_and: bool = False
    has_symbols: bool = False

    @property
    def clauses(self) -> tuple[RawClause, ...]:
        return tuple(_leaves(self.tree)) if self.tree else ()


def tokenize(text: str) -> list[Token]:
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind, value = str(match.lastgroup), match.group()
        if kind == "space":
            continue
        if kind == "name" and value.upper() in _WORDS:
            kind = "word"
        if value in _SYMBOLS:
            kind = "word"
        tokens.append(Token(kind.replace("_", " "), value))  # type: ignore[arg-type]
    return tokens


def parse_filter(text: str) -> ParsedFilter:
    reader = _Reader(tokenize(text))
    tree = reader.read_or()
    while reader.peek():
        # A parenthesis that closes nothing, or what no clause begins with.
        reader.skip()
        rest = reader.read_or()
        tree = _join("AND", [part for part in (tree, rest) if part])
    return ParsedFilter(tree, tuple(reader.stray), **dict.fromkeys(reader.flags, True))


def _leaves(node: Node) -> Iterator[RawClause]:
    if isinstance(node, RawClause):
        yield node
    else:
        for part in node.parts:
            yield from _leaves(part)


def _join(join: Literal["AND", "OR"], parts: list[Node]) -> Node | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return Group(join, tuple(parts))


def _negate(node: Node) -> Node:
    """NOT, pushed down to the clauses: NOT (a AND b) is NOT a OR NOT b."""
    if isinstance(node, RawClause):
        return replace(node, negated=not node.negated)
    return Group("OR" if node.join == "AND" else "AND", tuple(_negate(part) for part in node.parts))


@dataclass
class _Reader:
    """Reads tokens from left to right; AND binds closer than OR."""

    tokens: list[Token]
    at: int = 0
    stray: list[str] = field(default_factory=list[str])
    flags: set[str] = field(default_factory=set[str])

    def peek(self, ahead: int = 0) -> Token | None:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else None

    def take_join(self, token: Token) -> None:
        if token.text in _SYMBOLS:
            self.flags.add("has_symbols")
        self.at += 1

    def skip(self) -> None:
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "close":
            self.flags.add("has_parentheses")
        elif token.word == "AND":
            self.flags.add("spare_and")
        else:
            self.stray.append(token.text)

    def read_or(self) -> Node | None:
        sides = [self.read_and()]
        while (token := self.peek()) and token.word == "OR":
            self.take_join(token)
            self.flags.add("has_or")
            sides.append(self.read_and())
        return _join("OR", [side for side in sides if side])

    def read_and(self) -> Node | None:
        parts: list[Node] = []
        joined = True
        while (token := self.peek()) and token.word != "OR" and token.kind != "close":
            if token.word == "AND":
                if joined:
                    self.flags.add("spare_and")
                joined = True
                self.take_join(token)
            elif part := self.read_part(token):
                if not joined:
                    self.flags.add("misses_and")
                parts.append(part)
                joined = False
        if parts and joined:
            self.flags.add("spare_and")
        return _join("AND", parts)

    def read_part(self, token: Token) -> Node | None:
        """A clause or a group in parentheses; None, one token further, for what is neither."""
        if token.word == "NOT":
            self.flags.add("has_not")
            self.at += 1
            following = self.peek()
            part = self.read_part(following) if following else None
            return _negate(part) if part else None
        if token.kind == "open":
            self.flags.add("has_parentheses")
            self.at += 1
            inside = self.read_or()
            if (closing := self.peek()) and closing.kind == "close":
                self.at += 1
            return inside
        clause = self._read_clause(token) if token.kind == "name" else None
        if clause is None:
            self.skip()
        return clause

    def _read_clause(self, name: Token) -> RawClause | None:
        """The clause from its name on; None, and nothing read, when no operator follows."""
        start = self.at
        self.at += 1
        operator = self._read_operator()
        if operator:
            return RawClause(name.text, operator, self._read_values(operator))
        self.at = start
        return None

    def _read_operator(self) -> str:
        words: list[str] = []
        while (token := self.peek()) and token.word and token.word not in ("AND", "OR"):
            words.append(token.word)
            self.at += 1
            if token.kind == "operator" or token.word in ("NULL", "IN", "LIKE", "ILIKE", "RLIKE", "BETWEEN"):
                break
        return " ".join(words)

    def _read_values(self, operator: str) -> tuple[Token, ...]:
        if operator in ("IS NULL", "IS NOT NULL"):
            return ()
        if operator.endswith("IN") and (token := self.peek()) and token.kind == "open":
            return self._read_list()
        value = self._read_value()
        if operator == "BETWEEN" and value and (token := self.peek()) and token.word == "AND":
            self.at += 1
            return tuple(one for one in (value, self._read_value()) if one)
        return (value,) if value else ()

    def _read_list(self) -> tuple[Token, ...]:
        self.at += 1
        items: list[list[Token]] = [[]]
        while (token := self.peek()) and token.kind != "close":
            if token.kind == "comma":
                items.append([])
            else:
                items[-1].append(token)
            self.at += 1
        self.at += 1
        return tuple(
            item[0] if len(item) == 1 else Token("name", "".join(one.text for one in item)) for item in items if item
        )

    def _read_value(self) -> Token | None:
        """The next value: one token, or the unquoted words up to the next AND, OR or end."""
        token = self.peek()
        if token is None or token.kind in ("close", "comma") or token.word in ("AND", "OR"):
            return None
        self.at += 1
        if token.kind in ("text", "open text", "number"):
            return token
        words = [token.text]
        while (token := self.peek()) and token.kind in ("name", "number", "other") and not self._starts_clause():
            words.append(token.text)
            self.at += 1
        return Token("name", " ".join(words))

    def _starts_clause(self) -> bool:
        following = self.peek(1)
        return following is not None and bool(following.word) and following.word not in ("AND", "OR")
