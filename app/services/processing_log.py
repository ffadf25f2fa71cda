"""Tells the Logboek Dataverwerkingen what was done, from the audit: one record for each child and each action.

The worker does it, afterwards, so no request waits for the Logboek; what it does not take is offered again. A record
that is offered twice has the same ids.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

import psycopg

from app.domain.processing_activities import activity_of
from app.integrations.processing_log import Logboek, Pseudonyms, Record
from app.services.audit_chain import next_portion

Connection = psycopg.AsyncConnection[Any]
Row = dict[str, Any]

PORTION = 200
"""Audit rows told in one request."""


def telling(logboek: Logboek, pseudonyms: Pseudonyms, register: str) -> Callable[[Connection], Awaitable[bool]]:
    """The duty that tells the Logboek; `register` is the URI of the register, before the key of an activity."""

    async def tell_logboek(connection: Connection) -> bool:
        portion = await next_portion(connection, "logboek", size=PORTION)
        if portion is None or not portion.rows:
            return False
        cases = {case for row in portion.rows for case in _cases(row)}
        found = await connection.execute(
            "select case_id, young_person_id from every_child_of_cases(%s)", (list(cases),)
        )
        children = dict(await found.fetchall())
        records = [each for row in portion.rows for each in records_of(row, children, pseudonyms, register)]
        if records:
            await asyncio.to_thread(logboek.write, records)
        return portion.more

    return tell_logboek


def _cases(row: Row) -> Iterator[UUID]:
    if row["case_id"] is not None:
        yield row["case_id"]
    elif row["object_type"] == "case":
        yield from row["shown"] or ()


def records_of(row: Row, children: Mapping[UUID, UUID], pseudonyms: Pseudonyms, register: str) -> list[Record]:
    """What is told of an audit row: a record for each child that it is about; none when it is about no child.

    `children` are the children by case. When a list showed several, each has a record of its own under the list's.
    """
    about = _children(row, children)
    if not about:
        return []
    names = sorted(pseudonyms.of_child(child) for child in about)

    def record(span_id: str, parent: str | None, subject: str | None) -> Record:
        return Record(
            trace_id=row["trace_id"] or row["id"].hex,
            span_id=span_id,
            parent_span_id=parent,
            name=row["action"],
            began=row["occurred_at"],
            ended=row["recorded_at"] or row["occurred_at"],
            allowed=row["outcome"] == "toegestaan",
            activity=f"{register}{activity_of(row['action']).key}",
            subject=subject,
            processor=row["client_id"] if row["parent_span_id"] else None,
        )

    own = row["span_id"] or _span(row["id"].hex)
    if len(names) == 1:
        return [record(own, row["parent_span_id"], names[0])]
    under = [record(_span(f"{own}{name}"), own, name) for name in names]
    return [record(own, row["parent_span_id"], None), *under]


def _children(row: Row, children: Mapping[UUID, UUID]) -> set[UUID]:
    if row["object_type"] == "young-person" and row["case_id"] is None:
        return {each for each in (row["object_id"], *(row["shown"] or ())) if each is not None}
    return {children[case] for case in _cases(row) if case in children}


def _span(of: str) -> str:
    return hashlib.sha256(of.encode()).hexdigest()[:16]
