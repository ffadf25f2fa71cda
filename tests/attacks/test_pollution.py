"""Two of what there may be one of, and methods in disguise: never two readings of one request."""

import json

import httpx
import pytest

from app.demo.seed import known_id
from tests.api.beginnings import case_body, count, opened
from tests.world import World, token_of

pytestmark = pytest.mark.anyio

JSON = ("Content-Type", "application/json")


async def raw(
    world: World, method: str, path: str, headers: list[tuple[str, str]], content: bytes = b""
) -> httpx.Response:
    """A request with these headers and no others, in this order, as often as they stand here."""
    client = world.client(None)
    return await client.send(client.build_request(method, f"/v1{path}", headers=headers, content=content))


async def test_a_parameter_twice_is_refused_whichever_comes_first(world: World) -> None:
    teacher = world["leerkracht"]
    for query in (
        "limit=1&limit=100",
        "limit=100&limit=1",
        "limit=1&limit=1",
        "step=a&limit=1&step=b",
        "LIMIT=1&limit=1",
    ):
        response = await teacher.get(f"/cases?{query}")
        assert response.status_code == 400, query
    for query in ("limit[]=1", "limit%00=1", "limit=1;step=x", "limit=1%26step=x", "_method=DELETE", "access_token=x"):
        assert (await teacher.get(f"/cases?{query}")).status_code == 400, query


async def test_two_tokens_are_none(world: World) -> None:
    teacher, other = (f"Bearer {token_of(key)}" for key in ("leerkracht", "andere-school"))
    for first, second in ((teacher, other), (teacher, teacher), (teacher, ""), ("Basic eDp5", teacher)):
        headers = [("Authorization", first), ("Authorization", second)]
        assert (await raw(world, "GET", "/me", headers)).status_code == 401
    assert (await raw(world, "GET", "/me", [("Authorization", f"{teacher}, {other}")])).status_code == 401
    assert (
        await raw(world, "GET", "/me", [("X-Authorization", teacher), ("Cookie", f"token={teacher}")])
    ).status_code == 401


@pytest.mark.parametrize(
    "doubled",
    [
        [("Idempotency-Key", "een"), ("Idempotency-Key", "twee"), JSON],
        [("Idempotency-Key", "een"), ("idempotency-key", "een"), JSON],
        [JSON, ("Content-Type", "text/plain")],
        [("Content-Type", "text/plain"), JSON],
    ],
)
async def test_a_header_that_decides_stands_once(world: World, doubled: list[tuple[str, str]]) -> None:
    before = await count(world, "cases")
    who = ("Authorization", f"Bearer {token_of('leerkracht')}")
    response = await raw(world, "POST", "/cases", [who, *doubled], json.dumps(case_body()).encode())
    assert response.status_code == 400
    assert [(each["in"], each["code"]) for each in response.json()["errors"]] == [("header", "dubbel")]
    assert await count(world, "cases") == before


async def test_if_match_twice_is_one_list(world: World) -> None:
    """RFC 9110 §5.3: a list may be spread over lines, so no line counts for less than another."""
    path = f"/young-people/{known_id('mila')}"
    head = world["intern-begeleider"]
    tag = (await head.get(path)).headers["etag"]
    who = ("Authorization", f"Bearer {token_of(head.key)}")
    body = json.dumps({"givenName": "Mila"}).encode()
    for tags, status in (((tag, '"x"'), 200), (('"x"', tag), 200), (('"x"', '"y"'), 412)):
        headers = [who, JSON, *(("If-Match", each) for each in tags)]
        assert (await raw(world, "PATCH", path, headers, body)).status_code == status, tags


async def test_a_method_is_the_one_in_the_request_line(world: World) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher)
    disguises = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-Method")
    before = await count(world, "cases")
    for name in disguises:
        for method in ("DELETE", "PATCH", "POST"):
            assert (await teacher.ask("GET", path, **{name: method})).json()["id"] == path.removeprefix("/cases/")
        response = await teacher.post(path, {}, **{name: "PATCH"})
        assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, PATCH")
    assert (await teacher.post("/cases", {**case_body(), "_method": "GET"})).status_code == 400
    assert await count(world, "cases") == before
    for name in ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Forwarded-Path"):
        assert (await teacher.get(path, **{name: "/v1/audit-events"})).json()["id"] == path.removeprefix("/cases/")


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK", "PROPFIND", "get", "Get", "post", "GETX"])
async def test_other_methods_do_not_exist(world: World, method: str) -> None:
    client = world.client(token_of("leerkracht"))
    client.event_hooks = {}
    for path in ("/v1/cases", "/v1/me"):
        # httpx writes a method in capitals; a caller need not.
        request = client.build_request("GET", path)
        request.method = method
        response = await client.send(request)
        assert response.status_code == 405, (method, path)
        assert method not in response.headers["allow"].split(", ")
        assert method not in response.text


async def test_a_get_does_not_read_its_body(world: World) -> None:
    teacher = world["leerkracht"]
    response = await teacher.ask("GET", "/cases", {"limit": 1, "step": "onbekend"})
    assert response.status_code == 200
    assert response.json() == (await teacher.get("/cases")).json()
