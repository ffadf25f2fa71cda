"""The regie by name: who may hold it, who hands it over, and what of the case follows (001:353-362, 002:143)."""

from uuid import UUID

from app.db.session import Row
from app.domain.errors import Fault, Invalid, NotPermitted
from app.services.work import Work
from app.workflow.model import RegieChoice, Route


async def hand_over(work: Work, case_id: UUID, route: Route, *, role: str | None, worker_id: UUID | None) -> None:
    """Before somebody is named regiehouder; the case is under lock. Who held it holds it no more: there is one regie.

    On a route where those at the table choose, the case's regie lies from then on with the side of the new holder.

    Raises:
        Invalid: on this route the role holds no regie.
        NotPermitted: the regie is somebody else's, who did not hand it over.
    """
    side = next((side for side, roles in route.regie.holders.items() if role in roles), None)
    if side is None:
        known = ", ".join(sorted({str(each) for roles in route.regie.holders.values() for each in roles}))
        raise Invalid(
            Fault(
                "/functions",
                "rol_heeft_geen_regie",
                f"In deze rol is op deze route niemand regiehouder. Wel: {known}.",
                f"On this route nobody is regiehouder in this role. Roles that are: {known}.",
            )
        )
    holder = await _holder(work, case_id)
    if holder is not None and holder["worker_id"] != worker_id:
        # What the newest plan says goes before what was: the regie of another side ends with it (001:356-360).
        falls_to = {
            str(each) for key, roles in route.regie.holders.items() if key == holder["planned"] for each in roles
        }
        if not (role in falls_to and holder["role"] not in falls_to):
            await _held_by(work, holder)
        work.fact("regie.handed-over", case_id=case_id, object_id=case_id)
    await work.session.run(
        "update participants set functions = array_remove(functions, 'regiehouder') where case_id = %(case)s"
        " and ended_at is null and 'regiehouder' = any (functions)",
        case=case_id,
    )
    if route.regie.choice is RegieChoice.CHOSEN:
        await work.session.run(
            "update cases set regie = %(side)s, regie_reason = null where id = %(case)s and regie is not null",
            side=str(side),
            case=case_id,
        )


async def may_let_go(work: Work, case_id: UUID) -> None:
    """Before the function is taken from its holder without another in the place. Raises NotPermitted."""
    holder = await _holder(work, case_id)
    if holder is not None:
        await _held_by(work, holder)


async def _holder(work: Work, case_id: UUID) -> Row | None:
    return await work.session.row(
        "select p.worker_id, p.organisation_id, p.role, (select l.regie from plans l where l.case_id = p.case_id"
        " order by l.id desc limit 1) as planned from participants_in_force p"
        " where p.case_id = %(case)s and 'regiehouder' = any (p.functions) limit 1",
        case=case_id,
    )


async def _held_by(work: Work, holder: Row) -> None:
    """The holder hands over, or the holder's own house when the holder has no login there any more."""
    if holder["worker_id"] == work.actor.person_id:
        return
    if holder["organisation_id"] == work.actor.organisation_id:
        there = await work.session.row(
            "select from my_bindings where worker_id = %(holder)s and ended_at is null"
            " and (valid_until is null or valid_until >= app_today()) limit 1",
            holder=holder["worker_id"],
        )
        if there is None:
            return
    raise NotPermitted(
        "De regie draagt over wie haar nu heeft; is die er niet meer, dan de eigen organisatie van die persoon.",
        "The regie is handed over by who holds it now; when that person has left, by his or her own organisation.",
    )
