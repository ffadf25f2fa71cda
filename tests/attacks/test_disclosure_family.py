"""Inside a case, where everybody may see something: what one of the family keeps, who said no, what was decided apart.

The attacker has a part in the case and reads all that he or she may read, before and after, or of two cases alike: what
must stay hidden changes no byte of it, no version, no page, no line of the log.
"""

import json
import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import psycopg
import pytest

from app.demo.people import SOCIAL_TEAM, YOUTH_HEALTH
from app.demo.seed import known_id
from app.domain.actors import Role
from tests.attacks.test_disclosure_outsiders import quick, told
from tests.attacks.test_forgery import cursor_of
from tests.attacks.test_meldcode_hidden import reads_about_one
from tests.policy.arranging import (
    CASEMANAGER,
    HEALTH,
    IB,
    NURSE,
    ONE,
    PARENTS,
    STAGNATION,
    TEACHER,
    TWO,
    YOUTH,
    Story,
    a_case,
    at_research,
    in_conflict,
    newcomer,
    researched,
    signal_body,
    talk_body,
    turned,
    with_nurse,
    with_stagnation_point,
)
from tests.policy.matrix import Situation, scene
from tests.world import Json, Person, World

pytestmark = pytest.mark.anyio

KEPT = "Verzonnen: dit is alleen van mij."
MINE = ("/cases", "/me/cases", "/me/tasks", "/me", "/me/consents", "/me/meetings", "/me/children", "/young-people")


@pytest.fixture(autouse=True)
def compared(world: World) -> None:
    """Answers are compared here; that they are as the contract says is held elsewhere."""
    for person in world.people.values():
        quick(person)


async def all_of_it(who: Person, story: Story) -> dict[str, tuple[int, str, str | None]]:
    """Everything that somebody can read of a case and in his or her lists, but for logs and exports, which hold one."""
    found = {}
    for path in (*reads_about_one(), *MINE, "/me/cases/{caseId}"):
        if path.endswith(("access-log", "export", "document")):
            continue
        asked = path.replace("{caseId}", story.id).replace("{youngPersonId}", str(known_id(story.child)))
        response = await who.get(asked)
        text = re.sub(r"urn:uuid:[0-9a-f-]+", "", response.text)
        found[asked] = response.status_code, text, response.headers.get("etag")
    return found


async def log_of(who: Person, story: Story) -> list[tuple[str, ...]]:
    """What others did in the case, as this person reads it: in the log of the case, and in words in the own."""
    items = (await who.seen(f"{story.path}/access-log?limit=100"))["items"]
    words = (await who.seen("/me/access-log?limit=100"))["items"]
    return [
        (each["action"], each["outcome"], each["objectType"], str(each["objectId"]))
        for each in items
        if each["actorId"] != str(who.id)
    ] + [(each["who"], each["what"]) for each in words if each["caseId"] == story.id and each["who"] != "uzelf"]


def own(who: str, given_by: str = "ouder") -> Json:
    # Of a kind that was not signalled before, so that the route asks something else for it.
    return signal_body("leefvraag", given_by, KEPT) | {"privateOf": str(known_id(who))}


async def keeps(story: Story, who: str, given_by: str = "ouder") -> set[str]:
    """Somebody of the family keeps a signal, a statement and what was said to the teacher: the ids."""
    private = {"privateOf": str(known_id(who))}
    made = [
        await story.add(who, "signals", own(who, given_by)),
        await story.add(who, "statements", {"content": KEPT, "category": "leven", **private}),
        await story.add(TEACHER, "notes", talk_body("oudergesprek", KEPT) | private),
    ]
    return {each["id"] for each in made}


async def pages(who: Person, path: str) -> list[int]:
    """How many stand on each page of one, read to the end."""
    sizes, cursor = [], ""
    while True:
        page = await who.seen(f"{path}?limit=1{cursor}")
        sizes.append(len(page["items"]))
        if page["next"] is None:
            return sizes
        cursor = f"&cursor={page['next']}"


# --- What each of the family keeps ------------------------------------------------------------------------------------


async def test_nothing_that_a_parent_reads_changes_by_what_the_other_keeps(world: World) -> None:
    story = await at_research(world)
    two = world[TWO]
    before, log = await all_of_it(two, story), await log_of(two, story)
    sizes = {part: await pages(two, f"{story.path}/{part}") for part in ("signals", "notes", "statements")}
    kept = await keeps(story, ONE)
    # What does not come through is nobody's business either.
    await story.tries(ONE, "statements", {"content": KEPT, "category": "leven", "privateOf": str(known_id(TWO))})
    await world[ONE].get(f"/statements/{max(kept)}")
    assert await all_of_it(two, story) == before
    assert await log_of(two, story) == log
    assert {part: await pages(two, f"{story.path}/{part}") for part in sizes} == sizes
    nothing = UUID("01900000-0000-7000-8000-00000000dead")
    gone = told(await two.get(f"/statements/{nothing}"))
    assert [told(await two.get(f"/statements/{each}")) for each in kept] == [gone] * len(kept)
    # A place in the list of the other is a place like any.
    for part in sizes:
        for each in kept:
            page = await two.get(f"{story.path}/{part}?limit=100&cursor={cursor_of(UUID(each))}")
            assert KEPT not in page.text
            assert page.json()["next"] is None
    assert KEPT in (await world[ONE].get(f"{story.path}/dossier")).text


async def test_nothing_that_a_parent_reads_changes_by_what_a_youth_of_twelve_keeps(world: World) -> None:
    story = await at_research(world, "jeugdige")
    turned(world, "jeugdige", 12)
    before = {parent: (await all_of_it(world[parent], story), await log_of(world[parent], story)) for parent in PARENTS}
    await keeps(story, YOUTH, "jeugdige")
    tried: list[Json] = [own(ONE, "jeugdige"), own(YOUTH, "ouder"), {}]
    for refused in tried:
        assert (await story.tries(YOUTH, "signals", refused)).status_code == 400
    await world[YOUTH].get(f"{story.path}/access-log")
    for parent in PARENTS:
        assert (await all_of_it(world[parent], story), await log_of(world[parent], story)) == before[parent], parent


# --- Another decides than usually -------------------------------------------------------------------------------------


async def test_no_line_of_the_log_tells_parents_that_care_decided_apart_from_them(world: World) -> None:
    """Jeugdwet 7.3.4, 7.3.15: at 12 to 15 care may go on without the parents; they do not read in a log that it did."""
    turned(world, "jeugdige", 13)
    story, _ = await with_nurse(world, "jeugdige", yes=(*PARENTS, YOUTH))
    asked = await story.asks(YOUTH_HEALTH, ("gezondheid",), yes=(*PARENTS, YOUTH))
    before = {parent: (await all_of_it(world[parent], story), await log_of(world[parent], story)) for parent in PARENTS}
    for kind in ("ernstig_nadeel", "geen"):
        body = {"kind": kind, "motivation": KEPT}
        await world[NURSE].made(f"/consents/{asked}/exceptions", body)
    assert (await world[IB].post(f"/consents/{asked}/exceptions", body)).status_code == 403
    for parent in PARENTS:
        assert (await all_of_it(world[parent], story), await log_of(world[parent], story)) == before[parent], parent
    assert ("consent.except", "toegestaan", "consent", asked) in await log_of(world[YOUTH], story)
    # A considered wish comes after a refusal: then too nothing says so.
    await story.answers(TWO, asked, "geweigerd")
    seen = {parent: (await all_of_it(world[parent], story), await log_of(world[parent], story)) for parent in PARENTS}
    wish = {"kind": "weloverwogen_wens", "motivation": KEPT}
    assert (await world[NURSE].made(f"/consents/{asked}/exceptions", wish))["inForce"]
    for parent in PARENTS:
        assert (await all_of_it(world[parent], story), await log_of(world[parent], story)) == seen[parent], parent


HELP = "oin:00000004444444444000"


async def test_parents_do_not_see_whom_an_exception_lets_in_nor_what_these_do(world: World) -> None:
    """Jeugdwet 7.3.4 lid 2, 7.3.15 lid 4: hulp gaat zonder de ouders door, en nergens blijkt hun dat zij er is.

    The same case before and after: another decided, help was let in, read, talked, judged, met and planned.
    """
    owner = psycopg.connect(world.owner_dsn, autocommit=True)
    with owner:
        owner.execute(
            "insert into organisations (id, code, kind, name) values (%s, %s, 'jgz', 'Hulp Verzonnen')",
            (known_id(HELP), HELP),
        )
    helper = newcomer(world, "jeugdverpleegkundige", HELP)
    quick(world[helper])
    story = await a_case(world, YOUTH, by=NURSE)
    asked = await story.asks(HELP, ("gezondheid", "leven"), by=NURSE)
    await story.answers(YOUTH, asked)
    await story.answers(TWO, asked, "geweigerd")
    steps = await world[NURSE].seen(f"{story.path}/next-steps")
    before = {who: await everything(world[who], story) for who in PARENTS}

    await world[NURSE].made(f"/consents/{asked}/exceptions", {"kind": "ernstig_nadeel", "motivation": KEPT})
    let_in = await story.add(
        NURSE,
        "participants",
        {"organisationId": str(known_id(HELP)), "role": "jeugdverpleegkundige", "ground": "toestemming"},
    )
    assert KEPT not in (await world[helper].get(f"{story.path}/dossier")).text
    signal = await story.add(helper, "signals", signal_body("leefvraag", content=KEPT))
    await story.finds(helper, "jgz_uitkomst", "advies", content=KEPT)
    await story.add(helper, "notes", talk_body("gesprek", KEPT))
    assert (await story.dossier(YOUTH))["participants"] != (await story.dossier(ONE))["participants"]
    assert "Hulp Verzonnen" in (await world[YOUTH].get(f"/me/cases/{story.id}")).text
    # Where the case stands is read by all, so it is not moved from here, nor is anybody called in.
    call = {"kind": "stagnatie", "addressedTo": "stagnatiepunt", "reason": "Verzonnen."}
    assert told(await story.tries(helper, "escalations", call))[0] == 403
    for transition in {each["transition"] for each in steps["items"]}:
        assert await story.not_a_step_for(helper, transition), transition

    for who in PARENTS:
        assert await everything(world[who], story) == before[who], who
        for path in (f"/participants/{let_in['id']}", f"/signals/{signal['id']}"):
            assert (await world[who].get(path)).status_code in {404, 405}, path
    # What the route looks at is the same for all, so that no step tells of it.
    assert await world[NURSE].seen(f"{story.path}/next-steps") == steps
    # Once they agree themselves there is nothing to keep from them.
    again = await story.asks(HELP, ("leven",), by=NURSE)
    for who in (*PARENTS, YOUTH):
        await story.answers(who, again)
    assert (await world[ONE].seen(f"/consents/{again}"))["inForce"]
    assert "Hulp Verzonnen" in (await world[ONE].get(f"{story.path}/participants")).text


async def everything(who: Person, story: Story) -> Any:
    """All that somebody reads of a case: every answer, both logs, and the export but for its own reading."""
    export = await who.seen(f"/me/children/{known_id(story.child)}/export")
    cases = [{part: told for part, told in case.items() if part != "log"} for case in export["cases"]]
    return await all_of_it(who, story), await log_of(who, story), json.dumps({**export, "cases": cases})


# --- Who said no, who has not answered --------------------------------------------------------------------------------


async def told_of(who: Person, story: Story, consents: Iterable[str]) -> str:
    """All that somebody reads of a case and its consents, as one text; not who the parents of a pupil are."""
    found = await all_of_it(who, story)
    answers = [await who.get(f"/consents/{each}") for each in consents]
    read = [text for path, (_, text, _) in found.items() if "/young-people" not in path]
    return "".join(read + [each.text for each in answers])


async def test_who_watches_the_process_does_not_learn_which_of_the_family_refuses_or_is_silent(world: World) -> None:
    """That consent holds or waits is of the process; that somebody said no, and who, is of the family."""
    story, _ = await with_stagnation_point(world)
    asked = [
        await story.asks(YOUTH_HEALTH, ("leren",), yes=(ONE,), no=(TWO,)),
        await story.asks(SOCIAL_TEAM, ("leven",), yes=(ONE,)),
        await story.asks(YOUTH_HEALTH, ("leren",), yes=(ONE,)),
    ]
    text = await told_of(world[STAGNATION], story, asked)
    assert "wacht_op" in text
    assert [word for word in ("toestemming_geweigerd", "tegenstrijdig", '"geweigerd"') if word in text] == []
    for parent in PARENTS:
        assert str(known_id(parent)) not in text
    # Whoever asked knows whom: so the test can fail.
    read = await told_of(world[IB], story, asked)
    assert str(known_id(TWO)) in read
    assert "tegenstrijdig" in read


async def test_that_the_other_parent_refuses_reads_as_that_the_answer_is_lacking(world: World) -> None:
    """What a parent reads does not change by the no of the other, nor by its being taken back; «wachten op» stays."""
    story = await at_research(world)
    asked = [await story.asks(YOUTH_HEALTH, ("gezondheid",), yes=(ONE,)), await story.asks(SOCIAL_TEAM, ("leven",))]
    before = await everything(world[ONE], story)
    for each in asked:
        await story.answers(TWO, each, "geweigerd")
    assert await everything(world[ONE], story) == before
    mine = await world[ONE].seen(f"/consents/{asked[0]}")
    assert (mine["status"], mine["reason"], mine["waitsFor"]) == (
        "wacht_op",
        "toestemming_onvolledig",
        [str(known_id(TWO))],
    )
    assert [each["giverId"] for each in mine["answers"]] == [str(known_id(ONE))]
    # Each knows the own answer, and who works with them both.
    assert (await world[TWO].seen(f"/consents/{asked[0]}"))["status"] == "geweigerd"
    assert (await world[IB].seen(f"/consents/{asked[0]}"))["status"] == "tegenstrijdig"
    # Nor does the other learn what was answered by the own no.
    other = await everything(world[TWO], story)
    await story.answers(ONE, asked[1], "geweigerd")
    assert await everything(world[TWO], story) == other


async def test_who_lives_with_the_other_parent_is_not_shown_nor_that_they_are_in_conflict(world: World) -> None:
    story = await at_research(world)
    path = f"/young-people/{known_id('mila')}/guardians"
    before = {who: (await world[who].get(path)).text for who in PARENTS}
    carer = {"displayName": "Partner Verzonnen", "relation": "verzorger", "gezag": "nee"}
    looked_up = {"evidence": "verklaring", "evidenceDate": "2026-11-02"}
    tie = await world[IB].made(path, {**carer, **looked_up, "conflict": True})
    in_conflict(world, "mila")
    for who in PARENTS:
        assert (await world[who].get(path)).text == before[who]
        assert (await world[who].get(f"/guardians/{tie['id']}")).status_code == 404
        assert "Partner Verzonnen" not in str(await everything(world[who], story))
    seen = await world[IB].seen(path)
    assert "Partner Verzonnen" in str(seen)
    assert {each["conflict"] for each in seen["items"]} == {True}


async def test_a_refusal_of_one_parent_reads_as_that_of_the_other(world: World) -> None:
    stories = []
    for refuses in PARENTS:
        story, _ = await with_stagnation_point(world)
        stories.append((story, await story.asks(YOUTH_HEALTH, ("leren",), no=(refuses,))))
    texts = []
    for story, asked in stories:
        answer = await world[STAGNATION].get(f"/consents/{asked}")
        steps = await world[STAGNATION].get(f"{story.path}/next-steps")
        diagram = await world[STAGNATION].get(f"{story.path}/diagram")
        assert {answer.status_code, steps.status_code, diagram.status_code} == {200}
        text = answer.text + steps.text + diagram.text
        texts.append(
            re.sub(r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "moment", re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4,12}){4}", "id", text))
        )
    assert texts[0] == texts[1]


async def test_an_organisation_does_not_learn_of_consent_before_it_has_a_part(world: World) -> None:
    """A recipient that was asked for, refused, or agreed to, and not called in yet, finds nothing either way."""
    answers = []
    for yes, no in (((), ()), (PARENTS, ()), ((ONE,), (TWO,))):
        story = await at_research(world)
        asked = await story.asks(YOUTH_HEALTH, ("leren",), yes=yes, no=no)
        paths = (story.path, f"{story.path}/consents", f"/consents/{asked}", "/cases", "/me/tasks")
        answers.append([told(await world[NURSE].get(path)) for path in paths])
    assert answers[0] == answers[1] == answers[2]


# --- Sixteen and seventeen --------------------------------------------------------------------------------------------


async def test_nothing_a_parent_reads_at_sixteen_changes_by_care(world: World) -> None:
    """Jeugdwet 7.3.5, 7.3.11: who helps, with what and on whose yes is the youth's own; also that there is any."""
    turned(world, "jeugdige", 16)
    story = await at_research(world, "jeugdige")
    one = world[ONE]
    before = await all_of_it(one, story)
    asked = await story.asks(YOUTH_HEALTH, ("leren", "gezondheid"), yes=(YOUTH,))
    await story.step(IB, "jgz_raadplegen")
    await story.finds(NURSE, "jgz_uitkomst", "advies", content=HEALTH)
    await story.add(YOUTH, "statements", {"content": KEPT, "category": "gezondheid"})
    await story.escalates(IB)
    assert (await world[NURSE].get(story.path)).status_code == 200
    assert await all_of_it(one, story) == before
    nowhere = told(await one.get("/consents/01900000-0000-7000-8000-00000000dead"))
    assert told(await one.get(f"/consents/{asked}")) == nowhere
    assert (await one.get(f"{story.path}/access-log")).status_code == 403
    # What was let seen and taken back leaves nothing: the same to the byte, the version too.
    for seen in (["gezondheid"], []):
        await world[YOUTH].made("/me/sight", {"guardianId": str(known_id(ONE)), "dataCategories": seen})
        assert (HEALTH in str(await all_of_it(one, story))) == bool(seen)
    assert await all_of_it(one, story) == before


async def test_a_plan_does_not_tell_a_parent_at_sixteen_who_leads_and_why(world: World) -> None:
    """That care holds the regie tells that there is care: as in the case itself, it is of the process."""
    at = await scene(world, Role.OUDER, Situation.CHILD_OF_16)
    for table, reason in (("plans", "regie_reason"), ("cases", "regie_reason")):
        await _as_owner(
            world,
            f"update {table} set regie = 'zorg', {reason} = %s where {'case_id' if table == 'plans' else 'id'} = %s",
            KEPT,
            at.ids["case"],
        )
    parent = quick(at.caller)
    for path in (f"/cases/{at.ids['case']}/plans", f"/plans/{at.ids['plan']}", f"/cases/{at.ids['case']}/dossier"):
        response = await parent.get(path)
        assert response.status_code == 200
        assert KEPT not in response.text
        assert '"regie" : "zorg"' not in response.text
    plan = await parent.seen(f"/plans/{at.ids['plan']}")
    assert {"regie", "regieReason"} <= set(plan["withheld"])


async def _as_owner(world: World, statement: str, *values: Any) -> None:
    async with await psycopg.AsyncConnection.connect(world.owner_dsn) as owner:
        done = await owner.execute(statement.encode(), values)
        assert done.rowcount


# --- What was open and is not -----------------------------------------------------------------------------------------


async def test_after_a_withdrawal_nothing_that_the_recipient_kept_opens_anything(world: World) -> None:
    """Versions, places, keys and every door of the case: as for one that never was, and as for a child without one."""
    story, consent = await with_nurse(world)
    nurse = world[NURSE]
    etags = {path: (await nurse.get(path)).headers["etag"] for path in (story.path, f"{story.path}/dossier")}
    page = (await nurse.seen(f"{story.path}/participants?limit=1"))["next"]
    assert page
    said = signal_body(content=HEALTH)
    await nurse.made(f"{story.path}/signals", said, Idempotency_Key="voor-intrekking")
    await story.withdraws(ONE, consent)
    never = "/cases/01900000-0000-7000-8000-00000000dead"
    for path, etag in etags.items():
        gone = told(await nurse.get(path.replace(story.path, never)))
        assert told(await nurse.get(path, If_None_Match=etag)) == gone
        assert told(await nurse.get(path, If_None_Match="*")) == gone
    ended, other = [await nurse.get(f"{each}/participants?limit=1&cursor={page}") for each in (story.path, never)]
    assert told(ended) == told(other)
    replays = [
        await nurse.post(f"{each}/signals", said, Idempotency_Key=key)
        for each, key in ((story.path, "voor-intrekking"), (story.path, "nieuw"), (never, "ook-nieuw"))
    ]
    assert told(replays[0]) == told(replays[1]) == told(replays[2])
    assert HEALTH not in replays[0].text
    for path in reads_about_one():
        if "{caseId}" in path:
            first, second = [
                told(await nurse.get(path.replace("/cases/{caseId}", each))) for each in (story.path, never)
            ]
            assert first == second, path
    for listed in ("/cases", "/me/cases", "/me/tasks", f"/cases?cursor={cursor_of(UUID(int=2**128 - 1))}"):
        assert story.id not in (await nurse.get(listed)).text


async def test_an_emergency_that_is_not_told_shows_nowhere_in_what_the_family_reads(world: World) -> None:
    """Neither in the log nor by a gap in its pages, while telling it is not safe."""
    story = await researched(world)
    before = {parent: (await all_of_it(world[parent], story), await log_of(world[parent], story)) for parent in PARENTS}
    unsafe = {"reason": "Verzonnen: het kind is weg.", "unsafeReason": "Verzonnen: dan vindt een ouder het eerder."}
    access = await world[CASEMANAGER].made("/emergency-accesses", {"youngPersonId": str(known_id("mila")), **unsafe})
    for path in (story.path, f"{story.path}/dossier", f"{story.path}/notes", f"/young-people/{known_id('mila')}"):
        assert (await world[CASEMANAGER].get(path)).status_code == 200
    for parent in PARENTS:
        assert (await all_of_it(world[parent], story), await log_of(world[parent], story)) == before[parent], parent
        sizes = await pages(world[parent], f"{story.path}/emergency-accesses")
        assert sizes == [0]
        # Each page of the log that was not the last holds its line.
        assert set(await pages(world[parent], f"{story.path}/access-log")) == {1}
        assert (await world[parent].get(f"/emergency-accesses/{access['id']}")).status_code in {403, 404}


async def test_a_case_that_a_house_left_is_gone_for_it(world: World) -> None:
    """Whoever let go finds no trace of it, with the version of before either."""
    story = await a_case(world, by=TEACHER)
    swv = {"organisationId": str(known_id("swv:PO2001")), "role": "swv_coordinator", "ground": "swv_taak"}
    involved = await story.add(IB, "participants", swv | {"motivation": "Verzonnen."})
    helper = world["swv-coordinator"]
    etag = (await helper.get(story.path)).headers["etag"]
    ended = await helper.ask("DELETE", f"/participants/{involved['id']}", If_Match="*")
    assert ended.status_code == 204, ended.text
    gone = told(await helper.get("/cases/01900000-0000-7000-8000-00000000dead"))
    assert told(await helper.get(story.path, If_None_Match=etag)) == gone
    assert told(await helper.get(f"/participants/{involved['id']}")) == gone
    assert story.id not in (await helper.get("/cases")).text


# Last: after it this parent has no gezag any more.
async def test_a_parent_whose_gezag_ended_reads_nothing_and_no_old_place_or_key_helps(world: World) -> None:
    story = await at_research(world)
    two = world[TWO]
    etag = (await two.get(story.path)).headers["etag"]
    page = (await two.seen(f"{story.path}/access-log?limit=1"))["next"]
    said = signal_body("leefvraag", "ouder", "Verzonnen.")
    await world[TWO].made(f"{story.path}/signals", said, Idempotency_Key="toen")
    changed = {"gezag": "nee", "evidence": "gezagsregister", "evidenceDate": "2026-11-02"}
    answer = await world[IB].ask("PATCH", f"/guardians/{known_id('mila:ouder-twee')}", changed, If_Match="*")
    assert answer.status_code == 200, answer.text
    gone = told(await two.get("/cases/01900000-0000-7000-8000-00000000dead"))
    assert told(await two.get(story.path, If_None_Match=etag)) == gone
    assert told(await two.get(f"{story.path}/access-log?limit=1&cursor={page}"))[0] == 404
    assert (await two.post(f"{story.path}/signals", said, Idempotency_Key="toen")).status_code == 404
    for status, text, _ in (await all_of_it(two, story)).values():
        assert status in {200, 403, 404}
        assert story.id not in text
        assert str(known_id("mila")) not in text
