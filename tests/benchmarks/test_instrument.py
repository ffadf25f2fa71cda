"""The measuring instrument measures what it says: without timing anything."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from app import main
from benchmarks import floor, generate, load, operations, pgbench, profile
from benchmarks.operations import OPERATIONS, Tokens
from benchmarks.run import FLOOR
from benchmarks.script import Script, Step, script_of
from benchmarks.serve import service
from benchmarks.tables import TARGETS, written
from benchmarks.wire import Sent
from tests.conftest import Database
from tests.contract.conformity import contract

CASES = 400


@pytest.fixture(scope="module")
def populated(new_database: Callable[[], Database]) -> Database:
    """A migrated database with some invented cases in it."""
    database = new_database()
    generate.populate(database.owner_dsn, CASES)
    return database


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tokens]:
    """Logins, with a key that the service under test knows."""
    folder = tmp_path_factory.mktemp("issuer")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("benchmarks.serve.FOLDER", folder)
        yield Tokens(folder)


def rows(database: Database, statement: str) -> list[dict[str, Any]]:
    with psycopg.connect(database.owner_dsn, row_factory=dict_row) as connection:
        return connection.execute(statement.encode()).fetchall()


def test_every_index_and_every_foreign_key_is_back_and_checked(populated: Database, database: Database) -> None:
    asked = (
        "select conname as name, pg_get_constraintdef(oid) as what from pg_constraint"
        " where connamespace = 'public'::regnamespace and convalidated union all"
        " select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1, 2"
    )
    assert rows(populated, asked) == rows(database, asked)


def test_the_cases_are_as_many_and_as_full_as_they_should_be(populated: Database) -> None:
    (found,) = rows(
        populated,
        "select (select count(*) from cases) as cases, (select count(distinct step) from cases) as steps,"
        " (select count(*) from plans) as plans, (select count(*) from consent_answers) as answers,"
        " (select count(*) from audit_events) as recorded,"
        " (select max(n) from (select count(*) n from participants where worker_id is not null"
        "   group by worker_id) w) as busiest",
    )
    assert found["cases"] == CASES
    assert found["busiest"] == CASES / 2
    assert found["recorded"] == CASES * 8
    assert found["steps"] >= 5
    assert min(found.values()) > 0


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_service_answers_every_operation_as_the_contract_says(
    populated: Database, tokens: Tokens, name: str
) -> None:
    operation = OPERATIONS[name]
    asked = operations.samples(populated.owner_dsn, operation, limit=3)
    assert asked

    async def answers() -> list[str]:
        async with profile.client(service(populated.api_dsn)) as asking:
            promised = contract((await asking.get("/openapi.json")).text)
            return [
                fault
                for sample in asked
                for fault in promised.faults(await profile.ask(asking, operation, sample, tokens.of(sample)))
            ]

    assert asyncio.run(answers()) == []


def test_what_is_read_on_the_wire_is_a_script_that_does_the_same(populated: Database, tokens: Tokens) -> None:
    operation = OPERATIONS["dossier"]
    asked = operations.samples(populated.owner_dsn, operation, limit=16)
    seen, trips = asyncio.run(profile.recorded(populated.api_dsn, operation, asked, tokens))
    script = script_of(seen)
    texts = [step.text for step in script.steps]
    assert min(trips) >= 1
    assert any("app_identify" in text for text in texts)
    assert any("audit_events" in text for text in texts)
    assert {("sample", "subject"), ("sample", "case"), ("fresh", "0")} <= {
        piece for step in script.steps for value in step.values for piece in value or ()
    }
    recorded = "select count(*) as n from audit_events where object_type = 'dossier'"
    before = rows(populated, recorded)
    with profile.direct(populated.api_dsn) as connection:
        for sample in asked:
            steps, answer = profile.filled(script, sample), None
            for number in range(len(script.steps)):
                text, values = steps.send(answer) if number else next(steps)
                cursor = connection.execute(text.encode(), values)
                answer = cursor.fetchone() if cursor.description else None
    assert rows(populated, recorded)[0]["n"] == before[0]["n"] + len(asked)


def test_a_parameter_is_constant_asked_for_fresh_or_answered_before() -> None:
    ids = [f"0190000{n}-0000-7000-8000-000000000000" for n in range(6)]
    asked = [{"person": ids[0], "case": "case-number-one"}, {"person": ids[1], "case": "case-number-two"}]
    recordings = [
        (
            sample,
            [
                Sent("insert $1 $2 $3 $4", ["always", sample["case"], fresh, None], [], [{"sequence": sequence}]),
                Sent("then $1 $2", [sequence, f'{{"of": "{fresh}"}}'], []),
            ],
        )
        for sample, fresh, sequence in zip(asked, ids[2:4], ("7", "9"), strict=True)
    ]
    script = script_of(recordings)
    assert script.steps == (
        Step("insert $1 $2 $3 $4", ((("text", "always"),), (("sample", "case"),), (("fresh", "0"),), None), ()),
        Step("then $1 $2", ((("answer", "0:sequence"),), (("text", '{"of": "'), ("fresh", "0"), ("text", '"}'))), ()),
    )
    assert (script.usual, script.fresh, sorted(script.answered)) == (1, 1, ["0:sequence"])


def test_a_counter_that_went_on_is_no_constant() -> None:
    sent = [
        Sent("update t set n = n + 1 returning n", [], [], [{"n": "1"}]),
        Sent("insert into u values ($1, $2)", ["1", "always"], []),
    ]
    script = script_of([({"person": "one"}, sent), ({"person": "two"}, sent)])
    assert script.steps[1].values == ((("answer", "0:n"),), (("text", "always"),))


def test_pgbench_gets_each_parameter_by_its_own_way() -> None:
    steps = (
        Step("insert $1::text $2 $3 $4", ((("text", "always"),), (("sample", "case"),), (("fresh", "0"),), None), ()),
        Step("then $1", ((("answer", "0:sequence"),),), ()),
    )
    made = pgbench.script_text("ids_of_something", 9, Script(steps, 1))
    assert made.text.splitlines()[-2:] == [
        "insert :c0_0::text :v0_1 :v0_2 null \\gset a0_",
        "then :a0_sequence;",
    ]
    assert made.constants == (("c0_0", "always"),)
    with pytest.raises(ValueError, match="colon"):
        pgbench.script_text("ids", 9, Script((Step("select 'HH24:MI'", (), ()),), 1))


def test_the_figures_of_a_cell_are_those_of_what_was_answered() -> None:
    measured = load.Measured()
    measured.sum_up([each / 1000 for each in range(1, 101)], 2)
    assert (measured.rate, measured.p50, measured.p95, measured.p99) == (50, 51, 96, 100)


def test_the_table_says_what_was_reached_and_what_not() -> None:
    cell = [[100.0, 1.0, 2.0, 3.0]]
    compared = [
        {
            "operation": "dossier",
            "processes": 1,
            "round_trips": 1,
            "statements": 4,
            "service": cell,
            "floor": cell,
            "bare": cell,
            "pgbench": [100 / TARGETS["dossier"][1] * factor],
        }
        for factor in (0.99, 1.01)
    ]
    grown = [
        {"operation": "list", "small": cell, "large": [[100.0, 1.0, 2.0 * factor, 3.0]]} for factor in (1.29, 1.31)
    ]
    results = {
        "quick": True,
        "only": ["dossier"],
        "seconds": 60,
        "postgres": "18",
        "busy": 0,
        "compared": compared,
        "grown": grown,
        "effort": {"rounds": 1, "seconds": 1, "cases": 1, "small": 1, "large": 1},
    }
    verdicts = [line for line in written(results, keep=False).splitlines() if "reached" in line]
    assert ["**not reached**" in line for line in verdicts] == [False, True, False, True]


def test_ids_made_later_sort_later(populated: Database) -> None:
    found = [row["id"] for row in rows(populated, "select id from cases order by opened_at")]
    assert all(earlier < later for earlier, later in pairwise(found))


def test_the_floor_is_one_round_trip(populated: Database, tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "_ROUTERS", (*main._ROUTERS, floor))  # noqa: SLF001 — as benchmarks.serve does
    asked = operations.samples(populated.owner_dsn, FLOOR, limit=8)
    main.served_contract.cache_clear()
    try:
        _, trips = asyncio.run(profile.recorded(populated.api_dsn, FLOOR, asked, tokens))
    finally:
        main.served_contract.cache_clear()
    assert set(trips) == {1}
