"""The gateway to an MLflow server over HTTP: which route answers which question, and the older one where it is missing.

MLflow itself is never imported: that would take seconds, and its client retries a failing server for four minutes only
to lose what it said.
"""

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from functools import partial
from typing import Any

import httpx2

from mcp_traces.errors import (
    ExperimentNotFoundError,
    InvalidArgumentError,
    InvalidFilterError,
    NotFoundError,
    RunNotFoundError,
    StoreForbiddenError,
    StoreUnsupportedError,
    TraceNotFoundError,
    TracesError,
)
from mcp_traces.filters.clause import filter_text
from mcp_traces.records import (
    Experiment,
    Json,
    MetricDataPoint,
    MetricsQuery,
    Run,
    StoreInfo,
    Trace,
    TracePage,
)
from mcp_traces.side_by_side import side_by_side
from mcp_traces.store.addresses import is_experiment_number
from mcp_traces.store.attachments import attachment_path, no_attachment_error
from mcp_traces.store.gateway import Scan, TraceQuery, Visit, no_scan_error
from mcp_traces.store.metrics import metrics_body, no_metrics_error, read_metrics
from mcp_traces.store.rest_client import Question, RestClient, RestConfig
from mcp_traces.store.rest_records import (
    read_experiment,
    read_experiments,
    read_page,
    read_page_v2,
    read_run,
)
from mcp_traces.store.rest_traces import STORED_FORM_ROUTES, TraceReader, read_batches

__all__ = ["RestConfig", "RestGateway"]

EXPERIMENTS_PER_PAGE = 1000
SINGLY_AT_ONCE = 4
UNKNOWN_VERSION = "unknown"
MAX_USERS = 1000
"""The most users whose server version is remembered."""

_V2 = "/api/2.0/mlflow"
_V3 = "/api/3.0/mlflow"
_VERSION = re.compile(r"\d+\.\d+[\w.+-]*")
# MLflow's basic auth answers 403 for what one may not read and, of traces, for what does not exist. A user who may read
# nothing at all learns it from the next question: what there is instead.
_NOT_FOR_US = (NotFoundError, StoreForbiddenError)


class RestGateway:
    """A TraceGateway over one MLflow server. Constructing it connects to nothing.

    Raises StoreError when the URL or a certificate file is of no use.
    """

    def __init__(self, config: RestConfig, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._client = RestClient(config, transport)
        self._reader = TraceReader()
        self._user = ""
        self._infos: dict[str, StoreInfo] = {}

    @property
    def is_database(self) -> bool:
        return False

    @property
    def address(self) -> str:
        return self._client.address

    async def warm_up(self) -> None:
        # What fails here fails again at the first question, which has a caller to answer.
        with suppress(TracesError):
            await self.store_info()

    async def store_info(self) -> StoreInfo:
        # Every tool call asks, and a server that is upgraded restarts too seldom to ask it each time.
        # What it answers one user it may refuse another.
        if self._user not in self._infos:
            address = self._client.address
            info = StoreInfo("server", address, await self._version(), ui_url=address)
            if len(self._infos) >= MAX_USERS:
                self._infos.clear()
            self._infos[self._user] = info
        return self._infos[self._user]

    async def search_experiments(self, max_results: int) -> tuple[Experiment, ...]:
        found: list[Experiment] = []
        token: str | None = None
        while len(found) < max_results:
            page, token = await self._client.ask(_experiments_question(max_results - len(found), token))
            found += page
            if not token:
                break
        return tuple(found)

    async def get_experiment(self, experiment_id: str) -> Experiment:
        missing = self._no_experiment(experiment_id)
        if not is_experiment_number(experiment_id):
            raise missing
        return await self._experiment("experiments/get", {"experiment_id": experiment_id}, missing)

    async def get_experiment_by_name(self, name: str) -> Experiment:
        missing = ExperimentNotFoundError(f'No experiment named "{name}" in {self._client.address}.')
        return await self._experiment("experiments/get-by-name", {"experiment_name": name}, missing)

    async def search_traces(self, query: TraceQuery) -> TracePage:
        for experiment_id in query.experiment_ids:
            if not is_experiment_number(experiment_id):
                raise self._no_experiment(experiment_id)
        if not query.experiment_ids:  # which the server would refuse, and a database answers with nothing
            return TracePage(())
        try:
            page = await self._client.ask_either(_search_question(query), _search_question_v2(query))
        except InvalidArgumentError as error:
            raise InvalidFilterError(error.message, error.hint) from None
        self._reader.take_note(page.traces)
        return page

    async def scan(self, scan: Scan, visit: Visit) -> tuple[str, ...]:
        raise no_scan_error(self._client.address)

    async def version(self) -> str | None:
        return None

    async def get_trace(self, trace_id: str) -> Trace:
        missing = TraceNotFoundError(f'No trace "{trace_id}" in {self._client.address}.')
        if not trace_id or not trace_id.isprintable():  # half of a surrogate pair cannot even be sent
            raise missing
        try:
            return await self._reader.read(self._client, trace_id, self._told_version())
        except _NOT_FOR_US:
            raise missing from None

    async def get_traces(self, trace_ids: Sequence[str]) -> tuple[Trace, ...]:
        ids = list(dict.fromkeys(trace_ids))
        found = {trace.info.trace_id: trace for trace in await read_batches(self._client, ids)}
        singly = [partial(self._trace_or_none, one) for one in ids if one not in found]
        found |= {trace.info.trace_id: trace for trace in await side_by_side(singly, at_once=SINGLY_AT_ONCE) if trace}
        return tuple(found[one] for one in trace_ids if one in found)

    async def _trace_or_none(self, trace_id: str) -> Trace | None:
        try:
            return await self.get_trace(trace_id)
        except TraceNotFoundError:
            return None

    async def get_attachment(self, trace_id: str, attachment_id: str) -> bytes:
        attachment_path(attachment_id)
        params = {"request_id": trace_id, "path": attachment_id}
        newer, older = (
            Question(route, "an attachment", _as_bytes, params, decode=_as_bytes) for route in STORED_FORM_ROUTES
        )
        try:
            return await self._client.ask_either(newer, older)
        except (*_NOT_FOR_US, InvalidArgumentError):
            raise no_attachment_error(attachment_id) from None

    async def get_run(self, run_id: str) -> Run:
        missing = RunNotFoundError(f'No run "{run_id}" in {self._client.address}.')
        if not run_id or not run_id.isprintable():
            raise missing
        try:
            found = await self._client.ask(Question(f"{_V2}/runs/get", "a run", read_run, {"run_id": run_id}))
        except (*_NOT_FOR_US, InvalidArgumentError):
            raise missing from None
        if found is None:
            raise missing
        return found

    async def query_trace_metrics(self, query: MetricsQuery) -> tuple[MetricDataPoint, ...]:
        question = Question(f"{_V3}/traces/metrics", "metrics of traces", read_metrics, body=metrics_body(query))
        try:
            return await self._client.ask(question)
        except (NotFoundError, InvalidArgumentError, StoreUnsupportedError) as error:
            raise no_metrics_error(self._client.address, query.metric_name) from error

    def as_user(self, authorization: str) -> "RestGateway":
        other = copy(self)
        other._client = self._client.as_user(authorization)
        other._user = hashlib.sha256(authorization.encode()).hexdigest()
        return other

    async def aclose(self) -> None:
        await self._client.aclose()

    def _told_version(self) -> str:
        """As the server said it to this user, if it was asked by now."""
        known = self._infos.get(self._user)
        return (known and known.mlflow_version) or UNKNOWN_VERSION

    async def _version(self) -> str:
        try:
            return await self._client.ask(Question("/version", "a version", _read_version, decode=bytes.decode))
        except StoreUnsupportedError:
            # MLflow 3.1 serves it outside of its path prefix, and some proxies let only the API through: a question
            # that every MLflow server answers shows whether this is one.
            await self.search_experiments(1)
            return UNKNOWN_VERSION

    def _no_experiment(self, experiment_id: str) -> ExperimentNotFoundError:
        return ExperimentNotFoundError(f'No experiment with id "{experiment_id}" in {self._client.address}.')

    async def _experiment(self, route: str, params: dict[str, str], missing: ExperimentNotFoundError) -> Experiment:
        try:
            found = await self._client.ask(Question(f"{_V2}/{route}", "an experiment", read_experiment, params))
        except (*_NOT_FOR_US, InvalidArgumentError):
            raise missing from None
        if found is None:
            raise missing
        return found


def _as_bytes(content: Any) -> bytes:
    return content


def _read_version(text: str) -> str:
    if found := _VERSION.fullmatch(text.strip()):
        return found[0]
    raise ValueError("not a version")


def _experiments_question(max_results: int, token: str | None) -> Question[tuple[list[Experiment], str | None]]:
    body = {
        "max_results": min(max_results, EXPERIMENTS_PER_PAGE),
        "order_by": ["last_update_time DESC"],
        "view_type": "ACTIVE_ONLY",
        "page_token": token,
    }
    return Question(f"{_V2}/experiments/search", "a list of experiments", read_experiments, body=_without_none(body))


def _search_question(query: TraceQuery) -> Question[TracePage]:
    locations = [
        {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment_id}}
        for experiment_id in query.experiment_ids
    ]
    body = {"locations": locations, "max_results": query.limit, **_search_options(query)}
    return Question(f"{_V3}/traces/search", "a list of traces", read_page, body=body)


def _search_question_v2(query: TraceQuery) -> Question[TracePage]:
    """MLflow 3.1 knows no other search."""
    ids = list(query.experiment_ids)
    params = {"experiment_ids": ids, "max_results": str(query.limit), **_search_options(query)}
    return Question(f"{_V2}/traces", "a list of traces", read_page_v2, params)


def _search_options(query: TraceQuery) -> dict[str, Json]:
    return _without_none(
        {
            "filter": filter_text(query.clauses),
            "order_by": [order.text for order in query.order_by] or None,
            "page_token": query.page_token,
        }
    )


def _without_none(fields: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in fields.items() if value is not None}
