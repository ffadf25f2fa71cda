"""Meetings of organisations about policy: who convenes, who sees, and that no child comes into it (seed 004:33)."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlmodel import SQLModel

from app.api.schemas import OrganisationMeeting
from app.demo.people import BOARD, MUNICIPALITY, OTHER_SCHOOL, SCHOOL, SWV
from app.demo.seed import known_id
from app.domain.actors import Role
from app.domain.ids import new_id
from app.services.bodies import OrganisationDecisionBody, OrganisationMeetingBody, OrganisationReportBody
from tests.conftest import Database
from tests.integrations.tokens import ISSUER
from tests.world import Person, World

pytestmark = pytest.mark.anyio

TABLES = ("organisation_meetings", "organisation_meeting_parties", "organisation_decisions")


async def employed(world: World, role: Role, at: str) -> Person:
    """Somebody with this role at this organisation, who has a login."""
    subject, worker = f"iemand-{new_id()}", new_id()
    async with await psycopg.AsyncConnection.connect(world.owner_dsn) as connection:
        await connection.execute(
            "insert into workers (id, organisation_id, display_name) values (%s, %s, 'V. Verzonnen')",
            (worker, known_id(at)),
        )
        await connection.execute(
            "insert into bindings (id, issuer, subject, worker_id, valid_from, bound_by)"
            " values (%s, %s, %s, %s, '2026-01-01', %s)",
            (new_id(), ISSUER, subject, worker, known_id("beheerder")),
        )
    return world.caller(sub=subject, roles=[role], organisation=at)


def oogo(**otherwise: Any) -> dict[str, Any]:
    return {
        "kind": "oogo",
        "plannedAt": "2026-12-01T10:00:00+01:00",
        "subjects": ["wijkteams_en_zorgteams"],
        "parties": [str(known_id(MUNICIPALITY)), str(known_id(BOARD))],
    } | otherwise


def attendance(*codes: str, **otherwise: Any) -> dict[str, Any]:
    there = [{"organisationId": str(known_id(code)), "present": True} | otherwise for code in codes]
    return {"heldAt": "2026-12-01T10:05:00+01:00", "attendance": there}


def of(code: str) -> str:
    return f"/organisations/{known_id(code)}/meetings"


async def test_the_samenwerkingsverband_agrees_with_municipality_and_board_and_each_reads_it(world: World) -> None:
    director = await employed(world, Role.DIRECTEUR_SWV, SWV)
    planned = await director.made(of(SWV), oogo())
    assert planned["subjects"] == ["wijkteams_en_zorgteams"]
    path = f"/organisation-meetings/{planned['id']}"
    held = await director.made(f"{path}/report", attendance(MUNICIPALITY, BOARD))
    assert held["heldAt"] is not None
    assert [party["present"] for party in held["parties"]] == [True, True]
    agreed = {"subject": "wijkteams_en_zorgteams", "description": "De wijkteams sluiten aan bij de zorgteams."}
    decided = await director.made(f"{path}/decisions", agreed)
    assert [each["description"] for each in decided["decisions"]] == [agreed["description"]]
    for role, at in ((Role.WETHOUDER, MUNICIPALITY), (Role.SCHOOLBESTUURDER, BOARD), (Role.SWV_COORDINATOR, SWV)):
        reader = await employed(world, role, at)
        assert await reader.seen(path) == decided
        assert [each["id"] for each in (await reader.seen(of(SWV)))["items"]] == [planned["id"]]


async def test_who_has_no_place_at_the_table_sees_nothing_of_it(world: World) -> None:
    director = await employed(world, Role.DIRECTEUR_SWV, SWV)
    planned = await director.made(of(SWV), oogo(parties=[str(known_id(MUNICIPALITY))]))
    outside = await employed(world, Role.SCHOOLBESTUURDER, BOARD)
    assert (await outside.get(f"/organisation-meetings/{planned['id']}")).status_code == 404
    assert (await outside.seen(of(SWV)))["items"] == []


async def test_the_walls_hold_when_the_first_wall_would_not(world: World, database: Database) -> None:
    """As the API's own role in the database, for a caller of an organisation that was not invited."""
    director = await employed(world, Role.DIRECTEUR_SWV, SWV)
    planned = await director.made(of(SWV), oogo())
    counts = {}
    for code in (MUNICIPALITY, OTHER_SCHOOL):
        async with await psycopg.AsyncConnection.connect(database.api_dsn) as connection:
            await connection.execute("select set_config('app.organisation', %s, true)", (str(known_id(code)),))
            rows = await connection.execute(
                "select (select count(*) from organisation_meetings where id = %(id)s)"
                " + (select count(*) from organisation_meeting_parties where meeting_id = %(id)s)",
                {"id": UUID(planned["id"])},
            )
            counts[code] = (await rows.fetchone() or (None,))[0]
    assert counts == {MUNICIPALITY: 3, OTHER_SCHOOL: 0}


async def test_a_guest_reads_and_changes_nothing(world: World) -> None:
    director = await employed(world, Role.DIRECTEUR_SWV, SWV)
    planned = await director.made(of(SWV), oogo(parties=[str(known_id(MUNICIPALITY)), str(known_id(BOARD))]))
    alderman = await employed(world, Role.WETHOUDER, MUNICIPALITY)
    path = f"/organisation-meetings/{planned['id']}"
    refused = await alderman.post(f"{path}/report", attendance(MUNICIPALITY, BOARD))
    assert refused.status_code == 403
    assert (await alderman.post(of(SWV), oogo())).status_code == 403


async def test_an_oogo_has_a_municipality_and_no_school_at_the_table(world: World) -> None:
    director = await employed(world, Role.DIRECTEUR_SWV, SWV)
    without = await director.post(of(SWV), oogo(parties=[str(known_id(BOARD)), str(known_id(SCHOOL))]))
    assert without.status_code == 400
    faults = {(each["location"], each["code"]) for each in without.json()["errors"]}
    assert faults == {("/parties", "partij_ontbreekt"), ("/parties/1", "hoort_hier_niet")}


async def test_a_school_holds_a_zat_and_no_oogo(world: World) -> None:
    counsellor = world["intern-begeleider"]
    refused = await counsellor.post(of(SCHOOL), oogo())
    assert [each["code"] for each in refused.json()["errors"]] == ["hoort_hier_niet"]
    planned = await counsellor.made(of(SCHOOL), oogo(kind="zat", parties=[str(known_id(MUNICIPALITY))]))
    assert (planned["kind"], planned["convenedBy"]) == ("zat", "intern_begeleider")
    assert (await counsellor.post(of(OTHER_SCHOOL), oogo(kind="zat"))).status_code == 403


async def test_every_invited_organisation_is_named_once_in_the_report(world: World) -> None:
    director = await employed(world, Role.DIRECTEUR_SWV, SWV)
    planned = await director.made(of(SWV), oogo())
    path = f"/organisation-meetings/{planned['id']}"
    early = await director.post(f"{path}/decisions", {"subject": "werkwijze", "description": "Elk kwartaal."})
    assert early.json()["type"].endswith("nog-niet-gehouden")
    wrong = await director.post(f"{path}/report", attendance(BOARD, SCHOOL, present=False))
    faults = {(each["location"], each["code"]) for each in wrong.json()["errors"]}
    assert faults == {
        ("/attendance", "niet_iedereen"),
        ("/attendance/1/organisationId", "niet_uitgenodigd"),
        ("/attendance/0/absenceReason", "reden_ontbreekt"),
        ("/attendance/1/absenceReason", "reden_ontbreekt"),
    }
    await director.made(f"{path}/report", attendance(MUNICIPALITY, BOARD))
    again = await director.post(f"{path}/report", attendance(MUNICIPALITY, BOARD))
    assert again.json()["type"].endswith("al-gehouden")


def test_nothing_of_it_asks_for_a_child() -> None:
    words = ("child", "young", "pupil", "leerling", "jeugdige", "case", "zaak", "guardian", "birth")
    names = [
        *(column.name for table in TABLES for column in SQLModel.metadata.tables[table].columns),
        *OrganisationMeetingBody.model_fields,
        *OrganisationReportBody.model_fields,
        *OrganisationDecisionBody.model_fields,
        *OrganisationMeeting.model_fields,
    ]
    assert len(names) > 40
    assert [name for name in names if any(word in name for word in words)] == []
    hint = OrganisationDecisionBody.model_fields["description"].description or ""
    assert "noem geen kind" in hint
