"""What next-steps answers is enough to go on: the very endpoint, what its body must have, what the step is for."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.domain.policy import Action
from app.main import served_contract
from app.workflow.loader import load_routes
from tests.scenarios.follower import Goal
from tests.scenarios.test_walks_over_http import BOTH, BOTH_ARE_THERE, CONCERN, EVERYBODY, opened
from tests.world import World

pytestmark = pytest.mark.anyio

Json = Any


def told(view: Json) -> Iterator[Json]:
    """Every request that an answer names: of each step, and of each reason."""
    for item in view["items"]:
        yield item["operation"]
        yield from (reason["operation"] for reason in item["reasons"] if reason["operation"] is not None)


def endpoint(operation: Json) -> Json:
    """The endpoint of the contract that this method and link lead to; its links of the path filled in."""
    paths = served_contract()["paths"]
    for path, methods in paths.items():
        pattern = "/v1" + "/".join(r"(?:[0-9a-f-]{36}|\{\w+\})" if "{" in part else part for part in path.split("/"))
        found = methods.get(operation["method"].lower())
        if found and found["x-action"] == operation["action"] and re.fullmatch(pattern, operation["href"]):
            return found
    pytest.fail(f"no endpoint for {operation}")


def required(found: Json) -> set[str]:
    """What the body of an endpoint must have."""
    name = found["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    return set(served_contract()["components"]["schemas"][name].get("required", ()))


async def test_every_request_is_one_of_the_contract_and_says_all_that_it_must_have(world: World) -> None:
    walk = await opened(world, Goal(BOTH, never=BOTH_ARE_THERE), "leerkracht", "mila", CONCERN)
    steps, actions, held = 0, set(), True
    while held:
        for key in EVERYBODY:
            response = await world[key].get(f"{walk.path}/next-steps")
            for operation in told(response.json()) if response.status_code == 200 else ():
                body = {*operation["fields"], *operation["choices"], *operation["toFill"]}
                assert required(endpoint(operation)) <= body, operation
                assert set(operation["lookups"]) <= {*served_properties(operation)}, operation
                actions.add(operation["action"])
        held, steps = await walk.advance() not in {"uitvoering", "afgesloten"}, steps + 1
    assert {Action.NOTE_CREATE, Action.ASSESSMENT_CREATE, Action.CONSENT_CREATE, Action.PLAN_CREATE} <= actions
    assert steps > 5


def served_properties(operation: Json) -> Json:
    """The fields that the body of an operation may have."""
    body = endpoint(operation)["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    return served_contract()["components"]["schemas"][body]["properties"]


async def test_each_step_says_what_it_is_for(world: World) -> None:
    route = load_routes()["midden-groningen", 1]
    walk = await opened(world, Goal(), "leerkracht", "mila", CONCERN)
    view = await world["leerkracht"].seen(f"{walk.path}/next-steps")
    assert view["purpose"] == route.steps["signaal"].purpose.nl
    assert view["items"]
    for item in view["items"]:
        assert item["purpose"] == route.steps[item["toStep"]].purpose.nl
    response = await world["leerkracht"].get(f"{walk.path}/next-steps", Accept_Language="en")
    assert response.json()["items"][0]["purpose"] == route.steps[response.json()["items"][0]["toStep"]].purpose.en


async def namings(world: World, path: str, who: str) -> list[Json]:
    """The requests by which somebody names who is missing, as one caller is told."""
    view = await world[who].seen(f"{path}/next-steps")
    return [each for each in told(view) if each["action"] in {Action.PARTICIPANT_CREATE, Action.PARTICIPANT_UPDATE}]


async def test_who_takes_part_already_is_given_the_function_and_a_colleague_is_named(world: World) -> None:
    findings = {**BOTH, "regie": "onderwijs", "leervraag": "enkelvoudig", "leefvraag": "enkelvoudig"}
    walk = await opened(world, Goal(findings, never=BOTH_ARE_THERE), "leerkracht", "mila", CONCERN)
    await walk.walk(until="triage")
    rows = (await world["leerkracht"].seen(f"{walk.path}/participants?limit=100"))["items"]
    assert str(world["leerkracht"].id) in {row["workerId"] for row in rows}
    await walk.walk(until="mdo")
    mine = next(row for row in rows if row["workerId"] == str(world["leerkracht"].id))
    [named] = [each for each in await namings(world, walk.path, "intern-begeleider") if each["method"] == "PATCH"]
    assert named["href"] == f"/v1/participants/{mine['id']}"
    assert named["fields"] == {"functions": ["contactpersoon"]}
    assert (named["toFill"], named["lookups"], named["choices"], named["forYou"]) == ([], {}, {}, True)
    await walk.carry_out(world["intern-begeleider"], named)
    later = await namings(world, walk.path, "intern-begeleider")
    assert named not in later
    # Of the municipality nobody takes part by name for this caller: its own people name theirs.
    [other] = [each for each in later if each["fields"].get("functions") == ["contactpersoon"]]
    assert (other["method"], other["lookups"], other["forYou"]) == ("POST", {"workerId": "/v1/workers"}, False)
    assert {"workerId", "motivation"} <= set(other["toFill"])


async def test_a_reason_that_may_not_be_known_names_no_request(world: World) -> None:
    """What lies outside the own categories is told as missing, with who can resolve it; not what, and not how."""
    walk = await opened(world, Goal(BOTH, never=BOTH_ARE_THERE), "leerkracht", "mila", CONCERN)
    await walk.walk(until="intake")
    view = await world["intern-begeleider"].seen(f"{walk.path}/next-steps")
    hidden = [each for item in view["items"] for each in item["reasons"] if each["code"] == "nog_niet_gereed"]
    assert hidden
    assert all(each["operation"] is None and each["resolvers"] for each in hidden)
    kinds = load_routes()["midden-groningen", 1].assessments.values()
    secret = {kind.key for kind in kinds if kind.category in {"leven", "gezondheid", "veiligheid"}}
    assert not [each for each in told(view) if each["fields"].get("kind") in secret]
