"""The route expertteam-verbinding (seed 004) walked over HTTP, by clients that only follow the answers."""

from typing import Any

import pytest

from app.demo.seed import known_id
from tests.scenarios.follower import Follower, Goal
from tests.scenarios.test_walks_provincie import seventeen
from tests.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

ROUTE = "expertteam-verbinding"
EVERYBODY = (
    "casemanager-jeugd",
    "intern-begeleider",
    "directie",
    "expertteam",
    "swv-coordinator",
    "ouder-een",
    "ouder-twee",
    "jeugdige",
    "andere-school",
)
ABOVE = ("directeur-swv", "wethouder", "schoolbestuurder")
QUESTION = {"givenBy": "professional", "kind": "beide", "content": "Er is veel geprobeerd; niemand weet nog verder."}
FOUND = {
    "verbinding_uitvoering": "gelegd",
    "verbinding_organisatie": "gelegd",
    "verbinding_bestuur_en_beleid": "gelegd",
    "verbinding_tussen_niveaus": "gelegd",
    "beleidsvraag": "geen_beleidsvraag",
    "passende_plek": "ondersteuning_op_school",
}


async def opened(world: World, goal: Goal, by: str = "casemanager-jeugd", child: str = "mila") -> Follower:
    """A case on this route, opened by one of the demo, followed by everybody in it."""
    cast = [world[key] for key in EVERYBODY]
    return await Follower(cast, goal).open(by, str(known_id(child)), QUESTION, ROUTE)


async def sees(world: World, walk: Follower) -> set[str]:
    """Who sees the case now."""
    return {key for key in EVERYBODY if (await walk.ask(world[key], "GET", walk.path)).status_code == 200}


async def taken(world: World, walk: Follower) -> list[str]:
    steps: list[dict[str, Any]] = (await walk.seen(world["ouder-een"], f"{walk.path}/transitions?limit=100"))["items"]
    return [step["transition"] for step in steps]


async def test_the_expert_team_connects_three_levels_and_answers(world: World) -> None:
    walk = await opened(world, Goal(FOUND))
    await walk.walk()
    assert await taken(world, walk) == [
        "expertteam_inschakelen",
        "sleutelfiguren_zoeken",
        "schooldirecteur_betrekken",
        "samenwerkingsverband_betrekken",
        "niveaus_verbinden",
        "naar_beantwoording",
        "afronden",
    ]
    for key in ABOVE:
        assert (await walk.ask(world[key], "GET", walk.path)).status_code in {403, 404}, key


async def test_the_school_brings_it_and_finds_another_place(world: World) -> None:
    walk = await opened(world, Goal({**FOUND, "passende_plek": "andere_passende_plek"}), "intern-begeleider")
    await walk.walk()
    recorded = (await walk.seen(world["directie"], f"{walk.path}/assessments?limit=100"))["items"]
    place = [each for each in recorded if each["kind"] == "passende_plek"]
    assert [(each["outcome"], each["authorRole"]) for each in place] == [("andere_passende_plek", "directie")]


async def test_the_samenwerkingsverband_is_asked_about_the_region_without_the_child(world: World) -> None:
    walk = await opened(world, Goal(FOUND))
    await walk.walk(until="niveaus")
    notes = (await walk.seen(world["ouder-een"], f"{walk.path}/notes"))["items"]
    (talk,) = [each for each in notes if each["kind"] == "contact_over_de_regio"]
    assert set(talk["withWhom"]) <= {"directeur_swv", "swv_coordinator"}
    assert "swv-coordinator" not in await sees(world, walk)


async def test_a_no_to_the_expert_team_ends_it_there(world: World) -> None:
    answers = {"ouder-een": "geweigerd", "ouder-twee": "geweigerd"}
    walk = await opened(world, Goal(FOUND, ["zorgvraag_afsluiten"], answers=answers))
    await walk.walk()
    assert await taken(world, walk) == ["zorgvraag_afsluiten"]
    assert "expertteam" not in await sees(world, walk)


async def test_a_withdrawal_shuts_the_expert_team_out_at_once(world: World) -> None:
    walk = await opened(world, Goal(FOUND))
    await walk.walk(until="verbinden")
    assert "expertteam" in await sees(world, walk)
    team = (await walk.seen(world["ouder-een"], "/organisations?kind=expertteam"))["items"][0]["id"]
    asked = (await walk.seen(world["ouder-een"], f"{walk.path}/consents"))["items"]
    (mine,) = [each for each in asked if team in each["recipients"]]
    no = {"giverId": str(world["ouder-een"].id), "form": "digitaal"}
    await walk.done_by(world["ouder-een"], "POST", f"/consents/{mine['id']}/withdrawal", no)
    assert "expertteam" not in await sees(world, walk)
    await walk.take("zorgvraag_afsluiten")


async def test_a_no_to_the_school_leaves_the_answer_without_it(world: World) -> None:
    """The parents say yes to the expert team and to the samenwerkingsverband, and no to the school."""
    walk = await opened(world, Goal(FOUND))
    await walk.walk(until="niveaus")
    school = (await walk.seen(world["ouder-een"], "/organisations?kind=school&code=brin:99ZA00"))["items"][0]["id"]
    asking = {
        "purpose": "De schooldirecteur laten meedenken",
        "recipients": [school],
        "dataCategories": ["leren"],
        "told": "Wat het expertteam met de school wil delen.",
        "answers": [
            {
                "giverId": str(world["ouder-een"].id),
                "decision": "geweigerd",
                "form": "mondeling",
                "witnessName": "Tolk Verzonnen",
            }
        ],
    }
    await walk.done_by(world["expertteam"], "POST", f"{walk.path}/consents", asking)
    await walk.walk(until="beantwoording")
    await walk.take("afronden_zonder_school")
    steps = await taken(world, walk)
    assert steps[-1] == "afronden_zonder_school"
    assert "schooldirecteur_betrekken" not in steps
    assert not {"directie", "intern-begeleider"} & await sees(world, walk)


async def test_a_youth_of_seventeen_decides_alone(world: World) -> None:
    await seventeen(world)
    walk = await opened(world, Goal(FOUND), child="jeugdige")
    await walk.walk()
    assert not [actor for actor, action in walk.done if actor.startswith("ouder")]
