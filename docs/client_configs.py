"""What `mcp-traces config CLIENT` prints for the example store, for each client."""

from mcp_traces.clients.command import command_line
from mcp_traces.clients.servers import EXAMPLE
from mcp_traces.clients.shapes import SHAPES
from mcp_traces.clients.texts import written


def config(client: str) -> str:
    shape = SHAPES[client]
    return f"```{shape.syntax}\n{written(shape, shape.document(EXAMPLE)).rstrip()}\n```"


def claude_code_command() -> str:
    return f"```\n{command_line(EXAMPLE, SHAPES['claude-code'])}\n```"
