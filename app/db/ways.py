"""What takes away a reason in one case: the ids and the values that a request would need, in one statement.

Under the caller's own walls: what somebody may not see does not help him or her either.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.db.session import Query


@dataclass(frozen=True, slots=True)
class Pending:
    """A consent that was asked and not refused: who must still answer; of whom no other may record a yes."""

    consent_id: str
    givers: tuple[str, ...]
    said_no: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the caller's organisation who takes part by name."""

    role: str
    participant_id: str
    functions: frozenset[str]
    caller: bool  # it is the caller


@dataclass(frozen=True, slots=True)
class Ways:
    """The ids and values of one case; a kind is one of organisation, of meeting where it says so.

    Attributes:
        ids: the child, a parent whose gezag is unknown, the newest plan, the newest open escalation; by field name.
        meetings: the meetings still to hold, newest first: kind of meeting and id.
        recipients: for each kind the organisations around the case.
        pending: for each kind the newest consent in its period, if it waits for an answer and nobody said no to it.
        participants: the involvements by kind; `guardians` and `youth`: who of the family can be invited.
        plans: of each kind of plan its newest version.
        goals: the goals of those plans that nobody does anything for yet: kind of plan, category and id.
        colleagues: who of the caller's organisation takes part by name, the caller first.
        grounds: on which grounds the caller's organisation takes part, a task of law first.
    """

    ids: dict[str, str]
    meetings: list[tuple[str, str]]
    recipients: dict[str, list[str]]
    pending: dict[str, Pending]
    participants: list[tuple[str, str]]
    guardians: list[str]
    youth: list[str]
    plans: dict[str, str]
    goals: list[tuple[str, str, str]]
    colleagues: list[Colleague]
    grounds: list[str]


def _list(item: str, source: str, order: str) -> str:
    return f"coalesce((select jsonb_agg({item} order by {order}) from {source}), '[]')"


def _by_kind(value: str, source: str) -> str:
    return f"coalesce((select jsonb_object_agg(found.kind, {value}) from ({source}) found), '{{}}')"


_NEWEST_PLAN = "(select id from plans where case_id = x.id order by id desc limit 1)"
_NEWEST_PLANS = (
    "select distinct on (kind) kind, id from plans where case_id = x.id and created_at >= x.round_since"
    " order by kind, id desc"
)
_IDS = (
    "jsonb_strip_nulls(jsonb_build_object('caseId', x.id, 'youngPersonId', y.id,"
    " 'guardianId', (select g.id from guardianships_in_force g where g.young_person_id = y.id and g.gezag = 'onbekend'"
    "   order by g.id limit 1),"
    f" 'planId', {_NEWEST_PLAN}, 'escalationId',"
    " (select id from escalations where case_id = x.id and resolved_at is null order by id desc limit 1)))"
)
_RECIPIENTS = _by_kind(
    "found.ids",
    "select o.kind, jsonb_agg(o.id order by o.id) as ids from organisations o"
    " where o.municipality_code = y.municipality_code and o.kind not in ('school', 'samenwerkingsverband')"
    " or o.id = x.school_id or o.id = (select s.swv_id from organisations s where s.id = x.school_id) group by o.kind",
)
# Who said no in person to sharing with one of these: only he or she can come back on that.
_SAID_NO = (
    "array(select z.giver_id from (select distinct on (n.giver_id) n.giver_id, n.decision from consent_answers n"
    " join consents q on q.id = n.consent_id where n.case_id = x.id"
    " and (n.recorded_by = n.giver_id or n.recorded_role = 'wettelijk_vertegenwoordiger')"
    " and q.recipients && k.recipients order by n.giver_id, n.sequence desc) z where z.decision <> 'gegeven')"
)
_PENDING = _by_kind(
    "jsonb_build_array(found.consent, found.givers, found.said_no)",
    f"select distinct on (o.kind) o.kind, k.id as consent, {_SAID_NO} as said_no,"
    " case when s.code = 'toestemming_onvolledig' then s.waits_for else '{}' end as givers"
    " from consents k cross join lateral app_consent_standing(k.id) s join organisations o on o.id = any (k.recipients)"
    " where k.case_id = x.id and app_today() between k.valid_from and k.valid_until order by o.kind, k.id desc",
)

_MEETINGS = _list(
    "jsonb_build_array(m.kind, m.id)", "meetings m where m.case_id = x.id and m.held_at is null", "m.id desc"
)
_GUARDIANS = _list(
    "g.guardian_id", "guardianships_in_force g where g.young_person_id = y.id and g.gezag <> 'nee'", "g.guardian_id"
)
_PARTICIPANTS = _list(
    "jsonb_build_array(o.kind, p.id)",
    "participants_in_force p join organisations o on o.id = p.organisation_id where p.case_id = x.id",
    "p.id",
)
_COLLEAGUES = _list(
    "jsonb_build_array(p.role, p.id, p.functions, p.worker_id = app_person())",
    "participants_in_force p where p.case_id = x.id and p.worker_id is not null"
    " and p.organisation_id = app_organisation()",
    "p.worker_id <> app_person(), p.id",
)
_GOALS = _list(
    "jsonb_build_array(n.kind, g.category, g.id)",
    f"({_NEWEST_PLANS}) n join goals g on g.plan_id = n.id"
    " where not exists (select from plan_actions a where a.goal_id = g.id and a.plan_id = g.plan_id)",
    "g.id",
)
_PLANS = _by_kind("found.id", _NEWEST_PLANS)
_GROUNDS = _list(
    "p.ground",
    "(select distinct ground from participants_in_force where case_id = x.id"
    " and organisation_id = app_organisation()) p",
    "p.ground = 'toestemming', p.ground",
)
# Over x, the case, and y, its child.
WAYS = (
    f"jsonb_build_object('ids', {_IDS}, 'recipients', {_RECIPIENTS}, 'pending', {_PENDING}, 'meetings', {_MEETINGS},"
    f" 'participants', {_PARTICIPANTS}, 'guardians', {_GUARDIANS}, 'goals', {_GOALS},"
    f" 'plans', {_PLANS},"
    f" 'colleagues', {_COLLEAGUES}, 'grounds', {_GROUNDS})"
)


def ways(case_id: UUID) -> Query:
    """One row: ways, for `read`; none for a case that is not the caller's."""
    return Query(
        f"select {WAYS} as ways from cases x join young_people y on y.id = x.young_person_id where x.id = %(id)s",
        {"id": case_id},
    )


def read(known: dict[str, Any]) -> Ways:
    """What the statement answered."""
    return Ways(
        ids=known["ids"],
        meetings=[(kind, meeting) for kind, meeting in known["meetings"]],
        recipients=known["recipients"],
        pending={
            kind: Pending(consent, tuple(givers), frozenset(said_no))
            for kind, (consent, givers, said_no) in known["pending"].items()
            if givers
        },
        participants=[(kind, participant) for kind, participant in known["participants"]],
        guardians=known["guardians"],
        youth=[known["ids"]["youngPersonId"]],
        plans=known["plans"],
        goals=[(plan, category, goal) for plan, category, goal in known["goals"]],
        colleagues=[
            Colleague(role, participant, frozenset(functions), caller)
            for role, participant, functions, caller in known["colleagues"]
        ],
        grounds=known["grounds"],
    )
