"""The words of a filter: MLflow's own (sqlparse's rules for quotes), and those that other systems and SQL have."""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text",
    "open text",
    "smart text",
    "escaped text",
    "doubled text",
    "literal",
    "bare",
    "expression",
    "number",
    "grouped",
    "name",
    "operator",
    "word",
    "open",
    "close",
    "comma",
    "colon",
    "bang",
    "comment",
    "other",
]

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<comment>--[^\n]*|/\*.*?\*/)
      | (?P<escaped_text>\\(?P<escaped>['"])(?:(?!\\(?P=escaped)).)*\\(?P=escaped))
      | (?P<smart_text>[“”„][^“”„]*[“”] | [‘’‚][^‘’‚]*[‘’])
      | (?P<doubled_text>(?P<doubled>''|"")(?=\w)[^'"=,]*(?<=\S)(?P=doubled))
      | (?P<text>'(?:''|\\'|[^'])*' | "(?:""|\\"|[^"])*")
      | (?P<open_text>['"].*)
      | (?P<operator>===|!==|==|!=|<>|>=|<=|=~|!~|&&|\|\||[=><~≠≥≤&|])
      | (?P<grouped>(?:\+\d+(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:_\d+)+)(?![\w.:,-]))
      | (?P<number>-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.:-]))
      | (?P<name>[@.]?[`A-Za-z_][\w`]*(?::\w+(?=\s*[=<>!~]))?
          (?:\.(?:`[^`]*`|"[^"]*"|'[^']*'
                 |(?:(?!\.[`"'])[^\s=<>!~≠≥≤*()'",`;:{}\[\]])+(?:(?::[^\s=<>!~≠≥≤*()'",`;:{}\[\]]+)+(?=\s*[=<>!~]))?)
            |\[\s*(?:'[^']*'|"[^"]*"|`[^`]*`|[^\s\]'"`,]+)\s*\]
            |->>?\s*'[^']*')*)
      | (?P<open>[({\[]) | (?P<close>[)}\]]) | (?P<comma>[,;]) | (?P<colon>:)
      | (?P<bang>[!-](?=[A-Za-z_@(`{]))
      | (?P<other>[^\s()',;"=<>{}\[\]]+|.)""",
    re.VERBOSE | re.DOTALL,
)
SYMBOLS = {"&&": "AND", "||": "OR", "&": "AND", "|": "OR"}
_WORDS = {"AND", "OR", "NOT", "IN", "LIKE", "ILIKE", "RLIKE", "IS", "NULL", "BETWEEN", "CONTAINS", "EQUALS"}


@dataclass(frozen=True, slots=True)
class Token:
    """`spaced` is whether something separates it from the token before."""

    kind: Kind
    text: str
    spaced: bool = True

    @property
    def word(self) -> str:
        """A word in capitals, or the operator; empty for what is neither."""
        return SYMBOLS.get(self.text, self.text.upper()) if self.kind in ("word", "operator") else ""

    @property
    def upper(self) -> str:
        """What it says as part of an operator of several words; a lower-case `none` is a text more often than NULL."""
        return self.text if self.text == "none" else self.text.upper()


def tokenize(text: str) -> list[Token]:
    tokens: list[Token] = []
    spaced = True
    for match in _TOKEN.finditer(text):
        kind, value = str(match.lastgroup), match.group()
        if kind == "space":
            spaced = True
            continue
        if value in SYMBOLS or (kind == "name" and value.upper() in _WORDS):
            kind = "word"
        tokens.append(Token(kind.replace("_", " "), value, spaced))  # type: ignore[arg-type]
        spaced = False
    return tokens


def joined(tokens: list[Token]) -> str:
    """The tokens as they were written, but for the kind of space between them."""
    return "".join(f" {token.text}" if token.spaced else token.text for token in tokens).strip()
