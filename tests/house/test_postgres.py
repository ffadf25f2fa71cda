"""The launcher: a real PostgreSQL in a folder of ours, which survives what happens to laptops."""

import os
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.demo import postgres
from app.demo.postgres import API, OWNER, RETENTION, SUPERUSER, WORKER, Cluster, PostgresError, Version
from tests.conftest import Database


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another user can walk to, which pytest's own is not when root runs the tests."""
    made = Path(tempfile.mkdtemp(prefix="launcher with space "))
    made.chmod(0o711)
    yield made
    Cluster(made).remove()


@pytest.mark.parametrize("version", [18, 16])
def test_starts_and_keeps_its_data_between_runs(folder: Path, version: Version) -> None:
    with Cluster(folder, version, durable=False) as first, psycopg.connect(first.dsn(OWNER)) as connection:
        assert connection.info.server_version // 10000 == version
        connection.execute("create table kept as select 1 as one")
    with Cluster(folder, version, durable=False) as again, psycopg.connect(again.dsn(OWNER)) as connection:
        assert connection.execute("select one from kept").fetchone() == (1,)


@pytest.mark.parametrize("version", [18, 16])
def test_starts_again_after_everything_was_killed(folder: Path, version: Version) -> None:
    killed = Cluster(folder, version)  # durable: what was committed must still be there
    killed.start()
    with psycopg.connect(killed.dsn(OWNER)) as connection:
        connection.execute("create table kept as select 1 as one")
    lock = next(folder.rglob("postmaster.pid"))
    os.kill(int(lock.read_text().splitlines()[0]), signal.SIGKILL)
    assert lock.exists()
    with Cluster(folder, version, durable=False) as again, psycopg.connect(again.dsn(OWNER)) as connection:
        assert connection.execute("select one from kept").fetchone() == (1,)


def test_a_server_left_behind_by_a_killed_run_is_taken_over(folder: Path) -> None:
    left = Cluster(folder, durable=False)
    left.start()
    with Cluster(folder, durable=False) as taken, psycopg.connect(taken.dsn(API)):
        assert taken.port != left.port
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(left.dsn(API))


def test_a_lock_file_that_names_somebody_elses_process_is_stale(folder: Path) -> None:
    with Cluster(folder, durable=False):
        lock = next(folder.rglob("postmaster.pid"))
        lines = lock.read_text().splitlines()
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with Cluster(folder, durable=False) as again, psycopg.connect(again.dsn(API)):
        pass
    os.kill(os.getpid(), 0)  # and we, whom the file named, were left alone


def test_a_broken_off_initdb_is_done_again(folder: Path) -> None:
    half = folder / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with Cluster(folder, durable=False) as made, psycopg.connect(made.dsn(API)):
        assert not half.exists()


def test_several_run_at_once(folder: Path) -> None:
    with (
        Cluster(folder / "one", durable=False) as one,
        Cluster(folder / "two", durable=False) as two,
        psycopg.connect(one.dsn(API)),
        psycopg.connect(two.dsn(API)),
    ):
        assert one.port != two.port


def test_it_listens_on_this_machine_alone_and_wants_the_password(folder: Path) -> None:
    with Cluster(folder, durable=False) as cluster:
        with psycopg.connect(cluster.dsn(SUPERUSER, "postgres")) as connection:
            assert connection.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
            assert connection.execute("show unix_socket_directories").fetchone() == ("",)
            rules = connection.execute("select distinct auth_method from pg_hba_file_rules").fetchall()
            assert rules == [("scram-sha-256",)]
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(cluster.dsn(API).replace(":", ":x", 2).replace("x//", "//"))
        assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600


def test_what_never_starts_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Cluster(folder, durable=False):
        pass
    monkeypatch.setattr(postgres, "ATTEMPTS", 1)
    (next(folder.rglob("postgresql.conf"))).write_text("no_such_setting = 1\n")
    with pytest.raises(PostgresError, match="no_such_setting"):
        Cluster(folder, durable=False).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that PostgreSQL's user cannot get into")
def test_a_checkout_that_only_root_can_enter_still_runs() -> None:
    closed = Path(tempfile.mkdtemp())  # 0700
    cluster = Cluster(closed / "postgres", durable=False)
    try:
        with cluster, psycopg.connect(cluster.dsn(API)):
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700, "nobody's folder is opened up for it"
            elsewhere = set(Path("/var/lib").glob("ondersteuningsroute-*"))
    finally:
        cluster.remove()
        closed.rmdir()
    assert elsewhere - set(Path("/var/lib").glob("ondersteuningsroute-*")), "what stood elsewhere is removed with it"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has programs that PostgreSQL's user cannot run")
def test_programs_that_only_root_can_reach_are_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_reaches", lambda who, where, *run: not run)  # noqa: ARG005 - its signature
    with Cluster(folder, durable=False) as cluster, psycopg.connect(cluster.dsn(API)):
        assert list(folder.glob("programs-*/*/*/bin/postgres"))


def test_the_roles_that_serve_own_nothing_and_walk_through_no_wall(database: Database) -> None:
    with psycopg.connect(database.owner_dsn) as connection:
        rows = connection.execute(
            "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles"
            " where rolname like 'ondersteuningsroute%'"
        ).fetchall()
        owners = connection.execute(
            "select distinct pg_get_userbyid(relowner) from pg_class where relnamespace = 'public'::regnamespace"
        ).fetchall()
    assert {row[0] for row in rows} == {OWNER, API, WORKER, RETENTION}
    assert not any(any(row[1:]) for row in rows)
    assert {row[0] for row in owners} <= {OWNER}
    for dsn in (database.api_dsn, database.worker_dsn, database.retention_dsn):
        with psycopg.connect(dsn) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table mine (id int)")


def test_each_test_gets_an_empty_database(database: Database) -> None:
    started = time.monotonic()
    with psycopg.connect(database.owner_dsn) as connection:
        connection.execute("create table only_here ()")
        others = connection.execute("select count(*) from pg_class where relname = 'only_here'").fetchone()
    assert others == (1,)
    assert time.monotonic() - started < 10
