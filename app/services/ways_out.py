"""How a reason is taken away in this very case: the operation as it stands, with the ids and the values that help.

A guard names an operation in the words of the route (share with a kind of organisation, invite a party). Here it
becomes a request that a client can send: only fields that the body has, ids of this case, and of each field that is
left to the caller the values that help. Who follows the answers needs to know nothing else of the route.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.db.session import Row
from app.domain.actors import PersonKind
from app.domain.errors import UnmetReason
from app.domain.policy import Action
from app.services.plans import DOMAINS
from app.services.work import Work
from app.workflow.facts import Facts
from app.workflow.guards import Operation, Reason, must_hear
from app.workflow.model import Route

Choices = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Pending:
    """A consent that was asked and not refused: who must still answer."""

    consent_id: str
    givers: tuple[str, ...]


@dataclass(slots=True)
class Request:
    """An operation as a client can send it; `within_reach`: as far as this case decides it, by this caller."""

    action: str
    fields: dict[str, object]
    choices: Choices = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    within_reach: bool = True


@dataclass(slots=True)
class WaysOut:
    """What operations on one case need beside the words of its route; gathered only as far as the reasons ask."""

    categories: frozenset[str]
    route: Route
    facts: Facts
    # Whose answer the caller can give: that of oneself alone, for family.
    speaks_for: str | None = None
    ids: dict[str, str] = field(default_factory=dict)
    recipients: dict[str, list[str]] = field(default_factory=dict)
    pending: dict[str, Pending] = field(default_factory=dict)
    invitees: dict[str, Choices] = field(default_factory=dict)
    goals: list[str] = field(default_factory=list)
    grounds: list[str] = field(default_factory=list)

    def told(self, reason: Reason) -> UnmetReason:
        """A reason as this caller may know it: of what lies outside the own categories only that it is missing."""
        resolvers = tuple(str(role) for role in reason.resolvers)
        if reason.category not in self.categories:
            return UnmetReason(
                "nog_niet_gereed",
                "Er is nog iets nodig dat u niet kunt inzien; wie het kan oplossen staat erbij.",
                "Something that you cannot see is still needed; who can resolve it is named.",
                resolvers,
            )
        if reason.operation is None:
            return UnmetReason(reason.code, reason.nl, reason.en, resolvers)
        request = self._request(reason.operation)
        return UnmetReason(
            reason.code,
            reason.nl,
            reason.en,
            resolvers,
            request.action,
            request.fields,
            {**{name: list(values) for name, values in reason.operation.choices.items()}, **request.choices},
            {**self.ids, **request.ids},
            request.within_reach,
        )

    def _request(self, operation: Operation) -> Request:
        fields: dict[str, object] = dict(operation.fields)
        request = Request(operation.action, fields)
        match operation.action:
            case Action.CONSENT_CREATE:
                self._consent(request)
            case Action.MEETING_INVITE:
                request.choices = self.invitees.get(str(fields.pop("party")), {})
                request.within_reach = any(request.choices.values())
            case Action.NOTE_CREATE:
                heard = must_hear(self.route.notes[str(fields["kind"])], self.facts, self.route)
                request.choices = {"withWhom": sorted(heard)} if heard else {}
            case Action.PLAN_GOAL_CREATE:
                request.within_reach = DOMAINS[str(fields["domain"])] in self.categories
            case Action.PLAN_ACTION_CREATE:
                request.choices = {"goalId": self.goals}
                request.within_reach = bool(self.goals)
            case Action.PARTICIPANT_CREATE:
                request.choices = {"ground": self.grounds}
                request.within_reach = bool(self.grounds)
            case Action.GUARDIAN_UPDATE if "guardianId" not in self.ids:
                request.action = Action.GUARDIAN_CREATE
        return request

    def _consent(self, request: Request) -> None:
        """Ask for consent; where it was asked already, answer: the family each for itself."""
        kind = str(request.fields.pop("recipientKind"))
        pending = self.pending.get(kind)
        if pending is None:
            request.fields["recipients"] = self.recipients.get(kind, [])
            return
        givers = [giver for giver in pending.givers if self.speaks_for in {None, giver}]
        request.action, request.choices = Action.CONSENT_ANSWER, {"giverId": givers}
        request.ids = {"consentId": pending.consent_id}
        request.within_reach = bool(givers)


async def ways_out(
    work: Work, case_id: UUID, route: Route, facts: Facts, reasons: Iterable[Reason], categories: frozenset[str]
) -> WaysOut:
    """The ways out of these reasons, for the caller, who may see these categories of the case."""
    operations = [reason.operation for reason in reasons if reason.operation is not None]
    actions = {operation.action for operation in operations}
    ways = WaysOut(categories, route, facts)
    if work.actor.person_kind is not PersonKind.WORKER:
        ways.speaks_for = str(work.actor.person_id)
    if operations:
        ways.ids = await _ids(work, case_id, _meeting_kinds(route, facts))
    if Action.CONSENT_CREATE in actions:
        kinds = sorted({str(o.fields["recipientKind"]) for o in operations if "recipientKind" in o.fields})
        ways.recipients = await _recipients(work, case_id, kinds)
        ways.pending = await _pending(work, case_id, kinds)
    if Action.MEETING_INVITE in actions:
        ways.invitees = await _invitees(work, case_id, route)
    if Action.PLAN_ACTION_CREATE in actions:
        ways.goals = await _goals_without_action(work, case_id, categories)
    if Action.PARTICIPANT_CREATE in actions:
        ways.grounds = await _own_grounds(work, case_id)
    return ways


def _meeting_kinds(route: Route, facts: Facts) -> list[str]:
    """The kinds of meeting that a transition from this step asks for."""
    return [
        str(condition.params["kind"])
        for transition in route.transitions.values()
        if facts.step in transition.origins
        for condition in transition.conditions
        if condition.name == "meeting_held"
    ]


async def _ids(work: Work, case_id: UUID, meeting_kinds: list[str]) -> dict[str, str]:
    """The child, who of its parents' gezag is unknown, and the newest plan, meeting still to hold, open escalation."""
    row = await work.session.row(
        'select c.id::text as "caseId", c.young_person_id::text as "youngPersonId",'
        " (select id::text from guardianships_in_force g where g.young_person_id = c.young_person_id"
        "   and g.gezag = 'onbekend' order by id limit 1) as \"guardianId\","
        ' (select id::text from plans where case_id = c.id order by id desc limit 1) as "planId",'
        " (select id::text from meetings where case_id = c.id and held_at is null and kind = any (%(kinds)s)"
        "   order by id desc limit 1)"
        ' as "meetingId",'
        " (select id::text from escalations where case_id = c.id and resolved_at is null order by id desc limit 1)"
        '   as "escalationId" from cases c where c.id = %(id)s',
        id=case_id,
        kinds=meeting_kinds,
    )
    return {name: value for name, value in (row or {}).items() if value is not None}


async def _recipients(work: Work, case_id: UUID, kinds: list[str]) -> dict[str, list[str]]:
    """For each kind of organisation that a reason asks consent for: which organisations these are here."""
    rows = await work.session.rows(
        "select k.kind, array_agg(o.id::text order by o.id) as ids from unnest(%(kinds)s::text[]) as k (kind)"
        " join cases c on c.id = %(case)s join young_people y on y.id = c.young_person_id"
        " join organisations o on o.kind = k.kind and case k.kind when 'school' then o.id = c.school_id"
        "   else o.municipality_code = y.municipality_code end group by k.kind",
        kinds=kinds,
        case=case_id,
    )
    return {row["kind"]: row["ids"] for row in rows}


async def _pending(work: Work, case_id: UUID, kinds: list[str]) -> dict[str, Pending]:
    """For each kind of organisation: the newest consent, if it waits for an answer and nobody said no to it."""
    latest = (
        "select distinct on (n.giver_id) n.giver_id, n.decision, n.basis from consent_answers n"
        " where n.consent_id = k.id order by n.giver_id, n.sequence desc"
    )
    rows = await work.session.rows(
        "select distinct on (o.kind) o.kind, k.id::text as consent, array(select p.id::text from"
        "   (select g.guardian_id as id, g.conflict from guardianships_in_force g"
        "     where g.young_person_id = y.id and g.gezag = 'ja' and a.years < 16"
        "    union all select y.id, false where a.years >= 12) p"
        f"   where not exists (select from ({latest}) l where l.giver_id = p.id"
        "     and not (l.basis = 'via_andere_ouder' and p.conflict)) order by p.id) as givers,"
        f" exists (select from ({latest}) l where l.decision <> 'gegeven') as refused"
        " from consents k join cases c on c.id = k.case_id join young_people y on y.id = c.young_person_id"
        " cross join lateral (select date_part('year', age(app_today(), y.birth_date)) as years) a"
        " join organisations o on o.id = any (k.recipients) and o.kind = any (%(kinds)s)"
        " where k.case_id = %(case)s and app_today() between k.valid_from and k.valid_until"
        " order by o.kind, k.id desc",
        kinds=kinds,
        case=case_id,
    )
    return {
        row["kind"]: Pending(row["consent"], tuple(row["givers"]))
        for row in rows
        if row["givers"] and not row["refused"]
    }


async def _invitees(work: Work, case_id: UUID, route: Route) -> dict[str, Choices]:
    """For each party at the table: who of it can be invited, by the field of the invitation that names them."""
    rows: list[Row] = await work.session.rows(
        "select 'participantId' as name, o.kind, p.id::text as id from participants_in_force p"
        " join organisations o on o.id = p.organisation_id where p.case_id = %(case)s"
        " union all select 'guardianId', null, g.guardian_id::text from cases c"
        " join guardianships_in_force g on g.young_person_id = c.young_person_id and g.gezag <> 'nee'"
        " where c.id = %(case)s"
        " union all select 'youngPersonId', null, c.young_person_id::text from cases c where c.id = %(case)s"
        " order by 1, 3",
        case=case_id,
    )

    def ids(name: str, kinds: tuple[Any, ...] = (None,)) -> list[str]:
        return [row["id"] for row in rows if row["name"] == name and row["kind"] in kinds]

    family = {"ouder": "guardianId", "jeugdige": "youngPersonId"}
    return {
        party.key: (
            {family[party.key]: ids(family[party.key])}
            if party.key in family
            else {"participantId": ids("participantId", party.organisation_kinds)}
        )
        for party in route.parties.values()
    }


async def _goals_without_action(work: Work, case_id: UUID, categories: frozenset[str]) -> list[str]:
    """The goals of the newest plan that nobody does anything for yet, as far as the caller may write about them."""
    rows = await work.session.rows(
        "select g.id::text as id from goals g where g.plan_id ="
        " (select id from plans where case_id = %(case)s order by id desc limit 1)"
        " and g.category = any (%(categories)s)"
        " and not exists (select from plan_actions a where a.goal_id = g.id) order by g.id",
        case=case_id,
        categories=sorted(categories),
    )
    return [row["id"] for row in rows]


async def _own_grounds(work: Work, case_id: UUID) -> list[str]:
    """On which grounds the caller's organisation takes part: a colleague joins on one of these, a task of law first."""
    rows = await work.session.rows(
        "select ground from participants_in_force where case_id = %(case)s and organisation_id = %(organisation)s"
        " group by ground order by ground = 'toestemming', ground",
        case=case_id,
        organisation=work.actor.organisation_id,
    )
    return [row["ground"] for row in rows]
