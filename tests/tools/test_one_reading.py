"""A written filter is read once per call, and nothing that we write is ever parsed again."""

from typing import Any

import pytest
from sqlparse import lexer

from tests.builders import make_span, make_trace
from tests.fake_gateway import DATABASE, STORE, FakeTraceGateway
from tests.tools.conftest import call_tool

pytestmark = pytest.mark.anyio

SEARCH, DESCRIBE = "search_traces", "describe_filter_syntax"
EVERYTHING = {
    "status": "OK",
    "has_error": True,
    "text": "no such words",
    "tags": {"name": "it's"},
    "feedback": {"rating": 5},
    "min_duration_ms": 5,
    "span_name": "nobody",
}


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each text that the parser of filters is given."""
    texts: list[str] = []
    tokenize = lexer.tokenize

    def counted(text: str, *arguments: Any) -> Any:
        texts.append(text)
        return tokenize(text, *arguments)

    monkeypatch.setattr(lexer, "tokenize", counted)
    return texts


@pytest.mark.parametrize("store", [STORE, DATABASE], ids=["server", "database"])
@pytest.mark.parametrize(
    ("tool", "arguments", "times"),
    [
        pytest.param(SEARCH, {"status": "OK"}, 0, id="typed"),
        pytest.param(SEARCH, EVERYTHING, 0, id="all typed, in vain"),
        pytest.param(SEARCH, {"filter": "status = 'OK' AND name = 'agent'"}, 1, id="written"),
        pytest.param(SEARCH, {"filter": "status = 'OK' AND name = 'nobody'"}, 1, id="written, in vain"),
        pytest.param(SEARCH, {"filter": "name = 'agent'", **EVERYTHING}, 1, id="both, in vain"),
        pytest.param(DESCRIBE, {}, 0, id="syntax"),
        pytest.param(DESCRIBE, {"experiment": "1"}, 0, id="live values"),
        pytest.param(DESCRIBE, {"filter": "name = 'agent' AND status = 'ERROR'"}, 1, id="a filter tried"),
    ],
)
async def test_a_filter_is_parsed_once_and_nothing_else_is(
    parsed: list[str], store: Any, tool: str, arguments: dict[str, Any], times: int
) -> None:
    """Text that is parsed twice is read in two ways sooner or later; what runs is what was read."""
    gateway = FakeTraceGateway([make_trace(make_span("agent"))], store=store)

    await call_tool(gateway, tool, arguments)

    assert len(parsed) == times
    assert not parsed or parsed[0] == arguments["filter"]
