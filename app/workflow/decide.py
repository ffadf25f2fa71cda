"""The verdict on one transition, and the outlook on all that lead away from where a case stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.actors import Role
from app.workflow.facts import Asker, Facts
from app.workflow.guards import GUARDS, Params, Reason
from app.workflow.model import Condition, Route, Transition


@dataclass(frozen=True, slots=True)
class UnknownTransition:
    """The route has no transition of this name."""

    transition_key: str


@dataclass(frozen=True, slots=True)
class WrongActor:
    """The asker is none of those who may make this transition, whatever the state of the case."""

    transition: Transition


@dataclass(frozen=True, slots=True)
class Refused:
    """The asker may make it, but not now; every reason that stands in the way, the step first."""

    transition: Transition
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Nothing stands in the way; `role` is the role of the asker that permits it, to be recorded."""

    transition: Transition
    role: Role


Verdict = UnknownTransition | WrongActor | Refused | Allowed


@dataclass(frozen=True, slots=True)
class Option:
    """A transition from the step where the case stands, with every reason why it can't be made now.

    `requires_explanation` of the transition is no reason here: the client sees it and sends one along.
    """

    transition: Transition
    reasons: tuple[Reason, ...]
    for_asker: bool  # the asker may make it once no reason is left; who else may stands in the transition

    @property
    def allowed(self) -> bool:
        """The asker can make it now."""
        return self.for_asker and not self.reasons


def decide(route: Route, transition_key: str, facts: Facts, asker: Asker) -> Verdict:
    """Whether this asker may make this transition now; in the order unknown, wrong actor, then all reasons at once.

    An explanation that is asked for must stand in `facts.explanation`; None there means that nobody was asked yet.
    """
    transition = route.transitions.get(transition_key)
    if transition is None:
        return UnknownTransition(transition_key)
    role = _acting_role(transition, asker)
    if role is None:
        return WrongActor(transition)
    reasons = (*_wrong_step(transition, facts), *_unmet(route, transition, facts))
    return Refused(transition, reasons) if reasons else Allowed(transition, role)


def outlook(route: Route, facts: Facts, asker: Asker) -> list[Option]:
    """Every transition from the step where the case stands, in the order of the route file."""
    return [
        Option(transition, tuple(_unmet(route, transition, facts)), _acting_role(transition, asker) is not None)
        for transition in route.transitions.values()
        if facts.step in transition.origins
    ]


def _acting_role(transition: Transition, asker: Asker) -> Role | None:
    """The first role of the transition that the asker has, if he also has one of the functions it asks."""
    if transition.functions and asker.functions.isdisjoint(transition.functions):
        return None
    return next((role for role in transition.roles if role in asker.roles), None)


def _wrong_step(transition: Transition, facts: Facts) -> list[Reason]:
    if facts.step in transition.origins:
        return []
    return [
        Reason(
            "niet_vanuit_deze_stap",
            "Dit kan niet vanuit de stap waar de ondersteuningsroute nu is.",
            "This can't be done from the step where the route stands now.",
            transition.roles,
        )
    ]


def _unmet(route: Route, transition: Transition, facts: Facts) -> list[Reason]:
    """Every reason of every condition, and of the explanation where one is asked for."""
    missing = []
    if transition.requires_explanation and facts.explanation is not None and not facts.explanation.strip():
        missing.append(
            Reason(
                "toelichting_ontbreekt",
                "Geef een toelichting: bij deze stap hoort een reden.",
                "Give an explanation: this transition needs a reason.",
                transition.roles,
            )
        )
    return missing + lacking(route, transition.conditions, facts)


def lacking(route: Route, conditions: Iterable[Condition], facts: Facts) -> list[Reason]:
    """Every reason of every condition, each once: two conditions may lack the same thing."""
    reasons: dict[tuple[object, ...], Reason] = {}
    for condition in conditions:
        for reason in GUARDS[condition.name].check(facts, Params(condition.params, route)):
            reasons.setdefault((reason.code, reason.nl), reason)
    return list(reasons.values())
