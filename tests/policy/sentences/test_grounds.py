"""Grounds other than consent: each with its role, its motivation, and the organisations that it lets in."""

import psycopg
import pytest
from psycopg import errors

from app.demo.people import ATTENDANCE, OTHER_SCHOOL, PROTECTION
from app.demo.seed import known_id
from tests.policy.arranging import CASEMANAGER, HEAD, IB, TEACHER, a_case, at_intake
from tests.world import Json, World

pytestmark = pytest.mark.anyio

WHY = "Er is een maatregel van de rechter."


def on(organisation: str, ground: str, role: str | None = None, why: str | None = WHY) -> Json:
    """Involve an organisation on a ground."""
    body = {"organisationId": str(known_id(organisation)), "ground": ground}
    return body | ({"role": role} if role else {}) | ({"motivation": why} if why else {})


async def test_help_lets_the_gecertificeerde_instelling_in_without_consent_and_says_why(world: World) -> None:
    """Jeugdwet 7.3.11 lid 4 in domain.md §2.1: bij een maatregel hoort de instelling het, ook zonder toestemming."""
    story, _ = await at_intake(world)
    refused = await story.tries(
        CASEMANAGER, "participants", on(PROTECTION, "gecertificeerde_instelling", "save_medewerker", None)
    )
    assert (refused.status_code, refused.json()["errors"][0]["location"]) == (400, "/motivation")
    assert not await story.seen_by("save")
    await story.add(CASEMANAGER, "participants", on(PROTECTION, "gecertificeerde_instelling", "save_medewerker"))
    assert (await story.as_seen_by("save"))["dataCategories"] == ["proces"]


async def test_a_school_does_not_let_the_gecertificeerde_instelling_in_on_that_ground(world: World) -> None:
    """Jeugdwet 7.3.11 lid 4 bindt wie jeugdhulp verleent; de grond heeft haar eigen rollen (domain.md R14)."""
    story = await a_case(world)
    body = on(PROTECTION, "gecertificeerde_instelling", "save_medewerker")
    refused = await story.tries(IB, "participants", body)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "grondslag_past_niet")


async def test_the_head_looks_for_another_school_on_the_zorgplicht_and_the_teacher_does_not(world: World) -> None:
    """WPO 40 in domain.md R14, §6.1: de school zoekt een school die het kind kan aannemen."""
    story = await a_case(world)
    body = on(OTHER_SCHOOL, "zorgplicht", why="Wij hebben geen passende plek.")
    assert (await story.tries(TEACHER, "participants", body)).status_code == 400
    assert not await story.seen_by("andere-school")
    await story.add(HEAD, "participants", body)
    (involved,) = [each for each in (await story.dossier(IB))["participants"] if each["ground"] == "zorgplicht"]
    assert (involved["organisationId"], involved["motivation"]) == (str(known_id(OTHER_SCHOOL)), body["motivation"])


async def test_the_zorgplicht_lets_in_a_school_and_nobody_else(world: World) -> None:
    """domain.md R14: een grond geldt voor waar hij over gaat; de database houdt dat ook."""
    story = await a_case(world)
    refused = await story.tries(HEAD, "participants", on(ATTENDANCE, "zorgplicht", "leerplichtambtenaar"))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "grondslag_past_niet")
    with psycopg.connect(world.owner_dsn, autocommit=True) as owner:
        for organisation, ground, why in (
            (ATTENDANCE, "zorgplicht", WHY),
            (OTHER_SCHOOL, "gecertificeerde_instelling", WHY),
            (OTHER_SCHOOL, "zorgplicht", " "),
        ):
            with pytest.raises(errors.CheckViolation):
                owner.execute(
                    "insert into participants (id, case_id, organisation_id, ground, motivation, added_by)"
                    " values (gen_random_uuid(), %s, %s, %s, %s, gen_random_uuid())",
                    (story.id, known_id(organisation), ground, why),
                )
