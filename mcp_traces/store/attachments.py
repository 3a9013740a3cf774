"""Files attached to a trace: where MLflow keeps them, and what all gateways say when one cannot be read."""

import re

from mcp_traces.errors import NotFoundError

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FOLDER = "attachments"
"""Below the artifacts of the trace (mlflow/store/artifact/artifact_repo.py:upload_attachment)."""


def attachment_path(attachment_id: str) -> str:
    """The path of the attachment below the artifacts of its trace.

    Raises NotFoundError for an invalid id: a trace may name anything, also a path that leads elsewhere.
    """
    if not _UUID.fullmatch(attachment_id):
        raise no_attachment_error(attachment_id)
    return f"{_FOLDER}/{attachment_id}"


def no_attachment_error(attachment_id: str) -> NotFoundError:
    return NotFoundError(f'The store has no attachment "{attachment_id}" of this trace.')
