"""Who I am; the professionals of one's organisation; how a login is bound to a person."""

import json
from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.api import schemas
from app.api.call import READS_BODY, Calling, Cursor, IdempotencyKey, IfMatch, Limit, creates, operation, shows
from app.api.links import resolved
from app.api.parameters import BindingId
from app.api.schemas import page_of
from app.db import reads
from app.db.session import Row
from app.domain.policy import POLICY, Action
from app.services import people, transitions
from app.services.bodies import BindingBody, InvitationCodeBody, RedeemBody, WorkerBody
from app.services.work import Work

router = APIRouter(tags=["Mensen"])


@router.get("/me", **shows(Action.ME_READ, schemas.Me))
async def read_me(call: Calling) -> Response:
    """Wie u hier bent en wat u mag; ook als uw login nog niet is gekoppeld."""

    async def render(work: Work) -> str:
        work.about.object_type = "me"
        bound = work.session.bound
        person = await reads.me(work.session) if bound else None
        roles = work.roles if bound else call.subject.roles
        actions = {str(action) for role in roles for grant in POLICY[role] for action in grant.actions}
        return json.dumps(
            {
                "personId": str(work.actor.person_id) if bound else None,
                "personKind": str(work.actor.person_kind) if bound else None,
                "name": person["name"] if person else None,
                "organisation": person["organisation"] if person else None,
                "organisationName": person["organisation_name"] if person else None,
                "roles": sorted(roles),
                "actions": sorted(actions),
            },
            ensure_ascii=False,
        )

    return await call.read(render, unbound=True)


@router.get("/me/cases", **operation(Action.CASE_READ, page_of(schemas.Case)))
async def read_my_cases(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Uw zaken, nieuwste eerst."""
    return await call.page_of_mine(limit=limit, cursor=cursor)


@router.get("/me/tasks", **shows(Action.CASE_READ, page_of(schemas.Task)))
async def read_my_tasks(call: Calling, limit: Limit = 50) -> Response:
    """De zaken die op u wachten: de stappen die u nu kunt zetten, en wat van u nodig is. Langst wachtend eerst.

    Er is geen volgende bladzijde: `next` is altijd leeg. Vraag voor meer een hogere `limit` (ten hoogste 100).
    """

    async def render(work: Work) -> str:
        items = [
            {
                "case": json.loads(turn.body),
                "steps": turn.steps,
                "terms": [
                    {
                        "term": near.term.key,
                        "title": getattr(near.term.title, "en" if call.english else "nl"),
                        "dueOn": str(near.due),
                        "overdue": near.overdue,
                    }
                    for near in turn.terms
                ],
                "needed": [resolved(call, reason, {"caseId": str(turn.case_id)}) for reason in turn.needed],
            }
            for turn in await transitions.turns(work, limit=limit)
        ]
        return json.dumps({"items": items, "next": None}, ensure_ascii=False)

    return await call.read(render)


@router.get("/workers", **operation(Action.WORKER_READ, page_of(schemas.Worker)))
async def list_workers(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De medewerkers van uw eigen organisatie."""

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        work.about.object_type = "worker"
        return await people.workers(work, after=after, limit=count)

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.post("/workers", **creates(Action.WORKER_CREATE, schemas.Worker))
async def add_worker(call: Calling, body: WorkerBody, idempotency_key: IdempotencyKey = "") -> Response:
    """Voer een medewerker van uw eigen organisatie in."""
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: people.add_worker(work, body), people.worker)


@router.get("/bindings", **operation(Action.BINDING_READ, page_of(schemas.Binding)))
async def list_bindings(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De logins die aan medewerkers van uw eigen organisatie zijn gekoppeld."""

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        work.about.object_type = "binding"
        return await people.bindings(work, after=after, limit=count)

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.get("/bindings/{bindingId}", **shows(Action.BINDING_READ, schemas.Binding))
async def read_binding(call: Calling, binding_id: BindingId) -> Response:
    """Eén koppeling."""

    async def render(work: Work) -> str:
        work.about.object_type, work.about.object_id = "binding", binding_id
        return await people.binding(work, binding_id)

    return await call.read(render)


@router.delete("/bindings/{bindingId}", **operation(Action.BINDING_END, None, status=204, refusals=(409, 412, 428)))
async def unbind(call: Calling, binding_id: BindingId, if_match: IfMatch = "") -> Response:
    """Beëindig een koppeling: het volgende verzoek met deze login is van niemand."""
    del if_match  # read from the request; named here for the contract
    return await call.end(lambda work: people.unbind(work, binding_id))


@router.post("/bindings", **creates(Action.BINDING_CREATE, schemas.Binding))
async def bind(call: Calling, body: BindingBody, idempotency_key: IdempotencyKey = "") -> Response:
    """Koppel een login aan een medewerker van uw eigen organisatie.

    Een login hoort bij één persoon. Alleen logins van de aanbieder waarmee u zelf bent aangemeld.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: people.bind(work, body), people.binding, location="/bindings/{}")


@router.post("/invitation-codes", **creates(Action.INVITATION_CREATE, schemas.InvitationCode))
async def make_invitation_code(
    call: Calling, body: InvitationCodeBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Maak een code waarmee iemand de eigen login koppelt. De code is alleen in dit antwoord te zien.

    Voor precies één persoon: een medewerker van uw organisatie, een ouder van een leerling, of een leerling vanaf
    12 jaar. Eén keer te gebruiken.
    """
    del idempotency_key  # read from the request; named here for the contract
    shown: dict[str, str] = {}

    async def use_case(work: Work) -> UUID:
        made, code, expires_at = await people.invite(work, body)
        shown.update(code=code, expiresAt=expires_at.isoformat())
        return made

    async def render(work: Work, made: UUID) -> str:
        del work
        return json.dumps({"id": str(made), "code": shown.get("code"), "expiresAt": shown.get("expiresAt")})

    return await call.create(use_case, render)


@router.post("/me/binding", **operation(Action.BINDING_REDEEM, schemas.Bound, status=201, refusals=(409, *READS_BODY)))
async def redeem(call: Calling, body: RedeemBody) -> Response:
    """Koppel uw eigen login met een code; daarvoor moet u met betrouwbaarheid substantieel of hoog zijn ingelogd."""

    async def use_case(work: Work) -> str:
        return json.dumps({"id": str(await people.redeem(work, body))})

    return await call.made(use_case)
