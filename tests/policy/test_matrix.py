"""Every role × every operation of the contract × every way of standing to a case: what the table says, no exception."""

from collections.abc import AsyncIterator, Callable, Iterable

import pytest
from _pytest.mark import ParameterSet

from app.domain.actors import FAMILY_ROLES, Role
from app.domain.policy import POLICY
from tests.conftest import Database
from tests.policy.matrix import (
    BODIES,
    FINER,
    FULL,
    HOME,
    TABLE,
    UNASKED,
    WARDS,
    Situation,
    actions,
    contract,
    expected,
    prepared,
    reading,
    scene,
    walk,
    withdraw,
)
from tests.world import World

pytestmark = pytest.mark.anyio

PARENTS = sorted(FAMILY_ROLES - {Role.JEUGDIGE})
# One of each kind of house, and the family: for them every situation is walked at every run. Of the others the long run
# walks all; at every run whether they are involved or not, and when the consent that it rested on was withdrawn.
OF_EACH_KIND = FAMILY_ROLES | {
    Role.LEERKRACHT,
    Role.INTERN_BEGELEIDER,
    Role.REGIEVOERDER_ZORG,
    Role.SWV_COORDINATOR,
    Role.CASEMANAGER_JEUGD,
    Role.LEERPLICHTAMBTENAAR,
    Role.JEUGDVERPLEEGKUNDIGE,
    Role.BEHANDELAAR,
    Role.MEDEWERKER_STAGNATIEPUNT,
    Role.FUNCTIONARIS_GEGEVENSBESCHERMING,
}
ALWAYS = {Situation.INVOLVED, Situation.NOT_INVOLVED, Situation.CONSENT_WITHDRAWN}


def each(roles: Iterable[Role], situations: Iterable[Situation]) -> list[ParameterSet]:
    """Role and situation; what is left to the long run says so."""
    return [
        pytest.param(role, situation, marks=() if role in OF_EACH_KIND or situation in ALWAYS else (pytest.mark.long,))
        for role in roles
        for situation in situations
    ]


@pytest.fixture(scope="module")
async def world(new_database: Callable[[], Database], anyio_backend: str) -> AsyncIterator[World]:
    """One application and one database for all roles: each scene has its own case and its own caller."""
    del anyio_backend  # asked for so that the fixture runs in it
    async with prepared(new_database()) as made:
        yield made


@pytest.mark.parametrize(("role", "situation"), each(Role, FULL))
async def test_every_operation_does_what_the_table_says(world: World, role: Role, situation: Situation) -> None:
    at = await scene(world, role, situation)
    if "opening" in at.ids:
        await withdraw(world, at)
    assert await walk(at, actions()) == []


@pytest.mark.parametrize("role", PARENTS)
async def test_every_operation_for_a_parent_whose_child_is_sixteen(world: World, role: Role) -> None:
    assert await walk(await scene(world, role, Situation.CHILD_OF_16), actions()) == []


@pytest.mark.parametrize("situation", WARDS)
async def test_every_operation_for_who_signs_for_an_instelling(world: World, situation: Situation) -> None:
    at = await scene(world, Role.WETTELIJK_VERTEGENWOORDIGER, situation)
    assert await walk(at, actions()) == []


@pytest.mark.parametrize("situation", WARDS)
async def test_what_who_signs_for_an_instelling_sees(world: World, situation: Situation) -> None:
    assert await reading(await scene(world, Role.WETTELIJK_VERTEGENWOORDIGER, situation)) == []


@pytest.mark.parametrize(("role", "situation"), each(sorted(set(Role) - FAMILY_ROLES), [Situation.INVOLVED, *FINER]))
async def test_what_is_shown_is_what_the_table_opens(world: World, role: Role, situation: Situation) -> None:
    assert await reading(await scene(world, role, situation)) == []


@pytest.mark.parametrize("situation", FULL)
@pytest.mark.parametrize("role", sorted(FAMILY_ROLES))
async def test_what_the_family_sees_is_what_the_table_opens(world: World, role: Role, situation: Situation) -> None:
    assert await reading(await scene(world, role, situation)) == []


@pytest.mark.parametrize("role", PARENTS)
async def test_what_a_parent_sees_of_a_child_of_sixteen(world: World, role: Role) -> None:
    assert await reading(await scene(world, role, Situation.CHILD_OF_16)) == []


def test_no_operation_role_or_situation_is_left_out() -> None:
    assert set(TABLE) == set(Role) == set(HOME) | FAMILY_ROLES
    writing = {name for name in actions() if name.split()[0] in {"POST", "PATCH"}}
    assert writing == BODIES.keys(), "an operation without a body here is never really tried"
    assert len(actions()) == sum(map(len, contract()["paths"].values()))
    assert len(Role) * len(actions()) * len(FULL) > 12_000


def test_the_combinations_are_not_all_of_one_kind() -> None:
    outcomes: dict[int, int] = {}
    for role in Role:
        for situation in FULL:
            for name in actions():
                status = expected(name, role, situation).status
                outcomes[status] = outcomes.get(status, 0) + 1
    assert sum(outcomes.values()) == len(Role) * len(actions()) * len(FULL)
    assert outcomes.keys() == {200, 201, 204, 400, 403, 404, 409}
    assert all(outcomes[status] > 100 for status in (200, 201, 403, 404))
    # What the route itself refuses stays the exception: the table decides nearly everything.
    unasked = sum(expected(UNASKED, role, situation).status == 400 for role in Role for situation in FULL)
    assert outcomes[400] - unasked + outcomes[409] < 25


def test_the_service_works_with_the_table_that_is_expected_here() -> None:
    assert TABLE == POLICY
