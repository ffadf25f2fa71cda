"""Choices of law, as they are felt: the service of a file that chose otherwise, and of none."""

from pathlib import Path

import pytest

from app.demo.people import SOCIAL_TEAM, YOUTH_HEALTH
from app.demo.seed import known_id
from app.domain import choices
from app.main import create_app
from app.settings import LoopbackSettings
from tests.house.test_settings import SOUND
from tests.policy.arranging import (
    CASEMANAGER,
    IB,
    NURSE,
    ONE,
    TWO,
    YOUTH,
    a_case,
    answer_body,
    at_intake,
    consent_body,
    turned,
)
from tests.world import World

pytestmark = pytest.mark.anyio

EMERGENCY = {"youngPersonId": str(known_id("mila")), "reason": "Het kind is weg en niemand weet waarheen."}
HARM = {"kind": "ernstig_nadeel", "motivation": "Thuis is het niet veilig als wij wachten."}
NOTHING = {"kind": "geen", "motivation": "De ouder weet het."}


async def test_emergency_access_is_for_the_roles_that_were_chosen(world: World) -> None:
    with choices.settled('noodtoegang_rollen = ["jeugdverpleegkundige"]'):
        refused = await world[CASEMANAGER].post("/emergency-accesses", EMERGENCY)
        assert refused.status_code == 403
        assert "AVG 6 lid 1 onder d" in refused.json()["detail"]
        await world[NURSE].made("/emergency-accesses", EMERGENCY)
    await world[CASEMANAGER].made("/emergency-accesses", EMERGENCY)


async def test_an_exception_is_recorded_by_the_roles_that_were_chosen_and_taken_back_by_all(world: World) -> None:
    story = await a_case(world, YOUTH, by=NURSE)
    asked = await story.asks(YOUTH_HEALTH, by=NURSE)
    path = f"/consents/{asked}/exceptions"
    with choices.settled('uitzondering_rollen = ["jeugdarts"]'):
        refused = await world[NURSE].post(path, HARM)
        assert refused.status_code == 403
        assert "Jeugdwet 7.3.4 lid 2" in refused.json()["detail"]
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


async def test_each_parent_answers_in_person_where_that_was_chosen(world: World) -> None:
    story = await a_case(world)
    told = answer_body(TWO, basis="via_andere_ouder")
    asked = await story.asks(YOUTH_HEALTH, yes=[ONE])
    with choices.settled('ouder_via_andere_ouder = "nee"'):
        at_once = consent_body([YOUTH_HEALTH], ["leren"]) | {"answers": [answer_body(ONE), told]}
        for path, body in ((f"/consents/{asked}/answers", told), (f"{story.path}/consents", at_once)):
            refused = await world[IB].post(path, body)
            assert [each["code"] for each in refused.json()["errors"]] == ["alleen_zelf"], path
    await world[IB].made(f"/consents/{asked}/answers", told)
    assert (await world[IB].seen(f"/consents/{asked}"))["inForce"] is True


@pytest.mark.parametrize("goes_on", ["ja", "nee"])
async def test_who_began_with_consent_goes_on_after_a_withdrawal_or_not(world: World, goes_on: str) -> None:
    story, consent = await at_intake(world)
    with choices.settled(f'verder_na_intrekking = "{goes_on}"'):
        await story.withdraws(ONE, consent)
    assert await story.seen_by(CASEMANAGER) is (goes_on == "ja")
    assert await story.seen_by(IB)


async def test_another_consent_that_names_the_house_keeps_it_after_a_withdrawal(world: World) -> None:
    story, consent = await at_intake(world)
    await story.asks(SOCIAL_TEAM, ["leven"], yes=[ONE, TWO])
    with choices.settled('verder_na_intrekking = "nee"'):
        await story.withdraws(ONE, consent)
    assert await story.seen_by(CASEMANAGER)
