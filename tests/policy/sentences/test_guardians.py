"""A legal representative who is no parent: an instelling with voogdij and who signs for it, and a voogd as a person."""

import pytest

from app.demo.people import PROTECTION, YOUTH_HEALTH
from app.demo.seed import known_id
from tests.policy.arranging import (
    HOME,
    IB,
    NURSE,
    ONE,
    PARENTS,
    SIGNAL,
    TEACHER,
    TWO,
    YOUTH,
    Story,
    a_case,
    answer_body,
    at_research,
    guarded,
    opening,
    signal_body,
    signs_for,
    turned,
    voogd,
)
from tests.world import World

pytestmark = pytest.mark.anyio

KEPT = "Dit vertel ik alleen aan school."


async def a_ward(world: World, child: str = "mila") -> tuple[Story, str]:
    """A case of a child over whom the instelling has the voogdij, and who signs for it."""
    story = await at_research(world, child)
    await guarded(world, child, by=PROTECTION)
    return story, signs_for(world, PROTECTION)


# --- What an instelling with voogdij sees -----------------------------------------------------------------------------


async def test_who_signs_for_the_instelling_with_voogdij_reads_what_a_parent_reads(world: World) -> None:
    """Burgerlijk Wetboek 1:302, Jeugdwet 7.3.15: de gecertificeerde instelling is de wettelijk vertegenwoordiger."""
    story = await at_research(world)
    before = await story.texts(ONE)
    await guarded(world, by=PROTECTION)
    signing = signs_for(world, PROTECTION)
    assert await story.texts(signing) == before
    assert (await story.as_seen_by(signing))["dataCategories"] == sorted(
        ["leren", "leven", "gezondheid", "verzuim", "veiligheid", "proces"]
    )


async def test_a_colleague_at_the_instelling_who_does_not_sign_for_it_sees_nothing(world: World) -> None:
    """001:47: wie niet betrokken is ziet niets; de voogdij is van de instelling, niet van al haar medewerkers."""
    story, signing = await a_ward(world)
    assert [await story.seen_by(who) for who in (signing, "save")] == [True, False]


async def test_without_voogdij_who_signs_for_an_instelling_sees_nothing(world: World) -> None:
    """001:47, Burgerlijk Wetboek 1:302: alleen van de eigen pupillen, en nooit van een kind onder toezicht."""
    story = await at_research(world)
    signing = signs_for(world, PROTECTION)
    assert not await story.seen_by(signing)
    assert (await world[signing].get(f"/young-people/{known_id('mila')}")).status_code == 404
    assert (await world[signing].seen("/me/cases"))["items"] == []


async def test_the_role_opens_nothing_at_a_house_that_can_have_no_voogdij(world: World) -> None:
    """Burgerlijk Wetboek 1:302: alleen een gecertificeerde instelling; een school of team tekent voor niemand."""
    story, _ = await a_ward(world)
    assert (await world[signs_for(world, YOUTH_HEALTH)].get(story.path)).status_code == 403


async def test_a_parent_whose_gezag_went_to_an_instelling_sees_and_decides_nothing(world: World) -> None:
    """Burgerlijk Wetboek 1:245: wie het gezag niet meer heeft, vertegenwoordigt het kind niet; Jeugdwet 7.3.15."""
    story, signing = await a_ward(world)
    consent = await story.asks(YOUTH_HEALTH)
    assert [await story.seen_by(parent) for parent in PARENTS] == [False, False]
    for parent in PARENTS:
        assert (await world[parent].post(f"/consents/{consent}/answers", answer_body(parent))).status_code == 404
        response = await world[IB].post(f"/consents/{consent}/answers", answer_body(parent))
        assert response.json()["errors"][0]["code"] == "kan_niet_beslissen"
    assert await story.seen_by(signing)


async def test_what_one_of_the_family_keeps_its_guardian_does_not_read(world: World) -> None:
    """domain.md §10.11: wie voor het kind optreedt leest niet wat de jeugdige alleen aan school vertelt."""
    story, signing = await a_ward(world, YOUTH)
    kept = signal_body("leefvraag", "jeugdige", KEPT) | {"privateOf": str(known_id(YOUTH))}
    made = await story.add(YOUTH, "signals", kept)
    assert [KEPT in await story.texts(who) for who in (IB, YOUTH, signing)] == [True, True, False]
    log = await world[signing].seen(f"{story.path}/access-log?limit=100")
    assert made["id"] not in {each["objectId"] for each in log["items"]}


async def test_at_sixteen_the_guardian_keeps_school_and_the_facts_of_absence(world: World) -> None:
    """domain.md R9, Jeugdwet 7.3.11: vanaf 16 is de voogd voor hulp en gezondheid een ander, als een ouder."""
    story, signing = await a_ward(world, YOUTH)
    await story.add(YOUTH, "signals", signal_body("leefvraag", "jeugdige", HOME) | {"receivedByRole": "leerkracht"})
    of_health = await a_case(world, YOUTH, by=NURSE)
    assert await of_health.seen_by(signing)
    turned(world, YOUTH, 16)
    # As for a parent: that there is help is the youth's own to tell.
    assert not await of_health.seen_by(signing)
    assert (await story.as_seen_by(signing))["dataCategories"] == ["leren", "verzuim"]
    consent = await story.asks(YOUTH_HEALTH)
    assert (await world[signing].get(f"/consents/{consent}")).status_code == 404
    turned(world, YOUTH, 18)
    assert not await story.seen_by(signing)


async def test_the_guardian_reads_who_looked_into_the_case(world: World) -> None:
    """001:30: wie voor het kind optreedt ziet wie er meekeek; de collega's van de instelling niet."""
    story, signing = await a_ward(world)
    await story.as_seen_by(IB)
    told = await world[signing].seen(f"{story.path}/access-log?limit=100")
    assert ("case.read", "intern_begeleider") in {(each["action"], each["actorRole"]) for each in told["items"]}
    lines = (await world[signing].seen("/me/access-log"))["items"]
    assert {each["caseId"] for each in lines} == {story.id}


# --- What it decides --------------------------------------------------------------------------------------------------


async def test_the_instelling_is_asked_and_its_yes_opens(world: World) -> None:
    """Jeugdwet 7.3.15 lid 1: onder de 12 beslist wie het gezag heeft, dus de instelling; haar medewerker tekent."""
    story, signing = await a_ward(world)
    consent = await story.asks(YOUTH_HEALTH)
    assert await story.blocked(IB, "jgz_raadplegen") == {"toestemming_onvolledig"}
    path = f"/consents/{consent}/answers"
    made = await world[signing].made(path, answer_body(PROTECTION) | {"form": "digitaal"})
    (said,) = made["answers"]
    assert made["status"] == "van_kracht"
    assert (said["giverId"], said["capacity"], said["recordedBy"], said["recordedRole"], said["form"]) == (
        str(known_id(PROTECTION)),
        "voogd",
        str(world[signing].id),
        "wettelijk_vertegenwoordiger",
        "digitaal",
    )
    assert said["assurance"] is not None
    await story.step(IB, "jgz_raadplegen")
    assert await story.seen_by(NURSE)


async def test_who_sign_for_one_instelling_are_one_giver(world: World) -> None:
    """Jeugdwet 7.3.15: de instelling beslist, één keer; wat een collega later zegt, geldt in de plaats ervan."""
    story, signing = await a_ward(world)
    other = signs_for(world, PROTECTION, "twee")
    consent = await story.asks(YOUTH_HEALTH)
    await world[signing].made(f"/consents/{consent}/answers", answer_body(PROTECTION))
    await story.step(IB, "jgz_raadplegen")
    assert (await world[other].seen("/me/consents"))["items"][0]["myAnswer"] == "gegeven"
    await world[other].made(f"/consents/{consent}/withdrawal", {})
    assert not await story.seen_by(NURSE)


async def test_who_signs_for_the_instelling_answers_for_nobody_else(world: World) -> None:
    """Jeugdwet 7.3.4 lid 2: vanaf 12 beslist de jeugdige mee, en dat zegt de voogd niet voor hem."""
    story, signing = await a_ward(world, YOUTH)
    consent = await story.asks(YOUTH_HEALTH)
    path = f"/consents/{consent}/answers"
    await world[signing].made(path, answer_body(PROTECTION))
    assert (await world[signing].post(path, answer_body(YOUTH))).status_code == 403
    assert await story.blocked(IB, "jgz_raadplegen") == {"toestemming_onvolledig"}
    await story.answers(YOUTH, consent)
    await story.step(IB, "jgz_raadplegen")


async def test_the_school_does_not_turn_the_no_of_the_instelling_into_a_yes(world: World) -> None:
    """domain.md R13: wie zelf nee zei komt daar zelf op terug; ook de instelling die de voogdij heeft."""
    story, signing = await a_ward(world)
    consent = await story.asks(YOUTH_HEALTH)
    await world[signing].made(f"/consents/{consent}/answers", answer_body(PROTECTION, "geweigerd"))
    response = await world[IB].post(f"/consents/{consent}/answers", answer_body(PROTECTION))
    assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (403, "zelf-geweigerd")


async def test_the_guardian_opens_a_case_where_a_parent_would(world: World) -> None:
    """001:255: wie voor het kind optreedt vindt een open deur bij school, ook een instelling met voogdij."""
    await guarded(world, by=PROTECTION)
    signing = signs_for(world, PROTECTION)
    made = await world[signing].made("/cases", opening("mila", signal_body("leefvraag", "ouder", HOME)))
    story = Story(world, "mila", made["id"])
    assert HOME in await story.texts(IB)
    assert not await story.seen_by("save")


async def test_what_is_asked_of_the_guardian_stands_in_the_own_case_in_plain_words(world: World) -> None:
    """001:30, AVG 7 lid 3: de voogd vindt zijn pupillen, wat hem wordt gevraagd en hoe hij dat intrekt."""
    story, signing = await a_ward(world)
    consent = await story.asks(YOUTH_HEALTH)
    asked = (await world[signing].seen(f"/me/cases/{story.id}"))["asked"]
    assert [each["href"] for each in asked if each["kind"] == "toestemming"] == [f"/v1/consents/{consent}"]
    assert [each["youngPerson"]["id"] for each in (await world[signing].seen("/me/children"))["items"]] == [
        str(known_id("mila"))
    ]
    (mine,) = (await world[signing].seen("/me/consents"))["items"]
    assert mine["waitsForMe"] is True


async def test_what_is_of_a_person_is_refused_to_an_instelling(world: World) -> None:
    """AVG 15, domain.md R46: een instelling vraagt geen eigen gegevens op en bekijkt geen nummer als gezin."""
    story, signing = await a_ward(world)
    for path in (f"/me/children/{known_id('mila')}/export", "/data-requests"):
        response = await world[signing].get(path)
        assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (403, "rol-past-niet"), path
    assert (await story.tries(signing, "data-requests", {})).status_code in {400, 403}
    (ward,) = (await world[signing].seen("/me/children"))["items"]
    assert (ward["export"], ward["document"]) == (None, None)
    offered = {
        each["href"].rpartition("/")[2] for each in (await world[signing].seen(f"/me/cases/{story.id}"))["rights"]
    }
    assert offered == {"consents", "statements", "access-log"}


# --- When it ends -----------------------------------------------------------------------------------------------------


async def test_when_the_voogdij_ended_everything_of_the_instelling_ended(world: World) -> None:
    """Burgerlijk Wetboek 1:327, AVG 7 lid 3: op de dag zelf; wat zij goedvond draagt niets meer."""
    story, signing = await a_ward(world)
    consent = await story.asks(YOUTH_HEALTH)
    await world[signing].made(f"/consents/{consent}/answers", answer_body(PROTECTION))
    await story.step(IB, "jgz_raadplegen")
    await guarded(world, by=PROTECTION, last_day="2026-11-01")
    assert not await story.seen_by(signing)
    assert not await story.seen_by(NURSE)
    assert (await world[signing].post(f"/consents/{consent}/withdrawal", {})).status_code == 404
    assert (await world[signing].seen("/me/cases"))["items"] == []


async def test_a_parent_who_got_the_gezag_back_takes_the_place_of_the_instelling(world: World) -> None:
    """Burgerlijk Wetboek 1:277: na herstel van het gezag beslist de ouder weer, en de instelling niet."""
    story, signing = await a_ward(world)
    await guarded(world, kind="eenhoofdig_ouderlijk_gezag", holders=[ONE])
    assert [await story.seen_by(who) for who in (ONE, TWO, signing)] == [True, False, False]


# --- A voogd as a person ----------------------------------------------------------------------------------------------


async def test_a_voogd_reads_and_decides_where_the_parents_no_longer_do(world: World) -> None:
    """Burgerlijk Wetboek 1:280, Jeugdwet 7.3.15: de voogd is de wettelijk vertegenwoordiger, de ouders niet meer."""
    story = await a_case(world, by=TEACHER)
    oma = voogd(world, "mila")
    await guarded(world, holders=[oma])
    assert SIGNAL in await story.texts(oma)
    assert [await story.seen_by(parent) for parent in PARENTS] == [False, False]
    consent = await story.asks(YOUTH_HEALTH)
    made = await world[oma].made(f"/consents/{consent}/answers", answer_body(oma))
    assert (made["status"], made["answers"][0]["capacity"]) == ("van_kracht", "voogd")


async def test_one_voogd_does_not_speak_for_the_other(world: World) -> None:
    """Burgerlijk Wetboek 1:282: twee voogden oefenen de voogdij samen uit; ieder zegt het zelf (domain.md R13)."""
    story = await a_case(world, by=TEACHER)
    oma = voogd(world, "mila")
    await guarded(world, holders=[oma, TWO])
    consent = await story.asks(YOUTH_HEALTH)
    await world[oma].made(f"/consents/{consent}/answers", answer_body(oma))
    told = answer_body(TWO, basis="via_andere_ouder")
    response = await world[IB].post(f"/consents/{consent}/answers", told)
    assert response.json()["errors"][0]["code"] == "alleen_andere_ouder"
    await story.answers(TWO, consent)
    assert (await world[oma].seen(f"/consents/{consent}"))["status"] == "van_kracht"


async def test_a_voogd_whose_gezag_is_not_found_yet_sees_nothing(world: World) -> None:
    """domain.md R11: gezag wordt nagegaan; tot dan opent de naam voogd niets."""
    story = await a_case(world, by=TEACHER)
    assert not await story.seen_by(voogd(world, "mila"))
