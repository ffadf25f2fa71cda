"""What is true of a case at this moment, as far as a route's conditions ask: gathered in one statement, under lock."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from app.domain.actors import OrganisationKind, Role
from app.domain.consent import ANSWERED, Missing


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
    fresh: bool = True  # recorded since the case came to the step where it is


@dataclass(frozen=True, slots=True)
class Assessment:
    """Research, a judgement, a registration check, an intake part: its latest outcome a kind."""

    kind: str
    author_role: Role
    outcome: str
    reason: str | None
    recorded_at: datetime
    fresh: bool = True  # recorded since the case came to the step where it is


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
    """A meeting, planned or held. Parties: ouder, jeugdige, and those of the route."""

    kind: str
    held: bool
    invited: frozenset[str]
    present: frozenset[str]
    absent_with_reason: frozenset[str]
    answered: frozenset[str] = frozenset()  # items of its checklist


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
    regie: str | None  # a side of the route
    approved_by: frozenset[str]  # ouder | jeugdige, and parties of the route
    # Outcome of the latest evaluation since the plan came in force, and who was there with which function.
    evaluation: str | None  # bijstellen | opschalen | afschalen | afsluiten
    evaluation_parties: frozenset[str]


@dataclass(frozen=True, slots=True)
class EscalationFact:
    """A stagnation, impasse, missing place … that was raised, in the words of the route."""

    kind: str
    addressed_to: str
    resolved: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the conditions of a route may look at.

    A condition asks by the plain fields above `signals` and by the methods, never by the collections: so the proof of a
    route can put the same questions to facts that are not settled yet.
    """

    route: str
    version: int
    step: str
    age: int | None  # whole years today; None when the birth date is not known
    school_known: bool  # the child is enrolled at a school in the register
    deelverband_known: bool
    leervraag: str | None  # geen | enkelvoudig | meervoudig | multiproblematiek; None: not yet classified
    leefvraag: str | None
    problem_class: str | None  # enkelvoudig | meervoudig | multiproblematiek
    regie: str | None  # a side of the route; None: not set
    step_since: date | None  # the day on which the case came to this step
    explanation: str | None  # of the transition that is asked for; None while looking ahead
    sector: str | None = None  # po | vo, of the school; None: no school, or its sector is not known
    # Every signal of the case was given by the very person who asks now, and recorded by him or her.
    only_own_signals: bool = False
    signals: tuple[Signal, ...] = ()
    notes: tuple[Note, ...] = ()
    # The latest of each kind since the case was (re)opened.
    assessments: dict[str, Assessment] = field(default_factory=dict)
    consents: dict[OrganisationKind, ConsentFact] = field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    meetings: tuple[MeetingFact, ...] = ()
    # The newest version of each kind of plan, the newest of all last.
    plans: dict[str, PlanFact] = field(default_factory=dict)
    escalations: tuple[EscalationFact, ...] = ()

    @property
    def plan(self) -> PlanFact | None:
        """The plan that was written last."""
        return next(reversed(self.plans.values()), None)

    @property
    def outcomes(self) -> dict[str, str]:
        """The latest outcome of each kind of assessment."""
        return {kind: assessment.outcome for kind, assessment in self.assessments.items()}

    # --- What a condition may ask ---

    def first_signal(self) -> Signal | None:
        """With what the case began."""
        return self.signals[0] if self.signals else None

    def safety_at_stake(self) -> bool:
        """Somebody signalled that talking with the parents could endanger the child."""
        return any(signal.safety for signal in self.signals)

    def signalled(self, kinds: Collection[str]) -> bool:
        """A signal of one of these kinds was given: leervraag, leefvraag, beide, onbekend."""
        return any(signal.kind in kinds for signal in self.signals)

    def assessment(self, kind: str) -> Assessment | None:
        """The latest assessment of a kind in this round."""
        return self.assessments.get(kind)

    def talked(
        self,
        kind: str,
        roles: Collection[Role],
        whom: frozenset[str],
        everyone: frozenset[frozenset[str]] = frozenset(),
        *,
        fresh: bool = False,
    ) -> bool:
        """One of these roles recorded a talk of this kind.

        It was held with one of `whom` (empty: with anybody) and with one of each group of `everyone`; whoever recorded
        it was there too. `fresh`: it was recorded since the case came to this step.
        """
        return any(
            note.kind == kind
            and note.author_role in roles
            and (not whom or not whom.isdisjoint(note.with_whom))
            and all(not group.isdisjoint((*note.with_whom, note.author_role)) for group in everyone)
            and (note.fresh or not fresh)
            for note in self.notes
        )

    def without_answers(self) -> "Facts":
        """For who sees the process alone: that a consent holds or waits, never who said what, nor that one said no."""
        unsaid = {
            kind: replace(each, missing=(), code=Missing.NOT_ANSWERED.value, lapsed=False)
            if each.code in ANSWERED
            else replace(each, lapsed=False)
            for kind, each in self.consents.items()
        }
        return replace(self, consents=unsaid)

    def consent(self, recipient: OrganisationKind) -> ConsentFact | None:
        """The standing of the consents towards this kind of organisation; None: nobody was ever asked."""
        return self.consents.get(recipient)

    def involves(self, *kinds: OrganisationKind) -> bool:
        """An organisation of one of these kinds takes part."""
        return any(party.organisation_kind in kinds for party in self.parties)

    def roles_of(self, kind: OrganisationKind) -> tuple[Role, ...]:
        """The roles in which organisations of this kind take part."""
        found = (party.role for party in self.parties if party.organisation_kind is kind)
        return tuple(dict.fromkeys(role for role in found if role is not None))

    def has_named(self, roles: Collection[Role], function: str = "") -> bool:
        """A worker with one of these roles takes part by name, with this function where one is asked."""
        return any(
            party.named and party.role in roles and (not function or function in party.functions)
            for party in self.parties
        )

    def meetings_of(self, kind: str) -> tuple[MeetingFact, ...]:
        """The meetings of a kind in this round, the oldest first."""
        return tuple(meeting for meeting in self.meetings if meeting.kind == kind)

    def plan_of(self, kind: str) -> PlanFact | None:
        """The newest version of a kind of plan in this round."""
        return self.plans.get(kind)

    def escalation_open(self, kinds: Collection[str], addressed_to: str) -> bool:
        """One of these was raised with this addressee and is not resolved."""
        return any(
            each.kind in kinds and each.addressed_to == addressed_to and not each.resolved for each in self.escalations
        )


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a transition: the roles of the token that reach this case, and his or her functions in it."""

    person_id: UUID
    roles: frozenset[Role]
    functions: frozenset[str] = frozenset()
