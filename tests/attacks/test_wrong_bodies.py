"""Every part of every request body of the contract, spoilt in every known way: refused where it is wrong, nothing done.

The bodies follow from the contract (tests/attacks/mutations.py), so a new operation is attacked by itself.
"""

import json
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from app.domain.actors import Role
from app.domain.policy import may_at_all
from tests.attacks.kept import everything
from tests.attacks.mutations import CANARY, operations_with_body, request_schema, sample, wrong_bodies
from tests.conftest import Database
from tests.policy.matrix import Scene, Situation, actions, expected, path_of, prepare, scene, success
from tests.world import Person, World
from tests.world import world as world_of

pytestmark = pytest.mark.anyio

UNREADABLE = "urn:ondersteuningsroute:problem:onleesbaar"
LARGEST_ANSWER = 20_000


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for the module, because the application lives as long."""
    return "asyncio"


@pytest.fixture(scope="module")
async def world(new_database: Callable[[], Database], anyio_backend: str) -> AsyncIterator[World]:
    """One application for all operations: each has a case and a caller of its own."""
    del anyio_backend  # asked for so that the fixture runs in it
    database = new_database()
    async with world_of(database.owner_dsn, database.api_dsn) as made:
        await prepare(made)
        yield made


async def permitted(world: World, operation: str) -> tuple[Scene, Person]:
    """A case, and somebody who may do this in it: what is refused is refused for its body alone."""
    roles = [role for role in Role if may_at_all((role,), actions()[operation])]
    done = (role for role in roles if expected(operation, role, Situation.INVOLVED).status == success(operation))
    at = await scene(world, next(done), Situation.INVOLVED)
    return at, at.newcomer if operation == "POST /me/binding" else at.caller


async def sent(who: Person, operation: str, path: str, content: bytes, media: str) -> httpx.Response:
    headers = {"Content-Type": media, "If-Match": "*"}
    return await who.client.request(operation.split(maxsplit=1)[0], f"/v1{path}", content=content, headers=headers)


@pytest.mark.parametrize("operation", operations_with_body())
async def test_a_wrong_body_is_refused_where_it_is_wrong_and_nothing_is_done(world: World, operation: str) -> None:
    at, who = await permitted(world, operation)
    path = path_of(operation, at)
    before = await everything(world.owner_dsn)
    faults = []
    tried = 0
    for wrong in wrong_bodies(operation):
        tried += 1
        response = await sent(who, operation, path, wrong.content, "application/json")
        answered = response.json()
        places = [each["location"] for each in answered.get("errors", ())]
        if response.status_code != 400:
            faults.append(f"{wrong.why}: {response.status_code} {response.text[:200]}")
        elif wrong.pointer is None and answered["type"] != UNREADABLE:
            faults.append(f"{wrong.why}: {answered['type']} {places}")
        elif wrong.pointer is not None and not (
            places and all(f"{place}/".startswith(f"{wrong.pointer}/") for place in places)
        ):
            faults.append(f"{wrong.why}: located at {places or answered['type']}")
        if CANARY in response.text or CANARY in str(response.headers) or len(response.text) > LARGEST_ANSWER:
            faults.append(f"{wrong.why}: echoed, or too long: {response.text[:200]}")
    assert not faults, "\n".join(faults)
    assert tried > 20
    assert await everything(world.owner_dsn) == before


@pytest.mark.parametrize("operation", operations_with_body())
async def test_too_much_and_another_media_type_are_told_apart_from_wrong(world: World, operation: str) -> None:
    at, who = await permitted(world, operation)
    path = path_of(operation, at)
    before = await everything(world.owner_dsn)
    sound = json.dumps(sample(request_schema(operation))).encode()
    big = sound[:-1] + b" " * 1_100_000 + b"}"
    assert (await sent(who, operation, path, big, "application/json")).status_code == 413
    for media in ("application/merge-patch+json", "application/xml", "text/json", "application/json5", "*/*"):
        response = await sent(who, operation, path, sound, media)
        assert response.status_code == 415, media
        assert CANARY not in response.text
    assert await everything(world.owner_dsn) == before
