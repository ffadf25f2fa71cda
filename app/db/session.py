"""The transaction: who asks is told to the database first, and the commit comes before any answer leaves.

A read is one round trip: who asks, the one statement (which records itself) and the commit travel together. A write
has its first trip for who asks and its last for what is only recorded and the commit.
"""

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import AsyncRawCursor, generators, pq
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout
from sqlalchemy import bindparam, insert
from sqlalchemy.dialects.postgresql import psycopg as dialect
from sqlmodel import SQLModel

from app.db import answers, reach
from app.db.answers import ANSWERING, Answer
from app.domain import policy
from app.domain.actors import Actor, OrganisationKind, PersonKind, Subject
from app.domain.errors import Conflict, Refusal
from app.domain.ids import new_id

# A statement that hangs would keep its locks: the database itself ends it. Times go out in UTC. A plan is made once a
# connection and holds for every value: planning our statements takes longer than running them.
_OPTIONS = (
    "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c TimeZone=UTC -c jit=off"
    " -c plan_cache_mode=force_generic_plan"
)

# Seconds for one transaction: a database that hangs altogether keeps no time limit of its own.
LONGEST = 20.0

# Seconds until the last answer of another process has left: a connection that has asked nothing for so long holds none.
_LONGEST_UNDER_WAY = (
    "select greatest(0, coalesce(max(case when state = 'idle' then %(within)s::float"
    " - extract(epoch from clock_timestamp() - state_change) else %(within)s::float end), 0)) as rest"
    " from pg_stat_activity where datname = current_database() and usename = current_user"
    " and application_name <> %(name)s"
)

Row = dict[str, Any]


class DatabaseUnavailable(Exception):  # noqa: N818 — an outage, told as 503, not a mistake of ours
    """The database cannot be reached now. If it went away during the commit, nobody knows whether that was done."""


def insertion(table: type[SQLModel], *columns: str) -> str:
    """INSERT of one row for a table, with its values as %(column)s; rendered by SQLAlchemy, which knows the types."""
    statement = insert(table).values({name: bindparam(name) for name in columns})
    return str(statement.compile(dialect=dialect.dialect()))  # type: ignore[no-untyped-call]  # SQLAlchemy's own gap


@lru_cache(maxsize=64)
def _insert_statement(table: type[SQLModel]) -> tuple[str, tuple[str, ...]]:
    """INSERT for one table, rendered once; columns that the database fills are left to it."""
    columns = [
        column.name
        for column in table.__table__.columns  # type: ignore[attr-defined]  # SQLModel adds it on table=True
        if column.server_default is None and column.identity is None
    ]
    columns += [name for name in _WITH_DEFAULT if name in table.model_fields]
    return insertion(table, *columns), tuple(columns)


# These have a default in the database too, but the model always carries a value for them.
_WITH_DEFAULT = (
    "functions",
    "with_whom",
    "data_categories",
    "parties",
    "data",
    "subjects",
    "without_recipients",
    "without_categories",
)


@dataclass(frozen=True, slots=True)
class Query:
    """A statement of ours and its values; they stand in it as %(name)s."""

    statement: str
    parameters: Mapping[str, object]


@lru_cache(maxsize=4096)
def _numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement as PostgreSQL knows it, $1 for each name, made once: the driver would read all its text each time."""
    names: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        name = match[1]
        return "%" if name is None else f"${names.setdefault(name, len(names) + 1)}"

    return re.sub(r"%(?:\((\w+)\)s|%)", number, statement).encode(), tuple(names)


_Connection = psycopg.AsyncConnection[Row]


async def _send(connection: _Connection, statement: str, parameters: Mapping[str, object]) -> psycopg.AsyncCursor[Row]:
    text, names = _numbered(statement)
    return await connection.execute(text, [parameters[name] for name in names])


async def _fetched(cursor: psycopg.AsyncCursor[Row]) -> list[Row]:
    return await cursor.fetchall() if cursor.description is not None else []


class Session:
    """One transaction of one caller."""

    def __init__(self, connection: _Connection, actor: Actor | None, subject: Subject) -> None:
        self._connection = connection
        self._actor = actor
        self._last: list[Query] = []
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
        return await _fetched(await _send(self._connection, statement, parameters))

    async def row(self, statement: str, **parameters: object) -> Row | None:
        """The first row, or None."""
        return next(iter(await self.rows(statement, **parameters)), None)

    async def ask(self, *queries: Query) -> list[list[Row]]:
        """The rows of each query, in order, in one round trip for all."""
        async with self._connection.pipeline():
            cursors = [await _send(self._connection, query.statement, query.parameters) for query in queries]
        return [await _fetched(cursor) for cursor in cursors]

    async def run(self, statement: str, **parameters: object) -> int:
        """A statement without an answer; how many rows it touched."""
        return (await _send(self._connection, statement, parameters)).rowcount

    async def insert(self, *rows: SQLModel) -> None:
        """Insert new rows, in one round trip for all."""
        async with self._connection.pipeline():
            for row in rows:
                statement, columns = _insert_statement(type(row))
                await _send(self._connection, statement, {name: _adapted(getattr(row, name)) for name in columns})

    def keep(self, statement: str, values: Mapping[str, object]) -> None:
        """Leave a statement for the trip of the commit: what is recorded of this work and read by nobody in it."""
        self._last.append(Query(statement, values))

    async def commit(self) -> None:
        """What was kept, then the commit. A statement that failed and whose error was swallowed makes this fail too."""
        if self._connection.info.transaction_status == pq.TransactionStatus.INERROR:
            # The commit would be a silent rollback.
            raise psycopg.errors.InFailedSqlTransaction
        async with self._connection.pipeline():
            for query in self._last:
                await _send(self._connection, query.statement, query.parameters)
            await self._connection.execute("commit")


def _adapted(value: object) -> object:
    return Jsonb(value) if isinstance(value, dict) else value


class Database:
    """The pool of one process."""

    def __init__(self, address: str, *, size: int) -> None:
        # The answers of this process that hold something of the database; and its name beside other processes.
        self._under_way: set[Answer] = set()
        self._name = f"ondersteuningsroute-{new_id()}"
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[Row]] = AsyncConnectionPool(
            address,
            min_size=1,
            max_size=size,
            open=False,
            timeout=3,
            kwargs={
                "row_factory": dict_row,
                "cursor_factory": AsyncRawCursor,
                "options": _OPTIONS,
                "application_name": self._name,
                "connect_timeout": 3,
                # A network that swallows what is sent ends a connection after 10 seconds, not a quarter of an hour.
                "tcp_user_timeout": 10_000,
                # Begin and commit are sent by us, with what belongs to them in the same trip.
                "autocommit": True,
                # Planning costs more than running here: every statement is prepared at its first use.
                "prepare_threshold": 0,
            },
            configure=_configured,
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
        except (psycopg.Error, PoolTimeout, PoolClosed) as error:  # also a role that may not ask
            raise DatabaseUnavailable from error

    @asynccontextmanager
    async def transaction(self, subject: Subject) -> AsyncIterator[Session]:
        """One transaction of this caller, committed when the block ends without an exception.

        Raises DatabaseUnavailable when the database is away or goes away, whatever the block was doing, and Conflict
        when another transaction wrote the same row first.
        """
        self._asks()
        async with self._connection() as connection:
            async with connection.pipeline():
                await connection.execute("begin")
                identified = await _identify(connection, subject)
            session = Session(connection, _actor(await identified.fetchone(), subject), subject)
            yield session
            await session.commit()

    async def ask(self, subject: Subject, query: Query) -> tuple[Actor | None, list[Row]]:
        """Who asks, and what the query answers to him or her: one transaction in one round trip, committed.

        For a login bound to nobody the walls let nothing through. Raises as `transaction`.
        """
        async with self._connection() as connection:
            # From here on, not while it waited for a connection: what the statement sees is no older.
            self._asks()
            async with connection.pipeline():
                await connection.execute("begin")
                identified = await _identify(connection, subject)
                answered = await _send(connection, query.statement, query.parameters)
                await connection.execute("commit")
            return _actor(await identified.fetchone(), subject), await _fetched(answered)

    def _asks(self) -> None:
        if (answer := ANSWERING.get()) is not None:
            answer.asks(self._under_way)

    async def settled(self) -> None:
        """After this no answer leaves, of any process, that was asked for before it was called (ADR 0126).

        For who takes a right away, once that is committed. Raises DatabaseUnavailable.
        """
        async with self._connection() as connection:
            cursor = await _send(connection, _LONGEST_UNDER_WAY, {"within": answers.within(), "name": self._name})
            rest = (await cursor.fetchall())[0]["rest"]
        await (ANSWERING.get() or Answer()).settled(self._under_way, float(rest))

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[_Connection]:
        """A connection of the pool; whatever is open on it when the block fails is rolled back."""
        late = False

        def end(connection: _Connection) -> None:
            nonlocal late
            late = True
            _cut(connection)

        try:
            async with self._pool.connection() as connection:
                deadline = asyncio.get_running_loop().call_later(LONGEST, end, connection)
                try:
                    yield connection
                except Refusal:
                    await _undone(connection)
                    raise
                finally:
                    deadline.cancel()
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
            # Not when it hangs: to look at those would hang too.
            if not late:
                await self._refresh()
            raise DatabaseUnavailable from error

    async def _refresh(self) -> None:
        try:
            await self._pool.check()
        except (psycopg.Error, PoolTimeout, PoolClosed):
            return


async def _configured(connection: _Connection) -> None:
    # One text for each statement and set of roles: more than the driver's default of a hundred.
    connection.prepared_max = 500


def _cut(connection: _Connection) -> None:
    """End the connection under whoever waits for its answer: to the driver it looks like a server that died."""
    # It may have ended by itself at this very moment.
    with suppress(OSError, psycopg.OperationalError), socket.socket(fileno=os.dup(connection.pgconn.socket)) as line:
        line.shutdown(socket.SHUT_RDWR)


async def _undone(connection: _Connection) -> None:
    """Roll back what a refusal leaves open, and keep the plans of the connection.

    The driver's own rollback forgets them all, because a change of the schema may be undone. We make none, and planning
    anew takes longer than most requests.
    """
    if connection.info.transaction_status == pq.TransactionStatus.INTRANS:
        connection.pgconn.send_query(b"rollback")
        await connection.wait(generators.execute(connection.pgconn))


async def _identify(connection: _Connection, subject: Subject) -> psycopg.AsyncCursor[Row]:
    return await connection.execute(
        b"select person_id, person_kind, organisation_id, organisation_kind from app_identify($1, $2, $3, $4::jsonb)",
        (subject.issuer, subject.subject, subject.organisation, reach.compartments(subject.roles)),
    )


def _actor(person: Row | None, subject: Subject) -> Actor | None:
    """The person whose login this is, with the roles of the token that fit; None for a login bound to nobody."""
    if person is None:
        return None
    kind = PersonKind(person["person_kind"])
    at = OrganisationKind(person["organisation_kind"]) if person["organisation_kind"] else None
    fitted = replace(subject, roles=policy.fitting(subject.roles, kind, at))
    return Actor(fitted, person["person_id"], kind, person["organisation_id"])
