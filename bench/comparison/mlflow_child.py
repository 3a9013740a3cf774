"""MLflow's Python client in a process of its own: a JSON question per line on stdin, a JSON answer per line on stdout.

The seconds it tells are those of MLflow's own call: neither the way here and back nor the writing of the answer.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from mlflow import MlflowClient


class Answers:
    """What can be asked."""

    def __init__(self, tracking_uri: str) -> None:
        self._client = MlflowClient(tracking_uri)
        self._client.search_experiments(max_results=1)

    def ready(self) -> dict[str, Any]:
        return {}

    def search(self, experiment_id: str, **arguments: Any) -> dict[str, Any]:
        """Trace infos, the newest first, and the token of the next page."""
        page, seconds = _timed(
            lambda: self._client.search_traces(locations=[experiment_id], include_spans=False, **arguments)
        )
        token = page.token.decode() if isinstance(page.token, bytes) else page.token
        return {"seconds": seconds, "trace_ids": [trace.info.trace_id for trace in page], "page_token": token}

    def get_trace(self, trace_id: str) -> dict[str, Any]:
        trace, seconds = _timed(lambda: self._client.get_trace(trace_id, display=False))
        spans = trace.data.spans
        (root,) = [span.name for span in spans if span.parent_id is None]
        return {"seconds": seconds, "root": root, "span_ids": [span.span_id for span in spans]}


def _timed(call: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    return call(), time.perf_counter() - began


def main(tracking_uri: str) -> None:
    # Whatever MLflow prints must not be taken for an answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    known = Answers(tracking_uri)
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(getattr(known, name)(**arguments)), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
