"""The failures we foresee, as one tree; each message tells an agent what was wrong and what to do next.

TracesError                 everything below; its text is written for the caller
├── InvalidArgumentError    an argument has a value we cannot use
│   ├── InvalidFilterError  the `filter` text is not one MLflow would take
│   └── InvalidCursorError  the `cursor` is damaged, or belongs to another query
├── NotFoundError           the named thing does not exist, or may not be seen
│   ├── TraceNotFoundError
│   ├── RunNotFoundError
│   └── ExperimentNotFoundError
├── ExperimentRequiredError no experiment was named and the choice is not ours
├── BusyError               the caller has too many calls under way; this one was not begun
├── ClientFileError         the configuration file of an MCP client cannot be read, or not be changed
├── TokenFileError          the file of tokens cannot be read, or not be changed so
└── StoreError              the MLflow store could not answer
    ├── StoreMissingError       there is no store at the configured place
    ├── StoreSchemaError        the database was made by another MLflow version
    ├── StoreUnavailableError   unreachable, overloaded or failing; may work later
    ├── StoreTimeoutError       it did not answer within the time one call has
    ├── StoreDeniedError        it refused our credentials or our rights
    │   └── StoreForbiddenError     it knows who asks, who may not read this
    └── StoreUnsupportedError   it cannot do what was asked
"""


class TracesError(Exception):
    """A foreseen failure.

    `message` says what was wrong and why; `hint` names the valid values or the call to make next. Both reach the
    client, so neither may hold credentials or SQL.
    """

    code = "error"

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class InvalidArgumentError(TracesError):
    code = "invalid_argument"


class InvalidFilterError(InvalidArgumentError):
    code = "invalid_filter"


class InvalidCursorError(InvalidArgumentError):
    code = "invalid_cursor"


class NotFoundError(TracesError):
    code = "not_found"


class TraceNotFoundError(NotFoundError):
    code = "trace_not_found"


class RunNotFoundError(NotFoundError):
    code = "run_not_found"


class ExperimentNotFoundError(NotFoundError):
    code = "experiment_not_found"


class ExperimentRequiredError(TracesError):
    code = "experiment_required"


class BusyError(TracesError):
    code = "busy"


class TokenFileError(TracesError):
    code = "token_file"


class ClientFileError(TracesError):
    code = "client_file"


class StoreError(TracesError):
    code = "store_error"


class StoreMissingError(StoreError):
    code = "store_missing"


class StoreSchemaError(StoreError):
    code = "store_schema"


class StoreUnavailableError(StoreError):
    code = "store_unavailable"


class StoreTimeoutError(StoreError):
    code = "store_timeout"


class StoreDeniedError(StoreError):
    code = "store_denied"


class StoreForbiddenError(StoreDeniedError):
    code = "store_forbidden"


class StoreUnsupportedError(StoreError):
    code = "store_unsupported"
