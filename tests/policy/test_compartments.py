"""The compartments inside a case: the policy and the database hold them each by itself, and know the same ones."""

import psycopg
import pytest
from psycopg.types.json import Jsonb

from app.demo.seed import known_id
from app.domain.actors import Role
from app.domain.policy import KEPT_FOR
from tests.conftest import Database
from tests.integrations.tokens import ISSUER
from tests.policy.arranging import ATTENDANCE_OFFICER, IB, ONE, TWO, Story, signal_body
from tests.world import World

pytestmark = pytest.mark.anyio

KEPT, REASON = "Dit vertel ik alleen aan school.", "Het verhoor van de ouders."
SCHOOL = "brin:99ZA00"


@pytest.fixture
async def story(world: World) -> Story:
    """A case of leerplicht, with the school in it, in which one parent keeps something to herself."""
    opening = {"youngPersonId": str(known_id("mila")), "route": "midden-groningen"}
    made = await world[ATTENDANCE_OFFICER].made("/cases", opening | {"signal": signal_body("onbekend", content=REASON)})
    story = Story(world, "mila", made["id"])
    school = {"organisationId": str(known_id(SCHOOL)), "ground": "onderwijstaak", "motivation": "De school."}
    await story.add(ATTENDANCE_OFFICER, "participants", school)
    await story.add(ONE, "signals", signal_body("leefvraag", "ouder", KEPT) | {"privateOf": str(known_id(ONE))})
    return story


@pytest.mark.parametrize(
    ("who", "organisation", "shown"),
    [(IB, SCHOOL, {KEPT}), (TWO, None, {REASON}), (ONE, None, {REASON, KEPT})],
)
async def test_the_database_holds_them_without_the_policy(
    story: Story, database: Database, who: str, organisation: str | None, shown: set[str]
) -> None:
    everything = "gezondheid,leren,leven,proces,veiligheid,verzuim"
    kinds = Jsonb(dict.fromkeys(("worker", "guardian"), everything))
    with psycopg.connect(database.api_dsn) as api:
        api.execute("select from app_identify(%s, %s, %s, %s)", (ISSUER, f"demo-{who}", organisation, kinds))
        found = api.execute("select content from signals where case_id = %s", (story.id,)).fetchall()
    assert {content for (content,) in found} == shown


async def test_the_policy_holds_them_without_the_database(story: Story, database: Database) -> None:
    with psycopg.connect(database.owner_dsn, autocommit=True) as owner:
        for table in ("signals", "notes", "assessments"):
            owner.execute(f"drop policy of_its_compartment on {table}".encode())
        for table in ("signals", "notes"):
            owner.execute(f"drop policy nobody_elses on {table}".encode())
    assert REASON not in await story.texts(IB)
    assert KEPT not in await story.texts(TWO)


def test_both_know_the_same_compartments(database: Database) -> None:
    with psycopg.connect(database.owner_dsn) as owner:
        for role in Role:
            (found,) = owner.execute("select app_kept_for(%s)", (role,)).fetchone() or (None,)
            assert (frozenset(found) if found else None) == KEPT_FOR.get(role), role
