"""The thinnest thread through every room: a teacher's concern becomes a case, and takes its first step."""

import pytest

from app.demo.seed import known_id
from tests.world import World

pytestmark = pytest.mark.anyio


async def test_a_teacher_opens_a_case_talks_with_the_parents_first_and_starts_the_research(world: World) -> None:
    teacher = world["leerkracht"]
    case = await teacher.made(
        "/cases",
        {
            "youngPersonId": str(known_id("mila")),
            "route": "midden-groningen",
            "signal": {"givenBy": "professional", "kind": "leervraag", "content": "Leest met moeite."},
        },
    )
    path = f"/cases/{case['id']}"
    refused = await teacher.post(f"{path}/transitions", {"transition": "onderzoek_starten"})
    assert refused.status_code == 409
    assert [reason["code"] for reason in refused.json()["reasons"]] == ["oudergesprek_ontbreekt"]
    talk = {
        "kind": "oudergesprek",
        "heldAt": "2026-11-20T15:30:00+01:00",
        "withWhom": ["ouder"],
        "content": "Thuis leest Mila graag voor.",
        "agreements": "We kijken samen over twee weken.",
    }
    await teacher.made(f"{path}/notes", talk)
    await teacher.made(f"{path}/transitions", {"transition": "onderzoek_starten"})
    assert (await teacher.seen(path))["step"] == "onderzoek"
    assert (await world["ouder-een"].seen(path))["step"] == "onderzoek"
    assert (await world["andere-school"].get(path)).status_code == 404
