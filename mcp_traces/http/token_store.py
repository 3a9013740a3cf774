"""The file of static tokens: what it holds, and how it is changed so that nothing is lost or shown."""

import hashlib
import os
import re
import secrets
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from mcp_traces.errors import InvalidArgumentError, NotFoundError, TokenFileError
from mcp_traces.settings import Settings

PREFIX = "mcpt_"
"""By which people and scanners for leaked secrets know one of ours."""

TOKEN_BYTES = 32
_NAME = re.compile(r"\A[\w.@-]{1,64}\Z")


class TokenEntry(BaseModel):
    """One token, of which only the hash is kept; `experiments` are ids or names, None is all that the server shows.

    A key that is unknown or missing is an error: read as "all experiments", a slip of the hand would open everything.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", regex_engine="python-re")

    name: str = Field(pattern=_NAME)
    # Random tokens are beyond guessing, so a fast hash is enough: https://datatracker.ietf.org/doc/html/rfc6819#section-5.1.4.1.3
    sha256: str = Field(pattern=r"\A[0-9a-f]{64}\Z", repr=False)
    experiments: tuple[str, ...] | None
    created: AwareDatetime


class _Content(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    tokens: tuple[TokenEntry, ...]

    @model_validator(mode="after")
    def _tell_apart(self) -> "_Content":
        if min(len({one.name for one in self.tokens}), len({one.sha256 for one in self.tokens})) < len(self.tokens):
            raise ValueError("two entries have the same name or hash")
        return self


def token_path(settings: Settings) -> Path:
    """Raises InvalidArgumentError where `~` means nothing."""
    try:
        return settings.token_file.expanduser()
    except RuntimeError as error:
        raise InvalidArgumentError(
            f"--token-file {settings.token_file}: there is no such home folder.", "Give a path without `~`."
        ) from error


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def read_tokens(path: Path) -> tuple[TokenEntry, ...]:
    """The tokens of the file; none where it is missing or empty. Raises TokenFileError, whose text holds no secret."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise TokenFileError(f"The token file {path} cannot be read: {error.strerror}.") from error
    if not content.strip():
        return ()
    try:
        return _Content.model_validate_json(content).tokens
    except ValidationError as error:
        # Without the cause, which quotes what it found.
        raise TokenFileError(f"The token file {path} is damaged: {_explain(error)}.", "Mend or remove it.") from None


def add_token(path: Path, name: str, experiments: Sequence[str] | None) -> str:
    """A new token of that name. Raises InvalidArgumentError for the name, TokenFileError where it is taken."""
    if not _NAME.match(name):
        raise InvalidArgumentError(f"{name!r} is no name for a token.", "Use 1 to 64 letters, digits and `_.@-`.")
    token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    only = None if experiments is None else tuple(experiments)
    created = datetime.now(UTC).replace(microsecond=0)
    entry = TokenEntry(name=name, sha256=hash_of(token), experiments=only, created=created)
    with _only_writer(Path(os.path.realpath(path))) as target:
        known = read_tokens(target)
        if any(one.name == name for one in known):
            raise TokenFileError(f"There is a token named {name!r} already.", "Take another name, or remove it first.")
        _write(target, (*known, entry))
    return token


def remove_token(path: Path, name: str) -> None:
    """Raises NotFoundError where there is none of that name, TokenFileError where the file cannot be changed."""
    with _only_writer(Path(os.path.realpath(path))) as target:
        known = read_tokens(target)
        kept = tuple(one for one in known if one.name != name)
        if len(kept) == len(known):
            names = ", ".join(one.name for one in known) or "none"
            raise NotFoundError(f"There is no token named {name!r} in {path}.", f"Known names: {names}.")
        _write(target, kept)


@contextmanager
def _only_writer(path: Path) -> Generator[Path]:
    """Nobody else changes the file meanwhile (on Windows, which has no such lock, that is left to the people)."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A file of its own, as the one with the tokens is another after each change.
        lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if sys.platform != "win32":
                import fcntl

                fcntl.flock(lock, fcntl.LOCK_EX)
            yield path
        finally:
            os.close(lock)
    except OSError as error:
        raise TokenFileError(f"The token file {path} cannot be written: {error.strerror}.") from error


def _write(path: Path, entries: tuple[TokenEntry, ...]) -> None:
    """All or nothing, and for its owner alone: mkstemp makes the mode 0600."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(_Content(tokens=entries).model_dump_json(indent=2).encode() + b"\n")
            file.flush()
            os.fsync(descriptor)
            _keep_owner(descriptor, path)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _keep_owner(descriptor: int, path: Path) -> None:
    """An administrator's change must not take the file away from the user whom the server runs as."""
    if sys.platform != "win32":
        with suppress(FileNotFoundError, PermissionError):
            before = path.stat()
            os.fchown(descriptor, before.st_uid, before.st_gid)


def _explain(error: ValidationError) -> str:
    """What is wrong where, in words and keys of ours only: what stands in the file may be a token."""
    first = error.errors()[0]
    ours = TokenEntry.model_fields.keys() | _Content.model_fields.keys()
    place = ".".join(str(part) for part in first["loc"] if isinstance(part, int) or part in ours)
    return f"{place}: {first['msg']}" if place else first["msg"]
