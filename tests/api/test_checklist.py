"""The checklist of a meeting: its questions, who answers, who reads what, the report that waits (002:138-151)."""

import pytest

from tests.scenarios.follower import Follower, Goal, Json
from tests.scenarios.test_walks_utrecht import FOUND, TO_TABLE, opened
from tests.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

OPEN = {"answer": "besproken", "remark": "Ilse belt vrijdag met de ouders."}


async def at_the_table(world: World) -> tuple[Follower, str]:
    """A case in the step of the actietafel, with one planned, to which a parent was invited."""
    walk = await opened(world, Goal(FOUND, TO_TABLE[:3]), "leerkracht")
    await walk.walk(until="actietafel")
    planned = {"kind": "actietafel", "plannedAt": "2026-11-25T13:30:00+01:00"}
    meeting: Json = await walk.done_by(world["intern-begeleider"], "POST", f"{walk.path}/meetings", planned)
    parent = {"guardianId": str(world["ouder-een"].id)}
    await walk.done_by(world["intern-begeleider"], "POST", f"/meetings/{meeting['id']}/invitations", parent)
    return walk, f"/meetings/{meeting['id']}"


async def test_the_questions_stand_open_in_the_order_of_the_route(world: World) -> None:
    """002:140-151; in English on request."""
    _, path = await at_the_table(world)
    checklist = await world["ouder-een"].seen(f"{path}/checklist")
    assert (checklist["checklist"], checklist["complete"]) == ("is_alles_besproken", False)
    assert [each["answer"] for each in checklist["items"]] == [None] * 12
    assert checklist["items"][3]["question"] == "Wie is de regiehouder?"
    english = await world["ouder-een"].get(f"{path}/checklist", Accept_Language="en")
    assert english.json()["items"][3]["question"] == "Who is the regiehouder?"


async def test_the_report_is_refused_with_every_open_question(world: World) -> None:
    """002:138: is alles besproken? Each reason is the request that answers its question."""
    _, path = await at_the_table(world)
    convener = world["intern-begeleider"]
    [invitation] = (await convener.seen(path))["invitations"]
    report = {
        "heldAt": "2026-11-25T13:30:00+01:00",
        "attendance": [{"invitationId": invitation["id"], "present": True}],
    }
    refused = await convener.post(f"{path}/report", report)
    assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[1]) == (409, "checklist-open")
    reasons = refused.json()["reasons"]
    assert len(reasons) == 12
    for reason in reasons:
        operation = reason["operation"]
        body = {**operation["fields"], "answer": operation["choices"]["answer"][0]} if operation["choices"] else {}
        body = {**operation["fields"], **body, "remark": "Samen besproken."}
        path_asked = operation["href"].removeprefix("/v1")
        assert (await convener.ask(operation["method"], path_asked, body)).status_code == 201
    assert (await convener.seen(f"{path}/checklist"))["complete"] is True
    assert (await convener.post(f"{path}/report", report)).status_code == 201


async def test_the_newest_answer_counts_and_only_a_fitting_one(world: World) -> None:
    _, path = await at_the_table(world)
    convener = world["intern-begeleider"]
    first = await convener.made(f"{path}/checklist", {"item": "leerling_verteld", "answer": "nee"})
    assert first["items"][0]["answer"] == "nee"
    again = await convener.made(f"{path}/checklist", {"item": "leerling_verteld", "answer": "deels"})
    assert again["items"][0]["answer"] == "deels"
    for body, codes in (
        ({"item": "leerling_verteld", "answer": "besproken"}, {"antwoord_past_niet"}),
        ({"item": "afspraken", "answer": "ja"}, {"antwoord_past_niet", "antwoord_ontbreekt"}),
        ({"item": "afspraken", "answer": "besproken"}, {"antwoord_ontbreekt"}),
        ({"item": "weet_ik_niet", "answer": "ja"}, {"onbekende_vraag"}),
    ):
        refused = await convener.post(f"{path}/checklist", body)
        assert refused.status_code == 400, body
        assert {each["code"] for each in refused.json()["errors"]} == codes


async def test_a_parent_who_was_invited_answers_and_one_who_was_not_does_not(world: World) -> None:
    """002:141: heeft de ouder alles kunnen vertellen?"""
    _, path = await at_the_table(world)
    body = {"item": "ouder_verteld", "answer": "ja"}
    assert (await world["ouder-een"].post(f"{path}/checklist", body)).status_code == 201
    refused = await world["ouder-twee"].post(f"{path}/checklist", body)
    assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[1]) == (403, "niet-toegestaan")
    assert (await world["andere-school"].post(f"{path}/checklist", body)).status_code == 404


async def test_that_it_was_answered_is_process_and_what_was_remarked_is_not(world: World) -> None:
    """A remark of the school is about learning: the gezinswerker, with consent about home alone, does not read it."""
    walk, path = await at_the_table(world)
    answer = {"item": "afspraken", **OPEN}
    assert (await world["intern-begeleider"].post(f"{path}/checklist", answer)).status_code == 201
    item = (await world["ouder-een"].seen(f"{path}/checklist"))["items"][6]
    assert (item["item"], item["remark"], item["withheld"]) == ("afspraken", OPEN["remark"], [])
    slow = {"kind": "vertraging", "addressedTo": "leidinggevenden_kernpartners", "reason": "Het duurt te lang."}
    await walk.done_by(world["ouder-een"], "POST", f"{walk.path}/escalations", slow)
    told = await world["leidinggevende-leerplicht"].get(f"{path}/checklist")
    assert told.status_code == 200
    item = told.json()["items"][6]
    assert (item["answer"], item["remark"], item["withheld"]) == ("besproken", None, ["remark"])
    assert OPEN["remark"] not in told.text


async def test_after_the_report_nothing_is_answered_any_more(world: World) -> None:
    walk, path = await at_the_table(world)
    walk.goal = Goal(FOUND)
    convener = world["intern-begeleider"]
    for each in (await convener.seen(f"{path}/checklist"))["items"]:
        answer = "ja" if each["answerKind"] == "ja_nee" else "besproken"
        await convener.made(f"{path}/checklist", {"item": each["item"], "answer": answer, "remark": "Besproken."})
    [invitation] = (await convener.seen(path))["invitations"]
    report = {
        "heldAt": "2026-11-25T13:30:00+01:00",
        "attendance": [{"invitationId": invitation["id"], "present": True}],
    }
    await convener.made(f"{path}/report", report)
    late = await convener.post(f"{path}/checklist", {"item": "leerling_verteld", "answer": "ja"})
    assert (late.status_code, late.json()["type"].rsplit(":", 1)[1]) == (409, "al-gehouden")


async def test_a_meeting_without_a_checklist_has_no_questions(world: World) -> None:
    walk, _ = await at_the_table(world)
    planned = {"kind": "groot_overleg", "plannedAt": "2026-11-25T13:30:00+01:00"}
    meeting = await walk.done_by(world["intern-begeleider"], "POST", f"{walk.path}/meetings", planned)
    checklist = await world["intern-begeleider"].seen(f"/meetings/{meeting['id']}/checklist")
    assert (checklist["checklist"], checklist["complete"], checklist["items"]) == (None, True, [])
    body = {"item": "afspraken", **OPEN}
    refused = await world["intern-begeleider"].post(f"/meetings/{meeting['id']}/checklist", body)
    assert [each["code"] for each in refused.json()["errors"]] == ["onbekende_vraag"]
