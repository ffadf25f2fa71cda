"""Meetings of an organisation itself: about policy, never about a child."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.api import schemas
from app.api.call import Calling, Cursor, IdempotencyKey, Limit, creates, operation, shows
from app.api.parameters import OrganisationId, OrganisationMeetingId
from app.api.schemas import page_of
from app.db.session import Row
from app.domain.policy import Action
from app.services import mila, organisation_meetings
from app.services.bodies import OrganisationDecisionBody, OrganisationMeetingBody, OrganisationReportBody
from app.services.work import Work

router = APIRouter(tags=["Overleg over beleid"])


@router.get(
    "/organisations/{organisationId}/meetings",
    **operation(Action.ORGANISATION_MEETING_READ, page_of(schemas.OrganisationMeeting)),
)
async def list_organisation_meetings(
    call: Calling, organisation_id: OrganisationId, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """De overleggen over beleid van een organisatie, voor zover uw eigen organisatie eraan meedoet.

    Zij gaan nooit over een kind: dat gebeurt in een overleg van de zaak zelf.
    """

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        return await organisation_meetings.listed(work, organisation_id, after=after, limit=count)

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.post(
    "/organisations/{organisationId}/meetings",
    **creates(Action.ORGANISATION_MEETING_CREATE, schemas.OrganisationMeeting),
)
async def plan_organisation_meeting(
    call: Calling, organisation_id: OrganisationId, body: OrganisationMeetingBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Plan een overleg over beleid van uw eigen organisatie.

    Een oogo is van een samenwerkingsverband, met ten minste één gemeente; een zat en een cvb zijn van een school. Het
    gaat nooit over een kind: noem er geen, ook niet in een omschrijving.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(
        lambda work: organisation_meetings.plan(work, organisation_id, body),
        organisation_meetings.shown,
        location="/organisation-meetings/{}",
    )


@router.get(
    "/organisation-meetings/{organisationMeetingId}",
    **shows(Action.ORGANISATION_MEETING_READ, schemas.OrganisationMeeting),
)
async def read_organisation_meeting(call: Calling, organisation_meeting_id: OrganisationMeetingId) -> Response:
    """Eén overleg over beleid, met wie er was en wat is afgesproken."""
    return await call.read(lambda work: organisation_meetings.shown(work, organisation_meeting_id))


@router.post(
    "/organisation-meetings/{organisationMeetingId}/report",
    **creates(
        Action.ORGANISATION_MEETING_REPORT,
        schemas.OrganisationMeeting,
        shown={
            "heldAt": mila.OOGO_HELD,
            "parties": [schemas.shown(schemas.OrganisationMeetingParty, present=True)],
        },
    ),
)
async def report_organisation_meeting(
    call: Calling,
    organisation_meeting_id: OrganisationMeetingId,
    body: OrganisationReportBody,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Leg vast welke organisaties er waren; het overleg geldt dan als gehouden.

    Eén keer. Noem elke organisatie die was uitgenodigd; bij afwezigheid met de reden.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(
        lambda work: organisation_meetings.report(work, organisation_meeting_id, body), organisation_meetings.shown
    )


@router.post(
    "/organisation-meetings/{organisationMeetingId}/decisions",
    **creates(
        Action.ORGANISATION_MEETING_DECIDE,
        schemas.OrganisationMeeting,
        shown={
            "heldAt": mila.OOGO_HELD,
            "parties": [schemas.shown(schemas.OrganisationMeetingParty, present=True)],
            "decisions": [schemas.shown(schemas.OrganisationDecision)],
        },
    ),
)
async def decide_in_organisation_meeting(
    call: Calling,
    organisation_meeting_id: OrganisationMeetingId,
    body: OrganisationDecisionBody,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Leg vast wat is afgesproken.

    Pas als het overleg is gehouden. Over beleid: noem geen kind.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(
        lambda work: organisation_meetings.decide(work, organisation_meeting_id, body), organisation_meetings.shown
    )
