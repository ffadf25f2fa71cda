"""A support route as data: what a region writes in its file, read and checked once, and never changed after that."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.actors import Category, OrganisationKind, Role
from app.domain.gezag import ParentsAt1617
from app.domain.regie import Level, ProblemClass, Regie, RegieTable

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
    REGIE_BY_REGIEHOUDER = "regie_by_regiehouder"  # the side of the worker who is named regiehouder
    REGIE_ONDERWIJS = "regie_onderwijs"  # the school goes on alone, whatever else was classified
    REGIE_ENDS = "regie_ends"
    PUT_PLAN_IN_FORCE = "put_plan_in_force"
    # A new version of the plan, if there is one: not in force, without approvals and evaluation.
    REVISE_PLAN = "revise_plan"
    CLOSE_CASE = "close_case"
    # Assessments, classifications and regie start anew; what was recorded before stays readable in the dossier.
    REOPEN_CASE = "reopen_case"


class Basis(StrEnum):
    """Why a term is what it is: by law, or by what a region agreed."""

    LAW = "law"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happens in a case: a term begins with it or is met by it.

    `kind`: case (opened) | signal (the first) | step (entered) | transition | assessment | note | meeting (held).
    `key`: which one; empty for case and signal.
    """

    kind: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """How long something may take: from which moment, in which unit, what meets it, what to do when it has passed."""

    key: str
    title: Text
    step: str | None  # the wait that it bounds; None: a term of the case as a whole
    anchor: Moment
    until: tuple[Moment, ...]  # any of these meets it; empty: leaving `step`
    amount: int
    unit: str  # schooldag | werkdag | kalenderdag | week | maand
    hard: bool
    basis: Basis
    remind_before: (
        int  # so many days of the kind of `unit` (weeks and months: calendar days) ahead; 0: on the day alone
    )
    way_on: tuple[str, ...]  # transitions by which a passed term can be answered
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """A place on the route."""

    key: str
    title: Text
    purpose: Text
    end: bool
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
    only_if_involved: bool  # only where an organisation of this kind takes part already
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
    events: tuple[str, ...]  # facts for the outside, beside `case.transitioned`
    source: str

    def target(self, step: str) -> str:
        """The step after this transition, made from `step`."""
        return self.destination or step

    @property
    def plan_kinds(self) -> tuple[str, ...]:
        """The kinds of plan that its conditions ask about: its effects on plans are on these. Empty: on every kind."""
        kinds = (c.params.get("kind") for c in self.conditions if c.name.startswith("plan_"))
        return tuple(dict.fromkeys(kind for kind in kinds if isinstance(kind, str)))


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
    registry: bool  # it records a registration in a signalling registry: the parents are told first
    source: str


@dataclass(frozen=True, slots=True)
class NoteKind:
    """A conversation that the route asks for; one of `with_whom` must have been there (empty: anybody).

    `with_all`: each of these as well: ouders, jeugdige, regie (whoever may hold the regie), as far as they have a say.
    """

    key: str
    title: Text
    category: Category
    roles: tuple[Role, ...]
    with_whom: frozenset[Role]
    with_all: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class PartyKind:
    """A side at the table of a meeting or a plan: which organisations it comes from and who speaks for it."""

    key: str
    title: Text
    organisation_kinds: tuple[OrganisationKind, ...]
    roles: tuple[Role, ...]
    source: str


class Presence(StrEnum):
    """How much a meeting depends on somebody at the table."""

    REQUIRED = "required"  # invited, and present or absent with a reason
    INVITED = "invited"  # must be invited, and may stay away
    WHERE_POSSIBLE = "where_possible"  # to be invited if it can be; it never stands in the way
    ON_CALL = "on_call"  # may be invited when needed


@dataclass(frozen=True, slots=True)
class Invitee:
    """A party at the table, for which pupils: `sectors` (po, vo; empty: all), the youth from `from_age`."""

    party: str
    presence: Presence
    sectors: frozenset[str]
    from_age: int | None
    source: str


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A question to be answered before a meeting is closed; `answer` is ja_nee or tekst."""

    key: str
    question: Text
    answer: str
    source: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """The questions that must be answered before a meeting of a kind is closed."""

    key: str
    title: Text
    items: tuple[ChecklistItem, ...]
    source: str


@dataclass(frozen=True, slots=True)
class MeetingKind:
    """A meeting about one child: who convenes, who is at the table, what it is for, which questions it answers."""

    key: str
    title: Text
    roles: tuple[Role, ...]
    invitees: tuple[Invitee, ...]
    checklist: str | None
    goals: tuple[Text, ...]
    source: str


@dataclass(frozen=True, slots=True)
class PlanKind:
    """A plan: who may write and evaluate it, and what must stand in it.

    `contents`: perspective, measurable_goals, actions, evaluation_date, regie.
    """

    key: str
    title: Text
    roles: tuple[Role, ...]
    contents: frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class EscalationKind:
    """What may be raised, by whom, when, and who is called in by that alone (nobody when a transition does so)."""

    kinds: tuple[str, ...]
    addressed_to: str
    title: Text
    rung: int  # its place on the ladder
    roles: tuple[Role, ...]
    conditions: tuple[Condition, ...]
    involve: tuple[Involve, ...]
    source: str


@dataclass(frozen=True, slots=True)
class ConsentRule:
    """From which age the route asks the youth; a route may ask more than the statute, never less."""

    youth_from: int
    youth_alone_from: int
    source: str
    # What happens with the parents of who is 16 or 17; the statute: neither asked nor informed.
    parents_16_17: ParentsAt1617 = ParentsAt1617.NEITHER


@dataclass(frozen=True, slots=True)
class BeforeTable:
    """An outcome by which one side holds the regie, whatever the table says (001:145, unsafety)."""

    assessment: str
    outcomes: frozenset[str]
    holder: Regie
    source: str


@dataclass(frozen=True, slots=True)
class ClassDefinition:
    """A problem class of this route, and the level at which its regie table counts it."""

    key: ProblemClass
    title: Text
    level: Level
    source: str


class RegieChoice(StrEnum):
    """How a route hands out the procesregie."""

    TABLE = "table"  # by leervraag and leefvraag
    ALWAYS = "always"  # one side, whatever the questions
    CHOSEN = "chosen"  # those at the table name somebody


@dataclass(frozen=True, slots=True)
class RegieRule:
    """How the regie is handed out, what goes before it, and the roles of each side.

    `table` answers every pair of levels: of its own, or one side everywhere (always); empty when it is chosen.
    """

    choice: RegieChoice
    table: RegieTable
    before_table: tuple[BeforeTable, ...]
    holders: Mapping[Regie, tuple[Role, ...]]
    source: str


@dataclass(frozen=True, slots=True)
class RoleTask:
    """Something that a role does, in the words of the seed; `does` names what the route lets it do for that.

    Each as kind:key, where the kind is transition, assessment, note, meeting, plan or escalation (with its addressee).
    """

    says: Text
    does: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class RoleDefinition:
    """A role as this region knows it: its word for it, its tasks, the steps in which it is «aan zet»."""

    role: Role
    word: Text
    tasks: tuple[RoleTask, ...]
    turn: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A sleutelfiguur: the role that carries the connection at a level, in the words of the region."""

    role: Role
    organisation_kind: OrganisationKind
    word: Text
    source: str


@dataclass(frozen=True, slots=True)
class LevelDefinition:
    """A level on which education and care connect. Where it does not see the child, nobody of it enters a case."""

    key: str  # uitvoering | organisatie | bestuur_en_beleid
    title: Text
    key_figures: tuple[KeyFigure, ...]
    sees_the_child: bool
    source: str


@dataclass(frozen=True, slots=True)
class Aside:
    """What goes along another way than the route: a text, shown at every step, that nothing can block (003:18)."""

    key: str
    title: Text
    says: Text
    source: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a claim is asked: exactly one of these is filled."""

    enter: tuple[str, ...] = ()  # a transition comes to one of these steps, from another
    leave: tuple[str, ...] = ()  # a transition leaves one of these steps, for another
    transition: tuple[str, ...] = ()
    involve: OrganisationKind | None = None  # somebody of such an organisation becomes a participant
    roles: tuple[Role, ...] = ()  # with `involve`: only these
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class ExactlyOne:
    """Wherever in the step all of `when` holds, one of the transitions has its conditions met, and no two."""

    step: str
    transitions: tuple[str, ...]
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Always:
    """What holds in every state of these steps: regie_set, one_regiehouder, or the conditions of the claim."""

    steps: tuple[str, ...]
    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A promise of the seed, apart from how the route keeps it; the proof holds it over every path.

    One of `on` (with `requires`), `exactly_one`, `always` and `keeps` is filled; `keeps` may stand beside `on` too.
    """

    key: str
    says: Text
    on: Occasion | None
    exceptions: tuple[str, ...]  # transitions to which it does not apply
    requires: tuple[Condition, ...]
    exactly_one: ExactlyOne | None
    always: Always | None
    source: str
    keeps: tuple[str, ...] = ()  # what the tables of the route say, whatever a case does: see `promises.statements`


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
    checklists: Mapping[str, Checklist]
    escalations: tuple[EscalationKind, ...]
    consent: ConsentRule
    problem_classes: Mapping[ProblemClass, ClassDefinition]
    regie: RegieRule
    terms: Mapping[str, Term]
    roles: Mapping[Role, RoleDefinition]
    functions: Mapping[str, Text]
    levels: Mapping[str, LevelDefinition]
    claims: Mapping[str, Claim]
    asides: Mapping[str, Aside]

    def level(self, problem_class: str) -> Level:
        """At which level this route counts a classified question.

        Raises:
            KeyError: the route does not know this problem class.
        """
        return self.problem_classes[ProblemClass(problem_class)].level

    def terms_of(self, step: str) -> tuple[Term, ...]:
        """The terms that bound the wait in a step."""
        return tuple(term for term in self.terms.values() if term.step == step)

    def word(self, role: Role) -> Text:
        """What this region calls a role; its code, in words, where the route does not say."""
        known = self.roles.get(role)
        return known.word if known else Text(role.value.replace("_", " "), role.value.replace("_", " "))

    def regie_for(self, leervraag: str | None, leefvraag: str | None, found: Mapping[str, str]) -> Regie | None:
        """Which side holds the procesregie by this route's table, or by what goes before it; None: nobody.

        `found`: the latest outcome of each kind of assessment. A question that nobody classified counts as not there:
        whoever owns it takes no part in the case.

        Raises:
            ValueError, KeyError: one of the questions is no problem class, or none of this route.
        """
        for first in self.regie.before_table:
            if found.get(first.assessment) in first.outcomes:
                return first.holder
        if self.regie.choice is RegieChoice.CHOSEN:
            return None
        return self.regie.table[self.level(leervraag or ProblemClass.GEEN), self.level(leefvraag or ProblemClass.GEEN)]
