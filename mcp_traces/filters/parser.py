"""A filter as its clauses, read as an agent meant it rather than as MLflow would take it.

It follows MLflow where MLflow accepts a filter (sqlparse's rules for quotes), and reads on where MLflow stops: `==`,
OR, NOT, parentheses, unquoted text, a quote left open, functions, and the ways of other trace systems.
"""

from dataclasses import dataclass, field, replace

from mcp_traces.filters.calls import clause_of_call, split_method
from mcp_traces.filters.clauses import Join, Node, RawClause, joined_by, leaves, negate
from mcp_traces.filters.frame import Frame, unframe
from mcp_traces.filters.json_filters import read_json
from mcp_traces.filters.naming import field_meant, is_flag, span_field
from mcp_traces.filters.operators import FLIPPED, OPERATORS
from mcp_traces.filters.reading import TokenReader
from mcp_traces.filters.tokens import SYMBOLS, Token, tokenize

__all__ = ["ParsedFilter", "RawClause", "Token", "parse_filter"]


@dataclass(frozen=True, slots=True)
class ParsedFilter:
    """`tree` is what was meant, None for nothing; the rest is what MLflow refuses, skips or misreads in it.

    `flags` are kinds of mistakes (checker.py names them), `stray` is what belongs to no clause, `frame` what was asked
    round the conditions.
    """

    tree: Node | None
    stray: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    frame: Frame = field(default_factory=Frame)

    @property
    def clauses(self) -> tuple[RawClause, ...]:
        return tuple(leaves(self.tree)) if self.tree else ()


def parse_filter(text: str) -> ParsedFilter:
    """What the filter asks for, and what is wrong with it as a whole; of any text."""
    if tree := read_json(text):
        return ParsedFilter(tree, flags=frozenset({"json"}))
    tokens = tokenize(text)
    said, frame = unframe([token for token in tokens if token.kind != "comment"])
    reader = _Reader(said)
    try:
        tree = reader.read_all()
    except RecursionError:
        return ParsedFilter(None, ("(",))
    flags = {"comment"} if any(token.kind == "comment" for token in tokens) else set[str]()
    return ParsedFilter(tree, tuple(reader.stray), frozenset(reader.flags | flags), frame)


@dataclass
class _Reader(TokenReader):
    """Reads clauses from left to right; AND binds closer than OR."""

    in_braces: bool = False
    last: RawClause | None = None

    def read_all(self) -> Node | None:
        tree = self.read_or()
        while self.peek():
            # A parenthesis that closes nothing, or what no clause begins with.
            self.skip()
            rest = self.read_or()
            tree = joined_by("AND", [part for part in (tree, rest) if part])
        return tree

    def skip(self) -> None:
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "close":
            self.flags.add("parentheses")
        elif token.word == "AND":
            self.flags.add("spare and")
        elif token.text == ";":
            self.flags.add("comma")
        else:
            self.stray.append(token.text)

    def read_or(self) -> Node | None:
        sides = [self.read_and()]
        while (token := self.peek()) and token.word == "OR":
            self._take_join(token)
            self.flags.add("or")
            sides.append(self.read_and())
        return joined_by("OR", [side for side in sides if side])

    def read_and(self) -> Node | None:
        parts: list[Node] = []
        joined_before = True
        while (token := self.peek()) and token.kind != "close":
            calls = joined_before and self._begins_call()
            if token.word == "OR" and not calls:
                break
            if token.word == "AND" and not calls:
                if joined_before:
                    self.flags.add("spare and")
                joined_before = True
                self._take_join(token)
            elif token.kind == "comma":
                self.flags.add("comma")
                joined_before = True
                self.at += 1
            elif part := self.read_part(token):
                if not joined_before:
                    self.flags.add("colon and" if "colon" in self.flags else "missing and")
                parts.append(part)
                joined_before = False
        if parts and joined_before and "comma" not in self.flags:
            self.flags.add("spare and")
        return joined_by("AND", parts)

    def read_part(self, token: Token) -> Node | None:
        """A clause or a group in parentheses; None, one token further, for what is neither."""
        if token.word == "NOT" or token.kind == "bang":
            return self._read_negated()
        if token.kind == "open":
            return self._read_group()
        if token.word in ("AND", "OR"):
            return self._read_call_of_groups("AND" if token.word == "AND" else "OR")
        clause = self._read_clause(token) if token.kind == "name" else self._read_turned(token)
        if clause is None:
            clause = self._read_another_value(token)
        if clause is None:
            self.skip()
        elif isinstance(clause, RawClause):
            self.last = clause
        return clause

    def _take_join(self, token: Token) -> None:
        if SYMBOLS.get(token.text) == "AND":
            self.flags.add("symbols")
        self.at += 1

    def _begins_call(self) -> bool:
        """Whether AND, OR or NOT is written as a function: `and(eq(a, 'x'), ...)`."""
        following = self.peek(1)
        return following is not None and following.text == "(" and not following.spaced

    def _read_negated(self) -> Node | None:
        self.flags.add("not")
        self.at += 1
        following = self.peek()
        if following is None or following.word in ("AND", "OR"):
            return None
        part = self.read_part(following)
        return negate(part) if part else None

    def _read_group(self) -> Node | None:
        opening = self.tokens[self.at]
        self.at += 1
        braces_before = self.in_braces
        if opening.text == "{":
            self.flags.add("several braces" if "braces" in self.flags else "braces")
            self.in_braces = True
        else:
            self.flags.add("parentheses")
        inside = self.read_or()
        self.in_braces = braces_before
        if (closing := self.peek()) and closing.kind == "close":
            self.at += 1
        return inside

    def _read_call_of_groups(self, join: Join) -> Node | None:
        self.flags.add("calls")
        self.at += 2
        parts: list[Node] = []
        while (token := self.peek()) and token.kind != "close":
            if token.kind == "comma":
                self.at += 1
            elif part := self.read_part(token):
                parts.append(part)
        self.at += 1
        if join == "OR":
            self.flags.add("or")
        return joined_by(join, parts)

    def _read_clause(self, name: Token) -> Node | None:
        """The clause from its name on; None, and nothing read, when no operator follows."""
        start = self.at
        self.at += 1
        if (following := self.peek()) and following.text == "(" and not following.spaced:
            clause = self._read_call(name.text)
        elif following and following.kind == "colon":
            clause = self._read_colon(name.text)
        elif operator := self.read_operator():
            clause = self._clause(name.text, operator) if self._can_follow(name.text, operator) else None
        else:
            clause = RawClause(name.text, "=", (Token("literal", "true"),)) if is_flag(name.text) else None
        if clause is None:
            self.at = start
        return clause

    def _can_follow(self, name: str, operator: str) -> bool:
        """IN may be a word of a text: it belongs to a field, or has a list behind it."""
        following = self.peek()
        is_list = following is not None and following.kind == "open"
        return OPERATORS[operator] not in ("IN", "NOT IN") or is_list or field_meant(name) is not None

    def _clause(self, name: str, operator: str) -> RawClause:
        field_name = span_field(name) if self.in_braces else name
        in_capitals = self.in_capitals
        if (token := self.peek()) and token.kind == "open" and OPERATORS[operator] in _LISTED:
            if token.text != "(" or OPERATORS[operator] not in ("IN", "NOT IN"):
                self.flags.add("list")
            values = self.read_list()
            if len(values) > 1 or OPERATORS[operator] in ("IN", "NOT IN"):
                operator = _LISTED[OPERATORS[operator]] if operator not in ("IN", "NOT IN") else operator
            return RawClause(field_name, operator, values, in_capitals=in_capitals)
        return RawClause(field_name, operator, self.read_values(operator), in_capitals=in_capitals)

    def _read_colon(self, name: str) -> RawClause:
        """`key:value`, `key:>5`, `has:key`."""
        self.flags.add("colon")
        self.at += 1
        token = self.peek()
        operator = "="
        if token and token.word in (">", ">=", "<", "<=", "=", "!=", "~"):
            operator = token.word
            self.at += 1
        if token and name in ("has", "exists", "_exists_"):
            self.at += 1
            return RawClause(token.text, "IS NOT NULL")
        if token and token.kind in ("open", "text", "smart text", "open text"):
            return self._clause(name, operator)
        value = self.read_run(words=False)
        if value and value.kind == "name":
            value = Token("bare", value.text)
        return RawClause(name, operator, (value,) if value else ())

    def _read_call(self, name: str) -> Node | None:
        """`eq(field, value)`, `lower(field) = value`, `field.startswith(value)`."""
        arguments = self.read_arguments()
        subject, call = split_method(name)
        operator = self.read_operator()
        outer = self._clause(name, operator) if operator else None
        clause = clause_of_call(subject, call, arguments, outer)
        if clause:
            self.flags.add("calls")
            return replace(clause, field=span_field(clause.field)) if self.in_braces else clause
        return None

    def _read_turned(self, value: Token) -> Node | None:
        """`'x' in field`, `5 < field`, `5 < field <= 9`; None, and nothing read, for anything else."""
        start = self.at
        self.at += 1
        operator = OPERATORS.get(self.read_operator())
        name = self.peek()
        if value.kind not in ("text", "number") or operator not in FLIPPED or name is None or name.kind != "name":
            self.at = start
            return None
        self.flags.add("turned")
        self.at += 1
        parts: list[Node] = [RawClause(name.text, FLIPPED[operator], (value,))]
        if (second := self.read_operator()) in FLIPPED:
            parts.append(self._clause(name.text, second))
        return joined_by("AND", parts)

    def _read_another_value(self, token: Token) -> RawClause | None:
        """The `'b'` of `field = 'a' OR 'b'`."""
        before = self.peek(-1)
        is_value = token.kind in ("text", "number", "name") and self.last is not None and self.last.operator in _EQUAL
        if not is_value or before is None or before.word != "OR" or self.last is None:
            return None
        self.at += 1
        return replace(self.last, values=(token,))


_LISTED = {"=": "ANY OF", "!=": "NONE OF", "IN": "IN", "NOT IN": "NOT IN"}
_EQUAL = ("=", "==", "IN")
