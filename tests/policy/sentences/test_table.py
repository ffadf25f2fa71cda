"""Around the tables of FoodValley and Utrecht: who joins on whose wish, who sees what, who answers (000, 002)."""

import pytest

from tests.scenarios.follower import Follower, Goal
from tests.scenarios.test_walks_foodvalley import BOTH
from tests.scenarios.test_walks_foodvalley import opened as in_foodvalley
from tests.scenarios.test_walks_utrecht import FOUND, TO_TABLE
from tests.scenarios.test_walks_utrecht import opened as in_utrecht
from tests.world import World

pytestmark = pytest.mark.anyio

SLOW = {
    "kind": "vertraging",
    "addressedTo": "leidinggevenden_kernpartners",
    "reason": "Er is nog steeds geen afspraak.",
}


async def called_in(world: World) -> Follower:
    """A pupil at home in Utrecht whose school called in the kernpartners."""
    walk = await in_utrecht(world, Goal(FOUND, TO_TABLE[:2]), "leerkracht")
    return await walk.walk(until="kernpartners")


async def test_the_manager_of_a_kernpartner_sees_a_case_only_once_it_was_scaled_up(world: World) -> None:
    """002:57-59: opschalen is de weg via de leidinggevenden; zonder opschalen zien zij geen kind."""
    walk = await called_in(world)
    assert (await world["leidinggevende-leerplicht"].get(walk.path)).status_code == 404
    await world["ouder-een"].made(f"{walk.path}/escalations", SLOW)
    assert (await world["leidinggevende-leerplicht"].get(walk.path)).status_code == 200


async def test_only_the_managers_of_kernpartners_that_take_part_see_it(world: World) -> None:
    """002:51, 002:59: buurtteam en JGZ doen nog niet mee; hun leidinggevenden zien niets."""
    walk = await called_in(world)
    await world["ouder-een"].made(f"{walk.path}/escalations", SLOW)
    for manager in ("leidinggevende-buurtteam", "leidinggevende-jgz", "leidinggevende-swv"):
        assert (await world[manager].get(walk.path)).status_code == 404, manager


async def test_the_manager_reads_not_a_word_about_the_child_and_takes_no_step(world: World) -> None:
    """002:59: versnelling of verbetering in het traject; de inhoud is daar niet voor nodig."""
    walk = await called_in(world)
    await world["ouder-een"].made(f"{walk.path}/escalations", SLOW)
    manager = world["leidinggevende-leerplicht"]
    dossier = await manager.seen(f"{walk.path}/dossier")
    assert (dossier["signals"], dossier["notes"], dossier["assessments"]) == ([], [], [])
    step = {"transition": "opschalen", "explanation": "Het moet sneller."}
    assert (await manager.post(f"{walk.path}/transitions", step)).status_code == 403


async def test_the_gezinswerker_sees_nothing_until_the_family_wants_it(world: World) -> None:
    """002:13: wordt betrokken wanneer een leerling en/of ouders ondersteuning willen."""
    walk = await called_in(world)
    assert (await world["gezinswerker"].get(walk.path)).status_code == 404
    await walk.take("buurtteam_betrekken")
    assert (await world["gezinswerker"].get(walk.path)).status_code == 200


async def test_leerplicht_and_consulent_join_without_consent(world: World) -> None:
    """002:17, 002:25: op hun eigen taak; niemand vraagt de ouders daar toestemming voor."""
    walk = await called_in(world)
    assert (await world["leerplichtambtenaar"].get(walk.path)).status_code == 200
    await walk.take("consulent_inroepen")
    assert (await world["consulent"].get(walk.path)).status_code == 200
    assert (await world["ouder-een"].seen(f"{walk.path}/consents"))["items"] == []


async def test_the_lokaal_team_sees_nothing_until_it_is_called_on(world: World) -> None:
    """000:9: school en/of ouders doen een beroep op het lokaal team; met toestemming."""
    walk = await in_foodvalley(world, Goal(BOTH, ["in_kaart_brengen"]), "leerkracht")
    await walk.walk(until="in_kaart")
    assert (await world["medewerker-lokaal-team"].get(walk.path)).status_code == 404
    await walk.take("lokaal_team_vragen")
    assert (await world["medewerker-lokaal-team"].get(walk.path)).status_code == 200


async def test_the_samenwerkingsverband_of_foodvalley_reads_nothing_of_home(world: World) -> None:
    """000:9-12: onderwijsondersteuning is van school en samenwerkingsverband, thuis van het lokaal team."""
    walk = await in_foodvalley(world, Goal(BOTH, ["in_kaart_brengen"]), "leerkracht")
    await walk.walk(until="in_kaart")
    await walk.take("lokaal_team_vragen", "samenwerkingsverband_vragen", "naar_overleg")
    told = (await world["swv-coordinator"].seen(f"{walk.path}/assessments"))["items"]
    assert "leven" not in {each["category"] for each in told}
