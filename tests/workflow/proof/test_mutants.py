"""Each shipped route, broken in every way that its own data offers: the proof catches all of them."""

import pytest

from app.workflow.loader import load_routes
from app.workflow.model import Route
from app.workflow.proof import Proof, prove
from tests.workflow.proof.mutants import Mutant, mutants

AT_LEAST = 30
# Caught by looking at the tables alone: no case needs to be followed.
AT_ONCE = ("term ", "first task", "regie row", " on the ground ", "without close_case", "without reopen_case")


def routes() -> list[Route]:
    return [route for _, route in sorted(load_routes().items())]


def broken(route: Route) -> list[Mutant]:
    return list(mutants(route))


def new_faults(whole: Proof, proof: Proof) -> set[tuple[str, str]]:
    before = {(fault.code, fault.subject) for fault in whole.faults}
    return {(fault.code, fault.subject) for fault in proof.faults} - before


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.key)
def test_there_are_at_least_thirty_ways_to_break_it(route: Route) -> None:
    assert len(broken(route)) >= AT_LEAST


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.key)
def test_what_the_tables_show_is_caught_at_once(route: Route) -> None:
    found = [mutant for mutant in broken(route) if any(word in mutant[0] for word in AT_ONCE)]
    assert found
    whole = prove(route, first=True, tables=True)
    missed = [says for says, mutant in found if not new_faults(whole, prove(mutant, first=True, tables=True))]
    assert not missed


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("route", routes(), ids=lambda route: route.key)
def test_the_proof_catches_every_break(route: Route) -> None:
    whole = prove(route, paths=False)
    missed = [says for says, mutant in broken(route) if not new_faults(whole, prove(mutant, paths=False))]
    assert not missed
