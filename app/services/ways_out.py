"""How a reason is taken away in this very case: the operation as it stands, with the ids and the values that help.

A guard names an operation in the words of the route (share with a kind of organisation, invite a party). Here it
becomes a request that a client can send: only fields that the body has, ids of this case, and of each field that is
left to the caller the values that help. Who follows the answers needs to know nothing else of the route.
"""

from dataclasses import dataclass, field

from app.db.ways import Ways
from app.domain.actors import FAMILY_ROLES, Actor, Role
from app.domain.errors import UnmetReason
from app.domain.policy import Action, may_at_all
from app.services.plans import DOMAINS
from app.workflow.facts import Facts
from app.workflow.guards import Operation, Reason, asked_meetings, must_all_hear, must_hear
from app.workflow.model import Ground, Route

Choices = dict[str, list[str]]


@dataclass(slots=True)
class Request:
    """An operation as a client can send it; `within_reach`: as far as this case decides it, by this caller."""

    action: str
    fields: dict[str, object]
    choices: Choices = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    ids: dict[str, str] = field(default_factory=dict)
    within_reach: bool = True


@dataclass(slots=True)
class WaysOut:
    """The ways out of the reasons of one case, for one caller who may see these categories of it.

    Without `ways` the operations are not worked out: for a list, which asks nothing more of the database.
    """

    actor: Actor
    categories: frozenset[str]
    route: Route
    facts: Facts
    ways: Ways | None
    ground: str | None  # on which this caller is in the case
    ids: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """The ids are the same for every reason."""
        self.ids = {} if self.ways is None else self._ids(self.ways)

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
        if reason.operation is None or self.ways is None:
            return UnmetReason(reason.code, reason.nl, reason.en, resolvers)
        request = self._request(reason.operation, self.ways)
        return UnmetReason(
            reason.code,
            reason.nl,
            reason.en,
            resolvers,
            request.action,
            request.fields,
            request.choices,
            request.asks,
            {**self.ids, **request.ids},
            request.within_reach
            and may_at_all(self.actor.roles, Action(request.action))
            and (not reason.resolvers or not self.actor.roles.isdisjoint(reason.resolvers)),
        )

    def _ids(self, ways: Ways) -> dict[str, str]:
        """The ids of the case, and the newest meeting still to hold of a kind that a step from here asks for."""
        kinds = {
            kind
            for transition in self.route.transitions.values()
            if self.facts.step in transition.origins
            for condition in transition.conditions
            for kind in asked_meetings(condition)
        }
        meeting = next((meeting for kind, meeting in ways.meetings if kind in kinds), None)
        return ways.ids if meeting is None else {**ways.ids, "meetingId": meeting}

    def _request(self, operation: Operation, ways: Ways) -> Request:
        fields: dict[str, object] = dict(operation.fields)
        choices = {name: list(values) for name, values in operation.choices.items()}
        request = Request(operation.action, fields, choices)
        match operation.action:
            case Action.CONSENT_CREATE:
                self._consent(request, ways)
            case Action.MEETING_INVITE:
                request.choices = self._invitees(str(fields.pop("party")), ways)
                request.within_reach = any(request.choices.values())
            case Action.NOTE_CREATE:
                self._talk(request)
            case Action.PLAN_GOAL_CREATE | Action.PLAN_ACTION_CREATE | Action.PLAN_APPROVE | Action.PLAN_EVALUATE:
                self._of_a_plan(request, ways)
            case Action.PARTICIPANT_CREATE:
                self._naming(request, ways)
            case Action.ASSESSMENT_CREATE:
                # Where only some outcomes need one, the route says which: with another a reason is a fault.
                needs_reason = self.route.assessments[str(fields["kind"])].needs_reason
                if needs_reason.issuperset(request.choices.get("outcome", [str(fields.get("outcome"))])):
                    request.asks = ("reason",)
            case Action.GUARDIAN_UPDATE if "guardianId" not in ways.ids:
                request.action = Action.GUARDIAN_CREATE
        return request

    def _of_a_plan(self, request: Request, ways: Ways) -> None:
        """Something about one of the plans: the newest version of its kind."""
        kind = str(request.fields.pop("plan"))
        if kind in ways.plans:
            request.ids = {"planId": ways.plans[kind]}
        if request.action == Action.PLAN_GOAL_CREATE:
            request.within_reach = DOMAINS[str(request.fields["domain"])] in self.categories
        if request.action == Action.PLAN_ACTION_CREATE:
            goals = [goal for of, category, goal in ways.goals if of == kind and category in self.categories]
            request.choices |= {"goalId": goals}
            request.within_reach = bool(goals)

    def _consent(self, request: Request, ways: Ways) -> None:
        """Ask for consent; where it was asked already, answer: the family each for itself.

        Whoever said no in person comes back on that in person: to others that answer is no way out.
        """
        kind = str(request.fields.pop("recipientKind"))
        pending = ways.pending.get(kind)
        if pending is None:
            request.fields["recipients"] = ways.recipients.get(kind, [])
            return
        family = min(self.actor.roles & FAMILY_ROLES, default=None)
        alone = self.actor.of_family(family)
        # Who has not answered is for that person, and for whoever may record answers.
        records = not alone and may_at_all(self.actor.roles, Action.CONSENT_ANSWER)
        givers = [
            giver
            for giver in pending.givers
            if (records and giver not in pending.said_no) or (alone and giver == str(self.actor.voice(family)))
        ]
        request.action, request.choices = Action.CONSENT_ANSWER, {"giverId": givers}
        request.ids = {"consentId": pending.consent_id}
        # Nobody records a yes to the own organisation.
        own = not alone and str(self.actor.organisation_id) in ways.recipients.get(kind, ())
        request.within_reach = bool(givers) and not own

    def _naming(self, request: Request, ways: Ways) -> None:
        """Name a colleague. Who takes part by name already gets the function: the caller, or who has the first role."""
        roles = request.choices.get("role") or [str(request.fields["role"])]
        asked = request.fields["functions"]
        functions = frozenset(asked if isinstance(asked, list) else ())
        for colleague in ways.colleagues if functions else ():
            fits = colleague.role in roles if colleague.caller else colleague.role == roles[0]
            if fits and not functions <= colleague.functions:
                request.action, request.choices = Action.PARTICIPANT_UPDATE, {}
                request.fields = {"functions": sorted(functions | colleague.functions)}
                request.ids = {"participantId": colleague.participant_id}
                return
        # Who is here on consent alone brings nobody in on another ground.
        grounds = [str(Ground.TOESTEMMING)] if self.ground == Ground.TOESTEMMING else ways.grounds
        request.choices |= {"ground": grounds}
        request.within_reach = bool(grounds)
        request.asks = ("workerId",) if set(grounds) <= {Ground.TOESTEMMING} else ("workerId", "motivation")

    def _talk(self, request: Request) -> None:
        """With whom a talk of this kind is held: certain where it must be with all of them, else a choice."""
        kind = str(request.fields["kind"])
        if heard := must_hear(self.route.notes[kind], self.facts, self.route):
            request.choices |= {"withWhom": sorted(heard)}
        if everyone := self._everyone(kind):
            request.fields |= {"withWhom": everyone}

    def _everyone(self, kind: str) -> list[str]:
        """With whom at least a talk of this kind is held, where it must be with all of them (003:14).

        Of each group one: whoever holds the regie by name, where that is known. Not the caller, who is there.
        """
        groups = must_all_hear(self.route.notes[kind], self.facts, self.route)
        missing = [sorted(group) for group in groups if self.actor.roles.isdisjoint(group)]
        holding = [role for group in missing for role in group if self.facts.has_named((Role(role),), "regiehouder")]
        return sorted(next((role for role in group if role in holding), group[0]) for group in missing)

    def _invitees(self, party: str, ways: Ways) -> Choices:
        """Who of a party at the table can be invited, by the field of the invitation that names them."""
        match party:
            case "ouder":
                return {"guardianId": ways.guardians}
            case "jeugdige":
                return {"youngPersonId": ways.youth}
        known = self.route.parties.get(party)
        kinds = known.organisation_kinds if known else ()
        return {"participantId": [participant for kind, participant in ways.participants if kind in kinds]}
