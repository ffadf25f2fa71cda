"""Cases to another version of their route, as the owner of the tables: portions that are looked at, moved, put back.

Plain statements over a portion of cases at a time, never one a case. Who calls holds the transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from app.db.facts import FACTS
from app.domain.ids import new_id
from app.workflow.versions import KINDS, InUse

Connection = psycopg.Connection[DictRow]

MOVED, PUT_BACK = "versie_overgezet", "versie_teruggezet"
"""What the history of a case calls it; no route has transitions of these names."""
CLIENT, ACTION, ROLE = "migrate-cases", "case.migrate", "beheerder"


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as it stands: its facts as `app_case_facts` tells them, and every word of its version that it uses."""

    case_id: UUID
    sequence: int
    facts: dict[str, Any]
    in_use: InUse


@dataclass(frozen=True, slots=True)
class Move:
    """What becomes of one case. `was` is what it takes to put it back."""

    case_id: UUID
    from_step: str
    to_step: str
    regie: str | None
    was: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Moved:
    """A case of a batch that was moved and not put back: how it was, and where the move stands in its history."""

    case_id: UUID
    sequence: int
    was: dict[str, Any]


def alone(connection: Connection, route: str) -> bool:
    """Whether nobody else moves cases of this route now; it stays so until the connection ends."""
    row = connection.execute(
        "select pg_try_advisory_lock(hashtextextended('migrate-cases:' || %s, 0)) as mine", (route,)
    ).fetchone()
    return bool(row and row["mine"])


def count(connection: Connection, route: str, version: int) -> int:
    """How many cases are on a version."""
    statement = "select count(*) as n from cases where route = %s and route_version = %s"
    row = connection.execute(statement, (route, version)).fetchone()
    return int(row["n"]) if row else 0


def unfinished(connection: Connection, route: str, old: int, new: int, renaming: Mapping[str, Any]) -> UUID | None:
    """A batch of the same kind that was broken off: it is gone on with."""
    row = connection.execute(
        "select id from case_migrations where route = %s and from_version = %s and to_version = %s and renaming = %s"
        " and finished_at is null and undone_at is null",
        (route, old, new, Jsonb(renaming)),
    ).fetchone()
    return row["id"] if row else None


def begin(connection: Connection, route: str, old: int, new: int, renaming: Mapping[str, Any], reason: str) -> UUID:
    """A new batch."""
    batch = new_id()
    connection.execute(
        "insert into case_migrations (id, route, from_version, to_version, renaming, reason)"
        " values (%s, %s, %s, %s, %s, %s)",
        (batch, route, old, new, Jsonb(renaming), reason),
    )
    return batch


def finish(connection: Connection, batch: UUID) -> None:
    """Every case of the version was looked at."""
    connection.execute("update case_migrations set finished_at = now() where id = %s", (batch,))


def batch_of(connection: Connection, batch: UUID) -> DictRow | None:
    """A batch: route, from_version, to_version."""
    statement = "select route, from_version, to_version from case_migrations where id = %s"
    return connection.execute(statement, (batch,)).fetchone()


def portion(connection: Connection, route: str, version: int, after: UUID | None, size: int) -> list[Standing]:
    """The next cases on a version, in the order of their ids, under lock until the transaction ends."""
    locked = connection.execute(
        "select id from cases where route = %s and route_version = %s and (%s::uuid is null or id > %s)"
        " order by id limit %s for update",
        (route, version, after, after, size),
    ).fetchall()
    return standing(connection, [row["id"] for row in locked])


def standing(connection: Connection, cases: Sequence[UUID]) -> list[Standing]:
    """How these cases stand."""
    # The facts are told of the cases that the caller sees; the owner of the tables sees these.
    connection.execute("select set_config('app.sees', %s, true)", (",".join(map(str, cases)),))
    rows = connection.execute(
        f"select c.id, c.last_sequence, {FACTS.format(id='c.id')} as facts,"
        " (select jsonb_agg(distinct jsonb_build_array(x.kind, x.outcome)) from assessments x where x.case_id = c.id)"
        " as outcomes, (select array_agg(distinct x.kind) from notes x where x.case_id = c.id) as notes,"
        " (select array_agg(distinct x.kind) from meetings x where x.case_id = c.id) as meetings,"
        " (select array_agg(distinct x.kind) from plans x where x.case_id = c.id) as plans,"
        " (select array_agg(distinct x.regie) from plans x where x.case_id = c.id and x.regie is not null) as sides,"
        " (select jsonb_agg(distinct jsonb_build_array(x.kind, x.addressed_to)) from escalations x"
        "   where x.case_id = c.id and x.resolved_at is null) as escalations"
        " from cases c where c.id = any(%s) order by c.id",
        (list(cases),),
    ).fetchall()
    return [
        Standing(
            row["id"],
            row["last_sequence"],
            row["facts"],
            InUse(
                outcomes=frozenset((kind, outcome) for kind, outcome in row["outcomes"] or ()),
                notes=frozenset(row["notes"] or ()),
                meetings=frozenset(row["meetings"] or ()),
                plans=frozenset(row["plans"] or ()),
                plan_sides=frozenset(row["sides"] or ()),
                escalations=frozenset((kind, addressee) for kind, addressee in row["escalations"] or ()),
            ),
        )
        for row in rows
    ]


def renamed(connection: Connection, cases: Sequence[UUID], words: Mapping[str, Mapping[str, str]]) -> dict[UUID, Any]:
    """Give what these cases hold its new words; answered is, by case, table and row, the old word of what changed.

    Both words stay codes of the route; no sentence that anybody wrote is touched.
    """
    was: dict[UUID, dict[str, dict[str, str]]] = {}
    columns = {**dict.fromkeys(KINDS, "kind"), "regie": "regie"}
    for table, changes in words.items():
        if table not in columns or not changes:
            continue
        place, column = ("plans" if table == "regie" else table), columns[table]
        those = f"case_id = any(%s) and {column} = any(%s)"
        found = connection.execute(
            f"select id, case_id, {column} as word from {place} where {those}".encode(), (list(cases), list(changes))
        ).fetchall()
        for row in found:
            was.setdefault(row["case_id"], {}).setdefault(table, {})[str(row["id"])] = row["word"]
        connection.execute(
            f"update {place} set {column} = %s::jsonb ->> {column} where {those}".encode(),
            (Jsonb(changes), list(cases), list(changes)),
        )
    return was


def added(connection: Connection, moved: Sequence[Moved]) -> dict[UUID, list[str]]:
    """By case the words of its findings, conversations, meetings and plans, but for those that the move renamed."""
    renamed_rows = [row for each in moved for words in each.was["renamed"].values() for row in words]
    every = " union ".join(f"select case_id, kind, id from {table} where case_id = any(%(cases)s)" for table in KINDS)
    rows = connection.execute(
        f"select case_id, array_agg(distinct kind order by kind) as words from ({every}) x"
        " where not id = any(%(renamed)s::uuid[]) group by case_id".encode(),
        {"cases": [each.case_id for each in moved], "renamed": renamed_rows},
    ).fetchall()
    return {row["case_id"]: row["words"] for row in rows}


def restored(connection: Connection, was: Iterable[Mapping[str, Mapping[str, str]]]) -> None:
    """Give these rows their old words back."""
    rows: dict[str, dict[str, str]] = {}
    for one in was:
        for table, words in one.items():
            rows.setdefault(table, {}).update(words)
    for table, words in rows.items():
        place, column = ("plans", "regie") if table == "regie" else (table, "kind")
        connection.execute(
            f"update {place} x set {column} = w.value from jsonb_each_text(%s) w where x.id = w.key::uuid".encode(),
            (Jsonb(words),),
        )


def move(connection: Connection, batch: UUID, version: int, reason: str, moves: Sequence[Move], *, back: bool) -> None:
    """Put cases on a version, and record it: in their history, in their log, and for the outside.

    `back`: they return to where they were, and count as put back.
    """
    if not moves:
        return
    values = {
        "batch": batch,
        "version": version,
        "reason": reason,
        "transition": PUT_BACK if back else MOVED,
        "client": CLIENT,
        "action": ACTION,
        "role": ROLE,
        "cases": [each.case_id for each in moves],
        "from": [each.from_step for each in moves],
        "to": [each.to_step for each in moves],
        "regie": [each.regie for each in moves],
        "ids": [new_id() for _ in moves],
        "audit": [new_id() for _ in moves],
        "outbox": [new_id() for _ in moves],
        "was": [Jsonb(each.was) for each in moves],
    }
    connection.execute(
        "with one as (select * from unnest(%(cases)s::uuid[], %(from)s::text[], %(to)s::text[], %(regie)s::text[],"
        "   %(ids)s::uuid[]) as u (case_id, from_step, to_step, regie, id)),"
        " moved as (update cases c set route_version = %(version)s, step = one.to_step, regie = one.regie,"
        "   last_sequence = c.last_sequence + 1 from one where c.id = one.case_id returning c.id, c.last_sequence)"
        " insert into transitions (id, case_id, sequence, transition, from_step, to_step, explanation, performed_by,"
        " role) select one.id, one.case_id, moved.last_sequence, %(transition)s, one.from_step, one.to_step,"
        " %(reason)s, %(batch)s, %(role)s from one join moved on moved.id = one.case_id",
        values,
    )
    connection.execute(
        "insert into audit_events (id, actor_role, client_id, action, object_type, object_id, case_id, data_categories,"
        " outcome, status) select u.id, %(role)s, %(client)s, %(action)s, 'case', u.case_id, u.case_id, '{proces}',"
        " 'toegestaan', 200 from unnest(%(audit)s::uuid[], %(cases)s::uuid[]) as u (id, case_id)",
        values,
    )
    connection.execute(
        "insert into outbox (id, type, case_id, object_id, data) select u.id, 'case.migrated', u.case_id, u.object_id,"
        " jsonb_build_object('version', %(version)s::text, 'step', u.step)"
        " from unnest(%(outbox)s::uuid[], %(cases)s::uuid[], %(ids)s::uuid[], %(to)s::text[])"
        " as u (id, case_id, object_id, step)",
        values,
    )
    if back:
        connection.execute(
            "update migrated_cases set undone_at = now() where batch_id = %(batch)s and case_id = any(%(cases)s)",
            values,
        )
        return
    connection.execute(
        "insert into migrated_cases (batch_id, case_id, sequence, was) select %(batch)s, c.id, c.last_sequence, u.was"
        " from unnest(%(cases)s::uuid[], %(was)s::jsonb[]) as u (case_id, was) join cases c on c.id = u.case_id",
        values,
    )


def moved_by(connection: Connection, batch: UUID, after: UUID | None, size: int) -> list[Moved]:
    """The next cases that a batch moved and nobody put back, in the order of their ids, under lock."""
    rows = connection.execute(
        "select m.case_id, m.sequence, m.was from migrated_cases m join cases c on c.id = m.case_id"
        " where m.batch_id = %s and m.undone_at is null and (%s::uuid is null or m.case_id > %s)"
        " order by m.case_id limit %s for update of c",
        (batch, after, after, size),
    ).fetchall()
    return [Moved(row["case_id"], row["sequence"], row["was"]) for row in rows]


def to_put_back(connection: Connection, batch: UUID) -> int:
    """How many cases of a batch stand where it brought them."""
    row = connection.execute(
        "select count(*) as n from migrated_cases where batch_id = %s and undone_at is null", (batch,)
    ).fetchone()
    return int(row["n"]) if row else 0


def undo(connection: Connection, batch: UUID) -> None:
    """From now on this batch is put back, and never gone on with."""
    connection.execute("update case_migrations set undone_at = coalesce(undone_at, now()) where id = %s", (batch,))
