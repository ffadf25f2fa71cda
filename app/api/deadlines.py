"""Terms of a case, and the days on which a school is closed."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.api import schemas
from app.api.call import Calling, Cursor, IdempotencyKey, IfMatch, Limit, creates, operation, seen, shows
from app.api.parameters import CaseId, ClosureId, OrganisationId
from app.api.schemas import page_of
from app.db import reads
from app.db.session import Row
from app.domain.policy import Action
from app.services import closures, deadlines
from app.services.bodies import ClosureBody, ExtensionBody, PauseBody
from app.services.work import Work
from app.workflow.model import Moment
from app.workflow.terms import Deadline

router = APIRouter(tags=["Termijnen"])


@router.get("/cases/{caseId}/deadlines", **shows(Action.CASE_READ, schemas.Deadlines))
async def read_deadlines(call: Calling, case_id: CaseId) -> Response:
    """De termijnen van een zaak: wanneer elk afloopt, en dag voor dag hoe dat is geteld.

    Een termijn die nog niet begon, staat er niet bij. Verjaardagen alleen voor wie de gegevens van de jeugdige mag
    zien.
    """
    dates = await deadlines.read(call.database, call.ask(), case_id)
    body = {
        "items": [deadline_told(each, dates, english=call.english) for each in dates.deadlines],
        "withheld": dates.withheld,
    }
    return call.tagged(json.dumps(body, ensure_ascii=False))


def deadline_told(found: Deadline, dates: deadlines.Dates, *, english: bool) -> dict[str, Any]:
    """A term of a case as the contract shows it."""
    term, words = found.term, "en" if english else "nl"
    days = found.count.days if found.count else ()
    return {
        "term": term.key,
        "title": getattr(term.title, words),
        "step": term.step,
        "anchor": _moment(term.anchor),
        "anchoredOn": str(found.anchored_on) if found.anchored_at else None,
        "until": [_moment(each) for each in term.until],
        "amount": term.amount,
        "unit": term.unit,
        "extendedBy": found.extended_by,
        "hard": term.hard,
        "basis": str(term.basis),
        "source": term.source,
        "dueOn": _day(found),
        "remindOn": str(found.remind_on) if found.remind_on else None,
        "state": str(found.state),
        "metOn": str(found.met_on) if found.met_on else None,
        "late": found.late,
        "wayOn": list(term.way_on),
        "days": [
            {
                "day": str(each.day),
                "counted": each.counted,
                "because": str(each.free.because) if each.free else None,
                "name": getattr(each.free, words) if each.free else None,
            }
            for each in days
        ],
        "pauses": [
            each
            for each in dates.pauses
            if each["term"] == term.key and found.anchored_at and each["lastDay"] > str(found.anchored_on)
        ],
        "extensions": [
            each
            for each in dates.extensions
            if each["term"] == term.key and each["anchoredOn"] == str(found.anchored_on)
        ],
        "fault": {"code": found.fault.code, "detail": getattr(found.fault, words)} if found.fault else None,
    }


def step_term(found: Deadline, *, english: bool) -> dict[str, Any]:
    """A term that bounds the wait in a step, as next-steps shows it."""
    return {
        "term": found.term.key,
        "title": getattr(found.term.title, "en" if english else "nl"),
        "dueOn": _day(found),
        "state": str(found.state),
        "wayOn": list(found.term.way_on),
    }


def _day(found: Deadline) -> str | None:
    return str(found.due) if found.due else None


def _moment(moment: Moment) -> str:
    return f"{moment.kind}:{moment.key}" if moment.key else moment.kind


@router.post("/cases/{caseId}/pauses", **creates(Action.DEADLINE_PAUSE, schemas.Pause))
async def pause_term(call: Calling, case_id: CaseId, body: PauseBody, idempotency_key: IdempotencyKey = "") -> Response:
    """Pauzeer een termijn: deze dagen tellen niet mee, met de reden.

    Alleen een termijn die loopt en niet vastligt; door wie de zaak mag wijzigen, of door de regiehouder. Een pauze
    heeft altijd een laatste dag.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: deadlines.pause(work, case_id, body), seen(reads.PAUSES))


@router.post("/cases/{caseId}/extensions", **creates(Action.DEADLINE_EXTEND, schemas.Extension))
async def extend_term(
    call: Calling, case_id: CaseId, body: ExtensionBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Verleng een termijn, met de reden; in de eenheid van de termijn zelf.

    Alleen een termijn die loopt en niet vastligt; door wie de zaak mag wijzigen, of door de regiehouder.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: deadlines.extend(work, case_id, body), seen(reads.EXTENSIONS))


@router.get("/organisations/{organisationId}/closures", **operation(Action.ORGANISATION_READ, page_of(schemas.Closure)))
async def list_closures(
    call: Calling, organisation_id: OrganisationId, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """De studiedagen en sluitingen van een school: dagen die niet als schooldag tellen."""

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        return await closures.listed(work, organisation_id, after=after, limit=count)

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.post("/organisations/{organisationId}/closures", **creates(Action.CLOSURE_CREATE, schemas.Closure))
async def add_closure(
    call: Calling, organisation_id: OrganisationId, body: ClosureBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Leg een studiedag of sluiting van uw eigen school vast; lopende termijnen in schooldagen schuiven mee."""
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: closures.add(work, organisation_id, body), closures.shown)


@router.get("/organisations/{organisationId}/closures/{closureId}", **shows(Action.ORGANISATION_READ, schemas.Closure))
async def read_closure(call: Calling, organisation_id: OrganisationId, closure_id: ClosureId) -> Response:
    """Eén studiedag of sluiting."""

    async def render(work: Work) -> str:
        work.about.object_type, work.about.object_id = "closure", closure_id
        return await closures.shown(work, closure_id, organisation_id)

    return await call.read(render)


@router.delete(
    "/organisations/{organisationId}/closures/{closureId}",
    **operation(Action.CLOSURE_END, None, status=204, refusals=(409, 412, 428)),
)
async def remove_closure(
    call: Calling, organisation_id: OrganisationId, closure_id: ClosureId, if_match: IfMatch = ""
) -> Response:
    """Trek een studiedag of sluiting van uw eigen school in: de dagen tellen weer mee."""
    del if_match  # read from the request; named here for the contract
    return await call.end(lambda work: closures.remove(work, organisation_id, closure_id))
