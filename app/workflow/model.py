"""A support route as data: what a region writes in its file, read and checked once, and never changed after that."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.actors import Category, OrganisationKind, Role
from app.domain.regie import ProblemClass, Regie, RegieTable, holder

ParamValue = str | bool | tuple[str, ...]
Json = str | list[str]


@dataclass(frozen=True, slots=True)
class Text:
    """A text for people: Dutch first, English on request."""

    nl: str
    en: str


class Status(StrEnum):
    """Where a version stands: only one that is in force takes new cases; a case stays on its version."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"


class Ground(StrEnum):
    """On what a party may take part in a case."""

    TOESTEMMING = "toestemming"  # ends at once with the consent
    ONDERWIJSTAAK = "onderwijstaak"  # the school of the child, and whom it calls in for its own task
    WETTELIJKE_TAAK_LEERPLICHT = "wettelijke_taak_leerplicht"
    SWV_TAAK = "swv_taak"
    PROCESBEWAKING = "procesbewaking"  # sees the process, never the content
    JEUGDWET_TOEGANG = "jeugdwet_toegang"  # the municipality's own task, after a melding made with consent


# Taking part on these grounds begins with a consent that is in force at that moment.
GROUNDS_FROM_CONSENT = frozenset({Ground.TOESTEMMING, Ground.JEUGDWET_TOEGANG})


class Effect(StrEnum):
    """What a transition changes beside the step; who performs transitions carries these out in the same transaction."""

    REGIE_BY_TABLE = "regie_by_table"  # the side that `Route.regie_for` answers
    REGIE_BY_PLAN = "regie_by_plan"  # the side written in the plan, which may differ from the table with a reason
    REGIE_ONDERWIJS = "regie_onderwijs"  # the school goes on alone, whatever else was classified
    REGIE_ENDS = "regie_ends"
    PUT_PLAN_IN_FORCE = "put_plan_in_force"
    # A new version of the plan, if there is one: not in force, without approvals and evaluation.
    REVISE_PLAN = "revise_plan"
    CLOSE_CASE = "close_case"
    # Assessments, classifications and regie start anew; what was recorded before stays readable in the dossier.
    REOPEN_CASE = "reopen_case"


@dataclass(frozen=True, slots=True)
class Term:
    """How long a step may wait before somebody must look at it again."""

    amount: int
    unit: str  # schooldag | werkdag | kalenderdag | week | maand
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """A place on the route."""

    key: str
    title: Text
    purpose: Text
    end: bool
    term: Term | None
    source: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A reviewed guard by name, with what it is asked about."""

    name: str
    params: Mapping[str, ParamValue]
    source: str


@dataclass(frozen=True, slots=True)
class Involve:
    """Who becomes a participant by a transition: these roles of the organisation of this kind, on this ground."""

    organisation_kind: OrganisationKind
    roles: tuple[Role, ...]
    ground: Ground
    source: str


@dataclass(frozen=True, slots=True)
class Transition:
    """A named change of step that some actors may make when every condition is met."""

    key: str
    title: Text
    origins: tuple[str, ...]
    destination: str | None  # None: the case stays in the step where it is
    roles: tuple[Role, ...]
    functions: tuple[str, ...]  # any of these in this case, beside one of the roles; empty: none is asked
    conditions: tuple[Condition, ...]
    involve: tuple[Involve, ...]
    release: tuple[OrganisationKind, ...]
    effects: tuple[Effect, ...]
    requires_explanation: bool
    source: str

    def target(self, step: str) -> str:
        """The step after this transition, made from `step`."""
        return self.destination or step


@dataclass(frozen=True, slots=True)
class Outcome:
    """One of the answers an assessment may have."""

    code: str
    title: Text


@dataclass(frozen=True, slots=True)
class AssessmentKind:
    """Something professionals judge and record: research, a registration check, a decision."""

    key: str
    title: Text
    category: Category
    roles: tuple[Role, ...]
    outcomes: tuple[Outcome, ...]
    needs_reason: frozenset[str]  # outcomes that say nothing without one
    sets: str | None  # leervraag | leefvraag | problem_class: the outcome becomes this classification of the case
    # Not to be recorded once the other kind was: whoever owns the question has spoken.
    yields_to: str | None
    source: str


@dataclass(frozen=True, slots=True)
class NoteKind:
    """A conversation that the route asks for; one of `with_whom` must have been there (empty: anybody)."""

    key: str
    title: Text
    category: Category
    roles: tuple[Role, ...]
    with_whom: frozenset[Role]
    source: str


@dataclass(frozen=True, slots=True)
class PartyKind:
    """A side at the table of a meeting or a plan: which organisations it comes from and who speaks for it."""

    key: str
    title: Text
    organisation_kinds: tuple[OrganisationKind, ...]
    roles: tuple[Role, ...]
    source: str


@dataclass(frozen=True, slots=True)
class MeetingKind:
    """A meeting about one child: who convenes, who must be there or absent with a reason, is the family invited."""

    key: str
    title: Text
    roles: tuple[Role, ...]
    required: tuple[str, ...]
    family_invited: bool
    source: str


@dataclass(frozen=True, slots=True)
class PlanKind:
    """A plan: who may write and evaluate it."""

    key: str
    title: Text
    roles: tuple[Role, ...]
    source: str


@dataclass(frozen=True, slots=True)
class EscalationKind:
    """What may be raised, by whom, and who is called in by that alone (nobody when a transition does so)."""

    kinds: tuple[str, ...]
    addressed_to: str
    title: Text
    roles: tuple[Role, ...]
    involve: tuple[Involve, ...]
    source: str


@dataclass(frozen=True, slots=True)
class ConsentRule:
    """From which age the route asks the youth; a route may ask more than the statute, never less."""

    youth_from: int
    youth_alone_from: int
    source: str


@dataclass(frozen=True, slots=True)
class BeforeTable:
    """An outcome by which one side holds the regie, whatever the table says (001:145, unsafety)."""

    assessment: str
    outcomes: frozenset[str]
    holder: Regie
    source: str


@dataclass(frozen=True, slots=True)
class RegieRule:
    """The regie table, what goes before it, the problem classes that count as complex, and the roles of each side."""

    table: RegieTable
    before_table: tuple[BeforeTable, ...]
    complex_classes: frozenset[str]
    holders: Mapping[Regie, tuple[Role, ...]]
    source: str


@dataclass(frozen=True, slots=True)
class Route:
    """One version of one region's support route."""

    key: str
    version: int
    title: Text
    status: Status
    start: str
    sources: Mapping[str, str]
    steps: Mapping[str, Step]
    transitions: Mapping[str, Transition]
    assessments: Mapping[str, AssessmentKind]
    notes: Mapping[str, NoteKind]
    parties: Mapping[str, PartyKind]
    meetings: Mapping[str, MeetingKind]
    plans: Mapping[str, PlanKind]
    escalations: tuple[EscalationKind, ...]
    consent: ConsentRule
    regie: RegieRule

    def regie_for(self, leervraag: str | None, leefvraag: str | None, found: Mapping[str, str]) -> Regie | None:
        """Which side holds the procesregie by this route's table, or by what goes before it; None: nobody.

        `found`: the latest outcome of each kind of assessment. A question that nobody classified counts as not there:
        whoever owns it takes no part in the case.

        Raises:
            ValueError: one of the questions is no `ProblemClass`.
        """
        for first in self.regie.before_table:
            if found.get(first.assessment) in first.outcomes:
                return first.holder
        return holder(
            self.regie.table,
            leervraag=leervraag or ProblemClass.GEEN,
            leefvraag=leefvraag or ProblemClass.GEEN,
            complex_classes=self.regie.complex_classes,
        )
