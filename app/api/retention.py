"""How long what is kept; proposals to destroy it, holds, and certificates of what was destroyed."""

import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.api import schemas
from app.api.call import Calling, Cursor, IdempotencyKey, Limit, creates, operation, shows
from app.api.parameters import DestructionCertificateId, LegalHoldId, RetentionProposalId
from app.api.schemas import page_of
from app.db.session import Row
from app.domain import retention as table
from app.domain.policy import Action
from app.services import mila, retention
from app.services.bodies import LegalHoldBody, LiftingBody, RetentionRefusalBody
from app.services.work import Work

router = APIRouter(tags=["Bewaren"])


@router.get("/retention-classes", **shows(Action.RETENTION_CLASS_READ, schemas.RetentionClasses))
async def list_retention_classes(call: Calling) -> Response:
    """Hoe lang wat wordt bewaard, van welke organisatie, en waar dat staat.

    Waar bronnen verschillen staat de andere lezing erbij; een beheerder kan een termijn anders instellen.
    """
    classes: Mapping[str, table.RetentionClass] = call.request.app.state.retention_classes

    async def render(work: Work) -> str:
        work.about.object_type = "retention-class"
        return json.dumps({"items": [_told(each) for each in classes.values()]}, ensure_ascii=False)

    return await call.read(render)


def _told(each: table.RetentionClass) -> dict[str, object]:
    return {
        "key": each.key,
        "title": each.title,
        "owners": sorted(each.owners),
        "term": str(each.term),
        "anchor": table.ANCHOR_IN_WORDS[each.anchor],
        "source": each.source,
        "disputed": each.disputed or None,
        "automatic": each.automatic,
    }


@router.get("/retention-proposals", **operation(Action.RETENTION_READ, page_of(schemas.RetentionProposal)))
async def list_retention_proposals(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Wat uw organisatie wordt voorgesteld te vernietigen, nieuwste eerst: aantallen en redenen, geen inhoud."""

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        return await retention.listed(work, "retention-proposal", after=after, limit=count)

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.get("/retention-proposals/{retentionProposalId}", **shows(Action.RETENTION_READ, schemas.RetentionProposal))
async def read_retention_proposal(call: Calling, retention_proposal_id: RetentionProposalId) -> Response:
    """Eén voorstel, en hoe ver het is uitgevoerd."""
    return await call.read(lambda work: retention.proposal(work, retention_proposal_id))


@router.post(
    "/retention-proposals/{retentionProposalId}/approval",
    **creates(Action.RETENTION_DECIDE, schemas.RetentionProposal),
)
async def approve_retention_proposal(
    call: Calling, retention_proposal_id: RetentionProposalId, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Stem in met een voorstel: de eerste heeft het dan beoordeeld, de tweede keurt het goed.

    Altijd twee verschillende mensen van de organisatie van wie de gegevens zijn. Niet zolang er iets in zit dat onder
    een bewaarplicht valt.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: retention.approve(work, retention_proposal_id), retention.proposal)


@router.post(
    "/retention-proposals/{retentionProposalId}/refusal",
    **creates(
        Action.RETENTION_DECIDE,
        schemas.RetentionProposal,
        shown={
            "status": "afgewezen",
            "refusedBy": mila.SUPPORT,
            "refusedAt": schemas.AT,
            "refusalReason": mila.STAYS_BECAUSE,
        },
    ),
)
async def refuse_retention_proposal(
    call: Calling,
    retention_proposal_id: RetentionProposalId,
    body: RetentionRefusalBody,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Wijs een voorstel af, met de reden: er wordt niets van vernietigd."""
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: retention.refuse(work, retention_proposal_id, body), retention.proposal)


@router.get("/legal-holds", **operation(Action.RETENTION_READ, page_of(schemas.LegalHold)))
async def list_legal_holds(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De bewaarplichten van uw organisatie, ook de opgeheven, nieuwste eerst."""

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        return await retention.listed(work, "legal-hold", after=after, limit=count)

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.post("/legal-holds", **creates(Action.LEGAL_HOLD_PLACE, schemas.LegalHold))
async def place_legal_hold(call: Calling, body: LegalHoldBody, idempotency_key: IdempotencyKey = "") -> Response:
    """Leg een bewaarplicht op: op een zaak, op een klasse, of op alles van uw organisatie.

    Vanaf het antwoord wordt niets vernietigd wat eronder valt, ook niet als het al was goedgekeurd.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: retention.place(work, body), retention.hold, location="/legal-holds/{}")


@router.get("/legal-holds/{legalHoldId}", **shows(Action.RETENTION_READ, schemas.LegalHold))
async def read_legal_hold(call: Calling, legal_hold_id: LegalHoldId) -> Response:
    """Eén bewaarplicht."""
    return await call.read(lambda work: retention.hold(work, legal_hold_id))


@router.post(
    "/legal-holds/{legalHoldId}/lifting",
    **creates(
        Action.LEGAL_HOLD_LIFT,
        schemas.LegalHold,
        shown={
            "liftedBy": mila.SUPPORT,
            "liftedAt": schemas.AT,
            "liftingReason": mila.LIFTED_BECAUSE,
        },
    ),
)
async def lift_legal_hold(
    call: Calling, legal_hold_id: LegalHoldId, body: LiftingBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Hef een bewaarplicht op, met de reden."""
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: retention.lift(work, legal_hold_id, body), retention.hold)


@router.get("/destruction-certificates", **operation(Action.RETENTION_READ, page_of(schemas.DestructionCertificate)))
async def list_destruction_certificates(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De certificaten van wat uw organisatie vernietigde, nieuwste eerst."""

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        return await retention.listed(work, "destruction-certificate", after=after, limit=count)

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.get(
    "/destruction-certificates/{destructionCertificateId}",
    **shows(Action.RETENTION_READ, schemas.DestructionCertificate),
)
async def read_destruction_certificate(call: Calling, destruction_certificate_id: DestructionCertificateId) -> Response:
    """Eén certificaat, met zijn digest."""
    return await call.read(lambda work: retention.shown(work, "destruction-certificate", destruction_certificate_id))
