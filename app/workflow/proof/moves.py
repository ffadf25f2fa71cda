"""Everything that can happen to a case on a route: who can do it, in which states, and what is true after it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise, product

from app.domain.actors import OrganisationKind, Role
from app.domain.grounds import ENTRANCES, WITHOUT_CONSENT
from app.domain.policy import Action, may_at_all
from app.workflow.decide import lacking
from app.workflow.model import GROUNDS_FROM_CONSENT, Condition, Effect, Ground, Involve, Route, Transition
from app.workflow.proof.asking import Asking
from app.workflow.proof.case import OPENERS, Case, Talk, Unit, units_of
from app.workflow.proof.facts import open_facts, outcomes_asked
from app.workflow.proof.symbols import Space, States, Value, Variable

# Nobody in particular: time, the family, or whoever reaches the case.
Who = Role | None


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """One way in which something comes out: where it applies, what it settles anew, and to what."""

    guard: States
    changed: States  # the variables that it settles, as `Space.forget` takes them
    result: States


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """Something that can happen."""

    kind: str  # transition | assessment | note | consent | participant | meeting | plan | escalation | signal | child
    key: str
    says: tuple[str, str]  # in Dutch and in English
    actors: Mapping[Who, States]  # in which states each of them can do it
    guard: States  # what must be true beside that
    branches: tuple[Branch, ...]
    family_yes: bool = False  # only with a yes of the family
    origin: str | None = None  # of a transition
    target: str | None = None

    @property
    def transition(self) -> bool:
        """A transition of the route, from one of its steps."""
        return self.origin is not None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A condition over all states: where it is met, and whether its refusals say how it can be."""

    met: States
    says_how: bool


@dataclass(slots=True)
class Moves:
    """The moves of one route over one space; made once, in an order that lets the rules say what they ask."""

    route: Route
    space: Space = field(init=False)
    case: Case = field(init=False)
    asking: Asking = field(init=False)
    _verdicts: dict[tuple[object, ...], Verdict] = field(default_factory=dict)
    every: list[Move] = field(default_factory=list)
    applies: dict[tuple[Move, int], States] = field(default_factory=dict)  # where each branch of each can come out
    possible: dict[Move, States] = field(default_factory=dict)  # where each can happen
    start: States = field(init=False)

    def __post_init__(self) -> None:
        # Made twice: the first time tells which variables there are, the second has them in a good order, and none for
        # what nothing asks.
        self._make({}, frozenset())
        self._make(self._order(), frozenset(self.case.asked))
        self.start = self._start()

    def _make(self, ordered: Mapping[str, tuple[Value, ...]], asked: frozenset[Unit]) -> None:
        self.space, self._verdicts = Space(), {}
        for name, values in ordered.items():
            self.space.add(name, values)
        self.case = Case(self.route, self.space, asked=set(asked))
        self.asking = Asking(self.space)
        for transition in self.route.transitions.values():
            self.met(transition.conditions)
        for escalation in self.route.escalations:
            self.met(escalation.conditions)
        for claim in self.route.claims.values():
            self.met(claim.requires)
            self.met(claim.exactly_one.when if claim.exactly_one else ())
        self._regie_by_table()
        self.every = list(self._moves())

    def _moves(self) -> Iterator[Move]:
        yield from self._transitions()
        yield from self._records()
        yield from self._family_and_time()
        yield from self._work()

    # --- Rules ---

    def verdict(self, condition: Condition) -> Verdict:
        """Where a condition is met: the reviewed guard itself, run on every combination of what it asks."""
        key = self.key(condition)
        if key not in self._verdicts:
            facts = open_facts(self.asking, self.case)
            leaves = self.asking.every(lambda: lacking(self.route, [condition], facts), lambda reasons: not reasons)
            self._verdicts[key] = Verdict(
                self.space.union(leaf.states for leaf in leaves if not leaf.result),
                any(reason.operation is not None for leaf in leaves for reason in leaf.result),
            )
        return self._verdicts[key]

    @staticmethod
    def key(condition: Condition) -> tuple[object, ...]:
        """Two conditions of the same key are the same, wherever they stand."""
        return condition.name, tuple(sorted(condition.params.items()))

    def met(self, conditions: Iterable[Condition]) -> States:
        """Where all of these conditions are met."""
        return self.space.both(self.verdict(each).met for each in conditions)

    def _regie_by_table(self) -> dict[Value, States]:
        facts, case, route = open_facts(self.asking, self.case), self.case, self.route

        def rule() -> Value:
            found = outcomes_asked(self.asking, case, route)
            side = route.regie_for(facts.leervraag, facts.leefvraag, found)
            return None if side is None else str(side)

        by_side: dict[Value, States] = {}
        for leaf in self.asking.every(rule, lambda _: True):
            by_side[leaf.result] = by_side.get(leaf.result, self.space.nothing) | leaf.states
        return by_side

    def _order(self) -> dict[str, tuple[Value, ...]]:
        """Variables that hang together stand together: the smaller the sets, the quicker the proof.

        What only one kind of organisation can bring about stands with whether it takes part.
        """
        case, route = self.case, self.route
        first = ["stap", "signaal bij", "signaal van", "alleen eigen signalen", "school bekend", "deelverband bekend"]
        by_kind: dict[OrganisationKind, list[str]] = {kind: [] for kind in sorted(case.consents)}
        shared: list[tuple[int, str]] = []

        def place(name: str, kinds: Iterable[OrganisationKind]) -> None:
            found = sorted(set(kinds) & set(by_kind))
            if len(found) == 1:
                by_kind[found[0]].append(name)
            else:
                shared.append((len(found), name))

        for kind, names_of in by_kind.items():
            names_of.append(case.consents[kind].name)
            names_of += [v.name for unit in case.grounds if unit[0] is kind for v in case.grounds[unit].values()]
        for (role, _), variable in case.names.items():
            place(variable.name, case.homes(role)[:1])
        for assessment in route.assessments.values():
            place(f"vastgelegd {assessment.key}", (kind for role in assessment.roles for kind in case.homes(role)))
        for name, talk in case.talks.items():
            place(name, {kind for roles in talk.roles.values() for role in roles for kind in case.homes(role)})
        for question in ("leervraag", "leefvraag", "problem_class"):
            sets = [f"vastgelegd {each.key}" for each in route.assessments.values() if each.sets == question]
            shared += [(0, name) for name in (*sets, f"indeling {question}")]
        together = [name for names in by_kind.values() for name in names]
        questions = {name for rank, name in shared if rank == 0}
        together = [name for name in together if name not in questions]
        ordered = [*first, *together, *(name for _, name in sorted(shared, key=lambda each: each[0]))]
        last = [name for name in self.space.variables if name.startswith("plan ")]
        last += [name for name in self.space.variables if name.startswith("overleg ")]
        last += ["leeftijd", "regie"]
        rest = [name for name in self.space.variables if name not in {*ordered, *last}]
        names = dict.fromkeys(name for name in (*ordered, *rest, *last) if name in self.space.variables)
        return {name: self.space.variables[name].values for name in names}

    # --- The beginning ---

    def _start(self) -> States:
        """A case on the day it is opened: by a professional, or by a family that turns to an entrance."""
        case, space = self.case, self.space
        free = [
            space.variables[name] for name in ("leeftijd", "deelverband bekend", "sector") if name in space.variables
        ]
        free += [case.safety, case.school_known, *(space.variables[name] for name in case.signals)]
        begun = {case.step, case.given_by, case.received_by, case.only_own_signals, *free}
        rest = [each for each in space.variables.values() if each not in begun]
        opened = space.nothing
        # Who has no part on the route opens no case on it, and is no entrance (`cases.open_case`).
        acting = {role for transition in self.route.transitions.values() for role in transition.roles}
        for role in dict.fromkeys((*OPENERS, *ENTRANCES)):
            for by_family in (False, True):
                if role in acting and role in (ENTRANCES if by_family else OPENERS):
                    opened |= self._opened(role, rest, by_family=by_family)
        opened &= space.equal(case.step, self.route.start) & space.both(map(space.valid, free))
        without_school = space.everything
        if "deelverband bekend" in space.variables:
            without_school &= ~space.holds(case.deelverband_known)
        if "sector" in space.variables:
            without_school &= space.equal(case.sector, None)
        opened &= space.holds(case.school_known) | without_school
        for name, kinds in case.signals.items():
            # The first signal has one kind: what is said of two disjoint sets of kinds can't both be true of it.
            for other, more in case.signals.items():
                if name < other and kinds.isdisjoint(more):
                    opened &= ~(space.holds(space.variables[name]) & space.holds(space.variables[other]))
        return opened

    def _opened(self, role: Role, rest: list[Variable], *, by_family: bool) -> States:
        case, space = self.case, self.space
        opened = space.nothing
        for kind in case.homes(role):
            at_school = kind is OrganisationKind.SCHOOL
            units: list[Unit] = [(kind, None)] if at_school else []
            if not (at_school and by_family):
                units.append((kind, role))
            settled: dict[str, Value] = {each.name: False if each.values == (False, True) else None for each in rest}
            for unit in units:
                if case.unit(unit) in case.asked:
                    settled[case.ground(unit, on_consent=False).name] = True
            if (role, "") in case.names and not by_family:
                settled[case.names[role, ""].name] = True
            here = space.exactly(settled) & space.equal(case.received_by, str(role))
            if at_school:
                here &= space.holds(case.school_known)
            if by_family:
                here &= space.equal(case.given_by, "ouder", "jeugdige") & space.holds(case.only_own_signals)
            else:
                here &= space.valid(case.given_by) & ~space.holds(case.only_own_signals)
            opened |= here
        return opened

    # --- Steps of the route ---

    def _transitions(self) -> Iterator[Move]:
        for transition in self.route.transitions.values():
            for origin in transition.origins:
                yield self._transition(transition, origin)

    def actor(self, transition: Transition, role: Role) -> States:
        """Where somebody of this role reaches the case with the function that the transition asks."""
        can = self.case.can(role, Action.TRANSITION_PERFORM)
        if not transition.functions:
            return can
        named = (self.case.named(frozenset({role}), function) for function in transition.functions)
        return can & self.space.union(named)

    def _transition(self, transition: Transition, origin: str) -> Move:
        space, case, target = self.space, self.case, transition.target(origin)
        changes: list[list[_Change]] = [[_Change(space.everything, {case.step: target})]]
        if target != origin:
            fresh = [each for name, each in space.variables.items() if name.startswith("in deze stap ")]
            fresh += [space.variables[name] for name, talk in case.talks.items() if talk.fresh]
            changes.append([_Change(space.everything, dict.fromkeys(fresh, False))])
        changes += [self._effect(effect, transition) for effect in transition.effects]
        changes += [self._joining(party) for party in transition.involve]
        changes.append([_Change(space.everything, self._released(transition))])
        branches = []
        for combination in product(*changes):
            settled: dict[Variable, Value] = {}
            for change in combination:
                settled.update(change.settled)
            branches.append(self._branch(space.both(change.where for change in combination), settled))
        return Move(
            "transition",
            transition.key,
            (transition.title.nl, transition.title.en),
            {role: self.actor(transition, role) for role in transition.roles},
            self.met(transition.conditions) & space.equal(case.step, origin),
            tuple(branch for branch in branches if branch.guard.satisfiable()),
            family_yes=False,
            origin=origin,
            target=target,
        )

    def _branch(self, where: States, settled: Mapping[Variable, Value], also: States | None = None) -> Branch:
        result = self.space.both(self.space.equal(variable, value) for variable, value in settled.items())
        return Branch(where, self.space.cube(settled), result if also is None else result & also)

    def _joining(self, party: Involve) -> list["_Change"]:
        case, space = self.case, self.space
        joined: dict[Variable, Value] = {
            case.ground(unit, on_consent=party.ground is Ground.TOESTEMMING): True
            for unit in units_of(party.organisation_kind, party.roles)
            if case.unit(unit) in case.asked
        }
        if not party.only_if_involved:
            return [_Change(space.everything, joined)]
        already = case.involved(party.organisation_kind)
        return [_Change(already, joined), _Change(~already, {})]

    def _released(self, transition: Transition) -> dict[Variable, Value]:
        case = self.case
        gone = [each for unit in case.grounds if unit[0] in transition.release for each in case.grounds[unit].values()]
        gone += [each for (role, _), each in case.names.items() if set(case.homes(role)) <= set(transition.release)]
        return dict.fromkeys(gone, False)

    def _effect(self, effect: Effect, transition: Transition) -> list["_Change"]:  # noqa: PLR0911  # one for each effect
        case, space = self.case, self.space
        everywhere = space.everything
        match effect:
            case Effect.REGIE_BY_TABLE:
                return [_Change(states, {case.regie: side}) for side, states in self._regie_by_table().items()]
            case Effect.REGIE_ONDERWIJS:
                return [_Change(everywhere, {case.regie: "onderwijs"})]
            case Effect.REGIE_ENDS:
                return [_Change(everywhere, {case.regie: None})]
            case Effect.REGIE_BY_PLAN:
                return self._by_plan(transition)
            case Effect.REGIE_BY_REGIEHOUDER:
                return self._by_regiehouder()
            case Effect.PUT_PLAN_IN_FORCE | Effect.REVISE_PLAN:
                return self._plan_changes(effect, transition)
            case Effect.REOPEN_CASE:
                return [_Change(everywhere, self._anew())]
            case Effect.CLOSE_CASE:
                return [_Change(everywhere, {})]

    def plans_of(self, transition: Transition) -> tuple[str, ...]:
        """The kinds of plan that a transition is about: those that its conditions name, or all that there are."""
        named = tuple(dict.fromkeys(str(c.params["kind"]) for c in transition.conditions if c.name.startswith("plan_")))
        return tuple(kind for kind in named or self.route.plans if kind in self.case.plans)

    def _by_plan(self, transition: Transition) -> list["_Change"]:
        changes: list[_Change] = []
        for kind in self.plans_of(transition)[:1]:
            side_of_plan = self.case.plan_regie(kind)
            for side in side_of_plan.values:
                where = self.space.equal(side_of_plan, side)
                changes.append(_Change(where, {self.case.regie: side, **self._other_sides(str(side))}))
        return changes or [_Change(self.space.everything, {})]

    def _other_sides(self, side: str) -> dict[Variable, Value]:
        """Whoever was named regiehouder for another side is that no longer."""
        own = {role for each, roles in self.route.regie.holders.items() if str(each) == side for role in roles}
        return {
            variable: False
            for (role, function), variable in self.case.names.items()
            if function == "regiehouder" and role not in own
        }

    def _by_regiehouder(self) -> list["_Change"]:
        """The side of whoever is named; where two sides have one, either may come out."""
        case, space = self.case, self.space
        changes, nobody = [], space.everything
        for side, roles in self.route.regie.holders.items():
            here = case.named(frozenset(roles), "regiehouder")
            changes.append(_Change(here, {case.regie: str(side)}))
            nobody &= ~here
        return [*changes, _Change(nobody, {case.regie: None})]

    def _plan_changes(self, effect: Effect, transition: Transition) -> list["_Change"]:
        case, settled = self.case, dict[Variable, Value]()
        for kind in self.plans_of(transition):
            if effect is Effect.PUT_PLAN_IN_FORCE:
                settled[case.plan_part(kind, "in_force")] = True
                continue
            settled[case.plan_part(kind, "in_force")] = False
            settled |= self._not_agreed(kind)
        return [_Change(self.space.everything, settled)]

    def _not_agreed(self, kind: str) -> dict[Variable, Value]:
        case = self.case
        lists = [
            case.plan_part(kind, what) for what in sorted(case.plans[kind]) if what.startswith(("approved", "eva"))
        ]
        settled: dict[Variable, Value] = {each: False for each in lists if not each.name.endswith("evaluation_date")}
        return {**settled, case.plan_evaluation(kind): None}

    def _anew(self) -> dict[Variable, Value]:
        """What a case that is opened again has lost: findings, talks, meetings, plans and classifications."""
        settled: dict[Variable, Value] = {}
        for name, each in self.space.variables.items():
            if name.startswith(("vastgelegd ", "in deze stap ", "indeling ", "regie", "gesprek ", "overleg ", "plan ")):
                settled[each] = False if each.values == (False, True) else None
        return settled

    # --- What professionals record ---

    def _anybody(self, roles: Iterable[Role], action: Action) -> dict[Who, States]:
        return {role: self.case.can(role, action) for role in roles if may_at_all((role,), action)}

    @property
    def known_roles(self) -> tuple[Role, ...]:
        """The roles that this route knows."""
        named = {role for role, _ in self.case.names} | {unit[1] for unit in self.case.possible if unit[1]}
        acting = {role for transition in self.route.transitions.values() for role in transition.roles}
        return tuple(sorted({*self.route.roles, *named, *acting}))

    @property
    def _going(self) -> States:
        """The case is not closed: nothing is added to what is."""
        return self.space.equal(self.case.step, *(key for key, step in self.route.steps.items() if not step.end))

    def _records(self) -> Iterator[Move]:
        case, space, variables = self.case, self.space, self.space.variables
        for kind in self.route.assessments.values():
            settled_by = {name for name in (f"vastgelegd {kind.key}", f"indeling {kind.sets}") if name in variables}
            if not settled_by:
                continue
            actors: dict[Who, States] = {
                role: case.can(role, Action.ASSESSMENT_CREATE, kind.category) for role in kind.roles
            }
            guard = self._going
            if kind.yields_to and f"vastgelegd {kind.yields_to}" in variables:
                guard &= space.equal(case.assessment(kind.yields_to), None)
            told_apart = {
                (case.alike[kind.key][o.code], o.code if kind.sets else ""): o for o in reversed(kind.outcomes)
            }
            for (alike, _), outcome in reversed(told_apart.items()):
                settled: dict[Variable, Value] = {
                    variables[name]: alike if name.startswith("vastgelegd") else outcome.code for name in settled_by
                }
                if f"in deze stap {kind.key}" in variables:
                    settled[case.fresh_assessment(kind.key)] = True
                says = (f"{kind.title.nl}: {outcome.title.nl}", f"{kind.title.en}: {outcome.title.en}")
                branch = self._branch(space.everything, settled)
                yield Move("assessment", f"{kind.key}={outcome.code}", says, actors, guard, (branch,))
        yield from self._talks()

    def _talks(self) -> Iterator[Move]:
        case = self.case
        for kind in self.route.notes.values():
            asked = {name: talk for name, talk in case.talks.items() if talk.kind == kind.key}
            whom = {who for talk in asked.values() for who in talk.whom}
            groups = [sorted({min(group) for group in talk.everyone}) for talk in asked.values()]
            everybody = {*whom, *(who for group in groups for who in group)}
            tables = [{who} for who in sorted(whom)] + [{*group} for group in groups if group] + [everybody]
            for role, can in self._anybody(kind.roles, Action.NOTE_CREATE).items():
                if role is None:
                    continue  # a note is somebody's
                done: dict[tuple[object, ...], tuple[Branch, ...]] = {}
                for table in tables:
                    branches = self._told(kind.key, role, table, asked)
                    key = tuple(sorted((name, receiver) for receiver, names in branches.items() for name in names))
                    if not key or key in done:
                        continue
                    done[key] = tuple(self._heard(receiver, names) for receiver, names in branches.items() if names)
                    with_whom = ", ".join(sorted(table)).replace("_", " ")
                    says = (f"{kind.title.nl} ({with_whom})", f"{kind.title.en} ({with_whom})")
                    yield Move("note", kind.key, says, {role: can}, self._going, done[key])

    def _told(self, kind: str, role: Role, table: Collection[str], asked: Mapping[str, Talk]) -> dict[str, set[str]]:
        """Which talks that are asked for such a note is, by who received the first signal."""
        return {
            str(receiver): {
                name
                for name, talk in asked.items()
                if any(talk.shown_by(kind, whose, role, table) for whose in (None, str(receiver)))
            }
            for receiver in self.case.received_by.values
        }

    def _heard(self, receiver: str, names: Iterable[str]) -> Branch:
        settled: dict[Variable, Value] = {self.space.variables[name]: True for name in names}
        return self._branch(self.space.equal(self.case.received_by, receiver), settled)

    # --- The family, and time ---

    def _family_and_time(self) -> Iterator[Move]:
        case, space = self.case, self.space
        asking = self._anybody(self.known_roles, Action.CONSENT_CREATE)
        known = space.equal(case.age, *(age for age in case.age.values if age is not None))
        for kind, consent in case.consents.items():
            words = str(kind).replace("_", " ")
            yes = self._branch(~space.equal(consent, "ja"), {consent: "ja"})
            yield Move(
                "consent",
                f"{kind}=ja",
                (f"toestemming voor delen met {words}: ja", f"consent to share with {words}: yes"),
                asking,
                known & self._going,
                (yes,),
                family_yes=True,
            )
            no = self._branch(~space.equal(consent, "nee"), {consent: "nee"})
            given = space.equal(consent, "ja")
            asked: dict[Who, States] = {role: can | given for role, can in asking.items()}
            yield Move(
                "consent",
                f"{kind}=nee",
                (f"toestemming voor delen met {words}: nee", f"consent to share with {words}: no"),
                {**asked, None: given},
                space.everything,
                (no,),
            )
            expired = self._branch(given, {consent: None})
            says = (f"toestemming voor delen met {words} verloopt", f"consent to share with {words} expires")
            yield Move("consent", f"{kind}=verlopen", says, {None: space.everything}, space.everything, (expired,))
        yield from self._child()

    def _child(self) -> Iterator[Move]:
        case, space = self.case, self.space
        ages = [age for age in case.age.values if age is not None]
        for younger, older in pairwise(ages):
            birthday = self._branch(space.equal(case.age, younger), {case.age: older})
            says = (f"de jeugdige wordt {older}", f"the young person turns {older}")
            yield Move("child", f"{older} jaar", says, {None: space.everything}, space.everything, (birthday,))
        told = self._branch(space.equal(case.age, None), {}, None)
        told = Branch(told.guard, space.cube([case.age]), space.equal(case.age, *ages))
        says = ("de geboortedatum vastleggen", "record the date of birth")
        may = self._anybody(self.known_roles, Action.YOUNG_PERSON_UPDATE)
        yield Move("child", "geboortedatum", says, may, space.everything, (told,))
        known = space.holds(case.school_known)
        follows = {"deelverband bekend": case.deelverband_known} if "deelverband bekend" in space.variables else {}
        follows |= {"sector": case.sector} if "sector" in space.variables else {}
        free = space.both(map(space.valid, follows.values()))
        enrolled = Branch(~known, space.cube([case.school_known, *follows.values()]), known & free)
        says = ("vastleggen op welke school het kind zit", "record at which school the child is enrolled")
        yield Move(
            "child", "school", says, self._anybody(self.known_roles, Action.CASE_UPDATE), self._going, (enrolled,)
        )
        if follows:
            says = ("de gegevens van de school aanvullen", "complete the data of the school")
            completed = Branch(known, space.cube(follows.values()), free)
            yield Move("child", "deelverband", says, {None: space.everything}, self._going, (completed,))
        yield from self._signals()

    def _signals(self) -> Iterator[Move]:
        case, space = self.case, self.space
        may = self._anybody(self.known_roles, Action.SIGNAL_CREATE)
        heard = {space.variables[name]: True for name in case.signals}
        says = ("een later signaal", "a later signal")
        others: dict[Variable, Value] = {case.only_own_signals: False}
        branches = [self._branch(space.everything, others)]
        branches += [self._branch(space.everything, {**others, each: True}) for each in heard]
        branches.append(self._branch(space.everything, {**others, case.safety: True}))
        yield Move("signal", "later", says, may, self._going, tuple(branches))

    # --- Who takes part, meetings, plans, escalations ---

    def _work(self) -> Iterator[Move]:
        yield from self._naming()
        yield from self._meetings()
        yield from self._plans()
        yield from self._escalations()

    def _naming(self) -> Iterator[Move]:
        """Somebody is named: of an organisation that takes part, with consent, or by its own legal task."""
        case, space = self.case, self.space
        by: dict[tuple[Role, str], set[Role]] = {}
        for transition in self.route.transitions.values():
            for condition in transition.conditions:
                if condition.name == "participant_named":
                    for role in condition.params.get("roles", ()):  # type: ignore[union-attr]  # checked when loaded
                        names = condition.params.get("by", ())
                        key = Role(role), str(condition.params.get("function", ""))
                        by.setdefault(key, set()).update(Role(each) for each in names)  # type: ignore[union-attr]
        for (role, function), variable in case.names.items():
            words = str(role).replace("_", " ")
            does = f" als {function}" if function else ""
            says = (f"{words} bij naam vastleggen{does}", f"record {words} by name{does.replace(' als ', ' as ')}")
            for kind in case.homes(role):
                for on_consent in sorted(case.possible[case.unit((kind, role))]):
                    actors = dict[Who, States]()
                    for actor in by.get((role, function)) or self.known_roles:
                        if function != "casemanager" or kind in case.homes(actor):
                            can = case.can(actor, Action.PARTICIPANT_CREATE)
                            actors[actor] = can & self._may_bring(actor, kind, on_consent=on_consent)
                    ground = case.ground((kind, role), on_consent=on_consent)
                    enrolled = space.holds(case.school_known) if kind is OrganisationKind.SCHOOL else space.everything
                    branch = self._branch(space.everything, {variable: True, ground: True})
                    yield Move(
                        "participant", f"{role} {function}".strip(), says, actors, self._going & enrolled, (branch,)
                    )

    def _may_bring(self, actor: Role, kind: OrganisationKind, *, on_consent: bool) -> States:
        """Where somebody of such an organisation is named: on consent, with colleagues, or on its own legal task."""
        case, space = self.case, self.space
        if on_consent:
            return case.consented(kind)
        on_own = {unit: each[False] for unit, each in case.grounds.items() if False in each}
        found = space.union(space.holds(each) for unit, each in on_own.items() if unit[0] is kind)
        if kind in WITHOUT_CONSENT:
            units = {case.unit((home, role)) for home in case.homes(actor) for role in (actor, None)}
            lawful = [unit for unit in units if unit in on_own and unit[0] in WITHOUT_CONSENT]
            found |= space.union(space.holds(on_own[unit]) for unit in lawful)
        return found

    def _meetings(self) -> Iterator[Move]:
        case, space = self.case, self.space
        for kind in self.route.meetings.values():
            if kind.key not in case.meetings:
                continue
            meeting = case.meeting(kind.key)
            parties = sorted(case.meetings[kind.key])
            settled = [meeting, *(case.party_of(kind.key, party) for party in parties)]
            result = space.equal(meeting, "held")
            for party in parties:
                # Only who takes part is invited; the family always can be.
                kinds = self.route.parties[party].organisation_kinds if party in self.route.parties else ()
                sits = case.involved(*kinds) if kinds else space.everything
                result &= ~case.counts_in(kind.key, party) | sits
            questions = f"overleg {kind.key}: vragen beantwoord"
            if questions in space.variables:
                settled.append(space.variables[questions])
                result &= space.holds(space.variables[questions])
            says = (f"{kind.title.nl}: gehouden en verslagen", f"{kind.title.en}: held and reported")
            can = self._anybody(kind.roles, Action.MEETING_REPORT)
            held = Branch(space.everything, space.cube(settled), result)
            yield Move("meeting", kind.key, says, can, self._going, (held,))

    def _plans(self) -> Iterator[Move]:
        for key in self.case.plans:
            yield from self._plan(key)

    def _plan(self, key: str) -> Iterator[Move]:
        case, space, kind = self.case, self.space, self.route.plans[key]
        exists, in_force, evaluation = case.plan(key), case.plan_part(key, "in_force"), case.plan_evaluation(key)
        parts = {what: case.plan_part(key, what) for what in sorted(case.plans[key]) if what != "in_force"}
        draft = space.holds(exists) & ~space.holds(in_force) & self._going
        written = {w: v for w, v in parts.items() if not w.startswith(("approved ", "evaluated "))}
        lists = {w: v for w, v in parts.items() if w not in written}
        title = kind.title
        settled: dict[Variable, Value] = {exists: True, in_force: False, evaluation: None}
        settled |= dict.fromkeys(lists.values(), False)
        regie = case.plan_regie(key)
        drawn = Branch(
            space.everything,
            space.cube([*settled, *written.values(), regie]),
            space.both(space.equal(v, value) for v, value in settled.items())
            & space.both(map(space.valid, written.values()))
            & space.valid(regie),
        )
        says = (f"{title.nl} opstellen", f"draw up {title.en}")
        yield Move("plan", key, says, self._anybody(kind.roles, Action.PLAN_CREATE), self._going, (drawn,))
        parties = [what.removeprefix("approved ") for what in lists if what.startswith("approved ")]
        for party in parties:
            agreed = self._branch(space.everything, {parts[f"approved {party}"]: True})
            says = (f"instemming met {title.nl}: {party}", f"agreement with {title.en}: {party}")
            family = party in {"ouder", "jeugdige"}
            roles = self.known_roles if family else self.route.parties[party].roles
            actors = self._anybody(roles, Action.PLAN_APPROVE)
            yield Move("plan", f"{key}+{party}", says, actors, draft, (agreed,), family_yes=family)
            says = (f"geen instemming met {title.nl}: {party}", f"no agreement with {title.en}: {party}")
            refused = self._branch(space.everything, {parts[f"approved {party}"]: False})
            yield Move("plan", f"{key}-{party}", says, actors, draft, (refused,))
        yield self._evaluated(key, lists)

    def _evaluated(self, key: str, lists: Mapping[str, Variable]) -> Move:
        """An evaluation names the sides whose contact person was there; those must have one."""
        case, space, kind = self.case, self.space, self.route.plans[key]
        evaluation = case.plan_evaluation(key)
        result = space.equal(evaluation, *(value for value in evaluation.values if value))
        sides = {w.removeprefix("evaluated "): v for w, v in lists.items() if w.startswith("evaluated ")}
        for party, variable in sides.items():
            if party in {"school", "gemeente"}:
                kinds = self.route.parties[party].organisation_kinds
                result &= ~space.holds(variable) | self._contact_of(kinds)
            else:
                result &= space.valid(variable)
        guard = space.holds(case.plan(key)) & space.holds(case.plan_part(key, "in_force")) & self._going
        says = (f"{kind.title.nl} evalueren", f"evaluate {kind.title.en}")
        branch = Branch(space.everything, space.cube([evaluation, *sides.values()]), result)
        return Move("plan", f"{key}?", says, self._anybody(kind.roles, Action.PLAN_EVALUATE), guard, (branch,))

    def _contact_of(self, kinds: Iterable[OrganisationKind]) -> States:
        case, found, known = self.case, self.space.nothing, set(kinds)
        for (role, function), variable in case.names.items():
            if function:
                here = (case.takes_part((kind, role)) for kind in case.homes(role) if kind in known)
                found |= self.space.holds(variable) & self.space.union(here)
        return found

    def _escalations(self) -> Iterator[Move]:
        case, space = self.case, self.space
        for escalation in self.route.escalations:
            can = self._anybody(escalation.roles, Action.ESCALATION_CREATE)
            guard = self._going & self.met(escalation.conditions)
            joining = [self._joining(party) for party in escalation.involve]
            for kind in escalation.kinds:
                raised: dict[Variable, Value] = {
                    space.variables[name]: True
                    for name, (kinds, addressee) in case.raised.items()
                    if kind in kinds and addressee == escalation.addressed_to
                }
                if not raised and not joining:
                    continue
                branches = []
                for combination in product([_Change(space.everything, raised)], *joining):
                    settled = {v: value for change in combination for v, value in change.settled.items()}
                    branches.append(self._branch(space.both(change.where for change in combination), settled))
                words = kind.replace("_", " ")
                says = (f"{escalation.title.nl}: {words}", f"{escalation.title.en}: {words}")
                yield Move("escalation", f"{escalation.addressed_to}:{kind}", says, can, guard, tuple(branches))
        if case.raised:
            solved: dict[Variable, Value] = {space.variables[name]: False for name in case.raised}
            says = ("vastlegging hoe het is opgelost", "record how it was resolved")
            can = self._anybody(self.known_roles, Action.ESCALATION_RESOLVE)
            yield Move("escalation", "opgelost", says, can, self._going, (self._branch(space.everything, solved),))


@dataclass(frozen=True, slots=True)
class _Change:
    """Where something comes out, and what it settles."""

    where: States
    settled: Mapping[Variable, Value]


__all__ = ["GROUNDS_FROM_CONSENT", "Branch", "Move", "Moves", "Verdict", "Who"]
