"""Answers under way: from the question to the database until they have left.

Who takes a right away is answered only when no answer of before can still leave. In this process each is known and
waited for; of other processes it is known since when they ask nothing, and nobody answers later than `within()` after
the question (ADR 0126).
"""

import asyncio
import time
from contextlib import suppress
from contextvars import ContextVar

from app.domain.choices import WITHDRAWAL_SECONDS, now


def within() -> float:
    """Seconds after its first question to the database in which an answer leaves, or not at all."""
    return now(WITHDRAWAL_SECONDS)


class Answer:
    """One answer, to one request."""

    def __init__(self) -> None:
        # The moment of its first question to the database; None without one.
        self.asked_at: float | None = None
        self._settling = False
        self._left = asyncio.Event()
        self._among: set[Answer] = set()

    @property
    def too_late(self) -> bool:
        """Whether it may not leave any more: since it was asked for, what it holds may have been taken back."""
        return self.asked_at is not None and time.monotonic() - self.asked_at > within()

    def asks(self, among: set["Answer"]) -> None:
        """It asks the database something, in the process with these answers under way."""
        if self._left.is_set():
            return
        if self.asked_at is None:
            self.asked_at = time.monotonic()
        self._among = among
        among.add(self)

    def leave(self) -> None:
        """It was handed over, or it will never be."""
        self._among.discard(self)
        self._left.set()

    async def settled(self, among: set["Answer"], rest: float) -> None:
        """Every other answer among these has left; and `rest` seconds have passed."""
        # Two that take something away do not wait for each other: neither holds what is another's.
        self._settling = True
        others = [each._left.wait() for each in among if each is not self and not each._settling]  # noqa: SLF001
        with suppress(TimeoutError):
            async with asyncio.timeout(within()):
                await asyncio.gather(asyncio.sleep(rest), *others)
        # What it holds is of its own caller's change, so it begins anew.
        self.asked_at = time.monotonic()


ANSWERING: ContextVar[Answer | None] = ContextVar("answering", default=None)
