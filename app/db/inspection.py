"""What must be right with the database before a process begins: who we are there, its migrations, its room."""

from dataclasses import dataclass, field

import psycopg

from app.db.migrations import is_behind, needed

_SPARE = 5
"""Connections left for the worker, for migrations, and for somebody who looks."""


@dataclass(slots=True)
class Findings:
    """In Dutch, for the operator; no address and no value of a setting."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def inspect(address: str, *, connections: int) -> Findings:
    """Looks once, as the role of the address, for a process group that opens so many connections at most."""
    found = Findings()
    try:
        with psycopg.connect(address, connect_timeout=5, options="-c statement_timeout=5s") as connection:
            _look(connection, connections, found)
    except psycopg.OperationalError:  # its text repeats the address
        found.warnings.append("De database antwoordt nu niet: rol, migraties en verbindingen zijn niet nagekeken.")
    return found


def _look(connection: psycopg.Connection, connections: int, found: Findings) -> None:
    cursor = connection.execute(
        "select rolsuper or rolbypassrls,"
        " exists (select from pg_class where relname = 'cases' and pg_has_role(relowner, 'member')),"
        " to_regclass('alembic_version') is not null,"
        " has_table_privilege(to_regclass('alembic_version'), 'select'),"
        " current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
        " - current_setting('reserved_connections')::int"
        " from pg_roles where rolname = current_user"
    )
    ((unbound, owns, migrated, reads, room),) = cursor.fetchall()
    if unbound or owns:
        found.faults.append(
            "DATABASE_URL noemt een eigenaar of superuser: die loopt langs de afscherming van dossiers."
            " Neem de rol van het proces zelf."
        )
    if reads or not migrated:  # the worker's role does not read what it does not need
        newest = connection.execute("select max(version_num) from alembic_version").fetchone() if migrated else None
        _compare(str(newest[0]) if newest and newest[0] else "", found)
    if connections + _SPARE > room:
        found.warnings.append(
            f"POOL_SIZE maal het aantal processen is {connections}; met {_SPARE} voor de rest past dat niet in de"
            f" {room} verbindingen die de database toelaat (max_connections)."
        )


def _compare(applied: str, found: Findings) -> None:
    if is_behind(applied):
        found.faults.append(
            f"De database mist migraties: zij is op {applied or 'niets'}, nodig is {needed()}."
            " Draai eerst: ondersteuningsroute migrate"
        )
    elif applied != needed():
        found.faults.append(
            f"De database is verder ({applied}) dan deze versie van de service kent ({needed()})."
            " Zet de versie neer die daarbij hoort, of een nieuwere."
        )
