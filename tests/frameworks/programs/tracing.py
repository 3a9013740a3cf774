"""Sends spans over OTLP to where OpenTelemetry's own environment variables say, as applications are set up."""

import sys
from collections.abc import Generator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from tests.frameworks.scenario import RUNS, Run

MODEL = "gpt-4o-mini"
"""A model that frameworks know, so that none asks for its context window or abilities."""


@contextmanager
def traced_run() -> Generator[tuple[TracerProvider, Run], None, None]:
    """The global tracer provider and the run that the command line names; all spans are exported at the end."""
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    try:
        yield provider, RUNS[sys.argv[1]]
    finally:
        provider.shutdown()
