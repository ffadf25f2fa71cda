"""Readiness tells the truth, in time, and nothing that is nobody's business."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from app.api import health
from app.db.migrations import needed
from app.demo.postgres import API, DATABASE, OWNER, Cluster
from app.main import create_app
from app.settings import LoopbackSettings
from tests.conftest import MIGRATIONS, Database, _migrate
from tests.integrations.tokens import AUDIENCE, static_verifier
from tests.watch.running import provider

pytestmark = pytest.mark.anyio
NOBODY = "http://127.0.0.1:1"


def application(address: str, issuer: str = NOBODY, *, with_keys: bool = True) -> FastAPI:
    settings = LoopbackSettings(database_url=address, oidc_issuer=issuer, oidc_audience=AUDIENCE)
    return create_app(settings, verifier=static_verifier() if with_keys else None)


async def missing(app: FastAPI) -> list[str]:
    """What readiness says is missing; every answer must be in time, and live must not care."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://route.test") as client:
        begun = time.monotonic()
        answer = await client.get("/health/ready")
        assert time.monotonic() - begun < health.PATIENCE + 1
        assert (await client.get("/health/live")).status_code == 200
    if answer.status_code == 200:
        return []
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"]
    assert "127.0.0.1" not in answer.text
    found: list[str] = answer.json()["missing"]
    return found


async def test_it_is_ready_when_all_is_there_and_not_while_it_stops(database: Database) -> None:
    app = application(database.api_dsn)
    async with app.router.lifespan_context(app):
        assert await missing(app) == []
        app.state.leaving.now = True
        assert await missing(app) == ["stopping"]


async def test_without_the_providers_keys_it_is_not_ready_and_with_them_it_is(database: Database) -> None:
    app = application(database.api_dsn, with_keys=False)
    async with app.router.lifespan_context(app):
        assert await missing(app) == ["identity-provider"]
    with provider() as issuer:
        app = application(database.api_dsn, issuer, with_keys=False)
        async with app.router.lifespan_context(app):
            assert await missing(app) == []
            # Without any token having come: a load balancer sends nobody to a process that is not ready.


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("update alembic_version set version_num = '0001'", ["schema"]),
        ("delete from alembic_version", ["schema"]),
        ("drop table alembic_version", ["schema"]),
        # The next release migrates first; until it is replaced, this one goes on.
        ("update alembic_version set version_num = '9999'", []),
    ],
)
async def test_a_schema_that_lacks_a_migration_is_not_ready(database: Database, change: str, says: list[str]) -> None:
    with psycopg.connect(database.owner_dsn) as owner:
        owner.execute(change.encode())
    app = application(database.api_dsn)
    async with app.router.lifespan_context(app):
        assert await missing(app) == says


async def test_a_database_that_refuses_the_question_is_missing(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with psycopg.connect(database.owner_dsn) as owner:
        owner.execute("revoke select on alembic_version from ondersteuningsroute_api")
    app = application(database.api_dsn)
    async with app.router.lifespan_context(app):
        assert await missing(app) == ["database"]
    (line,) = (vars(record)["fields"] for record in caplog.records if record.name == "app.request")
    assert (line["status"], line["fault"]) == (503, "InsufficientPrivilege")


def test_the_migration_that_the_code_needs_is_the_newest_one() -> None:
    revisions = {
        line.partition("=")[2].strip().strip('"')
        for file in (MIGRATIONS / "versions").glob("*.py")
        for line in file.read_text().splitlines()
        if line.startswith("revision =")
    }
    assert needed() == max(revisions)


async def test_a_database_that_takes_the_connection_and_never_answers(unused_listener: int) -> None:
    app = application(f"postgresql://iemand:geheim@127.0.0.1:{unused_listener}/x")
    async with app.router.lifespan_context(app):
        # Many at once, and again: none waits for the others, and one question is under way.
        assert await asyncio.gather(*(missing(app) for _ in range(5))) == [["database"]] * 5
        assert await missing(app) == ["database"]


@pytest.fixture
def unused_listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


async def test_a_database_that_hangs_in_the_midst_of_it(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "cluster", durable=False)
    cluster.start()
    stopped: list[int] = []
    try:
        _migrate(cluster.dsn(OWNER))
        app = application(cluster.dsn(API, DATABASE))
        async with app.router.lifespan_context(app):
            assert await missing(app) == []
            for pid in processes_of(cluster):
                os.kill(pid, signal.SIGSTOP)
                stopped.append(pid)
            assert await missing(app) == ["database"]
            assert await missing(app) == ["database"]
            while stopped:
                os.kill(stopped.pop(), signal.SIGCONT)
            async with asyncio.timeout(20):
                while await missing(app):  # noqa: ASYNC110 - asked as a load balancer would
                    await asyncio.sleep(0.2)
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
        cluster.remove()


def processes_of(cluster: Cluster) -> list[int]:
    """The server of this cluster, and all its children."""
    with psycopg.connect(cluster.dsn("postgres", "postgres")) as superuser:
        status = Path(f"/proc/{superuser.info.backend_pid}/stat").read_text()
    postmaster = int(status.rpartition(")")[2].split()[1])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return [postmaster, *map(int, children)]
