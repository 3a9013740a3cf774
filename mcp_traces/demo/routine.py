"""Sample traces of an ordinary day, one very large one, and those of a nightly evaluation."""

from collections.abc import Iterator

from mcp_traces.demo.conversations import PRODUCTION, STAGING
from mcp_traces.demo.plan import Failure, Note, SpanPlan, TracePlan, expectation, judged
from mcp_traces.demo.steps import agent, assistant, chat, retriever, system, user

_QUESTIONS = (
    ("How do I change my password?", "In your account, under Security.", "help/account"),
    ("Do you ship to islands?", "Yes, within 10 working days.", "help/shipping"),
    ("Can I pay by invoice?", "Companies can, from the second order on.", "help/payment"),
    ("Where do I find my invoice?", "In the order history, next to the order.", "help/invoices"),
    ("How long is the warranty?", "Two years for everything we sell.", "help/warranty"),
    ("Can I change an order?", "Until it leaves the warehouse.", "help/orders"),
    ("Do you sell spare parts?", "Yes, for five years after the last sale.", "help/spare-parts"),
    ("How do I cancel the newsletter?", "With the link at its end.", "help/newsletter"),
)
_MAIL = """Hello,

{question} I looked through the help pages on my phone but could not find it, or I did not understand it. I bought \
two lamps and a cable from you in spring and have been content with them so far, and I would rather ask before I do \
something wrong.

Thank you for your help, and greetings to the colleague who was so patient on the telephone last time.

This message and its attachments are meant for the person it is addressed to. If it has reached you by mistake, \
please let us know and delete it."""
_REPLY = """Thank you for your message, and for being a customer of ours.

{answer} You find this on the page {uri} of our help as well, with pictures of each step. If what you see on your \
screen looks different, your app may be an older one: update it, sign out and in again, and try once more.

Should this not answer your question, reply to this message and a colleague will take it up, on working days usually \
within four hours. Please leave the subject line as it is, so that your reply finds its way to the same ticket. To \
help us become better, you can tell with one click below whether this was what you needed; we read every comment.

With kind regards, your support team"""
_BAD_TABLE = Failure(
    "TableParseError",
    "row 17 has 6 cells, expected 5",
    'File "/app/indexer/tables.py", line 204, in parse_table',
    "raise TableParseError(f'row {number} has {len(cells)} cells, expected {width}')",
)
_NO_VERDICT = Failure(
    "JSONDecodeError",
    "Expecting value: line 1 column 1 (char 0)",
    'File "/app/evaluation/run.py", line 71, in parse_verdict',
    "verdict = json.loads(reply)",
)
NEEDLE = "invoice INV-48213 does not match its total"
_BATCHES = 20
_DOCUMENTS = 6
_LONG_OUTPUTS = 24


def routine() -> Iterator[TracePlan]:
    """Sixteen mails and the replies to them over three days, each with what a help article says."""
    for number in range(16):
        asked, fact, uri = _QUESTIONS[number % len(_QUESTIONS)]
        question, answer = _mail(asked), _reply(fact, uri)
        found = retriever(asked, (uri, fact), own_ms=90 + 35 * number)
        tags = PRODUCTION if number % 3 else STAGING
        call = chat(
            [system(), user(question)], assistant(answer), model=tags["model-name"], span_type="LLM", own_ms=300
        )
        root = SpanPlan(
            "faq_answer", "CHAIN", 20 + 410 * number, {"question": question}, {"answer": answer}, children=(found, call)
        )
        rating = Note("rating", "negative" if number % 4 == 3 else "positive")
        yield TracePlan(
            f"faq_{number + 1:02d}",
            root,
            60 + 265 * number,
            session=f"session_faq_{number // 2}",
            user=f"user_{300 + number // 2}",
            tags=tags,
            notes=(rating,) if number % 2 else (),
        )


def _mail(question: str) -> str:
    return _MAIL.format(question=question)


def _reply(answer: str, uri: str) -> str:
    return _REPLY.format(answer=answer, uri=uri)


def huge() -> TracePlan:
    """Over 400 spans and 2 MB, with one failure five levels down and one sentence that stands nowhere else."""
    batches = tuple(_batch(number) for number in range(_BATCHES))
    root = SpanPlan(
        "reindex_documents",
        "WORKFLOW",
        200,
        {"source": "archive", "batches": _BATCHES},
        {"failed": 1},
        children=batches,
    )
    return TracePlan("huge", root, 760, tags=STAGING | {"job": "reindex"})


def _batch(batch: int) -> SpanPlan:
    documents = tuple(_document(batch, number) for number in range(_DOCUMENTS))
    return SpanPlan("index_batch", "CHAIN", 25, {"batch": batch}, {"documents": _DOCUMENTS}, children=documents)


def _document(batch: int, number: int) -> SpanPlan:
    index = batch * _DOCUMENTS + number
    long = index % (_BATCHES * _DOCUMENTS // _LONG_OUTPUTS) == 0
    pages = _lines(index, 760 if long else 90, NEEDLE if index == 65 else "nothing unusual")
    bad = (batch, number) == (13, 4)
    failure, rows = (_BAD_TABLE, None) if bad else (None, {"rows": 16})
    table = SpanPlan("parse_table", "PARSER", 9, {"document": index}, rows, failure=failure)
    steps = (
        SpanPlan("fetch_pages", "TOOL", 60 + index % 7, {"document": index}, pages),
        SpanPlan("split_text", "PARSER", 12, {"document": index}, [pages[:2000], pages[2000:4000]], children=(table,)),
    )
    return SpanPlan("index_document", "CHAIN", 5, {"document": index}, {"chunks": 2}, children=steps)


def _lines(document: int, count: int, last: str) -> str:
    lines = [f"Document {document:03d}, line {line:04d}: lamps, cables and their prices." for line in range(count)]
    return "\n".join([*lines, f"Document {document:03d}, end: {last}"])


def nightly() -> Iterator[TracePlan]:
    """Eight evaluated questions: six in one run, of which one failed, and two outside; two began at the same time."""
    ages = (1445, 1444, 1444, 1442, 1441, 1440, 2886, 2885)
    for number, ((question, answer, uri), age) in enumerate(zip(_QUESTIONS, ages, strict=True), start=1):
        yield TracePlan(
            f"eval_{number}",
            _evaluated(question, answer, uri, failed=number == 4),
            age,
            tags={"environment": "staging", "suite": "faq", "model-name": "claude-sonnet"},
            metadata={"dataset": "faq-v3", "row": str(number)},
            notes=() if number == 4 else _verdicts(number, answer),
            run="nightly" if number <= 6 else None,
        )


def _evaluated(question: str, fact: str, uri: str, *, failed: bool) -> SpanPlan:
    mail, answer = _mail(question), _reply(fact, uri)
    found = retriever(question, (uri, fact), own_ms=150)
    given = agent(mail, (found,), answer, model="claude-sonnet", chat_ms=700)
    failure = _NO_VERDICT if failed else None
    verdict = "I think so." if failed else '{"correct": true}'
    outputs = None if failed else {"answer": answer, "correct": True}
    judge = chat([system("Judge the answer."), user(answer)], assistant(verdict), own_ms=500)
    parsing = SpanPlan("parse_verdict", "EVALUATOR", 3, {"reply": verdict}, outputs, failure=failure)
    steps = (given, judge, parsing)
    return SpanPlan("evaluate_row", "EVALUATOR", 14, {"question": mail}, outputs, children=steps, failure=failure)


def _verdicts(number: int, answer: str) -> tuple[Note, ...]:
    correct = judged("correctness", number % 3 != 0, f"Compared with the expected answer of row {number}.")
    return (correct, expectation("expected_answer", answer), Note("latency_ok", True, source=("CODE", "latency_check")))
