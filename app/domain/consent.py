"""Consent is evidence; whether it is in force is computed, on the day it is used.

The database knows the same rule as a view (`every_consent_standing`, migrations/sql), so that a list and a single case
are held by it in one statement; a test holds the two equal over generated families.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from app.domain.actors import OrganisationKind
from app.domain.gezag import (
    REPRESENTS_ADULT,
    Capacity,
    Finding,
    Giver,
    Parent,
    RouteAsks,
    Unclear,
    age_on,
    relation_of,
    who_decides,
)
from app.domain.rule_sets import Exception1215, RuleSet, rule_set_on


class Missing(StrEnum):
    """Why a consent opens nothing, by the code that a consumer may count on."""

    NONE_ASKED = "toestemming_ontbreekt"
    NOT_ANSWERED = "toestemming_onvolledig"
    REFUSED = "toestemming_geweigerd"
    WITHDRAWN = "toestemming_ingetrokken"
    EXPIRED = "toestemming_verlopen"
    REPLACED = "toestemming_vervangen"
    BIRTH_DATE_UNKNOWN = Unclear.BIRTH_DATE.value
    GEZAG_UNKNOWN = Unclear.UNKNOWN.value
    GEZAG_TEMPORARILY_NONE = Unclear.TEMPORARILY_NONE.value
    GEZAG_NOT_DETERMINABLE = Unclear.NOT_DETERMINABLE.value
    GEZAG_CONTRADICTORY = Unclear.CONTRADICTORY.value
    GEZAG_OUT_OF_DATE = Unclear.OUT_OF_DATE.value
    NO_REPRESENTATIVE = Unclear.NO_REPRESENTATIVE.value


# What can only be said by who knows the answers. Who sees the process alone is told NOT_ANSWERED for each.
ANSWERED = frozenset({Missing.NOT_ANSWERED, Missing.REFUSED, Missing.WITHDRAWN})


class Status(StrEnum):
    """How a consent stands, in one word."""

    VAN_KRACHT = "van_kracht"
    WACHT_OP = "wacht_op"
    GEWEIGERD = "geweigerd"
    INGETROKKEN = "ingetrokken"
    TEGENSTRIJDIG = "tegenstrijdig"  # one said yes, another no
    VERLOPEN = "verlopen"
    TE_VERNIEUWEN = "te_vernieuwen"  # a birthday, another gezag, other content or another recipient
    ONDUIDELIJK = "onduidelijk_wie_beslist"


class Exceptional(StrEnum):
    """What jeugdhulp or youth health care recorded about who decides in this matter; the newest counts."""

    ERNSTIG_NADEEL = Exception1215.ERNSTIG_NADEEL.value
    WELOVERWOGEN_WENS = Exception1215.WELOVERWOGEN_WENS.value
    WILSONBEKWAAM = "wilsonbekwaam"
    GEEN = "geen"  # what was recorded before does not hold any more


@dataclass(frozen=True, slots=True)
class Answer:
    """The latest answer of one person: gegeven, geweigerd or ingetrokken; by the giver or told by the other parent.

    `without`: the recipients and categories that this yes leaves out.
    """

    decision: str
    basis: str = "zelf"
    without_recipients: frozenset[UUID] = frozenset()
    without_categories: frozenset[str] = frozenset()

    @property
    def in_person(self) -> bool:
        """A yes by the giver."""
        return self.decision == "gegeven" and self.basis == "zelf"


@dataclass(frozen=True, slots=True)
class Asked:
    """A consent as it was asked, and what became of it since.

    Attributes:
        towards: the kinds of its recipients.
        completed: it was in force at some moment.
        replaced: it was asked anew with other content or other recipients.
        nothing_left: what each left out together leaves nothing to share (`narrowed`).
    """

    valid_from: date
    valid_until: date
    towards: Collection[OrganisationKind] = ()
    route: RouteAsks | None = None
    exceptional: Exceptional = Exceptional.GEEN
    completed: bool = False
    replaced: bool = False
    nothing_left: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """The verdict on one consent: in force, or what is in the way and for whom it waits.

    `waits_for`: ouder, jeugdige, wettelijk_vertegenwoordiger; `open`: the same by id, as far as it is known.
    """

    in_force: bool
    code: Missing | None = None
    waits_for: tuple[str, ...] = ()
    status: Status = Status.VAN_KRACHT
    open: tuple[Giver, ...] = ()
    inform: tuple[UUID, ...] = ()


IN_WORDS: dict[Capacity, str] = {
    Capacity.GEZAG: "ouder",
    Capacity.JEUGDIGE: "jeugdige",
    Capacity.VOOGD: "wettelijk_vertegenwoordiger",
    Capacity.VERTEGENWOORDIGER: "wettelijk_vertegenwoordiger",
}


def narrowed(
    recipients: Iterable[UUID], categories: Iterable[str], answers: Iterable[Answer]
) -> tuple[frozenset[UUID], frozenset[str]]:
    """What is left of a consent: what anybody left out, is left out."""
    given = [answer for answer in answers if answer.decision == "gegeven"]
    without = frozenset[UUID]().union(*(answer.without_recipients for answer in given))
    unsaid = frozenset[str]().union(*(answer.without_categories for answer in given))
    return frozenset(recipients) - without, frozenset(categories) - unsaid


def standing(
    *,
    day: date,
    birth_date: date | None,
    youth: UUID,
    parents: Iterable[Parent],
    answers: Mapping[UUID, Answer],
    asked: Asked,
    finding: Finding | None = None,
    rules: RuleSet | None = None,
) -> Standing:
    """Whether a consent is in force on `day`, and if not, why.

    Everybody whom `who_decides` names must have said yes. One refusal or withdrawal is enough to close it for good
    (domain.md R13); under an exception that of a parent does not count. What one parent says of the other counts when
    the first said yes in person and nobody is in conflict (R13).
    """
    if not asked.valid_from <= day <= asked.valid_until:
        return Standing(in_force=False, code=Missing.EXPIRED, status=Status.VERLOPEN)
    if asked.replaced:
        return Standing(in_force=False, code=Missing.REPLACED, status=Status.TE_VERNIEUWEN)
    known = list(parents)
    exception = _exception(asked.exceptional)
    decided = who_decides(
        birth_date,
        day,
        [relation_of(known, finding)],
        rules or rule_set_on(day),
        youth=youth,
        towards=asked.towards,
        route=asked.route,
        exception=exception,
        able=asked.exceptional is not Exceptional.WILSONBEKWAAM,
        representatives=[each.person_id for each in known if each.relation in REPRESENTS_ADULT and each.gezag == "ja"],
    )
    if decided.unclear is not None:
        waits = () if decided.unclear is Unclear.BIRTH_DATE else ("ouder",)
        return Standing(in_force=False, code=Missing(decided.unclear.value), waits_for=waits, status=Status.ONDUIDELIJK)
    excepted = exception is not None and not any(giver.capacity is not Capacity.JEUGDIGE for giver in decided.givers)
    # A no stays a no for this consent, also when somebody's gezag or the child's age is put otherwise later: whoever
    # was refused could not bring it about that the answer counts no more. What is wanted then is asked anew.
    noes = {answer.decision for person, answer in answers.items() if person == youth or not excepted} - {"gegeven"}
    conflict = any(parent.conflict for parent in known if parent.relation not in REPRESENTS_ADULT)
    vouched = not conflict and any(
        (found := answers.get(giver.person)) is not None and found.in_person
        for giver in decided.givers
        if giver.capacity is Capacity.GEZAG
    )
    waiting = tuple(
        giver for giver in decided.givers if not _counts(answers.get(giver.person), giver.capacity, vouched=vouched)
    )
    if not noes and not waiting and not asked.nothing_left:
        return Standing(in_force=True, inform=decided.inform)
    code, status = _worst(noes, answers, waiting, asked)
    words = tuple(sorted({IN_WORDS[giver.capacity] for giver in waiting}))
    return Standing(in_force=False, code=code, waits_for=words, status=status, open=waiting)


def _exception(exceptional: Exceptional) -> Exception1215 | None:
    found = {Exceptional.ERNSTIG_NADEEL, Exceptional.WELOVERWOGEN_WENS}
    return Exception1215(exceptional.value) if exceptional in found else None


def _counts(answer: Answer | None, capacity: Capacity, *, vouched: bool) -> bool:
    """A yes that counts: in person; or of a parent, told by the other, who said yes in person."""
    if answer is None or answer.decision != "gegeven":
        return False
    return answer.in_person or (capacity is Capacity.GEZAG and vouched)


def _worst(
    noes: set[str], answers: Mapping[UUID, Answer], waiting: tuple[Giver, ...], asked: Asked
) -> tuple[Missing, Status]:
    if "geweigerd" in noes:
        yes = any(answer.decision == "gegeven" for answer in answers.values())
        return Missing.REFUSED, Status.TEGENSTRIJDIG if yes else Status.GEWEIGERD
    if "ingetrokken" in noes or not waiting:
        return Missing.WITHDRAWN, Status.INGETROKKEN
    return Missing.NOT_ANSWERED, Status.TE_VERNIEUWEN if asked.completed else Status.WACHT_OP


__all__ = [
    "ANSWERED",
    "Answer",
    "Asked",
    "Exceptional",
    "Missing",
    "Parent",
    "Standing",
    "Status",
    "age_on",
    "narrowed",
    "standing",
]
