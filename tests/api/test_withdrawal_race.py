"""A withdrawal beside reads: once it is answered, no read is answered with what it closed, whatever came first."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from app.db import answers
from app.main import create_app
from app.settings import LoopbackSettings
from tests.api.beginnings import TALK, opened
from tests.api.test_consent_at_disclosure import disclosed
from tests.conftest import Database
from tests.integrations.tokens import AUDIENCE, ISSUER, static_verifier
from tests.world import World, token_of
from tests.world import world as world_of

pytestmark = pytest.mark.anyio

NURSE, PARENT = "jeugdverpleegkundige", "ouder-twee"


class Held:
    """The application behind a server that hands over an answer only when it is let go."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self.reached, self.go = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.reached.set()
                await self.go.wait()
            await send(message)

        await self._app(scope, receive, sending)


def client(app: Any, key: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(
        transport=transport, base_url="http://route.test", headers={"Authorization": f"Bearer {token_of(key)}"}
    )


@asynccontextmanager
async def another_process(database: Database) -> AsyncIterator[FastAPI]:
    """The service once more on the same database, knowing nothing of the first."""
    settings = LoopbackSettings(database_url=database.api_dsn, oidc_issuer=ISSUER, oidc_audience=AUDIENCE)
    app = create_app(settings, verifier=static_verifier())
    async with app.router.lifespan_context(app):
        yield app


def withdrawal(world: World, consent: str) -> Any:
    return world[PARENT].post(f"{consent}/withdrawal", {"giverId": str(world[PARENT].id), "form": "digitaal"})


async def test_an_answer_under_way_is_awaited_before_a_withdrawal_is_answered(world: World) -> None:
    path, consent = await disclosed(world)
    held = Held(world.app)
    async with client(held, NURSE) as nurse:
        read = asyncio.create_task(nurse.get(f"/v1{path}/dossier"))
        await held.reached.wait()
        withdrawing = asyncio.create_task(withdrawal(world, consent))
        await asyncio.sleep(0.3)
        assert not withdrawing.done(), "the withdrawal was answered while an answer from before could still leave"
        held.go.set()
        await asyncio.wait({read, withdrawing}, return_when=asyncio.FIRST_COMPLETED)
        assert read.done()
        assert (await read).status_code == 200
        assert (await withdrawing).status_code == 201
        assert (await nurse.get(f"/v1{path}/dossier")).status_code == 404


async def test_of_another_process_too_no_answer_leaves_after_a_withdrawal(
    database: Database, monkeypatch: pytest.MonkeyPatch, anyio_backend: str
) -> None:
    """Many readers over two processes and many connections, and one withdrawal in the midst of them."""
    del anyio_backend
    monkeypatch.setattr(answers, "within", lambda: 1.0)
    async with world_of(database.owner_dsn, database.api_dsn) as world, another_process(database) as other:
        path, consent = await disclosed(world)
        told: list[tuple[float, float, int]] = []
        ended = asyncio.Event()

        async def reading(app: FastAPI, tail: str) -> None:
            async with client(app, NURSE) as nurse:
                while not ended.is_set():
                    asked = time.monotonic()
                    status = (await nurse.get(f"/v1{path}{tail}")).status_code
                    told.append((asked, time.monotonic(), status))

        readers = [
            asyncio.create_task(reading(app, tail)) for app in (world.app, other) for tail in ("", "/dossier", "/notes")
        ]
        await asyncio.sleep(0.5)
        assert (await withdrawal(world, consent)).status_code == 201
        answered = time.monotonic()
        await asyncio.sleep(0.3)
        ended.set()
        await asyncio.gather(*readers)
        assert any(status == 200 for _, _, status in told)
        late = [(asked, left) for asked, left, status in told if left > answered and status not in {404, 429, 503}]
        assert late == []
        assert any(asked > answered and status == 404 for asked, _, status in told)


async def test_a_withdrawal_waits_as_long_as_another_process_may_still_answer(
    database: Database, monkeypatch: pytest.MonkeyPatch, anyio_backend: str
) -> None:
    del anyio_backend
    monkeypatch.setattr(answers, "within", lambda: 1.0)
    async with world_of(database.owner_dsn, database.api_dsn) as world, another_process(database) as other:
        path, consent = await disclosed(world)
        held = Held(other)
        async with client(other, NURSE) as nurse:
            assert (await nurse.get(f"/v1{path}")).status_code == 200
        async with client(held, NURSE) as nurse:
            read = asyncio.create_task(nurse.get(f"/v1{path}"))
            await held.reached.wait()
            asked = time.monotonic()
            assert (await withdrawal(world, consent)).status_code == 201
            assert time.monotonic() - asked > 0.7
            held.go.set()
            await read
        # Nobody of the other process asked anything for a while: nothing is waited for.
        yes = {"giverId": str(world[PARENT].id), "decision": "gegeven", "form": "digitaal"}
        await asyncio.sleep(1.1)
        asked = time.monotonic()
        assert (await world[PARENT].post(f"{consent}/answers", yes)).status_code == 201
        assert time.monotonic() - asked < 0.7


async def test_an_answer_that_took_too_long_does_not_leave(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path = await opened(world["leerkracht"])
    monkeypatch.setattr(answers, "within", lambda: 0.0)
    late = await world["leerkracht"].get(path)
    assert late.status_code == 503
    assert late.headers["retry-after"]
    assert "leervraag" not in late.text
    monkeypatch.undo()
    assert (await world["leerkracht"].get(path)).status_code == 200


async def test_who_lost_the_right_is_not_told_that_nothing_changed(world: World) -> None:
    """Entity tags, cursors and idempotency keys of before are judged by the rights of now."""
    path, consent = await disclosed(world)
    nurse = world[NURSE]
    seen = await nurse.get(f"{path}/dossier")
    assert (await nurse.get(f"{path}/dossier", If_None_Match=seen.headers["etag"])).status_code == 304
    body = {"givenBy": "professional", "kind": "onbekend", "content": "Verzonnen."}
    kept = await nurse.post(f"{path}/signals", body, Idempotency_Key="sleutel-van-eerder")
    assert kept.status_code == 201
    listed = await nurse.get(f"{path}/notes?limit=1")
    assert listed.status_code == 200
    assert (await withdrawal(world, consent)).status_code == 201
    assert (await nurse.get(f"{path}/dossier", If_None_Match=seen.headers["etag"])).status_code == 404
    assert (await nurse.get(f"{path}/dossier", If_None_Match="*")).status_code == 404
    replayed = await nurse.post(f"{path}/signals", body, Idempotency_Key="sleutel-van-eerder")
    assert replayed.status_code == 404
    assert "Verzonnen." not in replayed.text
    last = listed.json()["items"][0]["id"]
    cursor = base64.urlsafe_b64encode(UUID(int=UUID(last).int - 1).bytes).decode().rstrip("=")
    assert (await nurse.get(f"{path}/notes?cursor={cursor}")).status_code == 404


async def test_a_read_that_comes_too_late_is_done_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _ = await disclosed(world)
    monkeypatch.setattr(answers, "within", lambda: 0.5)
    reading, told = await beside_a_stall(world, world[NURSE].get(f"{path}/notes"), seconds=0.8)
    assert reading.status_code == 200
    assert told > 0.8


async def test_a_read_that_is_late_time_and_again_is_told_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _ = await disclosed(world)
    monkeypatch.setattr(answers, "within", lambda: 0.0)
    reading = await world[NURSE].get(f"{path}/notes")
    assert reading.status_code == 503
    assert reading.headers["Retry-After"] == "1"


async def test_what_was_written_too_late_is_done_once_and_told_under_its_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = await disclosed(world)
    note = {**TALK, "content": "Wat er in de klas te zien is."}
    key = {"Idempotency_Key": "te-laat-een-keer-opnieuw"}
    monkeypatch.setattr(answers, "within", lambda: 0.5)
    writing, _ = await beside_a_stall(world, world["leerkracht"].post(f"{path}/notes", note, **key), seconds=0.8)
    assert writing.status_code == 503
    assert (await world["leerkracht"].post(f"{path}/notes", note, **key)).status_code == 201
    texts = [each["content"] for each in (await world["leerkracht"].seen(f"{path}/notes"))["items"]]
    assert texts.count(note["content"]) == 1


async def beside_a_stall(world: World, asking: Any, *, seconds: float) -> tuple[httpx.Response, float]:
    """The answer to a request on notes while the database keeps them to itself for so long; and after how long."""
    async with await psycopg.AsyncConnection.connect(world.owner_dsn) as owner:
        await owner.execute("lock table notes in access exclusive mode")
        asked = time.monotonic()
        answer = asyncio.create_task(asking)
        await asyncio.sleep(seconds)
    return await answer, time.monotonic() - asked
