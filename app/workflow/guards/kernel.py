"""What every guard shares: reasons, parameters, the register of guards, and who stands for the family."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.actors import Category, OrganisationKind, Role
from app.domain.consent import Missing
from app.domain.policy import Action, may_at_all
from app.workflow.facts import Facts
from app.workflow.model import AssessmentKind, Json, MeetingKind, NoteKind, ParamValue, PlanKind, Route


@dataclass(frozen=True, slots=True)
class Operation:
    """The API operation that takes a reason away, with the part of its body that is already certain.

    `choices`: for a field that is left to whoever does it, the values that help.
    """

    action: str
    fields: Mapping[str, Json] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a transition can't be made now, who can change that, and how.

    `category` is what the reason itself tells about, so that a caller who may not know it is not told.
    `operation` is None where another transition, or time, must come first.
    """

    code: str
    nl: str
    en: str
    resolvers: tuple[Role, ...]
    operation: Operation | None = None
    category: Category = Category.PROCES


@dataclass(frozen=True, slots=True)
class Params:
    """What a route file gives to a guard, looked up in the words of that route."""

    values: Mapping[str, ParamValue]
    route: Route

    def text(self, name: str) -> str:
        """A single word; empty when it was left out."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of words; empty when it was left out."""
        value = self.values.get(name, ())
        return value if isinstance(value, tuple) else ()

    def flag(self, name: str) -> bool:
        """Whether something is switched on."""
        return self.values.get(name) is True

    def roles(self, name: str) -> tuple[Role, ...]:
        """A list of actors."""
        return tuple(Role(code) for code in self.texts(name))

    def organisation_kind(self, name: str) -> OrganisationKind:
        """A kind of organisation."""
        return OrganisationKind(self.text(name))

    def assessment(self, name: str = "kind") -> AssessmentKind:
        """A kind of assessment of this route."""
        return self.route.assessments[self.text(name)]

    def note(self, name: str = "kind") -> NoteKind:
        """A kind of note of this route."""
        return self.route.notes[self.text(name)]

    def meeting(self) -> MeetingKind:
        """A kind of meeting of this route."""
        return self.route.meetings[self.text("kind")]

    def plan(self) -> PlanKind:
        """A kind of plan of this route."""
        return self.route.plans[self.text("kind")]


class Takes(StrEnum):
    """What the value of a guard's parameter must be; the loader checks it against the route."""

    ASSESSMENT = "a kind of assessment"
    ASSESSMENTS = "a list of kinds of assessment"
    QUESTION = "a kind of assessment that sets leervraag or leefvraag"
    OUTCOMES = "a list of outcomes of the assessment named by `kind`"
    WHEN_OUTCOMES = "a list of outcomes of the assessment named by `when`"
    UNLESS_OUTCOMES = "a list of outcomes of the assessment named by `unless`"
    NOTE = "a kind of note"
    MEETING = "a kind of meeting"
    MEETINGS = "a list of kinds of meeting"
    PLAN = "a kind of plan"
    PARTIES = "a list of parties"
    ROLES = "a list of roles"
    FUNCTION = "a function in the case"
    ORGANISATION = "a kind of organisation"
    LEVELS = "a list of levels"
    DOMAINS = "a list of domains of goals"
    SECTORS = "a list of sectors"
    EVALUATIONS = "a list of outcomes of an evaluation"
    ESCALATIONS = "a list of kinds of escalation"
    ADDRESSEE = "an addressee of escalations"
    FLAG = "true or false"


FUNCTIONS = ("casemanager", "contactpersoon", "regiehouder")
GOAL_DOMAINS = ("onderwijs", "zorg")
SECTORS = ("po", "vo")
EVALUATION_OUTCOMES = ("bijstellen", "opschalen", "afschalen", "afsluiten")

Check = Callable[[Facts, Params], list[Reason]]


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard with the parameters it must and may be given."""

    check: Check
    required: Mapping[str, Takes]
    optional: Mapping[str, Takes]


GUARDS: dict[str, Guard] = {}


def guard(optional: Mapping[str, Takes] | None = None, **required: Takes) -> Callable[[Check], Check]:
    """Make a function known to route files under its own name."""

    def enter(check: Check) -> Check:
        GUARDS[check.__name__] = Guard(check, required, optional or {})
        return check

    return enter


PARENTS = (Role.OUDER, Role.WETTELIJK_VERTEGENWOORDIGER)


def who_may(action: Action) -> tuple[Role, ...]:
    """Whom the policy table lets do this at all; whether for this case is decided when they do."""
    return tuple(role for role in Role if may_at_all((role,), action))


def operation_with(action: str, fields: Mapping[str, Json], name: str, helpful: tuple[str, ...]) -> Operation:
    """An operation with one more field: certain where one value helps, a choice where several do."""
    if len(helpful) == 1:
        return Operation(action, {**fields, name: helpful[0]})
    return Operation(action, fields, {name: helpful})


_ANSWERED_NO = frozenset({Missing.REFUSED, Missing.WITHDRAWN})


def refused(facts: Facts, recipient: OrganisationKind) -> bool:
    """The family was asked and said no, took its consent back, or let the last day go by without a yes from all.

    What was given in full and ran out is no refusal: it is asked anew.
    """
    consent = facts.consent(recipient)
    return consent is not None and not consent.in_force and (consent.code in _ANSWERED_NO or consent.lapsed)


def family(facts: Facts, route: Route) -> tuple[str, ...]:
    """Who of the family has a say: the parents, with the youth from 12, the youth alone from 16 (`Route.consent`)."""
    if facts.age is None or facts.age < route.consent.youth_from:
        return ("ouder",)
    return ("ouder", "jeugdige") if facts.age < route.consent.youth_alone_from else ("jeugdige",)


def family_roles(members: Iterable[str]) -> tuple[Role, ...]:
    """The roles of these members of the family: ouder, jeugdige, wettelijk_vertegenwoordiger."""
    roles: tuple[Role, ...] = ()
    for member in members:
        roles += PARENTS if member == "ouder" else (Role(member),)
    return tuple(dict.fromkeys(roles))


RECIPIENTS = {
    OrganisationKind.SCHOOL: ("de school", "the school"),
    OrganisationKind.SCHOOLBESTUUR: ("het schoolbestuur", "the school board"),
    OrganisationKind.SAMENWERKINGSVERBAND: ("het samenwerkingsverband", "the samenwerkingsverband"),
    OrganisationKind.GEMEENTE: ("de gemeente", "the municipality"),
    OrganisationKind.SOCIAAL_TEAM: ("het sociaal team", "the sociaal team"),
    OrganisationKind.LEERPLICHT: ("leerplicht", "leerplicht"),
    OrganisationKind.JGZ: ("de jeugdgezondheidszorg", "youth health care"),
    OrganisationKind.JEUGDHULPAANBIEDER: ("de jeugdhulpaanbieder", "the jeugdhulp provider"),
    OrganisationKind.STAGNATIEPUNT: ("het stagnatiepunt", "the stagnatiepunt"),
    OrganisationKind.GECERTIFICEERDE_INSTELLING: ("de gecertificeerde instelling", "the gecertificeerde instelling"),
    OrganisationKind.EXPERTPOOL: ("de expertpool", "the expertpool"),
    OrganisationKind.EXPERTTEAM: ("het expertteam", "the expertteam"),
    OrganisationKind.OVERIG: ("deze organisatie", "this organisation"),
}


def birth_date_missing() -> Reason:
    """Nobody can be asked anything before it is known how old the child is."""
    return Reason(
        "geboortedatum_onbekend",
        "Leg eerst de geboortedatum vast: die bepaalt wie er meebeslist.",
        "First record the date of birth: it decides who has a say.",
        who_may(Action.YOUNG_PERSON_UPDATE),
        Operation("young-person.update"),
    )


def excused(facts: Facts, route: Route, party: str) -> bool:
    """A party that can't take part: there is no school, or the family said no to sharing with it."""
    kinds = route.parties[party].organisation_kinds
    if OrganisationKind.SCHOOL in kinds and not facts.school_known:
        return True
    return bool(kinds) and not facts.involves(*kinds) and all(refused(facts, kind) for kind in kinds)
