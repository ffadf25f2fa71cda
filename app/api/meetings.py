"""Meetings about one child."""

import json
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.api import schemas
from app.api.call import (
    Call,
    Calling,
    Cursor,
    IdempotencyKey,
    IfMatch,
    Limit,
    changes,
    creates,
    listed,
    nested,
    operation,
    seen,
    shows,
)
from app.api.parameters import CaseId, MeetingId
from app.api.schemas import page_of
from app.db import reads
from app.domain.policy import Action
from app.services import meetings
from app.services.bodies import (
    ChecklistAnswerBody,
    DecisionBody,
    InvitationBody,
    MeetingBody,
    MeetingPatch,
    ReportBody,
)
from app.services.work import Work, look
from app.workflow.loader import pinned

router = APIRouter(tags=["Overleg"])


@router.get("/cases/{caseId}/meetings", **operation(Action.CASE_READ, page_of(schemas.Meeting)))
async def list_meetings(call: Calling, case_id: CaseId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De overleggen van een zaak."""
    return await call.tell_page(listed(reads.MEETINGS, case_id), limit=limit, cursor=cursor)


@router.post("/cases/{caseId}/meetings", **creates(Action.MEETING_CREATE, schemas.Meeting))
async def plan_meeting(
    call: Calling, case_id: CaseId, body: MeetingBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Plan een overleg.

    De soorten staan in de route; zij zegt ook welke rol welke soort bijeenroept.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(
        lambda work: meetings.plan(work, case_id, body), seen(reads.MEETINGS), location="/meetings/{}"
    )


@router.get("/meetings/{meetingId}", **shows(Action.CASE_READ, schemas.Meeting))
async def read_meeting(call: Calling, meeting_id: MeetingId) -> Response:
    """Eén overleg, met uitnodigingen en besluiten."""
    return await call.tell(reads.one(reads.MEETINGS, meeting_id))


@router.patch("/meetings/{meetingId}", **changes(Action.MEETING_UPDATE, schemas.Meeting))
async def move_meeting(call: Calling, meeting_id: MeetingId, body: MeetingPatch, if_match: IfMatch = "") -> Response:
    """Verzet een overleg.

    Alleen zolang het niet is gehouden.
    """
    del if_match  # read from the request; named here for the contract
    return await call.change(lambda work: meetings.move(work, meeting_id, body), seen(reads.MEETINGS))


@router.get("/meetings/{meetingId}/invitations", **operation(Action.CASE_READ, page_of(schemas.Invitation)))
async def list_invitations(call: Calling, meeting_id: MeetingId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Wie voor een overleg is uitgenodigd."""
    return await call.tell_page(
        nested(reads.MEETINGS, reads.INVITATIONS, "meeting_id", meeting_id),
        limit=limit,
        cursor=cursor,
    )


@router.post("/meetings/{meetingId}/invitations", **creates(Action.MEETING_INVITE, schemas.Invitation))
async def invite(
    call: Calling, meeting_id: MeetingId, body: InvitationBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Nodig iemand uit die bij de zaak betrokken is.

    Precies één: een betrokkene, een ouder of voogd, of de jeugdige. Wie niet betrokken is, wordt dat eerst.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: meetings.invite(work, meeting_id, body), seen(reads.INVITATIONS))


@router.get("/meetings/{meetingId}/checklist", **shows(Action.CASE_READ, schemas.Checklist))
async def read_checklist(call: Calling, meeting_id: MeetingId) -> Response:
    """De checklist van een overleg: elke vraag, met het antwoord dat nu geldt."""
    told = await look(call.database, call.ask(), reads.checklist(meeting_id))
    return call.tagged(_checklist(call, meeting_id, told.rows[0]["body"]))


@router.post("/meetings/{meetingId}/checklist", **creates(Action.MEETING_CHECKLIST, schemas.Checklist))
async def answer_checklist(
    call: Calling, meeting_id: MeetingId, body: ChecklistAnswerBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Beantwoord een vraag van de checklist; een nieuw antwoord komt in de plaats van het vorige.

    Door wie het overleg belegt of ervoor is uitgenodigd. Zolang er vragen open zijn, wordt het verslag geweigerd.
    """
    del idempotency_key  # read from the request; named here for the contract

    async def shown(work: Work, answered: UUID) -> str:
        return _checklist(call, answered, await work.seen_by(reads.checklist(answered)))

    return await call.create(lambda work: meetings.answer(work, meeting_id, body), shown)


def _checklist(call: Call, meeting_id: UUID, body: str) -> str:
    """The questions in the words of the route, with the answers that were read."""
    words = "en" if call.english else "nl"
    found = json.loads(body)
    route = pinned(found["route"], found["version"])
    key = route.meetings[found["kind"]].checklist
    known = route.checklists[key] if key else None
    open_one: dict[str, Any] = {"answer": None, "answeredAt": None, "remark": None, "withheld": []}
    items = [
        {
            "item": item.key,
            "question": getattr(item.question, words),
            "answerKind": item.answer,
            **found["answers"].get(item.key, open_one),
        }
        for item in (known.items if known else ())
    ]
    told = {
        "meetingId": str(meeting_id),
        "checklist": key,
        "title": getattr(known.title, words) if known else None,
        "complete": all(item["answer"] is not None for item in items),
        "items": items,
    }
    return json.dumps(told, ensure_ascii=False)


@router.post(
    "/meetings/{meetingId}/report",
    **creates(
        Action.MEETING_REPORT,
        schemas.Meeting,
        shown={"heldAt": schemas.LATER, "invitations": [schemas.shown(schemas.Invitation, present=True)]},
    ),
)
async def report_meeting(
    call: Calling, meeting_id: MeetingId, body: ReportBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Leg vast wie er was; het overleg geldt dan als gehouden.

    Noem iedereen die was uitgenodigd; bij afwezigheid met de reden.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: meetings.report(work, meeting_id, body), seen(reads.MEETINGS))


@router.get("/meetings/{meetingId}/decisions", **operation(Action.CASE_READ, page_of(schemas.Decision)))
async def list_decisions(call: Calling, meeting_id: MeetingId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De besluiten van een overleg die u mag zien."""
    return await call.tell_page(
        nested(reads.MEETINGS, reads.DECISIONS, "meeting_id", meeting_id),
        limit=limit,
        cursor=cursor,
    )


@router.post("/meetings/{meetingId}/decisions", **creates(Action.DECISION_CREATE, schemas.Decision))
async def decide(
    call: Calling, meeting_id: MeetingId, body: DecisionBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Leg een besluit van een overleg vast.

    Het blijft bij wie het onderwerp mag zien.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: meetings.decide(work, meeting_id, body), seen(reads.DECISIONS))
