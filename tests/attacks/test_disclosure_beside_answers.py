"""Beside what an answer says: what it took to make it, what leaves by itself, and what a document and a function tell.

Whoever has no part in a case, or no compartment of it, compares with what never was: how many statements a refusal
takes, what the functions of the database answer when the service is passed by, which facts go out, what a PDF says.
"""

import io
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from pypdf import PdfReader

from app.db import reach, session
from app.demo.people import SOCIAL_TEAM, YOUTH_HEALTH
from app.demo.seed import known_id
from app.domain.actors import FAMILY_ROLES, Role
from tests.api.beginnings import kept as rows_of
from tests.attacks.test_disclosure_family import KEPT, all_of_it, keeps, pages
from tests.attacks.test_disclosure_outsiders import answered, closed, never_there, outside, quick, told
from tests.attacks.test_disclosure_requests import export_of
from tests.attacks.test_disclosure_twins import WRITES, twins
from tests.conftest import Database
from tests.integrations.tokens import ISSUER
from tests.policy.arranging import (
    CASEMANAGER,
    IB,
    NURSE,
    ONE,
    PARENTS,
    STAGNATION,
    TEACHER,
    TWO,
    YOUTH,
    at_research,
    signal_body,
    turned,
    with_nurse,
    with_stagnation_point,
)
from tests.policy.matrix import HOME as WORKS_AT
from tests.policy.matrix import NEAR, Scene, Situation, prepared, scene
from tests.world import World

pytestmark = pytest.mark.anyio

S = Situation
NOTHING = UUID("01900000-0000-7000-8000-00000000dead")


@pytest.fixture(scope="module")
def database_of(new_database: Callable[[], Database]) -> Database:
    """The database of the module."""
    return new_database()


@pytest.fixture(scope="module")
async def world(database_of: Database, anyio_backend: str) -> AsyncIterator[World]:
    """One application for the module, with the organisations of the matrix."""
    del anyio_backend  # asked for so that the fixture runs in it
    async with prepared(database_of) as made:
        for person in made.people.values():
            quick(person)
        yield made


# --- What it took -----------------------------------------------------------------------------------------------------


@contextmanager
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the service sends to the database meanwhile: time follows it, and is not measured."""
    sent: list[str] = []
    sending = session._send  # noqa: SLF001 - the one place where every statement leaves

    async def noted(connection: Any, statement: str, parameters: Any) -> Any:
        sent.append(statement)
        return await sending(connection, statement, parameters)

    with monkeypatch.context() as patched:
        patched.setattr(session, "_send", noted)
        yield sent


@pytest.mark.parametrize(
    ("role", "situation"),
    [(Role.OUDER, S.NOT_INVOLVED), (Role.JEUGDHULPVERLENER, S.CONSENT_WITHDRAWN)],
    ids=str,
)
async def test_to_refuse_takes_as_much_as_to_find_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, role: Role, situation: S
) -> None:
    """Also without the version that a change asks for, with a stale one, and in another form than JSON."""
    at = await outside(world, role, situation)
    nowhere = replace(at, ids=never_there(at.ids))
    # That a child lives here, and who its parents are, its municipality may find: these are about cases.
    tried = [each for each in closed(role, situation) if not re.search("uardian|youngPerson|identity", each)]
    assert len(tried) > 30
    for operation in tried:
        took = []
        for each in (at, nowhere):
            with statements(monkeypatch) as sent:
                await answered(each, operation)
            took.append(sent)
        assert took[0] == took[1], operation
        if operation.split()[0] in {"PATCH", "DELETE"}:
            stale = [told(await answered(each, operation, If_Match='"verouderd"')) for each in (at, nowhere)]
            assert stale[0] == stale[1], operation
    for accept in ("text/calendar", "application/pdf", "image/svg+xml", "text/html"):
        for path in ("/cases/{}", "/cases/{}/diagram", "/cases/{}/deadlines"):
            two = [told(await at.caller.get(path.format(each.ids["case"]), Accept=accept)) for each in (at, nowhere)]
            assert two[0] == two[1], (accept, path)
    for method in ("HEAD", "OPTIONS", "PUT"):
        two = [told(await at.caller.ask(method, f"/cases/{each.ids['case']}")) for each in (at, nowhere)]
        assert two[0] == two[1], method


async def test_what_is_done_to_a_child_takes_as_much_whether_another_house_has_a_case(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log of that case has it all the same: the database writes it there, and answers nothing."""
    pair = await twins(world, "werk")
    for key in (IB, "leerlingadministratie", CASEMANAGER):
        for method, path, body in (*WRITES[:-2], WRITES[-1]):
            took = []
            for twin in pair:
                given = body(twin) if callable(body) else body
                with statements(monkeypatch) as sent:
                    await world[key].ask(method, twin.at(path), given, If_Match="*")
                took.append(sent)
            assert took[0] == took[1], (key, method, path)
    told_there = await rows_of(
        world, "select distinct action from audit_events where case_id = %s and actor_id <> %s",
        pair[0].case[7:], known_id(NURSE),
    )  # fmt: skip
    assert {"young-person.update", "guardian.create", "emergency-access.create", "identity-number.record"} <= {
        each["action"] for each in told_there
    }


# --- The functions of the database, with the service passed by --------------------------------------------------------

# Asked of a case by its own id, which nobody finds who may not see it; the walls themselves ask these, as the caller.
BY_ITS_ID = {"app_consented", "app_consents", "app_followed_at_sixteen", "app_told_of_emergency"}
# What is answered is told by the row that it is about, or changes something for whoever holds a secret.
NOT_ASKED = {"app_identify", "app_redeem", "app_unbind", "app_rectify", "app_carry_over", "app_tell_each_case"}


async def functions(owner: psycopg.AsyncConnection[Any]) -> list[tuple[str, list[str]]]:
    """Every function that the role of the service may run and that takes an id, with the types that it takes."""
    cursor = await owner.execute(
        "select p.proname, array(select t::regtype::text from unnest(p.proargtypes) t) from pg_proc p"
        " where p.pronamespace = 'public'::regnamespace and p.prosecdef"
        " and has_function_privilege('ondersteuningsroute_api', p.oid, 'execute')"
        " and array['uuid'::regtype::oid, 'uuid[]'::regtype::oid] && p.proargtypes::oid[] order by 1"
    )
    return [(name, types) for name, types in await cursor.fetchall() if name not in NOT_ASKED | BY_ITS_ID]


# Of itself, of what it is addressed with and of its own table everybody may know.
OWN = {"caller", "dataRequest", "answerable", "policy", "policy_planned", "meldcodeTrack"}
# The child and its parents, of the own school or municipality, a number, a login for it; for who may place a hold,
# whether the own house has a part.
FINDABLE = {
    Role.LEERKRACHT: {"app_knows", "app_may_number"},
    Role.BEHEERDER: {"app_invites", "app_has_part"},
}
_OTHERS = {
    "text": "leven",
    "text[]": ["leven"],
    "date": "2026-11-20",
    "timestamp with time zone": "2026-11-20T12:00:00Z",
    "boolean": True,
    "integer": 1,
    "bigint": 1,
}


async def said(
    api: psycopg.AsyncConnection[Any], at: Scene, about: UUID, asked: list[tuple[str, list[str]]]
) -> dict[str, list[Any]]:
    """What each function answers this caller when all that it takes is this id."""
    home = None if at.role in FAMILY_ROLES else NEAR[WORKS_AT[at.role]]
    found = {}
    async with api.transaction(force_rollback=True):
        await api.execute(
            "select from app_identify(%s, %s, %s, %s)",
            (ISSUER, at.family_name, home, reach.compartments(frozenset({at.role}))),
        )
        for name, types in asked:
            values = [[about] if each == "uuid[]" else about if each == "uuid" else _OTHERS[each] for each in types]
            call = sql.SQL("select * from {}({})").format(
                sql.Identifier(name), sql.SQL(", ").join(map(sql.Literal, values))
            )
            cursor = await api.execute(call)
            found[name] = await cursor.fetchall()
    return found


@pytest.mark.parametrize("role", [Role.OUDER, Role.LEERKRACHT, Role.BEHEERDER])
async def test_no_function_of_the_database_tells_an_outsider_what_is_there(
    world: World, database_of: Database, role: Role
) -> None:
    at = await scene(world, role, S.NOT_INVOLVED)
    async with (
        await psycopg.AsyncConnection.connect(world.owner_dsn, autocommit=True) as owner,
        await psycopg.AsyncConnection.connect(database_of.api_dsn) as api,
    ):
        asked = await functions(owner)
        assert len(asked) > 20
        never = await said(api, at, NOTHING, asked)
        for name, each in at.ids.items():
            if name in OWN:
                continue
            there = await said(api, at, each, asked)
            differing = {
                known for known in there if str(there[known]).replace(str(each), str(NOTHING)) != str(never[known])
            }
            assert differing <= FINDABLE.get(role, set()), (
                role,
                name,
                differing,
            )
        cases = await said(api, at, at.ids["child"], [("app_cases_of", ["uuid"])])
        assert cases == {"app_cases_of": []}, "who may find a child does not find its cases"


# --- What leaves by itself --------------------------------------------------------------------------------------------


async def facts(world: World, of_case: str) -> list[tuple[str, Any]]:
    """What would go out of this case."""
    found = await rows_of(world, "select type, data from outbox where case_id = %s order by id", UUID(of_case))
    return [(each["type"], each["data"]) for each in found]


async def test_what_goes_out_does_not_tell_a_yes_from_a_no(world: World) -> None:
    """Nor that care decided apart from the parents, which the other houses are not told."""
    out = []
    for decision in ("gegeven", "geweigerd"):
        story = await at_research(world)
        asked = await story.asks(YOUTH_HEALTH, ("leren",))
        await story.answers(ONE, asked, decision)
        out.append(await facts(world, story.id))
    assert out[0] == out[1]
    turned(world, "jeugdige", 13)
    out = []
    for apart in (True, False):
        story, _ = await with_nurse(world, "jeugdige", yes=(*PARENTS, YOUTH))
        asked = await story.asks(YOUTH_HEALTH, ("leren", "gezondheid"), yes=(*PARENTS, YOUTH))
        if apart:
            body = {"kind": "ernstig_nadeel", "motivation": KEPT}
            await world[NURSE].made(f"/consents/{asked}/exceptions", body)
        else:
            less = {"dataCategories": ["leren"]}
            await world[YOUTH].made(f"/consents/{asked}/narrowing", less)
        out.append(await facts(world, story.id))
    assert out[0] == out[1]


async def test_no_fact_holds_a_word_of_a_person(world: World) -> None:
    """Codes alone; and of an emergency, of sight and of gezag not in which case it was."""
    found = await rows_of(world, "select type, case_id, data from outbox")
    assert len(found) > 20
    assert {
        value for each in found for value in each["data"].values() if not re.fullmatch("[a-z0-9_-]+", value)
    } == set()
    assert {each["type"] for each in found if each["case_id"]} & {"emergency-access.started", "sight.decided"} == set()
    said_no = {"geweigerd", "ingetrokken", "niet_terecht", "afgewezen"}
    assert [each for each in found if said_no & set(each["data"].values())] == []


# --- Inside a case, without a compartment -----------------------------------------------------------------------------


@pytest.mark.parametrize("reader", [STAGNATION, TEACHER])
async def test_nothing_that_a_participant_reads_changes_by_what_is_in_a_compartment_of_others(
    world: World, reader: str
) -> None:
    """Not a byte, a version, a page or a next step: who watches the process, and the teacher beside care."""
    story, _ = await with_stagnation_point(world)
    await story.asks(YOUTH_HEALTH, ("gezondheid",), yes=PARENTS)
    await story.step(IB, "jgz_raadplegen")
    who = world[reader]
    apart = "Verzonnen: dit is van de gezondheidszorg."
    before = await all_of_it(who, story)
    sizes = {part: await pages(who, f"{story.path}/{part}") for part in ("signals", "notes", "statements")}
    made = [
        await story.add(ONE, "statements", {"content": apart, "category": "gezondheid"}),
        await story.add(
            TWO, "statements", {"content": apart, "category": "gezondheid"} | {"privateOf": str(known_id(TWO))}
        ),
    ]
    assert await all_of_it(who, story) == before
    assert {part: await pages(who, f"{story.path}/{part}") for part in sizes} == sizes
    gone = told(await who.get(f"/statements/{NOTHING}"))
    assert told(await who.get(f"/statements/{made[0]['id']}")) == gone
    for tag in ("*", '"verouderd"'):
        assert told(await who.get(f"/statements/{made[0]['id']}", If_None_Match=tag)) == gone
    assert apart in (await world[ONE].get(f"{story.path}/dossier")).text


# --- A key, a place and a token of somebody else or of before ---------------------------------------------------------


async def test_a_key_of_one_role_brings_nothing_back_in_another(world: World) -> None:
    """The same person, with a token that has another role: what was made then is rendered for the role of now."""
    story = await at_research(world)
    said_then = signal_body("leervraag", content="Verzonnen: van de school.")
    await world[IB].made(f"{story.path}/signals", said_then, Idempotency_Key="een-rol-eerder")
    for role in ("beheerder", "leerlingadministratie", "functionaris_gegevensbescherming"):
        other = quick(world.caller(sub=f"demo-{IB}", roles=[role], organisation="brin:99ZA00"))
        replayed = await other.post(f"{story.path}/signals", said_then, Idempotency_Key="een-rol-eerder")
        fresh = await other.post(f"{story.path}/signals", said_then, Idempotency_Key=f"nieuw-{role}")
        assert replayed.status_code in {403, 404}, role
        assert told(replayed) == told(fresh), role
    elsewhere = quick(world.caller(sub=f"demo-{IB}", roles=["intern_begeleider"], organisation="brin:99ZC00"))
    assert (
        await elsewhere.post(f"{story.path}/signals", said_then, Idempotency_Key="een-rol-eerder")
    ).status_code == 403


async def test_a_place_in_the_list_of_another_opens_nothing(world: World) -> None:
    """The cursors of those who take part, in the hands of who does no more: as for a case that never was."""
    story, consent = await with_nurse(world)
    places = {
        key: (await world[key].seen(f"{story.path}/{part}?limit=1"))["next"]
        for key, part in ((IB, "participants"), (NURSE, "participants"), (ONE, "access-log"))
    }
    await story.withdraws(ONE, consent)
    never = f"/cases/{NOTHING}"
    for place in filter(None, places.values()):
        for part in ("participants", "notes", "signals", "access-log", "consents"):
            two = [
                told(await world[NURSE].get(f"{path}/{part}?limit=1&cursor={place}")) for path in (story.path, never)
            ]
            assert two[0] == two[1], part
        for listed in ("/cases", "/me/cases", "/me/tasks"):
            assert story.id not in (await world[NURSE].get(f"{listed}?cursor={place}")).text


# --- Documents --------------------------------------------------------------------------------------------------------


def words(document: bytes) -> str:
    """What somebody reads in a PDF."""
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(document)).pages)


async def test_the_pdf_of_a_parent_tells_no_more_than_the_export(world: World) -> None:
    story = await at_research(world)
    await keeps(story, ONE)
    await story.asks(SOCIAL_TEAM, ("leven",), no=(ONE,))
    unsafe = {"reason": "Verzonnen: het kind is weg.", "unsafeReason": "Verzonnen: dan vindt een ouder het eerder."}
    await world[CASEMANAGER].made("/emergency-accesses", {"youngPersonId": str(known_id("mila")), **unsafe})
    read = {}
    for parent in PARENTS:
        answer = await world[parent].get(export_of(story).replace("/export", "/document"))
        assert answer.status_code == 200
        read[parent] = words(answer.content)
    assert KEPT in read[ONE]
    for hidden in (KEPT, "noodtoegang", "het kind is weg", "eldcode"):
        assert hidden not in read[TWO], hidden


async def test_a_youth_opens_nothing_to_who_is_no_parent_and_does_not_learn_who_is_one(world: World) -> None:
    turned(world, "jeugdige", 16)
    shown = {"dataCategories": ["leven"]}
    answers = [
        told(await world[YOUTH].post("/me/sight", {"guardianId": str(each)} | shown))
        for each in (known_id("ouder-elders"), NOTHING)
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == 400
    turned(world, "jeugdige", 13)
