"""The transaction: who asks is told to the database first, and the commit comes before any answer leaves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import pq
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout
from sqlalchemy import bindparam, insert
from sqlalchemy.dialects.postgresql import psycopg as dialect
from sqlmodel import SQLModel

from app.domain import policy
from app.domain.actors import Actor, OrganisationKind, PersonKind, Subject
from app.domain.errors import Conflict

# A statement that hangs would keep its locks: the database itself ends it. Times go out in UTC.
_OPTIONS = (
    "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c TimeZone=UTC -c jit=off"
)

Row = dict[str, Any]


class DatabaseUnavailable(Exception):  # noqa: N818 — an outage, told as 503, not a mistake of ours
    """The database cannot be reached now. Nothing was done; trying again later is safe."""


@lru_cache(maxsize=64)
def _insert_statement(table: type[SQLModel]) -> tuple[str, tuple[str, ...]]:
    """INSERT for one table, rendered once by SQLAlchemy; columns that the database fills are left to it."""
    columns = [
        column.name
        for column in table.__table__.columns  # type: ignore[attr-defined]  # SQLModel adds it on table=True
        if column.server_default is None and column.identity is None
    ]
    columns += [name for name in _WITH_DEFAULT if name in table.model_fields]
    statement = insert(table).values({name: bindparam(name) for name in columns})
    psycopg_dialect = dialect.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    return str(statement.compile(dialect=psycopg_dialect)), tuple(columns)


# These have a default in the database too, but the model always carries a value for them.
_WITH_DEFAULT = ("functions", "with_whom", "data_categories", "parties", "data")


class Session:
    """One transaction of one caller."""

    def __init__(self, connection: psycopg.AsyncConnection[Row], actor: Actor | None, subject: Subject) -> None:
        self._connection = connection
        self._actor = actor
        self.subject = subject

    @property
    def actor(self) -> Actor:
        """The person who asks. Raises LookupError for a login that is bound to nobody."""
        if self._actor is None:
            raise LookupError
        return self._actor

    @property
    def bound(self) -> bool:
        """Whether the login is bound to a person of ours, at the organisation that the token names."""
        return self._actor is not None

    async def rows(self, statement: str, **parameters: object) -> list[Row]:
        """Every row of a statement."""
        cursor = await self._connection.execute(statement.encode(), parameters)
        return await cursor.fetchall()

    async def row(self, statement: str, **parameters: object) -> Row | None:
        """The first row, or None."""
        cursor = await self._connection.execute(statement.encode(), parameters)
        return await cursor.fetchone()

    async def run(self, statement: str, **parameters: object) -> int:
        """A statement without an answer; how many rows it touched."""
        cursor = await self._connection.execute(statement.encode(), parameters)
        return cursor.rowcount

    async def insert(self, *rows: SQLModel) -> None:
        """Insert new rows, in one round trip for all."""
        async with self._connection.pipeline():
            for row in rows:
                statement, columns = _insert_statement(type(row))
                values = {name: _adapted(getattr(row, name)) for name in columns}
                await self._connection.execute(statement.encode(), values)


def _adapted(value: object) -> object:
    return Jsonb(value) if isinstance(value, dict) else value


class Database:
    """The pool of one process."""

    def __init__(self, address: str, *, size: int) -> None:
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[Row]] = AsyncConnectionPool(
            address,
            min_size=1,
            max_size=size,
            open=False,
            timeout=3,
            # A network that swallows what is sent ends a connection after 10 seconds, not after a quarter of an hour.
            kwargs={"row_factory": dict_row, "options": _OPTIONS, "connect_timeout": 3, "tcp_user_timeout": 10_000},
            reconnect_timeout=2,
        )

    async def open(self) -> None:
        """Start the pool; the database may still be away, then requests get 503 until it is back."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Give every connection back, and wait no longer than this for one that is in use."""
        await self._pool.close(timeout=2)

    def stats(self) -> dict[str, int]:
        """What the pool counts of itself."""
        return self._pool.get_stats()

    async def migration(self) -> str:
        """The newest migration that the database has had, empty for none. Raises DatabaseUnavailable."""
        try:
            async with self._pool.connection(timeout=2) as connection:
                cursor = await connection.execute("select max(version_num) as newest from alembic_version")
                return str((await cursor.fetchall())[0]["newest"] or "")
        except psycopg.errors.UndefinedTable:
            return ""
        except (psycopg.OperationalError, PoolTimeout, PoolClosed) as error:
            raise DatabaseUnavailable from error

    @asynccontextmanager
    async def transaction(self, subject: Subject) -> AsyncIterator[Session]:
        """One transaction of this caller, committed when the block ends without an exception.

        Raises DatabaseUnavailable when the database is away or goes away, whatever the block was doing, and Conflict
        when another transaction wrote the same row first.
        """
        try:
            async with self._pool.connection() as connection:
                yield await _identified(connection, subject)
                # A failed statement whose error was swallowed would turn the commit into a silent rollback.
                if connection.info.transaction_status == pq.TransactionStatus.INERROR:
                    raise psycopg.errors.InFailedSqlTransaction
        except (PoolTimeout, PoolClosed, psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled) as error:
            raise DatabaseUnavailable from error
        except psycopg.errors.UniqueViolation:
            # Somebody made the same thing in between our look and our write.
            raise Conflict(
                "Iemand anders legde hetzelfde op dit moment vast. Kijk eerst hoe het nu is.",
                "Somebody else recorded the same at this moment. First see how it is now.",
                code="gelijktijdig",
            ) from None
        except psycopg.OperationalError as error:
            # Connections that died with the server are replaced before the next request meets them.
            await self._refresh()
            raise DatabaseUnavailable from error

    async def _refresh(self) -> None:
        try:
            await self._pool.check()
        except (psycopg.Error, PoolTimeout, PoolClosed):
            return


# For each kind of person: the compartments that the token's roles open to it; the database picks the one that fits.
def _compartments(subject: Subject) -> Jsonb:
    return Jsonb(
        {kind: ",".join(sorted(policy.compartments(policy.fitting(subject.roles, kind)))) for kind in PersonKind}
    )


async def _identified(connection: psycopg.AsyncConnection[Row], subject: Subject) -> Session:
    cursor = await connection.execute(
        "select person_id, person_kind, organisation_id, organisation_kind from app_identify(%s, %s, %s, %s)",
        (subject.issuer, subject.subject, subject.organisation, _compartments(subject)),
    )
    person = await cursor.fetchone()
    if person is None:
        return Session(connection, None, subject)
    kind = PersonKind(person["person_kind"])
    at = OrganisationKind(person["organisation_kind"]) if person["organisation_kind"] else None
    fitted = replace(subject, roles=policy.fitting(subject.roles, kind, at))
    return Session(connection, Actor(fitted, person["person_id"], kind, person["organisation_id"]), subject)
