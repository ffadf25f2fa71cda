"""To learn that a child has a case at another house, by whoever may find the child: of two children one has one.

Both are pupils of one school and live in one municipality, so that school, municipality and youth health care find them
both. The nurse opened a case about one of the two. Whoever is not in it does everything that he or she may do with a
child, to both: every answer, every list and the log of the own organisation are the same to the byte.
"""

from uuid import UUID

import psycopg
import pytest

from app.demo.people import MUNICIPALITY, SCHOOL, SOCIAL_TEAM
from app.demo.seed import known_id
from app.domain.actors import Role
from tests.api.beginnings import SIGNAL
from tests.api.test_organisation_meetings import employed
from tests.attacks.test_disclosure_outsiders import quick
from tests.attacks.test_meldcode_hidden import Twin, made_equal, reads_about_one
from tests.policy.matrix import NUMBER
from tests.world import Json, Person, World

pytestmark = pytest.mark.anyio

OTHER_NUMBER = "999993653"
FOUND_BY = (
    "leerkracht",
    "intern-begeleider",
    "directie",
    "leerlingadministratie",
    "koo",
    "leerplichtambtenaar",
    "casemanager-jeugd",
)
# Who finds nobody, and looks at what stands of them all.
BESIDE = ("beheerder", "regievoerder-zorg", "swv-coordinator", "aandachtsfunctionaris", "medewerker-stagnatiepunt")


async def twins(world: World, name: str) -> tuple[Twin, Twin]:
    """Two pupils alike; about the first the nurse opened a case, and wrote in it."""
    children = {each: known_id(f"{name}-{each}") for each in ("a", "b")}
    async with await psycopg.AsyncConnection.connect(world.owner_dsn) as owner:
        for each, child in children.items():
            await owner.execute(
                "insert into young_people (id, given_name, family_name, birth_date, school_id, municipality_code,"
                " created_by) values (%s, 'Verzonnen', %s, '2016-02-01', %s, %s, %s)",
                (child, f"Tweeling-{name}-{each}", known_id(SCHOOL), MUNICIPALITY.removeprefix("gm:"), known_id("ib")),
            )
            for parent in ("ouder-een", "ouder-twee"):
                await owner.execute(
                    "insert into guardianships (id, young_person_id, guardian_id, relation, gezag, evidence, conflict,"
                    " valid_from) values (%s, %s, %s, 'ouder', %s, 'gezagsregister', false, '2020-01-01')",
                    (
                        known_id(f"{name}-{each}:{parent}"),
                        child,
                        known_id(parent),
                        "ja" if parent == "ouder-een" else "nee",
                    ),
                )
    nurse = world["jeugdverpleegkundige"]
    opening = {"youngPersonId": str(children["a"]), "route": "midden-groningen", "signal": SIGNAL}
    case = f"/cases/{(await nurse.made('/cases', opening))['id']}"
    await nurse.made(f"{case}/signals", SIGNAL)
    nowhere = "/cases/01900000-0000-7000-8000-00000000dead"
    return Twin(children["a"], f"Tweeling-{name}-a", case), Twin(children["b"], f"Tweeling-{name}-b", nowhere)


async def both(
    who: Person, pair: tuple[Twin, Twin], method: str, path: str, body: Json = None, **headers: str
) -> list[tuple[int, str, set[str]]]:
    """The same request about each twin: what the answers tell, made equal."""
    answers = []
    for twin in pair:
        response = await who.ask(method, twin.at(path), body(twin) if callable(body) else body, **headers)
        answers.append((response.status_code, made_equal(response.text, twin), set(response.headers)))
    return answers


def of_the_child(twin: Twin) -> Json:
    return {"familyName": twin.family_name, "birthDate": "2016-02-01"}


WRITES: tuple[tuple[str, str, Json], ...] = (
    ("POST", "/young-people/_search", of_the_child),
    ("PATCH", "/young-people/{youngPersonId}", {"givenName": "Nieuw"}),
    (
        "POST",
        "/young-people/{youngPersonId}/guardians",
        {
            "displayName": "Verzorger Bedacht",
            "relation": "verzorger",
            "gezag": "nee",
            "evidence": "verklaring",
            "evidenceDate": "2026-11-02",
        },
    ),
    (
        "POST",
        "/young-people/{youngPersonId}/gezag",
        {
            "kind": "eenhoofdig_ouderlijk_gezag",
            "holders": [str(known_id("ouder-een"))],
            "evidence": "gezagsregister",
            "checkedOn": "2026-11-02",
            "validFrom": "2026-11-02",
        },
    ),
    (
        "POST",
        "/young-people/{youngPersonId}/identity-numbers",
        {"number": OTHER_NUMBER, "source": "eigen_administratie"},
    ),
    (
        "POST",
        "/cases",
        lambda twin: {"youngPersonId": str(twin.child), "route": "midden-groningen", "signal": SIGNAL},
    ),
    (
        "POST",
        "/emergency-accesses",
        lambda twin: {"youngPersonId": str(twin.child), "reason": "Verzonnen: het kan niet wachten."},
    ),
)


async def officers(world: World) -> dict[str, Person]:
    """Who guards the data of a house, and reads its log."""
    officer = Role.FUNCTIONARIS_GEGEVENSBESCHERMING
    return {code: quick(await employed(world, officer, code)) for code in (SCHOOL, SOCIAL_TEAM)}


async def test_whoever_may_find_a_child_does_not_find_that_another_house_has_a_case(world: World) -> None:
    pair = await twins(world, "vinden")
    for key in FOUND_BY + BESIDE:
        who = quick(world[key])
        for path in reads_about_one():
            first, second = await both(who, pair, "GET", path)
            assert first == second, (key, path)
        for method, path, body in WRITES[:-2]:
            first, second = await both(who, pair, method, path, body, If_Match="*")
            assert first == second, (key, method, path)
    # Opening a case of the own, last: one is not refused because there is another.
    for key in FOUND_BY:
        for method, path, body in WRITES[-2:-1]:
            first, second = await both(world[key], pair, method, path, body)
            assert first == second, (key, path)


async def test_the_log_of_the_own_organisation_does_not_tell_of_a_case_of_another(world: World) -> None:
    """What is done to a child stands in the log of each of its cases: the officer of the school reads none of those."""
    guards = await officers(world)
    pair = await twins(world, "logboek")
    before = {code: (await officer.seen("/audit-events?limit=1"))["items"][:1] for code, officer in guards.items()}
    admin, manager = quick(world["leerlingadministratie"]), quick(world["casemanager-jeugd"])
    for twin in pair:
        for method, path, body in WRITES[:-2]:
            given = body(twin) if callable(body) else body
            await quick(world["intern-begeleider"]).ask(method, twin.at(path), given, If_Match="*")
        (number,) = (await admin.seen(twin.at("/young-people/{youngPersonId}/identity-numbers")))["items"]
        assert (await admin.post(f"/identity-numbers/{number['id']}/_reveal", {"task": "onderwijs"})).is_success
        made = await manager.made("/emergency-accesses", WRITES[-1][2](twin))
        review = {"justified": False, "note": "Verzonnen."}
        await guards[SOCIAL_TEAM].made(f"/emergency-accesses/{made['id']}/review", review)
    for code, officer in guards.items():
        log = await officer.seen("/audit-events?limit=100")
        assert pair[0].case[7:] not in str(log), code
        since = max((each["id"] for each in before[code]), default="")
        done = [
            (each["action"], each["objectType"], each["outcome"])
            for each in log["items"]
            if each["id"] > since and not each["action"].startswith("audit")
        ]
        # Newest first: what was done about the second child, then the same about the first.
        half = len(done) // 2
        assert half >= len(WRITES[:-2]) or code == SOCIAL_TEAM
        assert done[:half] == done[half:], code
        assert done


async def test_an_emergency_is_answered_alike_for_a_child_without_a_case(world: World) -> None:
    pair = await twins(world, "nood")
    who = quick(world["casemanager-jeugd"])
    method, path, body = WRITES[-1]
    for _ in range(2):  # the second time it is refused, of both
        first, second = await both(who, pair, method, path, body)
        assert first == second


async def test_a_number_that_another_house_knows_is_answered_as_one_that_nobody_knows(world: World) -> None:
    """Also by who records it: a number is not unique, so no refusal tells that it is known of another child."""
    there, alike = await twins(world, "nummer")
    recorded = {"number": NUMBER, "source": "eigen_administratie"}
    child = f"/young-people/{there.child}/identity-numbers"
    admin = quick(world["leerlingadministratie"])
    assert (await admin.post(child, recorded)).status_code == 201
    officer = (await officers(world))[SOCIAL_TEAM]
    logs = []
    for number in (NUMBER, OTHER_NUMBER):
        for key in ("koo", "leerplichtambtenaar", "casemanager-jeugd", "jeugdverpleegkundige"):
            answer = await quick(world[key]).post("/identity-numbers/_search", {"number": number})
            told = '{"items": [], "next": null}'
            # Leerplicht may be sent what a school supplied (WPO 178a): it finds the child.
            if key != "leerplichtambtenaar":
                assert (answer.status_code, answer.text) == (200, told), key
        items = (await officer.seen("/audit-events?limit=1"))["items"]
        logs.append([(each["action"], each["objectType"], each["objectId"], each["outcome"]) for each in items])
    assert logs[0] == logs[1]
    twice = await admin.post(f"/young-people/{alike.child}/identity-numbers", recorded)
    once = await admin.post(f"/young-people/{known_id('mila')}/identity-numbers", recorded | {"number": OTHER_NUMBER})
    assert made_equal(twice.text, alike) == made_equal(once.text, alike)


async def test_a_parent_without_gezag_and_a_family_elsewhere_find_neither_child(world: World) -> None:
    pair = await twins(world, "gezag")
    for key in ("ouder-twee", "jeugdige", "leerling-zeventien"):
        for path in reads_about_one():
            first, second = await both(quick(world[key]), pair, "GET", path)
            assert first == second, (key, path)
            assert first[0] in {403, 404}, (key, path)
        for path in ("/cases", "/me/cases", "/young-people", "/me/access-log?limit=100"):
            listed = (await world[key].get(path)).text
            assert not [twin for twin in pair if str(twin.child) in listed or twin.case[7:] in listed], (key, path)


async def test_an_id_in_a_body_tells_no_more_than_one_in_a_path(world: World) -> None:
    """An id that is somebody else's is refused as one that is nobody's: child, parent, worker, consent."""
    there, _ = await twins(world, "lichaam")
    consent = {
        "purpose": "Samen kijken",
        "recipients": [str(known_id(SOCIAL_TEAM))],
        "dataCategories": ["leven"],
        "told": "Verzonnen.",
    }
    hidden = await world["jeugdverpleegkundige"].made(f"{there.case}/consents", consent)
    support, teacher = quick(world["intern-begeleider"]), quick(world["leerkracht"])
    opening = {"youngPersonId": str(known_id("mila")), "route": "midden-groningen", "signal": SIGNAL}
    own = f"/cases/{(await teacher.made('/cases', opening))['id']}"
    own_child = f"/young-people/{known_id('mila')}"
    nothing = UUID("01900000-0000-7000-8000-00000000dead")
    signal = SIGNAL | {"givenBy": "professional"}
    tries = (
        # what is there, of others, and how it is asked
        (there.case[7:], lambda each: ("POST", f"{own}/consents", consent | {"replaces": each})),
        (hidden["id"], lambda each: ("POST", f"{own}/consents", consent | {"replaces": each})),
        (str(known_id("koo")), lambda each: ("POST", f"{own}/consents", consent | {"recipients": [each]})),
        (str(known_id("leerling-vo")), lambda each: ("POST", f"{own}/signals", signal | {"privateOf": each})),
        (str(known_id("ouder-elders")), lambda each: ("POST", f"{own}/signals", signal | {"privateOf": each})),
        (str(known_id("koo")), lambda each: ("POST", f"{own}/participants", _named(each))),
        (str(known_id("politie")), lambda each: ("POST", f"{own}/participants", _named(each))),
        (str(known_id("leerling-vo")), lambda each: ("POST", "/cases", opening | {"youngPersonId": each})),
        (str(known_id("leerling-vo")), lambda each: ("POST", f"{own_child}/gezag", _gezag(each))),
    )
    for real, request in tries:
        answers = []
        for each in (real, str(nothing)):
            method, path, body = request(each)
            response = await (teacher if path == "/cases" else support).ask(method, path, body)
            answers.append((response.status_code, made_equal(response.text, there)))
        assert answers[0] == answers[1], (request(real), answers)
        assert answers[0][0] in {400, 404}, answers
    admin = quick(world["beheerder"])
    for name in ("guardianId", "youngPersonId", "workerId"):
        real = {"guardianId": "ouder-elders", "youngPersonId": "leerling-vo", "workerId": "koo"}[name]
        answers = [
            (code.status_code, made_equal(code.text, there))
            for code in [await admin.post("/invitation-codes", {name: str(each)}) for each in (known_id(real), nothing)]
        ]
        assert answers[0] == answers[1], name


def _named(worker: str) -> Json:
    return {"workerId": worker, "role": "leerkracht", "functions": [], "ground": "onderwijstaak", "motivation": "Ja."}


def _gezag(holder: str) -> Json:
    return {
        "kind": "eenhoofdig_ouderlijk_gezag",
        "holders": [holder],
        "evidence": "gezagsregister",
        "checkedOn": "2026-11-02",
        "validFrom": "2026-11-02",
    }
