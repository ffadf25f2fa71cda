"""The read models: one statement each, whose JSON goes out as PostgreSQL made it, and which records itself.

Every body is shaped as the contract publishes it (`app.api.schemas`; a test holds real answers to it). `x` is the
row, `r` the caller's reach of its case: what lies outside `r.categories` is left out, or null and named in `withheld`;
so is what of `r.categories` outside `r.whole` is of another day than a consent in force is about (ADR 0164).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from app.db import reach
from app.db.session import Query, Row, Session
from app.domain.actors import Role
from app.domain.consent import ANSWERED, Missing, Status
from app.domain.errors import NotPermitted, NotVisible, Refusal
from app.domain.policy import KEPT_FOR, Action


def _object(**fields: str) -> str:
    return "json_build_object(" + ", ".join(f"'{name}', {value}" for name, value in fields.items()) + ")"


def _array(body: str, source: str, order: str = "x.id") -> str:
    return f"coalesce((select json_agg({body} order by {order}) from {source}), '[]'::json)"


def _if(category: str, value: str) -> str:
    return f"case when '{category}' = any (r.categories) then {value} end"


# Whether the caller may see how the case proceeds.
PROCESS = "'proces' = any (r.categories)"


def _open(categories: str, moment: str) -> str:
    """Whether one of the categories (an array) is open to the caller, as it was at that moment."""
    day = moment if moment.endswith("_on") else f"app_day({moment})"
    return (
        f"(r.whole && {categories}"
        f" or r.categories && {categories} and app_within(r.case_id, r.categories, {categories}, {day}))"
    )


def visible(alias: str, moment: str = "created_at") -> str:
    """Whether the caller may see a row of content: by its category on its day, or as what the own house wrote."""
    return (
        f"({_open(f'array[{alias}.category]', f'{alias}.{moment}')} or {alias}.author_id = app_person()"
        f" or {alias}.author_organisation_id = app_organisation() and {alias}.category = any (r.own))"
        f" and {openly(f'{alias}.author_organisation_id')}"
    )


def openly(house: str) -> str:
    """Whether what a house did is not kept from the caller, who does not learn whom an exception let in."""
    return f"coalesce({house} <> all (r.apart), true)"


# Who speaks where the family does: the person, or the organisation that has the voogdij.
VOICE = "coalesce(app_organisation(), app_person())"
_NO_FAMILY = "r.ground not in ('gezag', 'eigen_gegevens')"


def private(alias: str) -> str:
    """Whether no other member of the family keeps the row to himself or herself."""
    return f"({alias}.private_of is null or {alias}.private_of = app_person() or {_NO_FAMILY})"


_KEPT = {
    homes: "{" + ",".join(sorted(role for role in KEPT_FOR if KEPT_FOR[role] == homes)) + "}"
    for homes in KEPT_FOR.values()
}


def kept(alias: str, moment: str = "created_at") -> str:
    """Whether a row stands outside the compartments of leerplicht and samenwerkingsverband, or is open to the caller.

    See `app.domain.policy.KEPT_FOR`.
    """
    closed = " or ".join(
        f"{alias}.author_role = any ('{roles}'::text[])"
        f" and not app_home() = any ('{{{','.join(sorted(homes))}}}'::text[])"
        for homes, roles in _KEPT.items()
    )
    return (
        f"(not ({closed}) or {alias}.category = 'proces' or not {_NO_FAMILY} or {alias}.author_id = app_person()"
        f" or {alias}.author_organisation_id = app_organisation()"
        f" or app_within({alias}.case_id, array[{alias}.category], array[{alias}.category], app_day({alias}.{moment})))"
    )


# Of absence a parent of a youth of 16 or 17 sees the facts; why, as far as the youth decided so.
_TOLD = "(x.category <> 'verzuim' or r.reasons or x.author_id = app_person())"


def _if_told(value: str) -> str:
    return f"case when {_TOLD} then {value} end"


# A plan's own words belong to the plan's two domains: whoever may see one of the two may read them.
def _plan_words(moment: str = "x.created_at") -> str:
    return _open("'{leren,leven}'::text[]", moment)


def _if_plan(value: str, moment: str = "x.created_at") -> str:
    return f"case when {_plan_words(moment)} then {value} end"


# Words about the child beside a fact of the process: for whoever may see some content of the case.
def _content(moment: str = "x.created_at") -> str:
    return _open("'{gezondheid,leren,leven,veiligheid,verzuim}'::text[]", moment)


def _if_content(value: str, moment: str = "x.created_at") -> str:
    return f"case when {_content(moment)} then {value} end"


def _withheld(condition: str, *fields: str) -> str:
    listed = ", ".join(f'"{field}"' for field in fields)
    return f"case when {condition} then '[]'::json else '[{listed}]'::json end"


def _withheld_each(**unless: str) -> str:
    """The fields of which the condition does not hold."""
    each = ", ".join(f"case when {condition} then null else '{field}' end" for field, condition in unless.items())
    return f"to_json(array_remove(array[{each}]::text[], null))"


_AUTHOR = {
    "authorId": "x.author_id",
    "authorRole": "x.author_role",
    "authorOrganisationId": "x.author_organisation_id",
    "createdAt": "app_time(x.created_at)",
}

_SIGNAL = _object(
    id="x.id",
    caseId="x.case_id",
    givenBy="x.given_by",
    kind="x.kind",
    category="x.category",
    channel="x.channel",
    receivedByRole="x.received_by_role",
    content=_if_told("x.content"),
    privateOf="x.private_of",
    # Why talking with the parents first could endanger the child is not for the family to read.
    safetyReason=f"case when {_NO_FAMILY} then x.safety_reason end",
    withheld=_withheld_each(content=_TOLD, safetyReason=_NO_FAMILY),
    **_AUTHOR,
)
_NOTE = _object(
    id="x.id",
    caseId="x.case_id",
    kind="x.kind",
    category="x.category",
    heldAt="app_time(x.held_at)",
    withWhom="to_json(x.with_whom)",
    content=_if_told("x.content"),
    agreements=_if_told("x.agreements"),
    privateOf="x.private_of",
    withheld=_withheld(_TOLD, "agreements", "content"),
    **_AUTHOR,
)
_ASSESSMENT = _object(
    id="x.id",
    caseId="x.case_id",
    kind="x.kind",
    category="x.category",
    outcome="x.outcome",
    reason=_if_told("x.reason"),
    content=_if_told("x.content"),
    withheld=_withheld(_TOLD, "content", "reason"),
    **_AUTHOR,
)
_TRANSITION = _object(
    id="x.id",
    caseId="x.case_id",
    sequence="x.sequence",
    transition="x.transition",
    fromStep="x.from_step",
    toStep="x.to_step",
    explanation=_if_plan("x.explanation", "x.performed_at"),
    performedBy="x.performed_by",
    role="x.role",
    organisationId="x.organisation_id",
    performedAt="app_time(x.performed_at)",
    withheld=_withheld(_plan_words("x.performed_at"), "explanation"),
)
_PARTICIPANT = _object(
    id="x.id",
    caseId="x.case_id",
    organisationId="x.organisation_id",
    organisationName="(select o.name from organisations o where o.id = x.organisation_id)",
    role="x.role",
    workerId="x.worker_id",
    displayName="app_worker_name(x.worker_id, x.case_id)",
    functions="to_json(x.functions)",
    ground="x.ground",
    motivation=_if_content("x.motivation", "x.started_at"),
    measure=_if_content(
        "case when x.measure is not null then json_build_object('kind', x.measure, 'validFrom', x.measure_from,"
        " 'validUntil', x.measure_until) end",
        "x.started_at",
    ),
    withheld=_withheld(_content("x.started_at"), "measure", "motivation"),
    startedAt="app_time(x.started_at)",
    endedAt="app_time(x.ended_at)",
)
_ANSWER = _object(
    id="x.id",
    giverId="x.giver_id",
    capacity="x.capacity",
    decision="x.decision",
    form="x.form",
    basis="x.basis",
    recordedBy="x.recorded_by",
    recordedRole="x.recorded_role",
    answeredAt="app_time(x.created_at)",
    withoutRecipients="to_json(x.without_recipients)",
    withoutCategories="to_json(x.without_categories)",
    witnessId="x.witness_id",
    witnessName="x.witness_name",
    assurance="x.assurance",
    language="x.language",
    textVersion="x.text_version",
)
_EXCEPTION = _object(
    id="x.id",
    kind="x.kind",
    motivation="x.motivation",
    authorId="x.author_id",
    authorRole="x.author_role",
    createdAt="app_time(x.created_at)",
)
# Of the family each the own answers: that another's is lacking stands in waitsFor.
_ANSWERS = _array(
    _ANSWER,
    f"consent_answers x where x.consent_id = outer_id and ({_NO_FAMILY} or x.giver_id = {VOICE})",
    "x.sequence",
)
# Who of the family said what: for whoever may see some content of the case, and for who asked. Others see whether it
# holds, and of a no only what they would see of a question still open.
_MAY_KNOW_ANSWERS = f"({_content()} or x.author_id = app_person())"
_HOW_ANSWERED = "','".join(sorted(ANSWERED))


def _unsaid(of_no: str, value: str) -> str:
    return f"case when not {_MAY_KNOW_ANSWERS} and s.code in ('{_HOW_ANSWERED}') then '{of_no}' else {value} end"


# Over s, how it stands today: worked out once for all its fields.
_CONSENT_STANDING = _object(
    id="x.id",
    caseId="x.case_id",
    purpose="x.purpose",
    recipients="to_json(x.recipients)",
    dataCategories="to_json(x.data_categories)",
    told=_if_content("x.told"),
    withheld=_withheld_each(told=_content(), waitsFor=_content(), informs=_content(), answers=_MAY_KNOW_ANSWERS),
    validFrom="x.valid_from",
    validUntil="x.valid_until",
    inForce="s.code is null",
    status=_unsaid(Status.WACHT_OP, "s.status"),
    reason=_unsaid(Missing.NOT_ANSWERED, "s.code"),
    waitsFor=f"case when {_content()} then to_json(s.waits_for) else '[]'::json end",
    informs=f"case when {_content()} then to_json(s.informs) else '[]'::json end",
    ruleSet="s.rule_set",
    sharedWith="to_json(s.recipients)",
    sharedCategories="to_json(s.data_categories)",
    replaces="x.replaces",
    textKey="x.text_key",
    textVersion="x.text_version",
    dataFrom="x.data_from",
    dataUntil="x.data_until",
    answerBy="x.answer_by",
    # Under its own policy: for the house that wrote it, and the youth.
    exceptions=_array(_EXCEPTION, "consent_exceptions x where x.consent_id = outer_id", "x.sequence"),
    answers=f"case when {_MAY_KNOW_ANSWERS} then {_ANSWERS} else '[]'::json end",
    **_AUTHOR,
)
_CONSENT = f"(select {_CONSENT_STANDING} from app_consent_standing(x.id) s)"
_INVITATION = _object(
    id="x.id",
    meetingId="x.meeting_id",
    party="x.party",
    participantId="x.participant_id",
    guardianId="x.guardian_id",
    youngPersonId="x.young_person_id",
    present="x.present",
    absenceReason=_if_content("x.absence_reason"),
    withheld=_withheld(_content(), "absenceReason"),
    createdAt="app_time(x.created_at)",
)
_DECISION = _object(
    id="x.id",
    caseId="x.case_id",
    meetingId="x.meeting_id",
    category="x.category",
    description=_if_told("x.description"),
    withheld=_withheld(_TOLD, "description"),
    **_AUTHOR,
)
_MEETING = _object(
    id="x.id",
    caseId="x.case_id",
    kind="x.kind",
    plannedAt="app_time(x.planned_at)",
    place="x.place",
    heldAt="app_time(x.held_at)",
    invitations=_array(_INVITATION, "invitations x where x.meeting_id = outer_id"),
    decisions=_array(_DECISION, f"decisions x where x.meeting_id = outer_id and {visible('x')}"),
    **_AUTHOR,
)
_OPENLY = openly("x.author_organisation_id")
_OPEN_PROCESS = f"{PROCESS} and {_OPENLY}"
_GOAL = _object(
    id="x.id",
    caseId="x.case_id",
    planId="x.plan_id",
    domain="x.domain",
    category="x.category",
    description="x.description",
    indicator="x.indicator",
    targetDate="x.target_date",
    **_AUTHOR,
)
_ACTION = _object(
    id="x.id",
    caseId="x.case_id",
    planId="x.plan_id",
    goalId="x.goal_id",
    category="x.category",
    description="x.description",
    owner="x.owner",
    ownerParticipantId="x.owner_participant_id",
    dueOn="x.due_on",
    doneAt="app_time(x.done_at)",
    **_AUTHOR,
)
_APPROVAL = _object(
    id="x.id",
    caseId="x.case_id",
    planId="x.plan_id",
    party="x.party",
    personId="x.person_id",
    agreed="x.agreed",
    remark=_if_plan("x.remark"),
    withheld=_withheld(_plan_words(), "remark"),
    **_AUTHOR,
)
_EVALUATION = _object(
    id="x.id",
    caseId="x.case_id",
    planId="x.plan_id",
    outcome="x.outcome",
    heldOn="x.held_on",
    parties="to_json(x.parties)",
    summary=_if_plan("x.summary", "x.held_on"),
    nextDate="x.next_date",
    withheld=_withheld(_plan_words("x.held_on"), "summary"),
    **_AUTHOR,
)
_PLAN = _object(
    id="x.id",
    caseId="x.case_id",
    kind="x.kind",
    perspective=_if_plan("x.perspective"),
    evaluationDate="x.evaluation_date",
    regie=_if("proces", "x.regie"),
    regieReason=_if("proces", "x.regie_reason"),
    inForceAt="app_time(x.in_force_at)",
    goals=_array(_GOAL, f"goals x where x.plan_id = outer_id and {visible('x')}"),
    actions=_array(_ACTION, f"plan_actions x where x.plan_id = outer_id and {visible('x')}"),
    approvals=_array(_APPROVAL, f"approvals x where x.plan_id = outer_id and {_OPEN_PROCESS}"),
    evaluations=_array(_EVALUATION, f"evaluations x where x.plan_id = outer_id and {_OPEN_PROCESS}"),
    withheld=_withheld_each(perspective=_plan_words(), regie=PROCESS, regieReason=PROCESS),
    **_AUTHOR,
)
_FINDING = _object(id="x.id", caseId="x.case_id", escalationId="x.escalation_id", content="x.content", **_AUTHOR)
_PAUSE = _object(
    id="x.id",
    caseId="x.case_id",
    term="x.term",
    firstDay="x.first_day",
    lastDay="x.last_day",
    reason=_if_content("x.reason"),
    withheld=_withheld(_content(), "reason"),
    **_AUTHOR,
)
_EXTENSION = _object(
    id="x.id",
    caseId="x.case_id",
    term="x.term",
    anchoredOn="x.anchored_on",
    amount="x.amount",
    reason=_if_content("x.reason"),
    withheld=_withheld(_content(), "reason"),
    **_AUTHOR,
)
_CLOSURE = _object(
    id="x.id",
    organisationId="x.organisation_id",
    kind="x.kind",
    firstDay="x.first_day",
    lastDay="x.last_day",
    name="x.name",
)
_ESCALATION = _object(
    id="x.id",
    caseId="x.case_id",
    kind="x.kind",
    addressedTo="x.addressed_to",
    reason="x.reason",
    resolvedAt="app_time(x.resolved_at)",
    resolution="x.resolution",
    findings=_array(_FINDING, f"findings x where x.escalation_id = outer_id and {_OPENLY}"),
    **_AUTHOR,
)

_STATEMENT = _object(
    id="x.id",
    caseId="x.case_id",
    kind="x.kind",
    category="x.category",
    privateOf="x.private_of",
    content=_if_told("x.content"),
    withheld=_withheld(_TOLD, "content"),
    aboutType="x.about_type",
    aboutId="x.about_id",
    **_AUTHOR,
)

_LEARNING, _LIVING = "'{leren}'::text[]", "'{leven}'::text[]"
_CASE_WITHHELD = (
    f"to_json(case when {_open(_LIVING, 'x.opened_at')} then '{{}}' else '{{leefvraag,problemClass}}'::text[] end"
    f" || case when {_open(_LEARNING, 'x.opened_at')} then '{{}}' else '{{leervraag}}'::text[] end"
    " || case when 'proces' = any (r.categories) then '{}' else '{regie,regieReason,step,stepSince}'::text[] end)"
)
# Over x, the case, and kids, who it is about (`app_children`).
_CASE = _object(
    id="x.id",
    youngPerson="(select k.child from kids k where k.case_id = x.id)",
    schoolId="x.school_id",
    deelverband="(select v.code from organisations s join organisations v on v.id = s.swv_id where s.id = x.school_id)",
    route="x.route",
    routeVersion="x.route_version",
    step=_if("proces", "x.step"),
    stepSince=_if("proces", "app_time(x.step_since)"),
    leervraag=f"case when {_open(_LEARNING, 'x.opened_at')} then x.leervraag end",
    leefvraag=f"case when {_open(_LIVING, 'x.opened_at')} then x.leefvraag end",
    problemClass=f"case when {_open(_LIVING, 'x.opened_at')} then x.problem_class end",
    regie=_if("proces", "x.regie"),
    regieReason=_if("proces", "x.regie_reason"),
    openedAt="app_time(x.opened_at)",
    closedAt="app_time(x.closed_at)",
    withheld=_CASE_WITHHELD,
    dataCategories="to_json(r.categories)",
)


@dataclass(frozen=True, slots=True)
class Resource:
    """A table of a case as the contract shows it.

    `categorised` rows stay with those who may see their category; `process` rows with those who may see the process;
    `kept` rows may be of a compartment; `private` rows may be one family member's own. `house` is the column of the
    organisation that did it; empty where it is of no house, or where who was passed by is asked too. `moment` is the
    column of when it was.
    """

    table: str
    body: str
    object_type: str
    categorised: bool = False
    process: bool = False
    kept: bool = False
    private: bool = False
    house: str = "author_organisation_id"
    moment: str = "created_at"

    def rows(self, where: str) -> str:
        """A select of (id, body) over the caller's reach `r`, kept to `where` on `x`."""
        seen = f" and {visible('q', self.moment)}" if self.categorised else ""
        seen += f" and {PROCESS}" if self.process else ""
        seen += f" and {kept('q', self.moment)}" if self.kept else ""
        seen += f" and {private('q')}" if self.private else ""
        seen += f" and {openly(f'q.{self.house}')}" if self.house and not self.categorised else ""
        body = self.body.replace("outer_id", "q.id")
        return (
            f"select q.id, (select {body} from (select q.*) x) as body"
            f" from r join {self.table} q on q.case_id = r.case_id where {where}{seen}"
        )


SIGNALS = Resource("signals", _SIGNAL, "signal", categorised=True, kept=True, private=True)
NOTES = Resource("notes", _NOTE, "note", categorised=True, kept=True, private=True, moment="held_at")
ASSESSMENTS = Resource("assessments", _ASSESSMENT, "assessment", categorised=True, kept=True)
PARTICIPANTS = Resource("participants", _PARTICIPANT, "participant", process=True, house="organisation_id")
CONSENTS = Resource("consents", _CONSENT, "consent", process=True, house="")
MEETINGS = Resource("meetings", _MEETING, "meeting", process=True)
INVITATIONS = Resource("invitations", _INVITATION, "invitation", process=True, house="")
DECISIONS = Resource("decisions", _DECISION, "decision", categorised=True)
PLANS = Resource("plans", _PLAN, "plan")
GOALS = Resource("goals", _GOAL, "goal", categorised=True)
ACTIONS = Resource("plan_actions", _ACTION, "action", categorised=True)
APPROVALS = Resource("approvals", _APPROVAL, "approval", process=True)
EVALUATIONS = Resource("evaluations", _EVALUATION, "evaluation", process=True)
ESCALATIONS = Resource("escalations", _ESCALATION, "escalation", process=True)
FINDINGS = Resource("findings", _FINDING, "finding", process=True)
PAUSES = Resource("term_pauses", _PAUSE, "pause", process=True)
EXTENSIONS = Resource("term_extensions", _EXTENSION, "extension", process=True)
TRANSITIONS = Resource("transitions", _TRANSITION, "transition", process=True, house="organisation_id")
STATEMENTS = Resource("statements", _STATEMENT, "statement", categorised=True, private=True)

# The paperclip (seed 000:35): everything of the case in one answer.
_DOSSIER: Mapping[str, Resource] = {
    "signals": SIGNALS,
    "notes": NOTES,
    "assessments": ASSESSMENTS,
    "participants": PARTICIPANTS,
    "consents": CONSENTS,
    "meetings": MEETINGS,
    "plans": PLANS,
    "escalations": ESCALATIONS,
    "transitions": TRANSITIONS,
    "statements": STATEMENTS,
}


# How the caller reaches the case, for the answer and the audit alike.
_HOW = "r.case_id, r.permitted, r.role, r.ground, r.categories, r.own, r.consent_ids"
# `where` of one case.
THE_CASE = "case_id = %(case_id)s"


_RECORD = (
    "insert into audit_events (id, actor_id, actor_role, organisation_id, client_id, action, object_type, object_id,"
    " case_id, ground, data_categories, consent_ids, shown, shown_on, outcome, status, kind, trace_id, span_id,"
    " parent_span_id)"
    " select %(audit_id)s, app_person(), {role}, app_organisation(), %(client)s, %(action)s, %(object_type)s, {about},"
    " {ground}, {shown}, 'toegestaan', 200, %(kind)s, %(trace_id)s, %(span_id)s, %(parent_span_id)s"
)
_RECORD_CASE = _RECORD.format(
    role="r.role",
    about="%(object_id)s, r.case_id",
    ground="r.ground, r.categories, r.consent_ids",
    shown="null::uuid[], null::text[]",
)
# Of what the page shows: the ground where all have the same, otherwise that of each.
_RECORD_LIST = _RECORD.format(
    role="%(role)s::text",
    about="%(object_id)s::uuid, null::uuid",
    ground=(
        "(select min(ground) from shown having count(distinct ground) = 1),"
        " array(select distinct c from shown, unnest(categories) c order by c),"
        " array(select distinct i from shown, unnest(consent_ids) i order by i)"
    ),
    shown="array(select id from shown order by id desc), array(select ground from shown order by id desc)",
)
# One more is read than is shown: it tells that there is a next page.
_SHOWN = (
    "shown as materialized (select x.id, r.ground, r.categories, r.consent_ids {of_page}"
    " order by x.id desc limit %(limit)s::int - 1)"
)


@lru_cache(maxsize=4096)
def _case_statement(reached: str, told: str, told_if: str, order: str) -> str:
    return (
        f"with r as materialized ({reached}), told as materialized ({told}),"
        f" recorded as ({_RECORD_CASE} from r where r.permitted and {told_if})"
        f" select {_HOW}, {told_if} as told_if, told.id, told.body from r left join told on true"
        f" order by told.id {order}"
    )


@dataclass(frozen=True, slots=True)
class CaseRead:
    """Something to tell of a case, to whoever reaches it; it records itself.

    Attributes:
        object_type: what is read, as the audit calls it; `object_id` is its id.
        where: which case, as a condition on `case_id`.
        told: a select of id and body (as text) over the caller's reach `r`.
        told_if: what else must hold of `r` for the caller to have it.
        otherwise: how the caller is refused for whom it does not hold.
    """

    object_type: str
    object_id: UUID
    where: str
    told: str
    parameters: Mapping[str, object]
    told_if: str = "true"
    otherwise: type[Refusal] = NotVisible
    newest_first: bool = False

    def query(self, roles: frozenset[Role], action: Action, audit: Mapping[str, object]) -> Query:
        """The query for a caller with these roles; `audit` are the values that the caller's ask adds to its record.

        Rows: case_id, permitted, role, ground, categories, own (see `app.db.reach.cases`), told_if, id and body; none
        when the caller does not reach the case at all, one without id when there is nothing to tell.
        """
        reached = reach.cases(roles, action, self.where)
        statement = _case_statement(reached, self.told, self.told_if, "desc" if self.newest_first else "asc")
        return Query(statement, {**self.parameters, **audit})


_KIDS = "with kids as materialized (select * from app_children(array(select r.case_id from r)))"
_CASE_TOLD = f"{_KIDS} select x.id, ({_CASE})::text as body from r join cases x on x.id = r.case_id"


def case(case_id: UUID) -> CaseRead:
    """One case."""
    return CaseRead("case", case_id, THE_CASE, _CASE_TOLD, {"case_id": case_id})


def _page(roles: frozenset[Role], action: Action, *, in_step: bool) -> str:
    """Whose cases stand on the page, through the indexes of who is involved; then (`r`) how each is reached."""
    step = " and exists (select from cases s where s.id = case_id and s.step = %(step)s)" if in_step else ""
    newest = reach.newest(roles, action, f"(%(after)s::uuid is null or case_id < %(after)s){step}", process=in_step)
    return _page_of(newest, reach.cases(roles, action, "case_id = any ((select ids from seen)::uuid[])"))


@lru_cache(maxsize=1024)
def _page_of(newest: str, reached: str) -> str:
    return (
        f"with page as materialized ({newest}),"
        " seen as materialized (select app_seen(array(select case_id from page)) as ids),"
        " kids as materialized (select * from app_children((select ids from seen))),"
        f" r as materialized ({reached})"
    )


_FROM_PAGE = "from r join cases x on x.id = r.case_id where x.id = any ((select ids from seen)::uuid[]) and r.permitted"
_OF_PAGE = f"({_CASE})::text as body {_FROM_PAGE}"
_NEWEST_FIRST = "order by x.id desc"


@lru_cache(maxsize=1024)
def _recorded_page(page: str, told_if: str) -> str:
    shown = _SHOWN.replace("{of_page}", _FROM_PAGE + told_if)
    recorded = f"recorded as ({_RECORD_LIST} where app_home() = any (%(homes)s::text[]))"
    return f"{page}, {shown}, {recorded} select x.id, {_OF_PAGE}{told_if} {_NEWEST_FIRST}"


def cases(
    roles: frozenset[Role],
    action: Action,
    audit: Mapping[str, object],
    *,
    after: UUID | None,
    limit: int,
    step: str | None,
) -> Query:
    """The caller's cases, newest first: id, and body as text. `after` is the last id of the page before."""
    parameters = {"after": after, "limit": limit, **({"step": step} if step else {}), **audit}
    page = _page(roles, action, in_step=step is not None)
    return Query(_recorded_page(page, f" and {PROCESS}" if step else ""), parameters)


def my_cases(roles: frozenset[Role], *, limit: int) -> Query:
    """The caller's newest cases, for a work that records itself: id, categories, own, and body as text."""
    statement = (
        f"{_page(roles, Action.CASE_READ, in_step=False)} select x.id, r.categories, r.own, {_OF_PAGE} {_NEWEST_FIRST}"
    )
    return Query(statement, {"after": None, "limit": limit})


@lru_cache(maxsize=4096)
def _over(reached: str, select: str) -> str:
    return f"with r as materialized ({reached}) {select}"


_STATE = (
    f"select {_HOW}, c.closed_at, c.route, c.route_version, c.young_person_id from r join cases c on c.id = r.case_id"
)


def case_state(roles: frozenset[Role], action: Action, case_id: UUID) -> Query:
    """How the caller reaches the case, and what decides whether it can be changed.

    Columns: those of `app.db.reach.cases`, closed_at, route, route_version, young_person_id.
    """
    return Query(_over(reach.cases(roles, action, THE_CASE), _STATE), {"case_id": case_id})


def seen(roles: frozenset[Role], read: CaseRead) -> Query:
    """What a read tells, for a work that records itself: the columns of `app.db.reach.cases`, id and body."""
    reached = reach.cases(roles, Action.CASE_READ, read.where)
    return Query(
        _over(reached, f"select {_HOW}, told.id, told.body from r, lateral ({read.told}) told"), read.parameters
    )


def case_of(resource: Resource, object_id: UUID) -> Query:
    """The case that an object belongs to, as far as the walls let the caller see it: case_id, or no row."""
    return Query(f"select case_id from {resource.table} where id = %(id)s", {"id": object_id})


def _everything(where: str) -> str:
    return ", ".join(
        f"'{name}', coalesce((select json_agg(i.body order by i.id) from ({resource.rows(where)}) i), '[]'::json)"
        for name, resource in _DOSSIER.items()
    )


_EVERYTHING = _everything("true")
_DOSSIER_WITHHELD = (
    "(select coalesce(json_agg(c order by c), '[]'::json) from unnest("
    "'{gezondheid,leren,leven,proces,veiligheid,verzuim}'::text[]) c where not c = any (r.categories))"
)
_DOSSIER_TOLD = (
    f"{_KIDS} select x.id,"
    f" json_build_object('case', {_CASE}, {_EVERYTHING}, 'withheld', {_DOSSIER_WITHHELD})::text as body from r"
    " join cases x on x.id = r.case_id"
)


def dossier(case_id: UUID) -> CaseRead:
    """Everything of one case that the caller may see, and which categories were withheld."""
    return CaseRead("dossier", case_id, THE_CASE, _DOSSIER_TOLD, {"case_id": case_id})


_OF_CHILD = "case_id in (select c.id from cases c where c.young_person_id = %(child)s)"
_MY_CHILD = "x.id in (select c.young_person_id from ({}) c)"


def my_children(roles: frozenset[Role]) -> Query:
    """The children whom the caller is, or has gezag over: id, and body as text with the cases of each."""
    mine = _MY_CHILD.format(reach.children(roles, Action.MY_CASE_READ))
    cases = (
        "coalesce((select json_agg(json_build_object('id', k.id, 'route', k.route, 'version',"
        " k.route_version, 'openedAt', app_time(k.opened_at),"
        " 'closedAt', app_time(k.closed_at)) order by k.id) from cases k where k.young_person_id = x.id), '[]')"
    )
    told = f"json_build_object('child', {YOUNG_PERSON_BODY}, 'self', x.id = app_person(), 'cases', {cases})"
    return Query(f"select x.id, ({told})::text as body from young_people x where {mine} order by x.id", {})


def my_child(roles: frozenset[Role], child: UUID) -> Query:
    """One child of whom the caller may take everything along: today, and body as text. No row: none of the caller's."""
    mine = _MY_CHILD.format(reach.children(roles, Action.MY_EXPORT_READ))
    return Query(
        f"select app_today() as today, ({YOUNG_PERSON_BODY})::text as body from young_people x"
        f" where x.id = %(child)s and {mine}",
        {"child": child},
    )


@lru_cache(maxsize=64)
def _export(roles: frozenset[Role]) -> str:
    told = (
        f"{_KIDS} select x.id, json_build_object('case', {_CASE}, {_everything('q.case_id = x.id')},"
        f" 'withheld', {_DOSSIER_WITHHELD}) as body from r join cases x on x.id = r.case_id"
    )
    pauses, extensions = (
        f"coalesce((select json_agg(i.body order by i.id) from ({each.rows('q.case_id = t.id')}) i), '[]'::json)"
        for each in (PAUSES, EXTENSIONS)
    )
    answers = (
        "coalesce((select json_agg(json_build_object('meetingId', q.meeting_id, 'item', q.item, 'answer', q.answer,"
        f" 'remark', case when {visible('q')} then q.remark end, 'answeredAt', app_time(q.created_at)) order by q.id)"
        f" from r join checklist_answers q on q.case_id = r.case_id where q.case_id = t.id and {PROCESS}), '[]')"
    )
    log = (
        f"coalesce((select json_agg({_AUDIT} order by x.id desc) from l join audit_events x on x.case_id = l.case_id"
        f" where l.permitted and {_TOLD_IN_LOG} and x.case_id = t.id), '[]')"
    )
    return (
        f"with r as materialized ({reach.cases(roles, Action.MY_EXPORT_READ, _OF_CHILD)}),"
        f" l as materialized ({reach.cases(roles, Action.ACCESS_LOG_READ, _OF_CHILD)}), t as materialized ({told})"
        f" select {_HOW.replace('r.', 'o.')}, json_build_object('dossier', t.body, 'pauses', {pauses},"
        f" 'extensions', {extensions}, 'checklistAnswers', {answers}, 'log', {log}, 'clock',"
        f" (select case_clock(r.case_id) from r where r.case_id = t.id and {PROCESS}))::text as body"
        " from r o join t on t.id = o.case_id where o.permitted order by t.id"
    )


def my_export(roles: frozenset[Role], child: UUID) -> Query:
    """Everything of each case of a child that the caller may see, oldest first.

    Columns: how each is reached (`app.db.reach.cases`), and body as text.
    """
    return Query(_export(roles), {"child": child})


def my_numbers(roles: frozenset[Role], child: UUID) -> Query:
    """The BSN or PGN of a child that the caller may see for himself or herself, as they are sealed."""
    mine = reach.children(roles, Action.IDENTITY_NUMBER_REVEAL)
    return Query(
        "select x.id, x.young_person_id, x.kind, x.source, app_time(x.recorded_at) as recorded_at, x.key_id, x.sealed"
        f" from identity_numbers x where x.young_person_id = %(child)s and x.young_person_id in (select"
        f" c.young_person_id from ({mine}) c) order by x.id",
        {"child": child},
    )


def my_emergencies(roles: frozenset[Role], child: UUID) -> Query:
    """By which emergencies somebody could read along about a child, as far as that was told: body as text."""
    mine = reach.children(roles, Action.ACCESS_LOG_READ)
    return Query(
        f"select ({EMERGENCY_BODY})::text as body from emergency_accesses x where x.young_person_id = %(child)s"
        f" and x.told_at is not null and x.young_person_id in (select c.young_person_id from ({mine}) c) order by x.id",
        {"child": child},
    )


_NAMES = (
    "coalesce((select json_object_agg(o.id, o.name order by o.name) from organisations o"
    " where o.id::text in (select json_array_elements_text(i.body -> 'sharedWith'))), '{}')"
)
_CHILD = (
    "(select json_build_object('id', y.id, 'givenName', y.given_name, 'familyName', y.family_name)"
    " from cases c join young_people y on y.id = c.young_person_id where c.id = q.case_id)"
)


def my_consents(roles: frozenset[Role], *, after: UUID | None, limit: int) -> Query:
    """What is or was asked of the caller's family, newest first: id, and body as text."""
    body = f"json_build_object('consent', i.body, 'recipients', {_NAMES}, 'child', {_CHILD})::text"
    rows = CONSENTS.rows("r.permitted and (%(after)s::uuid is null or q.id < %(after)s)")
    statement = (
        f"select i.id, {body} as body from ({rows}) i join consents q on q.id = i.id order by i.id desc limit %(limit)s"
    )
    return Query(_over(reach.cases(roles, Action.MY_CASE_READ, "true"), statement), {"after": after, "limit": limit})


def my_meetings(roles: frozenset[Role], *, after: UUID | None, limit: int) -> Query:
    """The meetings about the caller's cases that are still to be held, oldest first: id, and body as text."""
    body = (
        "json_build_object('meeting', json_build_object('id', q.id, 'caseId', q.case_id, 'kind', q.kind, 'plannedAt',"
        f" app_time(q.planned_at), 'place', q.place), 'child', {_CHILD}, 'route', k.route, 'version', k.route_version,"
        " 'invited', exists (select from invitations i where i.meeting_id = q.id"
        " and app_person() in (i.guardian_id, i.young_person_id)), 'answered',"
        " coalesce((select json_agg(a.item) from app_answered(q.id) a), '[]'))::text"
    )
    statement = (
        f"select q.id, {body} as body from r join meetings q on q.case_id = r.case_id join cases k on k.id = q.case_id"
        f" where r.permitted and {PROCESS} and q.held_at is null and k.closed_at is null"
        " and (%(after)s::uuid is null or q.id > %(after)s) order by q.id limit %(limit)s"
    )
    return Query(_over(reach.cases(roles, Action.MY_CASE_READ, "true"), statement), {"after": after, "limit": limit})


def one(resource: Resource, object_id: UUID) -> CaseRead:
    """One object of a case, as far as the caller may see it."""
    return CaseRead(
        resource.object_type,
        object_id,
        f"case_id = (select o.case_id from {resource.table} o where o.id = %(id)s)",
        f"select i.id, i.body::text as body from ({resource.rows('q.id = %(id)s')}) i",
        {"id": object_id},
        told_if="exists (select from told)",
    )


def listed(resource: Resource, case_id: UUID, *, after: UUID | None, limit: int) -> CaseRead:
    """The objects of one case that the caller may see, oldest first."""
    where = "(%(after)s::uuid is null or q.id > %(after)s)"
    return CaseRead(
        resource.object_type,
        case_id,
        THE_CASE,
        f"select i.id, i.body::text as body from ({resource.rows(where)}) i order by i.id limit %(limit)s",
        {"case_id": case_id, "after": after, "limit": limit},
    )


def nested(
    parent: Resource, resource: Resource, column: str, parent_id: UUID, *, after: UUID | None, limit: int
) -> CaseRead:
    """The objects under another object of a case, oldest first; `column` is our own name of the reference.

    Told only to who sees the object itself.
    """
    where = f"(%(after)s::uuid is null or q.id > %(after)s) and q.{column} = %(parent)s"
    return CaseRead(
        parent.object_type,
        parent_id,
        f"case_id = (select o.case_id from {parent.table} o where o.id = %(parent)s)",
        f"select i.id, i.body::text as body from ({resource.rows(where)}) i order by i.id limit %(limit)s",
        {"parent": parent_id, "after": after, "limit": limit},
        told_if=f"exists ({parent.rows('q.id = %(parent)s')})",
    )


_OF_ABSENCE = "(c.category <> 'verzuim' or r.reasons or c.author_id = app_person())"
_REMARK = (
    "(select c.remark from checklist_answers c where c.meeting_id = x.id and c.item = a.item"
    f" and c.created_at = a.answered_at and {visible('c')} and {_OF_ABSENCE} order by c.id desc limit 1)"
)
_MAY_REMARK = (
    "exists (select from checklist_answers c where c.meeting_id = x.id and c.item = a.item"
    f" and c.created_at = a.answered_at and {visible('c')} and {_OF_ABSENCE})"
)
_CHECKLIST = (
    "select x.id, json_build_object('kind', x.kind, 'route', k.route, 'version', k.route_version, 'held',"
    " x.held_at is not null, 'answers', coalesce((select json_object_agg(a.item, json_build_object("
    f"'answer', a.answer, 'answeredAt', app_time(a.answered_at), 'remark', {_REMARK},"
    f" 'withheld', {_withheld(_MAY_REMARK, 'remark')})) from app_answered(x.id) a), '{{}}'::json))::text as body"
    " from r join meetings x on x.case_id = r.case_id join cases k on k.id = x.case_id"
    f" where x.id = %(id)s and {PROCESS}"
)


def checklist(meeting_id: UUID) -> CaseRead:
    """The answers that hold now, by question: kind of meeting, route, version, held, answers.

    That a question was answered, and how, is a fact of the process; a remark is for who may see its category.
    """
    return CaseRead(
        MEETINGS.object_type,
        meeting_id,
        "case_id = (select o.case_id from meetings o where o.id = %(id)s)",
        _CHECKLIST,
        {"id": meeting_id},
        told_if="exists (select from told)",
    )


YOUNG_PERSON_BODY = _object(
    id="x.id",
    givenName="x.given_name",
    familyName="x.family_name",
    birthDate="x.birth_date",
    schoolId="x.school_id",
    municipalityCode="x.municipality_code",
)
GUARDIAN_BODY = _object(
    id="x.id",
    youngPersonId="x.young_person_id",
    guardianId="x.guardian_id",
    displayName="(select g.display_name from guardians g where g.id = x.guardian_id)",
    relation="x.relation",
    gezag="x.gezag",
    evidence="x.evidence",
    evidenceDate="x.evidence_date",
    # Between the parents: for who works with them.
    conflict="case when not app_of_family() then x.conflict end",
    validFrom="x.valid_from",
    validUntil="x.valid_until",
)
# Of the others around a child the family sees who has gezag: not who lives with, or cares for it at, another.
GUARDIAN_SEEN = "(not app_of_family() or x.guardian_id = app_person() or x.gezag = 'ja')"
GEZAG_BODY = _object(
    id="x.id",
    youngPersonId="x.young_person_id",
    kind="x.kind",
    holders="to_json(x.holders)",
    organisationId="x.organisation_id",
    evidence="x.evidence",
    checkedOn="x.checked_on",
    validFrom="x.valid_from",
    validUntil="x.valid_until",
    recordedRole="x.recorded_role",
    createdAt="app_time(x.created_at)",
)
_ORGANISATION = _object(
    id="x.id",
    code="x.code",
    kind="x.kind",
    name="x.name",
    sector="x.sector",
    municipalityCode="x.municipality_code",
    boardId="x.board_id",
    swvId="x.swv_id",
)
_AUDIT = _object(
    id="x.id",
    occurredAt="app_time(x.occurred_at)",
    actorId="x.actor_id",
    actorName="app_actor_name(x.actor_id, x.case_id)",
    actorRole="x.actor_role",
    organisationId="x.organisation_id",
    organisationName="(select o.name from organisations o where o.id = x.organisation_id)",
    onBehalfOf="x.on_behalf_of",
    action="x.action",
    objectType="x.object_type",
    objectId="x.object_id",
    caseId="x.case_id",
    ground="x.ground",
    grounds="to_json(array(select distinct g from unnest(coalesce(x.shown_on, array[x.ground])) g where g <> ''))",
    ruleSet="x.rule_set",
    consentIds="to_json(coalesce(x.consent_ids, '{}'))",
    dataCategories="to_json(x.data_categories)",
    outcome="x.outcome",
    kind="x.kind",
    reason="x.reason",
)


_NOT_FAMILY = "not (app_of_family() or x.young_person_id in (select w.young_person_id from my_wards w))"
EMERGENCY_BODY = _object(
    id="x.id",
    youngPersonId="x.young_person_id",
    workerId="x.worker_id",
    organisationId="x.organisation_id",
    organisationName="(select o.name from organisations o where o.id = x.organisation_id)",
    role="x.role",
    reason="x.reason",
    # Why telling was not safe is not for the family to read.
    unsafeReason=f"case when {_NOT_FAMILY} then x.unsafe_reason end",
    withheld=_withheld(_NOT_FAMILY, "unsafeReason"),
    startedAt="app_time(x.started_at)",
    until="app_time(x.until)",
    toldAt="app_time(x.told_at)",
    reviewedAt="app_time(x.reviewed_at)",
    reviewedBy="x.reviewed_by",
    justified="x.justified",
    reviewNote="x.review_note",
)


def emergencies(case_id: UUID, *, after: UUID | None, limit: int) -> CaseRead:
    """By which emergencies somebody could read along in a case, newest first, as far as that was told already."""
    return CaseRead(
        "emergency-access",
        case_id,
        THE_CASE,
        f"select x.id, ({EMERGENCY_BODY})::text as body from r join cases c on c.id = r.case_id"
        " join emergency_accesses x on x.young_person_id = c.young_person_id where x.told_at is not null"
        " and (%(after)s::uuid is null or x.id < %(after)s) order by x.id desc limit %(limit)s",
        {"case_id": case_id, "after": after, "limit": limit},
        newest_first=True,
    )


async def organisations(session: Session, *, after: UUID | None, limit: int, **only: str | None) -> list[Row]:
    """The public register of organisations, oldest first: id, and body as text. `only`: by these columns of ours."""
    given = {column: value for column, value in only.items() if value is not None}
    # A condition for each that is given: one plan must hold for every value, and an index serves no "or is null".
    where = "".join(f" and x.{column} = %({column})s" for column in given)
    return await session.rows(
        f"select x.id, ({_ORGANISATION})::text as body from organisations x"
        f" where (%(after)s::uuid is null or x.id > %(after)s){where} order by x.id limit %(limit)s",
        after=after,
        limit=limit,
        **given,
    )


async def organisation(session: Session, organisation_id: UUID) -> Row | None:
    """One organisation: body as text."""
    return await session.row(
        f"select ({_ORGANISATION})::text as body from organisations x where x.id = %(id)s", id=organisation_id
    )


# Of another of the family what was done, not what he or she looked at or tried: whoever is with no organisation is one
# of them, or nobody.
_TOLD_IN_LOG = (
    "(x.organisation_id is not null or x.actor_id = app_person()"
    " or x.outcome = 'toegestaan' and x.action not like all ('{%%.read,%%.reveal}'))"
    f" and (x.action <> '{Action.CONSENT_ANSWER}' or x.actor_id = app_person() or x.on_behalf_of = {VOICE})"
)
_LINES = (
    " from r join audit_events x on x.case_id = r.case_id"
    f" where r.permitted and {_TOLD_IN_LOG} and (%(after)s::uuid is null or x.id < %(after)s)"
    " order by x.id desc limit %(limit)s"
)
_LOG = f"select x.id, ({_AUDIT})::text as body{_LINES}"
# Of several cases: each line with the child it is about.
_MY_LOG = (
    f"select x.id, json_build_object('event', {_AUDIT}, 'child', {_CHILD.replace('q.case_id', 'x.case_id')})::text"
    f" as body{_LINES}"
)


def my_access_log(roles: frozenset[Role], *, after: UUID | None, limit: int) -> Query:
    """Who saw, changed or was refused something in any of the caller's cases, newest first: id, and body as text.

    The body: `event`, and `child` whom it is about.
    """
    reached = reach.cases(roles, Action.ACCESS_LOG_READ, "true")
    return Query(_over(reached, _MY_LOG), {"after": after, "limit": limit})


def access_log(case_id: UUID, *, after: UUID | None, limit: int) -> CaseRead:
    """Who saw, changed or was refused something in a case, newest first."""
    return CaseRead(
        "access-log",
        case_id,
        THE_CASE,
        _LOG,
        {"case_id": case_id, "after": after, "limit": limit},
        newest_first=True,
    )


@lru_cache(maxsize=1024)
def _dates_told(roles: frozenset[Role]) -> str:
    """What the terms of a case are counted from.

    A birthday tells the birth date: it is only for who may see the child's own data.
    """
    knows = f"coalesce((select k.permitted from ({reach.cases(roles, Action.YOUNG_PERSON_READ, THE_CASE)}) k), false)"
    pauses, extensions = (
        f"coalesce((select json_agg(i.body order by i.id) from ({each.rows('true')}) i), '[]'::json)"
        for each in (PAUSES, EXTENSIONS)
    )
    return (
        "select x.id, json_build_object('clock', case_clock(x.id), 'knowsChild', n.knows, 'birthDate',"
        " (select y.birth_date from young_people y where y.id = x.young_person_id and n.knows),"
        f" 'pauses', {pauses}, 'extensions', {extensions})::text as body"
        f" from r join cases x on x.id = r.case_id cross join lateral (select {knows} as knows) n where {PROCESS}"
    )


def case_dates(roles: frozenset[Role], case_id: UUID) -> CaseRead:
    """What the terms of one case are counted from, for who may see how it proceeds."""
    return CaseRead(
        "deadlines", case_id, THE_CASE, _dates_told(roles), {"case_id": case_id}, PROCESS, otherwise=NotPermitted
    )


def functions_of(case_id: UUID, worker_id: UUID) -> Query:
    """The functions of somebody in a case today: one row an involvement."""
    return Query(
        "select functions from participants_in_force where case_id = %(id)s and worker_id = %(worker)s",
        {"id": case_id, "worker": worker_id},
    )


async def closures(session: Session, organisation_id: UUID, *, after: UUID | None, limit: int) -> list[Row]:
    """The closures of a school that were not taken back, oldest first: id, and body as text."""
    return await session.rows(
        f"select x.id, ({_CLOSURE})::text as body from closures x where x.organisation_id = %(organisation)s"
        " and x.removed_at is null and (%(after)s::uuid is null or x.id > %(after)s) order by x.id limit %(limit)s",
        organisation=organisation_id,
        after=after,
        limit=limit,
    )


async def closure(session: Session, closure_id: UUID) -> Row | None:
    """One closure: organisation_id, and body as text."""
    return await session.row(
        f"select x.organisation_id, ({_CLOSURE})::text as body from closures x where x.id = %(id)s", id=closure_id
    )


async def audit_events(session: Session, *, after: UUID | None, limit: int) -> list[Row]:
    """What was done from the caller's own organisation, newest first: id, and body as text."""
    return await session.rows(
        f"select x.id, ({_AUDIT})::text as body from audit_events x where x.organisation_id = %(organisation)s"
        " and (%(after)s::uuid is null or x.id < %(after)s) order by x.id desc limit %(limit)s",
        organisation=session.actor.organisation_id,
        after=after,
        limit=limit,
    )


async def me(session: Session) -> Row | None:
    """The names by which the caller is known here: display name and organisation."""
    return await session.row(
        "select coalesce(w.display_name, g.display_name, y.given_name || ' ' || y.family_name) as name,"
        " o.code as organisation, o.name as organisation_name"
        " from (select app_person() as id) p left join workers w on w.id = p.id left join guardians g on g.id = p.id"
        " left join young_people y on y.id = p.id left join organisations o on o.id = app_organisation()"
    )
