"""Proposals to destroy, holds and certificates, for who keeps the data of the own organisation (domain.md R45).

Counts and reasons alone: nobody here sees a word of what goes. Two people answer a proposal, and the database holds
that they are two (docs/adr/0154).
"""

from collections.abc import Mapping
from uuid import UUID

from app.db.session import Row
from app.db.tables import LegalHold
from app.domain.errors import Conflict, Fault, Invalid, NotVisible
from app.domain.retention import BY_KEY
from app.services.bodies import LegalHoldBody, LiftingBody, RetentionRefusalBody
from app.services.work import Work

_STATUS = (
    "case when p.finished_at is not null then 'uitgevoerd' when p.refused_by is not null then 'afgewezen'"
    " when p.approved_by is not null then 'goedgekeurd' when p.automatic then 'aangekondigd'"
    " when p.reviewed_by is not null then 'beoordeeld' else 'voorgesteld' end"
)
_PROPOSAL = (
    "jsonb_build_object('id', p.id, 'retentionClass', p.retention_class, 'ground', p.ground, 'term', p.term,"
    f" 'source', p.source, 'status', {_STATUS}, 'held', p.finished_at is null and app_proposal_held(p.id),"
    " 'records', (select coalesce(jsonb_agg(jsonb_build_object('record', r.key, 'count', r.value::int) order by r.key),"
    " '[]') from jsonb_each_text(p.records) r), 'cases', p.cases, 'dueSince', p.due_since, 'notBefore', p.not_before,"
    " 'destroyed', p.destroyed, 'kept', p.kept, 'createdAt', app_time(p.created_at), 'reviewedBy', p.reviewed_by,"
    " 'reviewedAt', app_time(p.reviewed_at), 'approvedBy', p.approved_by, 'approvedAt', app_time(p.approved_at),"
    " 'refusedBy', p.refused_by, 'refusedAt', app_time(p.refused_at), 'refusalReason', p.refusal_reason,"
    " 'certificateId', (select c.id from destruction_certificates c where c.proposal_id = p.id))"
)
_HOLD = (
    "jsonb_build_object('id', h.id, 'caseId', h.case_id, 'retentionClass', h.retention_class, 'reason', h.reason,"
    " 'placedBy', h.placed_by, 'placedAt', app_time(h.placed_at), 'liftedBy', h.lifted_by,"
    " 'liftedAt', app_time(h.lifted_at), 'liftingReason', h.lifting_reason)"
)
_CERTIFICATE = (
    "jsonb_build_object('id', c.id, 'proposalId', c.proposal_id, 'document', c.document, 'digest', c.digest,"
    " 'signature', c.signature, 'createdAt', app_time(c.created_at))"
)
# What is asked of each: its object type for the audit, its table with alias, its body.
_KINDS: Mapping[str, tuple[str, str]] = {
    "retention-proposal": ("retention_proposals p", _PROPOSAL),
    "legal-hold": ("legal_holds h", _HOLD),
    "destruction-certificate": ("destruction_certificates c", _CERTIFICATE),
}


async def listed(work: Work, kind: str, *, after: UUID | None, limit: int) -> list[Row]:
    """The proposals, holds or certificates of the own organisation, newest first, as JSON texts."""
    work.about.object_type = kind
    table, body = _KINDS[kind]
    alias = table[-1]
    return await work.session.rows(
        f"select {alias}.id, ({body})::text as body from {table} where {alias}.organisation_id = %(own)s"
        f" and (%(after)s::uuid is null or {alias}.id < %(after)s) order by {alias}.id desc limit %(limit)s",
        own=work.actor.organisation_id,
        after=after,
        limit=limit,
    )


async def shown(work: Work, kind: str, object_id: UUID) -> str:
    """One of them, as JSON text. Raises NotVisible for another organisation's, and for none."""
    work.about.object_type, work.about.object_id = kind, object_id
    table, body = _KINDS[kind]
    alias = table[-1]
    row = await work.session.row(
        f"select ({body})::text as body from {table} where {alias}.id = %(id)s and {alias}.organisation_id = %(own)s",
        id=object_id,
        own=work.actor.organisation_id,
    )
    if row is None:
        raise NotVisible
    return str(row["body"])


async def proposal(work: Work, proposal_id: UUID) -> str:
    """A proposal, as JSON text."""
    return await shown(work, "retention-proposal", proposal_id)


async def hold(work: Work, hold_id: UUID) -> str:
    """A hold, as JSON text."""
    return await shown(work, "legal-hold", hold_id)


async def _open(work: Work, proposal_id: UUID) -> Row:
    """A proposal of the own organisation on which nothing was decided, under lock. Raises NotVisible, Conflict."""
    await proposal(work, proposal_id)
    row = await work.session.row(
        "select reviewed_by, approved_by is not null or refused_by is not null or finished_at is not null as decided,"
        " automatic, app_proposal_held(id) as held from retention_proposals where id = %(id)s for update",
        id=proposal_id,
    )
    if row is None:
        raise NotVisible
    if row["decided"]:
        raise Conflict("Over dit voorstel is al beslist.", "This proposal was decided already.", code="al-beoordeeld")
    return row


async def approve(work: Work, proposal_id: UUID) -> UUID:
    """Agree to a proposal: the first who does has reviewed it, the second approves it.

    Raises:
        NotVisible: it is another organisation's, or there is none.
        Conflict: it was decided, it goes by itself, something in it is held, or the caller reviewed it already.
    """
    row = await _open(work, proposal_id)
    if row["automatic"]:
        raise Conflict(
            "Dit gaat vanzelf; wie het wil houden, legt een bewaarplicht op of wijst het voorstel af.",
            "This goes by itself; who wants to keep it places a hold, or refuses the proposal.",
        )
    if row["held"]:
        raise Conflict(
            "Er valt iets onder een bewaarplicht. Hef die op, of wijs dit voorstel af: het volgende laat het erbuiten.",
            "Something in it is on hold. Lift the hold, or refuse this proposal: the next one leaves it out.",
            code="bewaarplicht",
        )
    if row["reviewed_by"] == work.actor.person_id:
        raise Conflict(
            "U hebt dit voorstel al beoordeeld. Een ander van uw organisatie keurt het goed.",
            "You reviewed this proposal already. Somebody else of your organisation approves it.",
            code="vier-ogen",
        )
    answer = "reviewed" if row["reviewed_by"] is None else "approved"
    await work.session.run(
        f"update retention_proposals set {answer}_by = app_person(), {answer}_at = now() where id = %(id)s",
        id=proposal_id,
    )
    work.fact(f"retention-proposal.{answer}", object_id=proposal_id)
    return proposal_id


async def refuse(work: Work, proposal_id: UUID, body: RetentionRefusalBody) -> UUID:
    """Refuse a proposal, with the reason; nothing of it goes. Raises NotVisible, and Conflict when it was decided."""
    await _open(work, proposal_id)
    await work.session.run(
        "update retention_proposals set refused_by = app_person(), refused_at = now(), refusal_reason = %(reason)s"
        " where id = %(id)s",
        id=proposal_id,
        reason=body.reason,
    )
    work.fact("retention-proposal.refused", object_id=proposal_id)
    return proposal_id


async def place(work: Work, body: LegalHoldBody) -> UUID:
    """Hold back what is the own organisation's: in one case, of one class, or all of it.

    Raises:
        Invalid: every fault: a class that there is not, a case in which the own organisation had no part.
    """
    work.about.object_type = "legal-hold"
    faults = []
    if body.retention_class is not None and body.retention_class not in BY_KEY:
        classes = ", ".join(BY_KEY)
        faults.append(
            Fault("/retentionClass", "onbekende_klasse", f"Kies uit: {classes}.", f"Choose one of: {classes}.")
        )
    if body.case_id is not None:
        row = await work.session.row("select app_has_part(%(case)s) as has", case=body.case_id)
        if row is None or not row["has"]:
            faults.append(
                Fault(
                    "/caseId",
                    "onbekende_zaak",
                    "Van deze zaak heeft uw organisatie niets.",
                    "Your organisation has nothing of this case.",
                )
            )
    if faults or work.actor.organisation_id is None:
        raise Invalid(*faults)
    placed = LegalHold(
        organisation_id=work.actor.organisation_id,
        case_id=body.case_id,
        retention_class=body.retention_class,
        reason=body.reason,
        placed_by=work.actor.person_id,
    )
    await work.session.insert(placed)
    work.about.object_id = placed.id
    work.fact("legal-hold.placed", object_id=placed.id)
    return placed.id


async def lift(work: Work, hold_id: UUID, body: LiftingBody) -> UUID:
    """Lift a hold, with the reason. Raises NotVisible, and Conflict when it was lifted already."""
    await hold(work, hold_id)
    lifted = await work.session.run(
        "update legal_holds set lifted_by = app_person(), lifted_at = now(), lifting_reason = %(reason)s"
        " where id = %(id)s and lifted_at is null",
        id=hold_id,
        reason=body.reason,
    )
    if not lifted:
        raise Conflict("Deze bewaarplicht is al opgeheven.", "This hold was lifted already.", code="beeindigd")
    work.fact("legal-hold.lifted", object_id=hold_id)
    return hold_id
