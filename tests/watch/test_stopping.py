"""Stopping, being replaced and being killed under load: each request is answered or left no trace, none is halved."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.api.beginnings import TALK
from tests.conftest import Database
from tests.watch.running import Running, asked_as_owner, headers_of, provider, service, with_a_case

CALLERS = 4


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider() as address:
        yield address


@dataclass
class Load:
    """Callers who each write a note again and again; with a new key each time, the same one when they heard nothing."""

    answered: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    refused: int = 0
    statuses: set[int] = field(default_factory=set)
    stop: bool = False

    async def call(self, name: int, addresses: list[str], path: str, headers: dict[str, str]) -> None:
        """One caller: at the first of the addresses that takes the connection."""
        number = 0
        async with httpx.AsyncClient(timeout=15, headers=headers) as client:
            while not self.stop:
                key = f"{name}-{number}"
                while key not in self.answered:
                    await self._attempt(client, addresses, path, key)
                number += 1

    async def _attempt(self, client: httpx.AsyncClient, addresses: list[str], path: str, key: str) -> None:
        for address in addresses:
            try:
                answer = await client.post(f"{address}{path}", json=TALK, headers={"Idempotency-Key": key})
            except httpx.ConnectError:
                self.refused += 1
                await asyncio.sleep(0.01)
                continue
            except httpx.TransportError as fault:
                self.broken.append(f"{key}: {type(fault).__name__}")
                return
            self.statuses.add(answer.status_code)
            if answer.status_code == 201:
                self.answered.add(key)
            return


@asynccontextmanager
async def loaded(addresses: list[str], path: str, headers: dict[str, str]) -> AsyncIterator[Load]:
    load = Load()
    async with asyncio.timeout(60), asyncio.TaskGroup() as callers:
        for name in range(CALLERS):
            callers.create_task(load.call(name, addresses, path, headers))
        yield load
        load.stop = True


async def ended(process: subprocess.Popen[bytes], within: float) -> int:
    return await asyncio.to_thread(process.wait, within)


def nothing_is_halved(database: Database, answered: set[str]) -> None:
    """Each note that was answered is there once; each that is there has its key, its fact and its line in the audit."""
    notes = asked_as_owner(database, "select id from notes")
    assert len(notes) == len(answered)
    for table, condition in (
        ("outbox", "o.object_id = n.id"),
        ("audit_events", "o.object_id = n.id and o.outcome = 'toegestaan' and o.status = 201"),
        ("idempotency_keys", "o.object_id = n.id"),
    ):
        found = asked_as_owner(database, f"select count(distinct n.id) from notes n join {table} o on {condition}")
        assert found == [(len(notes),)], table


def test_a_service_is_replaced_under_load_and_every_request_is_answered(
    database: Database, issuer: str, tmp_path: Path
) -> None:
    with (
        service(database, issuer, tmp_path, STOP_DELAY="1") as old,
        service(database, issuer, tmp_path, STOP_DELAY="0") as new,
    ):
        path = with_a_case(database, issuer, old.address)

        async def replaced() -> Load:
            async with loaded([old.address, new.address], path, headers_of("leerkracht", issuer)) as load:
                await asyncio.sleep(1)
                before = len(load.answered)
                old.process.send_signal(signal.SIGTERM)
                await asyncio.sleep(0.3)
                # Still open, and saying that it leaves: to the load balancer, and on each connection.
                leaving = await asyncio.to_thread(old.ready)
                assert (leaving.status_code, leaving.json()["missing"]) == (503, ["stopping"])
                assert leaving.headers["connection"] == "close"
                assert len(load.answered) > before
                assert await ended(old.process, 10) == 0
                after = len(load.answered)
                await asyncio.sleep(0.5)
                assert len(load.answered) > after, "the new one goes on"
                return load

        load = asyncio.run(replaced())
        assert load.statuses == {201}
        # At most a connection that the system had taken and the process had not: nobody read what was sent on it.
        assert len(load.broken) <= CALLERS, load.broken
        assert load.refused, "the old one closed its door"
        nothing_is_halved(database, load.answered)
        assert [line["event"] for line in old.said() if line["logger"] == "app.serving"] == [
            "started",
            "stopping",
            "stopped",
        ]


def test_of_two_processes_one_is_killed_in_its_work_and_replaced(
    database: Database, issuer: str, tmp_path: Path
) -> None:
    with service(database, issuer, tmp_path, processes=2) as both:
        path = with_a_case(database, issuer, both.address)

        async def killed() -> Load:
            async with loaded([both.address], path, headers_of("leerkracht", issuer)) as load:
                await asyncio.sleep(1)
                victim = min(children(both))
                os.kill(victim, signal.SIGKILL)
                async with asyncio.timeout(20):
                    while len(children(both) - {victim}) < 2 or not served_by_all(both):  # noqa: ASYNC110 - processes say nothing
                        await asyncio.sleep(0.1)
                return load

        load = asyncio.run(killed())
        assert load.statuses == {201}
        assert len(load.broken) <= CALLERS, load.broken
        nothing_is_halved(database, load.answered)
        pids = children(both)
        both.process.send_signal(signal.SIGTERM)
        assert both.process.wait(15) == 0
        assert not [pid for pid in pids if alive(pid)]
        assert [line["exitcode"] for line in both.said() if line["event"] == "a process ended"] == [-signal.SIGKILL]


def children(running: Running) -> set[int]:
    """The processes that serve: each says who it is in its first line."""
    started = {line["process"] for line in running.said() if line["event"] == "started"}
    return {pid for pid in started if alive(pid)}


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def served_by_all(running: Running) -> bool:
    """Each process has numbers of its own, on a port of its own."""
    try:
        for number in range(2):
            httpx.get(f"http://127.0.0.1:{running.metrics + number}/metrics").raise_for_status()
    except httpx.TransportError:
        return False
    return True


@asynccontextmanager
async def hanging(
    database: Database, running: Running, path: str, issuer: str
) -> AsyncIterator[tuple[psycopg.AsyncConnection, asyncio.Task[httpx.Response]]]:
    """A request that waits in the database for a lock of ours: the lock, and the request."""
    async with (
        await psycopg.AsyncConnection.connect(database.owner_dsn) as lock,
        httpx.AsyncClient(headers=headers_of("leerkracht", issuer), timeout=15) as client,
    ):
        await lock.execute("select id from cases for update")
        request = asyncio.create_task(
            client.post(f"{running.address}{path}", json=TALK, headers={"Idempotency-Key": "one"})
        )
        async with asyncio.timeout(10), await psycopg.AsyncConnection.connect(database.owner_dsn) as looking:
            while True:
                found = await looking.execute("select count(*) from pg_locks where not granted")
                if (await found.fetchall())[0][0]:
                    break
                await asyncio.sleep(0.02)
        yield lock, request
        request.cancel()


def test_what_runs_may_end_and_is_answered(database: Database, issuer: str, tmp_path: Path) -> None:
    with service(database, issuer, tmp_path) as running:
        path = with_a_case(database, issuer, running.address)

        async def told_in_its_work() -> None:
            async with hanging(database, running, path, issuer) as (lock, request):
                running.process.send_signal(signal.SIGTERM)
                await asyncio.sleep(0.5)
                assert running.process.poll() is None
                with pytest.raises(httpx.ConnectError):
                    running.ready()
                await lock.rollback()
                assert (await request).status_code == 201
            assert await ended(running.process, 10) == 0

        asyncio.run(told_in_its_work())
        nothing_is_halved(database, {"one"})


@pytest.mark.parametrize("processes", [1, 2])
def test_told_twice_it_ends_at_once_and_leaves_nothing(
    database: Database, issuer: str, tmp_path: Path, processes: int
) -> None:
    with service(database, issuer, tmp_path, processes=processes) as running:
        path = with_a_case(database, issuer, running.address)

        async def told_twice() -> None:
            async with hanging(database, running, path, issuer):
                running.process.send_signal(signal.SIGTERM)
                await asyncio.sleep(0.7)
                assert running.process.poll() is None
                running.process.send_signal(signal.SIGTERM)
                begun = time.monotonic()
                assert await ended(running.process, 5) == 1
                assert time.monotonic() - begun < 2

        asyncio.run(told_twice())
        nothing_is_halved(database, set())


def test_after_the_grace_what_still_runs_is_broken_off_and_undone(
    database: Database, issuer: str, tmp_path: Path
) -> None:
    with service(database, issuer, tmp_path, STOP_GRACE="1") as running:
        path = with_a_case(database, issuer, running.address)

        async def too_slow() -> None:
            async with hanging(database, running, path, issuer):
                begun = time.monotonic()
                running.process.send_signal(signal.SIGTERM)
                assert await ended(running.process, 10) == 0
                assert 0.9 < time.monotonic() - begun < 5

        asyncio.run(too_slow())
        nothing_is_halved(database, set())
        assert any(line["level"] == "error" and "timeout graceful" in line["event"] for line in running.said())
