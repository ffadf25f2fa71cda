"""What must be right with the database before a process begins: who we are there, its migrations, its room."""

from dataclasses import dataclass, field

import psycopg

from app.db.migrations import is_behind, needed

SERVICE = "ondersteuningsroute_api"
WORKER = "ondersteuningsroute_worker"
"""As whom each process connects (app/db/roles.sql)."""

_SPARE = 5
"""Connections left for the worker, for migrations, and for somebody who looks."""

_FULL = ("connection slots", "too many connections")
"""What PostgreSQL says, in English, when it has no room: for everybody, for this role, for this database."""


@dataclass(slots=True)
class Findings:
    """In Dutch, for the operator; no address and no value of a setting."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def inspect(address: str, *, role: str, connections: int) -> Findings:
    """Looks once, as the role of the address, for a process group that opens so many connections at most.

    `role` is the one that the processes should have: SERVICE or WORKER. Another that may do the same is as good.
    """
    found = Findings()
    try:
        with psycopg.connect(address, connect_timeout=5, options="-c statement_timeout=5s") as connection:
            _look(connection, role, connections, found)
    except psycopg.OperationalError as fault:  # its text repeats the address
        if _refused(fault):
            found.faults.append(
                "De database weigert deze aanmelding of deze naam van een database:"
                " kijk in DATABASE_URL rol, wachtwoord en naam na."
            )
        else:
            found.warnings.append("De database antwoordt nu niet: rol, migraties en verbindingen zijn niet nagekeken.")
    return found


def _refused(fault: psycopg.OperationalError) -> bool:
    """Whether a database answered and does not want us; trying again would not help.

    The driver knows no code of it: only that the conversation came as far as the password. A database that is full
    says so after the password, and is an outage.
    """
    met = fault.pgconn
    if met is None or any(words in str(fault) for words in _FULL):
        return False
    return bool(met.used_password)


def _look(connection: psycopg.Connection, role: str, connections: int, found: Findings) -> None:
    cursor = connection.execute(
        "select rolsuper or rolbypassrls,"
        " exists (select from pg_class where relname = 'cases' and pg_has_role(relowner, 'member')),"
        " to_regclass('alembic_version') is not null,"
        " has_table_privilege(to_regclass('alembic_version'), 'select'),"
        " has_table_privilege(to_regclass('cases'), 'insert'),"
        " has_column_privilege(to_regclass('outbox'), 'delivered_at', 'update'),"
        " current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
        " - current_setting('reserved_connections')::int"
        " from pg_roles where rolname = current_user"
    )
    ((unbound, owns, migrated, reads, opens_cases, delivers, room),) = cursor.fetchall()
    if unbound or owns:
        found.faults.append(
            "DATABASE_URL noemt een eigenaar of superuser: die loopt langs de afscherming van dossiers."
            " Neem de rol van het proces zelf."
        )
    if {SERVICE: opens_cases, WORKER: delivers}[role] is False:  # None: there is no such table yet
        found.faults.append(f"De rol in DATABASE_URL mag niet doen wat dit proces doet. Neem de rol {role}.")
    else:
        newest = connection.execute("select max(version_num) from alembic_version").fetchone() if reads else None
        # What the role may not read yet is older than the migration that lets it.
        otherwise = "onbekend" if migrated and not reads else "niets"
        _compare(str(newest[0]) if newest and newest[0] else "", otherwise, found)
    if connections + _SPARE > room:
        found.warnings.append(
            f"POOL_SIZE maal het aantal processen is {connections}; met {_SPARE} voor de rest past dat niet in de"
            f" {room} verbindingen die de database toelaat (max_connections)."
        )


def _compare(applied: str, otherwise: str, found: Findings) -> None:
    if is_behind(applied):
        found.faults.append(
            f"De database mist migraties: zij is op {applied or otherwise}, nodig is {needed()}."
            " Draai eerst: ondersteuningsroute migrate"
        )
    elif applied != needed():
        found.faults.append(
            f"De database is verder ({applied}) dan deze versie van de service kent ({needed()})."
            " Zet de versie neer die daarbij hoort, of een nieuwere."
        )
