"""docs/route-language.md and docs/routes/<key>.md, written from the language itself and from the routes.

`python -m app.route_document docs` writes them; a test holds the files equal. The fields of the reference are those
that the loader asks for while it reads; the examples are cut from a whole route that loads (docs/example-route), so no
table, field or example can be told that does not exist.
"""

import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from app.domain.actors import OrganisationKind, Role
from app.domain.regie import Level
from app.route_fields import EFFECTS, GROUNDS, TABLES, meaning
from app.workflow import loader
from app.workflow.guards import EVALUATION_OUTCOMES, FUNCTIONS, GOAL_DOMAINS, GUARDS, SECTORS, Takes
from app.workflow.guards.kernel import RECIPIENTS
from app.workflow.model import (
    Condition,
    Effect,
    Ground,
    MeetingKind,
    ParamValue,
    Presence,
    Route,
    Status,
    Term,
    Transition,
)
from app.workflow.reader import Table

_Word = TypeVar("_Word", bound=StrEnum)

# Words that the loader holds a field against, where the reader itself does not know them.
WORDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("term", "unit"): loader.UNITS,
    ("assessment", "sets"): loader.CLASSIFICATIONS,
    ("plan", "contents"): loader.PLAN_CONTENTS,
    ("note", "with_all"): loader.WITH_ALL,
    ("level", "key"): loader.LEVELS,
    ("checklist.items", "answer"): loader.ANSWERS,
    ("claim.always", "holds"): loader.HOLDS,
    ("meeting.invitees", "sectors"): SECTORS,
    ("transition", "functions"): FUNCTIONS,
}
# Tables inside another that the reader calls by their own name alone.
_INSIDE = {
    "holders": "regie.holders",
    "on": "claim.on",
    "exactly_one": "claim.exactly_one",
    "always": "claim.always",
    "exactly_one.when": "claim.exactly_one.when",
}
# What the loader finds lacking by itself, and not while it reads.
_NEEDED = {("assessment", "outcomes"), ("term", "way_on")}
# Tables whose fields are the words of each route, or the parameters of a condition.
_OPEN = {"sources", "groups", "functions", "regie.holders"}
CONDITIONS = {
    "transition.conditions",
    "escalation.conditions",
    "claim.requires",
    "claim.exactly_one.when",
}


@dataclass(slots=True)
class Field:
    """A field as the loader asks for it: what it is, and how often it was asked for and had to be there."""

    says: str = ""
    words: tuple[str, ...] = ()
    asked: int = 0
    needed: int = 0


@dataclass(slots=True)
class Language:
    """Every table and field that the loader asked for, in its order; how many tables of each it read."""

    fields: dict[str, dict[str, Field]] = field(default_factory=dict)
    tables: dict[str, int] = field(default_factory=dict)


def language(texts: Mapping[str, str]) -> Language:
    """The language, as the loader asks for it while it reads these files (name and content)."""
    found = Language()

    class Listening(Table):
        """A table that writes down what is asked of it."""

        def __init__(self, *about: object) -> None:
            super().__init__(*about)  # type: ignore[arg-type]  # handed on as it came
            place = ".".join(part.split(" ")[0] for part in self.place.split(", "))
            self.path = _INSIDE.get(place, place)
            found.tables[self.path] = found.tables.get(self.path, 0) + 1
            found.fields.setdefault(self.path, {})

        def _take(self, name: str, wanted: type, says: str, *, optional: bool) -> object:
            entry = found.fields[self.path].setdefault(name, Field())
            entry.says, entry.asked, entry.needed = says, entry.asked + 1, entry.needed + (not optional)
            return super()._take(name, wanted, says, optional=optional)

        def titled(self, name: str) -> object:  # type: ignore[override]
            entry = found.fields[self.path].setdefault(name, Field())
            entry.asked, entry.needed = entry.asked + 1, entry.needed + 1
            entry.says = "a text in two languages"
            return super().titled(name)

        def roles(self, name: str, *, optional: bool = False) -> tuple[Role, ...]:
            roles = super().roles(name, optional=optional)
            found.fields[self.path][name].says = "a list of roles and groups"
            return roles

        def word_of(self, name: str, words: type[_Word]) -> _Word:
            word = super().word_of(name, words)
            found.fields[self.path][name].words = tuple(words)
            return word

        def words_of(self, name: str, words: type[_Word], *, optional: bool = False) -> tuple[_Word, ...]:
            some = super().words_of(name, words, optional=optional)
            found.fields[self.path][name].words = tuple(words)
            return some

        def source(self) -> str:
            source = super().source()
            found.fields[self.path]["source"].says = "`code:place`, several with a comma"
            return source

    for name, text in texts.items():
        loader.read_route(name, text, Listening)
    return found


# --- The reference ----------------------------------------------------------------------------------------------------

OPENING = """\
# The language of a route

A route is one file, `<key>.<version>.toml`, in [TOML](https://toml.io). This page is made from the service itself
(`make docs`): its fields are the ones that are read, its examples stand in
[a whole route that loads](example-route/veldmeer.1.toml). How to begin: [add a route](add-a-route.md).

What is wrong in a file is said with its file, line and remedy, all at once; a route with one fault is not loaded. What
can't be seen in one place, whether every case gets to an end and nobody learns anything without consent, is for the
proof: `python -m app.cli verify-routes FILE`.

- **A text in two languages** is written `{ nl = "…", en = "…" }`.
- **A list of roles** names roles of [the policy](policy.md), and groups of the file.
- **A list of tables** stands in the file as `[[name]]`, once for each; inside another table as `name = [{ … }, { … }]`.
"""


def reference(texts: Mapping[str, str], example: str) -> str:
    """docs/route-language.md: every table and field that reading these files asks for, with pieces of the example."""
    found = language(texts)
    if missing := [path for path in found.fields if path not in {*TABLES, *CONDITIONS}]:
        raise KeyError(f"nobody wrote down what these tables are: {missing}")
    lines = [OPENING, "## Tables\n"]
    for path in (path for path in TABLES if path in found.fields):
        lines += [*_table(found, path), *_example(path, example)]
    lines += [*_conditions(), *_meanings("Effects", EFFECTS, Effect), *_meanings("Grounds", GROUNDS, Ground)]
    return "\n".join(lines).rstrip() + "\n"


def _table(found: Language, path: str) -> Iterator[str]:
    heading = f"`[{path}]`" if path else "The file itself"
    name = path.rsplit(".", 1)[-1]
    parent = path.rpartition(".")[0]
    if path in found.fields and found.fields[parent].get(name, Field()).says == "a list of tables":
        heading = f"`[[{path}]]`"
    yield f"### {heading}\n\n{TABLES[path]}\n"
    if path in _OPEN:
        yield "The names of its fields are the route's own.\n" if path != "functions" else _worded(FUNCTIONS)
        return
    yield "| Field | What it is | Must be there | Meaning |\n|---|---|---|---|"
    for field_name, entry in sorted(found.fields[path].items(), key=lambda item: item[1].says == "a list of tables"):
        always = entry.needed == entry.asked >= found.tables[path] or (path, field_name) in _NEEDED
        must = "yes" if always else "no" if not entry.needed else "where it applies"
        words = entry.words or WORDS.get((path, field_name), ())
        said = meaning(path, field_name) + (f" One of: {_words(words)}." if words else "")
        yield f"| `{field_name}` | {entry.says} | {must} | {said} |"
    yield ""


def _words(words: Iterable[object]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _worded(names: Iterable[str]) -> str:
    return f"A text in two languages for any of {_words(names)}.\n"


def _example(path: str, example: str) -> Iterator[str]:
    """The first table of this name in the example, as it stands there."""
    head = re.compile(rf"^\[\[?{re.escape(path)}\]\]?$", re.MULTILINE)
    if path == "":
        yield f"```toml\n{_from(example, re.search(r'^key = ', example, re.MULTILINE))}\n```\n"
    elif begins := head.search(example):
        yield f"```toml\n{_from(example, begins)}\n```\n"


def _from(example: str, begins: "re.Match[str] | None") -> str:
    """From here to the next empty line."""
    if begins is None:
        raise ValueError("the example lacks a part of the language")
    return example[begins.start() :].split("\n\n", 1)[0]


def _conditions() -> Iterator[str]:
    yield "## Conditions\n"
    yield (
        "A condition is a table with `guard`, its parameters and `source`. The guards below were reviewed; a file"
        " cannot hold conditions of its own making. A missing fact never lets anybody through.\n"
    )
    for name, guard in sorted(GUARDS.items()):
        says = inspect.cleandoc(guard.check.__doc__ or "")
        yield f"### `{name}`\n\n{says}\n"
        parameters = [(each, takes, True) for each, takes in guard.required.items()]
        parameters += [(each, takes, False) for each, takes in guard.optional.items()]
        if parameters:
            yield "| Parameter | What it is | Must be there |\n|---|---|---|"
            yield from (
                f"| `{each}` | {_takes(takes)} | {'yes' if must else 'no'} |" for each, takes, must in parameters
            )
            yield ""
        yield f"```toml\n{_guard_example(name)}\n```\n"


def _takes(takes: Takes) -> str:
    known: Mapping[Takes, Iterable[object]] = {
        Takes.FUNCTION: FUNCTIONS,
        Takes.DOMAINS: GOAL_DOMAINS,
        Takes.SECTORS: SECTORS,
        Takes.EVALUATIONS: EVALUATION_OUTCOMES,
        Takes.LEVELS: Level,
        Takes.ORGANISATION: OrganisationKind,
    }
    return f"{takes.value}: {_words(known[takes])}" if takes in known else takes.value


# For each kind of parameter a word of the example route.
_SAMPLES: Mapping[Takes, str] = {
    Takes.ASSESSMENT: '"beeld"',
    Takes.ASSESSMENTS: '["beeld", "terugblik"]',
    Takes.QUESTION: '"leervraag"',
    Takes.OUTCOMES: '["meer_nodig"]',
    Takes.WHEN_OUTCOMES: '["helpt"]',
    Takes.UNLESS_OUTCOMES: '["helpt"]',
    Takes.NOTE: '"oudergesprek"',
    Takes.MEETING: '"ronde_tafel"',
    Takes.MEETINGS: '["ronde_tafel"]',
    Takes.PLAN: '"gezinsplan"',
    Takes.PARTIES: '["school", "gemeente"]',
    Takes.ROLES: '["intern_begeleider"]',
    Takes.FUNCTION: '"contactpersoon"',
    Takes.ORGANISATION: '"sociaal_team"',
    Takes.LEVELS: '["enkelvoudig", "complex"]',
    Takes.DOMAINS: '["onderwijs", "zorg"]',
    Takes.SECTORS: '["po"]',
    Takes.EVALUATIONS: '["afsluiten"]',
    Takes.ESCALATIONS: '["stagnatie"]',
    Takes.ADDRESSEE: '"stagnatiepunt"',
    Takes.FLAG: "true",
}


def _guard_example(name: str) -> str:
    parameters = "".join(f"{each} = {_SAMPLES[takes]}, " for each, takes in GUARDS[name].required.items())
    return f'{{ guard = "{name}", {parameters}source = "afspraak:1" }}'


def _meanings(title: str, said: Mapping[_Word, str], words: type[_Word]) -> Iterator[str]:
    yield f"## {title}\n\n| Word | What it means |\n|---|---|"
    yield from (f"| `{word}` | {said[word]} |" for word in words)
    yield ""


# --- A page for each route --------------------------------------------------------------------------------------------

_UNITS = {
    "schooldag": ("schooldag", "schooldagen"),
    "werkdag": ("werkdag", "werkdagen"),
    "kalenderdag": ("dag", "dagen"),
    "week": ("week", "weken"),
    "maand": ("maand", "maanden"),
}
_PRESENCE = {
    Presence.REQUIRED: "aanwezig, of afwezig met een reden",
    Presence.INVITED: "uitgenodigd",
    Presence.WHERE_POSSIBLE: "waar mogelijk erbij",
    Presence.ON_CALL: "op afroep",
}
_CONTENTS = {
    "perspective": "het toekomstperspectief",
    "measurable_goals": "meetbare doelen",
    "actions": "acties met wie en wanneer",
    "evaluation_date": "de datum van de evaluatie",
    "regie": "wie de regie heeft",
}
_STATUS = {Status.DRAFT: "concept", Status.IN_FORCE: "van kracht", Status.WITHDRAWN: "ingetrokken"}
_EFFECTS = {
    Effect.REGIE_BY_TABLE: "de regie wordt toegewezen",
    Effect.REGIE_BY_PLAN: "de regie komt te liggen waar het plan zegt",
    Effect.REGIE_BY_REGIEHOUDER: "de regie komt te liggen bij wie daarvoor is aangewezen",
    Effect.REGIE_ONDERWIJS: "de school heeft de regie",
    Effect.REGIE_ENDS: "de regie eindigt",
    Effect.PUT_PLAN_IN_FORCE: "het plan gaat in",
    Effect.REVISE_PLAN: "het plan wordt een nieuw concept",
    Effect.CLOSE_CASE: "de zaak is afgesloten",
    Effect.REOPEN_CASE: "de zaak loopt weer",
}


def page(route: Route) -> str:
    """docs/routes/<key>.md: the newest version of a route, for people who read it and do not make it."""
    name = f"{route.key}.{route.version}"
    lines = [
        f"# {route.title.nl}\n",
        f"Versie {route.version}, {_STATUS[route.status]}.\n",
        f"Gemaakt uit [{name}.toml](../../app/routes/{name}.toml), waar de regels staan (`make docs`).\n",
        f"![De route als tekening](../../app/routes/{name}.svg)\n",
        "| Bron | Wat het is |\n|---|---|",
        *(f"| {code} | {title} |" for code, title in route.sources.items()),
        *(f"\n**{aside.title.nl}**: {aside.says.nl} ({aside.source})" for aside in route.asides.values()),
        "\n## Wie meedoet\n",
        *_who(route),
        "## Stappen\n",
    ]
    for step in route.steps.values():
        lines += [f"### {step.title.nl}\n", f"{step.purpose.nl} ({step.source})\n"]
        turn = [route.word(role.role).nl for role in route.roles.values() if step.key in role.turn]
        if turn:
            lines.append(f"Aan zet: {', '.join(turn)}.\n")
        lines += [f"- Termijn: {_term(term)}" for term in route.terms_of(step.key)]
        lines += ["", *_ways(route, step.key)]
    if whole := [term for term in route.terms.values() if term.step is None]:
        lines += ["## Termijnen over stappen heen\n", *(f"- Termijn: {_term(term)}" for term in whole), ""]
    lines += [*_tables(route), *_promises(route)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def _roles(route: Route, roles: Iterable[Role]) -> str:
    return ", ".join(route.word(role).nl for role in roles)


def _who(route: Route) -> Iterator[str]:
    for role in route.roles.values():
        yield f"- **{role.word.nl}** ({role.source})"
        yield from (f"  - {task.says.nl} ({task.source})" for task in role.tasks)
    yield ""


def _term(term: Term) -> str:
    one, more = _UNITS[term.unit]
    hard = ", hard" if term.hard else ""
    return f"{term.title.nl}: {term.amount} {one if term.amount == 1 else more}{hard} ({term.source})"


def _ways(route: Route, step: str) -> Iterator[str]:
    ways = [each for each in route.transitions.values() if step in each.origins]
    for way in ways:
        target = route.steps[way.target(step)].title.nl
        leads = f"naar «{target}»" if way.destination and way.destination != step else "de zaak blijft in deze stap"
        functions = [_function(route, each) for each in way.functions]
        as_function = f", als {' of '.join(functions)}" if functions else ""
        yield f"**{way.title.nl}**: {leads}. Door: {_roles(route, way.roles)}{as_function}. ({way.source})\n"
        yield from (f"- {_condition(route, each)}" for each in way.conditions)
        if way.requires_explanation:
            yield "- Met een toelichting."
        yield from (f"- {each}" for each in _changes(route, way))
        yield ""


def _changes(route: Route, way: Transition) -> Iterator[str]:
    for each in way.involve:
        ground = each.ground.replace("_", " ")
        yield f"Erbij komt: {_roles(route, each.roles)}, op grond van {ground} ({each.source})."
    if way.release:
        yield f"Uit de zaak gaat: {', '.join(kind.replace('_', ' ') for kind in way.release)}."
    if way.effects:
        changes = "; ".join(_EFFECTS[effect] for effect in way.effects)
        yield f"{changes[0].upper()}{changes[1:]}."


# What each condition asks, with its parameters in the words of the route.
SAYS: Mapping[str, str] = {
    "any_assessment_recorded": "Ten minste één is vastgelegd: {kinds}.",
    "any_meeting_held": "Gehouden, met wie erbij hoort: {kinds}.",
    "assessment_is_not": "«{kind}» is niet: {outcomes}.",
    "assessment_recorded": "Vastgelegd: {kind}{outcomes}.",
    "assessment_recorded_when": "Is «{when}» {when_outcomes}, dan is ook vastgelegd: {kind}{outcomes}.",
    "checklist_answered": "Elke vraag van de checklist is beantwoord: {kind}.",
    "class_agrees": "De leefvraag en de probleemklasse zijn gelijk ingedeeld.",
    "consent_in_force": "Er is toestemming om met {recipient} te delen.",
    "consent_not_in_force": "Er is geen toestemming om met {recipient} te delen.",
    "consent_refused": "Toestemming om met {recipient} te delen is gevraagd en niet gegeven.",
    "deelverband_known": "Het deelverband van de school is bekend.",
    "escalation_open": "Er loopt een melding bij {addressed_to}: {kinds}.",
    "first_talk_held": "De zorg is eerst met de ouders besproken, tenzij dat het kind in gevaar zou brengen.",
    "involved_or_refused": "Erbij betrokken, of het gezin wilde het niet: {organisation}.",
    "meeting_held": "Gehouden, met wie erbij hoort: {kind}.",
    "no_escalation_open": "Er loopt geen melding bij {addressed_to}: {kinds}.",
    "no_leefvraag_signalled": "Er is geen leefvraag gesignaleerd.",
    "note_made": "Vastgelegd: {kind}.",
    "organisation_involved": "Doet mee: {organisation}.",
    "organisation_not_involved": "Doet niet mee: {organisation}.",
    "parents_informed": "Vastgelegd, tenzij dat het kind in gevaar zou brengen: {kind}.",
    "participant_named": "Bij naam bekend: {roles}{function}.",
    "plan_agreed": "Met het {kind} stemmen in: het gezin, {parties}.",
    "plan_complete": "Compleet, met doelen voor {domains}: {kind}.",
    "plan_evaluated": "Geëvalueerd met {parties}: {kind}{outcomes}.",
    "plan_in_force": "Van kracht: {kind}{when}{when_outcomes}{unless_refused}.",
    "plan_is_draft": "Nog niet van kracht: {kind}.",
    "question_is": "Ingedeeld als {levels}: {kind}.",
    "regiehouder_named": "Bij naam bekend: wie de regie houdt volgens het {kind}.",
    "school_known": "Het kind staat ingeschreven op een school.",
    "school_unknown": "Het kind staat nog niet ingeschreven op een school.",
    "sector_is": "Het kind gaat naar: {sectors}.",
    "signal_is_own": "Elk signaal kwam van wie het nu intrekt.",
}


def _condition(route: Route, condition: Condition) -> str:
    """What a condition asks, in a sentence with its source."""
    given = condition.params
    said = {name: _said(route, name, value, given) for name, value in given.items()}
    said["outcomes"] = (
        said.get("outcomes", "") if condition.name == "assessment_is_not" else _with(": ", said.get("outcomes"))
    )
    said["function"] = _with(", als ", said.get("function"))
    if condition.name == "plan_in_force":
        said["when"] = _with(", als de uitkomst is van «", said.get("when")) + ("»" if "when" in said else "")
        said["when_outcomes"] = _with(": ", said.get("when_outcomes"))
        said["unless_refused"] = _with("; niet als het gezin nee zei tegen ", said.get("unless_refused"))
    sentence = SAYS[condition.name].format(**said)
    return f"{sentence} ({condition.source})"


def _outcome(route: Route, kind: ParamValue | None, code: str) -> str:
    known = route.assessments.get(str(kind))
    return {outcome.code: outcome.title.nl for outcome in known.outcomes}.get(code, code) if known else code


def _function(route: Route, name: str) -> str:
    return route.functions[name].nl if name in route.functions else name


def _with(before: str, words: str | None) -> str:
    return f"{before}{words}" if words else ""


def _said(route: Route, name: str, value: ParamValue, given: Mapping[str, ParamValue]) -> str:
    """One parameter in the words of the route."""
    if isinstance(value, tuple):
        joined = " of " if name in {"outcomes", "when_outcomes", "levels", "roles"} else ", "
        return joined.join(_said(route, name, each, given) for each in value)
    word = str(value)
    if name in {"outcomes", "when_outcomes"}:
        return _outcome(route, given.get("kind" if name == "outcomes" else "when"), word)
    if name in {"roles", "by"}:
        return route.word(Role(word)).nl
    if name == "function":
        return _function(route, word)
    if name in {"recipient", "organisation", "unless_refused"}:
        return RECIPIENTS[OrganisationKind(word)][0]
    titles = {key: each.title.nl for key, each in route.assessments.items()}
    titles |= {key: each.title.nl for key, each in route.notes.items()}
    titles |= {key: each.title.nl for key, each in route.meetings.items()}
    titles |= {key: each.title.nl for key, each in route.plans.items()}
    titles |= {key: each.title.nl for key, each in route.parties.items()}
    named = name in {"kind", "kinds", "when", "parties"} and word in titles
    return titles[word] if named else word.replace("_", " ")


def _tables(route: Route) -> Iterator[str]:
    yield "## Overleg en plannen\n"
    for meeting in route.meetings.values():
        yield f"### {meeting.title.nl}\n\nBelegd door: {_roles(route, meeting.roles)}. ({meeting.source})\n"
        yield from (f"- Doel: {goal.nl}" for goal in meeting.goals)
        yield from _invitees(route, meeting)
        if meeting.checklist:
            checklist = route.checklists[meeting.checklist]
            yield f"\n{checklist.title.nl} ({checklist.source}):\n"
            yield from (f"1. {item.question.nl}" for item in checklist.items)
        yield ""
    for plan in route.plans.values():
        asked = ", ".join(says for name, says in _CONTENTS.items() if name in plan.contents)
        yield f"### {plan.title.nl}\n\nGemaakt door: {_roles(route, plan.roles)}. ({plan.source})\n"
        yield f"Erin staat: {asked}.\n"
    if route.escalations:
        yield "## Als het vastzit\n"
    for each in sorted(route.escalations, key=lambda one: one.rung):
        kinds = ", ".join(kind.replace("_", " ") for kind in each.kinds)
        yield f"- {each.title.nl} ({kinds}), door: {_roles(route, each.roles)}. ({each.source})"
    yield ""


def _invitees(route: Route, meeting: MeetingKind) -> Iterator[str]:
    for each in meeting.invitees:
        limits = [f"in het {' en '.join(sorted(each.sectors))}"] if each.sectors else []
        limits += [f"vanaf {each.from_age} jaar"] if each.from_age else []
        limited = f", {', '.join(limits)}" if limits else ""
        yield f"- {route.parties[each.party].title.nl}: {_PRESENCE[each.presence]}{limited} ({each.source})"


def _promises(route: Route) -> Iterator[str]:
    if route.claims:
        yield "## Wat wordt bewezen\n\nBij elke wijziging gaat het bewijs elk pad na:\n"
    yield from (f"- {claim.says.nl} ({claim.source})" for claim in route.claims.values())


# --- Writing ----------------------------------------------------------------------------------------------------------


def written(example: Path) -> dict[str, str]:
    """Every page by its path under docs."""
    texts = {
        each.name: each.read_text("utf-8") for each in files("app.routes").iterdir() if each.name.endswith(".toml")
    }
    whole = example.read_text(encoding="utf-8")
    routes = loader.load_routes()
    newest = {key: max(version for name, version in routes if name == key) for key, _ in routes}
    pages = {f"routes/{key}.md": page(routes[key, version]) for key, version in sorted(newest.items())}
    return {"route-language.md": reference({**texts, example.name: whole}, whole), **pages}


def main(folder: Path) -> None:
    """Write the pages."""
    for name, text in written(folder / "example-route" / "veldmeer.1.toml").items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
