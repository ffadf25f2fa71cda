"""What the tables of a route say, as plain sentences: so that a promise can hold them, apart from the tables.

A condition is promised as such, and proven over every path. What has no path (who is invited, what a plan contains,
which questions are asked, who lets go) is promised in these sentences, and the proof looks whether the tables say them.
"""

import re
from collections.abc import Iterator

from app.workflow.model import Condition, Moment, Presence, Route

FORMS = (
    "meeting:<key> invites <party> [(<sector>)]",
    "meeting:<key> requires <party> [(<sector>)]",
    "meeting:<key> answers <checklist>",
    "checklist:<key> asks <question>",
    "plan:<key> contains <what>",
    "note:<key> with <group>",
    "term:<key> <amount> <unit> from <moment>",
    "term:<key> is answered by <transition>",
    "regie:<leervraag>+<leefvraag> <side, or nobody>",
    "regie:<assessment> <side>",
    "transition:<key> to <step>",
    "transition:<key> by <role>",
    "transition:<key> does <effect>",
    "transition:<key> releases <organisation>",
    "transition:<key> involves <organisation> on <ground>",
    "escalation:<addressee>/<kind> by <role>",
    "escalation:<addressee>/<kind> asks <condition> [<word> ...]",
    "escalation:<addressee>/<kind> involves <organisation> on <ground>",
)
_SHAPES = tuple(
    re.compile("".join(
        f"( {re.escape(part[2:-1]) if '<' not in part else '.+'})?" if part.startswith(" [")
        else r"[^ ].*" if part.startswith("<") else re.escape(part)
        for part in re.split(r"( \[[^]]*\]|<[^>]*>)", form) if part
    ))
    for form in FORMS
)  # fmt: skip


def is_statement(text: str) -> bool:
    """Whether the tables of some route could say this."""
    return any(shape.fullmatch(text) for shape in _SHAPES)


def statements(route: Route) -> Iterator[str]:
    """Everything that the tables of this route say."""
    yield from _meetings(route)
    for plan in route.plans.values():
        yield from (f"plan:{plan.key} contains {what}" for what in plan.contents)
    for note in route.notes.values():
        yield from (f"note:{note.key} with {group}" for group in note.with_all)
    for term in route.terms.values():
        yield f"term:{term.key} {term.amount} {term.unit} from {_moment(term.anchor)}"
        yield from (f"term:{term.key} is answered by {key}" for key in term.way_on)
    for (leervraag, leefvraag), side in route.regie.table.items():
        yield f"regie:{leervraag}+{leefvraag} {side or 'nobody'}"
    for first in route.regie.before_table:
        yield f"regie:{first.assessment} {first.holder}"
    yield from _transitions(route)
    yield from _escalations(route)


def _meetings(route: Route) -> Iterator[str]:
    for meeting in route.meetings.values():
        for invitee in meeting.invitees:
            for pupils in [f" ({sector})" for sector in sorted(invitee.sectors)] or [""]:
                if invitee.presence in {Presence.INVITED, Presence.REQUIRED}:
                    yield f"meeting:{meeting.key} invites {invitee.party}{pupils}"
                if invitee.presence is Presence.REQUIRED:
                    yield f"meeting:{meeting.key} requires {invitee.party}{pupils}"
        if meeting.checklist:
            yield f"meeting:{meeting.key} answers {meeting.checklist}"
    for checklist in route.checklists.values():
        yield from (f"checklist:{checklist.key} asks {item.key}" for item in checklist.items)


def _moment(moment: Moment) -> str:
    return f"{moment.kind}:{moment.key}" if moment.key else moment.kind


def _transitions(route: Route) -> Iterator[str]:
    for each in route.transitions.values():
        does = f"transition:{each.key}"
        if each.destination is not None:
            yield f"{does} to {each.destination}"
        yield from (f"{does} by {role}" for role in each.roles)
        yield from (f"{does} does {effect}" for effect in each.effects)
        yield from (f"{does} releases {kind}" for kind in each.release)
        yield from (f"{does} involves {party.organisation_kind} on {party.ground}" for party in each.involve)


def _escalations(route: Route) -> Iterator[str]:
    for each in route.escalations:
        for kind in each.kinds:
            raises = f"escalation:{each.addressed_to}/{kind}"
            yield from (f"{raises} by {role}" for role in each.roles)
            yield from (f"{raises} asks {asked(condition)}" for condition in each.conditions)
            yield from (f"{raises} involves {party.organisation_kind} on {party.ground}" for party in each.involve)


def asked(condition: Condition) -> str:
    """A condition in words of the route: its guard, and what it is asked about."""
    words = [condition.name]
    for name, value in sorted(condition.params.items()):
        if isinstance(value, bool):
            words += [name] if value else []
        else:
            words += [value] if isinstance(value, str) else list(value)
    return " ".join(words)
