"""What a use case is given: the request bodies of the contract, strict and bounded.

No unknown fields, no lax types: dates and moments are ISO text (a moment with its offset), numbers are numbers, texts
are bounded and hold no NUL. Names are camelCase outside and snake_case inside.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from app.domain.actors import Category, Role

_Date = TypeVar("_Date", bound=date)


class Body(BaseModel):
    """The manners of every request body."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, validate_by_name=False)


def _filled(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("blank", "must not be blank")
    return value


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(_DAY.pattern + r"[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")
# Whoever is meant here lives in these years; nearer to year 1 or 9999 an offset would leave the calendar.
_YEARS = range(1900, 2200)


def _iso_date(value: object) -> object:
    """Only YYYY-MM-DD: pydantic alone would also take moments, and numbers as seconds since 1970."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("iso_date", "must be a date, YYYY-MM-DD")
    return value


def _iso_moment(value: object) -> object:
    """Only RFC 3339 text: pydantic alone would also take numbers, bare dates and hours without seconds."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise PydanticCustomError("iso_moment", "must be a moment with its offset (RFC 3339)")
    return value


def _near(value: _Date) -> _Date:
    if value.year not in _YEARS:
        raise PydanticCustomError("far_away", "must lie in the years of people alive")
    return value


_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def _plain_uuid(value: object) -> object:
    """Only the 36 characters of RFC 9562: pydantic alone would also take braces, `urn:uuid:` and no hyphens at all."""
    if not isinstance(value, UUID) and not (isinstance(value, str) and _UUID.fullmatch(value)):
        raise PydanticCustomError("uuid_parsing", "must be a UUID in its usual form")
    return value


def _text(longest: int) -> Any:
    return (StringConstraints(min_length=1, max_length=longest, pattern=r"^[^\x00]*$"), AfterValidator(_filled))


Text = Annotated[str, *_text(10_000)]
Line = Annotated[str, *_text(200)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Id = Annotated[UUID, BeforeValidator(_plain_uuid)]
Day = Annotated[date, BeforeValidator(_iso_date), AfterValidator(_near)]
Moment = Annotated[AwareDatetime, BeforeValidator(_iso_moment), AfterValidator(_near)]
Strict = Annotated[bool, Field(strict=True)]
Gezag = Literal["ja", "nee", "onbekend"]
Evidence = Literal["gezagsregister", "verklaring", "geen"]
GivenBy = Literal["jeugdige", "ouder", "professional"]


class SignalBody(Body):
    """A sign that a child may need more support."""

    given_by: GivenBy = Field(description="Van wie het signaal komt.")
    kind: Literal["leervraag", "leefvraag", "beide", "onbekend"] = Field(description="Waar de zorg over gaat.")
    content: Text = Field(description="Het signaal in gewone woorden.")
    channel: Literal["gesprek", "telefoon", "e_mail", "inloopspreekuur", "brief", "digitaal"] | None = Field(
        default=None, description="Hoe het signaal binnenkwam."
    )
    received_by_role: Role | None = Field(
        default=None, description="Bij wie een zorg van ouder of jeugdige terechtkomt; leeg: bij wie dit vastlegt."
    )
    safety_reason: Text | None = Field(
        default=None, description="Waarom eerst met de ouders praten het kind in gevaar zou brengen; anders leeg."
    )


class CaseBody(Body):
    """Open a case: for which child, along which route, on which first signal."""

    young_person_id: Id = Field(description="De jeugdige.")
    route: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$")] = Field(
        description="De ondersteuningsroute, zie /v1/routes."
    )
    signal: SignalBody = Field(description="Het eerste signaal.")


class CasePatch(Body):
    """Enrol the child of the case at a school, so that the school and its deelverband are known."""

    school_id: Id = Field(description="De school waar de jeugdige is ingeschreven.")


class TransitionBody(Body):
    """Take a step of the route."""

    transition: Code = Field(description="De stap, zoals next-steps hem noemt.")
    explanation: Text | None = Field(default=None, description="Toelichting; bij sommige stappen verplicht.")


class NoteBody(Body):
    """A conversation: when, with whom, what was said, what was agreed."""

    kind: Code = Field(description="Soort gesprek, zoals de route het noemt.")
    held_at: Moment = Field(description="Wanneer het gesprek was.")
    with_whom: Annotated[list[Role], Field(min_length=1, max_length=20)] = Field(
        description="Met wie: rollen, geen namen."
    )
    content: Text = Field(description="Wat er is besproken.")
    agreements: Text = Field(description="Welke afspraken zijn gemaakt.")


class AssessmentBody(Body):
    """A finding with an outcome, of a kind that the route knows."""

    kind: Code = Field(description="Soort bevinding, zoals de route het noemt.")
    outcome: Code = Field(description="De uitkomst, een van de uitkomsten die de route bij deze soort kent.")
    reason: Text | None = Field(default=None, description="De reden; bij sommige uitkomsten verplicht.")
    content: Text | None = Field(default=None, description="Het verslag.")


class AnswerBody(Body):
    """What one person answered to a consent that was asked."""

    giver_id: Id = Field(description="Wie antwoordt: een ouder met gezag, of de jeugdige zelf.")
    decision: Literal["gegeven", "geweigerd"] = Field(description="Het antwoord.")
    form: Literal["mondeling", "schriftelijk", "digitaal"] = Field(description="Hoe het antwoord is gegeven.")
    basis: Literal["zelf", "via_andere_ouder"] = Field(default="zelf", description="Wie het antwoord doorgaf.")


class ConsentBody(Body):
    """Ask for consent: for which purpose, for whom, about what, until when, and what the family was told."""

    purpose: Line = Field(description="Waarvoor de gegevens worden gedeeld.")
    recipients: Annotated[list[Id], Field(min_length=1, max_length=20)] = Field(
        description="De organisaties die de gegevens krijgen."
    )
    data_categories: Annotated[list[Category], Field(min_length=1, max_length=6)] = Field(
        description="Over welke onderwerpen."
    )
    told: Text = Field(description="Wat het gezin vooraf is verteld.")
    valid_until: Day | None = Field(
        default=None, description="Tot en met welke dag; leeg: het einde van het schooljaar, 31 juli."
    )
    answers: Annotated[list[AnswerBody], Field(max_length=10)] = Field(
        default_factory=list, description="De antwoorden die er al zijn."
    )


class WithdrawalBody(Body):
    """Withdraw one's consent; recorded by the person, or by whoever was told."""

    giver_id: Id = Field(description="Wie zijn of haar toestemming intrekt.")
    form: Literal["mondeling", "schriftelijk", "digitaal"] = Field(description="Hoe dat is gezegd.")


class ParticipantBody(Body):
    """Involve an organisation, a role at it, or a worker."""

    organisation_id: Id | None = Field(default=None, description="De organisatie; leeg: die van de medewerker.")
    role: Role | None = Field(default=None, description="In welke rol; leeg: de organisatie als zodanig.")
    worker_id: Id | None = Field(default=None, description="De medewerker; leeg: ieder met die rol.")
    functions: Annotated[list[Literal["casemanager", "contactpersoon", "regiehouder"]], Field(max_length=3)] = Field(
        default_factory=list, description="Functies in deze zaak."
    )
    ground: Literal[
        "toestemming",
        "eigen_verzoek",
        "onderwijstaak",
        "jeugdwet_toegang",
        "jgz_taak",
        "wettelijke_taak_leerplicht",
        "swv_taak",
    ] = Field(description="Waarop de betrokkenheid rust.")
    motivation: Text | None = Field(default=None, description="Motivering; verplicht als het geen toestemming is.")


class ParticipantPatch(Body):
    """Change somebody's functions in the case."""

    functions: Annotated[list[Literal["casemanager", "contactpersoon", "regiehouder"]], Field(max_length=3)] = Field(
        description="De functies die deze betrokkene voortaan heeft."
    )


class MeetingBody(Body):
    """Plan a meeting about this one child."""

    kind: Code = Field(description="Soort overleg, zoals de route het noemt.")
    planned_at: Moment = Field(description="Wanneer.")
    place: Line | None = Field(default=None, description="Waar.")


class MeetingPatch(Body):
    """Move a meeting that was not held yet."""

    planned_at: Moment = Field(description="De nieuwe datum en tijd.")
    place: Line | None = Field(default=None, description="De nieuwe plaats.")


class InvitationBody(Body):
    """Invite one participant, one guardian or the child."""

    participant_id: Id | None = Field(default=None, description="Een betrokkene.")
    guardian_id: Id | None = Field(default=None, description="Een ouder of voogd.")
    young_person_id: Id | None = Field(default=None, description="De jeugdige.")


class AttendanceBody(Body):
    """Whether one invitee was there, and if not, why."""

    invitation_id: Id = Field(description="De uitnodiging.")
    present: Strict = Field(description="Aanwezig?")
    absence_reason: Text | None = Field(default=None, description="Bij afwezigheid: de reden.")


class ReportBody(Body):
    """Report of a meeting: it counts as held from then on."""

    held_at: Moment = Field(description="Wanneer het overleg was.")
    attendance: Annotated[list[AttendanceBody], Field(min_length=1, max_length=50)] = Field(
        description="Van ieder die was uitgenodigd."
    )


class DecisionBody(Body):
    """What a meeting decided."""

    category: Category = Field(description="Waarover het besluit gaat.")
    description: Text = Field(description="Het besluit.")


class PlanBody(Body):
    """Draw up a plan."""

    kind: Code = Field(description="Soort plan, zoals de route het noemt.")
    perspective: Text = Field(description="Het toekomstperspectief.")
    evaluation_date: Day = Field(description="Wanneer het plan wordt geëvalueerd.")
    regie: Literal["onderwijs", "casemanager"] | None = Field(
        default=None, description="Wie de procesregie heeft; leeg: volgens de regietabel van de route."
    )
    regie_reason: Text | None = Field(
        default=None, description="Waarom anders dan de tabel: wie staat het dichtst bij het kind."
    )


class PlanPatch(Body):
    """Change a plan that is not in force yet; what is left out stays as it is."""

    perspective: Text | None = Field(default=None, description="Het toekomstperspectief.")
    evaluation_date: Day | None = Field(default=None, description="Wanneer het plan wordt geëvalueerd.")


class GoalBody(Body):
    """A measurable goal: what, how it is seen, and when."""

    domain: Literal["onderwijs", "zorg"] = Field(description="Doel voor school, of voor hulp en thuis.")
    description: Text = Field(description="Het doel.")
    indicator: Text = Field(description="Waaraan te zien is dat het doel is gehaald.")
    target_date: Day = Field(description="Wanneer.")


class ActionBody(Body):
    """Who does what, before when, for which goal."""

    goal_id: Id = Field(description="Het doel.")
    description: Text = Field(description="De actie.")
    owner: Literal["participant", "ouder", "jeugdige"] = Field(description="Wie het doet.")
    owner_participant_id: Id | None = Field(default=None, description="Welke betrokkene, als die het doet.")
    due_on: Day = Field(description="Voor wanneer.")


class ApprovalBody(Body):
    """A party agrees with a plan, or does not."""

    party: Literal["school", "gemeente", "jgz", "ouder", "jeugdige"] = Field(description="Namens wie.")
    person_id: Id | None = Field(default=None, description="Welke ouder of de jeugdige, als het gezin antwoordt.")
    agreed: Strict = Field(description="Akkoord?")
    remark: Text | None = Field(default=None, description="Opmerking.")


class EvaluationBody(Body):
    """How the plan went, and what now."""

    outcome: Literal["bijstellen", "opschalen", "afschalen", "afsluiten"] = Field(description="Wat er nu gebeurt.")
    held_on: Day = Field(description="Wanneer er is geëvalueerd.")
    parties: Annotated[
        list[Literal["school", "gemeente", "jgz", "ouder", "jeugdige"]], Field(min_length=1, max_length=5)
    ] = Field(description="Wie erbij waren; de contactpersonen van school en gemeente altijd.")
    summary: Text = Field(description="De evaluatie.")
    next_date: Day | None = Field(default=None, description="De volgende evaluatie.")


class EscalationBody(Body):
    """Raise that things are stuck."""

    kind: Literal["stagnatie", "impasse", "geen_passende_plek", "onveiligheid"] = Field(description="Wat er vastzit.")
    addressed_to: Literal["stagnatiepunt", "samenwerkingsverband"] = Field(description="Bij wie.")
    reason: Text = Field(description="Wat er vastzit in het proces; geen inhoud over het kind.")


class FindingBody(Body):
    """What the one who was called in sees of the process."""

    content: Text = Field(description="De bevinding.")


class ResolutionBody(Body):
    """How it was resolved."""

    resolution: Text = Field(description="Hoe het is opgelost.")


class YoungPersonBody(Body):
    """Enter a child."""

    given_name: Line = Field(description="Voornaam.")
    family_name: Line = Field(description="Achternaam.")
    birth_date: Day | None = Field(default=None, description="Geboortedatum; zonder kan geen toestemming gelden.")
    school_id: Id | None = Field(default=None, description="De school van inschrijving; leeg: niet ingeschreven.")
    municipality_code: Annotated[str, StringConstraints(pattern=r"^GM\d{4}$")] = Field(
        description="De gemeente waar de jeugdige woont, zoals GM1952."
    )


class YoungPersonPatch(Body):
    """Change what is known of a child; what is left out stays as it is."""

    given_name: Line | None = Field(default=None, description="Voornaam.")
    family_name: Line | None = Field(default=None, description="Achternaam.")
    birth_date: Day | None = Field(default=None, description="Geboortedatum.")
    school_id: Id | None = Field(default=None, description="De school van inschrijving.")
    municipality_code: Annotated[str, StringConstraints(pattern=r"^GM\d{4}$")] | None = Field(
        default=None, description="Gemeente."
    )


class SearchBody(Body):
    """Find a child by exact name and birth date: by body, never by URL."""

    family_name: Line = Field(description="Achternaam, precies zo gespeld; hoofdletters maken niet uit.")
    birth_date: Day = Field(description="Geboortedatum.")


class GuardianBody(Body):
    """Record a parent, carer or legal guardian of a child."""

    display_name: Line = Field(description="Naam.")
    relation: Literal["ouder", "verzorger", "voogd"] = Field(description="Relatie tot de jeugdige.")
    gezag: Gezag = Field(description="Heeft deze persoon gezag? Onbekend blokkeert toestemming tot het is nagegaan.")
    evidence: Evidence = Field(description="Waaruit dat blijkt.")
    evidence_date: Day | None = Field(default=None, description="Wanneer dat is nagegaan.")
    conflict: Strict = Field(default=False, description="De ouders spreken niet voor elkaar.")


class GuardianPatch(Body):
    """Change what is known of someone's gezag."""

    gezag: Gezag = Field(description="Heeft deze persoon gezag?")
    evidence: Evidence = Field(description="Waaruit dat blijkt.")
    evidence_date: Day | None = Field(default=None, description="Wanneer dat is nagegaan.")
    conflict: Strict | None = Field(default=None, description="De ouders spreken niet voor elkaar.")


class WorkerBody(Body):
    """Enter a professional of one's own organisation."""

    display_name: Line = Field(description="Naam.")


class BindingBody(Body):
    """Bind a login of the identity provider to a worker of one's own organisation."""

    subject: Line = Field(description="Het `sub` van de aanbieder.")
    worker_id: Id = Field(description="De medewerker.")
    valid_until: Day | None = Field(default=None, description="Tot en met; leeg: tot nader order.")


class InvitationCodeBody(Body):
    """Make a code with which one person binds his or her own login, once."""

    worker_id: Id | None = Field(default=None, description="Een medewerker van de eigen organisatie.")
    guardian_id: Id | None = Field(default=None, description="Een ouder of voogd.")
    young_person_id: Id | None = Field(default=None, description="Een jeugdige vanaf 12 jaar.")


class RedeemBody(Body):
    """Bind one's own login with a code."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{20,64}$")] = Field(description="De code.")


FIELD_NAMES = frozenset(
    field.alias or name for body in Body.__subclasses__() for name, field in body.model_fields.items()
)
"""Every name that a field of any body has: the words of the contract, which say nothing about anybody."""
