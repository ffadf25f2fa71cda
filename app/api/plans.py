"""Plans, with goals, actions, agreement and evaluation."""

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
    nested,
    operation,
    seen,
    shows,
)
from app.api.parameters import CaseId, PlanId
from app.api.schemas import page_of
from app.db import reads
from app.domain.policy import Action
from app.services import plans
from app.services.bodies import ActionBody, ApprovalBody, EvaluationBody, GoalBody, PlanBody, PlanPatch

router = APIRouter(tags=["Plannen"])


@router.get("/cases/{caseId}/plans", **operation(Action.CASE_READ, page_of(schemas.Plan)))
async def list_plans(call: Calling, case_id: CaseId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De plannen van een zaak."""
    return await call.tell_page(listed(reads.PLANS, case_id), limit=limit, cursor=cursor)


@router.post("/cases/{caseId}/plans", **creates(Action.PLAN_CREATE, schemas.Plan))
async def draw_up_plan(
    call: Calling, case_id: CaseId, body: PlanBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Stel een plan op.

    Wie de regie heeft, volgt uit de regietabel van de route; anders kan met een reden. Het plan geldt pas als de
    route het van kracht maakt.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: plans.draw_up(work, case_id, body), seen(reads.PLANS), location="/plans/{}")


@router.get("/plans/{planId}", **shows(Action.CASE_READ, schemas.Plan))
async def read_plan(call: Calling, plan_id: PlanId) -> Response:
    """Eén plan."""
    return await call.tell(reads.one(reads.PLANS, plan_id))


@router.patch("/plans/{planId}", **changes(Action.PLAN_UPDATE, schemas.Plan))
async def change_plan(call: Calling, plan_id: PlanId, body: PlanPatch, if_match: IfMatch = "") -> Response:
    """Wijzig een plan dat nog niet van kracht is.

    Een plan dat van kracht is, wordt langs de route bijgesteld: dan komt er een nieuwe versie. Instemming die
    op eerdere woorden is gegeven, telt dan niet meer.
    """
    del if_match  # read from the request; named here for the contract
    return await call.change(lambda work: plans.change(work, plan_id, body), seen(reads.PLANS))


@router.get("/plans/{planId}/goals", **operation(Action.CASE_READ, page_of(schemas.Goal)))
async def list_goals(call: Calling, plan_id: PlanId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De doelen van een plan die u mag zien."""
    return await call.tell_page(
        nested(reads.PLANS, reads.GOALS, "plan_id", plan_id),
        limit=limit,
        cursor=cursor,
    )


@router.post("/plans/{planId}/goals", **creates(Action.PLAN_GOAL_CREATE, schemas.Goal))
async def add_goal(call: Calling, plan_id: PlanId, body: GoalBody, idempotency_key: IdempotencyKey = "") -> Response:
    """Voeg een meetbaar doel toe.

    Zolang het plan niet van kracht is. Wie het onderwerp niet mag schrijven, schrijft er geen doel voor.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: plans.add_goal(work, plan_id, body), seen(reads.GOALS))


@router.get("/plans/{planId}/actions", **operation(Action.CASE_READ, page_of(schemas.PlanAction)))
async def list_actions(call: Calling, plan_id: PlanId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De acties van een plan die u mag zien."""
    return await call.tell_page(
        nested(reads.PLANS, reads.ACTIONS, "plan_id", plan_id),
        limit=limit,
        cursor=cursor,
    )


@router.post("/plans/{planId}/actions", **creates(Action.PLAN_ACTION_CREATE, schemas.PlanAction))
async def add_action(
    call: Calling, plan_id: PlanId, body: ActionBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Voeg een actie toe: wie doet wat, voor wanneer.

    Het doel staat in dit plan, en een betrokkene die het doet, doet mee in deze zaak.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: plans.add_action(work, plan_id, body), seen(reads.ACTIONS))


@router.get("/plans/{planId}/approvals", **operation(Action.CASE_READ, page_of(schemas.Approval)))
async def list_approvals(call: Calling, plan_id: PlanId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Wie met een plan instemde, en wie niet."""
    return await call.tell_page(
        nested(reads.PLANS, reads.APPROVALS, "plan_id", plan_id),
        limit=limit,
        cursor=cursor,
    )


@router.post("/plans/{planId}/approvals", **creates(Action.PLAN_APPROVE, schemas.Approval))
async def add_approval(
    call: Calling, plan_id: PlanId, body: ApprovalBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Stem in met een plan, of niet.

    Iedere partij voor zich. Wat het gezin antwoordde, mag een professional vastleggen; wie zelf nee zei, komt daar
    alleen zelf op terug.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: plans.approve(work, plan_id, body), seen(reads.APPROVALS))


@router.get("/plans/{planId}/evaluations", **operation(Action.CASE_READ, page_of(schemas.Evaluation)))
async def list_evaluations(call: Calling, plan_id: PlanId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De evaluaties van een plan."""
    return await call.tell_page(
        nested(reads.PLANS, reads.EVALUATIONS, "plan_id", plan_id),
        limit=limit,
        cursor=cursor,
    )


@router.post("/plans/{planId}/evaluations", **creates(Action.PLAN_EVALUATE, schemas.Evaluation))
async def add_evaluation(
    call: Calling, plan_id: PlanId, body: EvaluationBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Evalueer een plan.

    Alleen een plan dat van kracht is. School en gemeente doen mee met een contactpersoon die in deze zaak is
    vastgelegd.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: plans.evaluate(work, plan_id, body), seen(reads.EVALUATIONS))
