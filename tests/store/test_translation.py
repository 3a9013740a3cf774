"""MLflow's error codes and texts become ours in one table, complete for what MLflow can answer."""

import pytest
from inline_snapshot import snapshot

from mcp_traces.errors import InvalidArgumentError, StoreError, TracesError
from mcp_traces.store.translation import ERRORS_BY_CODE, clean_message, translate_error

NOT_OURS = {
    "ALREADY_EXISTS",
    "RESOURCE_ALREADY_EXISTS",
    "RESOURCE_CONFLICT",
    "INVALID_STATE_TRANSITION",
    "PARTIAL_DELETE",
    "DIRECTORY_NOT_EMPTY",
    "DIRECTORY_PROTECTED",
    "DRY_RUN_FAILED",
    "RESOURCE_LIMIT_EXCEEDED",
    "MAX_BLOCK_SIZE_EXCEEDED",
    "MAX_READ_SIZE_EXCEEDED",
    "MAX_LIST_SIZE_EXCEEDED",
    "MAX_NOTEBOOK_SIZE_EXCEEDED",
    "MAX_CHILD_NODE_SIZE_EXCEEDED",
    "MANAGED_RESOURCE_GROUP_DOES_NOT_EXIST",
    "PERMISSION_NOT_PROPAGATED",
    "DEPLOYMENT_TIMEOUT",
    "PROJECTS_OPERATION_TIMEOUT",
    "IPYNB_FILE_IN_REPO",
    "INSECURE_PARTNER_RESPONSE",
    "MALFORMED_PARTNER_RESPONSE",
}
"""Codes of writing, of workspaces' folders and of deployments, which no route that reads traces answers with."""

CATALOG = (
    "GIT_",
    "METASTORE_",
    "DAC_",
    "CATALOG_",
    "SCHEMA_",
    "TABLE_",
    "SHARE_",
    "RECIPIENT_",
    "STORAGE_",
    "EXTERNAL_",
    "PRINCIPAL_",
    "PROVIDER_",
)
"""Prefixes of the codes of Databricks' catalogue and repositories."""


def mlflow_codes() -> list[str]:
    from mlflow.protos.databricks_pb2 import ErrorCode

    return list(ErrorCode.keys())


def test_every_code_that_mlflow_can_answer_with_is_mapped() -> None:
    """A code that a new MLflow adds is seen here and decided on, not met first by a user."""
    meant_for_us = {code for code in mlflow_codes() if code not in NOT_OURS and not code.startswith(CATALOG)}

    assert meant_for_us == set(ERRORS_BY_CODE)


@pytest.mark.parametrize(("code", "expected"), [(code, kind) for code, (kind, _) in ERRORS_BY_CODE.items()])
def test_each_code_becomes_its_error(code: str, expected: type[TracesError]) -> None:
    """The kind decides what an agent is told to do next."""
    error = translate_error(code, "what MLflow said", "the store")

    assert type(error) is expected
    if issubclass(expected, StoreError):
        assert error.message == f"MLflow at the store answered {code}: what MLflow said."
    else:
        assert error.message == f"MLflow answered {code}: what MLflow said"


def test_a_code_nobody_knows_reads_as_a_failing_store() -> None:
    """Rather than as the caller's mistake."""
    assert type(translate_error("SOMETHING_NEW", "x", "the store")) is StoreError


def test_an_internal_error_that_is_the_callers_mistake_is_told_as_one() -> None:
    """MLflow answers 500 to a number beyond 64 bits and to `order_by end_time`."""
    error = translate_error("INTERNAL_ERROR", "Python int too large to convert to SQLite INTEGER", "the store")

    assert type(error) is InvalidArgumentError


MESSAGES = {
    "SQL and parameters": (
        "(sqlite3.OperationalError) no such column: x\n[SQL: SELECT x FROM t WHERE a = ?]\n[parameters: ('secret',)]\n"
        "(Background on this error at: https://sqlalche.me/e/21/e3q8)",
        snapshot("no such column: x"),
    ),
    "PostgreSQL's excerpt of the statement": (
        "(psycopg.errors.UndefinedFunction) operator does not exist\nLINE 1: SELECT trace_info.x\n   ^\nHINT: cast",
        snapshot("operator does not exist"),
    ),
    "several lines": (
        "connection failed: refused\n\tIs it running?",
        snapshot("connection failed: refused Is it running?"),
    ),
    "credentials in a URI": (
        "cannot open postgresql://bob:pa@ss/w?rd@db.example:5432/mlflow now",
        snapshot("cannot open postgresql://db.example:5432/mlflow now"),
    ),
    "a password as an option": (
        "bad dsn host=db password=hunter2 user=u",
        snapshot("bad dsn host=db password=*** user=u"),
    ),
    "a set": (
        "Valid keys are '{'status', 'execution_time', 'name'}'",
        snapshot("Valid keys are '{'execution_time', 'name', 'status'}'"),
    ),
    "an object's address": (
        "malformed node: <ast.Name object at 0x7f525827a650>",
        snapshot("malformed node: <ast.Name>"),
    ),
    "nothing to clean": ("Invalid filter '  {a}'", snapshot("Invalid filter '  {a}'")),
}


@pytest.mark.parametrize(("text", "expected"), MESSAGES.values(), ids=MESSAGES)
def test_an_error_text_is_fit_to_be_shown(text: str, expected: str) -> None:
    """SQL, recorded values and credentials stay here, and one mistake reads the same each time."""
    assert clean_message(text) == expected
