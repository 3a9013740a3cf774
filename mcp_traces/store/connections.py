"""Connections to database servers that a call uses, and how they are taken from one that nobody waits for any more.

A server that is gone without a word (a lost network, a failover) answers nothing: neither a statement nor the request
to cancel it. Whoever waits for it waits in the driver, until the connection is ended from our side.
"""

import socket
from collections.abc import Callable
from functools import partial
from traceback import clear_frames
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Dialect

from mcp_traces.store.deadlines import CANCEL_S, CallOverError, current_call


def end_with_their_call(engine: Engine) -> None:
    """Let each call end the connections it waits for: new ones, those from the pool, and the pool's look whether one
    still answers, for which SQLAlchemy has no event."""
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "checkin", _give_back)
    event.listen(engine, "close", _give_back)
    event.listen(engine, "close", _free_descriptor)
    ping: Callable[[Any], bool] = engine.dialect.do_ping
    setattr(engine.dialect, "do_ping", partial(_ping, ping))  # noqa: B010


def cancel_of(connection: Any) -> Callable[[], object] | None:
    """How its statement is cancelled from another thread; None for a driver that cannot."""
    if safe := getattr(connection, "cancel_safe", None):  # psycopg: `cancel` itself may wait for ever
        return partial(safe, timeout=CANCEL_S)
    return getattr(connection, "cancel", None)


def _connect(dialect: Dialect, _record: object, arguments: list[Any], parameters: dict[str, Any]) -> Any:
    if (call := current_call.get()) and call.is_over:
        raise CallOverError
    try:
        connection = dialect.connect(*arguments, **parameters)
    except Exception as error:
        # psycopg keeps the socket of a connection that was not made until Python looks for cycles.
        clear_frames(error.__traceback__)
        raise
    try:
        _take(connection)
    except CallOverError:
        connection.close()
        raise
    return connection


def _ping(ping: Callable[[Any], bool], connection: Any) -> bool:
    _take(connection)
    return ping(connection)


def _take(connection: Any) -> None:
    if call := current_call.get():
        call.connection_taken(connection, partial(hang_up, connection))


def _give_back(connection: object, _record: object) -> None:
    if call := current_call.get():
        call.connection_given_back(connection)


def _free_descriptor(connection: Any, _record: object) -> None:
    """psycopg closes no connection that is broken: its socket would stay open until Python looks for cycles."""
    pgconn = getattr(connection, "pgconn", None)
    if pgconn is not None and connection.closed:
        pgconn.finish()


def hang_up(connection: Any) -> None:
    """End it as if the other side had: who waits for it gets an error. To close it is theirs."""
    numbered = connection if hasattr(connection, "fileno") else connection._sock  # PyMySQL's
    with socket.fromfd(numbered.fileno(), socket.AF_INET, socket.SOCK_STREAM) as same:
        same.shutdown(socket.SHUT_RDWR)
