"""Who holds the procesregie: the outcome of a route's table over leervraag and leefvraag, and the override of it.

The table itself is data of a route, because the regions differ: in Midden-Groningen the leefvraag decides
(001:353-362), elsewhere the casusregisseur always has it (003:11). What is the same everywhere stands here.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from itertools import product


class ProblemClass(StrEnum):
    """How complicated a leervraag or leefvraag is (001:297-299); `geen`: looked at, and not there."""

    GEEN = "geen"
    ENKELVOUDIG = "enkelvoudig"
    MEERVOUDIG = "meervoudig"
    MULTIPROBLEMATIEK = "multiproblematiek"


class Level(StrEnum):
    """What a regie table asks of a question: is it there, and is it complex (001:353-359)."""

    GEEN = "geen"
    ENKELVOUDIG = "enkelvoudig"
    COMPLEX = "complex"


class Regie(StrEnum):
    """Which side holds the procesregie; None stands for nobody (001:313: there is no regievoering)."""

    ONDERWIJS = "onderwijs"
    CASEMANAGER = "casemanager"


RegieTable = Mapping[tuple[Level, Level], Regie | None]

# Every pair of leervraag and leefvraag that a table must answer.
PAIRS: tuple[tuple[Level, Level], ...] = tuple(product(Level, Level))


def level(problem_class: str, complex_classes: Collection[str]) -> Level:
    """The level of a classified question.

    `complex_classes` are the problem classes that count as complex: a setting of the route, because the seed classifies
    in three (001:297-299) and hands out the regie in two (001:353-359).

    Raises:
        ValueError: `problem_class` is not one of `ProblemClass`.
    """
    known = ProblemClass(problem_class)
    if known is ProblemClass.GEEN:
        return Level.GEEN
    return Level.COMPLEX if known in complex_classes else Level.ENKELVOUDIG


def holder(table: RegieTable, *, leervraag: str, leefvraag: str, complex_classes: Collection[str]) -> Regie | None:
    """Which side holds the procesregie by the table; None: nobody does.

    Total for a table that answers every pair of `PAIRS`, which the loader of the routes demands.

    Raises:
        ValueError: one of the questions is not classified with a `ProblemClass`.
    """
    return table[level(leervraag, complex_classes), level(leefvraag, complex_classes)]


def override_needs_reason(by_table: str | None, chosen: str) -> bool:
    """Whether the chosen side must be explained: it differs from the table (001:362, closest to the child)."""
    return chosen != by_table
