"""Triage, the sociaal team and the MDO: who judges what, who sits at the table, who has the regie, when it ends."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.demo.people import SOCIAL_TEAM, YOUTH_HEALTH
from app.demo.seed import known_id
from tests.policy.arranging import (
    BEHAVIOURAL_SCIENTIST,
    BOT,
    CASEMANAGER,
    HEALTH,
    HOME,
    IB,
    INTAKE_TEAM,
    NURSE,
    ONE,
    PARENTS,
    REGIEVOERDER,
    REGISTRATIONS,
    TEACHER,
    YOUTH,
    a_case,
    at_assessment,
    at_intake,
    at_nurse,
    at_research,
    at_social_team,
    at_triage,
    expired,
    newcomer,
    researched,
    single_question,
    single_question_answered,
    talk_body,
)
from tests.world import World

pytestmark = pytest.mark.anyio


# --- Triage (001:283-289) ---------------------------------------------------------------------------------------------


async def test_before_the_route_is_chosen_three_registrations_the_meldcode_and_the_parents_are_seen_to(
    world: World,
) -> None:
    """001:283-289: GGD, leerplicht en Zorg voor Jeugd worden nagegaan, de Meldcode zo nodig, ouders geïnformeerd."""
    story = await at_triage(world)
    await story.asks(SOCIAL_TEAM, ["leven"], yes=PARENTS)
    response = await story.tries(IB, "transitions", {"transition": "aanmelden"})
    assert [reason["code"] for reason in response.json()["reasons"]] == ["vastlegging_ontbreekt"] * 4 + [
        "notitie_ontbreekt"
    ]


@pytest.mark.parametrize("left_out", REGISTRATIONS)
async def test_each_registration_counts(world: World, left_out: str) -> None:
    """001:285-287: drie registraties, elk afzonderlijk."""
    story = await at_triage(world)
    await story.asks(SOCIAL_TEAM, ["leven"], yes=PARENTS)
    for kind in {*REGISTRATIONS} - {left_out}:
        await story.finds(IB, kind, "al_bekend")
    await story.finds(IB, "meldcode_overwogen", "overwogen")
    await story.add(IB, "notes", talk_body("ouders_geinformeerd"))
    assert await story.blocked(IB, "aanmelden") == {"vastlegging_ontbreekt"}
    await story.finds(IB, left_out, "al_bekend")
    await story.step(IB, "aanmelden")


async def test_that_the_meldcode_was_considered_is_said_in_the_same_words_for_every_child(world: World) -> None:
    """001:289: de Meldcode wordt zo nodig doorlopen; wie het dossier leest mag er niets uit kunnen afleiden."""
    said = []
    for child in ("mila", "tijn"):
        story = await at_triage(world, child)
        await story.finds(IB, "meldcode_overwogen", "overwogen")
        found = (await story.dossier(ONE))["assessments"]
        said += [
            (each["category"], each["outcome"], each["reason"], each["content"])
            for each in found
            if each["kind"] == "meldcode_overwogen"
        ]
    assert said == [("proces", "overwogen", None, None)] * 2


@pytest.mark.parametrize(
    "more", [{"content": "Er was wel iets."}, {"reason": "Er was niets."}, {"outcome": "melding_gedaan"}], ids=str
)
async def test_nothing_can_be_added_to_that_the_meldcode_was_considered(world: World, more: dict[str, str]) -> None:
    """001:289: wat er is overwogen hoort in het vertrouwelijke traject, niet in de zaak."""
    story = await at_triage(world)
    body = {"kind": "meldcode_overwogen", "outcome": "overwogen"} | more
    assert (await story.tries(IB, "assessments", body)).status_code == 400


# --- The JGZ (001:337-343) --------------------------------------------------------------------------------------------


async def test_the_outcome_of_the_jgz_is_the_jgz_s_alone(world: World) -> None:
    """001:343: de JGZ wijst, verwijst of vraagt om casusregie; school en ouders schrijven dat niet."""
    story = await at_nurse(world)
    for who in (TEACHER, IB, ONE):
        assert await story.not_to_record(who, "jgz_uitkomst", "verwijzing_jeugdhulp")
    await story.finds(NURSE, "jgz_uitkomst", "verwijzing_jeugdhulp")


async def test_the_school_does_not_take_the_step_that_is_the_jgz_s(world: World) -> None:
    """001:343: de JGZ bepaalt wat past; de school rondt haar beurt niet voor haar af."""
    story = await at_nurse(world)
    assert await story.not_a_step_for(IB, "jgz_afronden")
    await story.step(NURSE, "jgz_afronden")


async def test_the_school_does_not_pass_by_the_jgz_while_there_is_consent_to_call_it_in(world: World) -> None:
    """001:337: is basisondersteuning niet genoeg, dan neemt de school contact op met de jeugdverpleegkundige."""
    story = await researched(world, level="extra_ondersteuning")
    assert await story.blocked(IB, "triage_na_onderzoek") == {"uitkomst_anders"}
    await story.asks(YOUTH_HEALTH, yes=PARENTS)
    assert await story.blocked(IB, "triage_zonder_jgz", "Dat leek ons sneller.") == {"toestemming_van_kracht"}


# --- Sociaal team: who judges what (001:121-149, 291-301) -------------------------------------------------------------


async def test_the_casemanager_sees_nothing_until_the_case_is_handed_over(world: World) -> None:
    """001:126-129: aanmeldteam, dan gedragswetenschapper, dan pas een casemanager."""
    story, _ = await at_assessment(world)
    assert await story.seen_by(INTAKE_TEAM)
    assert await story.seen_by(BEHAVIOURAL_SCIENTIST)
    assert not await story.seen_by(CASEMANAGER)


async def test_another_casemanager_of_the_same_team_sees_nothing(world: World) -> None:
    """001:129, 001:47: één casemanager krijgt de zaak; de collega's niet."""
    story, _ = await at_intake(world)
    assert await story.seen_by(CASEMANAGER)
    assert not await story.seen_by(newcomer(world, "casemanager_jeugd", SOCIAL_TEAM))


async def test_the_aanmeldteam_does_not_judge_nature_severity_and_urgency(world: World) -> None:
    """001:128: aard, ernst en urgentie beoordeelt de gedragswetenschapper."""
    story, _ = await at_assessment(world)
    for kind, outcome in (("aard", "enkelvoudig"), ("ernst", "licht"), ("urgentie", "spoed")):
        assert await story.not_to_record(INTAKE_TEAM, kind, outcome)
        await story.finds(BEHAVIOURAL_SCIENTIST, kind, outcome)


async def test_the_core_decision_is_the_behavioural_scientist_s_and_not_the_casemanager_s(world: World) -> None:
    """001:135: de gedragswetenschapper neemt de kernbeslissing over de inzet van hulp."""
    story, _ = await at_intake(world)
    for who in (CASEMANAGER, INTAKE_TEAM, IB, ONE):
        assert await story.not_to_record(who, "kernbeslissing", "jeugdhulp_inzetten")
    await story.finds(BEHAVIOURAL_SCIENTIST, "kernbeslissing", "jeugdhulp_inzetten")


async def test_the_safety_assessment_is_the_casemanager_s(world: World) -> None:
    """001:144: een van de drie kerntaken van de casemanager."""
    story, _ = await at_intake(world)
    for who in (INTAKE_TEAM, BEHAVIOURAL_SCIENTIST, IB, TEACHER, ONE):
        assert await story.not_to_record(who, "veiligheidsinschatting", "veilig")
    await story.finds(CASEMANAGER, "veiligheidsinschatting", "veilig")


async def test_the_school_classifies_the_leervraag_and_the_sociaal_team_the_leefvraag(world: World) -> None:
    """001:9-15, 001:321: de leervraag is van onderwijs, de leefvraag van de gemeente."""
    story, _ = await at_intake(world)
    assert await story.not_to_record(CASEMANAGER, "leervraag", "enkelvoudig")
    assert await story.not_to_record(IB, "leefvraag", "enkelvoudig")
    await story.finds(IB, "leervraag", "enkelvoudig")
    await story.finds(CASEMANAGER, "leefvraag", "enkelvoudig")


async def test_no_support_is_arranged_without_a_safety_assessment(world: World) -> None:
    """001:144, 001:325: beoordeeld wordt of hulp nodig is en of het veilig kan."""
    story, _ = await at_intake(world)
    assert "vastlegging_ontbreekt" in await story.blocked(CASEMANAGER, "naar_inzet")
    await single_question(story)
    assert await story.blocked(CASEMANAGER, "naar_inzet") == {"vastlegging_ontbreekt"}
    await story.finds(CASEMANAGER, "veiligheidsinschatting", "veilig")
    await story.step(CASEMANAGER, "naar_inzet")


async def test_where_a_child_is_unsafe_the_casemanager_takes_a_position_before_anything_goes_on(world: World) -> None:
    """001:145-147: bij onveiligheid een standpunt, regie; ook met één duidelijk probleem laat de gemeente niet los."""
    story, _ = await at_intake(world)
    await single_question(story)
    await story.finds(CASEMANAGER, "veiligheidsinschatting", "onveilig")
    for key in ("sociaal_team_afsluiten", "sociaal_team_terug_naar_triage"):
        assert await story.blocked(CASEMANAGER, key, "Afgerond.") == {"vastlegging_ontbreekt"}
    await story.finds(CASEMANAGER, "standpunt_veiligheid", "ingenomen", reason="Oma is er elke middag.")
    assert await story.blocked(CASEMANAGER, "naar_inzet") == {"uitkomst_anders"}
    await story.finds(BEHAVIOURAL_SCIENTIST, "verklarende_analyse", "gedeeld")
    await story.finds(BEHAVIOURAL_SCIENTIST, "kernbeslissing", "jeugdhulp_inzetten")
    await story.step(CASEMANAGER, "naar_casemanagement")
    assert (await story.as_seen_by(CASEMANAGER))["regie"] == "casemanager"


async def test_with_one_clear_problem_the_municipality_lets_go_and_nobody_keeps_the_regie(world: World) -> None:
    """001:313: bij enkelvoudige problematiek blijft de gemeente niet betrokken; er is geen regievoering."""
    story = await single_question_answered(world)
    await story.finds(CASEMANAGER, "inzet", "eigen_kracht_netwerk", content=HOME)
    await story.step(CASEMANAGER, "loslaten")
    assert [await story.seen_by(who) for who in (CASEMANAGER, INTAKE_TEAM, BEHAVIOURAL_SCIENTIST)] == [False] * 3
    seen = await story.as_seen_by(ONE)
    assert (seen["regie"], seen["closedAt"] is not None) == (None, True)


async def test_an_individual_provision_needs_the_core_decision_first(world: World) -> None:
    """001:135, 001:311: geen jeugdhulp zonder kernbeslissing van de gedragswetenschapper."""
    story = await single_question_answered(world)
    await story.finds(CASEMANAGER, "inzet", "individuele_voorziening")
    assert await story.blocked(CASEMANAGER, "loslaten") == {"vastlegging_ontbreekt"}
    await story.finds(BEHAVIOURAL_SCIENTIST, "kernbeslissing", "jeugdhulp_inzetten")
    await story.step(CASEMANAGER, "loslaten")


async def test_when_the_question_turns_out_not_to_be_about_jeugdhulp_the_sociaal_team_lets_go(world: World) -> None:
    """001:127: alleen wat over jeugdhulp gaat, gaat door; het aanmeldteam kijkt daarna niet meer mee."""
    story, _ = await at_social_team(world)
    await story.finds(INTAKE_TEAM, "melding", "telefoon")
    await story.finds(INTAKE_TEAM, "aanmeldteam_besluit", "geen_jeugdhulp", reason="De vraag gaat over school.")
    await story.finds(INTAKE_TEAM, "leefvraag", "enkelvoudig")
    await story.step(INTAKE_TEAM, "geen_jeugdhulp")
    assert not await story.seen_by(INTAKE_TEAM)
    assert "leefvraag_anders" not in await story.blocked(IB, "naar_onderwijs")


async def test_a_family_that_stays_silent_does_not_keep_the_school_from_going_on_for_ever(world: World) -> None:
    """001:271 met ADR 0031: een vraag om toestemming die onbeantwoord afloopt, telt als nee en versmalt de route."""
    story = await at_research(world)
    consent = await story.asks(SOCIAL_TEAM, yes=[ONE])
    assert "leefvraag_niet_ingedeeld" in await story.blocked(IB, "naar_onderwijs")
    expired(world, consent)
    assert "leefvraag_niet_ingedeeld" not in await story.blocked(IB, "naar_onderwijs")


async def test_what_everybody_agreed_to_and_ran_out_is_asked_anew(world: World) -> None:
    """001:271 met ADR 0031: toestemming die er was en afliep is geen weigering."""
    story = await at_research(world)
    expired(world, await story.asks(SOCIAL_TEAM, yes=PARENTS))
    assert "leefvraag_niet_ingedeeld" in await story.blocked(IB, "naar_onderwijs")


# --- Around the table, and the plan (001:45-47, 237, 351-364) ---------------------------------------------------------


async def test_only_who_is_involved_with_this_child_is_invited(world: World) -> None:
    """001:47: alleen betrokkenen worden uitgenodigd."""
    story, other = await at_research(world, "mila"), await at_research(world, "tijn")
    meeting = await story.add(IB, "meetings", {"kind": "mdo", "plannedAt": "2026-12-01T10:00:00+01:00"})
    elsewhere = await other.participant(IB, "leerkracht")
    path = f"/meetings/{meeting['id']}/invitations"
    assert (await world[IB].post(path, {"participantId": elsewhere["id"]})).status_code == 400
    assert (await world[IB].post(path, {"youngPersonId": str(known_id(YOUTH))})).status_code == 400
    here = await story.participant(IB, "leerkracht")
    await world[IB].made(path, {"participantId": here["id"]})
    await world[IB].made(path, {"guardianId": str(known_id(ONE))})


async def test_the_regievoerder_zorg_may_convene_the_mdo_and_the_bovenschools_team_joins_without_convening(
    world: World,
) -> None:
    """001:237, 001:208: de regievoerder organiseert zo nodig een MDO; het bovenschools team neemt deel."""
    story = await researched(world, level="handelingsverlegenheid")
    await story.step(IB, "bovenschools_inschakelen")
    mdo = {"kind": "mdo", "plannedAt": "2026-12-01T10:00:00+01:00"}
    assert (await story.tries(BOT, "meetings", mdo)).status_code == 403
    await story.add(REGIEVOERDER, "meetings", mdo)


async def test_who_was_invited_and_stayed_away_has_a_reason_in_the_report(world: World) -> None:
    """001:34, 001:351: gemeente, onderwijs en GGD maken het plan samen; wie er niet is, zegt waarom."""
    story = await at_research(world)
    meeting = await story.add(IB, "meetings", {"kind": "overleg", "plannedAt": "2026-11-20T10:00:00+01:00"})
    invited = await world[IB].made(f"/meetings/{meeting['id']}/invitations", {"guardianId": str(known_id(ONE))})
    attendance = {"invitationId": invited["id"], "present": False}
    assert (await _report(world, meeting["id"], attendance)) == 400
    assert (await _report(world, meeting["id"], attendance | {"absenceReason": "Ziek."})) == 201


async def _report(world: World, meeting: str, attendance: dict[str, object]) -> int:
    body = {"heldAt": "2026-11-20T10:00:00+01:00", "attendance": [attendance]}
    return (await world[IB].post(f"/meetings/{meeting}/report", body)).status_code


async def test_the_regie_follows_the_table_and_another_choice_needs_a_reason(world: World) -> None:
    """001:353-362: onderwijs of casemanager volgens de tabel; anders alleen als iemand dichter bij het kind staat."""
    story, _ = await at_intake(world)
    await story.finds(IB, "leervraag", "enkelvoudig")
    await story.finds(CASEMANAGER, "leefvraag", "multiproblematiek")
    plan = {"kind": "plan_van_aanpak", "perspective": "Rust thuis en op school.", "evaluationDate": "2027-03-01"}
    assert (await story.add(CASEMANAGER, "plans", plan))["regie"] == "casemanager"
    other = plan | {"regie": "onderwijs"}
    assert (await story.tries(CASEMANAGER, "plans", other)).status_code == 400
    reason = {"regieReason": "De IB'er kent haar het best."}
    assert (await story.add(CASEMANAGER, "plans", other | reason))["regie"] == "onderwijs"


async def test_with_two_single_questions_education_has_the_regie(world: World) -> None:
    """001:353-354: enkelvoudige leer- en leefvraag: procesregie onderwijs."""
    story, _ = await at_intake(world)
    await story.finds(IB, "leervraag", "enkelvoudig")
    await story.finds(CASEMANAGER, "leefvraag", "enkelvoudig")
    plan = {"kind": "plan_van_aanpak", "perspective": "Rust thuis en op school.", "evaluationDate": "2027-03-01"}
    assert (await story.add(IB, "plans", plan))["regie"] == "onderwijs"


async def test_the_school_writes_no_goals_for_care_and_does_not_read_them(world: World) -> None:
    """001:356, 001:360: onderwijs is verantwoordelijk voor onderwijsdoelen, de casemanager voor zorgdoelen."""
    story, _ = await at_intake(world)
    plan = await story.add(
        CASEMANAGER,
        "plans",
        {
            "kind": "plan_van_aanpak",
            "perspective": "Rust thuis.",
            "evaluationDate": "2027-03-01",
            "regie": "casemanager",
            "regieReason": "Nog niet ingedeeld.",
        },
    )
    path = f"/plans/{plan['id']}/goals"
    goal = {"description": HOME, "indicator": "Drie rustige avonden.", "targetDate": "2027-02-01"}
    assert (await world[IB].post(path, goal | {"domain": "zorg"})).status_code == 403
    await world[CASEMANAGER].made(path, goal | {"domain": "zorg"})
    await world[IB].made(path, goal | {"domain": "onderwijs", "description": "Leest vlot."})
    assert [each["description"] for each in (await world[IB].seen(path))["items"]] == ["Leest vlot."]
    assert {each["description"] for each in (await world[ONE].seen(path))["items"]} == {HOME, "Leest vlot."}


async def test_a_goal_says_by_what_it_is_reached_and_when(world: World) -> None:
    """001:364, 003:10: doelen staan meetbaar in het plan."""
    story, _ = await at_intake(world)
    plan = await story.add(
        IB,
        "plans",
        {
            "kind": "plan_van_aanpak",
            "perspective": "Leest met plezier.",
            "evaluationDate": "2027-03-01",
            "regie": "onderwijs",
            "regieReason": "Nog niet ingedeeld.",
        },
    )
    goal = {"domain": "onderwijs", "description": "Leest.", "indicator": "AVI.", "targetDate": "2027-02-01"}
    for missing in ("indicator", "targetDate"):
        less = {name: value for name, value in goal.items() if name != missing}
        assert (await world[IB].post(f"/plans/{plan['id']}/goals", less)).status_code == 400


# --- A case that is over ----------------------------------------------------------------------------------------------


async def test_in_a_closed_case_nobody_writes_until_it_is_reopened_with_a_reason(world: World) -> None:
    """001:249, 001:283: een nieuw signaal begint weer bij triage; wat dicht is, blijft zoals het was."""
    story = await a_case(world)
    await story.step(IB, "signaal_afsluiten", "Het gaat weer goed.")
    assert (await story.tries(TEACHER, "notes", talk_body())).status_code == 409
    assert (await story.tries(IB, "transitions", {"transition": "heropenen"})).status_code == 409
    await story.step(IB, "heropenen", "Er is een nieuw signaal.")
    assert (await story.as_seen_by(IB))["step"] == "triage"


async def test_what_the_triage_tells_of_health_reaches_the_school_as_a_fact_of_the_process_alone(world: World) -> None:
    """001:283-285, 001:263: dat de registratie bij de GGD is nagegaan mag de school weten; wat de JGZ vond niet."""
    story = await at_nurse(world)
    await story.step(NURSE, "jgz_afronden")
    await story.finds(NURSE, "registratie_ggd", "al_bekend")
    found = {each["kind"] for each in (await story.dossier(IB))["assessments"]}
    assert "registratie_ggd" in found
    assert "jgz_uitkomst" not in found
    assert HEALTH not in await story.texts(IB)


async def test_who_waits_in_the_werkvoorraad_has_a_day_on_which_somebody_looks_again(world: World) -> None:
    """001:129: de plaatsing in de werkvoorraad is tijdelijk; hier zes weken, een keuze van de route."""
    story, _ = await at_assessment(world)
    for kind, outcome in (("aard", "enkelvoudig"), ("ernst", "licht"), ("urgentie", "regulier")):
        await story.finds(BEHAVIOURAL_SCIENTIST, kind, outcome)
    before = (await world[BEHAVIOURAL_SCIENTIST].seen(f"{story.path}/next-steps"))["due"]
    await story.step(BEHAVIOURAL_SCIENTIST, "in_werkvoorraad_plaatsen")
    waiting = await world[BEHAVIOURAL_SCIENTIST].seen(f"{story.path}/next-steps")
    case = await story.as_seen_by(BEHAVIOURAL_SCIENTIST)
    since = datetime.fromisoformat(case["stepSince"]).astimezone(ZoneInfo("Europe/Amsterdam")).date()
    assert date.fromisoformat(waiting["due"]) == since + timedelta(weeks=6)
    assert waiting["due"] != before
