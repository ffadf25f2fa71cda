"""Signals, conversation notes and findings of a case."""

from fastapi import APIRouter
from starlette.responses import Response

from app.api import schemas
from app.api.call import Calling, Cursor, IdempotencyKey, Limit, creates, listed, operation, seen
from app.api.parameters import CaseId
from app.api.schemas import page_of
from app.db import reads
from app.domain.policy import Action
from app.services import content
from app.services.bodies import AssessmentBody, NoteBody, SignalBody

router = APIRouter(tags=["Inhoud"])


@router.get("/cases/{caseId}/signals", **operation(Action.CASE_READ, page_of(schemas.Signal)))
async def list_signals(call: Calling, case_id: CaseId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De signalen van een zaak die u mag zien."""
    return await call.tell_page(listed(reads.SIGNALS, case_id), limit=limit, cursor=cursor)


@router.post("/cases/{caseId}/signals", **creates(Action.SIGNAL_CREATE, schemas.Signal))
async def add_signal(
    call: Calling, case_id: CaseId, body: SignalBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Leg een signaal vast.

    Het signaal komt bij een zaak die al loopt. Ouder en jeugdige geven hun eigen signaal; een professional mag
    vastleggen wat zij zeiden. Wat in `safetyReason` staat, leest het gezin niet.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: content.add_signal(work, case_id, body), seen(reads.SIGNALS))


@router.get("/cases/{caseId}/notes", **operation(Action.CASE_READ, page_of(schemas.Note)))
async def list_notes(call: Calling, case_id: CaseId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De gesprekken van een zaak die u mag zien."""
    return await call.tell_page(listed(reads.NOTES, case_id), limit=limit, cursor=cursor)


@router.post("/cases/{caseId}/notes", **creates(Action.NOTE_CREATE, schemas.Note))
async def add_note(call: Calling, case_id: CaseId, body: NoteBody, idempotency_key: IdempotencyKey = "") -> Response:
    """Leg een gesprek vast: wanneer, met wie, wat, afspraken.

    De soorten staan in de route; zij zegt ook welke rol welke soort vastlegt. Met wie: rollen, geen namen.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: content.add_note(work, case_id, body), seen(reads.NOTES))


@router.get("/cases/{caseId}/assessments", **operation(Action.CASE_READ, page_of(schemas.Assessment)))
async def list_assessments(call: Calling, case_id: CaseId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De bevindingen van een zaak die u mag zien."""
    return await call.tell_page(listed(reads.ASSESSMENTS, case_id), limit=limit, cursor=cursor)


@router.post("/cases/{caseId}/assessments", **creates(Action.ASSESSMENT_CREATE, schemas.Assessment))
async def add_assessment(
    call: Calling, case_id: CaseId, body: AssessmentBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Leg een bevinding vast, met haar uitkomst.

    De soorten en hun uitkomsten staan in de route; zij zegt ook welke rol welke soort vastlegt. Een latere
    bevinding van dezelfde soort gaat voor. Een feit van het proces draagt geen verslag.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: content.add_assessment(work, case_id, body), seen(reads.ASSESSMENTS))
