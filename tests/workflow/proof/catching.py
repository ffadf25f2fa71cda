"""Which check catches a broken route: first what the tables show, then over the states of the whole route, then anew.

A case of the whole route is followed once. What a break shows in one of its states is certain for the broken route
too: the way to it consists of the broken route's own moves. Only what shows nowhere there is proven from the start.
"""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field

from app.workflow.model import Effect, Route
from app.workflow.proof import prove
from app.workflow.proof.checks import Checking
from app.workflow.proof.moves import Move, Moves
from app.workflow.proof.reach import Reached, can_happen, image, whence
from app.workflow.proof.structure import faults_of_tables
from app.workflow.proof.symbols import States
from tests.workflow.proof.mutants import Mutant

NOTHING = "changes nothing"


@dataclass(slots=True)
class Followed:
    """A whole route, and every state in which a case on it can be."""

    route: Route
    moves: Moves = field(init=False)
    reached: Reached = field(init=False)

    def __post_init__(self) -> None:
        self.moves = Moves(self.route)
        self.reached = Reached(self.moves)


def at_once(mutant: Mutant) -> str | None:
    """The check of the tables that catches it."""
    return next((code for code, fault in faults_of_tables(mutant.route) if fault is not None), None)


def among_known(followed: Followed, mutant: Mutant) -> str | None:
    """The check that catches it in the states of the whole route; `NOTHING`: in none of them does it differ."""
    if not mutant.transition:
        return None
    checking = broken(followed, mutant)
    if nothing_changes(followed, checking, mutant):
        return NOTHING
    checks: list[Callable[[], None]] = [checking.disclosure, checking.regie, checking.claims, checking.registries]
    if mutant.narrows:
        checks += [checking.steps, checking.terms, checking.turns, checking.ends]
    for check in checks:
        check()
        if checking.found:
            return checking.found[0].code
    return None if mutant.kind not in {"condition", "consent"} or differs(followed, checking, mutant) else NOTHING


def differs(followed: Followed, checking: Checking, mutant: Mutant) -> bool:
    """Whether some case comes, exactly followed, where the condition that is gone would have refused."""
    moves, old = checking.moves, [m for m in followed.moves.every if m.key == mutant.transition and m.transition]
    new = [m for m in moves.every if m.key == mutant.transition and m.transition]
    more = moves.space.union(
        where(followed, other) & ~can_happen(followed.moves, one) for one, other in zip(old, new, strict=True)
    )
    return (whence(checking.reached, more, until=moves.start) & moves.start).satisfiable()


def broken(followed: Followed, mutant: Mutant) -> Checking:
    """A run over the broken route, in the states of the whole one."""
    moves, reached = copy(followed.moves), copy(followed.reached)
    moves.route, reached.moves = mutant.route, moves
    moves.every = list(_moves(moves, mutant))
    # What it leads to is looked at too: every fault is followed back by moves of the broken route, so it is one.
    reached.states = dict(reached.states)
    for move in moves.every:
        if move.key == mutant.transition and move.target is not None:
            reached.states[move.target] |= image(moves, move, followed.reached.states[move.origin or ""])
    reached.between = {key: [m for m in moves.every if m.origin == key] for key in mutant.route.steps}
    return Checking(moves, reached, paths=False)


def _moves(moves: Moves, mutant: Mutant) -> Iterator[Move]:
    yield from (move for move in moves.every if not (move.transition and move.key == mutant.transition))
    transition = mutant.route.transitions.get(mutant.transition)
    if transition is not None:
        yield from (moves._transition(transition, origin) for origin in transition.origins)  # noqa: SLF001


def nothing_changes(followed: Followed, checking: Checking, mutant: Mutant) -> bool:
    """A condition less that was met wherever the others are, or an effect less that was there already."""
    old = [m for m in followed.moves.every if m.transition and m.key == mutant.transition]
    new = [m for m in checking.moves.every if m.transition and m.key == mutant.transition]
    if mutant.kind in {"condition", "consent"}:
        pairs = zip(old, new, strict=True)
        return not any(
            (where(followed, other) & ~can_happen(followed.moves, one)).satisfiable() for one, other in pairs
        )
    if mutant.kind == "effect" and mutant.says.endswith(Effect.REGIE_ENDS):
        somebody = ~followed.moves.space.equal(followed.moves.case.regie, None)
        return not any((where(followed, one) & somebody).satisfiable() for one in old)
    return False


def where(followed: Followed, move: Move) -> States:
    """The states in which a transition can be made."""
    return followed.reached.states[move.origin or ""] & can_happen(followed.moves, move)


def anew(mutant: Mutant) -> str | None:
    """The check that catches it when the broken route is proven from the start."""
    return next((fault.code for fault in prove(mutant.route, paths=False, first=True).faults), None)
