"""Seals the audit, writes the heads of its chains outside the database, and proves afterwards that nothing was touched.

The worker seals what was committed, in portions; no request waits on it. A row is sealed when no transaction that
could still add one before it is open (`pg_snapshot_xmin`), so writers are never locked and a late commit is never
passed over. One worker seals at a time: another that comes meanwhile does something else.
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from app.domain.audit_chain import APART, FIRST, OF_NOBODY, chain_of, hash_of, seal_of
from app.domain.ids import new_id
from app.integrations.audit_heads import Head, Ledger, Signer

Connection = psycopg.AsyncConnection[Any]
Row = dict[str, Any]

PORTION = 1000
"""Rows sealed in one transaction."""

APART_EVERY = timedelta(hours=1)
"""The log of the Meldcode gets a seal each hour, also without rows: its seals do not tell whether there were any."""

_TURN = "select pg_try_advisory_xact_lock(hashtextextended('audit:' || %s, 0)) as mine"


_SEALED = "exists (select from audit_links l where l.event_id = e.id)"


@dataclass(frozen=True, slots=True)
class Portion:
    """The next rows of the audit for a duty, in the order in which their transactions began to write."""

    rows: list[Row]
    more: bool


async def next_portion(
    connection: Connection,
    duty: str,
    unless: str = "false",
    size: int = PORTION,
    log: Literal["audit_events", "meldcode_events"] = "audit_events",
) -> Portion | None:
    """The next rows of this log for this duty; they count as done when the transaction commits. None: not our turn.

    `unless` is a condition of ours on the row `e` that leaves it out: what was done before. The position holds by the
    numbers of transactions. After a restore into another database these may have begun again, lower: then the whole
    audit is gone through once more, and `unless` keeps what was done from being done twice.
    """
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_TURN, (duty,))
        turn = await cursor.fetchone()
        if turn is None or not turn["mine"]:
            return None
        await cursor.execute(
            "insert into audit_positions (duty, written_in, event_id) values (%s, 0, %s) on conflict do nothing",
            (duty, OF_NOBODY),
        )
        # Rows of transactions before `settled` are all there, or never will be.
        await cursor.execute(
            "select p.written_in, p.event_id, p.rescan, pg_snapshot_xmin(s)::text::bigint as settled,"
            " pg_snapshot_xmax(s)::text::bigint as begun from audit_positions p, pg_current_snapshot() s"
            " where p.duty = %s",
            (duty,),
        )
        position = await cursor.fetchone()
        if position is None:  # it was put there above
            raise LookupError
        if position["begun"] < position["written_in"]:
            position |= {"written_in": 0, "event_id": OF_NOBODY, "rescan": True}
        await cursor.execute(
            f"select e.* from {log} e where (e.written_in, e.id) > (%(written_in)s, %(event_id)s)"
            " and (e.written_in < %(settled)s or %(rescan)s and e.written_in >= %(begun)s)"
            f" and not ({unless}) order by e.written_in, e.id limit %(size)s",
            {**position, "size": size},
        )
        rows = await cursor.fetchall()
        more = len(rows) == size
        reached = (rows[-1]["written_in"], rows[-1]["id"]) if more else (position["settled"], OF_NOBODY)
        await cursor.execute(
            "update audit_positions set written_in = %s, event_id = %s, rescan = %s where duty = %s",
            (*reached, position["rescan"] and more, duty),
        )
    return Portion(rows, more)


async def seal(connection: Connection) -> bool:
    """Seals the next rows of the audit, each in the chain of its organisation; True when more wait."""
    portion = await next_portion(connection, "seal", _SEALED, PORTION)
    if portion is None or not portion.rows:
        return False
    by_chain: dict[UUID, list[tuple[UUID, bytes]]] = defaultdict(list)
    for row in portion.rows:
        by_chain[chain_of(row["organisation_id"])].append((row["id"], hash_of(row)))
    await _seal_in(connection, by_chain)
    return portion.more


async def seal_apart(connection: Connection, every: timedelta = APART_EVERY) -> bool:
    """Seals what came to the log of the Meldcode in the last hour, if anything did, in a chain of its own.

    One chain for all organisations, a seal each hour, and first in each a random link: its number, its hours and its
    hashes are the same to look at whether there was anything or nothing (docs/adr/0180).
    """
    duty = "seal-apart"
    found = await connection.execute(
        f"{_TURN}, (select max(sealed_at) > clock_timestamp() - %s from audit_seals where chain = %s) as recent",
        (duty, every, APART),
    )
    mine, recent = await found.fetchone() or (False, False)
    if not mine or recent:
        return False
    portion = await next_portion(connection, duty, _SEALED, PORTION, "meldcode_events")
    if portion is None:  # it was our turn above
        return False
    rows = [(new_id(), secrets.token_bytes(32)), *((row["id"], hash_of(row)) for row in portion.rows)]
    await _seal_in(connection, {APART: rows})
    return False


async def _seal_in(connection: Connection, by_chain: Mapping[UUID, Sequence[tuple[UUID, bytes]]]) -> None:
    """One more seal for each of these chains, over these rows."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            "select clock_timestamp() as now, c.chain, c.number, c.hash from (select 1) x left join audit_chains c"
            " on c.chain = any (%s)",
            (list(by_chain),),
        )
        found = await cursor.fetchall()
        now = found[0]["now"]
        heads = {each["chain"]: (each["number"], each["hash"]) for each in found}
        seals, links = [], []
        for chain, rows in by_chain.items():
            number, previous = heads.get(chain, (0, FIRST))
            number += 1
            seals.append((chain, number, previous, seal_of(chain, number, previous, now, rows), len(rows), now))
            links += [(chain, number, place, *each) for place, each in enumerate(rows, 1)]
        await cursor.execute(
            "insert into audit_links (chain, number, place, event_id, hash)"
            " select * from unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::uuid[], %s::bytea[])",
            [list(column) for column in zip(*links, strict=True)],
        )
        await cursor.execute(
            "with sealed as (insert into audit_seals (chain, number, previous, hash, size, sealed_at) select * from"
            "  unnest(%s::uuid[], %s::bigint[], %s::bytea[], %s::bytea[], %s::bigint[], %s::timestamptz[])"
            "  returning chain, number, hash)"
            " insert into audit_chains (chain, number, hash) select * from sealed"
            " on conflict (chain) do update set number = excluded.number, hash = excluded.hash",
            [list(column) for column in zip(*seals, strict=True)],
        )


def writing_heads(ledger: Ledger, signer: Signer, *, every: int = 300) -> Callable[[Connection], Awaitable[bool]]:
    """The duty that writes the head of each chain outside, signed, at most once in so many seconds for each.

    The seal is committed before its head is written: a head outside never stands before a seal that was not made. Who
    breaks off in between writes the same head again.
    """

    async def write_heads(connection: Connection) -> bool:
        async with connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(_TURN, ("heads",))
            turn = await cursor.fetchone()
            if turn is None or not turn["mine"]:
                return False
            await cursor.execute(
                "select c.chain, c.number, c.hash, s.sealed_at from audit_chains c"
                " join audit_seals s on s.chain = c.chain and s.number = c.number where c.number > c.written_number"
                " and (c.written_at is null or c.written_at <= clock_timestamp() - make_interval(secs => %s))"
                " order by c.chain limit %s",
                (every, PORTION),
            )
            heads = [Head(**row) for row in await cursor.fetchall()]
            if not heads:
                return False
            # Not within the turn of the loop: a disk or a store may take its time.
            await asyncio.to_thread(ledger.append, signer, heads)
            await cursor.execute(
                "update audit_chains c set written_number = w.number, written_at = clock_timestamp()"
                " from unnest(%s::uuid[], %s::bigint[]) as w (chain, number) where c.chain = w.chain",
                ([each.chain for each in heads], [each.number for each in heads]),
            )
            return len(heads) == PORTION

    return write_heads
