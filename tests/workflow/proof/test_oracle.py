"""Another hand draws the steps of each route as a state machine: what it says of reach, the proof says too."""

import pytest
from statemachine import State, StateMachine
from statemachine.exceptions import InvalidDefinition

from app.workflow.loader import load_routes
from app.workflow.model import Route
from app.workflow.proof.moves import Moves
from app.workflow.proof.reach import Reached

ROUTES = [route for _, route in sorted(load_routes().items())]


def drawn(route: Route) -> type[StateMachine]:
    """The steps and transitions as python-statemachine knows them; it refuses what can't be reached."""
    states = {key: State(initial=key == route.start) for key in route.steps}
    events = {
        f"{t.key}__{origin}": states[origin].to(states[t.target(origin)])
        for t in route.transitions.values()
        for origin in t.origins
    }
    return type(f"Machine_{route.key.replace('-', '_')}", (StateMachine,), {**states, **events})


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.key)
def test_both_say_that_every_step_is_reached(route: Route) -> None:
    machine = drawn(route)
    assert {state.id for state in machine.states} == set(route.steps)
    reached = Reached(Moves(route))
    assert all(reached.states[state.id].satisfiable() for state in machine.states)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.key)
def test_the_other_hand_refuses_a_step_without_a_way_in(route: Route) -> None:
    states = {key: State(initial=key == route.start) for key in route.steps}
    lost = State()
    events = {
        f"{t.key}__{origin}": states[origin].to(states[t.target(origin)])
        for t in route.transitions.values()
        for origin in t.origins
    }
    with pytest.raises(InvalidDefinition):
        type("Lost", (StateMachine,), {**states, "verdwaald": lost, **events})
