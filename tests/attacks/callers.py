"""Somebody who may do what is attacked: so that a refusal is about what was sent, and about nothing else."""

import httpx

from app.domain.actors import Role
from app.domain.policy import may_at_all
from tests.policy.matrix import UNASKED, Scene, Situation, actions, expected, scene, success
from tests.world import Person, World


async def permitted(world: World, operation: str) -> tuple[Scene, Person]:
    """A case, and somebody who may do this in it: what is refused is refused for its body alone.

    A meeting that asks no questions refuses each answer as a wrong body, whoever gives it.
    """
    roles = [role for role in Role if may_at_all((role,), actions()[operation])]
    right = 400 if operation == UNASKED else success(operation)
    done = (role for role in roles if expected(operation, role, Situation.INVOLVED).status == right)
    # What nobody may do in a scene (a youth of thirteen decides no sight) refuses a wrong body all the same, and first.
    at = await scene(world, next(done, roles[0]), Situation.INVOLVED)
    return at, at.newcomer if operation == "POST /me/binding" else at.caller


async def sent(who: Person, operation: str, path: str, content: bytes, media: str) -> httpx.Response:
    headers = {"Content-Type": media, "If-Match": "*"}
    return await who.client.request(operation.split(maxsplit=1)[0], f"/v1{path}", content=content, headers=headers)
