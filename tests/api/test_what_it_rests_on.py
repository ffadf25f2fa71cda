"""Every disclosure is recorded with what it rests on: the ground, the rule set of who decides, the consents."""

from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from app.demo.seed import known_id
from app.domain.rule_sets import RULE_SETS
from tests.api.test_consent_at_disclosure import disclosed
from tests.policy.arranging import opening
from tests.world import World

pytestmark = pytest.mark.anyio

NURSE = "jeugdverpleegkundige"
MILA = f"/young-people/{known_id('mila')}"


async def recorded(world: World, who: str) -> dict[str, Any]:
    """The newest audit row of this person."""
    async with await psycopg.AsyncConnection.connect(world.owner_dsn, row_factory=dict_row) as owner:
        rows = await owner.execute(
            "select action, ground, rule_set, consent_ids::text[] as consents, shown::text[] as shown, shown_on,"
            " data_categories from audit_events where actor_id = %s order by id desc limit 1",
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
    assert (row["ground"], row["consents"], bool(row["rule_set"])) == ("toestemming", [asked], True)


async def test_a_list_names_the_ground_of_each_case_and_the_consents_of_those_it_shows_alone(world: World) -> None:
    path, consent = await disclosed(world)
    nurse = world[NURSE]
    own = await nurse.made("/cases", opening("tijn"))
    mine, theirs = own["id"], path.rpartition("/")[2]
    await nurse.seen("/cases")
    row = await recorded(world, NURSE)
    assert row["ground"] is None
    assert list(zip(row["shown"], row["shown_on"], strict=True)) == [(mine, "jgz_taak"), (theirs, "toestemming")]
    assert row["consents"] == [consent.rpartition("/")[2]]
    assert row["data_categories"] == ["gezondheid", "leren", "proces"]
    # The newest alone: nothing of the one that was not shown.
    await nurse.seen("/cases?limit=1")
    row = await recorded(world, NURSE)
    assert (row["ground"], row["shown"], row["consents"]) == ("jgz_taak", [mine], [])


async def test_who_looks_for_a_child_does_so_on_the_task_of_the_own_house(world: World) -> None:
    mila = await world["ouder-een"].seen(MILA)
    sought = {"familyName": mila["familyName"], "birthDate": mila["birthDate"]}
    for who, ground in (("intern-begeleider", "onderwijstaak"), (NURSE, "jgz_taak")):
        assert (await world[who].post("/young-people/_search", sought)).json()["items"]
        assert (await recorded(world, who))["ground"] == ground
        await world[who].get("/young-people")
        row = await recorded(world, who)
        assert len(row["shown"]) == len(row["shown_on"])
        assert set(row["shown_on"]) <= {ground}


async def test_the_log_says_to_who_may_read_it_what_each_line_rests_on(world: World) -> None:
    path, consent = await disclosed(world)
    await world[NURSE].seen(f"{path}/dossier")
    for log, who in ((f"{path}/access-log", "ouder-een"), ("/me/access-log", "ouder-een")):
        rests = [
            (line["ground"], line["consentIds"], line["ruleSet"]) for line in (await world[who].seen(log))["items"]
        ]
        assert ("toestemming", [consent.rpartition("/")[2]], RULE_SETS[-1].code) in rests, log
        assert any(ground == "onderwijstaak" and not consents for ground, consents, _ in rests), log


async def test_a_disclosure_on_another_ground_names_no_consent(world: World) -> None:
    path, _ = await disclosed(world)
    for who, ground in (("leerkracht", "onderwijstaak"), ("ouder-een", "gezag")):
        await world[who].seen(f"{path}/dossier")
        row = await recorded(world, who)
        assert (row["ground"], row["consents"], bool(row["rule_set"])) == (ground, [], True)
