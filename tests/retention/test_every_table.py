"""Every table has a retention class or a reason, and the database destroys what the list says, nothing else."""

import psycopg
from psycopg.rows import dict_row

from app.db import tables
from app.domain.retention import TABLES, Way
from app.retention_document import written
from tests.conftest import ROOT, Database


def test_every_table_has_a_class_or_a_reason() -> None:
    assert set(TABLES) == set(tables.Case.metadata.tables), (
        "name it in app.domain.retention, and how it comes to its end"
    )
    assert [table for table, (_, words) in TABLES.items() if not words] == []


def test_the_database_destroys_by_class_what_the_list_says_and_nothing_else(database: Database) -> None:
    with psycopg.connect(database.owner_dsn, row_factory=dict_row) as owner:
        row = owner.execute("select app_destroyable() as these").fetchone() or {}
        seen = owner.execute("select pg_get_viewdef('retention_rows'::regclass) as words").fetchone() or {}
    by_class = {table for table, (way, _) in TABLES.items() if way is Way.BY_CLASS}
    assert set(row["these"]) == by_class
    # A child is looked at apart: it has no case any more.
    assert [table for table in sorted(by_class - {"young_people"}) if f"'{table}'::text" not in seen["words"]] == []


def owner_words(database: Database, function: str) -> str:
    with psycopg.connect(database.owner_dsn) as owner:
        row = owner.execute("select prosrc from pg_proc where proname = %s", (function,)).fetchone()
    return str(row[0]) if row else ""


def test_what_goes_along_is_named_where_it_goes(database: Database) -> None:
    with psycopg.connect(database.owner_dsn, row_factory=dict_row) as owner:
        row = owner.execute("select prosrc from pg_proc where proname = 'app_erase'").fetchone() or {}
        other = owner.execute("select prosrc from pg_proc where proname = 'app_destroy'").fetchone() or {}
    apart = owner_words(database, "app_meldcode_erase")
    assert [
        table for table, (way, _) in TABLES.items() if way is Way.APART and f"delete from {table} " not in apart
    ] == []
    along = [table for table, (way, _) in TABLES.items() if way is Way.ALONG]
    assert [table for table in along if f"delete from {table} " not in row["prosrc"] + other["prosrc"]] == []


def test_the_page_is_the_table_of_today() -> None:
    page = (ROOT / "docs" / "retention.md").read_text(encoding="utf-8")
    assert page == written(), "write it anew: python -m app.retention_document > docs/retention.md"
