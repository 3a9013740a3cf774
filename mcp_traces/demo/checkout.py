"""Sample traces for questions about many: a shop's checkout agent over five days, and two evaluation runs of it.

What there is to find: payments with `acme` fail in eight of ten traces and with others in two of fifty; quoting a
shipping price is ten times slower since release 2.4.0, which replaced 2.3.0 `RELEASE_AGE_MINUTES` before now; rate
limits and timeouts come with ids that differ; reading the stock is tried again; a judge fails; the run `candidate`
answers two questions wrong that `baseline` answered right, and one the other way round.
"""

from collections.abc import Iterator
from dataclasses import replace

from mcp_traces.demo.plan import Event, Failure, Note, SpanPlan, TracePlan, expectation
from mcp_traces.demo.steps import Message, assistant, chat, system, tool, user

RELEASE_AGE_MINUTES = 3300
PROMPT_VERSIONS = {"2.3.0": 1, "2.4.0": 2}
"""Of the prompt that each release answers with."""

RUNS = ("baseline", "candidate")

_SESSIONS = 20
_TURNS = (1, 2, 3, 5, 4, 1, 6, 2, 3, 3)
"""Traces of each session; the next ten sessions have as many."""

_FIRST_AGE_MINUTES, _BETWEEN_SESSIONS, _BETWEEN_TURNS = 6480, 320, 6
_USERS, _REGIONS, _PROVIDERS = 7, ("eu", "us", "ap"), ("northpay", "bluecard")
_ACME_FAILED, _ACME_WORKED = {2, 8, 14, 26, 32, 38, 44, 56}, {20, 50}
_OTHER_CARDS_FAILED, _RATE_LIMITED, _NO_QUOTE, _STOCK_READ_AGAIN = {13, 41}, {17, 34}, {45, 57}, {6, 25, 39}
_JUDGE_FAILED = {10, 22, 46, 58}

_SAID = (
    ("I want two LAMP-7 lamps. What is the shipping to Ghent?", "Shipping to Ghent is 6.90 EUR."),
    ("Can they arrive before Friday?", "Yes, with express shipping for 9.50 EUR."),
    ("Please use my other card.", "I charged the card ending in 4242."),
    ("Please send the invoice to my company.", "The invoice goes to your company address."),
    ("Add a cable to the order.", "I added CABLE-2 for 4.20 EUR."),
    ("Thank you, that is all.", "Your order is on its way."),
)
"""What the user says on each turn of a session, and the answer."""

_ROUTE = "Choose the tools for this checkout request. Answer with their names."
_ANSWER = "You are the checkout assistant of an online shop. Answer in one sentence, with prices in EUR."


def checkout() -> Iterator[TracePlan]:
    """Sixty requests in twenty sessions, the oldest first."""
    number = 0
    for session in range(_SESSIONS):
        history: list[Message] = []
        for turn in range(_TURNS[session % len(_TURNS)]):
            number += 1
            age = _FIRST_AGE_MINUTES - session * _BETWEEN_SESSIONS - turn * _BETWEEN_TURNS
            said, answered = _SAID[turn]
            release = "2.3.0" if age > RELEASE_AGE_MINUTES else "2.4.0"
            yield TracePlan(
                f"checkout_{number}",
                _request(number, [*history, user(said)], answered, release),
                age,
                session=f"cart-{7001 + session}",
                user=f"user_{301 + session % _USERS}",
                tags={"release": release, "region": _REGIONS[session % len(_REGIONS)]},
                notes=tuple(_notes(number)),
            )
            history += [user(said), assistant(answered)]


def _request(number: int, messages: list[Message], answered: str, release: str) -> SpanPlan:
    """Chooses tools, reads the stock, asks for a shipping price, charges the card, answers; ends where a step fails."""
    steps: list[SpanPlan] = []
    for step in _steps(number, messages, answered, release):
        steps.append(step)
        if step.failure is not None and number not in _STOCK_READ_AGAIN:
            break
    failure = steps[-1].failure
    outputs = None if failure else {"answer": answered}
    return SpanPlan(
        "checkout_agent", "AGENT", 40, {"messages": messages}, outputs, children=tuple(steps), failure=failure
    )


def _steps(number: int, messages: list[Message], answered: str, release: str) -> Iterator[SpanPlan]:
    tools = assistant("check_stock, quote_shipping, charge_card")
    yield chat(
        [system(_ROUTE), *messages], tools, model="gpt-4o-mini", own_ms=380 + number % 9 * 10, name="choose_tools"
    )
    sku = {"sku": "LAMP-7"}
    if number in _STOCK_READ_AGAIN:
        yield tool("check_stock", sku, own_ms=900, failure=_reset(number))
    yield tool("check_stock", sku, {"sku": "LAMP-7", "left": 90 - number}, own_ms=60 + number % 5 * 8)
    yield _quote(number, release)
    yield _charge(number)
    yield _answer(number, messages, answered)


def _quote(number: int, release: str) -> SpanPlan:
    own_ms = 170 + number * 37 % 110 if release == "2.3.0" else 1900 + number * 53 % 700
    asked = {"country": "BE", "weight_kg": 2.4}
    if number in _NO_QUOTE:
        return tool("quote_shipping", asked, own_ms=8000, failure=_no_quote(number))
    return tool("quote_shipping", asked, {"carrier": "Northbound", "price_eur": 6.9}, own_ms=own_ms)


def _charge(number: int) -> SpanPlan:
    is_acme = number in _ACME_FAILED | _ACME_WORKED
    provider = "acme" if is_acme else _PROVIDERS[number % len(_PROVIDERS)]
    failure = _refused(number, provider) if number in _ACME_FAILED | _OTHER_CARDS_FAILED else None
    return tool(
        "charge_card",
        {"order_id": f"C-{4100 + number}", "amount_eur": 86.7},
        None if failure else {"charged": True, "reference": f"{provider}-{88_000 + number}"},
        own_ms=3000 if failure else 420 + number * 29 % 160,
        failure=failure,
        attributes={"payment_provider": provider, "currency": "EUR"},
    )


def _answer(number: int, messages: list[Message], answered: str) -> SpanPlan:
    asked = [system(_ANSWER), *messages]
    failure = _rate_limit(number) if number in _RATE_LIMITED else None
    called = chat(
        asked,
        assistant(answered),
        model="claude-sonnet",
        own_ms=820 + number * 41 % 300,
        name="answer",
        failure=failure,
    )
    attributes = {**called.attributes, "mlflow.llm.provider": "anthropic"}
    if failure is None and len(messages) > 1:
        used = called.attributes["mlflow.chat.tokenUsage"]
        attributes["mlflow.chat.tokenUsage"] = {**used, "cache_read_input_tokens": used["input_tokens"] // 2}
    events = (Event("price_rounded", 12, {"digits": 2}),) if number % 10 == 0 else ()
    return replace(called, attributes=attributes, events=events)


def _refused(number: int, provider: str) -> Failure:
    return Failure(
        "PaymentGatewayError",
        f"{provider} refused charge ch_{number * 7_919_317:08x} for order C-{4100 + number}: HTTP 502",
        'File "/app/checkout/tools/payments.py", line 91, in charge_card',
        "raise PaymentGatewayError(provider, response)",
    )


def _rate_limit(number: int) -> Failure:
    return Failure(
        "RateLimitError",
        f"Error code: 429 - {{'error': {{'type': 'rate_limit_error', 'message': 'Too many requests'}},"
        f" 'request_id': 'req_{number * 104_729_911:012x}'}}",
        'File "/app/checkout/llm.py", line 40, in answer',
        "return client.messages.create(**request)",
    )


def _no_quote(number: int) -> Failure:
    return Failure(
        "TimeoutError",
        f"carrier API at 10.4.2.17:8443 did not answer within 8000 ms (parcel P-{62_000 + number})",
        'File "/app/checkout/tools/shipping.py", line 52, in quote_shipping',
        "reply = await asyncio.wait_for(self._quote(parcel), timeout=8)",
    )


def _reset(number: int) -> Failure:
    return Failure(
        "ConnectionResetError",
        f"[Errno 104] Connection reset by peer (warehouse shard {number % 4})",
        'File "/app/checkout/tools/stock.py", line 33, in check_stock',
        "reply = self._pool.urlopen('GET', url)",
    )


def _notes(number: int) -> Iterator[Note]:
    """A rating of each third, by a person; of each second the verdict of a judge, which sometimes gives none."""
    if number % 3 == 0:
        yield Note("rating", 2 if number in _ACME_FAILED | _NO_QUOTE else 3 + number // 3 % 3)
    if number in _JUDGE_FAILED:
        error = ("JUDGE_TIMEOUT", f"the judge gave no answer in 20 s (attempt {number})")
        yield Note("resolved", source=("LLM_JUDGE", "gpt-4o-mini"), error=error)
    elif number % 2 == 0:
        failed = _ACME_FAILED | _OTHER_CARDS_FAILED | _RATE_LIMITED | _NO_QUOTE
        why = "The order was not placed." if number in failed else "The user got an answer."
        yield Note("resolved", number not in failed, source=("LLM_JUDGE", "gpt-4o-mini"), rationale=why)


_EVALUATED = (
    ("What does express shipping to Ghent cost?", "9.50 EUR"),
    ("What does standard shipping to Ghent cost?", "6.90 EUR"),
    ("How long do you keep a cart?", "14 days"),
    ("Can I pay with two cards?", "No, with one card per order."),
    ("Is the invoice sent by mail?", "Yes, as a PDF."),
    ("What does gift wrapping cost?", "2.50 EUR"),
    ("Do you ship to Norway?", "Yes, within 6 working days."),
    ("Can I change the address after paying?", "Until the parcel leaves the warehouse."),
)
_UNKNOWN = "I am not sure; a colleague will write to you."
_WRONG = {"baseline": {5}, "candidate": {1, 6}}
_DIGEST = {"correctness": "9c1f4e2a", "similarity": "51d0b7e3"}
_EVALUATED_AGE_MINUTES = {"baseline": 3420, "candidate": 1500}


def evaluations() -> Iterator[TracePlan]:
    """Eight questions in each of two runs, with what the scorers said of the answers."""
    for run in RUNS:
        for row, (question, expected) in enumerate(_EVALUATED):
            is_right = row not in _WRONG[run]
            yield TracePlan(
                f"{run}_{row + 1}",
                _evaluated(question, expected if is_right else _UNKNOWN, run),
                _EVALUATED_AGE_MINUTES[run] - row,
                tags={"release": "2.3.0" if run == "baseline" else "2.4.0"},
                notes=tuple(_scores(expected, is_right)),
                run=run,
            )


def _evaluated(question: str, answered: str, run: str) -> SpanPlan:
    model, own_ms = ("claude-sonnet", 900) if run == "baseline" else ("gpt-4o-mini", 520)
    called = chat([system(_ANSWER), user(question)], assistant(answered), model=model, own_ms=own_ms, name="answer")
    return SpanPlan("answer_question", "CHAIN", 10, {"question": question}, answered, children=(called,))


def _scores(expected: str, is_right: bool) -> Iterator[Note]:
    yield expectation("expected_response", expected)
    digests = {name: {"mlflow.assessment.scorerDigest": digest} for name, digest in _DIGEST.items()}
    why = "As expected." if is_right else f"{expected!r} was expected; the answer says nothing of it."
    yield Note(
        "correctness",
        is_right,
        source=("LLM_JUDGE", "gpt-4o-mini"),
        rationale=why,
        metadata=digests["correctness"],
    )
    similarity = 1.0 if is_right else 0.2
    yield Note("similarity", similarity, source=("CODE", "similarity"), metadata=digests["similarity"])
