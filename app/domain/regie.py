"""Who holds the procesregie: the words of a route's table over leervraag and leefvraag, and the override of it.

The table itself is data of a route, because the regions differ: in Midden-Groningen the leefvraag decides
(001:353-362), elsewhere the casusregisseur always has it (003:11). What is the same everywhere stands here.
"""

from collections.abc import Mapping
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
    """Which side holds the procesregie; None stands for nobody (001:313: there is no regievoering).

    A route names the sides that it knows: elsewhere any kernpartner may hold it (002:49-51, 002:143).
    """

    ONDERWIJS = "onderwijs"
    CASEMANAGER = "casemanager"
    JGZ = "jgz"
    LEERPLICHT = "leerplicht"
    SAMENWERKINGSVERBAND = "samenwerkingsverband"
    BUURTTEAM = "buurtteam"
    EXPERTTEAM = "expertteam"


RegieTable = Mapping[tuple[Level, Level], Regie | None]

# Every pair of leervraag and leefvraag that a table must answer.
PAIRS: tuple[tuple[Level, Level], ...] = tuple(product(Level, Level))


def override_needs_reason(by_table: str | None, chosen: str) -> bool:
    """Whether the chosen side must be explained: it differs from the table (001:362, closest to the child)."""
    return chosen != by_table
