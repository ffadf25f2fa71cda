"""What leaves by another way than an answer is judged by the same table, consents and situations as answers are."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
import pytest

from app.domain.actors import FAMILY_ROLES, Category, Role
from app.domain.ids import new_id
from app.services.disclosure import Decision, may_receive
from tests.conftest import Database
from tests.policy.matrix import HOME, WARDS, Scene, Situation, categories, organisation, prepared, scene, withdraw
from tests.world import World

S = Situation
pytestmark = pytest.mark.anyio

PEOPLE = (
    Role.LEERKRACHT,
    Role.JEUGDVERPLEEGKUNDIGE,
    Role.BEHANDELAAR,
    Role.LEERPLICHTAMBTENAAR,
    Role.MEDEWERKER_STAGNATIEPUNT,
    Role.OUDER,
    Role.JEUGDIGE,
)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for the module, because the application lives as long."""
    return "asyncio"


@pytest.fixture(scope="module")
async def sending(new_database: Callable[[], Database], anyio_backend: str) -> AsyncIterator[tuple[World, Any]]:
    """The organisations of the matrix, and a connection as the worker that delivers has it."""
    del anyio_backend  # asked for so that the fixture runs in it
    database = new_database()
    async with (
        prepared(database) as made,
        await psycopg.AsyncConnection.connect(database.worker_dsn, autocommit=True) as worker,
    ):
        yield made, worker


async def judged(worker: Any, at: Scene, *asked: Category) -> Decision:
    home = None
    if at.role not in FAMILY_ROLES:
        home = organisation(HOME[at.role], far=at.situation is S.OTHER_ORGANISATION)
    return await may_receive(worker, at.ids["case"], asked, organisation=home, person=at.ids["caller"])


# Who signs for an instelling has a scene of its own kind: what is told to a ward is held by the matrix.
@pytest.mark.parametrize("situation", [each for each in S if each not in WARDS])
async def test_a_recipient_is_told_what_an_answer_would_show(sending: tuple[World, Any], situation: S) -> None:
    world, worker = sending
    of_family = (S.INVOLVED, S.NOT_INVOLVED, S.OTHER_ORGANISATION, S.CHILD_OF_16)
    for role in PEOPLE:
        if (situation in of_family[:3]) or ((situation in of_family) is (role in FAMILY_ROLES)):
            if situation is S.CHILD_OF_16 and role is Role.JEUGDIGE:
                continue
            at = await scene(world, role, situation)
            if situation is S.CONSENT_WITHDRAWN:
                await withdraw(world, at)
            seen = categories(role, situation)
            if situation in {S.OTHER_ROLE, S.CONSENT_WITHDRAWN}:
                seen = frozenset() if role not in FAMILY_ROLES else seen
            for category in Category:
                decision = await judged(worker, at, category)
                assert decision.allowed is (category in seen), (role, situation, category, decision)
                assert decision.refused == ({category} - seen)
                assert decision.rule_set
            rests = bool((await judged(worker, at)).consent_ids)
            assert rests is (situation in {S.ON_CONSENT, S.WITH_CONSENT} and _opened(role, situation))


def _opened(role: Role, situation: S) -> bool:
    return situation is S.ON_CONSENT or categories(role, situation) != categories(role, S.INVOLVED)


async def test_of_a_case_that_is_not_there_nothing_is_told(sending: tuple[World, Any]) -> None:
    _, worker = sending
    decision = await may_receive(worker, new_id(), [Category.PROCES], person=new_id())
    assert (decision.allowed, decision.code) == (False, "niet-gevonden")
