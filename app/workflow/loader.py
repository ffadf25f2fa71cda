"""The shipped routes, read from their files and checked as a whole; a route with one fault is not loaded.

A file is named `<key>.<version>.toml`. Its tables are those of `model.Route`; every rule names its source.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TypeVar

from app.domain.actors import Category, OrganisationKind
from app.domain.regie import PAIRS, Level, ProblemClass, Regie
from app.workflow.guards import EVALUATION_OUTCOMES, FUNCTIONS, GOAL_DOMAINS, GUARDS, Takes
from app.workflow.model import (
    GROUNDS_FROM_CONSENT,
    AssessmentKind,
    BeforeTable,
    Condition,
    ConsentRule,
    Effect,
    EscalationKind,
    Ground,
    Involve,
    MeetingKind,
    NoteKind,
    Outcome,
    ParamValue,
    PartyKind,
    PlanKind,
    RegieRule,
    Route,
    Status,
    Step,
    Term,
    Transition,
)
from app.workflow.reader import Book, Fault, RouteFaults, Table, listed, table_lines

_Made = TypeVar("_Made")

UNITS = ("schooldag", "werkdag", "kalenderdag", "week", "maand")
CLASSIFICATIONS = ("leervraag", "leefvraag", "problem_class")

# What the statute asks at least, and what a route may therefore not go below or above (Jeugdwet 7.3.4, 7.3.5).
YOUTH_FROM = 12
YOUTH_ALONE_FROM = 16
ADULT_FROM = 18


class UnknownRoute(LookupError):  # noqa: N818  # said of the route, as the refusals of `decide` are said
    """No version of a route with this key is in force."""


def load_routes() -> dict[tuple[str, int], Route]:
    """Every route that is shipped, by key and version.

    Raises:
        RouteFaults: with all that is wrong in all files.
    """
    return dict(_shipped())


def current(key: str) -> Route:
    """The newest version in force of a route: the one that new cases take.

    Raises:
        UnknownRoute: there is none.
    """
    in_force = [route for (name, _), route in _shipped().items() if name == key and route.status is Status.IN_FORCE]
    if not in_force:
        raise UnknownRoute(key)
    return max(in_force, key=lambda route: route.version)


@cache
def _shipped() -> Mapping[tuple[str, int], Route]:
    texts = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in files("app.routes").iterdir()
        if entry.name.endswith(".toml")
    }
    return read_routes(texts)


def read_routes(texts: Mapping[str, str]) -> dict[tuple[str, int], Route]:
    """The routes in these files (name and content), by key and version.

    Raises:
        RouteFaults: with all that is wrong in all files.
    """
    routes: dict[tuple[str, int], Route] = {}
    faults: list[Fault] = []
    for name in sorted(texts):
        try:
            route = read_route(name, texts[name])
        except RouteFaults as wrong:
            faults += wrong.faults
        else:
            routes[route.key, route.version] = route
    if faults:
        raise RouteFaults(faults)
    return routes


def read_route(name: str, text: str) -> Route:
    """The route in one file.

    Raises:
        RouteFaults: with all that is wrong in it.
    """
    book = Book(name, table_lines(text))
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        found = re.search(r"line (\d+)", str(wrong))
        book.note(int(found[1]) if found else 1, "file", f"it is no valid TOML: {wrong}.", "Correct the writing.")
        raise RouteFaults(book.faults) from wrong
    top = Table(raw, "", 1, book)
    route = _route(top)
    _check_name(top, name, route)
    _check_steps(top, route)
    if book.faults:
        raise RouteFaults(book.faults)
    return route


# --- Reading ----------------------------------------------------------------------------------------------------------


def _route(top: Table) -> Route:
    """Read every table; the ones that others name come first."""
    top.book.sources = {code: str(name) for code, name in top.table("sources").rest().items()}
    groups = top.table("groups")
    for name in list(groups.rest()):
        top.book.groups[name] = groups.roles(name)
    steps = _keyed(top, "step", _step)
    assessments = _keyed(top, "assessment", _assessment)
    parties = _keyed(top, "party", _party)
    route = Route(
        key=top.text("key"),
        version=top.number("version"),
        title=top.titled("title"),
        status=top.word_of("status", Status),
        start=top.text("start"),
        sources=top.book.sources,
        steps=steps,
        transitions={},
        assessments=assessments,
        notes=_keyed(top, "note", _note),
        parties=parties,
        meetings=_keyed(top, "meeting", lambda table: _meeting(table, parties)),
        plans=_keyed(top, "plan", _plan),
        escalations=tuple(_escalation(table) for table in top.tables("escalation")),
        consent=_consent(top.table("consent")),
        regie=_regie(top.table("regie"), assessments),
    )
    words = _Words(route)
    transitions = _keyed(top, "transition", lambda table: _transition(table, words))
    top.done()
    for kind in assessments.values():
        if kind.yields_to and kind.yields_to not in assessments:
            top.fault(f"assessment {kind.key} yields to {kind.yields_to!r}, which is unknown.", "Name an assessment.")
    return replace(route, transitions=transitions)


def _all_known(table: Table, who: str, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            table.fault(f"{who} names {name!r}, which is unknown.", f"Choose from: {listed(known)}.")


def _keyed(top: Table, name: str, make: Callable[[Table], _Made]) -> dict[str, _Made]:
    """The tables of a list by their key, each key once."""
    made: dict[str, _Made] = {}
    for table in top.tables(name, optional=False):
        key = table.text("key")
        if key in made:
            table.fault(f"the key {key!r} is used twice.", "Give each its own key.")
        made[key] = make(table)
        table.done()
    return made


def _step(table: Table) -> Step:
    terms = table.tables("term")
    return Step(
        key=table.text("key"),
        title=table.titled("title"),
        purpose=table.titled("purpose"),
        end=table.flag("end"),
        term=_term(terms[0]) if terms else None,
        source=table.source(),
    )


def _term(table: Table) -> Term:
    unit = table.text("unit")
    _all_known(table, "unit", [unit], UNITS)
    term = Term(table.number("amount"), unit, table.source())
    table.done()
    return term


def _assessment(table: Table) -> AssessmentKind:
    outcomes = tuple(Outcome(each.text("code"), each.titled("title")) for each in table.tables("outcomes"))
    codes = [outcome.code for outcome in outcomes]
    if not codes or len(set(codes)) != len(codes):
        table.fault("outcomes are missing or not each their own.", "Give at least one outcome, each code once.")
    needs_reason = table.words("needs_reason", optional=True)
    _all_known(table, "needs_reason", needs_reason, codes)
    sets = table.text("sets", optional=True) or None
    if sets:
        _all_known(table, "sets", [sets], CLASSIFICATIONS)
        _all_known(table, "an outcome that sets a classification", codes, list(ProblemClass))
    return AssessmentKind(
        key=table.text("key"),
        title=table.titled("title"),
        category=table.word_of("category", Category),
        roles=table.roles("roles"),
        outcomes=outcomes,
        needs_reason=frozenset(needs_reason),
        sets=sets,
        yields_to=table.text("yields_to", optional=True) or None,
        source=table.source(),
    )


def _note(table: Table) -> NoteKind:
    return NoteKind(
        key=table.text("key"),
        title=table.titled("title"),
        category=table.word_of("category", Category),
        roles=table.roles("roles"),
        with_whom=frozenset(table.roles("with_whom", optional=True)),
        source=table.source(),
    )


def _party(table: Table) -> PartyKind:
    return PartyKind(
        key=table.text("key"),
        title=table.titled("title"),
        organisation_kinds=table.words_of("organisations", OrganisationKind, optional=True),
        roles=table.roles("roles"),
        source=table.source(),
    )


def _meeting(table: Table, parties: Mapping[str, PartyKind]) -> MeetingKind:
    required = table.words("required", optional=True)
    _all_known(table, "required", required, parties)
    return MeetingKind(
        key=table.text("key"),
        title=table.titled("title"),
        roles=table.roles("roles"),
        required=required,
        family_invited=table.flag("family_invited"),
        source=table.source(),
    )


def _plan(table: Table) -> PlanKind:
    return PlanKind(table.text("key"), table.titled("title"), table.roles("roles"), table.source())


def _escalation(table: Table) -> EscalationKind:
    kind = EscalationKind(
        kinds=table.words("kinds"),
        addressed_to=table.text("addressed_to"),
        title=table.titled("title"),
        roles=table.roles("roles"),
        involve=tuple(_involve(each) for each in table.tables("involve")),
        source=table.source(),
    )
    table.done()
    return kind


def _involve(table: Table) -> Involve:
    involve = Involve(
        organisation_kind=table.word_of("organisation", OrganisationKind),
        roles=table.roles("roles"),
        ground=table.word_of("ground", Ground),
        source=table.source(),
    )
    table.done()
    return involve


def _consent(table: Table) -> ConsentRule:
    rule = ConsentRule(table.number("youth_from"), table.number("youth_alone_from"), table.source())
    if rule.youth_from > YOUTH_FROM or not YOUTH_ALONE_FROM <= rule.youth_alone_from <= ADULT_FROM:
        table.fault(
            "it asks less than the statute.",
            f"Keep youth_from at most {YOUTH_FROM}, youth_alone_from between {YOUTH_ALONE_FROM} and {ADULT_FROM}.",
        )
    table.done()
    return rule


def _before_table(table: Table, assessments: Mapping[str, AssessmentKind]) -> BeforeTable:
    key, outcomes = table.text("assessment"), table.words("outcomes")
    _all_known(table, "assessment", [key], assessments)
    known = assessments[key].outcomes if key in assessments else ()
    _all_known(table, "outcomes", outcomes, [outcome.code for outcome in known])
    rule = BeforeTable(key, frozenset(outcomes), table.word_of("holder", Regie), table.source())
    table.done()
    return rule


def _regie(table: Table, assessments: Mapping[str, AssessmentKind]) -> RegieRule:
    rows: dict[tuple[Level, Level], Regie | None] = {}
    for row in table.tables("table", optional=False):
        pair = row.word_of("leervraag", Level), row.word_of("leefvraag", Level)
        if pair in rows:
            row.fault(f"{pair[0]} and {pair[1]} are answered twice.", "Keep one row for each pair.")
        holder = row.text("holder", optional=True)
        _all_known(row, "holder", [holder] if holder else [], list(Regie))
        rows[pair] = Regie(holder) if holder in set(Regie) else None
        row.source()
        row.done()
    for leervraag, leefvraag in PAIRS:
        if (leervraag, leefvraag) not in rows:
            table.fault(f"leervraag {leervraag} with leefvraag {leefvraag} has no row.", "Add it; no holder is nobody.")
    holders = table.table("holders")
    rule = RegieRule(
        table=rows,
        before_table=tuple(_before_table(each, assessments) for each in table.tables("before_table")),
        complex_classes=frozenset(table.words_of("complex", ProblemClass)),
        holders={regie: holders.roles(regie) for regie in Regie},
        source=table.source(),
    )
    holders.done()
    table.done()
    return rule


def _transition(table: Table, words: "_Words") -> Transition:
    conditions = tuple(_condition(each, words) for each in table.tables("conditions"))
    origins, destination = table.words("from"), table.text("to", optional=True) or None
    functions = table.words("functions", optional=True)
    _all_known(table, "from", origins, words.route.steps)
    _all_known(table, "to", [destination] if destination else [], words.route.steps)
    _all_known(table, "functions", functions, FUNCTIONS)
    roles = table.roles("roles")
    if not roles:
        table.fault("nobody may make it.", "Name at least one role.")
    transition = Transition(
        key=table.text("key"),
        title=table.titled("title"),
        origins=origins,
        destination=destination,
        roles=roles,
        functions=functions,
        conditions=conditions,
        involve=tuple(_involve(each) for each in table.tables("involve")),
        release=table.words_of("release", OrganisationKind, optional=True),
        effects=table.words_of("effects", Effect, optional=True),
        requires_explanation=table.flag("requires_explanation"),
        source=table.source(),
    )
    asked = {c.params.get("recipient") for c in conditions if c.name == "consent_in_force"}
    for involve in transition.involve:
        if involve.ground in GROUNDS_FROM_CONSENT and involve.organisation_kind not in asked:
            table.fault(
                f"it involves {involve.organisation_kind} on the ground {involve.ground} without asking for consent.",
                f'Add the condition consent_in_force with recipient = "{involve.organisation_kind}".',
            )
    return transition


# --- Conditions -------------------------------------------------------------------------------------------------------


class _Words:
    """What a parameter of a guard may be, in the words of this route."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self.lists: dict[Takes, tuple[str, ...]] = {
            Takes.ASSESSMENTS: tuple(route.assessments),
            Takes.PARTIES: tuple(route.parties),
            Takes.LEVELS: tuple(Level),
            Takes.DOMAINS: GOAL_DOMAINS,
            Takes.EVALUATIONS: EVALUATION_OUTCOMES,
            Takes.ESCALATIONS: tuple({kind for each in route.escalations for kind in each.kinds}),
        }
        self.singles: dict[Takes, tuple[str, ...]] = {
            Takes.ASSESSMENT: tuple(route.assessments),
            Takes.QUESTION: tuple(k.key for k in route.assessments.values() if k.sets in {"leervraag", "leefvraag"}),
            Takes.NOTE: tuple(route.notes),
            Takes.MEETING: tuple(route.meetings),
            Takes.PLAN: tuple(route.plans),
            Takes.FUNCTION: FUNCTIONS,
            Takes.ORGANISATION: tuple(OrganisationKind),
            Takes.ADDRESSEE: tuple({each.addressed_to for each in route.escalations}),
        }

    def outcomes(self, kind: ParamValue | None) -> tuple[str, ...]:
        """The outcomes of a kind of assessment; none of an unknown one."""
        found = self.route.assessments.get(kind) if isinstance(kind, str) else None
        return tuple(outcome.code for outcome in found.outcomes) if found else ()


# By which parameter the assessment is named whose outcomes are meant.
_OF = {Takes.OUTCOMES: "kind", Takes.WHEN_OUTCOMES: "when", Takes.UNLESS_OUTCOMES: "unless"}


def _condition(table: Table, words: _Words) -> Condition:
    name = table.text("guard")
    guard = GUARDS.get(name)
    source = table.source()
    if guard is None:
        table.rest()
        table.fault(f"the guard {name!r} is unknown.", f"Choose from: {listed(GUARDS)}.")
        return Condition(name, {}, source)
    params: dict[str, ParamValue] = {}
    for parameter, takes in {**guard.required, **guard.optional}.items():
        value = _parameter(table, parameter, takes, words, params, optional=parameter in guard.optional)
        if value:
            params[parameter] = value
    table.done()
    return Condition(name, params, source)


def _parameter(
    table: Table, name: str, takes: Takes, words: _Words, earlier: Mapping[str, ParamValue], *, optional: bool
) -> ParamValue:
    """The value of one parameter, checked; an empty one where it was left out or wrong."""
    if takes is Takes.FLAG:
        return table.flag(name)
    if takes is Takes.ROLES:
        return tuple(role.value for role in table.roles(name, optional=optional))
    if takes in words.singles:
        word = table.text(name, optional=optional)
        _all_known(table, name, [word] if word else [], words.singles[takes])
        return word if word in words.singles[takes] else ""
    known = words.lists[takes] if takes in words.lists else words.outcomes(earlier.get(_OF[takes]))
    found = table.words(name, optional=optional)
    _all_known(table, name, found, known)
    return found


# --- The route as a whole ---------------------------------------------------------------------------------------------


def _check_name(top: Table, name: str, route: Route) -> None:
    if name != f"{route.key}.{route.version}.toml":
        top.fault(f"the file is named {name}.", f"Name it {route.key}.{route.version}.toml, after its key and version.")


def _check_steps(top: Table, route: Route) -> None:
    """Every step can be reached from the start, can be left, and leads to an end."""
    if route.start not in route.steps:
        top.fault(f"the start {route.start!r} is no step.", f"Choose from: {listed(route.steps)}.")
        return
    if not any(step.end for step in route.steps.values()):
        top.fault("no step is an end.", "Mark the step where a case is closed with end = true.")
    onward: dict[str, set[str]] = {key: set() for key in route.steps}
    back: dict[str, set[str]] = {key: set() for key in route.steps}
    for transition in route.transitions.values():
        for origin in transition.origins:
            target = transition.target(origin)
            if origin in onward and target in back and origin != target:
                onward[origin].add(target)
                back[target].add(origin)
    reached = _closure({route.start}, onward)
    ending = _closure({step.key for step in route.steps.values() if step.end}, back)
    for key in route.steps:
        if key not in reached:
            top.fault(f"step {key} can't be reached from {route.start}.", "Add a transition to it, or take it out.")
        if not onward[key]:
            top.fault(f"step {key} has no way out.", "Add a transition from it to another step.")
        elif key not in ending:
            top.fault(f"step {key} leads to no end.", "Add a way from it to a step with end = true.")


def _closure(start: set[str], links: Mapping[str, set[str]]) -> set[str]:
    """Every step that can be reached along the links."""
    found, waiting = set(start), list(start)
    while waiting:
        for key in links[waiting.pop()] - found:
            found.add(key)
            waiting.append(key)
    return found
