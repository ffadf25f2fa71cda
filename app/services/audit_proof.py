"""Proves that the audit is as it was sealed: row by row through each chain, and then against the heads outside.

It reads as a stream, in one snapshot, beside a worker that goes on sealing, as the role of the worker.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby, islice
from typing import Any, Literal
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from app.domain.audit_chain import APART, FIRST, OF_NOBODY, Sealing, hash_of
from app.integrations.audit_heads import Accepted, Entry, Head

Connection = psycopg.Connection[Any]
Row = dict[str, Any]
Log = Literal["audit_events", "meldcode_events"]

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
    FORKED = "verder-vanaf-oudere-kopie"
    UNSIGNED = "handtekening-klopt-niet"
    OUTSIDE_BROKEN = "buiten-onderbroken"


RESTORED = frozenset({Fault.CUT_OFF, Fault.FORKED})
"""What putting an older copy back looks like, and an operator can accept; nothing else is."""

IN_WORDS = {
    Fault.CHANGED: "een rij is na het verzegelen gewijzigd",
    Fault.REMOVED: "een verzegelde rij is weg, en niemand heeft haar volgens de regels vernietigd",
    Fault.ADDED: "een rij is er later tussen gezet",
    Fault.BROKEN: "een zegel past niet op zijn rijen: er is een rij uitgehaald, toegevoegd of verwisseld, of het zegel"
    " zelf is gewijzigd",
    Fault.SEAL_REMOVED: "een zegel ontbreekt of sluit niet aan op het vorige",
    Fault.HEAD_MOVED: "de laatste schakel van de keten is niet haar nieuwste zegel",
    Fault.CUT_OFF: "buiten de database staan nieuwere zegels dan erin: rijen zijn afgekapt, of er is een oudere kopie"
    " teruggezet; was dat de bedoeling, leg het dan vast met accept-restore (docs/operate.md)",
    Fault.FORKED: "vanaf dit zegel gaat de database anders verder dan buiten staat: er is een oudere kopie teruggezet"
    " en doorgewerkt, of de geschiedenis is vanaf daar vervangen; was het terugzetten de bedoeling, leg het dan vast"
    " met accept-restore (docs/operate.md)",
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
    # The chains that look as if an older copy was put back.
    brought_back: list[Accepted] = field(default_factory=list)

    @property
    def restored(self) -> bool:
        """Whether nothing else is wrong than what putting an older copy back does: that, an operator can accept."""
        return not self.more_findings and {each.fault for each in self.findings} <= RESTORED

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
        "select coalesce(sum(size), 0)::bigint from audit_seals where chain <> %(apart)s"
        " and (%(chain)s::uuid is null or chain = %(chain)s)",
        {"chain": chain, "apart": APART},
    ).fetchone()
    return int(row[0]) if row else 0


_Told = dict[UUID, "_Outside"]


def verify(
    connection: Connection,
    outside: Iterable[Entry] | None = None,
    *,
    chain: UUID | None = None,
    watch: Callable[[int], None] = lambda _: None,
) -> Verdict:
    """Whether every row, seal and head is as it was; of one chain when it is named.

    `outside` are the entries outside the database; None: they are not looked at. `watch` hears how many more rows
    have been looked at. Raises psycopg.Error and, of `outside`, HeadsUnavailable.
    """
    verdict = Verdict()
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        _chains(connection, chain, verdict, watch)
        _unsealed(connection, chain, verdict)
        if chain is None:
            _apart(connection, verdict)
        told = {} if outside is None else _heads(connection, outside, chain, verdict)
    _caught_up(connection, told, verdict)
    verdict.brought_back = [
        Accepted(chain, of.back_to, of.oldest.number)
        for chain, of in told.items()
        if of.others and of.fault in RESTORED
    ]
    return verdict


def _apart(connection: Connection, verdict: Verdict) -> None:
    """The log of the Meldcode: whether it is sound, at which seal it is not, and no row or number of rows of it."""
    own = Verdict()
    _chains(connection, None, own, lambda _: None, "meldcode_events")
    _unsealed(connection, None, own, "meldcode_events")
    for finding in own.findings:
        verdict.add(Finding(finding.fault, APART, finding.number, since=finding.since if finding.number else None))


def _chains(
    connection: Connection,
    only: UUID | None,
    verdict: Verdict,
    watch: Callable[[int], None],
    log: Log = "audit_events",
) -> None:
    own = "<>" if log == "audit_events" else "="
    where = f"where {{0}}.chain {own} '{APART}' and (%(chain)s::uuid is null or {{0}}.chain = %(chain)s)"
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
            f"links of {log}",
            "select l.chain as link_chain, l.number as link_number, l.event_id as link_event, l.hash as link_hash, e.*"
            f" from audit_links l left join {log} e on e.id = l.event_id {where.format('l')}"
            " order by l.chain, l.number, l.place",
            only,
        )
    )
    seals = _stream(
        connection,
        f"seals of {log}",
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
            before = verdict.rows
            _seal(seal, links.of(chain, seal["number"]), verdict, missing, destroyed)
            number, previous = seal["number"], seal["hash"]
            watch(verdict.rows - before)
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
    for place, link in enumerate(links):
        if seal["chain"] == APART and not place:
            # Stands for no row: it hides whether there are any.
            sealing.add(link["link_event"], link["link_hash"])
        else:
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


def _unsealed(connection: Connection, only: UUID | None, verdict: Verdict, log: Log = "audit_events") -> None:
    """Rows that no seal holds: those behind the worker's position wait their turn, those before it were put there."""
    duty, recorded, chain = (
        ("seal", "coalesce(e.recorded_at, e.occurred_at)", "coalesce(e.organisation_id, %(nobody)s)")
        if log == "audit_events"
        else ("seal-apart", "e.occurred_at", f"'{APART}'::uuid")
    )
    rows = _stream(
        connection,
        f"unsealed of {log}",
        f"select e.id, {recorded} as at, {chain} as chain,"
        " p.written_in is not null and not p.rescan and (e.written_in, e.id) <= (p.written_in, p.event_id) as passed"
        f" from {log} e left join audit_positions p on p.duty = '{duty}'"
        f" where not exists (select from audit_links l where l.event_id = e.id)"
        f" and (%(chain)s::uuid is null or {chain} = %(chain)s)",
        only,
    )
    for row in rows:
        at = row["at"]
        if row["passed"]:
            verdict.add(Finding(Fault.ADDED, row["chain"], event_id=row["id"], since=at))
        else:
            verdict.waiting += 1
            verdict.waiting_since = min(at, verdict.waiting_since or at)


@dataclass(slots=True)
class _Outside:
    """What the heads outside say of one chain, held against its seals as the entries go by."""

    newest: int = 0
    # The numbers that stand in both, and the heads that stand here otherwise, or not.
    agreed: list[int] = field(default_factory=list)
    others: list[Head] = field(default_factory=list)
    # When the first that differs was sealed here.
    went_on_at: datetime | None = None

    def heard(self, head: Head, here: tuple[bytes, datetime] | None) -> None:
        """One more head, and the seal of that number here."""
        self.newest = max(head.number, self.newest)
        if here is not None and here[0] == head.hash:
            self.agreed.append(head.number)
            return
        if here is not None and (self.went_on_at is None or head.number < min(each.number for each in self.others)):
            self.went_on_at = here[1]
        self.others.append(head)

    def accepted(self, at: int) -> None:
        """A restore to this number was accepted: what was written of later seals is of a past that is no more."""
        self.newest = max([at, *self.agreed])
        self.others = [each for each in self.others if each.number <= at]
        if not self.others:
            self.went_on_at = None

    @property
    def oldest(self) -> Head:
        """The first that stands here otherwise, or not."""
        return min(self.others, key=lambda each: each.number)

    @property
    def back_to(self) -> int:
        """The last that stands in both before that; 0: none."""
        return max((each for each in self.agreed if each < self.oldest.number), default=0)

    @property
    def fault(self) -> Fault:
        """What it looks like. Who goes on from an older copy seals after all that was sealed before it was put back."""
        if self.went_on_at is None:
            return Fault.CUT_OFF
        return Fault.FORKED if self.went_on_at > max(each.sealed_at for each in self.others) else Fault.REPLACED


def _heads(connection: Connection, outside: Iterable[Entry], only: UUID | None, verdict: Verdict) -> _Told:
    """The heads that were written outside, against the seals here; answers by chain what they say."""
    told: _Told = defaultdict(_Outside)
    verdict.entries = 0
    entries = _trusted(outside, verdict)
    while some := list(islice(entries, _AT_ONCE)):
        seals = _seals(connection, [each for entry in some for each in entry.heads])
        for entry in some:
            for each in entry.accepted:
                told[each.chain].accepted(each.number)
            for head in entry.heads:
                told[head.chain].heard(head, seals.get((head.chain, head.number)))
    # What was written outside must still be there: its last lines are as easily taken away as its first.
    for chain, number, at in connection.execute(
        "select chain, written_number, written_at from audit_chains"
        " where written_number > 0 and (%(chain)s::uuid is null or chain = %(chain)s)",
        {"chain": only},
    ):
        if chain not in told or told[chain].newest < number:
            verdict.add(Finding(Fault.OUTSIDE_BROKEN, chain, number, since=at))
    return {chain: of for chain, of in told.items() if of.others and (only is None or chain == only)}


def _seals(connection: Connection, heads: Sequence[Head]) -> Mapping[tuple[UUID, int], tuple[bytes, datetime]]:
    return {
        (chain, number): (value, at)
        for chain, number, value, at in connection.execute(
            "select s.chain, s.number, s.hash, s.sealed_at from audit_seals s join unnest(%s::uuid[], %s::bigint[])"
            " as w (chain, number) on s.chain = w.chain and s.number = w.number",
            ([each.chain for each in heads], [each.number for each in heads]),
        )
    }


def _caught_up(connection: Connection, told: _Told, verdict: Verdict) -> None:
    """What stands outside and not here, unless who goes on sealing meanwhile wrote it after our snapshot."""
    for chain, of in told.items():
        if of.went_on_at is None:
            seals = _seals(connection, of.others)
            of.others = [each for each in of.others if seals.get((chain, each.number), (b"",))[0] != each.hash]
        if of.others:
            verdict.add(Finding(of.fault, chain, of.oldest.number, since=of.oldest.sealed_at))


def _trusted(outside: Iterable[Entry], verdict: Verdict) -> Iterator[Entry]:
    """The entries that one of our keys signed: what nobody signed says nothing, but that it is there."""
    for number, entry in enumerate(outside, 1):
        verdict.entries = number
        if not entry.signed:
            verdict.add(Finding(Fault.UNSIGNED, number=entry.sequence, since=entry.written_at))
            continue
        if not entry.follows:
            verdict.add(Finding(Fault.OUTSIDE_BROKEN, number=entry.sequence, since=entry.written_at))
        yield entry


def _stream(connection: Connection, name: str, statement: str, chain: UUID | None) -> Iterator[Row]:
    with connection.cursor(name=name, row_factory=dict_row) as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(statement.encode(), {"chain": chain, "nobody": OF_NOBODY})
        yield from cursor
