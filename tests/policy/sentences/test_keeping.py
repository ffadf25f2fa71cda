"""What is kept of a child besides the case, its number and how long: who decides that, to whom a number never goes."""

import pytest

from app.demo.seed import known_id
from tests.policy.arranging import IB, KOO, NURSE, ONE, TWO, a_case, at_triage
from tests.world import Json, World

pytestmark = pytest.mark.anyio

# Passes the eleven-test, and is nobody's.
NUMBER = "999990007"
NUMBERS = f"/young-people/{known_id('mila')}/identity-numbers"
OFFICER, ADMINISTRATION = "leerplichtambtenaar", "leerlingadministratie"


async def from_school(world: World) -> Json:
    """The school recorded Mila's number; the JGZ, leerplicht and the koo have a case of their own about her."""
    await a_case(world)
    made = await world[ADMINISTRATION].made(NUMBERS, {"number": NUMBER, "source": "brp"})
    signal = {"givenBy": "professional", "kind": "onbekend", "content": "Het gaat niet goed."}
    for who in (NURSE, KOO, OFFICER):
        case = {"youngPersonId": str(known_id("mila")), "route": "midden-groningen", "signal": signal}
        await world[who].made("/cases", case)
    return made


async def reveals(world: World, who: str, number: Json, task: str) -> int:
    response = await world[who].post(f"/identity-numbers/{number['id']}/_reveal", {"task": task})
    return response.status_code


async def test_a_number_that_a_school_supplied_never_travels_to_help_or_health(world: World) -> None:
    """Jeugdwet 7.1.4.2, domain.md R43: wat van school komt gaat niet naar jeugdhulp of jeugdgezondheidszorg."""
    number = await from_school(world)
    for who, task in ((NURSE, "jeugdgezondheidszorg"), (KOO, "jeugdhulp")):
        assert await reveals(world, who, number, task) == 404, who
        assert (await world[who].seen(NUMBERS))["items"] == [], who
        found = await world[who].post("/identity-numbers/_search", {"number": NUMBER})
        assert found.json()["items"] == [], who


async def test_a_number_that_a_school_supplied_never_travels_to_the_registry(world: World) -> None:
    """Jeugdwet 7.1.4.2, domain.md R43: ook wie het nummer zelf mag zien, ziet het niet in voor de verwijsindex."""
    number = await from_school(world)
    for who in (OFFICER, NURSE, IB, ONE):
        assert await reveals(world, who, number, "verwijsindex") in {400, 404}, who
    assert await reveals(world, OFFICER, number, "leerplicht") == 200


async def test_parents_and_school_see_the_number_that_the_school_supplied(world: World) -> None:
    """AVG 15, domain.md R43: het gezin mag zien wat er van het kind wordt bewaard; de school wat van haar is."""
    number = await from_school(world)
    assert [await reveals(world, who, number, "inzage") for who in (ONE, TWO)] == [200, 200]
    assert await reveals(world, IB, number, "onderwijs") == 200


async def test_what_is_written_with_a_registration_names_nobody(world: World) -> None:
    """domain.md R37, 001:285-287: naar de verwijsindex gaat nooit vrije tekst met een nummer, telefoon of mailadres."""
    story = await at_triage(world)
    wrong = {"kind": "registratie_ggd", "outcome": "niet_van_toepassing"}
    for text in (f"Bekend onder {NUMBER}.", "Bel 06 12345678.", "Mail naar ouder@voorbeeld.invalid."):
        refused = await story.tries(IB, "assessments", wrong | {"reason": text})
        assert refused.status_code == 400, text
        assert [each["code"][:16] for each in refused.json()["errors"]] == ["persoonsgegeven_"]
        assert text not in refused.text
    await story.add(IB, "assessments", wrong | {"reason": "De GGD kent het kind niet."})


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
