"""Sample traces that failed: at the root, below a root that is OK, after retries, three deep."""

from collections.abc import Iterator

from mcp_traces.demo.conversations import PRODUCTION, STAGING
from mcp_traces.demo.plan import Event, Failure, Note, SpanPlan, TracePlan, judged
from mcp_traces.demo.steps import agent, chat, retriever, system, tool, user

_DECLINED = Failure(
    "PaymentDeclinedError",
    "card ending in 0004 was declined: insufficient_funds",
    'File "/app/support/tools/payments.py", line 112, in charge_card',
    "raise PaymentDeclinedError(reply['decline_code'])",
)
_MISSING_COLUMN = Failure(
    "OperationalError",
    'no such column: "loyalty_tier" (customer_id=8811)',
    'File "/app/support/tools/customers.py", line 33, in customer_profile',
    "row = connection.execute(PROFILE_SQL, [customer_id]).one()",
)
_RESET = Failure(
    "ConnectionResetError",
    "[Errno 104] Connection reset by peer",
    'File "/app/support/http.py", line 88, in request',
    "return self._pool.urlopen(method, url, body=body)",
)
_NO_STOCK_DATA = Failure(
    "InventoryUnavailableError",
    "inventory could not be read for SKU LAMP-7",
    'File "/app/support/tools/inventory.py", line 21, in check_stock',
    "raise InventoryUnavailableError(sku) from exc",
    cause=_RESET,
)
_NO_ANSWER = Failure(
    "AnswerFailedError",
    "no answer after 1 of 1 tool calls failed",
    'File "/app/support/agent.py", line 140, in run',
    "raise AnswerFailedError(failed, total) from exc",
    cause=_NO_STOCK_DATA,
)
_TIMEOUT = Failure(
    "TimeoutError",
    "shipping API did not answer within 30 s",
    'File "/app/support/tools/shipping.py", line 64, in track_parcel',
    "reply = await asyncio.wait_for(self._get(parcel), timeout=30)",
)
_RATE_LIMIT = Failure(
    "RateLimitError",
    "Error code: 429 - Rate limit reached for gpt-4: limit 10000 tokens/min",
    'File "/app/support/llm.py", line 52, in complete',
    "return client.chat.completions.create(**request)",
)


def failures() -> Iterator[TracePlan]:
    yield _root_error()
    yield _recovered_error()
    yield _error_chain()
    yield _timeout_retries()
    yield _timeout_then_ok()
    yield _rate_limited()


def _root_error() -> TracePlan:
    charge = tool("charge_card", {"order_id": "C-3310", "amount": 129.0}, own_ms=840, failure=_DECLINED)
    root = agent("Please charge my card again for order C-3310.", (charge,), "", failure=_DECLINED)
    notes = (Note("rating", "negative", rationale="The charge failed and nobody said why."),)
    return TracePlan("root_error", root, 45, user="user_112", tags=PRODUCTION, notes=notes)


def _recovered_error() -> TracePlan:
    profile = tool("customer_profile", {"customer_id": 8811}, own_ms=95, failure=_MISSING_COLUMN)
    passages = retriever("loyalty programme tiers", ("help/loyalty", "Silver from 5 orders, gold from 20 orders."))
    answer = "Silver starts at 5 orders and gold at 20. I could not open your profile to see where you stand."
    root = agent("Which loyalty tier am I in?", (profile, passages), answer)
    notes = (judged("helpfulness", 0.4, "General rules were given, the customer's own tier was not."),)
    return TracePlan("recovered_error", root, 130, user="user_113", tags=PRODUCTION, notes=notes)


def _error_chain() -> TracePlan:
    request = SpanPlan(
        "http_request", "UNKNOWN", 310, {"method": "GET", "url": "https://inventory.internal/v2/LAMP-7"}, failure=_RESET
    )
    stock = tool("check_stock", {"sku": "LAMP-7"}, own_ms=12, failure=_NO_STOCK_DATA, children=(request,))
    root = agent("Is the LAMP-7 in stock?", (stock,), "", failure=_NO_ANSWER)
    return TracePlan("error_chain", root, 220, user="user_114", tags=PRODUCTION)


def _attempt(number: int, *, own_ms: int, failure: Failure | None) -> SpanPlan:
    result = None if failure else {"parcel": "NB-5520", "status": "out_for_delivery"}
    return tool(
        "track_parcel", {"parcel": "NB-5520"}, result, own_ms=own_ms, failure=failure, attributes={"attempt": number}
    )


def _timeout_retries() -> TracePlan:
    attempts = tuple(_attempt(number, own_ms=30_000, failure=_TIMEOUT) for number in (1, 2, 3))
    tracking = SpanPlan(
        "track_with_retries",
        "TASK",
        3_000,
        {"parcel": "NB-5520", "max_attempts": 3},
        children=attempts,
        failure=_TIMEOUT,
        events=(Event("retry", 31_000, {"attempt": 2}), Event("retry", 62_000, {"attempt": 3})),
    )
    root = agent("Where is parcel NB-5520?", (tracking,), "", failure=_TIMEOUT, own_ms=50, chat_ms=1950)
    return TracePlan("timeout_retries", root, 640, user="user_115", tags=PRODUCTION)


def _timeout_then_ok() -> TracePlan:
    attempts = (_attempt(1, own_ms=30_000, failure=_TIMEOUT), _attempt(2, own_ms=1_200, failure=None))
    outputs = {"parcel": "NB-5520", "status": "out_for_delivery"}
    tracking = SpanPlan(
        "track_with_retries", "TASK", 1_010, {"parcel": "NB-5520", "max_attempts": 3}, outputs, children=attempts
    )
    root = agent("And now, where is parcel NB-5520?", (tracking,), "It is out for delivery and arrives today.")
    return TracePlan("timeout_then_ok", root, 632, user="user_115", tags=PRODUCTION)


def _rate_limited() -> TracePlan:
    messages = [system(), user("Summarise my last five tickets.")]
    call = chat(
        messages, {}, own_ms=410, failure=_RATE_LIMIT, events=(Event("rate_limit", 400, {"retry_after_s": 12.5}),)
    )
    inputs = {"messages": messages[1:]}
    root = SpanPlan("support_agent", "AGENT", 22, inputs, children=(call,), failure=_RATE_LIMIT)
    return TracePlan("rate_limited", root, 1985, user="user_116", tags=STAGING)
