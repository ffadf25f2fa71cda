"""Gives every test that asks a database of its own, on a real PostgreSQL that this test process starts and removes."""

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from app.demo.postgres import API, OWNER, RETENTION, SUPERUSER, WORKER, Cluster, Version
from tests.planted import SEARCHED, each_test, whole_run
from tests.world import World
from tests.world import world as world_of

__all__ = ["each_test", "whole_run"]  # fixtures for every test
ROOT = Path(__file__).parents[1]
MIGRATIONS = ROOT / "migrations"
TEMPLATE = "migrated"
PREFIX = "ondersteuningsroute-tests-"
MEMORY = Path("/dev/shm")  # Linux; a file system like any other for who may not count on it  # noqa: S108
ROOM = 2 * 1024**3  # bytes: two versions of two test processes, with their logs of what was written


@dataclass(frozen=True)
class Database:
    """One migrated database, and the address of it for each role that connects."""

    name: str
    cluster: Cluster

    @property
    def owner_dsn(self) -> str:
        """As the schema's owner: for what a test prepares, never for what it proves about access."""
        return self.cluster.dsn(OWNER, self.name)

    @property
    def api_dsn(self) -> str:
        """As the service connects: row-level security holds."""
        return self.cluster.dsn(API, self.name)

    @property
    def worker_dsn(self) -> str:
        """As the worker connects."""
        return self.cluster.dsn(WORKER, self.name)

    @property
    def retention_dsn(self) -> str:
        """As what proposes and destroys connects."""
        return self.cluster.dsn(RETENTION, self.name)


def pytest_collection_finish() -> None:
    """Leaves what was imported out of every later search for garbage: it stays to the end."""
    gc.collect()
    gc.freeze()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is proven about the database itself (tests/db) is proven on both versions; all else on the newest."""
    if "postgres_version" in metafunc.fixturenames:
        both = "db" in metafunc.definition.path.relative_to(ROOT / "tests").parts
        metafunc.parametrize("postgres_version", [18, 16] if both else [18], scope="session")


@pytest.fixture(scope="session")
def clusters() -> Iterator[Callable[[Version], Cluster]]:
    """One cluster a version, started at the first test that asks, with the migrations run once in a template."""
    _sweep()
    started: dict[Version, Cluster] = {}

    def of_version(version: Version) -> Cluster:
        if version not in started:
            folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_quick()))
            started[version] = Cluster(folder, version, durable=False)
            started[version].start()
            _create(started[version], TEMPLATE, "template0")
            _migrate(started[version].dsn(OWNER, TEMPLATE))
        return started[version]

    yield of_version
    for cluster in started.values():
        cluster.remove()


@pytest.fixture(scope="session")
def new_database(clusters: Callable[[Version], Cluster]) -> Callable[[Version], Database]:
    """Makes one more migrated database: for a fixture of wider scope that several tests read and none changes."""
    numbers = count(1)

    def made(version: Version = 18) -> Database:
        cluster = clusters(version)
        name = f"test_{next(numbers)}"
        _create(cluster, name, TEMPLATE)
        return Database(name, cluster)

    return made


@pytest.fixture
def database(new_database: Callable[[Version], Database], postgres_version: Version) -> Iterator[Database]:
    """A migrated, empty database for this test alone."""
    made = new_database(postgres_version)
    yield made
    SEARCHED.look_at_database(made.owner_dsn)
    _superuser(made.cluster, sql.SQL("drop database {} with (force)").format(sql.Identifier(made.name)))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The service runs on asyncio; of every scope, as an application may live for a test or for its module."""
    return "asyncio"


@pytest.fixture
async def world(database: Database, anyio_backend: str) -> AsyncIterator[World]:
    """The real application on a database of its own, with everybody of the demo; see tests/world.py."""
    del anyio_backend  # asked for so that the fixture runs in it
    async with world_of(database.owner_dsn, database.api_dsn) as made:
        yield made


def _create(cluster: Cluster, name: str, template: str) -> None:
    names = partial(
        sql.SQL.format,
        name=sql.Identifier(name),
        template=sql.Identifier(template),
        owner=sql.Identifier(OWNER),
        api=sql.Identifier(API),
        worker=sql.Identifier(WORKER),
        retention=sql.Identifier(RETENTION),
    )
    _superuser(
        cluster,
        names(sql.SQL("create database {name} template {template} owner {owner}")),
        # Rights on a database do not come along with its template: as in app/db/roles.sql.
        names(sql.SQL("revoke all on database {name} from public")),
        names(sql.SQL("grant connect on database {name} to {api}, {worker}, {retention}")),
    )


def _superuser(cluster: Cluster, *statements: sql.Composed) -> None:
    with psycopg.connect(cluster.dsn(SUPERUSER, "postgres"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _migrate(owner_dsn: str) -> None:
    """Runs the migrations as production does; a tree that has none yet gets empty databases."""
    if not any((MIGRATIONS / "versions").glob("*.py")):
        return
    outcome = subprocess.run(
        [sys.executable, "-m", "app.cli", "migrate"],
        env={**os.environ, "DATABASE_URL": owner_dsn},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode:
        pytest.fail(f"the migrations fail:\n{outcome.stdout}{outcome.stderr}", pytrace=False)


def _quick() -> Path:
    """Where clusters are made: in memory where there is room, as a database of its own for each test is 400 files.

    A disk's file system spends more on making and removing those than PostgreSQL and the service do on the test.
    """
    try:
        there = os.statvfs(MEMORY)
    except OSError:
        return Path(tempfile.gettempdir())
    roomy = there.f_bavail * there.f_frsize >= ROOM and not there.f_flag & (os.ST_NOEXEC | os.ST_RDONLY)
    return MEMORY if roomy and os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())


def _sweep() -> None:
    """Removes the clusters of test runs that were killed before they could do so themselves."""
    for folder in _quick().glob(f"{PREFIX}*"):
        pid = int(folder.name.removeprefix(PREFIX).split("-")[0])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            if folder.stat().st_uid == os.geteuid():
                Cluster(folder).remove()
        except PermissionError:
            continue  # another user's run
