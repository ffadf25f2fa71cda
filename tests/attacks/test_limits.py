"""How often somebody may ask: who is counted with whom, what is told, and that it costs next to nothing."""

import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from app.api.limits import MOST_KEYS, SENSITIVE, WINDOW, Limits
from app.domain.actors import Subject
from app.main import create_app, served_contract
from app.settings import LoopbackSettings, Settings
from tests.conftest import Database
from tests.integrations.tokens import AUDIENCE, ISSUER, mint, static_verifier

# The fields as draft-ietf-httpapi-ratelimit-headers writes them: structured field lists (RFC 9651).
POLICY = re.compile(r'"[a-z]+";q=\d+;w=\d+(, "[a-z]+";q=\d+;w=\d+)*')
LEFT = re.compile(r'"[a-z]+";r=\d+;t=\d+(, "[a-z]+";r=\d+;t=\d+)*')


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def subject(name: str = "iemand", client: str = "app", issuer: str = ISSUER) -> Subject:
    return Subject(issuer, name, client, frozenset(), None, None, frozenset())


def limits(clock: Clock, callers: int = 2, sensitive: int = 1, strangers: int = 1) -> Limits:
    return Limits(callers=callers, sensitive=sensitive, strangers=strangers, clock=clock)


@asynccontextmanager
async def served(database: Database, **quotas: int) -> AsyncIterator[FastAPI]:
    """The real application with these quotas."""
    settings = LoopbackSettings.model_validate(
        {"database_url": database.api_dsn, "oidc_issuer": ISSUER, "oidc_audience": AUDIENCE, **quotas}
    )
    app = create_app(settings, verifier=static_verifier())
    async with app.router.lifespan_context(app):
        yield app


def client(app: FastAPI, token: str | None = None, address: str = "192.0.2.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 1))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.AsyncClient(transport=transport, base_url="http://route.test/v1", headers=headers)


def test_each_caller_has_a_quota_of_its_own_and_a_new_one_after_the_minute() -> None:
    clock = Clock()
    held = limits(clock)
    assert [held.of_caller(subject(), "GET", "/cases").allowed for _ in range(3)] == [True, True, False]
    for other in (subject("ander"), subject(client="ander"), subject(issuer="https://elders.invalid")):
        assert held.of_caller(other, "GET", "/cases").allowed
    clock.now += WINDOW - 0.5
    refused = held.of_caller(subject(), "GET", "/cases")
    assert (refused.allowed, refused.reset) == (False, 1)
    clock.now += 0.5
    assert held.of_caller(subject(), "GET", "/cases").allowed


def test_where_guessing_pays_the_stricter_quota_counts_besides() -> None:
    for method, path in SENSITIVE:
        held = limits(Clock())
        first, second = held.of_caller(subject(), method, path), held.of_caller(subject(), method, path)
        assert (first.allowed, second.allowed) == (True, False)
        assert dict(second.headers) == {
            b"ratelimit-policy": b'"default";q=2;w=60, "sensitive";q=1;w=60',
            b"ratelimit": b'"default";r=0;t=60, "sensitive";r=0;t=60',
        }
    paths = served_contract()["paths"]
    assert all(method.lower() in paths[path] for method, path in SENSITIVE), "a renamed path would lose its quota"


def test_of_ipv6_the_network_counts() -> None:
    held = limits(Clock())
    assert held.of_stranger("2001:db8::1").allowed
    assert not held.of_stranger("2001:db8:0:0:ffff::2").allowed
    assert held.of_stranger("2001:db8:0:1::1").allowed
    for odd in ("", "192.0.2.1", "192.0.2.1:80", "unix:", "fe80::1%eth0"):
        assert held.of_stranger(odd).allowed, odd


def test_no_quota_is_no_limit_and_nothing_is_told() -> None:
    held = limits(Clock(), callers=0, strangers=0)
    for _ in range(10):
        assert held.of_caller(subject(), "GET", "/cases") == (True, 0, [])
        assert held.of_stranger("192.0.2.1") == (True, 0, [])


def test_memory_is_bounded_and_who_comes_after_shares_one_count() -> None:
    held = limits(Clock(), strangers=2)
    for number in range(MOST_KEYS):
        assert held.of_stranger(f"a{number}").allowed
    assert [held.of_stranger(f"b{number}").allowed for number in range(3)] == [True, True, False]
    assert held.of_stranger("a0").allowed, "who was counted before keeps its own count"
    assert len(held._strangers._used) == MOST_KEYS + 1  # noqa: SLF001 - what is to be bounded


def test_it_costs_next_to_nothing_however_many_callers_there_are() -> None:
    held = limits(Clock(), callers=10**9)
    callers = [subject(f"iemand-{number}") for number in range(10_000)]
    best = 1.0
    for _ in range(5):
        began = time.perf_counter()
        for each in callers:
            held.of_caller(each, "GET", "/cases")
        best = min(best, (time.perf_counter() - began) / len(callers))
    assert best < 10e-6


@pytest.mark.anyio
async def test_every_answer_tells_what_is_left_and_429_says_when(database: Database) -> None:
    async with served(database, rate_limit=5, rate_limit_sensitive=1) as app, client(app, mint()) as caller:
        for left, (method, path, status) in enumerate(
            [("GET", "/me", 200), ("GET", "/no", 404), ("PUT", "/me", 405), ("POST", "/cases", 415)]
        ):
            answer = await caller.request(method, path, content=b"{" if method == "POST" else None)
            assert answer.status_code == status, path
            assert answer.headers["ratelimit-policy"] == '"default";q=5;w=60'
            assert re.fullmatch(rf'"default";r={4 - left};t=(59|60)', answer.headers["ratelimit"])
        assert (await caller.post("/young-people/_search", json={})).status_code == 400
        for method, path in (("GET", "/me"), ("POST", "/cases"), ("HEAD", "/me"), ("GET", "/no")):
            refused = await caller.request(method, path)
            assert refused.status_code == 429
            assert 0 < int(refused.headers["retry-after"]) <= WINDOW
            assert POLICY.fullmatch(refused.headers["ratelimit-policy"])
            assert LEFT.fullmatch(refused.headers["ratelimit"])
            if method != "HEAD":
                assert refused.headers["content-type"] == "application/problem+json"
                assert refused.json()["type"] == "urn:ondersteuningsroute:problem:te-veel-verzoeken"


@pytest.mark.anyio
async def test_searching_and_redeeming_meet_the_stricter_quota(database: Database) -> None:
    async with served(database, rate_limit=100, rate_limit_sensitive=1) as app, client(app, mint()) as caller:
        for method, path in SENSITIVE:
            assert method == "POST"
            assert "sensitive" in (await caller.post(path, json={})).headers["ratelimit-policy"]
            refused = await caller.post(path, json={})
            assert (refused.status_code, "sensitive" in refused.headers["ratelimit-policy"]) == (429, True)
        assert (await caller.get("/me")).status_code == 200


@pytest.mark.anyio
async def test_strangers_use_up_their_own_address_and_no_callers(database: Database) -> None:
    async with served(database, rate_limit_anonymous=2) as app:
        async with client(app) as stranger:
            assert [(await stranger.get("/me")).status_code for _ in range(3)] == [401, 401, 429]
            assert (await stranger.get("/openapi.json")).status_code == 429
        async with client(app, "geen.token.dus") as guessing:
            assert (await guessing.get("/me")).status_code == 429
        async with client(app, mint()) as neighbour:
            assert (await neighbour.get("/me")).status_code == 200
        async with client(app, address="192.0.2.2") as elsewhere:
            answer = await elsewhere.get("/docs")
            assert answer.status_code == 200
            assert answer.headers["ratelimit-policy"] == '"anonymous";q=2;w=60'


def test_production_has_limits_and_the_whole_contract_tells_of_them() -> None:
    fields = Settings.model_fields
    assert all(fields[name].default > 0 for name in ("rate_limit", "rate_limit_sensitive", "rate_limit_anonymous"))
    assert fields["rate_limit_sensitive"].default < fields["rate_limit"].default
    contract = served_contract()
    shared = contract["components"]["responses"]
    for path, operations in contract["paths"].items():
        for method, operation in operations.items():
            told = {
                status: shared[answer["$ref"].rsplit("/", 1)[1]] if "$ref" in answer else answer
                for status, answer in operation["responses"].items()
            }
            assert "Retry-After" in told["429"]["headers"], (method, path)
            for answer in told.values():
                assert {"RateLimit", "RateLimit-Policy"} <= answer["headers"].keys(), (method, path)
