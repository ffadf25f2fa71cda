"""A rule run on facts that are not settled yet: each question that it asks is answered in every possible way.

The rule is the very function that decides for a real case. It is run anew for each combination of answers, so what
comes out is its whole decision, and not a copy of it that could come to differ.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from app.workflow.proof.symbols import Space, States, Value, Variable

_Result = TypeVar("_Result")


@dataclass(slots=True)
class _Question:
    name: str
    answers: list[Value]  # those that are still to be tried; the first is the one that is given now
    sets: Mapping[Value, States]
    decides_alone: bool = True  # something missing: the rule refuses, whatever else is on its lists


@dataclass(frozen=True, slots=True)
class Leaf(Generic[_Result]):
    """One outcome of a rule, and the states in which it comes out."""

    states: States
    result: _Result


@dataclass(slots=True)
class Asking:
    """The questions of one run, answered along a path; the paths are gone through one by one."""

    space: Space
    _path: list[_Question] = field(default_factory=list)
    _sets: list[States] = field(default_factory=list)
    _missing: _Question | None = None

    def every(self, rule: Callable[[], _Result], met: Callable[[_Result], bool]) -> list[Leaf[_Result]]:
        """Each result of the rule with the states in which it comes out: together all states, and none twice.

        `met`: whether a result lets the case go on. More on a list never stands in the way. So once something is
        missing from one, everything else is taken to be there; when the rule refuses even then, it refuses anyhow.
        """
        leaves = []
        self._path = []
        while True:
            result = self._run(rule)
            while self._missing is not None and met(result):
                self._missing.decides_alone = False
                result = self._run(rule)
            leaves.append(Leaf(self._sets[-1], result))
            while self._path and len(self._path[-1].answers) == 1:
                self._path.pop()
            if not self._path:
                return leaves
            self._path[-1].answers.pop(0)
            self._path[-1].decides_alone = True

    def _run(self, rule: Callable[[], _Result]) -> _Result:
        self._missing, self._sets = None, [self.space.everything]
        return rule()

    def _put(self, name: str, sets: Callable[[], Mapping[Value, States]]) -> _Question:
        place = len(self._sets) - 1
        for known in self._path[:place]:
            if known.name == name:
                return known
        if place == len(self._path):
            here, found = self._sets[-1], sets()
            possible = [value for value, states in found.items() if (here & states).satisfiable()]
            self._path.append(_Question(name, possible, found))
        question = self._path[place]
        self._sets.append(self._sets[-1] & question.sets[question.answers[0]])
        return question

    def known(self, name: str) -> Value:
        """The answer to a question that was put on this path; None when it was not."""
        return next((each.answers[0] for each in self._path[: len(self._sets) - 1] if each.name == name), None)

    def of(self, variable: Variable) -> Value:
        """The value of a variable."""
        return self._put(variable.name, lambda: {v: self.space.equal(variable, v) for v in variable.values}).answers[0]

    def whether(self, name: str, states: States) -> bool:
        """Whether the case is in one of these states."""
        return self._put(name, lambda: {True: states, False: ~states}).answers[0] is True

    def listed(self, name: str, states: States) -> bool:
        """Whether something is on a list of which more never stands in the way."""
        if self._missing is not None:
            return True
        question = self._put(name, lambda: {True: states, False: ~states})
        if question.answers[0] is not True and question.decides_alone:
            self._missing = question
        return question.answers[0] is True
