"""The route map of Utrecht walked over HTTP to the closed case, by clients that only follow the answers."""

import psycopg
import pytest

from app.demo.seed import known_id
from tests.scenarios.follower import Follower, Goal, Json
from tests.scenarios.test_walks_over_http import hold, own_concern
from tests.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

EVERYBODY = (
    "leerkracht",
    "intern-begeleider",
    "directie",
    "leerplichtambtenaar",
    "consulent",
    "gezinswerker",
    "jeugdarts",
    "jeugdverpleegkundige",
    "leidinggevende-leerplicht",
    "save",
    "ouder-een",
    "ouder-twee",
    "jeugdige",
    "andere-school",
)
VO = (
    "intern-begeleider-vo",
    "leerplichtambtenaar",
    "begeleider",
    "gezinswerker",
    "jeugdarts",
    "jeugdverpleegkundige",
    "ouder-een",
    "ouder-twee",
    "leerling-vo",
)
CONCERN = {"givenBy": "professional", "kind": "leervraag", "content": "Is al twee weken niet op school geweest."}
FOUND = {
    "schoolgang": "thuiszitten",
    "passend_aanbod": "ja",
    "soort_aanbod": "andere_school",
    "evaluation": "afsluiten",
}
TO_TABLE = ["contact_opnemen", "kernpartners_inroepen", "naar_actietafel", "naar_gesprek"]
TO_OFFER = ["plannen_vaststellen", "naar_passend_aanbod"]


async def opened(world: World, goal: Goal, by: str, signal: Json = CONCERN, child: str = "mila") -> Follower:
    cast = [world[key] for key in (VO if child == "leerling-vo" else EVERYBODY)]
    return await Follower(cast, goal).open(by, str(known_id(child)), signal, "utrecht-thuiszitten")


async def sees(walk: Follower) -> dict[str, set[str]]:
    """Who sees the case now, and which data categories of it."""
    found = {}
    for actor in walk.cast:
        response = await walk.ask(actor, "GET", walk.path)
        if response.status_code == 200:
            found[actor.key] = set(response.json()["dataCategories"])
    return found


async def refuse(world: World, walk: Follower, kind: str) -> None:
    """Consent to share with the organisation of this kind is asked, and a parent says no."""
    whom = (await walk.seen(world["intern-begeleider"], f"/organisations?kind={kind}"))["items"]
    asked = {
        "purpose": "Samen bekijken wat nodig is.",
        "told": "Wat, met wie en tot wanneer.",
        "recipients": [each["id"] for each in whom],
        "dataCategories": ["leven"],
    }
    consent = await walk.done_by(world["intern-begeleider"], "POST", f"{walk.path}/consents", asked)
    no = {"giverId": str(known_id("ouder-een")), "decision": "geweigerd", "form": "digitaal"}
    await walk.done_by(world["ouder-een"], "POST", f"/consents/{consent['id']}/answers", no)
    walk.facts.update(["consent.asked", "consent.answered"])


async def test_a_fitting_offer_within_the_route(world: World) -> None:
    """routekaart:1-7, 002:106-151: all kernpartners at the table, twelve questions answered, another school found."""
    walk = await opened(world, Goal(FOUND, [*TO_TABLE, *TO_OFFER, "passend_aanbod_gevonden"]), "leerkracht")
    await walk.walk()
    await hold(world, walk)
    meetings = (await walk.seen(world["ouder-een"], f"{walk.path}/meetings"))["items"]
    table = next(each for each in meetings if each["kind"] == "actietafel")
    assert {each["party"] for each in table["invitations"]} == {
        *("ouder", "school", "leerplicht", "samenwerkingsverband", "buurtteam", "jgz")
    }
    checklist = await walk.seen(world["ouder-een"], f"/meetings/{table['id']}/checklist")
    assert checklist["complete"] is True
    assert len(checklist["items"]) == 12
    assert sum(action == "meeting.checklist" for _, action in walk.done) == 12
    plans = (await walk.seen(world["ouder-een"], f"{walk.path}/plans"))["items"]
    assert {plan["kind"] for plan in plans if plan["inForceAt"]} == {"daginvulling", "plan_lange_termijn"}
    seen = await sees(walk)
    assert "gezondheid" not in seen["leerkracht"] | seen["leerplichtambtenaar"] | seen["consulent"]
    assert {"leidinggevende-leerplicht", "save", "andere-school"}.isdisjoint(seen)


async def test_in_vo_the_begeleider_joins_and_the_youth_agrees(world: World) -> None:
    """002:17, 002:33-35, 002:132."""
    goal = Goal(FOUND, [*TO_TABLE, *TO_OFFER, "passend_aanbod_gevonden"])
    walk = await opened(world, goal, "intern-begeleider-vo", child="leerling-vo")
    await walk.walk()
    await hold(world, walk)
    assert "begeleider" in await sees(walk)
    plans = (await walk.seen(world["ouder-een"], f"{walk.path}/plans"))["items"]
    for plan in plans:
        assert {each["party"] for each in plan["approvals"] if each["agreed"]} >= {"ouder", "jeugdige", "school"}


@pytest.mark.parametrize(
    ("sector", "child", "by", "joins"),
    [
        ("sbo", "mila", "leerkracht", "consulent"),
        ("so", "mila", "leerkracht", "consulent"),
        ("vso", "leerling-vo", "intern-begeleider-vo", "begeleider"),
    ],
)
async def test_special_education_comes_to_the_table_too(
    world: World, sector: str, child: str, by: str, joins: str
) -> None:
    """002:17, 002:70-79: sbo and so as po, vso as vo."""
    async with await psycopg.AsyncConnection.connect(world.owner_dsn) as owner:
        await owner.execute(
            "update organisations set sector = %s where id = (select school_id from young_people where id = %s)",
            (sector, known_id(child)),
        )
    walk = await opened(world, Goal(FOUND, TO_TABLE), by, child=child)
    await walk.walk(until="actietafel")
    assert joins in await sees(walk)


async def test_the_family_wants_no_help_and_the_table_is_held(world: World) -> None:
    """002:13, 002:21: no to buurtteam and JGZ; nobody waits for them."""
    walk = await opened(world, Goal(FOUND, TO_TABLE[:2]), "leerkracht")
    await walk.walk(until="kernpartners")
    for kind in ("sociaal_team", "jgz"):
        await refuse(world, walk, kind)
    await walk.take(*TO_TABLE[2:], *TO_OFFER, "passend_aanbod_gevonden")
    await hold(world, walk)
    assert {"gezinswerker", "jeugdarts", "jeugdverpleegkundige"}.isdisjoint(await sees(walk))


async def test_parents_scale_up_and_the_managers_answer(world: World) -> None:
    """002:59: parents see no progress; the manager of leerplicht sees the process and answers."""
    walk = await opened(world, Goal(FOUND, TO_TABLE[:2]), "leerkracht")
    await walk.walk(until="kernpartners")
    manager, parent = world["leidinggevende-leerplicht"], world["ouder-een"]
    assert (await walk.ask(manager, "GET", walk.path)).status_code == 404
    slow = {
        "kind": "vertraging",
        "addressedTo": "leidinggevenden_kernpartners",
        "reason": "Er is nog steeds geen afspraak.",
    }
    await walk.done_by(parent, "POST", f"{walk.path}/escalations", slow)
    walk.facts["escalation.raised"] += 1
    await walk.take("opschalen")
    dossier = await walk.seen(manager, f"{walk.path}/dossier")
    assert (dossier["signals"], dossier["notes"]) == ([], [])
    assert {each["category"] for each in dossier["assessments"]} <= {"proces"}
    refused = await walk.ask(manager, "POST", f"{walk.path}/transitions", {"transition": "verder_na_opschalen"})
    assert refused.status_code == 403
    await walk.take("verder_na_opschalen", "naar_gesprek", *TO_OFFER, "passend_aanbod_gevonden")
    assert ("leidinggevende-leerplicht", "escalation.resolve") in walk.done
    await hold(world, walk)


async def test_save_is_refused_and_never_sees_the_case(world: World) -> None:
    """002:65-67: no fitting offer; the parents want no SAVE."""
    goal = Goal({**FOUND, "passend_aanbod": "nee"}, [*TO_TABLE, *TO_OFFER, "geen_passend_aanbod"])
    walk = await opened(world, goal, "leerkracht")
    await walk.walk(until="opgeschaald")
    await refuse(world, walk, "gecertificeerde_instelling")
    blocked = await walk.ask(
        world["intern-begeleider"], "POST", f"{walk.path}/transitions", {"transition": "save_betrekken"}
    )
    assert [each["code"] for each in blocked.json()["reasons"]] == ["toestemming_geweigerd"]
    await walk.take("afsluiten_na_opschalen")
    await hold(world, walk)
    assert "save" not in await sees(walk)


async def test_save_thinks_along_with_consent_and_the_table_meets_again(world: World) -> None:
    """002:59-67."""
    findings = {**FOUND, "passend_aanbod": ["nee", "ja"]}
    prefer = [*TO_TABLE, *TO_OFFER, "geen_passend_aanbod", "save_betrekken", "verder_na_opschalen"]
    walk = await opened(world, Goal(findings, prefer), "leerkracht")
    await walk.walk(until="opgeschaald")
    await walk.take("save_betrekken")
    assert "save" in await sees(walk)
    await walk.take("verder_na_opschalen", "naar_gesprek", *TO_OFFER, "passend_aanbod_gevonden")
    await hold(world, walk)


async def test_parents_signal_themselves(world: World) -> None:
    """002:85: gaat uw kind niet naar school?"""
    signal = own_concern("ouder", "leervraag", "leerplichtambtenaar")
    prefer = ["hulp_vragen_school", "contact_opnemen", "weer_naar_school"]
    walk = await opened(world, Goal({"schoolgang": ["thuiszitten", "weer_op_school"]}, prefer), "ouder-een", signal)
    await walk.walk()
    await hold(world, walk)
