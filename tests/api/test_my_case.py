"""The family's side: the own case in plain words, who looked and why, statements of one's own."""

from typing import Any

import pytest

from app.demo.people import SCHOOL, YOUTH_HEALTH
from app.demo.seed import known_id
from app.domain.policy import Action
from app.services import plain_words
from tests.policy.arranging import (
    HOME,
    IB,
    NURSE,
    ONE,
    PARENTS,
    TEACHER,
    TWO,
    YOUTH,
    Story,
    a_case,
    at_research,
    born_on_unknown_day,
    gezag,
    in_conflict,
    organisation_id,
    signal_body,
    turned,
    with_nurse,
)
from tests.world import World

pytestmark = pytest.mark.anyio

OWN = "Zo zien wij het thuis."
CODES = ("onderwijstaak", "intern_begeleider", "toestemming_", "case.read", "jeugdverpleegkundige_")


async def stated(story: Story, who: str, *, private: bool = False) -> str:
    own = str(story.world[who].id) if private else None
    body = {"content": OWN, "category": "leven", "privateOf": own}
    made: str = (await story.add(who, "statements", body))["id"]
    return made


async def reads_it(story: Story, who: str) -> bool:
    """Whether somebody finds the statement: in the list, in the dossier and by its id alike."""
    listed = await story.world[who].seen(f"{story.path}/statements")
    dossier = await story.dossier(who)
    found = OWN in str(listed["items"])
    assert (OWN in str(dossier["statements"])) == found
    return found


async def test_a_parent_reads_the_case_in_words_and_not_in_codes(world: World) -> None:
    story, _ = await with_nurse(world)
    mine = await world[ONE].seen(f"/me/cases/{story.id}")
    assert mine["step"]["meaning"].endswith(".")
    helpers = {each["who"]: each["why"] for each in mine["helpers"]}
    assert helpers["jeugdverpleegkundige, Jeugdgezondheidszorg Verzonnendorp"] == (
        "omdat daarvoor toestemming is gegeven"
    )
    assert {each["title"] for each in mine["coming"]}
    assert mine["withheld"] == []
    assert not [code for code in CODES if code in str({**mine, "id": "", "rights": "", "asked": ""})]
    english = await world[ONE].get(f"/me/cases/{story.id}", Accept_Language="en")
    assert "because consent was given for it" in english.text


async def test_a_question_for_consent_is_asked_of_who_may_answer_and_until_it_is_answered(world: World) -> None:
    story = await at_research(world, YOUTH)
    consent = await story.asks(YOUTH_HEALTH, ("gezondheid",))

    async def asked(who: str) -> list[str]:
        mine = await world[who].seen(f"/me/cases/{story.id}")
        return [each["href"] for each in mine["asked"] if each["kind"] == "toestemming"]

    assert [await asked(who) for who in (ONE, TWO, YOUTH)] == [[f"/v1/consents/{consent}"]] * 3
    await story.answers(YOUTH, consent)
    assert [await asked(who) for who in (ONE, YOUTH)] == [[f"/v1/consents/{consent}"], []]
    await story.answers(ONE, consent, "geweigerd")
    # One no is enough; but that nothing is left to decide would tell the other who refused.
    assert [await asked(who) for who in (ONE, TWO)] == [[], [f"/v1/consents/{consent}"]]


async def test_the_case_in_plain_words_is_the_family_s_alone(world: World) -> None:
    story = await a_case(world)
    assert (await world[TEACHER].get(f"/me/cases/{story.id}")).status_code == 403
    gezag(world, "mila", TWO, "nee")
    assert (await world[TWO].get(f"/me/cases/{story.id}")).status_code == 404
    assert (await world[YOUTH].get(f"/me/cases/{story.id}")).status_code == 404


async def test_parents_of_a_youth_of_sixteen_see_school_and_not_the_rest(world: World) -> None:
    story, _ = await with_nurse(world, YOUTH, yes=(*PARENTS, YOUTH))
    turned(world, YOUTH, 16)
    mine = await world[ONE].seen(f"/me/cases/{story.id}")
    assert (mine["step"], mine["helpers"], mine["asked"]) == (None, [], [])
    assert mine["withheld"] == ["gezondheid", "het leven thuis", "hoe de hulp verloopt", "veiligheid"]
    assert mine["withheldBecause"] == "Joep is 16 of ouder en kiest zelf wat u hiervan ziet. Vraag het Joep."
    assert (await world[ONE].post(f"{story.path}/statements", {"content": OWN})).status_code == 403
    assert (await world[YOUTH].seen(f"/me/cases/{story.id}"))["step"]


async def test_what_comes_next_names_no_way_around_what_stands_open(world: World) -> None:
    story, _ = await with_nurse(world)
    mine = await world[ONE].seen(f"/me/cases/{story.id}")
    steps = (await world[ONE].seen(f"{story.path}/next-steps"))["items"]
    around = {each["title"] for each in steps if {reason["code"] for reason in each["reasons"]} & {"al_betrokken"}}
    assert around
    assert around.isdisjoint(each["title"] for each in mine["coming"])
    assert "volg de gewone weg" not in str(mine)


async def test_whose_something_is_is_told_in_words_to_who_may_not_do_it(world: World) -> None:
    story = await at_research(world, YOUTH)
    step = await story.tries(YOUTH, "transitions", {"transition": "regievoerder_betrekken"})
    stuck = {"kind": "stagnatie", "addressedTo": "samenwerkingsverband", "reason": "Er gebeurt niets (verzonnen)."}
    raised = await story.tries(YOUTH, "escalations", stuck)
    assert (step.status_code, raised.status_code) == (403, 403)
    assert "door: intern begeleider van de school, directie van de school" in step.json()["detail"]
    assert not [each for each in (step, raised) if "_" in each.json()["detail"]]


def test_every_deed_around_a_child_has_words_of_its_own() -> None:
    """But for what is of the house and not of a child, and for the Meldcode, of which no family's log tells."""
    apart = ("binding.", "worker.", "invitation.", "organisation-meeting.", "closure.", "meldcode.")
    told = {action for action in Action if not action.startswith(apart) and not action.endswith((".read", ".search"))}
    assert told <= plain_words.DEEDS.keys()


async def test_why_somebody_else_of_the_family_may_is_not_told_as_if_it_were_the_reader(world: World) -> None:
    story = await at_research(world)
    await story.add(ONE, "signals", signal_body("leefvraag", "ouder"))
    (own,), (others,) = [
        [
            each["why"]
            for each in (await world[who].seen("/me/access-log"))["items"]
            if each["what"] == plain_words.DEEDS[Action.SIGNAL_CREATE].nl
        ]
        for who in (ONE, TWO)
    ]
    assert own == "omdat u beslist over uw kind (gezag)"
    assert others == "omdat een ouder of voogd beslist over het kind (gezag)"


async def test_a_right_that_is_told_is_a_right_in_this_case(world: World) -> None:
    """A parent of a youth of 17 has fewer than one of a child, and is told no more."""
    story, consent = await with_nurse(world, YOUTH, yes=(*PARENTS, YOUTH))
    child = known_id(YOUTH)
    tried: dict[str, tuple[str, str, Any]] = {
        "/me/consents": ("post", f"/consents/{consent}/narrowing", {}),  # refused for what it lacks alone
        "/me/sight": ("get", "/me/sight", None),
        "/me/children": ("get", f"/me/children/{child}/export", None),
        f"/cases/{story.id}/statements": ("post", f"{story.path}/statements", {"content": OWN, "category": "leren"}),
        f"/cases/{story.id}/data-requests": (
            "post",
            f"{story.path}/data-requests",
            {"kind": "bezwaar", "organisationId": organisation_id(SCHOOL), "content": OWN},
        ),
        "/me/access-log": ("get", f"{story.path}/access-log", None),
    }
    for years, birthday in ((13, True), (17, True), (17, False)):
        turned(world, YOUTH, years)
        if not birthday:
            born_on_unknown_day(world, YOUTH)
        for who in (ONE, YOUTH) if birthday else (ONE,):
            mine = await world[who].seen(f"/me/cases/{story.id}")
            told = {each["href"].removeprefix("/v1") for each in mine["rights"]}
            held = set()
            for href, (method, path, body) in tried.items():
                answer = await (world[who].get(path) if method == "get" else world[who].post(path, body))
                held |= {href} if answer.status_code not in {403, 404} else set()
            assert told == held, (who, years)
            assert (mine["withheld"] == []) is (who == YOUTH or years == 13), (who, years)
            assert ("geboortedatum" in str(mine["withheldBecause"])) is not birthday


async def test_who_looked_and_why_is_told_in_words(world: World) -> None:
    story, _ = await with_nurse(world)
    await story.dossier(NURSE)
    log = (await world[ONE].seen("/me/access-log"))["items"]
    line = next(each for each in log if each["who"].startswith("Jet Verpleeg-Voorbeeld, jeugdverpleegkundige"))
    assert (line["what"], line["why"]) == ("las het hele dossier", "omdat daarvoor toestemming is gegeven")
    assert "gezondheid" in line["subjects"]
    assert (await world[TEACHER].get("/me/access-log")).status_code == 403


async def test_the_log_goes_page_by_page_over_all_the_cases_and_no_further(world: World) -> None:
    first, second = await a_case(world), await a_case(world, YOUTH)
    whole = (await world[ONE].seen("/me/access-log?limit=100"))["items"]
    assert {each["caseId"] for each in whole} == {first.id, second.id}
    paged, path = [], "/me/access-log?limit=2"
    while path:
        page = await world[ONE].seen(path)
        paged += page["items"]
        path = f"/me/access-log?limit=2&cursor={page['next']}" if page["next"] else ""
    assert [each["id"] for each in paged][-len(whole) :] == [each["id"] for each in whole]
    assert {each["caseId"] for each in (await world[YOUTH].seen("/me/access-log"))["items"]} == {second.id}


async def test_a_statement_is_read_by_whoever_may_read_its_subject(world: World) -> None:
    story, _ = await with_nurse(world, about=("leren", "gezondheid"))
    await stated(story, ONE)
    assert [await reads_it(story, who) for who in (ONE, TWO)] == [True, True]
    # About home: the school has no business with it, and the nurse's consent is not about it.
    assert [await reads_it(story, who) for who in (TEACHER, IB, NURSE)] == [False, False, False]


async def test_what_the_youth_says_to_the_professionals_no_parent_reads_nor_finds_a_trace_of(world: World) -> None:
    story, _ = await with_nurse(world, YOUTH, about=("leren", "leven", "gezondheid"), yes=(*PARENTS, YOUTH))
    made = await stated(story, YOUTH, private=True)
    assert [await reads_it(story, who) for who in (YOUTH, NURSE)] == [True, True]
    in_conflict(world, YOUTH)
    for parent in PARENTS:
        assert not await reads_it(story, parent)
        assert (await world[parent].get(f"/statements/{made}")).status_code == 404
        for log in (f"{story.path}/access-log", "/me/access-log"):
            told = await world[parent].seen(f"{log}?limit=100")
            assert made not in str(told)
            assert "voegde een eigen verklaring toe" not in str(told)
    assert made in str(await world[YOUTH].seen(f"{story.path}/access-log?limit=100"))


async def test_a_statement_about_home_of_one_parent_to_the_professionals_stays_from_the_other(world: World) -> None:
    story = await at_research(world)
    made = await stated(story, ONE, private=True)
    assert (await world[TWO].get(f"/statements/{made}")).status_code == 404
    assert HOME not in str(await world[TWO].seen(f"{story.path}/statements"))
