"""Where each client keeps its configuration, and how that file is changed: whole or not at all, with a backup."""

import os
import secrets
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mcp_traces.clients.servers import NAME
from mcp_traces.clients.shapes import Document, Shape
from mcp_traces.clients.texts import merged, parsed, rewritten
from mcp_traces.errors import ClientFileError

MAX_BYTES = 10_000_000
"""Nobody's configuration; a wrong path, rather."""


def file_of(name: str) -> Path:
    """The file that the client reads: the user's own, or that of the folder for those that share it with a project."""
    home = Path.home()
    match name:
        case "claude-desktop":
            return _applications(home) / "Claude" / "claude_desktop_config.json"
        case "claude-code":
            return Path(".mcp.json").absolute()
        case "vscode":
            return Path(".vscode", "mcp.json").absolute()
        case "cursor":
            return home / ".cursor" / "mcp.json"
        case "windsurf":
            return home / ".codeium" / "windsurf" / "mcp_config.json"
        case "codex":
            return Path(os.environ.get("CODEX_HOME") or home / ".codex") / "config.toml"
        case _:
            return home / ".gemini" / "settings.json"


def _applications(home: Path) -> Path:
    """Where applications keep what they are told."""
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")
    return Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")


@dataclass(frozen=True, slots=True)
class ClientFile:
    """A client's file as it was read; `data` is None where there is none yet."""

    shape: Shape
    path: Path
    data: bytes | None
    document: Document

    @property
    def entry(self) -> object:
        """The server of our name that is in it already."""
        return self.document.get(self.shape.key, {}).get(NAME)

    def with_server(self, addition: Document) -> Document:
        return merged(self.shape, self.document, addition)

    def change(self, document: Document) -> Path | None:
        """Write the document; the path of the backup, if there was anything. Raises ClientFileError."""
        try:
            text = rewritten(self.shape, (self.data or b"").decode("utf-8-sig"), document)
            return self._replace(text.encode())
        except (OSError, ValueError) as error:
            raise ClientFileError(f"{self.path} cannot be written: {_reason(error)}.", _UNTOUCHED) from error
        except ClientFileError as error:
            raise ClientFileError(f"{self.path} {error.message}", _UNTOUCHED) from error

    def _replace(self, data: bytes) -> Path | None:
        target = self.path.resolve()  # a link stays one
        target.parent.mkdir(parents=True, exist_ok=True)
        before = _bytes_of(target)
        if before != self.data:
            raise ClientFileError("was changed by another program just now.")
        mode = 0o666 if before is None else stat.S_IMODE(target.stat().st_mode)
        backup = None if before is None else _backed_up(target, before, mode)
        beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            _write_new(beside, data, mode, exactly=before is not None)
            beside.replace(target)
        finally:
            with suppress(FileNotFoundError):
                beside.unlink()
        return backup


_UNTOUCHED = "It is as it was. Without --write, `mcp-traces config` prints what to paste into it by hand."


def read_client_file(shape: Shape, path: Path) -> ClientFile:
    """Raises ClientFileError where it cannot be read and kept as it is."""
    try:
        data = _bytes_of(path)
        return ClientFile(shape, path, data, parsed(shape, (data or b"").decode("utf-8-sig")))
    except (OSError, UnicodeDecodeError) as error:
        raise ClientFileError(f"{path} cannot be read: {_reason(error)}.", _UNTOUCHED) from error
    except ClientFileError as error:
        comments = " Comments are no JSON." if shape.syntax == "json" else ""
        raise ClientFileError(f"{path} {error.message}{comments}", _UNTOUCHED) from error


def _bytes_of(path: Path) -> bytes | None:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ClientFileError(f"is larger than {MAX_BYTES:,} bytes.")
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _backed_up(target: Path, data: bytes, mode: int) -> Path:
    """A copy beside the file, named after the time, and after a number where that name is taken."""
    moment = f"{target.name}.backup-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    for number in range(1, 1_000):
        backup = target.with_name(moment if number == 1 else f"{moment}-{number}")
        with suppress(FileExistsError):
            _write_new(backup, data, mode, exactly=True)
            return backup
    raise ClientFileError("has no free name for a backup beside it.")


def _write_new(path: Path, data: bytes, mode: int, *, exactly: bool) -> None:
    """A file that was not there; its mode is `mode` exactly, or what this user's files have of it."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if exactly else mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if exactly:
        path.chmod(mode)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
