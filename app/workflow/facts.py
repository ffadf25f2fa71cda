"""What is true of a case at this moment, as far as a route's conditions ask: gathered in one statement, under lock."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from app.domain.actors import OrganisationKind, Role


@dataclass(frozen=True, slots=True)
class Signal:
    """A first or later sign that a child may need more support."""

    given_by: str  # jeugdige | ouder | professional
    kind: str  # leervraag | leefvraag | beide | onbekend
    author_role: Role
    safety: bool  # talking with the parents first could endanger the child


@dataclass(frozen=True, slots=True)
class Note:
    """A recorded conversation: when, with whom, what, agreements."""

    kind: str
    author_role: Role
    with_whom: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Research, a judgement, a registration check, an intake part: its latest outcome a kind."""

    kind: str
    author_role: Role
    outcome: str
    reason: str | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentFact:
    """The standing of the consents towards one kind of organisation, today."""

    recipient: OrganisationKind
    in_force: bool
    # Who must still answer or refused: "ouder", "jeugdige"; empty when in force. Never a name.
    missing: tuple[str, ...]
    # toestemming_ontbreekt | toestemming_onvolledig | toestemming_geweigerd | toestemming_ingetrokken |
    # toestemming_verlopen | gezag_onbekend | geboortedatum_onbekend
    code: str | None
    # The last day went by before everybody who was asked had said yes.
    lapsed: bool = False


@dataclass(frozen=True, slots=True)
class Party:
    """An active involvement in the case."""

    organisation_kind: OrganisationKind
    role: Role | None  # None: the organisation as such
    functions: frozenset[str]  # casemanager | contactpersoon | regiehouder
    named: bool  # a worker by name, not an organisation's role


@dataclass(frozen=True, slots=True)
class MeetingFact:
    """A meeting, planned or held. Parties: school, gemeente, jgz, ouder, jeugdige, swv, leerplicht, overig."""

    kind: str
    held: bool
    invited: frozenset[str]
    present: frozenset[str]
    absent_with_reason: frozenset[str]


@dataclass(frozen=True, slots=True)
class PlanFact:
    """The newest version of a plan."""

    kind: str
    in_force: bool
    perspective: bool  # toekomstperspectief is written
    goal_domains: frozenset[str]  # onderwijs | zorg
    unmeasured_goals: int  # goals without indicator or target date
    goals_without_action: int  # goals without an action that has an owner and a due date
    evaluation_date: date | None
    regie: str | None  # onderwijs | casemanager
    approved_by: frozenset[str]  # school | gemeente | jgz | ouder | jeugdige
    # Outcome of the latest evaluation since the plan came in force, and who was there with which function.
    evaluation: str | None  # bijstellen | opschalen | afschalen | afsluiten
    evaluation_parties: frozenset[str]


@dataclass(frozen=True, slots=True)
class EscalationFact:
    """A stagnation, impasse, missing place or unsafety that was raised."""

    kind: str  # stagnatie | impasse | geen_passende_plek | onveiligheid
    addressed_to: str  # stagnatiepunt | samenwerkingsverband
    resolved: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the conditions of a route may look at."""

    route: str
    version: int
    step: str
    age: int | None  # whole years today; None when the birth date is not known
    school_known: bool  # the child is enrolled at a school in the register
    deelverband_known: bool
    leervraag: str | None  # geen | enkelvoudig | meervoudig | multiproblematiek; None: not yet classified
    leefvraag: str | None
    problem_class: str | None  # enkelvoudig | meervoudig | multiproblematiek
    regie: str | None  # onderwijs | casemanager; None: not set
    step_since: date | None  # the day on which the case came to this step
    explanation: str | None  # of the transition that is asked for; None while looking ahead
    signals: tuple[Signal, ...] = ()
    # Every signal of the case was given by the very person who asks now, and recorded by him or her.
    only_own_signals: bool = False
    notes: tuple[Note, ...] = ()
    # The latest of each kind since the case was (re)opened.
    assessments: dict[str, Assessment] = field(default_factory=dict)
    consents: dict[OrganisationKind, ConsentFact] = field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    meetings: tuple[MeetingFact, ...] = ()
    plan: PlanFact | None = None
    escalations: tuple[EscalationFact, ...] = ()

    @property
    def outcomes(self) -> dict[str, str]:
        """The latest outcome of each kind of assessment."""
        return {kind: assessment.outcome for kind, assessment in self.assessments.items()}


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a transition: the roles of the token that reach this case, and his or her functions in it."""

    person_id: UUID
    roles: frozenset[Role]
    functions: frozenset[str] = frozenset()
