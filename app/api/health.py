"""What a load balancer asks: whether the process lives, and whether it can be of use now."""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from starlette.responses import JSONResponse, Response

from app.api.problems import problem
from app.db.migrations import is_behind
from app.db.session import Database, DatabaseUnavailable
from app.integrations.identity_provider import PublishedKeys
from app.watch.requests import Leaving
from app.watch.seen import note_fault

PATIENCE = 2.0
"""Seconds within which readiness is answered, also when what it asks never answers."""


class Readiness:
    """What is missing to be of use. Each part is asked by one task at a time, however many ask for it."""

    def __init__(self, database: Database, keys: PublishedKeys | None, leaving: Leaving) -> None:
        """`keys` is None where tokens are judged without a provider."""
        self._database = database
        self._leaving = leaving
        self._parts: dict[str, Callable[[], Awaitable[str]]] = {"database": self._ask_database}
        if keys is not None:
            self._keys = keys
            self._parts["identity-provider"] = self._ask_keys
        self._asking: dict[str, asyncio.Task[str]] = {}

    async def missing(self) -> list[str]:
        """The parts that are missing: `database`, `schema` (behind this code), `identity-provider`, or `stopping`."""
        if self._leaving.now:
            return ["stopping"]
        for part, ask in self._parts.items():
            if part not in self._asking or self._asking[part].done():
                self._asking[part] = asyncio.create_task(_awaited(ask))
        await asyncio.wait(self._asking.values(), timeout=PATIENCE)
        # A probe that is not done yet is left to itself: one that is broken off may wait for the database once more.
        answers = [task.result() if task.done() else part for part, task in self._asking.items()]
        return [answer for answer in answers if answer]

    def end(self) -> None:
        """Leave no question behind."""
        for task in self._asking.values():
            task.cancel()

    async def _ask_database(self) -> str:
        try:
            applied = await self._database.migration()
        except DatabaseUnavailable as outage:
            note_fault(outage)
            return "database"
        return "schema" if is_behind(applied) else ""

    async def _ask_keys(self) -> str:
        return "" if await self._keys.prepare() else "identity-provider"


async def _awaited(ask: Callable[[], Awaitable[str]]) -> str:
    return await ask()


def add_health(app: FastAPI, readiness: Readiness) -> None:
    """`/health/live` and `/health/ready`, outside the versioned API and open to who can reach the port."""

    @app.get("/health/live")
    async def live() -> Response:
        """The process answers."""
        return JSONResponse({"status": "ok"})

    @app.get("/health/ready")
    async def ready() -> Response:
        """The process can be of use now; if not, 503 says which part is missing, and neither where it is nor why."""
        missing = await readiness.missing()
        if missing:
            return problem(503, headers={"Retry-After": "5"}, missing=missing)
        return JSONResponse({"status": "ok"})
