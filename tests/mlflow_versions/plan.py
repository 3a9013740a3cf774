"""What the application logs with each MLflow: plain data, for the process that logs it and for the tests that look.

Read by the Python of each of those environments too, so nothing but the standard library is imported.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

EXPERIMENT = "shop"
ASSISTANT = "assistant"
"""A second experiment, of databases only, so that searches of the first find the same everywhere."""
PROMPT = "greeting"
MODEL_ID = "m-0123456789abcdef0123456789abcdef"
LONG_TEXT = "".join(f"line {number} of a long report, " for number in range(2_000))
MANY = 120
"""Spans of the trace whose tree needs several pages."""

FEW = 6
"""Spans of the same trace in databases that are kept."""


@dataclass(frozen=True)
class SpanPlan:
    """A span from `start_ms` after its trace began.

    `events` are attributes by name; `error` is the message of the PaymentError that it ended with.
    """

    name: str
    span_type: str
    start_ms: int
    duration_ms: int
    inputs: Any = None
    outputs: Any = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    events: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    error: str | None = None
    children: tuple["SpanPlan", ...] = ()

    def walk(self) -> Iterator["SpanPlan"]:
        """The span and all below it, in the order of the tree."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class JudgedPlan:
    """A feedback of more than a value: with its reason, without a value because the judge failed, or of a session."""

    name: str
    value: Any = None
    source_type: str = "HUMAN"
    source_id: str = "ana"
    rationale: str | None = None
    failure: tuple[str, str] | None = None
    session: str | None = None


@dataclass(frozen=True)
class TracePlan:
    """A trace that began `age_s` before the application ran; `feedback` and `expectation` are values by name."""

    label: str
    age_s: int
    root: SpanPlan
    tags: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    client_request_id: str | None = None
    feedback: Mapping[str, Any] = field(default_factory=dict)
    expectation: Mapping[str, Any] = field(default_factory=dict)
    judged: tuple[JudgedPlan, ...] = ()
    in_run: bool = False
    with_prompt: bool = False
    unfinished: bool = False

    @property
    def state(self) -> str:
        return "IN_PROGRESS" if self.unfinished else "ERROR" if self.root.error else "OK"


QUESTION = {"role": "user", "content": "When will my lamp arrive?"}
ANSWER = {"role": "assistant", "content": "Your lamp arrives on Friday."}
FOLLOW_UP = {"role": "user", "content": "And if I am not at home?"}
LAST_ANSWER = {"role": "assistant", "content": "Then a neighbour takes it."}


def _llm(start_ms: int, messages: list[dict[str, str]], answer: dict[str, str], tokens: tuple[int, int]) -> SpanPlan:
    """A call of a model, as MLflow's own OpenAI integration records it."""
    used = {"input_tokens": tokens[0], "output_tokens": tokens[1], "total_tokens": sum(tokens)}
    return SpanPlan(
        "chat_completion",
        "CHAT_MODEL",
        start_ms,
        200,
        {"model": "gpt-4o-mini", "messages": messages},
        {"choices": [{"index": 0, "message": answer}]},
        {"mlflow.chat.tokenUsage": used, "mlflow.llm.model": "gpt-4o-mini", "mlflow.message.format": "openai"},
    )


_DOCUMENTS = [{"page_content": "Parcels leave on Wednesdays.", "metadata": {"doc_uri": "shipping.md"}}]
_RETRIEVAL = SpanPlan("search_articles", "RETRIEVER", 10, 40, {"query": "lamp arrival"}, _DOCUMENTS)


def _agent(
    start_ms: int, duration_ms: int, asked: str, said: str | None, *children: SpanPlan, error: str | None = None
) -> SpanPlan:
    outputs = None if said is None else {"answer": said}
    return SpanPlan(
        "support_agent",
        "AGENT",
        start_ms,
        duration_ms,
        {"question": asked},
        outputs,
        error=error,
        children=tuple(children),
    )


def _said(message: dict[str, str]) -> str:
    return message["content"]


_SESSION = {"mlflow.trace.session": "session-1", "mlflow.trace.user": "user_7"}

_UNFINISHED = SpanPlan(
    "index", "CHAIN", 0, 0, {"documents": 3}, children=(SpanPlan("list_documents", "TOOL", 5, 20, {}, ["a.md"]),)
)


def _large(text: str, many: int) -> TracePlan:
    steps = (SpanPlan(f"step_{number:03}", "PARSER", 10 * number, 9, {"number": number}) for number in range(many))
    pages = {"pages": [{"text": "short"}, {"text": text}]}
    return TracePlan("large", 200, SpanPlan("report", "CHAIN", 0, 5_000, pages, "done", children=tuple(steps)))


TRACES = (
    TracePlan(
        "first_turn",
        900,
        _agent(0, 300, _said(QUESTION), _said(ANSWER), _RETRIEVAL, _llm(60, [QUESTION], ANSWER, (12, 7))),
        {"environment": "production", "model-name": "gpt-4o"},
        {**_SESSION, "tenant": "acme"},
        client_request_id="req-1",
        feedback={"rating": "positive", "score": 5},
        expectation={"answer": "on Friday", "days": 3},
    ),
    TracePlan(
        "second_turn",
        800,
        _agent(
            0,
            280,
            _said(FOLLOW_UP),
            _said(LAST_ANSWER),
            _llm(20, [QUESTION, ANSWER, FOLLOW_UP], LAST_ANSWER, (30, 6)),
        ),
        {"environment": "production"},
        {**_SESSION, "tenant": "acme"},
        client_request_id="req-2",
        feedback={"rating": "negative", "score": 2.5, "grounded": False},
    ),
    TracePlan(
        "failed",
        700,
        SpanPlan(
            "refund",
            "CHAIN",
            0,
            150,
            {"order": "A-1042"},
            error="the refund was not made",
            children=(
                SpanPlan("look_up_order", "TOOL", 5, 20, {"order": "A-1042"}, {"total": 30}),
                SpanPlan("charge_card", "TOOL", 30, 100, {"amount": 30}, error="card 4711 was declined"),
            ),
        ),
        {"environment": "staging"},
        {"mlflow.trace.user": "user_8"},
        feedback={"grounded": True},
    ),
    TracePlan(
        "recovered",
        600,
        _agent(
            0,
            500,
            "Where is my parcel?",
            "With the carrier.",
            SpanPlan("track_parcel", "TOOL", 10, 90, {"parcel": "P-1"}, error="the carrier did not answer"),
            SpanPlan("track_parcel_again", "TOOL", 110, 90, {"parcel": "P-1"}, {"at": "carrier"}),
        ),
        {"environment": "staging"},
    ),
    TracePlan(
        "in_run",
        500,
        SpanPlan("evaluate", "EVALUATOR", 0, 62_000, {"questions": 40}, {"right": 38}),
        {"job": "nightly"},
        {"dataset": "faq"},
        in_run=True,
    ),
    TracePlan(
        "of_model",
        400,
        SpanPlan("predict", "LLM", 0, 40, "in plain text", "out plain text"),
        metadata={"mlflow.modelId": MODEL_ID},
        with_prompt=True,
    ),
    TracePlan(
        "nasty",
        300,
        SpanPlan("größer than 100% 'sure'", "TOOL", 0, 30, {"text": 'a 50%_off "sale" für 東京'}, {"ok": True}),
        {"quotes": "both ' and \"", "note": "100%_sure", "back": "C:\\temp\\", "name": "a tag called name"},
        {"überschrift": "größer", "tenant/region": "eu-west"},
    ),
    _large(LONG_TEXT, MANY),
    TracePlan("waiting", 100, _UNFINISHED, unfinished=True),
    TracePlan("under_way", 50, _UNFINISHED, unfinished=True),
)
"""From the oldest to the newest."""

PLANS = {plan.label: plan for plan in TRACES}
FINISHED = tuple(plan for plan in TRACES if not plan.unfinished)

TYPES = (
    "LLM",
    "CHAIN",
    "AGENT",
    "TOOL",
    "CHAT_MODEL",
    "RETRIEVER",
    "PARSER",
    "EMBEDDING",
    "RERANKER",
    "MEMORY",
    "WORKFLOW",
    "TASK",
    "GUARDRAIL",
    "EVALUATOR",
    "UNKNOWN",
)
"""MLflow's own types of spans, those included that older versions have no name for."""

USED = {"input_tokens": 1_200, "output_tokens": 80, "total_tokens": 1_280, "cache_read_input_tokens": 1_000}
COST = {"input_cost": 0.0125, "output_cost": 0.0025, "total_cost": 0.015}
TEXT = "Добрый день 🚀 naïve café, 東京タワー, مرحبا"

_ASSISTANT_TRACES = (
    TracePlan(
        "priced",
        3_600,
        SpanPlan(
            "answer",
            "AGENT",
            0,
            1_500,
            {"question": "What does the plan cost?"},
            {"answer": "Twelve euros a month."},
            children=(
                SpanPlan(
                    "complete",
                    "LLM",
                    10,
                    1_400,
                    {"prompt": "What does the plan cost?"},
                    {"text": "Twelve euros a month."},
                    {
                        "mlflow.chat.tokenUsage": USED,
                        "mlflow.llm.cost": COST,
                        "mlflow.llm.model": "house-model-2",
                        "mlflow.llm.provider": "house",
                    },
                ),
            ),
        ),
        {"tier": "gold"},
        {"mlflow.trace.session": "chat-7", "mlflow.trace.user": "ana"},
        judged=(
            JudgedPlan("tone", "friendly", rationale="It greets and thanks."),
            JudgedPlan("relevance", True, "LLM_JUDGE", "judge-1", "It names the price that was asked for."),
            JudgedPlan("safety", None, "LLM_JUDGE", "judge-1", failure=("RATE_LIMIT", "the judge was busy")),
            JudgedPlan("resolved", 4, "CODE", "nightly.py", session="chat-7"),
        ),
        expectation={"facts": ["12 euros", "monthly"]},
        with_prompt=True,
    ),
    TracePlan(
        "all_types",
        3_500,
        SpanPlan(
            "pipeline",
            "WORKFLOW",
            0,
            400,
            {"items": 15},
            {"items": 15},
            events={"retry": {"attempt": 2, "reason": "the queue was full"}},
            children=tuple(
                SpanPlan(f"of_type_{kind.lower()}", kind, 20 * place, 15) for place, kind in enumerate(TYPES)
            ),
        ),
        {"tier": "silver"},
        {"mlflow.trace.session": "chat-8"},
    ),
    TracePlan(
        "foreign",
        3_400,
        SpanPlan("übersetzen 🚀", "CHAIN", 0, 60, {"text": TEXT}, {"text": TEXT[::-1]}),
        {"língua": "português", "emoji": "🚀"},
        {"mlflow.trace.user": "Zoë"},
        judged=(JudgedPlan("ton", "höflich", rationale="Grüßt: „Добрый день“"),),
    ),
)

KEPT = {
    EXPERIMENT: tuple(_large(LONG_TEXT[:3_000], FEW) if plan.label == "large" else plan for plan in TRACES),
    ASSISTANT: _ASSISTANT_TRACES,
}
"""What is logged for the databases that are kept, by experiment: the same and some more, and smaller."""
