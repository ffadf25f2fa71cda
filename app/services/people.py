"""Professionals, and how a login becomes one of us: an administrator binds it, or a person uses an invitation code."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.db.session import Row
from app.db.tables import Binding, InvitationCode, Worker
from app.domain.errors import Conflict, Fault, Invalid, NotPermitted, NotVisible
from app.domain.ids import new_id
from app.services.bodies import BindingBody, InvitationCodeBody, RedeemBody, WorkerBody
from app.services.work import Work

CODE_VALID_FOR = timedelta(days=14)
_WORKER = "jsonb_build_object('id', w.id, 'organisationId', w.organisation_id, 'displayName', w.display_name)"


async def workers(work: Work, *, after: UUID | None, limit: int) -> list[Row]:
    """The professionals of the own organisation, as JSON texts."""
    return await work.session.rows(
        f"select w.id, ({_WORKER})::text as body from workers w where w.organisation_id = %(organisation)s"
        " and (%(after)s::uuid is null or w.id > %(after)s) order by w.id limit %(limit)s",
        organisation=work.actor.organisation_id,
        after=after,
        limit=limit,
    )


async def worker(work: Work, worker_id: UUID) -> str:
    """A professional of the own organisation, as JSON text."""
    row = await work.session.row(
        f"select ({_WORKER})::text as body from workers w where w.id = %(id)s and w.organisation_id = %(organisation)s",
        id=worker_id,
        organisation=work.actor.organisation_id,
    )
    if row is None:
        raise NotVisible
    return str(row["body"])


async def add_worker(work: Work, body: WorkerBody) -> UUID:
    """Enter a professional of the own organisation."""
    if work.actor.organisation_id is None:
        raise NotPermitted
    added = Worker(organisation_id=work.actor.organisation_id, display_name=body.display_name)
    await work.session.insert(added)
    work.about.object_type, work.about.object_id = "worker", added.id
    work.fact("worker.entered", object_id=added.id)
    return added.id


async def bind(work: Work, body: BindingBody) -> UUID:
    """Bind a login of the caller's own identity provider to a professional of the own organisation."""
    await worker(work, body.worker_id)
    bound = Binding(
        issuer=work.ask.subject.issuer,
        subject=body.subject,
        worker_id=body.worker_id,
        valid_from=await work.today(),
        valid_until=body.valid_until,
        bound_by=work.actor.person_id,
    )
    taken = await work.session.row(
        "select app_is_bound(%(issuer)s, %(subject)s) as taken", issuer=bound.issuer, subject=bound.subject
    )
    if taken is None or taken["taken"]:
        raise Conflict("Deze login is al gekoppeld.", "This login is bound already.", code="al-gekoppeld")
    await work.session.insert(bound)
    work.about.object_type, work.about.object_id, work.about.on_behalf_of = "binding", bound.id, body.worker_id
    work.fact("binding.made", object_id=bound.id)
    return bound.id


_BINDING = (
    "jsonb_build_object('id', b.id, 'workerId', b.worker_id, 'subject', b.subject, 'validFrom', b.valid_from,"
    " 'validUntil', b.valid_until, 'endedAt', app_time(b.ended_at))"
)


async def bindings(work: Work, *, after: UUID | None, limit: int) -> list[Row]:
    """The logins bound to professionals of the own organisation, as JSON texts."""
    return await work.session.rows(
        f"select b.id, ({_BINDING})::text as body from my_bindings b"
        " where (%(after)s::uuid is null or b.id > %(after)s) order by b.id limit %(limit)s",
        after=after,
        limit=limit,
    )


async def binding(work: Work, binding_id: UUID) -> str:
    """One of these, as JSON text."""
    row = await work.session.row(
        f"select ({_BINDING})::text as body from my_bindings b where b.id = %(id)s", id=binding_id
    )
    if row is None:
        raise NotVisible
    return str(row["body"])


async def unbind(work: Work, binding_id: UUID) -> UUID:
    """End a login of the own organisation: its next request is nobody's."""
    work.about.object_type, work.about.object_id = "binding", binding_id
    work.match(await binding(work, binding_id))
    row = await work.session.row("select app_unbind(%(id)s) as worker", id=binding_id)
    if row is None or row["worker"] is None:
        raise Conflict("Deze koppeling is al beëindigd.", "This binding has ended.", code="beeindigd")
    work.about.on_behalf_of = row["worker"]
    work.fact("binding.ended", object_id=binding_id)
    return binding_id


async def invite(work: Work, body: InvitationCodeBody) -> tuple[UUID, str, datetime]:
    """A code for one person, shown once: only its digest is kept. Of the own organisation, or of a pupil's family."""
    given = {"worker_id": body.worker_id, "guardian_id": body.guardian_id, "young_person_id": body.young_person_id}
    if sum(each is not None for each in given.values()) != 1:
        raise Invalid(Fault("", "een_persoon", "Noem precies één persoon.", "Name exactly one person."))
    asked = await work.session.row(
        "select app_invites(%(worker_id)s, %(guardian_id)s, %(young_person_id)s) as invites", **given
    )
    if asked is None or not asked["invites"]:
        raise Invalid(
            Fault(
                "",
                "onbekende_persoon",
                "Dit is geen medewerker van uw organisatie, ouder van een leerling, of leerling vanaf 12 jaar.",
                "Not a worker of your organisation, parent of a pupil, or pupil from 12 years.",
            )
        )
    code = secrets.token_urlsafe(24)
    made = InvitationCode(
        digest=_digest(code),
        worker_id=body.worker_id,
        guardian_id=body.guardian_id,
        young_person_id=body.young_person_id,
        expires_at=datetime.now(UTC) + CODE_VALID_FOR,
        created_by=work.actor.person_id,
    )
    await work.session.insert(made)
    work.about.object_type, work.about.object_id = "invitation-code", made.id
    work.fact("invitation-code.made", object_id=made.id)
    return made.id, code, made.expires_at


async def redeem(work: Work, body: RedeemBody) -> UUID:
    """Bind the caller's own login with a code; how sure the login must be stands in `app.domain.assurance`."""
    binding_id = new_id()
    row = await work.session.row(
        "select app_redeem(%(digest)s, %(issuer)s, %(subject)s, %(binding)s) as person",
        digest=_digest(body.code),
        issuer=work.ask.subject.issuer,
        subject=work.ask.subject.subject,
        binding=binding_id,
    )
    if row is None or row["person"] is None:
        raise Conflict(
            "Deze code is onbekend, al gebruikt of verlopen, of uw login is al gekoppeld.",
            "This code is unknown, used or expired, or your login is bound already.",
            code="code-geldt-niet",
        )
    work.about.object_type, work.about.object_id = "binding", binding_id
    work.fact("binding.made", object_id=binding_id)
    return binding_id


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
