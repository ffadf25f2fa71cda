"""What is checked before a process starts: who it is in the database, and whether they fit each other."""

import subprocess

import psycopg
import pytest

from app.db.inspection import SERVICE, WORKER, Findings, inspect
from app.db.migrations import needed
from tests.conftest import Database
from tests.house.test_settings import SOUND, command


def check(database: Database, name: str = "check-config", **settings: str) -> subprocess.CompletedProcess[str]:
    return command(name, **{**SOUND, "DATABASE_URL": database.api_dsn, **settings})


def changed(database: Database, statement: str) -> None:
    with psycopg.connect(database.owner_dsn) as owner:
        owner.execute(statement.encode())


def test_a_sound_configuration_can_start_and_what_is_doubtful_is_said(database: Database) -> None:
    # No slip of a name may pass in silence, and no stranger's variable may be in the way.
    checked = check(database, OIDC_ISUER="x", POOL_SIZE="100", DATABASE_PORT="tcp://10.0.0.1:5432")
    assert checked.returncode == 0, checked.stderr
    assert "De service kan starten." in checked.stdout
    assert "OIDC_ISUER is geen instelling; is OIDC_ISSUER bedoeld?" in checked.stderr
    assert "De OpenID-provider van OIDC_ISSUER geeft geen bruikbare sleutels." in checked.stderr
    assert "POOL_SIZE maal het aantal processen is 100" in checked.stderr
    assert "DATABASE_PORT" not in checked.stderr
    assert "Traceback" not in checked.stderr + checked.stdout


@pytest.mark.parametrize("name", ["serve", "worker", "check-config"])
def test_nothing_starts_as_the_owner_of_the_tables(database: Database, name: str) -> None:
    for address in (database.owner_dsn, database.cluster.dsn("postgres", database.name)):
        started = check(database, name, DATABASE_URL=address)
        assert started.returncode == 1
        assert "DATABASE_URL noemt een eigenaar of superuser" in started.stderr
        assert address not in started.stderr + started.stdout


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("update alembic_version set version_num = '0001'", f"zij is op 0001, nodig is {needed()}"),
        (
            "revoke select on alembic_version from public, ondersteuningsroute_api, ondersteuningsroute_worker",
            "onbekend",
        ),
        ("drop table alembic_version", f"zij is op niets, nodig is {needed()}"),
        ("update alembic_version set version_num = '9999'", "De database is verder (9999) dan deze versie"),
    ],
)
def test_code_and_schema_that_do_not_fit_do_not_start_and_the_remedy_is_said(
    database: Database, change: str, says: str
) -> None:
    changed(database, change)
    for address, role in ((database.api_dsn, SERVICE), (database.worker_dsn, WORKER)):
        found = inspect(address, role=role, connections=1)
        assert len(found.faults) == 1
        assert says in found.faults[0]
        assert ("ondersteuningsroute migrate" in found.faults[0]) == ("mist" in found.faults[0])


def test_serve_refuses_too_and_migrate_says_what_it_does_not_know(database: Database) -> None:
    changed(database, "update alembic_version set version_num = '9999'")
    started = check(database, "serve")
    assert started.returncode == 1
    assert "De database is verder (9999)" in started.stderr
    migrated = command("migrate", DATABASE_URL=database.owner_dsn)
    assert migrated.returncode == 1
    assert "De database is verder dan deze versie van de service." in migrated.stderr
    assert "Traceback" not in migrated.stderr + migrated.stdout


def test_the_processes_together_must_fit_in_the_database(database: Database) -> None:
    assert inspect(database.api_dsn, role=SERVICE, connections=1) == Findings()
    assert "max_connections" in inspect(database.api_dsn, role=SERVICE, connections=96).warnings[0]


OUTAGE = "De database antwoordt nu niet: rol, migraties en verbindingen zijn niet nagekeken."
REFUSED = "De database weigert deze aanmelding of deze naam van een database"


def test_a_database_that_is_away_or_full_is_an_outage_and_nothing_is_wrong(database: Database) -> None:
    closed = "postgresql://iemand:geheim@127.0.0.1:1/x"
    assert inspect(closed, role=SERVICE, connections=1) == Findings(warnings=[OUTAGE])
    changed(database, f'alter database "{database.name}" connection limit 0')
    assert inspect(database.api_dsn, role=SERVICE, connections=1) == Findings(warnings=[OUTAGE])


@pytest.mark.parametrize("name", ["serve", "worker", "check-config"])
def test_a_login_or_a_database_that_the_server_refuses_is_a_fault(database: Database, name: str) -> None:
    right = database.worker_dsn if name == "worker" else database.api_dsn
    password = psycopg.conninfo.conninfo_to_dict(right)["password"]
    wrong = {
        "password": right.replace(f":{password}@", ":zeer-geheim@"),
        "none given": right.replace(f":{password}@", "@"),
        "database": right.removesuffix(database.name) + "zeer-geheim",
    }
    for what, address in wrong.items():
        started = check(database, name, DATABASE_URL=address)
        assert (started.returncode, REFUSED in started.stderr) == (1, True), what
        assert "geheim" not in started.stderr + started.stdout
        assert "127.0.0.1" not in started.stderr + started.stdout


@pytest.mark.parametrize(("name", "role"), [("serve", SERVICE), ("worker", WORKER), ("check-config", SERVICE)])
def test_no_process_starts_as_the_role_of_another(database: Database, name: str, role: str) -> None:
    other = database.api_dsn if name == "worker" else database.worker_dsn
    started = check(database, name, DATABASE_URL=other)
    assert started.returncode == 1
    assert started.stderr == f"De rol in DATABASE_URL mag niet doen wat dit proces doet. Neem de rol {role}.\n" or (
        name == "check-config" and f"Neem de rol {role}.\n" in started.stderr  # after what it says of the provider
    )
    assert other not in started.stderr + started.stdout


def test_every_new_fault_is_named_without_its_value() -> None:
    started = command(
        "serve",
        **{
            **SOUND,
            "DATABASE_URL": "postgresql://iemand:zeer geheim@db.invalid:abc/x?geheim",
            "LOG_FORMAT": "geheim",
            "METRICS_PORT": "geheim",
            "STOP_DELAY": "-1",
            "STOP_GRACE": "9999",
        },
    )
    assert started.returncode == 1
    for name in ("DATABASE_URL", "LOG_FORMAT", "METRICS_PORT", "STOP_DELAY", "STOP_GRACE"):
        assert started.stderr.count(f"{name}: ") == 1, name
    assert "LOG_FORMAT: kies uit 'json' of 'text'\n" in started.stderr
    assert "geheim" not in started.stderr + started.stdout


def test_the_numbers_do_not_share_the_services_port() -> None:
    started = command("serve", "--port", "9465", "--workers", "2", **SOUND, METRICS_PORT="9464")
    assert started.returncode == 1
    assert "METRICS_PORT" in started.stderr
