"""In which order a request is refused, and that a refusal never tells more than its place in that order."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.actors import Role
from app.domain.policy import Action
from app.services.bodies import NUMBER
from tests.api.beginnings import NOWHERE, TALK, count, kept, opened, ready_for_research
from tests.policy.matrix import Situation, prepare, scene
from tests.world import World, token_of

pytestmark = pytest.mark.anyio

STEP = {"transition": "onderzoek_starten"}


async def test_each_fault_hides_the_next(world: World) -> None:
    """401, 413/415/400, 403, 404, 403, 428, 412: a request with every fault at once, mended one by one."""
    path = await opened(world["leerkracht"])
    participant = (await world["leerkracht"].seen(f"{path}/participants"))["items"][0]["id"]
    target = f"/v1/participants/{participant}"
    broken, big, sound = b'{"functions": ', b'"' + b"x" * 2_000_000, json.dumps({"functions": []}).encode()
    nothing = f"/v1/participants/{NOWHERE}"
    stranger, beheerder, teacher = token_of("andere-school"), token_of("beheerder"), token_of("leerkracht")
    # Who may see the case but not change who is involved: the parent.
    parent, lead = token_of("ouder-een"), token_of("intern-begeleider")
    client = world.client(None)

    async def status(token: str, path: str, body: bytes, media: str = "application/json", **more: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": media, **more}
        return (await client.patch(path, content=body, headers=headers)).status_code

    assert await status("x.y.z", nothing, big, "text/plain") == 401
    assert await status(beheerder, nothing, big, "text/plain") == 413
    assert await status(beheerder, nothing, broken, "text/plain") == 415
    assert await status(beheerder, nothing, broken) == 400
    assert await status(beheerder, nothing, sound) == 403
    assert await status(parent, target, sound) == 403
    assert await status(stranger, target, sound) == 404
    assert await status(lead, nothing, sound) == 404
    assert await status(teacher, target, sound) == 428
    assert await status(teacher, target, sound, **{"If-Match": '"oud"'}) == 412
    assert await status(teacher, target, sound, **{"If-Match": "*"}) == 200


async def test_a_role_without_the_action_learns_nothing_of_the_case(world: World) -> None:
    """Whether the case exists or not: the same 403, and the audit names no case."""
    path = await opened(world["leerkracht"])
    answers = []
    for case in (path, f"/cases/{NOWHERE}"):
        response = await world["beheerder"].get(case)
        assert response.status_code == 403
        answers.append(response.json() | {"instance": ""})
    assert answers[0] == answers[1]
    rows = await kept(world, "select * from audit_events where actor_id = %s", world["beheerder"].id)
    assert [(row["case_id"], row["object_id"], row["reason"]) for row in rows] == [(None, None, "rol-past-niet")] * 2


async def test_what_is_not_visible_and_what_does_not_exist_are_the_same_404(world: World) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher)
    stranger = world["andere-school"]
    for tail in ("", "/dossier", "/next-steps", "/notes", "/consents", "/participants", "/transitions"):
        real, none = await stranger.get(f"{path}{tail}"), await stranger.get(f"/cases/{NOWHERE}{tail}")
        assert (real.status_code, none.status_code) == (404, 404), tail
        assert real.json() | {"instance": ""} == none.json() | {"instance": ""}
        assert "etag" not in real.headers
    for tail, body in (("/transitions", STEP), ("/notes", TALK)):
        assert (await stranger.post(f"{path}{tail}", body)).status_code == 404
        # A stale If-Match or a wrong step is not told to somebody who may not know of the case.
        response = await stranger.post(f"{path}{tail}", body, if_match='"oud"')
        assert response.status_code == 404


async def test_visible_but_not_permitted_is_403(world: World) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher)
    response = await world["ouder-een"].post(f"{path}/notes", TALK)
    assert response.status_code == 403
    # The teacher sees the meeting's case, but holds no meetings.
    meeting = {"kind": "mdo", "plannedAt": "2026-12-01T10:00:00+01:00"}
    assert (await teacher.post(f"{path}/meetings", meeting)).status_code == 403
    assert await count(world, "notes") == await count(world, "meetings") == 0


async def test_the_wrong_actor_is_403_and_the_step_is_not_taken(world: World) -> None:
    path = await ready_for_research(world["leerkracht"])
    for person in ("ouder-een", "ouder-twee"):
        response = await world[person].post(f"{path}/transitions", STEP)
        assert response.status_code == 403, person
        assert "leerkracht" in response.json()["detail"]
    assert await count(world, "transitions") == 0
    assert (await world["leerkracht"].seen(path))["step"] == "signaal"


async def test_a_step_that_the_route_does_not_know_is_400_one_from_elsewhere_409(world: World) -> None:
    teacher = world["leerkracht"]
    path = await ready_for_research(teacher)
    response = await teacher.post(f"{path}/transitions", {"transition": "doorschuiven"})
    assert response.status_code == 400
    assert [each["location"] for each in response.json()["errors"]] == ["/transition"]
    await teacher.made(f"{path}/transitions", STEP)
    response = await teacher.post(f"{path}/transitions", STEP)
    assert response.status_code == 409
    assert response.json()["reasons"]
    assert [row["sequence"] for row in await kept(world, "select sequence from transitions")] == [1]


async def test_412_comes_before_409(world: World) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher)
    assert (await teacher.post(f"{path}/transitions", STEP)).status_code == 409
    assert (await teacher.post(f"{path}/transitions", STEP, if_match='"oud"')).status_code == 412


async def test_428_and_412_come_before_what_the_state_forbids(world: World) -> None:
    """Whoever changes something tells first which version of it he or she saw, also of what can't change any more."""
    await prepare(world)
    at = await scene(world, Role.INTERN_BEGELEIDER, Situation.INVOLVED)
    for path, body in (
        (f"/plans/{at.ids['in_force']}", {"perspective": "Anders."}),
        (f"/meetings/{at.ids['held']}", {"plannedAt": "2026-12-01T10:00:00+01:00"}),
        (f"/participants/{at.ids['participant']}", {"functions": []}),
    ):
        await kept(world, "update meetings set held_at = now() where id = %s", at.ids["held"])
        await kept(world, "update cases set closed_at = now() where id = %s", at.ids["case"])
        statuses = [
            (await at.caller.ask("PATCH", path, body, **headers)).status_code
            for headers in ({}, {"if_match": '"oud"'}, {"if_match": "*"})
        ]
        assert statuses == [428, 412, 409], path


async def test_a_participant_who_is_let_go_sees_nothing_from_that_moment(world: World) -> None:
    teacher, head = world["leerkracht"], world["intern-begeleider"]
    path = await opened(teacher)
    mine = next(each for each in (await teacher.seen(f"{path}/participants"))["items"] if each["workerId"])
    note = await teacher.made(f"{path}/notes", TALK)
    assert (await head.ask("DELETE", f"/participants/{mine['id']}")).status_code == 428
    tag = (await head.get(f"/participants/{mine['id']}")).headers["etag"]
    ended = await head.ask("DELETE", f"/participants/{mine['id']}", if_match=tag)
    assert (ended.status_code, ended.content) == (204, b"")
    for tail in ("", "/dossier", "/next-steps", "/notes"):
        assert (await teacher.get(f"{path}{tail}")).status_code == 404, tail
    assert (await teacher.post(f"{path}/notes", TALK)).status_code == 404
    assert (await teacher.get(f"/participants/{mine['id']}")).status_code == 404
    assert (await teacher.seen("/cases"))["items"] == []
    assert (await teacher.seen("/me/tasks"))["items"] == []
    # What was written stays, for those who still take part; the involvement stays as history.
    assert [each["id"] for each in (await head.seen(f"{path}/notes"))["items"]] == [note["id"]]
    ended_row = await head.seen(f"/participants/{mine['id']}")
    assert ended_row["endedAt"] is not None
    again = await head.ask("DELETE", f"/participants/{mine['id']}", if_match="*")
    assert again.status_code == 409


async def test_roles_that_do_not_fit_the_person_or_the_organisation_grant_nothing(world: World) -> None:
    path = await opened(world["leerkracht"])
    school = "brin:99ZA00"
    wrong = {
        "a worker as parent": {"sub": "demo-leerkracht", "roles": ["ouder"], "organisation": school},
        "a worker as the child": {"sub": "demo-leerkracht", "roles": ["jeugdige"], "organisation": school},
        "a parent as teacher": {"sub": "demo-ouder-een", "roles": ["leerkracht"]},
        "a parent as teacher of the school": {
            "sub": "demo-ouder-een",
            "roles": ["leerkracht", "intern_begeleider"],
            "organisation": school,
        },
        "the child as parent": {"sub": "demo-jeugdige", "roles": ["ouder"]},
        "at another organisation": {
            "sub": "demo-leerkracht",
            "roles": ["leerkracht"],
            "organisation": "brin:99ZC00",
        },
        "at no organisation": {"sub": "demo-leerkracht", "roles": ["leerkracht"]},
        "unknown roles": {"sub": "demo-leerkracht", "roles": ["superuser", "admin"], "organisation": school},
        "no roles": {"sub": "demo-leerkracht", "roles": [], "organisation": school},
        "bound to nobody": {"sub": "demo-niemand", "roles": ["leerkracht"], "organisation": school},
    }
    unbound = {"at another organisation", "at no organisation", "bound to nobody"}
    for name, claims in wrong.items():
        caller = world.caller(**claims)
        assert (await caller.get(path)).status_code == 403, name
        assert (await caller.get("/cases")).status_code == 403, name
        assert (await caller.post(f"{path}/transitions", STEP)).status_code == 403, name
        # Who is bound to nobody here is told so at /me; who is bound has no grant by a role that does not fit.
        assert (await caller.get("/me")).status_code == (200 if name in unbound else 403), name
    known = world.caller(sub="demo-leerkracht", roles=["superuser", "leerkracht"], organisation=school)
    assert (await known.get(path)).status_code == 200


async def test_every_other_operation_is_403_for_a_login_bound_to_nobody(world: World) -> None:
    """Asked of the whole contract, so that no endpoint can be forgotten."""
    everything = [str(action) for action in Action]
    nobody = world.caller(
        sub="demo-niemand", roles=["intern_begeleider", "beheerder", "ouder", "swv_coordinator"], organisation="x:1"
    )
    asked = 0
    for path, operations in world.contract.document["paths"].items():
        for method, operation in operations.items():
            assert operation["x-action"] in everything
            concrete = path
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    value = "midden-groningen" if parameter["name"] == "key" else str(NOWHERE)
                    concrete = concrete.replace(f"{{{parameter['name']}}}", value)
            body = _any_body(world, operation)
            response = await nobody.ask(method.upper(), concrete, body, if_match="*")
            asked += 1
            if (method, path) == ("get", "/me"):
                assert response.status_code == 200
                assert response.json()["personId"] is None
            elif path == "/me/binding":
                assert response.json()["type"].endswith("code-geldt-niet")
            else:
                assert response.status_code == 403, (method, path, response.text)
    assert asked > 60
    assert {row["actor_id"] for row in await kept(world, "select actor_id from audit_events")} == {None}


async def test_a_binding_holds_for_its_own_days_only(world: World) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher)
    today = datetime.now(UTC).date()
    periods = {
        "valid_until": (today - timedelta(days=2), today + timedelta(days=2)),
        "valid_from": (today + timedelta(days=2), today - timedelta(days=2)),
    }
    for column, (outside, inside) in periods.items():
        for day, status in ((outside, 403), (inside, 200)):
            await kept(world, f"update bindings set {column} = %s where subject = 'demo-leerkracht'", day)
            assert (await teacher.get(path)).status_code == status, (column, day)
    await kept(world, "update bindings set ended_at = now() where subject = 'demo-leerkracht'")
    assert (await teacher.get(path)).status_code == 403


def _any_body(world: World, operation: dict[str, object]) -> dict[str, object] | None:
    """A body that passes the schema of an operation, made from that schema."""
    request = operation.get("requestBody")
    if not isinstance(request, dict):
        return None
    body = _example(world, request["content"]["application/json"]["schema"])
    assert isinstance(body, dict)
    return body


def _example(world: World, schema: dict[str, object]) -> object:
    if "$ref" in schema:
        return _example(world, world.contract.document["components"]["schemas"][str(schema["$ref"]).split("/")[-1]])
    if "enum" in schema or "const" in schema:
        return schema.get("const") or schema["enum"][0]  # type: ignore[index]  # a list, by JSON Schema
    if schema.get("type") == "object":
        properties: dict[str, dict[str, object]] = schema["properties"]  # type: ignore[assignment]  # same
        required: list[str] = schema.get("required", [])  # type: ignore[assignment]  # same
        return {name: _example(world, properties[name]) for name in required}
    if schema.get("type") == "array":
        return [_example(world, schema["items"])]  # type: ignore[arg-type]  # same
    known = {
        "uuid": str(NOWHERE),
        "date": "2099-01-01",
        "date-time": "2099-01-01T00:00:00Z",
        r"^GM\d{4}$": "GM1952",
        r"^[A-Za-z0-9_-]{20,64}$": "x" * 32,
        NUMBER: "123456782",
    }
    plain = {"boolean": True, "integer": 1}.get(str(schema.get("type")), "tekst")
    return known.get(str(schema.get("format")), known.get(str(schema.get("pattern")), plain))
