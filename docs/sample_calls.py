"""Calls of the tools on the sample store, for pages and pictures that show their answers."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from mcp import Client
from mcp.types import TextContent

from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from mcp_traces.store.open_gateway import open_gateway
from tests.span_rows import span_rows

ROOT = Path(__file__).parents[1]

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
"""When the documentation asks."""


class SampleCalls:
    """`@label` in an argument is the id of a sample trace or run, `@label/name` of its first span with this name."""

    def __init__(self, client: Client, ids: Mapping[str, str]) -> None:
        self._client = client
        self._ids = ids

    async def answer(self, tool: str, arguments: Mapping[str, Any]) -> Any:
        """The JSON of the answer, or the text of an error."""
        result = await self._client.call_tool(tool, dict(arguments))
        text = "".join(block.text for block in result.content if isinstance(block, TextContent))
        return text if result.is_error else json.loads(text)

    async def resolved(self, value: Any) -> Any:
        """`value` with ids in place of labels."""
        if isinstance(value, dict):
            return {key: await self.resolved(item) for key, item in value.items()}
        if isinstance(value, list):
            return [await self.resolved(item) for item in value]
        return await self._id(value[1:]) if isinstance(value, str) and value.startswith("@") else value

    async def _id(self, label: str) -> str:
        trace, _, span = label.partition("/")
        if not span:
            return self._ids[trace]
        tree = await self.answer("get_trace", {"trace_id": self._ids[trace], "view": "tree"})
        return next(row["span_id"] for row in span_rows(tree) if row["name"] == span)


@asynccontextmanager
async def sample_calls() -> AsyncIterator[SampleCalls]:
    """A server over a sample store of its own, at the time of the documentation."""
    with TemporaryDirectory(prefix="mcp-traces-docs-") as folder:
        uri = f"sqlite:///{Path(folder) / 'mlflow.db'}"
        made = _fill(uri)
        # What whoever writes the documentation has set is about another store.
        with patch.dict(os.environ, _environment(), clear=True):
            settings = Settings(tracking_uri=uri, log_level="ERROR")
        gateway = open_gateway(settings)
        async with aclosing(gateway), Client(build_server(settings, gateway, lambda: NOW)) as client:
            yield SampleCalls(client, made["traces"] | made["checkout"])


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "MCP_TRACES_"))}


def _fill(uri: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "docs.sample_traces", uri, NOW.isoformat()]
    done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(f"The sample store could not be made:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])
