"""Each request is one line and one measurement, in the trace that its caller began."""

import json
import logging
from collections.abc import Mapping
from typing import Any

import httpx
import psycopg
import pytest

from app.api.health import Readiness
from app.integrations.identity_provider import PublishedKeys
from app.watch.metrics import PREFIX, REGISTRY
from app.watch.seen import Seen, unwatch, watch
from app.watch.tracing import continued
from tests.integrations.tokens import signing_key
from tests.world import World

pytestmark = pytest.mark.anyio
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "tracestate": "a=1"}


def value(name: str, labels: Mapping[str, str] | None = None) -> float:
    return REGISTRY.get_sample_value(PREFIX + name, dict(labels or {})) or 0


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [vars(record)["fields"] for record in caplog.records if record.name == "app.request"]


async def test_a_request_is_a_line_with_the_path_of_the_contract(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    teacher = world["leerkracht"]
    answer = await teacher.get("/cases/01900000-0000-7000-8000-00000000dead", **PARENT)
    (line,) = lines(caplog)
    assert line.pop("ms") > 0
    assert line == {
        "method": "GET",
        "route": "/v1/cases/{caseId}",
        "status": 404,
        "bytes": len(answer.content),
        "client_id": "voorbeeld-toepassing",
        "code": "niet-gevonden",
        "instance": answer.json()["instance"],
    }
    caplog.clear()
    assert (await teacher.ask("HEAD", "/me")).status_code == 200
    assert [(line["method"], line["bytes"]) for line in lines(caplog)] == [("HEAD", 0)]


async def test_probes_that_go_well_have_no_line_and_are_counted(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    probe = {"method": "GET", "route": "/health/ready", "status": "2xx"}
    before = value("request_seconds_count", probe)
    client = world.client(None)
    client.event_hooks = {}
    assert (await client.get("/health/ready")).status_code == 200
    assert lines(caplog) == []
    assert value("request_seconds_count", probe) == before + 1
    world.app.state.leaving.now = True
    assert (await client.get("/health/ready")).status_code == 503
    assert [line["code"] for line in lines(caplog)] == ["tijdelijk-niet-beschikbaar"]


async def test_refusals_tokens_and_unknown_paths_are_counted_under_words_of_our_own(world: World) -> None:
    refused, expired = {"code": "niet-gevonden"}, {"reason": "expired"}
    unknown = {"method": "GET", "route": "unknown", "status": "4xx"}
    before = (value("refusals_total", refused), value("token_refusals_total", expired))
    met = value("request_seconds_count", unknown)
    for name in ("joep", "mila", "noor"):
        await world["leerkracht"].get(f"/kinderen/{name}")
    assert (await world.caller(iat=1_000, exp=1_600).get("/me")).status_code == 401
    assert value("refusals_total", refused) == before[0] + 3
    assert value("token_refusals_total", expired) == before[1] + 1
    assert value("request_seconds_count", unknown) == met + 3
    assert value("requests_in_flight") == 0


async def test_the_pool_is_counted_while_the_service_runs(world: World) -> None:
    before = value("pool_requests_total")
    await world["leerkracht"].get("/me")
    assert value("pool_requests_total") > before
    assert value("pool_limit") == 8
    assert value("pool_connections", {"state": "idle"}) >= 1


async def test_a_problem_of_ours_names_the_trace_and_no_other_does(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    teacher = world["leerkracht"]
    async with await psycopg.AsyncConnection.connect(world.owner_dsn, autocommit=True) as owner:
        await owner.execute("alter table audit_events add constraint nothing_at_all check (false) not valid")
    broken = await teacher.get("/me", **PARENT)
    assert (broken.status_code, broken.json()["traceId"]) == (500, TRACE)
    assert "unhandled CheckViolation" in caplog.text
    assert "Failing row" not in caplog.text
    other = await teacher.get("/kinderen", **PARENT)
    assert "traceId" not in other.json()
    assert "traceresponse" not in other.headers


async def test_what_breaks_outside_the_versioned_api_is_answered_and_told_as_within(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(_: Readiness) -> list[str]:
        raise RuntimeError("Joep Verzonnen")

    monkeypatch.setattr(Readiness, "missing", breaks)
    client = world.client(None)
    client.event_hooks = {}
    broken = await client.get("/health/ready", headers=PARENT)
    assert (broken.status_code, broken.json()["traceId"]) == (500, TRACE)
    assert broken.headers["x-content-type-options"] == "nosniff"
    assert "unhandled RuntimeError" in caplog.text
    assert "Joep" not in caplog.text + broken.text
    (line,) = lines(caplog)
    assert (line["route"], line["status"], line["fault"]) == ("/health/ready", 500, "RuntimeError")


@pytest.mark.parametrize("within", [True, False])
async def test_the_trace_goes_along_to_the_provider(within: bool) -> None:  # noqa: FBT001 - two cases of one test
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        issuer = "https://aanmelden.voorbeeld.invalid"
        documents = {"/jwks": {"keys": [signing_key().jwk()]}}
        document = documents.get(request.url.path, {"issuer": issuer, "jwks_uri": f"{issuer}/jwks"})
        return httpx.Response(200, stream=httpx.ByteStream(json.dumps(document).encode()))

    keys = PublishedKeys("https://aanmelden.voorbeeld.invalid", transport=httpx.MockTransport(answer))
    seen = Seen(continued([(name.encode(), text.encode()) for name, text in PARENT.items()]))
    token = watch(seen) if within else None
    assert await keys.prepare()
    if token:
        unwatch(token)
    assert len(asked) == 2
    for request in asked:
        if within:
            assert request.headers["traceparent"] == f"00-{TRACE}-{seen.trace.span_id}-01"
            assert request.headers["tracestate"] == "a=1"
        else:
            assert continued([(b"traceparent", request.headers["traceparent"].encode())]).trace_id != TRACE
