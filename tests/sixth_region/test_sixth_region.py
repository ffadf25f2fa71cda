"""A sixth region takes one file and its scenario, and no Python: what runs here knows neither the route nor its story.

The made-up route stands outside the service. It is found by a setting, and walked over HTTP by clients that only follow
the answers.
"""

import tomllib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.demo.seed import known_id
from app.workflow.loader import current, load_beside, load_routes
from app.workflow.reader import RouteFaults
from tests.conftest import ROOT, Database
from tests.scenarios.follower import Follower, Goal, StuckError
from tests.world import World
from tests.world import world as world_of

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

Story = dict[str, Any]
FOLDER = ROOT / "docs" / "example-route"
TOLD = tomllib.loads((Path(__file__).parent / "veldmeer.story.toml").read_text(encoding="utf-8"))
STORIES: list[Story] = TOLD["story"]


@pytest.fixture(autouse=True)
def _shipped_alone_afterwards() -> Iterator[None]:
    yield
    load_beside(None)


@pytest.fixture
async def region(database: Database, anyio_backend: str) -> AsyncIterator[World]:
    """The service with the route of another region in its folder."""
    assert anyio_backend == "asyncio"
    async with world_of(database.owner_dsn, database.api_dsn, FOLDER) as made:
        yield made


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["name"])
async def test_a_story_is_walked_by_its_file_alone(region: World, story: Story) -> None:
    goal = Goal(story["findings"], answers=story.get("answers", {}))
    walk = Follower([region[key] for key in TOLD["cast"]], goal)
    await walk.open(story["opened_by"], str(known_id(story["child"])), story["signal"], TOLD["route"])
    if "ends" in story:
        await walk.walk()
        assert walk.standing == story["ends"]
    else:
        with pytest.raises(StuckError):
            await walk.walk()
        await stands_still(region, walk, story)
    assert [key for _, key in walk.steps] == story["steps"]
    asked = {key: await region[key].get(walk.path) for key in TOLD["cast"]}
    assert sorted(key for key, answer in asked.items() if answer.status_code == 200) == sorted(story["sees"])


async def stands_still(region: World, walk: Follower, story: Story) -> None:
    """The step that somebody's no keeps from following is blocked, with a reason."""
    view = await region[story["opened_by"]].seen(f"{walk.path}/next-steps")
    [item] = [each for each in view["items"] if each["transition"] == story["stuck"]]
    assert not item["allowed"]
    assert [reason["code"] for reason in item["reasons"]] == ["toestemming_geweigerd"]


async def test_the_region_reads_its_own_words(region: World) -> None:
    told = await region["leerkracht"].seen(f"/routes/{TOLD['route']}")
    assert told["title"] == current(TOLD["route"]).title.nl
    listed = await region["leerkracht"].seen("/routes")
    assert {"midden-groningen", TOLD["route"]} <= {each["key"] for each in listed["items"]}


def test_without_the_setting_nobody_knows_it() -> None:
    load_beside(FOLDER)
    assert (TOLD["route"], 1) in load_routes()
    load_beside(None)
    assert (TOLD["route"], 1) not in load_routes()


def test_a_fault_in_the_folder_is_told_with_file_line_and_remedy_and_changes_nothing(tmp_path: Path) -> None:
    load_beside(FOLDER)
    text = (FOLDER / "veldmeer.1.toml").read_text(encoding="utf-8")
    (tmp_path / "veldmeer.1.toml").write_text(text.replace('to = "tafel"', 'to = "taffel"'), encoding="utf-8")
    with pytest.raises(RouteFaults, match=r"veldmeer\.1\.toml:\d+: transition tafel_dekken: .*taffel.* Choose from"):
        load_beside(tmp_path)
    assert (TOLD["route"], 1) in load_routes()


def test_a_folder_that_is_not_there_and_a_version_that_is_shipped_are_faults(tmp_path: Path) -> None:
    with pytest.raises(RouteFaults, match="no such folder"):
        load_beside(tmp_path / "nergens")
    shipped = ROOT / "app" / "routes" / "midden-groningen.1.toml"
    (tmp_path / shipped.name).write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(RouteFaults, match="shipped with the service"):
        load_beside(tmp_path)
