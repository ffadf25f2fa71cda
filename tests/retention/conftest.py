"""Cases that are over, long enough ago, with what each organisation wrote in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row

from app.demo.people import OTHER_SCHOOL, SCHOOL, SWV, YOUTH_HEALTH
from app.demo.seed import known_id
from app.domain.ids import new_id
from app.domain.retention import BY_KEY
from app.integrations.destruction_register import Register
from app.services import destruction
from tests.world import Person, World

T = TypeVar("T")


@dataclass(slots=True)
class Archive:
    """The world, the three ways into its database, and the register outside it."""

    world: World
    owner: psycopg.Connection[dict[str, Any]]
    retention: psycopg.Connection[dict[str, Any]]
    register: Register
    file: Path
    keeper: Person  # beheerder of the school
    officer: Person  # functionaris gegevensbescherming of the school

    def old_case(self, *, child: str = "mila", by: tuple[str, ...] = (SCHOOL, SWV, YOUTH_HEALTH)) -> UUID:
        """A case that was closed ten years ago, of a child that left the school nine years ago."""
        case = new_id()
        self._run(
            "insert into cases (id, young_person_id, school_id, route, route_version, step, opened_by, opened_at,"
            " step_since, closed_at, last_sequence) values (%(case)s, %(child)s, %(school)s, 'midden-groningen', 1,"
            " 'afgesloten', %(by)s, now() - interval '11 years', now() - interval '10 years',"
            " now() - interval '10 years', 1)",
            case=case,
            child=known_id(child),
            school=known_id(SCHOOL),
            by=known_id("leerkracht"),
        )
        self._run(
            "insert into transitions (id, case_id, sequence, transition, from_step, to_step, performed_by, role,"
            " performed_at) values (gen_random_uuid(), %(case)s, 1, 'x', 'a', 'b', %(by)s, 'leerkracht',"
            " now() - interval '10 years')",
            case=case,
            by=known_id("leerkracht"),
        )
        for code in by:
            self.note(case, code)
            self._run(
                "insert into participants (id, case_id, organisation_id, ground, added_by, started_at, ended_at)"
                " values (gen_random_uuid(), %(case)s, %(org)s, 'onderwijstaak', %(by)s, now() - interval '11 years',"
                " now() - interval '10 years')",
                case=case,
                org=known_id(code),
                by=known_id("leerkracht"),
            )
        self.left(child)
        return case

    def note(self, case: UUID, code: str | None, *, years_ago: int = 10, category: str = "leren") -> UUID:
        """A note in the case, by an organisation or by the family."""
        note = new_id()
        self._run(
            "insert into notes (id, case_id, author_id, author_role, author_organisation_id, kind, category, held_at,"
            " content, agreements, created_at) values (%(note)s, %(case)s, %(by)s, 'leerkracht', %(org)s, 'gesprek',"
            " %(category)s, now(), 'verzonnen', 'geen', now() - make_interval(years => %(ago)s))",
            note=note,
            case=case,
            by=known_id("leerkracht"),
            org=known_id(code) if code else None,
            ago=years_ago,
            category=category,
        )
        return note

    def left(self, child: str, to: str | None = OTHER_SCHOOL) -> None:
        """The child went to another school, nine years ago."""
        self._run(
            "update young_people set school_id = %(to)s where id = %(child)s",
            to=known_id(to) if to else None,
            child=known_id(child),
        )
        self._run("update school_departures set left_on = app_today() - 9 * 366")

    def propose(self, **more: Any) -> destruction.Looked:
        """Look at everything, as the role of retention."""
        return self.freed(
            lambda: destruction.propose(self.retention, BY_KEY, dry_run=False, done=lambda _: None, **more)
        )

    def run(self, **more: Any) -> destruction.Ran:
        """Destroy what was approved."""
        return self.freed(
            lambda: destruction.run(
                self.retention, self.register, **{"dry_run": False, "done": lambda _: None, "portion": 2, **more}
            )
        )

    def freed(self, deed: Callable[[], T]) -> T:
        """Each run is a program of its own: its lock goes with its connection."""
        try:
            return deed()
        finally:
            self.retention.execute("select pg_advisory_unlock_all()")

    async def approved(self, proposal: UUID) -> None:
        """Two people of the school agree."""
        for person in (self.officer, self.keeper):
            answer = await person.post(f"/retention-proposals/{proposal}/approval", None)
            assert answer.status_code == 201, answer.text

    def of(self, looked: destruction.Looked, key: str, code: str = SCHOOL) -> UUID:
        """The proposal of this class and organisation."""
        (found,) = [
            each.proposal_id
            for each in looked.proposals
            if (each.retention_class, each.organisation_id) == (key, known_id(code))
        ]
        return found

    def count(self, table: str, **where: object) -> int:
        """How many rows there are."""
        condition = " and ".join(f"{name} = %({name})s" for name in where) or "true"
        row = self.owner.execute(f"select count(*) as n from {table} where {condition}".encode(), where).fetchone()
        return int(row["n"]) if row else 0

    def _run(self, statement: str, **values: object) -> None:
        self.owner.execute(statement.encode(), values)


@pytest.fixture
def archive(world: World, database: Any, tmp_path: Path) -> Iterator[Archive]:
    """The archive of a school with a beheerder and an officer who guards the data."""
    with (
        psycopg.connect(database.owner_dsn, autocommit=True, row_factory=dict_row) as owner,
        psycopg.connect(database.retention_dsn, autocommit=True, row_factory=dict_row) as retention,
    ):
        people = []
        for role in ("beheerder", "functionaris_gegevensbescherming"):
            worker, subject = new_id(), f"{role}-{new_id()}"
            owner.execute(
                "insert into workers (id, organisation_id, display_name) values (%s, %s, 'B. Verzonnen')",
                (worker, known_id(SCHOOL)),
            )
            owner.execute(
                "insert into bindings (id, issuer, subject, worker_id, valid_from, bound_by) select gen_random_uuid(),"
                " b.issuer, %s, %s, '2026-01-01', %s from bindings b limit 1",
                (subject, worker, known_id("beheerder")),
            )
            people.append(world.caller(sub=subject, roles=[role], organisation=SCHOOL))
        file = tmp_path / "vernietigd.jsonl"
        yield Archive(world, owner, retention, Register(file), file, *people)
