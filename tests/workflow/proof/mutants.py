"""A route broken in every way that its own data offers, one at a time: each must be caught."""

from collections.abc import Iterator
from dataclasses import replace

from app.workflow.model import GROUNDS_FROM_CONSENT, Effect, Ground, Route, Transition

Mutant = tuple[str, Route]


def mutants(route: Route) -> Iterator[Mutant]:
    """What was broken, and the broken route."""
    yield from _without_term(route)
    yield from _without_task(route)
    yield from _without_role(route)
    yield from _regie(route)
    yield from _grounds(route)
    yield from _effects(route)
    yield from _conditions(route)
    yield from _ways(route)


def _with(route: Route, transition: Transition) -> Route:
    return replace(route, transitions={**route.transitions, transition.key: transition})


def _without_term(route: Route) -> Iterator[Mutant]:
    for key, term in route.terms.items():
        if term.step and sum(each.step == term.step for each in route.terms.values()) == 1:
            yield f"term {key} gone", replace(route, terms={k: t for k, t in route.terms.items() if k != key})
        if term.way_on:
            yield f"term {key} without a way on", replace(route, terms={**route.terms, key: replace(term, way_on=())})


def _without_task(route: Route) -> Iterator[Mutant]:
    for role, known in route.roles.items():
        if known.tasks and known.tasks[0].does:
            fewer = replace(known, tasks=known.tasks[1:])
            others = {does for task in known.tasks[1:] for does in task.does}
            if set(known.tasks[0].does) - others:
                yield f"first task of {role} gone", replace(route, roles={**route.roles, role: fewer})


def _without_role(route: Route) -> Iterator[Mutant]:
    for each in route.transitions.values():
        if len(each.roles) > 1:
            yield f"{each.key} without {each.roles[0]}", _with(route, replace(each, roles=each.roles[1:]))


def _regie(route: Route) -> Iterator[Mutant]:
    for pair in route.regie.table:
        fewer = {each: side for each, side in route.regie.table.items() if each != pair}
        yield f"regie row {pair} gone", replace(route, regie=replace(route.regie, table=fewer))


def _grounds(route: Route) -> Iterator[Mutant]:
    for each in route.transitions.values():
        for place, party in enumerate(each.involve):
            ground = Ground.SWV_TAAK if party.organisation_kind != "samenwerkingsverband" else Ground.ONDERWIJSTAAK
            loose = (*each.involve[:place], replace(party, ground=ground), *each.involve[place + 1 :])
            yield f"{each.key} on the ground {ground}", _with(route, replace(each, involve=loose))


def _effects(route: Route) -> Iterator[Mutant]:
    for each in route.transitions.values():
        for effect in each.effects:
            if effect in {Effect.CLOSE_CASE, Effect.REOPEN_CASE, Effect.PUT_PLAN_IN_FORCE}:
                fewer = tuple(other for other in each.effects if other is not effect)
                yield f"{each.key} without {effect}", _with(route, replace(each, effects=fewer))


def _conditions(route: Route) -> Iterator[Mutant]:
    """The consent that a party comes in on, and the parents who are told."""
    for each in route.transitions.values():
        asked = {party.organisation_kind for party in each.involve if party.ground in GROUNDS_FROM_CONSENT}
        for condition in each.conditions:
            consent = condition.name == "consent_in_force" and condition.params.get("recipient") in asked
            if consent or condition.name == "parents_informed":
                fewer = tuple(other for other in each.conditions if other is not condition)
                yield f"{each.key} without {condition.name}", _with(route, replace(each, conditions=fewer))


def _ways(route: Route) -> Iterator[Mutant]:
    """Every way into a step taken away: nobody comes there any more."""
    for key, step in route.steps.items():
        if key != route.start and not step.end:
            elsewhere = {
                k: (replace(t, destination=t.origins[0]) if t.destination == key else t)
                for k, t in route.transitions.items()
            }
            yield f"no way to {key}", replace(route, transitions=elsewhere)
