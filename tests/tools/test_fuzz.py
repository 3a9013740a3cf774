"""Whatever arguments come, an answer comes, or an error in our words; and what is wrong by itself asks no store."""

import json
import os
import re
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mcp_traces.http.app import build_app
from mcp_traces.http.gate import Entrance
from mcp_traces.json_texts import all_texts_in
from mcp_traces.server import build_server
from mcp_traces.tools.catalog import build_tools
from tests.builders import make_span, make_trace
from tests.fake_gateway import FakeTraceGateway
from tests.http.conftest import MCP_HEADERS, a_call, running
from tests.http.http_process import message_of
from tests.real.calls import only
from tests.tools.conftest import NOW
from tests.tools.injections import INJECTIONS

pytestmark = pytest.mark.anyio

CALLS = int(os.environ.get("FUZZ_CALLS", "400"))
"""20,000 take a quarter of an hour: `FUZZ_CALLS=20000 pytest tests/tools/test_fuzz.py`."""
MAX_S = 60 + CALLS

NOT_OURS = re.compile(
    r"pydantic|validation error|input_value|Traceback|File \"|\.py\b|SELECT |sqlalchemy|psycopg|0x[0-9a-f]{8}"
    r"|<class|object at|Internal error|NoneType|dict_type|int_parsing",
    re.IGNORECASE,
)
MAX_ERROR = 4_000

TOOLS = {tool.name: sorted(tool.parameters["properties"]) for tool in build_tools()}
WORDS = st.sampled_from(
    [
        *(text for text in INJECTIONS.values() if not NOT_OURS.search(text)),
        "",
        " ",
        "1",
        "tr-1",
        "newest",
        "tree",
        "7d",
        "-1",
        "2025-10-09",
        "9999-12-31T23:59:59+23:59",
        "0001-01-01",
        "99999999999999999999",
        "-9223372036854775809",
        "status = 'OK'",
        "tag.x ==",
        "((((",
        "`",
        "inputs[0",
        "inputs" + "[0]" * 500,
        "(" * 500,
        "[a-",
        "x" * 10_000,
        "'" * 3_000,
        "AND " * 1_000,
    ]
)
NUMBERS = st.sampled_from([0, 1, -1, 20, 2_000, 80_001, 2**31, 2**63, -(2**63) - 1, 10**400, 0.5, -0.0, 1e308])
SCALARS = st.none() | st.booleans() | NUMBERS | WORDS | st.text(max_size=30)
VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=4),
    st.dictionaries(WORDS | st.text(max_size=10), SCALARS, max_size=3),
    st.lists(st.dictionaries(st.text(max_size=5), SCALARS, max_size=2), max_size=2),
    st.just(json.loads("[" * 60 + "]" * 60)),
    st.just(["x"] * 500),
)


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A tool with some of its arguments and perhaps others, of any kind."""
    tool = draw(st.sampled_from(sorted(TOOLS)))
    names = st.sampled_from(TOOLS[tool]) | st.sampled_from(["limitt", "self", "context", "__class__", "", "tag.x"])
    arguments = draw(st.dictionaries(names, VALUES, max_size=4))
    if tool == "get_trace" and draw(st.booleans()):
        arguments["trace_id"] = "tr-1"
    return tool, arguments


class CountingGateway(FakeTraceGateway):
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.asked = 0

    def _fail_if_told(self) -> None:
        self.asked += 1
        super()._fail_if_told()


@pytest.mark.timeout(MAX_S)
@given(st.lists(calls(), min_size=20, max_size=20))
@settings(
    max_examples=max(CALLS // 20, 1),
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # the call that fails is told whole
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
async def test_any_arguments_get_an_answer_or_an_error_of_ours(several: list[tuple[str, dict[str, Any]]]) -> None:
    """Never an internal error, a message of a library, a path, a statement or a stack."""
    gateway = CountingGateway([make_trace(make_span("agent", inputs={"a": [1, "two"]}))])
    configured = only(experiment="1")
    app = build_app(configured, build_server(configured, gateway, lambda: NOW), gateway, Entrance())
    async with running(app) as http:
        for tool, arguments in several:
            gateway.asked = 0
            answer = await http.post("/mcp", content=json.dumps(a_call(tool, **arguments)), headers=MCP_HEADERS)
            check(tool, arguments, answer, gateway.asked)


def check(tool: str, arguments: dict[str, Any], answer: httpx2.Response, asked: int) -> None:
    told = message_of(answer.text)
    if "error" in told:  # half of a surrogate pair is no JSON to the SDK
        assert answer.status_code == 400 and told["error"]["code"] == -32700, (tool, arguments, answer.text)
        return
    text = told["result"]["content"][0]["text"]
    if told["result"].get("isError"):
        found = NOT_OURS.search(without_what_was_sent(text, arguments))
        assert not found, (found, tool, text[:500], arguments)
        assert len(text) <= MAX_ERROR, (len(text), tool, text[:500], arguments)
        assert not (text.startswith(f"{tool}: ") and asked), "asked about what could not be"


def without_what_was_sent(told: str, arguments: Any) -> str:
    """The error without what it quotes."""
    for one in (text for text in all_texts_in(arguments) if len(text) > 2):
        for spelling in (one, repr(one)[1:-1]):
            for length in (len(spelling), 200, 150, 100, 80, 60, 50):
                told = told.replace(spelling[:length], "") if spelling[:length].strip() else told
    return told
