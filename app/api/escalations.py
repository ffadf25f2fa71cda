"""When things are stuck."""

from fastapi import APIRouter
from starlette.responses import Response

from app.api import schemas
from app.api.call import (
    Calling,
    Cursor,
    IdempotencyKey,
    Limit,
    creates,
    listed,
    nested,
    operation,
    seen,
    shows,
)
from app.api.parameters import CaseId, EscalationId
from app.api.schemas import page_of
from app.db import reads
from app.domain.policy import Action
from app.services import escalations, mila
from app.services.bodies import EscalationBody, FindingBody, ResolutionBody

router = APIRouter(tags=["Vastgelopen"])


@router.get("/cases/{caseId}/escalations", **operation(Action.CASE_READ, page_of(schemas.Escalation)))
async def list_escalations(call: Calling, case_id: CaseId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Wat er in een zaak vastzat of vastzit."""
    return await call.tell_page(listed(reads.ESCALATIONS, case_id), limit=limit, cursor=cursor)


@router.post("/cases/{caseId}/escalations", **creates(Action.ESCALATION_CREATE, schemas.Escalation))
async def escalate(
    call: Calling, case_id: CaseId, body: EscalationBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Meld dat iets vastzit.

    Wie de route daarvoor noemt, wordt meteen betrokken. Schrijf over het proces, niet over het kind.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(
        lambda work: escalations.escalate(work, case_id, body), seen(reads.ESCALATIONS), location="/escalations/{}"
    )


@router.get("/escalations/{escalationId}", **shows(Action.CASE_READ, schemas.Escalation))
async def read_escalation(call: Calling, escalation_id: EscalationId) -> Response:
    """Eén melding dat iets vastzit."""
    return await call.tell(reads.one(reads.ESCALATIONS, escalation_id))


@router.get("/escalations/{escalationId}/findings", **operation(Action.CASE_READ, page_of(schemas.Finding)))
async def list_findings(
    call: Calling, escalation_id: EscalationId, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """De bevindingen over het proces."""
    return await call.tell_page(
        nested(reads.ESCALATIONS, reads.FINDINGS, "escalation_id", escalation_id),
        limit=limit,
        cursor=cursor,
    )


@router.post("/escalations/{escalationId}/findings", **creates(Action.ESCALATION_FINDING, schemas.Finding))
async def add_finding(
    call: Calling, escalation_id: EscalationId, body: FindingBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Leg een bevinding over het proces vast.

    Een waarneming, die niets beslist; zolang de melding niet is opgelost.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: escalations.find(work, escalation_id, body), seen(reads.FINDINGS))


@router.post(
    "/escalations/{escalationId}/resolution",
    **creates(
        Action.ESCALATION_RESOLVE,
        schemas.Escalation,
        shown={"resolvedAt": schemas.LATER, "resolution": mila.SOLVED},
    ),
)
async def resolve_escalation(
    call: Calling, escalation_id: EscalationId, body: ResolutionBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Leg vast hoe het is opgelost.

    Eén keer. Wie erbij werd gehaald, blijft betrokken tot die betrokkenheid wordt beëindigd.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: escalations.resolve(work, escalation_id, body), seen(reads.ESCALATIONS))
