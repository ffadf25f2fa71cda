"""Emergency access: when a vital interest cannot wait; short, reviewed by a second person, told to the family."""

import psycopg
import pytest

from app.demo.people import SOCIAL_TEAM
from app.demo.seed import known_id
from tests.policy.arranging import (
    CASEMANAGER,
    HOME,
    IB,
    NURSE,
    ONE,
    SIGNAL,
    TEACHER,
    Story,
    a_case,
    brought_by,
    moved,
    newcomer,
    signal_body,
)
from tests.world import Json, World

pytestmark = pytest.mark.anyio

WHY = "Het kind is weg en niemand weet waarheen."
UNSAFE = "De ouder die dit leest kan het kind eerder vinden dan wij."


async def claims(world: World, who: str = CASEMANAGER, **more: str) -> Json:
    """Somebody takes access to Mila's cases in an emergency."""
    return await world[who].made("/emergency-accesses", {"youngPersonId": str(known_id("mila")), "reason": WHY} | more)


def officer(world: World) -> str:
    """The privacy officer of the sociaal team."""
    return newcomer(world, "functionaris_gegevensbescherming", SOCIAL_TEAM)


async def reviews(world: World, who: str, access: Json, **more: object) -> Json:
    body = {"justified": True, "note": "Er was geen andere weg."} | more
    return await world[who].made(f"/emergency-accesses/{access['id']}/review", body)


def hours_later(world: World, hours: int) -> None:
    """The access began so much earlier."""
    with psycopg.connect(world.owner_dsn, autocommit=True) as owner:
        statement = (
            "update emergency_accesses set started_at = started_at - make_interval(hours => %s),"
            " until = until - make_interval(hours => %s)"
        )
        owner.execute(statement, (hours, hours))


async def logged(story: Story) -> set[str]:
    """Who did what in the case, as a parent reads it in the log."""
    log = await story.world[ONE].seen(f"{story.path}/access-log?limit=100")
    return {f"{each['actorId']} {each['action']}" for each in log["items"] if each["ground"] == "vitaal_belang"}


CLAIMED, OPENED = f"{known_id(CASEMANAGER)} emergency-access.create", f"{known_id(CASEMANAGER)} case.read"


async def test_in_an_emergency_the_casemanager_reads_about_home_and_not_about_school(world: World) -> None:
    """AVG 9 lid 2 onder c, domain.md R14: vitaal belang; alleen wat nodig is om gevaar af te wenden."""
    story = await brought_by(world, ONE, "kind_ouderondersteuner")
    await story.add(ONE, "signals", signal_body("leervraag", "ouder", SIGNAL))
    assert not await story.seen_by(CASEMANAGER)
    await claims(world)
    assert await story.texts(CASEMANAGER) == {HOME}
    assert story.id in {each["id"] for each in (await world[CASEMANAGER].seen("/cases"))["items"]}
    seen = await story.as_seen_by(CASEMANAGER)
    assert seen["dataCategories"] == ["gezondheid", "leven", "proces", "veiligheid"]


async def test_who_reads_along_in_an_emergency_writes_nothing(world: World) -> None:
    """AVG 9 lid 2 onder c: inzage om gevaar af te wenden; geen plaats in de zaak."""
    story = await a_case(world)
    await claims(world)
    for what, body in (("signals", signal_body()), ("escalations", {"kind": "x", "addressedTo": "x", "reason": "x"})):
        assert (await story.tries(CASEMANAGER, what, body)).status_code == 403


async def test_emergency_access_ends_by_itself_and_is_not_prolonged_by_the_same_person(world: World) -> None:
    """domain.md R14: een uitzondering, met een vast eind; een tweede persoon gaat erover of zij zich herhaalt."""
    story = await a_case(world)
    access = await claims(world)
    hours_later(world, 4)
    assert not await story.seen_by(CASEMANAGER)
    again = await world[CASEMANAGER].post(
        "/emergency-accesses", {"youngPersonId": str(known_id("mila")), "reason": WHY}
    )
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "eerst-toetsing")
    await reviews(world, officer(world), access)
    await claims(world)
    assert await story.seen_by(CASEMANAGER)


async def test_a_second_person_of_the_own_house_reviews_and_nobody_else(world: World) -> None:
    """domain.md R14: de motivering wordt door een ander getoetst, nooit door wie toegang nam."""
    access = await claims(world)
    elsewhere = newcomer(world, "functionaris_gegevensbescherming", "gm:GM1952")
    body = {"justified": True, "note": "Goed."}
    path = f"/emergency-accesses/{access['id']}/review"
    assert (await world[CASEMANAGER].post(path, body)).status_code == 403
    assert (await world[elsewhere].post(path, body)).status_code == 404
    assert (await world[elsewhere].seen("/emergency-accesses"))["items"] == []
    here = officer(world)
    assert [each["id"] for each in (await world[here].seen("/emergency-accesses"))["items"]] == [access["id"]]
    assert (await reviews(world, here, access))["reviewedBy"] == str(known_id(here))
    assert (await world[here].post(path, body)).status_code == 409


async def test_nobody_reviews_his_or_her_own_emergency_access_in_another_role(world: World) -> None:
    """domain.md R14: ook wie twee rollen heeft, toetst zichzelf niet."""
    access = await claims(world)
    both = world.caller(
        sub=f"demo-{CASEMANAGER}", roles=["casemanager_jeugd", "leidinggevende_kernpartner"], organisation=SOCIAL_TEAM
    )
    refused = await both.post(f"/emergency-accesses/{access['id']}/review", {"justified": True, "note": "Goed."})
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (403, "eigen-belang")


async def test_what_was_not_justified_ends_at_once(world: World) -> None:
    """domain.md R14: zonder grond geen inzage."""
    story = await a_case(world)
    access = await claims(world)
    assert await story.seen_by(CASEMANAGER)
    await reviews(world, officer(world), access, justified=False, note="Er was tijd om te bellen.")
    assert not await story.seen_by(CASEMANAGER)


async def test_the_family_is_told_at_once_who_read_along_and_why(world: World) -> None:
    """AVG 13, 14; domain.md R44: elke inzage staat met haar grond in het logboek van het gezin."""
    story = await a_case(world)
    await claims(world)
    await story.dossier(CASEMANAGER)
    assert CLAIMED in await logged(story)
    told = (await world[ONE].seen(f"{story.path}/emergency-accesses"))["items"]
    assert [(each["reason"], each["workerId"]) for each in told] == [(WHY, str(known_id(CASEMANAGER)))]


async def test_while_it_is_not_safe_the_family_is_not_told_and_then_it_is(world: World) -> None:
    """001:289, domain.md §2.3: ouders worden geïnformeerd, tenzij de veiligheid dat verbiedt."""
    story = await a_case(world)
    access = await claims(world, unsafeReason=UNSAFE)
    await story.seen_by(CASEMANAGER)
    here = officer(world)
    await reviews(world, here, access, tellFamily=False)
    assert await logged(story) == set()
    assert (await world[ONE].seen(f"{story.path}/emergency-accesses"))["items"] == []
    with psycopg.connect(world.owner_dsn, autocommit=True) as owner:
        owner.execute("update emergency_accesses set told_at = now()")
    assert {CLAIMED, OPENED} <= await logged(story)
    (told,) = (await world[ONE].seen(f"{story.path}/emergency-accesses"))["items"]
    assert (told["unsafeReason"], told["withheld"]) == (None, ["unsafeReason"])
    assert UNSAFE not in str(told)


async def test_only_who_can_be_called_for_help_takes_emergency_access_and_only_in_the_own_area(world: World) -> None:
    """domain.md R14: de grond heeft haar eigen rollen; een leerkracht of school neemt haar niet."""
    body = {"youngPersonId": str(known_id("mila")), "reason": WHY}
    for who in (TEACHER, IB, ONE):
        assert (await world[who].post("/emergency-accesses", body)).status_code == 403
    moved(world, "mila", "GM0014")
    assert (await world[NURSE].post("/emergency-accesses", body)).status_code == 404
    moved(world, "mila", "GM1952")
    assert (await world[NURSE].post("/emergency-accesses", body)).status_code == 201
