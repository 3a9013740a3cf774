"""RLIKE on SQLite: what Python's `re` finds, in linear time; and what linear time cannot do is refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_traces.rlike import ExpressionError, rlike

TEXTS = (
    "",
    "a",
    "a chat",
    "abc\n",
    "Grüße an alle",
    "x=1, y=22",
    "[a]-b",
    "line\nother line",
    "\u00a0\u2028 end",
    "٣ 12",
)

EXPRESSIONS = [
    "a",
    "^a",
    "c$",
    "(?m)^line$",
    "(?i)GRÜSSE|GRÜßE",
    r"\bchat\b",
    r"^\w+ \w+ \w+$",
    r"\d{2}",
    r"^\d",
    r"\s\s end\Z",
    r"\S+\s\W?",
    r"[\w-]+=[\d]+",
    r"[\s\S]b",
    "[]a]",
    "[^]a]",
    r"[[\]]-",
    "[a-c&&]",
    "a{,2}b",
    r"\u0061\x62\U00000063",
    r"\=\ \-|\-b",
    r"\ü",
    "(?P<first>a)(?:b|c)",
    "(?i:CHAT)",
    "(?s)^(?!.*chat)",
    r"(?is)^(?!A.C\n\Z)",
    "^(?!.*(?:^a))",
    r"\A(?=.*=)(?!.*\?)x",
    "^(?=a(b|c))a",
    "^(?!a|b).",
    "(a+)+$",
    "",
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_finds_what_python_finds(expression: str) -> None:
    """MLflow's own search on SQLite is Python's: ours must not answer otherwise."""
    matches = rlike(expression)
    assert [matches(text) for text in TEXTS] == [re.search(expression, text) is not None for text in TEXTS]


_ATOMS = st.sampled_from(["a", "b", "é", ".", r"\d", r"\w", r"\s", r"\W", "[ab]", "[^a]", r"[\w.]", r"\.", r"\u0062"])
_REPEATED = st.builds("{}{}".format, _ATOMS, st.sampled_from(["", "*", "+", "?", "{2}", "{,2}", "*?", "\n"]))
_EXPRESSIONS = st.recursive(
    _REPEATED,
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("(?:{})".format, inner),
        st.builds("({}|{})".format, inner, inner),
        st.builds("({})+".format, inner),
        st.builds("({}$|{}$)".format, inner, inner),
    ),
    max_leaves=8,
)
_BEFORE = st.sampled_from(["", "^", "(?i)", "(?s)^", "^(?!{}b)", "(?i)^(?={})", "(?s)\\A(?!.*{})(?!b)"])


@given(_EXPRESSIONS, _EXPRESSIONS, _BEFORE, st.text("abAé. \n1_", max_size=8))
def test_any_expression_finds_what_python_finds(expression: str, ahead: str, before: str, text: str) -> None:
    """Options, anchors, classes of letters in every script, and looking ahead."""
    whole = before.replace("{}", f"(?:{ahead})") + f"(?:{expression})"
    assert rlike(whole)(text) is (re.search(whole, text) is not None)


CATASTROPHIC = {
    "nested": ("(a+)+$", "a" * 100_000 + "b"),
    "alternatives": ("(a|a)*$", "a" * 100_000 + "b"),
    "overlapping": ("(a|aa)+$", "a" * 100_000 + "b"),
    "classes": (r"^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 100_000),
    "dots": (r"^(.*)*x$", "a" * 100_000),
    "many dots": (".*" * 20 + "=", "x" * 20_000),
    "spaces": (r"^\s+|\s+$", "x" + " " * 100_000 + "x"),
    "mail": (r"^([\w.-])+@(([\w-])+\.)+([\w]{2,4})+$", "a@" + "a." * 30_000 + "!"),
    "in brackets, looked ahead": ("^(?!(a+)+$)(a*)*b", "a" * 100_000),
}


@pytest.mark.parametrize(("expression", "text"), CATASTROPHIC.values(), ids=CATASTROPHIC)
def test_expressions_that_would_hang_python_return(expression: str, text: str) -> None:
    """Python would need years, and hold the whole process meanwhile: this test would time out."""
    rlike(expression)(text)


REFUSED = {
    "(": "missing ), unterminated subpattern",
    "a{99999999999999999999}": "the repetition number is too large",
    "(" * 5000 + ")" * 5000: "it is nested too deeply",
    r"(a)\1": "invalid escape sequence",
    "(?P<x>a)(?P=x)": "invalid perl operator: (?P",
    "(?<=a)b": "invalid perl operator: (?<=",
    "a(?!b)": "invalid perl operator: (?!",
    "(?!b)a": "invalid perl operator: (?!",
    "^(?!a)b|c": "at the very beginning only",
    "(?m)^(?!a)b": "at the very beginning only",
    "^(?!a(?!b))": "invalid perl operator: (?!",
    "^(?!a)*b": "cannot be repeated",
    "(?x) a b": "invalid perl operator: (?x",
    r"a$\n": "nothing can follow $",
    "(?>a)b": "invalid perl operator: (?>",
    "a{2000}": "invalid repetition size",
    "\ud800": "half a surrogate pair",
}


@pytest.mark.parametrize(("expression", "message"), REFUSED.items(), ids=[one[:12] for one in REFUSED])
def test_what_linear_time_cannot_match_is_refused(expression: str, message: str) -> None:
    """Rather than answered with what it does not mean."""
    with pytest.raises(ExpressionError, match=re.escape(message)):
        rlike(expression)
