"""When things are stuck: stagnatiepunt, regievoerder zorg and samenwerkingsverband; a child without a school."""

import pytest

from app.demo.people import MUNICIPALITY, OTHER_SCHOOL, SCHOOL, SWV, YOUTH_HEALTH
from app.demo.seed import known_id
from tests.policy.arranging import (
    BEHAVIOUR,
    HEAD,
    IB,
    NURSE,
    ONE,
    REGIEVOERDER,
    SIGNAL,
    STAGNATION,
    STEUNPUNT,
    SWV_COORDINATOR,
    TALK,
    TEACHER,
    TWO,
    a_case,
    at_research,
    consent_body,
    moved,
    newcomer,
    organisation_id,
    researched,
    talk_body,
    with_stagnation_point,
)
from tests.world import World

pytestmark = pytest.mark.anyio


# --- Stagnatiepunt (001:153-161) --------------------------------------------------------------------------------------


async def test_the_stagnatiepunt_sees_the_process_and_not_a_word_about_the_child(world: World) -> None:
    """001:157-161: het kijkt of ieder zijn rol neemt; het is geen hulpverlener en heeft de inhoud niet nodig."""
    story, _ = await with_stagnation_point(world)
    dossier = await story.dossier(STAGNATION)
    assert dossier["case"]["step"] == "onderzoek"
    assert [each["transition"] for each in dossier["transitions"]] == ["onderzoek_starten"]
    assert (dossier["signals"], dossier["notes"], dossier["assessments"]) == ([], [], [])
    response = await world[STAGNATION].get(f"{story.path}/dossier")
    assert [text in response.text for text in (SIGNAL, TALK, BEHAVIOUR)] == [False] * 3


async def test_the_stagnatiepunt_sees_who_has_which_role_so_that_it_can_check_that_each_takes_it(world: World) -> None:
    """001:158: checkt of iedereen de eigen rol heeft genomen."""
    story, _ = await with_stagnation_point(world)
    roles = {each["role"] for each in (await story.dossier(STAGNATION))["participants"]}
    assert "leerkracht" in roles


async def test_the_stagnatiepunt_does_not_read_why_somebody_was_involved_nor_what_the_family_was_told(
    world: World,
) -> None:
    """001:157-161: dat iemand erbij is, is proces; de woorden over het kind daarbij niet."""
    story, _ = await with_stagnation_point(world)
    await story.asks(YOUTH_HEALTH)
    dossier = await story.dossier(STAGNATION)
    hidden = ["told", "waitsFor", "informs", "answers"]
    assert [(each["told"], each["withheld"]) for each in dossier["consents"]] == [(None, hidden)]
    assert {each["motivation"] for each in dossier["participants"]} == {None}
    assert all(each["withheld"] == ["measure", "motivation"] for each in dossier["participants"])
    assert (await story.dossier(IB))["consents"][0]["told"]


async def test_the_stagnatiepunt_sees_that_consent_waits_or_holds_and_not_who_said_no(world: World) -> None:
    """001:157-161: of er toestemming is, is proces; wie ja of nee zei niet. Een nee ziet eruit als wachten."""
    story, _ = await with_stagnation_point(world)
    asked = await story.asks(YOUTH_HEALTH)

    async def seen() -> str:
        texts = [
            (await world[STAGNATION].get(path)).text.replace(asked, "")
            for path in (f"{story.path}/consents", f"/consents/{asked}", f"{story.path}/next-steps", "/me/tasks")
        ]
        assert all(str(known_id(parent)) not in text for parent in (ONE, TWO) for text in texts)
        return "".join(texts)

    waiting = await seen()
    assert "wacht_op" in waiting
    await story.answers(ONE, asked)
    assert await seen() == waiting
    await story.answers(TWO, asked, "geweigerd")
    assert await seen() == waiting
    assert (await world[IB].seen(f"/consents/{asked}"))["status"] == "tegenstrijdig"
    again = await story.asks(SWV, yes=[ONE, TWO])
    shown = await world[STAGNATION].seen(f"/consents/{again}")
    assert (shown["status"], shown["inForce"], shown["answers"]) == ("van_kracht", True, [])


async def test_the_stagnatiepunt_does_not_read_the_plan_of_the_child(world: World) -> None:
    """001:158, 001:364: dat er een plan is en wanneer het wordt geëvalueerd is proces; wat erin staat niet."""
    story, _ = await with_stagnation_point(world)
    await story.add(
        IB,
        "plans",
        {
            "kind": "plan_van_aanpak",
            "perspective": "Met plezier naar groep vijf.",
            "evaluationDate": "2027-03-01",
            "regie": "onderwijs",
            "regieReason": "Dichtst bij het kind.",
        },
    )
    plan = (await story.dossier(STAGNATION))["plans"][0]
    assert plan["evaluationDate"] == "2027-03-01"
    assert plan["perspective"] is None
    assert (await story.dossier(IB))["plans"][0]["perspective"] == "Met plezier naar groep vijf."


async def test_the_stagnatiepunt_tells_people_what_it_sees_of_the_process(world: World) -> None:
    """001:159: spreekt betrokkenen aan op hun verantwoordelijkheid."""
    story, escalation = await with_stagnation_point(world)
    remark = {"content": "Er is nog geen afspraak met het bovenschoolse team gemaakt."}
    await world[STAGNATION].made(f"/escalations/{escalation}/findings", remark)
    for who in (ONE, IB):
        assert (await story.dossier(who))["escalations"][0]["findings"][0]["content"] == remark["content"]


async def test_the_stagnatiepunt_brings_people_together(world: World) -> None:
    """001:157: brengt ouders, school, gemeente en hulpverleners bij elkaar."""
    story, _ = await with_stagnation_point(world)
    meeting = await story.add(STAGNATION, "meetings", {"kind": "overleg", "plannedAt": "2026-12-01T10:00:00+01:00"})
    await world[STAGNATION].made(f"/meetings/{meeting['id']}/invitations", {"guardianId": str(known_id(ONE))})


async def test_the_stagnatiepunt_takes_no_step_of_the_route(world: World) -> None:
    """001:160: geen hiërarchische bevoegdheid, geen doorzettingsmacht."""
    story, _ = await with_stagnation_point(world)
    items = (await world[STAGNATION].seen(f"{story.path}/next-steps"))["items"]
    assert items
    assert not any(item["forYou"] or item["allowed"] for item in items)
    assert [await story.not_a_step_for(STAGNATION, item["transition"]) for item in items] == [True] * len(items)


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("assessments", {"kind": "meldcode_overwogen", "outcome": "overwogen"}),
        ("notes", talk_body()),
        ("consents", consent_body([YOUTH_HEALTH], ["leren"])),
        ("participants", {"organisationId": organisation_id(MUNICIPALITY), "ground": "toestemming"}),
        ("plans", {"kind": "plan_van_aanpak", "perspective": "Anders.", "evaluationDate": "2027-03-01"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_the_stagnatiepunt_decides_nothing(world: World, what: str, body: dict[str, object]) -> None:
    """001:160-161: onpartijdig en zonder macht: het oordeelt niet, vraagt niets, betrekt niemand en maakt geen plan."""
    story, _ = await with_stagnation_point(world)
    assert (await story.tries(STAGNATION, what, body)).status_code == 403


async def test_the_stagnatiepunt_does_not_declare_the_matter_solved(world: World) -> None:
    """001:160-161: het brengt de samenwerking op gang; of het is opgelost zeggen wie er samenwerken."""
    _, escalation = await with_stagnation_point(world)
    solved = {"resolution": "De afspraak staat."}
    path = f"/escalations/{escalation}/resolution"
    assert (await world[STAGNATION].post(path, solved)).status_code == 403
    await world[IB].made(path, solved)


async def test_the_stagnatiepunt_takes_no_decision_in_a_meeting(world: World) -> None:
    """001:160: ook aan tafel heeft het geen doorzettingsmacht."""
    story, _ = await with_stagnation_point(world)
    meeting = await story.add(IB, "meetings", {"kind": "overleg", "plannedAt": "2026-12-01T10:00:00+01:00"})
    decision = {"category": "proces", "description": "Wij gaan verder met het onderzoek."}
    assert (await world[STAGNATION].post(f"/meetings/{meeting['id']}/decisions", decision)).status_code == 403
    await world[IB].made(f"/meetings/{meeting['id']}/decisions", decision)


async def test_the_stagnatiepunt_of_one_case_sees_no_other(world: World) -> None:
    """001:155-157: het wordt erbij gehaald waar het vastzit, niet daarbuiten."""
    await with_stagnation_point(world)
    other = await at_research(world, "tijn")
    assert not await other.seen_by(STAGNATION)


# --- Samenwerkingsverband and regievoerder zorg (001:221-243, 273-281) ------------------------------------------------


@pytest.mark.parametrize("kind", ["stagnatie", "impasse", "geen_passende_plek"])
async def test_the_regievoerder_zorg_engages_the_samenwerkingsverband_for_three_reasons(
    world: World, kind: str
) -> None:
    """001:275-279: bij stagnatie, een impasse, of als er geen passende plaats is."""
    story = await at_research(world)
    assert not await story.seen_by(SWV_COORDINATOR)
    await story.escalates(REGIEVOERDER, kind, "samenwerkingsverband")
    await story.step(REGIEVOERDER, "swv_inschakelen")
    assert await story.seen_by(SWV_COORDINATOR)


async def test_without_one_of_the_three_reasons_the_samenwerkingsverband_stays_out(world: World) -> None:
    """001:275-279: de redenen zijn opgesomd."""
    story = await at_research(world)
    assert await story.blocked(REGIEVOERDER, "swv_inschakelen") == {"escalatie_ontbreekt"}
    body = {"kind": "onveiligheid", "addressedTo": "samenwerkingsverband", "reason": "Er is haast."}
    assert (await story.tries(REGIEVOERDER, "escalations", body)).status_code == 400
    assert not await story.seen_by(SWV_COORDINATOR)


@pytest.mark.parametrize("who", [TEACHER, IB, HEAD, ONE])
async def test_nobody_but_the_regievoerder_zorg_engages_the_samenwerkingsverband(world: World, who: str) -> None:
    """001:275: de regievoerder zorgplicht van het schoolbestuur kan het inschakelen."""
    story = await at_research(world)
    body = {"kind": "stagnatie", "addressedTo": "samenwerkingsverband", "reason": "Het zit vast."}
    assert (await story.tries(who, "escalations", body)).status_code == 403
    await story.escalates(REGIEVOERDER, to="samenwerkingsverband")
    assert await story.not_a_step_for(who, "swv_inschakelen")


async def test_calling_in_the_stagnatiepunt_does_not_bring_in_the_samenwerkingsverband(world: World) -> None:
    """001:155, 001:275: het stagnatiepunt is onafhankelijk; het samenwerkingsverband komt langs de regievoerder."""
    story, _ = await with_stagnation_point(world)
    assert not await story.seen_by(SWV_COORDINATOR)
    assert await story.blocked(REGIEVOERDER, "swv_inschakelen") == {"escalatie_ontbreekt"}


async def test_the_deelverband_is_that_of_the_school_wherever_the_child_lives(world: World) -> None:
    """001:242: het deelverband van de school is leidend, niet de woonplaats van het kind."""
    moved(world, "mila", "GM0014")
    story = await at_research(world)
    assert (await story.as_seen_by(IB))["deelverband"] == SWV
    await story.escalates(REGIEVOERDER, to="samenwerkingsverband")
    await story.step(REGIEVOERDER, "swv_inschakelen")
    assert await story.seen_by(SWV_COORDINATOR)


async def test_the_samenwerkingsverband_reads_about_learning_and_not_about_home(world: World) -> None:
    """001:223-227: arrangementen en onderwijs; WPO 18a, domain.md §2.3: een eigen taak, geen vrije inzage."""
    story = await researched(world)
    await story.escalates(REGIEVOERDER, to="samenwerkingsverband")
    await story.step(REGIEVOERDER, "swv_inschakelen")
    assert BEHAVIOUR in await story.texts(SWV_COORDINATOR)
    assert {"leven", "gezondheid", "veiligheid"} <= set((await story.dossier(SWV_COORDINATOR))["withheld"])


# --- A child without a school (001:281) -------------------------------------------------------------------------------


async def test_a_child_without_a_school_has_no_deelverband(world: World) -> None:
    """001:242, 001:281: zonder school is er nog geen deelverband."""
    story = await a_case(world, "noor", by=NURSE, kind="leefvraag")
    seen = await story.as_seen_by(NURSE)
    assert (seen["schoolId"], seen["deelverband"]) == (None, None)


async def test_a_professional_approaches_the_samenwerkingsverband_for_a_child_that_is_not_enrolled(
    world: World,
) -> None:
    """001:281: ook andere professionals kunnen de coördinator benaderen als een kind nog niet is ingeschreven."""
    # The demo's schools are what tells which samenwerkingsverband serves this municipality.
    story = await a_case(world, "noor", by=NURSE, kind="leefvraag")
    await story.step(NURSE, "swv_benaderen")
    assert await story.seen_by(SWV_COORDINATOR)


async def test_for_an_enrolled_child_a_professional_does_not_pass_by_the_regievoerder_zorg(world: World) -> None:
    """001:275, 001:281: rechtstreeks benaderen is er voor het kind zonder school."""
    story = await a_case(world, "mila", by=NURSE, kind="leefvraag")
    assert await story.blocked(NURSE, "swv_benaderen") == {"school_bekend"}


async def test_the_parents_of_a_child_without_a_school_reach_the_steunpunt(world: World) -> None:
    """001:281: ouders nemen contact op via het steunpunt, ook als er nog geen school is."""
    story = await a_case(world, "noor", by=NURSE, kind="leefvraag")
    await story.step(ONE, "steunpunt_benaderen")
    assert await story.seen_by(STEUNPUNT)


async def test_from_enrolment_on_the_deelverband_is_known(world: World) -> None:
    """001:242, 001:281: met de inschrijving is er een school, en dus haar deelverband."""
    story = await a_case(world, "noor", by=NURSE, kind="leefvraag")
    tag = (await world[NURSE].get(story.path)).headers["ETag"]
    enrolled = await world[NURSE].ask("PATCH", story.path, {"schoolId": organisation_id(SCHOOL)}, If_Match=tag)
    assert (enrolled.status_code, enrolled.json()["deelverband"]) == (200, SWV)


async def test_another_school_is_not_made_party_to_a_case_by_the_school_of_the_child(world: World) -> None:
    """001:47, 001:239: bij een overstap hoort begeleiding; een andere school is niet vanzelf betrokken."""
    story = await at_research(world)
    body = {
        "organisationId": organisation_id(OTHER_SCHOOL),
        "ground": "onderwijstaak",
        "motivation": "Misschien later.",
    }
    assert (await story.tries(IB, "participants", body)).status_code == 400
    assert not await story.seen_by(newcomer(world, "directie", OTHER_SCHOOL))
