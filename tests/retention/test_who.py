"""Who keeps the data of an organisation, and who does not; what everybody may read about it."""

import pytest

from tests.world import World

pytestmark = pytest.mark.anyio


async def test_who_keeps_the_data_reads_no_case_and_no_other_role_decides_what_goes(world: World) -> None:
    """domain.md R45, §10.11: beheer en functionaris gaan over bewaren, niet over inhoud; anderen gaan er niet over."""
    assert (await world["beheerder"].get("/cases")).status_code == 403
    assert (await world["beheerder"].get("/retention-proposals")).status_code == 200
    for other in ("leerkracht", "intern-begeleider", "directie", "ouder-een", "leerplichtambtenaar"):
        assert (await world[other].get("/retention-proposals")).status_code == 403, other
        assert (await world[other].post("/legal-holds", {"reason": "Dit moet blijven."})).status_code == 403, other


async def test_everybody_reads_how_long_what_is_kept(world: World) -> None:
    """domain.md §4, AVG 13: hoe lang iets wordt bewaard is voor het gezin geen geheim."""
    for who in ("ouder-een", "jeugdige", "leerkracht", "medewerker-stagnatiepunt"):
        classes = {each["key"]: each["term"] for each in (await world[who].seen("/retention-classes"))["items"]}
        assert classes["jeugdhulpdossier"] == "20 jaar"
