"""`mcp-traces token`: make, list and remove the tokens of `--auth token`."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import UTC, datetime

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.http.token_store import TokenEntry, add_token, read_tokens, remove_token, token_path
from mcp_traces.settings import Settings

_EVERYTHING = "all that the server shows"


def parse_token_command(words: Sequence[str]) -> Namespace:
    """What follows `token` on the command line; ends the process as argparse does where it is wrong."""
    parser = ArgumentParser(
        prog="mcp-traces token",
        description="The tokens that `mcp-traces --transport http --auth token` lets in. A running server takes up "
        "changes within 2 seconds.",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="{add,list,remove}")
    common = ArgumentParser(add_help=False)
    common.add_argument("--token-file", help=Settings.model_fields["token_file"].description)
    name = ArgumentParser(add_help=False)
    name.add_argument("name", metavar="NAME", help="of a person or program: 1 to 64 letters, digits and `_.@-`")
    add = actions.add_parser("add", parents=[name, common], help="make a token, and show it this once")
    add.add_argument(
        "--experiments", dest="own", metavar="A,B", help=f"ids or names it may see (default: {_EVERYTHING})"
    )
    actions.add_parser("list", parents=[common], help="names, when each was made, and experiments")
    actions.add_parser("remove", parents=[name, common], help="let a token in no more")
    return parser.parse_args(words)


def run_token_command(settings: Settings, arguments: Namespace) -> list[str]:
    """The lines to print. Raises TracesError."""
    path = token_path(settings)
    match arguments.action:
        case "add":
            own = _experiments(arguments.own)
            return _added(settings, arguments.name, own, add_token(path, arguments.name, own))
        case "remove":
            remove_token(path, arguments.name)
            return [f"Removed {arguments.name!r}; a running server lets it in no more within 2 seconds."]
        case _:
            return _table(read_tokens(path)) or [f"No tokens in {path}. Make one: mcp-traces token add NAME"]


def _experiments(written: str | None) -> tuple[str, ...] | None:
    if written is None:
        return None
    parts = tuple(part.strip() for part in written.split(",") if part.strip())
    if not parts:
        # An unset variable of a script, most likely: neither all nor nothing is what was meant.
        raise InvalidArgumentError("--experiments names none.", f"Leave it out for {_EVERYTHING}.")
    return parts


def _added(settings: Settings, name: str, own: tuple[str, ...] | None, token: str) -> list[str]:
    url = settings.public_url or f"http://127.0.0.1:{settings.port}/mcp"
    return [
        f"A token for {name!r}, which may see {_shown(own)}. It is shown only this once:",
        "",
        token,
        "",
        "In Claude Code, with this token as TOKEN:",
        f'  claude mcp add --transport http mlflow-traces {url} --header "Authorization: Bearer TOKEN"',
    ]


def _table(entries: Sequence[TokenEntry]) -> list[str]:
    width = max((len(one.name) for one in entries), default=0)
    return [f"{one.name:<{width}}  {_utc(one.created)}  {_shown(one.experiments)}" for one in entries]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _shown(own: tuple[str, ...] | None) -> str:
    return _EVERYTHING if own is None else ", ".join(own)
