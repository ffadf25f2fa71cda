"""The dates that the worker keeps: counted again when something moved, and acted upon once when their day comes.

A date is kept with what was done about it, in one transaction with the facts for the outside. So who
breaks off has done nothing, and who comes later sees what was done. One case is counted by one worker at a time.
"""

import logging
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from app.domain.calendar import in_working_hours, last_working_day, local_day
from app.domain.ids import new_id
from app.integrations.calendars import WORKING_DAYS
from app.services.deadlines import calendar
from app.workflow.loader import load_routes
from app.workflow.terms import (
    COUNTING,
    Deadline,
    State,
    deadlines,
    is_birthday,
    on_turn,
    read_clock,
)

logger = logging.getLogger(__name__)

Connection = psycopg.AsyncConnection[Any]

PORTION = 50
"""Cases counted in one transaction."""

OPENS, CLOSES = time(8), time(18)
"""Between which hours of a working day people may be reminded, unless the settings say otherwise."""

_TURN = "select pg_advisory_xact_lock(hashtextextended('deadlines:' || %s, 0))"
_TRY = "select pg_try_advisory_xact_lock(hashtextextended('deadlines:' || %s, 0))"


def now() -> datetime:
    """The moment, by the clock of this machine."""
    return datetime.now(UTC)


async def count_again(connection: Connection) -> bool:
    """Counts the cases of the queue again and keeps their dates; True when more may wait.

    Whoever changes a case adds to the queue and waits for nobody; several workers share it. A case whose route this
    worker does not know goes to the end of the queue: it keeps no other case waiting, and is counted once the worker
    knows the route.
    """
    found = await connection.execute(
        "delete from recounts where id in (select id from recounts order by id limit %s for update skip locked)"
        " returning case_id",
        (PORTION,),
    )
    waiting = [row[0] for row in await found.fetchall()]
    cases, aside = sorted(set(waiting)), []
    # In one order for everybody, so that two workers never wait for each other.
    for case_id in cases:
        await connection.execute(_TURN, (str(case_id),))
        if not await _keep_or_set_aside(connection, case_id, local_day(now())):
            aside.append((case_id,))
    async with connection.cursor() as cursor:
        await cursor.executemany("insert into recounts (case_id) values (%s)", aside)
    # With nothing counted the rest of the queue is for the next round: else this one would never end.
    return len(waiting) == PORTION and len(aside) < len(cases)


async def remind(connection: Connection, moment: datetime, opens: time = OPENS, closes: time = CLOSES) -> bool:
    """Acts on the dates whose day has come, once for each date; True when more may wait.

    Outside working hours nothing is done: what is due waits for the next working day.
    """
    if not in_working_hours(moment, WORKING_DAYS, opens, closes):
        return False
    today = local_day(moment)
    found = await connection.execute(
        "select distinct case_id from (select case_id from deadlines where next_on <= %s order by next_on limit %s) d",
        (today, PORTION),
    )
    acted = False
    for (case_id,) in await found.fetchall():
        # Another worker has this one: it acts, and we go on.
        taken = await (await connection.execute(_TRY, (str(case_id),))).fetchone()
        if taken and taken[0]:
            acted = await _keep_or_set_aside(connection, case_id, today, acting=True) or acted
    return acted


@dataclass(frozen=True, slots=True)
class Kept:
    """A date as it is kept: for which day was reminded ahead, told on the day itself, said that it passed."""

    anchored_on: date
    due_on: date | None
    reminded_for: date | None = None
    told_for: date | None = None
    passed_for: date | None = None
    next_on: date | None = None


def settled(found: Deadline, kept: Kept | None, today: date, *, acting: bool) -> tuple[Kept, str | None]:
    """What is kept of a term from now on, and what is to be said now: `before`, `at`, `passed` or None.

    Each is said once for each last day: a term that moves is said anew. Of what was missed only the last is said.
    """
    same = kept is not None and kept.anchored_on == found.anchored_on
    done = replace(kept, due_on=found.due) if kept is not None and same else Kept(found.anchored_on, found.due)
    if found.due is None:
        # It could not be counted; tomorrow it is tried again.
        return replace(done, next_on=today + _DAY if found.state in COUNTING else None), None
    of_life = is_birthday(found.term.key)
    if found.state not in COUNTING and not (of_life and found.state is State.MET and found.due > found.anchored_on):
        return replace(done, next_on=None), None
    due, said = found.due, None
    days = {"at": last_working_day(due, WORKING_DAYS)}
    if found.term.remind_before and found.remind_on is not None:
        days["before"] = found.remind_on
    if not of_life:
        days["passed"] = due + _DAY
    come = [kind for kind in ("before", "at", "passed") if kind in days and days[kind] <= today]
    if acting and come:
        said = come[-1] if _for(done, come[-1]) != due else None
        for kind in come:
            done = replace(done, **{_SAID[kind]: due})
    waiting = [day for kind, day in days.items() if _for(done, kind) != due]
    return replace(done, next_on=min(waiting, default=None)), said


_DAY = timedelta(days=1)
_SAID = {"before": "reminded_for", "at": "told_for", "passed": "passed_for"}


def _for(kept: Kept, kind: str) -> date | None:
    day: date | None = getattr(kept, _SAID[kind])
    return day


async def _keep_or_set_aside(connection: Connection, case_id: UUID, today: date, *, acting: bool = False) -> bool:
    """As `_keep`; a case that fails keeps no other waiting: nothing of it is changed, and tomorrow it is tried again.

    Raises psycopg.OperationalError: what fails there is the database, not this case.
    """
    try:
        async with connection.transaction():
            return await _keep(connection, case_id, today if acting else None)
    except psycopg.OperationalError:
        raise
    except Exception as mistake:  # noqa: BLE001 - whatever is wrong with one case, the others go on
        # Not its words: these may hold what stands in the case.
        logger.error("the dates of a case could not be counted: %s", type(mistake).__name__)  # noqa: TRY400
        await _tomorrow(connection, case_id, today + _DAY)
        return False


async def _tomorrow(connection: Connection, case_id: UUID, day: date) -> None:
    """What was to be done about the case before this day is tried again on it."""
    await connection.execute(
        "update deadlines set next_on = %s where case_id = %s and next_on < %s", (day, case_id, day)
    )


async def _keep(connection: Connection, case_id: UUID, acting_on: date | None = None) -> bool:
    """Counts the terms of one case and keeps their dates; on a day of acting also says what has come.

    False: its route is none that this worker knows. Its dates stay as they are, to be tried again tomorrow.
    """
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute("select every_case_clock(%s) as clock", (case_id,))
        row = await cursor.fetchone()
        if row is None or row["clock"] is None:
            return True
        await cursor.execute("select * from deadlines where case_id = %s", (case_id,))
        kept = {each["term"]: Kept(**{field.name: each[field.name] for field in fields(Kept)}) async for each in cursor}
    told = row["clock"]
    route = load_routes().get((told["route"], told["version"]))
    if route is None:
        logger.error("a case is on route %s.%s, which is not here (ROUTES_FOLDER)", told["route"], told["version"])
        await _tomorrow(connection, case_id, (acting_on or date.fromisoformat(told["today"])) + _DAY)
        return False
    clock = read_clock(told, route.start)
    found = deadlines(route, clock, calendar(told))
    today = acting_on or clock.today
    concerned = {"roles": sorted(on_turn(route, clock.step)), "functions": ["regiehouder"]}
    rows, facts = [], []
    for each in found:
        now_kept, said = settled(each, kept.get(each.term.key), today, acting=acting_on is not None)
        rows.append((case_id, each.term.key, str(each.state), each.remind_on, *astuple(now_kept)))
        if said is not None:
            kind = "deadline.passed" if said == "passed" else "deadline.reminder"
            facts.append((new_id(), kind, case_id, Jsonb({"term": each.term.key, "when": said, **concerned})))
    async with connection.cursor() as cursor:
        await cursor.execute(
            "delete from deadlines where case_id = %s and not term = any (%s)",
            (case_id, [each.term.key for each in found]),
        )
        await cursor.executemany(_KEEP, rows)
        await cursor.executemany("insert into outbox (id, type, case_id, data) values (%s, %s, %s, %s)", facts)
    return True


_COLUMNS = ("state", "remind_on", *(field.name for field in fields(Kept)))
_KEEP = (
    f"insert into deadlines (case_id, term, {', '.join(_COLUMNS)}) values ({', '.join(['%s'] * (len(_COLUMNS) + 2))})"
    f" on conflict (case_id, term) do update set ({', '.join(_COLUMNS)})"
    f" = ({', '.join(f'excluded.{column}' for column in _COLUMNS)})"
)
