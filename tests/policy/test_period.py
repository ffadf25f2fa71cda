"""A consent about a period opens what is of a day in it: in every read, and with the service passed by too."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from app.domain.actors import Category, Role
from app.domain.policy import Action
from tests.conftest import Database
from tests.policy.matrix import PLAN_WORDS, Scene, Situation, actions, confidential, path_of, prepared, scene
from tests.policy.test_bypass import left, shown
from tests.world import World

pytestmark = pytest.mark.anyio

ROLE = Role.JEUGDVERPLEEGKUNDIGE
OPENED = (Category.LEREN, Category.GEZONDHEID, Category.VERZUIM)
# A scene is written today; wide of midnight.
TODAY = datetime.now(UTC).date()
BEFORE, AROUND = (None, TODAY - timedelta(3)), (TODAY - timedelta(3), TODAY + timedelta(3))


@pytest.fixture(scope="module")
async def opened(new_database: Callable[[], Database], anyio_backend: str) -> AsyncIterator[tuple[World, Any]]:
    """The organisations of the matrix, and a connection of the API's role beside the service."""
    del anyio_backend  # asked for so that the fixture runs in it
    database = new_database()
    async with prepared(database) as made, await psycopg.AsyncConnection.connect(database.api_dsn) as api:
        yield made, api


async def within(world: World, at: Scene, period: tuple[Any, Any]) -> None:
    """The consent of the scene is about this period."""
    await put(world, "update consents set data_from = %s, data_until = %s where id = %s", *period, at.ids["opening"])


async def put(world: World, statement: str, *values: Any) -> None:
    """What no caller could do."""
    async with await psycopg.AsyncConnection.connect(world.owner_dsn) as owner:
        await owner.execute(statement.encode(), values)


def words(text: str) -> set[str]:
    """What of the content of the scene stands in a text; what is of the process is no content."""
    return {each for each in (*map(confidential, OPENED), PLAN_WORDS) if each in text}


async def told(at: Scene) -> dict[str, set[str]]:
    """What of the content each read of the case tells, by operation."""
    read = {}
    for name, action in actions().items():
        if name.startswith("GET /") and action is Action.CASE_READ:
            answer = await at.caller.get(path_of(name, at) if "{" in name else name.split()[1])
            if answer.status_code == 200:
                read[name] = words(answer.text)
    return read


async def passed_by(api: Any, at: Scene) -> dict[str, set[str]]:
    """The same of each table."""
    found = await shown(api, at, at.family_name)
    return {
        table: words(" ".join(str(row) for row in rows if row.get("category")))
        for table, rows in found.items()
        if any("category" in row for row in rows)
    }


async def test_outside_the_period_no_read_tells_anything_and_within_it_every_one(opened: tuple[World, Any]) -> None:
    world, api = opened
    at = await scene(world, ROLE, Situation.ON_CONSENT)
    whole, all_rows = await told(at), await passed_by(api, at)
    speaking = {name for name, found in whole.items() if found}
    assert {name.rpartition("/")[2] for name in speaking} >= {
        *("dossier", "notes", "signals", "assessments", "statements", "plans", "meetings", "decisions", "transitions"),
        *("{planId}", "goals", "actions", "approvals", "evaluations", "{meetingId}"),
    }
    case = await at.caller.seen(f"/cases/{at.ids['case']}")
    assert case["leervraag"] == "enkelvoudig"
    await within(world, at, BEFORE)
    assert {name for name, found in (await told(at)).items() if found} == set()
    assert {name for name, found in (await passed_by(api, at)).items() if found} == set()
    case = await at.caller.seen(f"/cases/{at.ids['case']}")
    assert (case["leervraag"], "leervraag" in case["withheld"]) == (None, True)
    await within(world, at, AROUND)
    assert (await told(at), await passed_by(api, at)) == (whole, all_rows)
    # A consent beside it that names no period opens what it is about whatever the day.
    await within(world, at, BEFORE)
    await put(
        world,
        "update consents set recipients = (select recipients from consents where id = %s) where id = %s",
        at.ids["opening"],
        at.ids["given"],
    )
    assert (await told(at), await passed_by(api, at)) == (whole, all_rows)
    await left(world, at)


async def test_a_talk_counts_on_the_day_of_the_talk_and_not_on_that_of_writing(opened: tuple[World, Any]) -> None:
    world, api = opened
    at = await scene(world, ROLE, Situation.ON_CONSENT)
    await within(world, at, AROUND)
    await put(world, "update notes set held_at = now() - interval '9 days' where case_id = %s", at.ids["case"])
    assert words((await at.caller.get(path_of("GET /cases/{caseId}/notes", at))).text) == set()
    assert words((await at.caller.get(path_of("GET /cases/{caseId}/signals", at))).text)
    found = await passed_by(api, at)
    assert (found["notes"], bool(found["signals"])) == (set(), True)
    await left(world, at)


async def test_what_a_role_works_with_itself_is_not_bound_to_the_period_and_what_consent_adds_is(
    opened: tuple[World, Any],
) -> None:
    world, api = opened
    at = await scene(world, ROLE, Situation.WITH_CONSENT)
    await within(world, at, BEFORE)
    text = (await at.caller.get(path_of("GET /cases/{caseId}/dossier", at))).text
    own = {confidential(Category.GEZONDHEID)}
    assert words(text) == own
    assert (await passed_by(api, at))["signals"] == own
    await left(world, at)


async def test_what_leerplicht_wrote_leaves_its_compartment_within_the_period_alone(opened: tuple[World, Any]) -> None:
    world, api = opened
    at = await scene(world, ROLE, Situation.ON_CONSENT)
    await put(world, "update signals set author_role = 'leerplichtambtenaar' where case_id = %s", at.ids["case"])
    for period, kept in ((AROUND, False), (BEFORE, True)):
        await within(world, at, period)
        assert bool((await passed_by(api, at))["signals"]) is not kept
        text = (await at.caller.get(path_of("GET /cases/{caseId}/signals", at))).text
        assert bool(words(text)) is not kept
    await left(world, at)


async def test_the_service_holds_the_period_without_the_walls(opened: tuple[World, Any]) -> None:
    # The last of these: the database stays without them.
    world, _ = opened
    at = await scene(world, ROLE, Situation.ON_CONSENT)
    for table in ("signals", "notes", "assessments", "decisions", "goals", "plan_actions", "checklist_answers"):
        await put(world, f"alter policy of_my_cases on {table} using (app_sees(case_id))")
    await put(world, "alter policy of_my_cases on statements using (app_sees(case_id))")
    assert any((await told(at)).values())
    await within(world, at, BEFORE)
    assert not any((await told(at)).values())
