"""One piece of work for one caller: in one transaction, recorded, refused as a whole or done as a whole.

A use case gets a `Work`, finds its case through it (404, then 403), changes what it must, and says which facts
happened. The audit row, the outbox rows and the change are one transaction; a refusal is recorded in one of its own.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from app.db import reads
from app.db.reads import CaseRead, Resource
from app.db.session import Database, Query, Row, Session, insertion
from app.db.tables import AuditEvent, IdempotencyKey, MeldcodeEvent, OutboxEvent
from app.domain.actors import Actor, PersonKind, Role, Subject
from app.domain.errors import Conflict, KeyReused, MatchRequired, NotBound, NotPermitted, NotVisible, Refusal, Stale
from app.domain.ids import new_id
from app.domain.policy import CONFIDENTIAL, Action, homes_with, may_as
from app.domain.recording import kind_of
from app.watch.seen import seen
from app.watch.tracing import span_id

T = TypeVar("T")

# What can take away what somebody may see. It is answered only when no answer of before can still leave.
TAKES_AWAY = frozenset(
    {
        Action.BINDING_END,
        Action.CONSENT_ANSWER,
        Action.CONSENT_CREATE,
        Action.CONSENT_EXCEPT,
        Action.EMERGENCY_REVIEW,
        Action.GEZAG_RECORD,
        Action.GUARDIAN_CREATE,
        Action.GUARDIAN_UPDATE,
        Action.PARTICIPANT_END,
        Action.SIGHT_DECIDE,
        Action.TRANSITION_PERFORM,
        Action.YOUNG_PERSON_UPDATE,
    }
)

# What every write leaves behind: three statements, without a row of a class for each.
_FACT = insertion(OutboxEvent, "id", "type", "case_id", "object_id", "data")
_RECORD = insertion(
    AuditEvent,
    "id",
    "actor_id",
    "actor_role",
    "organisation_id",
    "on_behalf_of",
    "client_id",
    "action",
    "object_type",
    "object_id",
    "case_id",
    "ground",
    "data_categories",
    "consent_ids",
    "outcome",
    "status",
    "reason",
    "kind",
    "shown",
    "shown_on",
    "trace_id",
    "span_id",
    "parent_span_id",
)
_CONFIDENTIAL = insertion(
    MeldcodeEvent,
    "id",
    "actor_id",
    "actor_role",
    "organisation_id",
    "client_id",
    "action",
    "track_id",
    "outcome",
    "status",
    "reason",
)
_TELL_EACH_CASE = "select app_tell_each_case(%(child)s, %(record)s::jsonb)"
_KEY = insertion(IdempotencyKey, "person_id", "key", "operation", "fingerprint", "status", "object_id")


@dataclass(frozen=True, slots=True)
class Ask:
    """What a caller asks: who (by token), which action, and the two headers that make a write safe to repeat."""

    subject: Subject
    action: Action
    if_match: str | None = None
    # The caller's own key, and a digest of method, path and body: another request under the key is refused.
    idempotency_key: str | None = None
    fingerprint: bytes = b""
    operation: str = ""


@dataclass(slots=True)
class About:
    """What the audit will say of this work; filled while it is done."""

    object_type: str = ""
    object_id: UUID | None = None
    case_id: UUID | None = None
    role: str | None = None
    ground: str | None = None
    categories: frozenset[str] = frozenset()
    # What the caller's roles themselves work with: of these he or she may write, whatever consent opens.
    own: frozenset[str] = frozenset()
    on_behalf_of: UUID | None = None
    # The consents in force on which it rests.
    consent_ids: list[UUID] = field(default_factory=list)
    # The answer is a list; of which cases or children, and on which ground each.
    listed: bool = False
    shown: list[UUID] | None = None
    shown_on: list[str] | None = None

    def reach(self, row: Row) -> None:
        """How the caller comes to the case, as the database worked it out."""
        self.case_id, self.role, self.ground = row["case_id"], row["role"], row["ground"]
        self.categories, self.own = frozenset(row["categories"]), frozenset(row["own"])
        self.consent_ids = row["consent_ids"]

    def show(self, ids: list[UUID], grounds: list[str]) -> None:
        """What a list shows, and on which ground each; that of the whole where all have the same."""
        self.shown, self.shown_on = ids, grounds
        self.ground = grounds[0] if len(set(grounds)) == 1 else None


@dataclass(slots=True)
class Done:
    """What was made, now or before under the same key, as the caller may see it."""

    body: str
    object_id: UUID


def entity_tag(body: str) -> str:
    """The version of what this caller may see: it changes with that alone, so it betrays nothing hidden."""
    return '"' + hashlib.sha256(body.encode()).hexdigest()[:32] + '"'


@dataclass(slots=True)
class Work:
    """The transaction, the caller, and what the audit is to say."""

    session: Session
    ask: Ask
    about: About = field(default_factory=About)
    _at_last: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    def at_last(self, deed: Callable[[], Awaitable[None]]) -> None:
        """Do this once the answer was read back: it may take the caller's own sight away."""
        self._at_last.append(deed)

    async def done(self) -> None:
        """Do what was left for last."""
        for deed in self._at_last:
            await deed()

    @property
    def actor(self) -> Actor:
        """The person who asks."""
        return self.session.actor

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of the token that fit the person."""
        return self.session.actor.roles

    @property
    def of_family(self) -> bool:
        """Whether the caller stands here where the family stands, and not at work."""
        return self.actor.of_family(self.about.role)

    @property
    def voice(self) -> UUID:
        """Who speaks when the caller does: the person, or the organisation that is the guardian."""
        return self.actor.voice(self.about.role)

    @property
    def represents(self) -> bool:
        """Whether the caller stands here for a child, as a parent or as its guardian."""
        return self.of_family and self.actor.person_kind is not PersonKind.YOUNG_PERSON

    def _reached(self, row: Row | None) -> Row:
        """404 for what the caller cannot see, then 403 for what he or she may see but not do."""
        if row is None:
            raise NotVisible
        self.about.reach(row)
        if not row["permitted"]:
            raise NotPermitted
        return row

    async def case(self, case_id: UUID, *, lock: bool = False) -> Row:
        """How the caller reaches the case, for this action, and what decides whether it can be changed.

        See `reads.case_state`. With `lock` the case's row stays ours until the commit; it is looked at under the
        lock, so who was involved while we waited counts. Raises as `case_and`.
        """
        row, _ = await self.case_and(case_id, lock=lock)
        return row

    async def case_and(self, case_id: UUID, *more: Query, lock: bool = False) -> tuple[Row, list[list[Row]]]:
        """As `case`, with the answers to `more`, asked in the same round trip.

        Raises:
            NotVisible: there is no such case, or not for this caller.
            NotPermitted: the caller sees it but may not do this.
        """
        self.about.object_type = self.about.object_type or "case"
        self.about.object_id = self.about.object_id or case_id
        locking = [Query("select id from cases where id = %(id)s for update", {"id": case_id})] if lock else []
        state = reads.case_state(self.roles, self.ask.action, case_id)
        answers = await self.session.ask(*locking, state, *more)
        found = answers[len(locking)]
        return self._reached(found[0] if found else None), answers[len(locking) + 1 :]

    async def object(self, resource: Resource, object_id: UUID, *, lock: bool = False) -> Row:
        """The case of an object that the caller can see, for this action; the object counts as what it is about."""
        self.about.object_type, self.about.object_id = resource.object_type, object_id
        (owner,) = await self.session.ask(reads.case_of(resource, object_id))
        if not owner:
            raise NotVisible
        row, (shown,) = await self.case_and(
            owner[0]["case_id"], reads.seen(self.roles, reads.one(resource, object_id)), lock=lock
        )
        if not shown:
            raise NotVisible
        return row

    async def seen(self, resource: Resource, object_id: UUID) -> str:
        """An object as the caller sees it, as JSON text: what may be seen never depends on what is done with it."""
        return await self._seen(reads.one(resource, object_id))

    async def seen_case(self, case_id: UUID) -> str:
        """A case as the caller sees it, as JSON text."""
        return await self._seen(reads.case(case_id))

    async def seen_by(self, read: CaseRead) -> str:
        """What a read tells this caller, as JSON text."""
        return await self._seen(read)

    async def _seen(self, read: CaseRead) -> str:
        (rows,) = await self.session.ask(reads.seen(self.roles, read))
        if self.about.case_id is None:
            # A repeat under an old key: nothing was done in the case, but it is looked at.
            self.about.object_type, self.about.object_id = read.object_type, read.object_id
            self._reached(rows[0] if rows else None)
        # Reading back what was done: the audit already knows how the caller came here.
        if not rows or not rows[0]["permitted"]:
            raise NotVisible
        return str(rows[0]["body"])

    async def today(self) -> date:
        """The day in the Netherlands, by the database's clock."""
        row = await self.session.row("select app_today() as day")
        day: date = (row or {})["day"]
        return day

    def may_write(self, category: str) -> None:
        """A caller writes only about what he or she may see or works with. Raises NotPermitted."""
        if category not in self.about.categories | self.about.own:
            raise NotPermitted(
                f"Uw rol werkt hier niet met «{category}», en geen toestemming opent dat voor u (domeinhandboek R12,"
                " R44)."
                " Vraag toestemming voor dit onderwerp, of laat het vastleggen door wie ermee werkt.",
                f"Your role does not work with «{category}» here, and no consent opens it to you (domain handbook R12,"
                " R44). Ask for consent about this subject, or leave it to somebody who works with it.",
                code="categorie-niet-toegestaan",
            )

    def match(self, body: str, *, required: bool = True) -> None:
        """Hold `If-Match` against the version that the caller sees now.

        Raises:
            MatchRequired: it is required and missing (428).
            Stale: it names another version (412).
        """
        if self.ask.if_match is None:
            if required:
                raise MatchRequired
            return
        tags = {tag.strip() for tag in self.ask.if_match.split(",")}
        if "*" not in tags and entity_tag(body) not in tags:
            raise Stale

    def fact(self, event: str, *, case_id: UUID | None = None, object_id: UUID | None = None, **data: str) -> None:
        """A fact for the outside: that it happened, never what it says. Codes only, no text of a person."""
        kept = {"id": new_id(), "type": event, "case_id": case_id, "object_id": object_id, "data": json.dumps(data)}
        self.session.keep(_FACT, kept)

    def record_in(self, case_id: UUID) -> None:
        """One more audit row, for the log of a case that this work bears on."""
        told, self.about.case_id = self.about.case_id, case_id
        self.record(beside=True)
        self.about.case_id = told

    def tell_each_case_of(self, young_person_id: UUID) -> None:
        """A row in the log of each case of the child, written by the database: which these are is not ours to know."""
        record = json.dumps(self._row(beside=True), default=str)
        self.session.keep(_TELL_EACH_CASE, {"child": young_person_id, "record": record})

    def record_about(self, object_type: str, object_id: UUID) -> None:
        """One more audit row, for one of several that were shown."""
        told = self.about.object_type, self.about.object_id
        self.about.object_type, self.about.object_id = object_type, object_id
        self.record(beside=True)
        self.about.object_type, self.about.object_id = told

    def record(
        self, *, outcome: str = "toegestaan", status: int = 200, reason: str | None = None, beside: bool = False
    ) -> None:
        """The audit row of this work; `beside` it another, with a place of its own in the trace."""
        if self.ask.action in CONFIDENTIAL:
            # In a log of its own: the one of the organisation is read by who may not know that there is a track.
            actor, role = self._who()
            self.session.keep(
                _CONFIDENTIAL,
                {
                    "id": new_id(),
                    "actor_id": actor.person_id if actor else None,
                    "actor_role": role,
                    "organisation_id": actor.organisation_id if actor else None,
                    "client_id": self.ask.subject.client_id,
                    "action": str(self.ask.action),
                    "track_id": self.about.object_id,
                    "outcome": outcome,
                    "status": status,
                    "reason": reason,
                },
            )
            return
        self.session.keep(_RECORD, self._row(outcome=outcome, status=status, reason=reason, beside=beside))

    def _who(self) -> tuple[Actor | None, str | None]:
        actor = self.session.actor if self.session.bound else None
        role = self.about.role or (min(actor.roles) if actor and len(actor.roles) == 1 else None)
        return actor, str(role) if role else None

    def _row(
        self, *, outcome: str = "toegestaan", status: int = 200, reason: str | None = None, beside: bool = False
    ) -> dict[str, Any]:
        actor, role = self._who()
        return {
            "id": new_id(),
            "actor_id": actor.person_id if actor else None,
            "actor_role": role,
            "organisation_id": actor.organisation_id if actor else None,
            "on_behalf_of": self.about.on_behalf_of,
            "client_id": self.ask.subject.client_id,
            "action": str(self.ask.action),
            "object_type": self.about.object_type or "service",
            "object_id": self.about.object_id,
            "case_id": self.about.case_id,
            "ground": self.about.ground,
            "data_categories": sorted(self.about.categories),
            "consent_ids": self.about.consent_ids,
            "outcome": outcome,
            "status": status,
            "reason": reason,
            "kind": kind_of(self.ask.action, allowed=outcome == "toegestaan", listed=self.about.listed),
            "shown": self.about.shown,
            "shown_on": self.about.shown_on,
            **_traced(beside=beside),
        }


async def perform(
    database: Database, ask: Ask, use_case: Callable[[Work], Awaitable[T]], *, status: int = 200, unbound: bool = False
) -> T:
    """Do a use case in one transaction: it is committed, with its audit row, before this returns.

    A login bound to nobody is refused (NotBound) unless `unbound` says that the use case can do without a person.
    Whatever is refused is recorded in a transaction of its own, and raised again.
    """
    about = About()
    try:
        async with database.transaction(ask.subject) as session:
            work = Work(session, ask, about)
            if session.bound or not unbound:
                _bound(session.actor if session.bound else None, ask.action)
            answer = await use_case(work)
            work.record(status=status)
    except Refusal as refusal:
        await record_refusal(database, ask, about, refusal)
        raise
    if ask.action in TAKES_AWAY:
        await database.settled()
    return answer


@dataclass(frozen=True, slots=True)
class Told:
    """What was told: to whom, on which ground, within which categories (the own house's too); id and body of each."""

    actor: Actor
    ground: str | None
    categories: frozenset[str]
    rows: list[Row]


async def look(database: Database, ask: Ask, read: CaseRead) -> Told:
    """What a read tells of a case, in one round trip that records it.

    Raises NotBound, NotVisible, NotPermitted, and as the read says; each is recorded, in a transaction of its own.
    """
    about = About(read.object_type, read.object_id)
    audit = _audited(ask, read.object_type, read.object_id)
    actor, rows = await database.ask(ask.subject, read.query(ask.subject.roles, ask.action, audit))
    try:
        actor = _bound(actor, ask.action)
        first = _first(rows)
        about.reach(first)
        if read.otherwise is NotVisible and not first["told_if"]:
            raise NotVisible
        if not first["permitted"]:
            raise NotPermitted
        if not first["told_if"]:
            raise read.otherwise
    except Refusal as refusal:
        await record_refusal(database, ask, about, refusal)
        raise
    return Told(actor, about.ground, about.categories | about.own, [row for row in rows if row["id"] is not None])


async def look_at_mine(
    database: Database, ask: Ask, *, after: UUID | None, limit: int, step: str | None = None
) -> list[Row]:
    """A page of the caller's cases, newest first, in one round trip that records it. Raises NotBound, NotPermitted."""
    query = reads.cases(ask.subject.roles, ask.action, _audited_list(ask), after=after, limit=limit, step=step)
    actor, rows = await database.ask(ask.subject, query)
    try:
        _bound(actor, ask.action)
    except Refusal as refusal:
        await record_refusal(database, ask, About("case"), refusal)
        raise
    return rows


def _first(rows: list[Row]) -> Row:
    if not rows:
        raise NotVisible
    return rows[0]


def _bound(actor: Actor | None, action: Action) -> Actor:
    if actor is None:
        raise NotBound
    if not may_as(actor.roles, action, actor.person_kind):
        raise NotPermitted(code="rol-past-niet")
    return actor


def _traced(*, beside: bool = False) -> dict[str, str | None]:
    """The place of this work in the trace of its request; none outside a request."""
    request = seen()
    if request is None:
        return {"trace_id": None, "span_id": None, "parent_span_id": None}
    trace = request.trace
    own, parent = (span_id(), trace.span_id) if beside else (trace.span_id, trace.parent_id or None)
    return {"trace_id": trace.trace_id, "span_id": own, "parent_span_id": parent}


def _audited(ask: Ask, object_type: str, object_id: UUID | None) -> dict[str, object]:
    """What the ask adds to the record that a read writes of itself."""
    return {
        "audit_id": new_id(),
        "kind": kind_of(ask.action, allowed=True, listed=object_id is None),
        **_traced(),
        "client": ask.subject.client_id,
        "action": str(ask.action),
        "object_type": object_type,
        "object_id": object_id,
    }


def _audited_list(ask: Ask) -> dict[str, object]:
    role = str(min(ask.subject.roles)) if len(ask.subject.roles) == 1 else None
    return {**_audited(ask, "case", None), "role": role, "homes": homes_with(ask.subject.roles, ask.action)}


async def record_refusal(database: Database, ask: Ask, about: About, refusal: Refusal) -> None:
    """Keep that this was refused; what it was about only as far as the caller could see it."""
    async with database.transaction(ask.subject) as session:
        if isinstance(refusal, NotVisible):
            about.case_id = None
        work = Work(session, ask, about)
        work.record(outcome="geweigerd", status=refusal.status, reason=refusal.code)


async def create(
    database: Database,
    ask: Ask,
    use_case: Callable[[Work], Awaitable[UUID]],
    render: Callable[[Work, UUID], Awaitable[str]],
) -> Done:
    """Do a use case that makes something, once for each idempotency key, and read it back as the caller may see it.

    Only a success is kept, as status and id: a repeat is rendered anew for the rights of now.

    Raises:
        Conflict: a twin with the same key is still running (409).
        KeyReused: the key was used for another request (422).
    """

    async def once(work: Work) -> Done:
        earlier = await _claim(work)
        if earlier is not None:
            return Done(await render(work, earlier), earlier)
        made = await use_case(work)
        _keep(work, made)
        body = await render(work, made)
        await work.done()
        return Done(body, made)

    return await perform(database, ask, once, status=201)


async def _claim(work: Work) -> UUID | None:
    """The id that this key made before; None when it is new. The key stays ours until the transaction ends."""
    ask = work.ask
    if ask.idempotency_key is None:
        return None
    locked, earlier = await work.session.ask(
        Query(
            "select pg_try_advisory_xact_lock(hashtextextended(%(of)s, 0)) as taken",
            {"of": f"{work.actor.person_id}:{ask.idempotency_key}"},
        ),
        Query(
            "select object_id, fingerprint from idempotency_keys where person_id = %(person)s and key = %(key)s",
            {"person": work.actor.person_id, "key": ask.idempotency_key},
        ),
    )
    if not locked[0]["taken"]:
        raise Conflict(
            "Hetzelfde verzoek wordt op dit moment al uitgevoerd.",
            "The same request is being carried out at this moment.",
            code="tweeling-bezig",
        )
    row = earlier[0] if earlier else None
    if row is None:
        return None
    if bytes(row["fingerprint"]) != ask.fingerprint:
        raise KeyReused
    made: UUID = row["object_id"]
    return made


def _keep(work: Work, made: UUID) -> None:
    ask = work.ask
    if ask.idempotency_key is not None:
        kept = {
            "person_id": work.actor.person_id,
            "key": ask.idempotency_key,
            "operation": ask.operation,
            "fingerprint": ask.fingerprint,
            "status": 201,
            "object_id": made,
        }
        work.session.keep(_KEY, kept)
