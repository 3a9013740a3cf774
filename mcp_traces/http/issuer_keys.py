"""The issuer's keys as they are kept: asked for seldom, once for everybody, and of use for a while without it."""

import logging
from collections.abc import Callable

import anyio
from jwt import PyJWK

from mcp_traces.http.jwks import IssuerUnavailableError, KeySource

KEPT_S = 300.0
USABLE_S = 3_600.0
"""While the issuer is down its keys stay good: it made them to last longer than most outages."""
ASK_AGAIN_S = 10.0
"""Anybody can make up key ids, and must not make us hammer the issuer; nor should we while it is down."""

logger: logging.Logger = logging.getLogger(__name__)


class IssuerKeys:
    """Fetching is asynchronous, with httpx2, as everything else here: no thread waits for a slow issuer."""

    def __init__(self, source: KeySource, clock: Callable[[], float]) -> None:
        self._source = source
        self._clock = clock
        self._keys: tuple[PyJWK, ...] = ()
        self._usable_until = self._due_at = self._unknown_at = clock()
        self._attempts = 0
        self._answered = False
        self._fetching = anyio.Lock()

    async def find(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        """The key with this id; without one, the only key of the algorithm (OpenID Connect Core 1.0, section 10.1).

        Raises IssuerUnavailableError when there are no keys to look among, or the one that is missing may be new.
        """
        seen = self._attempts
        if self._clock() >= self._due_at and not (self._usable and self._fetching.locked()):
            await self._fetch(seen)
        if not self._usable:
            raise IssuerUnavailableError
        found = self._among(key_id, algorithm)
        if found is None and self._clock() >= self._unknown_at:
            await self._fetch(seen, unknown_key=True)
            found = self._among(key_id, algorithm)
        if found is None and not self._answered:
            raise IssuerUnavailableError
        return found

    @property
    def _usable(self) -> bool:
        return self._clock() < self._usable_until

    def _among(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        fitting = [key for key in self._keys if key.algorithm_name == algorithm]
        if key_id is None:
            return fitting[0] if len(fitting) == 1 else None
        return next((key for key in fitting if key.key_id == key_id), None)

    async def _fetch(self, seen: int, *, unknown_key: bool = False) -> None:
        """Unless somebody did since the `seen` attempt: whoever waits for the lock shares what its holder gets.

        What was fetched while a call waited is as new as can be.
        """
        async with self._fetching:
            if self._attempts != seen:
                return
            await self._attempt()
            self._attempts += 1
            if unknown_key:
                self._unknown_at = self._clock() + ASK_AGAIN_S

    async def _attempt(self) -> None:
        try:
            self._keys = await self._source.fetch()
        except IssuerUnavailableError as error:
            self._answered = False
            logger.warning("The keys of oidc_issuer cannot be had: %s.", error)
            self._due_at = max(self._due_at, self._clock() + ASK_AGAIN_S)
        else:
            self._answered = True
            self._due_at, self._usable_until = self._clock() + KEPT_S, self._clock() + USABLE_S
