"""A case that walks in memory never comes where the proof says that no case comes."""

from collections.abc import Callable

import pytest

from app.workflow.loader import load_routes
from app.workflow.model import Route
from app.workflow.proof.moves import Moves
from app.workflow.proof.reach import Reached
from tests.workflow.proof.test_agreement import in_the_proof
from tests.workflow.stories import STORIES, no_jeugdhulp
from tests.workflow.walks import Walk

Story = Callable[[Route], Walk]


@pytest.fixture(scope="module")
def route() -> Route:
    return load_routes()["midden-groningen", 1]


@pytest.fixture(scope="module")
def reached(route: Route) -> Reached:
    return Reached(Moves(route))


# It writes a classification into the case without the assessment that makes one: the service never does.
OUT_OF_NOTHING = no_jeugdhulp


@pytest.mark.parametrize("story", [each for each in STORIES if each is not OUT_OF_NOTHING], ids=lambda s: s.__name__)
def test_where_a_story_comes_the_proof_has_been(route: Route, reached: Reached, story: Story) -> None:
    made = story(route).made
    assert made
    for key, facts in made:
        assert (in_the_proof(reached.moves, facts) & reached.states[facts.step]).satisfiable(), key


def test_what_nobody_can_bring_about_is_nowhere(route: Route, reached: Reached) -> None:
    _, facts = OUT_OF_NOTHING(route).made[0]
    assert facts.leefvraag
    assert not (in_the_proof(reached.moves, facts) & reached.states[facts.step]).satisfiable()
