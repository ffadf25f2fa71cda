"""The walks in docs say what the service answers now."""

import pytest

from tests.scenarios import walk_family as family
from tests.scenarios.walk_document import DOCUMENT, document
from tests.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]


async def test_the_walk_in_the_documentation_is_what_the_service_answers(world: World) -> None:
    told = await document(world.people)
    assert told == DOCUMENT.read_text(encoding="utf-8"), "write it anew: python -m tests.scenarios.walk_document"


async def test_the_walk_of_the_family_is_what_the_service_answers(world: World) -> None:
    told = await family.document(world.people)
    assert told == family.DOCUMENT.read_text(encoding="utf-8"), "write it anew: python -m tests.scenarios.walk_family"
