"""The route of FoodValley walked over HTTP to the closed case, by clients that only follow the answers."""

import pytest

from app.demo.seed import known_id
from tests.scenarios.follower import Follower, Goal, Json
from tests.scenarios.test_walks_over_http import ALL, hold, own_concern
from tests.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

EVERYBODY = (
    "leerkracht",
    "intern-begeleider",
    "directie",
    "medewerker-lokaal-team",
    "swv-coordinator",
    "leerplichtambtenaar",
    "behandelaar",
    "politie",
    "ouder-een",
    "ouder-twee",
    "jeugdige",
    "andere-school",
)
VO = ("intern-begeleider-vo", "medewerker-lokaal-team", "ouder-een", "ouder-twee", "leerling-vo")
CONCERN = {"givenBy": "professional", "kind": "beide", "content": "Kan de les niet meer volgen en is vaak moe."}
YES = {"extra_nodig": "ja", "met_het_kind_zelf": "meegedaan", "zorg_op_school": "niet_nodig"}
BOTH = {**YES, "meest_passend_antwoord": "onderwijs_en_thuis"}
TO_TABLE = ["in_kaart_brengen", "lokaal_team_vragen", "naar_overleg"]
TWO_PLANS = ["onderwijsplan_vaststellen", "gezinsplan_vaststellen"]


async def opened(world: World, goal: Goal, by: str, signal: Json = CONCERN, child: str = "mila") -> Follower:
    cast = VO if child == "leerling-vo" else EVERYBODY
    return await Follower([world[key] for key in cast], goal).open(by, str(known_id(child)), signal, "foodvalley")


async def sees(walk: Follower) -> dict[str, set[str]]:
    """Who sees the case now, and which data categories of it."""
    found = {}
    for actor in walk.cast:
        response = await walk.ask(actor, "GET", walk.path)
        if response.status_code == 200:
            found[actor.key] = set(response.json()["dataCategories"])
    return found


async def test_school_and_home_two_plans_in_one_dossier(world: World) -> None:
    """000:9-10, 000:33-35: both are called on, both map, the table answers, two plans lie in one dossier."""
    prefer = [*TO_TABLE[:2], "samenwerkingsverband_vragen", "naar_overleg", "antwoord_vaststellen"]
    walk = await opened(world, Goal(BOTH, [*prefer, *TWO_PLANS, "uitvoeren", "afronden"]), "leerkracht")
    await walk.walk()
    await hold(world, walk, "vraag")
    dossier = await walk.seen(world["ouder-een"], f"{walk.path}/dossier")
    in_force = {plan["kind"] for plan in dossier["plans"] if plan["inForceAt"] is not None}
    assert in_force == {"onderwijsplan", "gezinsplan"}
    [meeting] = dossier["meetings"]
    assert {each["party"] for each in meeting["invitations"]} == {"ouder", "school", "lokaal_team"}
    seen = await sees(walk)
    assert set(seen) == {
        *("leerkracht", "intern-begeleider", "directie", "medewerker-lokaal-team", "swv-coordinator"),
        *("ouder-een", "ouder-twee"),
    }
    assert seen["ouder-een"] == ALL
    assert "leven" not in seen["leerkracht"]


async def test_care_at_school_has_its_law_and_its_plan(world: World) -> None:
    """000:12-14: nursing at school, paid by the Zvw; the therapist joins with consent."""
    findings = {**BOTH, "zorg_op_school": "verpleging", "wet_zorg_op_school": "zvw"}
    prefer = [*TO_TABLE, "behandelaar_vragen", "antwoord_vaststellen", *TWO_PLANS, "zorgplan_vaststellen", "uitvoeren"]
    walk = await opened(world, Goal(findings, prefer), "intern-begeleider")
    await walk.walk(until="uitvoering")
    found = (await walk.seen(world["ouder-een"], f"{walk.path}/assessments"))["items"]
    assert {each["outcome"] for each in found if each["kind"] == "wet_zorg_op_school"} == {"zvw"}
    assert "behandelaar" in await sees(walk)
    told = (await walk.seen(world["directie"], f"{walk.path}/assessments"))["items"]
    assert "zorg_op_school" not in {each["kind"] for each in told}, "care is no school fact"
    await walk.take("afronden")
    await hold(world, walk, "vraag")


async def test_the_table_does_not_wait_for_a_refused_lokaal_team(world: World) -> None:
    """A no to the lokaal team: the school explains and goes on; nobody of it ever sees the case."""
    findings = {**YES, "meest_passend_antwoord": "onderwijs"}
    goal = Goal(findings, ["in_kaart_brengen"], answers={"ouder-een": "geweigerd", "ouder-twee": "geweigerd"})
    walk = await opened(world, goal, "leerkracht")
    await walk.walk(until="in_kaart")
    teacher, team = world["intern-begeleider"], str(known_id("oin:00000099000000001000"))
    asked = {
        "purpose": "Samen bekijken wat nodig is.",
        "told": "Wat, met wie en tot wanneer.",
        "recipients": [team],
        "dataCategories": ["leven"],
    }
    consent = await walk.done_by(teacher, "POST", f"{walk.path}/consents", asked)
    no = {"giverId": str(known_id("ouder-een")), "decision": "geweigerd", "form": "digitaal"}
    await walk.done_by(world["ouder-een"], "POST", f"/consents/{consent['id']}/answers", no)
    walk.facts.update(["consent.asked", "consent.answered"])
    await walk.take("naar_overleg_zonder_lokaal_team", "antwoord_zonder_lokaal_team", "onderwijsplan_vaststellen")
    await walk.take("uitvoeren", "afronden")
    await hold(world, walk, "vraag")
    assert "medewerker-lokaal-team" not in await sees(walk)
    [meeting] = (await walk.seen(world["ouder-een"], f"{walk.path}/meetings"))["items"]
    assert {each["party"] for each in meeting["invitations"]} == {"ouder", "school"}


async def test_in_vo_the_meeting_may_be_without_parents(world: World) -> None:
    """000:21-22: in vo an ordinary meeting is of professionals; the plans are agreed by parents and youth."""
    goal = Goal(BOTH, [*TO_TABLE, "antwoord_vaststellen", *TWO_PLANS, "uitvoeren", "afronden"])
    walk = await opened(world, goal, "intern-begeleider-vo", child="leerling-vo")
    await walk.walk()
    await hold(world, walk, "vraag")
    [meeting] = (await walk.seen(world["ouder-een"], f"{walk.path}/meetings"))["items"]
    assert {each["party"] for each in meeting["invitations"]} == {"school", "lokaal_team"}
    plans = (await walk.seen(world["ouder-een"], f"{walk.path}/plans"))["items"]
    for plan in plans:
        assert {each["party"] for each in plan["approvals"] if each["agreed"]} >= {"ouder", "jeugdige"}


async def test_the_answer_can_be_that_nothing_extra_is_needed(world: World) -> None:
    """000:10."""
    goal = Goal({**YES, "meest_passend_antwoord": "geen"}, [*TO_TABLE, "geen_extra_ondersteuning"])
    walk = await opened(world, goal, "leerkracht")
    await walk.walk()
    steps = await hold(world, walk, "vraag")
    assert steps[-1]["transition"] == "geen_extra_ondersteuning"


async def test_parents_turn_to_the_lokaal_team_and_the_school_joins_with_consent(world: World) -> None:
    """000:9: parents call on the lokaal team themselves."""
    signal = own_concern("ouder", "leefvraag", "medewerker_lokaal_team")
    goal = Goal(BOTH, ["school_betrekken", "in_kaart_brengen", "naar_overleg", "antwoord_vaststellen", *TWO_PLANS])
    walk = await opened(world, goal, "ouder-een", signal)
    assert set(await sees(walk)) == {"medewerker-lokaal-team", "ouder-een", "ouder-twee"}
    await walk.walk(until="plannen")
    await walk.take(*TWO_PLANS, "uitvoeren", "afronden")
    await hold(world, walk, "vraag")
