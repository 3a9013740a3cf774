"""The command line, and the composition root: settings → gateway → server."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any

from pydantic import ValidationError

from mcp_traces import __version__
from mcp_traces.logs import configure_logging
from mcp_traces.settings import Settings

EXIT_FAILED = 1
EXIT_USAGE = 2

_COMMANDS = {
    "serve": "answer MCP clients, over stdio or as --transport says (the default)",
    "check": "say what a client would see of the configured store, or what is wrong",
    "demo": "make a sample store and walk through the tools as a real client",
    "config": "print what to tell an MCP client, or write it into its file; `mcp-traces config --help` tells more",
    "token": "make, list and remove the tokens of --auth token; `mcp-traces token --help` tells more",
}

_WITH_ARGUMENTS = {
    "token": "mcp-traces token add NAME --token-file FILE",
    "config": "mcp-traces config CLIENT --tracking-uri URI",
}
"""The commands that read what follows them by themselves, with an example of each."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 when it failed, 2 when it was called wrongly."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in _WITH_ARGUMENTS:
        return {"token": _token, "config": _config}[words[0]](words[1:])
    parser = build_parser()
    arguments, unknown = parser.parse_known_args(words)
    if example := _WITH_ARGUMENTS.get(arguments.command):
        parser.error(f"`{arguments.command}` comes before its flags: {example}")
    if unknown:
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    flags = {name: value for name, value in vars(arguments).items() if name != "command"}
    return _run({"serve": _serve, "check": _check, "demo": _demo}[arguments.command], flags)


def _run(command: Callable[[Settings], int], flags: dict[str, Any]) -> int:
    try:
        settings = Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        print(_explain_settings(error), file=sys.stderr)
        return EXIT_USAGE
    configure_logging(settings.log_level, settings.log_format)
    return command(settings)


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mcp-traces",
        description="The MCP server through which AI agents find and read MLflow traces.",
        epilog="Every flag is also an environment variable: --max-chars is MCP_TRACES_MAX_CHARS. "
        "MLflow's own variables (MLFLOW_TRACKING_URI, MLFLOW_TRACKING_TOKEN, ...) keep their meaning.",
    )
    parser.add_argument("--version", action="version", version=f"mcp-traces {__version__}")
    commands = "; ".join(f"{name}: {what}" for name, what in _COMMANDS.items())
    parser.add_argument("command", nargs="?", default="serve", choices=_COMMANDS, help=commands)
    _add_settings(parser)
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    for name, field in public_settings().items():
        parser.add_argument(f"--{name.replace('_', '-')}", help=(field.description or "").replace("%", "%%"))


def public_settings() -> dict[str, Any]:
    """The settings that have a flag; MLflow's own credentials are read from the environment alone."""
    return {name: field for name, field in Settings.model_fields.items() if not field.exclude}


def _serve(settings: Settings) -> int:
    return _serve_http(settings) if settings.transport == "http" else _serve_stdio(settings)


def _serve_http(settings: Settings) -> int:
    import anyio

    from mcp_traces.errors import TracesError
    from mcp_traces.http.serve import end_process, refuse_unsafe
    from mcp_traces.http.service import run_service
    from mcp_traces.store.open_gateway import open_gateway

    try:
        refuse_unsafe(settings)
        anyio.run(run_service, settings, open_gateway(settings))
    except TracesError as error:
        print(f"mcp-traces: {error}", file=sys.stderr)
        return EXIT_FAILED
    end_process()


def _serve_stdio(settings: Settings) -> int:
    # Imported here, as `--version` and a wrong flag should not wait for the SDK.
    import anyio

    from mcp_traces.errors import TracesError
    from mcp_traces.server import build_server
    from mcp_traces.store.open_gateway import open_gateway

    async def serve() -> None:
        gateway = open_gateway(settings)
        try:
            await build_server(settings, gateway).run_stdio_async()
        finally:
            with anyio.CancelScope(shield=True):
                await gateway.aclose()

    # The SDK's reader of stdin is a thread that nothing wakes, so Ctrl-C as an exception would wait for it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        anyio.run(serve)
    except TracesError as error:
        print(f"mcp-traces: {error}", file=sys.stderr)
        return EXIT_FAILED
    # A worker thread amid an import or a statement would keep the process for as long as that takes.
    sys.stderr.flush()
    os._exit(0)


def _check(settings: Settings) -> int:
    import anyio

    from mcp_traces.check import check_store
    from mcp_traces.errors import TracesError
    from mcp_traces.store.open_gateway import open_gateway

    async def check() -> int:
        try:
            async with aclosing(open_gateway(settings)) as gateway:
                async for line in check_store(settings, gateway):
                    print(line)
        except TracesError as error:
            print(f"FAILED     {error}")
            return EXIT_FAILED
        return 0

    return anyio.run(check)


def _demo(settings: Settings) -> int:
    from mcp_traces.demo.session import run_demo

    return run_demo()


def _config(words: Sequence[str]) -> int:
    from mcp_traces.clients.command import add_config_arguments, run_config

    parser = argparse.ArgumentParser(
        prog="mcp-traces config",
        description="What to tell an MCP client so that it finds this server, with the settings as they are here. With "
        "--transport http it is told the URL. Secrets are never printed: the client asks for them, or is told their "
        "variable.",
    )
    add_config_arguments(parser)
    _add_settings(parser)
    arguments = parser.parse_args(words)

    def run(settings: Settings) -> None:
        said = run_config(settings, arguments)
        print("\n".join(said.lines))
        print("".join(f"{note}\n" for note in said.notes), end="", file=sys.stderr)

    return _run(partial(_tell, run), {name: getattr(arguments, name) for name in public_settings()})


def _token(words: Sequence[str]) -> int:
    from mcp_traces.http.token_command import parse_token_command, run_token_command

    arguments = parse_token_command(words)

    def run(settings: Settings) -> None:
        print("\n".join(run_token_command(settings, arguments)))

    return _run(partial(_tell, run), {"token_file": arguments.token_file})


def _tell(what: Callable[[Settings], None], settings: Settings) -> int:
    from mcp_traces.errors import InvalidArgumentError, TracesError

    try:
        what(settings)
    except TracesError as error:
        print(f"mcp-traces: {error}", file=sys.stderr)
        return EXIT_USAGE if isinstance(error, InvalidArgumentError) else EXIT_FAILED
    return 0


def _explain_settings(error: ValidationError) -> str:
    lines = [f"{'.'.join(map(str, one['loc']))}: {one['msg']} (got {one['input']!r})" for one in error.errors()]
    return "mcp-traces: a setting has a value it cannot have.\n  " + "\n  ".join(lines)
