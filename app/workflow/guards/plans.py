"""Plans: what stands in them, who agreed, how they went."""

from app.domain.regie import Regie
from app.workflow.facts import Facts
from app.workflow.guards.kernel import (
    Operation,
    Params,
    Reason,
    Takes,
    birth_date_missing,
    excused,
    family,
    guard,
    operation_with,
    refused,
)
from app.workflow.model import Effect, Json, PlanKind, Route


def _settling(facts: Facts, route: Route, kind: PlanKind) -> Operation | None:
    """The transition from this step that puts this kind of plan in force; None when another step comes first."""
    keys = tuple(
        transition.key
        for transition in route.transitions.values()
        if facts.step in transition.origins
        and Effect.PUT_PLAN_IN_FORCE in transition.effects
        and any(each.params.get("kind") == kind.key for each in transition.conditions)
    )
    return operation_with("transition.perform", {}, "transition", keys) if keys else None


def _to_plan(kind: PlanKind, code: str, nl: str, en: str) -> Reason:
    return Reason(code, nl, en, kind.roles, Operation("plan.create", {"kind": kind.key}))


# Each side writes the goals of its own domain (001:356, 001:360): named first, before the others who write the plan.
_WRITES_GOALS = {"onderwijs": Regie.ONDERWIJS, "zorg": Regie.CASEMANAGER}


def _no_plan(kind: PlanKind) -> Reason:
    return _to_plan(kind, "plan_ontbreekt", f"Nog te maken: {kind.title.nl}.", f"Still to be made: {kind.title.en}.")


@guard(kind=Takes.PLAN, domains=Takes.DOMAINS)
def plan_complete(facts: Facts, params: Params) -> list[Reason]:
    """The plan holds what the route asks (001:351-364).

    Goals in each of these domains; and of the contents of this kind of plan: each goal measurable and with an action
    that has an owner, the regie, the date of the evaluation, the toekomstperspectief.
    """
    kind = params.plan()
    plan = facts.plan_of(kind.key)
    if plan is None:
        return [_no_plan(kind)]
    reasons = [
        Reason(
            "doel_ontbreekt",
            f"Er staat nog geen doel in het plan voor: {domain}.",
            f"The plan has no goal yet for: {domain}.",
            tuple(dict.fromkeys((*params.route.regie.holders.get(_WRITES_GOALS[domain], ()), *kind.roles))),
            Operation("plan.goal.create", {"domain": domain, "plan": kind.key}),
        )
        for domain in params.texts("domains")
        if domain not in plan.goal_domains
    ]
    if "measurable_goals" in kind.contents and plan.unmeasured_goals:
        reasons.append(
            _to_plan(
                kind,
                "doel_niet_meetbaar",
                "Een doel heeft nog geen maat of streefdatum.",
                "A goal has no measure or target date yet.",
            )
        )
    if "actions" in kind.contents and plan.goals_without_action:
        reasons.append(
            Reason(
                "actie_ontbreekt",
                "Een doel heeft nog geen actie met iemand die haar uitvoert en een datum.",
                "A goal has no action with an owner and a date yet.",
                kind.roles,
                Operation("plan.action.create", {"plan": kind.key}),
            )
        )
    if "evaluation_date" in kind.contents and plan.evaluation_date is None:
        reasons.append(
            _to_plan(
                kind,
                "evaluatiedatum_ontbreekt",
                "In het plan staat nog niet wanneer het wordt geëvalueerd.",
                "The plan does not say yet when it is evaluated.",
            )
        )
    if "perspective" in kind.contents and not plan.perspective:
        reasons.append(
            _to_plan(
                kind,
                "toekomstperspectief_ontbreekt",
                "In het plan staat nog geen toekomstperspectief.",
                "The plan has no toekomstperspectief yet.",
            )
        )
    if "regie" in kind.contents and plan.regie is None:
        reasons.append(
            Reason(
                "regie_ontbreekt",
                "In het plan staat nog niet wie de procesregie heeft.",
                "The plan does not say yet who holds the procesregie.",
                kind.roles,
                operation_with("plan.create", {"kind": kind.key}, "regie", tuple(params.route.regie.holders)),
            )
        )
    return reasons


@guard(kind=Takes.PLAN)
def regiehouder_named(facts: Facts, params: Params) -> list[Reason]:
    """A worker holds the regie by name, from the side to which the plan gives it (001:353-362)."""
    kind = params.plan()
    plan = facts.plan_of(kind.key)
    if plan is None:
        # Named before the plan gives the regie to a side, it could be somebody of the other side.
        return [_no_plan(kind)]
    regie = plan.regie
    holders = params.route.regie.holders
    roles = tuple(dict.fromkeys(role for side, of_side in holders.items() for role in of_side if regie in {None, side}))
    if regie and facts.has_named(roles, "regiehouder"):
        return []
    return [
        Reason(
            "regiehouder_ontbreekt",
            "Leg vast wie de regie houdt, namens de kant die het plan noemt.",
            "Record by name who holds the regie, on the side that the plan names.",
            roles,
            operation_with("participant.create", {"functions": ["regiehouder"]}, "role", roles),
        )
    ]


@guard(kind=Takes.PLAN, parties=Takes.PARTIES)
def plan_agreed(facts: Facts, params: Params) -> list[Reason]:
    """These parties and the family agree with the plan (001:351).

    Of the family: the parents, with the youth from 12, the youth alone from 16. A party is passed over when there is no
    school, or when it takes no part because the family said no.
    """
    kind = params.plan()
    plan = facts.plan_of(kind.key)
    if plan is None:
        return [_no_plan(kind)]
    route = params.route
    reasons = [birth_date_missing()] if facts.age is None else []
    asked = [party for party in params.texts("parties") if not excused(facts, route, party)]
    return reasons + [
        Reason(
            "instemming_ontbreekt",
            f"Nog niet ingestemd met het plan: {route.parties[party].title.nl}.",
            f"Has not agreed with the plan yet: {route.parties[party].title.en}.",
            route.parties[party].roles,
            Operation("plan.approve", {"party": party, "plan": kind.key}),
        )
        for party in (*asked, *family(facts, route))
        if party not in plan.approved_by
    ]


@guard(kind=Takes.PLAN)
def plan_is_draft(facts: Facts, params: Params) -> list[Reason]:
    """The newest version of the plan is not in force yet: what is agreed is not agreed twice (001:364)."""
    kind = params.plan()
    plan = facts.plan_of(kind.key)
    if plan is None:
        return [_no_plan(kind)]
    if not plan.in_force:
        return []
    return [
        _to_plan(
            kind,
            "plan_al_van_kracht",
            "Het plan is al van kracht; maak eerst een nieuwe versie.",
            "The plan is in force already; first make a new version.",
        )
    ]


@guard(kind=Takes.PLAN, outcomes=Takes.EVALUATIONS, parties=Takes.PARTIES)
def plan_evaluated(facts: Facts, params: Params) -> list[Reason]:
    """The plan in force was evaluated with this outcome, with the contact persons of these parties (001:364).

    A party's contact person took part when the party is named among `PlanFact.evaluation_parties`.
    """
    kind, route = params.plan(), params.route
    plan = facts.plan_of(kind.key)
    if plan is None:
        return [_no_plan(kind)]
    if not plan.in_force:
        return [
            Reason(
                "plan_niet_van_kracht",
                "Het plan is nog niet van kracht; stel het eerst vast.",
                "The plan is not in force yet; settle it first.",
                kind.roles,
                _settling(facts, route, kind),
            )
        ]
    outcomes = params.texts("outcomes")
    asked: Json = [party for party in params.texts("parties") if not excused(facts, route, party)]
    evaluate = operation_with("plan.evaluate", {"parties": asked, "plan": kind.key}, "outcome", outcomes)
    if plan.evaluation is None:
        return [
            Reason(
                "evaluatie_ontbreekt",
                "Het plan is nog niet geëvalueerd sinds het van kracht werd.",
                "The plan was not evaluated since it came in force.",
                kind.roles,
                evaluate,
            )
        ]
    reasons = []
    if plan.evaluation not in outcomes:
        reasons.append(
            Reason(
                "evaluatie_anders",
                "De laatste evaluatie had een andere uitkomst.",
                "The latest evaluation had another outcome.",
                kind.roles,
                evaluate,
            )
        )
    return reasons + [
        Reason(
            "contactpersoon_niet_betrokken",
            f"De contactpersoon was niet betrokken bij de evaluatie: {route.parties[party].title.nl}.",
            f"The contact person was not part of the evaluation: {route.parties[party].title.en}.",
            kind.roles,
            evaluate,
        )
        for party in asked
        if party not in plan.evaluation_parties
    ]


@guard(
    kind=Takes.PLAN,
    optional={
        "when": Takes.ASSESSMENT,
        "when_outcomes": Takes.WHEN_OUTCOMES,
        "unless_refused": Takes.ORGANISATION,
    },
)
def plan_in_force(facts: Facts, params: Params) -> list[Reason]:
    """The newest version of this plan is in force (002:128-132).

    `when`, `when_outcomes`: only asked where that assessment has one of these outcomes (000:10-14, which support there
    is). `unless_refused`: nor where the family said no to this kind of organisation, which then makes no plan.
    """
    if params.text("when"):
        found = facts.assessment(params.text("when"))
        if found is None or found.outcome not in params.texts("when_outcomes"):
            return []
    if params.text("unless_refused") and refused(facts, params.organisation_kind("unless_refused")):
        return []
    kind = params.plan()
    plan = facts.plan_of(kind.key)
    if plan is None:
        return [_no_plan(kind)]
    if plan.in_force:
        return []
    return [
        Reason(
            "plan_niet_van_kracht",
            "Het plan is nog niet van kracht; stel het eerst vast.",
            "The plan is not in force yet; settle it first.",
            kind.roles,
            _settling(facts, params.route, kind),
        )
    ]
