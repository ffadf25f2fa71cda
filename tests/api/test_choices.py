"""Choices of law, as they are felt: the service of a file that chose otherwise, and of none."""

from pathlib import Path

import pytest

from app.demo.people import YOUTH_HEALTH
from app.demo.seed import known_id
from app.domain import choices
from app.main import create_app
from app.settings import LoopbackSettings
from tests.house.test_settings import SOUND
from tests.policy.arranging import CASEMANAGER, NURSE, YOUTH, a_case, turned
from tests.world import World

pytestmark = pytest.mark.anyio

EMERGENCY = {"youngPersonId": str(known_id("mila")), "reason": "Het kind is weg en niemand weet waarheen."}
HARM = {"kind": "ernstig_nadeel", "motivation": "Thuis is het niet veilig als wij wachten."}
NOTHING = {"kind": "geen", "motivation": "De ouder weet het."}


async def test_emergency_access_is_for_the_roles_that_were_chosen(world: World) -> None:
    with choices.settled('noodtoegang_rollen = ["jeugdverpleegkundige"]'):
        refused = await world[CASEMANAGER].post("/emergency-accesses", EMERGENCY)
        assert refused.status_code == 403
        assert "aan uw rol" in refused.json()["detail"]
        await world[NURSE].made("/emergency-accesses", EMERGENCY)
    await world[CASEMANAGER].made("/emergency-accesses", EMERGENCY)


async def test_an_exception_is_recorded_by_the_roles_that_were_chosen_and_taken_back_by_all(world: World) -> None:
    story = await a_case(world, YOUTH, by=NURSE)
    asked = await story.asks(YOUTH_HEALTH, by=NURSE)
    path = f"/consents/{asked}/exceptions"
    with choices.settled('uitzondering_rollen = ["jeugdarts"]'):
        refused = await world[NURSE].post(path, HARM)
        assert refused.status_code == 403
        assert "aan uw rol" in refused.json()["detail"]
        rules = (await world[NURSE].seen("/rule-sets"))["items"]
        assert rules[-1]["exceptionRoles"] == ["jeugdarts"]
    await world[NURSE].made(path, HARM)
    with choices.settled("uitzondering_rollen = []"):
        await world[NURSE].made(path, NOTHING)


async def test_a_youth_keeps_something_private_from_twelve_or_the_age_that_was_chosen(world: World) -> None:
    story = await a_case(world, YOUTH, by=NURSE)
    turned(world, YOUTH, 14)
    own = {"category": "leven", "content": "Dit is van mij.", "privateOf": str(world[YOUTH].id)}
    with choices.settled("eigen_vanaf = 15"):
        refused = await story.tries(YOUTH, "statements", own)
        assert refused.status_code == 400
        assert [each["code"] for each in refused.json()["errors"]] == ["niet_van_deze_persoon"]
    with choices.settled("eigen_vanaf = 14"):
        await story.add(YOUTH, "statements", own)
    await story.add(YOUTH, "statements", own)


def test_the_service_takes_what_the_file_settles_and_nothing_of_a_start_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SOUND.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "keuzes.toml"
    file.write_text("maanden_vernietiging = 1", "utf-8")
    with choices.settled(""):
        create_app(LoopbackSettings(legal_choices=file))
        assert choices.now(choices.DESTRUCTION_MONTHS) == 1
        create_app(LoopbackSettings())
        assert choices.now(choices.DESTRUCTION_MONTHS) == 3
