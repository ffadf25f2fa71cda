"""A way from the day a case is opened to a state, without a superfluous move, told as who does what."""

from app.domain.actors import Role
from app.workflow.model import Text
from app.workflow.proof.moves import Move
from app.workflow.proof.reach import Reached, before, image, whence
from app.workflow.proof.report import PathStep
from app.workflow.proof.symbols import States


def shortest(reached: Reached, goal: States) -> tuple[PathStep, ...] | None:
    """What happens from the start to one of these states, no move of which can be left out; None: no case comes there.

    Empty where a case can be opened in such a state.
    """
    trace: list[tuple[Move, States]] = []
    if not (whence(reached, goal, trace=trace, until=reached.moves.start) & reached.moves.start).satisfiable():
        return None
    if (reached.moves.start & goal).satisfiable():
        return ()
    way = _without_superfluous(reached, _way(reached, goal, trace), goal)
    return tuple(_told(reached, way, goal))


def _way(reached: Reached, goal: States, trace: list[tuple[Move, States]]) -> list[Move]:
    """Along what was found going back from the goal: each move leads to a state that was found earlier."""
    moves = reached.moves
    way: list[Move] = []
    here, place = moves.start, len(trace)
    while not (here & goal).satisfiable():
        place, move, known = next(
            (at, move, known) for at, (move, known) in enumerate(trace[:place]) if (here & known).satisfiable()
        )
        here = image(moves, move, here & known)
        way.append(move)
    return way


def _without_superfluous(reached: Reached, way: list[Move], goal: States) -> list[Move]:
    place = 0
    while place < len(way):
        shorter = way[:place] + way[place + 1 :]
        if _arrives(reached, shorter, goal):
            way, place = shorter, 0
        else:
            place += 1
    return way


def _arrives(reached: Reached, way: list[Move], goal: States) -> bool:
    here = reached.moves.start
    for move in way:
        here = image(reached.moves, move, here)
    return (here & goal).satisfiable()


def _told(reached: Reached, way: list[Move], goal: States) -> list[PathStep]:
    moves = reached.moves
    stations = [moves.start]
    for move in way:
        stations.append(image(moves, move, stations[-1]))
    there = stations.pop() & goal
    told: list[PathStep] = []
    for move in reversed(way):
        here = stations.pop() & before(moves, move, there)
        able = (who for who, states in move.actors.items() if (here & states & move.guard).satisfiable())
        who = next((each for each in able if isinstance(each, Role)), None)
        step = str(moves.space.one(there)["stap"])
        told.append(PathStep(None if who is None else str(who), Text(*move.says), step))
        there = here
    return told[::-1]
