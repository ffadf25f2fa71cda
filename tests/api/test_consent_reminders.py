"""The worker and consents: what comes near is said once, by whichever worker, in codes alone."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from app.demo.people import YOUTH_HEALTH
from app.demo.seed import known_id
from app.domain.calendar import in_working_hours
from app.integrations.calendars import WORKING_DAYS
from app.services.consent_reminders import remind_of_consents
from app.services.reminders import CLOSES, OPENS
from app.worker import duties
from tests.api.beginnings import kept
from tests.conftest import Database
from tests.policy.arranging import ONE, PARENTS, TWO, YOUTH, Story, a_case, turned
from tests.world import World

pytestmark = pytest.mark.anyio


def noon() -> datetime:
    """Noon of the first working day from today: these consents are judged by the day of today."""
    moment = datetime.now(ZoneInfo("Europe/Amsterdam")).replace(hour=12, minute=0, second=0, microsecond=0)
    while not in_working_hours(moment, WORKING_DAYS, OPENS, CLOSES):
        moment += timedelta(days=1)
    return moment


def day(offset: int) -> date:
    """A day counted from the one on which the worker works."""
    return noon().date() + timedelta(days=offset)


async def worked(database: Database, moment: datetime) -> bool:
    async with await psycopg.AsyncConnection.connect(database.worker_dsn) as connection:
        return await remind_of_consents(connection, moment)


async def said(world: World) -> list[tuple[str, str]]:
    rows = await kept(world, "select type, data from outbox where type = any (%s) order by id", list(TYPES))
    return [(row["type"].removeprefix("consent."), row["data"]["when"]) for row in rows]


TYPES = ("consent.answer-due", "consent.expiring", "consent.to-renew")


async def put(world: World, consent: str, **days: date) -> None:
    """Other days of a question that there is."""
    for column, value in days.items():
        await kept(world, f"update consents set {column} = %s where id = %s", value, consent)


async def asked(world: World, child: str = "mila", **more: Any) -> tuple[Story, str]:
    story = await a_case(world, child)
    return story, await story.asks(YOUTH_HEALTH, ("leren",), **more)


@pytest.mark.parametrize(
    ("until", "expected"),
    [(4, []), (3, [("answer-due", "before")]), (0, [("answer-due", "at")]), (-1, [])],
)
async def test_who_was_asked_is_reminded_before_the_answer_is_due(
    world: World, database: Database, until: int, expected: list[tuple[str, str]]
) -> None:
    _, consent = await asked(world, yes=[ONE])
    await put(world, consent, answer_by=day(until))
    for _ in range(2):
        await worked(database, noon())
    assert await said(world) == expected


@pytest.mark.parametrize(("answers", "lapsed"), [([ONE, TWO], False), ([ONE], True)])
async def test_nobody_is_reminded_of_what_is_answered_or_closed(
    world: World, database: Database, answers: list[str], *, lapsed: bool
) -> None:
    story, consent = await asked(world, yes=answers)
    await put(world, consent, answer_by=day(1))
    if lapsed:
        await kept(world, "update cases set closed_at = now() where id = %s", story.id)
    await worked(database, noon())
    assert await said(world) == []


async def test_a_refusal_is_not_asked_about_again(world: World, database: Database) -> None:
    _, consent = await asked(world, yes=[ONE], no=[TWO])
    await put(world, consent, answer_by=day(1))
    await worked(database, noon())
    assert await said(world) == []


@pytest.mark.parametrize(("until", "expected"), [(15, []), (14, [("expiring", "before")])])
async def test_that_a_consent_ends_is_said_two_weeks_ahead(
    world: World, database: Database, until: int, expected: list[tuple[str, str]]
) -> None:
    story, consent = await asked(world, yes=PARENTS)
    await put(world, consent, valid_until=day(until))
    for _ in range(2):
        await worked(database, noon())
    assert await said(world) == expected
    # Only what ends is on the parents' own list.
    (ends,) = await kept(world, "select valid_until <= app_today() + 14 as soon from consents")
    asks = (await world[ONE].seen(f"/me/cases/{story.id}"))["asked"]
    assert ("toestemming_eindigt" in {each["kind"] for each in asks}) is ends["soon"]
    # Another end is said anew.
    await put(world, consent, valid_until=day(7))
    await worked(database, noon())
    assert await said(world) == [*expected, ("expiring", "before")]


async def test_what_never_was_in_force_does_not_end(world: World, database: Database) -> None:
    _, consent = await asked(world, yes=[ONE])
    await put(world, consent, valid_until=day(7))
    await worked(database, noon())
    assert await said(world) == []


async def test_a_twelfth_birthday_to_come_is_said_ahead_and_one_that_came_asks_the_youth(
    world: World, database: Database
) -> None:
    turned(world, YOUTH, 12, days_ago=-10)
    await asked(world, YOUTH, yes=PARENTS)
    await worked(database, noon())
    assert await said(world) == [("to-renew", "before")]
    turned(world, YOUTH, 12, days_ago=-40)
    await worked(database, noon())
    assert len(await said(world)) == 1, "a birthday that is far is not near"


async def test_since_a_twelfth_birthday_the_yes_of_the_youth_is_asked_in_my_things(
    world: World, database: Database
) -> None:
    turned(world, YOUTH, 12, days_ago=-10)
    story, consent = await asked(world, YOUTH, yes=PARENTS)
    await kept(world, "update consents set valid_from = valid_from - 30 where id = %s", consent)
    turned(world, YOUTH, 12, days_ago=3)
    for _ in range(2):
        await worked(database, noon())
    assert await said(world) == [("to-renew", "passed")]
    (mine,) = (await world[YOUTH].seen("/me/consents"))["items"]
    assert (mine["status"], mine["waitsForMe"]) == ("te_vernieuwen", True)
    asks = (await world[YOUTH].seen(f"/me/cases/{story.id}"))["asked"]
    assert f"/v1/consents/{consent}" in {each["href"] for each in asks}


@pytest.mark.parametrize("years", [16, 18])
async def test_a_birthday_after_which_the_youth_s_own_yes_still_carries_asks_nothing(
    world: World, database: Database, years: int
) -> None:
    turned(world, YOUTH, years, days_ago=-10)
    _, consent = await asked(world, YOUTH)
    for who in (*PARENTS, YOUTH) if years == 16 else (YOUTH,):
        await world[who].made(
            f"/consents/{consent}/answers", {"giverId": str(known_id(who)), "decision": "gegeven", "form": "digitaal"}
        )
    await worked(database, noon())
    assert await said(world) == []


async def test_two_workers_that_race_say_each_once_in_codes_alone(world: World, database: Database) -> None:
    ends = await asked(world, yes=PARENTS)
    waits = await asked(world, "jeugdige", yes=PARENTS)
    await put(world, ends[1], valid_until=day(7))
    await put(world, waits[1], answer_by=day(1))
    await asyncio.gather(*(worked(database, noon()) for _ in range(4)))
    await worked(database, noon())
    assert sorted(await said(world)) == [("answer-due", "before"), ("expiring", "before")]
    rows = await kept(world, "select case_id, object_id, data from outbox where type = any (%s)", list(TYPES))
    assert {str(row["object_id"]) for row in rows} == {ends[1], waits[1]}
    assert {str(row["case_id"]) for row in rows} == {ends[0].id, waits[0].id}
    assert [row["data"] for row in rows] == [
        {"when": "before", "roles": ["intern_begeleider"], "functions": ["regiehouder"]}
    ] * 2


async def test_while_one_says_it_another_goes_on(world: World, database: Database) -> None:
    _, consent = await asked(world, yes=[ONE])
    await put(world, consent, answer_by=day(1))
    async with await psycopg.AsyncConnection.connect(database.worker_dsn) as first:
        await remind_of_consents(first, noon())
        # Not committed yet: the second neither waits nor says it too, and who answers does not wait either.
        assert await asyncio.wait_for(worked(database, noon()), 10) is False
        await asyncio.wait_for(story_answer(world, consent), 10)
        await first.commit()
    await worked(database, noon())
    assert len(await said(world)) == 1


async def story_answer(world: World, consent: str) -> None:
    body = {"giverId": str(known_id(TWO)), "decision": "gegeven", "form": "digitaal"}
    await world[TWO].made(f"/consents/{consent}/answers", body)


async def test_outside_working_hours_nothing_is_said(world: World, database: Database) -> None:
    _, consent = await asked(world, yes=[ONE])
    await put(world, consent, answer_by=day(1))
    await worked(database, noon().replace(hour=20))
    assert await said(world) == []


async def test_the_worker_does_it_by_itself_and_not_each_round(world: World, database: Database) -> None:
    _, consent = await asked(world, yes=[ONE])
    await put(world, consent, answer_by=day(1))
    clock = noon()
    remind = next(duty for duty in duties(clock=lambda: clock) if duty.__name__ == "remind_of_consents_hourly")

    async def round_() -> None:
        async with await psycopg.AsyncConnection.connect(database.worker_dsn) as connection:
            await remind(connection)

    await round_()
    assert len(await said(world)) == 1
    await put(world, consent, answer_by=day(2))
    await round_()
    assert len(await said(world)) == 1
    clock += timedelta(hours=1)
    await round_()
    assert len(await said(world)) == 2


async def test_the_worker_reads_no_consent(world: World, database: Database) -> None:
    del world
    async with await psycopg.AsyncConnection.connect(database.worker_dsn) as connection:
        for table in ("consents", "consent_answers"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                async with connection.transaction():
                    await connection.execute(f"select 1 from {table}".encode())
        for fact in ("consent.answered", "consent.withdrawn"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                async with connection.transaction():
                    await connection.execute("insert into outbox (id, type) values (gen_random_uuid(), %s)", (fact,))
