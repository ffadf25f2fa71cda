"""What the proof takes a guard to mean of open facts, it means of settled ones: facts at random, every condition."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.actors import HOMES, OrganisationKind, Role
from app.workflow.decide import lacking
from app.workflow.facts import (
    Assessment,
    ConsentFact,
    EscalationFact,
    Facts,
    MeetingFact,
    Note,
    Party,
    PlanFact,
    Signal,
)
from app.workflow.loader import load_routes
from app.workflow.model import Route
from app.workflow.proof.case import conditions_of
from app.workflow.proof.moves import Moves
from app.workflow.proof.symbols import States, Value, Variable
from tests.workflow.walks import SOME_DAY, SOME_MOMENT

ROUTES = [route for _, route in sorted(load_routes().items())]
MOVES: dict[str, Moves] = {}


def moves_of(route: Route) -> Moves:
    if route.key not in MOVES:
        MOVES[route.key] = Moves(route)
    return MOVES[route.key]


def some(chance: random.Random, values: list[str]) -> frozenset[str]:
    return frozenset(value for value in values if chance.random() < 0.6)


def a_consent(chance: random.Random, kind: OrganisationKind) -> ConsentFact:
    code = chance.choice([None, "toestemming_ontbreekt", "toestemming_geweigerd", "toestemming_ingetrokken"])
    return ConsentFact(kind, in_force=code is None, missing=(), code=code)


def a_plan(chance: random.Random, route: Route, kind: str) -> PlanFact:
    parties = [*route.parties, "ouder", "jeugdige"]
    return PlanFact(
        kind=kind,
        in_force=chance.random() < 0.5,
        perspective=chance.random() < 0.7,
        goal_domains=some(chance, ["onderwijs", "zorg"]),
        unmeasured_goals=chance.choice([0, 0, 2]),
        goals_without_action=chance.choice([0, 0, 1]),
        evaluation_date=chance.choice([SOME_DAY, SOME_DAY, None]),
        regie=chance.choice([None, *map(str, route.regie.holders)]),
        approved_by=some(chance, parties),
        evaluation=chance.choice([None, "bijstellen", "opschalen", "afschalen", "afsluiten"]),
        evaluation_parties=some(chance, parties),
    )


def some_facts(chance: random.Random, route: Route) -> Facts:
    """Anything that may be true of a case, whether or not a case ever comes there."""
    outcomes = {
        key: chance.choice([outcome.code for outcome in kind.outcomes])
        for key, kind in route.assessments.items()
        if chance.random() < 0.5
    }
    recorded = {
        key: Assessment(key, route.assessments[key].roles[0], code, "Uitgelegd.", SOME_MOMENT, chance.random() < 0.5)
        for key, code in outcomes.items()
    }
    classified = {kind.sets: outcomes.get(key) for key, kind in route.assessments.items() if kind.sets}
    working = [role for role in HOMES if chance.random() < 0.3]
    parties = tuple(
        Party(
            min(HOMES[role]),
            role,
            some(chance, ["casemanager", "contactpersoon", "regiehouder"]),
            named=chance.random() < 0.6,
        )
        for role in working
    )
    notes = tuple(
        Note(key, chance.choice(kind.roles), tuple(some(chance, ["ouder", "jeugdige", "leerkracht"])))
        for key, kind in route.notes.items()
        if chance.random() < 0.6
    )
    school = chance.random() < 0.7
    at_table = [*route.parties]
    meetings = tuple(
        MeetingFact(key, chance.random() < 0.7, there := some(chance, at_table), there, frozenset(), frozenset(items))
        for key, kind in route.meetings.items()
        if chance.random() < 0.7
        for items in [[i.key for i in route.checklists[kind.checklist].items] if kind.checklist else []]
    )
    return Facts(
        route=route.key,
        version=route.version,
        step=route.start,
        age=chance.choice([None, 5, 11, 12, 15, 16, 17]),
        school_known=school,
        deelverband_known=school and chance.random() < 0.7,
        sector=chance.choice(["po", "vo", None]) if school else None,
        leervraag=classified.get("leervraag"),
        leefvraag=classified.get("leefvraag"),
        problem_class=classified.get("problem_class"),
        regie=chance.choice([None, *map(str, route.regie.holders)]),
        step_since=None,
        explanation=None,
        only_own_signals=chance.random() < 0.5,
        signals=(
            Signal(
                chance.choice(["professional", "ouder", "jeugdige"]),
                chance.choice(["leervraag", "leefvraag", "beide", "onbekend"]),
                chance.choice([Role.LEERKRACHT, Role.JEUGDARTS, Role.LEERPLICHTAMBTENAAR, Role.CASEMANAGER_JEUGD]),
                safety=chance.random() < 0.3,
            ),
        ),
        notes=notes,
        assessments=recorded,
        consents={kind: a_consent(chance, kind) for kind in OrganisationKind if chance.random() < 0.6},
        parties=parties,
        meetings=meetings,
        plans={key: a_plan(chance, route, key) for key in route.plans if chance.random() < 0.8},
        escalations=tuple(
            EscalationFact(kind, each.addressed_to, chance.random() < 0.5)
            for each in route.escalations
            for kind in each.kinds
            if chance.random() < 0.4
        ),
    )


def in_the_proof(moves: Moves, facts: Facts) -> States:  # noqa: C901, PLR0912  # one question after the other
    """The states of the proof that these facts are."""
    case, space = moves.case, moves.space
    ages = [age for age in case.age.values if isinstance(age, int)]
    states = space.equal(case.age, None if facts.age is None else max(age for age in ages if age <= facts.age))
    first = facts.signals[0]
    settled: dict[Variable, Value] = {
        case.school_known: facts.school_known,
        case.given_by: first.given_by,
        case.received_by: str(first.author_role),
        case.only_own_signals: facts.only_own_signals,
        case.safety: facts.safety_at_stake(),
        case.regie: facts.regie,
    }
    variables = space.variables
    if "deelverband bekend" in variables:
        settled[case.deelverband_known] = facts.deelverband_known
    if "sector" in variables:
        settled[case.sector] = facts.sector
    for name, kinds in case.signals.items():
        settled[variables[name]] = facts.signalled(kinds)
    for name, (kinds, addressee) in case.raised.items():
        settled[variables[name]] = facts.escalation_open(kinds, addressee)
    for key in moves.route.assessments:
        found = facts.assessment(key)
        if f"vastgelegd {key}" in variables:
            settled[case.assessment(key)] = None if found is None else case.alike[key][found.outcome]
        if f"in deze stap {key}" in variables:
            settled[case.fresh_assessment(key)] = found is not None and found.fresh
    for question in ("leervraag", "leefvraag", "problem_class"):
        if f"indeling {question}" in variables:
            settled[case.classified(question)] = getattr(facts, question)
    for name, talk in case.talks.items():
        roles = talk.roles.get(str(first.author_role), talk.roles.get(None, frozenset()))
        settled[variables[name]] = facts.talked(talk.kind, roles, talk.whom, talk.everyone, fresh=talk.fresh)
    for kind, consent in case.consents.items():
        known = facts.consent(kind)
        said_no = known is not None and known.code in {"toestemming_geweigerd", "toestemming_ingetrokken"}
        settled[consent] = "ja" if known is not None and known.in_force else "nee" if said_no else None
    for key, parties in case.meetings.items():
        held = facts.meetings_of(key)
        settled[case.meeting(key)] = None if not held else "held" if held[-1].held else "planned"
        for party in parties:
            settled[case.party_of(key, party)] = bool(held) and party in held[-1].invited
        if f"overleg {key}: vragen beantwoord" in variables:
            settled[case.answered(key)] = bool(held)
    for key, parts in case.plans.items():
        plan = facts.plan_of(key)
        settled[case.plan(key)] = plan is not None
        if plan is None:
            continue
        told = {
            "in_force": plan.in_force,
            "perspective": plan.perspective,
            "measured": not plan.unmeasured_goals,
            "actions": not plan.goals_without_action,
            "evaluation_date": plan.evaluation_date is not None,
            **{f"goal {each}": True for each in plan.goal_domains},
            **{f"approved {each}": True for each in plan.approved_by},
            **{f"evaluated {each}": True for each in plan.evaluation_parties},
        }
        settled.update({case.plan_part(key, part): told.get(part, False) for part in parts})
        if f"plan {key}: regie" in variables:
            settled[case.plan_regie(key)] = plan.regie
        if f"plan {key}: evaluatie" in variables:
            settled[case.plan_evaluation(key)] = plan.evaluation
    for variable, value in settled.items():
        states &= space.equal(variable, value)
    return states


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.key)
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_every_condition_means_the_same_in_the_proof(route: Route, seed: int) -> None:
    moves = moves_of(route)
    facts = some_facts(random.Random(seed), route)  # noqa: S311  # no secret
    states = in_the_proof(moves, facts)
    asked_of_parties = {"participant_named", "regiehouder_named"}
    for condition in conditions_of(route):
        known = not lacking(route, [condition], facts)
        met = moves.verdict(condition).met
        here = states & _involved(moves, facts)
        if condition.name in asked_of_parties or not here.satisfiable():
            continue  # who takes part by name is settled by rows that this test does not build
        assert (here & met).satisfiable() == known, condition
        assert (here & ~met).satisfiable() != known, condition


def _involved(moves: Moves, facts: Facts) -> States:
    states = moves.space.everything
    for kind in {kind for party in moves.route.parties.values() for kind in party.organisation_kinds} | {
        unit[0] for unit in moves.case.possible
    }:
        here = moves.case.involved(kind)
        states &= here if facts.involves(kind) else ~here
    return states
