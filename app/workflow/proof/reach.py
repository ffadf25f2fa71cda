"""Where a case can come, and whence an end can be reached: over all states at once, not along examples."""

from dataclasses import dataclass, field

from app.workflow.proof.moves import Move, Moves
from app.workflow.proof.symbols import States, Variable

_TOGETHER = ("betrokken ", "toestemming ", "signaal ", "alleen eigen", "school bekend", "deelverband", "sector")


def can_happen(moves: Moves, move: Move) -> States:
    """The states in which somebody who reaches the case can do it."""
    if move not in moves.possible:
        moves.possible[move] = moves.space.union(move.actors.values()) & move.guard
    return moves.possible[move]


def image(moves: Moves, move: Move, states: States) -> States:
    """The states right after it."""
    found = moves.space.nothing
    for place, branch in enumerate(move.branches):
        key = move, place
        if key not in moves.applies:
            moves.applies[key] = can_happen(moves, move) & branch.guard
        found |= moves.space.forget(states, moves.applies[key], branch.changed) & branch.result
    return found


def before(moves: Moves, move: Move, states: States) -> States:
    """The states right before it, from which it leads into these."""
    found = moves.space.nothing
    for branch in move.branches:
        found |= branch.guard & moves.space.forget(states, branch.result, branch.changed)
    return found & can_happen(moves, move) if found.satisfiable() else found


@dataclass(slots=True)
class Reached:
    """Every state in which a case on the route can be, and some more.

    Exact where it matters for who takes part. What was recorded is followed fact by fact, without remembering which
    facts came together: that takes in states that no case comes to, and leaves none out. What is found wrong in such a
    state is followed back to the day a case is opened, exactly, before it is called a fault.
    """

    moves: Moves
    groups: list[tuple[States, tuple[Variable, ...]]] = field(default_factory=list)
    parts: dict[str, list[States]] = field(default_factory=dict)
    states: dict[str, States] = field(default_factory=dict)
    inside: list[Move] = field(init=False)
    between: dict[str, list[Move]] = field(init=False)

    def __post_init__(self) -> None:
        moves = self.moves
        self.inside = [move for move in moves.every if not move.transition]
        self.between = {key: [] for key in moves.route.steps}
        for move in moves.every:
            if move.origin is not None:
                self.between[move.origin].append(move)
        self._group()
        self._go()

    def _group(self) -> None:
        space, variables = self.moves.space, list(self.moves.space.variables.values())
        named: dict[str, list[Variable]] = {}
        for each in variables:
            if each.name == "stap":
                continue
            question = next(
                (k.sets for k in self.moves.route.assessments.values() if each.name == f"vastgelegd {k.key}"), None
            )
            if each.name.startswith(_TOGETHER):
                group = "wie"
            elif each.name.startswith(("plan ", "overleg ")):
                group = each.name.split(":")[0]
            elif each.name.startswith("indeling "):
                group = each.name
            else:
                group = f"indeling {question}" if question else each.name
            named.setdefault(group, []).append(each)
        for members in named.values():
            others = [each for each in variables if each not in members]
            self.groups.append((space.cube(others), tuple(members)))

    def _split(self, states: States) -> list[States]:
        return [states.exists(others) for others, _ in self.groups]

    def _join(self, step: str) -> States:
        space = self.moves.space
        return space.equal(self.moves.case.step, step) & space.both(reversed(self.parts[step]))

    def _go(self) -> None:
        route, space = self.moves.route, self.moves.space
        self.parts = {key: [space.nothing for _ in self.groups] for key in route.steps}
        self.states = dict.fromkeys(route.steps, space.nothing)
        self.parts[route.start] = self._split(self.moves.start)
        waiting = [route.start]
        order = {key: place for place, key in enumerate(route.steps)}
        while waiting:
            waiting.sort(key=order.__getitem__)
            step = waiting.pop(0)
            self._close(step)
            for move in self.between[step]:
                found = image(self.moves, move, self.states[step])
                if not found.satisfiable() or move.target is None:
                    continue
                if not (found & ~self.states[move.target]).satisfiable():
                    continue
                old = self.parts[move.target]
                self.parts[move.target] = [one | other for one, other in zip(old, self._split(found), strict=True)]
                self.states[move.target] = self._join(move.target)
                if move.target not in waiting:
                    waiting.append(move.target)

    def _close(self, step: str) -> None:
        """What can happen without leaving the step, until a whole round brings nothing new."""
        self.states[step] = self._join(step)
        quiet = 0
        while quiet < len(self.inside):
            for move in self.inside:
                quiet += 1
                new = image(self.moves, move, self.states[step]) & ~self.states[step]
                if new.satisfiable():
                    quiet = 0
                    self.parts[step] = [
                        one | new.exists(others) for one, (others, _) in zip(self.parts[step], self.groups, strict=True)
                    ]
                    self.states[step] = self._join(step)
                if quiet == len(self.inside):
                    break

    @property
    def every(self) -> States:
        """All of it."""
        return self.moves.space.union(self.states.values())


def whence(
    reached: Reached,
    goal: States,
    *,
    refusing: bool = False,
    trace: list[tuple[Move, States]] | None = None,
    until: States | None = None,
) -> States:
    """The states from which the goal can be reached.

    `refusing`: without any further yes of the family. `trace`: takes down what was found by which move, in order.
    `until`: no further than to one of these.
    """
    space = reached.moves.space
    back = _Back(reached, {step: goal & states for step, states in reached.states.items()}, trace)
    inside = [move for move in reached.inside if not (refusing and move.family_yes)]
    changed = True
    while changed:
        changed = False
        # With a trace each round goes one step of the route further: that gives the way with the fewest steps.
        known = dict(back.found) if trace is not None else back.found
        for step in reversed(reached.states):
            changed |= back.through(step, reached.between[step], known)
            changed |= back.within(step, inside)
            if until is not None and (back.found[step] & until).satisfiable():
                return space.union(back.found.values())
    return space.union(back.found.values())


@dataclass(slots=True)
class _Back:
    """Going back from a goal, step by step of the route."""

    reached: Reached
    found: dict[str, States]
    trace: list[tuple[Move, States]] | None

    def through(self, step: str, moves: list[Move], known: dict[str, States]) -> bool:
        """From this step by the route's own transitions; whether that found anything."""
        earlier = self.found[step]
        for move in moves:
            if move.target is not None and known[move.target].satisfiable():
                self._take(step, move, known[move.target])
        return self.found[step] != earlier

    def within(self, step: str, moves: list[Move]) -> bool:
        """By what can happen in the step; whether that found anything."""
        first = earlier = self.found[step]
        going = first.satisfiable()
        while going:
            earlier = self.found[step]
            for move in moves:
                self._take(step, move, self.found[step])
            going = self.found[step] not in (earlier, self.reached.states[step])
        return self.found[step] != first

    def _take(self, step: str, move: Move, goal: States) -> None:
        if self.found[step] == self.reached.states[step]:
            return
        more = before(self.reached.moves, move, goal) & self.reached.states[step]
        if self.trace is not None and (more & ~self.found[step]).satisfiable():
            self.trace.append((move, more & ~self.found[step]))
        self.found[step] |= more
