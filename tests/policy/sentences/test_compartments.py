"""Compartments inside a case: what each of the family keeps, what a youth lets a parent see, whose records stay."""

import psycopg
import pytest

from app.demo.seed import known_id
from tests.policy.arranging import (
    ATTENDANCE_OFFICER,
    HEALTH,
    HOME,
    IB,
    NURSE,
    ONE,
    PARENTS,
    SIGNAL,
    SWV_COORDINATOR,
    TEACHER,
    TWO,
    YOUTH,
    Story,
    a_case,
    signal_body,
    talk_body,
    turned,
    unrelated_parent,
    with_nurse,
)
from tests.world import Json, World

pytestmark = pytest.mark.anyio

KEPT = "Dit vertel ik alleen aan school."


def own(who: str, content: str = KEPT, given_by: str = "ouder") -> Json:
    """A signal that somebody of the family keeps to himself or herself."""
    return signal_body("leefvraag", given_by, content) | {"privateOf": str(known_id(who))}


# --- What each of the family keeps ------------------------------------------------------------------------------------


async def test_what_one_parent_keeps_the_other_parent_does_not_read(world: World) -> None:
    """domain.md §10.11: een ouder ziet de eigen notities, niet die van de andere ouder."""
    story = await a_case(world)
    await story.add(ONE, "signals", own(ONE))
    assert [KEPT in await story.texts(who) for who in (ONE, IB, TWO)] == [True, True, False]
    listed = await world[TWO].seen(f"{story.path}/signals")
    assert [each["content"] for each in listed["items"]] == [SIGNAL]


async def test_that_one_parent_keeps_something_does_not_appear_from_the_log(world: World) -> None:
    """domain.md §10.11: ook dat er zo'n notitie is, blijkt de andere ouder niet."""
    story = await a_case(world)
    before = await acts(story, TWO)
    made = await story.add(ONE, "signals", own(ONE))
    assert await acts(story, TWO) == before
    assert ("signal.create", made["id"]) in await acts(story, ONE)
    await story.add(ONE, "signals", signal_body("leefvraag", "ouder", HOME))
    assert len(await acts(story, TWO)) == len(before) + 1


async def acts(story: Story, who: str) -> list[tuple[str, str]]:
    """What was changed in the case, by the log as this person reads it."""
    log = await story.world[who].seen(f"{story.path}/access-log?limit=100")
    return [(each["action"], each["objectId"]) for each in log["items"] if each["action"] == "signal.create"]


async def test_a_talk_with_one_parent_can_be_recorded_as_that_parents_own(world: World) -> None:
    """domain.md §10.11, 001:255-259: het gesprek met de ene ouder is niet vanzelf voor de andere."""
    story = await a_case(world)
    await story.add(TEACHER, "notes", talk_body(content=KEPT) | {"privateOf": str(known_id(TWO))})
    assert [KEPT in await story.texts(who) for who in (TWO, TEACHER, ONE)] == [True, True, False]


async def test_from_twelve_what_the_youth_keeps_the_parents_do_not_read(world: World) -> None:
    """Jeugdwet 7.3.10, 7.3.15; domain.md R46: vanaf 12 heeft de jeugdige een eigen inzage."""
    story = await a_case(world, "jeugdige")
    turned(world, "jeugdige", 13)
    await story.add(YOUTH, "signals", own(YOUTH, given_by="jeugdige"))
    assert KEPT in await story.texts(YOUTH)
    assert [KEPT in await story.texts(parent) for parent in PARENTS] == [False, False]


async def test_under_twelve_nothing_is_kept_from_the_parents_with_gezag(world: World) -> None:
    """Jeugdwet 7.3.15: tot 12 jaar staan de ouders met gezag voor het kind."""
    story = await a_case(world, "jeugdige")
    turned(world, "jeugdige", 11)
    answer = await story.tries(TEACHER, "notes", talk_body() | {"privateOf": str(known_id(YOUTH))})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "niet_van_deze_persoon")


async def test_of_the_family_each_keeps_only_what_is_his_or_hers(world: World) -> None:
    """domain.md §10.11: niemand maakt iets tot het eigene van een ander, en een vreemde heeft hier niets eigens."""
    story = await a_case(world)
    stranger = unrelated_parent(world)
    for who, of in ((ONE, TWO), (TEACHER, stranger)):
        signal = own(of) | {"givenBy": "ouder" if who == ONE else "professional"}
        answer = await story.tries(who, "signals", signal)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "niet_van_deze_persoon")


# --- What a youth of 16 or 17 lets a parent see -----------------------------------------------------------------------


async def lets_see(world: World, parent: str, *categories: str) -> None:
    """The youth decides what this parent sees."""
    body = {"guardianId": str(known_id(parent)), "dataCategories": list(categories)}
    await world[YOUTH].made("/me/sight", body)


async def test_at_sixteen_the_youth_decides_which_parent_sees_health_and_takes_it_back(world: World) -> None:
    """Jeugdwet 7.3.5, 7.3.11; domain.md R9: vanaf 16 zijn de ouders voor hulp en gezondheid anderen."""
    story, _ = await with_nurse(world, "jeugdige", yes=(*PARENTS, YOUTH))
    await story.finds(NURSE, "jgz_uitkomst", "advies", content=HEALTH)
    assert HEALTH in await story.texts(ONE)
    turned(world, "jeugdige", 16)
    assert [HEALTH in await story.texts(parent) for parent in PARENTS] == [False, False]
    await lets_see(world, ONE, "gezondheid")
    assert [HEALTH in await story.texts(parent) for parent in PARENTS] == [True, False]
    seen = {each["guardianId"]: each["dataCategories"] for each in (await world[YOUTH].seen("/me/sight"))["items"]}
    assert seen == {str(known_id(ONE)): ["gezondheid"], str(known_id(TWO)): []}
    await lets_see(world, ONE)
    assert HEALTH not in await story.texts(ONE)


async def test_what_the_youth_let_a_parent_see_ends_at_eighteen(world: World) -> None:
    """Jeugdwet 7.3.5: vanaf 18 staat niemand meer voor de jeugdige."""
    story = await a_case(world, "jeugdige")
    turned(world, "jeugdige", 17)
    await lets_see(world, ONE, "leven")
    assert await story.seen_by(ONE)
    turned(world, "jeugdige", 18)
    assert not await story.seen_by(ONE)


async def test_before_sixteen_the_youth_does_not_decide_what_the_parents_see(world: World) -> None:
    """Jeugdwet 7.3.4, 7.3.15: tot 16 staan de ouders met gezag mee voor het kind."""
    turned(world, "jeugdige", 15)
    body = {"guardianId": str(known_id(ONE)), "dataCategories": []}
    assert (await world[YOUTH].post("/me/sight", body)).status_code == 403
    assert (await world[YOUTH].get("/me/sight")).status_code == 403


async def absent(world: World, reason: str) -> Story:
    """A case in which leerplicht recorded absence, and why."""
    made = await world[ATTENDANCE_OFFICER].made(
        "/cases",
        {
            "youngPersonId": str(known_id("jeugdige")),
            "route": "midden-groningen",
            "signal": signal_body("onbekend", content=reason),
        },
    )
    return Story(world, "jeugdige", made["id"])


async def test_at_sixteen_the_parents_see_that_there_was_absence_and_not_why(world: World) -> None:
    """domain.md R9, §2.3: verzuimfeiten mogen naar de ouders, de redenen niet zonder de jeugdige."""
    reason = "Bleef thuis omdat het op school onveilig voelt."
    story = await absent(world, reason)
    turned(world, "jeugdige", 16)
    (signal,) = (await story.dossier(ONE))["signals"]
    assert (signal["category"], signal["content"], signal["withheld"]) == ("verzuim", None, ["content", "safetyReason"])
    await lets_see(world, ONE, "verzuim")
    assert reason in await story.texts(ONE)
    assert reason not in await story.texts(TWO)


# --- Whose records stay where -----------------------------------------------------------------------------------------


async def test_what_leerplicht_records_stays_with_leerplicht(world: World) -> None:
    """domain.md R47, Leerplichtwet in domain.md §5: geen overdracht aan derden; ook niet aan school."""
    reason = "Het verhoor van de ouders."
    story = await absent(world, reason)
    school = {"organisationId": str(known_id("brin:99ZA00")), "ground": "onderwijstaak", "motivation": "De school."}
    await story.add(ATTENDANCE_OFFICER, "participants", school)
    assert reason not in await story.texts(IB)
    assert [reason in await story.texts(who) for who in (ATTENDANCE_OFFICER, ONE)] == [True, True]
    await story.asks("brin:99ZA00", ("leren", "verzuim"), yes=(*PARENTS, YOUTH), by=ATTENDANCE_OFFICER)
    assert reason in await story.texts(IB)


async def test_what_the_samenwerkingsverband_records_is_for_it_and_the_school_alone(world: World) -> None:
    """domain.md R47; WPO 18a lid 13 in domain.md §4: niet verder dan het samenwerkingsverband en de school."""
    story = await absent(world, "Al drie weken niet op school.")
    ours = {"motivation": "Zij denken mee over een passend aanbod."}
    school = {"organisationId": str(known_id("brin:99ZA00")), "ground": "onderwijstaak"}
    await story.add(ATTENDANCE_OFFICER, "participants", school | ours)
    swv = {"organisationId": str(known_id("swv:PO2001")), "role": "swv_coordinator", "ground": "swv_taak"}
    await story.add(IB, "participants", swv | ours)
    advice = "Advies over het aanbod bij dit verzuim."
    recorded(world, story, "swv_coordinator", "swv:PO2001", advice)
    seen = [advice in await story.texts(who) for who in (SWV_COORDINATOR, IB, ONE, ATTENDANCE_OFFICER)]
    assert seen == [True, True, True, False]


def recorded(world: World, story: Story, role: str, organisation: str, content: str) -> None:
    """A finding about absence that stands in the case, by somebody of this house."""
    with psycopg.connect(world.owner_dsn, autocommit=True) as owner:
        owner.execute(
            "insert into assessments (id, case_id, author_id, author_role, author_organisation_id, kind, category,"
            " outcome, content)"
            " values (gen_random_uuid(), %s, gen_random_uuid(), %s, %s, 'advies', 'verzuim', 'gegeven', %s)",
            (story.id, role, known_id(organisation), content),
        )
