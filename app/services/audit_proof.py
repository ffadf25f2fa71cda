"""Proves that the audit is as it was sealed: row by row through each chain, and then against the heads outside.

It reads as a stream, in one snapshot, beside a worker that goes on sealing, as the role of the worker.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby, islice
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from app.domain.audit_chain import FIRST, OF_NOBODY, Sealing, hash_of
from app.integrations.audit_heads import Entry, Head

Connection = psycopg.Connection[Any]
Row = dict[str, Any]

_AT_ONCE = 2000
MOST_TOLD = 1000
"""Findings that are told one by one; of what is more only the number is told."""

DESTROYED = "audit.destroy"
"""The action of the row that says which audit rows were destroyed (`shown`), and by which certificate (`object_id`)."""


class Fault(StrEnum):
    """What can be wrong with the audit."""

    CHANGED = "rij-gewijzigd"
    REMOVED = "rij-verdwenen"
    ADDED = "rij-toegevoegd"
    BROKEN = "zegel-klopt-niet"
    SEAL_REMOVED = "zegel-verdwenen"
    HEAD_MOVED = "kop-klopt-niet"
    CUT_OFF = "korter-dan-buiten"
    REPLACED = "anders-dan-buiten"
    UNSIGNED = "handtekening-klopt-niet"
    OUTSIDE_BROKEN = "buiten-onderbroken"


IN_WORDS = {
    Fault.CHANGED: "een rij is na het verzegelen gewijzigd",
    Fault.REMOVED: "een verzegelde rij is weg, en niemand heeft haar volgens de regels vernietigd",
    Fault.ADDED: "een rij is er later tussen gezet",
    Fault.BROKEN: "een zegel past niet op zijn rijen: er is een rij uitgehaald, toegevoegd of verwisseld, of het zegel"
    " zelf is gewijzigd",
    Fault.SEAL_REMOVED: "een zegel ontbreekt of sluit niet aan op het vorige",
    Fault.HEAD_MOVED: "de laatste schakel van de keten is niet haar nieuwste zegel",
    Fault.CUT_OFF: "buiten de database staan nieuwere zegels dan erin: rijen zijn afgekapt, of er is een oudere kopie"
    " teruggezet",
    Fault.REPLACED: "buiten de database staat een ander zegel: de geschiedenis is vervangen",
    Fault.UNSIGNED: "een regel buiten de database is niet met een bekende sleutel ondertekend",
    Fault.OUTSIDE_BROKEN: "buiten de database ontbreekt een regel, of is er een gewijzigd",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: in which chain, at which seal and row, since when as far as that is known. No word of a row."""

    fault: Fault
    chain: UUID | None = None
    number: int | None = None
    event_id: UUID | None = None
    since: datetime | None = None


@dataclass(slots=True)
class Verdict:
    """What was found, and how much was looked at."""

    findings: list[Finding] = field(default_factory=list)
    more_findings: int = 0
    rows: int = 0
    seals: int = 0
    chains: int = 0
    destroyed: int = 0
    waiting: int = 0
    waiting_since: datetime | None = None
    entries: int | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.findings

    def add(self, finding: Finding) -> None:
        """One more finding."""
        if len(self.findings) < MOST_TOLD:
            self.findings.append(finding)
        else:
            self.more_findings += 1


def count(connection: Connection, chain: UUID | None = None) -> int:
    """How many sealed rows there are to look at."""
    row = connection.execute(
        "select coalesce(sum(size), 0)::bigint from audit_seals where %(chain)s::uuid is null or chain = %(chain)s",
        {"chain": chain},
    ).fetchone()
    return int(row[0]) if row else 0


def verify(
    connection: Connection,
    outside: Iterable[Entry] | None = None,
    *,
    chain: UUID | None = None,
    watch: Callable[[int], None] = lambda _: None,
) -> Verdict:
    """Whether every row, seal and head is as it was; of one chain when it is named.

    `outside` are the entries outside the database; None: they are not looked at. `watch` hears how many rows have been
    looked at. Raises psycopg.Error and, of `outside`, HeadsUnavailable.
    """
    verdict = Verdict()
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        _chains(connection, chain, verdict, watch)
        _unsealed(connection, chain, verdict)
        if outside is not None:
            _heads(connection, outside, chain, verdict)
    return verdict


def _chains(connection: Connection, only: UUID | None, verdict: Verdict, watch: Callable[[int], None]) -> None:
    where = "where %(chain)s::uuid is null or {}.chain = %(chain)s"
    heads = {
        each: (number, value)
        for each, number, value in connection.execute(
            f"select chain, number, hash from audit_chains c {where.format('c')}".encode(), {"chain": only}
        )
    }
    missing: dict[UUID, Finding] = {}
    destroyed: set[UUID] = set()
    links = _Links(
        _stream(
            connection,
            "links",
            "select l.chain as link_chain, l.number as link_number, l.event_id as link_event, l.hash as link_hash, e.*"
            f" from audit_links l left join audit_events e on e.id = l.event_id {where.format('l')}"
            " order by l.chain, l.number, l.place",
            only,
        )
    )
    seals = _stream(
        connection,
        "seals",
        f"select chain, number, previous, hash, size, sealed_at from audit_seals s {where.format('s')}"
        " order by chain, number",
        only,
    )
    for chain, of_chain in groupby(seals, key=lambda seal: seal["chain"]):
        verdict.chains += 1
        number, previous = 0, FIRST
        for seal in of_chain:
            if seal["number"] != number + 1 or seal["previous"] != previous:
                verdict.add(Finding(Fault.SEAL_REMOVED, chain, number + 1, since=seal["sealed_at"]))
            _seal(seal, links.of(chain, seal["number"]), verdict, missing, destroyed)
            number, previous = seal["number"], seal["hash"]
            watch(verdict.rows)
        if heads.pop(chain, None) != (number, previous):
            verdict.add(Finding(Fault.HEAD_MOVED, chain, number))
    for chain in heads:
        verdict.add(Finding(Fault.SEAL_REMOVED, chain, 1))
    verdict.destroyed = len(missing.keys() & destroyed)
    for event_id in missing.keys() - destroyed:
        verdict.add(missing[event_id])


class _Links:
    """The places of all chains in order, taken seal by seal."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._seals = groupby(rows, key=lambda row: (row["link_chain"], row["link_number"]))
        self._next = next(self._seals, None)

    def of(self, chain: UUID, number: int) -> Iterator[Row]:
        """Those of one seal. Those without a seal are passed over: that it was taken out is told where it stood."""
        while self._next is not None and self._next[0] < (chain, number):
            self._next = next(self._seals, None)
        if self._next is not None and self._next[0] == (chain, number):
            yield from self._next[1]
            self._next = next(self._seals, None)


def _seal(
    seal: Row, links: Iterable[Row], verdict: Verdict, missing: dict[UUID, Finding], destroyed: set[UUID]
) -> None:
    verdict.seals += 1
    sealing = Sealing()
    for link in links:
        _row(link, sealing, seal, verdict, missing, destroyed)
    made = sealing.done(seal["chain"], seal["number"], seal["previous"], seal["sealed_at"])
    if made != seal["hash"] or sealing.size != seal["size"]:
        verdict.add(Finding(Fault.BROKEN, seal["chain"], seal["number"], since=seal["sealed_at"]))


def _row(
    row: Row,
    sealing: Sealing,
    seal: Row,
    verdict: Verdict,
    missing: dict[UUID, Finding],
    destroyed: set[UUID],
) -> None:
    verdict.rows += 1
    sealing.add(row["link_event"], row["link_hash"])
    place = (seal["chain"], seal["number"], row["link_event"], seal["sealed_at"])
    event = {name: value for name, value in row.items() if not name.startswith("link_")}
    if event["id"] is None:
        missing[row["link_event"]] = Finding(Fault.REMOVED, *place)
    elif hash_of(event) != row["link_hash"]:
        verdict.add(Finding(Fault.CHANGED, *place))
    elif event["action"] == DESTROYED:
        destroyed.update(event["shown"] or ())


def _unsealed(connection: Connection, only: UUID | None, verdict: Verdict) -> None:
    """Rows that no seal holds: those behind the worker's position wait their turn, those before it were put there."""
    rows = _stream(
        connection,
        "unsealed",
        "select e.id, e.recorded_at, e.occurred_at, coalesce(e.organisation_id, %(nobody)s) as chain,"
        " p.written_in is not null and not p.rescan and (e.written_in, e.id) <= (p.written_in, p.event_id) as passed"
        " from audit_events e left join audit_positions p on p.duty = 'seal'"
        " where not exists (select from audit_links l where l.event_id = e.id)"
        " and (%(chain)s::uuid is null or coalesce(e.organisation_id, %(nobody)s) = %(chain)s)",
        only,
    )
    for row in rows:
        at = row["recorded_at"] or row["occurred_at"]
        if row["passed"]:
            verdict.add(Finding(Fault.ADDED, row["chain"], event_id=row["id"], since=at))
        else:
            verdict.waiting += 1
            verdict.waiting_since = min(at, verdict.waiting_since or at)


def _heads(connection: Connection, outside: Iterable[Entry], only: UUID | None, verdict: Verdict) -> None:
    """The heads that were written outside, against the seals here; the oldest that is missing says since when."""
    behind: dict[UUID, Finding] = {}
    newest: dict[UUID, int] = {}
    verdict.entries = 0
    told = _trusted(outside, only, verdict)
    while heads := list(islice(told, _AT_ONCE)):
        kept: Mapping[tuple[UUID, int], bytes] = {
            (chain, number): value
            for chain, number, value in connection.execute(
                "select s.chain, s.number, s.hash from audit_seals s join unnest(%s::uuid[], %s::bigint[])"
                " as w (chain, number) on s.chain = w.chain and s.number = w.number",
                ([each.chain for each in heads], [each.number for each in heads]),
            )
        }
        for head in heads:
            newest[head.chain] = max(head.number, newest.get(head.chain, 0))
            found = kept.get((head.chain, head.number))
            if found is None:
                behind.setdefault(head.chain, Finding(Fault.CUT_OFF, head.chain, head.number, since=head.sealed_at))
            elif found != head.hash:
                verdict.add(Finding(Fault.REPLACED, head.chain, head.number, since=head.sealed_at))
    for finding in behind.values():
        verdict.add(finding)
    # What was written outside must still be there: its last lines are as easily taken away as its first.
    for chain, number, at in connection.execute(
        "select chain, written_number, written_at from audit_chains"
        " where written_number > 0 and (%(chain)s::uuid is null or chain = %(chain)s)",
        {"chain": only},
    ):
        if newest.get(chain, 0) < number:
            verdict.add(Finding(Fault.OUTSIDE_BROKEN, chain, number, since=at))


def _trusted(outside: Iterable[Entry], only: UUID | None, verdict: Verdict) -> Iterator[Head]:
    """The heads that one of our keys signed: what nobody signed says nothing, but that it is there."""
    for number, entry in enumerate(outside, 1):
        verdict.entries = number
        if not entry.signed:
            verdict.add(Finding(Fault.UNSIGNED, number=entry.sequence, since=entry.written_at))
            continue
        if not entry.follows:
            verdict.add(Finding(Fault.OUTSIDE_BROKEN, number=entry.sequence, since=entry.written_at))
        yield from (head for head in entry.heads if only is None or head.chain == only)


def _stream(connection: Connection, name: str, statement: str, chain: UUID | None) -> Iterator[Row]:
    with connection.cursor(name=name, row_factory=dict_row) as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(statement.encode(), {"chain": chain, "nobody": OF_NOBODY})
        yield from cursor
