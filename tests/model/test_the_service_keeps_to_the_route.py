"""Walks that nobody thought out: a state machine drives the real service, and a case in memory must agree at each step.

Somebody tries a step, does what a reason asks, or takes a consent back. Whatever the service then shows (what is
allowed, for whom, every reason) and does (201, 403, 409 with its reasons) must be what the route says of the case in
memory. MODEL_EXAMPLES and MODEL_STEPS make it walk more, or further.
"""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from app.demo.people import BY_KEY
from app.demo.seed import known_id
from app.domain.policy import Action, may_at_all
from app.workflow.decide import Allowed, Refused, UnknownTransition, WrongActor, decide, outlook
from app.workflow.loader import load_routes
from app.workflow.model import Route
from tests.conftest import Database
from tests.model.mirror import Json, Mirror, opened
from tests.scenarios.follower import Follower, Goal, StuckError
from tests.world import World, world

EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "2"))
STEPS = int(os.environ.get("MODEL_STEPS", "15"))
EVERYBODY = tuple(key for key, person in BY_KEY.items() if person.kind != "system")
OPENINGS = (
    ("leerkracht", "mila", {"givenBy": "professional", "kind": "leervraag"}),
    ("intern-begeleider", "jeugdige", {"givenBy": "professional", "kind": "beide"}),
    ("intern-begeleider-vo", "leerling-zeventien", {"givenBy": "professional", "kind": "onbekend"}),
    ("ouder-een", "mila", {"givenBy": "ouder", "kind": "leefvraag", "receivedByRole": "intern_begeleider"}),
    ("expertteam", "mila", {"givenBy": "professional", "kind": "beide"}),
    ("expertteam", "leerling-vo", {"givenBy": "professional", "kind": "leefvraag"}),
    ("jeugdverpleegkundige", "leerling-vo", {"givenBy": "professional", "kind": "leefvraag"}),
)
# How often everybody is asked for one step.
ROUNDS = 30
MASKED = "nog_niet_gereed"


def _has_a_part(route: Route, opening: tuple[str, str, Json]) -> bool:
    """Whether a case is opened on this route so: by, or at, somebody who can do something on it."""
    by, _, signal = opening
    role = signal.get("receivedByRole") or BY_KEY[by].roles[0]
    may_open = may_at_all(BY_KEY[by].roles, Action.CASE_CREATE)
    return may_open and any(role in transition.roles for transition in route.transitions.values())


class Beside(Follower):
    """A client that tells the mirror of everything that succeeded."""

    mirror: Mirror
    action = ""

    async def done_by(self, actor: Any, method: str, path: str, body: Json) -> Json:
        try:
            made = await super().done_by(actor, method, path, body)
        except AssertionError as refused:
            # That somebody said no in person, earlier and elsewhere, is not known to who is asked to record a yes.
            if "zelf-geweigerd" in str(refused):
                raise StuckError(str(refused)) from refused
            raise
        if self.action:
            self.mirror.did(self.action, body, made, path)
        return made

    async def carry_out(self, actor: Any, operation: Json) -> Json:
        self.action = operation["action"]
        try:
            return await super().carry_out(actor, operation)
        finally:
            self.action = ""


class Walks(RuleBasedStateMachine):
    """One case of one route, walked at random."""

    route: ClassVar[tuple[str, int]]
    new_database: ClassVar[Any]

    def __init__(self) -> None:
        super().__init__()
        self._portals: AbstractContextManager[BlockingPortal] = start_blocking_portal()
        self.portal = self._portals.__enter__()
        made = self.new_database()
        self._worlds: AbstractContextManager[World] = self.portal.wrap_async_context_manager(
            world(made.owner_dsn, made.api_dsn)
        )
        self.world = self._worlds.__enter__()

    def teardown(self) -> None:
        self._worlds.__exit__(None, None, None)
        self._portals.__exit__(None, None, None)

    # --- What can happen ---

    @initialize(which=st.integers(0, 10_000))
    def open(self, which: int) -> None:
        route = load_routes()[self.route]
        openings = [each for each in OPENINGS if _has_a_part(route, each)]
        by, child, signal = openings[which % len(openings)]
        self.walk = Beside([self.world[key] for key in EVERYBODY], Goal())
        self.walk.mirror = self.mirror = opened(route, by, child, signal)
        told = {**signal, "content": "Iets wat opvalt."}
        self.portal.call(self.walk.open, by, str(known_id(child)), told, route.key)
        self._agree(by)

    @rule(who=st.integers(0, 10_000), which=st.integers(0, 10_000), explained=st.booleans())
    def try_a_step(self, who: int, which: int, explained: bool) -> None:  # noqa: FBT001 — hypothesis names it
        """Anybody who may be in the case tries any step of the route, from here most often."""
        key = self._somebody(who)
        route, facts = self.mirror.route, self.mirror.facts
        here = [each.key for each in route.transitions.values() if facts.step in each.origins]
        step = [*here * 3, *route.transitions][which % (3 * len(here) + len(route.transitions))]
        self._try(key, step, "Zo is het besproken." if explained else "")

    @rule(who=st.integers(0, 10_000), which=st.integers(0, 10_000))
    def take_a_step(self, who: int, which: int) -> None:
        """Somebody takes a step that is shown as allowed."""
        key = self._somebody(who)
        view = self._agree(key)
        allowed = [item for item in view["items"] if item["allowed"]] if view else []
        # A walk that is closed at once says little: one that may go on mostly does.
        going_on = [item for item in allowed if not self.mirror.route.steps[item["toStep"]].end]
        if chosen := going_on if going_on and which % 10 else allowed:
            self._try(key, chosen[which % len(chosen)]["transition"], "Zo is het besproken.")

    @rule(who=st.integers(0, 10_000), which=st.integers(0, 10_000))
    def do_what_a_reason_asks(self, who: int, which: int) -> None:
        """For one step all that is asked of somebody, and of whoever is asked after."""
        key = self._somebody(who)
        view = self._agree(key)
        steps = [item["transition"] for item in view["items"] if item["reasons"]] if view else []
        if not steps:
            return
        step = steps[which % len(steps)]
        for helper in [key, *(each for each in EVERYBODY if self.mirror.involved(each))][:6]:
            self._help(helper, step)

    @rule(which=st.integers(0, 10_000))
    def head_for_a_step(self, which: int) -> None:
        """All who are in the case clear the way to another step together, and one of them takes it."""
        route, here = self.mirror.route, self.mirror.facts.step
        onward = [each for each in route.transitions.values() if here in each.origins and each.target(here) != here]
        going_on = [each for each in onward if not route.steps[each.target(here)].end] or onward
        aim = going_on[which % len(going_on)].key
        for _ in range(ROUNDS):
            moved = False
            for key in [each for each in EVERYBODY if self.mirror.involved(each)]:
                facts, asker = self.mirror.seen_by(key)
                options = {each.transition.key: each for each in outlook(route, facts, asker)}
                if aim not in options:
                    return
                if options[aim].allowed:
                    self._try(key, aim, "Zo is het besproken.")
                    return
                moved |= self._help(key, aim)
            if not moved:
                return

    def _help(self, key: str, step: str) -> bool:
        """Whether this person could take away the first thing in the way of a step that asks him or her."""
        view = self._agree(key)
        for item in view["items"] if view else ():
            for reason in item["reasons"] if item["transition"] == step else ():
                if reason["operation"] is not None and reason["operation"]["forYou"]:
                    if reason["operation"]["action"] == "transition.perform":
                        continue  # a step of its own, which has its own reasons
                    try:
                        self.portal.call(self.walk.carry_out, self.world[key], reason["operation"])
                    except StuckError:
                        continue  # it asks what nobody here knows
                    self._agree(key)
                    return True
        return False

    @precondition(lambda self: any(asked.answers for asked in self.mirror.consents.values()))
    @rule(which=st.integers(0, 10_000))
    def take_consent_back(self, which: int) -> None:
        """A parent takes back a consent, in person."""
        given = [
            (consent, parent)
            for consent, asked in self.mirror.consents.items()
            for parent, _ in self.mirror.child.parents
            if (answer := asked.answers.get(str(known_id(parent)))) and answer.decision == "gegeven"
        ]
        if given:
            consent, parent = given[which % len(given)]
            response = self.portal.call(
                self.world[parent].post,
                f"/consents/{consent}/withdrawal",
                {"form": "digitaal", "giverId": str(known_id(parent))},
            )
            if response.status_code == 201:
                self.mirror.withdrawn(consent, str(known_id(parent)))
            else:
                assert response.status_code in {403, 404}, response.text
            for key in EVERYBODY:
                if self.mirror.involved(key):
                    self._agree(key)

    # --- What must agree ---

    def _somebody(self, who: int) -> str:
        """Somebody who may be in the case; now and then a stranger."""
        involved = [key for key in EVERYBODY if self.mirror.involved(key)] or list(EVERYBODY)
        return EVERYBODY[who % len(EVERYBODY)] if who % 11 == 0 else involved[who % len(involved)]

    def _agree(self, key: str) -> Json:
        """What the service shows this person is what the route says; None: he or she does not see the case."""
        response = self.portal.call(self.world[key].get, f"{self.walk.path}/next-steps")
        if response.status_code != 200:
            assert response.status_code in {403, 404}, response.text
            return None
        facts, asker = self.mirror.seen_by(key)
        view, options = response.json(), outlook(self.mirror.route, facts, asker)
        assert view["step"] == facts.step, self._story(key)
        shown = [(item["transition"], item["forYou"], item["allowed"]) for item in view["items"]]
        assert shown == [(each.transition.key, each.for_asker, each.allowed) for each in options], self._story(key)
        for item, option in zip(view["items"], options, strict=True):
            self._same(item["reasons"], [reason.code for reason in option.reasons], key)
        return view

    def _same(self, told: Json, codes: list[str], key: str) -> None:
        """Every reason is told, those outside the caller's categories without saying which."""
        assert len(told) == len(codes), (told, codes, self._story(key))
        for reason, code in zip(told, codes, strict=True):
            assert reason["code"] in {code, MASKED}, (told, codes, self._story(key))

    def _try(self, key: str, step: str, explanation: str) -> None:
        before = self._agree(key)
        facts, asker = self.mirror.seen_by(key)
        verdict = decide(self.mirror.route, step, replace(facts, explanation=explanation), asker)
        body = {"transition": step, **({"explanation": explanation} if explanation else {})}
        response = self.portal.call(self.world[key].post, f"{self.walk.path}/transitions", body)
        if before is None or response.status_code in {403, 404}:
            assert response.status_code in {403, 404}, (response.text, self._story(key))
            # Who may take the step by the route is refused by the policy table alone.
            assert (
                before is None
                or isinstance(verdict, WrongActor)
                or not response.json()["type"].endswith("niet-uw-stap")
            )
            return
        match verdict:
            case Allowed():
                assert response.status_code == 201, (response.text, self._story(key))
                assert response.json()["role"] in asker.roles
                self.mirror.taken(verdict.transition)
            case Refused():
                assert response.status_code == 409, (response.text, self._story(key))
                self._same(response.json()["reasons"], [reason.code for reason in verdict.reasons], key)
            case UnknownTransition() | WrongActor():
                raise AssertionError((step, response.text, self._story(key)))
        self._agree(key)

    def _story(self, key: str) -> str:
        return f"{key} on {self.route} in {self.mirror.facts.step}, after {self.walk.done[-8:]}"


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("route", sorted(load_routes()), ids=lambda route: f"{route[0]}.{route[1]}")
def test_the_service_keeps_to_the_route(route: tuple[str, int], new_database: Callable[[], Database]) -> None:
    machine = type("WalksOfOneRoute", (Walks,), {"route": route, "new_database": staticmethod(new_database)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
