"""Sample sessions: several traces of one person, each of which sends the model all that was said before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mcp_traces.demo.plan import Failure, Note, SpanPlan, TracePlan, judged
from mcp_traces.demo.steps import Message, agent, assistant, retriever, tool, user

PRODUCTION = {"environment": "production", "model-name": "gpt-4", "release": "2026.11.1"}
STAGING = {"environment": "staging", "model-name": "gpt-4o-mini", "release": "2026.11.2-rc1"}

REFUND_SERVICE_DOWN = Failure(
    "RefundServiceError",
    "refund service answered 503 for order A-1042: upstream connect error",
    'File "/app/support/tools/refunds.py", line 57, in start_refund',
    "raise RefundServiceError(response)",
)


@dataclass(frozen=True, slots=True)
class _Turn:
    question: str
    answer: str
    actions: Sequence[SpanPlan] = ()
    failure: Failure | None = None
    notes: tuple[Note, ...] = ()
    chat_ms: int = 1350


_ORDER = {"order_id": "A-1042", "status": "shipped", "carrier": "Northbound", "items": [{"sku": "LAMP-7", "qty": 2}]}

_REFUND_SESSION = (
    _Turn(
        "Where is my order A-1042?",
        "Your order A-1042 left our warehouse with Northbound and should arrive tomorrow.",
        (tool("lookup_order", {"order_id": "A-1042"}, _ORDER),),
        notes=(Note("rating", "positive", rationale="Quick and right."),),
    ),
    _Turn(
        "One of the two lamps arrived broken. What can I do?",
        "I am sorry. You can have a replacement or your money back within 30 days.",
        (
            retriever(
                "broken item replacement refund",
                ("help/returns", "Damaged items are replaced or refunded within 30 days of delivery."),
                ("help/warranty", "The two-year warranty covers faults, not transport damage."),
            ),
        ),
    ),
    _Turn("I want the money back, please.", "I can do that. Shall I refund 39.90 EUR to your card?", chat_ms=900),
    _Turn(
        "Yes.",
        "",
        (tool("start_refund", {"order_id": "A-1042", "amount": 39.9}, own_ms=2210, failure=REFUND_SERVICE_DOWN),),
        failure=REFUND_SERVICE_DOWN,
        notes=(Note("rating", "negative", rationale="It just said that something went wrong."),),
    ),
    _Turn(
        "Did that work? I saw an error.",
        "Now it did: 39.90 EUR are on their way to your card. Sorry for the error a moment ago.",
        (tool("start_refund", {"order_id": "A-1042", "amount": 39.9}, {"refund_id": "R-77", "state": "accepted"}),),
        notes=(
            Note("rating", "positive"),
            judged("resolved", True, "The refund was accepted on the second attempt and the customer was told so."),
        ),
    ),
)

_ARABIC_SESSION = (
    _Turn(
        "مرحبا، أين طلبي رقم B-2201؟",
        "أهلاً بك! طلبك في الطريق وسيصل غداً إن شاء الله.",
        (tool("lookup_order", {"order_id": "B-2201"}, {"order_id": "B-2201", "status": "in_transit"}),),
    ),
    _Turn("هل يمكنني تغيير عنوان التسليم؟", "نعم، أرسل لي العنوان الجديد من فضلك.", chat_ms=1100),
    _Turn("شكراً جزيلاً 🌷", "على الرحب والسعة!", chat_ms=480, notes=(Note("rating", "positive"),)),
)

_JAPANESE_SESSION = (
    _Turn(
        "返品の方法を教えてください。",
        "マイページの「注文履歴」から返品をお申し込みいただけます。📦",
        (retriever("返品 方法", ("help/ja/returns", "商品到着後30日以内であれば返品できます。")),),
    ),
    _Turn("送料はかかりますか?", "いいえ、返品の送料は無料です。✨", chat_ms=760),
)


def conversations() -> Iterator[TracePlan]:
    yield from _session("session_turn", "session_abc123", "user_456", _REFUND_SESSION, PRODUCTION, 310)
    yield from _session("arabic_turn", "session_def456", "user_789", _ARABIC_SESSION, PRODUCTION, 1510)
    yield from _session("japanese_turn", "session_jp001", "ユーザー_七", _JAPANESE_SESSION, STAGING, 2840)


def _session(
    label: str, session: str, who: str, turns: Sequence[_Turn], tags: dict[str, str], age_minutes: float
) -> Iterator[TracePlan]:
    history: list[Message] = []
    for number, turn in enumerate(turns, start=1):
        root = agent(
            turn.question,
            turn.actions,
            turn.answer,
            history=tuple(history),
            model=tags["model-name"],
            chat_ms=turn.chat_ms,
            failure=turn.failure,
        )
        yield TracePlan(
            f"{label}_{number}",
            root,
            age_minutes - 3 * number,
            session=session,
            user=who,
            tags=tags,
            notes=turn.notes,
            client_request_id=f"{session}-{number}",
        )
        history += [user(turn.question), assistant(turn.answer or "Something went wrong, please try again.")]
