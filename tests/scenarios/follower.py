"""A client that knows nothing of the route: it walks a case by what the service answers, and by that alone.

Everybody in the cast asks what can follow. Of the steps that lead on it aims at one, does what each reason asks, as
somebody for whom the answer says `forYou`, and takes the step. Ids come from the answers, texts from the samples below;
what people find and want where the answer leaves it to them stands in the `Goal`. Where an answer is not enough to go
on, the walk stops with `StuckError`: that is a fault of the service.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

Json = Any
MAX_ROUNDS = 25
# After these somebody else may see the case.
OPENS_EYES = frozenset({"transitions", "participants", "escalations"})
# A no is a no: nobody asks again.
REFUSED = frozenset({"toestemming_geweigerd", "toestemming_ingetrokken"})


class Actor(Protocol):
    """Somebody with a token."""

    @property
    def key(self) -> str:
        """By which name the cast knows him or her."""

    async def ask(self, method: str, path: str, body: Json = None, **headers: str) -> httpx.Response:
        """One request under /v1; header names with underscores."""


class StuckError(AssertionError):
    """The answers do not say how to go on."""


@dataclass
class Goal:
    """What the people of a story find and want.

    `findings`: by kind of assessment its outcome, several for several times (the last one stays); likewise
    `evaluation`, `regie`, `escalation`, and `absent` (a party). `prefer`: the transitions to aim at, each once and in
    this order, as soon as they can follow; in between, the first that leads on and that the findings do not contradict.
    `never`: kinds of assessment that nobody records.
    """

    findings: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    prefer: Sequence[str] = ()
    never: frozenset[str] = frozenset()
    # By person: what he or she answers to a consent, when it is not «gegeven».
    answers: Mapping[str, str] = field(default_factory=dict)
    data_categories: tuple[str, ...] = ("gezondheid", "leren", "leven")


@dataclass
class Follower:
    """A case on its way, and everything that was asked for it."""

    cast: Sequence[Actor]
    goal: Goal
    case: Json = None
    # Of every request: method, path, status; as many as there must be audit rows.
    requests: list[tuple[str, str, int]] = field(default_factory=list)
    # What was done for a reason: the actor and the action; and each step taken: the actor and the transition.
    done: list[tuple[str, str]] = field(default_factory=list)
    steps: list[tuple[str, str]] = field(default_factory=list)
    # In which step the case stands since the last one.
    standing: str = ""
    # Facts that must have reached the outbox, by type.
    facts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._prefer = list(self.goal.prefer)
        self._findings = {
            kind: [found] if isinstance(found, str) else list(found) for kind, found in self.goal.findings.items()
        }
        self._blind: set[str] = set()
        self._me: dict[str, Json] = {}
        self._route: Json = None

    # --- Asking ---

    async def ask(self, actor: Actor, method: str, path: str, body: Json = None, **headers: str) -> httpx.Response:
        """One request, counted; the actors know where /v1 is."""
        path = path.removeprefix("/v1")
        response = await actor.ask(method, path, body, **headers)
        self.requests.append((method, path, response.status_code))
        return response

    async def seen(self, actor: Actor, path: str) -> Json:
        """A GET that must succeed."""
        response = await self.ask(actor, "GET", path)
        assert response.status_code == 200, f"{actor.key} {path}: {response.text}"
        return response.json()

    async def done_by(self, actor: Actor, method: str, path: str, body: Json) -> Json:
        """A write that must succeed; for a PATCH the version is fetched first."""
        headers = {}
        if method == "PATCH":
            headers["If_Match"] = (await self.ask(actor, "GET", path)).headers["ETag"]
        response = await self.ask(actor, method, path, body, **headers)
        assert response.status_code in {200, 201}, f"{actor.key} {method} {path} {body}: {response.text}"
        if path.rsplit("/", maxsplit=1)[-1] in OPENS_EYES or method == "PATCH":
            self._blind.clear()
        return response.json()

    def actor(self, key: str) -> Actor:
        """Somebody of the cast."""
        return next(actor for actor in self.cast if actor.key == key)

    async def me(self, actor: Actor) -> Json:
        """Who this is, asked once."""
        if actor.key not in self._me:
            self._me[actor.key] = await self.seen(actor, "/me")
        return self._me[actor.key]

    @property
    def path(self) -> str:
        """Where the case lives."""
        return f"/cases/{self.case['id']}"

    # --- Walking ---

    async def open(self, by: str, young_person: str, signal: Json, route: str = "midden-groningen") -> "Follower":
        """Open the case on its first signal."""
        body = {"youngPersonId": young_person, "route": route, "signal": signal}
        self.case = await self.done_by(self.actor(by), "POST", "/cases", body)
        self.facts["case.opened"] += 1
        self._route = await self.seen(self.actor(by), f"/routes/{route}")
        return self

    async def walk(self, until: str | None = None, most: int = 40) -> "Follower":
        """Go on until the case stands in the step `until`, or else in a step that is an end."""
        ends = {step["key"] for step in self._route["steps"] if step["end"]} if until is None else {until}
        for _ in range(most):
            if await self.advance() in ends:
                return self
        raise StuckError(f"no end after {most} steps: {self.steps}")

    async def take(self, *keys: str) -> "Follower":
        """Take these steps, one after the other, clearing the way for each."""
        for key in keys:
            self._prefer.insert(0, key)
            await self.advance()
            assert self.steps[-1][1] == key, f"{key} cannot follow now: {self.steps[-1]}"
        return self

    async def advance(self) -> str:
        """Take one step, doing first what its reasons ask; the step where the case stands then."""
        views = await self._views(self.cast)
        aim = await self._aim(views)
        for _ in range(MAX_ROUNDS):
            takers = [(actor, item) for actor, item in _items(views, aim) if item["allowed"]]
            if takers:
                return await self._step(*takers[0])
            doing = await self._doing(views, aim)
            for actor, operation in doing:
                await self.carry_out(actor, operation)
            # Whom the answers name is asked again; when these can do no more, everybody is.
            views = await self._views(await self._concerned(views, aim) if doing else self.cast)
            if not doing and not await self._doing(views, aim) and not any(i["allowed"] for _, i in _items(views, aim)):
                reasons = [reason for _, item in _items(views, aim) for reason in item["reasons"]]
                raise StuckError(f"{aim}: nobody can do anything about {reasons}")
        raise StuckError(f"{aim} is still blocked after {MAX_ROUNDS} rounds: {self.done[-10:]}")

    async def _concerned(self, views: list[tuple[Actor, Json]], aim: str) -> list[Actor]:
        """Those whose role the answers name: who takes the step, and who can take a reason away."""
        roles = {
            role
            for _, item in _items(views, aim)
            for role in (*item["roles"], *(each for reason in item["reasons"] for each in reason["resolvers"]))
        }
        return [actor for actor in self.cast if roles & set((await self.me(actor))["roles"])]

    async def _views(self, whom: Iterable[Actor]) -> list[tuple[Actor, Json]]:
        """What each sees that can follow; who does not see the case is asked again once something changed."""
        views = []
        for actor in whom:
            if actor.key not in self._blind:
                response = await self.ask(actor, "GET", f"{self.path}/next-steps")
                if response.status_code == 200:
                    views.append((actor, response.json()))
                else:
                    assert response.status_code in {403, 404}, response.text
                    self._blind.add(actor.key)
        return views

    async def _aim(self, views: list[tuple[Actor, Json]]) -> str:
        """The next transition that the goal prefers, if it can follow; otherwise the first that leads on."""
        if not views:
            raise StuckError("nobody of the cast sees the case")
        step, items = views[0][1]["step"], views[0][1]["items"]
        for key in self._prefer[:1]:
            if any(item["transition"] == key for item in items):
                return key
        roles = {role for actor, _ in views for role in (await self.me(actor))["roles"]}
        for item in items:
            leads_on = item["toStep"] != step and not item["requiresExplanation"]
            reasons = [reason for _, each in _items(views, item["transition"]) for reason in each["reasons"]]
            if leads_on and roles & set(item["roles"]) and not any(map(self._contradicts, reasons)):
                return str(item["transition"])
        raise StuckError(f"nothing leads on from {step}, given {dict(self._findings)}")

    def _contradicts(self, reason: Json) -> bool:
        """Whether taking this reason away would go against what the people of the story find."""
        operation = reason["operation"]
        if operation is None:
            return bool(reason["code"] != "nog_niet_gereed")
        if reason["code"] in REFUSED:
            return True
        found = self._found(operation)
        helpful = operation["choices"].get("outcome", [operation["fields"].get("outcome")])
        return operation["fields"].get("kind") in self.goal.never or (
            helpful != [None] and found is not None and found not in helpful
        )

    def _found(self, operation: Json) -> str | None:
        kind = "evaluation" if operation["action"] == "plan.evaluate" else operation["fields"].get("kind")
        return next(iter(self._findings.get(kind, ())), None)

    async def _doing(self, views: list[tuple[Actor, Json]], aim: str) -> list[tuple[Actor, Json]]:
        """For each reason one who can take it away: of those for whom the answer says so, the first resolver."""
        found: dict[str, list[tuple[int, Actor, Json]]] = {}
        first: dict[str, list[str]] = {}
        for actor, item in _items(views, aim):
            for reason in item["reasons"]:
                operation = reason["operation"]
                if operation is not None and operation["forYou"] and reason["code"] not in REFUSED:
                    name = f"{reason['code']}: {reason['detail']}"
                    rank = await self._rank(actor, reason["resolvers"])
                    found.setdefault(name, []).append((rank, actor, operation))
                    first[name] = reason["resolvers"]
        asked = {actor.key for actor, _ in views} | self._blind
        silent = [actor for actor in self.cast if actor.key not in asked]
        doing = []
        for name, candidates in found.items():
            rank = min(rank for rank, _, _ in candidates)
            if any([await self._rank(actor, first[name]) < rank for actor in silent]):
                continue  # somebody whom the answer names earlier was not asked yet
            best = [(actor, operation) for each, actor, operation in candidates if each == rank]
            # Parents answer each for themselves; everything else is done once.
            doing += best if best[0][1]["action"] == "consent.answer" else best[:1]
        return doing

    async def _rank(self, actor: Actor, resolvers: list[str]) -> int:
        """How early an answer names a role of this actor."""
        roles = (await self.me(actor))["roles"]
        return min((resolvers.index(role) for role in roles if role in resolvers), default=len(resolvers))

    async def _step(self, actor: Actor, item: Json) -> str:
        body = dict(item["operation"]["fields"])
        if item["requiresExplanation"]:
            body["explanation"] = "Zo is het met de ouders besproken."
        taken = await self.done_by(actor, item["operation"]["method"], item["operation"]["href"], body)
        self.steps.append((actor.key, item["transition"]))
        self.facts["case.transitioned"] += 1
        self.standing = str(taken["toStep"])
        if self._prefer and self._prefer[0] == item["transition"]:
            self._prefer.pop(0)
        return str(taken["toStep"])

    # --- Doing what a reason asks ---

    async def carry_out(self, actor: Actor, operation: Json) -> Json:
        """Send the request that a reason names, with what is left to the caller filled in."""
        action = operation["action"]
        body = {**operation["fields"], **await self._rest(actor, operation)}
        if unknown := [name for name in operation["toFill"] if name not in body]:
            raise StuckError(f"{action}: nothing to write for {unknown}")
        made = await self.done_by(actor, operation["method"], operation["href"], body)
        self.done.append((actor.key, action))
        self.facts[FACT[action]] += 1
        return made

    async def _rest(self, actor: Actor, operation: Json) -> Json:
        """The part of the body that the reason leaves open."""
        action, choices = operation["action"], operation["choices"]
        rest = dict(SAMPLES.get(action, {}))
        rest |= {name: values[0] for name, values in choices.items() if values}
        match action:
            case "assessment.create":
                rest |= self._outcome(operation)
            case "note.create":
                certain = operation["fields"].get("withWhom", [])
                rest["withWhom"] = certain or choices.get("withWhom", ["ouder"])[:1]
            case "plan.action.create":
                rest |= await self._owner(actor, operation["lookups"]["ownerParticipantId"])
            case "meeting.report":
                rest["attendance"] = await self._attendance(actor, operation["lookups"]["attendance"])
            case "case.update":
                rest["schoolId"] = (await self.seen(actor, operation["lookups"]["schoolId"]))["items"][0]["id"]
            case "participant.create":
                rest |= await self._colleague(actor, operation)
            case "transition.perform":
                self.steps.append((actor.key, rest.get("transition") or operation["fields"]["transition"]))
            case _:
                rest |= self._wish(actor, operation)
        return rest

    def _wish(self, actor: Actor, operation: Json) -> Json:
        """What the people of the story want where it is for them to say."""
        match operation["action"]:
            case "consent.create":
                return {"dataCategories": list(self.goal.data_categories)}
            case "consent.answer":
                return {"decision": self.goal.answers.get(actor.key, "gegeven")}
            case "plan.create" if "regie" in self._findings:
                return {"regie": self._pop("regie"), "regieReason": "Staat het dichtst bij het kind."}
            case "plan.evaluate" if "evaluation" in self._findings:
                return {"outcome": self._pop("evaluation")}
            case "escalation.create" if "escalation" in self._findings:
                return {"kind": self._pop("escalation")}
        return {}

    def _pop(self, kind: str) -> str | None:
        """What they find this time; the last finding stays."""
        found = self._findings.get(kind, [])
        return found.pop(0) if len(found) > 1 else next(iter(found), None)

    def _outcome(self, operation: Json) -> Json:
        """The outcome that they find, if it helps; with a reason and a report where the route asks or allows them."""
        kind = next(each for each in self._route["assessments"] if each["key"] == operation["fields"]["kind"])
        helpful = operation["choices"].get("outcome") or [operation["fields"]["outcome"]]
        found = self._found(operation)
        outcome = found if found in helpful else helpful[0]
        if found == outcome:
            self._pop(kind["key"])
        rest = {"outcome": outcome}
        if "reason" in operation["toFill"] or outcome in kind["needsReason"]:
            rest["reason"] = "Zo is het met elkaar besproken."
        if kind["category"] != "proces":
            rest["content"] = "Verslag van wat is gezien en besproken."
        return rest

    async def _owner(self, actor: Actor, participants: str) -> Json:
        """The one who writes the action does it: as a participant, by the house that he or she works for."""
        rows = (await self.seen(actor, f"{participants}?limit=100"))["items"]
        me = await self.me(actor)
        own = [row for row in rows if row["endedAt"] is None and row["organisationName"] == me["organisationName"]]
        return {"owner": "participant", "ownerParticipantId": own[0]["id"]} if own else {"owner": "ouder"}

    async def _attendance(self, actor: Actor, link: str) -> Json:
        meeting = await self.seen(actor, link)
        absent = next(iter(self._findings.get("absent", ())), None)
        return [
            {"invitationId": each["id"], "present": False, "absenceReason": "Ziek, en niet te vervangen."}
            if each["party"] == absent
            else {"invitationId": each["id"], "present": True}
            for each in meeting["invitations"]
        ]

    async def _colleague(self, actor: Actor, operation: Json) -> Json:
        """Whom to name: oneself, or a colleague of the cast, in a role that helps."""
        roles = operation["choices"].get("role") or [operation["fields"]["role"]]
        rows = (await self.seen(actor, f"{operation['lookups']['workerId']}?limit=100"))["items"]
        colleagues = {worker["id"] for worker in rows}
        known = [await self.me(each) for each in (actor, *self.cast)]
        fitting = [
            (each, role) for each in known for role in roles if each["personId"] in colleagues and role in each["roles"]
        ]
        if not fitting:
            raise StuckError(f"no colleague of {actor.key} is one of {roles}")
        worker, role = fitting[0]
        return {"workerId": worker["personId"], "role": role}


def _items(views: Iterable[tuple[Actor, Json]], key: str) -> list[tuple[Actor, Json]]:
    """One transition as each of them sees it."""
    return [(actor, item) for actor, view in views for item in view["items"] if item["transition"] == key]


# What is written where an answer leaves it to the writer: nothing in it matters to the route.
SAMPLES: Mapping[str, Json] = {
    "consent.answer": {"form": "digitaal"},
    "consent.create": {
        "purpose": "Samen onderzoeken welke ondersteuning past.",
        "told": "Wat, met wie en tot wanneer.",
    },
    "escalation.create": {"reason": "Er komt al weken geen afspraak tot stand."},
    "guardian.update": {"gezag": "ja", "evidence": "gezagsregister", "evidenceDate": "2026-11-02"},
    "escalation.resolve": {"resolution": "De wachttijd is bekort; iedereen weet wat hij of zij doet."},
    "meeting.checklist": {"remark": "Samen besproken en opgeschreven."},
    "meeting.create": {"plannedAt": "2026-11-20T13:30:00+01:00", "place": "Op school"},
    "meeting.report": {"heldAt": "2026-11-20T13:30:00+01:00"},
    "note.create": {
        "heldAt": "2026-11-19T15:30:00+01:00",
        "content": "Wat er goed gaat, wat er lastig is en wat de ouders zelf zien.",
        "agreements": "Over twee weken spreken we elkaar weer.",
    },
    "participant.create": {"motivation": "Behandelt deze vraag namens onze organisatie."},
    "plan.action.create": {"description": "Elke week een halfuur samen oefenen.", "dueOn": "2027-02-01"},
    "plan.approve": {"agreed": True},
    "plan.create": {"perspective": "Gaat met plezier naar de eigen school.", "evaluationDate": "2027-02-01"},
    "plan.evaluate": {"heldOn": "2026-11-21", "summary": "De acties zijn gedaan."},
    "plan.goal.create": {
        "description": "Weet bij wie hulp te vragen.",
        "indicator": "Vraagt drie keer per week zelf om hulp.",
        "targetDate": "2027-02-01",
    },
    "young-person.update": {"birthDate": "2017-05-01"},
}
# The fact that each action leaves in the outbox.
FACT: Mapping[str, str] = {
    "assessment.create": "assessment.recorded",
    "case.update": "case.enrolled",
    "consent.answer": "consent.answered",
    "consent.create": "consent.asked",
    "escalation.create": "escalation.raised",
    "escalation.resolve": "escalation.resolved",
    "guardian.update": "guardian.changed",
    "meeting.checklist": "meeting.answered",
    "meeting.create": "meeting.planned",
    "meeting.invite": "meeting.invited",
    "meeting.report": "meeting.held",
    "note.create": "note.recorded",
    "participant.create": "participant.involved",
    "participant.update": "participant.changed",
    "plan.action.create": "plan.changed",
    "plan.approve": "plan.answered",
    "plan.create": "plan.drawn-up",
    "plan.evaluate": "plan.evaluated",
    "plan.goal.create": "plan.changed",
    "transition.perform": "case.transitioned",
    "young-person.update": "young-person.changed",
}
