"""Who is compared: this server and `mlflow mcp run` over stdio, and MLflow's Python client; each in its own process.

Each is asked in its own words and answers with the same records, so that answers can be compared before they are timed.
"""

import base64
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Protocol, TypeVar

from bench.comparison.processes import DEADLINE_S, LineProcess, McpProcess
from bench.comparison.stores import Place
from bench.http_service import HEADERS, answer_of, request
from tests.span_rows import span_rows
from tests.stdio_process import COMMAND, clean_environment
from tests.stores import MLFLOW, QUIET_MLFLOW

OURS, MCP_RUN, CLIENT = "mcp-traces", "`mlflow mcp run`", "MLflow's client"
READER = f"{CLIENT}, each span read"
"""Their names in the table."""

MLFLOW_COMMAND = Path(os.environ.get("MCP_TRACES_TEST_MLFLOW", MLFLOW))
_TRACE_ID = re.compile(r"^tr-[0-9a-f]{32}", re.MULTILINE)
_PATIENT = {"MCP_TRACES_TIMEOUT_S": "600"}

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search. `characters` are those that a model would read: none of a Python client."""

    seconds: float
    trace_ids: list[str]
    characters: int = 0
    next_page: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The answer to get_trace; without `span_ids` it is one that does not name every span."""

    seconds: float
    root: str
    spans: int
    span_ids: list[str] = field(default_factory=list[str])
    characters: int = 0


class Subject(Protocol):
    @property
    def name(self) -> str: ...

    def search(self, limit: int) -> Found: ...

    def get_trace(self, trace_id: str) -> Opened: ...

    def every_span(self, trace_id: str) -> Opened: ...


class _AsksOurs(Protocol):
    """What this server is asked, over whichever transport `call` speaks."""

    experiment_id: str

    def call(self, tool: str, arguments: Mapping[str, Any]) -> str: ...

    def search(self, limit: int, **arguments: Any) -> Found:
        asked = {"experiment": self.experiment_id, "limit": limit, **arguments}
        text, seconds = timed(lambda: self.call("search_traces", asked))
        answer = json.loads(text)
        return Found(seconds, [row["trace_id"] for row in answer["traces"]], len(text), answer.get("next_cursor"))

    def get_trace(self, trace_id: str) -> Opened:
        text, seconds = timed(lambda: self.call("get_trace", {"trace_id": trace_id}))
        answer = json.loads(text)
        return Opened(seconds, _root(span_rows(answer)), answer["totals"]["spans"], characters=len(text))

    def every_span(self, trace_id: str) -> Opened:
        """The tree, page by page."""
        rows, seconds, more = list[dict[str, Any]](), 0.0, dict[str, str]()
        while not rows or more:
            asked = {"trace_id": trace_id, "view": "tree", **more}
            text, took = timed(lambda asked=asked: self.call("get_trace", asked))
            answer = json.loads(text)
            more = {"cursor": answer["next_cursor"]} if "next_cursor" in answer else {}
            rows, seconds = rows + span_rows(answer), seconds + took
        return Opened(seconds, _root(rows), answer["total"], [row["span_id"] for row in rows])


class Ours(McpProcess, _AsksOurs):
    """This server over stdio, by its console script unless told otherwise."""

    name = OURS

    def syntax(self) -> float:
        """The seconds of an answer of some thousand characters for which the store is asked nothing."""
        return timed(lambda: self.call("describe_filter_syntax", {}))[1]

    def __init__(
        self, place: Place, command: Sequence[str] = (COMMAND,), stderr: Path | None = None, **settings: str
    ) -> None:
        environment = clean_environment(MLFLOW_TRACKING_URI=place.tracking_uri, **(QUIET_MLFLOW | _PATIENT | settings))
        super().__init__(command, environment, stderr)
        self.experiment_id = place.holds.experiment_id


class OursOverHttp(_AsksOurs):
    """This server over HTTP, on one connection that is kept."""

    name = OURS

    def __init__(self, base_url: str, experiment_id: str) -> None:
        self._connection = HTTPConnection(base_url.removeprefix("http://"), timeout=DEADLINE_S)
        self.experiment_id = experiment_id

    def call(self, tool: str, arguments: Mapping[str, Any]) -> str:
        self._connection.request("POST", "/mcp", json.dumps(request(tool, arguments)), HEADERS)
        reply = self._connection.getresponse()
        return answer_of(tool, reply.status, reply.read().decode())["content"][0]["text"]

    def close(self) -> None:
        self._connection.close()


class MlflowMcpRun(McpProcess):
    """`mlflow mcp run`, asked as its tools are by default, but for what it fails at."""

    name = MCP_RUN

    def __init__(self, place: Place) -> None:
        environment = clean_environment(MLFLOW_TRACKING_URI=place.tracking_uri, **QUIET_MLFLOW)
        super().__init__([str(MLFLOW_COMMAND), "mcp", "run"], environment)
        self._experiment_id = place.holds.experiment_id

    def search(self, limit: int, **arguments: Any) -> Found:
        """Its table, for which it reads the spans of each trace."""
        asked = {"experiment_id": self._experiment_id, "max_results": limit, **arguments}
        text, seconds = timed(lambda: self.call("search_traces", asked))
        return Found(seconds, _TRACE_ID.findall(text), len(text))

    def search_without_spans(self, limit: int) -> Found:
        """Its schema takes the argument for text, and any text for yes; a boolean works."""
        return self.search(limit, include_spans=False)

    def search_json(self, limit: int) -> Found:
        """Works on a server only: on a database it fails at the token of the next page."""
        asked = {"experiment_id": self._experiment_id, "max_results": limit, "output": "json"}
        text, seconds = timed(lambda: self.call("search_traces", asked))
        traces = json.loads(text[text.index("{") :])["traces"]
        return Found(seconds, [trace["info"]["trace_id"] for trace in traces], len(text))

    def get_trace(self, trace_id: str) -> Opened:
        text, seconds = timed(lambda: self.call("get_trace", {"trace_id": trace_id}))
        # Warnings of MLflow's may stand before it.
        spans = json.loads(text[text.index("{") :])["data"]["spans"]
        return Opened(seconds, _root(spans), len(spans), [_hexadecimal(span["span_id"]) for span in spans], len(text))

    every_span = get_trace


class MlflowClient(LineProcess):
    """MLflow's Python client, infos only, timed where it is called."""

    name = CLIENT

    def __init__(self, tracking_uri: str, experiment_id: str) -> None:
        environment = clean_environment(MLFLOW_TRACKING_URI=tracking_uri, **QUIET_MLFLOW)
        python = str(MLFLOW_COMMAND.parent / "python")
        super().__init__([python, "-m", "bench.comparison.mlflow_child", tracking_uri], environment)
        self._experiment_id = experiment_id

    def search(self, limit: int, *, deadline_s: float = DEADLINE_S, **arguments: Any) -> Found:
        """Raises SlowAnswerError, after which there is nothing more to ask of it."""
        asked = {"experiment_id": self._experiment_id, "max_results": limit, **arguments}
        answer = self.ask("search", asked, deadline_s)
        return Found(answer["seconds"], answer["trace_ids"], next_page=answer["page_token"])

    def get_trace(self, trace_id: str) -> Opened:
        answer = self.ask("get_trace", {"trace_id": trace_id})
        return Opened(answer["seconds"], answer["root"], len(answer["span_ids"]), answer["span_ids"])

    every_span = get_trace

    def read_trace(self, trace_id: str) -> Opened:
        answer = self.ask("read_trace", {"trace_id": trace_id})
        return Opened(answer["seconds"], answer["root"], len(answer["span_ids"]), answer["span_ids"])

    def metrics(self, metric: Mapping[str, Any]) -> tuple[Mapping[str, float], float]:
        """One question to its metrics: the first figure of each value of the dimension, and the seconds."""
        answer = self.ask("metrics", {"experiment_id": self._experiment_id, **metric})
        return answer["values"], answer["seconds"]

    def spans_by_name(self, traces: int) -> tuple[Mapping[str, int], float]:
        """How many spans of each name the newest traces have, and the seconds to read them all."""
        answer = self.ask("spans_by_name", {"experiment_id": self._experiment_id, "traces": traces})
        return answer["counts"], answer["seconds"]

    def wait_until_ready(self) -> None:
        self.ask("ready", {})

    def ask(self, name: str, arguments: Mapping[str, Any], deadline_s: float = DEADLINE_S) -> dict[str, Any]:
        self.write([name, arguments])
        return json.loads(self.read(deadline_s))


@dataclass(frozen=True, slots=True)
class MlflowReader:
    """MLflow's client again: its spans are decoded when they are read, and here they are."""

    client: MlflowClient
    name: str = READER

    def search(self, limit: int) -> Found:
        return self.client.search(limit)

    def get_trace(self, trace_id: str) -> Opened:
        return self.client.read_trace(trace_id)

    every_span = get_trace


@dataclass(frozen=True, slots=True)
class Trio:
    """All three, up and asked about the same place."""

    ours: Ours
    mcp_run: MlflowMcpRun
    client: MlflowClient

    @property
    def everyone(self) -> tuple[Subject, ...]:
        return self.ours, self.mcp_run, self.client


@contextmanager
def asking(place: Place) -> Iterator[Trio]:
    client = MlflowClient(place.tracking_uri, place.holds.experiment_id)
    with Ours(place) as ours, MlflowMcpRun(place) as mcp_run, client:
        ours.greet()
        mcp_run.greet()
        client.wait_until_ready()
        yield Trio(ours, mcp_run, client)


def timed(call: Callable[[], Answer]) -> tuple[Answer, float]:
    began = time.perf_counter()
    return call(), time.perf_counter() - began


def _root(spans: Sequence[Mapping[str, Any]]) -> str:
    """The name of the one without a parent, which ours and MLflow call by two names."""
    return next(span["name"] for span in spans if not (span.get("parent_id") or span.get("parent_span_id")))


def _hexadecimal(span_id: str) -> str:
    """MLflow's JSON has span ids in base64."""
    return base64.b64decode(span_id).hex()
