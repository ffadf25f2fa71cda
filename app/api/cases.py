"""Cases: open, list, read, enrol; dossier, steps taken, steps that can follow, access log."""

import json
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
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
    operation,
    seen,
    shows,
)
from app.api.deadlines import step_term
from app.api.links import request, resolved
from app.api.parameters import CaseId
from app.api.schemas import page_of
from app.db import reads
from app.db.reads import CaseRead
from app.domain.policy import Action
from app.services import cases, transitions
from app.services.bodies import CaseBody, CasePatch, Code, TransitionBody
from app.services.work import Work

router = APIRouter(tags=["Zaken"])


async def _seen(work: Work, case_id: UUID) -> str:
    return await work.seen_case(case_id)


@router.get("/cases", **operation(Action.CASE_READ, page_of(schemas.Case)))
async def list_cases(
    call: Calling,
    limit: Limit = 50,
    cursor: Cursor = None,
    step: Annotated[Code | None, Query(description="Alleen zaken in deze stap van de route.")] = None,
) -> Response:
    """De zaken die u mag zien, nieuwste eerst."""
    return await call.page_of_mine(limit=limit, cursor=cursor, step=step)


@router.post("/cases", **creates(Action.CASE_CREATE, schemas.Case))
async def open_case(call: Calling, body: CaseBody, idempotency_key: IdempotencyKey = "") -> Response:
    """Open een zaak rond een jeugdige, op een eerste signaal."""
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: cases.open_case(work, body), _seen, location="/cases/{}")


@router.get("/cases/{caseId}", **shows(Action.CASE_READ, schemas.Case))
async def read_case(call: Calling, case_id: CaseId) -> Response:
    """Eén zaak."""
    return await call.tell(reads.case(case_id))


@router.patch("/cases/{caseId}", **changes(Action.CASE_UPDATE, schemas.Case))
async def enrol(call: Calling, case_id: CaseId, body: CasePatch, if_match: IfMatch = "") -> Response:
    """Leg vast op welke school de jeugdige is ingeschreven; daarmee is ook het deelverband bekend."""
    del if_match  # read from the request; named here for the contract
    return await call.change(lambda work: cases.enrol(work, case_id, body), _seen)


@router.get("/cases/{caseId}/dossier", **shows(Action.CASE_READ, schemas.Dossier))
async def read_dossier(call: Calling, case_id: CaseId) -> Response:
    """De paperclip: alles van de zaak wat u mag zien, in één antwoord; wat u niet mag zien staat in `withheld`."""
    return await call.tell(reads.dossier(case_id))


@router.get("/cases/{caseId}/transitions", **operation(Action.CASE_READ, page_of(schemas.Transition)))
async def list_transitions(call: Calling, case_id: CaseId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De stappen die zijn gezet, oudste eerst."""
    return await call.tell_page(listed(reads.TRANSITIONS, case_id), limit=limit, cursor=cursor)


@router.post("/cases/{caseId}/transitions", **creates(Action.TRANSITION_PERFORM, schemas.Transition))
async def take_step(
    call: Calling, case_id: CaseId, body: TransitionBody, idempotency_key: IdempotencyKey = "", if_match: IfMatch = ""
) -> Response:
    """Zet een stap van de route. Met `If-Match` alleen als de zaak nog is zoals u haar zag."""
    del idempotency_key, if_match  # read from the request; named here for the contract

    return await call.create(lambda work: transitions.take(work, case_id, body), seen(reads.TRANSITIONS))


@router.get("/cases/{caseId}/next-steps", **shows(Action.CASE_READ, schemas.NextSteps))
async def read_next_steps(call: Calling, case_id: CaseId) -> Response:
    """Elke stap vanaf hier: voor u mogelijk, of geblokkeerd met elke reden, wie die kan oplossen en hoe."""
    outlook = await transitions.next_steps(call.database, call.ask(), case_id)
    return call.tagged(json.dumps(steps_body(call, outlook), ensure_ascii=False))


def steps_body(call: Call, outlook: transitions.Outlook) -> Mapping[str, Any]:
    """Where a case stands and what can follow, as the contract shows it."""
    words = "en" if call.english else "nl"
    step = outlook.route.steps[outlook.facts.step]
    days = [term.due for term in outlook.terms if term.due is not None]
    ids = {"caseId": str(outlook.case_id)}
    return {
        "step": step.key,
        "title": getattr(step.title, words),
        "purpose": getattr(step.purpose, words),
        "asides": [
            {"key": each.key, "title": getattr(each.title, words), "says": getattr(each.says, words)}
            for each in outlook.route.asides.values()
        ],
        "due": str(min(days)) if days else None,
        "terms": [step_term(term, english=call.english) for term in outlook.terms],
        "items": [
            {
                "transition": option.transition.key,
                "title": getattr(option.transition.title, words),
                "toStep": option.transition.target(step.key),
                "purpose": getattr(outlook.route.steps[option.transition.target(step.key)].purpose, words),
                "allowed": option.allowed,
                "forYou": option.for_asker,
                "roles": list(option.transition.roles),
                "functions": list(option.transition.functions),
                "requiresExplanation": option.transition.requires_explanation,
                "reasons": [resolved(call, reason, ids) for reason in reasons],
                "operation": request(
                    call,
                    Action.TRANSITION_PERFORM,
                    ids,
                    fields={"transition": option.transition.key},
                    choices={},
                    asks=("explanation",) if option.transition.requires_explanation else (),
                    for_you=option.allowed,
                ),
            }
            for option, reasons in outlook.options
        ],
    }


@router.get("/cases/{caseId}/access-log", **operation(Action.ACCESS_LOG_READ, page_of(schemas.AccessEvent)))
async def read_access_log(call: Calling, case_id: CaseId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Wie de zaak zag of wijzigde, wanneer, in welke rol en op welke grond; nieuwste eerst."""

    def read(after: UUID | None, count: int) -> CaseRead:
        return reads.access_log(case_id, after=after, limit=count)

    return await call.tell_page(read, limit=limit, cursor=cursor)
