"""The demo's cases: made by calls that the service allows, once, and left alone when somebody took them further."""

import httpx
import pytest

from app.demo.cases import tell
from tests.world import Json, Person, World, token_of

pytestmark = pytest.mark.anyio


async def cases(person: Person) -> list[str]:
    return [case["id"] for case in (await person.seen("/me/cases"))["items"]]


async def test_every_story_can_be_told_and_told_again_without_a_second_case(world: World) -> None:
    transport = httpx.ASGITransport(app=world.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://route.test") as client:
        assert await tell(client, lambda person: token_of(person.key)) == []
        made = await cases(world["ouder-een"])
        assert len(made) == 5
        assert await tell(client, lambda person: token_of(person.key)) == []
        assert await cases(world["ouder-een"]) == made
        await _shows_what_is_to_be_seen(world)

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


async def _shows_what_is_to_be_seen(world: World) -> None:
    """What a newcomer is to find: each part of who decides and of the family's rights stands there once at least."""

    async def found(person: str, path: str, field: str) -> list[Json]:
        return [each[field] for each in (await world[person].seen(path))["items"]]

    consents = await found("ouder-een", "/me/consents?limit=100", "status")
    assert set(consents) >= {"van_kracht", "wacht_op", "te_vernieuwen", "onduidelijk_wie_beslist"}
    # That answers conflict is for who asked, not for the family.
    asked = [
        await found("intern-begeleider-vo", f"/cases/{case}/consents", "status")
        for case in await cases(world["intern-begeleider-vo"])
    ]
    assert "tegenstrijdig" in {status for each in asked for status in each}
    assert sorted(await found("directie", "/data-requests", "status")) == ["open", "wacht_op"]
    assert await found("leidinggevende-jgz", "/emergency-accesses", "reviewedAt") == [None]
    assert await found("leerling-zeventien", "/me/sight", "dataCategories") == [["leven"]]
    assert len(await cases(world["voogd"])) == 1
    (joep,) = await cases(world["jeugdige"])
    alone = [await found(who, f"/cases/{joep}/signals", "privateOf") for who in ("jeugdige", "ouder-een")]
    assert [len(each) for each in alone] == [2, 1]
    tracks = [len(await found(who, "/meldcode-tracks", "id")) for who in ("leerkracht", "aandachtsfunctionaris", "koo")]
    assert tracks == [1, 1, 0]
