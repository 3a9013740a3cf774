"""An MLflow server made of fixed answers, for what a real one cannot be brought to do."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import httpx2

from mcp_traces.store.rest_gateway import RestConfig, RestGateway

ADDRESS = "http://mlflow.test"
TRACE_ID = "tr-0123456789abcdef0123456789abcdef"
TRACE_INFO: dict[str, Any] = {
    "trace_id": TRACE_ID,
    "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "1"}},
    "request_time": "2026-11-21T00:21:29.536Z",
    "execution_duration": "0.057s",
    "state": "OK",
}
TRACE_INFO_V2: dict[str, Any] = {
    "request_id": TRACE_ID,
    "experiment_id": "1",
    "timestamp_ms": 1795220489536,
    "execution_time_ms": 57,
    "status": "OK",
}
SPAN: dict[str, Any] = {
    "span_id": "24gUQXR8kUs=",
    "name": "root",
    "start_time_unix_nano": 1795220489536164442,
    "end_time_unix_nano": 1795220489593637839,
    "status": {"code": "STATUS_CODE_OK"},
}
RUN_INFO: dict[str, Any] = {
    "run_id": "r1",
    "run_name": "nightly",
    "status": "FINISHED",
    "experiment_id": "1",
    "start_time": 17,
}
EXPERIMENT: dict[str, Any] = {"experiment_id": "1", "name": "chat", "lifecycle_stage": "active"}

Answer: TypeAlias = dict[str, Any] | httpx2.Response | Exception


class FixedServer:
    """Answers a path with what it was given for it, and every other path as Flask does: 404, in HTML.

    A list holds the answers to the first, the second, ... request. `requests` is what was asked.
    """

    def __init__(self, answers: Mapping[str, Answer | list[Answer]] | None = None) -> None:
        self._answers = dict(answers or {})
        self.requests: list[httpx2.Request] = []

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.requests]

    def gateway(self, base_url: str = ADDRESS, **settings: Any) -> RestGateway:
        return RestGateway(RestConfig(base_url, **settings), httpx2.MockTransport(self._answer))

    def answer_with(self, path: str, answer: Answer) -> None:
        """From now on."""
        self._answers[path] = answer

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self._answers.get(request.url.path, not_found_page())
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx2.Response) else httpx2.Response(200, json=answer)


def not_found_page() -> httpx2.Response:
    return httpx2.Response(404, html="<!doctype html><title>404 Not Found</title><h1>Not Found</h1>")


def mlflow_error(status: int, code: str, message: str) -> httpx2.Response:
    return httpx2.Response(status, json={"error_code": code, "message": message})
