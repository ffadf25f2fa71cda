"""The first wall passed by on purpose: the API's own database role, with who asks told to the walls and nothing more.

Whatever a mistake in the service would ask (`select *` of every table and view), the database shows nothing outside the
caller's cases and, of these, nothing outside the compartments that the policy table opens in this situation.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from app.db import reach
from app.db.tables import Case
from app.domain.actors import FAMILY_ROLES, Category, Role
from app.domain.policy import CASE_REACHES, POLICY, Action, Reach
from tests.conftest import Database
from tests.integrations.tokens import ISSUER
from tests.policy.matrix import (
    FAR,
    FINER,
    FULL,
    GUARDIAN_HOUSE,
    HOME,
    NEAR,
    WARDS,
    Scene,
    Situation,
    categories,
    lines,
    prepared,
    scene,
    withdraw,
)
from tests.world import World

pytestmark = pytest.mark.anyio

TABLES = sorted(Case.metadata.tables)
# Facts of how a case proceeds: for whoever may see the process.
PROCESS = frozenset(
    {
        "participants",
        "transitions",
        "consents",
        "consent_answers",
        "meetings",
        "invitations",
        "approvals",
        "evaluations",
        "escalations",
        "findings",
        "term_pauses",
        "term_extensions",
        "deadlines",
        "participants_in_force",
        "consents_in_force",
    }
)
# Of which the scenes hold no row, or not in every situation.
UNFILLED = frozenset({"deadlines", "term_pauses", "term_extensions", "consents_in_force"})


@pytest.fixture(scope="module")
async def bypassed(new_database: Callable[[], Database], anyio_backend: str) -> AsyncIterator[tuple[World, Any]]:
    """The organisations of the matrix, and a connection of the API's role beside the service."""
    del anyio_backend  # asked for so that the fixture runs in it
    database = new_database()
    async with prepared(database) as made, await psycopg.AsyncConnection.connect(database.api_dsn) as api:
        yield made, api


def _organisation(at: Scene) -> str | None:
    if at.situation in WARDS:
        return NEAR[GUARDIAN_HOUSE]
    if at.role in FAMILY_ROLES:
        return None
    return (FAR if at.situation is Situation.OTHER_ORGANISATION else NEAR)[HOME[at.role]]


async def shown(api: psycopg.AsyncConnection[Any], at: Scene, login: str) -> dict[str, list[dict[str, Any]]]:
    """Every row that the walls let through to this caller, by table or view."""
    found = {}
    async with api.transaction(force_rollback=True), api.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            "select from app_identify(%s, %s, %s, %s)",
            (ISSUER, login, _organisation(at), reach.compartments(frozenset({at.role}))),
        )
        assert cursor.rowcount == 1
        await cursor.execute(
            "select c.relname, string_agg(quote_ident(a.attname), ', ') as columns from pg_class c"
            " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
            " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p')"
            " and has_column_privilege(c.oid, a.attnum, 'select') group by c.relname"
        )
        for row in await cursor.fetchall():
            await cursor.execute(f"select {row['columns']} from {row['relname']}".encode())
            found[row["relname"]] = await cursor.fetchall()
    return found


# Addressed to an organisation, which answers or decides: for who has this action there, and for who asked.
TO_THE_HOUSE = {"data_requests": Action.DATA_REQUEST_READ, "legal_holds": Action.RETENTION_READ}


def faults(at: Scene, found: dict[str, list[dict[str, Any]]]) -> list[str]:
    """What is shown and should not be, in words; and what is missing, so that an empty answer proves nothing."""
    seen = categories(at.role, at.situation) if _reached(at) else frozenset()
    told = [
        f"{table}: {fault}" for table, rows in found.items() for row in rows if (fault := _fault(at, seen, table, row))
    ]
    for table in ("signals", "notes", "assessments", "decisions"):
        there = {Category(row["category"]) for row in found[table] if row["case_id"] == at.ids["case"]}
        if there != seen:
            told.append(f"{table}: {sorted(there)} for {sorted(seen)}")
    if _reached(at) is not any(row["id"] == at.ids["case"] for row in found["cases"]):
        told.append(f"cases: {'lacks' if _reached(at) else 'holds'} the case")
    if Category.PROCES in seen and not all(found[table] for table in PROCESS - UNFILLED):
        told.append("a table of the process is empty")
    return told + _of_the_child(at, found)


def _reached(at: Scene) -> bool:
    return any(grant.reach in CASE_REACHES for grant in lines(at.role, at.situation))


def _for_the_house(at: Scene, action: Action) -> bool:
    return any(grant.reach is Reach.OWN_ORGANISATION and action in grant.actions for grant in POLICY[at.role])


def _fault(at: Scene, seen: frozenset[Category], table: str, row: dict[str, Any]) -> str | None:
    if table in TO_THE_HOUSE:
        asked = at.ids["caller"] in (row.get("requested_by"), *(row.get("asked_of") or ()))
        return None if asked or _for_the_house(at, TO_THE_HOUSE[table]) else "what others of the house keep"
    case = row.get("id" if table == "cases" else "case_id")
    if case is None or row.get("author_id", row.get("actor_id")) == at.ids["caller"]:
        return None
    if case != at.ids["case"] or not _reached(at):
        return "a case of others"
    category = row.get("category") or (Category.PROCES if table in PROCESS else None)
    return None if category is None or category in seen else str(category)


def _of_the_child(at: Scene, found: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Who comes to neither the child nor a case of it knows of no child, parent or gezag; of oneself each knows."""
    if any(grant.reach not in {Reach.OWN_ORGANISATION, Reach.ANYONE} for grant in lines(at.role, at.situation)):
        return []
    of = {"young_people": ("id", "child"), "guardians": ("id", "parent"), "guardianships": ("id", "guardian")}
    return [
        f"{table}: of the child"
        for table, (column, name) in of.items()
        if any(row[column] == at.ids[name] != at.ids["caller"] for row in found[table])
    ]


async def left(world: World, at: Scene) -> None:
    """Nobody is in this case any more, nor has the voogdij: the school of the next scene is the same one."""
    async with await psycopg.AsyncConnection.connect(world.owner_dsn) as owner:
        await owner.execute("update participants set ended_at = now() where case_id = %s", (at.ids["case"],))
        await owner.execute(
            "insert into gezag_findings (id, young_person_id, kind, holders, evidence, checked_on, valid_from,"
            " recorded_by, recorded_role) values (gen_random_uuid(), %(child)s, 'tijdelijk_geen_gezag', '{}', 'brp',"
            " app_today(), app_today(), %(child)s, 'jeugdige')",
            {"child": at.ids["child"]},
        )


@pytest.mark.parametrize(
    "situation",
    [
        *(Situation.INVOLVED, Situation.NOT_INVOLVED, Situation.CONSENT_WITHDRAWN),
        # The others are for the long run: each asks every table as every role.
        *(
            pytest.param(each, marks=pytest.mark.long)
            for each in (*FULL, *FINER, Situation.CHILD_OF_16, *WARDS)
            if each not in {Situation.INVOLVED, Situation.NOT_INVOLVED, Situation.CONSENT_WITHDRAWN}
        ),
    ],
)
async def test_with_the_service_passed_by_the_walls_show_the_own_cases_and_compartments_alone(
    bypassed: tuple[World, Any], situation: Situation
) -> None:
    world, api = bypassed
    of_family = situation in {*FULL, Situation.CHILD_OF_16, *WARDS}
    told = []
    for role in Role if situation not in WARDS else (Role.WETTELIJK_VERTEGENWOORDIGER,):
        if (role in FAMILY_ROLES and not of_family) or (
            situation is Situation.CHILD_OF_16 and role not in FAMILY_ROLES
        ):
            continue
        at = await scene(world, role, situation)
        if situation is Situation.CONSENT_WITHDRAWN:
            await withdraw(world, at)
        told += [f"{role}, {situation}, {each}" for each in faults(at, await shown(api, at, at.family_name))]
        await left(world, at)
    assert not told, "\n".join(sorted(set(told)))


async def test_what_was_remembered_of_consents_ends_with_a_withdrawal_and_is_not_kept_for_others(
    bypassed: tuple[World, Any],
) -> None:
    world, api = bypassed
    at = await scene(world, Role.JEUGDVERPLEEGKUNDIGE, Situation.ON_CONSENT)
    other = await scene(world, Role.JEUGDVERPLEEGKUNDIGE, Situation.OTHER_ORGANISATION)
    ask = "select app_consented(%s, %s), coalesce(current_setting('app.standings', true), '')"
    asked = (at.ids["case"], await _house_on_consent(world, at))
    for caller in (other, at):
        async with api.transaction(force_rollback=True):
            await api.execute(
                "select from app_identify(%s, %s, %s, %s)",
                (ISSUER, caller.family_name, _organisation(caller), reach.compartments(frozenset({caller.role}))),
            )
            opened, _ = await (await api.execute(ask, asked)).fetchone() or (None, "")
            _, kept = await (await api.execute(ask, asked)).fetchone() or (None, "")
            assert opened
            assert (str(at.ids["case"]) in kept) is (caller is at)
            if caller is at:
                await withdraw(world, at)
                now, _ = await (await api.execute(ask, asked)).fetchone() or (opened, "")
                assert now is None
    await left(world, at)


async def _house_on_consent(world: World, at: Scene) -> Any:
    """Whom the consent of the scene is for."""
    async with await psycopg.AsyncConnection.connect(world.owner_dsn) as owner:
        cursor = await owner.execute("select recipients[1] from consents where id = %s", (at.ids["opening"],))
        return (await cursor.fetchone() or [None])[0]
