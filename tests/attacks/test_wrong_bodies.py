"""Every part of every request body of the contract, spoilt in every known way: refused where it is wrong, nothing done.

The bodies follow from the contract (tests/attacks/mutations.py), so a new operation is attacked by itself.
"""

import json

import pytest

from tests.attacks.callers import permitted, sent
from tests.attacks.kept import everything
from tests.attacks.mutations import CANARY, operations_with_body, request_schema, sample, wrong_bodies
from tests.policy.matrix import path_of
from tests.world import World

pytestmark = pytest.mark.anyio

UNREADABLE = "urn:ondersteuningsroute:problem:onleesbaar"
LARGEST_ANSWER = 20_000


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
