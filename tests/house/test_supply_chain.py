"""What the service is made of: the audit tells no false green, the list is whole, migrations hold up nobody."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import Engine, event

from app.demo.postgres import OWNER, SUPERUSER
from tests import audit
from tests.conftest import MIGRATIONS, ROOT, Database

SQUAWK = Path(sys.executable).with_name("squawk")
CHANGES = re.compile(r"\s*(create|alter|drop|update|insert|delete)\b", re.IGNORECASE)
# Each rule left out, with its reason.
EXCUSED = {
    "require-lock-timeout": "migrations/env.py sets it, once for the session",
    "require-statement-timeout": "an index on a large table may take its time; what waits for a lock does not",
}


def squawk(statements: str) -> list[str]:
    checked = subprocess.run(  # noqa: S603 - from the lock
        [SQUAWK, "--pg-version=16", "--assume-in-transaction", "--reporter=gcc", f"--exclude={','.join(EXCUSED)}"],
        input=statements,
        capture_output=True,
        text=True,
        check=False,
    )
    found = checked.stdout.splitlines()
    assert bool(checked.returncode) == bool(found), checked.stderr
    return found


@pytest.fixture(scope="module")
def migrated(new_database: Callable[[], Database]) -> dict[str, str]:
    """Each migration by its number, as the SQL that it sends: what alembic makes, and the files it reads."""
    database = new_database()
    name = f"{database.name}_empty"
    with psycopg.connect(database.cluster.dsn(SUPERUSER, "postgres"), autocommit=True) as admin:
        made = sql.SQL("create database {} template template0 owner {}")
        admin.execute(made.format(sql.Identifier(name), sql.Identifier(OWNER)))
    sent: dict[str, str] = {}
    statements: list[str] = []

    def noted(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(Engine, "before_cursor_execute", noted)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DATABASE_URL", database.cluster.dsn(OWNER, name))
        for version in sorted((MIGRATIONS / "versions").glob("[0-9]*.py")):
            number = version.name[:4]
            statements.clear()
            command.upgrade(Config(MIGRATIONS / "alembic.ini"), number)
            own = [each for each in statements if CHANGES.match(each) and "alembic_version" not in each]
            files = [file.read_text() for file in sorted((MIGRATIONS / "sql").glob(f"{number}_*.sql"))]
            sent[number] = ";\n".join([*own, *files])
    event.remove(Engine, "before_cursor_execute", noted)
    return sent


def test_no_migration_holds_up_those_who_work(migrated: dict[str, str]) -> None:
    assert len(migrated) >= 2
    assert "create table" in migrated["0001"].lower()
    assert "row level security" in migrated["0002"].lower()
    # The first makes tables that are empty: nobody waits for it, and what it may be advised against is taste.
    assert all(re.search(r"warning: prefer-", found) for found in squawk(migrated.pop("0001")))
    for number, statements in migrated.items():
        assert squawk(statements) == [], number


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("alter table cases add column vergeten text not null", "adding-required-field"),
        ("create index vergeten on cases (step)", "require-concurrent-index-creation"),
        ("alter table cases alter column step type varchar(10)", "changing-column-type"),
        ("alter table cases drop column step", "ban-drop-column"),
    ],
)
def test_one_that_does_is_noticed(statement: str, rule: str) -> None:
    assert any(rule in found for found in squawk(statement))


def answered(**packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": [{"name": name, **told} for name, told in packages.items()], "fixes": []})


def test_the_audit_is_green_only_when_every_package_was_asked_for() -> None:
    asked = {"een": "1.0", "twee": "2.0"}
    sound: dict[str, object] = {"vulns": []}
    spoilt: dict[str, object] = {"vulns": [{"id": "PYSEC-0", "fix_versions": ["1.1"]}]}
    passed: dict[str, object] = {"skip_reason": "not found"}
    for text, outcome in (
        (answered(een=sound, twee=sound), audit.CLEAN),
        (answered(een=spoilt, twee=sound), audit.FOUND),
        (answered(een=spoilt, twee=passed), audit.FOUND),
        (answered(een=sound, twee=passed), audit.NOT_RUN),
        (answered(een=sound), audit.NOT_RUN),
        (answered(), audit.NOT_RUN),
        ("", audit.NOT_RUN),
        ("[]", audit.NOT_RUN),
        ("null", audit.NOT_RUN),
    ):
        found, lines = audit.verdict(asked, text)
        assert found == outcome, text
        assert lines[0].startswith("not run: ") == (outcome == audit.NOT_RUN)
    assert "PYSEC-0, mended in 1.1" in audit.verdict(asked, answered(een=spoilt, twee=sound))[1][0]


def test_the_audit_reads_every_pin_of_every_lock() -> None:
    assert {lock.name for lock in audit.LOCKS} >= {"app.lock", "dev.lock", "uv.lock"}
    for lock in audit.LOCKS:
        assert len(audit.pins(lock)) == len(re.findall(r"^[^\s#].*==", lock.read_text(), re.MULTILINE))


def test_the_bill_of_materials_is_valid_and_whole(tmp_path: Path) -> None:
    """cyclonedx-py holds what it writes against the schema itself, and ends with an error otherwise."""
    recipe = re.findall(r"^\t@(\$\(PY\) -m cyclonedx_py .*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert len(recipe) == 1
    words = recipe[0].replace("$(PY)", sys.executable).replace("sbom.json", str(tmp_path / "sbom.json")).split()
    assert "--validate" in words
    written = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own recipe
    assert written.returncode == 0, written.stderr
    bill = json.loads((tmp_path / "sbom.json").read_text())
    assert bill["bomFormat"] == "CycloneDX"
    named = {each["name"]: each["version"] for each in bill["components"]}
    assert named == audit.pins(ROOT / "requirements" / "app.lock")
    assert all(each["externalReferences"][0]["hashes"] for each in bill["components"])
