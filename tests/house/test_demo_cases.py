"""The demo's cases: made by calls that the service allows, once, and left alone when somebody took them further."""

import httpx
import pytest

from app.demo.cases import STORIES, tell
from tests.world import Person, World, token_of

pytestmark = pytest.mark.anyio


async def cases(person: Person) -> list[str]:
    return [case["id"] for case in (await person.seen("/me/cases"))["items"]]


async def test_every_story_can_be_told_and_told_again_without_a_second_case(world: World) -> None:
    transport = httpx.ASGITransport(app=world.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://route.test") as client:
        assert await tell(client, lambda person: token_of(person.key)) == []
        made = await cases(world["ouder-een"])
        assert len(made) == len(STORIES)
        assert await tell(client, lambda person: token_of(person.key)) == []
        assert await cases(world["ouder-een"]) == made

        # The sociaal team lets a colleague go: Noor's story cannot be told as it was, and the others can.
        (noor,) = await cases(world["casemanager-jeugd"])
        involved = await world["casemanager-jeugd"].seen(f"/cases/{noor}/participants")
        (colleague,) = [each["id"] for each in involved["items"] if each["role"] == "medewerker_aanmeldteam"]
        seen = await world["casemanager-jeugd"].get(f"/participants/{colleague}")
        ended = await world["casemanager-jeugd"].ask(
            "DELETE", f"/participants/{colleague}", If_Match=seen.headers["etag"]
        )
        assert ended.is_success, ended.text
        (changed,) = await tell(client, lambda person: token_of(person.key))
        assert str(changed).startswith("without_a_school: medewerker-aanmeldteam")
        assert await cases(world["ouder-een"]) == made
