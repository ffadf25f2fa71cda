"""By what the family may ask for: the export of all, a request about the data, and what a house keeps or destroys.

An export is the whole at once, and a request names things by id: both are tried on what another of the family keeps,
and on what a house may not say.
"""

import json
from uuid import UUID

import pytest

from app.demo.people import SCHOOL, SOCIAL_TEAM, YOUTH_HEALTH
from app.demo.seed import known_id
from tests.attacks.test_disclosure_family import KEPT, keeps
from tests.attacks.test_disclosure_outsiders import quick, told
from tests.policy.arranging import (
    CASEMANAGER,
    HEAD,
    HEALTH,
    IB,
    NURSE,
    ONE,
    PARENTS,
    TWO,
    YOUTH,
    Story,
    a_case,
    at_research,
    turned,
    with_nurse,
)
from tests.world import Json, World

pytestmark = pytest.mark.anyio

NOTHING = UUID("01900000-0000-7000-8000-00000000dead")


@pytest.fixture(autouse=True)
def compared(world: World) -> None:
    """Answers are compared here; that they are as the contract says is held elsewhere."""
    for person in world.people.values():
        quick(person)


def export_of(story: Story) -> str:
    return f"/me/children/{known_id(story.child)}/export"


def request(organisation: str, kind: str = "bezwaar", **more: Json) -> Json:
    return {"kind": kind, "organisationId": str(known_id(organisation)), "content": KEPT, **more}


async def test_the_export_of_everything_holds_nothing_of_what_the_other_keeps(world: World) -> None:
    story = await at_research(world)
    kept = await keeps(story, ONE)
    kept.add((await story.add(ONE, "data-requests", request(SCHOOL)))["id"])
    for refused in ({"privateOf": str(known_id(TWO))}, {"category": "onbekend"}):
        await story.tries(ONE, "statements", {"content": KEPT, "category": "leven"} | refused)
    whole = {parent: (await world[parent].get(export_of(story))).text for parent in PARENTS}
    for part in (KEPT, *kept):
        assert part in whole[ONE]
        assert part not in whole[TWO], part
    assert "geweigerd" not in whole[TWO]
    requests = (await world[TWO].seen("/data-requests"))["items"]
    assert [each for each in requests if each["caseId"] == story.id] == []


async def test_the_export_of_a_parent_holds_nothing_that_care_and_a_youth_keep_apart(world: World) -> None:
    """At twelve what the youth keeps and that care decided apart; at sixteen care itself."""
    turned(world, "jeugdige", 13)
    story, _ = await with_nurse(world, "jeugdige", yes=(*PARENTS, YOUTH))
    asked = await story.asks(YOUTH_HEALTH, ("gezondheid",), yes=(*PARENTS, YOUTH))
    await world[NURSE].made(f"/consents/{asked}/exceptions", {"kind": "ernstig_nadeel", "motivation": KEPT})
    kept = await keeps(story, YOUTH, "jeugdige")
    await story.finds(NURSE, "jgz_uitkomst", "advies", content=HEALTH)
    whole = (await world[ONE].get(export_of(story))).text
    assert HEALTH in whole
    for part in (KEPT, "consent.except", "ernstig_nadeel", *kept):
        assert part not in whole, part
    turned(world, "jeugdige", 16)
    later = await world[ONE].get(export_of(story))
    for part in (HEALTH, KEPT, asked, *kept):
        assert part not in later.text, part
    turned(world, "jeugdige", 18)
    child = known_id("jeugdige")
    for path in ("export", "document"):
        ended, never = [await world[ONE].get(f"/me/children/{each}/{path}") for each in (child, NOTHING)]
        assert told(ended) == told(never)
        assert ended.status_code == 404
    turned(world, "jeugdige", 13)


async def test_who_has_no_gezag_and_who_is_eleven_get_no_export_and_hear_not_why(world: World) -> None:
    turned(world, "jeugdige", 11)
    for key, child in (("ouder-twee", "tijn"), ("jeugdige", "jeugdige"), ("leerling-vo", "mila"), (NURSE, "mila")):
        for path in ("export", "document"):
            there, never = [await world[key].get(f"/me/children/{each}/{path}") for each in (known_id(child), NOTHING)]
            assert told(there) == told(never), (key, path)
            assert there.status_code in {403, 404}
    turned(world, "jeugdige", 13)


async def test_a_request_about_what_another_keeps_is_refused_as_about_nothing(world: World) -> None:
    story = await a_case(world)
    private = {"privateOf": str(known_id(ONE))}
    talk = {"kind": "gesprek", "heldAt": "2026-11-20T15:30:00+01:00", "withWhom": ["ouder"], "agreements": KEPT}
    note = await story.add(IB, "notes", talk | {"content": KEPT} | private)
    for kind in ("bezwaar", "correctie"):
        answers = [
            told(await story.tries(TWO, "data-requests", request(SCHOOL, kind, aboutType="note", aboutId=each)))
            for each in (note["id"], str(NOTHING))
        ]
        assert answers[0] == answers[1]
        assert answers[0][0] == 400


async def test_a_request_does_not_find_out_who_reads_along_untold(world: World) -> None:
    """Whether a house takes part is answered alike before and after an emergency that the family may not know of."""
    story = await at_research(world)
    body = request(SOCIAL_TEAM)
    before = [told(await story.tries(parent, "data-requests", body)) for parent in PARENTS]
    unsafe = {"reason": "Verzonnen: het kind is weg.", "unsafeReason": "Verzonnen: een ouder vindt het eerder."}
    await world[CASEMANAGER].made("/emergency-accesses", {"youngPersonId": str(known_id("mila")), **unsafe})
    assert (await world[CASEMANAGER].get(f"{story.path}/dossier")).status_code == 200
    assert [told(await story.tries(parent, "data-requests", body)) for parent in PARENTS] == before
    assert before[0][0] == 400
    for parent in PARENTS:
        whole = (await world[parent].get(export_of(story))).text
        assert "vitaal_belang" not in whole
        assert str(known_id(CASEMANAGER)) not in whole


async def test_a_request_is_of_who_asks_and_who_answers_and_for_others_not_there(world: World) -> None:
    story, consent = await with_nurse(world)
    made = await story.add(ONE, "data-requests", request(SCHOOL))
    await story.withdraws(ONE, consent)
    for key in (TWO, NURSE, "andere-school", "leerkracht", "leerling-vo", "beheerder"):
        for method, part, body in (
            ("GET", "", None),
            ("POST", "/agreement", {"agrees": False}),
            ("POST", "/decision", {"decision": "geweigerd", "reason": KEPT, "refusalGround": "belang_van_ander"}),
        ):
            there, never = [
                told(await world[key].ask(method, f"/data-requests/{each}{part}", body))
                for each in (made["id"], NOTHING)
            ]
            assert there == never, (key, method, part)
            assert there[0] in {400, 403, 404}
        assert made["id"] not in (await world[key].get("/data-requests?limit=100")).text


async def test_what_a_house_keeps_and_holds_tells_nothing_of_a_case_of_another(world: World) -> None:
    """A hold on a case of another house is refused as one on a case that never was."""
    signal = {"givenBy": "professional", "kind": "leervraag", "content": KEPT}
    opening = {"youngPersonId": str(known_id("mila")), "route": "midden-groningen", "signal": signal}
    hidden = (await world[NURSE].made("/cases", opening))["id"]
    tried = 0
    for key in (HEAD, IB, "beheerder", "aandachtsfunctionaris", "leidinggevende-buurtteam", "directeur-swv"):
        answers = [
            told(await world[key].post("/legal-holds", {"caseId": str(each), "reason": "Verzonnen."}))
            for each in (hidden, NOTHING)
        ]
        assert answers[0] == answers[1], key
        tried += answers[0][0] == 400
        for path in ("/retention-proposals", "/legal-holds", "/destruction-certificates"):
            listed = await world[key].get(path)
            assert hidden not in json.dumps(listed.json()), (key, path)
    assert tried, "somebody may hold"
