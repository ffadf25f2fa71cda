"""The school and the board: who sees which case, who leads, what stays inside."""

import pytest

from app.demo.people import ATTENDANCE, MUNICIPALITY, OTHER_BOARD, OTHER_SCHOOL, SCHOOL
from app.demo.seed import known_id
from tests.policy.arranging import (
    ATTENDANCE_OFFICER,
    BEHAVIOUR,
    BOT,
    CASEMANAGER,
    HEAD,
    HOME,
    IB,
    INTAKE_TEAM,
    KOO,
    NURSE,
    ONE,
    PARENTS,
    REGIEVOERDER,
    SIGNAL,
    STAGNATION,
    STRANGER,
    SWV_COORDINATOR,
    TALK,
    TEACHER,
    a_case,
    at_intake,
    at_research,
    at_triage,
    brought_by,
    moved,
    newcomer,
    opening,
    organisation_id,
    researched,
    signal_body,
    talk_body,
    with_nurse,
)
from tests.world import World

pytestmark = pytest.mark.anyio


# --- The teacher's concern (001:253-259) ------------------------------------------------------------------------------


async def test_the_teacher_talks_with_the_parents_before_the_research_starts(world: World) -> None:
    """001:253: de leerkracht bespreekt de zorg altijd eerst met de ouders."""
    story = await a_case(world)
    assert await story.blocked(TEACHER, "onderzoek_starten") == {"oudergesprek_ontbreekt"}
    assert await story.blocked(IB, "onderzoek_starten") == {"oudergesprek_ontbreekt"}
    await story.add(TEACHER, "notes", talk_body())
    await story.step(TEACHER, "onderzoek_starten")


async def test_a_talk_with_a_colleague_is_no_talk_with_the_parents(world: World) -> None:
    """001:253: eerst met de ouders, daarna met de IB'er."""
    story = await a_case(world)
    await story.add(TEACHER, "notes", talk_body("gesprek", with_whom="intern_begeleider"))
    assert await story.blocked(TEACHER, "onderzoek_starten") == {"oudergesprek_ontbreekt"}


@pytest.mark.parametrize("missing", ["heldAt", "withWhom", "content", "agreements"])
async def test_a_note_says_when_with_whom_what_and_which_agreements(world: World, missing: str) -> None:
    """001:255-259: wanneer met wie is gesproken, waarover, en wat is afgesproken."""
    story = await a_case(world)
    note = talk_body()
    del note[missing]
    assert (await story.tries(TEACHER, "notes", note)).status_code == 400


async def test_the_teacher_shares_the_concern_with_the_intern_begeleider(world: World) -> None:
    """001:253, 001:169: de leerkracht bespreekt de zorg ook met de IB'er; binnen school, zonder toestemming."""
    story = await a_case(world)
    await story.add(TEACHER, "notes", talk_body())
    assert {SIGNAL, TALK} <= await story.texts(IB)


async def test_the_directie_follows_the_cases_of_its_own_school(world: World) -> None:
    """001:196-202: de directie leidt het schoolteam en is voor ouders het eerste aanspreekpunt."""
    story = await a_case(world)
    assert await story.seen_by(HEAD)


async def test_a_colleague_of_the_same_school_who_is_not_involved_sees_nothing(world: World) -> None:
    """001:47: alleen betrokkenen; ook op dezelfde school is een andere leerkracht dat niet vanzelf."""
    story = await at_research(world)
    assert not await story.seen_by(newcomer(world, "leerkracht", SCHOOL))


async def test_a_colleague_sees_the_case_once_named_and_no_longer_once_the_involvement_ended(world: World) -> None:
    """001:47: betrokken is wie genoemd is, zolang dat duurt."""
    story = await at_research(world)
    colleague = newcomer(world, "leerkracht", SCHOOL)
    involved = await story.add(
        IB,
        "participants",
        {
            "workerId": str(world[colleague].id),
            "role": "leerkracht",
            "ground": "onderwijstaak",
            "motivation": "Neemt de groep over.",
        },
    )
    assert SIGNAL in await story.texts(colleague)
    path = f"/participants/{involved['id']}"
    tag = (await world[IB].get(path)).headers["ETag"]
    assert (await world[IB].ask("DELETE", path, If_Match=tag)).status_code in {200, 204}
    assert not await story.seen_by(colleague)


async def test_somebody_of_another_school_sees_nothing_and_finds_nobody(world: World) -> None:
    """001:47: alleen betrokkenen; de eigen school van het kind, geen andere."""
    story = await at_research(world)
    assert not await story.seen_by(STRANGER)
    assert (await world[STRANGER].seen("/cases"))["items"] == []
    assert (await world[STRANGER].get(f"/young-people/{known_id('mila')}")).status_code == 404


async def test_a_search_finds_pupils_of_the_own_school_alone(world: World) -> None:
    """001:253: de zorg is die van de eigen leerkracht; een andere school komt niet te weten dat het kind bestaat."""
    child = await world[IB].seen(f"/young-people/{known_id('mila')}")
    question = {"familyName": child["familyName"], "birthDate": child["birthDate"]}
    own = await world[IB].post("/young-people/_search", question)
    other = await world[STRANGER].post("/young-people/_search", question)
    assert [each["id"] for each in own.json()["items"]] == [str(known_id("mila"))]
    assert other.json()["items"] == []


async def test_a_teacher_opens_no_case_for_a_pupil_of_another_school(world: World) -> None:
    """001:165, 001:253: een leerkracht signaleert bij de eigen leerlingen."""
    elsewhere = newcomer(world, "leerkracht", OTHER_SCHOOL)
    assert (await world[elsewhere].post("/cases", opening("mila"))).status_code == 404


@pytest.mark.parametrize(
    "who",
    [KOO, NURSE, ATTENDANCE_OFFICER, INTAKE_TEAM, CASEMANAGER, SWV_COORDINATOR, STAGNATION, BOT],
)
async def test_who_was_not_called_in_sees_nothing_of_a_case_at_school(world: World, who: str) -> None:
    """001:5, 001:47: de route zegt wie wanneer betrokken is; tot dan ziet een partner niets."""
    story = await researched(world)
    assert not await story.seen_by(who)
    assert (await world[who].get(f"{story.path}/dossier")).status_code == 404
    assert (await world[who].seen("/cases"))["items"] == []


async def test_the_one_who_manages_accounts_at_school_sees_no_case(world: World) -> None:
    """001:47: alleen betrokkenen; wie logins beheert is dat niet."""
    story = await at_research(world)
    assert (await world["beheerder"].get(story.path)).status_code == 403
    assert (await world["beheerder"].get("/cases")).status_code == 403


@pytest.mark.parametrize("role", ["schoolbestuurder", "directeur_swv", "wethouder"])
async def test_whoever_governs_from_above_sees_no_child_by_name(world: World, role: str) -> None:
    """001:47, 001:51: de route noemt bij een kind alleen wie een taak heeft; bestuur staat daar niet bij."""
    story = await at_research(world)
    governor = newcomer(world, role, SCHOOL)
    assert (await world[governor].get(story.path)).status_code == 403
    assert (await world[governor].get("/cases")).status_code == 403


async def test_a_role_that_nobody_knows_opens_nothing(world: World) -> None:
    """001:51: de route beschrijft wie welke rol heeft; een andere rol heeft er geen."""
    story = await at_research(world)
    unknown = newcomer(world, "hoofd_van_alles", SCHOOL)
    assert (await world[unknown].get(story.path)).status_code == 403


# --- Home stays home (001:11-15) --------------------------------------------------------------------------------------


async def test_what_parents_told_the_koo_about_home_is_not_in_the_school_s_dossier(world: World) -> None:
    """001:12-15, 001:253: een leefvraag is van het gezin; de school leest haar niet zonder toestemming."""
    story = await brought_by(world, ONE, "kind_ouderondersteuner")
    await story.asks(SCHOOL, ["leren"], yes=PARENTS, by=KOO)
    await story.add(KOO, "notes", talk_body("contactnotitie"))
    await story.step(KOO, "school_betrekken")
    assert HOME not in await story.texts(IB)
    assert HOME in await story.texts(KOO)


async def test_what_the_sociaal_team_finds_about_home_and_safety_is_not_for_the_school(world: World) -> None:
    """001:132-149: de analyse is met gezin en betrokken hulp gedeeld; de school krijgt haar niet vanzelf."""
    story, _ = await at_intake(world)
    await story.finds(CASEMANAGER, "leefgebieden", "in_kaart", content=HOME)
    await story.finds(CASEMANAGER, "veiligheidsinschatting", "zorgen", content="Er is vaak niemand thuis.")
    for who in (TEACHER, IB, HEAD):
        dossier = await world[who].get(f"{story.path}/dossier")
        assert HOME not in dossier.text
        assert "niemand thuis" not in dossier.text
        assert {"leven", "veiligheid"} <= set(dossier.json()["withheld"])


# --- Research, handelingsverlegenheid and the bovenschools ondersteuningsteam (001:192, 209, 329-337) -----------------


async def test_only_the_school_judges_whether_basic_support_is_enough(world: World) -> None:
    """001:329: de school maakt de inschatting."""
    story, _ = await with_nurse(world)
    assert await story.not_to_record(NURSE, "ondersteuningsniveau", "basisondersteuning")
    await story.finds(IB, "ondersteuningsniveau", "basisondersteuning")


async def test_the_bovenschools_team_is_called_in_only_when_the_school_does_not_know_how_to_go_on(world: World) -> None:
    """001:192: bij handelingsverlegenheid."""
    story = await researched(world, level="basisondersteuning")
    assert await story.blocked(IB, "bovenschools_inschakelen") == {"uitkomst_anders"}
    await story.finds(IB, "ondersteuningsniveau", "handelingsverlegenheid")
    await story.step(IB, "bovenschools_inschakelen")
    assert BEHAVIOUR in await story.texts(BOT)


async def test_calling_in_the_bovenschools_team_is_for_the_intern_begeleider(world: World) -> None:
    """001:192: de IB'er betrekt het team; bij de taken van de leerkracht staat het niet."""
    story = await researched(world, level="handelingsverlegenheid")
    assert await story.not_a_step_for(TEACHER, "bovenschools_inschakelen")


async def test_the_bovenschools_team_reports_back_to_parents_and_to_school(world: World) -> None:
    """001:209: het team koppelt de observatie terug aan ouders én school."""
    story = await researched(world, level="handelingsverlegenheid")
    await story.step(IB, "bovenschools_inschakelen")
    await story.finds(BOT, "bovenschoolse_observatie", "afgerond", content="Werkt goed in een kleine groep.")
    assert await story.blocked(BOT, "bovenschools_terugkoppelen") == {"notitie_ontbreekt"}
    await story.add(BOT, "notes", talk_body("terugkoppeling_ouders", "Kleine groep helpt."))
    assert await story.blocked(BOT, "bovenschools_terugkoppelen") == {"notitie_ontbreekt"}
    await story.add(BOT, "notes", talk_body("terugkoppeling_school", "Kleine groep helpt.", "intern_begeleider"))
    await story.step(BOT, "bovenschools_terugkoppelen")
    assert "Werkt goed in een kleine groep." in await story.texts(ONE)


# --- The regievoerder zorg of the board (001:229-243) -----------------------------------------------------------------


async def test_the_regievoerder_zorg_watches_over_pupils_of_the_schools_of_the_own_board(world: World) -> None:
    """001:231-235: binnen het eigen bestuur, van leerlingen die risico lopen."""
    story = await at_research(world)
    assert SIGNAL in await story.texts(REGIEVOERDER)


async def test_the_regievoerder_zorg_of_another_board_sees_nothing(world: World) -> None:
    """001:229, 001:231: per schoolbestuur."""
    story = await at_research(world)
    assert not await story.seen_by(newcomer(world, "regievoerder_zorg", OTHER_BOARD))


async def test_the_regievoerder_zorg_does_not_see_a_case_in_which_no_school_takes_part(world: World) -> None:
    """001:231, 001:263: wat ouders alleen met de JGZ bespreken is geen zaak van het schoolbestuur."""
    story = await a_case(world, by=NURSE, kind="leefvraag")
    assert not await story.seen_by(REGIEVOERDER)


# --- Leerplicht (001:88-107, 265-267) ---------------------------------------------------------------------------------


async def test_leerplicht_joins_on_its_own_task_without_consent_and_does_not_read_what_school_found(
    world: World,
) -> None:
    """001:92-97: toezicht is een wettelijke taak, zonder toestemming (domain.md R16); leren hoort er niet bij."""
    story = await at_triage(world)
    await story.finds(IB, "registratie_leerplicht", "geregistreerd")
    await story.step(IB, "leerplicht_betrekken")
    assert await story.seen_by(ATTENDANCE_OFFICER)
    assert BEHAVIOUR not in await story.texts(ATTENDANCE_OFFICER)
    assert SIGNAL not in await story.texts(ATTENDANCE_OFFICER)


async def test_leerplicht_of_another_municipality_cannot_be_involved(world: World) -> None:
    """001:92-93, domain.md R7: leerplicht hoort bij de gemeente waar het kind woont; een ander heeft geen taak."""
    story = await at_research(world)
    moved(world, "mila", "GM0014")
    body = {
        "organisationId": organisation_id(ATTENDANCE),
        "role": "leerplichtambtenaar",
        "ground": "wettelijke_taak_leerplicht",
        "motivation": "Veel afwezig.",
    }
    assert (await story.tries(IB, "participants", body)).status_code == 400
    moved(world, "mila", "GM1952")
    await story.add(IB, "participants", body)


async def test_whoever_is_involved_without_consent_is_so_with_a_motivation(world: World) -> None:
    """domain.md R14: iedere grondslag die geen toestemming is, wordt gemotiveerd."""
    story = await at_research(world)
    body = {
        "organisationId": organisation_id(ATTENDANCE),
        "role": "leerplichtambtenaar",
        "ground": "wettelijke_taak_leerplicht",
    }
    assert (await story.tries(IB, "participants", body)).status_code == 400
    await story.add(IB, "participants", body | {"motivation": "Zestien uur verzuim in vier weken."})


async def test_leerplicht_looks_for_the_school_at_once_when_it_sees_absence(world: World) -> None:
    """001:94-97: leerplicht werkt bij verzuim samen met school en praat eerst met de ouders."""
    story = await a_case(world, by=ATTENDANCE_OFFICER)
    assert await story.blocked(ATTENDANCE_OFFICER, "school_betrekken_bij_verzuim") == {"oudergesprek_ontbreekt"}
    await story.add(ATTENDANCE_OFFICER, "notes", talk_body())
    await story.step(ATTENDANCE_OFFICER, "school_betrekken_bij_verzuim")
    assert await story.seen_by(IB)


# --- Signals travel no further than they must -------------------------------------------------------------------------


async def test_a_second_signal_about_home_in_a_school_case_is_the_koo_s_and_the_parents_to_read(world: World) -> None:
    """001:9-15, 001:253: leervraag en leefvraag zijn uit elkaar gehouden, ook binnen één zaak."""
    story = await at_research(world)
    await story.asks(MUNICIPALITY, ["leven"], yes=PARENTS)
    await story.step(IB, "koo_betrekken")
    await story.add(KOO, "signals", signal_body("leefvraag", content=HOME))
    assert HOME in await story.texts(ONE)
    assert HOME not in await story.texts(TEACHER)
    assert HOME not in await story.texts(IB)


async def test_how_the_sociaal_team_classified_the_leefvraag_is_not_for_the_school_without_consent(
    world: World,
) -> None:
    """001:12-15, 001:295-299: wat er thuis speelt, ook in één woord, is geen onderwijs."""
    story, _ = await at_intake(world)
    await story.finds(CASEMANAGER, "leefvraag", "multiproblematiek")
    seen = await story.as_seen_by(IB)
    assert (seen["leefvraag"], "leefvraag" in seen["withheld"]) == (None, True)
    assert (await story.as_seen_by(ONE))["leefvraag"] == "multiproblematiek"
    await story.asks(SCHOOL, ["leven"], yes=PARENTS, by=CASEMANAGER)
    assert (await story.as_seen_by(IB))["leefvraag"] == "multiproblematiek"


async def test_a_list_or_a_single_piece_shows_no_more_than_the_dossier_does(world: World) -> None:
    """001:341 met domain.md R12: toestemming over gezondheid alleen, langs welke weg men ook kijkt."""
    story, _ = await with_nurse(world, about=["gezondheid"])
    signal = (await world[ONE].seen(f"{story.path}/signals"))["items"][0]
    for what in ("signals", "notes", "assessments"):
        texts = [each["content"] for each in (await world[NURSE].seen(f"{story.path}/{what}"))["items"]]
        assert not {SIGNAL, TALK, BEHAVIOUR} & set(texts)
    assert signal["content"] == SIGNAL
