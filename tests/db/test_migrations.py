"""The migrations: from nothing, from data that was there before, and equal to the table classes."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from app.demo.postgres import OWNER, SUPERUSER
from tests.conftest import MIGRATIONS, ROOT, Database


def alembic(dsn: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 — our own interpreter, our own arguments
        [sys.executable, "-m", "alembic", "-c", str(MIGRATIONS / "alembic.ini"), *arguments],
        env={**os.environ, "DATABASE_URL": dsn},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def empty(database: Database) -> Iterator[str]:
    """A database with nothing in it, beside the migrated one: its address as owner."""
    name = f"{database.name}_empty"
    admin = database.cluster.dsn(SUPERUSER, "postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        made = sql.SQL("create database {} template template0 owner {}")
        connection.execute(made.format(sql.Identifier(name), sql.Identifier(OWNER)))
        yield database.cluster.dsn(OWNER, name)
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def test_the_tables_are_those_of_the_classes(database: Database) -> None:
    outcome = alembic(database.owner_dsn, "check")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    with psycopg.connect(database.owner_dsn, autocommit=True) as owner:
        owner.execute("alter table notes add column vergeten text")
    assert alembic(database.owner_dsn, "check").returncode != 0


def test_what_was_there_before_is_there_after_and_behind_the_wall(empty: str, database: Database) -> None:
    told = (
        "insert into audit_events (id, client_id, action, object_type, outcome, status)"
        " values (gen_random_uuid(), 'proef', 'case.read', 'case', 'toegestaan', 200)"
    )
    first = alembic(empty, "upgrade", "0009")  # what the release before this one has
    assert first.returncode == 0, first.stderr
    with psycopg.connect(empty, autocommit=True) as owner:
        owner.execute(
            "insert into young_people (id, given_name, family_name, created_by)"
            " values (gen_random_uuid(), 'Vroege', 'Verzonnen', gen_random_uuid())"
        )
        owner.execute(
            "insert into cases (id, young_person_id, route, route_version, step, opened_by, last_sequence)"
            " select gen_random_uuid(), id, 'midden-groningen', 1, 'signaal', created_by, 0 from young_people"
        )
        owner.execute(told)
    outcome = alembic(empty, "upgrade", "head")
    assert outcome.returncode == 0, outcome.stderr
    again = alembic(empty, "upgrade", "head")
    assert again.returncode == 0, again.stderr
    with psycopg.connect(empty) as owner:
        assert owner.execute("select given_name from young_people").fetchall() == [("Vroege",)]
        assert owner.execute("select step from cases").fetchall() == [("signaal",)]
        owner.execute(told)
        # What was not recorded then is not made up; what is recorded from now on says by which rules.
        kept = "select recorded_at is null, written_in = 0, rule_set from audit_events order by written_in"
        assert owner.execute(kept).fetchall() == [(True, True, None), (False, False, "jeugdwet@1")]
    api = database.api_dsn.replace(f"/{database.name}", f"/{database.name}_empty")
    with psycopg.connect(api) as connection:
        assert connection.execute("select * from young_people").fetchall() == []
        assert connection.execute("select * from cases").fetchall() == []
