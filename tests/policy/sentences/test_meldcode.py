"""The Meldcode: who is in a track knows of it, and nobody else can tell (001:289, domain.md R34)."""

import pytest

from app.demo.seed import known_id
from tests.policy.arranging import CASEMANAGER, HEAD, IB, NURSE, ONE, STAGNATION, TEACHER, YOUTH, newcomer, triaged
from tests.world import World

pytestmark = pytest.mark.anyio

WATCHES = "aandachtsfunctionaris"


async def _track(world: World, by: str = TEACHER, child: str = "mila") -> str:
    body = {"youngPersonId": str(known_id(child)), "signal": "Een blauwe arm.", "observedOn": "2026-11-16"}
    made: str = (await world[by].made("/meldcode-tracks", body))["id"]
    return f"/meldcode-tracks/{made}"


async def test_only_who_takes_part_in_a_track_and_the_aandachtsfunctionaris_see_that_it_exists(world: World) -> None:
    """domain.md R34: alleen deelnemers en de aandachtsfunctionaris; ook de eigen directeur niet."""
    path = await _track(world)
    for who in (TEACHER, WATCHES):
        assert (await world[who].get(path)).status_code == 200, who
    for who in (IB, HEAD, NURSE, CASEMANAGER):
        assert (await world[who].get(path)).status_code == 404, who


async def test_the_family_cannot_ask_for_a_track(world: World) -> None:
    """domain.md R34: of en wanneer het gezin ervan hoort, is aan wie het spoor loopt."""
    path = await _track(world, child="jeugdige")
    for who in (ONE, YOUTH):
        assert (await world[who].get(path)).status_code == 403, who
        assert (await world[who].get("/meldcode-tracks")).status_code == 403, who


async def test_the_aandachtsfunctionaris_of_another_school_sees_nothing(world: World) -> None:
    """domain.md R34: de aandachtsfunctionaris is die van de eigen organisatie."""
    path = await _track(world)
    elsewhere = newcomer(world, "aandachtsfunctionaris", "brin:99ZC00")
    assert (await world[elsewhere].get(path)).status_code == 404
    assert (await world[elsewhere].seen("/meldcode-tracks"))["items"] == []


async def test_who_keeps_the_logins_and_who_guards_the_data_see_no_track(world: World) -> None:
    """domain.md R34: beheer en toezicht op gegevens zijn geen deelname."""
    path = await _track(world)
    officer = newcomer(world, "functionaris_gegevensbescherming", "brin:99ZA00")
    for who in ("beheerder", officer, STAGNATION):
        assert (await world[who].get(path)).status_code == 403, who
    assert "meldcode" not in (await world[officer].get("/audit-events")).text


async def test_a_second_track_about_a_child_is_opened_as_if_there_were_no_first(world: World) -> None:
    """domain.md R34: wie een tweede spoor opent leert daaruit niet dat er een eerste is."""
    first, second = await _track(world), await _track(world, IB)
    assert (await world[IB].get(first)).status_code == 404
    seen = (await world[WATCHES].seen("/meldcode-tracks"))["items"]
    assert [f"/meldcode-tracks/{each['id']}" for each in seen] == [first, second]


async def test_the_route_goes_on_whether_there_is_a_track_or_not(world: World) -> None:
    """001:289: zo nodig wordt de Meldcode doorlopen; de zaak zegt alleen dat zij is overwogen."""
    story = await triaged(world)
    before = (await world[IB].get(f"{story.path}/next-steps")).text
    await _track(world)
    assert (await world[IB].get(f"{story.path}/next-steps")).text == before
