"""What the service does when its database does not: nothing by halves, no word too many, and by itself well again."""

import asyncio
import logging
from pathlib import Path

import psycopg
import pytest

from app.demo.postgres import API, DATABASE, OWNER, Cluster
from tests.api.beginnings import TALK, case_body, count, kept, opened
from tests.api.wire import watched
from tests.conftest import Database, _migrate
from tests.world import World
from tests.world import world as world_of

pytestmark = pytest.mark.anyio

STEP = {"transition": "onderzoek_starten"}
# A trigger that speaks only at the commit: everything before it went well.
FAILS_AT_COMMIT = """
create function refuse_at_commit() returns trigger language plpgsql as
  $$ begin raise exception 'verzonnen fout over Mila' using errcode = %s; end $$;
create constraint trigger at_commit after insert on {table} deferrable initially deferred
  for each row execute function refuse_at_commit();
"""


@pytest.mark.parametrize(
    ("errcode", "status"), [("XX000", 500), ("23514", 500), ("40001", 503), ("40P01", 503), ("53100", 503)]
)
async def test_when_the_commit_fails_nobody_hears_201_and_nothing_is_kept(
    world: World, caplog: pytest.LogCaptureFixture, errcode: str, status: int
) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher)
    before = {table: await count(world, table) for table in ("cases", "notes", "outbox", "idempotency_keys")}
    await kept(world, FAILS_AT_COMMIT.format(table="outbox").replace("%s", f"'{errcode}'"))
    caplog.set_level(logging.DEBUG)
    for target, body in (("/cases", case_body()), (f"{path}/notes", TALK)):
        response = await teacher.post(target, body, idempotency_key="opnieuw")
        assert response.status_code == status
        assert "Mila" not in response.text + caplog.text
        if status == 503:
            assert int(response.headers["retry-after"]) > 0
    assert {table: await count(world, table) for table in before} == before
    # The same key is free once the trouble is over: nothing of the failed attempt was kept under it.
    await kept(world, "drop trigger at_commit on outbox")
    await teacher.made(f"{path}/notes", TALK, idempotency_key="opnieuw")


async def test_without_an_audit_row_there_is_no_answer(world: World) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher)
    await kept(world, FAILS_AT_COMMIT.format(table="audit_events").replace("%s", "'XX000'"))
    for answer in (await teacher.get(path), await teacher.post("/cases", case_body()), await teacher.get("/cases/x")):
        assert answer.status_code in {400, 500}
        assert "youngPerson" not in answer.text
    assert await count(world, "cases") == 1
    # A refusal that cannot be recorded is not told either.
    assert (await world["andere-school"].get(path)).status_code == 500


async def test_who_waits_too_long_for_a_lock_is_asked_to_come_back(world: World) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher)
    connection = await psycopg.AsyncConnection.connect(world.owner_dsn)
    async with connection:
        await connection.execute("select id from cases for update")
        response = await teacher.post(f"{path}/notes", TALK)
        assert response.status_code == 503
        assert response.headers["retry-after"]
        # Reading waits for nobody.
        assert (await teacher.get(path)).status_code == 200
    await teacher.made(f"{path}/notes", TALK)


async def test_a_database_that_goes_away_is_503_and_comes_back_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = Cluster(tmp_path / "cluster", durable=False)
    cluster.start()
    try:
        _migrate(cluster.dsn(OWNER))
        port = cluster.port
        async with world_of(cluster.dsn(OWNER), cluster.dsn(API, DATABASE)) as world:
            teacher = world["leerkracht"]
            path = await opened(teacher)
            cluster.stop()
            answers = await asyncio.gather(
                teacher.get(path), teacher.post(f"{path}/notes", TALK), teacher.get("/me"), teacher.get("/cases/x")
            )
            for response in answers[:3]:
                assert response.status_code == 503
                assert int(response.headers["retry-after"]) > 0
                assert response.json()["type"] == "urn:ondersteuningsroute:problem:tijdelijk-niet-beschikbaar"
            # What needs no database is answered all the same.
            assert answers[3].status_code == 400
            assert (await world.client(None).get("/v1/me")).status_code == 401
            outside = world.client(None)
            outside.event_hooks = {}
            assert (await outside.get("/health/live")).status_code == 200
            assert (await outside.get("/health/ready")).status_code == 503
            # On the same port as before: the address of a database stays.
            monkeypatch.setattr("app.demo.postgres._free_port", lambda: port)
            cluster.start()
            async with asyncio.timeout(20):
                while (await teacher.get(path)).status_code != 200:  # noqa: ASYNC110 — asked as a client would
                    await asyncio.sleep(0.2)
            await teacher.made(f"{path}/notes", TALK)
            assert (await outside.get("/health/ready")).status_code == 200
    finally:
        cluster.remove()


async def test_a_database_that_hangs_is_503_and_not_for_ever(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.db.session.LONGEST", 0.5)
    async with watched(database) as (wire, world):
        path = await opened(world["leerkracht"])
        wire.silent = True
        answers = await asyncio.gather(
            world["leerkracht"].get(f"{path}/dossier"), world["leerkracht"].post(f"{path}/notes", TALK)
        )
        assert [answer.status_code for answer in answers] == [503, 503]
        wire.silent = False
        assert (await world["leerkracht"].get(f"{path}/dossier")).status_code == 200
