"""The plan: perspective, goals, actions, regie, agreement and evaluation (seed 001:351-364)."""

from collections.abc import Sequence
from uuid import UUID

from app.db import facts as case_facts
from app.db import reads
from app.db.session import Row
from app.db.tables import Approval, Evaluation, Goal, Plan, PlanAction
from app.domain.errors import Conflict, Fault, Invalid, NotPermitted
from app.domain.ids import new_id
from app.domain.regie import override_needs_reason
from app.services import cases, partners, plain_words
from app.services.bodies import ActionBody, ApprovalBody, EvaluationBody, GoalBody, PlanBody, PlanPatch
from app.services.content import authored, unknown_kind, unknown_word
from app.services.work import Work
from app.workflow.model import Route

# Goals for school are about learning, goals for help about life at home (seed 001:353-360).
DOMAINS = {"onderwijs": "leren", "zorg": "leven"}


async def draw_up(work: Work, case_id: UUID, body: PlanBody) -> UUID:
    """A new plan; who has the regie follows from the route's table unless a reason says otherwise (001:353-362)."""
    route = await cases.open_for_writing(work, case_id)
    kind = route.plans.get(body.kind)
    if kind is None:
        raise Invalid(unknown_kind(route.plans))
    if work.roles.isdisjoint(kind.roles):
        by = plain_words.by(kind.roles)
        raise NotPermitted(
            f"«{kind.title.nl}» wordt opgesteld door: {by.nl}.", f"«{kind.title.en}» is drawn up by: {by.en}."
        )
    if body.regie is not None and body.regie not in route.regie.holders:
        raise Invalid(unknown_word("/regie", "kant die de regie heeft", route.regie.holders))
    by_table = await _regie_by_table(work, case_id, route)
    regie = body.regie or by_table
    if body.regie is not None and override_needs_reason(by_table, body.regie) and body.regie_reason is None:
        raise Invalid(
            Fault(
                "/regieReason",
                "reden_ontbreekt",
                f"Volgens de regietabel: {by_table or 'nog niet te bepalen'}. Leg uit waarom het hier anders is.",
                f"By the table: {by_table or 'not known yet'}. Explain why it is different here.",
            )
        )
    plan = Plan(
        **authored(work, case_id),
        kind=body.kind,
        perspective=body.perspective,
        evaluation_date=body.evaluation_date,
        regie=regie,
        regie_reason=body.regie_reason if body.regie != by_table else None,
    )
    await work.session.insert(plan)
    work.about.object_type, work.about.object_id = "plan", plan.id
    work.fact("plan.drawn-up", case_id=case_id, object_id=plan.id, kind=body.kind)
    return plan.id


async def _regie_by_table(work: Work, case_id: UUID, route: Route) -> str | None:
    ((found,),) = await work.session.ask(case_facts.facts(case_id))
    known, _ = case_facts.read(work.actor, found["facts"])
    return route.regie_for(known.leervraag, known.leefvraag, known.outcomes)


async def _draft(work: Work, plan_id: UUID) -> tuple[Row, Route]:
    """A plan that is not in force yet, its case under lock. What is in force is revised by the route, not edited."""
    case = await work.object(reads.PLANS, plan_id)
    route = await cases.open_for_writing(work, case["case_id"])
    row = await work.session.row("select in_force_at from plans where id = %(id)s", id=plan_id)
    if row is None or row["in_force_at"] is not None:
        raise Conflict(
            "Dit plan is van kracht. Stel het bij langs de route, dan komt er een nieuwe versie.",
            "This plan is in force. Revise it along the route: that makes a new version.",
            code="plan-van-kracht",
        )
    return case, route


async def change(work: Work, plan_id: UUID, body: PlanPatch) -> UUID:
    """Change a draft. Agreement that was given to other words does not count for the new ones."""
    await work.object(reads.PLANS, plan_id, lock=True)
    work.match(await work.seen(reads.PLANS, plan_id))
    case, _ = await _draft(work, plan_id)
    await work.session.run(
        "update plans set perspective = coalesce(%(perspective)s, perspective),"
        " evaluation_date = coalesce(%(evaluation_date)s, evaluation_date) where id = %(id)s",
        perspective=body.perspective,
        evaluation_date=body.evaluation_date,
        id=plan_id,
    )
    work.fact("plan.changed", case_id=case["case_id"], object_id=plan_id)
    return plan_id


async def add_goal(work: Work, plan_id: UUID, body: GoalBody) -> UUID:
    """A measurable goal. School writes goals for school, the casemanager goals for help (001:356, 360)."""
    case, _ = await _draft(work, plan_id)
    category = DOMAINS[body.domain]
    work.may_write(category)
    goal = Goal(
        **authored(work, case["case_id"]),
        plan_id=plan_id,
        domain=body.domain,
        category=category,
        description=body.description,
        indicator=body.indicator,
        target_date=body.target_date,
    )
    await work.session.insert(goal)
    work.about.object_type, work.about.object_id = "goal", goal.id
    work.fact("plan.changed", case_id=case["case_id"], object_id=plan_id)
    return goal.id


async def add_action(work: Work, plan_id: UUID, body: ActionBody) -> UUID:
    """Who does what, before when, for which goal."""
    case, _ = await _draft(work, plan_id)
    goal = await work.session.row(
        "select category from goals where id = %(goal)s and plan_id = %(plan)s", goal=body.goal_id, plan=plan_id
    )
    faults = []
    if goal is None:
        faults.append(Fault("/goalId", "onbekend_doel", "Dit doel staat niet in dit plan.", "Not a goal of this plan."))
    if (body.owner == "participant") != (body.owner_participant_id is not None):
        faults.append(
            Fault(
                "/ownerParticipantId",
                "eigenaar_past_niet",
                "Noem de betrokkene die het doet, en alleen dan.",
                "Name the participant who does it, and only then.",
            )
        )
    elif body.owner_participant_id is not None:
        owner = await work.session.row(
            "select from participants_in_force where id = %(id)s and case_id = %(case)s",
            id=body.owner_participant_id,
            case=case["case_id"],
        )
        if owner is None:
            faults.append(
                Fault(
                    "/ownerParticipantId",
                    "niet_betrokken",
                    "Deze betrokkene doet niet mee in deze zaak.",
                    "Not a participant of this case.",
                )
            )
    if faults or goal is None:
        raise Invalid(*faults)
    work.may_write(goal["category"])
    action = PlanAction(
        **authored(work, case["case_id"]),
        plan_id=plan_id,
        goal_id=body.goal_id,
        category=goal["category"],
        description=body.description,
        owner=body.owner,
        owner_participant_id=body.owner_participant_id,
        due_on=body.due_on,
    )
    await work.session.insert(action)
    work.about.object_type, work.about.object_id = "action", action.id
    work.fact("plan.changed", case_id=case["case_id"], object_id=plan_id)
    return action.id


async def approve(work: Work, plan_id: UUID, body: ApprovalBody) -> UUID:
    """A party agrees or does not: each for itself; what the family said may be recorded by a professional."""
    case, route = await _draft(work, plan_id)
    person = await _speaks_for(work, case["case_id"], plan_id, route, body)
    approval = Approval(
        **authored(work, case["case_id"]),
        plan_id=plan_id,
        party=body.party,
        person_id=person,
        agreed=body.agreed,
        remark=body.remark,
    )
    await work.session.insert(approval)
    work.about.object_type, work.about.object_id = "approval", approval.id
    work.about.on_behalf_of = person if person != work.actor.person_id else None
    work.fact("plan.answered", case_id=case["case_id"], object_id=plan_id, party=body.party)
    return approval.id


async def _speaks_for(work: Work, case_id: UUID, plan_id: UUID, route: Route, body: ApprovalBody) -> UUID | None:
    """Who of the family answers (None for an organisation). Raises NotPermitted, Invalid."""
    family = ("ouder", "jeugdige")
    if body.party not in {*family, *route.parties}:
        raise Invalid(unknown_word("/party", "namens wie", {*family, *route.parties}))
    if body.party not in family:
        home = await partners.organisation(work, work.actor.organisation_id) if work.actor.organisation_id else None
        if home is None or home["kind"] not in route.parties[body.party].organisation_kinds:
            raise NotPermitted("Iedere partij stemt zelf in.", "Each party agrees for itself.")
        return None
    if work.of_family:
        if work.represents is not (body.party == "ouder") or body.person_id not in {None, work.voice}:
            raise NotPermitted("U kunt alleen voor uzelf antwoorden.", "You can only answer for yourself.")
        return work.voice
    row = await work.session.row(
        "select from cases c left join guardianships_in_force g on g.young_person_id = c.young_person_id"
        " and g.guardian_id = %(person)s and g.gezag = 'ja'"
        " where c.id = %(case)s and case when %(party)s = 'ouder' then g.id is not null"
        "   else c.young_person_id = %(person)s end",
        case=case_id,
        person=body.person_id,
        party=body.party,
    )
    if row is None:
        raise Invalid(
            Fault(
                "/personId",
                "kan_niet_beslissen",
                "Noem de ouder met gezag, of de jeugdige, die antwoordde.",
                "Name the parent with gezag, or the youth, who answered.",
            )
        )
    own = await work.session.row(
        "select agreed from approvals where plan_id = %(plan)s and person_id = %(person)s"
        " and author_id = person_id order by id desc limit 1",
        plan=plan_id,
        person=body.person_id,
    )
    if own is not None and not own["agreed"] and body.agreed:
        raise NotPermitted(
            "Deze persoon heeft zelf nee gezegd, en dat staat vrij (WPO 40a; Jeugdwet 7.3.4). Alleen hij of zij kan"
            " daarop terugkomen, met de eigen login.",
            "This person said no in person, as anybody is free to (WPO 40a; Jeugdwet 7.3.4). Only he or she can come"
            " back on that, with the own login.",
            code="zelf-geweigerd",
        )
    return body.person_id


async def evaluate(work: Work, plan_id: UUID, body: EvaluationBody) -> UUID:
    """How a plan in force went: bijstellen, opschalen, afschalen or afsluiten (001:364)."""
    case = await work.object(reads.PLANS, plan_id)
    route = await cases.open_for_writing(work, case["case_id"])
    row = await work.session.row("select kind, in_force_at from plans where id = %(id)s", id=plan_id)
    if row is None or row["in_force_at"] is None:
        raise Conflict(
            "Dit plan is nog niet van kracht.", "This plan is not in force yet.", code="plan-niet-van-kracht"
        )
    roles = route.plans[row["kind"]].roles
    if work.roles.isdisjoint(roles):
        raise NotPermitted(f"Evalueren doen: {', '.join(roles)}.", f"Evaluated by: {', '.join(roles)}.")
    await _contact_persons(work, case["case_id"], route, body)
    evaluation = Evaluation(
        **authored(work, case["case_id"]),
        plan_id=plan_id,
        outcome=body.outcome,
        held_on=body.held_on,
        parties=sorted(set(body.parties)),
        summary=body.summary,
        next_date=body.next_date,
    )
    await work.session.insert(evaluation)
    work.about.object_type, work.about.object_id = "evaluation", evaluation.id
    work.fact("plan.evaluated", case_id=case["case_id"], object_id=plan_id)
    return evaluation.id


def _with_contact_person(route: Route) -> frozenset[str]:
    """The parties whose contact person the route asks at an evaluation (001:364, 003:9-11)."""
    asked = (
        condition.params.get("parties", ())
        for transition in route.transitions.values()
        for condition in transition.conditions
        if condition.name == "plan_evaluated"
    )
    return frozenset(party for parties in asked if isinstance(parties, tuple) for party in parties)


async def _contact_persons(work: Work, case_id: UUID, route: Route, body: EvaluationBody) -> None:
    """A side took part through its contact person, or its casemanager: somebody named for it in this case (001:364).

    Raises Invalid, with a fault for each side that has none.
    """
    rows = await work.session.rows(
        "select distinct o.kind from participants_in_force p join organisations o on o.id = p.organisation_id"
        " where p.case_id = %(id)s and p.functions && array['contactpersoon', 'casemanager', 'regiehouder']",
        id=case_id,
    )
    named = {row["kind"] for row in rows}
    faults = [
        Fault(
            f"/parties/{index}",
            "geen_contactpersoon",
            f"«{party}» heeft in deze zaak nog geen contactpersoon: leg die eerst vast.",
            f"«{party}» has no contact person in this case yet: name one first.",
        )
        for index, party in enumerate(body.parties)
        if party in _with_contact_person(route) and named.isdisjoint(route.parties[party].organisation_kinds)
    ]
    known = {"ouder", "jeugdige", *route.parties}
    faults += [
        unknown_word(f"/parties/{index}", "wie erbij waren", known)
        for index, party in enumerate(body.parties)
        if party not in known
    ]
    if faults:
        raise Invalid(*faults)


# The newest version of each kind of plan; with kinds, of these alone.
_NEWEST = (
    "select distinct on (kind) * from plans where case_id = %(id)s"
    " and (cardinality(%(kinds)s::text[]) = 0 or kind = any (%(kinds)s)) order by kind, id desc"
)


async def put_in_force(work: Work, case_id: UUID, kinds: Sequence[str]) -> None:
    """The newest plan of each of these kinds counts from now on (an effect of the route); no kinds: of every kind."""
    await work.session.run(
        f"update plans set in_force_at = now() where id in (select id from ({_NEWEST}) n) and in_force_at is null",
        id=case_id,
        kinds=list(kinds),
    )


async def revise(work: Work, case_id: UUID, kinds: Sequence[str]) -> None:
    """A new version of the newest plan of each kind: same words, goals and actions, not in force, agreed by nobody yet.

    A draft that nobody settled yet is already that; then there is nothing to do (an effect of the route).
    """
    for old in await work.session.rows(
        f"select n.*, case_plan_size(n.id) as pieces from ({_NEWEST}) n where n.in_force_at is not null",
        id=case_id,
        kinds=list(kinds),
    ):
        copied = ("kind", "perspective", "evaluation_date", "regie", "regie_reason")
        plan = Plan(**authored(work, case_id), **{name: old[name] for name in copied})
        await work.session.insert(plan)
        fresh = [new_id() for _ in range(old["pieces"])]
        await work.session.row(
            "select app_carry_over(%(old)s, %(new)s, %(fresh)s)", old=old["id"], new=plan.id, fresh=fresh
        )
