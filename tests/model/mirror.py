"""A case kept in memory beside the real one: from what was sent and answered alone, what is true of it by the rules.

Nothing of the database is asked. The transitions are those of the route file, their verdict that of `decide`; what each
operation brings about stands here once more, written from the descriptions of the contract.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from app.demo.people import BY_KEY, ORGANISATIONS
from app.demo.seed import CHILDREN, SECTOR, DemoChild, born, known_id
from app.domain import consent
from app.domain.actors import FAMILY_ROLES, OrganisationKind, Role
from app.domain.consent import Answer, standing
from app.domain.gezag import Parent
from app.workflow.facts import (
    Asker,
    Assessment,
    ConsentFact,
    EscalationFact,
    Facts,
    MeetingFact,
    Note,
    Party,
    PlanFact,
    Signal,
)
from app.workflow.model import GROUNDS_FROM_CONSENT, Ground, Involve, Route, Transition
from tests.workflow.walks import after

Json = Any
KINDS = {str(known_id(each.code)): each.kind for each in ORGANISATIONS}
BY_CODE = {each.code: each for each in ORGANISATIONS}
# Every organisation of the demo is in one municipality, so those around a child are all of a kind.


def _object(path: str) -> str:
    """The id in a path as `/v1/meetings/{id}/…`."""
    return path.removeprefix("/v1").split("/")[2]


@dataclass(slots=True)
class Row:
    """An involvement."""

    organisation: str
    role: Role | None
    worker: str | None
    ground: str
    functions: frozenset[str] = frozenset()


@dataclass(slots=True)
class Asked:
    """A consent that was asked, with the latest answer of each giver."""

    recipients: list[str]
    valid_from: date
    valid_until: date
    answers: dict[str, Answer] = field(default_factory=dict)


@dataclass
class Mirror:
    """The case as the rules say that it is."""

    route: Route
    child: DemoChild
    opener: str
    facts: Facts
    rows: list[Row]
    consents: dict[str, Asked] = field(default_factory=dict)
    meetings: dict[str, int] = field(default_factory=dict)
    plan_kinds: dict[str, str] = field(default_factory=dict)
    today: date = field(default_factory=lambda: datetime.now(UTC).date())

    @property
    def youth(self) -> str:
        return str(known_id(self.child.key))

    # --- Who asks ---

    def seen_by(self, person: str) -> tuple[Facts, Asker]:
        """What is true for the verdict on this person's request, and who asks."""
        someone = BY_KEY[person]
        functions = frozenset().union(
            *(row.functions for row in self._in_force() if row.worker == str(known_id(person)))
        )
        asker = Asker(known_id(person), frozenset(someone.roles), functions)
        return replace(self.facts, only_own_signals=person == self.opener), asker

    def involved(self, person: str) -> bool:
        """Whether somebody may be in the case: to ask only those who have a chance to see it."""
        someone = BY_KEY[person]
        if someone.kind == "guardian":
            return person in {parent for parent, _ in self.child.parents}
        if someone.kind == "young_person":
            return person == self.child.key
        at = BY_CODE[someone.organisation or ""]
        houses = {row.organisation for row in self._in_force()}
        boards = {
            str(known_id(each.board)) for each in ORGANISATIONS if str(known_id(each.code)) in houses and each.board
        }
        return str(known_id(at.code)) in houses | boards

    # --- What was done ---

    def did(self, action: str, body: Json, made: Json, path: str) -> None:  # noqa: C901, PLR0912 — one line an operation
        """An operation that succeeded: what was sent, and the answer."""
        match action:
            case "note.create":
                note = Note(body["kind"], Role(made["authorRole"]), tuple(body["withWhom"]))
                self.facts = replace(self.facts, notes=(*self.facts.notes, note))
            case "assessment.create":
                self._assessed(body, made)
            case "consent.create":
                self.consents[made["id"]] = Asked(
                    list(body["recipients"]),
                    date.fromisoformat(made["validFrom"]),
                    date.fromisoformat(made["validUntil"]),
                )
            case "consent.answer":
                answer = Answer(body["decision"], body.get("basis", "zelf"))
                self.consents[_object(path)].answers[body["giverId"]] = answer
            case "participant.create":
                self._named(body, made)
            case "participant.update":
                self._functions(frozenset(body["functions"]), made)
            case "meeting.create":
                none: frozenset[str] = frozenset()
                self.meetings[made["id"]] = len(self.facts.meetings)
                new = MeetingFact(body["kind"], held=False, invited=none, present=none, absent_with_reason=none)
                self.facts = replace(self.facts, meetings=(*self.facts.meetings, new))
            case "meeting.invite":
                self._met(path, lambda meeting: replace(meeting, invited=meeting.invited | {made["party"]}))
            case "meeting.checklist":
                self._met(path, lambda meeting: replace(meeting, answered=meeting.answered | {body["item"]}))
            case "meeting.report":
                self._met(path, lambda meeting: self._reported(meeting, made))
            case "plan.create":
                self._drawn_up(body, made)
            case "plan.goal.create":
                self._planned(
                    path,
                    lambda plan: replace(
                        plan,
                        goal_domains=plan.goal_domains | {body["domain"]},
                        goals_without_action=plan.goals_without_action + 1,
                    ),
                )
            case "plan.action.create":
                self._planned(path, lambda plan: replace(plan, goals_without_action=plan.goals_without_action - 1))
            case "plan.approve":
                self._planned(path, lambda plan: replace(plan, approved_by=plan.approved_by | {body["party"]}))
            case "plan.evaluate":
                self._planned(
                    path,
                    lambda plan: replace(
                        plan, evaluation=body["outcome"], evaluation_parties=frozenset(body["parties"])
                    ),
                )
            case "escalation.create":
                self._raised(body)
            case "escalation.resolve":
                done = tuple(replace(each, resolved=True) for each in self.facts.escalations)
                self.facts = replace(self.facts, escalations=done)
            case "transition.perform":
                self.taken(self.route.transitions[body["transition"]])
            case _:
                raise AssertionError(f"what {action} brings about is not known here")
        self._settle()

    def withdrawn(self, consent: str, giver: str) -> None:
        """Somebody took a consent back."""
        self.consents[consent].answers[giver] = Answer("ingetrokken")
        self._settle()

    def taken(self, transition: Transition) -> None:
        """A step was taken."""
        for party in transition.involve:
            self._involved(party)
        self.facts = after(self.route, transition, self.facts)
        self.rows = [row for row in self.rows if KINDS[row.organisation] not in transition.release]
        if any(effect.value == "reopen_case" for effect in transition.effects):
            self.facts = replace(self.facts, notes=(), meetings=(), plans={})
            self.meetings.clear()
            self.plan_kinds.clear()
        if any(effect.value == "regie_by_plan" for effect in transition.effects) and self.facts.regie is not None:
            holders = {
                role for side, roles in self.route.regie.holders.items() if side == self.facts.regie for role in roles
            }
            for row in self.rows:
                if row.role not in holders:
                    row.functions -= {"regiehouder"}
        self._settle()

    # --- What that brings about ---

    def _settle(self) -> None:
        parties = tuple(
            Party(KINDS[row.organisation], row.role, row.functions, row.worker is not None) for row in self._in_force()
        )
        self.facts = replace(self.facts, consents=self._standings(), parties=parties)

    def _in_force(self) -> list[Row]:
        open_to = {
            each for asked in self.consents.values() if self._standing(asked).in_force for each in asked.recipients
        }
        return [row for row in self.rows if row.ground != Ground.TOESTEMMING or row.organisation in open_to]

    def _open_to(self) -> set[str]:
        """The organisations that a consent in force names."""
        return {each for asked in self.consents.values() if self._standing(asked).in_force for each in asked.recipients}

    def _standings(self) -> dict[OrganisationKind, ConsentFact]:
        found: dict[OrganisationKind, ConsentFact] = {}
        for asked in self.consents.values():
            verdict = self._standing(asked)
            for kind in {KINDS[each] for each in asked.recipients}:
                if kind not in found or not found[kind].in_force:
                    found[kind] = ConsentFact(kind, verdict.in_force, verdict.waits_for, verdict.code)
        return found

    def _standing(self, asked: Asked) -> Any:
        return standing(
            day=self.today,
            birth_date=born(self.child.years, self.today),
            youth=UUID(self.youth),
            parents=[Parent(known_id(parent), gezag) for parent, gezag in self.child.parents],
            answers={UUID(giver): answer for giver, answer in asked.answers.items()},
            asked=consent.Asked(asked.valid_from, asked.valid_until),
        )

    def _assessed(self, body: Json, made: Json) -> None:
        kind = self.route.assessments[body["kind"]]
        new = Assessment(kind.key, Role(made["authorRole"]), body["outcome"], body.get("reason"), datetime.now(UTC))
        self.facts = replace(self.facts, assessments={**self.facts.assessments, kind.key: new})
        if kind.sets:
            self.facts = replace(self.facts, **{kind.sets: body["outcome"]})

    def _functions(self, functions: frozenset[str], made: Json) -> None:
        if "regiehouder" in functions:
            for row in self.rows:
                row.functions -= {"regiehouder"}
        for row in self.rows:
            if (row.organisation, row.worker, row.role) == (made["organisationId"], made["workerId"], made["role"]):
                row.functions = functions
        self._regie_follows(functions, made["role"])

    def _named(self, body: Json, made: Json) -> None:
        functions = frozenset(body.get("functions", ()))
        if "regiehouder" in functions:
            for row in self.rows:
                row.functions -= {"regiehouder"}
        self.rows.append(Row(made["organisationId"], Role(body["role"]), body["workerId"], body["ground"], functions))
        self._regie_follows(functions, body["role"])

    def _regie_follows(self, functions: frozenset[str], role: str) -> None:
        """Where those at the table choose, the regie of the case lies with the side of who is named (002:143)."""
        if "regiehouder" in functions and self.route.regie.choice == "chosen" and self.facts.regie is not None:
            side = next(side for side, roles in self.route.regie.holders.items() if role in roles)
            self.facts = replace(self.facts, regie=side)

    def _met(self, path: str, change: Any) -> None:
        at = self.meetings[_object(path)]
        meetings = list(self.facts.meetings)
        meetings[at] = change(meetings[at])
        self.facts = replace(self.facts, meetings=tuple(meetings))

    def _reported(self, meeting: MeetingFact, made: Json) -> MeetingFact:
        present = frozenset(each["party"] for each in made["invitations"] if each["present"])
        absent = frozenset(each["party"] for each in made["invitations"] if each["present"] is False)
        return replace(meeting, held=True, present=present, absent_with_reason=absent)

    def _drawn_up(self, body: Json, made: Json) -> None:
        none: frozenset[str] = frozenset()
        self.plan_kinds[made["id"]] = body["kind"]
        new = PlanFact(
            kind=body["kind"],
            in_force=False,
            perspective=bool(body["perspective"]),
            goal_domains=none,
            unmeasured_goals=0,
            goals_without_action=0,
            evaluation_date=date.fromisoformat(body["evaluationDate"]),
            regie=body.get("regie")
            or self.route.regie_for(self.facts.leervraag, self.facts.leefvraag, self.facts.outcomes),
            approved_by=none,
            evaluation=None,
            evaluation_parties=none,
        )
        others = {kind: plan for kind, plan in self.facts.plans.items() if kind != new.kind}
        self.facts = replace(self.facts, plans={**others, new.kind: new})

    def _planned(self, path: str, change: Any) -> None:
        # A version that the route made has an id that nobody was told here: it is of the kind that was revised last.
        kind = self.plan_kinds.get(_object(path)) or next(reversed(self.facts.plans))
        self.facts = replace(self.facts, plans={**self.facts.plans, kind: change(self.facts.plans[kind])})

    def _raised(self, body: Json) -> None:
        raised = EscalationFact(body["kind"], body["addressedTo"], resolved=False)
        self.facts = replace(self.facts, escalations=(*self.facts.escalations, raised))
        for each in self.route.escalations:
            if each.addressed_to == body["addressedTo"] and body["kind"] in each.kinds:
                for party in each.involve:
                    self._involved(party)

    def _involved(self, party: Involve) -> None:
        for organisation in self._organisations(party):
            roles = (None,) if party.organisation_kind is OrganisationKind.SCHOOL else party.roles
            for role in roles:
                if not any((row.organisation, row.role, row.worker) == (organisation, role, None) for row in self.rows):
                    self.rows.append(Row(organisation, role, None, party.ground))

    def _organisations(self, party: Involve) -> Iterable[str]:
        kind = party.organisation_kind
        if party.only_if_involved:
            return {row.organisation for row in self._in_force() if KINDS[row.organisation] is kind}
        if party.ground in GROUNDS_FROM_CONSENT:
            return {each for each in self._open_to() if KINDS[each] is kind}
        school = BY_CODE.get(self.child.school or "")
        own = {
            OrganisationKind.SCHOOL: school and school.code,
            OrganisationKind.SCHOOLBESTUUR: school and school.board,
            OrganisationKind.SAMENWERKINGSVERBAND: school and school.swv,
        }
        if kind in own:
            code = own[kind]
            return {str(known_id(code))} if code else set()
        return {str(known_id(each.code)) for each in ORGANISATIONS if each.kind is kind}


def opened(route: Route, by: str, child: str, signal: Json) -> Mirror:
    """A case on the day it was opened: the first signal, and whoever gave or received it."""
    someone = BY_KEY[by]
    who = next(each for each in CHILDREN if each.key == child)
    school = BY_CODE.get(who.school or "")
    role = someone.roles[0]
    if role in FAMILY_ROLES:
        assert school is not None
        rows = [Row(str(known_id(school.code)), None, None, "onderwijstaak")]
        first = Signal(signal["givenBy"], signal["kind"], Role(signal["receivedByRole"]), safety=False)
    else:
        home = BY_CODE[someone.organisation or ""]
        rows = [Row(str(known_id(home.code)), role, str(known_id(by)), "eigen")]
        if home.kind is OrganisationKind.SCHOOL:
            rows.append(Row(str(known_id(home.code)), None, None, "onderwijstaak"))
        first = Signal(signal["givenBy"], signal["kind"], role, safety=False)
    facts = Facts(
        route=route.key,
        version=route.version,
        step=route.start,
        age=who.years,
        school_known=school is not None,
        deelverband_known=school is not None and school.swv is not None,
        leervraag=None,
        leefvraag=None,
        problem_class=None,
        regie=None,
        step_since=None,
        explanation=None,
        sector=SECTOR.get(who.school or ""),
        signals=(first,),
    )
    mirror = Mirror(route, who, by, facts, rows)
    mirror._settle()  # noqa: SLF001 — its own maker
    return mirror
