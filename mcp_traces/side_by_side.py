"""Several questions at a time, answered in the order in which they were asked."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar, cast

import anyio

Answer = TypeVar("Answer")


async def side_by_side(questions: Iterable[Callable[[], Awaitable[Answer]]], *, at_once: int = 8) -> list[Answer]:
    """The answers to all; the first error ends the others and is raised as it is, not in a group."""
    answers: dict[int, Answer] = {}
    free = anyio.CapacityLimiter(at_once)

    async def ask(number: int, question: Callable[[], Awaitable[Answer]]) -> None:
        async with free:
            answers[number] = await question()

    try:
        async with anyio.create_task_group() as tasks:
            for number, question in enumerate(questions):
                tasks.start_soon(ask, number, question)
    except ExceptionGroup as group:
        raise _first(group) from group
    return [answers[number] for number in sorted(answers)]


def _first(error: Exception) -> Exception:
    while isinstance(error, ExceptionGroup):
        error = cast("ExceptionGroup[Exception]", error).exceptions[0]
    return error
