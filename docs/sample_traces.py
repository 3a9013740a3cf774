"""The demo's sample traces under ids and at times that are always the same, for examples that can be told.

`python -m docs.sample_traces <tracking URI> <time>` fills a store and says what is in it, as the demo's own maker does;
the traces began in the five days before that time.
"""

import os
import sys
import uuid
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from itertools import count
from types import SimpleNamespace

# MLflow then makes its ids by the class that is replaced below.
os.environ["MLFLOW_TRACE_USE_ISOLATED_RANDOM_ID_GENERATOR"] = "true"

from mlflow.store.tracking import sqlalchemy_store
from mlflow.tracing import provider
from opentelemetry.sdk.trace.id_generator import IdGenerator

from mcp_traces.demo import sample_store


def _ids(size: int, kind: str = "") -> Iterator[int]:
    """Numbers of `size` bytes that look like any other id; the store is filled by one thread."""
    for number in count():
        yield int.from_bytes(sha256(f"{kind}{size} {number}".encode()).digest()[:size])


class _SteadyIds(IdGenerator):
    def __init__(self) -> None:
        self._traces, self._spans = _ids(16), _ids(8)

    def generate_trace_id(self) -> int:
        return next(self._traces)

    def generate_span_id(self) -> int:
        return next(self._spans)


def main() -> None:
    uri, time = sys.argv[1:]
    now_ns = int(datetime.fromisoformat(time).timestamp()) * 1_000_000_000
    runs = _ids(16, "run ")
    sample_store.time = SimpleNamespace(time_ns=lambda: now_ns)
    sqlalchemy_store.uuid = SimpleNamespace(uuid4=lambda: uuid.UUID(int=next(runs)), UUID=uuid.UUID)
    provider._IsolatedRandomIdGenerator = _SteadyIds
    sys.argv[1:] = [uri, "checkout"]
    sample_store.main()


if __name__ == "__main__":
    main()
