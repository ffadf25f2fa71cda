"""The shortest way from the day a case is opened to a state, told as who does what."""

from oxidd.util import DDMemoryError

from app.domain.actors import Role
from app.workflow.model import Text
from app.workflow.proof.moves import Move
from app.workflow.proof.reach import Reached, before, image
from app.workflow.proof.report import PathStep
from app.workflow.proof.symbols import States

_AT_MOST = 80


def shortest(reached: Reached, goal: States) -> tuple[PathStep, ...]:
    """What happens from the start to one of these states, in as few moves as possible; empty: it starts there."""
    moves, every = reached.moves, reached.every
    within = [goal & every]  # the states from which so many moves suffice
    try:
        while not (within[-1] & moves.start).satisfiable():
            wider = within[-1]
            for move in moves.every:
                wider |= before(moves, move, within[-1]) & every
            if wider == within[-1] or len(within) > _AT_MOST:
                return ()
            within.append(wider)
    except DDMemoryError:
        return ()  # the fault stands; only its path is too much to look for
    here = within.pop() & moves.start
    path = []
    while within:
        nearer = within.pop()
        move = next(each for each in moves.every if (image(moves, each, here) & nearer).satisfiable())
        path.append(_told(reached, move, here, nearer))
        here = image(moves, move, here) & nearer
    return tuple(path)


def _told(reached: Reached, move: Move, here: States, nearer: States) -> PathStep:
    able = [who for who, states in move.actors.items() if (here & states & move.guard).satisfiable()]
    who = next((each for each in able if isinstance(each, Role)), None)
    found = reached.moves.space.one(image(reached.moves, move, here) & nearer)
    return PathStep(None if who is None else str(who), Text(*move.says), str(found["stap"]))
