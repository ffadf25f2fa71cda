"""The worker and the dates: kept from a queue, acted upon once by whichever worker, in working hours."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import psycopg
import pytest

from app.domain.calendar import Unit
from app.services import cases, reminders, transitions
from app.services.reminders import Kept, count_again, remind, settled
from app.worker import duties, work
from app.workflow import loader
from app.workflow.loader import load_routes
from app.workflow.terms import deadlines as counted
from app.workflow.terms import read_clock
from tests.api.beginnings import count, kept
from tests.api.test_deadlines import MORE, PAUSE, TABLE, Dated, dated
from tests.conftest import ROOT, Database
from tests.policy.arranging import IB
from tests.workflow.termed import with_terms
from tests.workflow.test_terms import SCHOOL, told
from tests.world import World

pytestmark = pytest.mark.anyio

# Noon on working days of November 2026; the term began on the 2nd and ends on the 9th.
DAYS = {day: datetime.fromisoformat(f"2026-11-{day:02}T12:00:00+01:00") for day in range(1, 31)}


@pytest.fixture(autouse=True)
def termed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every case of these tests has one term, of five school days."""
    route = with_terms(TABLE)
    routes = {**load_routes(), (route.key, route.version): route}
    # A case that is under way finds its version in the loader; the others have the list of versions by its name.
    for module in (loader, cases, reminders, transitions):
        monkeypatch.setattr(module, "load_routes", lambda: routes)


async def settled_queue(database: Database) -> None:
    async with await psycopg.AsyncConnection.connect(database.worker_dsn) as connection:
        while await count_again(connection):
            pass


async def worked(database: Database, moment: datetime) -> None:
    """One round of the worker at a moment, in its own transactions."""
    await settled_queue(database)
    async with await psycopg.AsyncConnection.connect(database.worker_dsn) as connection:
        while await remind(connection, moment):
            await connection.commit()


async def facts(world: World) -> list[tuple[str, str, str]]:
    rows = await kept(world, "select type, data from outbox where type like 'deadline.%%' order by id")
    return [(row["type"], row["data"]["term"], row["data"].get("when", "")) for row in rows]


async def quiet(case: Dated) -> Dated:
    """Without the birthdays, which would speak too."""
    await kept(case.world, "update young_people set birth_date = null")
    return case


async def test_each_date_speaks_once_ahead_on_the_day_and_when_it_passed(world: World, database: Database) -> None:
    await quiet(await dated(world))
    said: list[int] = []
    for day in (3, 4, 5, 6, 9, 10, 11):
        for _ in range(2):
            await worked(database, DAYS[day])
        said.append(len(await facts(world)))
    assert said == [0, 0, 1, 1, 2, 3, 3]
    assert await facts(world) == [
        ("deadline.reminder", "tafel", "before"),
        ("deadline.reminder", "tafel", "at"),
        ("deadline.passed", "tafel", "passed"),
    ]
    (row,) = await kept(world, "select data from outbox where type = 'deadline.passed'")
    assert row["data"]["functions"] == ["regiehouder"]
    assert "leerkracht" in row["data"]["roles"]
    assert set(row["data"]) == {"term", "when", "roles", "functions"}, "poor in information"


async def test_what_was_missed_is_said_once_and_only_the_last(world: World, database: Database) -> None:
    await quiet(await dated(world))
    await worked(database, DAYS[20])
    assert await facts(world) == [("deadline.passed", "tafel", "passed")]


@pytest.mark.parametrize(
    ("moment", "speaks"),
    [
        ("2026-11-10T07:59:59+01:00", False),
        ("2026-11-10T08:00:00+01:00", True),
        ("2026-11-10T17:59:59+01:00", True),
        ("2026-11-10T18:00:00+01:00", False),
        ("2026-11-14T12:00:00+01:00", False),  # a Saturday
        ("2026-12-25T12:00:00+01:00", False),  # Christmas
        ("2026-12-28T12:00:00+01:00", True),
    ],
)
async def test_nobody_is_spoken_to_outside_working_hours(
    world: World, database: Database, moment: str, *, speaks: bool
) -> None:
    await quiet(await dated(world))
    await worked(database, datetime.fromisoformat(moment))
    assert bool(await facts(world)) == speaks


async def test_the_hours_are_a_setting(world: World, database: Database) -> None:
    await quiet(await dated(world))
    late = datetime.fromisoformat("2026-11-10T20:00:00+01:00")
    stop = asyncio.Event()

    async def ended(_: Any) -> bool:
        stop.set()
        return False

    async def rounds(opens: time, closes: time) -> int:
        stop.clear()
        doing = (*duties(opens, closes, lambda: late)[:2], ended)
        await asyncio.wait_for(work(database.worker_dsn, stop, duties=doing, every=0.01), 30)
        return len(await facts(world))

    assert await rounds(time(8), time(18)) == 0
    assert await rounds(time(8), time(21)) == 1


async def test_a_date_that_moved_is_kept_anew_and_speaks_for_its_new_day(world: World, database: Database) -> None:
    case = await quiet(await dated(world))
    await worked(database, DAYS[5])
    await world[IB].made(f"{case.path}/extensions", MORE)
    await settled_queue(database)
    (row,) = await kept(world, "select due_on, next_on from deadlines where term = 'tafel'")
    assert (row["due_on"], row["next_on"]) == (date(2026, 11, 11), date(2026, 11, 9))
    for day in (6, 9, 10, 11, 12):
        await worked(database, DAYS[day])
    assert [when for kind, _, when in await facts(world) if kind != "deadline.extended"] == [
        "before",
        "before",
        "at",
        "passed",
    ]


@pytest.mark.parametrize(
    "moving",
    [
        "update young_people set birth_date = '2010-01-01'",
        (
            "insert into closures (id, organisation_id, kind, first_day, last_day, name, created_by)"
            " select gen_random_uuid(), school_id, 'studiedag', '2026-11-05', '2026-11-05', 'x', school_id from cases"
        ),
        "update organisations set municipality_code = 'GM0935' where kind = 'school'",
        "update cases set closed_at = now()",
    ],
)
async def test_whatever_moves_a_date_puts_its_case_in_the_queue(world: World, database: Database, moving: str) -> None:
    case = await dated(world)
    await settled_queue(database)
    assert await count(world, "recounts") == 0
    await kept(world, moving)
    assert [row["case_id"] for row in await kept(world, "select distinct case_id from recounts")] == [
        (await kept(world, "select id from cases"))[0]["id"]
    ]
    del case


async def test_the_requests_of_people_fill_the_queue(world: World, database: Database) -> None:
    case = await dated(world)
    for path, body in (
        ("notes", {"kind": "oudergesprek", "heldAt": "2026-11-02T15:30:00+01:00", "withWhom": ["ouder"]}),
        ("pauses", PAUSE),
        ("extensions", MORE),
    ):
        await settled_queue(database)
        more = {"content": "Het gaat beter.", "agreements": "Volgende week weer."} if path == "notes" else {}
        await world[IB].made(f"{case.path}/{path}", body | more)
        assert await count(world, "recounts") == 1, path


async def test_two_workers_that_race_say_it_once(world: World, database: Database) -> None:
    for _ in range(2):
        await dated(world)
    await kept(world, "update young_people set birth_date = null")
    await asyncio.gather(*(settled_queue(database) for _ in range(3)))
    await asyncio.gather(*(worked(database, DAYS[10]) for _ in range(4)))
    assert await facts(world) == [("deadline.passed", "tafel", "passed")] * 2
    assert await count(world, "deadlines", "passed_for = due_on") == 2


async def test_while_one_holds_a_case_another_goes_on_and_leaves_it(world: World, database: Database) -> None:
    await quiet(await dated(world))
    await settled_queue(database)
    async with await psycopg.AsyncConnection.connect(database.worker_dsn) as first:
        await remind(first, DAYS[10])
        # Not committed yet: the second neither waits nor says it too.
        async with await psycopg.AsyncConnection.connect(database.worker_dsn) as second:
            assert await asyncio.wait_for(remind(second, DAYS[10]), 10) is False
        await first.commit()
    await worked(database, DAYS[10])
    assert len(await facts(world)) == 1


async def test_who_writes_a_case_does_not_wait_for_the_worker(world: World, database: Database) -> None:
    case = await quiet(await dated(world))
    async with await psycopg.AsyncConnection.connect(database.worker_dsn) as connection:
        await count_again(connection)  # its transaction stays open
        await asyncio.wait_for(world[IB].made(f"{case.path}/extensions", MORE), 10)
    await settled_queue(database)
    (row,) = await kept(world, "select due_on from deadlines where term = 'tafel'")
    assert row["due_on"] == date(2026, 11, 11)


def killed(database: Database, where: str) -> None:
    """A worker that dies in the middle of its work, by a signal that nobody can catch."""
    text = f"""
import asyncio, os, signal
from dataclasses import replace
from datetime import datetime
import psycopg
from app.services import reminders
from tests.api.test_deadlines import TABLE
from tests.workflow.termed import with_terms
route = with_terms(TABLE)
reminders.load_routes = lambda: {{(route.key, route.version): route}}

async def main():
    connection = await psycopg.AsyncConnection.connect({database.worker_dsn!r})
    await reminders.{where}
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""
    done = subprocess.run(  # noqa: S603 - our own text
        [sys.executable, "-c", text],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


async def test_a_crash_in_between_loses_nothing_and_says_nothing_twice(world: World, database: Database) -> None:
    await quiet(await dated(world))
    killed(database, "count_again(connection)")
    assert await count(world, "recounts") > 0
    assert await count(world, "deadlines") == 0
    await settled_queue(database)
    killed(database, "remind(connection, datetime.fromisoformat('2026-11-10T12:00:00+01:00'))")
    assert await facts(world) == []
    for _ in range(50):  # until the server notices whose lock that was
        await worked(database, DAYS[10])
        if await facts(world):
            break
        await asyncio.sleep(0.1)
    await worked(database, DAYS[10])
    assert await facts(world) == [("deadline.passed", "tafel", "passed")]


async def test_birthdays_speak_ahead_and_on_the_day_and_never_pass(world: World, database: Database) -> None:
    await dated(world)
    await kept(world, "update young_people set birth_date = '2014-11-29'")  # twelve on a Sunday
    for day in (3, 27, 30):
        await worked(database, DAYS[day])
    said = [each for each in await facts(world) if each[1] == "verjaardag_12"]
    assert said == [
        ("deadline.reminder", "verjaardag_12", "before"),
        ("deadline.reminder", "verjaardag_12", "at"),
    ]


async def test_what_could_not_be_counted_is_tried_again_each_day(world: World, database: Database) -> None:
    await quiet(await dated(world))
    municipality = (await kept(world, "select municipality_code from organisations where kind = 'school' limit 1"))[0]
    await kept(world, "update organisations set municipality_code = 'GM9999' where kind = 'school'")
    await settled_queue(database)
    (row,) = await kept(world, "select due_on, next_on from deadlines where term = 'tafel'")
    assert (row["due_on"], row["next_on"]) == (None, date(2026, 11, 4))
    await kept(
        world,
        "update organisations set municipality_code = %s where kind = 'school'",
        municipality["municipality_code"],
    )
    await kept(world, "truncate recounts")  # as if only the calendar of the service had been completed
    await worked(database, DAYS[10])
    assert await facts(world) == [("deadline.passed", "tafel", "passed")]


async def test_a_case_on_a_route_that_is_not_here_keeps_no_other_waiting(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lost, other = await dated(world), await dated(world)
    await kept(world, "update young_people set birth_date = null")
    await settled_queue(database)
    await kept(world, "update cases set route = 'elders', closed_at = null where id = %s", lost.id)
    await kept(world, "update deadlines set next_on = '2026-11-02' where case_id = %s", lost.id)
    monkeypatch.setattr(reminders, "PORTION", 1)  # so that it is a whole portion by itself
    for case in (lost, other):
        await kept(world, "insert into recounts (case_id) values (%s)", case.id)
    for _ in range(6):
        await worked(database, DAYS[10])
    assert [row["case_id"] for row in await kept(world, "select distinct case_id from recounts")] == [UUID(lost.id)]
    assert await facts(world) == [("deadline.passed", "tafel", "passed")]
    assert "a case is on route elders.1, which is not here (ROUTES_FOLDER)" in caplog.text
    assert lost.id not in caplog.text
    await kept(world, "update cases set route = 'midden-groningen' where id = %s", lost.id)
    for _ in range(6):
        await worked(database, DAYS[11])
    assert await facts(world) == [("deadline.passed", "tafel", "passed")] * 2
    assert await count(world, "recounts") == 0


async def test_a_case_that_fails_keeps_no_other_waiting(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, _ = await dated(world), await dated(world)
    await kept(world, "update young_people set birth_date = null")
    await settled_queue(database)
    await kept(world, "update deadlines set next_on = '2026-11-02' where case_id = %s", broken.id)
    really = reminders._keep  # noqa: SLF001 - a mistake in the count of one case

    async def mistaken(connection: Any, case_id: UUID, acting_on: date | None = None) -> bool:
        if case_id == UUID(broken.id):
            await connection.execute("delete from deadlines where case_id = %s", (case_id,))
            raise OverflowError(broken.id)
        return await really(connection, case_id, acting_on)

    monkeypatch.setattr(reminders, "_keep", mistaken)
    monkeypatch.setattr(reminders, "PORTION", 1)
    await kept(world, "insert into recounts (case_id) select id from cases order by id")
    for _ in range(6):
        await worked(database, DAYS[10])
    assert await facts(world) == [("deadline.passed", "tafel", "passed")]
    assert [row["case_id"] for row in await kept(world, "select distinct case_id from recounts")] == [UUID(broken.id)]
    assert await count(world, "deadlines", "case_id = %s", UUID(broken.id)) > 0
    assert "the dates of a case could not be counted: OverflowError" in caplog.text
    assert broken.id not in caplog.text


async def test_tasks_show_what_comes_near_to_whom_it_concerns(world: World, database: Database) -> None:
    case = await quiet(await dated(world))

    async def terms(who: str) -> list[tuple[str, str, bool]]:
        items = (await world[who].seen("/me/tasks"))["items"]
        return [(each["term"], each["dueOn"], each["overdue"]) for item in items for each in item["terms"]]

    await settled_queue(database)
    assert await terms(IB) == []
    await case.on("2026-11-05")
    assert await terms(IB) == [("tafel", "2026-11-09", False)]
    await case.on("2026-11-10")
    assert await terms(IB) == [("tafel", "2026-11-09", True)]
    assert await terms("andere-school") == []


async def test_the_worker_reads_no_text_and_no_name(world: World, database: Database) -> None:
    await dated(world)
    async with await psycopg.AsyncConnection.connect(database.worker_dsn, autocommit=True) as connection:
        for table in ("cases", "notes", "young_people", "term_pauses", "signals"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await connection.execute(f"select * from {table}".encode())
        row = await (await connection.execute("select every_case_clock(case_id) from recounts limit 1")).fetchone()
    assert row
    assert "Leest met moeite" not in str(row)
    assert "Mila" not in str(row)


def _found(**more: Any) -> Iterator[Any]:
    clock = read_clock(told("2026-11-05", **more), "signaal")
    return (each for each in counted(with_terms(TABLE), clock, SCHOOL) if each.term.key == "tafel")


def test_what_is_said_of_a_date_is_decided_without_a_database() -> None:
    (found,) = _found()
    fresh, said = settled(found, None, date(2026, 11, 4), acting=True)
    assert (said, fresh.next_on) == (None, date(2026, 11, 5))
    ahead, said = settled(found, fresh, date(2026, 11, 5), acting=True)
    assert (said, ahead.reminded_for, ahead.next_on) == ("before", found.due, date(2026, 11, 9))
    again, said = settled(found, ahead, date(2026, 11, 6), acting=True)
    assert (said, again) == (None, ahead)
    looked, said = settled(found, ahead, date(2026, 11, 20), acting=False)
    assert (said, looked.told_for) == (None, None), "who only counts says nothing"
    gone, said = settled(found, ahead, date(2026, 11, 20), acting=True)
    assert (said, gone.next_on) == ("passed", None)
    # Another run knows nothing of what was said of the one before.
    older = Kept(date(2026, 10, 1), found.due, found.due, found.due, found.due)
    assert settled(found, older, date(2026, 11, 9), acting=True)[1] == "at"
    (over,) = _found(closedAt="2026-11-04T10:00:00+00:00")
    assert settled(over, None, date(2026, 11, 20), acting=True) == (Kept(over.anchored_on, over.due), None)
    assert found.term.unit is Unit.SCHOOLDAG
