"""The second wall, asked directly in SQL: what each database role sees and can change when the service is mistaken."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from app.db import reach, tables
from app.demo.postgres import API, OWNER, WORKER
from app.demo.seed import known_id, seed
from app.domain.actors import Category
from tests.conftest import Database
from tests.integrations.tokens import ISSUER

# No wall around these, because nothing in them is about a person: a public register, and alembic's own number.
OPEN = {"organisations", "alembic_version"}
# The API writes these and reads none of them.
UNREAD = {"outbox", "recounts", "consent_reminders", "audit_positions", "retention_objects", "destruction_portions"}
# Shut for every process that connects: who brings cases to another version of their route does it as the owner.
# And that a child left a school is kept by a trigger.
SHUT = {"case_migrations", "migrated_cases", "school_departures"}
# Shows less than its case: to the house that wrote it, and to the youth; of the family to each the own answers.
NARROWER = {"consent_exceptions", "consent_answers"}
# Of the organisation that holds a case's destruction back, and of nobody else who is in the case.
OF_KEEPER = {"legal_holds"}
SEALED = {"audit_events", "audit_chains", "audit_seals", "audit_links", "audit_positions"}
OF_WORKER = {"outbox", "deadlines", "recounts", "consent_reminders", *SEALED}
FOR_WORKER = {"every_case_clock", "every_consent_to_remind", "every_child_of_cases"}
# Of what the family asks: to who asks and to the house that answers; the worker keeps its date.
NARROWER |= {"data_requests"}
OF_WORKER |= {"data_requests"}
# What is sealed apart, and the certificates that are verified.
OF_WORKER |= {"meldcode_events", "meldcode_destructions", "destruction_certificates", "retention_proposals"}
METADATA = tables.Case.metadata
TABLES = sorted(METADATA.tables)
SCHOOL, OTHER_SCHOOL = "brin:99ZA00", "brin:99ZC00"
SWV, BOARD = "swv:PO2001", "bestuur:99901"
ALL = "gezondheid,leren,leven,proces,veiligheid,verzuim"


@dataclass
class Asked:
    """The API's own connection, and two cases: Mila's at De Verzonnen Vlieger, and Noor's, of which JGZ alone knows.

    And a meeting about policy of the samenwerkingsverband and the board, which knows of no case.
    """

    api: psycopg.Connection[dict[str, Any]]
    owner: psycopg.Connection[dict[str, Any]]
    mila: UUID
    noor: UUID
    policy: UUID

    def identify(self, key: str, organisation: str | None = None, compartments: str = ALL) -> UUID | None:
        """Tell the walls who asks, as the service does at the start of a transaction."""
        kinds = Jsonb(dict.fromkeys(("worker", "guardian", "young_person"), compartments))
        row = self.api.execute(
            "select person_id from app_identify(%s, %s, %s, %s)", (ISSUER, f"demo-{key}", organisation, kinds)
        ).fetchone()
        return None if row is None else row["person_id"]

    def ids(self, table: str, column: str = "id") -> set[object]:
        return {row[column] for row in self.api.execute(f"select {column} from {table}".encode())}

    def readable(self) -> dict[str, int]:
        """How many rows of each table the API's role sees; a table that it may not ask for at all counts as none."""
        found = {}
        for table in TABLES:
            try:
                with self.api.transaction():
                    row = self.api.execute(f"select count(*) as n from {table}".encode()).fetchone()
            except errors.InsufficientPrivilege:
                found[table] = 0
            else:
                found[table] = row["n"] if row else 0
        return found


def _attempt(asked: Asked, statement: str) -> None:
    """One statement in a transaction of the teacher's own."""
    with asked.api.transaction():
        asked.identify("leerkracht", SCHOOL)
        asked.api.execute(statement.encode())


def _rows(owner: psycopg.Connection[dict[str, Any]], case: UUID, child: str, by: UUID, organisation: str) -> None:
    """One row of every table of a case."""
    ids = {name: uuid4() for name in ("participant", "consent", "meeting", "plan", "goal", "escalation")}
    named: dict[str, object] = {
        "case": case,
        "child": known_id(child),
        "by": by,
        "org": known_id(organisation),
        **ids,
    }
    content = "case_id, author_id, author_role"
    # Somebody who is no caller here: what a caller wrote himself or herself stays readable, whatever the compartments.
    by_whom = "%(case)s, '01900000-0000-7000-8000-000000000001', 'leerkracht'"
    for statement in (
        (
            "insert into cases (id, young_person_id, route, route_version, step, opened_by, opened_at, last_sequence)"
            " values (%(case)s, %(child)s, 'midden-groningen', 1, 'signaal', %(by)s, now() - interval '1 day', 0)"
        ),
        (
            "insert into participants (id, case_id, organisation_id, ground, added_by)"
            " values (%(participant)s, %(case)s, %(org)s, 'onderwijstaak', %(by)s)"
        ),
        (
            "insert into transitions (id, case_id, sequence, transition, from_step, to_step, performed_by, role)"
            " values (gen_random_uuid(), %(case)s, 1, 'x', 'a', 'b', %(by)s, 'leerkracht')"
        ),
        *(
            f"insert into signals (id, {content}, given_by, kind, category, content)"
            f" values (gen_random_uuid(), {by_whom}, 'ouder', 'beide', '{category}', 'verzonnen')"
            for category in ALL.split(",")
        ),
        (
            f"insert into notes (id, {content}, kind, category, held_at, content, agreements)"
            f" values (gen_random_uuid(), {by_whom}, 'oudergesprek', 'leren', now(), 'verzonnen', 'geen')"
        ),
        (
            f"insert into statements (id, {content}, kind, category, content)"
            f" values (gen_random_uuid(), {by_whom}, 'verklaring', 'leven', 'verzonnen')"
        ),
        (
            f"insert into assessments (id, {content}, kind, category, outcome)"
            f" values (gen_random_uuid(), {by_whom}, 'k', 'gezondheid', 'o')"
        ),
        (
            f"insert into consents (id, {content}, purpose, recipients, told, valid_from, valid_until)"
            f" values (%(consent)s, {by_whom}, 'p', array[%(org)s]::uuid[], 't', '2020-01-01', '2099-01-01')"
        ),
        (
            "insert into consent_answers (id, case_id, consent_id, giver_id, capacity, decision, form, basis,"
            " recorded_by, recorded_role)"
            " values (gen_random_uuid(), %(case)s, %(consent)s, %(child)s, 'jeugdige', 'gegeven',"
            " 'digitaal', 'zelf', %(by)s, 'leerkracht')"
        ),
        (
            f"insert into consent_exceptions (id, {content}, consent_id, kind, motivation)"
            f" values (gen_random_uuid(), {by_whom}, %(consent)s, 'weloverwogen_wens', 'verzonnen')"
        ),
        (
            "insert into gezag_findings (id, young_person_id, kind, holders, evidence, checked_on, valid_from,"
            " recorded_by, recorded_role) select gen_random_uuid(), young_person_id, 'niet_te_bepalen', '{}', 'brp',"
            " '2020-01-01', '2020-01-01', %(by)s, 'leerkracht' from cases where id = %(case)s"
        ),
        f"insert into meetings (id, {content}, kind, planned_at) values (%(meeting)s, {by_whom}, 'mdo', now())",
        (
            "insert into invitations (id, case_id, meeting_id, party, participant_id, invited_by)"
            " values (gen_random_uuid(), %(case)s, %(meeting)s, 'school', %(participant)s, %(by)s)"
        ),
        (
            f"insert into decisions (id, {content}, meeting_id, category, description)"
            f" values (gen_random_uuid(), {by_whom}, %(meeting)s, 'leren', 'verzonnen')"
        ),
        (
            f"insert into checklist_answers (id, {content}, meeting_id, item, answer, category, remark)"
            f" values (gen_random_uuid(), {by_whom}, %(meeting)s, 'doel', 'ja', 'leren', 'verzonnen')"
        ),
        (
            f"insert into plans (id, {content}, kind, perspective, evaluation_date)"
            f" values (%(plan)s, {by_whom}, 'k', 'verzonnen', '2099-01-01')"
        ),
        (
            f"insert into goals (id, {content}, plan_id, domain, category, description, indicator, target_date)"
            f" values (%(goal)s, {by_whom}, %(plan)s, 'zorg', 'leven', 'verzonnen', 'i', '2099-01-01')"
        ),
        (
            f"insert into plan_actions (id, {content}, plan_id, goal_id, category, description, owner, due_on)"
            f" values (gen_random_uuid(), {by_whom}, %(plan)s, %(goal)s, 'leven', 'verzonnen', 'ouder', '2099-01-01')"
        ),
        (
            f"insert into approvals (id, {content}, plan_id, party, agreed)"
            f" values (gen_random_uuid(), {by_whom}, %(plan)s, 'school', true)"
        ),
        (
            f"insert into evaluations (id, {content}, plan_id, outcome, held_on, summary)"
            f" values (gen_random_uuid(), {by_whom}, %(plan)s, 'bijstellen', '2026-01-01', 'verzonnen')"
        ),
        (
            f"insert into escalations (id, {content}, kind, addressed_to, reason)"
            f" values (%(escalation)s, {by_whom}, 'stagnatie', 'stagnatiepunt', 'verzonnen')"
        ),
        (
            f"insert into findings (id, {content}, escalation_id, content)"
            f" values (gen_random_uuid(), {by_whom}, %(escalation)s, 'verzonnen')"
        ),
        (
            f"insert into term_pauses (id, {content}, term, first_day, last_day, reason)"
            f" values (gen_random_uuid(), {by_whom}, 'tafel', '2026-01-01', '2026-01-02', 'verzonnen')"
        ),
        (
            f"insert into term_extensions (id, {content}, term, anchored_on, amount, reason)"
            f" values (gen_random_uuid(), {by_whom}, 'tafel', '2026-01-01', 1, 'verzonnen')"
        ),
        (
            "insert into deadlines (case_id, term, state, anchored_on)"
            " values (%(case)s, 'tafel', 'running', '2026-01-01')"
        ),
        (
            "insert into consent_reminders (consent_id, kind, of_day, case_id)"
            " values (%(case)s, 'expiring', '2026-01-01', %(case)s)"
        ),
        (
            "insert into closures (id, organisation_id, kind, first_day, last_day, name, created_by)"
            " values (gen_random_uuid(), %(org)s, 'studiedag', '2026-01-01', '2026-01-01', 'verzonnen', %(by)s)"
        ),
        (
            "with asked as (insert into data_requests (id, case_id, kind, organisation_id, requested_by,"
            " requested_role, asked_of, content)"
            " values (gen_random_uuid(), %(case)s, 'vernietiging', %(org)s, %(by)s, 'ouder', '{}',"
            " 'verzonnen') returning id) insert into data_request_answers (id, request_id, person_id, agrees)"
            " select gen_random_uuid(), id, %(by)s, true from asked"
        ),
        (
            "insert into audit_events (id, actor_id, client_id, action, object_type, case_id, outcome, status)"
            " values (gen_random_uuid(), %(by)s, 'c', 'case.read', 'case', %(case)s, 'toegestaan', 200)"
        ),
        (
            "with g as (insert into guardians (id, display_name, created_by) values (gen_random_uuid(), 'V', %(by)s)"
            " returning id) insert into sight_decisions (id, young_person_id, guardian_id)"
            " select gen_random_uuid(), %(child)s, id from g"
        ),
        (
            "with w as (insert into workers (id, organisation_id, display_name)"
            " values (gen_random_uuid(), %(org)s, 'V') returning id)"
            " insert into emergency_accesses (id, young_person_id, worker_id, organisation_id, role, reason, until,"
            " told_at)"
            " select gen_random_uuid(), %(child)s, id, %(org)s, 'jeugdarts', 'verzonnen', now(), now() from w"
        ),
        "insert into outbox (id, type, case_id) values (gen_random_uuid(), 'case.opened', %(case)s)",
        "insert into audit_chains (chain, number, hash) values (%(org)s, 1, '\\x00')",
        (
            "insert into audit_seals (chain, number, previous, hash, size, sealed_at)"
            " values (%(org)s, 1, '\\x00', '\\x00', 1, now())"
        ),
        (
            "insert into audit_links (chain, number, place, event_id, hash)"
            " values (%(org)s, 1, 1, gen_random_uuid(), '\\x00')"
        ),
        "insert into audit_positions values ('seal', 0, gen_random_uuid()) on conflict do nothing",
        (
            "with batch as (insert into case_migrations (id, route, from_version, to_version, renaming, reason)"
            " values (gen_random_uuid(), 'midden-groningen', 1, 2, '{}', 'verzonnen') returning id)"
            " insert into migrated_cases (batch_id, case_id, sequence, was) select id, %(case)s, 1, '{}' from batch"
        ),
        *_kept(),
        (
            "insert into identity_numbers (id, young_person_id, kind, source, key_id, sealed, digest_key_id, digest,"
            " recorded_by) values (gen_random_uuid(), %(child)s, 'pgn', 'school', 'k', decode(repeat('00', 37), 'hex'),"
            " 'k', decode(repeat('00', 32), 'hex'), %(by)s)"
        ),
        (
            "insert into invitation_codes (id, digest, young_person_id, expires_at, created_by)"
            " values (gen_random_uuid(), decode(md5(%(case)s::text), 'hex'), %(child)s, '2099-01-01', %(by)s)"
        ),
        (
            "insert into idempotency_keys (person_id, key, operation, fingerprint, status, object_id)"
            " values (%(by)s, 'sleutel', 'POST /x', '\\x00', 201, %(case)s)"
        ),
        (
            "with track as (insert into meldcode_tracks (id, organisation_id, young_person_id, opened_by,"
            " opened_by_role) values (gen_random_uuid(), %(org)s, %(child)s, %(by)s, 'leerkracht') returning id),"
            " one as (insert into meldcode_participants (id, track_id, worker_id, added_by)"
            " select gen_random_uuid(), id, %(by)s, %(by)s from track),"
            " signal as (insert into meldcode_entries (id, track_id, kind, said, author_id, author_role)"
            " select gen_random_uuid(), id, 'signaal', '{\"content\": \"verzonnen\"}', %(by)s, 'leerkracht'"
            " from track), gone as (insert into meldcode_destructions (id, organisation_id, track_id, retention_class,"
            " term, source, due_since, proposed_by) select gen_random_uuid(), %(org)s, id, 'meldcode_overig', 'x', 'x',"
            " app_today(),"
            " %(by)s from track)"
            " insert into meldcode_events (id, actor_id, client_id, action, track_id, outcome, status)"
            " select gen_random_uuid(), %(by)s, 'c', 'meldcode.create', id, 'toegestaan', 201 from track"
        ),
    ):
        owner.execute(statement.encode(), named)


def _kept() -> tuple[str, ...]:
    """One row of every table about what is destroyed and what must stay."""
    return (
        (
            "insert into school_departures (id, young_person_id, school_id, left_on)"
            " values (gen_random_uuid(), %(child)s, %(org)s, '2026-01-01')"
        ),
        (
            "with proposal as (insert into retention_proposals (id, organisation_id, retention_class, ground, term,"
            " source, automatic, not_before, records, cases, objects, due_since) values (gen_random_uuid(), %(org)s,"
            " 'leerlingdossier', 'termijn', '2 jaar', 'verzonnen', false, '2026-01-01', '{}', 1, 1, '2026-01-01')"
            " returning id), object as (insert into retention_objects (proposal_id, record, object_id, case_id)"
            " select id, 'cases', %(case)s, %(case)s from proposal),"
            " portion as (insert into destruction_portions (id, proposal_id, objects, digest)"
            " select gen_random_uuid(), id, 1, 'x' from proposal),"
            " stone as (insert into tombstones (record, object_id, organisation_id, retention_class, proposal_id)"
            " select 'notes', gen_random_uuid(), %(org)s, 'leerlingdossier', id from proposal)"
            " insert into destruction_certificates (id, proposal_id, organisation_id, document, digest)"
            " select gen_random_uuid(), id, %(org)s, '{}', 'x' from proposal"
        ),
        (
            "insert into legal_holds (id, organisation_id, case_id, reason, placed_by)"
            " values (gen_random_uuid(), %(org)s, %(case)s, 'verzonnen', %(by)s)"
        ),
    )


def _policy_meeting(owner: psycopg.Connection[dict[str, Any]]) -> UUID:
    """A meeting about policy that the samenwerkingsverband convened with the board, and what was decided there."""
    named = {"meeting": uuid4(), "swv": known_id(SWV), "board": known_id(BOARD), "by": known_id("directeur-swv")}
    for statement in (
        (
            "insert into organisation_meetings (id, organisation_id, kind, planned_at, subjects, convened_by,"
            " convened_by_role) values (%(meeting)s, %(swv)s, 'oogo', now(), '{werkwijze}', %(by)s, 'directeur_swv')"
        ),
        (
            "insert into organisation_meeting_parties (id, meeting_id, organisation_id)"
            " values (gen_random_uuid(), %(meeting)s, %(board)s)"
        ),
        (
            "insert into organisation_decisions (id, meeting_id, subject, description, decided_by)"
            " values (gen_random_uuid(), %(meeting)s, 'werkwijze', 'verzonnen', %(by)s)"
        ),
    ):
        owner.execute(statement.encode(), named)
    return named["meeting"]


@pytest.fixture
def asked(database: Database) -> Iterator[Asked]:
    asyncio.run(seed(database.owner_dsn, issuer=ISSUER))
    mila, noor = uuid4(), uuid4()
    with (
        psycopg.connect(database.owner_dsn, autocommit=True, row_factory=dict_row) as owner,
        psycopg.connect(database.api_dsn, row_factory=dict_row) as api,
    ):
        _rows(owner, mila, "mila", known_id("leerkracht"), SCHOOL)
        _rows(owner, noor, "noor", known_id("jeugdverpleegkundige"), "oin:00000099000000003000")
        yield Asked(api, owner, mila, noor, _policy_meeting(owner))


def test_every_table_has_a_wall_or_a_reason(asked: Asked) -> None:
    rows = asked.owner.execute(
        "select relname, relrowsecurity, (select count(*) from pg_policy p where p.polrelid = c.oid) as policies"
        " from pg_class c where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
    ).fetchall()
    assert {row["relname"] for row in rows} == {*TABLES, "alembic_version"}
    assert {row["relname"] for row in rows if not row["relrowsecurity"]} == OPEN
    assert {row["relname"] for row in rows if not row["policies"]} == OPEN | SHUT
    held = {row["relname"] for row in asked.owner.execute(b"select distinct relname from pg_class where relkind = 'r'")}
    assert held >= set(TABLES)


def test_the_roles_that_connect_own_nothing_and_walk_through_nothing(asked: Asked) -> None:
    for role in (API, WORKER):
        row = asked.owner.execute("select * from pg_roles where rolname = %s", (role,)).fetchone()
        assert row is not None
        for power in ("rolsuper", "rolbypassrls", "rolcreatedb", "rolcreaterole", "rolreplication"):
            assert row[power] is False, (role, power)
        for table in ("pg_class", "pg_proc", "pg_namespace", "pg_type"):
            prefix = {"pg_class": "rel", "pg_proc": "pro", "pg_namespace": "nsp", "pg_type": "typ"}[table]
            owned = f"select 1 from {table} where {prefix}owner = %s::regrole"
            assert asked.owner.execute(owned.encode(), (role,)).fetchall() == [], (role, table)
        member = "select 1 from pg_auth_members where member = %s::regrole"
        assert asked.owner.execute(member, (role,)).fetchall() == []
    for privilege in ("CREATE", "TEMPORARY"):
        row = asked.api.execute("select has_database_privilege(current_database(), %s) as has", (privilege,)).fetchone()
        assert row == {"has": False}, privilege
    row = asked.api.execute("select has_schema_privilege('public', 'CREATE') as has").fetchone()
    assert row == {"has": False}


def test_with_nothing_set_nothing_is_visible_and_nothing_can_be_written(asked: Asked) -> None:
    full = {
        row["relname"]
        for row in asked.owner.execute(
            b"select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        )
    }
    for table in full:
        row = asked.owner.execute(f"select count(*) as n from {table}".encode()).fetchone()
        assert row, table
        assert row["n"] > 0, f"{table} is empty, so this test would prove nothing"
    assert {table for table, number in asked.readable().items() if number} == {"organisations"}
    views = asked.owner.execute(
        b"select relname from pg_class where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace"
    ).fetchall()
    for view in (row["relname"] for row in views):
        try:
            with asked.api.transaction():
                row = asked.api.execute(f"select count(*) as n from {view}".encode()).fetchone()
        except errors.InsufficientPrivilege:
            continue
        assert row == {"n": 0}, f"the view {view} shows what the tables hide"
    row = asked.api.execute("select app_case_facts(%s) as facts", (asked.mila,)).fetchone()
    assert row == {"facts": None}
    with pytest.raises(errors.InsufficientPrivilege):
        asked.api.execute(
            "insert into young_people (id, given_name, family_name, created_by) values (%s, 'x', 'y', %s)",
            (uuid4(), uuid4()),
        )


def test_who_asks_is_forgotten_with_the_transaction(asked: Asked) -> None:
    for end in (asked.api.commit, asked.api.rollback):
        assert asked.identify("leerkracht", SCHOOL) == known_id("leerkracht")
        assert asked.ids("cases") == {asked.mila}
        end()
        setting = asked.api.execute("select current_setting('app.person', true) as person").fetchone()
        assert setting in ({"person": ""}, {"person": None})
        assert asked.ids("cases") == set()
        asked.api.rollback()


def test_a_login_that_is_nobody_here_clears_who_asked_before(asked: Asked) -> None:
    assert asked.identify("leerkracht", SCHOOL)
    assert asked.identify("leerkracht", OTHER_SCHOOL) is None
    assert asked.ids("cases") == set()
    assert asked.identify("leerkracht", SCHOOL)
    assert asked.identify("niemand") is None
    assert asked.ids("young_people") == set()


def test_each_caller_sees_the_own_cases_and_no_others(asked: Asked) -> None:
    health = "oin:00000099000000003000"
    expected = {
        ("leerkracht", SCHOOL): {asked.mila},
        ("intern-begeleider", SCHOOL): {asked.mila},
        ("regievoerder-zorg", "bestuur:99901"): {asked.mila},
        ("andere-school", OTHER_SCHOOL): set(),
        ("jeugdverpleegkundige", health): {asked.noor},
        ("ouder-een", None): {asked.mila, asked.noor},
        ("ouder-twee", None): {asked.mila},
        ("jeugdige", None): set(),
    }
    of_cases = [
        table
        for table in TABLES
        if "case_id" in METADATA.tables[table].columns and table not in UNREAD | SHUT | OF_KEEPER
    ]
    for (key, organisation), cases in expected.items():
        assert asked.identify(key, organisation), key
        assert asked.ids("cases") == cases, key
        for table in of_cases:
            found = asked.ids(table, "case_id")
            assert found <= cases if table in NARROWER else found == cases, (key, table)
        asked.api.rollback()


def test_the_other_school_knows_of_no_child_parent_or_colleague(asked: Asked) -> None:
    asked.identify("andere-school", OTHER_SCHOOL)
    assert asked.ids("young_people") == asked.ids("guardians") == asked.ids("guardianships") == set()
    assert asked.ids("workers") == {known_id("andere-school")}
    assert asked.ids("idempotency_keys", "person_id") == set()


def test_only_who_was_at_the_table_about_policy_knows_of_it_and_only_its_convener_writes(asked: Asked) -> None:
    """Written as the owner, so that nothing but the wall decides who reads it."""
    tables = ("organisation_meetings", "organisation_meeting_parties", "organisation_decisions")
    column = {"organisation_meetings": "id"}
    for key, organisation, there in (
        ("directeur-swv", SWV, True),
        ("schoolbestuurder", BOARD, True),
        ("leerkracht", SCHOOL, False),
        ("wethouder", "gm:GM1952", False),
        ("ouder-een", None, False),
    ):
        assert asked.identify(key, organisation), key
        for table in tables:
            expected = {asked.policy} if there else set()
            assert asked.ids(table, column.get(table, "meeting_id")) == expected, (key, table)
        asked.api.rollback()
    party = (
        "insert into organisation_meeting_parties (id, meeting_id, organisation_id) values (gen_random_uuid(), %s, %s)"
    )
    decision = (
        "insert into organisation_decisions (id, meeting_id, subject, description, decided_by)"
        " values (gen_random_uuid(), %s, 'werkwijze', 'x', %s)"
    )
    for statement, value in ((party, known_id(SCHOOL)), (decision, known_id("schoolbestuurder"))):
        with asked.api.transaction():
            asked.identify("schoolbestuurder", BOARD)
            with pytest.raises(errors.InsufficientPrivilege), asked.api.transaction():
                asked.api.execute(statement.encode(), (asked.policy, value))
        with asked.api.transaction():
            asked.identify("directeur-swv", SWV)
            assert asked.api.execute(statement.encode(), (asked.policy, value)).rowcount == 1


def test_a_school_closes_its_own_days_and_no_others(asked: Asked) -> None:
    closing = (
        "insert into closures (id, organisation_id, kind, first_day, last_day, name, created_by)"
        " values (gen_random_uuid(), %s, 'studiedag', '2026-02-02', '2026-02-02', 'x', %s)"
    )
    with asked.api.transaction():
        asked.identify("leerkracht", SCHOOL)
        with pytest.raises(errors.InsufficientPrivilege), asked.api.transaction():
            asked.api.execute(closing.encode(), (known_id(OTHER_SCHOOL), known_id("leerkracht")))
        assert asked.api.execute(closing.encode(), (known_id(SCHOOL), known_id("leerkracht"))).rowcount == 1


def test_terms_are_paused_and_extended_in_own_cases_alone_and_counted_by_the_worker_alone(asked: Asked) -> None:
    by = "case_id, author_id, author_role, term, reason"
    values = "gen_random_uuid(), %(case)s, %(me)s, 'leerkracht', 'tafel', 'x'"
    for statement in (
        f"insert into term_pauses (id, {by}, first_day, last_day) values ({values}, '2026-01-01', '2026-01-02')",
        f"insert into term_extensions (id, {by}, anchored_on, amount) values ({values}, '2026-01-01', 1)",
    ):
        with asked.api.transaction():
            asked.identify("leerkracht", SCHOOL)
            mine = {"case": asked.mila, "me": known_id("leerkracht")}
            with pytest.raises(errors.InsufficientPrivilege), asked.api.transaction():
                asked.api.execute(statement.encode(), {**mine, "case": asked.noor})
            assert asked.api.execute(statement.encode(), mine).rowcount == 1
    for statement in (
        f"insert into deadlines (case_id, term, state, anchored_on) values ('{asked.mila}', 'x', 'met', '2026-01-01')",
        "update deadlines set due_on = null",
        f"insert into recounts (case_id) values ('{asked.noor}')",
        "select * from recounts",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            _attempt(asked, statement)


MELDCODE = (
    "meldcode_tracks",
    "meldcode_participants",
    "meldcode_entries",
    "meldcode_events",
    "meldcode_destructions",
)


def test_a_track_of_the_meldcode_is_there_for_its_own_service_and_its_participants_alone(asked: Asked) -> None:
    """Also the participant sees nothing in a statement of another service: those who look say so."""
    health = "oin:00000099000000003000"
    sights = {
        ("leerkracht", SCHOOL, ""): 0,
        ("leerkracht", SCHOOL, "deelnemer"): 1,
        ("leerkracht", SCHOOL, "organisatie"): 1,
        ("intern-begeleider", SCHOOL, "deelnemer"): 0,
        ("aandachtsfunctionaris", SCHOOL, "organisatie"): 1,
        ("aandachtsfunctionaris", SCHOOL, "deelnemer"): 0,
        ("andere-school", OTHER_SCHOOL, "deelnemer organisatie"): 0,
        ("jeugdverpleegkundige", health, "deelnemer organisatie"): 1,
        ("regievoerder-zorg", BOARD, "deelnemer organisatie"): 0,
        ("ouder-een", None, "deelnemer organisatie"): 0,
        ("jeugdige", None, "deelnemer organisatie"): 0,
    }
    for (key, organisation, sight), number in sights.items():
        with asked.api.transaction():
            assert asked.identify(key, organisation), key
            asked.api.execute("select set_config('app.meldcode', %s, true)", (sight,))
            for table in MELDCODE:
                assert len(asked.ids(table, "id")) == number, (key, sight, table)


def test_nobody_takes_part_in_a_track_by_his_or_her_own_doing_nor_decides_who_was_not_named(asked: Asked) -> None:
    tracks = asked.owner.execute("select id, opened_by from meldcode_tracks").fetchall()
    own = next(row["id"] for row in tracks if row["opened_by"] == known_id("leerkracht"))
    other = next(row["id"] for row in tracks if row["id"] != own)
    into = (
        "insert into meldcode_participants (id, track_id, worker_id, added_by) values (gen_random_uuid(), %s, %s, %s)"
    )
    entry = (
        "insert into meldcode_entries (id, track_id, kind, said, author_id, author_role)"
        " values (gen_random_uuid(), %s, %s, '{}', %s, 'leerkracht')"
    )
    teacher, colleague, stranger = known_id("leerkracht"), known_id("intern-begeleider"), known_id("andere-school")
    refused: tuple[tuple[str, tuple[object, ...]], ...] = (
        (into, (other, teacher, teacher)),
        (into, (own, stranger, teacher)),
        (into, (own, colleague, colleague)),
        (entry, (other, "signaal", teacher)),
        (entry, (own, "signaal", colleague)),
        (entry, (own, "besluit", teacher)),
    )
    with asked.api.transaction():
        asked.identify("leerkracht", SCHOOL)
        asked.api.execute("select set_config('app.meldcode', 'deelnemer', true)")
        for statement, values in refused:
            with pytest.raises(errors.InsufficientPrivilege), asked.api.transaction():
                asked.api.execute(statement.encode(), values)
        assert asked.api.execute(into.encode(), (own, colleague, teacher)).rowcount == 1
        assert asked.api.execute(entry.encode(), (own, "signaal", teacher)).rowcount == 1
        assert (
            asked.api.execute("update meldcode_tracks set decider_id = %s where id = %s", (teacher, own)).rowcount == 1
        )
        assert asked.api.execute(entry.encode(), (own, "besluit", teacher)).rowcount == 1
    with asked.api.transaction():
        # Who is of the school but not named cannot let himself or herself in.
        asked.identify("directie", SCHOOL)
        asked.api.execute("select set_config('app.meldcode', 'deelnemer', true)")
        with pytest.raises(errors.InsufficientPrivilege), asked.api.transaction():
            asked.api.execute(into.encode(), (own, known_id("directie"), known_id("directie")))


def test_compartments_hold_for_whatever_has_a_category(asked: Asked) -> None:
    asked.identify("leerkracht", SCHOOL, "leren,proces")
    assert asked.ids("signals", "category") == {"leren", "proces"}
    assert len(asked.ids("notes")) == len(asked.ids("decisions")) == len(asked.ids("checklist_answers")) == 1
    for table in ("assessments", "goals", "plan_actions"):
        assert asked.ids(table) == set(), table
    asked.api.rollback()
    asked.identify("leerkracht", SCHOOL, "")
    for table in ("signals", "notes", "decisions", "checklist_answers"):
        assert asked.ids(table) == set(), table
    asked.api.rollback()
    asked.identify("leerkracht", SCHOOL, "proces")
    assert asked.ids("checklist_answers") == set()
    # That a question was answered is no secret for who sees the process; what was remarked is.
    row = asked.api.execute("select x.item, x.answer from meetings m, app_answered(m.id) x").fetchone()
    assert row == {"item": "doel", "answer": "ja"}
    with pytest.raises(errors.InsufficientPrivilege):
        asked.api.execute(
            "insert into notes (id, case_id, author_id, author_role, kind, category, held_at, content, agreements)"
            " values (%s, %s, %s, 'leerkracht', 'k', 'gezondheid', now(), 'x', 'y')",
            (uuid4(), asked.mila, known_id("directie")),
        )


def test_a_blind_update_or_delete_reaches_nothing_of_another(asked: Asked) -> None:
    """Without a column to read, a SELECT policy alone would not stop an UPDATE."""
    updates = {
        "cases": "step = 'gekaapt'",
        "participants": "ended_at = now()",
        "young_people": "given_name = 'Gekaapt'",
        "guardianships": "gezag = 'ja'",
        "consents": "completed_at = now()",
        "meetings": "place = 'elders'",
        "invitations": "present = true",
        "plans": "perspective = 'gekaapt'",
        "plan_actions": "done_at = now()",
        "escalations": "resolved_at = now()",
        "closures": "removed_at = now()",
        "data_requests": "decided_at = now()",
        "identity_numbers": "recorded_at = now()",
        "emergency_accesses": "until = now()",
        "retention_proposals": "reviewed_at = now()",
        "legal_holds": "lifted_at = now()",
        "organisation_meetings": "held_at = now()",
        "organisation_meeting_parties": "present = true",
        "meldcode_tracks": "closed_at = now()",
        "meldcode_participants": "ended_at = now()",
        "meldcode_destructions": "refused_at = now()",
    }
    granted = {
        row["table_name"]
        for row in asked.api.execute(
            b"select distinct table_name from information_schema.column_privileges"
            b" where grantee = current_user and privilege_type = 'UPDATE'"
        )
    }
    assert granted == updates.keys() | (granted & {"bindings"}), "a table that can be updated is missing here"
    for key, organisation in (("andere-school", OTHER_SCHOOL), ("niemand", None)):
        asked.identify(key, organisation)
        for table, change in updates.items():
            assert asked.api.execute(f"update {table} set {change}".encode()).rowcount == 0, table
        asked.api.commit()
    for table in TABLES:
        for statement in ("delete from {}", "truncate {}"):
            with pytest.raises(errors.InsufficientPrivilege):
                _attempt(asked, statement.format(table))


def test_nobody_writes_into_a_case_of_others_or_in_the_name_of_others(asked: Asked) -> None:
    asked.identify("leerkracht", SCHOOL)
    asked.api.execute("savepoint s")
    wrong = (
        (
            "insert into participants (id, case_id, organisation_id, ground, added_by)"
            " values (gen_random_uuid(), %(noor)s, %(school)s, 'onderwijstaak', %(me)s)"
        ),
        (
            "insert into transitions (id, case_id, sequence, transition, from_step, to_step, performed_by, role)"
            " values (gen_random_uuid(), %(noor)s, 2, 'x', 'a', 'b', %(me)s, 'leerkracht')"
        ),
        "update participants set case_id = %(noor)s",
        "update cases set young_person_id = %(child)s",
        (
            "insert into audit_events (id, actor_id, client_id, action, object_type, outcome, status)"
            " values (gen_random_uuid(), %(other)s, 'c', 'case.read', 'case', 'toegestaan', 200)"
        ),
        (
            "insert into idempotency_keys (person_id, key, operation, fingerprint, status, object_id)"
            " values (%(other)s, 'k', 'o', '\\x00', 201, %(noor)s)"
        ),
        (
            "insert into bindings (id, issuer, subject, worker_id, valid_from, bound_by)"
            " values (gen_random_uuid(), 'i', 's', %(me)s, '2026-01-01', %(other)s)"
        ),
        "insert into organisations (id, code, kind, name) values (gen_random_uuid(), 'brin:99ZZ99', 'school', 'x')",
        "update organisations set board_id = null",
        "select * from bindings",
        "select * from invitation_codes",
        "select * from outbox",
        *(f"select * from {table}" for table in sorted(SHUT)),
        "alter table cases disable row level security",
        "drop policy mine on cases",
        "set role ondersteuningsroute_owner",
        "set session_replication_role = replica",
    )
    named = {
        "noor": asked.noor,
        "school": known_id(SCHOOL),
        "me": known_id("leerkracht"),
        "other": known_id("directie"),
        "child": known_id("noor"),
    }
    for statement in wrong:
        try:
            asked.api.execute(statement.encode(), named if "%(" in statement else None)
        except errors.InsufficientPrivilege:
            asked.api.execute("rollback to savepoint s")
        else:
            pytest.fail(f"this was possible: {statement}")


APPEND_ONLY = (
    "audit_events",
    "transitions",
    "consent_answers",
    "consent_exceptions",
    "gezag_findings",
    "term_pauses",
    "term_extensions",
    "sight_decisions",
    "meldcode_entries",
    "meldcode_events",
    "destruction_portions",
    "destruction_certificates",
)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_history_cannot_be_changed_by_the_service_nor_by_the_owner(asked: Asked, table: str) -> None:
    before = asked.owner.execute(f"select * from {table} order by id".encode()).fetchall()
    for statement in (f"update {table} set id = id", f"delete from {table}", f"truncate {table} cascade"):
        with pytest.raises(errors.InsufficientPrivilege):
            _attempt(asked, statement)
        with pytest.raises(errors.RestrictViolation):
            asked.owner.execute(statement.encode())
    assert asked.owner.execute(f"select * from {table} order by id".encode()).fetchall() == before


def test_the_worker_reads_the_outbox_and_the_dates_and_nothing_else(database: Database, asked: Asked) -> None:
    with psycopg.connect(database.worker_dsn, autocommit=True) as worker:
        # Of each of two cases one fact, and of each what stands proposed to be destroyed.
        assert len(worker.execute("select * from outbox").fetchall()) == 4
        assert worker.execute("update outbox set delivered_at = now()").rowcount == 4
        for table in {*TABLES, "my_cases", "participants_in_force", "consents_in_force"} - OF_WORKER:
            with pytest.raises(errors.InsufficientPrivilege):
                worker.execute(f"select 1 from {table}".encode())
        for statement in (
            "update outbox set type = 'x'",
            "delete from outbox",
            "insert into outbox (id) values (null)",
            "insert into outbox (id, type) values (gen_random_uuid(), 'case.opened')",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                worker.execute(statement.encode())
        with pytest.raises(errors.InsufficientPrivilege):
            worker.execute("select app_case_facts(%s)", (asked.mila,))
        with pytest.raises(errors.InsufficientPrivilege):
            worker.execute("select app_identify('i', 's', null, '{}')")


def test_functions_that_look_past_the_walls_are_few_and_guarded(asked: Asked) -> None:
    rows = asked.owner.execute(
        b"select proname, proconfig, has_function_privilege('ondersteuningsroute_worker', p.oid, 'execute') as worker"
        b" from pg_proc p where pronamespace = 'public'::regnamespace and prosecdef"
    ).fetchall()
    assert {row["proname"] for row in rows} >= {"app_identify", "app_redeem", "app_is_bound", "case_facts"}
    for row in rows:
        assert row["proconfig"] == ["search_path=public, pg_temp"], row["proname"]
        assert row["worker"] is (row["proname"] in FOR_WORKER), row["proname"]
    owners = asked.owner.execute(
        b"select distinct pg_get_userbyid(proowner) as name from pg_proc where pronamespace = 'public'::regnamespace"
    ).fetchall()
    assert [row["name"] for row in owners] == [OWNER]


def test_a_set_of_categories_is_the_same_number_here_and_there(asked: Asked) -> None:
    sets = [[str(category)] for category in Category] + [[str(each) for each in Category], [], ["onbekend"]]
    for names in sets:
        row = asked.owner.execute("select app_category_set(%s::text[]) as number", (names,)).fetchone()
        expected = sum(bit for category, bit in reach._BITS.items() if category in names)  # noqa: SLF001 - its other half
        assert row == {"number": expected}, names


def test_no_condition_of_callers_is_asked_of_the_worker_who_seals_the_audit(asked: Asked) -> None:
    """A policy on the audit says `to ondersteuningsroute_api`; else the worker stops at what it may not ask."""
    rows = asked.owner.execute(b"select policyname, roles from pg_policies where tablename = 'audit_events'").fetchall()
    of_worker = {row["policyname"] for row in rows if {"public", WORKER} & {*row["roles"]}}
    assert of_worker == {"sealed_by_worker"}
