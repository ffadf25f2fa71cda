"""A route broken in every way that its own data offers, one at a time: each must be caught."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.workflow.model import Effect, Ground, Involve, Presence, Route, Transition

_LOOSER = {Presence.REQUIRED: Presence.WHERE_POSSIBLE, Presence.INVITED: Presence.WHERE_POSSIBLE}
_SETS_REGIE = {Effect.REGIE_BY_TABLE, Effect.REGIE_BY_PLAN, Effect.REGIE_BY_REGIEHOUDER, Effect.REGIE_ONDERWIJS}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One break. `narrows`: it only takes away what can happen, so no case comes anywhere new."""

    kind: str
    says: str
    route: Route
    transition: str = ""  # the only transition that is another, when it is one
    narrows: bool = False


def mutants(route: Route) -> Iterator[Mutant]:
    """Every break of every kind, in the order of the file."""
    yield from _terms(route)
    yield from _tasks(route)
    yield from _doers(route)
    yield from _regie(route)
    yield from _meetings(route)
    yield from _plans_and_talks(route)
    for each in route.transitions.values():
        yield from _transition(route, each)
    yield from _escalations(route)


def _put(route: Route, table: str, key: str, changed: Any) -> Route:
    entries: Mapping[str, Any] = getattr(route, table)
    return replace(route, **{table: {**entries, key: changed}})  # type: ignore[arg-type]  # the table as it was


def _out(route: Route, table: str, key: str) -> Route:
    entries: Mapping[str, Any] = getattr(route, table)
    return replace(route, **{table: {k: v for k, v in entries.items() if k != key}})  # type: ignore[arg-type]


def _without(listed: tuple[Any, ...], place: int) -> tuple[Any, ...]:
    return (*listed[:place], *listed[place + 1 :])


def _terms(route: Route) -> Iterator[Mutant]:
    for key, term in route.terms.items():
        yield Mutant("term", f"term {key}", _out(route, "terms", key))
        if term.way_on:
            yield Mutant("way_on", f"term {key}: way_on", _put(route, "terms", key, replace(term, way_on=())))


def _tasks(route: Route) -> Iterator[Mutant]:
    """A task that nothing hangs on is a sentence for people: without it the route does what it did."""
    for role, known in route.roles.items():
        for place, task in enumerate(known.tasks):
            fewer = replace(known, tasks=_without(known.tasks, place))
            if set(task.does) - {does for other in fewer.tasks for does in other.does}:
                yield Mutant("task", f"role {role}: «{task.says.nl}»", _put(route, "roles", role, fewer))


def _doers(route: Route) -> Iterator[Mutant]:
    """A role taken from what it records, calls or writes."""
    for table in ("assessments", "notes", "meetings", "plans"):
        for key, each in getattr(route, table).items():
            for place, role in enumerate(each.roles):
                fewer = replace(each, roles=_without(each.roles, place))
                yield Mutant("role", f"{table} {key}: {role}", _put(route, table, key, fewer))


def _regie(route: Route) -> Iterator[Mutant]:
    rule = route.regie
    for pair, side in rule.table.items():
        fewer = {each: holder for each, holder in rule.table.items() if each != pair}
        yield Mutant("regie row", f"regie {pair}", replace(route, regie=replace(rule, table=fewer)))
        other = next((each for each in rule.holders if each != side), None)
        if other is not None:
            changed = {**rule.table, pair: other}
            yield Mutant("holder", f"regie {pair}: {other}", replace(route, regie=replace(rule, table=changed)))
    for place, first in enumerate(rule.before_table):
        loose = replace(rule, before_table=_without(rule.before_table, place))
        yield Mutant("regie row", f"before the table: {first.assessment}", replace(route, regie=loose))


def _meetings(route: Route) -> Iterator[Mutant]:
    for key, meeting in route.meetings.items():
        for place, invitee in enumerate(meeting.invitees):
            if invitee.presence not in _LOOSER:
                continue  # nobody has to be invited: without the line nothing is allowed that was not
            fewer = replace(meeting, invitees=_without(meeting.invitees, place))
            yield Mutant("invitee", f"meeting {key}: {invitee.party}", _put(route, "meetings", key, fewer))
            loose = (*meeting.invitees[:place], replace(invitee, presence=_LOOSER[invitee.presence]),
                     *meeting.invitees[place + 1 :])  # fmt: skip
            changed = _put(route, "meetings", key, replace(meeting, invitees=loose))
            yield Mutant("presence", f"meeting {key}: {invitee.party} only where possible", changed)
        if meeting.checklist:
            changed = _put(route, "meetings", key, replace(meeting, checklist=None))
            yield Mutant("checklist", f"meeting {key}: no checklist", changed)
    for key, checklist in route.checklists.items():
        for place, item in enumerate(checklist.items):
            changed = _put(route, "checklists", key, replace(checklist, items=_without(checklist.items, place)))
            yield Mutant("checklist", f"checklist {key}: {item.key}", changed)


def _plans_and_talks(route: Route) -> Iterator[Mutant]:
    for key, plan in route.plans.items():
        for what in sorted(plan.contents):
            fewer = replace(plan, contents=plan.contents - {what})
            yield Mutant("content", f"plan {key}: {what}", _put(route, "plans", key, fewer))
    for key, note in route.notes.items():
        for place, group in enumerate(note.with_all):
            changed = replace(note, with_all=_without(note.with_all, place))
            yield Mutant("with_all", f"note {key}: {group}", _put(route, "notes", key, changed))


def _transition(route: Route, each: Transition) -> Iterator[Mutant]:
    def put(kind: str, says: str, changed: Transition, *, narrows: bool = False) -> Mutant:
        mutated = _put(route, "transitions", each.key, changed)
        return Mutant(kind, f"{each.key}: {says}", mutated, each.key, narrows)

    yield Mutant("exit", f"{each.key} gone", _out(route, "transitions", each.key), each.key, narrows=True)
    for place, condition in enumerate(each.conditions):
        kind = "consent" if condition.name == "consent_in_force" else "condition"
        says = f"without {condition.name} {dict(condition.params)}"
        yield put(kind, says, replace(each, conditions=_without(each.conditions, place)))
    for place, role in enumerate(each.roles):
        yield put("role", f"not by {role}", replace(each, roles=_without(each.roles, place)), narrows=True)
    for place, party in enumerate(each.involve):
        yield put("involve", f"without {party.organisation_kind}", replace(each, involve=_without(each.involve, place)))
        loose = (*each.involve[:place], _loose(party), *each.involve[place + 1 :])
        yield put("ground", f"{party.organisation_kind} on a loose ground", replace(each, involve=loose))
    for place, kind in enumerate(each.release):
        yield put("release", f"{kind} stays", replace(each, release=_without(each.release, place)))
    for place, effect in enumerate(each.effects):
        kind_of = "regie effect" if effect in _SETS_REGIE else "effect"
        yield put(kind_of, f"without {effect}", replace(each, effects=_without(each.effects, place)))
    if each.destination is not None:
        keys = list(route.steps)
        other = keys[(keys.index(each.destination) + 1) % len(keys)]
        yield put("to", f"to {other}", replace(each, destination=other))


def _loose(party: Involve) -> Involve:
    """On a task of its own where it needed consent; on another's task where it had its own."""
    if party.ground is Ground.TOESTEMMING:
        return replace(party, ground=Ground.ONDERWIJSTAAK)
    return replace(party, ground=Ground.SWV_TAAK if party.ground is not Ground.SWV_TAAK else Ground.ONDERWIJSTAAK)


def _escalations(route: Route) -> Iterator[Mutant]:
    for place, each in enumerate(route.escalations):

        def put(kind: str, says: str, changed: Any, *, at: int = place) -> Mutant:
            listed = (*route.escalations[:at], changed, *route.escalations[at + 1 :])
            return Mutant(kind, f"escalation {route.escalations[at].addressed_to}: {says}",
                          replace(route, escalations=listed))  # fmt: skip

        for at, condition in enumerate(each.conditions):
            yield put("condition", f"without {condition.name}", replace(each, conditions=_without(each.conditions, at)))
        for at, party in enumerate(each.involve):
            yield put("involve", f"without {party.organisation_kind}",
                      replace(each, involve=_without(each.involve, at)))  # fmt: skip
            loose = (*each.involve[:at], _loose(party), *each.involve[at + 1 :])
            yield put("ground", f"{party.organisation_kind} on a loose ground", replace(each, involve=loose))
        for at, role in enumerate(each.roles):
            yield put("role", f"not by {role}", replace(each, roles=_without(each.roles, at)))
