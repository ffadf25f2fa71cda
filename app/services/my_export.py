"""Everything of a child that one of the family may see, to take along: as data, and as a document to read.

The same reach and the same statement of rights as the dossier: what is withheld there is withheld here, and is named.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.db import reads
from app.domain.actors import Category, Role
from app.domain.errors import NotVisible
from app.integrations.documents import Chapter, Document, Part
from app.integrations.keys import Keyring
from app.services import data_requests, identity_numbers, my_log, plain_words, sight
from app.services.deadlines import Dates, counted
from app.services.my_things import STATUSES
from app.services.work import Work
from app.workflow.loader import pinned
from app.workflow.model import Route, Text

Json = dict[str, Any]

# What AVG 15 has told beside the data themselves.
ABOUT: tuple[Text, ...] = (
    Text(
        "Dit is alles over het kind wat u in deze dienst mag zien, op het moment dat u het opvroeg.",
        "This is everything about the child that you may see in this service, at the moment when you asked for it.",
    ),
    Text(
        "Het wordt gebruikt om samen te kijken welke hulp uw kind nodig heeft, op school en thuis.",
        "It is used to find out together which help your child needs, at school and at home.",
    ),
    Text(
        "Elke organisatie bewaart haar eigen deel, zo lang als de wet zegt. Wie meedoet en waarom staat per zaak.",
        "Each organisation keeps its own part, as long as the law says. Who takes part and why stands with each case.",
    ),
    Text(
        "U mag vragen iets te verbeteren, niet meer te gebruiken of weg te halen, en een eigen verklaring toevoegen.",
        "You may ask to put something right, to stop using it or to remove it, and add a statement of your own.",
    ),
    Text(
        "Bent u het niet eens met hoe iemand met deze gegevens omgaat? Dan kunt u klagen bij die organisatie, en bij de"
        " Autoriteit Persoonsgegevens.",
        "Do you disagree with how somebody handles these data? You can complain with that organisation, and with the"
        " Autoriteit Persoonsgegevens (the Dutch data protection authority).",
    ),
)


@dataclass(frozen=True, slots=True)
class Export:
    """What there is: the child, its cases one by one, the requests; `today` is the day of asking."""

    today: date
    child: Json
    cases: list[Json]
    requests: list[Json]
    # Of each case its terms, as far as the caller may see how it proceeds.
    dates: list[Dates | None]
    numbers: list[Json]
    sight: list[Json]
    emergencies: list[Json]
    reader: UUID
    work: Work


async def gather(work: Work, child: UUID, ring: Keyring | None) -> Export:
    """Everything of this child that the caller may see; that a BSN or PGN was shown is recorded. Raises NotVisible."""
    work.about.object_type, work.about.object_id = "export", child
    known, found, requests, kept, emergencies, lets_see = await work.session.ask(
        reads.my_child(work.roles, child),
        reads.my_export(work.roles, child),
        data_requests.of_child(work, child),
        reads.my_numbers(work.roles, child),
        reads.my_emergencies(work.roles, child),
        sight.of_mine(work),
    )
    if not known:
        raise NotVisible
    for row in found:
        work.about.reach(row)
        work.record_in(row["case_id"])
    work.about.case_id = None
    told, cases = json.loads(known[0]["body"]), [json.loads(row["body"]) for row in found]
    clocks = [case.pop("clock") for case in cases]
    return Export(
        today=known[0]["today"],
        child=told,
        cases=cases,
        requests=[json.loads(row["body"]) for row in requests],
        dates=[
            counted(clock, case, told["birthDate"]) if clock else None
            for clock, case in zip(clocks, cases, strict=True)
        ],
        numbers=[identity_numbers.for_export(work, ring, row) for row in kept],
        sight=[json.loads(row["body"]) for row in lets_see] if child == work.actor.person_id else [],
        emergencies=[json.loads(row["body"]) for row in emergencies],
        reader=work.actor.person_id,
        work=work,
    )


# --- To read ------------------------------------------------------------------------------------------------------

_T = Text
_TITLE = _T("Gegevens van {name}", "Data of {name}")
# What a system shows of a file says nothing of anybody.
_OF_THE_FILE = _T("Gegevens uit de ondersteuningsroute", "Data of the ondersteuningsroute")
_MADE = _T("Opgevraagd op {day}.", "Asked for on {day}.")
_NOTHING = _T("Hierover staat er niets.", "There is nothing on this.")
_NOT_SHOWN = _T(
    "Sommige tekens kunnen hier niet worden getoond; daar staat een sterretje. In de gegevens (JSON) staan zij wel.",
    "Some signs cannot be shown here; an asterisk stands for them. They are in the export as data.",
)
_WHO, _WHEN, _ABOUT, _WHAT, _WHY = (
    _T("Wie", "Who"),
    _T("Wanneer", "When"),
    _T("Waarover", "About"),
    _T("Wat", "What"),
    _T("Waarom", "Why"),
)
# By part of the dossier: its title, and of each thing which field is told under which words, in this order.
_PARTS: Mapping[str, tuple[Text, tuple[tuple[str, Text], ...]]] = {
    "signals": (_T("Zorgen die zijn gemeld", "Concerns"), (("content", _WHAT),)),
    "notes": (
        _T("Gesprekken", "Conversations"),
        (("heldAt", _WHEN), ("content", _WHAT), ("agreements", _T("Afgesproken", "Agreed"))),
    ),
    "assessments": (
        _T("Bevindingen", "Findings"),
        (("outcome", _T("Uitkomst", "Outcome")), ("reason", _WHY), ("content", _WHAT)),
    ),
    "consents": (
        _T("Toestemmingen", "Consents"),
        (
            ("purpose", _T("Waarvoor", "What for")),
            ("sharedWith", _T("Met wie", "With whom")),
            ("subjects", _ABOUT),
            ("told", _T("Wat is verteld", "What was told")),
            ("answers", _T("Wie zei wat", "Who said what")),
            ("standing", _T("Hoe het ermee staat", "How it stands")),
            ("validFrom", _T("Vanaf", "From")),
            ("validUntil", _T("Tot en met", "Until")),
        ),
    ),
    "meetings": (
        _T("Overleggen", "Meetings"),
        (("plannedAt", _T("Gepland", "Planned")), ("heldAt", _T("Gehouden", "Held")), ("place", _T("Waar", "Where"))),
    ),
    "plans": (
        _T("Plannen", "Plans"),
        (("perspective", _T("Toekomst", "Perspective")), ("evaluationDate", _T("Terugkijken op", "Looked back on"))),
    ),
    "goals": (
        _T("Doelen in plannen", "Goals of plans"),
        (("description", _WHAT), ("indicator", _T("Daaraan te zien", "Seen by")), ("targetDate", _T("Voor", "By"))),
    ),
    "actions": (
        _T("Afspraken in plannen", "Actions of plans"),
        (("description", _WHAT), ("dueOn", _T("Voor", "By")), ("doneAt", _T("Gedaan", "Done"))),
    ),
    "decisions": (_T("Besluiten", "Decisions"), (("description", _WHAT),)),
    "statements": (_T("Eigen verklaringen en verbeteringen", "Statements and rectifications"), (("content", _WHAT),)),
    "escalations": (
        _T("Wat vastzat", "What was stuck"),
        (("reason", _WHAT), ("resolution", _T("Hoe het is opgelost", "How it was solved"))),
    ),
    "transitions": (
        _T("Stappen die zijn gezet", "Steps taken"),
        (("performedAt", _WHEN), ("explanation", _WHY)),
    ),
}
_NAMED = ("name", "transition", "kind")


def readable(export: Export, told: Json, *, english: bool) -> Document:
    """The export as a document: in the words of a family, and then all of `told`, what the data say, field by field."""
    words = _Words(english=english)
    name = f"{export.child['givenName']} {export.child['familyName']}"
    chapters = [Chapter(words(_T("Het kind", "The child")), (_child(words, export.child),))]
    for case in export.cases:
        chapters += _of_case(words, case, export.reader)
    chapters.append(
        Chapter(
            words(_T("Verzoeken over de gegevens", "Requests about the data")),
            tuple(_request(words, export, each) for each in export.requests),
        )
    )
    chapters += _annex(words, told)
    return Document(
        title=words(_OF_THE_FILE),
        heading=words(_TITLE).format(name=name),
        author="Ondersteuningsroute",
        lang="en" if english else "nl",
        intro=(words(_MADE).format(day=words.day(export.today.isoformat())), *map(words, ABOUT)),
        nothing=words(_NOTHING),
        not_shown=words(_NOT_SHOWN),
        chapters=tuple(chapters),
    )


_YES, _NO = _T("ja", "yes"), _T("nee", "no")


def _annex(words: "_Words", told: Json) -> Iterable[Chapter]:
    """Everything once more as the data say it, so that nothing is in the one and not in the other."""
    for name, value in told.items():
        if name == "cases":
            for number, case in enumerate(value, 1):
                beside = {part: things for part, things in case.items() if part != "dossier"}
                for part, things in {**case["dossier"], **beside}.items():
                    yield _listed_fields(words, f"{name} {number}: {part}", things)
        else:
            yield _listed_fields(words, name, value)


def _listed_fields(words: "_Words", name: str, value: Any) -> Chapter:
    title = words(_T("Bijlage, zoals in de gegevens: {name}", "Annex, as in the data: {name}")).format(name=name)
    things = value if isinstance(value, list) else [value]
    parts = (Part(f"{name} {number}", tuple(_leaves(words, each, ""))) for number, each in enumerate(things, 1))
    return Chapter(title, tuple(part for part in parts if part.lines))


def _leaves(words: "_Words", value: Any, path: str) -> Iterable[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves(words, each, f"{path} {name}".strip())
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(words, each, path)
    elif isinstance(value, bool):
        yield path or "–", words(_YES if value else _NO)
    elif value is not None:
        yield path or "–", str(value)


def _request(words: "_Words", export: Export, told: Json) -> Part:
    standing, _ = data_requests.in_words(export.work, told)
    return _thing(words, {**told, "standing": words(standing)}, _REQUEST_FIELDS)


_REQUEST_FIELDS = (
    ("content", _WHAT),
    ("organisationName", _T("Aan", "To")),
    ("standing", _T("Hoe het ermee staat", "How it stands")),
    ("reason", _WHY),
)


@dataclass(frozen=True, slots=True)
class _Words:
    english: bool

    def __call__(self, text: Text) -> str:
        return text.en if self.english else text.nl

    def code(self, code: str) -> str:
        """A word of the route, readable."""
        return code.replace("_", " ")

    def day(self, value: str) -> str:
        """A day, or a moment, in the usual order of the language."""
        year, month, day = value[:10].split("-")
        return value[:10] if self.english else f"{day}-{month}-{year}"


def _child(words: _Words, child: Json) -> Part:
    born = child["birthDate"]
    return Part(
        f"{child['givenName']} {child['familyName']}",
        ((words(_T("Geboren", "Born")), words.day(born) if born else "–"),),
    )


def _of_case(words: _Words, case: Json, reader: UUID) -> Iterable[Chapter]:
    dossier = case["dossier"]
    route = pinned(dossier["case"]["route"], dossier["case"]["routeVersion"])
    opened, name = words.day(dossier["case"]["openedAt"]), words(route.title)
    title = words(_T(f"De zaak van {opened} ({name})", f"The case of {opened} ({name})"))
    withheld = [words(plain_words.CATEGORIES[Category(each)]) for each in dossier["withheld"]]
    step = dossier["case"]["step"]
    about = [(words(_T("Stap", "Step")), words(route.steps[step].title) if step else "–")]
    if withheld:
        about.append((words(_T("Dit ziet u niet", "Not shown to you")), ", ".join(withheld)))
    yield Chapter(title, (Part(words(_T("Waar de zaak staat", "Where it stands")), tuple(about)),))
    yield Chapter(
        words(_T("Wie meedoen of meededen", "Who take part or did")),
        tuple(_helper(words, each) for each in dossier["participants"]),
    )
    for part, (heading, fields) in _PARTS.items():
        things = dossier.get(part) or [
            each for parent in ("plans", "meetings") for holder in dossier[parent] for each in holder.get(part, [])
        ]
        if things:
            told = (_in_words(words, route, dossier, part, each) for each in things)
            yield Chapter(words(heading), tuple(_thing(words, each, fields) for each in told))
    yield Chapter(
        words(_T("Wie er meekeek, en waarom", "Who looked, and why")), tuple(_log(words, case["log"], reader))
    )


def _in_words(words: _Words, route: Route, dossier: Json, part: str, thing: Json) -> Json:
    """A thing with words instead of the codes of its route."""
    if part == "consents":
        return {**thing, **_consent(words, dossier, thing)}
    kinds: Mapping[str, Mapping[str, Any]] = {
        "notes": route.notes,
        "assessments": route.assessments,
        "meetings": route.meetings,
        "plans": route.plans,
        "transitions": route.transitions,
    }
    known = kinds.get(part, {}).get(thing.get("transition") or thing.get("kind") or "")
    if known is None:
        return thing
    outcomes = {each.code: words(each.title) for each in known.outcomes} if part == "assessments" else {}
    outcome = outcomes.get(thing.get("outcome") or "")
    return {**thing, "name": words(known.title), **({"outcome": outcome} if outcome else {})}


def _consent(words: _Words, dossier: Json, thing: Json) -> Json:
    """Of a consent: with whom, about what, how it stands, and who said what when."""
    names = {each["organisationId"]: each["organisationName"] for each in dossier["participants"]}
    said = (
        f"{words(plain_words.role(_AS.get(each['capacity'])))}: {words.code(each['decision'])}"
        f" ({words.day(each['answeredAt'])})"
        for each in thing["answers"]
    )
    return {
        "name": words(_T("Gevraagd", "Asked")),
        "sharedWith": ", ".join(names[each] for each in thing["sharedWith"] if each in names) or None,
        "subjects": ", ".join(map(words, plain_words.subjects(thing["sharedCategories"]))) or None,
        "standing": words(STATUSES[thing["status"]]),
        "answers": "; ".join(said) or None,
    }


_AS = {"gezag": Role.OUDER, "voogd": Role.WETTELIJK_VERTEGENWOORDIGER, "jeugdige": Role.JEUGDIGE}


def _helper(words: _Words, person: Json) -> Part:
    role = words(plain_words.role(person["role"])) if person["role"] else None
    until = person["endedAt"]
    return Part(
        ", ".join(each for each in (person["displayName"], role, person["organisationName"]) if each),
        (
            (words(_WHY), words(plain_words.ground(person["ground"]))),
            (words(_T("Sinds", "Since")), words.day(person["startedAt"])),
            *(((words(_T("Tot", "Until")), words.day(until)),) if until else ()),
        ),
    )


def _thing(words: _Words, thing: Json, fields: Iterable[tuple[str, Text]]) -> Part:
    told = [
        (
            words(label),
            words.day(thing[field])
            if field.endswith(("At", "Date", "On", "From", "Until"))
            else (words.code(thing[field]) if field == "outcome" else str(thing[field])),
        )
        for field, label in fields
        if thing.get(field) is not None
    ]
    if thing.get("category"):
        told.insert(0, (words(_ABOUT), words(plain_words.CATEGORIES[Category(thing["category"])])))
    if thing.get("authorRole"):
        told.insert(0, (words(_WHO), words(plain_words.role(thing["authorRole"]))))
    name = next((words.code(thing[each]) for each in _NAMED if thing.get(each)), words(_WHAT))
    made = thing.get("createdAt") or thing.get("performedAt")
    return Part(f"{name[:1].upper()}{name[1:]}{f', {words.day(made)}' if made else ''}", tuple(told))


def _log(words: _Words, events: list[Json], reader: UUID) -> Iterable[Part]:
    """Day by day who did what; the same deed of the same person on one day is told once, with how often."""
    days: dict[str, dict[tuple[str, str], int]] = {}
    for event in events:
        line = my_log.line(UUID(event["id"]), event, reader)
        why = words(line.why)
        told = (words(line.who), f"{words(line.what)}{f', {why}' if why else ''}")
        of_day = days.setdefault(event["occurredAt"][:10], {})
        of_day[told] = of_day.get(told, 0) + 1
    for day, lines in days.items():
        yield Part(
            words.day(day),
            tuple((who, what + (f" ({often}×)" if often > 1 else "")) for (who, what), often in lines.items()),
        )
