"""The file of static tokens: what it holds, and how it is changed so that nothing is lost or shown."""

import hashlib
import os
import re
import secrets
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
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
        with path.open("rb") as file, _locked(file.fileno(), shared=True):
            content = file.read()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise TokenFileError(f"The token file {path} cannot be read: {error.strerror}.") from error
    return _entries(path, content)


def _entries(path: Path, content: bytes) -> tuple[TokenEntry, ...]:
    if not content.strip():
        return ()
    try:
        return _Content.model_validate_json(content).tokens
    except ValidationError as error:
        # Without the cause, which quotes what it found.
        raise TokenFileError(f"The token file {path} is damaged: {_explain(error)}.", "Fix or remove it.") from None


def add_token(path: Path, name: str, experiments: Sequence[str] | None) -> str:
    """A new token of that name. Raises InvalidArgumentError for the name, TokenFileError where it is taken."""
    if not _NAME.match(name):
        raise InvalidArgumentError(f"{name!r} is no name for a token.", "Use 1 to 64 letters, digits and `_.@-`.")
    token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    only = None if experiments is None else tuple(experiments)
    created = datetime.now(UTC).replace(microsecond=0)
    entry = TokenEntry(name=name, sha256=hash_of(token), experiments=only, created=created)
    with _changing(path) as file:
        if any(one.name == name for one in file.entries):
            raise TokenFileError(f"There is a token named {name!r} already.", "Take another name, or remove it first.")
        file.write((*file.entries, entry))
    return token


def remove_token(path: Path, name: str) -> None:
    """Raises NotFoundError where there is none of that name, TokenFileError where the file cannot be changed."""
    if not path.exists():
        raise NotFoundError(f"There is no token named {name!r} in {path}.", "Known names: none.")
    with _changing(path) as file:
        kept = tuple(one for one in file.entries if one.name != name)
        if len(kept) == len(file.entries):
            names = ", ".join(one.name for one in file.entries) or "none"
            raise NotFoundError(f"There is no token named {name!r} in {path}.", f"Known names: {names}.")
        file.write(kept)


@dataclass(frozen=True, slots=True)
class _OpenFile:
    """The token file while it is changed: `content` is what it held, `entries` its tokens."""

    descriptor: int
    content: bytes
    entries: tuple[TokenEntry, ...]

    def write(self, entries: tuple[TokenEntry, ...]) -> None:
        """In place: a file that is mounted alone is the same file for whoever mounted it.

        The owner and the mode stay. Where it fails, the file is as it was.
        """
        try:
            self._put(_Content(tokens=entries).model_dump_json(indent=2).encode() + b"\n")
        except BaseException:
            self._put(self.content)
            raise

    def _put(self, content: bytes) -> None:
        # Blanks to the old end keep it JSON until it is shortened, for whoever reads it without asking for the lock.
        padded = content.ljust(len(self.content))
        os.lseek(self.descriptor, 0, os.SEEK_SET)
        while padded:
            padded = padded[os.write(self.descriptor, padded) :]
        os.ftruncate(self.descriptor, len(content))
        os.fsync(self.descriptor)


@contextmanager
def _changing(path: Path) -> Generator[_OpenFile]:
    """The file, made where it is missing, for its owner alone; nobody else reads or changes it meanwhile."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with _locked(descriptor):
                content = b"".join(iter(lambda: os.read(descriptor, 1 << 20), b""))
                yield _OpenFile(descriptor, content, _entries(path, content))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise TokenFileError(f"The token file {path} cannot be written: {error.strerror}.") from error


@contextmanager
def _locked(descriptor: int, *, shared: bool = False) -> Generator[None]:
    """Windows has no such lock: there it is left to the people. Nor have some network file systems."""
    if sys.platform != "win32":
        import fcntl

        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
    yield


def _explain(error: ValidationError) -> str:
    """What is wrong where, in words and keys of ours only: what stands in the file may be a token."""
    first = error.errors()[0]
    ours = TokenEntry.model_fields.keys() | _Content.model_fields.keys()
    place = ".".join(str(part) for part in first["loc"] if isinstance(part, int) or part in ours)
    return f"{place}: {first['msg']}" if place else first["msg"]
