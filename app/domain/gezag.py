"""Who decides about sharing what is known of a child: from birth date, day, gezag and rule set, and nothing else.

Pure: no clock, no database, no framework. The worked cases of `docs/who-decides.md` run against `who_decides`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from app.domain.actors import OrganisationKind
from app.domain.rule_sets import Exception1215, RuleSet


class GezagKind(StrEnum):
    """The relations that the BRP tells (BW1 245, 253sa, 253t, 280), and what is known of each person by itself."""

    EENHOOFDIG = "eenhoofdig_ouderlijk_gezag"
    TWEEHOOFDIG = "tweehoofdig_ouderlijk_gezag"
    GEZAMENLIJK = "gezamenlijk_gezag"  # a parent with somebody who is no parent
    VOOGDIJ = "voogdij"  # one person, two, or an organisation
    TIJDELIJK_GEEN = "tijdelijk_geen_gezag"
    NIET_TE_BEPALEN = "niet_te_bepalen"
    PER_PERSOON = "per_persoon"  # no relation was looked up: what was found of each person counts


class Evidence(StrEnum):
    """From what it appears."""

    GEZAGSREGISTER = "gezagsregister"
    BRP = "brp"
    VERKLARING = "verklaring"
    GEEN = "geen"


class Unclear(StrEnum):
    """Why it cannot be said who decides; what mends it stands in `MENDS`."""

    BIRTH_DATE = "geboortedatum_onbekend"
    UNKNOWN = "gezag_onbekend"
    TEMPORARILY_NONE = "gezag_tijdelijk_geen"
    NOT_DETERMINABLE = "gezag_niet_te_bepalen"
    CONTRADICTORY = "gezag_tegenstrijdig"
    OUT_OF_DATE = "gezag_verlopen"
    NO_REPRESENTATIVE = "vertegenwoordiger_onbekend"


MENDS: dict[Unclear, tuple[str, str]] = {
    Unclear.BIRTH_DATE: ("Leg eerst de geboortedatum vast.", "First record the birth date."),
    Unclear.UNKNOWN: ("Leg eerst vast wie het gezag heeft.", "First record who holds the gezag."),
    Unclear.TEMPORARILY_NONE: (
        "Er is nu niemand met gezag. De rechtbank voorziet daarin; leg de nieuwe voogd of ouder vast zodra die er is.",
        "Nobody has gezag now. The court provides for it; record the new guardian or parent as soon as there is one.",
    ),
    Unclear.NOT_DETERMINABLE: (
        "Het register kan niet zeggen wie het gezag heeft. Vraag de uitspraak of akte op en leg vast wat daarin staat.",
        "The register cannot say who has gezag. Ask for the judgment or deed, and record what it says.",
    ),
    Unclear.CONTRADICTORY: (
        "Wat over het gezag is vastgelegd spreekt elkaar tegen. Zoek het op in het register en leg het opnieuw vast.",
        "What is recorded about the gezag contradicts itself. Look it up in the register and record it anew.",
    ),
    Unclear.OUT_OF_DATE: (
        "Het gezag is vastgelegd voor een andere periode. Zoek op wie het nu heeft en leg dat vast.",
        "The gezag was recorded for another period. Look up who has it now, and record that.",
    ),
    Unclear.NO_REPRESENTATIVE: (
        "Leg eerst vast wie de curator of mentor is.",
        "First record who the curator or mentor is.",
    ),
}


class Capacity(StrEnum):
    """As what somebody decides."""

    JEUGDIGE = "jeugdige"
    GEZAG = "gezag"
    VOOGD = "voogd"
    VERTEGENWOORDIGER = "vertegenwoordiger"  # curator or mentor of an adult


class ParentsAt1617(StrEnum):
    """What a route does with the parents of who is 16 or 17: the law says neither asked nor informed."""

    NEITHER = "neither"
    INFORMED = "informed"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class GezagRelation:
    """Who has gezag over one child, from when until when, and from what that appears.

    Attributes:
        holders: the persons, or the organisation, that have it.
        unknown: of whom it is not known whether they have it.
    """

    kind: GezagKind
    holders: frozenset[UUID]
    start: date
    end: date | None = None
    evidence: Evidence = Evidence.GEEN
    checked_on: date | None = None
    unknown: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class RouteAsks:
    """What a route asks above the rule set; it can ask more, and what would be less counts for nothing."""

    youth_from: int | None = None
    parents_until: int | None = None
    inform_parents: bool = False

    @classmethod
    def of(cls, youth_from: int, youth_alone_from: int, parents: ParentsAt1617, rules: RuleSet) -> "RouteAsks":
        """From the words of a route file."""
        until = rules.adult_from if parents is ParentsAt1617.REQUIRED else youth_alone_from
        return cls(youth_from, until, parents is ParentsAt1617.INFORMED)


@dataclass(frozen=True, slots=True, order=True)
class Giver:
    """Somebody whose yes is needed."""

    person: UUID
    capacity: Capacity


@dataclass(frozen=True, slots=True)
class Decision:
    """Whose yes is needed and who is told, under which rule set; or why that cannot be said."""

    rule_set: str
    givers: tuple[Giver, ...] = ()
    inform: tuple[UUID, ...] = ()
    unclear: Unclear | None = None


def age_on(birth_date: date, day: date) -> int:
    """Whole years on that day. Born on 29 February: a year older on 1 March, as PostgreSQL's `age` counts too."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def who_decides(
    birth_date: date | None,
    day: date,
    gezag: Iterable[GezagRelation],
    rules: RuleSet,
    *,
    youth: UUID,
    towards: Collection[OrganisationKind] = (),
    route: RouteAsks | None = None,
    exception: Exception1215 | None = None,
    able: bool = True,
    representatives: Iterable[UUID] = (),
) -> Decision:
    """Whose yes is needed on a day to share with these kinds of organisation.

    Under 12 everybody with gezag; from 12 to 15 the youth as well; from 16 the youth alone, and from 18 so for good
    (see the lines of the rule set for the law). A route may ask the youth earlier, or the parents until 18.

    Args:
        birth_date: unknown opens nothing.
        day: the day of the use, never that of the asking.
        gezag: the relations that were found; those of other days do not count.
        rules: the rule set that holds.
        youth: the one it is about.
        towards: the recipients; an exception holds only when all are of jeugdhulp or youth health care.
        route: what the route asks above the rules.
        exception: why, from 12 to 15, the youth's yes is enough.
        able: the youth can weigh his or her own interests in this.
        representatives: curators and mentors of who is of age.
    """
    asks, found = route or RouteAsks(), list(gezag)
    if birth_date is None:
        return Decision(rules.code, unclear=Unclear.BIRTH_DATE)
    age = age_on(birth_date, day)
    if age >= rules.adult_from:
        return _of_age(rules, youth, able=able, representatives=representatives)
    youth_from = min(rules.youth_from, rules.youth_from if asks.youth_from is None else asks.youth_from)
    parents_until = max(rules.youth_alone_from, asks.parents_until or 0)
    excepted = (
        exception is not None
        and able
        and rules.youth_from <= age < rules.youth_alone_from
        and bool(towards)
        and rules.exception_recipients.issuperset(towards)
    )
    own = [Giver(youth, Capacity.JEUGDIGE)] if able and age >= youth_from else []
    with_parents = not excepted and (age < parents_until or not able)
    if not with_parents:
        told = holders_on(day, found) if asks.inform_parents and not excepted else None
        inform = sorted(told) if isinstance(told, frozenset) else []
        return Decision(rules.code, tuple(own), tuple(inform))
    holders = holders_on(day, found)
    if isinstance(holders, Unclear):
        return Decision(rules.code, unclear=holders)
    guarded = any(relation.kind is GezagKind.VOOGDIJ and _holds(relation, day) for relation in found)
    capacity = Capacity.VOOGD if guarded else Capacity.GEZAG
    return Decision(rules.code, tuple(sorted((*own, *(Giver(person, capacity) for person in holders)))))


def _of_age(rules: RuleSet, youth: UUID, *, able: bool, representatives: Iterable[UUID]) -> Decision:
    if able:
        return Decision(rules.code, (Giver(youth, Capacity.JEUGDIGE),))
    givers = tuple(Giver(person, Capacity.VERTEGENWOORDIGER) for person in sorted(set(representatives)))
    return Decision(rules.code, givers, unclear=None if givers else Unclear.NO_REPRESENTATIVE)


def _holds(relation: GezagRelation, day: date) -> bool:
    return relation.start <= day and (relation.end is None or day <= relation.end)


def holders_on(day: date, gezag: Iterable[GezagRelation]) -> frozenset[UUID] | Unclear:
    """Who has gezag on a day, or why that is not known. One person in two relations is one holder."""
    found = list(gezag)
    of_today = [relation for relation in found if _holds(relation, day)]
    if not of_today:
        return Unclear.OUT_OF_DATE if found else Unclear.UNKNOWN
    for relation in of_today:
        if unclear := _unclear(relation):
            return unclear
    if len({relation.holders for relation in of_today}) > 1:
        return Unclear.CONTRADICTORY
    return of_today[0].holders


# How many can have gezag in each relation: a second parent who is not recorded cannot be left out unseen.
_HOLDERS: dict[GezagKind, range] = {
    GezagKind.EENHOOFDIG: range(1, 2),
    GezagKind.TWEEHOOFDIG: range(2, 3),
    GezagKind.GEZAMENLIJK: range(2, 3),
    GezagKind.VOOGDIJ: range(1, 3),
}


def _unclear(relation: GezagRelation) -> Unclear | None:
    if relation.kind is GezagKind.NIET_TE_BEPALEN:
        return Unclear.NOT_DETERMINABLE
    if relation.kind is GezagKind.TIJDELIJK_GEEN:
        return Unclear.TEMPORARILY_NONE
    if relation.kind is GezagKind.PER_PERSOON:
        # Each person's own evidence was asked for when he or she was recorded.
        return Unclear.UNKNOWN if relation.unknown or not relation.holders else None
    if relation.evidence is Evidence.GEEN or relation.checked_on is None or relation.unknown:
        return Unclear.UNKNOWN
    return None if len(relation.holders) in _HOLDERS[relation.kind] else Unclear.CONTRADICTORY


# Who stands for an adult who cannot weigh own interests (BW1 378, 450): appointed by the court, no gezag.
REPRESENTS_ADULT = frozenset({"curator", "mentor"})


@dataclass(frozen=True, slots=True)
class Parent:
    """A guardian of today: gezag is ja, nee or onbekend; in conflict nobody speaks for the other."""

    person_id: UUID
    gezag: str
    conflict: bool = False
    relation: str = "ouder"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked up last about the gezag over a child as a whole; its holders are told person by person."""

    kind: GezagKind
    start: date
    end: date | None = None
    organisation: UUID | None = None  # which has the voogdij
    evidence: Evidence = Evidence.GEZAGSREGISTER
    checked_on: date | None = None


def relation_of(parents: Iterable[Parent], finding: Finding | None) -> GezagRelation:
    """The relation as it is kept: what was found of each person, with what was looked up of the whole."""
    guardians = [parent for parent in parents if parent.relation not in REPRESENTS_ADULT]
    holders = frozenset(parent.person_id for parent in guardians if parent.gezag == "ja")
    unknown = frozenset(parent.person_id for parent in guardians if parent.gezag == "onbekend")
    if finding is None:
        return GezagRelation(GezagKind.PER_PERSOON, holders, date.min, unknown=unknown)
    if finding.organisation is not None:
        holders |= {finding.organisation}
    return GezagRelation(
        finding.kind, holders, finding.start, finding.end, finding.evidence, finding.checked_on, unknown
    )


def may_answer(
    birth_date: date | None,
    day: date,
    parents: Iterable[Parent],
    finding: Finding | None,
    rules: RuleSet,
    *,
    youth: UUID,
    route: RouteAsks | None = None,
    able: bool = True,
) -> dict[UUID, Capacity]:
    """Who can say something that counts today, or as soon as the gezag is clear; and as what."""
    asks, known = route or RouteAsks(), list(parents)
    age = None if birth_date is None else age_on(birth_date, day)
    relation = relation_of(known, finding)
    guarded = finding is not None and finding.kind is GezagKind.VOOGDIJ
    circle: dict[UUID, Capacity] = {}
    if age is None or (
        age < rules.adult_from and (not able or age < max(rules.youth_alone_from, asks.parents_until or 0))
    ):
        capacity = Capacity.VOOGD if guarded else Capacity.GEZAG
        circle |= dict.fromkeys((*relation.holders, *relation.unknown), capacity)
    if age is not None and age >= rules.adult_from:
        circle |= {
            parent.person_id: Capacity.VERTEGENWOORDIGER
            for parent in known
            if parent.relation in REPRESENTS_ADULT and parent.gezag == "ja"
        }
    youth_from = min(rules.youth_from, rules.youth_from if asks.youth_from is None else asks.youth_from)
    if age is None or age >= youth_from:
        circle[youth] = Capacity.JEUGDIGE
    return circle
