"""What is true of a case, for its route: one statement (`FACTS`, functions of migrations/sql), then plain data."""

from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from app.db.session import Query
from app.domain.actors import FAMILY_ROLES, Actor, OrganisationKind, Role
from app.domain.consent import Answer, Asked, Exceptional, Missing, age_on, standing
from app.domain.gezag import Evidence, Finding, GezagKind, GezagRelation, Parent, RouteAsks, relation_of
from app.domain.sectors import Sector, stage_of
from app.workflow.facts import (
    Asker,
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

# Over the id of a case; what is known of gezag and consent has a function of its own.
FACTS = "(app_case_facts({id}) || app_consent_facts({id}))"


def facts(case_id: UUID) -> Query:
    """The facts of one of the caller's cases: one row, facts, for `read`; null for a case that is not the caller's."""
    return Query(f"select {FACTS.format(id='%(id)s')} as facts", {"id": case_id})


def facts_of_mine(limit: int) -> Query:
    """Of the caller's open cases, those that stand longest in their step first: id, facts for `read`, terms.

    `terms` are the dates that the worker keeps and that come near or have passed: term, due day, state.
    """
    return Query(
        f"select c.id, {FACTS.format(id='c.id')} as facts, coalesce((select json_agg(json_build_array(d.term, d.due_on,"
        " case when d.due_on < app_today() then 'passed' else d.state end) order by d.due_on, d.term) from deadlines d"
        " where d.case_id = c.id and d.state in ('running', 'paused', 'passed') and d.remind_on <= app_today()),"
        " '[]') as terms from cases c where c.closed_at is null order by c.step_since, c.id"
        " limit %(limit)s",
        {"limit": limit},
    )


def read(actor: Actor, known: dict[str, Any], explanation: str | None = None) -> tuple[Facts, Asker]:
    """The facts, and the caller as the route sees him or her: roles and functions.

    The roles are those of the token; whether they reach this case was decided before.
    """
    functions = frozenset(
        function
        for _, _, functions, worker in known["parties"]
        if worker == str(actor.person_id)
        for function in functions
    )
    role = min(actor.roles & FAMILY_ROLES, default=None)
    reader = None if role is None else actor.voice(role)
    return _facts(known, explanation, reader), Asker(actor.person_id, actor.roles, functions)


def of_nobody(known: dict[str, Any]) -> Facts:
    """The facts as they are for nobody in particular: nobody asks for a transition."""
    return _facts(known, None)


def _facts(known: dict[str, Any], explanation: str | None, reader: UUID | None = None) -> Facts:
    today = date.fromisoformat(known["today"])
    birth_date = date.fromisoformat(known["birthDate"]) if known["birthDate"] else None
    return Facts(
        route=known["route"],
        version=known["version"],
        step=known["step"],
        age=age_on(birth_date, today) if birth_date else None,
        school_known=known["schoolKnown"],
        deelverband_known=known["deelverbandKnown"],
        leervraag=known["leervraag"],
        leefvraag=known["leefvraag"],
        problem_class=known["problemClass"],
        regie=known["regie"],
        step_since=date.fromisoformat(known["stepSince"]),
        explanation=explanation,
        sector=stage_of(Sector(known["sector"])) if known["sector"] else None,
        signals=tuple(Signal(given, kind, Role(role), safety) for given, kind, role, safety, _ in known["signals"]),
        only_own_signals=all(own for *_, own in known["signals"]),
        notes=tuple(Note(kind, Role(role), tuple(whom), fresh) for kind, role, whom, fresh in known["notes"]),
        assessments={
            kind: Assessment(kind, Role(role), outcome, reason, datetime.fromisoformat(at), fresh)
            for kind, role, outcome, reason, at, fresh in known["assessments"]
        },
        consents=_consents(known, today, birth_date, reader),
        parties=tuple(
            Party(OrganisationKind(kind), Role(role) if role else None, frozenset(functions), worker is not None)
            for kind, role, functions, worker in known["parties"]
        ),
        meetings=tuple(
            MeetingFact(kind, held, *map(frozenset, (invited, present, absent, answered)))
            for kind, held, invited, present, absent, answered in known["meetings"]
        ),
        plans={plan["kind"]: _plan(plan) for plan in known["plans"]},
        escalations=tuple(EscalationFact(*each) for each in known["escalations"]),
    )


def parents_of(known: dict[str, Any]) -> tuple[Parent, ...]:
    """The guardians of today, as the database tells them under `parents`."""
    return tuple(Parent(UUID(person), gezag, conflict, tie) for person, gezag, conflict, tie in known["parents"])


def gezag_of(known: dict[str, Any]) -> GezagRelation:
    """Who has gezag, from what the database tells under `parents` and `finding`."""
    return relation_of(parents_of(known), finding_of(known["finding"]))


def finding_of(known: list[Any] | None) -> Finding | None:
    """What was looked up last about the gezag over a child: kind, period, organisation, evidence, day."""
    if known is None:
        return None
    kind, start, end, organisation, evidence, checked_on = known
    return Finding(
        GezagKind(kind),
        date.fromisoformat(start),
        date.fromisoformat(end) if end else None,
        UUID(organisation) if organisation else None,
        Evidence(evidence),
        date.fromisoformat(checked_on),
    )


_NO = {"geweigerd": Missing.REFUSED, "ingetrokken": Missing.WITHDRAWN}


def _consents(
    known: dict[str, Any], today: date, birth_date: date | None, reader: UUID | None
) -> dict[OrganisationKind, ConsentFact]:
    """For each kind of organisation that was ever asked about: the consent in force, else how the newest stands.

    To a reader of the family a no of another of them is an answer that is lacking, as `app_consent_standing` says.
    """
    parents = parents_of(known)
    facts: dict[OrganisationKind, ConsentFact] = {}
    for kinds, valid_from, valid_until, answers, towards, route, exceptional, *became in known["consents"]:
        last = date.fromisoformat(valid_until)
        stood = partial(
            standing,
            birth_date=birth_date,
            youth=UUID(known["youth"]),
            parents=parents,
            finding=finding_of(known["finding"]),
            answers={UUID(giver): Answer(decision, basis) for giver, decision, basis in answers},
            asked=Asked(
                date.fromisoformat(valid_from),
                last,
                [OrganisationKind(kind) for kind in towards or ()],
                RouteAsks(*route),
                Exceptional(exceptional),
                *became,
            ),
        )
        verdict = stood(day=today)
        code = verdict.code
        if reader and verdict.waits_for and code in _NO.values():
            said = next((decision for giver, decision, _ in answers if UUID(giver) == reader), None)
            code = _NO.get(said or "", Missing.NOT_ANSWERED)
        lapsed = today > last and stood(day=last).code in {Missing.NOT_ANSWERED, Missing.REFUSED, Missing.WITHDRAWN}
        for kind in map(OrganisationKind, kinds or ()):
            if kind not in facts or not facts[kind].in_force:
                facts[kind] = ConsentFact(kind, verdict.in_force, verdict.waits_for, code, lapsed)
    return facts


def _plan(plan: dict[str, Any]) -> PlanFact:
    outcome, parties = plan["evaluation"] or (None, ())
    return PlanFact(
        kind=plan["kind"],
        in_force=plan["inForce"],
        perspective=plan["perspective"],
        goal_domains=frozenset(plan["goalDomains"]),
        unmeasured_goals=plan["unmeasuredGoals"],
        goals_without_action=plan["goalsWithoutAction"],
        evaluation_date=date.fromisoformat(plan["evaluationDate"]),
        regie=plan["regie"],
        # A party agrees when somebody of it does and nobody of it refuses: two parents are asked, one no is a no.
        approved_by=frozenset(plan["approvedBy"]) - frozenset(plan["refusedBy"]),
        evaluation=outcome,
        evaluation_parties=frozenset(parties),
    )
