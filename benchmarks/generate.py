"""Invented cases in bulk, on a PostgreSQL of its own with durable settings: 100,000 in about a minute.

    python -m benchmarks.generate 100000

What is made is kept as a template beside the cluster, and made anew only when the migrations or the population change,
or a month has passed; every run works on a copy of it.
"""

import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from os import environ
from pathlib import Path

import psycopg
from psycopg import sql

from app.demo.issuer import ISSUER
from app.demo.postgres import API, OWNER, SUPERUSER, WORKER, Cluster

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".local" / "benchmarks"
POPULATION = ROOT / "benchmarks" / "population.sql"
# Where child rows for every case would take an hour: a tenth of the cases has them.
MANY = 500_000

# As an operator would set them for this amount of data; waiting for the disk stays on (fsync, synchronous_commit).
SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "maintenance_work_mem": "512MB",
}


@contextmanager
def cluster(folder: Path = FOLDER) -> Iterator[Cluster]:
    """The benchmarks' own PostgreSQL, running; the data stays."""
    server = Cluster(folder / "postgres")
    with server:
        if _tuned(server):
            server.start()  # shared_buffers needs a restart
        yield server


def _tuned(server: Cluster) -> bool:
    """Whether a setting had to be changed."""
    with _superuser(server) as connection:
        changed = [
            name
            for name, value in SETTINGS.items()
            if connection.execute("select current_setting(%s) <> %s", (name, value)).fetchone() == (True,)
        ]
        for name in changed:
            connection.execute(
                sql.SQL("alter system set {} = {}").format(sql.Identifier(name), sql.Literal(SETTINGS[name]))
            )
    return bool(changed)


def _superuser(server: Cluster, database: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(server.dsn(SUPERUSER, database), autocommit=True)


def template_name(cases: int) -> str:
    """The name says of what it was made, so that another schema or another month is another name."""
    digest = hashlib.sha256(f"{datetime.now(UTC):%Y-%m}".encode())
    for path in [POPULATION, *sorted((ROOT / "migrations").rglob("*.*"))]:
        if path.suffix in {".py", ".sql"}:
            digest.update(path.read_bytes())
    return f"cases_{cases}_{digest.hexdigest()[:12]}"


def populated(server: Cluster, cases: int) -> str:
    """The name of a database with this many cases that is kept as a template; made when there is none."""
    name = template_name(cases)
    with _superuser(server) as connection:
        known = [row[0] for row in connection.execute("select datname from pg_database where datname like 'cases%'")]
        if name in known:
            return name
        for old in known:
            if old.startswith(f"cases_{cases}_"):
                connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(old)))
    draft = f"draft_{cases}"
    _create(server, draft, "template0")
    _migrate(server.dsn(OWNER, draft))
    populate(server.dsn(OWNER, draft), cases)
    with _superuser(server, draft) as connection:
        connection.execute("vacuum (analyze, freeze)")
        connection.execute("checkpoint")
    with _superuser(server) as connection:
        connection.execute(
            sql.SQL("alter database {} rename to {}").format(sql.Identifier(draft), sql.Identifier(name))
        )
    return name


def copied(server: Cluster, template: str, name: str) -> None:
    """A fresh copy of a template, in place of an earlier one of that name."""
    _create(server, name, template)


def _create(server: Cluster, name: str, template: str) -> None:
    made, of, owner, roles = sql.Identifier(name), sql.Identifier(template), sql.Identifier(OWNER), (API, WORKER)
    with _superuser(server) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(made))
        connection.execute(
            sql.SQL("create database {} template {} owner {} strategy file_copy").format(made, of, owner)
        )
        # Rights on a database do not come along with its template: as in app/db/roles.sql.
        connection.execute(sql.SQL("revoke all on database {} from public").format(made))
        connection.execute(
            sql.SQL("grant connect on database {} to {}").format(made, sql.SQL(", ").join(map(sql.Identifier, roles)))
        )


def _migrate(owner_dsn: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "app.cli", "migrate"], env={**environ, "DATABASE_URL": owner_dsn}, cwd=ROOT, check=True
    )


def populate(owner_dsn: str, cases: int) -> None:
    """Every row of the population, in one transaction; each constraint is checked over all rows before the commit."""
    with psycopg.connect(owner_dsn) as connection:
        settings = {"cases": cases, "full_every": 10 if cases >= MANY else 1, "issuer": ISSUER}
        for name, value in settings.items():
            connection.execute("select set_config(%s, %s, true)", (f"bench.{name}", str(value)))
        connection.execute("set local maintenance_work_mem = '512MB'")
        connection.execute("set local synchronous_commit = off")  # of the copying alone: a checkpoint follows
        again = _put_aside(connection)
        connection.execute(POPULATION.read_bytes())
        for statement in again:
            connection.execute(statement.encode())
        connection.execute(sql.SQL("grant usage on schema bench to {}").format(sql.Identifier(API)))


def _put_aside(connection: psycopg.Connection) -> list[str]:
    """Drop foreign keys and secondary indexes; the answer makes them again, which checks all rows at once."""
    foreign = connection.execute(
        "select format('alter table %s drop constraint %I', conrelid::regclass, conname),"
        " format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))"
        " from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace"
    ).fetchall()
    indexes = connection.execute(
        "select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid) from pg_index i"
        " join pg_class c on c.oid = i.indrelid where c.relnamespace = 'public'::regnamespace"
        " and not exists (select from pg_constraint where conindid = i.indexrelid)"
    ).fetchall()
    for drop, _ in [*foreign, *indexes]:
        connection.execute(drop.encode())
    return [add for _, add in [*indexes, *foreign]]


def main() -> None:
    """Make what is asked for, and say how long it took and how large it is."""
    for cases in map(int, sys.argv[1:] or ["100000"]):
        began = time.monotonic()
        with cluster() as server:
            name = populated(server, cases)
            with _superuser(server, name) as connection:
                size = connection.execute("select pg_size_pretty(pg_database_size(current_database()))").fetchone()
                rows = connection.execute(
                    "select relname, reltuples::bigint from pg_class where relnamespace = 'public'::regnamespace"
                    " and relkind = 'r' and reltuples > 0 order by 2 desc"
                ).fetchall()
        sys.stdout.write(f"{name}: {time.monotonic() - began:.0f} s, {size and size[0]}\n")
        sys.stdout.writelines(f"  {table:20} {count:>10}\n" for table, count in rows)


if __name__ == "__main__":
    main()
