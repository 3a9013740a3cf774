"""`mcp-traces config`: what to tell a client so that it finds this server; printed, or written into its file."""

import json
import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from mcp_traces.clients.files import ClientFile, file_of, read_client_file
from mcp_traces.clients.servers import (
    EXAMPLE_URI,
    NAME,
    PLAIN_VARIABLES,
    RemoteServer,
    Server,
    names_a_store,
    server_of,
)
from mcp_traces.clients.shapes import SHAPES, Document, Shape
from mcp_traces.clients.texts import written
from mcp_traces.errors import ClientFileError, InvalidArgumentError
from mcp_traces.records import Json
from mcp_traces.redaction.masking import Redactor
from mcp_traces.settings import Settings

_MAY_HOLD_SECRETS = ("env", "headers", "http_headers")


@dataclass(frozen=True, slots=True)
class Said:
    """`lines` are for stdout, where the snippet stands alone; `notes` for whoever reads along."""

    lines: Sequence[str]
    notes: Sequence[str] = ()


def add_config_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("client", choices=SHAPES, metavar="CLIENT", help=", ".join(SHAPES))
    parser.add_argument("--write", action="store_true", help="merge it into the client's file, with a backup beside it")
    parser.add_argument("--file", type=Path, help="the file, where it is not the one that the client reads first")


def run_config(settings: Settings, arguments: Namespace) -> Said:
    """Raises TracesError."""
    shape = SHAPES[arguments.client]
    server = server_of(settings)
    addition = shape.document(server)
    path = arguments.file.absolute() if arguments.file else file_of(arguments.client)
    if not arguments.write:
        notes = [*_where(arguments.client, shape, path, server, addition), *_secrets(shape, server)]
        if not names_a_store(settings):
            notes.append(f"{EXAMPLE_URI} is an example: name your own store with --tracking-uri.")
        return Said([written(shape, addition)], notes)
    if not names_a_store(settings):
        raise InvalidArgumentError(
            "No store is named, and none is in this folder.",
            f"Repeat it with --tracking-uri: the URL of an MLflow server such as {EXAMPLE_URI}, or a database such as "
            "sqlite:////path/to/mlflow.db.",
        )
    return Said([*_write(read_client_file(shape, path), addition), *_secrets(shape, server)])


def command_line(server: Server, shape: Shape) -> str:
    """The same for Claude Code as a command."""
    if isinstance(server, RemoteServer):
        headers = [f"{name}: {start}{shape.reference(variable)}" for name, (start, variable) in server.headers.items()]
        words = [word for header in headers for word in ("--header", header)]
        return shlex.join(["claude", "mcp", "add", "--transport", "http", NAME, server.url, *words])
    told = dict(server.env) | {name: shape.reference(name) for name in server.secrets}
    variables = [word for name, value in told.items() for word in ("-e", f"{name}={value}")]
    return shlex.join(["claude", "mcp", "add", NAME, *variables, "--", server.command, *server.args])


def _where(name: str, shape: Shape, path: Path, server: Server, addition: Document) -> Iterator[str]:
    yield f"For {shape.client}, in {path}; `mcp-traces config {name} --write` puts it there."
    if name == "claude-code":
        yield f"For yourself instead of for a project: {command_line(server, shape)}"
    with suppress(ClientFileError):
        yield from _there_already(read_client_file(shape, path), addition)


def _there_already(file: ClientFile, addition: Document) -> Iterator[str]:
    if file.with_server(addition) == file.document:
        yield f"{file.path} has it already."
    elif file.entry is not None:
        yield f"{file.path} has another {NAME}, which --write replaces: {_shown(file.entry)}"


def _write(file: ClientFile, addition: Document) -> Iterator[str]:
    document = file.with_server(addition)
    if document == file.document:
        yield f"{file.path} has it already; nothing was changed."
        return
    backup = file.change(document)
    yield f"Wrote {NAME} into {file.path}{'' if backup else ', a new file'}."
    if backup:
        yield f"What it was is in {backup}."
    if file.entry is not None:
        yield f"The {NAME} that it replaces: {_shown(file.entry)}"
    yield f"Start {file.shape.client} anew, so that it reads the file."


def _shown(entry: object) -> str:
    """With its secrets masked, which may have been written by hand: of variables and headers only ours are told."""
    if isinstance(entry, dict):
        told = cast("Document", entry)
        entry = told | {group: _ours_alone(told[group]) for group in _MAY_HOLD_SECRETS if group in told}
    return json.dumps(Redactor("credentials").value(cast("Json", entry)), ensure_ascii=False)


def _ours_alone(values: object) -> object:
    if not isinstance(values, dict):
        return "…"
    return {name: value if name in PLAIN_VARIABLES else "…" for name, value in cast("Document", values).items()}


def _secrets(shape: Shape, server: Server) -> Iterator[str]:
    if server.secrets:
        yield shape.secrets_note.format(client=shape.client, names=" and ".join(server.secrets))
