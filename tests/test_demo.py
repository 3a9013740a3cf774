"""`mcp-traces demo` as a newcomer runs it: one run, looked at from all sides."""

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from textwrap import dedent

import pytest

from tests.stdio_process import run

pytestmark = pytest.mark.store

SERVER = {"command": "uvx", "args": ["mcp-traces"], "env": {"MLFLOW_TRACKING_URI": "http://localhost:5000"}}


@dataclass(frozen=True, slots=True)
class Demo:
    """A finished run, and the folders it could have left something in."""

    done: CompletedProcess[str]
    folders: tuple[Path, ...]

    @property
    def sections(self) -> list[tuple[str, str]]:
        """What is printed behind each heading: first the calls with their answers, then the clients."""
        _, *parts = re.split(r"^── ", self.done.stdout, flags=re.MULTILINE)
        split = [part.partition("\n") for part in parts]
        return [(heading, _indented(body)) for heading, _, body in split]

    @property
    def calls(self) -> list[tuple[str, str]]:
        return [(heading, body) for heading, body in self.sections if re.match(r"\w+\(", heading)]

    def config(self, client: str) -> str:
        (found,) = [body for heading, body in self.sections if heading.startswith(f"{client} (")]
        return found


def _indented(body: str) -> str:
    return dedent("\n".join(line for line in body.splitlines() if line.startswith("   ")))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Run where MLflow is configured already, with another store than the demo's own."""
    folders = {name: tmp_path_factory.mktemp(name.lower()) for name in ("TMPDIR", "HOME", "CWD")}
    done = run(
        "demo",
        cwd=folders["CWD"],
        TMPDIR=str(folders["TMPDIR"]),
        HOME=str(folders["HOME"]),
        MLFLOW_TRACKING_URI="http://127.0.0.1:1",
        MLFLOW_EXPERIMENT_NAME="of-somebody-else",
    )
    return Demo(done, tuple(folders.values()))


def test_the_demo_ends_well(demo: Demo) -> None:
    """It is the first thing that anybody sees of us, so a warning or a traceback has no place in it."""
    assert (demo.done.returncode, demo.done.stderr) == (0, "")


def test_the_demo_leaves_nothing_behind(demo: Demo) -> None:
    """Neither its store in the temporary folder, nor what MLflow would like to keep where one works or at home."""
    assert [path for folder in demo.folders for path in folder.iterdir()] == []


def test_the_demo_says_where_it_makes_its_store(demo: Demo) -> None:
    """A newcomer must see that it is not their own store that is filled with samples."""
    temporary = demo.folders[0]

    assert f"sqlite:///{temporary}/mcp-traces-demo-" in demo.done.stdout
    assert "127.0.0.1" not in demo.done.stdout


def test_the_demo_shows_each_call_with_its_answer(demo: Demo) -> None:
    """Every tool is seen at work, with the arguments to copy and the size of what came back."""
    names = [heading.partition("(")[0] for heading, _ in demo.calls]

    assert names == [
        "search_traces",
        "get_trace",
        "get_trace",
        "get_trace",
        "describe_filter_syntax",
        "describe_filter_syntax",
        "search_traces",
    ]
    for heading, body in demo.calls[:-1]:
        assert body.startswith("{\n"), heading
        assert re.search(r"^\([\d,]+ characters\)$", body, re.MULTILINE), heading


def test_the_demo_finds_the_root_cause(demo: Demo) -> None:
    """From a search for failures over a trace that looks fine to the span, the exception and the words of it."""
    (_, found), (story_call, story), (span_call, span), *_ = demo.calls
    (trace_id,) = re.findall(r'trace_id="(tr-\w+)"', story_call)
    (span_id,) = re.findall(r'span_ids=\["(\w+)"\]', span_call)

    assert f'"trace_id": "{trace_id}"' in found
    errors = story[story.index('"errors": [') : story.index('"critical_path"')]
    assert f'"span_id": "{span_id}"' in errors
    assert '"exception": "OperationalError"' in errors and "no such column" in errors
    assert '"inputs": {"customer_id": 8811}' in span and "no such column" in span


def test_the_demo_opens_a_trace_that_is_too_large(demo: Demo) -> None:
    """The budget that was asked for holds, whatever the trace weighs."""
    heading, body = demo.calls[3]
    (budget,) = re.findall(r"max_chars=(\d+)", heading)
    (size,) = re.findall(r"^\(([\d,]+) characters\)$", body, re.MULTILINE)

    assert '"span_count": 501' in body
    assert int(size.replace(",", "")) <= int(budget)


def test_the_demo_ends_with_a_mistake_and_its_way_out(demo: Demo) -> None:
    """What an agent does wrong first is the name of the experiment."""
    heading, body = demo.calls[-1]

    assert "support asistant" in heading
    assert body.startswith("error: ") and "Did you mean 'support-assistant'" in body


CLIENTS = {
    "Claude Desktop": {"mcpServers": {"mlflow-traces": SERVER}},
    "Cursor": {"mcpServers": {"mlflow-traces": SERVER}},
    "VS Code": {"servers": {"mlflow-traces": {"type": "stdio", **SERVER}}},
}


@pytest.mark.parametrize(("client", "expected"), CLIENTS.items(), ids=CLIENTS)
def test_a_configuration_is_json_to_paste(demo: Demo, client: str, expected: dict[str, object]) -> None:
    """Each client's own keys; a file that is not JSON makes a client forget all its servers."""
    assert json.loads(demo.config(client)) == expected


def test_the_configuration_of_claude_code_is_a_command(demo: Demo) -> None:
    """To be pasted into a shell as it stands."""
    words = shlex.split(demo.config("Claude Code"))

    assert words[:4] == ["claude", "mcp", "add", "mlflow-traces"]
    assert words[4:6] == ["-e", "MLFLOW_TRACKING_URI=http://localhost:5000"]
    assert words[words.index("--") + 1 :] == [SERVER["command"], *SERVER["args"]]


def test_no_client_is_left_out(demo: Demo) -> None:
    """The four that most people use, and how the others are told."""
    clients = [heading.partition(" (")[0] for heading, _ in demo.sections[len(demo.calls) :]]

    assert clients == ["Claude Desktop", "Claude Code", "Cursor", "VS Code"]
    assert demo.done.stdout.endswith(": mcp-traces config CLIENT --tracking-uri URI --write\n")
