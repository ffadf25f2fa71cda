"""The worker's loop: its duties in turn, whatever one of them or the database does."""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest
from psycopg.types.json import Jsonb

from app.domain.ids import new_id
from app.integrations.facts import Fact, Receiver
from app.worker import DUTIES, PORTION, Connection, deliver, report_backlog, work
from tests.conftest import ROOT, Database


def test_each_duty_gets_its_turn_in_a_transaction_of_its_own(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    stop = asyncio.Event()
    seen: list[str] = []

    async def broken(connection: Connection) -> bool:
        await connection.execute("select set_config('worker.mark', 'left behind', true)")
        raise ValueError("Joep Verzonnen")

    async def sound(connection: Connection) -> bool:
        found = await (await connection.execute("select current_setting('worker.mark', true), current_user")).fetchone()
        assert found
        seen.append(f"{found[0] or 'clean'} {found[1]}")
        if len(seen) == 2:
            stop.set()
        return False

    asyncio.run(asyncio.wait_for(work(database.worker_dsn, stop, duties=(broken, sound), every=0.01), 30))
    assert seen == ["clean ondersteuningsroute_worker"] * 2
    assert "broken failed: ValueError" in caplog.text
    assert "Joep" not in caplog.text


def test_it_takes_up_its_work_when_the_database_comes_back(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    stop = asyncio.Event()
    rounds = 0

    async def counted(connection: Connection) -> bool:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            with psycopg.connect(database.cluster.dsn("postgres", "postgres"), autocommit=True) as superuser:
                superuser.execute("select pg_terminate_backend(%s)", [connection.info.backend_pid])
            await connection.execute("select 1")
        if rounds == 3:
            stop.set()
        return False

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


def given(database: Database, *types: str) -> None:
    """Facts in the outbox, in this order."""
    with psycopg.connect(database.owner_dsn) as owner:
        owner.execute("alter table outbox no force row level security")
        ids = [new_id() for _ in types]
        for made, kind in zip(ids, types, strict=True):
            owner.execute(
                "insert into outbox (id, type, case_id, data) values (%s, %s, gen_random_uuid(), %s)",
                (made, kind, Jsonb({"step": "onderzoek"})),
            )


def waiting(database: Database) -> list[str]:
    with psycopg.connect(database.owner_dsn) as owner:
        rows = owner.execute("select type from outbox where delivered_at is null order by id").fetchall()
    return [kind for (kind,) in rows]


async def delivered(database: Database, receiver: Receiver) -> bool:
    """One portion, as the worker's own role."""
    async with await psycopg.AsyncConnection.connect(database.worker_dsn) as connection:
        return await deliver(connection, receiver)


def test_what_waits_in_the_outbox_is_said(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    async def report() -> None:
        async with await psycopg.AsyncConnection.connect(database.worker_dsn) as connection:
            await report_backlog(connection)

    caplog.set_level(logging.INFO)
    asyncio.run(report())
    assert not caplog.text
    given(database, "case.opened")
    asyncio.run(report())
    assert "outbox: 1 facts wait" in caplog.text


def test_the_worker_delivers_each_fact_once_in_order_and_then_rests(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    given(database, "case.opened", "note.recorded", "case.transitioned")
    caplog.set_level(logging.INFO)
    stop = asyncio.Event()
    rounds = 0

    async def ended(_: Connection) -> bool:
        nonlocal rounds
        rounds += 1
        if rounds == 2:
            stop.set()
        return False

    asyncio.run(asyncio.wait_for(work(database.worker_dsn, stop, duties=(*DUTIES, ended), every=0.01), 30))
    lines = [vars(said)["fields"]["fact"] for said in caplog.records if said.msg == "fact"]
    assert [line["type"] for line in lines] == ["case.opened", "note.recorded", "case.transitioned"]
    assert lines[0]["data"] == {"step": "onderzoek"}
    assert set(lines[0]) == {"id", "type", "occurredAt", "data"}, "no case in the log"
    assert waiting(database) == []


def test_the_command_delivers_says_so_in_its_log_and_stops_when_told(database: Database) -> None:
    given(database, "case.opened")
    with subprocess.Popen(
        [sys.executable, "-m", "app.cli", "worker"],
        cwd=ROOT,
        env={"PATH": os.defpath, "DATABASE_URL": database.worker_dsn},
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        until = time.monotonic() + 30
        while waiting(database) and time.monotonic() < until:
            time.sleep(0.05)
        worker.send_signal(signal.SIGTERM)
        said, _ = worker.communicate(timeout=30)
    assert waiting(database) == []
    assert worker.returncode == 0
    lines = [json.loads(line) for line in said.splitlines()]
    assert [line["event"] for line in lines if line["level"] == "info"] == ["started", "fact", "stopped"]
    (handed_over,) = [line for line in lines if line["event"] == "fact"]
    assert handed_over["fact"]["type"] == "case.opened"
    assert database.worker_dsn not in said


def test_more_than_one_portion_is_delivered_in_one_round(database: Database) -> None:
    given(database, *["case.opened"] * (PORTION + 1))
    taken: list[Fact] = []

    async def receiver(fact: Fact) -> None:
        await asyncio.sleep(0)
        taken.append(fact)

    stop = asyncio.Event()

    async def duty(connection: Connection) -> bool:
        more = await deliver(connection, receiver)
        if not more:
            stop.set()
        return more

    asyncio.run(asyncio.wait_for(work(database.worker_dsn, stop, duties=(duty,), every=60), 30))
    assert len({fact.id for fact in taken}) == len(taken) == PORTION + 1


def test_two_workers_share_the_work_and_neither_waits(database: Database) -> None:
    given(database, "case.opened", "note.recorded")
    taken: list[str] = []

    async def both() -> None:
        holding, let_go = asyncio.Event(), asyncio.Event()

        async def slow(fact: Fact) -> None:
            holding.set()
            await let_go.wait()
            taken.append(fact.type)

        async def quick(fact: Fact) -> None:
            await asyncio.sleep(0)
            taken.append(f"again {fact.type}")

        first = asyncio.create_task(delivered(database, slow))
        await asyncio.wait_for(holding.wait(), 10)
        await asyncio.wait_for(delivered(database, quick), 10)
        let_go.set()
        await first

    asyncio.run(both())
    assert taken == ["case.opened", "note.recorded"]
    assert waiting(database) == []


def test_a_fact_that_is_not_taken_waits_and_those_before_it_do_not_come_again(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    given(database, "case.opened", "note.recorded", "case.transitioned")
    taken: list[str] = []

    async def choosy(fact: Fact) -> None:
        await asyncio.sleep(0)
        if taken == ["case.opened"]:
            raise ConnectionError("Joep Verzonnen")
        taken.append(fact.type)

    assert asyncio.run(delivered(database, choosy)) is False
    assert waiting(database) == ["note.recorded", "case.transitioned"]
    assert "was not taken: ConnectionError" in caplog.text
    assert "Joep" not in caplog.text
    taken.clear()
    asyncio.run(delivered(database, choosy))
    assert taken == ["note.recorded", "case.transitioned"]


def test_a_worker_killed_between_handing_over_and_marking_loses_nothing(database: Database) -> None:
    given(database, "case.opened", "note.recorded")
    killed = f"""
import asyncio, os, signal
from app.worker import deliver, work

async def receiver(fact):
    print(fact.type, flush=True)
    if fact.type == "note.recorded":
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(work({database.worker_dsn!r}, asyncio.Event(), duties=(lambda it: deliver(it, receiver),)))
"""
    process = subprocess.run(  # noqa: S603 - our own text
        [sys.executable, "-c", killed], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert process.returncode == -signal.SIGKILL
    assert process.stdout.split() == ["case.opened", "note.recorded"]
    assert waiting(database) == ["case.opened", "note.recorded"]
    taken: list[str] = []

    async def receiver(fact: Fact) -> None:
        await asyncio.sleep(0)
        taken.append(fact.type)

    until = time.monotonic() + 10
    while not taken and time.monotonic() < until:  # until the server notices whose rows those were
        asyncio.run(delivered(database, receiver))
    assert taken == ["case.opened", "note.recorded"]
    assert waiting(database) == []
