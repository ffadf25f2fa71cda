"""The shortest way from the day a case is opened to a state, told as who does what."""

from app.domain.actors import Role
from app.workflow.model import Text
from app.workflow.proof.moves import Move
from app.workflow.proof.reach import Reached, before, image
from app.workflow.proof.report import PathStep
from app.workflow.proof.symbols import States

_AT_MOST = 80


def shortest(reached: Reached, goal: States) -> tuple[PathStep, ...]:
    """What happens from the start to one of these states, in as few moves as possible; empty: it starts there."""
    moves = reached.moves
    rings = [goal & reached.every]
    seen = rings[0]
    while not (rings[-1] & moves.start).satisfiable():
        ring = moves.space.nothing
        for move in moves.every:
            ring |= before(moves, move, rings[-1])
        ring &= reached.every & ~seen
        if not ring.satisfiable() or len(rings) > _AT_MOST:
            return ()
        rings.append(ring)
        seen |= ring
    here = rings.pop() & moves.start
    path = []
    while rings:
        nearer = rings.pop()
        for move in moves.every:
            there = image(moves, move, here) & nearer
            if there.satisfiable():
                path.append(_told(reached, move, here))
                here = there
                break
        else:  # pragma: no cover  # a ring holds what leads into the next
            raise AssertionError(len(path))
    return tuple(PathStep(each.who, each.does, each.step) for each in path)


def _told(reached: Reached, move: Move, here: States) -> PathStep:
    able = [who for who, states in move.actors.items() if (here & states & move.guard).satisfiable()]
    who = next((each for each in able if isinstance(each, Role)), None)
    found = reached.moves.space.one(image(reached.moves, move, here))
    return PathStep(None if who is None else str(who), Text(*move.says), str(found["stap"]))
