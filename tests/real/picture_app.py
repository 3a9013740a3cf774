"""Logs traces with images through MLflow's SDK, as an application would.

Run as `python -m tests.real.picture_app <tracking URI> <experiment> <folder for artifacts or "">`, it prints their ids
by label as JSON. It needs nothing but MLflow, so that it runs in MLflow's own environment.
"""

import json
import os
import sys

os.environ.update({"MLFLOW_ENABLE_ASYNC_TRACE_LOGGING": "false", "MLFLOW_LOGGING_LEVEL": "ERROR"})

import mlflow
from mlflow.entities import SpanType
from mlflow.tracing.attachments import Attachment

from tests.pictures import as_base64, as_data_url, png, wav


def attached() -> str:
    with mlflow.start_span("draw", span_type=SpanType.TOOL) as span:
        span.set_inputs({"prompt": "a pattern"})
        picture = Attachment(content_type="image/png", content_bytes=png())
        sound = Attachment(content_type="audio/wav", content_bytes=wav())
        large = Attachment(content_type="image/png", content_bytes=png(600))
        span.set_outputs({"image": picture, "sound": sound, "large": large})
    return span.trace_id


def asked(*, extract: bool) -> str:
    """An LLM is asked about an image; MLflow keeps it as an attachment, unless that is turned off."""
    os.environ["MLFLOW_TRACE_EXTRACT_ATTACHMENTS"] = str(extract).lower()
    content = [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": as_data_url(png())}},
    ]
    with mlflow.start_span("Completions", span_type=SpanType.CHAT_MODEL) as span:
        span.set_inputs({"model": "gpt-4o", "messages": [{"role": "user", "content": content}]})
        span.set_outputs({"choices": [{"message": {"role": "assistant", "content": "A pattern."}}]})
    return span.trace_id


def returned() -> str:
    with mlflow.start_span("screenshot", span_type=SpanType.TOOL) as span:
        span.set_outputs({"screen": as_base64(png()), "note": f"![]({as_data_url(png(20))}) taken"})
    return span.trace_id


def main(tracking_uri: str, experiment: str, artifacts: str) -> None:
    mlflow.set_tracking_uri(tracking_uri)
    mlflow.create_experiment(experiment, artifact_location=artifacts or None)
    mlflow.set_experiment(experiment)
    ids = {
        "attached": attached(),
        "extracted": asked(extract=True),
        "data URL": asked(extract=False),
        "base64": returned(),
    }
    print(json.dumps(ids))


main(*sys.argv[1:])
