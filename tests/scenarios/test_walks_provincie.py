"""The route provinciaal-basisteam (seed 003) walked over HTTP, by clients that only follow the answers."""

from typing import Any

import psycopg
import pytest

from app.demo.seed import known_id
from app.domain.actors import Category
from app.workflow.loader import current
from tests.scenarios.follower import Follower, Goal
from tests.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

ALL = {str(category) for category in Category}
ROUTE = "provinciaal-basisteam"
EVERYBODY = (
    "leerkracht",
    "intern-begeleider",
    "directie",
    "medewerker-lokaal-team",
    "casemanager-jeugd",
    "expertpool",
    "ouder-een",
    "ouder-twee",
    "jeugdige",
    "andere-school",
)
BASISTEAM = {"medewerker-lokaal-team", "casemanager-jeugd"}
CONCERN = {"givenBy": "professional", "kind": "beide", "content": "Op school en thuis gaat het moeizaam."}
BOTH = {"leervraag": "enkelvoudig", "leefvraag": "enkelvoudig", "evaluation": "afsluiten"}


async def opened(
    world: World, goal: Goal, by: str = "intern-begeleider", child: str = "mila", signal: dict[str, str] | None = None
) -> Follower:
    """A case on this route, opened by one of the demo, followed by everybody in it."""
    cast = [world[key] for key in EVERYBODY]
    return await Follower(cast, goal).open(by, str(known_id(child)), signal or CONCERN, ROUTE)


async def seventeen(world: World) -> None:
    """The youth of the demo is seventeen today."""
    async with await psycopg.AsyncConnection.connect(world.owner_dsn) as connection:
        await connection.execute(
            "update young_people set birth_date = current_date - interval '17 years 6 months' where id = %s",
            (known_id("jeugdige"),),
        )


async def taken(world: World, walk: Follower, who: str = "ouder-een") -> list[str]:
    """The steps as they stand in the case."""
    steps: list[dict[str, Any]] = (await walk.seen(world[who], f"{walk.path}/transitions?limit=100"))["items"]
    assert [step["transition"] for step in steps] == [key for _, key in walk.steps]
    return [step["transition"] for step in steps]


async def sees(world: World, walk: Follower) -> dict[str, set[str]]:
    """Who sees the case now, and which data categories of it."""
    found = {}
    for key in EVERYBODY:
        response = await walk.ask(world[key], "GET", walk.path)
        if response.status_code == 200:
            found[key] = set(response.json()["dataCategories"])
    return found


async def test_only_education(world: World) -> None:
    findings = {"leervraag": "enkelvoudig", "leefvraag": "geen", "resultaat_onderwijs": "voldoende"}
    walk = await opened(world, Goal(findings))
    await walk.walk(until="alleen_onderwijs")
    assert (await walk.seen(world["intern-begeleider"], walk.path))["regie"] == "onderwijs"
    await walk.walk()
    assert await taken(world, walk) == ["verkennen_met_basisteam", "naar_alleen_onderwijs", "onderwijs_afronden"]


async def test_only_municipality(world: World) -> None:
    findings = {"leervraag": "geen", "leefvraag": "enkelvoudig", "resultaat_jeugdhulp": "voldoende"}
    walk = await opened(world, Goal(findings), "casemanager-jeugd")
    await walk.walk(until="alleen_gemeente")
    assert (await walk.seen(world["casemanager-jeugd"], walk.path))["regie"] == "casemanager"
    await walk.walk()
    assert await taken(world, walk) == ["verkennen_met_school", "naar_alleen_gemeente", "gemeente_afronden"]


async def test_a_joint_question_leads_to_one_integral_plan_of_three_parties(world: World) -> None:
    walk = await opened(world, Goal({**BOTH, "evaluation": ["bijstellen", "afsluiten"]}))
    await walk.walk(until="uitvoering")
    dossier = await walk.seen(world["ouder-een"], f"{walk.path}/dossier")
    assert dossier["case"]["regie"] == "casemanager"
    (plan,) = dossier["plans"]
    assert plan["kind"] == "integraal_plan"
    assert {goal["domain"]: goal["authorRole"] in {"leerkracht", "intern_begeleider"} for goal in plan["goals"]} == {
        "onderwijs": True,
        "zorg": False,
    }
    assert {each["party"] for each in plan["approvals"] if each["agreed"]} == {"school", "gemeente", "ouder"}
    named = [each for each in dossier["participants"] if each["functions"]]
    assert sum("regiehouder" in each["functions"] for each in named) == 1
    assert sum("contactpersoon" in each["functions"] for each in named) == 2
    (talk,) = dossier["meetings"]
    assert {each["party"] for each in talk["invitations"]} == {"school", "gemeente", "ouder"}
    await walk.walk()
    assert await taken(world, walk) == [
        "verkennen_met_basisteam",
        "naar_integraal_plan",
        "plan_vaststellen",
        "plan_bijstellen",
        "plan_vaststellen",
        "plan_afronden",
    ]


async def test_a_no_to_the_basisteam_leaves_the_school_its_own_part(world: World) -> None:
    findings = {"leervraag": "enkelvoudig", "resultaat_onderwijs": "voldoende"}
    answers = {"ouder-een": "geweigerd", "ouder-twee": "geweigerd"}
    walk = await opened(world, Goal(findings, ["school_alleen_verder"], answers=answers))
    await walk.walk(until="alleen_onderwijs")
    assert not BASISTEAM & set(await sees(world, walk))
    await walk.walk()
    assert await taken(world, walk) == ["school_alleen_verder", "onderwijs_afronden"]


async def test_consent_taken_back_under_way_shuts_the_basisteam_out_at_once(world: World) -> None:
    walk = await opened(world, Goal({**BOTH, "resultaat_onderwijs": "voldoende"}, ["verkennen_met_basisteam"]))
    await walk.walk(until="uitvoering")
    assert BASISTEAM & set(await sees(world, walk))
    asked = (await walk.seen(world["ouder-een"], f"{walk.path}/consents"))["items"]
    social_team = (await walk.seen(world["ouder-een"], "/organisations?kind=sociaal_team"))["items"][0]["id"]
    (mine,) = [each for each in asked if social_team in each["recipients"]]
    no = {"giverId": str(world["ouder-een"].id), "form": "digitaal"}
    await walk.done_by(world["ouder-een"], "POST", f"/consents/{mine['id']}/withdrawal", no)
    assert not BASISTEAM & set(await sees(world, walk))
    await walk.take("school_alleen_verder", "onderwijs_afronden")


async def stuck(world: World, walk: Follower) -> None:
    """A parent says that there is too little progress."""
    said = {
        "kind": "onvoldoende_voortgang",
        "addressedTo": "gezin_en_casusregisseur",
        "reason": "De afspraken worden gedaan, maar er verandert te weinig.",
    }
    await walk.done_by(world["ouder-een"], "POST", f"{walk.path}/escalations", said)


async def test_insufficient_progress_twice_leads_to_the_expertpool(world: World) -> None:
    findings = {**BOTH, "voortgang_na_vervolg": "onvoldoende", "vervolgafspraken": "intensieve_ondersteuning"}
    walk = await opened(world, Goal(findings), child="mila")
    await walk.walk(until="uitvoering")
    await stuck(world, walk)
    await walk.take("voortgang_bespreken", "vervolgafspraken_maken", "expertpool_laten_adviseren", "naar_expertpool")
    notes = (await walk.seen(world["ouder-een"], f"{walk.path}/notes"))["items"]
    talks = [each for each in notes if each["kind"] == "voortgangsgesprek"]
    assert len(talks) == 2, "discussed anew before the expertpool is asked"
    for talk in talks:
        heard = {*talk["withWhom"], talk["authorRole"]}
        assert heard & {"ouder", "wettelijk_vertegenwoordiger"}
        assert heard & {"casemanager_jeugd", "medewerker_lokaal_team"}
    assert (await sees(world, walk))["expertpool"] >= {"proces"}
    await walk.take("advies_verwerken")
    assert "expertpool" not in await sees(world, walk)
    await walk.take("plan_vaststellen", "plan_afronden")
    raised = (await walk.seen(world["ouder-een"], f"{walk.path}/escalations"))["items"]
    assert {(each["kind"], each["addressedTo"]) for each in raised} == {
        ("onvoldoende_voortgang", "gezin_en_casusregisseur"),
        ("advies_bij_vervolgafspraken", "expertpool"),
        ("geen_beoogd_resultaat", "expertpool"),
    }


async def test_the_school_can_not_close_the_joint_plan(world: World) -> None:
    """003:11, 003:14: who holds the regie closes it, and only when it was discussed."""
    walk = await opened(world, Goal(BOTH))
    await walk.walk(until="uitvoering")
    closing = {"transition": "samen_afsluiten", "explanation": "De school wil stoppen."}
    refused = await walk.ask(world["intern-begeleider"], "POST", f"{walk.path}/transitions", closing)
    assert refused.status_code == 403, refused.text
    alone = {**closing, "transition": "afsluiten_zonder_basisteam"}
    refused = await walk.ask(world["intern-begeleider"], "POST", f"{walk.path}/transitions", alone)
    assert refused.status_code == 409, refused.text
    assert "al_betrokken" in {each["code"] for each in refused.json()["reasons"]}
    await walk.take("samen_afsluiten")
    notes = (await walk.seen(world["ouder-een"], f"{walk.path}/notes"))["items"]
    assert "voortgangsgesprek" in {each["kind"] for each in notes}


async def test_further_agreements_that_help_end_the_ladder(world: World) -> None:
    walk = await opened(world, Goal({**BOTH, "voortgang_na_vervolg": "voldoende"}))
    await walk.walk(until="uitvoering")
    await stuck(world, walk)
    await walk.take("voortgang_bespreken", "vervolgafspraken_maken", "vervolgafspraken_geslaagd", "plan_afronden")
    assert "expertpool" not in await sees(world, walk)


async def test_a_higher_rung_is_refused_with_its_reasons_and_the_way_out(world: World) -> None:
    walk = await opened(world, Goal(BOTH))
    await walk.walk(until="uitvoering")
    early = {"kind": "geen_beoogd_resultaat", "addressedTo": "expertpool", "reason": "Er komt geen schot in."}
    refused = await walk.ask(world["intern-begeleider"], "POST", f"{walk.path}/escalations", early)
    assert refused.status_code == 409, refused.text
    told = refused.json()["reasons"]
    assert [each["code"] for each in told] == ["notitie_ontbreekt", "vastlegging_ontbreekt", "vastlegging_ontbreekt"]
    assert {each["operation"]["action"] for each in told} == {"note.create", "assessment.create"}
    assert all(each["operation"]["href"].startswith("/v1") for each in told)


async def test_a_word_that_the_route_does_not_have_is_a_fault_that_names_those_it_has(world: World) -> None:
    walk = await opened(world, Goal(BOTH))
    strange = {"kind": "stagnatie", "addressedTo": "stagnatiepunt", "reason": "Er komt geen schot in."}
    refused = await walk.ask(world["intern-begeleider"], "POST", f"{walk.path}/escalations", strange)
    faults = {each["location"]: each for each in refused.json()["errors"]}
    assert refused.status_code == 400
    assert faults.keys() == {"/kind", "/addressedTo"}
    assert "expertpool, gezin_en_casusregisseur" in faults["/addressedTo"]["detail"]
    assert "onvoldoende_voortgang" in faults["/kind"]["detail"]


async def test_a_youth_of_seventeen_decides_alone(world: World) -> None:
    await seventeen(world)
    walk = await opened(world, Goal(BOTH), child="jeugdige")
    await walk.walk()
    assert not [actor for actor, _ in walk.done if actor.startswith("ouder")]
    assert ("jeugdige", "plan.approve") in walk.done


async def test_safety_is_shown_at_every_step_to_everybody(world: World) -> None:
    walk = await opened(world, Goal(BOTH))
    shown: dict[str, set[str]] = {}
    for _ in range(4):
        for key in ("ouder-een", "intern-begeleider", "medewerker-lokaal-team"):
            response = await walk.ask(world[key], "GET", f"{walk.path}/next-steps")
            if response.status_code == 200:
                view = response.json()
                shown.setdefault(view["step"], set()).update(each["says"] for each in view["asides"])
                assert view["asides"], (key, view["step"])
        if await walk.advance() == "afgesloten":
            break
    assert shown.keys() >= {"hulpvraag", "verkenning", "integraal_plan", "uitvoering"}
    (words,) = set().union(*shown.values())
    assert "112" in words
    assert words == current(ROUTE).asides["veiligheid"].says.nl


async def test_who_has_no_part_on_the_route_opens_no_case_on_it_and_is_no_entrance(world: World) -> None:
    body = {"youngPersonId": str(known_id("mila")), "route": ROUTE, "signal": CONCERN}
    assert (await world["jeugdverpleegkundige"].post("/cases", body)).status_code == 403
    own = {"givenBy": "ouder", "kind": "beide", "content": "Hoe moet dit verder?"}
    at_the_jgz = {**body, "signal": {**own, "receivedByRole": "jeugdverpleegkundige"}}
    assert (await world["ouder-een"].post("/cases", at_the_jgz)).status_code == 403
    at_the_basisteam = {**body, "signal": {**own, "receivedByRole": "medewerker_lokaal_team"}}
    await world["ouder-een"].made("/cases", at_the_basisteam)
