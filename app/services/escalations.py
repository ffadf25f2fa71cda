"""When things are stuck: what the route lets be raised, with whom, and what must have been done first.

Source: seed 001:153-161, 273-281; 003:14-16 (the ladder).
"""

from uuid import UUID

from app.db import facts as case_facts
from app.db import reads
from app.db import ways as case_ways
from app.db.session import Row
from app.db.tables import Escalation, Finding
from app.domain.errors import Conflict, Fault, Invalid, NotPermitted, RouteRefusal
from app.services import cases, involvement, plain_words
from app.services.bodies import EscalationBody, FindingBody, ResolutionBody
from app.services.content import authored, unknown_word
from app.services.ways_out import WaysOut
from app.services.work import Work
from app.workflow.decide import lacking
from app.workflow.model import EscalationKind, Route


async def escalate(work: Work, case_id: UUID, body: EscalationBody) -> UUID:
    """Raise that things are stuck; whom the route names for it is called in at once."""
    route = await cases.open_for_writing(work, case_id)
    known = _known(route, body)
    if work.roles.isdisjoint(role for each in known for role in each.roles):
        raising = plain_words.by(sorted({str(role) for each in known for role in each.roles}))
        raise NotPermitted(f"Dit wordt gemeld door: {raising.nl}.", f"This is raised by: {raising.en}.")
    await cases.not_apart(work, case_id)
    await _may_be_raised(work, case_id, route, known)
    escalation = Escalation(
        **authored(work, case_id), kind=body.kind, addressed_to=body.addressed_to, reason=body.reason
    )
    await work.session.insert(escalation)
    for each in known:
        await involvement.involve(work, case_id, each.involve)
    work.about.object_type, work.about.object_id = "escalation", escalation.id
    work.fact("escalation.raised", case_id=case_id, object_id=escalation.id, kind=body.kind)
    return escalation.id


def _known(route: Route, body: EscalationBody) -> list[EscalationKind]:
    """What the route says of this kind with this addressee. Raises Invalid, naming the words that the route has."""
    addressees = {each.addressed_to for each in route.escalations}
    faults = []
    if body.addressed_to not in addressees:
        faults.append(unknown_word("/addressedTo", "bij wie", addressees))
    if body.kind not in {kind for each in route.escalations for kind in each.kinds}:
        kinds = {kind for each in route.escalations for kind in each.kinds}
        faults.append(unknown_word("/kind", "wat er vastzit", kinds))
    known = [each for each in route.escalations if each.addressed_to == body.addressed_to and body.kind in each.kinds]
    if not known and not faults:
        kinds = {kind for each in route.escalations if each.addressed_to == body.addressed_to for kind in each.kinds}
        words = ", ".join(sorted(kinds))
        faults.append(
            Fault(
                "/kind",
                "hoort_hier_niet",
                f"De route legt dit niet bij deze partij neer. Wel: {words}.",
                f"The route does not raise this with that party. It raises: {words}.",
            )
        )
    if faults:
        raise Invalid(*faults)
    return known


async def _may_be_raised(work: Work, case_id: UUID, route: Route, known: list[EscalationKind]) -> None:
    """A higher rung of the ladder may ask something first (003:14-16). Raises RouteRefusal, with every reason."""
    if not any(each.conditions for each in known):
        return
    (found,), (ways,) = await work.session.ask(case_facts.facts(case_id), case_ways.ways(case_id))
    facts, _ = case_facts.read(work.actor, found["facts"])
    reasons = [reason for each in known for reason in lacking(route, each.conditions, facts)]
    if reasons:
        told = WaysOut(
            work.actor,
            work.about.categories | work.about.own,
            route,
            facts,
            case_ways.read(ways["ways"]),
            work.about.ground,
        )
        raise RouteRefusal(*(told.told(reason) for reason in reasons))


async def _unresolved(work: Work, escalation_id: UUID) -> Row:
    case = await work.object(reads.ESCALATIONS, escalation_id)
    await cases.open_for_writing(work, case["case_id"])
    row = await work.session.row("select resolved_at from escalations where id = %(id)s", id=escalation_id)
    if row is None or row["resolved_at"] is not None:
        raise Conflict("Dit is al opgelost.", "This is resolved already.", code="al-opgelost")
    return case


async def find(work: Work, escalation_id: UUID, body: FindingBody) -> UUID:
    """What the one who was called in sees of the process; an observation that decides nothing."""
    case = await _unresolved(work, escalation_id)
    finding = Finding(**authored(work, case["case_id"]), escalation_id=escalation_id, content=body.content)
    await work.session.insert(finding)
    work.about.object_type, work.about.object_id = "finding", finding.id
    work.fact("escalation.found", case_id=case["case_id"], object_id=escalation_id)
    return finding.id


async def resolve(work: Work, escalation_id: UUID, body: ResolutionBody) -> UUID:
    """How it was resolved; what was called in for it goes on until its involvement is ended."""
    case = await _unresolved(work, escalation_id)
    await work.session.run(
        "update escalations set resolved_at = now(), resolution = %(resolution)s where id = %(id)s",
        resolution=body.resolution,
        id=escalation_id,
    )
    work.about.object_type, work.about.object_id = "escalation", escalation_id
    work.fact("escalation.resolved", case_id=case["case_id"], object_id=escalation_id)
    return escalation_id
