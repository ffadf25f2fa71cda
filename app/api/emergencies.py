"""Access in an emergency, its review, and what the family is told of it."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.api import schemas
from app.api.call import Calling, Cursor, IdempotencyKey, Limit, creates, operation, shows
from app.api.parameters import CaseId, EmergencyAccessId
from app.api.schemas import page_of
from app.db import reads
from app.db.session import Row
from app.domain.policy import Action
from app.services import emergencies, mila
from app.services.bodies import EmergencyBody, EmergencyReviewBody
from app.services.work import Work

router = APIRouter(tags=["Noodtoegang"])


@router.get("/emergency-accesses", **operation(Action.EMERGENCY_READ, page_of(schemas.EmergencyAccess)))
async def list_emergency_accesses(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Uw eigen noodtoegangen; wie toetst ziet die van de eigen organisatie. Nieuwste eerst."""

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        return await emergencies.listed(work, after=after, limit=count)

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.post("/emergency-accesses", **creates(Action.EMERGENCY_CREATE, schemas.EmergencyAccess))
async def claim_emergency_access(call: Calling, body: EmergencyBody, idempotency_key: IdempotencyKey = "") -> Response:
    """Neem noodtoegang tot de zaken van een jeugdige.

    Alleen als een vitaal belang niet kan wachten. U leest dan enkele uren mee, zonder te schrijven. Het eind ligt vast;
    opnieuw kan pas als een collega deze heeft getoetst. Het gezin hoort het meteen, tenzij dat gevaar oplevert.
    """
    del idempotency_key  # read from the request; named here for the contract
    hours: int = call.request.app.state.emergency_hours
    return await call.create(
        lambda work: emergencies.claim(work, body, hours=hours), emergencies.seen, location="/emergency-accesses/{}"
    )


@router.get("/emergency-accesses/{emergencyAccessId}", **shows(Action.EMERGENCY_READ, schemas.EmergencyAccess))
async def read_emergency_access(call: Calling, emergency_access_id: EmergencyAccessId) -> Response:
    """Eén noodtoegang."""
    return await call.read(lambda work: emergencies.seen(work, emergency_access_id))


@router.post(
    "/emergency-accesses/{emergencyAccessId}/review",
    **creates(
        Action.EMERGENCY_REVIEW,
        schemas.EmergencyAccess,
        shown={
            "reviewedAt": schemas.LATER,
            "reviewedBy": mila.WATCHER,
            "justified": True,
            "reviewNote": mila.EMERGENCY_REVIEW,
        },
    ),
)
async def review_emergency_access(
    call: Calling,
    emergency_access_id: EmergencyAccessId,
    body: EmergencyReviewBody,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Toets een noodtoegang van een collega.

    Nooit de eigen. Niet terecht: zij eindigt meteen. Wist het gezin het nog niet, dan hoort het dat nu, tenzij u zegt
    dat dit nog gevaar oplevert.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: emergencies.review(work, emergency_access_id, body), emergencies.seen)


@router.get("/cases/{caseId}/emergency-accesses", **operation(Action.ACCESS_LOG_READ, page_of(schemas.EmergencyAccess)))
async def list_emergencies_of_case(
    call: Calling, case_id: CaseId, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """Wie in een noodsituatie meelas in uw zaak, en waarom."""
    return await call.tell_page(
        lambda after, count: reads.emergencies(case_id, after=after, limit=count), limit=limit, cursor=cursor
    )
