"""The proof puts its questions to the very guards: what they answer of open facts, they answer of settled ones."""

from dataclasses import replace

import pytest

from app.domain.actors import OrganisationKind, Role
from app.workflow.loader import load_routes
from app.workflow.model import Route
from app.workflow.proof.checks import Checking
from app.workflow.proof.moves import Moves
from app.workflow.proof.reach import Reached


@pytest.fixture(scope="module")
def route() -> Route:
    return load_routes()["midden-groningen", 1]


@pytest.fixture(scope="module")
def moves(route: Route) -> Moves:
    return Moves(route)


def test_a_condition_is_met_exactly_where_its_guard_says_so(route: Route, moves: Moves) -> None:
    asked = next(c for c in route.transitions["aanmelden"].conditions if c.name == "consent_in_force")
    assert moves.verdict(asked).met == moves.case.consented(OrganisationKind.SOCIAAL_TEAM)
    assert moves.verdict(asked).says_how


def test_a_refusal_without_a_way_out_says_no_how(route: Route, moves: Moves) -> None:
    (asked,) = route.transitions["swv_benaderen"].conditions
    assert moves.verdict(asked).met == ~moves.space.holds(moves.case.school_known)
    assert not moves.verdict(asked).says_how


def test_a_case_starts_with_whoever_opens_it(moves: Moves) -> None:
    case, space = moves.case, moves.space
    by_teacher = moves.start & space.equal(case.received_by, str(Role.LEERKRACHT))
    assert by_teacher.satisfiable()
    assert not (by_teacher & ~case.involved(OrganisationKind.SCHOOL)).satisfiable()
    assert not (moves.start & case.consented(OrganisationKind.JGZ)).satisfiable()


def test_without_the_condition_consent_is_missed(route: Route) -> None:
    told = route.transitions["aanmelden"]
    without = tuple(c for c in told.conditions if c.name != "consent_in_force")
    broken = replace(route, transitions={**route.transitions, "aanmelden": replace(told, conditions=without)})
    moves = Moves(broken)
    checking = Checking(moves, Reached(moves), paths=False)
    checking.disclosure()
    assert {(fault.code, fault.subject) for fault in checking.found} == {
        ("delen_zonder_toestemming", "transition:aanmelden")
    }
