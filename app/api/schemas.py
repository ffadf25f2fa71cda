"""What the service answers: one class a representation. No defaults: every field is always there.

What a caller may not see is null and named in `withheld`. The read models (`app.db.reads`) make these bodies in SQL;
a test holds every real answer to these classes.
"""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Answer(BaseModel):
    """The manners of every answer."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, validate_by_name=False)


class Fault(Answer):
    """One thing wrong with the request."""

    where: str = Field(alias="in", description="Waar: `body`, `query`, `path` of `header`.")
    location: str = Field(description="JSON-pointer in de body, of de naam van de parameter.")
    code: str = Field(description="Vaste code.")
    detail: str = Field(description="Wat er mis is en hoe het te herstellen is.")


class Operation(Answer):
    """The request that resolves a reason."""

    action: str = Field(description="De handeling, zoals `x-action` in dit contract.")
    method: str = Field(description="HTTP-methode.")
    href: str = Field(description="Pad onder /v1.")
    fields: dict[str, Any] = Field(description="Wat al vaststaat in de body.")
    choices: dict[str, list[str]] = Field(
        description="Velden van de body die u zelf kiest, met de waarden die helpen; bij een lijst: ten minste één."
    )
    for_you: bool = Field(description="Of u deze handeling zelf kunt doen.")


class Reason(Answer):
    """Why a step is not possible now."""

    code: str = Field(description="Vaste code.")
    detail: str = Field(description="De reden in gewone woorden.")
    resolvers: list[str] = Field(description="De rollen die dit kunnen oplossen.")
    operation: Operation | None = Field(description="Hoe; leeg als een andere stap of de tijd eerst moet komen.")


class Problem(BaseModel):
    """RFC 9457. `errors` names every fault of the input, `reasons` every unmet condition of the route."""

    type: str = Field(description="URN van het soort probleem.")
    title: str = Field(description="Het soort probleem in woorden.")
    status: int = Field(description="HTTP-statuscode.")
    detail: str = Field(description="Wat er aan de hand is.")
    instance: str = Field(description="Kenmerk van dit verzoek.")
    errors: list[Fault] | None = Field(default=None, description="Alle fouten in de invoer.")
    reasons: list[Reason] | None = Field(default=None, description="Alle redenen van de route.")
    trace_id: str | None = Field(
        default=None,
        alias="traceId",
        pattern="^[0-9a-f]{32}$",
        description="Bij een fout van ons (5xx): noem dit als u het meldt; het is het trace-id van dit verzoek.",
    )


class Authored(Answer):
    """Who wrote it, in which role, for which organisation, when."""

    id: UUID
    case_id: UUID
    author_id: UUID
    author_role: str
    author_organisation_id: UUID | None
    created_at: AwareDatetime


class ChildName(Answer):
    """The child of a case."""

    id: UUID
    given_name: str
    family_name: str


class Case(Answer):
    """A case: route and version, step, classification, regie."""

    id: UUID
    young_person: ChildName
    school_id: UUID | None
    deelverband: str | None = Field(description="Het samenwerkingsverband van de school; leeg zonder school.")
    route: str
    route_version: int
    step: str | None
    step_since: AwareDatetime | None
    leervraag: str | None
    leefvraag: str | None
    problem_class: str | None
    regie: str | None
    regie_reason: str | None
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None
    withheld: list[str] = Field(description="Velden die u niet mag zien en daarom leeg zijn.")
    data_categories: list[str] = Field(description="De onderwerpen die u in deze zaak mag zien.")


class Signal(Authored):
    """A signal."""

    given_by: str
    kind: str
    category: str
    channel: str | None
    received_by_role: str | None
    content: str
    safety_reason: str | None
    withheld: list[str]


class Note(Authored):
    """A conversation."""

    kind: str
    category: str
    held_at: AwareDatetime
    with_whom: list[str]
    content: str
    agreements: str


class Assessment(Authored):
    """A finding."""

    kind: str
    category: str
    outcome: str
    reason: str | None
    content: str | None


class Transition(Answer):
    """A step taken."""

    id: UUID
    case_id: UUID
    sequence: int
    transition: str
    from_step: str
    to_step: str
    explanation: str | None
    performed_by: UUID
    role: str
    organisation_id: UUID | None
    performed_at: AwareDatetime
    withheld: list[str]


class Participant(Answer):
    """An involvement."""

    id: UUID
    case_id: UUID
    organisation_id: UUID
    organisation_name: str
    role: str | None
    worker_id: UUID | None
    display_name: str | None
    functions: list[str]
    ground: str
    motivation: str | None
    started_at: AwareDatetime
    ended_at: AwareDatetime | None
    withheld: list[str]


class ConsentAnswer(Answer):
    """One answer."""

    id: UUID
    giver_id: UUID
    capacity: str
    decision: str
    form: str
    basis: str
    recorded_by: UUID
    recorded_role: str
    answered_at: AwareDatetime


class Consent(Authored):
    """What was asked, every answer, and whether it is in force today."""

    purpose: str
    recipients: list[UUID]
    data_categories: list[str]
    told: str | None
    valid_from: date
    valid_until: date
    in_force: bool
    withheld: list[str]
    answers: list[ConsentAnswer]


class Invitation(Answer):
    """Somebody invited to a meeting."""

    id: UUID
    meeting_id: UUID
    party: str
    participant_id: UUID | None
    guardian_id: UUID | None
    young_person_id: UUID | None
    present: bool | None
    absence_reason: str | None
    created_at: AwareDatetime
    withheld: list[str]


class Decision(Authored):
    """A decision of a meeting."""

    meeting_id: UUID
    category: str
    description: str


class Meeting(Authored):
    """A meeting, planned or held."""

    kind: str
    planned_at: AwareDatetime
    place: str | None
    held_at: AwareDatetime | None
    invitations: list[Invitation]
    decisions: list[Decision]


class Goal(Authored):
    """A goal."""

    plan_id: UUID
    domain: str
    category: str
    description: str
    indicator: str
    target_date: date


class PlanAction(Authored):
    """An action of a plan."""

    plan_id: UUID
    goal_id: UUID
    category: str
    description: str
    owner: str
    owner_participant_id: UUID | None
    due_on: date
    done_at: AwareDatetime | None


class Approval(Authored):
    """What a party said of a plan."""

    plan_id: UUID
    party: str
    person_id: UUID | None
    agreed: bool
    remark: str | None
    withheld: list[str]


class Evaluation(Authored):
    """How a plan went."""

    plan_id: UUID
    outcome: str
    held_on: date
    parties: list[str]
    summary: str | None
    next_date: date | None
    withheld: list[str]


class Plan(Authored):
    """A plan with its goals, actions, approvals and evaluations."""

    kind: str
    perspective: str | None
    evaluation_date: date
    regie: str | None
    regie_reason: str | None
    in_force_at: AwareDatetime | None
    goals: list[Goal]
    actions: list[PlanAction]
    approvals: list[Approval]
    evaluations: list[Evaluation]
    withheld: list[str]


class Finding(Authored):
    """An observation of the process."""

    escalation_id: UUID
    content: str


class Escalation(Authored):
    """Something that is stuck."""

    kind: str
    addressed_to: str
    reason: str
    resolved_at: AwareDatetime | None
    resolution: str | None
    findings: list[Finding]


class Dossier(Answer):
    """The paperclip: everything of the case that the caller may see."""

    case: Case
    signals: list[Signal]
    notes: list[Note]
    assessments: list[Assessment]
    participants: list[Participant]
    consents: list[Consent]
    meetings: list[Meeting]
    plans: list[Plan]
    escalations: list[Escalation]
    transitions: list[Transition]
    withheld: list[str] = Field(description="De onderwerpen die u in deze zaak niet mag zien.")


class NextStep(Answer):
    """A step that can follow."""

    transition: str
    title: str
    to_step: str
    allowed: bool = Field(description="Of u deze stap nu kunt zetten.")
    for_you: bool = Field(description="Of deze stap aan u is, zodra niets meer in de weg staat.")
    roles: list[str] = Field(description="Wie deze stap zetten.")
    functions: list[str] = Field(description="Welke functie in de zaak daarbij nodig is; leeg: geen.")
    requires_explanation: bool
    reasons: list[Reason]
    operation: Operation


class NextSteps(Answer):
    """Where the case stands and every step from there."""

    step: str
    title: str
    purpose: str
    due: date | None = Field(description="Voor wanneer iemand hier opnieuw naar moet kijken; leeg: geen termijn.")
    items: list[NextStep]


class Organisation(Answer):
    """An organisation."""

    id: UUID
    code: str
    kind: str
    name: str
    sector: str | None
    municipality_code: str | None
    board_id: UUID | None
    swv_id: UUID | None


class YoungPerson(Answer):
    """A child."""

    id: UUID
    given_name: str
    family_name: str
    birth_date: date | None
    school_id: UUID | None
    municipality_code: str | None


class Guardian(Answer):
    """What ties an adult to a child."""

    id: UUID
    young_person_id: UUID
    guardian_id: UUID
    display_name: str | None
    relation: str
    gezag: str
    evidence: str
    evidence_date: date | None
    conflict: bool
    valid_from: date
    valid_until: date | None


class Worker(Answer):
    """A professional of one's own organisation."""

    id: UUID
    organisation_id: UUID
    display_name: str


class Bound(Answer):
    """That a login was bound."""

    id: UUID


class Binding(Answer):
    """A login of a professional of one's own organisation."""

    id: UUID
    worker_id: UUID
    subject: str
    valid_from: date
    valid_until: date | None
    ended_at: AwareDatetime | None


class InvitationCode(Answer):
    """A code, shown this once."""

    id: UUID
    code: str | None = Field(description="De code; alleen bij het maken te zien, bij herhaling leeg.")
    expires_at: AwareDatetime | None


class Me(Answer):
    """Who the caller is here, and what he or she may do."""

    person_id: UUID | None = Field(description="Leeg: deze login is nog niet gekoppeld.")
    person_kind: str | None
    name: str | None
    organisation: str | None
    organisation_name: str | None
    roles: list[str]
    actions: list[str]


class Task(Answer):
    """A case in which it is the caller's turn."""

    case: Case
    steps: list[str] = Field(description="De stappen die u nu kunt zetten.")
    needed: list[Reason] = Field(description="Wat van u nodig is om verder te komen.")


class AccessEvent(Answer):
    """One line of the log: who, what, when, in which role, on which ground."""

    id: UUID
    occurred_at: AwareDatetime
    actor_id: UUID | None
    actor_name: str | None
    actor_role: str | None
    organisation_id: UUID | None
    organisation_name: str | None
    on_behalf_of: UUID | None
    action: str
    object_type: str
    object_id: UUID | None
    case_id: UUID | None
    ground: str | None
    data_categories: list[str]
    outcome: Literal["toegestaan", "geweigerd"]
    reason: str | None


class RouteSummary(Answer):
    """A route in its present version."""

    key: str
    version: int
    title: str
    status: str


class Titled(Answer):
    """A word of the route."""

    key: str
    title: str


class RouteStep(Titled):
    """A step of a route."""

    purpose: str
    end: bool


class RouteTransition(Titled):
    """A transition of a route."""

    from_steps: list[str]
    to_step: str | None
    roles: list[str]
    functions: list[str]
    conditions: list[str]
    requires_explanation: bool
    source: str


class RouteAssessment(Titled):
    """A kind of finding of a route."""

    category: str
    roles: list[str]
    outcomes: list[Titled]
    needs_reason: list[str]


class RouteKind(Titled):
    """A kind of conversation, meeting or plan of a route."""

    roles: list[str]


class Route(RouteSummary):
    """A route as data: its steps, transitions and words."""

    steps: list[RouteStep]
    transitions: list[RouteTransition]
    assessments: list[RouteAssessment]
    notes: list[RouteKind]
    meetings: list[RouteKind]
    plans: list[RouteKind]


Items = Annotated[str | None, Field(description="De cursor van de volgende bladzijde; leeg op de laatste.")]


class Page(Answer):
    """A page of a list."""

    next: Items


def page_of(kind: type[Answer]) -> type[Page]:
    """The envelope of a list of this kind."""
    return type(
        f"{kind.__name__}Page",
        (Page,),
        {
            "__annotations__": {"items": list[kind]},  # type: ignore[valid-type]  # made for each kind
            "__module__": __name__,
            "__doc__": f"A page: {kind.__doc__}",
        },
    )
