"""The Meldcode: five steps, five considerations, and what is still to be done before the next (domain.md §3, R34).

The steps are those of the Besluit verplichte meldcode, art. 2 (2): (a) map the signals, (b) consult a colleague, and if
needed Veilig Thuis or a letselduider, (c) talk with those whom it concerns, (d) weigh risk, nature and gravity, in
doubt always with Veilig Thuis, (e) decide: organise help or report. The considerations are those of the afwegingskader.
A track is judged by what was recorded in it, in its order; nothing here looks at a case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from app.domain import choices
from app.domain.calendar import Length, Unit


class Kind(StrEnum):
    """What is recorded in a track; `antwoord` is the answer of Veilig Thuis to what was reported."""

    SIGNAAL = "signaal"
    OVERLEG = "overleg"
    GESPREK = "gesprek"
    WEGING = "weging"
    AFWEGING = "afweging"
    BESLUIT = "besluit"
    ANTWOORD = "antwoord"


class Answer(StrEnum):
    """The answer to a consideration; doubt exists at the second alone, and means what yes means."""

    JA = "ja"
    NEE = "nee"
    TWIJFEL = "twijfel"


class Outcome(StrEnum):
    """What is decided in step e: report to Veilig Thuis, organise help, or close the track."""

    MELDEN = "melden"
    HULP = "hulp_organiseren"
    AFSLUITEN = "afsluiten"


VEILIG_THUIS = "veilig_thuis"
STEPS = ("overleg", "gesprek", "weging", "besluit", "hulp", "veilig_thuis", "afgesloten")
"""Where a track can be: the steps b to e, help within its term, waiting for Veilig Thuis, closed. Step a opens it."""
LAST = 5
"""The consideration that follows on help: did it work within the term?"""
ANSWER_WITHIN = Length(5, Unit.WERKDAG)
"""Within which Veilig Thuis decides and tells who reported (afwegingskader, third consideration)."""

QUESTIONS: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        1: (
            "Is er een vermoeden van huiselijk geweld of kindermishandeling?",
            "Is there a suspicion of violence at home or child abuse?",
        ),
        2: ("Is er acute of structurele onveiligheid?", "Is there acute or structural unsafety?"),
        3: (
            "Kunt u of een ketenpartner effectieve hulp bieden of organiseren?",
            "Can you or a partner give or organise help that works?",
        ),
        4: ("Aanvaarden de betrokkenen deze hulp?", "Do those concerned accept this help?"),
        5: (
            "Leidt de hulp binnen de afgesproken termijn tot de noodzakelijke resultaten?",
            "Does the help lead to the necessary results within the agreed term?",
        ),
    }
)
_LEADS: Mapping[tuple[int, Answer], Outcome | None] = MappingProxyType(
    {
        (1, Answer.NEE): Outcome.AFSLUITEN,
        (1, Answer.JA): None,
        (2, Answer.JA): Outcome.MELDEN,
        (2, Answer.TWIJFEL): Outcome.MELDEN,
        (2, Answer.NEE): None,
        (3, Answer.NEE): Outcome.MELDEN,
        (3, Answer.JA): None,
        (4, Answer.NEE): Outcome.MELDEN,
        (4, Answer.JA): Outcome.HULP,
        (5, Answer.NEE): Outcome.MELDEN,
        (5, Answer.JA): Outcome.AFSLUITEN,
    }
)
"""Where each answer leads; None: to the next question. What is not here is no answer to that question."""


def _consultation_required() -> bool:
    return choices.now(choices.CONSULTATION) is choices.Consultation.ALWAYS


def is_answer(number: int, answer: Answer) -> bool:
    """Whether this answers that question."""
    return (number, answer) in _LEADS


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was recorded, as far as the rules look at it.

    `code`: with whom was consulted, the answer to a consideration, or what was decided. `flag`: that a weighing left
    doubt.
    """

    kind: Kind
    code: str = ""
    number: int = 0
    flag: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """How far a track is: what its entries, one after the other, come to."""

    consulted: frozenset[str] = frozenset()
    talked: bool = False
    weighed: bool = False
    doubt: bool = False
    answers: Mapping[int, Answer] = field(default_factory=dict)
    decided: Outcome | None = None
    answered: bool = False

    @property
    def leads_to(self) -> Outcome | None:
        """Where the considerations lead by now; None while a question is open."""
        return _LEADS[max(self.answers), self.answers[max(self.answers)]] if self.answers else None

    @property
    def question(self) -> int | None:
        """The consideration that is next; None when they lead somewhere. Once help was decided it is the fifth."""
        if self.leads_to is Outcome.HULP and self.decided is Outcome.HULP:
            return LAST
        return None if self.leads_to else max(self.answers, default=0) + 1

    @property
    def step(self) -> str:
        """What is next, by its name in `STEPS`."""
        if self.decided is Outcome.AFSLUITEN:
            return "afgesloten"
        if not self.consulted and _consultation_required():
            return "overleg"
        if not self.talked:
            return "gesprek"
        if self.decided is Outcome.MELDEN and not self.answered:
            return "veilig_thuis"
        if self.question == LAST:
            return "hulp"
        return "weging" if not self.weighed or self.question else "besluit"


def course(entries: Iterable[Entry]) -> Course:
    """What the entries come to, oldest first.

    A new answer to a consideration takes back those that came after it, and a new weighing takes back all of them.
    """
    now = Course()
    for entry in entries:
        match entry.kind:
            case Kind.SIGNAAL:
                pass
            case Kind.OVERLEG:
                now = replace(now, consulted=now.consulted | {entry.code})
            case Kind.GESPREK:
                now = replace(now, talked=True)
            case Kind.WEGING:
                now = replace(now, weighed=True, doubt=entry.flag, answers={})
            case Kind.AFWEGING:
                kept = {number: answer for number, answer in now.answers.items() if number < entry.number}
                now = replace(now, answers={**kept, entry.number: Answer(entry.code)})
            case Kind.BESLUIT:
                now = replace(now, decided=Outcome(entry.code), answered=False)
            case Kind.ANTWOORD:
                now = replace(now, answered=True)
    return now


@dataclass(frozen=True, slots=True)
class Unmet:
    """What is still to be done: a stable code, in words, and by recording what (None: nothing that can be recorded)."""

    code: str
    nl: str
    en: str
    by: Kind | None = None


_CONSULT = Unmet(
    "overleg_ontbreekt",
    "Stap 2: overleg met een collega, zo nodig met Veilig Thuis of een deskundige in letselduiding.",
    "Step 2: consult a colleague, if needed Veilig Thuis or an expert on injuries.",
    Kind.OVERLEG,
)
_TALK = Unmet(
    "gesprek_ontbreekt",
    "Stap 3: spreek met de ouders of het kind, of leg vast waarom dat niet veilig kan.",
    "Step 3: talk with the parents or the child, or record why that is not safe.",
    Kind.GESPREK,
)
_WEIGH = Unmet(
    "weging_ontbreekt",
    "Stap 4: weeg het risico, de aard en de ernst.",
    "Step 4: weigh the risk, the nature and the gravity.",
    Kind.WEGING,
)
_IN_DOUBT = Unmet(
    "veilig_thuis_niet_geraadpleegd",
    "Bij de weging is twijfel: raadpleeg Veilig Thuis (dat kan zonder naam) en leg dat vast.",
    "The weighing left doubt: consult Veilig Thuis (without a name if you wish) and record it.",
    Kind.OVERLEG,
)
_HELP_FIRST = Unmet(
    "hulp_niet_afgesproken",
    "De vijfde afweging komt nadat is besloten om hulp te organiseren.",
    "The fifth consideration comes after it was decided to organise help.",
    Kind.BESLUIT,
)


def before_talking(now: Course) -> tuple[Unmet, ...]:
    """What comes before step c."""
    return (_CONSULT,) if not now.consulted and _consultation_required() else ()


def before_weighing(now: Course) -> tuple[Unmet, ...]:
    """What comes before step d."""
    return before_talking(now) + (() if now.talked else (_TALK,))


def before_considering(now: Course, number: int) -> tuple[Unmet, ...]:
    """What comes before the answer to this consideration: everything at once."""
    found = list(_before_considerations(now))
    if number == LAST:
        if now.decided is not Outcome.HULP:
            found.append(_HELP_FIRST)
        if now.answers.get(4) is not Answer.JA:
            found += _open_questions(now, number)
        return tuple(found)
    if number not in now.answers and number != now.question:
        found += _open_questions(now, number)
    return tuple(found)


def _before_considerations(now: Course) -> tuple[Unmet, ...]:
    doubt = now.doubt and VEILIG_THUIS not in now.consulted
    return before_weighing(now) + (() if now.weighed else (_WEIGH,)) + ((_IN_DOUBT,) if doubt else ())


def _open_questions(now: Course, before: int) -> list[Unmet]:
    """The considerations before this one that are open; or, when the answers lead elsewhere, where they lead."""
    if now.leads_to is not None:
        return [_elsewhere(now.leads_to)]
    return [
        Unmet(
            f"afweging_{number}_open",
            f"Afweging {number}: {QUESTIONS[number][0]}",
            f"Consideration {number}: {QUESTIONS[number][1]}",
            Kind.AFWEGING,
        )
        for number in range(max(now.answers, default=0) + 1, before)
    ]


def _elsewhere(leads_to: Outcome) -> Unmet:
    words = {
        Outcome.MELDEN: ("melden bij Veilig Thuis", "a report to Veilig Thuis"),
        Outcome.HULP: ("hulp organiseren", "organising help"),
        Outcome.AFSLUITEN: ("afsluiten", "closing"),
    }[leads_to]
    return Unmet(
        f"afwegingen_leiden_tot_{leads_to}",
        f"De afwegingen leiden tot: {words[0]}. Is er iets veranderd, beantwoord dan een afweging opnieuw.",
        f"The considerations lead to: {words[1]}. If something changed, answer a consideration anew.",
        Kind.AFWEGING,
    )


def before_deciding(now: Course, outcome: Outcome, *, acute: bool) -> tuple[Unmet, ...]:
    """What comes before this decision: everything at once.

    Where the danger is acute a report waits for nothing; what was not done yet is recorded afterwards. To report is a
    right at any time (Wmo 2015 5.2.6): the considerations, open or leading elsewhere, never stand in its way. The
    decision says why, and a motivation is always asked. A track in which
    was reported is closed after the answer of Veilig Thuis, whatever the considerations said.
    """
    if outcome is Outcome.MELDEN and acute:
        return ()
    if outcome is Outcome.AFSLUITEN and now.decided is Outcome.MELDEN:
        return () if now.answered else (_NO_ANSWER,)
    found = list(_before_considerations(now))
    if outcome is Outcome.MELDEN:
        return tuple(found)
    if now.leads_to is None:
        found += _open_questions(now, (now.question or 0) + 1)
    elif now.leads_to is not outcome:
        found.append(_elsewhere(now.leads_to))
    return tuple(found)


_NO_ANSWER = Unmet(
    "antwoord_ontbreekt",
    "Er is gemeld: leg eerst het antwoord van Veilig Thuis vast. Blijft het uit, bel dan Veilig Thuis.",
    "It was reported: record the answer of Veilig Thuis first. If none comes, call Veilig Thuis.",
    Kind.ANTWOORD,
)
_NOT_REPORTED = Unmet(
    "niet_gemeld",
    "Er is niet gemeld, of het antwoord op de melding staat er al.",
    "Nothing was reported, or the answer to the report is there already.",
    Kind.BESLUIT,
)


def before_answer(now: Course) -> tuple[Unmet, ...]:
    """What comes before an answer of Veilig Thuis can be recorded."""
    return () if now.decided is Outcome.MELDEN and not now.answered else (_NOT_REPORTED,)
