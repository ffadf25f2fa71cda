"""Everything that one of the family may see, to take along: as data, and as a document that can be read (aloud)."""

import io
import re
import time
from collections.abc import Iterator

import anyio
import psycopg
import pytest
from pypdf import PdfReader

from app.db import tables
from app.demo.people import SCHOOL, YOUTH_HEALTH
from app.demo.seed import known_id
from app.integrations.documents import Chapter, Document, Part, pdf
from tests.api.test_checklist import at_the_table
from tests.api.test_identity_numbers import NUMBER, recorded
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
    organisation_id,
    turned,
    with_nurse,
)
from tests.policy.matrix import contract
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
    assert "Gegevens van Mila Verzonnen" in words(made)
    told = " ".join(map(str, reader.metadata.values())) + str(reader.xmp_metadata and reader.xmp_metadata.dc_title)
    assert reader.metadata.title == "Gegevens uit de ondersteuningsroute"
    for of_a_person in ("Mila", "Verzonnen", str(world[ONE].id), str(known_id("mila"))):
        assert of_a_person not in told
    answer = await world[ONE].get(f"{MILA}/document")
    assert answer.headers["content-disposition"] == 'attachment; filename="gegevens.pdf"'
    assert catalogue(made)["/Lang"] == "nl"
    assert catalogue(made)["/MarkInfo"]["/Marked"]
    read = words(made)
    assert [text for text in (SIGNAL, TALK, BEHAVIOUR, HEALTH) if text not in read] == []
    assert "Jet Verpleeg-Voorbeeld, jeugdverpleegkundige bij Jeugdgezondheidszorg Verzonnendorp" in read
    english = await document_of(world, ONE, MILA, Accept_Language="en")
    assert catalogue(english)["/Lang"] == "en"
    assert "Who looked, and why" in words(english)


def leaves(value: Json) -> Iterator[str]:
    """Every value in the data, as text."""
    if isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


async def test_whatever_is_in_the_data_can_be_read_in_the_document(world: World) -> None:
    story = await at_nurse(world)
    request = {
        "kind": "bezwaar",
        "organisationId": organisation_id(SCHOOL),
        "content": "Gebruik dit niet meer.",
    }
    await story.add(ONE, "data-requests", request)
    export = await world[ONE].seen(f"{MILA}/export")
    made = await document_of(world, ONE, MILA)
    pages = (re.sub(r"\n\d+ / \d+\s*$", "", page.extract_text()) for page in PdfReader(io.BytesIO(made)).pages)
    read = re.sub(r"\s|\u200b", "", "".join(pages))
    # When it was looked at differs: the second look stands in the second.
    export.pop("about")
    wanted = {re.sub(r"\s|\u200b", "", each) for each in leaves(export)}
    assert len(wanted) > 100
    assert [each for each in sorted(wanted) if each not in read] == []


async def test_a_parent_takes_along_the_number_and_that_it_was_shown_is_recorded(world: World) -> None:
    await at_nurse(world)
    await recorded(world[NURSE], "mila")
    number = NUMBER
    export = await world[ONE].seen(f"{MILA}/export")
    assert [each["number"] for each in export["identityNumbers"]] == [number]
    with psycopg.connect(world.owner_dsn) as owner:
        shown = owner.execute(
            "select action, actor_id from audit_events where object_type = 'identity-number' and actor_id = %s",
            (world[ONE].id,),
        ).fetchall()
    assert shown == [("my-export.read", world[ONE].id)]
    assert number in words(await document_of(world, ONE, MILA))


async def test_terms_emergencies_that_were_told_and_the_clock_of_a_request_are_taken_along(world: World) -> None:
    story = await at_research(world)
    request = {"kind": "bezwaar", "organisationId": organisation_id(SCHOOL), "content": "Gebruik dit niet meer."}
    await story.add(ONE, "data-requests", request)
    with psycopg.connect(world.owner_dsn, autocommit=True) as owner:
        for told in ("now()", "null"):
            owner.execute(
                (
                    "insert into emergency_accesses (id, young_person_id, worker_id, organisation_id, role, reason,"
                    " unsafe_reason, until, told_at) select gen_random_uuid(), %s, w.id, w.organisation_id,"
                    f" 'jeugdarts', 'Acuut gevaar.', case when {told} is null then 'x' end, now(), {told}::timestamptz"
                    " from workers w limit 1"
                ).encode(),
                (known_id("mila"),),
            )
    export = await world[ONE].seen(f"{MILA}/export")
    assert [each["reason"] for each in export["emergencyAccesses"]] == ["Acuut gevaar."], "untold stays untold"
    (case,) = export["cases"]
    dates = (await world[ONE].seen(f"{story.path}/deadlines"))["items"]
    assert case["deadlines"] == dates != []
    assert export["dataRequests"][0]["dueOn"] is not None
    assert export["sight"] == []


async def test_a_youth_of_sixteen_takes_along_what_each_parent_is_let_see(world: World) -> None:
    await with_nurse(world, YOUTH, yes=(*PARENTS, YOUTH))
    turned(world, YOUTH, 16)
    body = {"guardianId": str(world[ONE].id), "dataCategories": ["gezondheid"]}
    await world[YOUTH].made("/me/sight", body)
    found = {
        each["guardianId"]: each["dataCategories"] for each in (await world[YOUTH].seen(f"{JOEP}/export"))["sight"]
    }
    assert found == {str(world[ONE].id): ["gezondheid"], str(world[TWO].id): []}
    parents = await world[ONE].seen(f"{JOEP}/export")
    assert (parents["sight"], parents["identityNumbers"], parents["emergencyAccesses"]) == ([], [], [])


# Where what a table holds of a child stands in the export; or, in brackets, why it does not.
IN_EXPORT = {
    "young_people": "youngPerson",
    "identity_numbers": "identityNumbers",
    "sight_decisions": "sight",
    "emergency_accesses": "emergencyAccesses",
    "data_requests": "dataRequests",
    "data_request_answers": "dataRequests.waitsFor",
    "cases": "cases.dossier.case",
    "signals": "cases.dossier.signals",
    "notes": "cases.dossier.notes",
    "assessments": "cases.dossier.assessments",
    "participants": "cases.dossier.participants",
    "consents": "cases.dossier.consents",
    "consent_answers": "cases.dossier.consents.answers",
    "consent_exceptions": "cases.dossier.consents.exceptions",
    "meetings": "cases.dossier.meetings",
    "invitations": "cases.dossier.meetings.invitations",
    "decisions": "cases.dossier.meetings.decisions",
    "checklist_answers": "cases.checklistAnswers",
    "plans": "cases.dossier.plans",
    "goals": "cases.dossier.plans.goals",
    "plan_actions": "cases.dossier.plans.actions",
    "approvals": "cases.dossier.plans.approvals",
    "evaluations": "cases.dossier.plans.evaluations",
    "escalations": "cases.dossier.escalations",
    "findings": "cases.dossier.escalations.findings",
    "transitions": "cases.dossier.transitions",
    "statements": "cases.dossier.statements",
    "term_pauses": "cases.pauses",
    "term_extensions": "cases.extensions",
    "deadlines": "cases.deadlines",
    "audit_events": "cases.log",
    "guardianships": "(wie gezag heeft is ook van de andere ouder: `GET /v1/young-people/{id}/guardians`)",
    "gezag_findings": "(zoals guardianships)",
    "school_departures": "(een dag voor de bewaartermijn, afgeleid van de school van het kind)",
    "bindings": "(de login van een persoon, niet over het kind)",
    "invitation_codes": "(een code die een keer geldt; alleen haar hash is er)",
    "consent_reminders": "(dat er aan een vraag is herinnerd; de vraag staat er)",
    "recounts": "(werk dat wacht; geen gegeven)",
    "migrated_cases": "(naar welke versie van de route een zaak ging)",
    "outbox": "(feiten die al in de zaak staan)",
    "retention_objects": "(wat er is voorgesteld te vernietigen: kenmerken)",
    "legal_holds": "(dat een organisatie iets moet bewaren, en waarom: van haar)",
    "tombstones": "(dat iets is vernietigd: het is er niet meer)",
    "meldcode_tracks": "(ADR 0142: of en wanneer het gezin ervan weet, is aan de organisatie)",
    "meldcode_participants": "(zoals meldcode_tracks)",
    "meldcode_entries": "(zoals meldcode_tracks)",
    "meldcode_events": "(zoals meldcode_tracks)",
    "meldcode_destructions": "(zoals meldcode_tracks)",
}
_OF_A_CHILD = {"case_id", "young_person_id", "track_id", "object_id"}


def test_every_table_that_holds_something_of_a_child_stands_in_the_export_or_says_why_not() -> None:
    known = tables.Case.metadata.tables
    holding = {name for name, table in known.items() if _OF_A_CHILD & set(table.columns.keys())} | {
        "young_people",
        "cases",
    }
    while more := {
        name
        for name, table in known.items()
        for key in table.foreign_keys
        if name not in holding and key.column.table.name in holding
    }:
        holding |= more
    assert holding - {"idempotency_keys"} - IN_EXPORT.keys() == set(), "put it into the export, or say why not"
    assert IN_EXPORT.keys() - known.keys() == set()
    document = contract()

    def part(schema: Json, name: str) -> Json:
        while "$ref" in schema or schema.get("type") == "array" or "anyOf" in schema:
            if "$ref" in schema:
                schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            elif "anyOf" in schema:
                schema = schema["anyOf"][0]
            else:
                schema = schema["items"]
        return schema["properties"][name]

    for path in (each for each in IN_EXPORT.values() if not each.startswith("(")):
        found: Json = {"$ref": "#/components/schemas/Export"}
        for name in path.split("."):
            found = part(found, name)


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
        made = await pdf(
            Document("Lang", "Lang", "Wij", "nl", (), "Niets.", "Niet alles.", (Chapter("Gesprekken", parts),))
        )
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
    (ended,) = await mine(world, ONE)
    assert (ended["status"], ended["inForce"]) == ("ingetrokken", False)
    # The youth is not told who took a yes back: it held, and waits for an answer.
    (ended,) = await mine(world, YOUTH)
    assert (ended["status"], ended["inForce"], ended["myAnswer"]) == ("te_vernieuwen", False, "gegeven")
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
