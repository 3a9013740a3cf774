"""The calls that a prompt's text names, read out of it and made one after the other, as a careful agent would."""

import ast
import re
from typing import Any

from tests.tools.conftest import Call

_CALL = re.compile(r"`(\w+\([^`]*\))`")
_LITERALS = {"true": True, "false": False, "null": None}


def calls_in(text: str) -> list[tuple[str, dict[str, ast.expr]]]:
    """Each as its tool and the expression of each argument; what is written of arguments must be readable as such."""
    found: list[tuple[str, dict[str, ast.expr]]] = []
    for written in _CALL.findall(text):
        call = ast.parse(written, mode="eval").body
        assert isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and not call.args
        found.append((call.func.id, {one.arg: one.value for one in call.keywords if one.arg}))
    return found


def value_of(expression: ast.expr, words: dict[str, str]) -> Any:
    if isinstance(expression, ast.List):
        return [value_of(one, words) for one in expression.elts]
    if isinstance(expression, ast.Name):
        return words[expression.id] if expression.id.isupper() else _LITERALS[expression.id]
    return ast.literal_eval(expression)


async def follow(text: str, call: Call) -> list[tuple[str, dict[str, Any]]]:
    """Make every call of the text, words in capitals read from the answers before; the calls with their answers."""
    words: dict[str, str] = {}
    made: list[tuple[str, dict[str, Any]]] = []
    for tool, expressions in calls_in(text):
        answer = await call(tool, {key: value_of(one, words) for key, one in expressions.items()})
        made.append((tool, answer))
        words |= _told(answer)
    return made


def _told(answer: dict[str, Any]) -> dict[str, str]:
    """What later calls are made with: the first trace found, and of an overview its first failure or else step."""
    words: dict[str, str] = {}
    if answer.get("traces"):
        words["TRACE_ID"] = answer["traces"][0]["trace_id"]
    if experiment := answer.get("trace", {}).get("experiment_id"):
        words["EXPERIMENT_ID"] = experiment
    spans = answer.get("errors") or answer.get("critical_path")
    if spans:
        words |= {"SPAN_ID": spans[0]["span_id"], "SPAN_NAME": spans[0]["name"]}
    return words
