"""Versions of a route: which one a new case takes, which one a running case is on, and what is told of them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.workflow import loader
from app.workflow.model import Route, Status
from tests.api.beginnings import case_body, opened, ready_for_research
from tests.world import World

pytestmark = pytest.mark.anyio

KEY = "midden-groningen"
Ship = Callable[..., None]


@pytest.fixture
def ship(monkeypatch: pytest.MonkeyPatch) -> Ship:
    """Ships these versions of a route, by their statuses."""
    first = loader.load_routes()[KEY, 1]

    def shipped(*statuses: Status) -> None:
        routes: dict[tuple[str, int], Route] = {
            (KEY, number): replace(first, version=number, status=status)
            for number, status in enumerate(statuses, start=1)
        }
        monkeypatch.setattr(loader, "_shipped", lambda: routes)

    return shipped


async def test_a_new_case_takes_the_newest_in_force_and_never_a_draft(world: World, ship: Ship) -> None:
    ship(Status.IN_FORCE, Status.IN_FORCE, Status.DRAFT)
    made = await world["leerkracht"].made("/cases", case_body())
    assert made["routeVersion"] == 2


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.DRAFT])
async def test_a_route_of_which_nothing_is_in_force_takes_no_cases(world: World, ship: Ship, status: Status) -> None:
    ship(status)
    refused = await world["leerkracht"].post("/cases", case_body())
    assert refused.status_code == 400
    assert [fault["code"] for fault in refused.json()["errors"]] == ["onbekende_route"]
    assert KEY not in refused.text


async def test_a_case_on_a_version_that_was_withdrawn_goes_on_along_it(world: World, ship: Ship) -> None:
    teacher = world["leerkracht"]
    path = await ready_for_research(teacher)
    ship(Status.WITHDRAWN, Status.IN_FORCE)
    moved = await teacher.made(f"{path}/transitions", {"transition": "onderzoek_starten"})
    assert moved["toStep"] == "onderzoek"
    shown = await teacher.seen(path)
    assert shown["routeVersion"] == 1
    assert (await teacher.seen(await opened(teacher, "jeugdige")))["routeVersion"] == 2


async def test_every_version_is_told_with_its_status_and_can_be_read(world: World, ship: Ship) -> None:
    ship(Status.WITHDRAWN, Status.IN_FORCE, Status.DRAFT)
    everything = await world["ouder-een"].seen("/routes")
    told = [(route["key"], route["version"], route["status"]) for route in everything["items"]]
    assert told == [(KEY, 1, "withdrawn"), (KEY, 2, "in_force"), (KEY, 3, "draft")]
    assert (await world["ouder-een"].seen(f"/routes/{KEY}"))["version"] == 2
    for version, status in ((1, "withdrawn"), (3, "draft")):
        assert (await world["ouder-een"].seen(f"/routes/{KEY}?version={version}"))["status"] == status
    assert (await world["ouder-een"].get(f"/routes/{KEY}?version=4")).status_code == 404
    ship(Status.DRAFT)
    assert (await world["ouder-een"].get(f"/routes/{KEY}")).status_code == 404
