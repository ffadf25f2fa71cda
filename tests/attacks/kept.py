"""What the database holds, as one value that differs as soon as anything in it does."""

import psycopg
from psycopg import sql

Kept = dict[str, tuple[int, int]]


async def everything(owner_dsn: str) -> Kept:
    """By table the number of rows and a sum over their whole content; of the audit all but the refusals."""
    connection = await psycopg.AsyncConnection.connect(owner_dsn, autocommit=True)
    async with connection:
        tables = await (
            await connection.execute("select tablename from pg_tables where schemaname = 'public' order by tablename")
        ).fetchall()
        found: Kept = {}
        for (table,) in tables:
            but = sql.SQL("where outcome <> 'geweigerd'" if table == "audit_events" else "")
            query = sql.SQL("select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) from {} t {}")
            row = await (await connection.execute(query.format(sql.Identifier(table), but))).fetchone()
            assert row is not None
            found[table] = (row[0], int(row[1]))
        return found
