"""The proof of a route: over every step and every combination of facts, before a single child walks it."""

from collections import Counter

from app.workflow.model import Route
from app.workflow.proof.checks import Checking, all_checks
from app.workflow.proof.moves import Moves
from app.workflow.proof.reach import Reached
from app.workflow.proof.report import Finding, PathStep, Proof, read_proof
from app.workflow.proof.structure import faults_of_tables

__all__ = ["Finding", "PathStep", "Proof", "prove", "read_proof"]


def prove(route: Route, *, paths: bool = True, first: bool = False, tables: bool = False) -> Proof:
    """What the proof finds of a route.

    `paths`: with the shortest path to each fault. `first`: no further than the check that finds the first one.
    `tables`: only what the tables of the route show, without following a case.
    """
    asked: Counter[str] = Counter()
    found: list[Finding] = []
    for code, fault in faults_of_tables(route):
        asked[code] += 1
        found += [] if fault is None else [fault]
    if not tables and not (first and found):
        moves = Moves(route)
        checking = Checking(moves, Reached(moves), paths=paths)
        for check in all_checks(checking):
            check()
            if first and checking.found:
                break
        asked.update(checking.asked)
        found += checking.found
    return Proof(route.key, route.version, asked, tuple(found))
