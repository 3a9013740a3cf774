"""Which messages of a call's history were said before: histories as a tree that each call follows and goes on from.

A call mostly repeats a whole history and adds to it, so it follows the tree from its root to where it ends. A history
that was shortened (a window, a summary in place of what was old) leaves the tree and is found in it again further on:
where its messages have the same order, so that a word said twice is still two messages.
"""

from collections.abc import Iterator, Sequence

from mcp_traces.shaping.messages import Message

MAX_CANDIDATES = 16
"""Places where a shortened history may go on, the latest first; more are looked at only by data made to be slow."""

DISTINCT_CHARS = 40
"""A text this long is not said twice by chance."""


class Said:
    """A message in its place: after `parent`, before `next`."""

    __slots__ = ("_depth", "_far", "message", "next", "order", "parent")

    def __init__(self, order: int, message: Message | None, parent: "Said | None") -> None:
        self.order: int = order
        self.message: Message | None = message
        self.parent: Said | None = parent
        self.next: dict[int, Said] = {}
        # `_far` leads back in such steps that any earlier message is a logarithm of them away (Myers, 1983).
        self._depth: int = 0 if parent is None else parent._depth + 1
        self._far: Said = self if parent is None else parent._far_from_next()

    def _far_from_next(self) -> "Said":
        step = self._depth - self._far._depth
        return self._far._far if step == self._far._depth - self._far._far._depth else self

    def after(self, message: Message) -> "Said | None":
        """What was said here next, if it was `message`; ids that a library rewrote do not count."""
        return self.next.get(message.same) or self.next.get(message.alike)

    def is_below(self, other: "Said") -> bool:
        """Whether `other` is this or an earlier message of the same history."""
        place = self
        while place.order > other.order and place.parent is not None:
            place = place._far if place._far.order >= other.order else place.parent
        return place is other

    def before(self) -> Iterator["Said"]:
        """This and the earlier messages, the latest first."""
        place = self
        while place.parent is not None:
            yield place
            place = place.parent


class Histories:
    def __init__(self) -> None:
        self.start: Said = Said(-1, None, None)
        self._count = 0
        self._places: dict[int, list[Said]] = {}

    def follow(self, messages: Sequence[Message], start: Said | None = None) -> tuple[list[tuple[int, Said]], Said]:
        """Lay a history along what was said: the index and place of each message that is new, and where it ends."""
        walk = _Walk(self._places, messages, start or self.start, self._count)
        new: list[tuple[int, Said]] = []
        while walk.index < len(messages):
            if not walk.step():
                said = self.add(walk.place, messages[walk.index])
                new.append((walk.index, said))
                walk.go_on(walk.index + 1, said, followed=0)
        return new, walk.place

    def add(self, place: Said, message: Message) -> Said:
        """Say `message` after `place`, although the same may have been said there: another answer to the same."""
        said = Said(self._count, message, place)
        self._count += 1
        place.next.setdefault(message.same, said)
        place.next.setdefault(message.alike, said)
        self._places.setdefault(message.same, []).append(said)
        return said


class _Walk:
    """One history on its way along the others; `index` is its next message, `place` the message before that."""

    def __init__(self, places: dict[int, list[Said]], messages: Sequence[Message], start: Said, known: int) -> None:
        self.index = 0
        self.place = start
        self._places = places
        self._messages = messages
        self._known = known
        self._last_known = start
        self._followed = 0
        self._overlap: tuple[int, int, Said] | None = None
        self._compared = False

    def step(self) -> bool:
        """Go on to what is known of the history from here; False when its next message is new."""
        message = self._messages[self.index]
        following = self.place.after(message)
        if following is not None:
            # Instructions come first also in what a window leaves of a history.
            self.go_on(self.index + 1, following, followed=self._followed + (message.role != "system"))
        elif (found := self._overlapping() or self._resumed()) is not None:
            self.go_on(*found, followed=found[0] - self.index)
        else:
            return False
        self._last_known = self.place
        return True

    def go_on(self, index: int, place: Said, *, followed: int) -> None:
        """`followed` is for how many messages this has been the same history as another."""
        self.index, self.place, self._followed = index, place, followed

    def _overlapping(self) -> tuple[int, Said] | None:
        """Where the history meets the end of another, if it does so here: what a window leaves of it."""
        if not self._compared:
            self._compared = True
            self._overlap = self._longest_overlap()
        if self._overlap is None:
            return None
        first, last, end = self._overlap
        # What was followed until here may be another history that begins alike, but not when it explains more.
        here = first <= self.index <= last and last - first >= self._followed
        return (last + 1, end) if here and self._convinces(self._messages[first : last + 1], end) else None

    def _longest_overlap(self) -> tuple[int, int, Said] | None:
        """The first and last index of the longest stretch that ends where another history does, and that end.

        One that goes on from what is known of this history comes before all others.
        """
        best, found = (False, 0), None
        for last in range(len(self._messages) - 1, -1, -1):
            if best > (True, last):
                break
            for end in self._candidates(last):
                if end.next:
                    continue
                rank = (end.is_below(self._last_known), self._length_before(end, last))
                if rank > best:
                    best, found = rank, (last - rank[1] + 1, last, end)
        return found

    def _length_before(self, end: Said, last: int) -> int:
        length = 0
        for place in end.before():
            if length > last or place.message is None or place.message.same != self._messages[last - length].same:
                break
            length += 1
        return length

    def _resumed(self) -> tuple[int, Said] | None:
        """Where the history goes on as another did in its midst, rather as this one did than as others."""
        best, found = (False, 0), None
        for place in self._candidates(self.index):
            index, end = self._run(place)
            rank = (place.is_below(self._last_known), index)
            elsewhere = not self.place.is_below(place)
            if rank > best and elsewhere and self._convinces(self._messages[self.index : index], place):
                best, found = rank, (index, end)
        return found

    def _run(self, place: Said) -> tuple[int, Said]:
        index = self.index + 1
        while index < len(self._messages) and (following := place.next.get(self._messages[index].same)) is not None:
            index, place = index + 1, following
        return index, place

    def _candidates(self, index: int) -> list[Said]:
        """Where the message at `index` was said before this history, the latest first."""
        places = self._places.get(self._messages[index].same, ())[-MAX_CANDIDATES:]
        return [place for place in reversed(places) if place.order < self._known]

    def _convinces(self, run: Sequence[Message], place: Said) -> bool:
        """Whether `run` is a repetition: what people say or tools answer, others may too; what a model said, hardly.

        One short message alone must follow right on what is known of the same history.
        """
        if all(message.role != "assistant" for message in run):
            return False
        message = run[0]
        if len(run) > 1 or message.calls or len(message.words.text) > DISTINCT_CHARS:
            return True
        known = self._last_known
        return known is self.place and place.is_below(known)
