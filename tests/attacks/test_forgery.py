"""Forged versions, forged cursors, replayed keys: nothing of another's, nothing done twice, no error of ours."""

import asyncio
import base64
from uuid import UUID, uuid4

import pytest

from app.demo.seed import known_id
from tests.api.beginnings import TALK, case_body, count, kept, opened
from tests.world import Person, World

pytestmark = pytest.mark.anyio


def cursor_of(position: UUID) -> str:
    return base64.urlsafe_b64encode(position.bytes).decode().rstrip("=")


FORGED_TAGS = (
    '"0"', '""', "*x", "**", "W/*", "x", '"', '"""', "'a'", '"a', 'W/"a"', 'w/"a"', ",", ",,,", '"a",,"b"',
    '"a" "b"', '"' + "f" * 32 + '"', '"' + "0" * 64 + '"', '"a", ' * 30 + '"b"', '"\\"', '"%00"', '"é"', '"a\tb"',
    "null", "undefined", "0", "-1", "1 or 1=1", '"*"', '"a"; "b"', "\\", "{}", "[]",
)  # fmt: skip


async def test_a_forged_version_changes_nothing(world: World) -> None:
    head = world["intern-begeleider"]
    path = f"/young-people/{known_id('mila')}"
    before = await kept(world, "select * from young_people order by id")
    for tag in FORGED_TAGS:
        response = await head.client.patch(
            f"/v1{path}", json={"givenName": "Gekaapt"}, headers={b"If-Match": tag.encode("utf-8")}
        )
        assert response.status_code in {400, 412}, tag
        known = await head.client.get(f"/v1{path}", headers={b"If-None-Match": tag.encode("utf-8")})
        assert known.status_code == 200, tag
    assert await kept(world, "select * from young_people order by id") == before
    kilobytes = ", ".join(f'"{number}"' for number in range(1500))
    assert (await head.ask("PATCH", path, {"givenName": "Gekaapt"}, if_match=kilobytes)).status_code in {400, 412}
    assert (await head.get(path, if_none_match=kilobytes)).status_code == 200


async def test_a_version_is_of_one_object_as_one_caller_sees_it(world: World) -> None:
    """Who got hold of another's version has got hold of nothing: it names what that other sees (ADR 0044)."""
    head = world["intern-begeleider"]
    mila, guardian = f"/young-people/{known_id('mila')}", f"/guardians/{known_id('mila:ouder-een')}"
    other = (await head.get(guardian)).headers["etag"]
    assert (await head.ask("PATCH", mila, {"givenName": "Gekaapt"}, if_match=other)).status_code == 412
    tag = (await head.get(mila)).headers["etag"]
    stranger = world["andere-school"]
    for forged in (tag, "*"):
        assert (await stranger.ask("PATCH", mila, {"givenName": "Gekaapt"}, if_match=forged)).status_code == 404
        assert (await stranger.get(mila, if_none_match=forged)).status_code == 404
    # A star is no version: reading is never answered with "you have it".
    assert (await head.get(mila, if_none_match="*")).status_code == 200


FORGED_CURSORS = (
    "", "A", "A" * 21, "A" * 23, "A" * 22 + "==", "A" * 21 + "B", "A" * 21 + "=", "+" * 21 + "A", "/" * 21 + "A",
    "é" * 22, "0" * 4000, "null", "undefined", "-1", "0", "1", "' or 1=1 --", "A" * 10 + "\n" + "A" * 11, "..%2f..",
    "{}", "A" * 20 + "%3D%3D",
)  # fmt: skip


async def test_a_cursor_of_another_spelling_is_refused(world: World) -> None:
    teacher = world["leerkracht"]
    for cursor in FORGED_CURSORS:
        response = await teacher.client.get("/v1/cases", params={"cursor": cursor})
        assert response.status_code == 400, cursor
        assert [each["in"] for each in response.json()["errors"]] == ["query"], cursor


async def test_a_cursor_is_a_place_and_no_right(world: World) -> None:
    """ADR 0061: wherever somebody starts to read, it is the own list, never more than without a cursor."""
    teacher, stranger = world["leerkracht"], world["andere-school"]
    path = await opened(teacher)
    lists = ("/cases", "/young-people", "/organisations", "/workers", "/audit-events", "/bindings", f"{path}/notes")
    places = [UUID(int=0), UUID(int=2**128 - 1), uuid4(), known_id("mila"), UUID(path.removeprefix("/cases/"))]
    compared = 0
    for who in (teacher, stranger, world["intern-begeleider"], world["beheerder"], world["ouder-een"]):
        for each in lists:
            whole = await who.get(f"{each}?limit=100")
            for place in places:
                response = await who.get(f"{each}?limit=100&cursor={cursor_of(place)}")
                assert response.status_code == whole.status_code, (who.key, each)
                if whole.status_code == 200:
                    mine = [item["id"] for item in whole.json()["items"]]
                    assert {item["id"] for item in response.json()["items"]} <= set(mine), (who.key, each)
                    compared += bool(mine)
    assert compared > 20
    assert (await stranger.get(f"/cases?cursor={cursor_of(UUID(int=2**128 - 1))}")).json()["items"] == []


async def test_a_key_is_the_own_persons_and_another_does_not_learn_of_it(world: World) -> None:
    teacher, stranger = world["leerkracht"], world["andere-school"]
    path = await opened(teacher)
    first = await teacher.made(f"{path}/notes", TALK, idempotency_key="bekend")
    replayed = await stranger.post(f"{path}/notes", TALK, idempotency_key="bekend")
    assert replayed.status_code == 404
    unknown = await stranger.post(f"{path}/notes", TALK, idempotency_key="onbekend")
    assert replayed.json() | {"instance": ""} == unknown.json() | {"instance": ""}
    colleague = await world["intern-begeleider"].made(f"{path}/notes", TALK, idempotency_key="bekend")
    assert colleague["id"] != first["id"]


async def test_a_key_does_not_bring_back_what_has_ended(world: World) -> None:
    """A repeat says what is true now: as a GET of the same thing would."""
    admin = world["beheerder"]
    body = {"workerId": str(world["leerkracht"].id), "subject": "iemand"}
    made = await admin.post("/bindings", body, idempotency_key="eenmaal")
    assert made.status_code == 201, made.text
    path = f"/bindings/{made.json()['id']}"
    assert (await admin.ask("DELETE", path, if_match=made.headers["etag"])).status_code == 204
    rows = await count(world, "bindings")
    replayed, read = await admin.post("/bindings", body, idempotency_key="eenmaal"), await admin.get(path)
    assert {replayed.status_code, read.status_code} in ({201, 200}, {404})
    if read.status_code == 200:
        assert replayed.json() == read.json()
    assert await count(world, "bindings") == rows, "a repeat makes nothing"


async def test_one_key_for_two_operations_is_one_request_too_many(world: World) -> None:
    teacher = world["leerkracht"]
    path, other = await opened(teacher), await opened(teacher)
    await teacher.made(f"{path}/notes", TALK, idempotency_key="twee")
    for reused, body in (
        (f"{other}/notes", TALK),
        ("/cases", case_body()),
        (f"{path}/notes", {**TALK, "content": "Anders."}),
    ):
        response = await teacher.post(reused, body, idempotency_key="twee")
        assert response.status_code == 422, reused
        assert TALK["content"] not in response.text


async def test_a_crowd_with_one_key_makes_one_thing(world: World) -> None:
    teacher = world["leerkracht"]
    before = await count(world, "cases")

    async def one(who: Person) -> int:
        return (await who.post("/cases", case_body(), idempotency_key="drukte")).status_code

    answers = await asyncio.gather(*(one(teacher) for _ in range(12)))
    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert await count(world, "cases") == before + 1
