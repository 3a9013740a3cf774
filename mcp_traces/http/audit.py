"""The audit line of each call: who, which tool, which experiment, how it went, how long, how much; never content."""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from mcp_traces.observing import CallEnd, Observer

logger: logging.Logger = logging.getLogger("mcp_traces.audit")


class AuditLog:
    """An Observer that writes one line a call; with `--log-format json` its parts are fields of the line."""

    def call_began(self, tool: str) -> None:
        """Nothing yet."""

    def call_ended(self, call: CallEnd) -> None:
        parts = {name: round(part, 4) if isinstance(part, float) else part for name, part in asdict(call).items()}
        told = " ".join(f"{name}={part!r}" for name, part in parts.items() if part is not None)
        logger.info("call %s", told, extra={"fields": parts})


@dataclass(frozen=True, slots=True)
class Observers:
    """Several as one."""

    observers: Sequence[Observer]

    def call_began(self, tool: str) -> None:
        for one in self.observers:
            one.call_began(tool)

    def call_ended(self, call: CallEnd) -> None:
        for one in self.observers:
            one.call_ended(call)
