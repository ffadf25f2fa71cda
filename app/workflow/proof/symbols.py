"""Sets of states, exact and small: what can be true of a case as variables, a set of states as a decision diagram."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

from oxidd.bcdd import BCDDFunction, BCDDManager
from oxidd.util import BooleanOperator

States: TypeAlias = BCDDFunction
Value: TypeAlias = str | int | bool | None

_NODES, _CACHED = 6_000_000, 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """Something that has exactly one of these values in each state."""

    name: str
    values: tuple[Value, ...]
    bits: tuple[int, ...]


class Space:
    """The variables of one proof, and the sets of states over them.

    A value is written in as many bits as are needed; the patterns that stand for no value occur in no state.
    """

    def __init__(self) -> None:
        self._manager = BCDDManager(_NODES, _CACHED, 1)
        self.nothing: States = self._manager.false()
        self.everything: States = self._manager.true()
        self.variables: dict[str, Variable] = {}
        self._equal: dict[tuple[str, Value], States] = {}
        self._cubes: dict[frozenset[str], States] = {}

    def add(self, name: str, values: Iterable[Value] = (False, True)) -> Variable:
        """A new variable, or the one of that name."""
        if name not in self.variables:
            listed = tuple(values)
            width = max(1, (len(listed) - 1).bit_length())
            made = Variable(name, listed, tuple(self._manager.add_vars(width)))
            self.variables[name] = made
            for code, value in enumerate(listed):
                pattern = self.everything
                for place, bit in enumerate(made.bits):
                    pattern &= self._manager.var(bit) if code >> place & 1 else self._manager.not_var(bit)
                self._equal[name, value] = pattern
        return self.variables[name]

    def equal(self, variable: Variable, *values: Value) -> States:
        """The states in which it has one of these values."""
        return self.union(self._equal[variable.name, value] for value in values)

    def holds(self, variable: Variable) -> States:
        """The states in which it is true."""
        return self._equal[variable.name, True]

    def valid(self, variable: Variable) -> States:
        """The states in which it has some value."""
        return self.equal(variable, *variable.values)

    def union(self, sets: Iterable[States]) -> States:
        """What is in any of them."""
        return reduce(lambda one, other: one | other, sets, self.nothing)

    def both(self, sets: Iterable[States]) -> States:
        """What is in all of them."""
        return reduce(lambda one, other: one & other, sets, self.everything)

    def cube(self, variables: Iterable[Variable]) -> States:
        """The variables as what `forget` takes."""
        found = {each.name: each for each in variables}
        key = frozenset(found)
        if key not in self._cubes:
            bits = (self._manager.var(bit) for each in found.values() for bit in each.bits)
            self._cubes[key] = self.both(bits)
        return self._cubes[key]

    def forget(self, states: States, within: States, cube: States) -> States:
        """The states of both sets, whatever these variables are."""
        return states.apply_exists(BooleanOperator.AND, within, cube)

    def one(self, states: States) -> dict[str, Value]:
        """Some state of a set, by the values of its variables. Raises ValueError for an empty set."""
        chosen = states
        found: dict[str, Value] = {}
        for name, variable in self.variables.items():
            for value in variable.values:
                narrowed = chosen & self._equal[name, value]
                if narrowed.satisfiable():
                    chosen, found[name] = narrowed, value
                    break
            else:
                raise ValueError(name)
        return found

    def exactly(self, values: Mapping[str, Value]) -> States:
        """The states in which these variables have these values."""
        return self.both(self._equal[name, value] for name, value in values.items())
