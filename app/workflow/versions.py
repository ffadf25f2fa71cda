"""From one version of a route to another: the mapping that says what becomes what, and whether a case fits the new one.

A case stays on its version until somebody brings it to another, with a mapping file, a reason and a look at each case
(`migrate-cases`). What the file does not name keeps its name.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.regie import Regie
from app.workflow.decide import lacking
from app.workflow.facts import Facts
from app.workflow.model import Claim, Condition, Route, Status, Text
from app.workflow.reader import Fault, RouteFaults, listed

# What a mapping may rename, and where a route has these words.
KINDS = ("assessments", "notes", "meetings", "plans")
_TABLES = ("steps", *KINDS, "regie")


@dataclass(frozen=True, slots=True)
class Renaming:
    """What becomes what between two versions of a route: old word, new word. What is not named keeps its word."""

    route: str
    old: int
    new: int
    steps: Mapping[str, str] = field(default_factory=dict)
    assessments: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    meetings: Mapping[str, str] = field(default_factory=dict)
    plans: Mapping[str, str] = field(default_factory=dict)
    regie: Mapping[str, str] = field(default_factory=dict)

    def words(self, table: str) -> Mapping[str, str]:
        """The words of one table that change: steps, assessments, notes, meetings, plans or regie."""
        words: Mapping[str, str] = getattr(self, table)
        return words

    def image(self, table: str, word: str) -> str:
        """What a word becomes."""
        return self.words(table).get(word, word)

    def told(self) -> dict[str, dict[str, str]]:
        """What is named, for keeping: the same mapping always looks the same."""
        return {table: dict(sorted(self.words(table).items())) for table in _TABLES if self.words(table)}


@dataclass(frozen=True, slots=True)
class InUse:
    """The words of the old version that stand in one case. `outcomes`: kind of assessment and outcome, each once."""

    outcomes: frozenset[tuple[str, str]] = frozenset()
    notes: frozenset[str] = frozenset()
    meetings: frozenset[str] = frozenset()
    plans: frozenset[str] = frozenset()
    plan_sides: frozenset[str] = frozenset()
    escalations: frozenset[tuple[str, str]] = frozenset()  # kind and addressee of those that are open


def read_renaming(name: str, text: str, old: Route, new: Route) -> Renaming:
    """The mapping in a file: `route`, `from` and `to`, and a table for each kind of word that changes.

    Raises:
        RouteFaults: with all that is wrong in it, also as `maps` finds.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise RouteFaults([Fault(name, 1, "file", f"it is no valid TOML: {wrong}.", "Correct the writing.")]) from wrong
    faults = [
        Fault(name, _line(text, key), key, "this is not known here.", f"Choose from: {listed(_TABLES)}.")
        for key in raw.keys() - {"route", "from", "to", *_TABLES}
    ]
    for key, wanted in (("route", old.key), ("from", old.version), ("to", new.version)):
        if raw.get(key) != wanted:
            faults.append(
                Fault(name, _line(text, key), key, f"it is not {wanted}.", "Use the mapping for these versions.")
            )
    tables = {table: raw.get(table, {}) for table in _TABLES}
    for table, words in tables.items():
        if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values()):
            faults.append(Fault(name, _line(text, table), table, "it is no table of words.", 'Write: old = "new".'))
            tables[table] = {}
    renaming = Renaming(old.key, old.version, new.version, **tables)
    faults += [
        Fault(name, _line(text, fault.word, fault.table), fault.place, fault.problem, fault.remedy)
        for fault in maps(old, new, renaming)
    ]
    if faults:
        raise RouteFaults(faults)
    return renaming


def _line(text: str, word: str, table: str = "") -> int:
    """On which line a word is written; where its table begins, or the file, when it is not."""
    begin = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if table and line.strip() == f"[{table}]":
            begin = number
        if line.split("=")[0].strip().strip('"[]') == word and (not table or begin):
            return number
    return begin or 1


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A word of the old version that has no fitting image in the new one."""

    table: str
    word: str
    problem: str
    remedy: str

    @property
    def place(self) -> str:
        """Where, in words."""
        return f"{self.table}.{self.word}"


def maps(old: Route, new: Route, renaming: Renaming) -> list[Unmapped]:
    """Everything in which a mapping does not carry each state of the old version to one of the new; empty: it does.

    Every step has an image; an image is an end only if the old step was one, and an end stays an end. What is renamed
    exists in the old version, and its image in the new one. The new version is in force: a draft takes no case.
    """
    return [*_wrong_versions(old, new), *_wrong_words(old, new, renaming), *_lost_steps(old, new, renaming)]


def _wrong_versions(old: Route, new: Route) -> Iterator[Unmapped]:
    if old.key != new.key or old.version >= new.version:
        yield Unmapped("to", str(new.version), "it is no later version of the same route.", "Go to a later one.")
    if new.status is not Status.IN_FORCE:
        yield Unmapped("to", str(new.version), "it is not in force.", "Go to a version that is in force.")


def _wrong_words(old: Route, new: Route, renaming: Renaming) -> Iterator[Unmapped]:
    for table in _TABLES:
        before, after = _known(old, table), _known(new, table)
        for word, image in renaming.words(table).items():
            if word not in before:
                yield Unmapped(table, word, "the old version has no such word.", f"Choose from: {listed(before)}.")
            if image not in after:
                yield Unmapped(table, word, f"the new version has no {image!r}.", f"Choose from: {listed(after)}.")


def _lost_steps(old: Route, new: Route, renaming: Renaming) -> Iterator[Unmapped]:
    for key, step in old.steps.items():
        becomes = new.steps.get(renaming.image("steps", key))
        if becomes is None and key not in renaming.steps:
            yield Unmapped("steps", key, "the new version has no such step.", f"Say which it becomes: {key} = …")
        elif becomes is not None and becomes.end != step.end:
            problem = "it would end a case that goes on." if becomes.end else "it would open a case that has ended."
            yield Unmapped("steps", key, problem, "Choose a step that is an end as much as the old one.")
    for side in old.regie.holders:
        if renaming.image("regie", side) not in new.regie.holders and side not in renaming.regie:
            yield Unmapped("regie", side, "the new version has no such side.", f"Say which it becomes: {side} = …")


def _known(route: Route, table: str) -> Iterable[str]:
    return [str(side) for side in route.regie.holders] if table == "regie" else list(getattr(route, table))


def translated(known: dict[str, Any], renaming: Renaming) -> dict[str, Any]:
    """The facts of a case (as `app_case_facts` tells them) in the words of the new version."""

    def first(table: str, rows: Iterable[list[Any]]) -> list[list[Any]]:
        return [[renaming.image(table, kind), *rest] for kind, *rest in rows]

    def plan(each: dict[str, Any]) -> dict[str, Any]:
        side = each["regie"]
        return {
            **each,
            "kind": renaming.image("plans", each["kind"]),
            "regie": None if side is None else renaming.image("regie", side),
        }

    return {
        **known,
        "version": renaming.new,
        "step": renaming.image("steps", known["step"]),
        "regie": None if known["regie"] is None else renaming.image("regie", known["regie"]),
        "notes": first("notes", known["notes"]),
        "assessments": first("assessments", known["assessments"]),
        "meetings": first("meetings", known["meetings"]),
        "plans": [plan(each) for each in known["plans"]],
    }


def misfits(new: Route, renaming: Renaming, in_use: InUse, facts: Facts) -> list[Text]:
    """Why a case cannot go to the new version; empty: it can. `facts` are in the words of the new version.

    Every word that stands in the case has an image; the regie lies with a side of the new version; and what the new
    version promises of the step where the case would stand holds for this case.
    """
    found = _unknown_words(new, renaming, in_use)
    if facts.regie is not None and Regie(facts.regie) not in new.regie.holders:
        found.append(_no_word("regie", facts.regie, new))
    for question in (facts.leervraag, facts.leefvraag, facts.problem_class):
        if question is not None and question not in new.problem_classes:
            found.append(_no_word("problem_class", question, new))
    if not new.steps[facts.step].end:
        for claim in new.claims.values():
            found += _broken(new, claim, facts)
    return found


def _unknown_words(new: Route, renaming: Renaming, in_use: InUse) -> list[Text]:
    found: list[Text] = []
    for kind, outcome in sorted(in_use.outcomes):
        image = new.assessments.get(renaming.image("assessments", kind))
        if image is None:
            found.append(_no_word("assessment", kind, new))
        elif outcome not in {each.code for each in image.outcomes}:
            found.append(_no_word("assessment", f"{kind}: {outcome}", new))
    for table in ("notes", "meetings", "plans"):
        words: frozenset[str] = getattr(in_use, table)
        known = _known(new, table)
        found += [_no_word(table, word, new) for word in sorted(words) if renaming.image(table, word) not in known]
    sides = _known(new, "regie")
    found += [
        _no_word("regie", side, new) for side in sorted(in_use.plan_sides) if renaming.image("regie", side) not in sides
    ]
    for kind, addressee in sorted(in_use.escalations):
        if not any(kind in each.kinds and each.addressed_to == addressee for each in new.escalations):
            found.append(_no_word("escalation", f"{kind}: {addressee}", new))
    return found


def _no_word(table: str, word: str, new: Route) -> Text:
    return Text(
        f"in de zaak staat «{word}» ({table}), en versie {new.version} kent dat niet",
        f"the case has «{word}» ({table}), which version {new.version} does not know",
    )


def _broken(new: Route, claim: Claim, facts: Facts) -> list[Text]:
    """What this claim promises of the step where the case would stand, and what does not hold for the case."""
    entering = claim.on is not None and facts.step in claim.on.enter
    always = claim.always is not None and facts.step in claim.always.steps
    if not entering and not always:
        return []
    missing = lacking(new, _lasting(claim.requires), facts)
    texts = [Text(f"{claim.says.nl} {reason.nl}", f"{claim.says.en} {reason.en}") for reason in missing]
    if claim.always is not None and always and "regie_set" in claim.always.holds and facts.regie is None:
        texts.append(Text(f"{claim.says.nl} Er is geen regie.", f"{claim.says.en} There is no regie."))
    return texts


def _lasting(conditions: Iterable[Condition]) -> list[Condition]:
    """Without those that ask for something recorded in the step before: that was asked when the case came here."""
    return [condition for condition in conditions if condition.params.get("fresh") is not True]
