"""The track of the Meldcode: five steps in order, five considerations, who decides, what is waited for (R34)."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from app.demo.people import SCHOOL
from app.demo.seed import known_id
from app.domain.actors import Role
from tests.api.beginnings import codes, kept
from tests.api.test_organisation_meetings import employed
from tests.world import Json, Person, World

pytestmark = pytest.mark.anyio

DAY, LATER = "2026-11-16", "2099-12-18"
SIGNAL = {"content": "Kwam met een blauwe arm op school.", "observedOn": DAY}
CONSULTED = {"consulted": "collega", "heldOn": DAY, "advice": "Praat met de ouders."}
TALKED = {"withWhom": "ouders", "heldOn": DAY, "content": "Zij vertelden over een val."}
WEIGHED = {"risk": "Kan zich herhalen.", "nature": "Mogelijk slaan.", "gravity": "Blauwe plekken.", "doubt": False}
WHY = "Twee signalen, en een uitleg die daarbij niet past."


@dataclass(frozen=True, slots=True)
class Walk:
    """One track, walked by one of its participants."""

    who: Person
    path: str

    async def does(self, what: str, body: Json) -> Json:
        return await self.who.made(f"{self.path}/{what}", body)

    async def tries(self, what: str, body: Json) -> httpx.Response:
        return await self.who.post(f"{self.path}/{what}", body)

    async def considers(self, number: int, answer: str, **more: Any) -> Json:
        return await self.does("considerations", {"number": number, "answer": answer, "motivation": WHY, **more})

    async def weighed(self) -> None:
        """Steps b, c and d."""
        await self.does("consultations", CONSULTED)
        await self.does("conversations", TALKED)
        await self.does("weighings", WEIGHED)

    async def considered(self, *answers: str) -> Json:
        """Steps b to d, and the considerations answered so."""
        await self.weighed()
        told: Json = {}
        for number, answer in enumerate(answers, 1):
            told = await self.considers(number, answer, **(HELP if (number, answer) == (4, "ja") else {}))
        return told

    async def open_steps(self, what: str, body: Json) -> set[str]:
        """The codes of everything that comes first."""
        response = await self.tries(what, body)
        assert response.status_code == 409, response.text
        assert response.json()["type"].endswith(":stappen-open")
        return codes(response.json())


HELP = {
    "termEndsOn": LATER,
    "casemanagerId": str(known_id("leerkracht")),
    "agreements": "Elke week een gesprek met het gezin.",
}


def track_body(child: str = "mila", decider: str | None = "leerkracht") -> Json:
    body = {"youngPersonId": str(known_id(child)), "signal": SIGNAL["content"], "observedOn": DAY}
    return body | ({"deciderId": str(known_id(decider))} if decider else {})


def decision(outcome: str, **more: Any) -> Json:
    return {"outcome": outcome, "motivation": WHY, "parentsInformed": True, **more}


async def opened(
    world: World, who: str = "leerkracht", child: str = "mila", decider: str | None = "leerkracht"
) -> Walk:
    made = await world[who].made("/meldcode-tracks", track_body(child, decider))
    return Walk(world[who], f"/meldcode-tracks/{made['id']}")


async def test_a_track_walks_from_signal_to_report_to_the_answer_of_veilig_thuis(world: World) -> None:
    walk = await opened(world)
    told = await walk.who.seen(walk.path)
    assert (told["step"], told["question"], told["youngPerson"]["givenName"]) == ("overleg", 1, "Mila")
    assert [each["workerId"] for each in told["participants"]] == [str(known_id("leerkracht"))]
    told = await walk.considered("ja", "nee", "nee")
    assert (told["step"], told["question"], told["leadsTo"]) == ("besluit", None, "melden")
    told = await walk.does("decisions", decision("melden", reportedOn="2026-11-20"))
    assert told["step"] == "veilig_thuis"
    # Friday 20 November: five working days later is Friday 27.
    assert told["decisions"][0]["answerDueOn"] == "2026-11-27"
    assert told["expected"] == [{"kind": "antwoord_veilig_thuis", "dueOn": "2026-11-27", "overdue": False}]
    assert await walk.open_steps("decisions", decision("afsluiten")) == {"antwoord_ontbreekt"}
    told = await walk.does("answers", {"receivedOn": DAY, "content": "Veilig Thuis doet onderzoek."})
    assert (told["expected"], told["answers"][0]["content"]) == ([], "Veilig Thuis doet onderzoek.")
    assert await walk.open_steps("answers", {"receivedOn": DAY, "content": "Nog eens."}) == {"niet_gemeld"}
    told = await walk.does("decisions", decision("afsluiten"))
    assert told["step"] == "afgesloten"
    assert told["closedAt"] is not None
    refused = await walk.tries("signals", SIGNAL)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:ondersteuningsroute:problem:beeindigd")


async def test_each_step_names_everything_that_comes_first(world: World) -> None:
    walk = await opened(world)
    four = {"number": 4, "answer": "ja", "motivation": WHY, **HELP}
    first = {"overleg_ontbreekt", "gesprek_ontbreekt", "weging_ontbreekt"}
    open_ = {"afweging_1_open", "afweging_2_open", "afweging_3_open"}
    assert await walk.open_steps("considerations", four) == first | open_
    assert await walk.open_steps("decisions", decision("melden")) == first
    assert await walk.open_steps("decisions", decision("hulp_organiseren")) == first | {"afweging_1_open"}
    assert await walk.open_steps("decisions", decision("hulp_organiseren")) == first | {"afweging_1_open"}
    assert await walk.open_steps("weighings", WEIGHED) == {"overleg_ontbreekt", "gesprek_ontbreekt"}
    assert await walk.open_steps("conversations", TALKED) == {"overleg_ontbreekt"}
    await walk.weighed()
    assert await walk.open_steps("considerations", four) == open_
    await walk.considers(1, "ja")
    five = {"number": 5, "answer": "ja", "motivation": WHY, "agreements": "x"}
    assert await walk.open_steps("considerations", five) == {
        "hulp_niet_afgesproken",
        *(f"afweging_{number}_open" for number in (2, 3, 4)),
    }
    english = await walk.who.post(f"{walk.path}/considerations", four, Accept_Language="en")
    assert english.json()["reasons"][0]["detail"] == "Consideration 2: Is there acute or structural unsafety?"


async def test_doubt_at_the_second_consideration_means_to_report(world: World) -> None:
    walk = await opened(world)
    told = await walk.considered("ja", "twijfel")
    assert told["leadsTo"] == "melden"
    assert await walk.open_steps("decisions", decision("hulp_organiseren")) == {"afwegingen_leiden_tot_melden"}
    assert await walk.open_steps("decisions", decision("afsluiten")) == {"afwegingen_leiden_tot_melden"}
    third = {"number": 3, "answer": "ja", "motivation": WHY}
    assert await walk.open_steps("considerations", third) == {"afwegingen_leiden_tot_melden"}
    for number in (1, 3, 4, 5):
        refused = await walk.tries("considerations", {"number": number, "answer": "twijfel", "motivation": WHY})
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["code"] == "geen_antwoord"


async def test_a_report_is_never_refused_for_what_the_considerations_say(world: World) -> None:
    """Wmo 2015 5.2.6: to report is a right at any time; why is always told."""
    walk = await opened(world)
    told = await walk.considered("ja", "nee", "ja")
    told = await walk.considers(4, "ja", **HELP)
    assert told["leadsTo"] == "hulp_organiseren"
    unsaid = {key: value for key, value in decision("melden").items() if key != "motivation"}
    assert (await walk.tries("decisions", unsaid)).status_code == 400
    assert (await walk.does("decisions", decision("melden")))["step"] == "veilig_thuis"


async def test_a_weighing_in_doubt_waits_for_veilig_thuis(world: World) -> None:
    walk = await opened(world)
    await walk.does("consultations", CONSULTED)
    await walk.does("conversations", TALKED)
    await walk.does("weighings", WEIGHED | {"doubt": True})
    first = {"number": 1, "answer": "nee", "motivation": WHY}
    assert await walk.open_steps("considerations", first) == {"veilig_thuis_niet_geraadpleegd"}
    await walk.does("consultations", CONSULTED | {"consulted": "veilig_thuis"})
    told = await walk.does("considerations", first)
    assert told["leadsTo"] == "afsluiten"


async def test_help_that_is_accepted_has_a_term_a_casemanager_and_agreements(world: World) -> None:
    walk = await opened(world)
    await walk.considered("ja", "nee", "ja")
    bare = await walk.tries("considerations", {"number": 4, "answer": "ja", "motivation": WHY})
    assert {each["location"] for each in bare.json()["errors"]} == {"/termEndsOn", "/casemanagerId", "/agreements"}
    wrong = {"termEndsOn": "2026-01-05", "casemanagerId": str(known_id("directie")), "agreements": "x"}
    bad = await walk.tries("considerations", {"number": 4, "answer": "ja", "motivation": WHY, **wrong})
    assert {each["code"] for each in bad.json()["errors"]} == {"in_het_verleden", "geen_deelnemer"}
    early = await walk.tries("considerations", {"number": 1, "answer": "ja", "motivation": WHY, "termEndsOn": LATER})
    assert early.json()["errors"][0]["code"] == "hoort_hier_niet"
    told = await walk.considers(4, "ja", **HELP)
    assert (told["leadsTo"], told["step"]) == ("hulp_organiseren", "besluit")
    told = await walk.does("decisions", decision("hulp_organiseren"))
    assert (told["step"], told["question"]) == ("hulp", 5)
    assert told["expected"] == [{"kind": "uitkomst_hulp", "dueOn": LATER, "overdue": False}]
    unfollowed = await walk.tries("considerations", {"number": 5, "answer": "ja", "motivation": WHY})
    assert unfollowed.json()["errors"][0]["location"] == "/agreements"
    told = await walk.considers(5, "nee")
    assert (told["leadsTo"], told["expected"]) == ("melden", [])
    assert await walk.open_steps("decisions", decision("afsluiten")) == {"afwegingen_leiden_tot_melden"}
    told = await walk.considers(5, "ja", agreements="De intern begeleider spreekt het kind elke maand.")
    assert (await walk.does("decisions", decision("afsluiten")))["step"] == "afgesloten"


async def test_in_acute_danger_a_report_waits_for_nothing(world: World) -> None:
    walk = await opened(world)
    told = await walk.does("decisions", decision("melden", acute=True))
    assert told["decisions"][0]["acute"] is True
    wrong = await walk.tries("decisions", decision("afsluiten", acute=True))
    assert wrong.json()["errors"][0]["code"] == "hoort_hier_niet"


async def test_the_parents_are_informed_or_it_is_told_why_not(world: World) -> None:
    walk = await opened(world)
    body = decision("melden", acute=True) | {"parentsInformed": False}
    refused = await walk.tries("decisions", body)
    assert refused.json()["errors"][0]["location"] == "/notInformedReason"
    assert (
        await walk.tries("decisions", body | {"notInformedReason": "Het kind zou gevaar lopen."})
    ).status_code == 201


async def test_a_talk_that_cannot_be_has_a_reason_and_one_that_was_has_a_day_and_words(world: World) -> None:
    walk = await opened(world)
    await walk.does("consultations", CONSULTED)
    for body, missing in (
        ({"withWhom": "niemand"}, {"/reason"}),
        ({"withWhom": "ouders"}, {"/heldOn", "/content"}),
        (TALKED | {"heldOn": LATER}, {"/heldOn"}),
    ):
        refused = await walk.tries("conversations", body)
        assert {each["location"] for each in refused.json()["errors"]} == missing
    told = await walk.does("conversations", {"withWhom": "niemand", "reason": "Het kind zou gevaar lopen."})
    assert told["step"] == "weging"


async def test_only_who_was_named_decides_and_that_is_a_participant(world: World) -> None:
    walk = await opened(world, decider=None)
    refused = await walk.tries("decisions", decision("melden", acute=True))
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:ondersteuningsroute:problem:niet-uw-stap")
    tag = (await walk.who.get(walk.path)).headers["etag"]
    named = {"deciderId": str(known_id("intern-begeleider"))}
    outsider = await walk.who.ask("PATCH", walk.path, named, If_Match=tag)
    assert outsider.json()["errors"][0]["code"] == "geen_deelnemer"
    await walk.does("participants", {"workerId": str(known_id("intern-begeleider"))})
    assert (await walk.who.ask("PATCH", walk.path, named, If_Match=tag)).status_code == 412
    assert (await walk.who.ask("PATCH", walk.path, named)).status_code == 428
    tag = (await walk.who.get(walk.path)).headers["etag"]
    changed = await walk.who.ask("PATCH", walk.path, named, If_Match=tag)
    assert (changed.status_code, changed.json()["deciderId"]) == (200, named["deciderId"])
    assert (await walk.tries("decisions", decision("melden", acute=True))).status_code == 403
    supporter = Walk(world["intern-begeleider"], walk.path)
    assert (await supporter.tries("decisions", decision("melden", acute=True))).status_code == 201
    # The aandachtsfunctionaris watches over the track, and decides only where he or she was named.
    watcher = Walk(world["aandachtsfunctionaris"], walk.path)
    await watcher.does("signals", SIGNAL)
    assert (await watcher.tries("decisions", decision("melden", acute=True))).status_code == 403


async def test_participants_are_colleagues_and_who_left_sees_nothing_any_more(world: World) -> None:
    walk = await opened(world)
    supporter = world["intern-begeleider"]
    assert (await supporter.get(walk.path)).status_code == 404
    for stranger in (known_id("jeugdverpleegkundige"), known_id("niemand")):
        refused = await walk.tries("participants", {"workerId": str(stranger)})
        assert refused.json()["errors"][0]["code"] == "geen_collega"
    key = {"Idempotency_Key": "betrekken-1"}
    body = {"workerId": str(known_id("intern-begeleider"))}
    made = await walk.who.post(f"{walk.path}/participants", body, **key)
    assert (await walk.who.post(f"{walk.path}/participants", body, **key)).json() == made.json()
    assert (await walk.tries("participants", body)).status_code == 409
    signal = await supporter.post(f"{walk.path}/signals", SIGNAL, Idempotency_Key="signaal-1")
    tag = (await supporter.get(walk.path)).headers["etag"]
    assert (await supporter.get(walk.path, If_None_Match=tag)).status_code == 304
    left = await walk.who.ask(
        "DELETE", f"{walk.path}/participants/{known_id('intern-begeleider')}", If_Match=signal.headers["etag"]
    )
    assert left.status_code == 204
    # What was his or hers before is judged by the rights of now: the version, the key, the list.
    assert (await supporter.get(walk.path, If_None_Match=tag)).status_code == 404
    assert (await supporter.post(f"{walk.path}/signals", SIGNAL, Idempotency_Key="signaal-1")).status_code == 404
    assert (await supporter.seen("/meldcode-tracks"))["items"] == []
    again = f"{walk.path}/participants/{known_id('intern-begeleider')}"
    assert (await walk.who.ask("DELETE", again, If_Match="*")).status_code == 404
    last = await walk.who.ask("DELETE", f"{walk.path}/participants/{known_id('leerkracht')}", If_Match="*")
    assert (last.status_code, last.json()["type"]) == (409, "urn:ondersteuningsroute:problem:nu-niet-mogelijk")


async def test_the_decider_who_leaves_decides_no_longer(world: World) -> None:
    walk = await opened(world, decider="intern-begeleider")
    supporter = f"{walk.path}/participants/{known_id('intern-begeleider')}"
    assert (await walk.who.ask("DELETE", supporter, If_Match="*")).status_code == 204
    assert (await walk.who.seen(walk.path))["deciderId"] is None


async def test_a_track_is_opened_about_a_child_that_one_works_with_and_by_nobody_else(world: World) -> None:
    """The pupils of the own school, the residents of the own municipality, the clients of the own cases."""
    for who, child, status in (
        ("leerkracht", "mila", 201),
        ("leerkracht", "noor", 404),
        ("andere-school", "mila", 404),
        ("jeugdverpleegkundige", "mila", 201),
        ("leerplichtambtenaar", "noor", 201),
        ("behandelaar", "mila", 404),
        ("swv-coordinator", "mila", 403),
        ("beheerder", "mila", 403),
        ("ouder-een", "mila", 403),
        ("jeugdige", "jeugdige", 403),
        ("aandachtsfunctionaris", "mila", 403),
    ):
        body = track_body(child, None)
        assert (await world[who].post("/meldcode-tracks", body)).status_code == status, (who, child)
    wrong = track_body("mila", "jeugdverpleegkundige") | {"observedOn": LATER}
    faults = (await world["leerkracht"].post("/meldcode-tracks", wrong)).json()["errors"]
    assert {each["location"] for each in faults} == {"/deciderId", "/observedOn"}


async def test_the_log_of_a_track_names_who_saw_it_and_who_tried_and_is_told_nowhere_else(world: World) -> None:
    walk = await opened(world)
    await walk.who.seen(walk.path)
    await world["intern-begeleider"].get(walk.path)
    await world["aandachtsfunctionaris"].seen("/meldcode-tracks")
    log = (await world["aandachtsfunctionaris"].seen(f"{walk.path}/access-log"))["items"]
    assert [(each["action"], each["outcome"], each["actorId"], each["actorRole"]) for each in log[1:]] == [
        ("meldcode.read", "geweigerd", str(known_id("intern-begeleider")), "intern_begeleider"),
        ("meldcode.read", "toegestaan", str(known_id("leerkracht")), "leerkracht"),
        ("meldcode.create", "toegestaan", str(known_id("leerkracht")), "leerkracht"),
    ]
    assert log[0]["actorId"] == str(known_id("aandachtsfunctionaris"))
    assert log[1]["actorName"] == "Ilse Verzonnen-Begeleider"
    assert (await world["intern-begeleider"].get(f"{walk.path}/access-log")).status_code == 404
    assert await kept(world, "select * from audit_events") == []
    assert await kept(world, "select * from outbox") == []


async def test_the_list_is_of_ones_own_tracks_page_by_page_whoevers_cursor_it_is(world: World) -> None:
    first, second = await opened(world), await opened(world, "intern-begeleider", "tijn", None)
    attending = world["aandachtsfunctionaris"]
    page = await attending.seen("/meldcode-tracks?limit=1")
    assert [each["id"] for each in page["items"]] == [first.path.rpartition("/")[2]]
    rest = await attending.seen(f"/meldcode-tracks?limit=1&cursor={page['next']}")
    assert [each["id"] for each in rest["items"]] == [second.path.rpartition("/")[2]]
    for who, there in (("leerkracht", []), ("intern-begeleider", rest["items"])):
        assert (await world[who].seen(f"/meldcode-tracks?cursor={page['next']}"))["items"] == there
    elsewhere = await employed(world, Role.AANDACHTSFUNCTIONARIS, "brin:99ZC00")
    assert (await elsewhere.seen("/meldcode-tracks"))["items"] == []
    assert (await elsewhere.get(first.path)).status_code == 404
    officer = await employed(world, Role.FUNCTIONARIS_GEGEVENSBESCHERMING, SCHOOL)
    assert (await officer.get(first.path)).status_code == 403
    assert (await officer.get("/meldcode-tracks")).status_code == 403
