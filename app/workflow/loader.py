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

from app.domain.actors import Category, OrganisationKind, Role
from app.domain.calendar import LONGEST_TERM, Unit
from app.domain.errors import RouteNotLoaded
from app.domain.gezag import ParentsAt1617
from app.domain.regie import PAIRS, Level, ProblemClass, Regie
from app.workflow.guards import EVALUATION_OUTCOMES, FUNCTIONS, GOAL_DOMAINS, GUARDS, SECTORS, Takes
from app.workflow.model import (
    GROUNDS_FROM_CONSENT,
    Always,
    Aside,
    AssessmentKind,
    Basis,
    BeforeTable,
    Checklist,
    ChecklistItem,
    Claim,
    ClassDefinition,
    Condition,
    ConsentRule,
    Effect,
    EscalationKind,
    ExactlyOne,
    Ground,
    Invitee,
    Involve,
    KeyFigure,
    LevelDefinition,
    MeetingKind,
    Moment,
    NoteKind,
    Occasion,
    Outcome,
    ParamValue,
    PartyKind,
    PlanKind,
    Presence,
    RegieChoice,
    RegieRule,
    RoleDefinition,
    RoleTask,
    Route,
    Status,
    Step,
    Term,
    Transition,
)
from app.workflow.promises import FORMS, is_statement
from app.workflow.proof.kept import unproven
from app.workflow.reader import Book, Fault, RouteFaults, Table, listed, table_lines

_Made = TypeVar("_Made")

UNITS = ("schooldag", "werkdag", "kalenderdag", "week", "maand")
PLAN_CONTENTS = ("perspective", "measurable_goals", "actions", "evaluation_date", "regie")
WITH_ALL = ("ouders", "jeugdige", "regie")
LEVELS = ("uitvoering", "organisatie", "bestuur_en_beleid")
ANSWERS = ("ja_nee", "tekst")
HOLDS = ("regie_set", "one_regiehouder", "requires")
CLASSIFICATIONS = ("leervraag", "leefvraag", "problem_class")

# What the statute asks at least, and what a route may therefore not go below or above (Jeugdwet 7.3.4, 7.3.5).
YOUTH_FROM = 12
YOUTH_ALONE_FROM = 16
ADULT_FROM = 18


class UnknownRoute(LookupError):  # noqa: N818  # said of the route, as the refusals of `decide` are said
    """No version of a route with this key is in force."""


def load_routes() -> dict[tuple[str, int], Route]:
    """Every route that is shipped, and those of a region's own folder (`load_beside`), by key and version.

    Raises:
        RouteFaults: with all that is wrong in all files.
    """
    return {**_shipped(), **_beside}


def current(key: str) -> Route:
    """The newest version in force of a route: the one that new cases take.

    Raises:
        UnknownRoute: there is none.
    """
    in_force = [route for (name, _), route in load_routes().items() if name == key and route.status is Status.IN_FORCE]
    if not in_force:
        raise UnknownRoute(key)
    return max(in_force, key=lambda route: route.version)


# The routes of a region's own folder (`app.workflow.beside`): set when the process starts, never while it runs.
_beside: dict[tuple[str, int], Route] = {}


def known_beside(routes: Mapping[tuple[str, int], Route]) -> None:
    """From now on these routes are known beside the shipped ones.

    Raises:
        RouteFaults: one of them is shipped already; then nothing is known that was not known before.
    """
    if twice := sorted(routes.keys() & _shipped().keys()):
        says, remedy = "it is shipped with the service.", "Take another key or version."
        raise RouteFaults(Fault(f"{key}.{version}.toml", 1, "version", says, remedy) for key, version in twice)
    _beside.clear()
    _beside.update(routes)


def pinned(key: str, version: int) -> Route:
    """The version of a route that a case stands on, whatever newer ones there are.

    Raises:
        RouteNotLoaded: it is not here; its file was taken away while cases stand on it.
    """
    found = load_routes().get((key, version))
    if found is None:
        raise RouteNotLoaded(key, version)
    return found


@cache
def _shipped() -> Mapping[tuple[str, int], Route]:
    texts = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in files("app.routes").iterdir()
        if entry.name.endswith(".toml")
    }
    return proven(read_routes(texts), texts)


def proven(routes: dict[tuple[str, int], Route], texts: Mapping[str, str]) -> dict[tuple[str, int], Route]:
    """The shipped routes, when the report kept beside each of them finds nothing: a hash is asked, and no proof.

    Raises:
        RouteFaults: a version that takes or took cases was not proven as it is, or is not sound.
    """
    names = {f"{key}.{version}.toml": route for (key, version), route in sorted(routes.items())}
    if faults := [fault for name, route in names.items() for fault in unproven(name, texts[name], route)]:
        raise RouteFaults(faults)
    return routes


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


def read_route(name: str, text: str, reading: type[Table] = Table) -> Route:
    """The route in one file. `reading`: what reads its tables, for who wants to know which fields are asked for.

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
    top = reading(raw, "", 1, book)
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
    classes = _classes(top)
    assessments = _keyed(top, "assessment", lambda table: _assessment(table, classes))
    parties = _keyed(top, "party", _party)
    checklists = _keyed(top, "checklist", _checklist, optional=True)
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
        meetings=_keyed(top, "meeting", lambda table: _meeting(table, parties, checklists)),
        plans=_keyed(top, "plan", _plan, optional=True),
        checklists=checklists,
        escalations=(),
        consent=_consent(top.table("consent")),
        problem_classes=classes,
        regie=_regie(top.table("regie"), assessments),
        terms={},
        roles={},
        functions=top.table("functions", optional=True).titled_rest() if top.has("functions") else {},
        levels=_keyed(top, "level", _level, optional=True),
        claims={},
        asides=_keyed(top, "aside", _aside, optional=True),
    )
    _all_known(top, "functions", route.functions, FUNCTIONS)
    for each in assessments.values():
        if each.yields_to and each.yields_to not in assessments:
            top.fault(f"assessment {each.key} yields to {each.yields_to!r}, which is unknown.", "Name an assessment.")
    route = replace(route, escalations=_escalations(top, route))
    words = _Words(route)
    transitions = _keyed(top, "transition", lambda table: _transition(table, words))
    route = replace(route, transitions=transitions)
    route = replace(route, terms=_keyed(top, "term", lambda table: _term(table, route), optional=True))
    route = replace(route, roles=_roles(top, route))
    claims = _keyed(top, "claim", lambda table: _claim(table, words, route), optional=True)
    top.done()
    return replace(route, claims=claims)


def _all_known(table: Table, who: str, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            table.fault(f"{who} names {name!r}, which is unknown.", f"Choose from: {listed(known)}.")


def _keyed(top: Table, name: str, make: Callable[[Table], _Made], *, optional: bool = False) -> dict[str, _Made]:
    """The tables of a list by their key, each key once."""
    made: dict[str, _Made] = {}
    for table in top.tables(name, optional=optional):
        key = table.text("key")
        if key in made:
            table.fault(f"the key {key!r} is used twice.", "Give each its own key.")
        made[key] = make(table)
        table.done()
    return made


def _step(table: Table) -> Step:
    return Step(
        key=table.text("key"),
        title=table.titled("title"),
        purpose=table.titled("purpose"),
        end=table.flag("end"),
        source=table.source(),
    )


def _classes(top: Table) -> dict[ProblemClass, ClassDefinition]:
    """The problem classes that this route uses; «geen» is always one of them."""
    classes: dict[ProblemClass, ClassDefinition] = {}
    for table in top.tables("problem_class", optional=False):
        key = table.word_of("key", ProblemClass)
        if key in classes:
            table.fault(f"the key {key!r} is used twice.", "Give each its own key.")
        level = table.word_of("level", Level)
        if (key is ProblemClass.GEEN) != (level is Level.GEEN):
            table.fault(f"{key} can't have level {level}.", "Give level geen to the class geen, and to no other.")
        classes[key] = ClassDefinition(key, table.titled("title"), level, table.source())
        table.done()
    if ProblemClass.GEEN not in classes:
        top.fault("the problem class geen is missing.", 'Add a [[problem_class]] with key = "geen", level = "geen".')
    return classes


def _moment(table: Table, name: str, written: str, route: Route) -> Moment:
    """A moment as `kind` or `kind:key`, held against the words of the route."""
    kind, _, key = written.partition(":")
    known: Mapping[str, Iterable[str]] = {
        "step": route.steps,
        "transition": route.transitions,
        "assessment": route.assessments,
        "note": route.notes,
        "meeting": route.meetings,
    }
    if written in {"case", "signal"}:
        return Moment(kind)
    if kind not in known:
        table.fault(
            f"{name} {written!r} is no moment.",
            f"Write case, signal, or one of {listed(known)} with a colon and a key, for example step:{route.start}.",
        )
    else:
        _all_known(table, f"{name} {kind}", [key], known[kind])
    return Moment(kind, key)


def _term(table: Table, route: Route) -> Term:
    unit, step, way_on = table.text("unit"), table.text("step", optional=True), table.words("way_on", optional=True)
    _all_known(table, "unit", [unit], UNITS)
    _all_known(table, "step", [step] if step else [], route.steps)
    _all_known(table, "way_on", way_on, route.transitions)
    until = tuple(_moment(table, "until", each, route) for each in table.words("until", optional=True))
    if not until and not step:
        table.fault("nothing meets it.", "Name the step whose wait it bounds, or say with until what meets it.")
    if step and not way_on:
        table.fault("nobody knows what to do when it has passed.", f"Name in way_on a transition from {step}.")
    for key in way_on:
        if step and key in route.transitions and step not in route.transitions[key].origins:
            table.fault(f"way_on {key!r} does not start at {step}.", f"Name a transition from {step}.")
    amount = table.number("amount")
    if unit in UNITS and amount > LONGEST_TERM[Unit(unit)]:
        table.fault(f"amount is {amount}.", f"Give 1 to {LONGEST_TERM[Unit(unit)]} of {unit}.")
    return Term(
        key=table.text("key"),
        title=table.titled("title"),
        step=step or None,
        anchor=_moment(table, "anchor", table.text("anchor"), route),
        until=until,
        amount=amount,
        unit=unit,
        hard=table.flag("hard"),
        basis=table.word_of("basis", Basis),
        remind_before=table.number_if_any("remind_before") or 0,
        way_on=way_on,
        source=table.source(),
    )


def _assessment(table: Table, classes: Mapping[ProblemClass, ClassDefinition]) -> AssessmentKind:
    outcomes = tuple(Outcome(each.text("code"), each.titled("title")) for each in table.tables("outcomes"))
    codes = [outcome.code for outcome in outcomes]
    if not codes or len(set(codes)) != len(codes):
        table.fault("outcomes are missing or not each their own.", "Give at least one outcome, each code once.")
    needs_reason = table.words("needs_reason", optional=True)
    _all_known(table, "needs_reason", needs_reason, codes)
    sets = table.text("sets", optional=True) or None
    if sets:
        _all_known(table, "sets", [sets], CLASSIFICATIONS)
        _all_known(table, "an outcome that sets a classification", codes, list(classes))
    return AssessmentKind(
        key=table.text("key"),
        title=table.titled("title"),
        category=table.word_of("category", Category),
        roles=table.roles("roles"),
        outcomes=outcomes,
        needs_reason=frozenset(needs_reason),
        sets=sets,
        yields_to=table.text("yields_to", optional=True) or None,
        registry=table.flag("registry"),
        source=table.source(),
    )


def _note(table: Table) -> NoteKind:
    with_all = table.words("with_all", optional=True)
    _all_known(table, "with_all", with_all, WITH_ALL)
    return NoteKind(
        key=table.text("key"),
        title=table.titled("title"),
        category=table.word_of("category", Category),
        roles=table.roles("roles"),
        with_whom=frozenset(table.roles("with_whom", optional=True)),
        with_all=with_all,
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


def _checklist(table: Table) -> Checklist:
    items: dict[str, ChecklistItem] = {}
    for each in table.tables("items", optional=False):
        item = ChecklistItem(each.text("key"), each.titled("question"), each.text("answer"), each.source())
        _all_known(each, "answer", [item.answer], ANSWERS)
        if item.key in items:
            each.fault(f"the key {item.key!r} is used twice.", "Give each question its own key.")
        items[item.key] = item
        each.done()
    return Checklist(table.text("key"), table.titled("title"), tuple(items.values()), table.source())


def _meeting(table: Table, parties: Mapping[str, PartyKind], checklists: Mapping[str, Checklist]) -> MeetingKind:
    checklist = table.text("checklist", optional=True)
    _all_known(table, "checklist", [checklist] if checklist else [], checklists)
    invitees = tuple(_invitee(each, parties) for each in table.tables("invitees"))
    twice = {each.party for each in invitees if sum(other.party == each.party for other in invitees) > 1}
    for party in sorted(twice):
        of_party = [each.sectors for each in invitees if each.party == party]
        if not all(of_party) or sum(map(len, of_party)) != len(frozenset().union(*of_party)):
            table.fault(f"{party} is invited twice.", "Name each party once, or once for each sector.")
    return MeetingKind(
        key=table.text("key"),
        title=table.titled("title"),
        roles=table.roles("roles"),
        invitees=invitees,
        checklist=checklist or None,
        goals=table.titles("goals"),
        source=table.source(),
    )


def _invitee(table: Table, parties: Mapping[str, PartyKind]) -> Invitee:
    party, sectors = table.text("party"), table.words("sectors", optional=True)
    _all_known(table, "party", [party], parties)
    _all_known(table, "sectors", sectors, SECTORS)
    invitee = Invitee(
        party=party,
        presence=table.word_of("presence", Presence),
        sectors=frozenset(sectors),
        from_age=table.number_if_any("from_age"),
        source=table.source(),
    )
    table.done()
    return invitee


def _plan(table: Table) -> PlanKind:
    contents = table.words("contents", optional=True)
    _all_known(table, "contents", contents, PLAN_CONTENTS)
    return PlanKind(
        key=table.text("key"),
        title=table.titled("title"),
        roles=table.roles("roles"),
        contents=frozenset(contents or PLAN_CONTENTS),
        source=table.source(),
    )


def _escalations(top: Table, route: Route) -> tuple[EscalationKind, ...]:
    """What may be raised; the words first, because its own conditions may name them."""
    tables = top.tables("escalation")
    plain = [_escalation(table) for table in tables]
    words = _Words(replace(route, escalations=tuple(plain)))
    whole = [replace(kind, conditions=_conditions(table, words)) for kind, table in zip(plain, tables, strict=True)]
    for table in tables:
        table.done()
    return tuple(whole)


def _escalation(table: Table) -> EscalationKind:
    return EscalationKind(
        kinds=table.words("kinds"),
        addressed_to=table.text("addressed_to"),
        title=table.titled("title"),
        rung=table.number_if_any("rung") or 1,
        roles=table.roles("roles"),
        conditions=(),
        involve=tuple(_involve(each) for each in table.tables("involve")),
        source=table.source(),
    )


def _involve(table: Table) -> Involve:
    involve = Involve(
        organisation_kind=table.word_of("organisation", OrganisationKind),
        roles=table.roles("roles"),
        ground=table.word_of("ground", Ground),
        only_if_involved=table.flag("only_if_involved"),
        source=table.source(),
    )
    table.done()
    return involve


def _consent(table: Table) -> ConsentRule:
    parents = table.word_of_if_any("parents_16_17", ParentsAt1617, ParentsAt1617.NEITHER)
    rule = ConsentRule(table.number("youth_from"), table.number("youth_alone_from"), table.source(), parents)
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
    choice = table.word_of("rule", RegieChoice)
    rows: dict[tuple[Level, Level], Regie | None] = {}
    match choice:
        case RegieChoice.TABLE:
            rows = _regie_table(table)
        case RegieChoice.ALWAYS:
            rows = dict.fromkeys(PAIRS, table.word_of("holder", Regie))
        case RegieChoice.CHOSEN:
            pass
    holders = table.table("holders")
    sides = holders.words_in(Regie)
    rule = RegieRule(
        choice=choice,
        table=rows,
        before_table=tuple(_before_table(each, assessments) for each in table.tables("before_table")),
        holders={side: holders.roles(side) for side in sides},
        source=table.source(),
    )
    for side in sorted({*rows.values(), *(first.holder for first in rule.before_table)} - {None} - set(sides), key=str):
        table.fault(f"nobody can hold the regie for {side}.", f"Name under [regie.holders] the roles of {side}.")
    holders.done()
    table.done()
    return rule


def _regie_table(table: Table) -> dict[tuple[Level, Level], Regie | None]:
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
    return rows


def _transition(table: Table, words: "_Words") -> Transition:
    conditions = _conditions(table, words)
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
        events=table.words("events", optional=True),
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


# --- Roles, levels, claims --------------------------------------------------------------------------------------------


def _roles(top: Table, route: Route) -> dict[Role, RoleDefinition]:
    """What each role is called here, what it does, and when it has its turn."""
    known = {
        *(f"transition:{key}" for key in route.transitions),
        *(f"assessment:{key}" for key in route.assessments),
        *(f"note:{key}" for key in route.notes),
        *(f"meeting:{key}" for key in route.meetings),
        *(f"plan:{key}" for key in route.plans),
        *(f"escalation:{each.addressed_to}" for each in route.escalations),
    }
    roles: dict[Role, RoleDefinition] = {}
    for table in top.tables("role"):
        role, turn = table.word_of("role", Role), table.words("turn", optional=True)
        if role in roles:
            table.fault(f"the role {role} is described twice.", "Describe each role once.")
        _all_known(table, "turn", turn, route.steps)
        tasks = []
        for each in table.tables("tasks"):
            does = each.words("does", optional=True)
            _all_known(each, "does", does, known)
            tasks.append(RoleTask(each.titled("says"), does, each.source()))
            each.done()
        roles[role] = RoleDefinition(role, table.titled("word"), tuple(tasks), turn, table.source())
        table.done()
    return roles


def _level(table: Table) -> LevelDefinition:
    key = table.text("key")
    _all_known(table, "key", [key], LEVELS)
    figures = []
    for each in table.tables("key_figures", optional=False):
        figures.append(
            KeyFigure(
                role=each.word_of("role", Role),
                organisation_kind=each.word_of("organisation", OrganisationKind),
                word=each.titled("word"),
                source=each.source(),
            )
        )
        each.done()
    return LevelDefinition(key, table.titled("title"), tuple(figures), table.flag("sees_the_child"), table.source())


def _aside(table: Table) -> Aside:
    return Aside(table.text("key"), table.titled("title"), table.titled("says"), table.source())


def _claim(table: Table, words: "_Words", route: Route) -> Claim:
    on, one, always = (table.table(name) if table.has(name) else None for name in ("on", "exactly_one", "always"))
    keeps = table.words("keeps", optional=True)
    if sum(each is not None for each in (on, one, always)) != 1 and not (keeps and one is None and always is None):
        table.fault("it does not say when it is asked.", "Fill in one of on, exactly_one, always and keeps.")
    for statement in keeps:
        if not is_statement(statement):
            table.fault(f"keeps {statement!r} is no sentence that the tables can say.", f"Write as: {listed(FORMS)}.")
    exceptions = table.words("except", optional=True)
    _all_known(table, "except", exceptions, route.transitions)
    requires = tuple(_condition(each, words) for each in table.tables("requires"))
    claim = Claim(
        key=table.text("key"),
        says=table.titled("says"),
        on=_occasion(on, route) if on else None,
        exceptions=exceptions,
        requires=requires,
        exactly_one=_exactly_one(one, words, route) if one else None,
        always=_always(always, route) if always else None,
        source=table.source(),
        keeps=keeps,
    )
    asks = claim.on is not None or (claim.always is not None and "requires" in claim.always.holds)
    if asks != bool(requires):
        table.fault(
            "what it asks and when do not go together.",
            'Give requires with on, or with always where holds = ["requires"], and nowhere else.',
        )
    return claim


def _occasion(table: Table, route: Route) -> Occasion:
    occasion = Occasion(
        enter=table.words("enter", optional=True),
        leave=table.words("leave", optional=True),
        transition=table.words("transition", optional=True),
        involve=table.word_of("involve", OrganisationKind) if table.has("involve") else None,
        roles=table.roles("roles", optional=True),
        effect=table.word_of("effect", Effect) if table.has("effect") else None,
    )
    _all_known(table, "enter", occasion.enter, route.steps)
    _all_known(table, "leave", occasion.leave, route.steps)
    _all_known(table, "transition", occasion.transition, route.transitions)
    moments = (occasion.enter, occasion.leave, occasion.transition, occasion.involve, occasion.effect)
    if sum(bool(each) for each in moments) != 1 or (occasion.roles and not occasion.involve):
        table.fault(
            "it names no occasion, or more than one.",
            "Name one of enter, leave, transition, involve (with roles if you like) and effect.",
        )
    table.done()
    return occasion


def _exactly_one(table: Table, words: "_Words", route: Route) -> ExactlyOne:
    step, transitions = table.text("step"), table.words("transitions")
    _all_known(table, "step", [step], route.steps)
    _all_known(table, "transitions", transitions, route.transitions)
    one = ExactlyOne(step, transitions, tuple(_condition(each, words) for each in table.tables("when")))
    table.done()
    return one


def _always(table: Table, route: Route) -> Always:
    always = Always(table.words("steps"), table.words("holds"))
    _all_known(table, "steps", always.steps, route.steps)
    _all_known(table, "holds", always.holds, HOLDS)
    table.done()
    return always


# --- Conditions -------------------------------------------------------------------------------------------------------


class _Words:
    """What a parameter of a guard may be, in the words of this route."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self.lists: dict[Takes, tuple[str, ...]] = {
            Takes.ASSESSMENTS: tuple(route.assessments),
            Takes.MEETINGS: tuple(route.meetings),
            Takes.PARTIES: tuple(route.parties),
            Takes.LEVELS: tuple(Level),
            Takes.DOMAINS: GOAL_DOMAINS,
            Takes.SECTORS: SECTORS,
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


def _conditions(table: Table, words: _Words) -> tuple[Condition, ...]:
    return tuple(_condition(each, words) for each in table.tables("conditions"))


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
            way = "a transition with the effect reopen_case" if route.steps[key].end else "a transition"
            top.fault(f"step {key} has no way out.", f"Add {way} from it to another step.")
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
