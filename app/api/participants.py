"""Who is involved in a case."""

from fastapi import APIRouter
from starlette.responses import Response

from app.api import schemas
from app.api.call import (
    Calling,
    Cursor,
    IdempotencyKey,
    IfMatch,
    Limit,
    changes,
    creates,
    listed,
    operation,
    seen,
    shows,
)
from app.api.parameters import CaseId, ParticipantId
from app.api.schemas import page_of
from app.db import reads
from app.domain.policy import Action
from app.services import participants
from app.services.bodies import ParticipantBody, ParticipantPatch

router = APIRouter(tags=["Betrokkenen"])


@router.get("/cases/{caseId}/participants", **operation(Action.CASE_READ, page_of(schemas.Participant)))
async def list_participants(call: Calling, case_id: CaseId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Wie bij de zaak betrokken is of was."""
    return await call.tell_page(listed(reads.PARTICIPANTS, case_id), limit=limit, cursor=cursor)


@router.post("/cases/{caseId}/participants", **creates(Action.PARTICIPANT_CREATE, schemas.Participant))
async def involve(
    call: Calling, case_id: CaseId, body: ParticipantBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Betrek een organisatie, een rol of een medewerker.

    Op toestemming alleen zolang die vandaag geldt voor deze organisatie; op een andere grond met een motivering.
    Een functie, zoals contactpersoon, heeft een medewerker bij naam. Wie zelf op toestemming meedoet, betrekt een
    ander alleen op toestemming.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(
        lambda work: participants.involve(work, case_id, body), seen(reads.PARTICIPANTS), location="/participants/{}"
    )


@router.get("/participants/{participantId}", **shows(Action.CASE_READ, schemas.Participant))
async def read_participant(call: Calling, participant_id: ParticipantId) -> Response:
    """Eén betrokkenheid."""
    return await call.tell(reads.one(reads.PARTICIPANTS, participant_id))


@router.patch("/participants/{participantId}", **changes(Action.PARTICIPANT_UPDATE, schemas.Participant))
async def change_participant(
    call: Calling, participant_id: ParticipantId, body: ParticipantPatch, if_match: IfMatch = ""
) -> Response:
    """Wijzig de functies van een betrokkene.

    Alleen van wie bij naam betrokken is.
    """
    del if_match  # read from the request; named here for the contract
    return await call.change(lambda work: participants.change(work, participant_id, body), seen(reads.PARTICIPANTS))


@router.delete(
    "/participants/{participantId}", **operation(Action.PARTICIPANT_END, None, status=204, refusals=(409, 412, 428))
)
async def end_participation(call: Calling, participant_id: ParticipantId, if_match: IfMatch = "") -> Response:
    """Beëindig een betrokkenheid: vanaf nu geeft zij nergens meer toegang toe. De regel blijft als geschiedenis."""
    del if_match  # read from the request; named here for the contract
    return await call.end(lambda work: participants.end(work, participant_id))
