"""Adds to the server what the suite asks of a server of its own: tools, resources and prompts for every feature.

Everything else stays the product's: `python -c "fixtures.install()"`, then `mcp-traces`, so that its own object,
application, gate and bounds answer.
"""

from functools import partial
from typing import Any

from mcp_traces.http import service
from mcp_traces.server import TracesServer, build_server
from mcp_traces.tools.prompts import PROMPT_ARGUMENTS
from tests.conformance.contents import add_contents
from tests.conformance.inputs import add_inputs
from tests.conformance.questions import add_questions

PROMPTS = {
    "test_simple_prompt": (),
    "test_prompt_with_arguments": ("arg1", "arg2"),
    "test_prompt_with_embedded_resource": ("resourceUri",),
    "test_prompt_with_image": (),
    "test_input_required_result_prompt": (),
}


def install(*, sessions: bool = False) -> None:
    """For this process. With `sessions`, clients of 2025-11-25 get one, over which they can be asked something."""
    PROMPT_ARGUMENTS.update(PROMPTS)
    service.build_server = partial(_build, sessions)


def _build(sessions: bool, *arguments: Any, **options: Any) -> TracesServer:
    server = build_server(*arguments, **options)
    add_contents(server)
    add_questions(server)
    add_inputs(server)
    if sessions:
        make_app = server.streamable_http_app
        server.streamable_http_app = lambda **chosen: make_app(**chosen | {"stateless_http": False})
    return server
