"""The worker: what must happen without a caller. It does its duties in turn, and outlives a database that is gone."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import psycopg

logger = logging.getLogger(__name__)

Connection = psycopg.AsyncConnection[tuple[object, ...]]
Duty = Callable[[Connection], Awaitable[None]]

EVERY = 30.0
"""Seconds between two rounds."""

LONGEST_PAUSE = 60.0
"""Seconds between two attempts at most, while the database is gone."""


async def report_backlog(connection: Connection) -> None:
    """Says in the log how many facts wait in the outbox, and since when: what an operator asks first."""
    found = await connection.execute("select count(*), min(occurred_at) from outbox where delivered_at is null")
    row = await found.fetchone()
    if row and row[0]:
        logger.info("outbox: %s facts wait, the oldest since %s", *row)


DUTIES: tuple[Duty, ...] = (report_backlog,)


async def work(
    address: str, stop: asyncio.Event, *, duties: Sequence[Duty] = DUTIES, every: float = EVERY, pause: float = 1.0
) -> None:
    """Does each duty every `every` seconds, each in a transaction of its own, until `stop` is set.

    A duty that fails does not keep the next from its turn. While the database at `address` (postgresql://, as the
    worker's own role) is gone it tries again, after `pause` seconds and each time twice as long. The log names the
    kind of a fault, never its text: that may quote a row.
    """
    wait = pause
    while not stop.is_set():
        try:
            async with await psycopg.AsyncConnection.connect(
                address, autocommit=True, connect_timeout=10
            ) as connection:
                while not stop.is_set():
                    await _round(connection, duties)
                    wait = pause
                    await _sleep(every, stop)
        except psycopg.OperationalError as fault:
            logger.warning("the database is gone (%s); next attempt in %.0f s", type(fault).__name__, wait)
            await _sleep(wait, stop)
            wait = min(wait * 2, LONGEST_PAUSE)


async def _round(connection: Connection, duties: Sequence[Duty]) -> None:
    for duty in duties:
        try:
            async with connection.transaction():
                await duty(connection)
        except psycopg.OperationalError:
            raise
        except Exception as fault:  # noqa: BLE001 - one broken duty must not end the others
            logger.error("%s failed: %s", getattr(duty, "__name__", "duty"), type(fault).__name__)  # noqa: TRY400 - no trace: it may quote a row


async def _sleep(seconds: float, stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
