"""What a second look could tell that the first did not: a repeat, a filter, a role that does not fit."""

from datetime import date

import psycopg
import pytest

from app.demo.people import BY_KEY
from app.workflow.loader import current
from tests.api.beginnings import TALK, case_body, kept, opened
from tests.integrations.tokens import OMIT
from tests.world import World

pytestmark = pytest.mark.anyio


async def test_a_repeat_under_the_same_key_is_recorded_as_a_look_at_the_case(world: World) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher)
    first = await teacher.made(f"{path}/notes", TALK, idempotency_key="eenmaal")
    again = await teacher.made(f"{path}/notes", TALK, idempotency_key="eenmaal")
    assert again == first
    done, looked = await kept(
        world,
        "select object_type, object_id::text, case_id::text, ground, data_categories, outcome from audit_events"
        " where action = 'note.create' order by id",
    )
    assert looked == done
    assert looked["case_id"] == path.rpartition("/")[2]


async def test_a_step_that_is_withheld_cannot_be_asked_about(world: World) -> None:
    teacher, parent = world["leerkracht"], world["ouder-een"]
    made = await teacher.made("/cases", case_body("jeugdige"))
    async with await psycopg.AsyncConnection.connect(world.owner_dsn) as connection:
        sixteen = date(date.today().year - 16, 1, 1)  # noqa: DTZ011 - any day of that year does
        await connection.execute("update young_people set birth_date = %s where given_name = 'Joep'", (sixteen,))
    shown = await parent.seen(f"/cases/{made['id']}")
    assert "step" in shown["withheld"]
    asked = [await parent.seen(f"/cases?step={step}") for step in current("midden-groningen").steps]
    assert [page["items"] for page in asked] == [[] for _ in asked]
    found = await teacher.seen(f"/cases?step={made['step']}")
    assert [item["id"] for item in found["items"]] == [made["id"]]


async def test_a_role_that_does_not_fit_makes_nothing_somebodys_turn(world: World) -> None:
    path = await opened(world["leerkracht"])
    mine = await world["ouder-een"].seen(f"{path}/next-steps")
    roles = ["ouder", "intern_begeleider", "leerkracht"]
    parent = BY_KEY["ouder-een"]
    caller = world.caller(sub=parent.subject, roles=roles, organisation=OMIT, acr=parent.acr or OMIT)
    assert await caller.seen(f"{path}/next-steps") == mine
