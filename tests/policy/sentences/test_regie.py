"""The regie by name: who may hold it, who hands it over, and what of the case follows."""

import psycopg
import pytest

from app.demo.people import ATTENDANCE
from app.demo.seed import known_id
from tests.policy.arranging import (
    ATTENDANCE_OFFICER,
    IB,
    TEACHER,
    Story,
    a_case,
    named,
    opening,
)
from tests.world import World

pytestmark = pytest.mark.anyio

REGIE = "regiehouder"


def as_owner(world: World, statement: str, *values: object) -> list[tuple[object, ...]]:
    with psycopg.connect(world.owner_dsn, autocommit=True) as owner:
        done = owner.execute(statement.encode(), values)
        return done.fetchall() if done.description else []


async def holds(story: Story) -> list[str]:
    """Who is regiehouder, by role."""
    listed = await story.world[IB].seen(f"{story.path}/participants")
    return [each["role"] for each in listed["items"] if REGIE in each["functions"]]


async def functions(story: Story, by: str, role: str, *given: str) -> int:
    """Give whoever is involved by name in a role these functions, and no others: the status."""
    listed = await story.world[IB].seen(f"{story.path}/participants")
    participant = next(each["id"] for each in listed["items"] if each["role"] == role and each["workerId"])
    answer = await story.world[by].ask("PATCH", f"/participants/{participant}", {"functions": given}, If_Match="*")
    return answer.status_code


async def leerplicht_joins(story: Story) -> None:
    """Leerplicht is asked in, and says itself who does it."""
    house = {"organisationId": str(known_id(ATTENDANCE)), "role": "leerplichtambtenaar"}
    task = {"ground": "wettelijke_taak_leerplicht", "motivation": "Er is verzuim."}
    await story.add(IB, "participants", house | task)
    by_name = named(ATTENDANCE_OFFICER, "leerplichtambtenaar", None, "wettelijke_taak_leerplicht")
    await story.add(ATTENDANCE_OFFICER, "participants", by_name)


async def at_school(world: World) -> Story:
    """The intern begeleider is regiehouder of a case that the teacher opened."""
    story = await a_case(world)
    await story.add(TEACHER, "participants", named(IB, "intern_begeleider", REGIE, "onderwijstaak"))
    return story


async def test_only_a_role_of_the_route_s_regie_becomes_regiehouder(world: World) -> None:
    """001:353-359: de procesregie ligt bij onderwijs of bij de casemanager."""
    story = await at_school(world)
    await leerplicht_joins(story)
    assert await functions(story, IB, "leerplichtambtenaar", REGIE) == 400
    assert await holds(story) == ["intern_begeleider"]


async def test_the_regie_is_handed_over_by_who_holds_it_and_not_taken(world: World) -> None:
    """001:353-362, 002:143: er is één regie, en wie haar heeft, draagt haar over."""
    story = await at_school(world)
    assert await functions(story, TEACHER, "leerkracht", REGIE) == 403
    assert await functions(story, TEACHER, "intern_begeleider") == 403
    assert await holds(story) == ["intern_begeleider"]
    assert await functions(story, IB, "leerkracht", REGIE) == 200
    assert await holds(story) == ["leerkracht"]
    assert as_owner(world, "select count(*) from outbox where type = 'regie.handed-over'") == [(1,)]


async def test_when_the_regiehouder_left_the_own_house_hands_over(world: World) -> None:
    """001:353-362: de regie blijft niet hangen aan wie er niet meer is; de eigen organisatie wijst een ander aan."""
    story = await at_school(world)
    await leerplicht_joins(story)
    as_owner(world, "update bindings set ended_at = now() where worker_id = %s", known_id(IB))
    refused = await participants_change(story, ATTENDANCE_OFFICER)
    assert refused == 403
    assert as_owner(world, "select functions from participants where role = 'intern_begeleider'") == [([REGIE],)]
    assert await participants_change(story, TEACHER) == 200


async def participants_change(story: Story, by: str) -> int:
    """The teacher is named regiehouder by this person."""
    (participant,) = as_owner(
        story.world, "select id from participants where case_id = %s and worker_id = %s", story.id, known_id(TEACHER)
    )
    path = f"/participants/{participant[0]}"
    return (await story.world[by].ask("PATCH", path, {"functions": [REGIE]}, If_Match="*")).status_code


async def test_where_the_table_chooses_the_regie_of_the_case_follows_the_regiehouder(world: World) -> None:
    """002:143-144: de tafel kiest de regiehouder; de regie ligt bij de kant waar die werkt."""
    made = await world[IB].made("/cases", opening("mila") | {"route": "utrecht-thuiszitten"})
    story = Story(world, "mila", made["id"])
    assert await functions(story, IB, "intern_begeleider", REGIE) == 200
    assert (await story.as_seen_by(IB))["regie"] is None
    as_owner(world, "update cases set regie = 'onderwijs' where id = %s", story.id)
    await leerplicht_joins(story)
    assert await functions(story, IB, "leerplichtambtenaar", REGIE) == 200
    assert (await story.as_seen_by(IB))["regie"] == "leerplicht"
    assert await holds(story) == ["leerplichtambtenaar"]
