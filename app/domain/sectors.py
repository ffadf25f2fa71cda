"""The kinds of education at a school, and the two that a samenwerkingsverband and a route know."""

from enum import StrEnum
from typing import Literal


class Sector(StrEnum):
    """The kind of education at a location; it decides which of an area's two samenwerkingsverbanden is the school's."""

    PO = "po"
    SBO = "sbo"
    SO = "so"
    VO = "vo"
    VSO = "vso"


def stage_of(sector: Sector) -> Literal["po", "vo"]:
    """Whether a school of this sector takes part in the samenwerkingsverband for po or for vo.

    Special schools for secondary education belong with vo, all other special schools with po (WPO 18a, WVO 17a). So it
    is for a route too: what holds for pupils in po holds for those in sbo and so (002:70-79).
    """
    return "vo" if sector in {Sector.VO, Sector.VSO} else "po"
