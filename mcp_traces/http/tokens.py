"""Static tokens: whom one belongs to, by the token file as it is now."""

import hmac
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

import anyio
from anyio import to_thread

from mcp_traces.callers import Caller
from mcp_traces.errors import TokenFileError
from mcp_traces.http.auth import Rejection
from mcp_traces.http.token_store import TokenEntry, hash_of, read_tokens

LOOK_AGAIN_S = 1.0
"""For so long at most a token that was removed still opens."""

SETTLED_S = 2.0
"""For so long after a change the file is read at each look: a second change may leave the same times and size."""

logger: logging.Logger = logging.getLogger(__name__)


class TokenFile:
    """An Authenticator over one file, which may change while the server runs.

    It is read here once, so that whoever starts the server learns at once that nobody would be let in.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._lock = anyio.Lock()
        self._seen: tuple[int, ...] | None = None
        self._entries: tuple[TokenEntry, ...] | None = None
        self._problems: tuple[str, ...] = ()
        self._look()
        self._look_again_at = clock() + LOOK_AGAIN_S

    async def caller_of(self, token: str) -> Caller:
        """Whoever the token belongs to. Raises Rejection."""
        entries = await self._current()
        if entries is None:
            raise Rejection(503, "temporarily_unavailable", "The server cannot read its tokens; its log says why.")
        digest = hash_of(token)
        # Every entry is compared, and in constant time: how long it takes tells nothing of the hashes.
        owners = [entry for entry in entries if hmac.compare_digest(entry.sha256, digest)]
        if not owners:
            raise Rejection(401, "invalid_token", "The server does not know this token: it is wrong or was removed.")
        return Caller(owners[0].name, owners[0].experiments)

    async def _current(self) -> tuple[TokenEntry, ...] | None:
        """None while the file cannot be read. Looked at once a second on a thread, as a disk may be slow."""
        async with self._lock:
            if self._clock() >= self._look_again_at:
                await to_thread.run_sync(self._look)
                self._look_again_at = self._clock() + LOOK_AGAIN_S
            return self._entries

    def _look(self) -> None:
        found = _found(self._path)
        seen = _fingerprint(found) if found and time.time() - found.st_mtime > SETTLED_S else None
        if seen is not None and seen == self._seen:
            return
        try:
            self._entries, self._seen = read_tokens(self._path), seen
            self._tell(_weaknesses(self._path, self._entries, found))
        except TokenFileError as error:
            # Tried again at each look: want of file handles, for one, ends without a change of the file.
            self._entries, self._seen = None, None
            self._tell((f"{error} Nobody is let in.",))

    def _tell(self, problems: tuple[str, ...]) -> None:
        for problem in problems:
            if problem not in self._problems:
                logger.warning("%s", problem)
        self._problems = problems


def _found(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None  # reading it will say why


def _fingerprint(found: os.stat_result) -> tuple[int, ...]:
    """Another one whenever the file, its owner or its mode is."""
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def _weaknesses(path: Path, entries: tuple[TokenEntry, ...], found: os.stat_result | None) -> tuple[str, ...]:
    empty = f"The token file {path} is missing or holds no token: nobody is let in until `mcp-traces token add NAME`."
    readable = f"The token file {path} can be read or changed by other users of this machine: chmod 600 is enough."
    # Windows keeps rights elsewhere, and shows every file as open to all.
    open_to_others = os.name == "posix" and found and found.st_mode & 0o077
    return (*([] if entries else [empty]), *([readable] if open_to_others else []))
