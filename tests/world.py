"""The demo's invented people, each with a token, against the real application on a real PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from app.demo.people import BY_KEY
from app.demo.seed import known_id, seed
from app.domain import choices
from app.integrations.keys import Keyring, Keyset
from app.main import create_app
from app.settings import LoopbackSettings
from tests.contract.conformity import Contract, contract
from tests.integrations.tokens import AUDIENCE, ISSUER, OMIT, mint, static_verifier

Json = Any


def _keyset(name: str, mark: int) -> Keyset:
    return Keyset(name, {name: bytes([mark, *range(31)])})


PATIENT = Path(__file__).parent / "patient.toml"
RING = Keyring(_keyset("proef-1", 1), _keyset("proef-1", 2))
"""The keys of identity numbers in these tests."""


@dataclass(slots=True)
class HeldKeys:
    """Keys without a file: a test may take them away, or put others in their place."""

    held: Keyring | None = RING

    async def ring(self) -> Keyring | None:
        """What is held now."""
        return self.held


@dataclass(slots=True)
class Person:
    """Somebody of the demo, calling the service."""

    key: str
    client: httpx.AsyncClient

    @property
    def id(self) -> UUID:
        """Who this is in the service."""
        return known_id(self.key)

    async def ask(self, method: str, path: str, body: Json = None, **headers: str) -> httpx.Response:
        """One request; header names with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.request(method, f"/v1{path}", json=body, headers=named)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """A GET."""
        return await self.ask("GET", path, **headers)

    async def post(self, path: str, body: Json, **headers: str) -> httpx.Response:
        """A POST."""
        return await self.ask("POST", path, body, **headers)

    async def made(self, path: str, body: Json, **headers: str) -> Json:
        """A POST that must succeed: what it made."""
        response = await self.post(path, body, **headers)
        assert response.status_code == 201, response.text
        return response.json()

    async def seen(self, path: str) -> Json:
        """A GET that must succeed."""
        response = await self.get(path)
        assert response.status_code == 200, response.text
        return response.json()


@dataclass(slots=True)
class World:
    """The application and everybody in it."""

    app: FastAPI
    owner_dsn: str
    people: dict[str, Person]
    contract: Contract
    number_keys: HeldKeys

    def __getitem__(self, key: str) -> Person:
        return self.people[key]

    def caller(self, **claims: Any) -> Person:
        """A caller with a token of one's own making."""
        return Person("", self.client(mint(**claims)))

    def client(self, token: str | None) -> httpx.AsyncClient:
        """A client with this token, or with none; every answer it gets is held to the contract."""
        return _client(self.app, token, self.contract)


def _client(app: FastAPI, token: str | None, promised: Contract | None = None) -> httpx.AsyncClient:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)

    async def conforms(response: httpx.Response) -> None:
        await response.aread()
        faults = promised.faults(response) if promised else []
        if faults:
            told = "\n".join(faults)
            request = response.request
            pytest.fail(
                f"{request.method} {request.url.path} answered {response.status_code}, not as the contract says:\n"
                f"{told}\n{response.text[:1000]}",
                pytrace=False,
            )

    hooks = {"response": [conforms]}
    return httpx.AsyncClient(transport=transport, base_url="http://route.test", headers=headers, event_hooks=hooks)


def token_of(key: str) -> str:
    """A token of somebody of the demo."""
    person = BY_KEY[key]
    return mint(
        sub=person.subject,
        roles=list(person.roles),
        organisation=person.organisation or OMIT,
        acr=person.acr or OMIT,
    )


@asynccontextmanager
async def world(owner_dsn: str, api_dsn: str, routes_folder: Path | None = None) -> AsyncIterator[World]:
    """The application, started on a seeded database, as the API's own role."""
    await seed(owner_dsn, issuer=ISSUER)
    settings = LoopbackSettings(
        database_url=api_dsn,
        oidc_issuer=ISSUER,
        oidc_audience=AUDIENCE,
        routes_folder=routes_folder,
        legal_choices=PATIENT,
    )
    held = HeldKeys()
    app = create_app(settings, verifier=static_verifier(), number_keys=held)
    async with app.router.lifespan_context(app):
        async with _client(app, None) as stranger:
            promised = contract((await stranger.get("/v1/openapi.json")).text)
        people = {key: Person(key, _client(app, token_of(key), promised)) for key in BY_KEY}
        yield World(app, owner_dsn, people, promised, held)
        for person in people.values():
            await person.client.aclose()
    choices.settle({})
