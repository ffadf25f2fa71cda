"""The tables, as SQLModel classes: the source of the migrations, and the shape of every row that is written.

API schemas are other classes (`app.api.schemas`): a table class does not validate on construction, and what is
stored is not what a caller may see. Walls, grants and triggers stand beside the migrations in `migrations/sql`.

Every piece of content hangs under a case and names its data category; rows without a category column are
`proces`: who is involved, when people meet, which step was taken.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import BigInteger, Uuid
from sqlmodel import Field, SQLModel

from app.domain.actors import Category, OrganisationKind
from app.domain.consent import Exceptional
from app.domain.data_requests import RequestKind, Verdict
from app.domain.gezag import Capacity, Evidence, GezagKind
from app.domain.ids import new_id
from app.domain.numbers import NumberKind, NumberSource


def _id() -> Any:
    return Field(default_factory=new_id, primary_key=True)


def _now() -> Any:
    """The moment the row was written, set by the database: the transaction's own time."""
    return Field(default=None, sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))


def _at(*, optional: bool = False, filled: str | None = None) -> Any:
    """A moment; `filled`: by the database, with this."""
    server = text(filled) if filled else None
    column = Column(DateTime(timezone=True), nullable=optional, server_default=server)
    return Field(default=None if optional else ..., sa_column=column)


def _texts() -> Any:
    return Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))


def _ref(target: str, *, optional: bool = False, index: bool = False) -> Any:
    return Field(default=None if optional else ..., foreign_key=target, index=index)


def _one_of(column: str, values: Iterable[str], *, optional: bool = False) -> CheckConstraint:
    """A closed list of codes, held by the database as well."""
    listed = ", ".join(f"'{value}'" for value in values)
    rule = f"{column} in ({listed})"
    return CheckConstraint(f"{column} is null or {rule}" if optional else rule, name=f"{column}_known")


def _a_code(column: str) -> CheckConstraint:
    """A word of the case's route: the service holds it against the route, the database that it is a code."""
    return CheckConstraint(f"{column} ~ '^[a-z_]{{2,40}}$'", name=f"{column}_is_a_code")


class Gezag(StrEnum):
    """Whether this adult holds parental authority; `onbekend` decides nothing and blocks what depends on it."""

    JA = "ja"
    NEE = "nee"
    ONBEKEND = "onbekend"


CLASSES = ("geen", "enkelvoudig", "meervoudig", "multiproblematiek")
GROUNDS = (
    "toestemming",
    "eigen_verzoek",
    "onderwijstaak",
    "jeugdwet_toegang",
    "jgz_taak",
    "wettelijke_taak_leerplicht",
    "swv_taak",
    "procesbewaking",
    "zorgplicht",
    "gecertificeerde_instelling",
)


# --- Who there is -----------------------------------------------------------------------------------------------


class Organisation(SQLModel, table=True):
    """A school, board, samenwerkingsverband, municipality or team. `code` is what a token's claim names."""

    __tablename__ = "organisations"
    __table_args__ = (_one_of("kind", OrganisationKind),)
    id: UUID = _id()
    code: str = Field(sa_type=Text, unique=True)
    kind: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    sector: str | None = Field(default=None, sa_type=Text)
    postcode: str | None = Field(default=None, sa_type=Text)
    municipality_code: str | None = Field(default=None, sa_type=Text, index=True)
    board_id: UUID | None = _ref("organisations.id", optional=True, index=True)
    swv_id: UUID | None = _ref("organisations.id", optional=True, index=True)
    created_at: datetime = _now()
    updated_at: datetime = _now()


class Worker(SQLModel, table=True):
    """A professional at one organisation. Work for another organisation is another row and another token."""

    __tablename__ = "workers"
    id: UUID = _id()
    organisation_id: UUID = _ref("organisations.id", index=True)
    display_name: str = Field(sa_type=Text)
    created_at: datetime = _now()


class YoungPerson(SQLModel, table=True):
    """The child. The birth date may only be missing after an import; then no consent can be computed."""

    __tablename__ = "young_people"
    id: UUID = _id()
    given_name: str = Field(sa_type=Text)
    family_name: str = Field(sa_type=Text)
    birth_date: date | None = None
    school_id: UUID | None = _ref("organisations.id", optional=True, index=True)
    municipality_code: str | None = Field(default=None, sa_type=Text, index=True)
    created_by: UUID
    created_at: datetime = _now()


class Guardian(SQLModel, table=True):
    """A parent, carer or legal guardian."""

    __tablename__ = "guardians"
    id: UUID = _id()
    display_name: str = Field(sa_type=Text)
    created_by: UUID
    created_at: datetime = _now()


class Guardianship(SQLModel, table=True):
    """What ties an adult to a child: relation, gezag with its evidence, and the period."""

    __tablename__ = "guardianships"
    __table_args__ = (
        _one_of("relation", ("ouder", "verzorger", "voogd", "curator", "mentor")),
        _one_of("gezag", Gezag),
        _one_of("evidence", Evidence),
        UniqueConstraint("young_person_id", "guardian_id"),
    )
    id: UUID = _id()
    young_person_id: UUID = _ref("young_people.id")
    guardian_id: UUID = _ref("guardians.id", index=True)
    relation: str = Field(sa_type=Text)
    gezag: str = Field(sa_type=Text)
    evidence: str = Field(sa_type=Text)
    evidence_date: date | None = None
    conflict: bool = False
    valid_from: date
    valid_until: date | None = None
    created_at: datetime = _now()
    # What was looked up says nothing after this day.
    gezag_until: date | None = None


class ConsentRuleSet(SQLModel, table=True):
    """The numbers of a rule set of consent (`app.domain.rule_sets`), for the walls."""

    __tablename__ = "consent_rule_sets"
    name: str = Field(sa_type=Text, primary_key=True)
    version: int = Field(sa_type=BigInteger, primary_key=True)
    in_force_from: date
    youth_from: int = Field(sa_type=BigInteger)
    youth_alone_from: int = Field(sa_type=BigInteger)
    adult_from: int = Field(sa_type=BigInteger)
    exception_recipients: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))


class GezagFinding(SQLModel, table=True):
    """What was looked up about the gezag over a child as a whole; the newest counts, and none is changed."""

    __tablename__ = "gezag_findings"
    __table_args__ = (
        _one_of("kind", [kind for kind in GezagKind if kind is not GezagKind.PER_PERSOON]),
        _one_of("evidence", [evidence for evidence in Evidence if evidence is not Evidence.GEEN]),
        Index("gezag_findings_of_child", "young_person_id", "sequence"),
        Index(
            "gezag_findings_of_organisation", "organisation_id", postgresql_where=text("organisation_id is not null")
        ),
    )
    id: UUID = _id()
    young_person_id: UUID = _ref("young_people.id")
    kind: str = Field(sa_type=Text)
    holders: list[UUID] = Field(default_factory=list, sa_column=Column(ARRAY(Uuid), nullable=False))
    organisation_id: UUID | None = _ref("organisations.id", optional=True)
    evidence: str = Field(sa_type=Text)
    checked_on: date
    valid_from: date
    valid_until: date | None = None
    recorded_by: UUID
    recorded_role: str = Field(sa_type=Text)
    recorded_organisation_id: UUID | None = _ref("organisations.id", optional=True)
    created_at: datetime = _now()
    sequence: int = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False))


class SightDecision(SQLModel, table=True):
    """What a youth of 16 or 17 lets one parent see. Added, never changed; the newest counts."""

    __tablename__ = "sight_decisions"
    __table_args__ = (
        CheckConstraint("data_categories <@ array['gezondheid', 'leven', 'verzuim']", name="categories_known"),
        Index("ix_sight_decisions_of", "young_person_id", "guardian_id", "id"),
    )
    id: UUID = _id()
    young_person_id: UUID = _ref("young_people.id")
    guardian_id: UUID = _ref("guardians.id")
    data_categories: list[str] = _texts()
    decided_at: datetime = _now()


class EmergencyAccess(SQLModel, table=True):
    """Somebody read along in the cases of a child because a vital interest could not wait; and who reviewed it."""

    __tablename__ = "emergency_accesses"
    __table_args__ = (
        CheckConstraint("until <= started_at + interval '24 hours'", name="short_and_fixed"),
        CheckConstraint("reviewed_by <> worker_id", name="second_person"),
        CheckConstraint("told_at is not null or unsafe_reason is not null", name="told_or_not_safe_yet"),
        CheckConstraint(
            "num_nonnulls(reviewed_at, reviewed_by, reviewed_role, justified, review_note) in (0, 5)",
            name="reviewed_as_a_whole",
        ),
        Index("emergency_accesses_of_worker", "worker_id", "until"),
    )
    id: UUID = _id()
    young_person_id: UUID = _ref("young_people.id", index=True)
    worker_id: UUID = _ref("workers.id")
    organisation_id: UUID = _ref("organisations.id", index=True)
    role: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    unsafe_reason: str | None = Field(default=None, sa_type=Text)
    started_at: datetime = _now()
    until: datetime = _at()
    told_at: datetime | None = _at(optional=True)
    reviewed_at: datetime | None = _at(optional=True)
    reviewed_by: UUID | None = None
    reviewed_role: str | None = Field(default=None, sa_type=Text)
    justified: bool | None = None
    review_note: str | None = Field(default=None, sa_type=Text)


class Binding(SQLModel, table=True):
    """Which person of ours a provider's (issuer, subject) is, from when until when, and who said so."""

    __tablename__ = "bindings"
    __table_args__ = (
        CheckConstraint("num_nonnulls(worker_id, guardian_id, young_person_id) = 1", name="one_person"),
        Index("bindings_one_open", "issuer", "subject", unique=True, postgresql_where=text("ended_at is null")),
    )
    id: UUID = _id()
    issuer: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    worker_id: UUID | None = _ref("workers.id", optional=True, index=True)
    guardian_id: UUID | None = _ref("guardians.id", optional=True, index=True)
    young_person_id: UUID | None = _ref("young_people.id", optional=True, index=True)
    valid_from: date
    valid_until: date | None = None
    ended_at: datetime | None = _at(optional=True)
    bound_by: UUID
    created_at: datetime = _now()


class InvitationCode(SQLModel, table=True):
    """A code with which a person binds his or her own login; only its digest is kept, and it works once."""

    __tablename__ = "invitation_codes"
    __table_args__ = (CheckConstraint("num_nonnulls(worker_id, guardian_id, young_person_id) = 1", name="one_person"),)
    id: UUID = _id()
    digest: bytes = Field(sa_type=LargeBinary, unique=True)
    worker_id: UUID | None = _ref("workers.id", optional=True)
    guardian_id: UUID | None = _ref("guardians.id", optional=True)
    young_person_id: UUID | None = _ref("young_people.id", optional=True)
    expires_at: datetime = _at()
    used_at: datetime | None = _at(optional=True)
    created_by: UUID
    created_at: datetime = _now()


# --- The case and who is in it ----------------------------------------------------------------------------------


class Case(SQLModel, table=True):
    """One walk of one child along one version of one route. The step changes by transitions alone."""

    __tablename__ = "cases"
    __table_args__ = (
        _one_of("leervraag", CLASSES, optional=True),
        _one_of("leefvraag", CLASSES, optional=True),
        _one_of("problem_class", CLASSES[1:], optional=True),
        _a_code("regie"),
    )
    id: UUID = _id()
    young_person_id: UUID = _ref("young_people.id", index=True)
    school_id: UUID | None = _ref("organisations.id", optional=True, index=True)
    route: str = Field(sa_type=Text)
    route_version: int
    step: str = Field(sa_type=Text)
    step_since: datetime = _now()
    leervraag: str | None = Field(default=None, sa_type=Text)
    leefvraag: str | None = Field(default=None, sa_type=Text)
    problem_class: str | None = Field(default=None, sa_type=Text)
    regie: str | None = Field(default=None, sa_type=Text)
    regie_reason: str | None = Field(default=None, sa_type=Text)
    opened_by: UUID
    opened_at: datetime = _now()
    # Where the present round begins: at opening, and again at each reopening. Older findings stay, and count no more.
    round_since: datetime = _now()
    closed_at: datetime | None = _at(optional=True)
    closing_reason: str | None = Field(default=None, sa_type=Text)
    last_sequence: int = 0


class Participant(SQLModel, table=True):
    """An involvement: an organisation as such, a role at it, or one worker; on which ground; from when until when."""

    __tablename__ = "participants"
    __table_args__ = (
        _one_of("ground", GROUNDS),
        CheckConstraint("functions <@ array['casemanager', 'contactpersoon', 'regiehouder']", name="functions_known"),
        Index("participants_of_worker", "worker_id", "case_id", postgresql_where=text("ended_at is null")),
        Index("participants_of_organisation", "organisation_id", "case_id", postgresql_where=text("ended_at is null")),
    )
    id: UUID = _id()
    case_id: UUID = _ref("cases.id", index=True)
    organisation_id: UUID = _ref("organisations.id")
    role: str | None = Field(default=None, sa_type=Text)
    worker_id: UUID | None = _ref("workers.id", optional=True)
    functions: list[str] = _texts()
    ground: str = Field(sa_type=Text)
    motivation: str | None = Field(default=None, sa_type=Text)
    added_by: UUID
    started_at: datetime = _now()
    ended_at: datetime | None = _at(optional=True)
    ended_by: UUID | None = None
    # Of a gecertificeerde instelling: which measure of the court it carries out, and in which period.
    measure: str | None = Field(default=None, sa_type=Text)
    measure_from: date | None = None
    measure_until: date | None = None


class CaseTransition(SQLModel, table=True):
    """One step taken: never changed, never deleted; the sequence is unique within the case."""

    __tablename__ = "transitions"
    __table_args__ = (UniqueConstraint("case_id", "sequence"),)
    id: UUID = _id()
    case_id: UUID = _ref("cases.id")
    sequence: int
    transition: str = Field(sa_type=Text)
    from_step: str = Field(sa_type=Text)
    to_step: str = Field(sa_type=Text)
    explanation: str | None = Field(default=None, sa_type=Text)
    performed_by: UUID
    role: str = Field(sa_type=Text)
    organisation_id: UUID | None = _ref("organisations.id", optional=True)
    performed_at: datetime = _now()


# --- Content ----------------------------------------------------------------------------------------------------


class _Content(SQLModel):
    """What every piece of content carries: its case, and who wrote it in which role for which organisation."""

    id: UUID = _id()
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    author_id: UUID
    author_role: str = Field(sa_type=Text)
    author_organisation_id: UUID | None = Field(default=None, foreign_key="organisations.id")


class Signal(_Content, table=True):
    """A sign that a child may need more support, by the child, a parent or a professional."""

    __tablename__ = "signals"
    __table_args__ = (
        _one_of("given_by", ("jeugdige", "ouder", "professional")),
        _one_of("kind", ("leervraag", "leefvraag", "beide", "onbekend")),
        _one_of("category", Category),
    )
    given_by: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    category: str = Field(sa_type=Text)
    channel: str | None = Field(default=None, sa_type=Text)
    received_by_role: str | None = Field(default=None, sa_type=Text)
    content: str = Field(sa_type=Text)
    safety_reason: str | None = Field(default=None, sa_type=Text)
    # Whose own it is: no other member of the family sees it.
    private_of: UUID | None = None
    created_at: datetime = _now()


class Note(_Content, table=True):
    """A conversation: when, with whom, what was said, what was agreed (seed 001:255-259)."""

    __tablename__ = "notes"
    __table_args__ = (_one_of("category", Category),)
    kind: str = Field(sa_type=Text)
    category: str = Field(sa_type=Text)
    held_at: datetime = _at()
    with_whom: list[str] = _texts()
    content: str = Field(sa_type=Text)
    agreements: str = Field(sa_type=Text)
    private_of: UUID | None = None
    created_at: datetime = _now()


class Assessment(_Content, table=True):
    """A finding with an outcome: research, a check, a judgement, a core decision. Later ones of a kind prevail."""

    __tablename__ = "assessments"
    __table_args__ = (_one_of("category", Category), Index("assessments_latest", "case_id", "kind", "created_at"))
    kind: str = Field(sa_type=Text)
    category: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    content: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = _now()


class Consent(_Content, table=True):
    """What was asked: for which purpose, for whom, about what, until when, and what the family was told."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_replaces", "replaces", postgresql_where=text("replaces is not null")),)
    purpose: str = Field(sa_type=Text)
    recipients: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    data_categories: list[str] = _texts()
    told: str = Field(sa_type=Text)
    valid_from: date
    valid_until: date
    created_at: datetime = _now()
    replaces: UUID | None = _ref("consents.id", optional=True)
    # The text that was shown to everybody who was asked.
    text_key: str | None = Field(default=None, sa_type=Text)
    text_version: int | None = Field(default=None, sa_type=BigInteger)
    # What the route asked above the rule set when this was asked.
    youth_from: int | None = Field(default=None, sa_type=BigInteger)
    parents_until: int | None = Field(default=None, sa_type=BigInteger)
    parents_informed: bool | None = None
    # Of which period what is shared.
    data_from: date | None = None
    data_until: date | None = None
    answer_by: date | None = None
    # When it came in force for the first time.
    completed_at: datetime | None = _at(optional=True)


class ConsentException(_Content, table=True):
    """What jeugdhulp or youth health care recorded about who decides in one matter; the newest counts."""

    __tablename__ = "consent_exceptions"
    __table_args__ = (
        _one_of("kind", Exceptional),
        Index("consent_exceptions_of_consent", "consent_id", "sequence"),
    )
    consent_id: UUID = _ref("consents.id")
    kind: str = Field(sa_type=Text)
    motivation: str = Field(sa_type=Text)
    created_at: datetime = _now()
    sequence: int = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False))


class ConsentAnswer(SQLModel, table=True):
    """What one person answered; answers are appended, and the latest of each person counts."""

    __tablename__ = "consent_answers"
    __table_args__ = (
        _one_of("capacity", Capacity),
        _one_of("decision", ("gegeven", "geweigerd", "ingetrokken")),
        _one_of("form", ("mondeling", "schriftelijk", "digitaal")),
        _one_of("basis", ("zelf", "via_andere_ouder")),
    )
    id: UUID = _id()
    case_id: UUID = _ref("cases.id", index=True)
    consent_id: UUID = _ref("consents.id", index=True)
    giver_id: UUID
    capacity: str = Field(sa_type=Text)
    decision: str = Field(sa_type=Text)
    form: str = Field(sa_type=Text)
    basis: str = Field(sa_type=Text)
    recorded_by: UUID
    recorded_role: str = Field(sa_type=Text)
    created_at: datetime = _now()
    # Tells the order of two answers in one transaction's moment.
    sequence: int = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    # What this yes leaves out.
    without_recipients: list[UUID] = Field(
        default_factory=list, sa_column=Column(ARRAY(Uuid), nullable=False, server_default="{}")
    )
    without_categories: list[str] = _texts()
    # A spoken answer was heard by a worker, or by somebody who is named.
    witness_id: UUID | None = None
    witness_name: str | None = Field(default=None, sa_type=Text)
    # How surely the giver was known to the provider, of an answer given with the own login.
    assurance: str | None = Field(default=None, sa_type=Text)
    language: str | None = Field(default=None, sa_type=Text)
    text_version: int | None = Field(default=None, sa_type=BigInteger)


class Meeting(_Content, table=True):
    """A meeting about this one child. It counts as held once its report is in."""

    __tablename__ = "meetings"
    kind: str = Field(sa_type=Text)
    planned_at: datetime = _at()
    place: str | None = Field(default=None, sa_type=Text)
    held_at: datetime | None = _at(optional=True)
    created_at: datetime = _now()


class Invitation(SQLModel, table=True):
    """Who was asked to a meeting: a participant, a guardian or the child; afterwards present, or why not."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("num_nonnulls(participant_id, guardian_id, young_person_id) = 1", name="one_invitee"),
        UniqueConstraint("meeting_id", "participant_id"),
        UniqueConstraint("meeting_id", "guardian_id"),
        UniqueConstraint("meeting_id", "young_person_id"),
    )
    id: UUID = _id()
    case_id: UUID = _ref("cases.id", index=True)
    meeting_id: UUID = _ref("meetings.id")
    party: str = Field(sa_type=Text)
    participant_id: UUID | None = _ref("participants.id", optional=True)
    guardian_id: UUID | None = _ref("guardians.id", optional=True)
    young_person_id: UUID | None = _ref("young_people.id", optional=True)
    present: bool | None = None
    absence_reason: str | None = Field(default=None, sa_type=Text)
    invited_by: UUID
    created_at: datetime = _now()


class Decision(_Content, table=True):
    """What a meeting decided."""

    __tablename__ = "decisions"
    __table_args__ = (_one_of("category", Category),)
    meeting_id: UUID = _ref("meetings.id", index=True)
    category: str = Field(sa_type=Text)
    description: str = Field(sa_type=Text)
    created_at: datetime = _now()


class ChecklistAnswer(_Content, table=True):
    """An answer to a question that closes a meeting; answers are added, and the newest of each question counts."""

    __tablename__ = "checklist_answers"
    __table_args__ = (
        CheckConstraint("item ~ '^[a-z_]{2,60}$'", name="item_is_a_code"),
        _one_of("answer", ("ja", "deels", "nee", "besproken")),
        _one_of("category", Category),
        Index("ix_checklist_answers_meeting_id", "meeting_id", "item", "id"),
    )
    meeting_id: UUID = _ref("meetings.id")
    item: str = Field(sa_type=Text)
    answer: str = Field(sa_type=Text)
    category: str = Field(sa_type=Text)
    remark: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = _now()


class Plan(_Content, table=True):
    """A plan in the dossier: perspective, regie, evaluation date; in force once the route says so."""

    __tablename__ = "plans"
    __table_args__ = (_a_code("regie"),)
    kind: str = Field(sa_type=Text)
    perspective: str = Field(sa_type=Text)
    evaluation_date: date
    regie: str | None = Field(default=None, sa_type=Text)
    regie_reason: str | None = Field(default=None, sa_type=Text)
    in_force_at: datetime | None = _at(optional=True)
    created_at: datetime = _now()


class Goal(_Content, table=True):
    """A goal of a plan, for school (leren) or for help at home (leven); measurable by indicator and date."""

    __tablename__ = "goals"
    __table_args__ = (_one_of("domain", ("onderwijs", "zorg")), _one_of("category", Category))
    plan_id: UUID = _ref("plans.id", index=True)
    domain: str = Field(sa_type=Text)
    category: str = Field(sa_type=Text)
    description: str = Field(sa_type=Text)
    indicator: str = Field(sa_type=Text)
    target_date: date
    created_at: datetime = _now()


class PlanAction(_Content, table=True):
    """Who does what, before when, for which goal. The owner is a participant, a parent or the child."""

    __tablename__ = "plan_actions"
    __table_args__ = (_one_of("owner", ("participant", "ouder", "jeugdige")), _one_of("category", Category))
    plan_id: UUID = _ref("plans.id", index=True)
    goal_id: UUID = _ref("goals.id", index=True)
    category: str = Field(sa_type=Text)
    description: str = Field(sa_type=Text)
    owner: str = Field(sa_type=Text)
    owner_participant_id: UUID | None = _ref("participants.id", optional=True)
    due_on: date
    done_at: datetime | None = _at(optional=True)
    created_at: datetime = _now()


class Approval(_Content, table=True):
    """Whether a party agrees with a plan. The latest answer of a party counts."""

    __tablename__ = "approvals"
    __table_args__ = (_a_code("party"),)
    plan_id: UUID = _ref("plans.id", index=True)
    party: str = Field(sa_type=Text)
    person_id: UUID | None = None
    agreed: bool
    remark: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = _now()


class Evaluation(_Content, table=True):
    """How a plan went: bijstellen, opschalen, afschalen or afsluiten, and who took part."""

    __tablename__ = "evaluations"
    __table_args__ = (_one_of("outcome", ("bijstellen", "opschalen", "afschalen", "afsluiten")),)
    plan_id: UUID = _ref("plans.id", index=True)
    outcome: str = Field(sa_type=Text)
    held_on: date
    parties: list[str] = _texts()
    summary: str = Field(sa_type=Text)
    next_date: date | None = None
    created_at: datetime = _now()


class Escalation(_Content, table=True):
    """What is stuck, raised with whom the route names for it: stagnation with the stagnatiepunt, for example."""

    __tablename__ = "escalations"
    __table_args__ = (
        _a_code("kind"),
        _a_code("addressed_to"),
    )
    kind: str = Field(sa_type=Text)
    addressed_to: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    resolved_at: datetime | None = _at(optional=True)
    resolution: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = _now()


class Finding(_Content, table=True):
    """What the one who was called in sees of the process. An observation, never a decision."""

    __tablename__ = "findings"
    escalation_id: UUID = _ref("escalations.id", index=True)
    content: str = Field(sa_type=Text)
    created_at: datetime = _now()


class Statement(_Content, table=True):
    """What the family itself adds to the dossier (Jeugdwet 7.3.8), or a rectification that an organisation owes it."""

    __tablename__ = "statements"
    __table_args__ = (
        _one_of("kind", ("verklaring", "rectificatie")),
        _one_of("category", Category),
    )
    kind: str = Field(sa_type=Text)
    category: str = Field(sa_type=Text)
    private_of: UUID | None = None
    content: str = Field(sa_type=Text)
    about_type: str | None = Field(default=None, sa_type=Text)
    about_id: UUID | None = None
    created_at: datetime = _now()


class DataRequest(SQLModel, table=True):
    """What somebody of the family asks an organisation about what it keeps; its decision, with the reason.

    `asked_of`: who must ask it along. `due_on`: until when it is answered, from the day on which all of them ask it.
    """

    __tablename__ = "data_requests"
    __table_args__ = (
        _one_of("kind", RequestKind),
        _one_of("category", Category, optional=True),
        _one_of("decision", Verdict, optional=True),
        CheckConstraint(
            "granted_categories is null and granted_ids is null or kind = 'vernietiging' and decision = 'deels'",
            name="part_of_a_destruction",
        ),
        Index(
            "data_requests_to_answer",
            "due_on",
            postgresql_where=text("decision is null and due_on is not null"),
        ),
    )
    id: UUID = _id()
    case_id: UUID = _ref("cases.id", index=True)
    kind: str = Field(sa_type=Text)
    organisation_id: UUID = _ref("organisations.id", index=True)
    requested_by: UUID
    requested_role: str = Field(sa_type=Text)
    asked_of: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    about_type: str | None = Field(default=None, sa_type=Text)
    about_id: UUID | None = None
    category: str | None = Field(default=None, sa_type=Text)
    content: str = Field(sa_type=Text)
    due_on: date | None = None
    decision: str | None = Field(default=None, sa_type=Text)
    refusal_ground: str | None = Field(default=None, sa_type=Text)
    # Of a destruction that was granted in part: what goes.
    granted_categories: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text), nullable=True))
    granted_ids: list[UUID] | None = Field(default=None, sa_column=Column(ARRAY(Uuid), nullable=True))
    reason: str | None = Field(default=None, sa_type=Text)
    decided_at: datetime | None = _at(optional=True)
    decided_by: UUID | None = None
    decided_role: str | None = Field(default=None, sa_type=Text)
    told: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = _now()


class DataRequestAnswer(SQLModel, table=True):
    """Whether one of those who must ask it together does so. The latest of each person counts."""

    __tablename__ = "data_request_answers"
    id: UUID = _id()
    request_id: UUID = _ref("data_requests.id", index=True)
    person_id: UUID
    agrees: bool
    created_at: datetime = _now()


# --- About policy, never about a child -----------------------------------------------------------------------------


class OrganisationMeeting(SQLModel, table=True):
    """A meeting of an organisation about policy: no column here, or below it, is about a child."""

    __tablename__ = "organisation_meetings"
    __table_args__ = (_one_of("kind", ("oogo", "zat", "cvb")),)
    id: UUID = _id()
    organisation_id: UUID = _ref("organisations.id", index=True)
    kind: str = Field(sa_type=Text)
    planned_at: datetime = _at()
    place: str | None = Field(default=None, sa_type=Text)
    subjects: list[str] = _texts()
    held_at: datetime | None = _at(optional=True)
    convened_by: UUID
    convened_by_role: str = Field(sa_type=Text)
    created_at: datetime = _now()


class OrganisationMeetingParty(SQLModel, table=True):
    """An organisation at the table, beside the one whose meeting it is."""

    __tablename__ = "organisation_meeting_parties"
    __table_args__ = (UniqueConstraint("meeting_id", "organisation_id"),)
    id: UUID = _id()
    meeting_id: UUID = _ref("organisation_meetings.id")
    organisation_id: UUID = _ref("organisations.id", index=True)
    present: bool | None = None
    absence_reason: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = _now()


class OrganisationDecision(SQLModel, table=True):
    """What was agreed about policy, by its subject."""

    __tablename__ = "organisation_decisions"
    id: UUID = _id()
    meeting_id: UUID = _ref("organisation_meetings.id", index=True)
    subject: str = Field(sa_type=Text)
    description: str = Field(sa_type=Text)
    decided_by: UUID
    created_at: datetime = _now()


# --- Numbers ----------------------------------------------------------------------------------------------------


class IdentityNumber(SQLModel, table=True):
    """A BSN or PGN of a child, sealed; by `digest` it is found again. One of each kind at most."""

    __tablename__ = "identity_numbers"
    __table_args__ = (
        _one_of("kind", NumberKind),
        _one_of("source", NumberSource),
        CheckConstraint("kind = 'pgn' or source <> 'school'", name="of_a_school"),
        CheckConstraint("octet_length(sealed) = 12 + 9 + 16", name="sealed_whole"),
        CheckConstraint("octet_length(digest) = 32", name="digest_whole"),
        UniqueConstraint("young_person_id", "kind"),
        Index("identity_numbers_by_digest", "digest"),
    )
    id: UUID = _id()
    young_person_id: UUID = _ref("young_people.id")
    kind: str = Field(sa_type=Text)
    source: str = Field(sa_type=Text)
    key_id: str = Field(sa_type=Text)
    sealed: bytes = Field(sa_type=LargeBinary)
    digest_key_id: str = Field(sa_type=Text)
    digest: bytes = Field(sa_type=LargeBinary)
    recorded_by: UUID
    recorded_by_organisation_id: UUID | None = _ref("organisations.id", optional=True)
    recorded_at: datetime = _now()


# --- Terms ------------------------------------------------------------------------------------------------------


class Closure(SQLModel, table=True):
    """Days on which a school is closed beside holidays: a study day or a closure.

    Taken back, it stays and counts no more.
    """

    __tablename__ = "closures"
    __table_args__ = (
        _one_of("kind", ("studiedag", "sluiting")),
        CheckConstraint("last_day between first_day and first_day + 100", name="in_order"),
        Index("closures_of_organisation", "organisation_id", "id", postgresql_where=text("removed_at is null")),
    )
    id: UUID = _id()
    organisation_id: UUID = _ref("organisations.id")
    kind: str = Field(sa_type=Text)
    first_day: date
    last_day: date
    name: str = Field(sa_type=Text)
    created_by: UUID
    created_at: datetime = _now()
    removed_at: datetime | None = _at(optional=True)
    removed_by: UUID | None = None


class TermPause(_Content, table=True):
    """Days that do not count in a term, and why. Never changed; with a last day, so that no term is forgotten."""

    __tablename__ = "term_pauses"
    __table_args__ = (CheckConstraint("last_day between first_day and first_day + 366", name="in_order"),)
    term: str = Field(sa_type=Text)
    first_day: date
    last_day: date
    reason: str = Field(sa_type=Text)
    created_at: datetime = _now()


class TermExtension(_Content, table=True):
    """A longer term, in its own unit, and why; of the run that began on `anchored_on`. Never changed."""

    __tablename__ = "term_extensions"
    __table_args__ = (CheckConstraint("amount between 1 and 366", name="amount_in_bounds"),)
    term: str = Field(sa_type=Text)
    anchored_on: date
    amount: int = Field(sa_type=BigInteger)
    reason: str = Field(sa_type=Text)
    created_at: datetime = _now()


class Deadline(SQLModel, table=True):
    """The present run of a term of a case, as the worker counted it; for which date it told whom it concerns."""

    __tablename__ = "deadlines"
    __table_args__ = (
        _one_of("state", ("running", "paused", "met", "ended", "passed")),
        Index("deadlines_to_act_on", "next_on", "case_id", postgresql_where=text("next_on is not null")),
    )
    # No reference: it would lock the case while the worker counts.
    case_id: UUID = Field(primary_key=True)
    term: str = Field(sa_type=Text, primary_key=True)
    state: str = Field(sa_type=Text)
    anchored_on: date
    due_on: date | None = None
    remind_on: date | None = None
    reminded_for: date | None = None
    told_for: date | None = None
    passed_for: date | None = None
    next_on: date | None = None


class ConsentReminder(SQLModel, table=True):
    """Of which day of a consent the worker said that it comes."""

    __tablename__ = "consent_reminders"
    __table_args__ = (_one_of("kind", ("answer-due", "expiring", "to-renew")),)
    # No reference: it would lock the consent while somebody answers it.
    consent_id: UUID = Field(primary_key=True)
    kind: str = Field(sa_type=Text, primary_key=True)
    of_day: date = Field(primary_key=True)
    case_id: UUID = Field(index=True)
    said_at: datetime = _now()


class Recount(SQLModel, table=True):
    """A case whose dates are to be counted again."""

    __tablename__ = "recounts"
    id: int = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    case_id: UUID


# --- The Meldcode: apart from every case ------------------------------------------------------------------------


class MeldcodeTrack(SQLModel, table=True):
    """One organisation's walk through its Meldcode about one child. It names no case, and holds no row of one."""

    __tablename__ = "meldcode_tracks"
    __table_args__ = (Index("meldcode_tracks_of_organisation", "organisation_id", "id"),)
    id: UUID = _id()
    organisation_id: UUID = _ref("organisations.id")
    # No reference: it would lock the child's row, and keep it from being destroyed.
    young_person_id: UUID
    opened_by: UUID
    opened_by_role: str = Field(sa_type=Text)
    opened_at: datetime = _now()
    decider_id: UUID | None = None
    closed_at: datetime | None = _at(optional=True)


class MeldcodeParticipant(SQLModel, table=True):
    """A worker, by name, to whom a track is known."""

    __tablename__ = "meldcode_participants"
    __table_args__ = (
        Index(
            "meldcode_participants_now",
            "worker_id",
            "track_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )
    id: UUID = _id()
    track_id: UUID = _ref("meldcode_tracks.id", index=True)
    worker_id: UUID
    added_by: UUID
    added_at: datetime = _now()
    ended_at: datetime | None = _at(optional=True)
    ended_by: UUID | None = None


class MeldcodeEntry(SQLModel, table=True):
    """What was done in a step, as the contract shows it; `due_on`: the day on which something is expected of it."""

    __tablename__ = "meldcode_entries"
    __table_args__ = (
        _one_of("kind", ("signaal", "overleg", "gesprek", "weging", "afweging", "besluit", "antwoord")),
        Index("ix_meldcode_entries_track_id", "track_id", "id"),
    )
    id: UUID = _id()
    track_id: UUID = _ref("meldcode_tracks.id")
    kind: str = Field(sa_type=Text)
    said: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    due_on: date | None = None
    author_id: UUID
    author_role: str = Field(sa_type=Text)
    created_at: datetime = _now()


class MeldcodeEvent(SQLModel, table=True):
    """Who did, saw or was refused what of a track. Beside the audit, which an organisation reads. Append-only."""

    __tablename__ = "meldcode_events"
    __table_args__ = (
        _one_of("outcome", ("toegestaan", "geweigerd")),
        Index("meldcode_events_of_track", "track_id", "id"),
        Index("meldcode_events_written", "written_in", "id"),
    )
    id: UUID = _id()
    occurred_at: datetime = _now()
    actor_id: UUID | None = None
    actor_role: str | None = Field(default=None, sa_type=Text)
    organisation_id: UUID | None = None
    client_id: str = Field(sa_type=Text)
    action: str = Field(sa_type=Text)
    track_id: UUID | None = None
    outcome: str = Field(sa_type=Text)
    status: int = Field(sa_type=BigInteger)
    reason: str | None = Field(default=None, sa_type=Text)
    written_in: int = Field(
        default=None,
        sa_column=Column(BigInteger, nullable=False, server_default=text("(pg_current_xact_id()::text)::bigint")),
    )


class MeldcodeDestruction(SQLModel, table=True):
    """That a track is to be destroyed, by whom of those who know it; then its certificate, for who knew it."""

    __tablename__ = "meldcode_destructions"
    __table_args__ = (
        CheckConstraint("approved_by <> proposed_by", name="four_eyes"),
        CheckConstraint("refused_by is null or approved_by is null", name="one_outcome"),
        CheckConstraint("(refused_by is null) = (refusal_reason is null)", name="refused_with_reason"),
        Index("meldcode_destructions_of_track", "track_id", unique=True, postgresql_where=text("refused_by is null")),
        Index("meldcode_destructions_of_organisation", "organisation_id", "id"),
    )
    id: UUID = _id()
    organisation_id: UUID = _ref("organisations.id")
    # No reference: it outlives the track.
    track_id: UUID
    retention_class: str = Field(sa_type=Text)
    term: str = Field(sa_type=Text)
    source: str = Field(sa_type=Text)
    due_since: date
    proposed_by: UUID
    proposed_at: datetime = _now()
    approved_by: UUID | None = None
    approved_at: datetime | None = _at(optional=True)
    refused_by: UUID | None = None
    refused_at: datetime | None = _at(optional=True)
    refusal_reason: str | None = Field(default=None, sa_type=Text)
    known_to: list[UUID] = Field(
        default_factory=list, sa_column=Column(ARRAY(Uuid), nullable=False, server_default="{}")
    )
    destroyed_at: datetime | None = _at(optional=True)
    document: str | None = Field(default=None, sa_type=Text)
    digest: str | None = Field(default=None, sa_type=Text)
    signature: str | None = Field(default=None, sa_type=Text)


# --- Retention --------------------------------------------------------------------------------------------------


class SchoolDeparture(SQLModel, table=True):
    """That a child left a school, on the day on which the service heard of it. Kept by a trigger on the child."""

    __tablename__ = "school_departures"
    id: UUID = _id()
    young_person_id: UUID = _ref("young_people.id", index=True)
    school_id: UUID = _ref("organisations.id")
    to_school_id: UUID | None = _ref("organisations.id", optional=True)
    left_on: date
    created_at: datetime = _now()


class RetentionProposal(SQLModel, table=True):
    """What one organisation is asked to destroy, of one class: counts and reasons, never a word of the content.

    Two people answer, each once; what they look at does not change under their eyes.
    """

    __tablename__ = "retention_proposals"
    __table_args__ = (
        _one_of("ground", ("termijn", "verzoek")),
        CheckConstraint(
            "approved_by is null or reviewed_by is not null and approved_by <> reviewed_by", name="four_eyes"
        ),
        CheckConstraint("refused_by is null or approved_by is null", name="one_outcome"),
        CheckConstraint(
            "not automatic or retention_class = 'signaal_zonder_vervolg' and ground = 'termijn'",
            name="automatic_signal",
        ),
        CheckConstraint("(refused_by is null) = (refusal_reason is null)", name="refused_with_reason"),
        Index("ix_retention_proposals_organisation_id", "organisation_id", "id"),
        Index("retention_proposals_of_request", "request_id", unique=True, postgresql_where=text("refused_by is null")),
    )
    id: UUID = _id()
    organisation_id: UUID = Field(foreign_key="organisations.id")
    retention_class: str = Field(sa_type=Text)
    ground: str = Field(sa_type=Text)
    request_id: UUID | None = None
    # As they were when it was proposed: the table may change.
    term: str = Field(sa_type=Text)
    source: str = Field(sa_type=Text)
    automatic: bool = False
    not_before: date
    records: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    cases: int = Field(sa_type=BigInteger)
    objects: int = Field(sa_type=BigInteger)
    due_since: date
    destroyed: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    kept: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    created_at: datetime = _now()
    reviewed_by: UUID | None = None
    reviewed_at: datetime | None = _at(optional=True)
    approved_by: UUID | None = None
    approved_at: datetime | None = _at(optional=True)
    refused_by: UUID | None = None
    refused_at: datetime | None = _at(optional=True)
    refusal_reason: str | None = Field(default=None, sa_type=Text)
    finished_at: datetime | None = _at(optional=True)


class RetentionObject(SQLModel, table=True):
    """One row that a proposal still has to destroy; it goes from this list in the transaction that destroys it."""

    __tablename__ = "retention_objects"
    __table_args__ = (
        Index("ix_retention_objects_case_id", "case_id"),
        Index("ix_retention_objects_object_id", "object_id"),
    )
    proposal_id: UUID = Field(foreign_key="retention_proposals.id", primary_key=True)
    record: str = Field(sa_type=Text, primary_key=True)
    object_id: UUID = Field(primary_key=True)
    # No reference: the case itself may be among what goes.
    case_id: UUID | None = None


class LegalHold(SQLModel, table=True):
    """What may not be destroyed while this stands: a case, a class, or all of an organisation; with the reason."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        CheckConstraint(
            "(lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lifting_reason is null)",
            name="lifted_with_reason",
        ),
        Index("ix_legal_holds_organisation_id", "organisation_id", "id"),
        Index("legal_holds_in_force", "organisation_id", "case_id", postgresql_where=text("lifted_at is null")),
    )
    id: UUID = _id()
    organisation_id: UUID = Field(foreign_key="organisations.id")
    # No reference: that it was held back outlives the case.
    case_id: UUID | None = None
    retention_class: str | None = Field(default=None, sa_type=Text)
    reason: str = Field(sa_type=Text)
    placed_by: UUID
    placed_at: datetime = _now()
    lifted_by: UUID | None = None
    lifted_at: datetime | None = _at(optional=True)
    lifting_reason: str | None = Field(default=None, sa_type=Text)


class Tombstone(SQLModel, table=True):
    """That something was destroyed: its kind and id, whose it was, by which class and proposal, when. No content."""

    __tablename__ = "tombstones"
    __table_args__ = (Index("ix_tombstones_proposal_id", "proposal_id"),)
    record: str = Field(sa_type=Text, primary_key=True)
    object_id: UUID = Field(primary_key=True)
    organisation_id: UUID | None = None
    retention_class: str = Field(sa_type=Text)
    # No reference: a restored backup may not know the proposal.
    proposal_id: UUID
    destroyed_at: datetime = _now()


class DestructionPortion(SQLModel, table=True):
    """One transaction of destruction: how much, and the digest of what; the register outside names each object."""

    __tablename__ = "destruction_portions"
    id: UUID = Field(primary_key=True)
    proposal_id: UUID
    objects: int = Field(sa_type=BigInteger)
    digest: str = Field(sa_type=Text)
    destroyed_at: datetime = _now()


class DestructionCertificate(SQLModel, table=True):
    """What was destroyed, on which ground, by whose decision: a document, its digest, its signature."""

    __tablename__ = "destruction_certificates"
    __table_args__ = (Index("ix_destruction_certificates_organisation_id", "organisation_id", "id"),)
    id: UUID = _id()
    proposal_id: UUID = Field(foreign_key="retention_proposals.id", unique=True)
    organisation_id: UUID = Field(foreign_key="organisations.id")
    document: str = Field(sa_type=Text)
    digest: str = Field(sa_type=Text)
    signature: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = _now()


# --- Keeping ----------------------------------------------------------------------------------------------------


class AuditEvent(SQLModel, table=True):
    """Who did, saw or was refused what, when, for whom, in which role and on which ground. Append-only."""

    __tablename__ = "audit_events"
    __table_args__ = (
        _one_of("outcome", ("toegestaan", "geweigerd")),
        Index("audit_events_of_case", "case_id", "id"),
        Index("audit_events_of_actor", "actor_id", "id"),
        Index("audit_events_written", "written_in", "id"),
    )
    id: UUID = _id()
    occurred_at: datetime = _now()
    actor_id: UUID | None = None
    actor_role: str | None = Field(default=None, sa_type=Text)
    organisation_id: UUID | None = None
    on_behalf_of: UUID | None = None
    client_id: str = Field(sa_type=Text)
    action: str = Field(sa_type=Text)
    object_type: str = Field(sa_type=Text)
    object_id: UUID | None = None
    case_id: UUID | None = None
    ground: str | None = Field(default=None, sa_type=Text)
    data_categories: list[str] = _texts()
    outcome: str = Field(sa_type=Text)
    status: int
    reason: str | None = Field(default=None, sa_type=Text)
    # Whether it was opened, only shown among others, changed or refused (`app.domain.recording`).
    kind: str | None = Field(default=None, sa_type=Text)
    # The cases that a list showed.
    shown: list[UUID] | None = Field(default=None, sa_column=Column(ARRAY(Uuid), nullable=True))
    # Of each of these, in the same order, on which ground.
    shown_on: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text), nullable=True))
    # What it rests on: by which rule set was judged who decides, and the consents in force that opened something.
    rule_set: str | None = Field(sa_column=Column(Text, nullable=True, server_default=text("app_rule_set()")))
    consent_ids: list[UUID] | None = Field(default=None, sa_column=Column(ARRAY(Uuid), nullable=True))
    # The place in the trace of the request (W3C), and the caller's own.
    trace_id: str | None = Field(default=None, sa_type=Text)
    span_id: str | None = Field(default=None, sa_type=Text)
    parent_span_id: str | None = Field(default=None, sa_type=Text)
    # When it was written down: after what it tells of.
    recorded_at: datetime | None = _at(optional=True, filled="clock_timestamp()")
    # The transaction that wrote it: rows of transactions that are still open are sealed later.
    written_in: int = Field(
        sa_column=Column(BigInteger, nullable=False, server_default=text("(pg_current_xact_id()::text)::bigint"))
    )


class AuditChain(SQLModel, table=True):
    """The newest seal of a chain, and up to which its head was written outside. The chain is its organisation's id."""

    __tablename__ = "audit_chains"
    chain: UUID = Field(primary_key=True)
    number: int = Field(sa_type=BigInteger)
    hash: bytes = Field(sa_type=LargeBinary)
    written_number: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    written_at: datetime | None = _at(optional=True)


class AuditSeal(SQLModel, table=True):
    """A batch of audit rows, sealed: over the hash of each and over the seal before. Append-only."""

    __tablename__ = "audit_seals"
    __table_args__ = (
        CheckConstraint("number > 0", name="counted"),
        CheckConstraint("size > 0", name="not_empty"),
    )
    chain: UUID = Field(primary_key=True)
    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    previous: bytes = Field(sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary)
    size: int = Field(sa_type=BigInteger)
    sealed_at: datetime = _at()


class AuditLink(SQLModel, table=True):
    """An audit row in its place in a seal, by its hash: that stays when the row must be destroyed. Append-only."""

    __tablename__ = "audit_links"
    __table_args__ = (UniqueConstraint("event_id", name="audit_links_event_id_key"),)
    chain: UUID = Field(primary_key=True)
    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    place: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    event_id: UUID
    hash: bytes = Field(sa_type=LargeBinary)


class AuditPosition(SQLModel, table=True):
    """Up to where the worker came with the audit: by transaction, then by id."""

    __tablename__ = "audit_positions"
    duty: str = Field(sa_type=Text, primary_key=True)
    written_in: int = Field(sa_type=BigInteger)
    event_id: UUID
    rescan: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))


class CaseMigration(SQLModel, table=True):
    """A batch of cases brought from one version of a route to another: with which mapping, and why."""

    __tablename__ = "case_migrations"
    id: UUID = _id()
    route: str = Field(sa_type=Text)
    from_version: int = Field(sa_type=BigInteger)
    to_version: int = Field(sa_type=BigInteger)
    renaming: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    reason: str = Field(sa_type=Text)
    started_at: datetime = _now()
    finished_at: datetime | None = _at(optional=True)
    undone_at: datetime | None = _at(optional=True)


class MigratedCase(SQLModel, table=True):
    """One case of a batch: where in its history it was moved, and what it takes to put it back. Codes only."""

    __tablename__ = "migrated_cases"
    batch_id: UUID = Field(foreign_key="case_migrations.id", primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    was: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    moved_at: datetime = _now()
    undone_at: datetime | None = _at(optional=True)


class OutboxEvent(SQLModel, table=True):
    """A fact for the outside, poor in information: that it happened, never what it says."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_waiting", "id", postgresql_where=text("delivered_at is null")),)
    id: UUID = _id()
    occurred_at: datetime = _now()
    type: str = Field(sa_type=Text)
    case_id: UUID | None = None
    object_id: UUID | None = None
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}"))
    delivered_at: datetime | None = _at(optional=True)


class IdempotencyKey(SQLModel, table=True):
    """A success under a caller's key: its status and what it made, never a body."""

    __tablename__ = "idempotency_keys"
    person_id: UUID = Field(primary_key=True)
    key: str = Field(sa_type=Text, primary_key=True)
    operation: str = Field(sa_type=Text)
    fingerprint: bytes = Field(sa_type=LargeBinary)
    status: int
    object_id: UUID
    created_at: datetime = _now()
