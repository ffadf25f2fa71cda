"""A sixth region takes one file and its scenario, and no Python: what runs here knows neither the route nor its story.

The made-up route stands outside the service. It is found by a setting, and walked over HTTP by clients that only follow
the answers.
"""

import tomllib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from app.cli_routes import verify_routes
from app.demo.seed import known_id
from app.workflow.beside import load_beside
from app.workflow.loader import current, load_routes
from app.workflow.reader import RouteFaults
from tests.conftest import ROOT, Database
from tests.scenarios.follower import Follower, Goal, StuckError
from tests.world import World
from tests.world import world as world_of

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

Story = dict[str, Any]
ROUTE = ROOT / "docs" / "example-route" / "veldmeer.1.toml"
TOLD = tomllib.loads((Path(__file__).parent / "veldmeer.story.toml").read_text(encoding="utf-8"))
STORIES: list[Story] = TOLD["story"]


@pytest.fixture(autouse=True)
def _shipped_alone_afterwards() -> Iterator[None]:
    yield
    load_beside(None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a region, with its route and the report of its proof."""
    copied = tmp_path / "eigen-routes" / ROUTE.name
    copied.parent.mkdir()
    copied.write_text(ROUTE.read_text(encoding="utf-8"), encoding="utf-8")
    verify_routes([copied], keep=True)
    return copied.parent


@pytest.fixture
async def region(database: Database, folder: Path, anyio_backend: str) -> AsyncIterator[World]:
    """The service with the route of another region in its folder."""
    assert anyio_backend == "asyncio"
    async with world_of(database.owner_dsn, database.api_dsn, folder) as made:
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


async def test_its_proof_is_told_as_that_of_a_shipped_route(region: World) -> None:
    told = await region["leerkracht"].seen(f"/routes/{TOLD['route']}")
    assert told["proof"]["sound"] is True


async def test_a_file_that_was_taken_away_keeps_its_cases_back_and_no_others(region: World) -> None:
    """Whoever starts the service without the folder: the case says why it stands still, the list goes on."""
    story = STORIES[0]
    child = {"youngPersonId": str(known_id(story["child"])), "signal": story["signal"]}
    case = await region[story["opened_by"]].made("/cases", {**child, "route": TOLD["route"]})
    load_beside(None)
    answer = await region[story["opened_by"]].get(f"/cases/{case['id']}/next-steps")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert f"«{TOLD['route']}», versie 1" in answer.json()["detail"]
    tasks = await region[story["opened_by"]].seen("/me/tasks")
    assert case["id"] not in {item["case"]["id"] for item in tasks["items"]}


def test_without_the_setting_nobody_knows_it(folder: Path) -> None:
    load_beside(folder)
    assert (TOLD["route"], 1) in load_routes()
    load_beside(None)
    assert (TOLD["route"], 1) not in load_routes()


def test_a_fault_in_the_folder_is_told_with_file_line_and_remedy_and_changes_nothing(folder: Path) -> None:
    load_beside(folder)
    file = folder / ROUTE.name
    file.write_text(file.read_text(encoding="utf-8").replace('to = "tafel"', 'to = "taffel"'), encoding="utf-8")
    with pytest.raises(RouteFaults, match=r"veldmeer\.1\.toml:\d+: transition tafel_dekken: .*taffel.* Choose from"):
        load_beside(folder)
    assert (TOLD["route"], 1) in load_routes()


def test_what_was_not_proven_as_it_is_starts_nothing(folder: Path) -> None:
    file = folder / ROUTE.name
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "# één teken anders\n", encoding="utf-8")
    with pytest.raises(RouteFaults, match=r"was not proven as it is.*verify-routes --keep"):
        load_beside(folder)
    file.write_text(text.replace('status = "in_force"', 'status = "draft"'), encoding="utf-8")
    load_beside(folder)  # a draft takes no cases, and is still being written


def test_what_the_proof_refuses_starts_nothing(folder: Path) -> None:
    """The consent by which the family coach comes in, left out where it is promised all the same."""
    file = folder / ROUTE.name
    text = file.read_text(encoding="utf-8")
    talk = (
        '    { guard = "first_talk_held", talk = "oudergesprek", contact = "oudergesprek", source = "afspraak:1" },\n'
    )
    assert text.count(talk) == 1
    file.write_text(text.replace(talk, ""), encoding="utf-8")
    with pytest.raises(typer.Exit):
        verify_routes([file], keep=True)
    with pytest.raises(RouteFaults, match="it has 1 faults"):
        load_beside(folder)


def test_a_folder_that_is_not_there_and_a_version_that_is_shipped_are_faults(tmp_path: Path) -> None:
    with pytest.raises(RouteFaults, match="no such folder"):
        load_beside(tmp_path / "nergens")
    shipped = (ROOT / "app" / "routes" / "midden-groningen.1.toml").read_text(encoding="utf-8")
    draft = shipped.replace('status = "in_force"', 'status = "draft"')
    (tmp_path / "midden-groningen.1.toml").write_text(draft, encoding="utf-8")
    with pytest.raises(RouteFaults, match="shipped with the service"):
        load_beside(tmp_path)


def test_a_start_asks_no_proof_however_large_the_route(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report is found by a hash: what it would take to prove again is not spent when the service starts."""

    def never(*_: object, **__: object) -> None:
        pytest.fail("a start proves nothing")

    monkeypatch.setattr("app.workflow.proof.checks.all_checks", never)
    monkeypatch.setattr("app.workflow.proof.moves.Moves.__init__", never)
    load_beside(folder)
    assert (TOLD["route"], 1) in load_routes()
