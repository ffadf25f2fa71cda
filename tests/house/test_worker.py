"""The worker's loop: its duties in turn, whatever one of them or the database does."""

import asyncio
import logging

import psycopg
import pytest

from app.worker import Connection, report_backlog, work
from tests.conftest import Database


def test_each_duty_gets_its_turn_in_a_transaction_of_its_own(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    stop = asyncio.Event()
    seen: list[str] = []

    async def broken(connection: Connection) -> None:
        await connection.execute("select set_config('worker.mark', 'left behind', true)")
        raise ValueError("Joep Verzonnen")

    async def sound(connection: Connection) -> None:
        found = await (await connection.execute("select current_setting('worker.mark', true), current_user")).fetchone()
        assert found
        seen.append(f"{found[0] or 'clean'} {found[1]}")
        if len(seen) == 2:
            stop.set()

    asyncio.run(asyncio.wait_for(work(database.worker_dsn, stop, duties=(broken, sound), every=0.01), 30))
    assert seen == ["clean ondersteuningsroute_worker"] * 2
    assert "broken failed: ValueError" in caplog.text
    assert "Joep" not in caplog.text


def test_it_takes_up_its_work_when_the_database_comes_back(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    stop = asyncio.Event()
    rounds = 0

    async def counted(connection: Connection) -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            with psycopg.connect(database.cluster.dsn("postgres", "postgres"), autocommit=True) as superuser:
                superuser.execute("select pg_terminate_backend(%s)", [connection.info.backend_pid])
            await connection.execute("select 1")
        if rounds == 3:
            stop.set()

    asyncio.run(asyncio.wait_for(work(database.worker_dsn, stop, duties=(counted,), every=0.01, pause=0.01), 30))
    assert "the database is gone" in caplog.text
    assert database.worker_dsn not in caplog.text


def test_it_stops_at_once_while_the_database_is_gone() -> None:
    async def told_to_stop() -> None:
        stop = asyncio.Event()
        working = asyncio.create_task(work("postgresql://niemand@127.0.0.1:1/x", stop, pause=60))
        await asyncio.sleep(0.1)
        stop.set()
        await asyncio.wait_for(working, 5)

    asyncio.run(told_to_stop())


def test_what_waits_in_the_outbox_is_said(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    async def report() -> None:
        async with await psycopg.AsyncConnection.connect(database.worker_dsn) as connection:
            await report_backlog(connection)

    caplog.set_level(logging.INFO)
    asyncio.run(report())
    assert not caplog.text
    with psycopg.connect(database.owner_dsn) as owner:
        owner.execute("alter table outbox no force row level security")
        owner.execute("insert into outbox (id, type) values (gen_random_uuid(), 'case.opened')")
    asyncio.run(report())
    assert "outbox: 1 facts wait" in caplog.text
