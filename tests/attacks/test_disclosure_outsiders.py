"""Whoever has no part in a case tries every door of it: each answers as if there had never been one.

A case with something in every corner, and somebody who does not come to it: by role, by age, by gezag, by what ended.
Every operation about one of its objects is asked twice, once by the ids that are there and once by ids that never were:
the two answers are the same to the byte, after the ids and the moment were made equal.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import httpx
import psycopg
import pytest

from app.demo.seed import known_id
from app.domain.actors import OrganisationKind, Role
from app.domain.ids import new_id
from tests.attacks.test_forgery import cursor_of
from tests.policy.matrix import (
    BODIES,
    NOT_FOUND,
    Scene,
    Situation,
    _plain,
    actions,
    expected,
    organisation,
    path_of,
    scene,
    withdraw,
)
from tests.world import Person, World

pytestmark = [pytest.mark.anyio, pytest.mark.long]

S = Situation
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


async def _read(response: httpx.Response) -> None:
    await response.aread()


def quick(person: Person) -> Person:
    """Compared here; held to the contract elsewhere."""
    person.client.event_hooks = {"response": [_read]}
    return person


def told(response: httpx.Response) -> tuple[int, str, dict[str, str]]:
    """What an answer tells: the status, the text and the headers, but for ids, quota and what counts requests."""
    headers = {
        name: value
        for name, value in response.headers.items()
        if not name.startswith(("ratelimit", "x-request", "trace", "x-trace"))
    }
    return response.status_code, _ID.sub("id", response.text), {name: _ID.sub("id", headers[name]) for name in headers}


def never_there(ids: Mapping[str, UUID]) -> dict[str, UUID]:
    """Ids as new as those of the scene, of nothing at all; the caller stays who he or she is."""
    return {name: ids[name] if name == "caller" else new_id() for name in ids}


_IN_ITS_PATH = re.compile(r"\{(?!organisationId|closureId|key)\w+\}")
# Who stands outside, by role and why: every member of the family, and of each way of working somebody.
OUTSIDE = [
    *(
        (role, at)
        for role in (Role.OUDER, Role.WETTELIJK_VERTEGENWOORDIGER)
        for at in (S.NOT_INVOLVED, S.OTHER_ORGANISATION)
    ),
    (Role.JEUGDIGE, S.NOT_INVOLVED),  # eleven or younger
    (Role.JEUGDIGE, S.OTHER_ORGANISATION),
    (Role.LEERKRACHT, S.ENDED),
    (Role.INTERN_BEGELEIDER, S.OTHER_ORGANISATION),
    (Role.REGIEVOERDER_ZORG, S.OTHER_ORGANISATION),
    (Role.SWV_COORDINATOR, S.NOT_INVOLVED),
    (Role.KIND_OUDERONDERSTEUNER, S.OTHER_ORGANISATION),
    (Role.CASEMANAGER_JEUGD, S.CONSENT_WITHDRAWN),
    (Role.LEERPLICHTAMBTENAAR, S.NOT_INVOLVED),
    (Role.JEUGDVERPLEEGKUNDIGE, S.CONSENT_WITHDRAWN),
    (Role.JEUGDHULPVERLENER, S.CONSENT_WITHDRAWN),
    (Role.SAVE_MEDEWERKER, S.NOT_INVOLVED),  # of the gecertificeerde instelling
    (Role.EXPERTTEAM, S.ENDED),
    (Role.MEDEWERKER_STAGNATIEPUNT, S.ENDED),
    (Role.LEIDINGGEVENDE_KERNPARTNER, S.OTHER_ROLE),
    (Role.POLITIE, S.NOT_INVOLVED),
    (Role.FUNCTIONARIS_GEGEVENSBESCHERMING, S.OTHER_ORGANISATION),
    (Role.BEHEERDER, S.OTHER_ORGANISATION),
]


async def outside(world: World, role: Role, situation: Situation) -> Scene:
    at = await scene(world, role, situation)
    if situation is S.CONSENT_WITHDRAWN:
        await withdraw(world, at)
    quick(at.caller)
    return at


async def answered(at: Scene, operation: str, **headers: str) -> httpx.Response:
    """What the operation answers in the scene."""
    method = operation.split(maxsplit=1)[0]
    body = _plain(BODIES[operation](at)) if operation in BODIES else None
    if method in {"PATCH", "DELETE"}:
        headers.setdefault("If_Match", "*")
    return await at.caller.ask(method, path_of(operation, at), body, **headers)


def closed(role: Role, situation: Situation) -> list[str]:
    """The operations about an object of the case or the child that the table keeps from this caller, as not there."""
    return sorted(
        name
        for name in actions()
        if _IN_ITS_PATH.search(name.split()[1]) and expected(name, role, situation) == NOT_FOUND
    )


@pytest.mark.parametrize(("role", "situation"), OUTSIDE, ids=str)
async def test_what_is_there_is_answered_as_what_never_was(world: World, role: Role, situation: Situation) -> None:
    at = await outside(world, role, situation)
    nowhere = replace(at, ids=never_there(at.ids))
    tried = closed(role, situation)
    for operation in tried:
        answers = [told(await answered(each, operation)) for each in (at, nowhere)]
        assert answers[0][0] == 404, (operation, answers[0])
        assert answers[0] == answers[1], operation
    # Nor by saying that one has it already, by an old place in the list, by a key, by a body that is wrong.
    reads = [name for name in tried if name.startswith("GET /cases/")]
    for operation in reads:
        answers = [told(await answered(each, operation, If_None_Match="*")) for each in (at, nowhere)]
        assert answers[0] == answers[1], operation
    for path in ("/cases/{}/notes", "/cases/{}/consents"):
        paged = [
            f"{path.format(each.ids['case'])}?limit=1&cursor={cursor_of(at.ids['case'])}" for each in (at, nowhere)
        ]
        answers = [told(await at.caller.get(each)) for each in paged]
        assert answers[0] == answers[1], path
    for operation in (name for name in tried if name.startswith("POST /cases/")):
        answers = [
            told(await at.caller.post(path_of(operation, each), {}, Idempotency_Key=f"k-{new_id()}"))
            for each in (at, nowhere)
        ]
        assert answers[0] == answers[1], operation


@pytest.mark.parametrize(
    ("role", "situation"), [each for each in OUTSIDE if each[0] in {Role.OUDER, Role.JEUGDIGE, Role.SAVE_MEDEWERKER}]
)
async def test_no_list_of_an_outsider_holds_a_trace(world: World, role: Role, situation: Situation) -> None:
    at = await outside(world, role, situation)
    hidden = {str(at.ids[name]) for name in ("case", "consent", "meeting", "participant", "escalation", "statement")}
    for path in ("/cases", "/me/cases", "/me/tasks", "/me/access-log", "/young-people", "/me", "/emergency-accesses"):
        for query in ("", "?limit=1", f"?cursor={cursor_of(UUID(int=2**128 - 1))}"):
            response = await at.caller.get(path + query)
            assert not hidden & set(_ID.findall(response.text)), (path, query)


async def test_from_the_eighteenth_birthday_the_parents_find_nothing_of_what_they_saw(world: World) -> None:
    """The token, the cursors, the versions and the keys of the day before are still in their hands."""
    at = await scene(world, Role.OUDER, S.INVOLVED)
    parent = quick(at.caller)
    signal = {"givenBy": "ouder", "kind": "leervraag", "content": "Verzonnen."}
    case = f"/cases/{at.ids['case']}"
    assert (await parent.post(f"{case}/signals", signal, Idempotency_Key="dag-ervoor")).status_code == 201
    seen = await parent.get(case)
    page = (await parent.get(f"{case}/notes?limit=1")).json()["next"]
    assert seen.status_code == 200
    assert page
    await _aged(world, at, 18)
    nowhere = replace(at, ids=never_there(at.ids))
    there_no_more = [name for name in closed(Role.OUDER, S.NOT_INVOLVED) if "meldcode" not in name]
    for operation in there_no_more:
        answers = [told(await answered(each, operation)) for each in (at, nowhere)]
        assert answers[0] == answers[1], operation
        assert answers[0][0] == 404, operation
    gone = told(await parent.get(f"/cases/{nowhere.ids['case']}"))
    assert told(await parent.get(case, If_None_Match=seen.headers["etag"])) == gone
    assert (await parent.get(f"{case}/notes?limit=1&cursor={page}")).status_code == 404
    replayed = await parent.post(f"{case}/signals", signal, Idempotency_Key="dag-ervoor")
    assert (replayed.status_code, "Verzonnen." in replayed.text) == (404, False)
    for path in ("/cases", "/me/cases", "/young-people", "/me/access-log"):
        assert (await parent.get(path)).json()["items"] == [], path


async def _aged(world: World, at: Scene, years: int) -> None:
    async with await psycopg.AsyncConnection.connect(world.owner_dsn) as owner:
        await owner.execute(
            "update young_people set birth_date = app_today() - make_interval(years => %s) where id = %s",
            (years, at.ids["child"]),
        )


async def test_a_youth_sees_the_case_from_the_twelfth_birthday_and_not_the_day_before(world: World) -> None:
    at = await scene(world, Role.JEUGDIGE, S.NOT_INVOLVED)
    youth = quick(at.caller)
    nowhere = replace(at, ids=never_there(at.ids))
    async with await psycopg.AsyncConnection.connect(world.owner_dsn, autocommit=True) as owner:
        await owner.execute(
            "update young_people set birth_date = app_today() - interval '12 years' + interval '1 day' where id = %s",
            (at.ids["child"],),
        )
        for operation in ("GET /cases/{caseId}", "GET /young-people/{youngPersonId}", "GET /me/cases/{caseId}"):
            answers = [told(await answered(each, operation)) for each in (at, nowhere)]
            # Of the child its own id is a person's: it is the caller's, and there is no other to compare with.
            assert answers[0][:2] == answers[1][:2], operation
        await owner.execute(
            "update young_people set birth_date = app_today() - interval '12 years' where id = %s", (at.ids["child"],)
        )
    assert (await youth.get(f"/cases/{at.ids['case']}")).status_code == 200


async def test_roles_heaped_in_one_token_open_no_more_than_the_person_has(world: World) -> None:
    """A parent without gezag claims every role there is, and an organisation; a worker claims to be a parent."""
    everything = [str(role) for role in Role]
    for role, situation in (
        (Role.OUDER, S.NOT_INVOLVED),
        (Role.JEUGDIGE, S.NOT_INVOLVED),
        (Role.SAVE_MEDEWERKER, S.NOT_INVOLVED),
    ):
        at = await outside(world, role, situation)
        claims = {"roles": everything, "organisation": "brin:99ZA00"}
        heaped = quick(world.caller(sub=at.family_name, **claims))
        for path in (f"/cases/{at.ids['case']}", f"/young-people/{at.ids['child']}", f"/consents/{at.ids['consent']}"):
            assert (await heaped.get(path)).status_code in {403, 404}, (role, path)
        for path in ("/cases", "/me/tasks"):
            assert str(at.ids["case"]) not in (await heaped.get(path)).text
        found = await heaped.post(
            "/young-people/_search", {"familyName": at.family_name, "birthDate": at.birth_date.isoformat()}
        )
        assert str(at.ids["child"]) not in found.text


async def test_a_worker_of_the_instelling_that_has_voogdij_finds_no_case_that_nobody_let_it_in(world: World) -> None:
    """That it decides for the child opens nothing by itself to whoever works there: a part in the case does."""
    at = await outside(world, Role.SAVE_MEDEWERKER, S.NOT_INVOLVED)
    async with await psycopg.AsyncConnection.connect(world.owner_dsn) as owner:
        await owner.execute(
            "insert into gezag_findings (id, young_person_id, kind, holders, organisation_id, evidence, checked_on,"
            " valid_from, recorded_by, recorded_role) values (%s, %s, 'voogdij', '{}', %s, 'gezagsregister',"
            " '2026-11-02', '2026-11-02', %s, 'intern_begeleider')",
            (new_id(), at.ids["child"], organisation(OrganisationKind.GECERTIFICEERDE_INSTELLING), new_id()),
        )
    nowhere = replace(at, ids=never_there(at.ids))
    for operation in closed(Role.SAVE_MEDEWERKER, S.NOT_INVOLVED):
        answers = [told(await answered(each, operation)) for each in (at, nowhere)]
        assert answers[0] == answers[1], operation
        assert answers[0][0] == 404, operation
    assert str(at.ids["case"]) not in (await at.caller.get("/cases")).text


async def test_the_calendar_of_a_house_and_its_meetings_name_no_case(world: World) -> None:
    """What every organisation publishes, and what it plans about policy, is the same before and after a case."""
    reader = quick(world["regievoerder-zorg"])
    school = known_id("brin:99ZA00")
    paths = ("/organisations?limit=100", f"/organisations/{school}/closures", f"/organisations/{school}", "/workers")
    before = [told(await reader.get(path))[:2] for path in paths]
    opening = {"youngPersonId": str(known_id("mila")), "route": "midden-groningen"}
    signal = {"givenBy": "professional", "kind": "leervraag", "content": "Verzonnen."}
    case = (await world["jeugdverpleegkundige"].made("/cases", opening | {"signal": signal}))["id"]
    assert [told(await reader.get(path))[:2] for path in paths] == before
    for path in (*paths, f"/organisations/{school}/meetings", "/me/tasks", "/cases"):
        assert case not in (await reader.get(path)).text, path
