"""A client without a server: it walks a route on facts in memory, knowing nothing but what `outlook` tells it.

Each reason is taken away by the operation that the reason names, done by one of those whom it names, who takes part in
the case at that moment, and whom the policy table lets do it; so is each transition made. What does not follow from the
route stands in the story: who signalled, and what professionals find.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from uuid import UUID

from app.domain.actors import FAMILY_ROLES, Category, OrganisationKind, Role
from app.domain.policy import POLICY, Action, may_at_all
from app.workflow.decide import Allowed, decide, lacking, outlook
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
from app.workflow.guards import Reason, must_all_hear
from app.workflow.model import Effect, Involve, Presence, Route, Transition

SOMEBODY = UUID("01900000-0000-7000-8000-000000000001")
SOME_DAY = date(2026, 3, 2)
SOME_MOMENT = datetime(2026, 3, 2, 9, tzinfo=UTC)

WORKS_FOR: Mapping[Role, OrganisationKind] = {
    **dict.fromkeys(
        (Role.LEERKRACHT, Role.INTERN_BEGELEIDER, Role.GEDRAGSDESKUNDIGE_SCHOOL, Role.DIRECTIE), OrganisationKind.SCHOOL
    ),
    **dict.fromkeys(
        (Role.REGIEVOERDER_ZORG, Role.BOVENSCHOOLS_ONDERSTEUNINGSTEAM, Role.GEDRAGSWETENSCHAPPER_ONDERWIJS),
        OrganisationKind.SCHOOLBESTUUR,
    ),
    **dict.fromkeys((Role.JEUGDVERPLEEGKUNDIGE, Role.JEUGDARTS), OrganisationKind.JGZ),
    **dict.fromkeys(
        (
            Role.CASEMANAGER_JEUGD,
            Role.MEDEWERKER_AANMELDTEAM,
            Role.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM,
            Role.MEDEWERKER_LOKAAL_TEAM,
            Role.GEZINSWERKER_BUURTTEAM,
        ),
        OrganisationKind.SOCIAAL_TEAM,
    ),
    Role.EXPERTPOOL: OrganisationKind.EXPERTPOOL,
    Role.EXPERTTEAM: OrganisationKind.EXPERTTEAM,
    Role.CONSULENT_PASSEND_ONDERWIJS: OrganisationKind.SAMENWERKINGSVERBAND,
    Role.BEGELEIDER_PASSEND_ONDERWIJS: OrganisationKind.SAMENWERKINGSVERBAND,
    Role.LEIDINGGEVENDE_KERNPARTNER: OrganisationKind.LEERPLICHT,
    Role.SAVE_MEDEWERKER: OrganisationKind.GECERTIFICEERDE_INSTELLING,
    Role.BEHANDELAAR: OrganisationKind.JEUGDHULPAANBIEDER,
    Role.MAATSCHAPPELIJK_WERKER: OrganisationKind.OVERIG,
    Role.KIND_OUDERONDERSTEUNER: OrganisationKind.GEMEENTE,
    Role.LEERPLICHTAMBTENAAR: OrganisationKind.LEERPLICHT,
    Role.SWV_COORDINATOR: OrganisationKind.SAMENWERKINGSVERBAND,
    Role.OUDER_JEUGDSTEUNPUNT: OrganisationKind.SAMENWERKINGSVERBAND,
}

# Goals for school are about learning, goals for help about life at home (001:353-360).
GOAL_CATEGORIES = {"onderwijs": Category.LEREN, "zorg": Category.LEVEN}


def nobody() -> Asker:
    """Somebody without any role: `outlook` tells the reasons all the same."""
    return Asker(SOMEBODY, frozenset())


def party(role: Role, *functions: str) -> Party:
    return Party(WORKS_FOR[role], role, frozenset(functions), named=True)


def signal(
    role: Role, *, received_by: Role = Role.INTERN_BEGELEIDER, kind: str = "onbekend", safety: bool = False
) -> Signal:
    """A signal by a professional; or by the family, received by one: that house is then the author's."""
    if role in FAMILY_ROLES:
        return Signal(role.value, kind, received_by, safety)
    return Signal("professional", kind, role, safety)


def opened(
    route: Route, first: Signal, *, age: int | None = 9, enrolled: bool = True, sector: str | None = None
) -> Facts:
    """A case on the day it was opened: a signal, and whoever gave or received it; a school takes part as a whole."""
    own: tuple[Party, ...] = (party(first.author_role),)
    if own[0].organisation_kind is OrganisationKind.SCHOOL:
        own += tuple(
            Party(OrganisationKind.SCHOOL, role, frozenset(), named=False)
            for role in (Role.INTERN_BEGELEIDER, Role.DIRECTIE)
            if role is not first.author_role
        )
    return Facts(
        route=route.key,
        version=route.version,
        step=route.start,
        age=age,
        school_known=enrolled,
        deelverband_known=enrolled,
        leervraag=None,
        leefvraag=None,
        problem_class=None,
        regie=None,
        step_since=None,
        explanation=None,
        signals=(first,),
        parties=own,
        sector=sector if enrolled else None,
    )


def refused(kind: OrganisationKind, code: str = "toestemming_geweigerd") -> ConsentFact:
    return ConsentFact(kind, in_force=False, missing=("ouder",), code=code)


def given(kind: OrganisationKind) -> ConsentFact:
    return ConsentFact(kind, in_force=True, missing=(), code=None)


def draft() -> PlanFact:
    """A plan on which nothing was written yet."""
    return PlanFact(
        kind="plan_van_aanpak",
        in_force=False,
        perspective=False,
        goal_domains=frozenset(),
        unmeasured_goals=0,
        goals_without_action=0,
        evaluation_date=None,
        regie=None,
        approved_by=frozenset(),
        evaluation=None,
        evaluation_parties=frozenset(),
    )


@dataclass
class Walk:
    """A case on its way, with everything that was done to it."""

    route: Route
    facts: Facts
    # What professionals find where the route leaves it to them, by the kind of assessment; `regie` is that of a plan.
    findings: Mapping[str, str] = field(default_factory=dict)
    # What was true each time a transition was made, just before.
    made: list[tuple[str, Facts]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def go(self, *keys: str) -> "Walk":
        """Make these transitions one after the other, taking away what stands in the way of each."""
        for key in keys:
            self._clear_the_way(key)
            self._make(self.route.transitions[key])
        return self

    def change(self, change: Callable[[Facts], Facts]) -> "Walk":
        """Something happens outside the route: a refusal, an enrolment, a birthday."""
        self.facts = change(self.facts)
        return self

    def _clear_the_way(self, key: str) -> None:
        for _ in range(60):
            options = {option.transition.key: option for option in outlook(self.route, self.facts, nobody())}
            assert key in options, f"{key} is not shown in step {self.facts.step}"
            reasons = options[key].reasons
            if not reasons:
                return
            self.take_away(reasons[0])
        raise AssertionError(f"{key} is still blocked: {[reason.code for reason in reasons]}")

    def _make(self, transition: Transition) -> None:
        who = [
            (each.role, each.functions)
            for each in self.facts.parties
            if each.role in transition.roles
            and may_at_all((each.role,), Action.TRANSITION_PERFORM)
            and (not transition.functions or not each.functions.isdisjoint(transition.functions))
        ]
        if not transition.functions:
            who += [(role, frozenset()) for role in transition.roles if role in FAMILY_ROLES]
        assert who, f"nobody who takes part in {self.facts.step} can make {transition.key}"
        role, functions = who[0]
        assert role is not None
        asked = replace(self.facts, explanation="Uitgelegd." if transition.requires_explanation else "")
        verdict = decide(self.route, transition.key, asked, Asker(SOMEBODY, frozenset({role}), functions))
        assert isinstance(verdict, Allowed), verdict
        self.made.append((transition.key, asked))
        self.facts = after(self.route, transition, self.facts)

    # --- The operations, as the service would carry them out ---

    def take_away(self, reason: Reason) -> None:
        """Do what the reason says, as one of those whom it names."""
        operation = reason.operation
        assert operation is not None, f"{reason.code} names no operation"
        fields = {name: value for name, value in operation.fields.items() if isinstance(value, str)}
        by = [role for role in reason.resolvers if self._may(role, operation.action, fields)]
        assert by, f"nobody who takes part in {self.facts.step} can take away {reason.code}: {reason.resolvers}"
        functions = operation.fields.get("functions", [])
        self.done.append(f"{operation.action} {fields}")
        for name, values in operation.choices.items():
            found = self.findings.get(fields.get("kind", ""))
            own = by[0].value  # a worker who may be named names himself
            fields[name] = next(value for value in (found, own, *values) if value in values)
        if operation.action == "participant.create":
            self._name(Role(fields["role"]), frozenset(functions))
            return
        doing = getattr(self, "_" + operation.action.replace(".", "_").replace("-", "_"))
        doing(by[0], **fields)

    def _may(self, role: Role, action: str, fields: Mapping[str, str]) -> bool:
        """Whether this role takes part, and the policy table allows the action with what is written by it."""
        if role not in {each.role for each in self.facts.parties} | FAMILY_ROLES:
            return False
        allowed = [grant for grant in POLICY[role] if action in grant.actions]
        if action == Action.ASSESSMENT_CREATE:
            category = self.route.assessments[fields["kind"]].category
        elif action == Action.PLAN_GOAL_CREATE:
            category = GOAL_CATEGORIES[fields["domain"]]
        else:
            return bool(allowed)
        consent = self.facts.consents.get(WORKS_FOR[role])
        return any(
            category in grant.categories or (consent and consent.in_force and category in grant.under_consent)
            for grant in allowed
        )

    def _transition_perform(self, _: Role, transition: str) -> None:
        self._make(self.route.transitions[transition])

    def _case_update(self, _: Role) -> None:
        self.facts = replace(self.facts, school_known=True, deelverband_known=True)

    def _young_person_update(self, _: Role) -> None:
        self.facts = replace(self.facts, age=9)

    def _note_create(self, by: Role, kind: str) -> None:
        whom = sorted(self.route.notes[kind].with_whom)
        alone = self.facts.age is not None and self.facts.age >= self.route.consent.youth_alone_from
        if Role.OUDER in whom:
            whom = [Role.JEUGDIGE if alone else Role.OUDER]
        groups = must_all_hear(self.route.notes[kind], self.facts, self.route)
        others = [min(group) for group in groups if by not in group]
        self.facts = replace(self.facts, notes=(*self.facts.notes, Note(kind, by, (*whom[:1], *others))))

    def _assessment_create(self, by: Role, kind: str, outcome: str) -> None:
        known = self.route.assessments[kind]
        assert by in known.roles
        assert known.yields_to not in self.facts.assessments, f"{kind} yields to {known.yields_to}"
        recorded = Assessment(kind, by, outcome, "Uitgelegd." if outcome in known.needs_reason else None, SOME_MOMENT)
        self.facts = replace(self.facts, assessments={**self.facts.assessments, kind: recorded})
        match known.sets:
            case "leervraag":
                self.facts = replace(self.facts, leervraag=outcome)
            case "leefvraag":
                self.facts = replace(self.facts, leefvraag=outcome)
            case "problem_class":
                self.facts = replace(self.facts, problem_class=outcome)

    def _consent_create(self, _: Role, recipientKind: str) -> None:  # noqa: N803  # the name in the API
        """A professional asks, and the family says yes; a story that says otherwise put its answer in the facts."""
        kind = OrganisationKind(recipientKind)
        assert kind not in self.facts.consents, f"the story asked for {kind} to be {self.facts.consents[kind].code}"
        self.facts = replace(self.facts, consents={**self.facts.consents, kind: given(kind)})

    def _name(self, role: Role, functions: frozenset[str]) -> None:
        already = [each for each in self.facts.parties if each.role is role and each.named]
        held = frozenset().union(*(each.functions for each in already))
        others = tuple(each for each in self.facts.parties if each not in already)
        self.facts = replace(self.facts, parties=(*others, party(role, *(held | functions))))

    def _meeting_create(self, _: Role, kind: str) -> None:
        new = MeetingFact(kind, held=False, invited=frozenset(), present=frozenset(), absent_with_reason=frozenset())
        self.facts = replace(self.facts, meetings=(*self.facts.meetings, new))

    def _meeting_invite(self, _: Role, party: str) -> None:
        *earlier, last = self.facts.meetings
        last = replace(last, invited=last.invited | {party})
        self.facts = replace(self.facts, meetings=(*earlier, last))

    def _meeting_checklist(self, _: Role, item: str, answer: str) -> None:
        *earlier, last = self.facts.meetings
        assert answer in {"ja", "besproken"}
        last = replace(last, answered=last.answered | {item})
        self.facts = replace(self.facts, meetings=(*earlier, last))

    def _meeting_report(self, _: Role) -> None:
        *earlier, last = self.facts.meetings
        kind = self.route.meetings[last.kind]
        required = {each.party for each in kind.invitees if each.presence is Presence.REQUIRED}
        held = replace(last, held=True, present=last.invited, absent_with_reason=frozenset(required) - last.invited)
        self.facts = replace(self.facts, meetings=(*earlier, held))

    def _plan_create(self, _: Role, kind: str) -> None:
        regie = self.findings.get("regie") or self.facts.regie or "casemanager"
        new = replace(draft(), kind=kind, perspective=True, evaluation_date=SOME_DAY, regie=regie)
        self._write(new)

    def _plan(self, kind: str) -> PlanFact:
        return self.facts.plans[kind]

    def _write(self, plan: PlanFact) -> None:
        """This version of its kind of plan is the newest."""
        others = {kind: each for kind, each in self.facts.plans.items() if kind != plan.kind}
        self.facts = replace(self.facts, plans={**others, plan.kind: plan})

    def _plan_goal_create(self, _: Role, domain: str, plan: str) -> None:
        of = self._plan(plan)
        self._write(replace(of, goal_domains=of.goal_domains | {domain}, goals_without_action=1))

    def _plan_action_create(self, _: Role, plan: str) -> None:
        self._write(replace(self._plan(plan), goals_without_action=0))

    def _plan_approve(self, by: Role, party: str, plan: str) -> None:
        assert by in self.route.parties[party].roles
        of = self._plan(plan)
        self._write(replace(of, approved_by=of.approved_by | {party}))

    def _plan_evaluate(self, _: Role, outcome: str, plan: str) -> None:
        self._write(replace(self._plan(plan), evaluation=outcome, evaluation_parties=frozenset({"school", "gemeente"})))

    def _escalation_create(self, _: Role, addressedTo: str, kind: str) -> None:  # noqa: N803  # as above
        for known in self.route.escalations:
            if known.addressed_to == addressedTo and kind in known.kinds:
                assert not lacking(self.route, known.conditions, self.facts), f"{kind} may not be raised yet"
        raised = EscalationFact(kind, addressedTo, resolved=False)
        called = [
            party
            for known in self.route.escalations
            if known.addressed_to == addressedTo and kind in known.kinds
            for party in known.involve
        ]
        parties = (*self.facts.parties, *_joining(called, self.facts))
        self.facts = replace(self.facts, escalations=(*self.facts.escalations, raised), parties=parties)

    def _escalation_resolve(self, by: Role) -> None:
        solved = tuple(replace(each, resolved=True) for each in self.facts.escalations)
        self.facts = replace(self.facts, escalations=solved)
        self.done.append(f"resolved by {by}")


def _joining(parties: Iterable[Involve], facts: Facts) -> tuple[Party, ...]:
    """Who becomes a participant: each role once, a school only when there is one."""
    return tuple(
        Party(involve.organisation_kind, role, frozenset(), named=False)
        for involve in parties
        if not involve.only_if_involved or facts.involves(involve.organisation_kind)
        for role in involve.roles
        if (involve.organisation_kind, role) not in {(each.organisation_kind, each.role) for each in facts.parties}
        and (involve.organisation_kind is not OrganisationKind.SCHOOL or facts.school_known)
    )


def after(route: Route, transition: Transition, facts: Facts) -> Facts:
    """The case after a transition: the step, who takes part, and each effect as `Effect` describes it."""
    joined = _joining(transition.involve, facts)
    stayed = tuple(each for each in facts.parties if each.organisation_kind not in transition.release)
    target = transition.target(facts.step)
    if target != facts.step:
        facts = replace(
            facts,
            notes=tuple(replace(note, fresh=False) for note in facts.notes),
            assessments={kind: replace(each, fresh=False) for kind, each in facts.assessments.items()},
        )
    facts = replace(facts, step=target, parties=stayed + joined)
    for effect in transition.effects:
        facts = _carried_out(route, transition, effect, facts)
    return facts


def _carried_out(route: Route, transition: Transition, effect: Effect, facts: Facts) -> Facts:
    kinds = [kind for kind in transition.plan_kinds or facts.plans if kind in facts.plans]
    plan = facts.plans[kinds[0]] if kinds else None

    def changed(**values: object) -> Facts:
        new = {kind: replace(facts.plans[kind], **values) for kind in kinds}  # type: ignore[arg-type]  # of PlanFact
        return replace(facts, plans={**facts.plans, **new})

    held = (side for side, roles in route.regie.holders.items() if facts.has_named(roles, "regiehouder"))
    changes: Mapping[Effect, Callable[[], Facts]] = {
        Effect.REGIE_BY_TABLE: lambda: replace(
            facts, regie=route.regie_for(facts.leervraag, facts.leefvraag, facts.outcomes)
        ),
        Effect.REGIE_BY_PLAN: lambda: replace(facts, regie=plan.regie if plan else None),
        Effect.REGIE_BY_REGIEHOUDER: lambda: replace(facts, regie=next(held, None)),
        Effect.REGIE_ONDERWIJS: lambda: replace(facts, regie="onderwijs"),
        Effect.REGIE_ENDS: lambda: replace(facts, regie=None),
        Effect.PUT_PLAN_IN_FORCE: lambda: changed(in_force=True),
        Effect.REVISE_PLAN: lambda: changed(
            in_force=False, approved_by=frozenset(), evaluation=None, evaluation_parties=frozenset()
        ),
        Effect.CLOSE_CASE: lambda: facts,
        Effect.REOPEN_CASE: lambda: replace(
            facts, assessments={}, leervraag=None, leefvraag=None, problem_class=None, regie=None
        ),
    }
    return changes[effect]()
