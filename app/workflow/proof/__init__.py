"""The proof of a route: over every step and every combination of facts, before a single child walks it."""

from app.workflow.model import Route
from app.workflow.proof.checks import Checking, all_checks
from app.workflow.proof.moves import Moves
from app.workflow.proof.reach import Reached
from app.workflow.proof.report import Finding, PathStep, Proof, read_proof

__all__ = ["Finding", "PathStep", "Proof", "prove", "read_proof"]


def prove(route: Route, *, paths: bool = True, first: bool = False) -> Proof:
    """What the proof finds of a route.

    `paths`: with the shortest path to each fault. `first`: no further than the check that finds the first one.
    """
    moves = Moves(route)
    checking = Checking(moves, Reached(moves), paths=paths)
    for check in all_checks(checking):
        check()
        if first and checking.found:
            break
    return Proof(route.key, route.version, checking.asked, tuple(checking.found))
