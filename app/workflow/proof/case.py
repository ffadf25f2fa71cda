"""What can be true of a case, as variables: only what the route's rules ask for becomes one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from app.domain.actors import FAMILY_ROLES, HOMES, Category, OrganisationKind, Role
from app.domain.grounds import ENTRANCES
from app.domain.policy import POLICY, Action, Grant, Reach, may_at_all
from app.workflow.model import Condition, Ground, Involve, ParamValue, Route
from app.workflow.proof.symbols import Space, States, Variable

# Where the reaches `self`, `own-child` and `own-child-16-17` of the policy begin and end.
YOUTH_SEES_FROM, PARENTS_UNTIL, ADULT_FROM = 12, 16, 18

# Somebody who takes part: an organisation of this kind in a role, or as such.
Unit = tuple[OrganisationKind, Role | None]


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as a rule asks for it."""

    kind: str
    whom: frozenset[str]
    everyone: frozenset[frozenset[str]]
    fresh: bool
    # Whose talk counts; where it hangs on who received the first signal, by that role (None: it does not).
    roles: dict[str | None, frozenset[Role]] = field(default_factory=dict)

    def shown_by(self, kind: str, receiver: str | None, role: Role, with_whom: Collection[str]) -> bool:
        """Whether a note of this kind by this role, held with these, is such a conversation."""
        return (
            kind == self.kind
            and role in self.roles.get(receiver, frozenset())
            and (not self.whom or not self.whom.isdisjoint(with_whom))
            and all(not group.isdisjoint((*with_whom, role)) for group in self.everyone)
        )


def conditions_of(route: Route) -> Iterable[Condition]:
    """Every condition that the route names anywhere."""
    for transition in route.transitions.values():
        yield from transition.conditions
    for escalation in route.escalations:
        yield from escalation.conditions
    for claim in route.claims.values():
        yield from claim.requires
        if claim.exactly_one:
            yield from claim.exactly_one.when


def texts(value: ParamValue | None) -> tuple[str, ...]:
    """A list of words among the parameters of a condition."""
    return value if isinstance(value, tuple) else ()


def involvements(route: Route) -> list[Involve]:
    """Whom the route brings in, by a transition or by raising that things are stuck."""
    return [
        *(party for transition in route.transitions.values() for party in transition.involve),
        *(party for escalation in route.escalations for party in escalation.involve),
    ]


def roles_named(route: Route) -> set[tuple[Role, str]]:
    """The workers by name for whom the route asks, with the function it asks; empty: by name alone."""
    found = {(Role(role), str(c.params.get("function", ""))) for c in conditions_of(route)
             if c.name == "participant_named" for role in texts(c.params.get("roles"))}  # fmt: skip
    holders = {role for roles in route.regie.holders.values() for role in roles}
    found |= {(role, "regiehouder") for role in holders}
    found |= {(role, f) for t in route.transitions.values() for role in t.roles for f in t.functions}
    return {(role, function) for role, function in found if role not in FAMILY_ROLES}


def outcomes_alike(route: Route) -> dict[str, dict[str, str]]:
    """For each kind of assessment: of each outcome the first one that no rule of the route tells from it."""
    asked: dict[str, list[frozenset[str]]] = {kind: [] for kind in route.assessments}
    for condition in conditions_of(route):
        for name, outcomes in (("kind", "outcomes"), ("when", "when_outcomes"), ("unless", "unless_outcomes")):
            kind = condition.params.get(name)
            if isinstance(kind, str) and kind in asked:
                asked[kind].append(frozenset(texts(condition.params.get(outcomes))))
    for first in route.regie.before_table:
        asked[first.assessment].append(first.outcomes)
    alike: dict[str, dict[str, str]] = {}
    for key, kind_of in route.assessments.items():
        by_answers: dict[tuple[bool, ...], str] = {}
        sets = [*asked[key], kind_of.needs_reason]
        codes = [outcome.code for outcome in kind_of.outcomes]
        answers = {code: tuple(code in each for each in sets) for code in codes}
        alike[key] = {code: by_answers.setdefault(answers[code], code) for code in codes}
    return alike


def units_of(kind: OrganisationKind, roles: Iterable[Role]) -> tuple[Unit, ...]:
    """How such an organisation takes part: a school as a whole, another in each of these roles."""
    return ((kind, None),) if kind is OrganisationKind.SCHOOL else tuple((kind, role) for role in roles)


@dataclass(slots=True)
class Case:
    """The variables of a case on one route, and the sets of states that its rules and its actors ask for."""

    route: Route
    space: Space
    talks: dict[str, Talk] = field(default_factory=dict)
    signals: dict[str, frozenset[str]] = field(default_factory=dict)
    raised: dict[str, tuple[frozenset[str], str]] = field(default_factory=dict)
    meetings: dict[str, set[str]] = field(default_factory=dict)  # the parties that are asked for, by kind
    plans: dict[str, set[str]] = field(default_factory=dict)  # what is asked of them, by kind
    consents: dict[OrganisationKind, Variable] = field(default_factory=dict)
    grounds: dict[Unit, dict[bool, Variable]] = field(default_factory=dict)
    asked: set[Unit] = field(default_factory=set)
    _parts: dict[Unit, States] = field(default_factory=dict)
    _involved: dict[tuple[OrganisationKind, ...], States] = field(default_factory=dict)
    _named: dict[tuple[frozenset[Role], str], States] = field(default_factory=dict)
    possible: dict[Unit, set[bool]] = field(init=False)
    names: dict[tuple[Role, str], Variable] = field(default_factory=dict)
    step: Variable = field(init=False)
    alike: dict[str, dict[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.alike = outcomes_alike(self.route)
        self.step = self.space.add("stap", self.route.steps)
        for role, function in sorted(roles_named(self.route)):
            self.names[role, function] = self.space.add(f"bij naam {role} {function}")
        self.possible = self._possible()

    def _possible(self) -> dict[Unit, set[bool]]:
        """Who can take part at all, and on which grounds: of its own (False), on consent (True)."""
        found: dict[Unit, set[bool]] = {}
        for party in involvements(self.route):
            for unit in units_of(party.organisation_kind, party.roles):
                found.setdefault(self.unit(unit), set()).add(party.ground is Ground.TOESTEMMING)
        for role in (*OPENERS, *ENTRANCES):
            for kind in self.homes(role):
                found.setdefault(self.unit((kind, role)), set()).update({False})
        for role, _ in self.names:
            for kind in self.homes(role):
                of_kind = {each for unit, grounds in found.items() if unit[0] is kind for each in grounds}
                found.setdefault(self.unit((kind, role)), set()).update(of_kind or {True})
        return found

    def homes(self, role: Role) -> tuple[OrganisationKind, ...]:
        """At which kinds of organisation this role works, as far as this route goes."""
        known = HOMES.get(role)
        if known is not None:
            return tuple(sorted(known))
        brought = {party.organisation_kind for party in involvements(self.route) if role in party.roles}
        return tuple(sorted(brought))

    # --- The child and the signal ---

    @property
    def age(self) -> Variable:
        """The age, as far as anything depends on it: the first year of each stretch; None: not known."""
        rule = self.route.consent
        asked = {each.from_age for meeting in self.route.meetings.values() for each in meeting.invitees}
        cuts = {0, YOUTH_SEES_FROM, PARENTS_UNTIL, ADULT_FROM, rule.youth_from, rule.youth_alone_from} | asked
        return self.space.add("leeftijd", (None, *sorted(cut for cut in cuts if cut is not None)))

    def age_between(self, first: int, below: int) -> States:
        """The states in which the child is from `first` to `below` years old; of unknown age counts as young."""
        values = [age for age in self.age.values if first <= (age if isinstance(age, int) else 0) < below]
        return self.space.equal(self.age, *values)

    @property
    def school_known(self) -> Variable:
        """The child is enrolled at a school in the register."""
        return self.space.add("school bekend")

    @property
    def deelverband_known(self) -> Variable:
        """The deelverband is known, by the school."""
        return self.space.add("deelverband bekend")

    @property
    def sector(self) -> Variable:
        """The sector of the school; None: no school, or not known."""
        return self.space.add("sector", (None, "po", "vo"))

    @property
    def given_by(self) -> Variable:
        """Who gave the first signal."""
        return self.space.add("signaal van", ("professional", "ouder", "jeugdige"))

    @property
    def received_by(self) -> Variable:
        """With whom the first signal lies: whoever gave or received it."""
        return self.space.add("signaal bij", [str(role) for role in dict.fromkeys((*OPENERS, *ENTRANCES))])

    @property
    def only_own_signals(self) -> Variable:
        """Every signal is of the very member of the family who asks."""
        return self.space.add("alleen eigen signalen")

    @property
    def safety(self) -> Variable:
        """Somebody signalled that talking with the parents could endanger the child."""
        return self.space.add("veiligheid in het geding")

    def signalled(self, kinds: frozenset[str]) -> Variable:
        """A signal of one of these kinds was given."""
        name = f"gesignaleerd {sorted(kinds)}"
        self.signals[name] = kinds
        return self.space.add(name)

    # --- What was recorded ---

    def assessment(self, kind: str) -> Variable:
        """The latest outcome: one stands for all that no rule of the route tells apart."""
        return self.space.add(f"vastgelegd {kind}", (None, *dict.fromkeys(self.alike[kind].values())))

    def fresh_assessment(self, kind: str) -> Variable:
        """It was recorded since the case came to its step."""
        return self.space.add(f"in deze stap {kind}")

    def classified(self, question: str) -> Variable:
        """The classification of a question."""
        sets = [kind for kind in self.route.assessments.values() if kind.sets == question]
        found = dict.fromkeys(outcome.code for kind in sets for outcome in kind.outcomes)
        return self.space.add(f"indeling {question}", (None, *found))

    @property
    def regie(self) -> Variable:
        """The side that holds the regie."""
        return self.space.add("regie", (None, *dict.fromkeys(["onderwijs", *map(str, self.route.regie.holders)])))

    def talked(
        self,
        kind: str,
        roles: frozenset[Role],
        whom: frozenset[str],
        everyone: frozenset[frozenset[str]],
        *,
        fresh: bool,
        receiver: str | None,
    ) -> Variable:
        """A conversation as it is asked for.

        `receiver`: who received the first signal, where the rule looked at that. It never changes in a case, so one
        variable stands for the talk that counts, whoever that was.
        """
        groups = sorted(sorted(group) for group in everyone)
        whose = "eigen huis" if receiver else ", ".join(sorted(roles))
        name = f"gesprek {kind} {whose} {sorted(whom)} {groups} {fresh}"
        talk = self.talks.setdefault(name, Talk(kind, whom, everyone, fresh))
        talk.roles[receiver] = roles
        return self.space.add(name)

    def meeting(self, kind: str) -> Variable:
        """The meeting of a kind that counts most."""
        self.meetings.setdefault(kind, set())
        return self.space.add(f"overleg {kind}", (None, "planned", "held"))

    def counts_in(self, kind: str, party: str) -> States:
        """The party was invited to the meeting and, where that is asked, present or absent with a reason."""
        return self.space.holds(self.party_of(kind, party))

    def party_of(self, kind: str, party: str) -> Variable:
        """As `counts_in`, as a variable."""
        self.meetings[kind].add(party)
        return self.space.add(f"overleg {kind}: {party}")

    def answered(self, kind: str) -> Variable:
        """The questions of the checklist were answered."""
        return self.space.add(f"overleg {kind}: vragen beantwoord")

    def plan(self, kind: str) -> Variable:
        """There is a plan of this kind."""
        self.plans.setdefault(kind, set())
        return self.space.add(f"plan {kind}")

    def plan_part(self, kind: str, what: str) -> Variable:
        """Something that is asked of a plan."""
        self.plans.setdefault(kind, set()).add(what)
        return self.space.add(f"plan {kind}: {what}")

    def plan_regie(self, kind: str) -> Variable:
        """The side to which a plan gives the regie."""
        return self.space.add(f"plan {kind}: regie", (None, *map(str, self.route.regie.holders)))

    def plan_evaluation(self, kind: str) -> Variable:
        """The outcome of the latest evaluation of a plan in force."""
        return self.space.add(f"plan {kind}: evaluatie", (None, "bijstellen", "opschalen", "afschalen", "afsluiten"))

    def escalation(self, kinds: frozenset[str], addressed_to: str) -> Variable:
        """One of these was raised with this addressee and is open."""
        name = f"loopt vast {sorted(kinds)} {addressed_to}"
        self.raised[name] = (kinds, addressed_to)
        return self.space.add(name)

    # --- Consent, and who takes part ---

    def consent(self, kind: OrganisationKind) -> Variable:
        """How the consents towards a kind of organisation stand: yes, no, or neither."""
        if kind not in self.consents:
            self.consents[kind] = self.space.add(f"toestemming {kind}", (None, "ja", "nee"))
        return self.consents[kind]

    def consented(self, kind: OrganisationKind) -> States:
        """Consent is in force."""
        return self.space.equal(self.consent(kind), "ja")

    def refused(self, kind: OrganisationKind) -> States:
        """The family said no, or took its yes back."""
        return self.space.equal(self.consent(kind), "nee")

    def unit(self, unit: Unit) -> Unit:
        """How somebody takes part: of a school, who sees all its cases does so with the school as a whole."""
        kind, role = unit
        whole = role is not None and any(grant.reach is Reach.OWN_SCHOOL for grant in POLICY[role])
        return (kind, None) if whole and kind is OrganisationKind.SCHOOL else unit

    def ground(self, unit: Unit, *, on_consent: bool) -> Variable:
        """Whether this one takes part on a ground of its own, or on consent."""
        kind, role = self.unit(unit)
        name = f"betrokken {kind} {role or ''} op {'toestemming' if on_consent else 'eigen grond'}"
        self.grounds.setdefault((kind, role), {})[on_consent] = self.space.add(name)
        return self.grounds[kind, role][on_consent]

    def takes_part(self, unit: Unit) -> States:
        """On a ground of its own; or on consent, while that is in force."""
        unit = self.unit(unit)
        if unit in self._parts:
            return self._parts[unit]
        self.asked.add(unit)
        found = self.space.nothing
        for on_consent in self.possible.get(unit, set()):
            here = self.space.holds(self.ground(unit, on_consent=on_consent))
            found |= here & self.consented(unit[0]) if on_consent else here
        self._parts[unit] = found
        return found

    def involved(self, *kinds: OrganisationKind) -> States:
        """An organisation of one of these kinds takes part."""
        if kinds not in self._involved:
            units = (unit for unit in self.possible if unit[0] in kinds)
            self._involved[kinds] = self.space.union(map(self.takes_part, units))
        return self._involved[kinds]

    def named(self, roles: frozenset[Role], function: str) -> States:
        """A worker with one of these roles takes part by name, with this function where one is asked."""
        if (roles, function) in self._named:
            return self._named[roles, function]
        found = self.space.nothing
        for role, does in self.names:
            if role in roles and (not function or does == function):
                here = self.space.union(self.takes_part((kind, role)) for kind in self.homes(role))
                found |= self.space.holds(self.names[role, does]) & here
        self._named[roles, function] = found
        return found

    # --- Who can do something ---

    def can(self, role: Role, action: Action, category: Category | None = None) -> States:
        """The states in which somebody of this role reaches the case, and the policy lets him or her do this in it."""
        grants = [grant for grant in POLICY[role] if action in grant.actions]
        return self.space.union(self._reached(role, grant, category) for grant in grants)

    def _reached(self, role: Role, grant: Grant, category: Category | None) -> States:
        ages = {
            Reach.SELF: (YOUTH_SEES_FROM, 1000),
            Reach.OWN_CHILD: (0, PARENTS_UNTIL),
            Reach.OWN_CHILD_16_17: (PARENTS_UNTIL, ADULT_FROM),
        }
        if grant.reach in ages:
            within = self.age_between(*ages[grant.reach])
            # What the youth opens to a parent comes on top of it: nobody can count on that.
            return within & self.involved(*_FOLLOWED) if grant.reach is Reach.OWN_CHILD_16_17 else within
        match grant.reach:
            case Reach.INVOLVED:
                units: list[Unit] = [(kind, role) for kind in self.homes(role)]
            case Reach.OWN_SCHOOL | Reach.OWN_BOARD:
                units = [(OrganisationKind.SCHOOL, None)]
            case _:
                return self.space.nothing
        here = [(unit, self.takes_part(unit)) for unit in units]
        if category is None or category in grant.categories:
            return self.space.union(states for _, states in here)
        if category not in grant.under_consent:
            return self.space.nothing
        return self.space.union(
            states & self.consented(kind)
            for unit, states in here
            for kind in (self.homes(role) if unit[1] is None else (unit[0],))
        )


# With whose part in it a parent of a youth of 16 or 17 follows a case.
_FOLLOWED = (OrganisationKind.SCHOOL, OrganisationKind.SCHOOLBESTUUR, OrganisationKind.LEERPLICHT)
# The professionals who open a case by the policy, at their own house; a family turns to one of the entrances.
OPENERS = tuple(
    role for role in Role if role not in FAMILY_ROLES and role in HOMES and may_at_all((role,), Action.CASE_CREATE)
)
