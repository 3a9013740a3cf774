"""The frameworks: where each is installed, how its program is started, and how it treats what the scenario says."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
RECORDED = HERE / "recorded"

_CONTENT_IN_SPANS = {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "SPAN_ONLY"}
_LATEST = {"OTEL_SEMCONV_STABILITY_OPT_IN": "gen_ai_latest_experimental"}


@dataclass(frozen=True, slots=True)
class Framework:
    """One framework, or one of the formats in which it can write its spans, selected by `environment`.

    raises: an exception of the tool ends the run; elsewhere the model is shown the failure.
    masks: the model is shown that the tool failed, without the exception's message.
    wraps: the framework puts the texts of the scenario into longer prompts of its own.
    usage: which tokens its spans count.
    """

    name: str
    program: str = ""
    environment: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    raises: bool = False
    masks: bool = False
    wraps: bool = False
    usage: Literal["all", "not cached", "none"] = "all"

    @property
    def _stamp(self) -> Path:
        """The file that is written when everything is installed."""
        if self.name == "vercel":
            return HERE / "vercel" / "node_modules" / ".installed"
        return ROOT / f".venv-frameworks-{self.program or self.name}" / ".installed"

    @property
    def is_installed(self) -> bool:
        return self._stamp.exists()

    def command(self, run: str) -> list[str]:
        """The command that starts its program."""
        if self.name == "vercel":
            return [shutil.which("node") or "node", str(HERE / "vercel" / "agent.mjs"), run]
        python = self._stamp.with_name("bin") / "python"
        return [str(python), "-m", f"tests.frameworks.programs.{self.program or self.name}", run]

    def recording(self, run: str) -> Path:
        return RECORDED / f"{self.name}-{run}.json"


FRAMEWORKS = (
    Framework("agent_framework", masks=True),
    Framework("agno"),
    Framework("crewai", wraps=True, usage="none"),
    Framework("google_adk", environment=_CONTENT_IN_SPANS, raises=True, wraps=True),
    Framework("google_adk_1", "google_adk", {"ADK_TELEMETRY_SCHEMA_VERSION_OPT_IN": "1"}, raises=True, wraps=True),
    Framework("langgraph", raises=True),
    Framework("llama_index"),
    Framework("openai_agents", masks=True),
    Framework("pydantic_ai", raises=True),
    Framework("smolagents", wraps=True, usage="not cached"),
    Framework("strands"),
    Framework("strands_latest", "strands", _LATEST),
    Framework("vercel"),
)
