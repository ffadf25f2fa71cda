"""Every disclosure is recorded with what it rests on: the ground, the rule set of who decides, the consents."""

from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from app.domain.rule_sets import RULE_SETS
from tests.api.test_consent_at_disclosure import disclosed
from tests.world import World

pytestmark = pytest.mark.anyio

NURSE = "jeugdverpleegkundige"


async def recorded(world: World, who: str) -> dict[str, Any]:
    """The newest audit row of this person."""
    async with await psycopg.AsyncConnection.connect(world.owner_dsn, row_factory=dict_row) as owner:
        rows = await owner.execute(
            "select action, ground, rule_set, consent_ids::text[] as consents from audit_events where actor_id = %s"
            " order by id desc limit 1",
            (world[who].id,),
        )
        found = await rows.fetchone()
    assert found
    return found


async def test_a_disclosure_on_consent_names_the_consent_and_the_rule_set(world: World) -> None:
    path, consent = await disclosed(world)
    asked = consent.rpartition("/")[2]
    for tail in ("", "/dossier", "/notes", "/next-steps", "/deadlines", "/participants"):
        await world[NURSE].seen(f"{path}{tail}")
        row = await recorded(world, NURSE)
        assert (row["ground"], row["consents"]) == ("toestemming", [asked]), tail
        assert row["rule_set"] in {each.code for each in RULE_SETS}, tail
    await world[NURSE].made(f"{path}/signals", {"givenBy": "professional", "kind": "onbekend", "content": "Verzonnen."})
    assert (await recorded(world, NURSE))["consents"] == [asked]
    await world[NURSE].seen("/cases")
    row = await recorded(world, NURSE)
    assert (row["consents"], bool(row["rule_set"])) == ([asked], True)


async def test_a_disclosure_on_another_ground_names_no_consent(world: World) -> None:
    path, _ = await disclosed(world)
    for who, ground in (("leerkracht", "onderwijstaak"), ("ouder-een", "gezag")):
        await world[who].seen(f"{path}/dossier")
        row = await recorded(world, who)
        assert (row["ground"], row["consents"], bool(row["rule_set"])) == (ground, [], True)
