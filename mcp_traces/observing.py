"""What is told of each call once it ended: who, what, how it went, how long, how much; never content."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CallEnd:
    """`tool` is the tool's name or `resource`; `outcome` is `ok` or the code of an error; times are seconds.

    `experiment` is what the call named, if anything; `store_s` the time in which MLflow was asked; `waited_s` what it
    waited for its turn; `chars` the length of the answer.
    """

    tool: str
    caller: str
    experiment: str | None
    outcome: str
    duration_s: float
    store_s: float
    waited_s: float
    chars: int
    request_id: str | None = None


class Observer(Protocol):
    def call_began(self, tool: str) -> None: ...

    def call_ended(self, call: CallEnd) -> None: ...
