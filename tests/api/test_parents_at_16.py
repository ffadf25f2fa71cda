"""What a route says about the parents of who is 16 or 17 is kept with each question, and holds in the database."""

from dataclasses import replace
from typing import Any

import pytest

from app.demo.people import YOUTH_HEALTH
from app.demo.seed import known_id
from app.domain.gezag import ParentsAt1617
from app.services import cases
from app.workflow.model import Route
from tests.policy.arranging import NURSE, PARENTS, YOUTH, a_case, turned
from tests.world import World

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("asks", ParentsAt1617)
async def test_a_route_may_inform_or_ask_the_parents_until_eighteen(
    world: World, monkeypatch: pytest.MonkeyPatch, asks: ParentsAt1617
) -> None:
    pinned = cases.pinned_route

    def asking(case: Any) -> Route:
        route = pinned(case)
        return replace(route, consent=replace(route.consent, parents_16_17=asks))

    monkeypatch.setattr(cases, "pinned_route", asking)
    story = await a_case(world, YOUTH, by=NURSE)
    turned(world, YOUTH, 17)
    consent = await story.asks(YOUTH_HEALTH, by=NURSE)
    youth, parents = str(known_id(YOUTH)), {str(known_id(parent)) for parent in PARENTS}
    told = await world[NURSE].seen(f"/consents/{consent}")
    assert set(told["waitsFor"]) == {youth, *(parents if asks is ParentsAt1617.REQUIRED else ())}
    await story.answers(YOUTH, consent)
    told = await world[NURSE].seen(f"/consents/{consent}")
    assert told["inForce"] is (asks is not ParentsAt1617.REQUIRED)
    assert set(told["informs"]) == (parents if asks is ParentsAt1617.INFORMED else set())
    turned(world, YOUTH, 18)
    assert (await world[NURSE].seen(f"/consents/{consent}"))["inForce"]
