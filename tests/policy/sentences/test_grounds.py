"""Grounds other than consent: each with its role, its motivation, and the organisations that it lets in."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import errors

from app.demo.people import ATTENDANCE, OTHER_SCHOOL, PROTECTION
from app.demo.seed import known_id
from tests.conftest import Database
from tests.policy.arranging import CASEMANAGER, HEAD, IB, ONE, PARENTS, SIGNAL, STRANGER, TEACHER, a_case, at_intake
from tests.policy.unguarded import unguarded
from tests.world import Json, World

pytestmark = pytest.mark.anyio

WHY = "Er is een maatregel van de rechter."
# Days are counted wide of midnight: the day in the Netherlands may be the next one already.
TODAY = datetime.now(UTC).date()


def on(organisation: str, ground: str, role: str | None = None, why: str | None = WHY) -> Json:
    """Involve an organisation on a ground."""
    body = {"organisationId": str(known_id(organisation)), "ground": ground}
    return body | ({"role": role} if role else {}) | ({"motivation": why} if why else {})


def under(kind: str = "ondertoezichtstelling", since: int = 9, left: int | None = 9) -> Json:
    """The instelling takes part with a measure of the court, so many days old and with so many left."""
    until = {} if left is None else {"validUntil": str(TODAY + timedelta(left))}
    body = on(PROTECTION, "gecertificeerde_instelling", "save_medewerker")
    return body | {"measure": {"kind": kind, "validFrom": str(TODAY - timedelta(since)), **until}}


async def test_help_lets_the_gecertificeerde_instelling_in_without_consent_and_says_why(world: World) -> None:
    """Jeugdwet 7.3.11 lid 4 in domain.md §2.1: bij een maatregel hoort de instelling het, ook zonder toestemming."""
    story, _ = await at_intake(world)
    refused = await story.tries(CASEMANAGER, "participants", {**under(), "motivation": None})
    assert (refused.status_code, refused.json()["errors"][0]["location"]) == (400, "/motivation")
    assert not await story.seen_by("save")
    made = await story.add(CASEMANAGER, "participants", under())
    assert made["measure"]["kind"] == "ondertoezichtstelling"
    assert (await story.as_seen_by("save"))["dataCategories"] == ["proces"]


@pytest.mark.parametrize(
    ("measure", "code"),
    [
        (None, "maatregel_ontbreekt"),
        (under(left=-2)["measure"], "maatregel_geldt_niet"),
        (under(since=-2)["measure"], "maatregel_geldt_niet"),
        (under(left=None)["measure"], "einddag_ontbreekt"),
    ],
)
async def test_without_a_measure_of_the_court_in_force_the_instelling_is_not_let_in(
    world: World, measure: Json, code: str
) -> None:
    """Jeugdwet 7.3.11 lid 4: de plicht om te vertellen hoort bij een maatregel, en die heeft een begin en een eind."""
    story, _ = await at_intake(world)
    refused = await story.tries(CASEMANAGER, "participants", under() | {"measure": measure})
    (fault,) = refused.json()["errors"]
    assert (refused.status_code, fault["code"], "maatregel" in fault["detail"] or "beschikking" in fault["detail"]) == (
        (400, code, True)
    )
    assert not await story.seen_by("save")


async def test_when_the_measure_ends_the_instelling_sees_nothing_any_more(world: World, database: Database) -> None:
    """Jeugdwet 7.3.11 lid 4; domain.md R14: de grond is er zolang de maatregel er is, ook in de database."""
    story, _ = await at_intake(world)
    await story.add(CASEMANAGER, "participants", under(left=1))
    assert await story.seen_by("save")
    with psycopg.connect(world.owner_dsn, autocommit=True) as owner:
        owner.execute("update participants set measure_until = app_today() - 1 where measure is not null")
    assert not await story.seen_by("save")
    assert not (await world["save"].seen("/cases"))["items"]
    for query in ("select id from cases", "select ground from participants_in_force"):
        assert unguarded(database, "save", PROTECTION, "save_medewerker", query) == set()


async def test_a_school_does_not_let_the_gecertificeerde_instelling_in_on_that_ground(world: World) -> None:
    """Jeugdwet 7.3.11 lid 4 bindt wie jeugdhulp verleent; de grond heeft haar eigen rollen (domain.md R14)."""
    story = await a_case(world)
    body = under()
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


@pytest.mark.parametrize("passed_by", [False, True])
async def test_a_school_that_is_asked_for_a_place_reads_the_content_with_consent_alone(
    world: World, database: Database, *, passed_by: bool
) -> None:
    """WPO 40, domain.md R12: gevraagd worden is geen toestemming; wat zij leest beslist het gezin."""
    story = await a_case(world)
    await story.add(HEAD, "participants", on(OTHER_SCHOOL, "zorgplicht", why="Wij hebben geen passende plek."))

    async def read() -> set[str]:
        if not passed_by:
            return await story.texts(STRANGER)
        return unguarded(database, STRANGER, OTHER_SCHOOL, "intern_begeleider", "select content from signals")

    assert (await story.as_seen_by(STRANGER))["dataCategories"] == ["proces"]
    assert await read() == set()
    consent = await story.asks(OTHER_SCHOOL, ["leren"], yes=PARENTS)
    assert (await story.as_seen_by(STRANGER))["dataCategories"] == ["leren", "proces"]
    assert await read() == {SIGNAL}
    await story.withdraws(ONE, consent)
    assert await read() == set()
    assert (await story.as_seen_by(STRANGER))["dataCategories"] == ["proces"]


async def test_absence_is_taken_to_leerplicht_by_whose_task_it_is(world: World) -> None:
    """001:200, 283-287; domain.md §5: directie en intern begeleider melden verzuim, een leerkracht vraagt het hun."""
    story = await a_case(world)
    body = on(ATTENDANCE, "wettelijke_taak_leerplicht", "leerplichtambtenaar", "Zestien uur verzuim in vier weken.")
    refused = await story.tries(TEACHER, "participants", body)
    assert refused.json()["errors"][0]["code"] == "grondslag_past_niet"
    assert "directie" in refused.json()["errors"][0]["detail"]
    await story.add(HEAD, "participants", body)


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
