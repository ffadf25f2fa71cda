"""Parents and youth: what they see, what they decide, and where it ends."""

import pytest

from app.demo.people import MUNICIPALITY, YOUTH_HEALTH
from app.demo.seed import known_id
from tests.policy.arranging import (
    ATTENDANCE_OFFICER,
    BEHAVIOUR,
    CASEMANAGER,
    HEALTH,
    HOME,
    IB,
    KOO,
    NURSE,
    ONE,
    PARENTS,
    SAFETY,
    SIGNAL,
    STEUNPUNT,
    STRANGER,
    TALK,
    TEACHER,
    TWO,
    YOUTH,
    a_case,
    answer_body,
    at_intake,
    at_nurse,
    at_research,
    brought_by,
    gezag,
    opening,
    researched,
    school_left,
    signal_body,
    turned,
    unrelated_parent,
    with_nurse,
)
from tests.world import World

pytestmark = pytest.mark.anyio


# --- What parents see -------------------------------------------------------------------------------------------------


async def test_the_parents_see_the_case_that_the_teacher_opened_at_once(world: World) -> None:
    """001:30, 001:253: ouders worden betrokken en houden zoveel mogelijk de regie; niets gebeurt buiten hen om."""
    story = await a_case(world)
    assert [SIGNAL in await story.texts(parent) for parent in PARENTS] == [True, True]


async def test_parents_read_everything_that_is_recorded_about_their_child_under_sixteen(world: World) -> None:
    """001:30, 001:130, 001:137; Jeugdwet 7.3.8-7.3.10, 7.3.15: tot 16 kijken ouders met gezag namens het kind mee."""
    story = await at_nurse(world)
    assert {SIGNAL, TALK, BEHAVIOUR, HEALTH} <= await story.texts(ONE)
    assert (await story.dossier(TWO))["withheld"] == []


async def test_parents_read_the_safety_assessment_of_their_child(world: World) -> None:
    """001:148-149: de casemanager staat naast de inwoner, ook waar de beoordeling niet vrijblijvend is."""
    story, _ = await at_intake(world)
    await story.finds(CASEMANAGER, "veiligheidsinschatting", "veilig", content=SAFETY)
    assert SAFETY in await story.texts(ONE)


async def test_parents_see_who_looked_into_the_case_of_their_child_in_which_role_and_on_which_ground(
    world: World,
) -> None:
    """001:30, AVG 15: regie houden kan alleen wie weet wie er meekijkt."""
    story, _ = await with_nurse(world)
    await story.dossier(NURSE)
    log = (await world[ONE].seen(f"{story.path}/access-log"))["items"]
    looked = [event for event in log if event["actorId"] == str(world[NURSE].id) and event["action"] == "case.read"]
    assert {(event["actorRole"], event["ground"]) for event in looked} == {("jeugdverpleegkundige", "toestemming")}
    assert {event["actorName"] for event in looked} == {"Jet Verpleeg-Voorbeeld"}


async def test_professionals_do_not_read_who_looked_into_the_case(world: World) -> None:
    """001:30: het logboek is er voor het gezin; wie zelf meekijkt heeft er geen taak bij."""
    story, _ = await with_nurse(world)
    answers = [(await world[who].get(f"{story.path}/access-log")).status_code for who in (TEACHER, IB, NURSE)]
    assert answers == [403, 403, 403]


async def test_a_parent_without_gezag_sees_nothing(world: World) -> None:
    """001:341, domain.md §2.2: zonder gezag geen beslissing en geen dossier, alleen informatie op verzoek."""
    story = await a_case(world)
    gezag(world, "mila", TWO, "nee")
    assert not await story.seen_by(TWO)
    assert await story.seen_by(ONE)


async def test_a_parent_whose_gezag_was_not_checked_yet_sees_nothing_yet(world: World) -> None:
    """001:341: gezaghebbend is wie van wie dat is nagegaan; tot dan opent onbekend gezag niets."""
    story = await a_case(world, "tijn")
    assert not await story.seen_by(TWO)
    assert await story.seen_by(ONE)


async def test_a_parent_of_another_child_sees_nothing(world: World) -> None:
    """001:30: ouders gaan over hun eigen kind."""
    story = await a_case(world)
    other = unrelated_parent(world)
    assert not await story.seen_by(other)
    assert (await world[other].post("/cases", opening("mila", signal_body(given_by="ouder")))).status_code == 404


# --- From twelve, from sixteen, from eighteen -------------------------------------------------------------------------


async def test_a_youth_of_thirteen_reads_the_own_case(world: World) -> None:
    """001:29, 001:341; Jeugdwet 7.3.4: vanaf 12 beslist de jeugdige mee, en dus leest hij mee."""
    story = await at_research(world, YOUTH)
    assert {SIGNAL, TALK} <= await story.texts(YOUTH)


async def test_a_youth_of_thirteen_sees_who_looked_into_the_own_case(world: World) -> None:
    """001:29, AVG 15: vanaf 12 weet de jeugdige ook wie er meekijkt."""
    story = await at_research(world, YOUTH)
    await story.dossier(IB)
    log = (await world[YOUTH].seen(f"{story.path}/access-log"))["items"]
    assert str(world[IB].id) in {event["actorId"] for event in log}


async def test_before_twelve_the_parents_speak_for_the_child(world: World) -> None:
    """001:341, Jeugdwet 7.3.15 lid 1: onder de 12 staan de ouders ervoor, ook met een eigen login."""
    story = await at_research(world, YOUTH)
    turned(world, YOUTH, 12, days_ago=-1)
    assert not await story.seen_by(YOUTH)
    turned(world, YOUTH, 12)
    assert await story.seen_by(YOUTH)


async def test_from_sixteen_parents_no_longer_read_about_home_and_health(world: World) -> None:
    """Jeugdwet 7.3.5, 7.3.11: bij hulp en gezondheid zijn ouders dan anderen; domain.md R9."""
    story, _ = await with_nurse(world, YOUTH, yes=[*PARENTS, YOUTH])
    await story.add(NURSE, "signals", signal_body("leefvraag", content=HOME))
    assert HOME in await story.texts(ONE)
    turned(world, YOUTH, 16)
    assert HOME not in await story.texts(ONE)
    assert {"leven", "gezondheid"} <= set((await story.dossier(ONE))["withheld"])
    assert HOME in await story.texts(YOUTH)


async def test_at_sixteen_parents_still_follow_how_it_goes_at_school(world: World) -> None:
    """domain.md R9: de zelfstandigheid van 7.3.5 gaat over hulp; school blijft tot 18 ook van de ouders."""
    story = await at_research(world, YOUTH)
    turned(world, YOUTH, 16)
    assert SIGNAL in await story.texts(ONE)


async def everywhere(world: World, who: str, case: str) -> list[bool]:
    """Whether a case appears for this person: itself, among cases, with the child, in the export, in plain words."""
    at = world[who]
    export = f"/me/children/{known_id(YOUTH)}/export"
    listed = [case in str(await at.seen(path)) for path in ("/cases", "/me/cases", "/me/children", export)]
    opened = [(await at.get(path)).status_code == 200 for path in (f"/cases/{case}", f"/me/cases/{case}")]
    return listed + opened


async def test_from_sixteen_a_case_of_help_alone_is_not_there_for_a_parent_until_the_youth_opens_it(
    world: World,
) -> None:
    """Jeugdwet 7.3.5, 7.3.11; domain.md R9: ook dat er hulp is, is vanaf 16 aan de jeugdige."""
    story = await brought_by(world, YOUTH, "jeugdverpleegkundige", child=YOUTH)
    assert await everywhere(world, ONE, story.id) == [True] * 6
    turned(world, YOUTH, 16)
    assert await everywhere(world, ONE, story.id) == [False] * 6
    assert (await world[ONE].get(story.path)).status_code == 404
    opened = {"guardianId": str(known_id(ONE)), "dataCategories": ["leven"]}
    await world[YOUTH].made("/me/sight", opened)
    assert [await everywhere(world, parent, story.id) for parent in PARENTS] == [[True] * 6, [False] * 6]
    await world[YOUTH].made("/me/sight", opened | {"dataCategories": []})
    assert await everywhere(world, ONE, story.id) == [False] * 6


async def test_from_sixteen_a_parent_follows_a_case_for_as_long_as_school_takes_part(world: World) -> None:
    """domain.md R9: school blijft van de ouders; waar school weg is, is alleen hulp nog over."""
    story = await a_case(world, YOUTH)
    turned(world, YOUTH, 16)
    assert await everywhere(world, ONE, story.id) == [True] * 6
    school_left(world, story.id)
    assert await everywhere(world, ONE, story.id) == [False] * 6


async def test_from_sixteen_parents_do_not_learn_that_the_youth_turned_to_health_care(world: World) -> None:
    """Jeugdwet 7.3.11, domain.md R9: wie de jeugdige erbij vraagt, is vanaf 16 aan de jeugdige."""
    story, consent = await with_nurse(world, YOUTH, yes=[*PARENTS, YOUTH])
    turned(world, YOUTH, 16)
    dossier = await story.dossier(ONE)
    assert (dossier["participants"], dossier["consents"], dossier["transitions"]) == ([], [], [])
    assert (dossier["case"]["step"], dossier["case"]["regie"]) == (None, None)
    assert "proces" in dossier["withheld"]
    refused = [
        (await world[ONE].get(path)).status_code
        for path in (f"{story.path}/access-log", f"{story.path}/next-steps", f"/consents/{consent}")
    ]
    assert refused == [403, 403, 404]
    assert [each["id"] for each in (await story.dossier(YOUTH))["consents"]] == [consent]


async def test_at_sixteen_a_parent_can_no_longer_answer_to_a_consent(world: World) -> None:
    """Jeugdwet 7.3.5: vanaf 16 is het antwoord van de jeugdige."""
    story = await at_research(world, YOUTH)
    consent = await story.asks(YOUTH_HEALTH)
    turned(world, YOUTH, 16)
    assert (await world[ONE].post(f"/consents/{consent}/answers", answer_body(ONE))).status_code == 404
    await story.answers(YOUTH, consent)


async def test_at_eighteen_parents_see_nothing_any_more(world: World) -> None:
    """Burgerlijk Wetboek 1:245: gezag eindigt bij 18; daarna is iemand meerderjarig."""
    story = await at_research(world, YOUTH)
    turned(world, YOUTH, 18, days_ago=-1)
    assert await story.seen_by(ONE)
    turned(world, YOUTH, 18)
    assert not await story.seen_by(ONE)
    assert await story.seen_by(YOUTH)


# --- Where a concern enters (001:249-259, 271, 281) -------------------------------------------------------------------


async def test_a_signal_may_come_from_the_child(world: World) -> None:
    """001:249: een jeugdige, ouders of professionals geven signalen."""
    story = await brought_by(world, YOUTH, child=YOUTH)
    assert HOME in await story.texts(YOUTH)


@pytest.mark.parametrize("entrance", ["leerkracht", "intern_begeleider", "directie"])
async def test_a_parent_with_a_concern_finds_an_open_door_at_school(world: World, entrance: str) -> None:
    """001:255: een ouder kan terecht bij leerkracht, IB'er of directie."""
    story = await brought_by(world, ONE, entrance)
    assert await story.seen_by(IB)
    assert not await story.seen_by(KOO)


async def test_a_parent_with_a_concern_may_turn_to_the_koo(world: World) -> None:
    """001:255: of bij de KOO; 001:178: vertrouwd aanspreekpunt voor ouders."""
    story = await brought_by(world, ONE, "kind_ouderondersteuner")
    assert HOME in await story.texts(KOO)


@pytest.mark.parametrize(
    "elsewhere", ["medewerker_stagnatiepunt", "gedragswetenschapper_sociaal_team", "swv_coordinator"]
)
async def test_a_parent_s_concern_does_not_enter_with_who_judges_or_watches(world: World, elsewhere: str) -> None:
    """001:255, 001:281: de deuren zijn met name genoemd; het samenwerkingsverband loopt via het steunpunt."""
    signal = signal_body("leefvraag", "ouder", HOME) | {"receivedByRole": elsewhere}
    assert (await world[ONE].post("/cases", opening("mila", signal))).status_code == 400


async def test_a_parent_signals_as_a_parent_never_as_a_professional(world: World) -> None:
    """001:249: van wie het signaal komt maakt verschil; een ouder spreekt voor zichzelf."""
    response = await world[ONE].post("/cases", opening("mila", signal_body(given_by="professional")))
    assert response.status_code == 400


async def test_parents_reach_the_samenwerkingsverband_through_the_steunpunt_and_nobody_does_it_for_them(
    world: World,
) -> None:
    """001:281: ouders kunnen contact opnemen; dat doen ze via het steunpunt."""
    story = await researched(world)
    assert await story.not_a_step_for(IB, "steunpunt_benaderen")
    assert not await story.seen_by(STEUNPUNT)
    await story.step(ONE, "steunpunt_benaderen")
    assert await story.seen_by(STEUNPUNT)


async def test_parents_can_call_in_the_stagnatiepunt_themselves(world: World) -> None:
    """001:157: het stagnatiepunt brengt ouders, school, gemeente en hulp bij elkaar; ook ouders kunnen vastlopen."""
    story = await at_research(world)
    await story.escalates(TWO)
    assert await story.seen_by("medewerker-stagnatiepunt")


# --- What is not theirs to do, and what nobody can do for them --------------------------------------------------------


async def test_parents_do_not_record_the_findings_of_professionals(world: World) -> None:
    """001:329-335, 001:343: onderzoek en oordeel zijn van school en JGZ."""
    story = await at_research(world)
    for kind, outcome in (("onderzoek_gedrag", "afgerond"), ("jgz_uitkomst", "advies"), ("leervraag", "geen")):
        assert await story.not_to_record(ONE, kind, outcome)


async def test_a_parent_withdraws_a_consent_without_anybody_s_help(world: World) -> None:
    """AVG 7 lid 3: intrekken is zo makkelijk als geven."""
    _, consent = await with_nurse(world)
    answer = {"giverId": str(world[ONE].id), "form": "digitaal"}
    made = await world[ONE].made(f"/consents/{consent}/withdrawal", answer)
    assert made["inForce"] is False


async def test_a_parent_can_tell_the_school_that_consent_is_withdrawn(world: World) -> None:
    """AVG 7 lid 3, 001:166: mondeling gegeven, dus ook mondeling in te trekken; de school legt het vast."""
    story, consent = await with_nurse(world)
    answer = {"giverId": str(world[TWO].id), "form": "mondeling"}
    await world[IB].made(f"/consents/{consent}/withdrawal", answer)
    assert not await story.seen_by(NURSE)


async def test_nobody_outside_the_case_records_what_the_family_answered(
    world: World,
) -> None:
    """001:253, 001:341: het antwoord van de ouders is aan wie het vroeg; een vreemde legt niets vast."""
    story = await at_research(world)
    consent = await story.asks(MUNICIPALITY)
    for stranger in (STRANGER, KOO, ATTENDANCE_OFFICER):
        assert (await world[stranger].post(f"/consents/{consent}/answers", answer_body(ONE))).status_code == 404


async def test_the_signal_of_a_professional_is_not_the_parents_to_withdraw(world: World) -> None:
    """001:249, 001:253: ouders spreken mee over de zorg van de leerkracht, maar halen haar niet weg."""
    story = await a_case(world)
    assert await story.blocked(ONE, "signaal_intrekken", "Wij zien het anders.") == {"signaal_van_ander"}


async def test_parents_withdraw_their_own_signal(world: World) -> None:
    """001:30, 001:255: wie zelf kwam, kan ook weer gaan."""
    story = await brought_by(world, ONE)
    await story.step(ONE, "signaal_intrekken", "Het gaat thuis weer goed.")
    assert (await story.as_seen_by(ONE))["closedAt"] is not None


async def test_a_parent_who_claims_to_be_a_professional_is_still_a_parent(world: World) -> None:
    """001:253 onderscheidt ouder en leerkracht; wie iemand is volgt uit de koppeling, niet uit de claim."""
    story = await at_research(world)
    claiming = world.caller(sub="demo-ouder-een", roles=["leerkracht", "jeugdverpleegkundige"], acr="hoog")
    assert (await claiming.get(story.path)).status_code == 403
    assert (await claiming.post(f"{story.path}/notes", {})).status_code in {400, 403}
