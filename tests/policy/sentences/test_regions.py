"""Whom other regions know beside the school: who stays out of a case, who keeps its dates, who sits at which table."""

import pytest

from app.demo.people import MUNICIPALITY, PROTECTION, SCHOOL, SWV
from app.demo.seed import known_id
from tests.api.test_checklist import at_the_table
from tests.policy.arranging import HEAD, IB, ONE, STRANGER, TEACHER, TWO, a_case, at_research
from tests.world import Json, World

pytestmark = pytest.mark.anyio

CLOSED = {"kind": "studiedag", "firstDay": "2099-03-02", "lastDay": "2099-03-02", "name": "Studiedag"}
PAUSE = {"term": "signaal", "firstDay": "2099-03-02", "lastDay": "2099-03-03", "reason": "Het gezin is weg."}
MORE = {"term": "signaal", "amount": 1, "reason": "De ouders konden niet eerder."}
OOGO = {"kind": "oogo", "plannedAt": "2099-03-02T10:00:00+01:00", "subjects": ["wijkteams_en_zorgteams"]}


@pytest.mark.parametrize(
    "who",
    [
        "expertpool",
        "expertteam",
        "save",
        "politie",
        "behandelaar",
        "jeugdarts",
        "gezinswerker",
        "medewerker-lokaal-team",
        "consulent",
        "begeleider",
        "leidinggevende-buurtteam",
        "leidinggevende-jgz",
        "leidinggevende-leerplicht",
        "leidinggevende-swv",
    ],
)
async def test_a_partner_who_was_not_called_in_knows_of_no_case(world: World, who: str) -> None:
    """000:25-31, 002:13, 002:17, 002:57-67, 003:14-16, 004:5: wie meedenkt, doet dat als er een beroep op is gedaan."""
    story = await at_research(world)
    assert not await story.seen_by(who)
    assert (await world[who].get(f"{story.path}/dossier")).status_code == 404
    assert (await world[who].seen("/cases"))["items"] == []


@pytest.mark.parametrize("who", ["wethouder", "schoolbestuurder", "directeur-swv"])
async def test_who_agrees_about_policy_sees_and_finds_no_child(world: World, who: str) -> None:
    """004:23-24, 004:28-42: bestuur en beleid gaat over de samenwerking, niet over een kind."""
    story = await at_research(world)
    child = await world[IB].seen(f"/young-people/{known_id('mila')}")
    asked = {"familyName": child["familyName"], "birthDate": child["birthDate"]}
    for path in (story.path, f"{story.path}/dossier", "/cases", f"/young-people/{known_id('mila')}"):
        assert (await world[who].get(path)).status_code == 403, path
    assert (await world[who].post("/young-people/_search", asked)).status_code == 403


async def test_the_oogo_is_for_samenwerkingsverband_municipality_and_boards(world: World) -> None:
    """004:33-42: wie er niet aan tafel zit, leest er niet van; ouders en leerkracht roepen het niet bijeen."""
    held = f"/organisations/{known_id(SWV)}/meetings"
    body: Json = {**OOGO, "parties": [str(known_id(MUNICIPALITY))]}
    for who in (ONE, TEACHER, "wethouder", "schoolbestuurder"):
        assert (await world[who].post(held, body)).status_code == 403, who
    made = await world["directeur-swv"].made(held, body)
    path = f"/organisation-meetings/{made['id']}"
    assert (await world["wethouder"].get(path)).status_code == 200
    assert (await world["schoolbestuurder"].get(path)).status_code == 404
    assert (await world[ONE].get(path)).status_code == 403


async def test_save_comes_in_with_the_parents_consent_alone(world: World) -> None:
    """002:65-67: SAVE kan met toestemming van ouders betrokken worden; zonder hun ja niet."""
    story = await at_research(world)
    for ground in ("toestemming", "jeugdwet_toegang", "onderwijstaak"):
        save = {
            "organisationId": str(known_id(PROTECTION)),
            "role": "save_medewerker",
            "ground": ground,
            "motivation": "Er komt geen passend aanbod.",
        }
        assert (await story.tries(IB, "participants", save)).status_code in {400, 409}, ground
    assert not await story.seen_by("save")


async def test_a_school_says_itself_on_which_days_it_is_closed(world: World) -> None:
    """002:95: binnen vijf dagen, en dat zijn dagen waarop de school open is; wanneer, zegt die school zelf."""
    path = f"/organisations/{known_id(SCHOOL)}/closures"
    for who in (STRANGER, TEACHER, ONE, "koo"):
        assert (await world[who].post(path, CLOSED)).status_code == 403, who
    for who in (IB, HEAD):
        await world[who].made(path, CLOSED)


@pytest.mark.parametrize(("what", "body"), [("pauses", PAUSE), ("extensions", MORE)])
async def test_the_family_and_others_do_not_stretch_a_term_of_the_school(world: World, what: str, body: Json) -> None:
    """002:95, 002:134: een termijn belooft het gezin iets; wie de zaak voert, zegt waarom hij langer wordt."""
    story = await a_case(world)
    for who, status in ((ONE, 403), (TWO, 403), (STRANGER, 404), ("koo", 404)):
        assert (await story.tries(who, what, body)).status_code in {403, status}, who
    await story.add(IB, what, body)


async def test_parents_see_when_each_term_ends_and_who_is_outside_does_not(world: World) -> None:
    """002:85-87, 002:95: in de routekaart leest u wat u kunt verwachten; dat geldt voor dit gezin alleen."""
    story = await a_case(world)
    told = (await world[ONE].seen(f"{story.path}/deadlines"))["items"]
    assert "signaal" in {each["term"] for each in told}
    assert (await world[STRANGER].get(f"{story.path}/deadlines")).status_code == 404


async def test_only_who_was_invited_answers_whether_everything_was_said(world: World) -> None:
    """002:138-141: of de ouder alles heeft kunnen vertellen, zegt wie aan tafel zat."""
    _, path = await at_the_table(world)
    said = {"item": "ouder_verteld", "answer": "ja"}
    assert (await world[TWO].post(f"{path}/checklist", said)).status_code == 403
    assert (await world[STRANGER].get(f"{path}/checklist")).status_code == 404
    await world[ONE].made(f"{path}/checklist", said)
