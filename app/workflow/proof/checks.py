"""The questions that the proof puts to all states of a route."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from app.domain.actors import OrganisationKind
from app.domain.policy import Action
from app.workflow.model import (
    GROUNDS_FROM_CONSENT,
    Always,
    Claim,
    Condition,
    Effect,
    ExactlyOne,
    Involve,
    Text,
    Transition,
)
from app.workflow.proof.moves import Move, Moves
from app.workflow.proof.paths import shortest
from app.workflow.proof.reach import Reached, before, can_happen, image, whence
from app.workflow.proof.report import Finding, PathStep
from app.workflow.proof.symbols import States

_SETS_REGIE = (Effect.REGIE_BY_TABLE, Effect.REGIE_BY_PLAN, Effect.REGIE_BY_REGIEHOUDER)


@dataclass(slots=True)
class Checking:
    """One run over a route: what was asked, and what was found.

    `paths`: look for the shortest path of each fault.
    """

    moves: Moves
    reached: Reached
    paths: bool = True
    asked: dict[str, int] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)
    _met: dict[tuple[object, ...], bool] = field(default_factory=dict)

    def _wrong(self, code: str, subject: str, says: Text, remedy: Text, path: tuple[PathStep, ...] = ()) -> None:
        if not any(each.code == code and each.subject == subject and each.says == says for each in self.found):
            self.found.append(Finding(code, subject, says, remedy, path))

    def must(self, code: str, subject: str, holds: bool, says: Text, remedy: Text) -> None:  # noqa: FBT001  # the answer
        """Something that must be so, whatever path a case takes."""
        self.asked[code] = self.asked.get(code, 0) + 1
        if not holds:
            self._wrong(code, subject, says, remedy)

    def never(self, code: str, subject: str, bad: States, says: Text, remedy: Text) -> None:
        """No case may come into one of these states: what looks wrong is followed back to the opening of a case."""
        self.asked[code] = self.asked.get(code, 0) + 1
        bad &= self.reached.every
        if not bad.satisfiable() or any(each.code == code and each.subject == subject for each in self.found):
            return
        if self.paths:
            path = shortest(self.reached, bad)
        else:
            back = whence(self.reached, bad, until=self.moves.start)
            path = () if (back & self.moves.start).satisfiable() else None
        if path is not None:
            self._wrong(code, subject, says, remedy, path)

    # --- Steps and transitions ---

    def here(self, step: str) -> States:
        """The states in which a case stands in this step."""
        return self.reached.states[step]

    def steps(self) -> None:
        """Every step is come to, and everybody who is named can do what stands there."""
        for key, step in self.moves.route.steps.items():
            self.must(
                "stap_onbereikbaar",
                f"step:{key}",
                self.here(key).satisfiable(),
                Text(f"Geen zaak komt ooit in «{step.title.nl}».", f"No case ever comes to «{step.title.en}»."),
                Text("Geef de stap een overgang die gemaakt kan worden.", "Give the step a way that can be taken."),
            )
        for transition in self.moves.route.transitions.values():
            self._taken(transition)

    def _taken(self, transition: Transition) -> None:
        subject, moves = f"transition:{transition.key}", self.moves
        possible = {
            origin: move
            for move in moves.every
            if (origin := move.origin) is not None and move.transition and move.key == transition.key
        }
        for origin, move in possible.items():
            step = moves.route.steps[origin].title
            for condition in transition.conditions:
                self._established(subject, origin, condition)
            self.must(
                "overgang_kan_nooit",
                subject,
                (self.here(origin) & can_happen(moves, move)).satisfiable(),
                Text(
                    f"«{transition.title.nl}» kan vanuit «{step.nl}» nooit.",
                    f"«{transition.title.en}» can never be done from «{step.en}».",
                ),
                Text("Haal de stap weg bij from, of verander de voorwaarden.", "Drop it from `from`, or change it."),
            )
        for role in transition.roles:
            self.must(
                "rol_kan_nooit",
                subject,
                any(
                    (self.here(move.origin or "") & move.guard & move.actors[role]).satisfiable()
                    for move in possible.values()
                ),
                Text(
                    f"{role} kan «{transition.title.nl}» nooit doen.", f"{role} can never do «{transition.title.en}»."
                ),
                Text("Betrek deze rol eerder, of haal haar hier weg.", "Involve this role earlier, or drop it here."),
            )

    def _established(self, subject: str, step: str, condition: Condition) -> None:
        title = self.moves.route.steps[step].title
        self.must(
            "voorwaarde_onhaalbaar",
            subject,
            self._can_be_met(step, condition),
            Text(
                f"Niemand die in «{title.nl}» meedoet kan zorgen dat {condition.name} klopt.",
                f"Nobody who takes part in «{title.en}» can make {condition.name} hold.",
            ),
            Text("Geef een rol die daar is het recht, of laat de voorwaarde los.", "Let a role that is there do it."),
        )

    def _can_be_met(self, step: str, condition: Condition) -> bool:
        """Met somewhere in the step; and where it is not and its refusal says how, something there brings it about."""
        key = step, self.moves.key(condition)
        if key not in self._met:
            verdict, here = self.moves.verdict(condition), self.here(step)
            missing = here & ~verdict.met
            sideways = (move for move in self.reached.between[step] if move.target == step)
            self._met[key] = (here & verdict.met).satisfiable() and (
                not verdict.says_how
                or not missing.satisfiable()
                or any((image(self.moves, m, missing) & verdict.met).satisfiable() for m in self.reached.inside)
                or any((image(self.moves, m, missing) & verdict.met).satisfiable() for m in sideways)
            )
        return self._met[key]

    def recorded(self) -> None:
        """Whoever may record, meet or write can do so in some state."""
        case, route = self.moves.case, self.moves.route
        going = self.moves.space.union(self.here(key) for key, step in route.steps.items() if not step.end)
        kinds = [
            *(
                (f"assessment:{k.key}", k.roles, Action.ASSESSMENT_CREATE, k.category)
                for k in route.assessments.values()
            ),
            *((f"note:{k.key}", k.roles, Action.NOTE_CREATE, None) for k in route.notes.values()),
            *((f"plan:{k.key}", k.roles, Action.PLAN_CREATE, None) for k in route.plans.values()),
        ]
        for subject, roles, action, category in kinds:
            able = [role for role in roles if (case.can(role, action, category) & going).satisfiable()]
            self.must(
                "niemand_legt_vast",
                subject,
                bool(able),
                Text(f"Niemand kan {subject} ooit vastleggen.", f"Nobody can ever record {subject}."),
                Text("Noem een rol die meedoet en dat mag.", "Name a role that takes part and may."),
            )

    # --- Ways on ---

    def ends(self) -> None:
        """From everywhere an end can be reached, also when the family says no to everything that is still asked."""
        space, route = self.moves.space, self.moves.route
        ends = space.union(self.here(key) for key, step in route.steps.items() if step.end)
        for key, step in route.steps.items():
            if not step.end:
                self._somebody(key)
        alone = whence(self.reached, ends, refusing=True)
        stuck = self.reached.every & ~alone
        if not stuck.satisfiable():
            self.asked["geen_einde"] = self.asked["geen_einde_bij_weigering"] = len(route.steps)
            return
        hopeless = self.reached.every & ~whence(self.reached, ends)
        for key, step in route.steps.items():
            title = step.title
            self.never(
                "geen_einde",
                f"step:{key}",
                hopeless & self.here(key),
                Text(
                    f"Vanuit «{title.nl}» kan een zaak vastlopen: geen einde is nog te bereiken.",
                    f"From «{title.en}» a case can get stuck: no end can be reached any more.",
                ),
                Text("Geef de stap een uitgang voor wie er dan nog is.", "Give whoever is left a way out."),
            )
            self.never(
                "geen_einde_bij_weigering",
                f"step:{key}",
                stuck & self.here(key),
                Text(
                    f"Zegt het gezin nee, dan kan een zaak in «{title.nl}» vastlopen.",
                    f"When the family says no, a case can get stuck in «{title.en}».",
                ),
                Text("Geef de stap een uitgang zonder toestemming.", "Give the step a way out without consent."),
            )

    def _somebody(self, key: str) -> None:
        transitions = [self.moves.route.transitions[move.key] for move in self.reached.between[key]]
        roles = {(t.key, role) for t in transitions for role in t.roles}
        there = self.moves.space.union(self.moves.case.can(role, Action.TRANSITION_PERFORM) for _, role in roles)
        title = self.moves.route.steps[key].title
        self.never(
            "niemand_aan_zet",
            f"step:{key}",
            self.here(key) & ~there,
            Text(
                f"In «{title.nl}» kan het gebeuren dat niemand meer iets kan doen.",
                f"In «{title.en}» it can happen that nobody can do anything any more.",
            ),
            Text("Betrek iemand op eigen grond, of geef een ander een uitgang.", "Involve somebody on own grounds."),
        )

    def terms(self) -> None:
        """What is done about a term that has passed can be done there."""
        for term in self.moves.route.terms.values():
            if term.step is None:
                continue
            ways = [m for m in self.reached.between[term.step] if m.key in term.way_on]
            self.must(
                "termijn_zonder_uitweg",
                f"term:{term.key}",
                {m.key for m in ways} == set(term.way_on)
                and all((self.here(term.step) & can_happen(self.moves, m)).satisfiable() for m in ways),
                Text(
                    f"Een uitweg na «{term.title.nl}» kan daar niet.",
                    f"A way on after «{term.title.en}» can't be taken.",
                ),
                Text("Noem overgangen die uit deze stap kunnen.", "Name transitions that can be made from this step."),
            )

    def turns(self) -> None:
        """Who is «aan zet» in a step can do something there."""
        for role, known in self.moves.route.roles.items():
            for step in known.turn:
                able = any(role in move.actors and (self.here(step) & move.guard & move.actors[role]).satisfiable()
                           for move in (*self.reached.between[step], *self.reached.inside))  # fmt: skip
                self.must(
                    "aan_zet_zonder_werk",
                    f"role:{role}",
                    able,
                    Text(f"{role} is aan zet in {step}, maar kan daar niets.", f"{role} can do nothing in {step}."),
                    Text("Geef de rol daar iets te doen, of haal de stap weg.", "Give it something to do there."),
                )

    # --- Consent, regie, registries ---

    def disclosure(self) -> None:
        """Nobody comes in on consent while there is none, and nobody is called in who can't be found."""
        for move in self.moves.every:
            if move.origin is not None:
                self._disclosed(move, f"transition:{move.key}", self.moves.route.transitions[move.key].involve)
            elif move.kind == "escalation" and move.key != "opgelost":
                addressee = move.key.split(":")[0]
                raised = [each for each in self.moves.route.escalations if each.addressed_to == addressee]
                self._disclosed(move, f"escalation:{addressee}", [p for each in raised for p in each.involve])

    def _disclosed(self, move: Move, subject: str, parties: Iterable[Involve]) -> None:
        case, happens = self.moves.case, can_happen(self.moves, move)
        if move.origin is not None:
            happens &= self.here(move.origin)
        for party in parties:
            kind = party.organisation_kind
            if party.ground in GROUNDS_FROM_CONSENT:
                self.never(
                    "delen_zonder_toestemming",
                    subject,
                    happens & ~case.consented(kind),
                    Text(
                        f"{move.says[0]}: {kind} komt erbij zonder dat er toestemming is.",
                        f"{move.says[1]}: {kind} comes in while there is no consent.",
                    ),
                    Text(f'Vraag consent_in_force, recipient = "{kind}".', f"Ask consent_in_force for {kind}."),
                )
            if kind in {OrganisationKind.SCHOOL, OrganisationKind.SCHOOLBESTUUR} and not party.only_if_involved:
                self.never(
                    "niemand_te_betrekken",
                    subject,
                    happens & ~self.moves.space.holds(case.school_known),
                    Text(f"{move.says[0]}: er is geen school.", f"{move.says[1]}: there is no school."),
                    Text("Vraag de voorwaarde school_known.", "Ask the condition school_known."),
                )

    def regie(self) -> None:
        """Once it is handed out there is exactly one holder; at an end there is none."""
        space, case, route = self.moves.space, self.moves.case, self.moves.route
        for move in self.moves.every:
            if move.origin is None:
                continue
            transition = route.transitions[move.key]
            if set(transition.effects) & set(_SETS_REGIE):
                nobody = before(self.moves, move, space.equal(case.regie, None))
                self.never(
                    "regie_bij_niemand",
                    f"transition:{move.key}",
                    self.here(move.origin) & nobody,
                    Text(f"Na «{move.says[0]}» houdt niemand de regie.", f"After «{move.says[1]}» nobody holds it."),
                    Text(
                        "Vul de tabel aan, of vraag wat de regie bepaalt.", "Complete the table, or ask what decides."
                    ),
                )
            if Effect.PUT_PLAN_IN_FORCE in transition.effects:
                plans = self.moves.plans_of(transition)
                drawn = space.both(space.holds(case.plan(kind)) for kind in plans) if plans else space.nothing
                self.never(
                    "plan_ontbreekt",
                    f"transition:{move.key}",
                    self.here(move.origin) & can_happen(self.moves, move) & ~drawn,
                    Text(f"«{move.says[0]}»: er is geen plan.", f"«{move.says[1]}»: there is no plan."),
                    Text("Vraag plan_complete.", "Ask plan_complete."),
                )
        for key, step in route.steps.items():
            if step.end:
                self.never(
                    "regie_na_einde",
                    f"step:{key}",
                    self.here(key) & ~space.equal(case.regie, None),
                    Text("Na het einde houdt nog iemand de regie.", "After the end somebody still holds the regie."),
                    Text("Zet regie_ends bij elke overgang naar een einde.", "Put regie_ends with each end."),
                )

    def registries(self) -> None:
        """Parents know of a registration before the case goes on with it, or why they can't is recorded."""
        route, moves = self.moves.route, self.moves
        informed = [c for t in route.transitions.values() for c in t.conditions if c.name == "parents_informed"]
        told = moves.space.union(moves.verdict(condition).met for condition in informed)
        for move in moves.every:
            if move.origin is None or move.target == move.origin:
                continue
            kinds = {c.params.get("kind") for c in route.transitions[move.key].conditions}
            if any(kind in route.assessments and route.assessments[str(kind)].registry for kind in kinds):
                self.never(
                    "ouders_niet_ingelicht",
                    f"transition:{move.key}",
                    self.here(move.origin) & can_happen(moves, move) & ~told,
                    Text(
                        f"«{move.says[0]}» kan terwijl de ouders niets van de registratie weten.",
                        f"«{move.says[1]}» can be done while the parents know nothing of the registration.",
                    ),
                    Text("Vraag de voorwaarde parents_informed.", "Ask the condition parents_informed."),
                )

    # --- The promises of the seed ---

    def claims(self) -> None:
        """Each promise holds in every state in which it is asked."""
        for claim in self.moves.route.claims.values():
            if claim.on is not None:
                self._occasions(claim)
            if claim.exactly_one is not None:
                self._exactly_one(claim, claim.exactly_one)
            if claim.always is not None:
                self._always(claim, claim.always)

    def _promise(self, claim: Claim, bad: States) -> None:
        says = Text(f"Belofte gebroken: {claim.says.nl}", f"A promise is broken: {claim.says.en}")
        remedy = Text("Zet de voorwaarde terug die de belofte houdt.", "Put back the condition that keeps the promise.")
        self.never(f"belofte_{claim.key}", f"claim:{claim.key}", bad, says, remedy)

    def _occasions(self, claim: Claim) -> None:
        kept = self.moves.met(claim.requires)
        happened = False
        for move in self.moves.every:
            if move.key in claim.exceptions or not self._asked_at(claim, move):
                continue
            happened = True
            here = self.here(move.origin) if move.origin is not None else self.reached.every
            self._promise(claim, here & can_happen(self.moves, move) & ~kept)
        self.must(
            "belofte_zonder_gelegenheid",
            f"claim:{claim.key}",
            happened,
            Text(f"Waar deze belofte over gaat, gebeurt nergens: {claim.says.nl}", f"Never happens: {claim.says.en}"),
            Text("Verander de belofte of de route.", "Change the promise or the route."),
        )

    def _asked_at(self, claim: Claim, move: Move) -> bool:
        on = claim.on
        if on is None:
            return False
        if move.origin is None:
            return on.involve is not None and move.kind == "escalation" and self._brings(move, claim)
        transition, moved = self.moves.route.transitions[move.key], move.origin != move.target
        return (
            (moved and move.target in on.enter)
            or (moved and move.origin in on.leave)
            or move.key in on.transition
            or (on.effect is not None and on.effect in transition.effects)
            or (on.involve is not None and self._brings(move, claim))
        )

    def _brings(self, move: Move, claim: Claim) -> bool:
        on = claim.on
        if on is None:
            return False
        route = self.moves.route
        parties: Iterable[Involve] = (
            route.transitions[move.key].involve
            if move.origin is not None
            else [p for each in route.escalations if each.addressed_to == move.key.split(":")[0] for p in each.involve]
        )
        return any(
            p.organisation_kind is on.involve and (not on.roles or set(on.roles) & set(p.roles)) for p in parties
        )

    def _exactly_one(self, claim: Claim, one: ExactlyOne) -> None:
        space, route = self.moves.space, self.moves.route
        asked = self.here(one.step) & self.moves.met(one.when)
        met = [self.moves.met(route.transitions[key].conditions) for key in one.transitions]
        none = ~space.union(met)
        two = space.union(a & b for place, a in enumerate(met) for b in met[place + 1 :])
        self._promise(claim, asked & (none | two))

    def _always(self, claim: Claim, always: Always) -> None:
        space, case, route = self.moves.space, self.moves.case, self.moves.route
        kept = self.moves.met(claim.requires)
        for word in always.holds:
            if word == "regie_set":
                kept &= ~space.equal(case.regie, None)
            elif word == "one_regiehouder":
                sides = [
                    space.equal(case.regie, str(side)) & case.named(frozenset(roles), "regiehouder")
                    for side, roles in route.regie.holders.items()
                ]
                kept &= space.union(sides)
        for step in always.steps:
            self._promise(claim, self.here(step) & ~kept)


def all_checks(checking: Checking) -> Iterator[Callable[[], None]]:
    """The checks, the cheapest first."""
    yield checking.steps
    yield checking.recorded
    yield checking.terms
    yield checking.turns
    yield checking.disclosure
    yield checking.regie
    yield checking.registries
    yield checking.claims
    yield checking.ends
