"""`migrate-cases` on a real database: who goes over and who stays, what is kept, put back, broken off, at once."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row
from typer.testing import CliRunner, Result

from app.cli import cli
from app.db import case_versions
from app.seal import ROUTES
from app.services.case_migration import Outcome, Report, Unsound, migrate, put_back
from app.workflow import loader
from app.workflow.loader import read_route
from app.workflow.model import Route, Status
from app.workflow.versions import Renaming, read_renaming
from tests.api.beginnings import TALK, kept, opened, ready_for_research
from tests.conftest import Database
from tests.world import World

pytestmark = pytest.mark.anyio

KEY, REASON = "midden-groningen", "Versie 2 noemt het onderzoek anders."
RENAMED = {"onderzoek": "uitzoeken", "oudergesprek": "startgesprek", "intern_of_extern": "binnen_of_buiten"}
MAPPING = f"""
route = "{KEY}"
from = 1
to = 2
[steps]
onderzoek = "uitzoeken"
[notes]
oudergesprek = "startgesprek"
[assessments]
intern_of_extern = "binnen_of_buiten"
"""
CLAIM = """
[[claim]]
key = "eerst_bepaald"
says = { nl = "Eerst is bepaald of de steun binnen of buiten de school is.", en = "First it was decided where." }
on = { enter = ["uitzoeken"] }
requires = [{ guard = "assessment_recorded", kind = "binnen_of_buiten", source = "001:253" }]
source = "001:253"
"""


def second(more: str = "") -> Route:
    """Version 2: the same route with three words of its own, and perhaps a promise more."""
    text = (ROUTES / f"{KEY}.1.toml").read_text().replace("version = 1", "version = 2", 1) + more
    for old, new in RENAMED.items():
        text = re.sub(rf'(["\\:]){old}"', rf'\1{new}"', text)
    return read_route(f"{KEY}.2.toml", text)


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    file = tmp_path / "van-1-naar-2.toml"
    file.write_text(MAPPING)
    return file


@pytest.fixture
async def paths(world: World) -> list[str]:
    """Two cases on version 1: of Mila in onderzoek with a finding, of the youth in signaal."""
    teacher = world["leerkracht"]
    first = await ready_for_research(teacher)
    await teacher.made(f"{first}/transitions", {"transition": "onderzoek_starten"})
    finding = {"kind": "intern_of_extern", "outcome": "intern", "content": "Binnen de school."}
    await teacher.made(f"{first}/assessments", finding)
    return [first, await opened(teacher, "jeugdige")]


@pytest.fixture
def versions(paths: list[str], monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, int], Route]:
    """The routes that are shipped, and version 2 beside them; it came after the cases were opened."""
    assert paths
    routes = {**loader.load_routes(), (KEY, 2): second()}
    monkeypatch.setattr(loader, "_shipped", lambda: routes)
    return routes


def run(world: World, *options: object) -> Result:
    words = [str(option) for option in ("migrate-cases", KEY, "--from", 1, "--to", 2, "--reason", REASON, *options)]
    return CliRunner().invoke(cli, words, env={"DATABASE_URL": world.owner_dsn})


def reported(folder: Path) -> Any:
    return json.loads((folder / "report.json").read_text())


def rewrite(mapping: Path, text: str) -> None:
    mapping.write_text(text)


def batch_in(result: Result) -> str:
    found = re.search(r"Partij ([0-9a-f-]{36})", result.output)
    assert found, result.output
    return found[1]


async def everything(world: World) -> dict[str, Any]:
    tables = (
        "cases",
        "transitions",
        "notes",
        "assessments",
        "audit_events",
        "outbox",
        "case_migrations",
        "migrated_cases",
    )
    return {table: await kept(world, f"select * from {table} t order by t::text") for table in tables}


@pytest.mark.usefixtures("versions")
async def test_cases_go_over_with_all_their_words_and_go_on(world: World, paths: list[str], mapping: Path) -> None:
    teacher = world["leerkracht"]
    result = run(world, "--mapping", mapping)
    assert (result.exit_code, "2 overgezet, 0 teruggezet, 0 achtergebleven" in result.output) == (0, True), (
        result.output
    )
    shown = await teacher.seen(paths[0])
    assert (shown["routeVersion"], shown["step"]) == (2, "uitzoeken")
    assert (await teacher.seen(paths[1]))["step"] == "signaal"
    dossier = await teacher.seen(f"{paths[0]}/dossier")
    assert [note["kind"] for note in dossier["notes"]] == ["startgesprek"]
    assert [finding["kind"] for finding in dossier["assessments"]] == ["binnen_of_buiten"]
    asked = await teacher.seen(f"{paths[0]}/next-steps")
    assert asked["step"] == "uitzoeken"
    assert asked["items"]
    await teacher.made(f"{paths[1]}/notes", {**TALK, "kind": "startgesprek"})
    moved = await teacher.made(f"{paths[1]}/transitions", {"transition": "onderzoek_starten"})
    assert moved["toStep"] == "uitzoeken"


@pytest.mark.usefixtures("versions")
async def test_the_family_sees_it_in_the_history_and_the_log_and_the_outside_hears_of_it(
    world: World, paths: list[str], mapping: Path
) -> None:
    result = run(world, "--mapping", mapping)
    history = (await world["ouder-een"].seen(f"{paths[0]}/transitions"))["items"]
    last = history[-1]
    assert (last["transition"], last["fromStep"], last["toStep"]) == ("versie_overgezet", "onderzoek", "uitzoeken")
    assert (last["role"], last["explanation"], last["sequence"]) == ("beheerder", REASON, len(history))
    assert last["performedBy"] == batch_in(result)
    log = (await world["ouder-een"].seen(f"{paths[0]}/access-log"))["items"]
    assert [entry["actorRole"] for entry in log if entry["action"] == "case.migrate"] == ["beheerder"]
    (fact,) = await kept(
        world, "select data from outbox where type = 'case.migrated' and case_id = %s", paths[0].rpartition("/")[2]
    )
    assert fact["data"] == {"version": "2", "step": "uitzoeken"}


@pytest.mark.usefixtures("versions")
async def test_a_dry_run_tells_the_same_and_keeps_nothing(
    world: World, paths: list[str], mapping: Path, tmp_path: Path
) -> None:
    before = await everything(world)
    result = run(world, "--mapping", mapping, "--dry-run", "--report", tmp_path / "report.json")
    assert result.exit_code == 0, result.output
    assert "2 overgezet" in result.output
    assert "er is niets bewaard" in result.output
    assert await everything(world) == before
    told = reported(tmp_path)
    assert told["dryRun"] is True
    assert {f"/cases/{case['case']}": case["toStep"] for case in told["cases"]} == {
        paths[0]: "uitzoeken",
        paths[1]: "signaal",
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (MAPPING.replace('onderzoek = "uitzoeken"', ""), "steps.onderzoek: the new version has no such step"),
        (MAPPING.replace('"uitzoeken"', '"nergens"'), "the new version has no 'nergens'"),
        (MAPPING.replace('"uitzoeken"', '"afgesloten"'), "it would end a case that goes on"),
        (MAPPING.replace("[steps]", '[steps]\nafgesloten = "signaal"'), "it would open a case that has ended"),
        (MAPPING.replace("onderzoek =", "onderzoeken ="), "the old version has no such word"),
        (MAPPING.replace("to = 2", "to = 3"), "it is not 2"),
        (MAPPING + "[stappen]\n", "stappen: this is not known here"),
        (MAPPING + "= kapot", "it is no valid TOML"),
    ],
)
@pytest.mark.usefixtures("versions")
async def test_a_mapping_that_loses_a_state_is_refused_as_a_whole(
    world: World, mapping: Path, text: str, says: str
) -> None:
    before = await everything(world)
    rewrite(mapping, text)
    result = run(world, "--mapping", mapping)
    assert result.exit_code == 1
    assert says in result.output
    assert re.search(r"van-1-naar-2\.toml:\d+:", result.output)
    assert await everything(world) == before


async def test_a_case_that_would_break_a_promise_of_its_new_step_stays_and_is_told(
    world: World, paths: list[str], mapping: Path, versions: dict[tuple[str, int], Route]
) -> None:
    versions[KEY, 2] = second(CLAIM)
    assert run(world, "--mapping", mapping, "--dry-run").exit_code == 0
    await kept(world, "update assessments set created_at = created_at - interval '1 year'")  # of a round before this
    result = run(world, "--mapping", mapping)
    assert result.exit_code == 3, result.output
    assert "1 overgezet, 0 teruggezet, 1 achtergebleven" in result.output
    assert "Eerst is bepaald of de steun binnen of buiten de school is." in result.output
    assert (await world["leerkracht"].seen(paths[0]))["routeVersion"] == 1
    assert (await world["leerkracht"].seen(paths[1]))["routeVersion"] == 2


async def test_a_case_that_uses_a_word_that_is_gone_stays(
    world: World, paths: list[str], mapping: Path, versions: dict[tuple[str, int], Route]
) -> None:
    rewrite(mapping, MAPPING.partition("[assessments]")[0])
    result = run(world, "--mapping", mapping)
    assert result.exit_code == 3, result.output
    assert "«intern_of_extern» (assessment), en versie 2 kent dat niet" in result.output
    assert (await world["leerkracht"].seen(paths[0]))["routeVersion"] == 1
    assert versions[KEY, 2]


@pytest.mark.usefixtures("versions")
async def test_a_batch_is_put_back_word_for_word_but_for_what_went_on(
    world: World, paths: list[str], mapping: Path
) -> None:
    teacher = world["leerkracht"]
    before = await everything(world)
    batch = batch_in(run(world, "--mapping", mapping))
    await teacher.made(f"{paths[1]}/notes", {**TALK, "kind": "startgesprek"})
    await teacher.made(f"{paths[1]}/transitions", {"transition": "onderzoek_starten"})
    dry = run(world, "--undo", batch, "--dry-run")
    assert "1 teruggezet, 1 achtergebleven" in dry.output
    assert (await teacher.seen(paths[0]))["routeVersion"] == 2
    result = run(world, "--undo", batch)
    assert result.exit_code == 3, result.output
    assert "de zaak is sindsdien verder gegaan" in result.output
    after = await everything(world)
    first = UUID(paths[0].rpartition("/")[2])
    of_first = [[row for row in rows["assessments"] if row["case_id"] == first] for rows in (before, after)]
    assert of_first[0] == of_first[1]
    (was,) = (row for row in before["cases"] if row["id"] == first)
    (now,) = (row for row in after["cases"] if row["id"] == first)
    assert now == {**was, "last_sequence": was["last_sequence"] + 2}
    assert (await teacher.seen(paths[1]))["routeVersion"] == 2
    history = (await world["ouder-een"].seen(f"{paths[0]}/transitions"))["items"]
    assert [each["transition"] for each in history[-2:]] == ["versie_overgezet", "versie_teruggezet"]
    again = run(world, "--undo", batch)
    assert "0 teruggezet, 1 achtergebleven" in again.output


@pytest.mark.usefixtures("versions")
async def test_what_was_recorded_since_in_words_of_the_new_version_keeps_a_case_there(
    world: World, paths: list[str], mapping: Path
) -> None:
    batch = batch_in(run(world, "--mapping", mapping))
    await world["leerkracht"].made(f"{paths[0]}/notes", {**TALK, "kind": "startgesprek"})
    result = run(world, "--undo", batch)
    assert "1 teruggezet, 1 achtergebleven" in result.output
    assert "versie 1 niet kent: startgesprek" in result.output


STATEMENTS = (
    "select 1 from case_migrations",
    "select 1 from migrated_cases",
    "insert into migrated_cases (batch_id, case_id, sequence, was) select id, id, 1, '{}' from cases",
    "update cases set route_version = 2",
    "update assessments set kind = 'x'",
    "update notes set kind = 'x'",
)


class Killed(BaseException):
    pass


def killed_after(portions: int) -> Any:
    seen = []

    def done(_: int) -> None:
        seen.append(1)
        if len(seen) == portions:
            raise Killed

    return done


async def test_a_batch_that_was_broken_off_and_put_back_is_not_gone_on_with(
    world: World, mapping: Path, versions: dict[tuple[str, int], Route]
) -> None:
    old, new = versions[KEY, 1], versions[KEY, 2]
    renaming = read_renaming(mapping.name, MAPPING, old, new)
    with psycopg.connect(world.owner_dsn, autocommit=True, row_factory=dict_row) as owner:
        with pytest.raises(Killed):
            migrate(owner, old, new, renaming, REASON, dry_run=False, done=killed_after(1), portion=1)
        (first,) = await kept(world, "select id from case_migrations")
        assert (
            put_back(owner, first["id"], old, REASON, dry_run=False, done=lambda _: None).count(Outcome.PUT_BACK) == 1
        )
        again = migrate(owner, old, new, renaming, REASON, dry_run=False, done=lambda _: None)
        assert again.count(Outcome.MOVED) == len(again.cases)
        assert again.batch != first["id"]


async def test_whoever_calls_it_cannot_pass_by_the_mapping(
    world: World, versions: dict[tuple[str, int], Route]
) -> None:
    before = await everything(world)
    old, new, nothing = versions[KEY, 1], versions[KEY, 2], Renaming(KEY, 1, 2)
    with psycopg.connect(world.owner_dsn, autocommit=True, row_factory=dict_row) as owner, pytest.raises(Unsound):
        migrate(owner, old, new, nothing, REASON, dry_run=False, done=lambda _: None)
    assert await everything(world) == before


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN])
async def test_no_case_goes_to_a_version_that_is_not_in_force(
    world: World, mapping: Path, versions: dict[tuple[str, int], Route], status: Status
) -> None:
    versions[KEY, 2] = replace(versions[KEY, 2], status=status)
    result = run(world, "--mapping", mapping)
    assert result.exit_code == 1
    assert "it is not in force" in result.output


async def test_what_was_broken_off_goes_on_where_it_was(
    world: World, paths: list[str], mapping: Path, versions: dict[tuple[str, int], Route]
) -> None:
    old, new = versions[KEY, 1], versions[KEY, 2]
    renaming = read_renaming(mapping.name, MAPPING, old, new)

    def over(done: Any) -> Report:
        with psycopg.connect(world.owner_dsn, autocommit=True, row_factory=dict_row) as owner:
            return migrate(owner, old, new, renaming, REASON, dry_run=False, done=done, portion=1)

    with pytest.raises(Killed):
        over(killed_after(1))
    on = await kept(world, "select route_version as v from cases order by id")
    assert sorted(row["v"] for row in on) == [1, 2]
    went_on = over(lambda _: None)
    assert went_on.count(Outcome.MOVED) == 1
    (batch,) = await kept(world, "select id, finished_at is not null as finished from case_migrations")
    assert batch == {"id": went_on.batch, "finished": True}
    assert len(await kept(world, "select case_id from migrated_cases where batch_id = %s", batch["id"])) == len(paths)
    assert over(lambda _: None).cases == []

    def back(done: Any) -> Report:
        with psycopg.connect(world.owner_dsn, autocommit=True, row_factory=dict_row) as owner:
            return put_back(owner, batch["id"], old, REASON, dry_run=False, done=done, portion=1)

    with pytest.raises(Killed):
        back(killed_after(1))
    assert back(lambda _: None).count(Outcome.PUT_BACK) == 1
    assert [row["v"] for row in await kept(world, "select route_version as v from cases")] == [1, 1]
    assert over(lambda _: None).count(Outcome.MOVED) == len(paths)
    assert len(await kept(world, "select id from case_migrations")) == 2, "what was put back is never gone on with"


@pytest.mark.usefixtures("versions")
async def test_two_do_not_move_cases_of_a_route_at_once(world: World, mapping: Path) -> None:
    before = await everything(world)
    with psycopg.connect(world.owner_dsn, autocommit=True, row_factory=dict_row) as other:
        assert case_versions.alone(other, KEY)
        result = run(world, "--mapping", mapping)
        assert result.exit_code == 1
        assert "al zaken van deze route overgezet" in result.output
        assert await everything(world) == before
    assert run(world, "--mapping", mapping).exit_code == 0


@pytest.mark.usefixtures("versions")
async def test_a_reason_a_mapping_and_versions_that_exist_are_asked_for(world: World, mapping: Path) -> None:
    assert "Geef een reden" in run(world, "--mapping", mapping, "--reason", "om").output
    assert "--mapping" in run(world).output
    assert "bestaat niet" in run(world, "--mapping", mapping, "--to", 9).output
    assert "geen partij" in run(world, "--undo", "01900000-0000-7000-8000-00000000dead").output


def test_no_process_that_runs_all_day_can_do_it(database: Database) -> None:
    for dsn in (database.api_dsn, database.worker_dsn):
        with psycopg.connect(dsn, autocommit=True) as process:
            for statement in STATEMENTS:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    process.execute(statement.encode())


@pytest.mark.usefixtures("versions")
async def test_the_command_as_another_role_says_who_must(mapping: Path, database: Database) -> None:
    words = ["migrate-cases", KEY, "--from", "1", "--to", "2", "--reason", REASON, "--mapping", str(mapping)]
    result = CliRunner().invoke(cli, words, env={"DATABASE_URL": database.api_dsn})
    assert result.exit_code == 1
    assert "eigenaar van de tabellen" in result.output
    assert "postgresql://ondersteuningsroute_api:" not in result.output
