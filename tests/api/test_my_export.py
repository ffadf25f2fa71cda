"""Everything that one of the family may see, to take along: as data, and as a document that can be read (aloud)."""

import io
import time

import anyio
import pytest
from pypdf import PdfReader

from app.demo.people import YOUTH_HEALTH
from app.demo.seed import known_id
from app.integrations.documents import Chapter, Document, Part, pdf
from tests.api.test_checklist import at_the_table
from tests.policy.arranging import (
    BEHAVIOUR,
    HEALTH,
    NURSE,
    ONE,
    PARENTS,
    SIGNAL,
    TALK,
    TEACHER,
    TWO,
    YOUTH,
    a_case,
    at_nurse,
    at_research,
    gezag,
    turned,
    with_nurse,
)
from tests.world import Json, World

pytestmark = pytest.mark.anyio

HOSTILE = '#read("/etc/passwd") #import "@preview/kwaad:0.1.0": * $ x $ *vet* // weg'
MILA, JOEP = (f"/me/children/{known_id(child)}" for child in ("mila", YOUTH))


def words(document: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)
    return " ".join(text.replace("\u200b", "").split())


def catalogue(document: bytes) -> Json:
    return PdfReader(io.BytesIO(document)).trailer["/Root"]


async def document_of(world: World, who: str, path: str, **headers: str) -> bytes:
    answer = await world[who].get(f"{path}/document", **headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    return answer.content


async def test_a_parent_takes_along_all_that_the_dossier_shows_of_this_child_alone(world: World) -> None:
    story = await at_nurse(world)
    other = await a_case(world, YOUTH)
    export = await world[ONE].seen(f"{MILA}/export")
    (case,) = export["cases"]
    assert case["dossier"] == await story.dossier(ONE)
    assert [text for text in (SIGNAL, TALK, BEHAVIOUR, HEALTH) if text not in str(case)] == []
    assert {event["actorRole"] for event in case["log"]} >= {"leerkracht", "jeugdverpleegkundige"}
    assert other.id not in str(export)
    # That it was taken along stands in the log of the case, for the other parent too once it is content that moved.
    log = (await world[ONE].seen(f"{story.path}/access-log?limit=100"))["items"]
    assert "my-export.read" in {event["action"] for event in log}


async def test_two_cases_of_one_child_each_keep_their_own(world: World) -> None:
    first, second = await at_research(world), await a_case(world, "mila", kind="leefvraag")
    cases = (await world[ONE].seen(f"{MILA}/export"))["cases"]
    assert [case["dossier"]["case"]["id"] for case in cases] == [first.id, second.id]
    for case, story in zip(cases, (first, second), strict=True):
        assert case["dossier"] == await story.dossier(ONE)
        assert {event["caseId"] for event in case["log"]} == {story.id}


async def test_nobody_takes_along_what_is_not_his_or_hers(world: World) -> None:
    await at_research(world)
    gezag(world, "mila", TWO, "nee")
    answers = [await world[who].get(f"{MILA}/{kind}") for who in (TWO, YOUTH) for kind in ("export", "document")]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert (await world[TEACHER].get(f"{MILA}/export")).status_code == 403


async def test_parents_of_a_youth_of_sixteen_take_along_school_and_nothing_of_help(world: World) -> None:
    await with_nurse(world, YOUTH, yes=(*PARENTS, YOUTH))
    turned(world, YOUTH, 16)
    (case,) = (await world[ONE].seen(f"{JOEP}/export"))["cases"]
    assert set(case["dossier"]["withheld"]) == {"gezondheid", "leven", "proces", "veiligheid"}
    assert (case["log"], case["dossier"]["consents"], case["checklistAnswers"]) == ([], [], [])
    read = words(await document_of(world, ONE, JOEP))
    assert "Dit ziet u niet" in read
    assert "jeugdverpleegkundige" not in read


async def test_the_document_reads_what_the_data_say_in_the_language_asked_for(world: World) -> None:
    story = await at_nurse(world)
    await story.dossier(NURSE)
    made = await document_of(world, ONE, MILA)
    reader = PdfReader(io.BytesIO(made))
    assert reader.metadata is not None
    assert reader.metadata.title == "Gegevens van Mila Verzonnen"
    assert catalogue(made)["/Lang"] == "nl"
    assert catalogue(made)["/MarkInfo"]["/Marked"]
    read = words(made)
    assert [text for text in (SIGNAL, TALK, BEHAVIOUR, HEALTH) if text not in read] == []
    assert "Jet Verpleeg-Voorbeeld, jeugdverpleegkundige bij Jeugdgezondheidszorg Verzonnendorp" in read
    english = await document_of(world, ONE, MILA, Accept_Language="en")
    assert catalogue(english)["/Lang"] == "en"
    assert "Who looked, and why" in words(english)


async def test_what_somebody_wrote_is_text_in_the_document_and_never_a_command(world: World) -> None:
    story = await at_research(world)
    await story.add(ONE, "statements", {"content": f"{HOSTILE} \\ <a> @b «{'x' * 300}» 😀 سلام", "category": "leven"})
    read = words(await document_of(world, ONE, MILA))
    assert HOSTILE in read
    assert "root:" not in read
    assert "x" * 30 in read
    assert "Sommige tekens kunnen hier niet worden getoond" in read


async def test_a_long_document_keeps_nobody_waiting(anyio_backend: str) -> None:
    """It is made beside the loop that serves everybody."""
    del anyio_backend
    parts = tuple(Part(f"Gesprek {number}", (("Wat", "Een lang verhaal. " * 40),)) for number in range(600))
    ticks: list[float] = []

    async def tick() -> None:
        while True:
            ticks.append(time.monotonic())
            await anyio.sleep(0.005)

    async with anyio.create_task_group() as group:
        group.start_soon(tick)
        made = await pdf(Document("Lang", "Wij", "nl", (), "Niets.", "Niet alles.", (Chapter("Gesprekken", parts),)))
        group.cancel_scope.cancel()
    assert made.startswith(b"%PDF")
    assert len(ticks) > 5


# --- Under «my» -------------------------------------------------------------------------------------------------------


async def mine(world: World, who: str) -> list[Json]:
    return (await world[who].seen("/me/consents"))["items"]  # type: ignore[no-any-return]  # JSON


async def test_a_parent_of_several_children_finds_each_with_its_own_cases(world: World) -> None:
    story = await a_case(world)
    found = {each["youngPerson"]["givenName"]: each for each in (await world[ONE].seen("/me/children"))["items"]}
    assert set(found) == {"Joep", "Mila", "Noor", "Lev", "Zara", "Tijn"}
    assert [case["id"] for case in found["Mila"]["cases"]] == [story.id]
    assert found["Noor"]["cases"] == []
    assert found["Mila"]["export"] == f"/v1{MILA}/export"
    (own,) = (await world[YOUTH].seen("/me/children"))["items"]
    assert (own["youngPerson"]["givenName"], own["you"]) == ("Joep", True)


async def test_a_thirteen_year_old_answers_and_takes_it_back_by_following_what_my_consents_say(world: World) -> None:
    story = await at_research(world, YOUTH)
    await story.asks(YOUTH_HEALTH, ("leren", "gezondheid"), yes=PARENTS)
    (asked,) = await mine(world, YOUTH)
    assert (asked["waitsForMe"], asked["status"], asked["myAnswer"]) == (True, "wacht_op", None)
    assert asked["recipients"] == ["Jeugdgezondheidszorg Verzonnendorp"]
    assert asked["statusText"].endswith("Er wordt gewacht op: u.")
    yes = asked["operations"][0]
    await world[YOUTH].made(yes["href"].removeprefix("/v1"), yes["fields"])
    (given,) = await mine(world, YOUTH)
    assert (given["waitsForMe"], given["inForce"], given["myAnswer"]) == (False, True, "gegeven")
    less = next(each for each in given["operations"] if each["href"].endswith("/narrowing"))
    assert less["choices"]["dataCategories"] == {"gezondheid": "gezondheid", "leren": "leren en school"}
    assert list(less["choices"]["recipients"].values()) == asked["recipients"]
    await world[YOUTH].made(less["href"].removeprefix("/v1"), {"dataCategories": ["gezondheid"]})
    (narrowed,) = await mine(world, ONE)
    assert (narrowed["subjects"], narrowed["inForce"]) == (["leren en school"], True)
    back = next(each for each in narrowed["operations"] if each["href"].endswith("/withdrawal"))
    await world[ONE].made(back["href"].removeprefix("/v1"), back["fields"])
    (ended,) = await mine(world, YOUTH)
    assert (ended["status"], ended["inForce"], ended["operations"]) == ("ingetrokken", False, [])
    # Who took it back can say yes again, and only who did.
    (again,) = (await mine(world, ONE))[0]["operations"]
    await world[ONE].made(again["href"].removeprefix("/v1"), again["fields"])
    assert (await mine(world, YOUTH))[0]["inForce"]


@pytest.mark.timeout(300)
async def test_the_questions_of_a_meeting_are_known_beforehand(world: World) -> None:
    _, path = await at_the_table(world)
    (planned,) = (await world[ONE].seen("/me/meetings"))["items"]
    assert (planned["invited"], planned["href"]) == (True, f"/v1{path}/checklist")
    assert len(planned["questions"]) == 12
    assert (planned["questions"][3]["question"], planned["questions"][3]["answered"]) == (
        "Wie is de regiehouder?",
        False,
    )
    item = planned["questions"][3]["item"]
    await world[ONE].made(f"{path}/checklist", {"item": item, "answer": "besproken", "remark": "Ilse."})
    (others,) = (await world[TWO].seen("/me/meetings"))["items"]
    assert (others["invited"], others["questions"][3]["answered"]) == (False, True)
