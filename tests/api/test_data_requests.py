"""What the family asks about what is kept on it: who asks, who answers, until when, on which ground it is refused."""

from datetime import date, timedelta

import psycopg
import pytest

from app.demo.people import PROTECTION, SCHOOL, YOUTH_HEALTH
from app.domain.actors import OrganisationKind
from app.domain.data_requests import RequestKind, last_day
from app.domain.policy import POLICY, Action, homes
from app.services.data_requests import tell_answers_due
from tests.conftest import Database
from tests.policy.arranging import (
    HEAD,
    HEALTH,
    NURSE,
    ONE,
    PARENTS,
    STRANGER,
    TALK,
    TEACHER,
    TWO,
    YOUTH,
    Story,
    at_research,
    gezag,
    guarded,
    organisation_id,
    turned,
)
from tests.world import Json, World

pytestmark = pytest.mark.anyio

WISH = "Haal weg wat u over ons bewaart."


async def asks(story: Story, who: str, kind: str = "vernietiging", **more: Json) -> Json:
    body = {"kind": kind, "organisationId": organisation_id(SCHOOL), "content": WISH, **more}
    return await story.add(who, "data-requests", body)


async def seen(story: Story, who: str, request: Json) -> Json:
    return await story.world[who].seen(f"/data-requests/{request['id']}")


async def joins(story: Story, who: str, request: Json, *, agrees: bool = True) -> Json:
    return await story.world[who].made(f"/data-requests/{request['id']}/agreement", {"agrees": agrees})


async def answers(story: Story, who: str, request: Json, decision: str = "ingewilligd", **more: Json) -> Json:
    body = {"decision": decision, "reason": "Wij hebben dit afgewogen.", **more}
    return await story.world[who].post(f"/data-requests/{request['id']}/decision", body)


def test_every_kind_of_organisation_has_somebody_who_answers() -> None:
    answering = {
        role for role, own in POLICY.items() if any(Action.DATA_REQUEST_DECIDE in each.actions for each in own)
    }
    assert {str(kind) for kind in OrganisationKind} == {home for role in answering for home in homes(role)}


@pytest.mark.parametrize(
    ("kind", "asked", "last"),
    [
        ("vernietiging", date(2026, 11, 22), date(2027, 2, 22)),
        ("vernietiging", date(2026, 11, 30), date(2027, 2, 28)),
        ("vernietiging", date(2027, 11, 30), date(2028, 2, 29)),
        ("correctie", date(2026, 12, 31), date(2027, 1, 31)),
        ("bezwaar", date(2027, 1, 31), date(2027, 2, 28)),
    ],
)
def test_the_last_day_of_an_answer(kind: str, asked: date, last: date) -> None:
    assert last_day(RequestKind(kind), asked) == last


async def test_under_twelve_both_parents_ask_to_destroy_and_the_three_months_begin_then(world: World) -> None:
    story = await at_research(world)
    request = await asks(story, ONE)
    assert (request["status"], request["waitsFor"], request["dueOn"]) == ("wacht_op", [str(world[TWO].id)], None)
    assert (await answers(story, HEAD, request)).status_code == 409
    joined = await joins(story, TWO, request)
    today = (await world[HEAD].seen("/data-requests"))["items"][0]["createdAt"][:10]
    assert (joined["status"], joined["waitsFor"]) == ("open", [])
    assert joined["dueOn"] == str(last_day(RequestKind.VERNIETIGING, date.fromisoformat(today)))


async def test_at_thirteen_the_youth_and_both_parents_ask_it_and_one_no_stops_it(world: World) -> None:
    story = await at_research(world, YOUTH)
    request = await asks(story, YOUTH)
    assert set(request["waitsFor"]) == {str(world[parent].id) for parent in PARENTS}
    await joins(story, ONE, request)
    assert (await joins(story, TWO, request, agrees=False))["status"] == "niet_samen"
    assert (await answers(story, HEAD, request)).status_code == 409
    assert (await joins(story, TWO, request))["status"] == "open"
    # Whoever asked it takes it back as easily.
    assert (await joins(story, YOUTH, request, agrees=False))["status"] == "ingetrokken"
    assert (await seen(story, YOUTH, request))["dueOn"] is None


async def test_from_sixteen_the_youth_asks_it_alone_and_a_parent_no_longer(world: World) -> None:
    story = await at_research(world, YOUTH)
    turned(world, YOUTH, 16)
    body = {"kind": "bezwaar", "organisationId": organisation_id(SCHOOL), "content": WISH}
    assert (await story.tries(ONE, "data-requests", body)).status_code == 403
    request = await asks(story, YOUTH)
    assert (request["status"], request["waitsFor"]) == ("open", [])
    assert (await world[ONE].get(f"/data-requests/{request['id']}")).status_code == 404


async def test_who_turned_sixteen_in_between_decides_alone_whether_it_is_still_asked(world: World) -> None:
    """A parent's request falls with the parent's say: the youth, who did not ask it, is asked anew."""
    story = await at_research(world)
    request = await asks(story, ONE)
    await joins(story, TWO, request)
    turned(world, "mila", 16)
    assert (await answers(story, HEAD, request)).status_code == 409


async def test_without_knowing_who_has_gezag_nothing_is_destroyed(world: World) -> None:
    story = await at_research(world, "tijn")
    body = {"kind": "vernietiging", "organisationId": organisation_id(SCHOOL), "content": WISH}
    refused = await story.tries(ONE, "data-requests", body)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "gezag-onbekend")
    await asks(story, ONE, "bezwaar")  # to object each parent with gezag is free
    gezag(world, "tijn", TWO, "nee")
    assert (await asks(story, ONE))["status"] == "open"


async def test_at_thirteen_the_youth_waits_for_who_has_gezag_and_asks_it_not_alone(world: World) -> None:
    """Jeugdwet 7.3.15, domain.md §4: van 12 tot 16 beiden; wie gezag heeft wordt eerst nagegaan."""
    story = await at_research(world, YOUTH)
    body = {"kind": "vernietiging", "organisationId": organisation_id(SCHOOL), "content": WISH}
    before = await asks(story, YOUTH)
    for who in PARENTS:
        await joins(story, who, before)
    await guarded(world, YOUTH, kind="niet_te_bepalen")
    refused = await story.tries(YOUTH, "data-requests", body)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "gezag-onbekend")
    assert "uitspraak" in refused.json()["detail"]
    assert (await answers(story, HEAD, before)).status_code == 409  # nor is what was asked before carried out
    await guarded(world, YOUTH, kind="eenhoofdig_ouderlijk_gezag", holders=(ONE,))
    assert (await asks(story, YOUTH))["waitsFor"] == [str(world[ONE].id)]
    await guarded(world, YOUTH, by=PROTECTION)
    refused = await story.tries(YOUTH, "data-requests", body)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "niet-samen-gevraagd")


async def test_an_organisation_answers_and_nobody_else_knows_of_it(world: World) -> None:
    story = await at_research(world)
    request = await asks(story, ONE, "bezwaar")
    path = f"/data-requests/{request['id']}"
    assert [(await world[who].get(path)).status_code for who in (TWO, STRANGER, TEACHER)] == [404, 403, 403]
    assert (await world[HEAD].seen("/data-requests"))["items"][0]["youngPerson"]["givenName"] == "Mila"
    for log in (f"{story.path}/access-log", "/me/access-log"):
        assert request["id"] not in str(await world[TWO].seen(f"{log}?limit=100"))
        assert "verzoek" not in str(await world[TWO].seen(f"{log}?limit=100"))
    assert (await answers(story, HEAD, request, "geweigerd", refusalGround="dwingende_reden")).status_code == 201
    told = await seen(story, ONE, request)
    assert (told["status"], told["refusalGround"], told["reason"]) == (
        "geweigerd",
        "dwingende_reden",
        "Wij hebben dit afgewogen.",
    )
    again = await answers(story, HEAD, request)
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "al-beslist")


@pytest.mark.parametrize("ground", [None, "klopt_wel", "dwingende_reden"])
async def test_to_destroy_is_refused_on_a_ground_of_the_law_alone(world: World, ground: str | None) -> None:
    """Jeugdwet 7.3.9: a considerable interest of another, or the law. Nothing else."""
    story = await at_research(world)
    request = await asks(story, ONE)
    await joins(story, TWO, request)
    more = {} if ground is None else {"refusalGround": ground}
    refused = await answers(story, HEAD, request, "geweigerd", **more)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["location"] == "/refusalGround"
    assert (await answers(story, HEAD, request, "geweigerd", refusalGround="belang_van_ander")).status_code == 201


async def test_what_was_wrong_is_put_right_beside_it_for_whoever_reads_it(world: World) -> None:
    story = await at_research(world)
    note = next(each for each in (await story.dossier(ONE))["notes"] if each["content"] == TALK)
    request = await asks(story, ONE, "correctie", aboutType="note", aboutId=note["id"])
    assert (await answers(story, HEAD, request)).status_code == 400  # how it should be is missing
    assert (await answers(story, HEAD, request, rectification="Zij leest liever zelf.")).status_code == 201
    for who in (ONE, TWO, TEACHER):
        (right,) = (await story.dossier(who))["statements"]
        assert (right["kind"], right["aboutId"], right["content"]) == (
            "rectificatie",
            note["id"],
            "Zij leest liever zelf.",
        )


async def test_a_correction_goes_to_who_wrote_it_and_only_about_what_the_asker_sees(world: World) -> None:
    story = await at_research(world)
    note = (await story.dossier(ONE))["notes"][0]["id"]
    other = {"kind": "correctie", "content": WISH, "aboutType": "note"}
    asked = [
        other | {"organisationId": organisation_id(YOUTH_HEALTH), "aboutId": note},
        other | {"organisationId": organisation_id(SCHOOL), "aboutId": str(world[ONE].id)},
        {"kind": "bezwaar", "content": WISH, "organisationId": organisation_id(YOUTH_HEALTH)},
        other | {"organisationId": organisation_id(SCHOOL)},
    ]
    assert [(await story.tries(ONE, "data-requests", body)).status_code for body in asked] == [400] * 4
    assert HEALTH not in str(await world[NURSE].get(f"{story.path}/statements"))


async def test_what_is_granted_in_part_names_what_goes(world: World) -> None:
    """Jeugdwet 7.3.9: geweigerd wordt alleen wat een ander schaadt; de rest gaat weg."""
    story = await at_research(world)
    note = (await story.dossier(ONE))["notes"][0]["id"]
    request = await asks(story, ONE)
    await joins(story, TWO, request)
    part = {"refusalGround": "belang_van_ander"}
    foreign = str(world[ONE].id)
    for wrong, code in (
        ({}, "deel_ontbreekt"),
        ({"grantedIds": [note, foreign]}, "niet_gevonden"),
    ):
        refused = await answers(story, HEAD, request, "deels", **part, **wrong)
        assert (refused.status_code, [each["code"] for each in refused.json()["errors"]]) == (400, [code])
    whole = await answers(story, HEAD, request, grantedIds=[note])
    assert [each["code"] for each in whole.json()["errors"]] == ["past_niet"]
    told = (await answers(story, HEAD, request, "deels", **part, grantedIds=[note])).json()
    assert (told["status"], told["grantedIds"], told["grantedCategories"]) == ("deels", [note], [])
    assert (await seen(story, ONE, request))["grantedIds"] == [note]


async def test_an_answer_that_comes_due_is_said_once_and_never_what_was_asked(world: World, database: Database) -> None:
    story = await at_research(world)
    request = await asks(story, ONE, "bezwaar")
    with psycopg.connect(world.owner_dsn, autocommit=True) as owner:
        for days in (40, 10, 10, 0, -1, -1):
            owner.execute("update data_requests set due_on = app_today() + %s", (days,))
            async with await psycopg.AsyncConnection.connect(database.worker_dsn) as worker:
                await tell_answers_due(worker)
        told = owner.execute(
            "select object_id::text, data from outbox where type = 'deadline.data-request' order by id"
        ).fetchall()
    assert told == [(request["id"], {"kind": "bezwaar", "when": when}) for when in ("before", "at", "passed")]
    assert (await seen(story, ONE, request))["overdue"] is True
    assert date.fromisoformat(request["dueOn"]) > date.fromisoformat(request["createdAt"][:10]) + timedelta(days=26)


async def test_whoever_reads_a_request_is_told_how_it_stands_and_what_to_do(world: World) -> None:
    story = await at_research(world, YOUTH)
    request = await asks(story, ONE)
    assert [each["text"] for each in request["operations"]] == ["Mijn verzoek intrekken."]
    waited = "Dit moet samen worden gevraagd. Er wordt gewacht op: "
    for who, for_whom in ((TWO, "Joep en u"), (YOUTH, "u")):
        told = await seen(story, who, request)
        assert told["statusText"].startswith(f"{waited}{for_whom}. ")
        yes = told["operations"][0]
        await world[who].made(yes["href"].removeprefix("/v1"), yes["fields"])
    told = await seen(story, HEAD, request)
    (answer,) = told["operations"]
    assert told["statusText"].startswith("Basisschool De Verzonnen Vlieger moet antwoorden, uiterlijk op ")
    body = {"decision": "geweigerd", "refusalGround": next(iter(answer["choices"]["refusalGround"])), "reason": "Nee."}
    await world[HEAD].made(answer["href"].removeprefix("/v1"), body)
    told = await seen(story, ONE, request)
    assert "(Jeugdwet 7.3.9)" in told["statusText"]
    assert "Autoriteit Persoonsgegevens" in told["statusText"]
    assert told["operations"] == []
