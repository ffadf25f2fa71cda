"""The worker: what must happen without a caller. It does its duties in turn, and outlives a database that is gone."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import cast

import psycopg
from psycopg.rows import class_row

from app.integrations.facts import Fact, Receiver, to_the_log
from app.services.audit_chain import seal, seal_apart
from app.services.consent_reminders import remind_of_consents
from app.services.data_requests import tell_answers_due
from app.services.reminders import CLOSES, OPENS, count_again, now, remind
from app.watch import metrics
from app.watch.logs import described

logger = logging.getLogger(__name__)

Connection = psycopg.AsyncConnection[tuple[object, ...]]
Duty = Callable[[Connection], Awaitable[bool]]
"""Does one portion of its work; True when more is waiting."""

EVERY = 30.0
"""Seconds between two rounds."""

LONGEST_PAUSE = 60.0
"""Seconds between two attempts at most, while the database is gone."""


PORTION = 100
"""Facts handed over in one transaction."""


async def deliver(connection: Connection, receiver: Receiver = to_the_log) -> bool:
    """Hands the waiting facts to the receiver, oldest first, and marks those that it took.

    At least once: who breaks off between the two hands them over again. Several workers share the work, and none
    waits for another, so the order holds within a portion alone, to the millisecond. A fact that the receiver refuses
    stops the portion; it waits for the next round, and what came before it stays delivered.
    """
    async with connection.cursor(row_factory=class_row(Fact)) as cursor:
        await cursor.execute(
            "select id, occurred_at, type, case_id, object_id, data from outbox where delivered_at is null"
            " order by id limit %s for update skip locked",
            (PORTION,),
        )
        waiting = await cursor.fetchall()
    taken = []
    for fact in waiting:
        try:
            await receiver(fact)
        except Exception as fault:  # noqa: BLE001 - whatever a receiver does wrong, what it took stays taken
            logger.error("fact %s was not taken: %s", fact.id, type(fault).__name__, extra={"fields": described(fault)})  # noqa: TRY400 - as below
            break
        taken.append(fact.id)
    await connection.execute("update outbox set delivered_at = clock_timestamp() where id = any (%s)", (taken,))
    metrics.OUTBOX_DELIVERED.inc(len(taken))
    return len(taken) == PORTION


async def report_backlog(connection: Connection) -> bool:
    """Says how many facts wait in the outbox, and for how long: what an operator asks first. A small index tells."""
    found = await connection.execute(
        "select count(*), coalesce(extract(epoch from clock_timestamp() - min(occurred_at)), 0)::float8"
        " from outbox where delivered_at is null"
    )
    row = await found.fetchone()
    count, seconds = cast("tuple[int, float]", row)
    metrics.OUTBOX_WAITING.set(count)
    metrics.OUTBOX_OLDEST.set(seconds)
    if count:
        logger.info("outbox: %s facts wait, the oldest for %.0f s", count, seconds)
    return False


def duties(
    opens: time = OPENS, closes: time = CLOSES, clock: Callable[[], datetime] = now, more: Iterable[Duty] = ()
) -> tuple[Duty, ...]:
    """What the worker does each round, in this order; people are reminded between these hours of a working day.

    `more` are the duties that need a setting: only who has it does them.
    """
    looked: datetime | None = None

    async def remind_of_terms(connection: Connection) -> bool:
        return await remind(connection, clock(), opens, closes)

    async def remind_of_consents_hourly(connection: Connection) -> bool:
        # It asks every consent that there is: days do not come near each half minute.
        nonlocal looked
        moment = clock()
        if looked is not None and moment - looked < _HOUR:
            return False
        more = await remind_of_consents(connection, moment, opens, closes)
        looked = looked if more else moment
        return more

    return (
        count_again,
        remind_of_terms,
        remind_of_consents_hourly,
        tell_answers_due,
        deliver,
        report_backlog,
        seal,
        seal_apart,
        *more,
    )


_HOUR = timedelta(hours=1)
DUTIES = duties()


async def work(
    address: str, stop: asyncio.Event, *, duties: Sequence[Duty] = DUTIES, every: float = EVERY, pause: float = 1.0
) -> None:
    """Does each duty every `every` seconds, each portion in a transaction of its own, until `stop` is set.

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
                    await _round(connection, duties, stop)
                    metrics.WORKER_ROUND.set_to_current_time()
                    wait = pause
                    await _sleep(every, stop)
        except psycopg.OperationalError as fault:
            logger.warning("the database is gone (%s); next attempt in %.0f s", type(fault).__name__, wait)
            await _sleep(wait, stop)
            wait = min(wait * 2, LONGEST_PAUSE)


async def _round(connection: Connection, duties: Sequence[Duty], stop: asyncio.Event) -> None:
    for duty in duties:
        try:
            more = True
            while more and not stop.is_set():
                async with connection.transaction():
                    more = await duty(connection)
        except psycopg.OperationalError:
            raise
        except Exception as fault:  # noqa: BLE001 - one broken duty must not end the others
            name = getattr(duty, "__name__", "duty")
            metrics.WORKER_FAULTS.labels(name).inc()
            logger.error("%s failed: %s", name, type(fault).__name__, extra={"fields": described(fault)})  # noqa: TRY400 - its text may quote a row


async def _sleep(seconds: float, stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
